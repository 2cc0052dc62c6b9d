//! Access reports: what came by itself, and one that is made now.

use askama::Template;
use client::Call;
use contract::operations::{CreateAccessReport, ListAccessReports};
use contract::resources::access_report::AccessReport;
use contract::{Operation, Party, Spec};
use jiff::civil::Date;
use std::collections::BTreeMap;

use super::requests::names;
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Choice, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// Reports on one page.
const PAGE: usize = 50;

struct Row {
    period: String,
    href: String,
    whose: String,
    cause: String,
    opened: String,
    quiet: bool,
    issued: String,
}

#[derive(Template)]
#[template(path = "pages/access/reports.html")]
pub(crate) struct Reports {
    frame: Frame,
    problem: Problem,
    rows: Vec<Row>,
    previous: String,
    next: String,
    fields: Vec<Field>,
    make: Action,
    once: String,
}

/// What was typed, and what can be chosen.
struct Given<'a> {
    form: &'a Form,
    names: &'a BTreeMap<String, String>,
    offset: usize,
    year_ago: String,
    party: Party,
}

/// A report for samples.
pub(super) fn sample(kit: &Kit, cause: &str, uses: i64) -> AccessReport {
    AccessReport {
        id: Some(super::SAMPLE.to_owned()),
        tenant_id: kit.some("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"),
        cause: Some(cause.to_owned()),
        from_date: Some(Kit::at("2018-05-01T00:00:00Z")),
        until_date: Some(Kit::at("2018-06-01T00:00:00Z")),
        state: Some("issued".to_owned()),
        issued_date: Some(Kit::at("2018-06-01T00:01:00Z")),
        log_size: Some(10_422),
        entries: Some(50),
        entries_in_period: Some(9),
        uses: Some(uses),
        rows: Some(uses),
        bytes: Some(uses * 40),
        level: Some("L2".to_owned()),
        ..AccessReport::default()
    }
}

impl Page for Reports {
    type At = at::AccessReports;
    const CALLS: &'static [&'static Spec] = &[ListAccessReports::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let waiting =
            AccessReport { state: Some("announced".to_owned()), uses: None, ..sample(kit, "demand", 0) };
        let list = [waiting, sample(kit, "event", 2), sample(kit, "monthly", 0)];
        let names =
            BTreeMap::from([("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned(), kit.text("Contoso GmbH"))]);
        let page = |party, list: &[AccessReport], problem, permit| {
            let form = Form::parse(if kit.hostile { b"from=%3Cscript%3E%22" } else { b"" });
            let given =
                Given { form: &form, names: &names, offset: 50, year_ago: "2017-05-12".to_owned(), party };
            Self::of(kit.frame(party, "/portal/access/reports"), list, problem, &given, permit, String::new())
        };
        let [customer, officer] = super::SEEN_BY;
        vec![
            page(customer, &list, Problem::none(t), Permit::Yes),
            page(officer, &list[..1], Problem::ours(t, t.reports_day_wrong()), Permit::Yes),
            page(customer, &[], Problem::none(t), Permit::No(t.reason_planned())),
        ]
    }

    async fn load(visit: &Visit, _at: at::AccessReports) -> Result<Answer, Trouble> {
        Self::made(visit, &Form::default(), Problem::none(visit.t)).await?.shown()
    }

    async fn act(visit: &Visit, _here: at::AccessReports, form: Form) -> Result<Answer, Trouble> {
        let from = form.get("from").parse::<Date>().ok();
        let from = from.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|day| day.timestamp());
        if from.is_none_or(|from| from > visit.now()) {
            let problem = Problem::ours(visit.t, visit.t.reports_day_wrong());
            return Self::made(visit, &form, problem).await?.shown_as(edge::StatusCode::BAD_REQUEST);
        }
        let body =
            AccessReport { tenant_id: form.given("tenant"), from_date: from, ..AccessReport::default() };
        let call = Call::to(CreateAccessReport).request_id(visit.id_of(&form)).body(&body);
        match visit.call(call).await {
            Ok(made) => {
                let report = made.id.as_deref().and_then(|id| id.parse().ok()).ok_or(Trouble::Failed)?;
                Ok(Answer::Go(at::AccessReport { report }.path()))
            }
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                Self::made(visit, &form, problem).await?.shown_as(status)
            }
        }
    }
}

impl Reports {
    async fn made(visit: &Visit, form: &Form, problem: Problem) -> Result<Self, Trouble> {
        let offset = visit.query.get("offset").parse().unwrap_or(0);
        let call = Call::to(ListAccessReports).query("size", PAGE).query("offset", offset);
        let list = visit.call(call).await?.items;
        let names = names(visit).await?;
        let year_ago = visit.now().as_second() - 365 * 24 * 3600;
        let year_ago = jiff::Timestamp::from_second(year_ago).unwrap_or_default();
        let given = Given {
            form,
            names: &names,
            offset,
            year_ago: year_ago.strftime("%Y-%m-%d").to_string(),
            party: visit.party().unwrap_or(Party::Customer),
        };
        let may = visit.may(CreateAccessReport);
        Ok(Self::of(visit.frame(), &list, problem, &given, may, visit.fresh_id()))
    }

    fn of(
        frame: Frame,
        list: &[AccessReport],
        problem: Problem,
        given: &Given<'_>,
        may: Permit,
        once: String,
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let day = |at: Option<jiff::Timestamp>| at.map(|at| f.day(at)).unwrap_or_default();
        let row = |one: &AccessReport| {
            let tenant = one.tenant_id.clone().unwrap_or_default();
            let uses = one.uses.unwrap_or_default();
            let issued = one.state.as_deref() == Some("issued");
            Some(Row {
                period: t.period(day(one.from_date), day(one.until_date)),
                href: at::AccessReport { report: one.id.as_deref()?.parse().ok()? }.path(),
                whose: given.names.get(&tenant).cloned().unwrap_or(tenant),
                cause: t.named("report-cause", one.cause.as_deref().unwrap_or_default()).unwrap_or_default(),
                opened: match (issued, uses) {
                    (false, _) => t.reports_waiting(),
                    (true, 0) => t.reports_quiet(),
                    (true, uses) => f.whole(uses),
                },
                quiet: uses == 0,
                issued: day(one.issued_date),
            })
        };
        let to = |offset: usize| link(&at::AccessReports {}, &[("offset", &offset.to_string())]);
        let from = given.form.given("from").unwrap_or_else(|| given.year_ago.clone());
        let mut fields = Vec::new();
        if given.party != Party::Customer {
            let chosen = given.form.get("tenant");
            let choice = |(id, name): (&String, &String)| Choice {
                value: id.clone(),
                label: name.clone(),
                chosen: id == chosen,
            };
            let choices = given.names.iter().map(choice).collect();
            fields.push(Field::choice("tenant", t.field_customer(), Kind::Select(choices)));
        }
        fields.push(Field::line("from", t.reports_from(), from, 10).of(Kind::Line("date")));
        Self {
            problem,
            rows: list.iter().filter_map(row).collect(),
            previous: if given.offset > 0 { to(given.offset.saturating_sub(PAGE)) } else { String::new() },
            next: if list.len() == PAGE { to(given.offset + PAGE) } else { String::new() },
            fields,
            make: Action::button(t.reports_make(), may),
            once,
            frame,
        }
    }
}
