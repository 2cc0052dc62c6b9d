//! A customer leaves: it takes everything along, and has its keys destroyed.

use askama::Template;
use client::Call;
use contract::operations::{
    CreateCustomerExport, GetCustomerExportArchive, GetErasure, ListCustomerExports, RequestErasure,
    WithdrawErasure,
};
use contract::resources::export::CustomerExport;
use contract::resources::trustee::Erasure;
use contract::{Operation, Party, Spec};
use edge::{Response, StatusCode};

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::house::erasures::{State, facts, sample};
use crate::pages::{Answer, Page, at};
use crate::parts::{Action, Choice, Facts, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// The longest reason of an erasure.
const REASON: u16 = 500;
/// The longest key.
const KEY: u16 = 100;

struct Row {
    made: String,
    records: String,
    sha256: String,
    until: String,
    fetch: Action,
}

/// What may be done.
struct Rights {
    export: Permit,
    fetch: Permit,
    erase: Permit,
    withdraw: Permit,
}

/// What is known.
struct Known<'a> {
    exports: &'a [CustomerExport],
    erasure: Option<&'a Erasure>,
    rights: Rights,
    form: &'a Form,
}

#[derive(Template)]
#[template(path = "pages/access/leaving.html")]
pub(crate) struct Leaving {
    frame: Frame,
    problem: Problem,
    rows: Vec<Row>,
    key: Field,
    export: Action,
    state: Option<State>,
    facts: Facts,
    fields: Vec<Field>,
    erase: Action,
    withdraw: Option<Action>,
    once: String,
}

impl Page for Leaving {
    type At = at::Leaving;
    const CALLS: &'static [&'static Spec] = &[ListCustomerExports::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let export = |kept: bool| CustomerExport {
            id: Some(super::SAMPLE.to_owned()),
            recipient: kit.some("age1qj9m2zguv6z3nvdk5j7ctdv2f30827seqlchgejng2r9fad82adqpsw9v3"),
            requested_date: Some(Kit::at("2018-05-12T09:00:00Z")),
            kept_until: kept.then(|| Kit::at("2018-05-19T09:00:00Z")),
            records: Some(1_204),
            bytes: Some(310_000),
            sha256: kit.some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
            ..CustomerExport::default()
        };
        let list = [export(true), export(false)];
        let form = Form::parse(if kit.hostile { b"reason=%3Cscript%3E%22&recipient=%3Cb%3E" } else { b"" });
        let page = |exports: &[CustomerExport], erasure: Option<&Erasure>, problem, permit: Permit| {
            let rights = Rights {
                export: permit.clone(),
                fetch: permit.clone(),
                erase: permit.clone(),
                withdraw: permit,
            };
            let known = Known { exports, erasure, rights, form: &form };
            Self::of(kit.frame(Party::Customer, "/portal/leaving"), problem, known, String::new())
        };
        let none = || Problem::none(t);
        vec![
            page(&[], None, none(), Permit::Yes),
            page(
                &list,
                Some(&sample(kit, "requested")),
                Problem::ours(t, t.leaving_key_wrong()),
                Permit::Yes,
            ),
            page(&list, Some(&sample(kit, "live")), none(), Permit::No(t.reason_planned())),
            page(&list, Some(&sample(kit, "final")), none(), Permit::Yes),
        ]
    }

    async fn load(visit: &Visit, _at: at::Leaving) -> Result<Answer, Trouble> {
        if let Some(id) = visit.query.given("archive") {
            let customer = own(visit)?;
            let call =
                Call::to(GetCustomerExportArchive).param("customer-id", customer).param("export-id", &id);
            let archive = visit.document(call).await?;
            let plain: String =
                id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
            let name = format!("customer-export-{plain}.tar.age");
            return Ok(Answer::File(Response::document("application/octet-stream", &name, archive)));
        }
        Self::made(visit, &Form::default(), Problem::none(visit.t)).await?.shown()
    }

    async fn act(visit: &Visit, _here: at::Leaving, form: Form) -> Result<Answer, Trouble> {
        let (customer, once) = (own(visit)?, visit.id_of(&form));
        let done = match form.get("act") {
            "export" => {
                let recipient = form.given("recipient").filter(|key| key.starts_with("age1"));
                if recipient.is_none() {
                    let problem = Problem::ours(visit.t, visit.t.leaving_key_wrong());
                    return Self::made(visit, &form, problem).await?.shown_as(StatusCode::BAD_REQUEST);
                }
                let body = CustomerExport { recipient, ..CustomerExport::default() };
                let call = Call::to(CreateCustomerExport).param("customer-id", customer);
                visit.call(call.request_id(once).body(&body)).await.map(|_| "exported")
            }
            "erase" => {
                let body = Erasure {
                    reason: form.given("reason"),
                    waive_cooling_off: Some(!form.all("waive").is_empty()),
                    ..Erasure::default()
                };
                let call = Call::to(RequestErasure).param("customer-id", customer);
                visit.call(call.request_id(once).body(&body)).await.map(|_| "erasure-asked")
            }
            "withdraw" => {
                let call = Call::to(WithdrawErasure).param("customer-id", customer);
                visit.call(call.request_id(once)).await.map(|()| "erasure-withdrawn")
            }
            _ => return Err(Trouble::Missing),
        };
        match done {
            Ok(done) => Ok(Answer::Go(link(&at::Leaving {}, &[("done", done)]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                Self::made(visit, &form, problem).await?.shown_as(status)
            }
        }
    }
}

/// The visitor's own organisation.
fn own(visit: &Visit) -> Result<kernel::TenantId, Trouble> {
    visit.visitor().map(|visitor| visitor.tenant).ok_or(Trouble::SignIn)
}

impl Leaving {
    async fn made(visit: &Visit, form: &Form, problem: Problem) -> Result<Self, Trouble> {
        let customer = own(visit)?;
        let exports = visit.call(Call::to(ListCustomerExports).param("customer-id", customer)).await?.items;
        let erasure = match visit.call(Call::to(GetErasure).param("customer-id", customer)).await {
            Ok(erasure) => Some(erasure),
            Err(Trouble::Refused(refusal)) if refusal.status == 404 => None,
            Err(trouble) => return Err(trouble),
        };
        let rights = Rights {
            export: visit.may(CreateCustomerExport),
            fetch: visit.may(GetCustomerExportArchive),
            erase: visit.may(RequestErasure),
            withdraw: visit.may(WithdrawErasure),
        };
        let known = Known { exports: &exports, erasure: erasure.as_ref(), rights, form };
        Ok(Self::of(visit.frame(), problem, known, visit.fresh_id()))
    }

    fn of(frame: Frame, problem: Problem, known: Known<'_>, once: String) -> Self {
        let (t, f) = (frame.t, frame.f);
        let Known { exports, erasure, rights, form } = known;
        let row = |one: &CustomerExport| {
            let id = one.id.clone().unwrap_or_default();
            let kept = match one.kept_until {
                Some(_) => rights.fetch.clone(),
                None => Permit::No(t.leaving_gone()),
            };
            Row {
                made: one.requested_date.map(|at| f.time(at)).unwrap_or_default(),
                records: one.records.map(|count| f.whole(count)).unwrap_or_default(),
                sha256: one.sha256.clone().unwrap_or_default(),
                until: one.kept_until.map(|at| f.day(at)).unwrap_or_default(),
                fetch: Action::link(t.leaving_fetch(), link(&at::Leaving {}, &[("archive", &id)]), kept)
                    .minor(),
            }
        };
        let state = erasure.map(|erasure| State::of(t, erasure));
        let over = erasure.is_some_and(|erasure| erasure.live_at.is_some());
        let waive = Choice {
            value: "yes".to_owned(),
            label: t.erasure_waive(),
            chosen: !form.all("waive").is_empty(),
        };
        Self {
            problem,
            rows: exports.iter().map(row).collect(),
            key: Field::line("recipient", t.leaving_key(), form.get("recipient"), KEY)
                .hint(t.leaving_key_hint()),
            export: Action::button(t.leaving_export(), rights.export),
            facts: Facts { t, facts: erasure.map(|erasure| facts(t, f, erasure)).unwrap_or_default() },
            fields: vec![
                Field::line("reason", t.erasure_reason(), form.get("reason"), REASON)
                    .hint(t.erasure_reason_hint()),
                Field::choice("waive", t.erasure_days(), Kind::Boxes(vec![waive])),
            ],
            erase: Action::button(t.erasure_ask(), rights.erase).grave(),
            withdraw: erasure
                .filter(|_| !over)
                .map(|_| Action::button(t.erasure_withdraw(), rights.withdraw).minor()),
            state,
            once,
            frame,
        }
    }
}
