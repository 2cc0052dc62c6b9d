//! What ends with a person: requests and grants that have lost their requester, their approvals or their supervisor.
//!
//! Invariants: it happens in the transaction that takes the person away, not at the next use; it only takes rights away.

use access::{Event, RequestId, State, quorum, step};
use kernel::{Micros, Problem};
use store::Tx;
use store::trustee::access as book;
use store::trustee::persons;

use super::Grants;
use super::book::{Loaded, keep, load};
use super::told::{About, Noting};
use crate::controls::Control;
use crate::persons::{ENROLLED, account_stands};

/// Requests looked at in one step.
const PAGE: u32 = 200;

/// Ends every open request that has lost what it stands on; gives those that it touched.
pub(crate) fn void(tx: &mut Tx, noting: &Noting, now: Micros) -> Result<Vec<RequestId>, Problem> {
    let (mut touched, mut after) = (Vec::new(), String::new());
    if !noting.controls().on(Control::VoidAtOnce) {
        return Ok(touched);
    }
    loop {
        let page = book::open_after(tx, &after, PAGE)?;
        let Some(last) = page.last() else { return Ok(touched) };
        last.clone_into(&mut after);
        for id in &page {
            let loaded = match load(tx, id, noting.controls()) {
                Ok(loaded) => loaded,
                // Opens nothing, whoever stands behind it.
                Err(problem) if problem.slug == "digest_mismatch" => continue,
                Err(problem) => return Err(problem),
            };
            let Some(event) = lost(tx, &loaded)? else { continue };
            // Whatever time has ended meanwhile needs no other end.
            let Ok((grant, effects)) = step(&loaded.terms, &loaded.grant, &event, now) else { continue };
            keep(tx, &loaded.row, &grant, now)?;
            noting.note_effects(tx, &loaded, &effects, grant.state, &About::actor("membership"))?;
            touched.extend(id.parse::<RequestId>());
        }
    }
}

/// What has to happen to a request because of who is gone.
fn lost(tx: &mut Tx, loaded: &Loaded) -> Result<Option<Event<'static>>, Problem> {
    let asks = loaded.key.is_some();
    let agreed = quorum(&loaded.terms.factors, loaded.terms.requester, &loaded.votes);
    Ok(match loaded.grant.state {
        State::Pending if !asks => Some(Event::Withdraw(loaded.terms.requester)),
        State::Approved | State::Active | State::Paused if !asks || !agreed => Some(Event::Revoke),
        State::Active if !watched(tx, loaded)? => Some(Event::Pause),
        _ => None,
    })
}

/// Whether the supervisor, where there is one, is still enrolled.
fn watched(tx: &mut Tx, loaded: &Loaded) -> Result<bool, Problem> {
    let Some(supervisor) = loaded.grant.supervisor else { return Ok(true) };
    let person = persons::person(tx, &supervisor.to_string())?;
    match person.filter(|person| person.state == ENROLLED) {
        Some(person) => account_stands(tx, &person),
        None => Ok(false),
    }
}

impl Grants {
    /// [`void`] after something else than a removal: a key or an account is gone.
    pub(crate) async fn void_lost(&self) -> Result<(), Problem> {
        let ((now, _), noting) = (self.now(), self.noting.clone());
        let touched = self.store.try_write("void_lost", move |tx| void(tx, &noting, now)).await?;
        self.ended(&touched).await;
        Ok(())
    }

    /// To be called after [`void`]: whoever was releasing something at that moment is waited for, watchers are told, and
    /// so is the log.
    pub(crate) async fn ended(&self, touched: &[RequestId]) {
        for id in touched {
            drop(self.turn(*id).await);
        }
        if !touched.is_empty() {
            self.changed.notify_waiters();
        }
        self.tell_later().await;
    }
}
