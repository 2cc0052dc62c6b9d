//! Partners' companies: they open their tenant themselves, and the trustee verifies them itself.
//!
//! Invariant: only an act of the trustee's own officers makes a company verified. The operator's approval of an
//! enrolment is a commercial status and changes nothing here.

use crate::identity::actor::{self, Actor};
use crate::identity::tenants::{self, NewTenant, OpenedTenant, TenantView};
use crate::identity::{Identity, check, totp};
use contract::Party;
use kernel::{Code, Micros, Problem, TenantId};
use serde_json::json;
use std::net::IpAddr;
use store::Tx;
use store::trustee::directory;
use store::trustee::journal::{self, Act};
use zeroize::Zeroizing;

/// The longest text about what was looked at, in characters.
const MAX_EVIDENCE: usize = 500;

/// The key of a person's one-time codes, shown once.
pub struct CodeKey {
    /// As people type it into an authenticator app.
    pub text: Zeroizing<String>,
    /// As authenticator apps take it.
    pub uri: Zeroizing<String>,
}

/// The trustee's own look at a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The company's tenant.
    pub tenant: TenantId,
    /// What was looked at.
    pub evidence: String,
    /// Who looked: a user's pseudonym, or `system`.
    pub by: String,
    /// When, in microseconds.
    pub at: Micros,
}

impl Identity {
    /// Opens a partner's tenant for an applicant, with a second factor from the start. Whoever opens many from one
    /// address waits longer and longer.
    pub async fn open_partner(
        &self,
        source: IpAddr,
        new: NewTenant,
    ) -> Result<(OpenedTenant, CodeKey), Problem> {
        let now = self.now();
        if let wait @ 1.. = self.openings.wait(source, now) {
            let text = "Too many tenants were opened from this address. Wait a while, then try again.";
            let seconds = u32::try_from(wait).unwrap_or(u32::MAX);
            return Err(Problem::new(429, Code(0), "too_many_openings", text).retry_after(seconds));
        }
        self.openings.failed(source, now);
        let new = NewTenant { id: None, party: Party::Partner, require_mfa: true, ..new };
        let opened = self.open_tenant(new).await?;
        let id = opened.admin.user.id;
        let person = self.store.read("person", move |tx| directory::person(tx, id)).await?;
        let person = person.ok_or_else(Problem::internal)?;
        let secret = self.enrolment(&person).await?.ok_or_else(Problem::internal)?;
        let uri = totp::uri(&secret, &self.settings.title, &person.user_name);
        Ok((opened, CodeKey { text: totp::to_text(&secret), uri }))
    }

    /// Records that the trustee verified a partner's company. A later look replaces the date of an earlier one.
    pub async fn verify_tenant(
        &self,
        actor: &Actor,
        id: TenantId,
        evidence: &str,
    ) -> Result<Verification, Problem> {
        let evidence = look(evidence)?;
        let act = self.act(actor, "verify-tenant", id, &evidence);
        let done = Verification { tenant: id, evidence, by: act.actor.clone(), at: act.acted_at };
        let (actor, at) = (actor.clone(), done.at);
        let write = move |tx: &mut Tx| {
            actor.may_decide(tx)?;
            let mut tenant = actor::tenant_of(tx, id)?;
            if check::party(&tenant.party) != Some(Party::Partner) {
                let text = "Only partners' companies are verified.";
                return Err(Problem::new(409, Code(0), "not_a_partner", text));
            }
            tenant.verified_at = Some(at);
            directory::set_tenant(tx, &tenant)?;
            Ok(journal::act(tx, &act)?)
        };
        self.store.try_write("verify-tenant", write).await?;
        Ok(done)
    }

    /// Takes back that the trustee verified a company: its partner gets no more customers. Those that it has stay its
    /// customers; their consent is theirs to withdraw.
    pub async fn withdraw_verification(
        &self,
        actor: &Actor,
        id: TenantId,
        evidence: &str,
    ) -> Result<TenantView, Problem> {
        let evidence = look(evidence)?;
        let act = self.act(actor, "withdraw-verification", id, &evidence);
        let actor = actor.clone();
        let write = move |tx: &mut Tx| {
            actor.may_decide(tx)?;
            let mut tenant = actor::tenant_of(tx, id)?;
            if tenant.verified_at.take().is_none() {
                let text = "This company is not verified; there is nothing to withdraw.";
                return Err(Problem::new(409, Code(0), "not_verified", text));
            }
            directory::set_tenant(tx, &tenant)?;
            journal::act(tx, &act)?;
            let domains = directory::domains(tx, id)?;
            tenants::view(tenant, domains)
        };
        self.store.try_write("withdraw-verification", write).await
    }

    /// An act about a company for the trustee's books.
    fn act(&self, actor: &Actor, act: &str, tenant: TenantId, evidence: &str) -> Act {
        Act {
            id: self.ids().ordered().to_string(),
            acted_at: self.now(),
            actor: actor.name(),
            act: act.to_owned(),
            tenant: tenant.to_string(),
            detail: json!({ "evidence": evidence }).to_string(),
        }
    }

    /// A page of the tenants of a kind, the oldest first: all, or only those that were verified, or were not.
    pub async fn tenants(
        &self,
        party: Party,
        verified: Option<bool>,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<TenantView>, Problem> {
        let read = move |tx: &mut Tx| {
            let found = directory::tenants(tx, check::party_name(party), verified, offset, limit)?;
            let mut views = Vec::with_capacity(found.len());
            for tenant in found {
                let domains = directory::domains(tx, tenant.id)?;
                views.push(tenants::view(tenant, domains)?);
            }
            Ok::<_, Problem>(views)
        };
        self.store.try_read("tenants", read).await
    }
}

/// What was looked at, in a line.
fn look(evidence: &str) -> Result<String, Problem> {
    let evidence = evidence.trim();
    let length = evidence.chars().count();
    if length == 0 || length > MAX_EVIDENCE || evidence.chars().any(char::is_control) {
        let text = format!("Say in 1 to {MAX_EVIDENCE} characters what was looked at.");
        return Err(Problem::new(400, Code(0), "evidence_invalid", text));
    }
    Ok(evidence.to_owned())
}
