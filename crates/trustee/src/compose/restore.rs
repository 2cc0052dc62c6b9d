//! Leave to accept the older versions of a restored operator store: one officer proposes, another gives it.
//!
//! Invariants: the two are different persons; the leave covers the stated tenants only, each record once and only
//! versions that were handed out; it is in the log, and what is accepted under it is written down record by record.

use access::Kind;
use contract::resources::trustee::RestoreAct;
use edge::{Request, Response, StatusCode};
use kernel::{Code, Micros, Problem, TenantId};
use serde_json::Value;
use store::Tx;
use store::trustee::{journal, records as rows};

use super::{answer, date};
use crate::controls::Control;
use crate::gateway::{Gateway, bad, text};
use crate::grants::who;
use crate::identity::Caller;
use crate::log::Draft;

/// The tenant of a leave for all.
const ALL: &str = "*";
/// Leaves listed at once.
const LISTED: u32 = 500;

impl Gateway {
    /// Proposes the leave.
    pub(crate) async fn create_restore_act(
        &self,
        spec: &contract::Spec,
        caller: &Caller,
        request: &Request,
    ) -> Result<Response, Problem> {
        let body = Self::body(spec, request)?;
        let reason = text(&body, "reason").trim().to_owned();
        if reason.is_empty() {
            return Err(bad("reason", "is required"));
        }
        let all = body.get("allTenants").and_then(Value::as_bool).unwrap_or_default();
        let tenant: Option<TenantId> = match text(&body, "tenantId") {
            "" if all => None,
            "" => {
                return Err(bad(
                    "tenantId",
                    "is required, unless allTenants says that it is about everybody",
                ));
            }
            _ if all => return Err(bad("allTenants", "cannot stand beside a tenantId")),
            id => Some(id.parse().map_err(|_| bad("tenantId", "must be a GUID"))?),
        };
        let row = rows::RestoreAct {
            id: self.new_id(),
            tenant: tenant.map_or_else(|| ALL.to_owned(), |tenant| tenant.to_string()),
            acted_at: self.clock.now().as_microsecond(),
            actor: String::new(),
            reason,
            state: "proposed".to_owned(),
            confirmed_by: String::new(),
            confirmed_at: 0,
        };
        let alone = !self.controls.on(Control::RestoreLeave);
        let caller = caller.clone();
        let act = move |tx: &mut Tx, pen: &mut crate::log::Pen<'_>| {
            let who = who(tx, &caller, &[Kind::TrusteeOfficer])?;
            let row = rows::RestoreAct { actor: who.id.to_string(), ..row.clone() };
            rows::restore(tx, &row)?;
            write_down(tx, &row, "restore-act-proposed", &row.actor, row.acted_at)?;
            pen.note(tx, &told(&row, &row.actor, (None, "proposed")))?;
            if !alone {
                return Ok(row);
            }
            give(tx, pen, row.clone(), &row.actor, row.acted_at)
        };
        let (row, _) = self.log.act(&of(tenant), act).await?;
        Ok(answer(StatusCode::CREATED, &shown(row)))
    }

    /// Gives a proposed leave, as another person.
    pub(crate) async fn confirm_restore_act(&self, caller: &Caller, id: &str) -> Result<Response, Problem> {
        let id = id.to_lowercase();
        let find = id.clone();
        let row = self.store.read("restore_act", move |tx| rows::restore_act(tx, &find)).await?;
        let tenant = row.ok_or_else(unknown)?.tenant.parse().ok();
        let (caller, now) = (caller.clone(), self.clock.now().as_microsecond());
        let act = move |tx: &mut Tx, pen: &mut crate::log::Pen<'_>| {
            let who = who(tx, &caller, &[Kind::TrusteeOfficer])?;
            let row = rows::restore_act(tx, &id)?.ok_or_else(unknown)?;
            let by = who.id.to_string();
            if row.actor == by {
                let why = "Another officer must give this leave, not the one who proposed it.";
                return Err(Problem::new(403, Code(0), "self_approval", why));
            }
            give(tx, pen, row, &by, now)
        };
        let (row, _) = self.log.act(&of(tenant), act).await?;
        Ok(answer(StatusCode::OK, &shown(row)))
    }

    /// The leaves, the latest first.
    pub(crate) async fn list_restore_acts(&self) -> Result<Response, Problem> {
        let found = self.store.read("restore_acts", |tx| rows::restores(tx, LISTED)).await?;
        let list = contract::collection::Collection::new(found.into_iter().map(shown).collect());
        Ok(answer(StatusCode::OK, &list))
    }
}

fn give(
    tx: &mut Tx,
    pen: &mut crate::log::Pen<'_>,
    row: rows::RestoreAct,
    by: &str,
    now: Micros,
) -> Result<rows::RestoreAct, Problem> {
    if !rows::confirm_restore(tx, &row.id, by, now)? {
        let why = "This leave was given already.";
        return Err(Problem::new(409, Code(0), "state_conflict", why));
    }
    write_down(tx, &row, "restore-act-given", by, now)?;
    pen.note(tx, &told(&row, by, (Some("proposed"), "given")))?;
    Ok(rows::RestoreAct { state: "given".to_owned(), confirmed_by: by.to_owned(), confirmed_at: now, ..row })
}

fn told(row: &rows::RestoreAct, by: &str, (from, to): (Option<&str>, &str)) -> Draft {
    let draft = Draft::of(ledger::Kind::Restore).op("operator-store").by(by).moving(from, to);
    match row.tenant.parse() {
        Ok(tenant) => draft.about(tenant).because("one-tenant"),
        Err(_) => draft.because("all-tenants"),
    }
}

fn write_down(tx: &mut Tx, row: &rows::RestoreAct, act: &str, by: &str, at: Micros) -> Result<(), Problem> {
    let entry = journal::Act {
        id: format!("{}-{act}", row.id),
        acted_at: at,
        actor: by.to_owned(),
        act: act.to_owned(),
        tenant: row.tenant.clone(),
        detail: "{}".to_owned(),
    };
    Ok(journal::act(tx, &entry)?)
}

fn of(tenant: Option<TenantId>) -> Vec<TenantId> {
    tenant.into_iter().collect()
}

fn unknown() -> Problem {
    contract::errors::not_found("There is no such leave.")
}

fn shown(row: rows::RestoreAct) -> RestoreAct {
    let all = row.tenant == ALL;
    RestoreAct {
        id: Some(row.id),
        tenant_id: Some(row.tenant).filter(|_| !all),
        all_tenants: Some(all),
        reason: Some(row.reason),
        state: Some(row.state),
        acted_by: Some(row.actor),
        acted_date: date(row.acted_at),
        confirmed_by: Some(row.confirmed_by).filter(|by| !by.is_empty()),
        confirmed_date: date(row.confirmed_at),
    }
}
