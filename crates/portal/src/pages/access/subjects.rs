//! Requests of data subjects: whoever received one by mistake hands it over here, and the customer reads it.

use askama::Template;
use client::Call;
use contract::operations::{CreateSubjectRequest, ListSubjectRequests};
use contract::resources::subject_request::SubjectRequest;
use contract::{Operation, Party, Spec};
use edge::StatusCode;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::house::officers::time;
use crate::pages::{Answer, Page, at};
use crate::parts::{Action, Choice, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Requests on the page.
const MOST: usize = 100;
/// The longest text.
const TEXT: u16 = 8000;
/// What can be asked for; the words of the contract.
const RIGHTS: [&str; 6] = ["access", "rectification", "erasure", "restriction", "portability", "objection"];

struct Row {
    right: String,
    house: String,
    customer: String,
    received: String,
    forwarded: String,
    hash: String,
    /// What the person wrote, for the customer.
    text: String,
    receipt: String,
}

#[derive(Template)]
#[template(path = "pages/access/subjects.html")]
pub(crate) struct SubjectRequests {
    frame: Frame,
    problem: Problem,
    intro: String,
    /// Whether the visitor is the customer, who sees what the persons wrote.
    own: bool,
    rows: Vec<Row>,
    fields: Vec<Field>,
    hand_over: Action,
    /// The receipt for what was just handed over; empty otherwise.
    receipt: String,
    once: String,
}

impl Page for SubjectRequests {
    type At = at::SubjectRequests;
    const CALLS: &'static [&'static Spec] = &[ListSubjectRequests::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let list = [RIGHTS[0], RIGHTS[2]].map(|right| SubjectRequest {
            id: Some(super::SAMPLE.to_owned()),
            tenant_id: Some("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned()),
            right: Some(right.to_owned()),
            text: kit.some("Please tell me what you know of me. Erika Muster"),
            received_date: Some(Kit::at("2018-05-11T08:00:00Z")),
            received_by: Some("operator".to_owned()),
            forwarded_date: Some(Kit::at("2018-05-12T10:00:00Z")),
            receipt: kit.some("treuhand-subject-request v1"),
            receipt_sha256: kit.some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        });
        let typed = if kit.hostile { "text=%3Cscript%3E%22&tenant=%3Cb%3E" } else { "text=x" };
        let form = Form::parse(typed.as_bytes());
        let page = |party, list: &[SubjectRequest], problem, permit, receipt: &str| {
            let frame = kit.frame(party, "/portal/access/subjects");
            Self::of(frame, list, &form, problem, permit, (kit.text(receipt), String::new()))
        };
        let none = || Problem::none(t);
        vec![
            page(Party::Customer, &list, none(), Permit::Hidden, ""),
            page(Party::Customer, &[], none(), Permit::Hidden, ""),
            page(Party::Operator, &list, none(), Permit::Yes, "treuhand-subject-request v1"),
            page(Party::Trustee, &list, Problem::ours(t, t.advice_input()), Permit::Yes, ""),
            page(Party::Trustee, &[], none(), Permit::No(t.reason_planned()), ""),
        ]
    }

    async fn load(visit: &Visit, _at: at::SubjectRequests) -> Result<Answer, Trouble> {
        let once = visit.fresh_id();
        Self::made(visit, &Form::default(), Problem::none(visit.t), (String::new(), once)).await?.shown()
    }

    async fn act(visit: &Visit, _here: at::SubjectRequests, form: Form) -> Result<Answer, Trouble> {
        let body = SubjectRequest {
            tenant_id: form.given("tenant"),
            right: form.given("right"),
            text: form.given("text"),
            received_date: time(form.get("received")),
            ..SubjectRequest::default()
        };
        let call = Call::to(CreateSubjectRequest).request_id(visit.id_of(&form)).body(&body);
        match visit.call(call).await {
            Ok(made) => {
                let receipt = made.receipt.unwrap_or_default();
                let shown = (receipt, visit.fresh_id());
                Self::made(visit, &Form::default(), Problem::none(visit.t), shown)
                    .await?
                    .shown_as(StatusCode::OK)
            }
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &form, problem, (String::new(), once)).await?.shown_as(status)
            }
        }
    }
}

impl SubjectRequests {
    async fn made(
        visit: &Visit,
        form: &Form,
        problem: Problem,
        shown: (String, String),
    ) -> Result<Self, Trouble> {
        let list = visit.call(Call::to(ListSubjectRequests).query("size", MOST)).await?.items;
        Ok(Self::of(visit.frame(), &list, form, problem, visit.may(CreateSubjectRequest), shown))
    }

    fn of(
        frame: Frame,
        list: &[SubjectRequest],
        form: &Form,
        problem: Problem,
        permit: Permit,
        (receipt, once): (String, String),
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let at = |at: Option<jiff::Timestamp>| at.map(|at| f.time(at)).unwrap_or_default();
        let named = |right: &str| t.named("right", right).unwrap_or_else(|| right.to_owned());
        let row = |one: &SubjectRequest| Row {
            right: named(&text(&one.right)),
            house: match one.received_by.as_deref() {
                Some("operator") => frame.operator.clone(),
                _ => frame.trustee.clone(),
            },
            customer: text(&one.tenant_id),
            received: at(one.received_date),
            forwarded: at(one.forwarded_date),
            hash: text(&one.receipt_sha256),
            text: text(&one.text),
            receipt: text(&one.receipt),
        };
        let right = |word: &&str| Choice {
            value: (*word).to_owned(),
            label: named(word),
            chosen: form.get("right") == *word,
        };
        let own = permit == Permit::Hidden;
        Self {
            problem,
            intro: if own {
                t.subject_intro_customer(frame.operator.clone(), frame.trustee.clone())
            } else {
                t.subject_intro_house(frame.operator.clone())
            },
            own,
            rows: list.iter().map(row).collect(),
            fields: vec![
                Field::line("tenant", t.field_customer_id(), form.get("tenant"), 36),
                Field::choice("right", t.subject_right(), Kind::Select(RIGHTS.iter().map(right).collect())),
                Field::line("text", t.subject_text(), form.get("text"), TEXT)
                    .of(Kind::Area(8))
                    .hint(t.subject_text_hint()),
                Field::line("received", t.subject_received(), form.get("received"), 30)
                    .of(Kind::Line("datetime-local"))
                    .hint(t.subject_received_hint())
                    .optional(t),
            ],
            hand_over: Action::button(t.subject_hand_over(), permit),
            receipt,
            once,
            frame,
        }
    }
}
