//! Sign-ins of devices without a browser, between the asking and the answer of a person.
//!
//! Invariants: one person answers once; an answer becomes a token once.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::Micros;

macro_rules! device {
    () => {
        "SELECT mac, user_code, app, tenant, scope, state, person, home, mfa, polled_at, expires FROM device_code "
    };
}

statements! { "devices";
    /// One, by the device's code.
    read DEVICE = concat!(device!(), "WHERE mac = $1");
    /// One, by the person's code.
    read BY_USER_CODE = concat!(device!(), "WHERE user_code = $1");
    /// A new one; not when somebody has the same code.
    write ADD = "INSERT INTO device_code (mac, user_code, app, tenant, scope, state, person, home, mfa, polled_at, \
        expires) VALUES ($1, $2, $3, $4, $5, 'waiting', '', '', 0, 0, $6) ON CONFLICT DO NOTHING";
    /// A person's answer.
    write ANSWER = "UPDATE device_code SET state = $2, person = $3, home = $4, mfa = $5 \
        WHERE user_code = $1 AND state = 'waiting'";
    /// The device asked again.
    write POLLED = "UPDATE device_code SET polled_at = $2 WHERE mac = $1";
    /// It becomes a token.
    write USE = "DELETE FROM device_code WHERE mac = $1 AND state = 'allowed'";
    /// Those whose time is over.
    write SWEEP = "DELETE FROM device_code WHERE expires <= $1";
}

rows! {
    /// A sign-in of a device. Without `Debug`: its hashes are nobody's business.
    #[derive(Clone, PartialEq, Eq)]
    pub struct DeviceRow {
        /// The keyed hash of the device's code.
        pub mac: Vec<u8>,
        /// The keyed hash of the person's code.
        pub user_code: Vec<u8>,
        /// The app.
        pub app: String,
        /// Whose people may answer; empty for everybody's.
        pub tenant: String,
        /// What for.
        pub scope: String,
        /// `waiting`, `allowed` or `denied`.
        pub state: String,
        /// Who answered.
        pub person: String,
        /// The person's tenant.
        pub home: String,
        /// Whether the person gave a second factor.
        pub mfa: bool,
        /// When the device asked last.
        pub polled_at: Micros,
        /// When it is over.
        pub expires: Micros,
    }
}

/// One, by the hash of the device's code.
pub fn device(tx: &mut Tx, mac: &[u8]) -> Result<Option<DeviceRow>, StoreError> {
    tx.opt(&DEVICE, &args![mac])
}

/// One, by the hash of the person's code.
pub fn by_user_code(tx: &mut Tx, user_code: &[u8]) -> Result<Option<DeviceRow>, StoreError> {
    tx.opt(&BY_USER_CODE, &args![user_code])
}

/// Adds one; false when a code is taken.
pub fn add(tx: &mut Tx, row: &DeviceRow) -> Result<bool, StoreError> {
    let args = args![&row.mac[..], &row.user_code[..], &row.app, &row.tenant, &row.scope, row.expires];
    Ok(tx.execute(&ADD, &args)? > 0)
}

/// Writes a person's answer; false when somebody answered before.
pub fn answer(tx: &mut Tx, row: &DeviceRow) -> Result<bool, StoreError> {
    let args = args![&row.user_code[..], &row.state, &row.person, &row.home, row.mfa];
    Ok(tx.execute(&ANSWER, &args)? > 0)
}

/// The device asked.
pub fn polled(tx: &mut Tx, mac: &[u8], now: Micros) -> Result<(), StoreError> {
    tx.execute(&POLLED, &args![mac, now])?;
    Ok(())
}

/// Takes an answered one, once.
pub fn take(tx: &mut Tx, mac: &[u8]) -> Result<bool, StoreError> {
    Ok(tx.execute(&USE, &args![mac])? > 0)
}

/// Drops those whose time is over.
pub fn sweep(tx: &mut Tx, now: Micros) -> Result<u64, StoreError> {
    tx.execute(&SWEEP, &args![now])
}
