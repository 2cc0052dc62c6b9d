//! Deciding on a request, by a signature over its text.

use access::sshsig::{Namespace, PublicKey, SignatureError, signer};
use access::{Decision, Event, Kind, Reason, Refusal, RequestId, State, Vote, step};
use contract::resources::access::AccessDecision;
use kernel::{Micros, Problem};
use serde_json::json;
use store::Tx;
use store::trustee::access::{self as book, DecisionRow};
use store::trustee::duties::{self, Emergency};
use store::trustee::persons::{self, KeyRow};

use super::book::{Loaded, Who, load, may_vote, who};
use super::told::About;
use super::{Grants, fault, refused, unknown};
use crate::controls::{Control, Controls};
use crate::gateway::bad;
use crate::identity::Caller;
use crate::persons::ENROLLED;

/// Those who decide.
pub(super) const DECIDERS: &[Kind] = &[Kind::CustomerApprover, Kind::TrusteeOfficer, Kind::LegalOfficer];
/// How far the time that a decider signed may be from the time at which it arrives.
const SKEW: Micros = 15 * 60 * 1_000_000;

impl Grants {
    /// The text that a decision is signed over.
    pub(super) async fn prepare(
        &self,
        caller: &Caller,
        id: RequestId,
        decision: Decision,
        key: Option<String>,
    ) -> Result<AccessDecision, Problem> {
        let ((now, _), controls) = (self.now(), self.controls);
        let caller = caller.clone();
        let read = move |tx: &mut Tx| {
            let who = who(tx, &caller, DECIDERS)?;
            let loaded = load(tx, &id.to_string(), controls)?;
            if !loaded.concerns(&who) {
                return Err(unknown());
            }
            let prepared = prepared(tx, &who, key.as_deref(), now, |_, key| {
                loaded.request.decision(decision, key, now).map_err(|_| Problem::internal())
            })?;
            Ok(AccessDecision { decision: Some(decision.name().to_owned()), ..prepared.into() })
        };
        self.store.try_read("prepare_decision", read).await
    }

    /// Counts a decision.
    pub(super) async fn decide(
        &self,
        caller: &Caller,
        id: RequestId,
        asked: AccessDecision,
    ) -> Result<(), Problem> {
        let decision: Decision = asked
            .decision
            .as_deref()
            .unwrap_or_default()
            .parse()
            .map_err(|_| bad("decision", "must be approve or deny"))?;
        let at = asked.decided_date.map(jiff::Timestamp::as_microsecond);
        let pem = asked.signature.unwrap_or_default();
        let controls = self.controls;
        let noting = self.noting.clone();
        self.change(id, caller, DECIDERS, "decide_access", move |tx, loaded, who, now| {
            let cast = cast(tx, loaded, who, (decision, at, &pem), now, controls)?;
            let event = match decision {
                Decision::Approve => {
                    Event::Approve { vote: cast.vote, usable_from: cast.usable_from, before: &loaded.votes }
                }
                Decision::Deny => Event::Deny(cast.vote),
            };
            let (grant, effects) = step(&loaded.terms, &loaded.grant, &event, now)?;
            if !book::decide(tx, &loaded.row.id, &cast.row)? {
                return refused(Refusal::DuplicatePerson);
            }
            if grant.state == State::Approved && loaded.request.reason == Reason::Incident {
                let (request, tenant) = (loaded.row.id.clone(), loaded.row.tenant.clone());
                duties::approved(tx, &Emergency { request, tenant, approved_at: now })?;
            }
            let details = json!({"person": cast.row.person, "kind": who.kind.name(),
                "key": cast.row.fingerprint, "signature": cast.row.signature,
                "at": access::request::time(cast.row.decided_at)});
            let about = About { details, ..About::actor(&cast.row.fingerprint) };
            noting.note_effects(tx, loaded, &effects, grant.state, &about)?;
            Ok(grant)
        })
        .await
    }
}

/// A decision that was checked.
struct Cast {
    row: DecisionRow,
    vote: Vote,
    usable_from: Micros,
}

fn cast(
    tx: &mut Tx,
    loaded: &Loaded,
    who: &Who,
    (decision, at, pem): (Decision, Option<Micros>, &str),
    now: Micros,
    controls: Controls,
) -> Result<Cast, Problem> {
    let at = at.unwrap_or(now);
    let row = |person: String, fingerprint: String| DecisionRow {
        person,
        fingerprint,
        decision: decision.name().to_owned(),
        decided_at: at,
        signature: pem.to_owned(),
    };
    let vote = Vote { person: who.id, kind: who.kind };
    if decision == Decision::Approve && !may_vote(tx, &loaded.request, (who.kind, &who.row.id), at, controls)?
    {
        let text =
            "An emergency is approved by officers who are on duty. The roster does not say that you are.";
        return Err(fault("not_on_duty", 403, text));
    }
    if decision == Decision::Deny && pem.is_empty() {
        return Ok(Cast { row: row(who.row.id.clone(), String::new()), vote, usable_from: 0 });
    }
    if !controls.on(Control::SignedText) && pem.is_empty() {
        let key = persons::keys(tx, &who.row.id)?.into_iter().next().ok_or(Refusal::NotEnrolled)?;
        return Ok(Cast { row: row(who.row.id.clone(), key.fingerprint), vote, usable_from: 0 });
    }
    let key = signed_by(tx, who, (at, pem), now, |_, fingerprint| {
        loaded.request.decision(decision, fingerprint, at).map_err(|_| Problem::internal())
    })?;
    let fingerprint = key.fingerprint.clone();
    let usable_from = if controls.on(Control::KeyAge) { key.usable_from } else { 0 };
    if controls.on(Control::DistinctPersons) {
        return Ok(Cast { row: row(who.row.id.clone(), fingerprint), vote, usable_from });
    }
    let person = key.id.parse().map_err(|_| Problem::internal())?;
    Ok(Cast { row: row(key.id, fingerprint), vote: Vote { person, ..vote }, usable_from })
}

/// A text for somebody to sign, with who signs it, by which key, and when.
pub(crate) struct Prepared {
    pub(crate) at: Option<jiff::Timestamp>,
    pub(crate) fingerprint: String,
    pub(crate) person: String,
    pub(crate) kind: String,
    pub(crate) text: String,
}

impl From<Prepared> for AccessDecision {
    fn from(prepared: Prepared) -> Self {
        Self {
            decision: None,
            decided_date: prepared.at,
            fingerprint: Some(prepared.fingerprint),
            person_id: Some(prepared.person),
            kind: Some(prepared.kind),
            signature: None,
            signed_text: Some(prepared.text),
        }
    }
}

/// Prepares a text for a person's own key: the named one, or the latest.
pub(crate) fn prepared(
    tx: &mut Tx,
    who: &Who,
    key: Option<&str>,
    now: Micros,
    text: impl FnOnce(&mut Tx, &str) -> Result<String, Problem>,
) -> Result<Prepared, Problem> {
    let key = own_key(tx, who, key)?;
    Ok(Prepared {
        at: jiff::Timestamp::from_second(now.div_euclid(1_000_000)).ok(),
        text: text(tx, &key.fingerprint)?,
        fingerprint: key.fingerprint,
        person: who.row.id.clone(),
        kind: who.kind.name().to_owned(),
    })
}

/// A person's own enrolled key: the named one, or the latest.
fn own_key(tx: &mut Tx, who: &Who, named: Option<&str>) -> Result<KeyRow, Problem> {
    let keys = persons::keys(tx, &who.row.id)?;
    let wanted = |row: &KeyRow| row.state == ENROLLED && named.is_none_or(|wanted| wanted == row.fingerprint);
    keys.into_iter().rfind(wanted).ok_or_else(|| bad("key", "is no enrolled key of yours"))
}

/// The person's own key by which a text was signed, at a time near now.
pub(crate) fn signed_by(
    tx: &mut Tx,
    who: &Who,
    (at, pem): (Micros, &str),
    now: Micros,
    text: impl FnOnce(&mut Tx, &str) -> Result<String, Problem>,
) -> Result<KeyRow, Problem> {
    if (now - at).abs() > SKEW {
        return Err(bad("decidedDate", "must be the time that stands in the signed text, and a recent one"));
    }
    let fingerprint = signer(pem).map_err(|error| bad("signature", &error.to_string()))?;
    let key = persons::key_by_fingerprint(tx, &fingerprint)?;
    let key = key.filter(|key| key.state == ENROLLED && key.person == who.row.id);
    let key = key.ok_or_else(|| {
        fault("key_unknown", 403, "The signature is by a key that is not enrolled for you.")
    })?;
    let text = text(tx, &fingerprint)?;
    let public = PublicKey::parse(&key.line).map_err(|_| Problem::internal())?;
    match public.verify(Namespace::Approval, &text, pem) {
        Ok(()) => Ok(key),
        Err(SignatureError::OtherText) => refused(Refusal::DigestMismatch),
        Err(error) => Err(bad("signature", &error.to_string())),
    }
}
