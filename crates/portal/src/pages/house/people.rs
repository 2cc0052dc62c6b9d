//! Enrolled persons: for the trustee's people all of them, for a customer its own.

use askama::Template;
use client::Call;
use contract::operations::{GetPerson, ListPersons, ProposePerson};
use contract::resources::access::EnrolledPerson;
use contract::{Operation, Party, Spec};
use std::collections::BTreeMap;

use super::{accounts, kind, name_of, names, standing};
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::Action;
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// Persons on one page.
const PAGE: usize = 100;

struct Row {
    name: String,
    href: String,
    kind: String,
    country: String,
    state: String,
    class: &'static str,
    keys: Vec<String>,
}

#[derive(Template)]
#[template(path = "pages/house/people.html")]
pub(crate) struct People {
    frame: Frame,
    intro: String,
    rows: Vec<Row>,
    add: Action,
    previous: String,
    next: String,
}

impl Page for People {
    type At = at::People;
    const CALLS: &'static [&'static Spec] = &[ListPersons::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let names =
            BTreeMap::from([("0d6b1b3e-5d6f-4c59-9a3e-1f0c7b8a9d10".to_owned(), kit.text("Clara Winter"))]);
        let list = [
            super::sample(kit, "trustee-officer", "enrolled"),
            super::sample(kit, "requester", "proposed"),
            super::sample(kit, "auditor", "removed"),
        ];
        let page = |party, list: &[EnrolledPerson], permit: [Permit; 2]| {
            Self::of(kit.frame(party, "/portal/people"), party, list, &names, permit, 100)
        };
        vec![
            page(Party::Trustee, &list, [Permit::Yes, Permit::Yes]),
            page(Party::Customer, &list[..1], [Permit::Hidden, Permit::Hidden]),
            page(Party::Customer, &[], [Permit::Hidden, Permit::Hidden]),
        ]
    }

    async fn load(visit: &Visit, _at: at::People) -> Result<Answer, Trouble> {
        let offset = visit.query.get("offset").parse().unwrap_or(0);
        let call = Call::to(ListPersons).query("size", PAGE).query("offset", offset);
        let list = visit.call(call).await?.items;
        let names = names(&accounts(visit).await?);
        let may = [visit.may(ProposePerson), visit.may(GetPerson)];
        let party = visit.party().unwrap_or(Party::Customer);
        Self::of(visit.frame(), party, &list, &names, may, offset).shown()
    }
}

impl People {
    fn of(
        frame: Frame,
        party: Party,
        list: &[EnrolledPerson],
        names: &BTreeMap<String, String>,
        [propose, open]: [Permit; 2],
        offset: usize,
    ) -> Self {
        let t = frame.t;
        let row = |person: &EnrolledPerson| {
            let (state, class) = standing(t, person.state.as_deref());
            let id = person.id.clone().unwrap_or_default();
            let name = name_of(person, names);
            let href = id.parse().ok().filter(|_| open.allows()).map(|person| at::Person { person }.path());
            Row {
                name: if name.is_empty() { id } else { name },
                href: href.unwrap_or_default(),
                kind: kind(t, person.kind.as_deref()),
                country: person.country.clone().unwrap_or_default(),
                state,
                class,
                keys: person.keys.iter().flatten().filter_map(|key| key.fingerprint.clone()).collect(),
            }
        };
        let to = |offset: usize| link(&at::People {}, &[("offset", &offset.to_string())]);
        Self {
            intro: match party {
                Party::Customer => t.people_intro_customer(frame.trustee.clone()),
                _ => t.people_intro_trustee(),
            },
            rows: list.iter().map(row).collect(),
            add: Action::link(t.people_propose(), at::NewPerson {}.path(), propose),
            previous: if offset > 0 { to(offset.saturating_sub(PAGE)) } else { String::new() },
            next: if list.len() == PAGE { to(offset + PAGE) } else { String::new() },
            frame,
        }
    }
}
