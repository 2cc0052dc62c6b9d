//! The trustee's own books: acts in order, openings counted by the hour, the trustee agreement.
//!
//! Invariants: acts are only added; no detail holds a private value; an opening count only grows.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{CustomerId, Micros, TenantId};

statements! { "journal";
    /// One more act.
    write ACT = "INSERT INTO trustee_acts (id, acted_at, actor, act, tenant, detail) VALUES ($1, $2, $3, $4, $5, $6)";
    /// The acts that concern a tenant, the latest first.
    scan ACTS = "SELECT id, acted_at, actor, act, tenant, detail FROM trustee_acts \
        WHERE tenant = $1 ORDER BY acted_at DESC, id DESC LIMIT $2";
    /// Openings of an hour.
    write COUNT = "INSERT INTO openings (tenant, opener, hour, openings) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (tenant, opener, hour) DO UPDATE SET openings = openings.openings + $4";
    /// The openings of a tenant's records.
    scan OPENINGS = "SELECT opener, hour, openings FROM openings \
        WHERE tenant = $1 AND hour >= $2 ORDER BY hour, opener LIMIT $3";
    /// The trustee agreement with a customer.
    read AGREEMENT = "SELECT accepted_at, accepted_by, told_at FROM trustee_agreements \
        WHERE customer = $1 AND template = $2";
    /// A first acceptance counts.
    write ACCEPT = "INSERT INTO trustee_agreements (customer, template, accepted_at, accepted_by, told_at) \
        VALUES ($1, $2, $3, $4, 0) ON CONFLICT (customer, template) DO NOTHING";
    /// The operator knows.
    write TOLD = "UPDATE trustee_agreements SET told_at = $3 WHERE customer = $1 AND template = $2";
    /// Acceptances that the operator has not been told of.
    scan UNTOLD = "SELECT customer, template, accepted_at, accepted_by FROM trustee_agreements \
        WHERE told_at = 0 LIMIT $1";
}

rows! {
    /// One act at the trustee.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Act {
        /// Its id, ordered by time.
        pub id: String,
        /// When.
        pub acted_at: Micros,
        /// Who: a user or app id, or `system`.
        pub actor: String,
        /// What: a slug.
        pub act: String,
        /// The tenant it concerns; empty when none.
        pub tenant: String,
        /// More, as JSON.
        pub detail: String,
    }

    /// Openings of one hour by one opener.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OpeningsRow {
        /// `partner:<tenant>` or `customer`.
        pub opener: String,
        /// The hour's start.
        pub hour: Micros,
        /// How often private members were opened.
        pub openings: i64,
    }

    /// The trustee agreement as a customer concluded it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AgreementRow {
        /// When.
        pub accepted_at: Micros,
        /// By whom.
        pub accepted_by: String,
        /// When the operator was told; 0 while it was not.
        pub told_at: Micros,
    }
}

/// Adds an act.
pub fn act(tx: &mut Tx, act: &Act) -> Result<(), StoreError> {
    tx.execute(&ACT, &args![&act.id, act.acted_at, &act.actor, &act.act, &act.tenant, &act.detail])?;
    Ok(())
}

/// The acts that concern a tenant, the latest first.
pub fn acts(tx: &mut Tx, tenant: &str, limit: u32) -> Result<Vec<Act>, StoreError> {
    tx.list(&ACTS, &args![tenant, limit])
}

/// Adds openings of an hour.
pub fn count(tx: &mut Tx, tenant: TenantId, opener: &str, hour: Micros, more: i64) -> Result<(), StoreError> {
    tx.execute(&COUNT, &args![tenant, opener, hour, more])?;
    Ok(())
}

/// The openings of a tenant's records since an hour.
pub fn openings(
    tx: &mut Tx,
    tenant: TenantId,
    since: Micros,
    limit: u32,
) -> Result<Vec<OpeningsRow>, StoreError> {
    tx.list(&OPENINGS, &args![tenant, since, limit])
}

/// The trustee agreement of a customer, by its template.
pub fn agreement(
    tx: &mut Tx,
    customer: CustomerId,
    template: &str,
) -> Result<Option<AgreementRow>, StoreError> {
    tx.opt(&AGREEMENT, &args![customer, template])
}

/// Records an acceptance; says whether it is the first.
pub fn accept(
    tx: &mut Tx,
    customer: CustomerId,
    template: &str,
    by: &str,
    now: Micros,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&ACCEPT, &args![customer, template, now, by])? > 0)
}

/// Notes that the operator knows of an acceptance.
pub fn told(tx: &mut Tx, customer: CustomerId, template: &str, now: Micros) -> Result<(), StoreError> {
    tx.execute(&TOLD, &args![customer, template, now])?;
    Ok(())
}

/// Acceptances that the operator has not been told of: customer, template, when, by whom.
pub fn untold(tx: &mut Tx, limit: u32) -> Result<Vec<(CustomerId, String, Micros, String)>, StoreError> {
    tx.list(&UNTOLD, &args![limit])
}
