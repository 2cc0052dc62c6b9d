//! The one place that knows how the two engines spell things differently.
//!
//! Migrations are written once, in PostgreSQL's words and with SQL's words in capitals. For SQLite the type
//! words are respelled and every table is made STRICT; for PostgreSQL every TEXT column gets the collation "C",
//! so that both engines sort and compare text by its bytes.

/// Which engine a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Respells a migration.
pub(crate) fn respell(sql: &str, dialect: Dialect) -> String {
    let mut speller = Speller { dialect, before: "", statement: Vec::new(), serial: false };
    let mut out = String::with_capacity(sql.len() * 2);
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = token(rest, first);
        let (head, tail) = rest.split_at(length);
        speller.spell(head, &mut out);
        rest = tail;
    }
    out
}

/// The length of the token a text starts with: a word, a quoted text, a comment or one character.
fn token(text: &str, first: char) -> usize {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match first {
        c if word(c) => text.find(|c| !word(c)).unwrap_or(text.len()),
        '\'' | '"' => text[1..].find(first).map_or(text.len(), |end| end + 2),
        '-' if text.starts_with("--") => text.find('\n').unwrap_or(text.len()),
        c => c.len_utf8(),
    }
}

struct Speller<'a> {
    dialect: Dialect,
    before: &'a str,
    /// The first words of the statement at hand.
    statement: Vec<&'a str>,
    /// Inside `BIGSERIAL PRIMARY KEY`.
    serial: bool,
}

impl<'a> Speller<'a> {
    fn spell(&mut self, token: &'a str, out: &mut String) {
        if token.starts_with("--") || token.trim().is_empty() {
            out.push_str(token);
            return;
        }
        match self.dialect {
            Dialect::Sqlite => self.sqlite(token, out),
            Dialect::Postgres => self.postgres(token, out),
        }
        self.before = token;
        if token == ";" {
            self.statement.clear();
        } else if self.statement.len() < 2 {
            self.statement.push(token);
        }
    }

    fn sqlite(&mut self, token: &str, out: &mut String) {
        match token {
            "BIGINT" => out.push_str("INTEGER"),
            "BYTEA" => out.push_str("BLOB"),
            "BIGSERIAL" => {
                self.serial = true;
                out.push_str("INTEGER");
            }
            "KEY" if self.serial => {
                self.serial = false;
                out.push_str("KEY AUTOINCREMENT");
            }
            ";" if self.statement == ["CREATE", "TABLE"] => out.push_str(" STRICT;"),
            other => out.push_str(other),
        }
    }

    fn postgres(&mut self, token: &str, out: &mut String) {
        out.push_str(token);
        if token == "TEXT" && self.before != "AS" {
            out.push_str(" COLLATE \"C\"");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_respelled_outside_quotes_and_comments() {
        let check = |given: &str, sqlite: &str, postgres: &str| {
            assert_eq!(respell(given, Dialect::Sqlite), sqlite);
            assert_eq!(respell(given, Dialect::Postgres), postgres);
        };
        check(
            "-- BIGINT; TEXT\nCREATE TABLE a (n BIGSERIAL PRIMARY KEY, t TEXT NOT NULL, b BYTEA, i BIGINT);",
            "-- BIGINT; TEXT\nCREATE TABLE a (n INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT NOT NULL, b BLOB, i INTEGER) STRICT;",
            "-- BIGINT; TEXT\nCREATE TABLE a (n BIGSERIAL PRIMARY KEY, t TEXT COLLATE \"C\" NOT NULL, b BYTEA, i BIGINT);",
        );
        check(
            "INSERT INTO a (t) VALUES ('TEXT; BIGINT', CAST(1 AS TEXT));",
            "INSERT INTO a (t) VALUES ('TEXT; BIGINT', CAST(1 AS TEXT));",
            "INSERT INTO a (t) VALUES ('TEXT; BIGINT', CAST(1 AS TEXT));",
        );
        check("CREATE INDEX i ON a (t, i);", "CREATE INDEX i ON a (t, i);", "CREATE INDEX i ON a (t, i);");
    }
}
