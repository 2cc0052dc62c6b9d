//! Opening for the operator's people, as customers and the trustee's people see it: requests, decisions, live view,
//! reports.

pub(crate) mod decide;
pub(crate) mod leaving;
pub(crate) mod notice;
pub(crate) mod report;
pub(crate) mod reports;
pub(crate) mod request;
pub(crate) mod requests;
pub(crate) mod subjects;
pub(crate) mod watch;

use contract::Party;
use contract::resources::access::{AccessDecision, AccessRequest, AccessUse};
use jiff::Timestamp;

use crate::format::Format;
use crate::gallery::Kit;
use crate::report::{line, outcome_name, state_name};
use crate::texts::Texts;

/// The states in which something still can happen.
pub(crate) const OPEN: [&str; 4] = ["pending", "approved", "active", "paused"];

/// A state as a word, and how it looks.
pub(crate) struct State {
    pub(crate) word: String,
    pub(crate) class: &'static str,
}

impl State {
    pub(crate) fn of(t: &Texts, request: &AccessRequest) -> Self {
        let state = request.state.as_deref().unwrap_or_default();
        let class = match state {
            "pending" | "approved" | "paused" => "warn",
            "active" | "altered" => "bad",
            _ => "",
        };
        Self { word: state_name(t, state), class }
    }
}

/// Whether a request is in one of these states.
pub(crate) fn is_in(request: &AccessRequest, states: &[&str]) -> bool {
    request.state.as_deref().is_some_and(|state| states.contains(&state))
}

/// A place that somebody's consent fills.
pub(crate) struct Slot {
    pub(crate) who: String,
    pub(crate) full: bool,
    pub(crate) when: String,
    pub(crate) key: String,
}

/// Who must agree, and who has: one place for each person that the rule asks for.
pub(crate) fn slots(t: &Texts, f: Format, request: &AccessRequest) -> Vec<Slot> {
    let factors = line(request.text.as_deref().unwrap_or_default(), "factors");
    let mut slots = Vec::new();
    for factor in factors.split(" AND ") {
        let Some((kind, count)) = factor.split_once(">=") else { continue };
        let who = t.named("person", kind).unwrap_or_else(|| kind.to_owned());
        let approvals = request.decisions.iter().flatten();
        let mut given = approvals.filter(|one| one.kind.as_deref() == Some(kind));
        for _ in 0..count.parse().unwrap_or(1_usize).min(9) {
            let one = given.next();
            slots.push(Slot {
                who: who.clone(),
                full: one.is_some(),
                when: one.and_then(|one| one.decided_date).map(|at| f.time(at)).unwrap_or_default(),
                key: one.and_then(|one| one.fingerprint.clone()).unwrap_or_default(),
            });
        }
    }
    slots
}

/// The kinds of persons whose consent is still missing, in words.
pub(crate) fn missing(t: &Texts, f: Format, request: &AccessRequest) -> String {
    let mut open: Vec<String> =
        slots(t, f, request).into_iter().filter(|slot| !slot.full).map(|slot| slot.who).collect();
    open.dedup();
    open.join(", ")
}

/// One use as a row.
pub(crate) struct UseRow {
    pub(crate) number: String,
    pub(crate) at: String,
    pub(crate) operation: String,
    pub(crate) outcome: String,
    pub(crate) class: &'static str,
    pub(crate) fields: String,
    pub(crate) rows: String,
    pub(crate) bytes: String,
}

/// Uses as rows, the newest first.
pub(crate) fn use_rows(t: &Texts, f: Format, uses: &[AccessUse]) -> Vec<UseRow> {
    let row = |one: &AccessUse| {
        let outcome = one.outcome.as_deref().unwrap_or_default();
        UseRow {
            number: f.whole(one.number.unwrap_or_default()),
            at: one.began_date.map(|at| precise(f, at)).unwrap_or_default(),
            operation: one.operation.clone().unwrap_or_default(),
            outcome: outcome_name(t, outcome),
            class: if outcome == "released" { "warn" } else { "" },
            fields: one.fields.clone().unwrap_or_default().join(", "),
            rows: f.whole(one.rows.unwrap_or_default()),
            bytes: f.whole(one.bytes.unwrap_or_default()),
        }
    };
    uses.iter().rev().map(row).collect()
}

/// An instant to the second: whoever watches needs to see that something moves.
pub(crate) fn precise(f: Format, at: Timestamp) -> String {
    let clock = at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%H:%M:%S").to_string();
    format!("{}, {clock}\u{a0}UTC", f.day(at))
}

/// The request that samples are about.
pub(crate) const SAMPLE: &str = "0198c1de-7a11-7cc3-98c4-dc0c0c07398f";

/// A request for samples.
pub(crate) fn sample(kit: &Kit, state: &str, agreed: usize) -> AccessRequest {
    let decision = |kind: &str, key: &str| AccessDecision {
        decision: Some("approve".to_owned()),
        decided_date: Some(Kit::at("2018-05-12T09:12:00Z")),
        fingerprint: kit.some(key),
        kind: Some(kind.to_owned()),
        ..AccessDecision::default()
    };
    let text = "treuhand-approval v1\nrequest: 0198c1de-7a11-7cc3-98c4-dc0c0c07398f\ntenant: \
                4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04\noperations: get-customer-billing-profile\nrecords: \
                billing-profile\nclasses: contact\nfields: billing-profile.email,billing-profile.firstName\noutput: \
                view\nmasking: on\nmax-uses: 3\nmax-rows: 50\nmax-bytes: 65536\nreason: customer_support\nticket: \
                T-2041\nrequester: SHA256:iPbZQ3KMN0v6TqzMIkDWvUDs3M6HmRL1CqkY2Rnb2dQ\noffice: DE\nphysical: \
                DE\nsupervision: live\nfactors: customer-approver>=1 AND trustee-officer>=1\n";
    let all = [decision("customer-approver", "SHA256:abc"), decision("trustee-officer", "SHA256:def")];
    let begun = OPEN[2..].contains(&state) || !OPEN.contains(&state);
    AccessRequest {
        id: Some(SAMPLE.to_owned()),
        tenant_id: Some("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned()),
        operations: Some(vec!["get-customer-billing-profile".to_owned()]),
        fields: Some(vec!["billing-profile.email".to_owned(), "billing-profile.firstName".to_owned()]),
        masking: Some(true),
        max_uses: Some(3),
        max_rows: Some(50),
        max_bytes: Some(65_536),
        reason: Some("customer_support".to_owned()),
        ticket: kit.some("T-2041"),
        purpose: kit.some("The bill goes to an address that the customer has given up."),
        physical_country: Some("DE".to_owned()),
        supervision: Some("live".to_owned()),
        state: Some(state.to_owned()),
        text: kit.some(text),
        created_date: Some(Kit::at("2018-05-12T08:50:00Z")),
        answer_by: Some(Kit::at("2018-05-15T08:50:00Z")),
        activated_date: begun.then(|| Kit::at("2018-05-12T09:20:00Z")),
        ends_date: begun.then(|| Kit::at("2018-05-12T11:20:00Z")),
        uses: Some(1),
        rows: Some(1),
        bytes: Some(40),
        decisions: Some(all.into_iter().take(agreed).collect()),
        ..AccessRequest::default()
    }
}

/// Uses for samples.
pub(crate) fn sample_uses(kit: &Kit) -> Vec<AccessUse> {
    let one = |number, outcome: &str| AccessUse {
        number: Some(number),
        operation: Some("get-customer-billing-profile".to_owned()),
        began_date: Some(Kit::at("2018-05-12T09:21:07Z")),
        outcome: Some(outcome.to_owned()),
        rows: Some(1),
        bytes: Some(40),
        fields: Some(vec![kit.text("billing-profile.email")]),
        ..AccessUse::default()
    };
    vec![one(1, "released"), one(2, "open")]
}

/// Who sees samples: what differs is the navigation.
pub(crate) const SEEN_BY: [Party; 2] = [Party::Customer, Party::Trustee];
