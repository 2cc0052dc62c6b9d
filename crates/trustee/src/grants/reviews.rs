//! Looking back at an emergency.
//!
//! Invariant: who used an `incident` grant and has not said within three days what was done, asks for nothing more.

use access::{Kind, Reason, RequestId};
use contract::resources::legal::AccessReview;
use kernel::{Micros, Problem};
use store::Tx;
use store::trustee::access as book;

use super::book::{Loaded, Who, load, who};
use super::{Grants, fault, unknown};
use crate::controls::{Control, Controls};
use crate::gateway::bad;
use crate::identity::Caller;

/// How long the requester has.
const TIME: Micros = 72 * 3_600_000_000;
/// Grants looked through.
const LOOKED: u32 = 500;

impl Grants {
    /// Keeps a review.
    pub(super) async fn review(
        &self,
        caller: &Caller,
        id: RequestId,
        asked: AccessReview,
    ) -> Result<AccessReview, Problem> {
        let text = asked.text.unwrap_or_default();
        if text.trim().is_empty() {
            return Err(bad("text", "must say what was done and why"));
        }
        let ((now, _), controls, caller) = (self.now(), self.controls, caller.clone());
        let written = text.clone();
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, &[Kind::Requester])?;
            let loaded = load(tx, &id.to_string(), controls)?;
            if !loaded.concerns(&who) {
                return Err(unknown());
            }
            if !wants_review(&loaded) || !book::review(tx, &loaded.row.id, &who.row.id, now, &written)? {
                return Err(access::Refusal::StateConflict.into());
            }
            Ok(())
        };
        self.store.try_write("review_access", write).await?;
        Ok(AccessReview { text: Some(text), reviewed_date: jiff::Timestamp::from_microsecond(now).ok() })
    }
}

/// Whether an emergency is over that was begun.
fn wants_review(loaded: &Loaded) -> bool {
    let emergency = loaded.request.reason == Reason::Incident;
    emergency && loaded.grant.activated_at.is_some() && loaded.grant.state.is_final()
}

/// Refuses somebody who owes a review.
pub(super) fn none_owed(tx: &mut Tx, who: &Who, controls: Controls, now: Micros) -> Result<(), Problem> {
    for id in book::unreviewed(tx, &who.row.id, now - TIME, LOOKED)? {
        let Ok(loaded) = load(tx, &id, controls) else { continue };
        if wants_review(&loaded) && controls.on(Control::Review) {
            let text = "An emergency of yours was not reviewed within three days. Say what was done and why, with POST \
                        /trustee/v1/access-requests/{id}/review.";
            return Err(fault("review_missing", 409, text).with(id));
        }
    }
    Ok(())
}
