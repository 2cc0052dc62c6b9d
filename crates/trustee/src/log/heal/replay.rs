//! Carrying out again what the tail says, and writing down that it was.

use kernel::{Micros, Problem, TenantId};
use ledger::{Digest, Frontier, Kind, SigningKey};
use store::Tx;
use store::trustee::duties;
use store::trustee::erasures::{self, Erasure};
use store::trustee::{access as requests, log as rows, records, restores, tickets};

use super::super::draft::Draft;
use super::super::growth::{Growth, Pen};
use super::survey::{Open, Survey};
use crate::controls::{Control, Controls};

/// More versions than anybody seals between two backups.
const LEAP: u32 = 1_000_000;

/// Ends the log whose tail is lost, and begins the next one.
pub(super) fn prepare(tx: &mut Tx, plan: &Survey, signer: &SigningKey, now: Micros) -> Result<(), Problem> {
    if plan.gap.is_none() {
        return Ok(());
    }
    restores::end_log(tx, &plan.store.origin, &plan.store_note, now)?;
    let origin = signer.public().name().to_owned();
    let empty = ledger::Checkpoint { origin, size: 0, root: Frontier::empty().root() };
    let note = empty.sign(signer).map_err(|_| Problem::internal())?;
    Ok(rows::begin(tx, &Frontier::empty().to_bytes(), &note)?)
}

/// Brings the missing entries back, with the places of those that are a tenant's.
pub(super) fn entries(tx: &mut Tx, plan: &Survey, growth: &mut Growth) -> Result<(), Problem> {
    for missing in &plan.missing {
        let index = growth.push(tx, missing.bytes.clone(), missing.time)?;
        if let Some((tenant, counter)) = missing.of {
            rows::add_detail(tx, tenant, counter, index.cast_signed(), None)?;
            rows::set_counter(tx, tenant, counter + 1)?;
        }
    }
    Ok(())
}

/// Destroys and ends again, and notes it.
pub(super) fn acts(
    tx: &mut Tx,
    plan: &Survey,
    pen: &mut Pen<'_>,
    (controls, horizon): (Controls, Micros),
) -> Result<(), Problem> {
    if let Some(key) = &plan.gap {
        pen.note(tx, &Draft::of(Kind::LogKey).key(key.public().clone()))?;
    }
    let mut told = Draft::of(Kind::Restore)
        .op("trustee-store")
        .because(if plan.gap.is_some() { "gap" } else { "tail" })
        .counting("entries", plan.missing.len() as u64)
        .counting("erased", plan.erased.len() as u64)
        .counting("ended", plan.open.len() as u64)
        .counting("store-size", plan.store.size)
        .digest("store", Digest::of(plan.store_note.as_bytes()))
        .digest("statement", Digest::of(plan.text.as_bytes()));
    if let Some(seen) = &plan.seen_note {
        told = told.digest("seen", Digest::of(seen.as_bytes()));
        if let Ok(seen) = ledger::Checkpoint::peek(seen.as_bytes()) {
            told = told.counting("seen-size", seen.size);
        }
    }
    pen.note(tx, &told)?;
    if !controls.on(Control::Replay) {
        return Ok(());
    }
    for (tenant, destroyed_at) in &plan.erased {
        erase(tx, *tenant, *destroyed_at, horizon)?;
        let draft = Draft::of(Kind::ShredReplayed).because("restore");
        // The log that begins has no secrets of the tenant yet, and so no tag.
        pen.note(tx, &if plan.gap.is_some() { draft } else { draft.about(*tenant) })?;
    }
    let now = pen.now()?;
    for open in &plan.open {
        end(tx, open, plan, pen, now)?;
    }
    end_shifts(tx, pen, now)?;
    take_releases_back(tx, plan, pen, now)
}

/// The keys are gone from this store; the key service is told next.
fn erase(tx: &mut Tx, tenant: TenantId, destroyed_at: Micros, horizon: Micros) -> Result<(), Problem> {
    erasures::drop_wrapped(tx, tenant)?;
    let known = erasures::of(tx, tenant)?;
    let known = known.unwrap_or_else(|| Erasure::blank(tenant));
    let row = Erasure {
        state: "live".to_owned(),
        live_at: destroyed_at,
        irrecoverable_at: destroyed_at + horizon,
        ..known
    };
    Ok(erasures::put(tx, &row)?)
}

/// What was open is over: as the tail says, or because nobody knows what was decided and used since.
fn end(tx: &mut Tx, open: &Open, plan: &Survey, pen: &mut Pen<'_>, now: Micros) -> Result<(), Problem> {
    let state = open.ended.map_or("revoked", access::State::name);
    requests::end(tx, &open.id, state, now)?;
    if open.ended.is_some() {
        return Ok(()); // the tail tells it
    }
    let draft = Draft::of(Kind::Revoke)
        .under(crate::grants::alias(&open.id))
        .moving(Some(&open.state), state)
        .because("restore");
    pen.note(tx, &if plan.gap.is_some() { draft } else { draft.about(open.tenant) }).map(|_| ())
}

/// Nobody knows which shifts were ended before their time since: two officers set the roster anew.
fn end_shifts(tx: &mut Tx, pen: &mut Pen<'_>, now: Micros) -> Result<(), Problem> {
    for shift in duties::standing(tx, now)? {
        duties::end(tx, &shift.id, now.max(shift.from_at), "restore")?;
        pen.note(tx, &Draft::of(Kind::Policy).op("duty.ended").because("restore"))?;
    }
    Ok(())
}

/// Nobody knows which releases to the operator's support were taken back since: their authors give them anew.
fn take_releases_back(tx: &mut Tx, plan: &Survey, pen: &mut Pen<'_>, now: Micros) -> Result<(), Problem> {
    for release in tickets::all_standing(tx)? {
        tickets::revoke(tx, &release.id, now, "restore")?;
        let draft = Draft::of(Kind::ReleaseEnd)
            .under(crate::grants::alias(&release.id))
            .moving(Some("active"), "revoked")
            .because("restore");
        pen.note(tx, &if plan.gap.is_some() { draft } else { draft.about(release.tenant) })?;
    }
    Ok(())
}

/// Writes the restore down, and takes what a backup must not give back: sessions, and version numbers twice.
pub(super) fn write_down(
    tx: &mut Tx,
    plan: &Survey,
    (id, officers, approvals): (&str, &[String], &[String]),
    now: Micros,
) -> Result<(), Problem> {
    let kind = if plan.gap.is_some() { "gap" } else { "tail" };
    let signed = serde_json::json!({ "officers": officers, "signatures": approvals });
    let row = restores::Restored {
        id: id.to_owned(),
        restored_at: now,
        kind: kind.to_owned(),
        statement: plan.text.clone(),
        approvals: signed.to_string(),
    };
    restores::add(tx, &row)?;
    restores::sign_everybody_out(tx)?;
    Ok(records::leap(tx, LEAP)?)
}
