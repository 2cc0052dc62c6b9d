//! Who runs a job that must not run twice at the same time, when several operator nodes share a store.

use crate::{StoreError, Tx, args};
use kernel::Micros;

crate::statements! { "lease";
    /// Taken when it is free, expired or ours.
    write TAKE = "INSERT INTO lease (job, holder, until) VALUES ($1, $2, $4)
        ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, until = excluded.until
        WHERE lease.holder = excluded.holder OR lease.until <= $3";
    /// Given back.
    write GIVE_BACK = "DELETE FROM lease WHERE job = $1 AND holder = $2";
}

/// Takes or prolongs a job's lease; false when another holder has it.
pub fn take(tx: &mut Tx, job: &str, holder: &str, now: Micros, until: Micros) -> Result<bool, StoreError> {
    Ok(tx.execute(&TAKE, &args![job, holder, now, until])? == 1)
}

/// Gives a lease back early.
pub fn give_back(tx: &mut Tx, job: &str, holder: &str) -> Result<(), StoreError> {
    tx.execute(&GIVE_BACK, &args![job, holder]).map(|_| ())
}
