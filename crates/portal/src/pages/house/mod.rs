//! The trustee's own books: persons enrolled under four eyes, the transparency log, what it counts.

pub(crate) mod erasures;
mod gags;
pub(crate) mod log;
pub(crate) mod new_person;
pub(crate) mod officers;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod statistics;

use client::Call;
use contract::operations::{ListStaff, ListTenantUsers};
use contract::resources::access::{EnrolledPerson, PersonKey};
use contract::resources::trustee::TenantUser;
use std::collections::BTreeMap;

use crate::gallery::Kit;
use crate::texts::Texts;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// People looked up at once.
const PEOPLE: usize = 500;

/// A person's state as a word, and how it looks.
pub(crate) fn standing(t: &Texts, state: Option<&str>) -> (String, &'static str) {
    let state = state.unwrap_or_default();
    let class = match state {
        "enrolled" => "good",
        "proposed" => "warn",
        _ => "",
    };
    (t.named("enrolment", state).unwrap_or_else(|| state.to_owned()), class)
}

/// What a kind of person is called.
pub(crate) fn kind(t: &Texts, kind: Option<&str>) -> String {
    let kind = kind.unwrap_or_default();
    t.named("person", kind).unwrap_or_else(|| kind.to_owned())
}

/// The accounts whose names this visitor may know: of the own organisation, and for officers of the operator.
pub(crate) async fn accounts(visit: &Visit) -> Result<Vec<TenantUser>, Trouble> {
    let mut found = Vec::new();
    if visit.may(ListTenantUsers).allows() {
        found.extend(visit.call(Call::to(ListTenantUsers).query("size", PEOPLE)).await?.items);
    }
    if visit.may(ListStaff).allows() {
        found.extend(visit.call(Call::to(ListStaff).query("size", PEOPLE)).await?.items);
    }
    Ok(found)
}

/// Names by accounts.
pub(crate) fn names(accounts: &[TenantUser]) -> BTreeMap<String, String> {
    let name = |user: &TenantUser| user.display_name.clone().or_else(|| user.user_principal_name.clone());
    accounts.iter().filter_map(|user| Some((user.id.clone()?, name(user)?))).collect()
}

/// A person's name as far as it is known: of the account, or as it was proposed.
pub(crate) fn name_of(person: &EnrolledPerson, names: &BTreeMap<String, String>) -> String {
    let account = person.user_id.as_ref().and_then(|account| names.get(account)).cloned();
    let given = [&person.first_name, &person.last_name].into_iter().flatten().cloned().collect::<Vec<_>>();
    account.unwrap_or_else(|| given.join(" "))
}

/// The person that samples are about.
pub(crate) const SAMPLE: &str = "0198c1de-7a11-7cc3-98c4-dc0c0c073aaa";

/// A person for samples.
pub(crate) fn sample(kit: &Kit, kind: &str, state: &str) -> EnrolledPerson {
    EnrolledPerson {
        id: Some(SAMPLE.to_owned()),
        kind: Some(kind.to_owned()),
        tenant_id: Some("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned()),
        user_id: Some("0d6b1b3e-5d6f-4c59-9a3e-1f0c7b8a9d10".to_owned()),
        country: Some("DE".to_owned()),
        employer: kit.some("Musterwolke Betriebs GmbH"),
        evidence: kit.some("Identity card shown in person at the office in Hamburg."),
        keys: Some(vec![PersonKey {
            id: Some("0198c1de-7a11-7cc3-98c4-dc0c0c073bbb".to_owned()),
            fingerprint: kit.some("SHA256:iPbZQ3KMN0v6TqzMIkDWvUDs3M6HmRL1CqkY2Rnb2dQ"),
            hardware: Some(true),
            state: Some(state.to_owned()),
            usable_from: Some(Kit::at("2018-05-13T10:00:00Z")),
            ..PersonKey::default()
        }]),
        state: Some(state.to_owned()),
        proposed_by: Some("0d6b1b3e-5d6f-4c59-9a3e-1f0c7b8a9d11".to_owned()),
        proposed_date: Some(Kit::at("2018-05-12T10:00:00Z")),
        ..EnrolledPerson::default()
    }
}
