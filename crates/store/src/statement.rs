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
    /// The table it writes to; empty where it writes to none, or where that is not plain to see.
    pub table: &'static str,
    /// Where its arguments go.
    pub slots: Slots,
}

/// The table that a writing text names first: `INSERT INTO t`, `UPDATE t`, `DELETE FROM t`.
#[doc(hidden)]
pub const fn written_table(sql: &'static str) -> &'static str {
    let text = sql.as_bytes();
    let start = match text {
        [b'I', b'N', b'S', b'E', b'R', b'T', b' ', b'I', b'N', b'T', b'O', b' ', ..]
        | [b'D', b'E', b'L', b'E', b'T', b'E', b' ', b'F', b'R', b'O', b'M', b' ', ..] => 12,
        [b'U', b'P', b'D', b'A', b'T', b'E', b' ', ..] => 7,
        _ => return "",
    };
    let mut end = start;
    while end < text.len() && (text[end].is_ascii_alphanumeric() || text[end] == b'_') {
        end += 1;
    }
    sql.split_at(start).1.split_at(end - start).0
}

/// Most different placeholders of one text.
const MOST_SLOTS: usize = 48;

/// The placeholders of a text, read once: when the program is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    /// The numbers in the order in which they first appear, which is how SQLite counts them.
    order: [u8; MOST_SLOTS],
    used: usize,
    highest: u8,
}

impl Slots {
    /// The placeholders `$1`… of `sql`. More than 48 different ones do not compile.
    pub const fn of(sql: &str) -> Self {
        let text = sql.as_bytes();
        let mut slots = Self { order: [0; MOST_SLOTS], used: 0, highest: 0 };
        let mut at = 0;
        while at < text.len() {
            if text[at] != b'$' {
                at += 1;
                continue;
            }
            at += 1;
            let mut number = 0;
            while at < text.len() && text[at].is_ascii_digit() {
                number = number * 10 + (text[at] - b'0');
                at += 1;
            }
            if number > 0 && !slots.knows(number) {
                slots.order[slots.used] = number;
                slots.used += 1;
                if number > slots.highest {
                    slots.highest = number;
                }
            }
        }
        slots
    }

    const fn knows(&self, number: u8) -> bool {
        let mut at = 0;
        while at < self.used {
            if self.order[at] == number {
                return true;
            }
            at += 1;
        }
        false
    }

    /// How many arguments the text takes: the highest placeholder.
    pub(crate) const fn arguments(&self) -> usize {
        self.highest as usize
    }

    /// The positions of the arguments (from 0) in the order in which SQLite binds them.
    pub(crate) fn positions(&self) -> impl Iterator<Item = usize> {
        self.order[..self.used].iter().map(|number| usize::from(*number) - 1)
    }
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
                table: $crate::written_table($sql),
                slots: $crate::Slots::of($sql),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_that_is_written_to_is_named_or_nothing_is() {
        for (sql, table) in [
            ("INSERT INTO shelf (a) VALUES ($1)", "shelf"),
            ("UPDATE my_shelf SET a = 1", "my_shelf"),
            ("DELETE FROM shelf", "shelf"),
            ("SELECT a FROM shelf", ""),
            ("WITH x AS (SELECT 1) UPDATE shelf SET a = 1", ""),
        ] {
            assert_eq!(written_table(sql), table, "{sql}");
        }
    }

    #[test]
    fn placeholders_are_counted_as_sqlite_does() {
        for (sql, arguments, positions) in [
            ("SELECT 1", 0, vec![]),
            ("UPDATE t SET a = $3, b = $12 WHERE c = $1 AND d = $3", 12, vec![2, 11, 0]),
            ("SELECT $1, $ , $2", 2, vec![0, 1]),
        ] {
            let slots = Slots::of(sql);
            assert_eq!(
                (slots.arguments(), slots.positions().collect::<Vec<_>>()),
                (arguments, positions),
                "{sql}"
            );
        }
    }
}
