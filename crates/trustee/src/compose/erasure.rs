//! Erasing a customer's private data by destroying its keys: the customer's approver asks, two officers confirm, and
//! when the days for thinking it over are past, or waived, the keys go.
//!
//! Invariants: three different persons agree, one of them the customer's; the keys are destroyed in the key service first,
//! then what they wrapped, together with the entry that says so; it is called erased only from the day on which no
//! backup can bring the keys back; each step can be repeated, and is, until it is done.
//!
//! Deliberately absent: envelopes at the operator, which nothing can open any more, and commerce, which goes on.

use access::Kind;
use contract::collection::Collection;
use contract::resources::trustee::Erasure as Shown;
use edge::{Request, Response, StatusCode};
use kernel::{Code, Problem, TenantId};
use ledger::Kind as Told;
use serde_json::Value;
use store::Tx;
use store::trustee::erasures::{self, Erasure};

use super::{DAY, answer, date, departure};
use crate::controls::Control;
use crate::gateway::{Call, Gateway, bad, text};
use crate::grants::who;
use crate::log::{Draft, Pen};

/// Erasures looked at in one round.
const ROUND: u32 = 100;

impl Gateway {
    /// The customer's approver asks for it.
    pub(crate) async fn request_erasure(
        &self,
        call: &Call<'_>,
        request: &Request,
    ) -> Result<Response, Problem> {
        let body = Self::body(call.spec, request)?;
        let reason = text(&body, "reason").trim().to_owned();
        if reason.is_empty() {
            return Err(bad("reason", "is required"));
        }
        let waived = body.get("waiveCoolingOff").and_then(Value::as_bool).unwrap_or_default();
        let now = self.clock.now().as_microsecond();
        let cooling = if waived { 0 } else { i64::from(self.profile.erasure.cooling_off_days) * DAY };
        let new = Erasure {
            state: "requested".to_owned(),
            reason,
            requested_at: now,
            waived,
            due_at: now + cooling,
            ..Erasure::blank(call.owner())
        };
        let expressly = body.get("endRetrieval").and_then(Value::as_bool).unwrap_or_default();
        let (caller, tenant, controls) = (call.caller.clone(), new.tenant, self.controls);
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            let who = who(tx, &caller, &[Kind::CustomerApprover])?;
            if let Some(known) = erasures::of(tx, tenant)? {
                return Err(match known.state.as_str() {
                    "live" | "final" => gone(),
                    _ => conflict("This erasure was asked for already."),
                });
            }
            let row = Erasure { requested_by: who.id.to_string(), ..new.clone() };
            departure::before_erasure(tx, pen, (tenant, &row.requested_by, expressly), controls)?;
            erasures::put(tx, &row)?;
            let draft = Draft::of(Told::ShredRequest).about(tenant).by(&row.requested_by);
            let draft =
                draft.moving(None, "requested").because(if waived { "days-waived" } else { "customer" });
            pen.note(tx, &draft.detail(serde_json::json!({ "reason": row.reason })))?;
            Ok(row)
        };
        let (row, _) = self.log.act(&[tenant], act).await?;
        Ok(answer(StatusCode::CREATED, &shown(row)))
    }

    /// How far it is.
    pub(crate) async fn get_erasure(&self, call: &Call<'_>) -> Result<Response, Problem> {
        Ok(answer(StatusCode::OK, &shown(self.erasure(call.owner()).await?)))
    }

    /// Every customer's, those first that wait for officers.
    pub(crate) async fn list_erasures(&self) -> Result<Response, Problem> {
        let mut all = Vec::new();
        for state in ["requested", "confirmed", "live", "final"] {
            all.extend(self.erasures(state).await?.into_iter().map(shown));
        }
        Ok(answer(StatusCode::OK, &Collection::new(all)))
    }

    /// The customer's approver takes it back.
    pub(crate) async fn withdraw_erasure(&self, call: &Call<'_>) -> Result<Response, Problem> {
        let (caller, tenant) = (call.caller.clone(), call.owner());
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            let who = who(tx, &caller, &[Kind::CustomerApprover])?;
            let known = erasures::of(tx, tenant)?.ok_or_else(unknown)?;
            if !erasures::withdraw(tx, tenant)? {
                return Err(gone());
            }
            departure::after_erasure(tx, pen, tenant, false)?;
            let draft = Draft::of(Told::ShredRequest).about(tenant).by(&who.id.to_string());
            pen.note(tx, &draft.moving(Some(&known.state), "withdrawn")).map(|_| ())
        };
        self.log.act(&[tenant], act).await?;
        Ok(Response::empty(StatusCode::NO_CONTENT))
    }

    /// An officer confirms; with the second the erasure is carried out as soon as it is due.
    pub(crate) async fn confirm_erasure(&self, call: &Call<'_>) -> Result<Response, Problem> {
        let (caller, tenant, now) = (call.caller.clone(), call.owner(), self.clock.now().as_microsecond());
        self.erasure(tenant).await?; // nobody's entries are begun for what was never asked for
        let alone = !self.controls.on(Control::ErasureQuorum);
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            let who = who(tx, &caller, &[Kind::TrusteeOfficer])?;
            let mut row = erasures::of(tx, tenant)?.ok_or_else(unknown)?;
            if row.state != "requested" {
                return Err(conflict("This erasure does not wait for a confirmation."));
            }
            let by = who.id.to_string();
            if row.first_officer == by {
                let why = "Another officer must confirm too; one person counts once.";
                return Err(Problem::new(409, Code(0), "duplicate_person", why));
            }
            if row.first_officer.is_empty() && !alone {
                (row.first_officer, row.first_at) = (by, now);
            } else {
                (row.second_officer, row.second_at) = (by, now);
                "confirmed".clone_into(&mut row.state);
            }
            erasures::put(tx, &row)?;
            let by = if row.second_officer.is_empty() { &row.first_officer } else { &row.second_officer };
            let draft = Draft::of(Told::ShredRequest).about(tenant).by(by);
            pen.note(tx, &draft.moving(Some("requested"), &row.state))?;
            Ok(row)
        };
        let (row, _) = self.log.act(&[tenant], act).await?;
        if row.state == "confirmed" && row.due_at <= now {
            self.erase(tenant).await?;
        }
        Ok(answer(StatusCode::OK, &shown(self.erasure(tenant).await?)))
    }

    /// What has to be done each minute: what is due is destroyed, what no backup holds any more is final.
    pub(crate) async fn tidy_erasures(&self) -> Result<(), Problem> {
        let now = self.clock.now().as_microsecond();
        for row in self.erasures("confirmed").await? {
            if row.due_at <= now {
                self.erase(row.tenant).await?;
            }
        }
        for row in self.erasures("live").await? {
            if row.irrecoverable_at <= now {
                self.finish_erasure(row.tenant).await?;
            }
        }
        Ok(())
    }

    /// Destroys a customer's keys. Asked again it ends what broke off.
    async fn erase(&self, tenant: TenantId) -> Result<(), Problem> {
        let controls = self.controls;
        if self.store.try_read("erasure_waits", move |tx| departure::blocks(tx, tenant, controls)).await? {
            return Ok(());
        }
        self.keys.keep_factors(tenant).await?;
        self.keys.destroy(tenant).await?;
        let (now, days) = (self.clock.now().as_microsecond(), self.profile.erasure.horizon_days);
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            let row = erasures::of(tx, tenant)?.filter(|row| row.state == "confirmed");
            let Some(row) = row else { return Ok(()) };
            erasures::drop_wrapped(tx, tenant)?;
            let (live_at, irrecoverable_at) = (now, now + i64::from(days) * DAY);
            erasures::put(tx, &Erasure { state: "live".to_owned(), live_at, irrecoverable_at, ..row })?;
            departure::after_erasure(tx, pen, tenant, true)?;
            let draft = Draft::of(Told::ShredLive).about(tenant).moving(Some("confirmed"), "live");
            pen.note(tx, &draft.counting("horizon-days", days.into())).map(|_| ())
        };
        self.log.act(&[tenant], act).await?;
        self.keys.forget_erased(tenant);
        self.log.forget(tenant);
        if !self.controls.on(Control::Scrub) {
            return Ok(());
        }
        Ok(self.store.scrub().await?)
    }

    async fn finish_erasure(&self, tenant: TenantId) -> Result<(), Problem> {
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            let row = erasures::of(tx, tenant)?.filter(|row| row.state == "live");
            let Some(row) = row else { return Ok(()) };
            erasures::put(tx, &Erasure { state: "final".to_owned(), ..row })?;
            let draft = Draft::of(Told::ShredFinal).about(tenant).moving(Some("live"), "final");
            pen.note(tx, &draft).map(|_| ())
        };
        self.log.act(&[tenant], act).await.map(|_| ())
    }

    async fn erasure(&self, tenant: TenantId) -> Result<Erasure, Problem> {
        self.store.read("erasure", move |tx| erasures::of(tx, tenant)).await?.ok_or_else(unknown)
    }

    async fn erasures(&self, state: &'static str) -> Result<Vec<Erasure>, Problem> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let read = move |tx: &mut Tx| erasures::in_state(tx, state, after, ROUND);
            let page = self.store.read("erasures", read).await?;
            let Some(last) = page.last() else { return Ok(all) };
            after = Some(last.tenant);
            all.extend(page);
        }
    }
}

fn unknown() -> Problem {
    contract::errors::not_found("Nobody has asked for the erasure of this customer.")
}

fn conflict(why: &str) -> Problem {
    Problem::new(409, Code(0), "state_conflict", why)
}

fn gone() -> Problem {
    Problem::new(410, Code(0), "shredded", "The customer's keys are destroyed; nothing can take that back.")
}

fn shown(row: Erasure) -> Shown {
    let officers = [row.first_officer, row.second_officer].into_iter().filter(|one| !one.is_empty());
    Shown {
        customer_id: Some(row.tenant.to_string()),
        state: Some(row.state),
        reason: Some(row.reason).filter(|reason| !reason.is_empty()),
        waive_cooling_off: Some(row.waived),
        end_retrieval: None,
        requested_by: Some(row.requested_by).filter(|by| !by.is_empty()),
        requested_date: date(row.requested_at),
        due_date: date(row.due_at),
        confirmed_by: Some(officers.collect()),
        live_at: date(row.live_at),
        irrecoverable_at: date(row.irrecoverable_at),
    }
}
