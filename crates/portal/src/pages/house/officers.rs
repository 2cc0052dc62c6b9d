//! What officers do together: acts that wait for a second one, gags to look after, who is on duty, who holds shares of the
//! root key.

use askama::Template;
use client::Call;
use contract::operations::{
    CreateDuty, EndDuty, ListDuties, ListGagReminders, ListOfficerWishes, ListPersons, ListShareSets,
    ReviewGag, WithdrawOfficerWish,
};
use contract::resources::access::{Duty, EnrolledPerson, OfficerWish};
use contract::resources::key_share::{ShareHolder, ShareSet};
use contract::resources::legal::GagReminder;
use contract::{Operation, Party, Spec};
use std::collections::BTreeMap;

use super::gags::Gags;
use super::{accounts, name_of, names};
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, at};
use crate::parts::{Action, Choice, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// Wishes, shifts and officers on one page.
const MOST: usize = 500;

struct Wish {
    id: String,
    what: String,
    who: String,
    until: String,
    own: bool,
}

struct Shift {
    id: String,
    who: String,
    from: String,
    until: String,
    now: bool,
}

/// Who holds a share of the root key.
struct Holder {
    number: String,
    who: String,
    /// Whether the person left since.
    left: bool,
}

/// The set of shares that counts.
struct Shares {
    line: String,
    /// So many holders left that the others could not bring the root back.
    short: bool,
    holders: Vec<Holder>,
}

#[derive(Template)]
#[template(path = "pages/house/officers.html")]
pub(crate) struct Officers {
    frame: Frame,
    problem: Problem,
    wishes: Vec<Wish>,
    gags: Gags,
    shifts: Vec<Shift>,
    shares: Option<Shares>,
    fields: Vec<Field>,
    once: String,
    withdraw: Action,
    end: Action,
    set: Action,
}

/// What the page is made of.
#[derive(Default)]
struct Known {
    wishes: Vec<OfficerWish>,
    gags: Vec<GagReminder>,
    duties: Vec<Duty>,
    /// Officers and auditors.
    officers: Vec<EnrolledPerson>,
    sets: Vec<ShareSet>,
    names: BTreeMap<String, String>,
    /// The visitor's own account.
    own: String,
    now: jiff::Timestamp,
}

impl Page for Officers {
    type At = at::Officers;
    const CALLS: &'static [&'static Spec] =
        &[ListOfficerWishes::SPEC, ListGagReminders::SPEC, ListDuties::SPEC, ListShareSets::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let officer = super::sample(kit, "trustee-officer", "enrolled");
        let account = officer.user_id.clone().unwrap_or_default();
        let known = |own: &str| Known {
            wishes: vec![OfficerWish {
                id: Some("5f2d".to_owned()),
                wish: kit.some("admit-person maulwurf roles OperatorStaff state active in operator"),
                officer_id: Some(account.clone()),
                wished_date: Some(Kit::at("2018-05-12T10:00:00Z")),
                expires: Some(Kit::at("2018-05-19T10:00:00Z")),
            }],
            gags: vec![Gags::sample(kit)],
            duties: vec![Duty {
                id: Some("0198c1de-7a11-7cc3-98c4-dc0c0c073ccc".to_owned()),
                person_id: officer.id.clone(),
                from: Some(Kit::at("2018-05-12T06:00:00Z")),
                until: Some(Kit::at("2018-05-12T18:00:00Z")),
                ..Duty::default()
            }],
            officers: vec![officer.clone()],
            sets: vec![set(&officer, if own.is_empty() { 2 } else { 1 })],
            names: BTreeMap::from([(account.clone(), kit.text("Clara Winter"))]),
            own: own.to_owned(),
            now: Kit::at("2018-05-12T10:00:00Z"),
        };
        let page = |known: &Known, problem, permit: Permit| {
            let frame = kit.frame(Party::Trustee, "/portal/officers");
            Self::of(frame, known, &Form::default(), problem, [&permit; 3].map(Permit::clone), String::new())
        };
        vec![
            page(&known(&account), Problem::none(t), Permit::Yes),
            page(&known(""), Problem::ours(t, t.form_sure_missing()), Permit::No(t.reason_planned())),
            page(&Known::default(), Problem::none(t), Permit::Yes),
        ]
    }

    async fn load(visit: &Visit, _at: at::Officers) -> Result<Answer, Trouble> {
        Self::made(visit, &Form::default(), Problem::none(visit.t), visit.fresh_id()).await?.shown()
    }

    async fn act(visit: &Visit, here: at::Officers, form: Form) -> Result<Answer, Trouble> {
        let once = visit.id_of(&form);
        let outcome = match form.get("do") {
            "withdraw" => {
                let call = Call::to(WithdrawOfficerWish).param("wish-id", form.get("wish"));
                visit.call(call.request_id(once)).await
            }
            "gag" => Gags::act(visit, &form).await,
            "end" => visit.call(Call::to(EndDuty).param("duty-id", form.get("duty")).request_id(once)).await,
            "set" => {
                let body = Duty {
                    person_id: form.given("person"),
                    from: time(form.get("from")),
                    until: time(form.get("until")),
                    ..Duty::default()
                };
                visit.call(Call::to(CreateDuty).request_id(once).body(&body)).await.map(|_| ())
            }
            _ => return Err(Trouble::Missing),
        };
        match outcome {
            Ok(()) => Ok(Answer::Go(link(&here, &[("done", "saved")]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &form, problem, once).await?.shown_as(status)
            }
        }
    }
}

/// A set of shares for samples: one of two holders left.
fn set(officer: &EnrolledPerson, needed: i64) -> ShareSet {
    let holder = |number, standing| ShareHolder {
        number: Some(number),
        person_id: officer.id.clone(),
        standing: Some(standing),
        ..ShareHolder::default()
    };
    ShareSet {
        needed: Some(needed),
        holders: Some(vec![holder(1, true), holder(2, false)]),
        state: Some("current".to_owned()),
        made_date: Some(Kit::at("2018-05-12T10:00:00Z")),
        standing: Some(1),
        ..ShareSet::default()
    }
}

/// What a browser writes for a moment; it is taken as UTC, as the page says.
pub(crate) fn time(text: &str) -> Option<jiff::Timestamp> {
    let seconds = if text.matches(':').count() == 1 { ":00" } else { "" };
    format!("{text}{seconds}Z").parse().ok()
}

impl Officers {
    async fn made(visit: &Visit, form: &Form, problem: Problem, once: String) -> Result<Self, Trouble> {
        let mut officers = Vec::new();
        for kind in ["trustee-officer", "legal-officer", "auditor"] {
            let call = Call::to(ListPersons).query("kind", kind).query("size", MOST);
            officers.extend(visit.call(call).await?.items);
        }
        let known = Known {
            wishes: visit.call(Call::to(ListOfficerWishes).query("size", MOST)).await?.items,
            gags: visit.call(Call::to(ListGagReminders)).await?.items,
            duties: visit.call(Call::to(ListDuties).query("size", MOST)).await?.items,
            officers,
            sets: visit.call(Call::to(ListShareSets)).await?.items,
            names: names(&accounts(visit).await?),
            own: visit.visitor().map(|visitor| visitor.user.to_string()).unwrap_or_default(),
            now: visit.now(),
        };
        let may = [visit.may(WithdrawOfficerWish), visit.may(CreateDuty), visit.may(ReviewGag)];
        Ok(Self::of(visit.frame(), &known, form, problem, may, once))
    }

    fn of(
        frame: Frame,
        known: &Known,
        form: &Form,
        problem: Problem,
        [withdraw, set, review]: [Permit; 3],
        once: String,
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let at = |at: Option<jiff::Timestamp>| at.map(|at| f.time(at)).unwrap_or_default();
        let named = |account: &str| known.names.get(account).cloned().unwrap_or_else(|| account.to_owned());
        let wish = |one: &OfficerWish| {
            let officer = one.officer_id.clone().unwrap_or_default();
            Wish {
                id: one.id.clone().unwrap_or_default(),
                what: one.wish.clone().unwrap_or_default(),
                who: named(&officer),
                until: at(one.expires),
                own: officer == known.own,
            }
        };
        let called = |id: &str| {
            let person = known.officers.iter().find(|person| person.id.as_deref() == Some(id));
            let name = person.map(|person| name_of(person, &known.names)).unwrap_or_default();
            if name.is_empty() { id.to_owned() } else { name }
        };
        let shift = |one: &Duty| Shift {
            id: one.id.clone().unwrap_or_default(),
            who: called(one.person_id.as_deref().unwrap_or_default()),
            from: at(one.from),
            until: at(one.until),
            now: one.from.is_some_and(|from| from <= known.now),
        };
        let enrolled = known.officers.iter().filter(|person| person.state.as_deref() == Some("enrolled"));
        let on_duty = |person: &&EnrolledPerson| person.kind.as_deref() == Some("trustee-officer");
        let officers = enrolled.filter(on_duty).filter_map(|person| {
            let value = person.id.clone()?;
            let chosen = form.get("person") == value;
            Some(Choice { label: called(&value), value, chosen })
        });
        let holder = |one: &ShareHolder| Holder {
            number: one.number.map(|number| f.whole(number)).unwrap_or_default(),
            who: called(one.person_id.as_deref().unwrap_or_default()),
            left: one.standing == Some(false),
        };
        let current = known.sets.iter().find(|set| set.state.as_deref() == Some("current"));
        let shares = current.map(|set| {
            let holders = set.holders.as_deref().unwrap_or_default();
            let (needed, of) = (set.needed.unwrap_or_default(), holders.len());
            let made = set.made_date.map(|at| f.day(at)).unwrap_or_default();
            Shares {
                line: t.shares_line(needed, of, made),
                short: set.standing.unwrap_or_default() < needed,
                holders: holders.iter().map(holder).collect(),
            }
        });
        let moment = |name, label| {
            Field::line(name, label, form.get(name), 30)
                .of(Kind::Line("datetime-local"))
                .hint(t.duty_time_hint())
        };
        Self {
            problem,
            wishes: known.wishes.iter().map(wish).collect(),
            gags: Gags::of(&frame, &known.gags, form, review),
            shifts: known.duties.iter().map(shift).collect(),
            fields: vec![
                Field::choice("person", t.duty_officer(), Kind::Select(officers.collect())),
                moment("from", t.duty_from()),
                moment("until", t.duty_until()),
            ],
            shares,
            once,
            withdraw: Action::button(t.wish_withdraw(), withdraw),
            end: Action::button(t.duty_end(), set.clone()).grave(),
            set: Action::button(t.duty_set(), set),
            frame,
        }
    }
}
