//! The part of the officers' page about gags: which have to be looked after, and what was found.

use client::Call;
use contract::operations::ReviewGag;
use contract::resources::legal::{GagReminder, GagReview};

use super::officers::time;
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::cloud::country_name;
use crate::parts::{Action, Choice, Field, Kind};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What can be found; the words of the contract.
const FOUND: [&str; 3] = ["continues", "extended", "ended"];

pub(super) struct Row {
    pub(super) authority: String,
    pub(super) customer: String,
    pub(super) basis: String,
    pub(super) asked: String,
    pub(super) ends: String,
}

/// Gags that wait to be looked after, with the form that says what was found.
pub(super) struct Gags {
    pub(super) rows: Vec<Row>,
    pub(super) fields: Vec<Field>,
    pub(super) review: Action,
}

impl Gags {
    pub(super) fn of(frame: &Frame, list: &[GagReminder], form: &Form, review: Permit) -> Self {
        let (t, f) = (frame.t, frame.f);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let at = |at: Option<jiff::Timestamp>| at.map(|at| f.time(at)).unwrap_or_default();
        let authority =
            |one: &GagReminder| format!("{}, {}", text(&one.authority), country_name(t, &text(&one.country)));
        let row = |one: &GagReminder| Row {
            authority: authority(one),
            customer: text(&one.tenant_id),
            basis: text(&one.gag_basis),
            asked: at(one.asked_date),
            ends: at(one.gag_ends_date),
        };
        let case = |one: &GagReminder| Choice {
            value: text(&one.case_id),
            label: format!("{} · {}", authority(one), text(&one.tenant_id)),
            chosen: form.get("case") == text(&one.case_id),
        };
        let found = FOUND.map(|word| Choice {
            value: word.to_owned(),
            label: t.named("gag-found", word).unwrap_or_else(|| word.to_owned()),
            chosen: form.get("found") == word,
        });
        Self {
            rows: list.iter().map(row).collect(),
            fields: vec![
                Field::choice("case", t.gag_demand(), Kind::Select(list.iter().map(case).collect())),
                Field::choice("found", t.gag_found(), Kind::Radios(found.to_vec())),
                Field::line("put-off", t.gag_put_off(), form.get("put-off"), 30)
                    .of(Kind::Line("datetime-local"))
                    .hint(t.gag_put_off_hint())
                    .optional(t),
                Field::line("document", t.gag_document(), form.get("document"), 64)
                    .hint(t.gag_document_hint())
                    .optional(t),
            ],
            review: Action::button(t.gag_review(), review),
        }
    }

    /// Sends what somebody found.
    pub(super) async fn act(visit: &Visit, form: &Form) -> Result<(), Trouble> {
        let body = GagReview {
            found: form.given("found"),
            until: time(form.get("put-off")),
            document_sha256: form.given("document"),
            ..GagReview::default()
        };
        let call = Call::to(ReviewGag).param("case-id", form.get("case"));
        visit.call(call.request_id(visit.id_of(form)).body(&body)).await.map(|_| ())
    }

    pub(super) fn sample(kit: &Kit) -> GagReminder {
        GagReminder {
            case_id: Some("0198c1de-7a11-7cc3-98c4-dc0c0c073ddd".to_owned()),
            tenant_id: Some("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned()),
            authority: kit.some("Amtsgericht Hannover"),
            country: Some("DE".to_owned()),
            gag_basis: kit.some("StPO 95a, Amtsgericht Hannover"),
            gag_ends_date: Some(Kit::at("2018-08-01T00:00:00Z")),
            asked_date: Some(Kit::at("2018-05-12T10:00:00Z")),
        }
    }
}
