//! What officers have asked for and what waits for a second one.
//!
//! Invariant: an officer has one wish of each kind; asking again only makes it last longer.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::Micros;

statements! { "wishes";
    /// One more wish.
    write ADD = "INSERT INTO officer_wish (wish, officer, wished_at, expires_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (wish, officer) DO UPDATE SET wished_at = $3, expires_at = $4";
    /// Who else wishes the same, the first one first.
    read OTHERS = "SELECT wish, officer, wished_at, expires_at FROM officer_wish \
        WHERE wish = $1 AND officer <> $2 AND expires_at > $3 ORDER BY wished_at, officer";
    /// All that waits, the latest first.
    scan OPEN = "SELECT wish, officer, wished_at, expires_at FROM officer_wish WHERE expires_at > $1 \
        ORDER BY wished_at DESC, wish LIMIT $2 OFFSET $3";
    /// What an officer waits for.
    read OF_OFFICER = "SELECT wish, officer, wished_at, expires_at FROM officer_wish \
        WHERE officer = $1 AND expires_at > $2 ORDER BY wish";
    /// An officer's wish is taken back.
    write WITHDRAW = "DELETE FROM officer_wish WHERE wish = $1 AND officer = $2";
    /// A wish that was carried out.
    write DROP = "DELETE FROM officer_wish WHERE wish = $1";
    /// Wishes whose time is over.
    write EXPIRE = "DELETE FROM officer_wish WHERE expires_at <= $1";
}

rows! {
    /// A wish. Without `Debug`: it can hold the name of an account to be.
    #[derive(Clone, PartialEq, Eq)]
    pub struct WishRow {
        /// What is wished, in words that say all that decides something.
        pub wish: String,
        /// The officer's account.
        pub officer: String,
        /// When.
        pub wished_at: Micros,
        /// Until when a second officer can join.
        pub expires_at: Micros,
    }
}

/// Adds a wish.
pub fn add(tx: &mut Tx, row: &WishRow) -> Result<(), StoreError> {
    tx.execute(&ADD, &args![&row.wish, &row.officer, row.wished_at, row.expires_at])?;
    Ok(())
}

/// Who else wishes the same at this moment.
pub fn others(tx: &mut Tx, wish: &str, officer: &str, now: Micros) -> Result<Vec<WishRow>, StoreError> {
    tx.list(&OTHERS, &args![wish, officer, now])
}

/// All that waits for a second officer.
pub fn open(tx: &mut Tx, now: Micros, offset: u32, limit: u32) -> Result<Vec<WishRow>, StoreError> {
    tx.list(&OPEN, &args![now, limit, offset])
}

/// Drops a wish that was carried out, whoever had it.
pub fn done(tx: &mut Tx, wish: &str) -> Result<(), StoreError> {
    tx.execute(&DROP, &args![wish])?;
    Ok(())
}

/// Drops wishes whose time is over.
pub fn expire(tx: &mut Tx, now: Micros) -> Result<u64, StoreError> {
    tx.execute(&EXPIRE, &args![now])
}

/// What an officer waits for.
pub fn of_officer(tx: &mut Tx, officer: &str, now: Micros) -> Result<Vec<WishRow>, StoreError> {
    tx.list(&OF_OFFICER, &args![officer, now])
}

/// Takes an officer's wish back; others' stay.
pub fn withdraw(tx: &mut Tx, wish: &str, officer: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&WITHDRAW, &args![wish, officer])? > 0)
}
