//! The part of the page on leaving that is about notice: the state, the dates, and how long what lasts.

use askama::Template;
use askama::filters::HtmlSafe;
use contract::resources::departure::Departure;

use crate::form::Form;
use crate::format::Format;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::house::erasures::State;
use crate::parts::{Action, Fact, Facts, Field, Kind};
use crate::permit::Permit;
use crate::texts::Texts;

/// The longest number of days.
const DAYS: u16 = 4;

/// The part.
#[derive(Template)]
#[template(path = "parts/notice.html")]
pub(crate) struct Notice {
    t: &'static Texts,
    csrf: String,
    once: String,
    state: Option<State>,
    facts: Facts,
    fields: Vec<Field>,
    give: Action,
    stay: Option<Action>,
}

impl HtmlSafe for Notice {}

/// A state as a word, and how it looks.
pub(crate) fn state(t: &Texts, departure: &Departure) -> State {
    let word = departure.state.as_deref().unwrap_or_default();
    let class = if runs(departure) { "warn" } else { "" };
    State { word: t.named("departure-state", word).unwrap_or_else(|| word.to_owned()), class }
}

/// The dates.
pub(crate) fn facts(t: &Texts, f: Format, departure: &Departure) -> Vec<Fact> {
    let time = |at: Option<jiff::Timestamp>| at.map(|at| f.time(at)).unwrap_or_default();
    vec![
        Fact::new(t.notice_given(), time(departure.given_date)),
        Fact::new(t.notice_until(), time(departure.notice_until)),
        Fact::new(t.notice_transition_until(), time(departure.transition_until)),
        Fact::new(t.notice_retrieval_until(), time(departure.retrieval_until)),
    ]
}

/// Whether its dates still run.
pub(crate) fn runs(departure: &Departure) -> bool {
    matches!(departure.state.as_deref(), Some("notice" | "transition" | "retrieval"))
}

/// A departure for samples.
pub(crate) fn sample(state: &str) -> Departure {
    Departure {
        customer_id: Some("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned()),
        state: Some(state.to_owned()),
        given_date: Some(Kit::at("2018-05-12T09:00:00Z")),
        notice_until: Some(Kit::at("2018-07-10T09:00:00Z")),
        transition_until: Some(Kit::at("2018-08-09T09:00:00Z")),
        retrieval_until: Some(Kit::at("2018-09-08T09:00:00Z")),
        ..Departure::default()
    }
}

impl Notice {
    pub(crate) fn of(
        frame: &Frame,
        departure: Option<&Departure>,
        [give, stay]: [Permit; 2],
        form: &Form,
        once: &str,
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let days =
            |name, label| Field::line(name, label, form.get(name), DAYS).of(Kind::Line("number")).optional(t);
        let can_stay = |one: &&Departure| matches!(one.state.as_deref(), Some("notice" | "transition"));
        Self {
            t,
            csrf: frame.csrf.clone(),
            once: once.to_owned(),
            state: departure.filter(|one| runs(one)).map(|one| state(t, one)),
            facts: Facts { t, facts: departure.map(|one| facts(t, f, one)).unwrap_or_default() },
            fields: vec![
                days("notice", t.notice_days()).hint(t.notice_days_hint()),
                days("transition", t.notice_transition_days()),
                days("retrieval", t.notice_retrieval_days()),
            ],
            give: Action::button(t.notice_give(), give).grave(),
            stay: departure.filter(can_stay).map(|_| Action::button(t.notice_stay(), stay).minor()),
        }
    }
}
