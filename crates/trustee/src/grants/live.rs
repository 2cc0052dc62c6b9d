//! What a supervisor sees of uses as they happen: operation, target, and the released values, masked.
//!
//! Invariants: a value is masked before it gets here, whatever the grant says about its requester; nothing of it is
//! written anywhere, and it is forgotten with the grant's end.
//!
//! Deliberately absent: values in full. Nobody who watches needs them.

use access::RequestId;
use contract::resources::access::{AccessUse, MaskedValue};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values kept of one use.
pub(super) const VALUES: usize = 64;
/// Uses kept of one grant.
const USES: usize = 20;
/// Grants looked at at once.
const GRANTS: usize = 256;

/// What was seen of one use.
#[derive(Clone, Default)]
pub(super) struct Seen {
    /// Path and query.
    pub(super) target: String,
    /// The released members with their masked values.
    pub(super) values: Vec<(String, String)>,
}

/// What was seen of the uses of all grants, in memory alone.
#[derive(Default)]
pub(super) struct Live(Mutex<HashMap<RequestId, BTreeMap<u32, Seen>>>);

impl Live {
    /// Keeps what a use showed.
    pub(super) fn keep(&self, id: RequestId, number: u32, seen: Seen) {
        let mut all = self.open();
        if all.len() >= GRANTS && !all.contains_key(&id) {
            all.clear(); // a view is no record: whoever watches sees the next use again
        }
        let uses = all.entry(id).or_default();
        uses.insert(number, seen);
        while uses.len() > USES {
            uses.pop_first();
        }
    }

    /// Forgets a grant.
    pub(super) fn forget(&self, id: RequestId) {
        self.open().remove(&id);
    }

    /// What was seen of one use, while it is remembered.
    pub(super) fn seen(&self, id: RequestId, number: u32) -> Option<Seen> {
        self.open().get(&id)?.get(&number).cloned()
    }

    /// Completes uses with what was seen of them.
    pub(super) fn complete(&self, id: RequestId, uses: &mut [AccessUse]) {
        let all = self.open();
        let Some(known) = all.get(&id) else { return };
        for one in uses {
            let number = one.number.and_then(|number| u32::try_from(number).ok());
            let Some(seen) = number.and_then(|number| known.get(&number)) else { continue };
            one.target = Some(seen.target.clone());
            let values = seen
                .values
                .iter()
                .map(|(field, value)| MaskedValue { field: Some(field.clone()), value: Some(value.clone()) });
            one.masked_values = Some(values.collect());
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<RequestId, BTreeMap<u32, Seen>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A value as somebody who watches sees it.
pub(super) fn shown(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => access::scope::masked(text),
        _ => "***".to_owned(),
    }
}
