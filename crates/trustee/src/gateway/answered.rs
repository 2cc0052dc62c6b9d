//! Answers that the operator repeats to a retry. By then a record may have a newer version; the older one counts for
//! that request alone.
//!
//! Invariant: what counts is what the first answer was seen to hold, not what the operator calls a repetition.

use kernel::{Micros, Problem};
use store::trustee::answered;
use store::trustee::mint::MintKey;

use crate::gateway::Gateway;
use crate::gateway::call::Call;
use crate::records::RecordKey;

/// How long a request id stands for the same call.
pub(crate) const IDEMPOTENT: Micros = 24 * 3_600_000_000;

impl Gateway {
    /// Notes what the answer to a change held.
    pub(crate) async fn keep_answered(
        &self,
        call: &Call<'_>,
        held: Vec<(RecordKey, u64)>,
    ) -> Result<(), Problem> {
        let request = request_of(call);
        let until = self.clock.now().as_microsecond() + IDEMPOTENT;
        let keep = move |tx: &mut store::Tx| {
            held.iter().try_for_each(|(key, version)| answered::keep(tx, request, key, *version, until))
        };
        Ok(self.store.write("keep_answered", keep).await?)
    }

    /// Whether an earlier answer to the same request held this version.
    pub(crate) async fn was_answered(
        &self,
        call: &Call<'_>,
        key: &RecordKey,
        version: u64,
    ) -> Result<bool, Problem> {
        if !call.changes() || !call.trace.given {
            return Ok(false);
        }
        let (request, key, now) = (request_of(call), key.clone(), self.clock.now().as_microsecond());
        let held = move |tx: &mut store::Tx| answered::held(tx, request, &key, version, now);
        Ok(self.store.read("was_answered", held).await?)
    }
}

fn request_of(call: &Call<'_>) -> MintKey {
    MintKey { tenant: call.caller.tenant, operation: call.spec.id, request_id: call.trace.request_id }
}
