//! The erasures of customers, for the trustee's people: what waits for officers, how far the rest is, and who leaves.

use askama::Template;
use client::Call;
use contract::operations::{ConfirmErasure, ListDepartures, ListErasures};
use contract::resources::departure::Departure;
use contract::resources::trustee::Erasure;
use contract::{Operation, Party, Spec};
use kernel::CustomerId;
use std::collections::BTreeMap;

use crate::form::Form;
use crate::format::Format;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::access::notice;
use crate::pages::access::requests::names;
use crate::pages::{Answer, Page, at};
use crate::parts::{Action, Fact, Facts, Problem};
use crate::permit::Permit;
use crate::texts::Texts;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// A state as a word, and how it looks.
pub(crate) struct State {
    pub(crate) word: String,
    pub(crate) class: &'static str,
}

impl State {
    /// Of this erasure.
    pub(crate) fn of(t: &Texts, erasure: &Erasure) -> Self {
        let state = erasure.state.as_deref().unwrap_or_default();
        let class = match state {
            "requested" => "warn",
            "confirmed" | "live" => "bad",
            _ => "",
        };
        Self { word: t.named("erasure-state", state).unwrap_or_else(|| state.to_owned()), class }
    }
}

/// What is known of an erasure, with its two dates.
pub(crate) fn facts(t: &Texts, f: Format, erasure: &Erasure) -> Vec<Fact> {
    let time = |at: Option<jiff::Timestamp>| at.map(|at| f.time(at)).unwrap_or_default();
    let officers = erasure.confirmed_by.as_ref().map_or(0, Vec::len);
    vec![
        Fact::new(t.erasure_reason(), erasure.reason.clone().unwrap_or_default()),
        Fact::new(t.erasure_asked(), time(erasure.requested_date)),
        Fact::new(t.erasure_due(), time(erasure.due_date)),
        Fact::new(t.erasure_confirmed(), t.erasure_confirmations(officers.to_string())),
        Fact::new(t.erasure_live(), time(erasure.live_at)),
        Fact::new(t.erasure_final(), time(erasure.irrecoverable_at)),
    ]
}

/// An erasure for samples.
pub(crate) fn sample(kit: &Kit, state: &str) -> Erasure {
    let gone = matches!(state, "live" | "final");
    Erasure {
        customer_id: Some("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned()),
        state: Some(state.to_owned()),
        reason: kit.some("We leave this cloud."),
        waive_cooling_off: Some(false),
        requested_date: Some(Kit::at("2018-05-12T09:00:00Z")),
        due_date: Some(Kit::at("2018-05-19T09:00:00Z")),
        confirmed_by: Some(vec!["0198c1de-7a11-7cc3-98c4-dc0c0c073aaa".to_owned()]),
        live_at: gone.then(|| Kit::at("2018-05-19T09:01:00Z")),
        irrecoverable_at: gone.then(|| Kit::at("2018-06-23T09:01:00Z")),
        ..Erasure::default()
    }
}

struct Row {
    whose: String,
    customer: String,
    state: State,
    facts: Facts,
    confirm: Option<Action>,
}

#[derive(Template)]
#[template(path = "pages/house/erasures.html")]
pub(crate) struct Erasures {
    frame: Frame,
    problem: Problem,
    rows: Vec<Row>,
    leaving: Vec<Row>,
    once: String,
}

/// What the page is made of.
#[derive(Default)]
struct Known {
    erasures: Vec<Erasure>,
    departures: Vec<Departure>,
    names: BTreeMap<String, String>,
}

impl Page for Erasures {
    type At = at::Erasures;
    const CALLS: &'static [&'static Spec] = &[ListErasures::SPEC, ListDepartures::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let names =
            BTreeMap::from([("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned(), kit.text("Contoso GmbH"))]);
        let known = |states: &[&str], leaves: &[&str]| Known {
            erasures: states.iter().map(|state| sample(kit, state)).collect(),
            departures: leaves.iter().map(|state| notice::sample(state)).collect(),
            names: names.clone(),
        };
        let page = |known: &Known, problem, permit| {
            let frame = kit.frame(Party::Trustee, "/portal/erasures");
            Self::of(frame, problem, known, &permit, String::new())
        };
        let all = known(&["requested", "confirmed", "live", "final"], &["notice", "retrieval", "erased"]);
        vec![
            page(&all, Problem::none(t), Permit::Yes),
            page(&known(&["requested"], &["transition"]), Problem::none(t), Permit::No(t.reason_planned())),
            page(&Known::default(), Problem::none(t), Permit::Yes),
        ]
    }

    async fn load(visit: &Visit, _at: at::Erasures) -> Result<Answer, Trouble> {
        Self::made(visit, Problem::none(visit.t)).await?.shown()
    }

    async fn act(visit: &Visit, _here: at::Erasures, form: Form) -> Result<Answer, Trouble> {
        let customer: CustomerId = form.get("customer").parse().map_err(|_| Trouble::Missing)?;
        let call = Call::to(ConfirmErasure).param("customer-id", customer).request_id(visit.id_of(&form));
        match visit.call(call).await {
            Ok(_) => Ok(Answer::Go(link(&at::Erasures {}, &[("done", "erasure-confirmed")]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                Self::made(visit, problem).await?.shown_as(status)
            }
        }
    }
}

impl Erasures {
    async fn made(visit: &Visit, problem: Problem) -> Result<Self, Trouble> {
        let known = Known {
            erasures: visit.call(Call::to(ListErasures)).await?.items,
            departures: visit.call(Call::to(ListDepartures)).await?.items,
            names: names(visit).await?,
        };
        let may = visit.may(ConfirmErasure);
        Ok(Self::of(visit.frame(), problem, &known, &may, visit.fresh_id()))
    }

    fn of(frame: Frame, problem: Problem, known: &Known, may: &Permit, once: String) -> Self {
        let (t, f) = (frame.t, frame.f);
        let whose =
            |customer: &str| known.names.get(customer).cloned().unwrap_or_else(|| customer.to_owned());
        let leaves = |one: &Departure| {
            let customer = one.customer_id.clone().unwrap_or_default();
            Row {
                whose: whose(&customer),
                state: notice::state(t, one),
                facts: Facts { t, facts: notice::facts(t, f, one) },
                confirm: None,
                customer,
            }
        };
        let row = |one: &Erasure| {
            let customer = one.customer_id.clone().unwrap_or_default();
            let waits = one.state.as_deref() == Some("requested");
            Row {
                whose: whose(&customer),
                state: State::of(t, one),
                facts: Facts { t, facts: facts(t, f, one) },
                confirm: waits.then(|| Action::button(t.erasure_confirm(), may.clone()).grave()),
                customer,
            }
        };
        Self {
            problem,
            rows: known.erasures.iter().map(row).collect(),
            leaving: known.departures.iter().map(leaves).collect(),
            once,
            frame,
        }
    }
}
