//! A customer leaves: it takes everything along, gives notice, and has its keys destroyed.

use askama::Template;
use client::Call;
use contract::operations::{
    CreateCustomerExport, GetCustomerExportArchive, GetDeparture, GetErasure, GiveNotice,
    ListCustomerExports, RequestErasure, WithdrawErasure, WithdrawNotice,
};
use contract::resources::departure::Departure;
use contract::resources::export::CustomerExport;
use contract::resources::trustee::Erasure;
use contract::{Operation, Party, Spec};
use edge::{Response, StatusCode};

use super::notice::{self, Notice};
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::house::erasures::{State, facts, sample};
use crate::pages::{Answer, Page, at};
use crate::parts::{Action, Choice, Facts, Field, Kind, Problem};
use crate::permit::Permit;
use crate::texts::Texts;
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
    notice: [Permit; 2],
}

/// What is known.
struct Known<'a> {
    exports: &'a [CustomerExport],
    erasure: Option<&'a Erasure>,
    departure: Option<&'a Departure>,
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
    notice: Notice,
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
        let leaves = ["notice", "retrieval", "over"].map(notice::sample);
        let page = |exports: &[CustomerExport], erasure: Option<&Erasure>, problem, permit: Permit| {
            let departure = match erasure.and_then(|one| one.state.as_deref()) {
                None => exports.first().map(|_| &leaves[0]),
                Some("requested") => Some(&leaves[1]),
                Some(_) => Some(&leaves[2]),
            };
            let rights = Rights {
                export: permit.clone(),
                fetch: permit.clone(),
                erase: permit.clone(),
                withdraw: permit.clone(),
                notice: [permit.clone(), permit],
            };
            let known = Known { exports, erasure, departure, rights, form: &form };
            Self::of(kit.frame(Party::Customer, "/portal/leaving"), problem, known, String::new())
        };
        let none = || Problem::none(t);
        vec![
            page(&[], None, none(), Permit::Yes),
            page(&list, None, none(), Permit::Yes),
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
            "notice" => {
                let call = Call::to(GiveNotice).param("customer-id", customer);
                visit.call(call.request_id(once).body(&asked(&form))).await.map(|_| "notice-given")
            }
            "stay" => {
                let call = Call::to(WithdrawNotice).param("customer-id", customer);
                visit.call(call.request_id(once)).await.map(|()| "notice-withdrawn")
            }
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
                    end_retrieval: form.given("early").map(|_| true),
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

/// The notice that a form gives.
fn asked(form: &Form) -> Departure {
    let days = |name| form.given(name).and_then(|days| days.trim().parse().ok());
    Departure {
        notice_days: days("notice"),
        transition_days: days("transition"),
        retrieval_days: days("retrieval"),
        ..Departure::default()
    }
}

/// None where there is nothing.
fn found<T>(answer: Result<T, Trouble>) -> Result<Option<T>, Trouble> {
    match answer {
        Ok(one) => Ok(Some(one)),
        Err(Trouble::Refused(refusal)) if refusal.status == 404 => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// What is said when an erasure is asked for.
fn erasing(t: &'static Texts, form: &Form, runs: bool) -> Vec<Field> {
    let tick = |name, label| Choice { value: "yes".to_owned(), label, chosen: !form.all(name).is_empty() };
    let boxes = |name, label, means| Field::choice(name, label, Kind::Boxes(vec![tick(name, means)]));
    let mut fields = vec![
        Field::line("reason", t.erasure_reason(), form.get("reason"), REASON).hint(t.erasure_reason_hint()),
        boxes("waive", t.erasure_days(), t.erasure_waive()),
    ];
    if runs {
        fields.push(boxes("early", t.erasure_retrieval(), t.erasure_early()));
    }
    fields
}

impl Leaving {
    async fn made(visit: &Visit, form: &Form, problem: Problem) -> Result<Self, Trouble> {
        let customer = own(visit)?;
        let exports = visit.call(Call::to(ListCustomerExports).param("customer-id", customer)).await?.items;
        let erasure = found(visit.call(Call::to(GetErasure).param("customer-id", customer)).await)?;
        let departure = found(visit.call(Call::to(GetDeparture).param("customer-id", customer)).await)?;
        let rights = Rights {
            export: visit.may(CreateCustomerExport),
            fetch: visit.may(GetCustomerExportArchive),
            erase: visit.may(RequestErasure),
            withdraw: visit.may(WithdrawErasure),
            notice: [visit.may(GiveNotice), visit.may(WithdrawNotice)],
        };
        let (erasure, departure) = (erasure.as_ref(), departure.as_ref());
        let known = Known { exports: &exports, erasure, departure, rights, form };
        Ok(Self::of(visit.frame(), problem, known, visit.fresh_id()))
    }

    fn of(frame: Frame, problem: Problem, known: Known<'_>, once: String) -> Self {
        let (t, f) = (frame.t, frame.f);
        let Known { exports, erasure, departure, rights, form } = known;
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
        Self {
            problem,
            rows: exports.iter().map(row).collect(),
            key: Field::line("recipient", t.leaving_key(), form.get("recipient"), KEY)
                .hint(t.leaving_key_hint()),
            export: Action::button(t.leaving_export(), rights.export),
            facts: Facts { t, facts: erasure.map(|erasure| facts(t, f, erasure)).unwrap_or_default() },
            fields: erasing(t, form, departure.is_some_and(notice::runs)),
            notice: Notice::of(&frame, departure, rights.notice, form, &once),
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
