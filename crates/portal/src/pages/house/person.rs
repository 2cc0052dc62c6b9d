//! One person with the keys: a second officer confirms here, and whoever must go is removed here.

use askama::Template;
use client::Call;
use contract::operations::{
    ConfirmPerson, ConfirmPersonKey, GetPerson, HastenPersonKey, ProposePersonKey, RemovePerson,
    RemovePersonKey,
};
use contract::resources::access::{EnrolledPerson, PersonKey};
use contract::{Operation, Party, Spec};
use jiff::Timestamp;
use std::collections::BTreeMap;

use super::{accounts, kind, name_of, names, standing};
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::account::Ticket;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Fact, Facts, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// A form of the page with one button.
struct Act {
    word: &'static str,
    title: String,
    means: String,
    sure: bool,
    button: Action,
}

struct KeyRow {
    id: String,
    fingerprint: String,
    hardware: bool,
    state: String,
    class: &'static str,
    from: String,
    acts: Vec<(&'static str, Action)>,
}

#[derive(Template)]
#[template(path = "pages/house/person.html")]
pub(crate) struct Person {
    frame: Frame,
    name: String,
    state: String,
    class: &'static str,
    problem: Problem,
    ticket: Option<Ticket>,
    facts: Facts,
    keys: Vec<KeyRow>,
    acts: Vec<Act>,
    /// One more key; none unless the person is enrolled.
    more: Option<(Field, Action)>,
    once: String,
}

/// What the visitor may do.
#[derive(Clone)]
struct May {
    confirm: Permit,
    remove: Permit,
    add: Permit,
    confirm_key: Permit,
    hasten: Permit,
    remove_key: Permit,
}

impl Page for Person {
    type At = at::Person;
    const CALLS: &'static [&'static Spec] = &[GetPerson::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let names =
            BTreeMap::from([("0d6b1b3e-5d6f-4c59-9a3e-1f0c7b8a9d10".to_owned(), kit.text("Clara Winter"))]);
        let page = |kind: &str, state: &str, problem, permit: Permit| {
            let [confirm, remove, add, confirm_key, hasten, remove_key] =
                std::array::from_fn(|_| permit.clone());
            let may = May { confirm, remove, add, confirm_key, hasten, remove_key };
            let now = Kit::at("2018-05-12T12:00:00Z");
            let frame = kit.frame(Party::Trustee, "/portal/people");
            Self::of(frame, &super::sample(kit, kind, state), &names, problem, (&may, now), String::new())
        };
        let mut made = page("customer-approver", "enrolled", Problem::none(t), Permit::Yes);
        made.ticket = Some(Ticket::sample(kit));
        vec![
            page("requester", "proposed", Problem::none(t), Permit::Yes),
            made,
            page(
                "auditor",
                "enrolled",
                Problem::ours(t, t.form_sure_missing()),
                Permit::No(t.reason_planned()),
            ),
            page("auditor", "removed", Problem::none(t), Permit::Yes),
        ]
    }

    async fn load(visit: &Visit, here: at::Person) -> Result<Answer, Trouble> {
        Self::made(visit, &here, Problem::none(visit.t), visit.fresh_id()).await?.shown()
    }

    async fn act(visit: &Visit, here: at::Person, form: Form) -> Result<Answer, Trouble> {
        let doing = form.get("do").to_owned();
        if doing.starts_with("remove") && form.get("sure") != "yes" {
            let problem = Problem::ours(visit.t, visit.t.form_sure_missing());
            let page = Self::made(visit, &here, problem, visit.fresh_id()).await?;
            return page.shown_as(edge::StatusCode::BAD_REQUEST);
        }
        let (once, key) = (visit.id_of(&form), form.get("key").to_owned());
        let done = match doing.as_str() {
            "confirm" => match visit.call(of(&here, ConfirmPerson).request_id(once)).await {
                Ok(confirmed) if confirmed.one_time_password.is_some() => {
                    let mut page = Self::made(visit, &here, Problem::none(visit.t), visit.fresh_id()).await?;
                    page.ticket =
                        Some(Ticket::of(confirmed.user_principal_name, confirmed.one_time_password));
                    return page.shown();
                }
                confirmed => confirmed.map(|_| ()),
            },
            "remove" => visit.call(of(&here, RemovePerson).request_id(once)).await,
            "add-key" => {
                let body = PersonKey { ssh_public_key: form.given("line"), ..PersonKey::default() };
                visit.call(of(&here, ProposePersonKey).request_id(once).body(&body)).await.map(|_| ())
            }
            "confirm-key" => visit.call(of(&here, ConfirmPersonKey).param("key-id", key)).await.map(|_| ()),
            "hasten-key" => visit.call(of(&here, HastenPersonKey).param("key-id", key)).await.map(|_| ()),
            "remove-key" => visit.call(of(&here, RemovePersonKey).param("key-id", key)).await,
            _ => return Err(Trouble::Missing),
        };
        match done {
            Ok(()) => Ok(Answer::Go(link(&here, &[("done", "saved")]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &here, problem, once).await?.shown_as(status)
            }
        }
    }
}

fn of<O: Operation>(here: &at::Person, operation: O) -> Call<O> {
    Call::to(operation).param("person-id", here.person)
}

impl Person {
    async fn made(visit: &Visit, here: &at::Person, problem: Problem, once: String) -> Result<Self, Trouble> {
        let person = visit.call(of(here, GetPerson)).await?;
        let names = names(&accounts(visit).await?);
        let may = May {
            confirm: visit.may(ConfirmPerson),
            remove: visit.may(RemovePerson),
            add: visit.may(ProposePersonKey),
            confirm_key: visit.may(ConfirmPersonKey),
            hasten: visit.may(HastenPersonKey),
            remove_key: visit.may(RemovePersonKey),
        };
        Ok(Self::of(visit.frame(), &person, &names, problem, (&may, visit.now()), once))
    }

    fn of(
        frame: Frame,
        person: &EnrolledPerson,
        names: &BTreeMap<String, String>,
        problem: Problem,
        (may, now): (&May, Timestamp),
        once: String,
    ) -> Self {
        let t = frame.t;
        let (state, class) = standing(t, person.state.as_deref());
        let name = name_of(person, names);
        let is = |state: &str| person.state.as_deref() == Some(state);
        let more = is("enrolled").then(|| {
            let line = Field::line("line", t.people_key_line(), "", 1000)
                .of(Kind::Area(3))
                .hint(t.people_key_line_hint());
            (line, Action::button(t.people_add_key(), may.add.clone()).minor())
        });
        Self {
            name: if name.is_empty() { kind(t, person.kind.as_deref()) } else { name },
            state,
            class,
            problem,
            ticket: None,
            facts: Facts { t, facts: facts(&frame, person, names) },
            keys: person
                .keys
                .iter()
                .flatten()
                .map(|key| key_row(&frame, key, (may, is("enrolled")), now))
                .collect(),
            acts: acts(&frame, person, may),
            more,
            once,
            frame: frame.below(at::People {}.path(), t.people_title()),
        }
    }
}

fn facts(frame: &Frame, person: &EnrolledPerson, names: &BTreeMap<String, String>) -> Vec<Fact> {
    let (t, f) = (frame.t, frame.f);
    let by = |account: &Option<String>| {
        account.as_ref().map(|id| names.get(id).unwrap_or(id).clone()).unwrap_or_default()
    };
    let when = |at: Option<Timestamp>| at.map(|at| f.time(at)).unwrap_or_default();
    let acted = |by: String, at: String| if by.is_empty() { at } else { t.people_by(at, by) };
    vec![
        Fact::new(t.field_kind(), kind(t, person.kind.as_deref())),
        Fact::new(t.people_id(), person.id.clone().unwrap_or_default()),
        Fact::new(t.report_tenant(), person.tenant_id.clone().unwrap_or_default()),
        Fact::new(t.field_country(), person.country.clone().unwrap_or_default()),
        Fact::new(t.report_employer(), person.employer.clone().unwrap_or_default()),
        Fact::new(t.people_evidence(), person.evidence.clone().unwrap_or_default()),
        Fact::new(t.people_proposed(), acted(by(&person.proposed_by), when(person.proposed_date))),
        Fact::new(t.people_confirmed(), acted(by(&person.confirmed_by), when(person.confirmed_date))),
    ]
}

/// A key. That of a person who is not enrolled yet is confirmed with the person.
fn key_row(frame: &Frame, key: &PersonKey, (may, enrolled): (&May, bool), now: Timestamp) -> KeyRow {
    let (t, f) = (frame.t, frame.f);
    let (state, class) = standing(t, key.state.as_deref());
    let young = key.usable_from.filter(|from| *from > now);
    let mut acts = Vec::new();
    match key.state.as_deref().filter(|_| enrolled) {
        Some("proposed") => {
            acts.push(("confirm-key", Action::button(t.people_confirm_key(), may.confirm_key.clone())));
        }
        Some("enrolled") => {
            if young.is_some() {
                acts.push(("hasten-key", Action::button(t.people_hasten(), may.hasten.clone()).minor()));
            }
            acts.push(("remove-key", Action::button(t.people_remove_key(), may.remove_key.clone()).grave()));
        }
        _ => {}
    }
    KeyRow {
        id: key.id.clone().unwrap_or_default(),
        fingerprint: key.fingerprint.clone().unwrap_or_default(),
        hardware: key.hardware == Some(true),
        state,
        class,
        from: young.map(|from| t.people_counts_from(f.time(from))).unwrap_or_default(),
        acts,
    }
}

fn acts(frame: &Frame, person: &EnrolledPerson, may: &May) -> Vec<Act> {
    let t = frame.t;
    let remove = |title, means| Act {
        word: "remove",
        title,
        means,
        sure: true,
        button: Action::button(t.people_remove(), may.remove.clone()).grave(),
    };
    match person.state.as_deref() {
        Some("proposed") => vec![
            Act {
                word: "confirm",
                title: t.people_confirm(),
                means: t.people_confirm_means(),
                sure: false,
                button: Action::button(t.people_confirm(), may.confirm.clone()),
            },
            remove(t.people_reject(), t.people_reject_means()),
        ],
        Some("enrolled") => vec![remove(t.people_remove(), t.people_remove_means())],
        _ => Vec::new(),
    }
}
