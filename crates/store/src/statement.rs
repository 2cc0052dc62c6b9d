//! Named SQL statements and the macro that registers them where they are written.

/// What a statement may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only reads: allowed in every transaction.
    Read,
    /// It changes rows: allowed in write transactions.
    Write,
}

/// One SQL text for both engines, with its name. Made by [`statements!`](crate::statements) only.
#[derive(Debug)]
pub struct Statement {
    /// `area.NAME`, unique; names the statement in errors and measurements.
    pub name: &'static str,
    /// The text, with `$1`… as placeholders.
    pub sql: &'static str,
    /// What it may do.
    pub kind: Kind,
    /// Whether it may look at many rows and so must not run on a thread that serves other callers.
    pub scan: bool,
}

/// Declares an area's statements and its `STATEMENTS`, the list the registry takes up.
///
/// Each is `read` (few rows through an index), `scan` (reads that may look at many rows; they are moved off
/// the serving threads) or `write`.
///
/// ```
/// store::statements! { "shelf";
///     /// One shelf.
///     read BY_NAME = "SELECT name, width FROM shelf WHERE name = $1";
///     /// How many there are.
///     scan COUNT = "SELECT count(*) FROM shelf";
///     /// A new one.
///     write INSERT = "INSERT INTO shelf (name, width) VALUES ($1, $2)";
/// }
/// assert_eq!(STATEMENTS[0].name, "shelf.BY_NAME");
/// ```
#[macro_export]
macro_rules! statements {
    ($area:literal; $($(#[$meta:meta])* $kind:ident $name:ident = $sql:expr;)*) => {
        $(
            $(#[$meta])*
            static $name: $crate::Statement = $crate::Statement {
                name: concat!($area, ".", stringify!($name)),
                sql: $sql,
                kind: $crate::statement_kind!($kind),
                scan: $crate::statement_scan!($kind),
            };
        )*
        /// Every statement of this area, for the registry.
        pub const STATEMENTS: &[&$crate::Statement] = &[$(&$name),*];
    };
}

/// Part of [`statements!`](crate::statements).
#[doc(hidden)]
#[macro_export]
macro_rules! statement_kind {
    (read) => {
        $crate::Kind::Read
    };
    (scan) => {
        $crate::Kind::Read
    };
    (write) => {
        $crate::Kind::Write
    };
}

/// Part of [`statements!`](crate::statements).
#[doc(hidden)]
#[macro_export]
macro_rules! statement_scan {
    (scan) => {
        true
    };
    ($other:ident) => {
        false
    };
}

/// The highest placeholder of a text: how many arguments it takes.
pub(crate) fn placeholders(sql: &str) -> usize {
    sql.split('$').skip(1).filter_map(leading_number).max().unwrap_or(0)
}

/// The digits a text starts with, as a number.
pub(crate) fn leading_number(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.get(..digits).and_then(|digits| digits.parse().ok())
}
