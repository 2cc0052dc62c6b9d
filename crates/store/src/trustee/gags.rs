//! Gags on demands of authorities: when the customer was asked about, what was found, and until when each stands.
//!
//! Invariants: one reminder a month and demand, however often it is asked for; a review is only added; a gag that ended stays
//! ended.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::Micros;

statements! { "gags";
    /// The demands that their customers may not be told of yet, with the month that was asked about last.
    scan STANDING = "SELECT c.id, c.created_at, \
        COALESCE((SELECT MAX(r.month) FROM gag_reminder r WHERE r.legal_case = c.id), 0) \
        FROM legal_case c WHERE c.notified_at = 0 AND c.gag_ends_at > $1 ORDER BY c.id";
    /// One more reminder.
    write REMIND = "INSERT INTO gag_reminder (legal_case, month, asked_at, answered_at) VALUES ($1, $2, $3, 0) \
        ON CONFLICT (legal_case, month) DO NOTHING";
    /// The demands about which an answer is owed, the one that waits longest first.
    scan OWED = "SELECT r.legal_case, MIN(r.asked_at) FROM gag_reminder r JOIN legal_case c ON c.id = r.legal_case \
        WHERE r.answered_at = 0 AND c.notified_at = 0 GROUP BY r.legal_case ORDER BY MIN(r.asked_at), r.legal_case";
    /// Somebody has looked.
    write ANSWER = "UPDATE gag_reminder SET answered_at = $2 WHERE legal_case = $1 AND answered_at = 0";
    /// What was found.
    write REVIEW = "INSERT INTO gag_review (id, legal_case, person, found, until_at, document, reviewed_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// All that was found about one demand, the oldest first.
    read REVIEWS = "SELECT id, person, found, until_at, document, reviewed_at FROM gag_review WHERE legal_case = $1 \
        ORDER BY reviewed_at, id";
    /// Until when it stands now.
    write ENDS = "UPDATE legal_case SET gag_ends_at = $2 WHERE id = $1 AND notified_at = 0";
}

rows! {
    /// A gag that stands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Standing {
        /// The demand.
        pub case: String,
        /// When it was registered.
        pub since: Micros,
        /// The month, counted from then, that was asked about last; 0 for none.
        pub asked: i64,
    }

    /// A demand about which an answer is owed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Owed {
        /// The demand.
        pub case: String,
        /// Since when.
        pub asked_at: Micros,
    }

    /// What somebody found about a gag.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ReviewRow {
        /// Its id.
        pub id: String,
        /// Who.
        pub person: String,
        /// `continues`, `extended` or `ended`.
        pub found: String,
        /// Until when the gag stands after it.
        pub until_at: Micros,
        /// The hash of the document that puts it off; empty where it is not put off.
        pub document: String,
        /// When.
        pub reviewed_at: Micros,
    }
}

/// The gags that stand.
pub fn standing(tx: &mut Tx, now: Micros) -> Result<Vec<Standing>, StoreError> {
    tx.list(&STANDING, &args![now])
}

/// Asks about a month; false when it was asked about before.
pub fn remind(tx: &mut Tx, case: &str, month: i64, now: Micros) -> Result<bool, StoreError> {
    Ok(tx.execute(&REMIND, &args![case, month, now])? > 0)
}

/// The demands about which an answer is owed.
pub fn owed(tx: &mut Tx) -> Result<Vec<Owed>, StoreError> {
    tx.list(&OWED, &args![])
}

/// Keeps what was found, which answers every reminder so far; the gag stands until then.
pub fn review(tx: &mut Tx, case: &str, row: &ReviewRow) -> Result<(), StoreError> {
    let args = args![&row.id, case, &row.person, &row.found, row.until_at, &row.document, row.reviewed_at];
    tx.execute(&REVIEW, &args)?;
    tx.execute(&ANSWER, &args![case, row.reviewed_at])?;
    tx.execute(&ENDS, &args![case, row.until_at]).map(|_| ())
}

/// All that was found about a demand's gag.
pub fn reviews(tx: &mut Tx, case: &str) -> Result<Vec<ReviewRow>, StoreError> {
    tx.list(&REVIEWS, &args![case])
}
