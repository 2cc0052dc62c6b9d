//! How often private members were opened by those they concern: hourly counts per tenant.
//!
//! Invariants: what is counted is written at the next [`Openings::flush`] or, when many tenants were counted, before;
//! a count that could not be written is kept for the next time.
//!
//! Deliberately absent: openings for staff. Each of those is logged by itself before anything is released.

use kernel::{Clock, Micros, TenantId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::trustee::journal;
use store::{Store, StoreError};

const HOUR: Micros = 3_600_000_000;
/// Counts held in memory; the program flushes each minute, so this is seldom reached.
const HELD: usize = 50_000;

/// Whose record, by which partner (none: by the customer itself), in which hour.
type Counted = (TenantId, Option<TenantId>, Micros);

/// The counts that wait to be written.
pub struct Openings {
    store: Store,
    clock: Arc<dyn Clock>,
    waiting: Mutex<HashMap<Counted, i64>>,
}

impl Openings {
    /// Counts into a store.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, waiting: Mutex::default() }
    }

    /// Counts one opening of a tenant's record. Beyond what memory allows, the count of new tenants is folded into
    /// one entry of the opener itself, so that nothing is lost.
    pub(crate) fn count(&self, tenant: TenantId, partner: Option<TenantId>) {
        let hour = self.clock.now().as_microsecond().div_euclid(HOUR) * HOUR;
        let mut waiting = self.waiting();
        let key = (tenant, partner, hour);
        let key = if waiting.len() < HELD || waiting.contains_key(&key) {
            key
        } else {
            (partner.unwrap_or(tenant), partner, hour)
        };
        *waiting.entry(key).or_insert(0) += 1;
    }

    /// Writes what was counted.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let counted: Vec<(Counted, i64)> = self.waiting().drain().collect();
        if counted.is_empty() {
            return Ok(());
        }
        let rows = Arc::new(counted);
        let written = Arc::clone(&rows);
        let done = self
            .store
            .write("count_openings", move |tx| {
                for ((tenant, partner, hour), more) in written.iter() {
                    let opener =
                        partner.map_or_else(|| "customer".to_owned(), |partner| format!("partner:{partner}"));
                    journal::count(tx, *tenant, &opener, *hour, *more)?;
                }
                Ok(())
            })
            .await;
        if done.is_err() {
            let mut waiting = self.waiting();
            for (key, more) in rows.iter() {
                *waiting.entry(*key).or_insert(0) += more;
            }
        }
        done
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Counted, i64>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
