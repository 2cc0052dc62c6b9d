//! Changing who must agree: proposed by an officer, signed by two, in effect a day later.
//!
//! Invariants: what is weaker for customers who are here already is refused unless it leaves them the old rule; nothing
//! is signed that was not read as sound; every step is in the log.

use access::change::{WAIT, weakenings};
use access::{Kind, Policy};
use contract::resources::access::{AccessDecision, AccessPolicy, AccessRule, PolicyChange};
use kernel::{Micros, Problem, TenantId};
use ledger::Kind as LogKind;
use serde_json::json;
use store::Tx;
use store::trustee::policies::{self, ChangeRow, SignatureRow};

use super::book::{Who, who};
use super::decide::{DECIDERS, prepared, signed_by};
use super::rules::{OFFICERS, Rules, change_of, officers_of};
use super::{Grants, fault};
use crate::gateway::bad;
use crate::identity::Caller;
use crate::keys::HOUSE;
use crate::telling::Note;

const OFFICER: &[Kind] = &[Kind::TrusteeOfficer];
/// Changes listed.
const LISTED: u32 = 100;
/// The row that remembers the program's own policy.
const BASE: &str = "base";

impl Grants {
    /// The rules that stand for a customer, and the changes under way. Customers see their own.
    pub(super) async fn policy(
        &self,
        caller: &Caller,
        asked: Option<TenantId>,
    ) -> Result<AccessPolicy, Problem> {
        let tenant = match caller.party {
            contract::Party::Customer => Some(caller.tenant),
            _ => asked,
        };
        let ((now, _), rules) = (self.now(), self.rules.clone());
        let read = move |tx: &mut Tx| {
            let newest = rules.newest(tx)?;
            let mut changes = Vec::new();
            for row in policies::changes(tx, LISTED)? {
                changes.push(shown(tx, row, now)?);
            }
            // Nobody's rules are those of somebody who comes later.
            let standing = rules.standing(tx, tenant.unwrap_or(HOUSE), now)?;
            let rule = |(rule, sha256): &(access::Rule, String)| AccessRule {
                id: Some(rule.id.clone()),
                reason: Some(rule.reason.name().to_owned()),
                customer_is_suspect: Some(rule.suspect),
                factors: Some(access::policy::factors_text(&rule.factors)),
                classes: Some(rule.classes.clone()),
                supervision: Some(rule.supervision.name().to_owned()),
                active_minutes: Some(i64::from(rule.active)),
                veto_minutes: Some(i64::from(rule.veto)),
                minimum_level: Some(format!("L{}", rule.level)),
                policy_sha256: Some(sha256.clone()),
            };
            Ok::<_, Problem>(AccessPolicy {
                sha256: Some(newest.sha256().to_owned()),
                text: Some(newest.text().to_owned()),
                rules: Some(standing.rules().iter().map(rule).collect()),
                changes: Some(changes),
            })
        };
        self.store.try_read("access_policy", read).await
    }

    /// Proposes a change.
    pub(super) async fn propose_change(
        &self,
        caller: &Caller,
        asked: PolicyChange,
    ) -> Result<PolicyChange, Problem> {
        let body = asked.text.unwrap_or_default();
        let policy = (self.controls.rules())(&body)
            .map_err(|error| fault("policy_refused", 400, &error.to_string()))?;
        let keeps = match asked.existing_customers.as_deref().unwrap_or("all") {
            "all" => false,
            "keep" => true,
            _ => return Err(bad("existingCustomers", "must be all or keep")),
        };
        let (id, (now, _), rules) = (self.ids().ordered().to_string(), self.now(), self.rules.clone());
        let (caller, teller) = (caller.clone(), self.teller.clone());
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, OFFICER)?;
            let before = rules.newest(tx)?;
            let weaker = weakenings(&before, &policy);
            if !weaker.is_empty() && !keeps {
                return Err(needs_customer().with(weaker.into_iter().collect::<Vec<_>>().join(",")));
            }
            let mut row = ChangeRow {
                id: id.clone(),
                body: body.clone(),
                sha256: policy.sha256().to_owned(),
                replaces: before.sha256().to_owned(),
                text: String::new(),
                state: "proposed".to_owned(),
                proposed_by: who.row.account.clone(),
                proposed_at: now,
                effective_at: 0,
                told: false,
            };
            let text = change_of(&row, &before, &policy)?.text();
            row.text = text.map_err(|error| fault("policy_refused", 400, &error.to_string()))?;
            policies::add(tx, &row)?;
            teller.note(tx, note(&row, &who.row.id, "policy.propose"))?;
            shown(tx, row, now)
        };
        let made = self.store.try_write("propose_policy", write).await?;
        self.tell_later().await;
        Ok(made)
    }

    /// What a signer of a change signs.
    pub(super) async fn prepare_change(
        &self,
        caller: &Caller,
        id: &str,
        key: Option<String>,
    ) -> Result<AccessDecision, Problem> {
        let ((now, _), rules, caller, id) =
            (self.now(), self.rules.clone(), caller.clone(), id.to_lowercase());
        let read = move |tx: &mut Tx| {
            let who = who(tx, &caller, DECIDERS)?;
            let row = policies::change(tx, &id)?.ok_or_else(unknown)?;
            let prepared = prepared(tx, &who, key.as_deref(), now, |tx, key| {
                text_for(tx, &rules, &row, &who, key, now)
            })?;
            let decision = Some(access::Decision::Approve.name().to_owned());
            Ok::<_, Problem>(AccessDecision { decision, ..prepared.into() })
        };
        self.store.try_read("prepare_policy", read).await
    }

    /// Counts a signature: an officer's, or for its own customer an approver's.
    pub(super) async fn sign_change(
        &self,
        caller: &Caller,
        id: &str,
        asked: AccessDecision,
    ) -> Result<PolicyChange, Problem> {
        let at = asked.decided_date.map(jiff::Timestamp::as_microsecond);
        let pem = asked.signature.unwrap_or_default();
        let ((now, _), rules, teller) = (self.now(), self.rules.clone(), self.teller.clone());
        let (caller, id) = (caller.clone(), id.to_lowercase());
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, DECIDERS)?;
            let mut row = policies::change(tx, &id)?.ok_or_else(unknown)?;
            let at = at.unwrap_or(now);
            let key =
                signed_by(tx, &who, (at, &pem), now, |tx, key| text_for(tx, &rules, &row, &who, key, at))?;
            if key.usable_from > now {
                return Err(access::Refusal::KeyTooYoung.into());
            }
            let customer = who.kind == Kind::CustomerApprover;
            let signature = SignatureRow {
                person: who.row.id.clone(),
                tenant: if customer { who.row.tenant.clone() } else { String::new() },
                fingerprint: key.fingerprint,
                signed_at: at,
                signature: pem.clone(),
            };
            if !policies::sign(tx, &row.id, &signature)? {
                return Err(access::Refusal::DuplicatePerson.into());
            }
            teller.note(tx, note(&row, &who.row.id, "policy.sign"))?;
            if !customer && row.state == "proposed" && signed_by_two(tx, &rules, &row)? {
                row.effective_at = now + WAIT;
                policies::set(tx, &row.id, ("proposed", "signed"), row.effective_at)?;
                "signed".clone_into(&mut row.state);
                teller.note(tx, note(&row, &who.row.id, "policy.signed"))?;
            }
            shown(tx, row, now)
        };
        let done = self.store.try_write("sign_policy", write).await?;
        self.tell_later().await;
        Ok(done)
    }

    /// Takes a change back before its time has come. One officer is enough.
    pub(super) async fn withdraw_change(&self, caller: &Caller, id: &str) -> Result<PolicyChange, Problem> {
        let ((now, _), rules, teller) = (self.now(), self.rules.clone(), self.teller.clone());
        let (caller, id) = (caller.clone(), id.to_lowercase());
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, OFFICER)?;
            let mut row = policies::change(tx, &id)?.ok_or_else(unknown)?;
            // Signatures of a later change are over this one's hash.
            let last = rules.newest(tx)?.sha256() == row.sha256;
            let waits = row.state == "proposed" || (row.state == "signed" && row.effective_at > now && last);
            if !waits || !policies::set(tx, &row.id, (&row.state, "withdrawn"), 0)? {
                return Err(access::Refusal::StateConflict.into());
            }
            "withdrawn".clone_into(&mut row.state);
            row.effective_at = 0;
            teller.note(tx, note(&row, &who.row.id, "policy.withdraw"))?;
            shown(tx, row, now)
        };
        let done = self.store.try_write("withdraw_policy", write).await?;
        self.tell_later().await;
        Ok(done)
    }

    /// Tells the log which changes have taken effect, and when the program brings another policy along.
    pub(super) async fn tell_policies(&self) -> Result<(), Problem> {
        let ((now, _), rules, teller) = (self.now(), self.rules.clone(), self.teller.clone());
        let look = {
            let rules = rules.clone();
            move |tx: &mut Tx| untold(tx, &rules, now)
        };
        if self.store.try_read("untold_policies", look).await?.is_empty() {
            return Ok(());
        }
        let write = move |tx: &mut Tx| {
            for row in untold(tx, &rules, now)? {
                if row.id == BASE {
                    policies::add(tx, &row)?;
                    teller.note(tx, note(&row, "program", "policy.base"))?;
                } else {
                    policies::told(tx, &row.id)?;
                    teller.note(tx, note(&row, "time", "policy.effective"))?;
                }
            }
            Ok::<_, Problem>(())
        };
        self.store.try_write("tell_policies", write).await
    }
}

/// What the log has not heard of yet.
fn untold(tx: &mut Tx, rules: &Rules, now: Micros) -> Result<Vec<ChangeRow>, Problem> {
    let mut found: Vec<ChangeRow> =
        rules.effective(tx, now)?.into_iter().map(|(row, _)| row).filter(|row| !row.told).collect();
    let sha256 = rules.base().sha256();
    if policies::change(tx, BASE)?.is_none_or(|known| known.sha256 != sha256) {
        found.push(ChangeRow {
            id: BASE.to_owned(),
            body: String::new(),
            sha256: sha256.to_owned(),
            replaces: String::new(),
            text: String::new(),
            state: BASE.to_owned(),
            proposed_by: String::new(),
            proposed_at: now,
            effective_at: 0,
            told: false,
        });
    }
    Ok(found)
}

/// The text that this person signs. A change that does not follow the newest policy any more is not signed.
fn text_for(
    tx: &mut Tx,
    rules: &Rules,
    row: &ChangeRow,
    who: &Who,
    key: &str,
    at: Micros,
) -> Result<String, Problem> {
    if who.kind == Kind::CustomerApprover {
        if row.state != "signed" {
            return Err(access::Refusal::StateConflict.into());
        }
        let text = format!(
            "{}signed-for: {}\nby: {key}\nat: {}\n",
            row.text,
            who.row.tenant,
            access::request::time(at)
        );
        return Ok(text);
    }
    let before = rules.newest(tx)?;
    if who.kind != Kind::TrusteeOfficer || row.state != "proposed" || before.sha256() != row.replaces {
        return Err(access::Refusal::StateConflict.into());
    }
    let policy = Policy::parse(&row.body).map_err(|_| access::Refusal::DigestMismatch)?;
    let change = change_of(row, &before, &policy)?;
    if change.text().ok().as_deref() != Some(&row.text) {
        return Err(access::Refusal::DigestMismatch.into());
    }
    change.signature("trustee", key, at).map_err(|_| Problem::internal())
}

fn signed_by_two(tx: &mut Tx, rules: &Rules, row: &ChangeRow) -> Result<bool, Problem> {
    let before = rules.newest(tx)?;
    let policy = Policy::parse(&row.body).map_err(|_| access::Refusal::DigestMismatch)?;
    Ok(officers_of(tx, row, &before, &policy)?.len() >= OFFICERS)
}

fn note(row: &ChangeRow, actor: &str, word: &str) -> Note {
    let details = json!({"change": row.id, "replaces": row.replaces, "effective": row.effective_at});
    Note::of(LogKind::Policy, HOUSE, actor).op(word).digest("policy", &row.sha256).detail(details)
}

fn shown(tx: &mut Tx, row: ChangeRow, now: Micros) -> Result<PolicyChange, Problem> {
    let date = |at: Micros| jiff::Timestamp::from_microsecond(at).ok().filter(|_| at != 0);
    let signatures = policies::signatures(tx, &row.id)?.into_iter().map(|one| AccessDecision {
        decision: Some("approve".to_owned()),
        decided_date: date(one.signed_at),
        fingerprint: Some(one.fingerprint),
        person_id: Some(one.person),
        kind: Some(if one.tenant.is_empty() { "trustee-officer" } else { "customer-approver" }.to_owned()),
        signature: Some(one.signature),
        signed_text: None,
    });
    let signatures = signatures.collect();
    let effective = row.state == "signed" && row.effective_at <= now;
    Ok(PolicyChange {
        id: Some(row.id),
        text: Some(row.body),
        existing_customers: None,
        sha256: Some(row.sha256),
        signed_text: Some(row.text),
        state: Some(if effective { "effective".to_owned() } else { row.state }),
        proposed_by: Some(row.proposed_by),
        proposed_date: date(row.proposed_at),
        effective_date: date(row.effective_at),
        signatures: Some(signatures),
    })
}

fn needs_customer() -> Problem {
    let text = "This weakens what customers agreed to. Propose it with existingCustomers 'keep': each customer keeps \
                the old rule until its own approver has signed.";
    fault("policy_weakening_needs_customer", 409, text)
}

fn unknown() -> Problem {
    contract::errors::not_found("There is no such change of the policy.")
}
