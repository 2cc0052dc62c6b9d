//! What every grant rests on besides its own approvals: log, clock, assurance level, and people who can watch.
//!
//! Invariants: a grant in use stands still as soon as one of them is missing, and goes on only when it is back, within the
//! grant's own limits, by somebody who watches; nothing here is a setting.

use access::machine::HEARTBEAT_LOSS;
use access::{Event, Kind, RequestId, State, Supervision, step};
use kernel::{Micros, Problem};
use store::Tx;
use store::trustee::{access as book, log, persons};

use super::Grants;
use super::book::{keep, load};
use super::told::About;
use crate::persons::{ENROLLED, account_stands, kind_of};

/// Requests looked at in one step.
const PAGE: u32 = 200;
/// Officers who must be able to watch: one who asks for nothing and one to take over.
const WATCHERS: usize = 2;
/// Officers looked at.
const OFFICERS: u32 = 500;

impl Grants {
    /// Lets every grant in use stand still whose log, clock or level is missing.
    pub(crate) async fn rest(&self) -> Result<(), Problem> {
        let (log, (now, clock), level) = (self.log_stands(), self.now(), self.assurance.level() as u8);
        let (controls, noting) = (self.controls, self.noting.clone());
        let write = move |tx: &mut Tx| {
            let (mut touched, mut after) = (Vec::new(), String::new());
            loop {
                let page = book::open_after(tx, &after, PAGE)?;
                let Some(last) = page.last() else { return Ok::<_, Problem>(touched) };
                last.clone_into(&mut after);
                for id in &page {
                    let Ok(loaded) = load(tx, id, controls) else { continue };
                    if loaded.grant.state != State::Active || log && clock && loaded.request.level <= level {
                        continue;
                    }
                    let Ok((grant, effects)) = step(&loaded.terms, &loaded.grant, &Event::Pause, now) else {
                        continue;
                    };
                    keep(tx, &loaded.row, &grant, now)?;
                    noting.note_effects(tx, &loaded, &effects, grant.state, &About::actor("trouble"))?;
                    touched.extend(id.parse::<RequestId>());
                }
            }
        };
        let touched = self.store.try_write("rest_access", write).await?;
        if !touched.is_empty() {
            self.changed.notify_waiters();
        }
        Ok(())
    }

    /// Whether uses can be watched as they happen: two officers could, and no grant that demands it is in use unwatched.
    pub(crate) async fn supervision(&self) -> bool {
        let ((now, clock), controls) = (self.now(), self.controls);
        let read = move |tx: &mut Tx| {
            Ok::<_, Problem>(watchers(tx, now)? >= WATCHERS && !unwatched(tx, now, controls)?)
        };
        clock && self.store.try_read("supervision", read).await.is_ok_and(|is| is)
    }

    /// Takes up the latest time that this store has seen, so that a clock which was set back while the program was
    /// stopped is noticed.
    pub(crate) async fn remember_time(&self) -> Result<(), Problem> {
        let read = |tx: &mut Tx| Ok(log::state(tx)?.map_or(Micros::MIN, |state| state.newest));
        let newest = self.store.read("newest_entry", read).await?;
        self.latest.fetch_max(newest, std::sync::atomic::Ordering::SeqCst);
        Ok(())
    }
}

/// How many officers could watch now: enrolled, with an account and a key that counts.
fn watchers(tx: &mut Tx, now: Micros) -> Result<usize, Problem> {
    let mut count = 0;
    for row in persons::persons(tx, Kind::TrusteeOfficer.name(), "", 0, OFFICERS)? {
        let keys = persons::keys(tx, &row.id)?;
        let key = keys.iter().any(|key| key.state == ENROLLED && key.usable_from <= now);
        let officer = row.state == ENROLLED && kind_of(&row) == Some(Kind::TrusteeOfficer);
        if officer && key && account_stands(tx, &row)? {
            count += 1;
        }
    }
    Ok(count)
}

/// Whether a grant that must be watched is in use with nobody there.
fn unwatched(tx: &mut Tx, now: Micros, controls: crate::controls::Controls) -> Result<bool, Problem> {
    let mut after = String::new();
    loop {
        let page = book::open_after(tx, &after, PAGE)?;
        let Some(last) = page.last() else { return Ok(false) };
        last.clone_into(&mut after);
        for id in &page {
            let Ok(loaded) = load(tx, id, controls) else { continue };
            let gone = loaded.grant.heard_at.is_none_or(|at| now - at > HEARTBEAT_LOSS);
            if loaded.grant.state == State::Active && loaded.terms.supervision > Supervision::Post && gone {
                return Ok(true);
            }
        }
    }
}
