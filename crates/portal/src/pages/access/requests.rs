//! Requests of the operator's people: what waits for whom, what runs, what is over. An empty list is good news.

use askama::Template;
use client::Call;
use contract::operations::{ListAccessRequests, ListTenants};
use contract::resources::access::AccessRequest;
use contract::{Operation, Party, Spec};
use std::collections::BTreeMap;

use super::{OPEN, State, is_in, missing};
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::report::reason_name;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// Requests on one page.
const PAGE: usize = 100;

struct Row {
    title: String,
    href: String,
    whose: String,
    state: State,
    /// What it waits for, or until when it goes on.
    note: String,
}

struct Group {
    title: String,
    caption: String,
    rows: Vec<Row>,
    /// What is said when there are none.
    none: String,
}

#[derive(Template)]
#[template(path = "pages/access/requests.html")]
pub(crate) struct Requests {
    frame: Frame,
    intro: String,
    groups: Vec<Group>,
    previous: String,
    next: String,
}

impl Page for Requests {
    type At = at::AccessRequests;
    const CALLS: &'static [&'static Spec] = &[ListAccessRequests::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let list = ["pending", "active", "completed", "denied"].map(|state| super::sample(kit, state, 1));
        let names =
            BTreeMap::from([(list[0].tenant_id.clone().unwrap_or_default(), kit.text("Contoso GmbH"))]);
        let page = |party, list: &[AccessRequest], names| {
            Self::of(kit.frame(party, "/portal/access/requests"), party, list, names, 100)
        };
        vec![
            page(Party::Trustee, &list, &names),
            page(Party::Customer, &list[..1], &BTreeMap::new()),
            page(Party::Customer, &[], &BTreeMap::new()),
        ]
    }

    async fn load(visit: &Visit, _at: at::AccessRequests) -> Result<Answer, Trouble> {
        let offset = visit.query.get("offset").parse().unwrap_or(0);
        let call = Call::to(ListAccessRequests).query("size", PAGE).query("offset", offset);
        let list = visit.call(call).await?.items;
        let names = names(visit).await?;
        let party = visit.party().unwrap_or(Party::Customer);
        Self::of(visit.frame(), party, &list, &names, offset).shown()
    }
}

/// The customers' names, for the trustee's people; others know whose requests they see.
pub(crate) async fn names(visit: &Visit) -> Result<BTreeMap<String, String>, Trouble> {
    if !visit.may(ListTenants).allows() {
        return Ok(BTreeMap::new());
    }
    let call = Call::to(ListTenants).query("kind", "customer").query("size", 500);
    let tenants = visit.call(call).await?.items;
    Ok(tenants.into_iter().filter_map(|one| Some((one.id?, one.company_name?))).collect())
}

impl Requests {
    fn of(
        frame: Frame,
        party: Party,
        list: &[AccessRequest],
        names: &BTreeMap<String, String>,
        offset: usize,
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let row = |one: &AccessRequest| {
            let id = one.id.as_deref()?.parse().ok()?;
            let tenant = one.tenant_id.clone().unwrap_or_default();
            let reason = reason_name(t, one.reason.as_deref().unwrap_or_default());
            let until = |at: Option<jiff::Timestamp>| at.map(|at| f.time(at)).unwrap_or_default();
            let note = match one.state.as_deref().unwrap_or_default() {
                "pending" => t.access_waits(until(one.answer_by), missing(t, f, one)),
                "active" | "paused" => t.access_until(until(one.ends_date)),
                _ => String::new(),
            };
            Some(Row {
                title: t.access_row(reason, one.ticket.clone().unwrap_or_default()),
                href: at::AccessRequest { request: id }.path(),
                whose: names.get(&tenant).cloned().unwrap_or(tenant),
                state: State::of(t, one),
                note,
            })
        };
        let rows = |wanted: &dyn Fn(&AccessRequest) -> bool| -> Vec<Row> {
            list.iter().filter(|one| wanted(one)).filter_map(row).collect()
        };
        let group = |title, caption, none, rows| Group { title, caption, rows, none };
        let groups = vec![
            group(
                t.access_pending(),
                t.access_pending_table(),
                t.access_pending_none(),
                rows(&|one| is_in(one, &OPEN[..1])),
            ),
            group(
                t.access_running(),
                t.access_running_table(),
                t.access_running_none(),
                rows(&|one| is_in(one, &OPEN[1..])),
            ),
            group(
                t.access_over(),
                t.access_over_table(),
                t.access_over_none(),
                rows(&|one| !is_in(one, &OPEN)),
            ),
        ];
        let to = |offset: usize| link(&at::AccessRequests {}, &[("offset", &offset.to_string())]);
        Self {
            intro: match party {
                Party::Customer => t.access_intro_customer(frame.operator.clone()),
                _ => t.access_intro_trustee(frame.operator.clone()),
            },
            groups,
            previous: if offset > 0 { to(offset.saturating_sub(PAGE)) } else { String::new() },
            next: if list.len() == PAGE { to(offset + PAGE) } else { String::new() },
            frame,
        }
    }
}
