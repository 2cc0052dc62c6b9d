//! Which rules stand at this moment: the program's own policy, and the changes of it that two officers signed.
//!
//! Invariants: a change counts when its time has come and the signatures of two different officers over its text still
//! verify, so whoever writes to the store alone changes no rule; a customer who was there before a change is bound by
//! what it weakens only with its own approver's signature.

use access::change::{Change, Effective, Standing, weakenings};
use access::sshsig::{Namespace, PublicKey};
use access::{Kind, Policy};
use kernel::{Micros, Problem, TenantId};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use store::Tx;
use store::trustee::policies::{self, ChangeRow, SignatureRow};
use store::trustee::{directory, persons};

use crate::controls::{Control, Controls};
use crate::persons::kind_of;

/// Officers who must have signed.
pub(super) const OFFICERS: usize = 2;

/// The policies, read once each.
pub(crate) struct Rules {
    base: Arc<Policy>,
    parsed: Mutex<HashMap<String, Arc<Policy>>>,
    controls: Controls,
}

impl Rules {
    pub(super) fn new(base: Arc<Policy>, controls: Controls) -> Self {
        Self { base, parsed: Mutex::default(), controls }
    }

    /// Which controls work.
    pub(super) const fn controls(&self) -> Controls {
        self.controls
    }

    /// The policy that the program brought along.
    pub(crate) fn base(&self) -> &Arc<Policy> {
        &self.base
    }

    /// The policy of a file, if it is sound and has this hash.
    fn policy(&self, body: &str, sha256: &str) -> Option<Arc<Policy>> {
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = parsed.get(sha256).filter(|_| access::request::sha256(body.as_bytes()) == sha256)
        {
            return Some(known.clone());
        }
        let policy = Policy::parse(body).ok().filter(|policy| policy.sha256() == sha256)?;
        let policy = Arc::new(policy);
        parsed.insert(sha256.to_owned(), policy.clone());
        Some(policy)
    }

    /// The changes that have taken effect, each with its policy, in their order.
    pub(super) fn effective(
        &self,
        tx: &mut Tx,
        now: Micros,
    ) -> Result<Vec<(ChangeRow, Arc<Policy>)>, Problem> {
        let mut before = self.base.clone();
        let mut found = Vec::new();
        for row in policies::signed(tx)? {
            if row.effective_at > now {
                break;
            }
            let Some(policy) = self.policy(&row.body, &row.sha256) else { continue };
            if officers_of(tx, &row, &before, &policy)?.len() < OFFICERS {
                tracing::error!(
                    change = row.id,
                    "a policy change in the store is not what two officers signed"
                );
                continue;
            }
            before = policy.clone();
            found.push((row, policy));
        }
        Ok(found)
    }

    /// The rules that stand for a customer.
    pub(crate) fn standing(&self, tx: &mut Tx, tenant: TenantId, now: Micros) -> Result<Standing, Problem> {
        let since = directory::tenant(tx, tenant)?.map_or(Micros::MAX, |tenant| tenant.created);
        let mut changes = Vec::new();
        for (row, policy) in self.effective(tx, now)? {
            let wholly = since > row.effective_at
                || customer_signed(tx, &row, tenant)?
                || !self.controls.on(Control::OldRule);
            changes.push(Effective { policy, wholly });
        }
        Ok(Standing::of(&self.base, &changes))
    }

    /// The newest policy that two officers signed, whether its time has come or not.
    pub(super) fn newest(&self, tx: &mut Tx) -> Result<Arc<Policy>, Problem> {
        let effective = self.effective(tx, Micros::MAX)?;
        Ok(effective.last().map_or_else(|| self.base.clone(), |(_, policy)| policy.clone()))
    }
}

/// What a row says, as it is signed. Nothing of it is believed: what is weakened is found out anew.
pub(super) fn change_of(row: &ChangeRow, before: &Policy, policy: &Policy) -> Result<Change, Problem> {
    Ok(Change {
        id: row.id.parse().map_err(|_| Problem::internal())?,
        policy_sha256: policy.sha256().to_owned(),
        replaces_sha256: before.sha256().to_owned(),
        weakens: weakenings(before, policy),
    })
}

/// The officers whose signatures over a change verify.
pub(super) fn officers_of(
    tx: &mut Tx,
    row: &ChangeRow,
    before: &Policy,
    policy: &Policy,
) -> Result<BTreeSet<String>, Problem> {
    let change = change_of(row, before, policy)?;
    let mut officers = BTreeSet::new();
    for signature in policies::signatures(tx, &row.id)?.iter().filter(|one| one.tenant.is_empty()) {
        let text = change.signature("trustee", &signature.fingerprint, signature.signed_at);
        if let (Ok(text), Some(person)) = (text, signer(tx, signature)?)
            && kind_of(&person.0) == Some(Kind::TrusteeOfficer)
            && person.1.verify(Namespace::Approval, &text, &signature.signature).is_ok()
        {
            officers.insert(person.0.id);
        }
    }
    Ok(officers)
}

/// Whether an approver of the customer signed the change.
fn customer_signed(tx: &mut Tx, row: &ChangeRow, tenant: TenantId) -> Result<bool, Problem> {
    let tenant = tenant.to_string();
    for signature in policies::signatures(tx, &row.id)?.iter().filter(|one| one.tenant == tenant) {
        let text = signed_text(&row.text, &tenant, &signature.fingerprint, signature.signed_at);
        if let Some(person) = signer(tx, signature)?
            && kind_of(&person.0) == Some(Kind::CustomerApprover)
            && person.0.tenant == tenant
            && person.1.verify(Namespace::Approval, &text, &signature.signature).is_ok()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A stored text with what a signer adds, as [`Change::signature`] writes it.
fn signed_text(text: &str, tenant: &str, key: &str, at: Micros) -> String {
    format!("{text}signed-for: {tenant}\nby: {key}\nat: {}\n", access::request::time(at))
}

/// The person and the key of a signature. Who signed a rule stays its signer after leaving.
fn signer(tx: &mut Tx, signature: &SignatureRow) -> Result<Option<(persons::PersonRow, PublicKey)>, Problem> {
    let key = persons::key_by_fingerprint(tx, &signature.fingerprint)?;
    let key = key.filter(|key| key.person == signature.person && key.enrolled_at != 0);
    let Some(key) = key else { return Ok(None) };
    let person = persons::person(tx, &key.person)?;
    Ok(person.zip(PublicKey::parse(&key.line).ok()))
}
