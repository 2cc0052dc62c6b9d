//! The form of every text that is signed: a first line that names it, then one `key: value` a line.
//!
//! Invariants: a text holds printable ASCII and line feeds and nothing else, so that no line break, no direction mark and
//! no look-alike letter can make a reader see something other than what is signed; every value stands on one line,
//! is not empty and has no blank at either end; reading what was written gives the same pairs back.

/// Longest value.
pub const LONGEST: usize = 4096;
/// Longest text.
const LONGEST_TEXT: usize = 64 * 1024;

/// A text that is not of this form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The first line names another kind of text.
    #[error("the text does not begin with '{0}'")]
    Title(&'static str),
    /// A line is not `key: value`, or is longer than anything has to be.
    #[error("line {0} is not 'key: value' in printable ASCII")]
    Line(usize),
    /// Another key was expected.
    #[error("line {line} should say '{key}'")]
    Key {
        /// The number of the line, the first being 1.
        line: usize,
        /// What should stand there.
        key: &'static str,
    },
    /// A value is not what its key needs.
    #[error("the value of '{0}' cannot be read")]
    Value(&'static str),
    /// More lines than there should be.
    #[error("the text goes on after its end")]
    Trailing,
}

/// Whether this may stand as a value.
pub fn is_value(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
}

/// Whether people may read this as free text beside a signed text: no control and no direction marks.
pub fn is_readable(text: &str) -> bool {
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    !text.trim().is_empty() && !text.chars().any(unseen)
}

/// Writes a text line by line.
#[derive(Clone, Debug)]
pub struct Writer {
    out: String,
}

impl Writer {
    /// A text that begins with this line.
    pub fn new(title: &str) -> Self {
        Self { out: format!("{title}\n") }
    }

    /// One more line.
    ///
    /// # Errors
    /// When the value cannot stand on a line. It is never bent into shape: what is signed is what was meant.
    pub fn line(&mut self, key: &'static str, value: &str) -> Result<(), TextError> {
        if !is_value(value) {
            return Err(TextError::Value(key));
        }
        self.out.push_str(key);
        self.out.push_str(": ");
        self.out.push_str(value);
        self.out.push('\n');
        Ok(())
    }

    /// What was written so far.
    pub fn as_str(&self) -> &str {
        &self.out
    }

    /// The text.
    pub fn finish(self) -> String {
        self.out
    }
}

/// Reads a text line by line.
#[derive(Clone, Debug)]
pub struct Reader<'t> {
    lines: std::str::Split<'t, char>,
    number: usize,
}

impl<'t> Reader<'t> {
    /// Begins to read.
    ///
    /// # Errors
    /// When it does not begin with this title.
    pub fn new(title: &'static str, text: &'t str) -> Result<Self, TextError> {
        if text.len() > LONGEST_TEXT {
            return Err(TextError::Line(1));
        }
        let body = text.strip_suffix('\n').ok_or(TextError::Trailing)?;
        let mut lines = body.split('\n');
        if lines.next() != Some(title) {
            return Err(TextError::Title(title));
        }
        Ok(Self { lines, number: 1 })
    }

    /// The value of the next line, which must have this key.
    ///
    /// # Errors
    /// When it has another, or none.
    pub fn line(&mut self, key: &'static str) -> Result<&'t str, TextError> {
        self.number += 1;
        let line = self.lines.next().ok_or(TextError::Key { line: self.number, key })?;
        let (found, value) = line.split_once(": ").ok_or(TextError::Line(self.number))?;
        if found != key {
            return Err(TextError::Key { line: self.number, key });
        }
        if is_value(value) { Ok(value) } else { Err(TextError::Line(self.number)) }
    }

    /// The value of the next line, read as something.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read<T: std::str::FromStr>(&mut self, key: &'static str) -> Result<T, TextError> {
        self.line(key)?.parse().map_err(|_| TextError::Value(key))
    }

    /// Makes sure that nothing follows.
    ///
    /// # Errors
    /// When something does.
    pub fn end(mut self) -> Result<(), TextError> {
        if self.lines.next().is_none() { Ok(()) } else { Err(TextError::Trailing) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_unseen_gets_into_a_text() {
        for bad in
            ["", " a", "a ", "a\nfactors: x", "a\r", "a\tb", "\u{202e}a", "\u{ad}", "Ä", "\u{7f}", "\0"]
        {
            assert_eq!(Writer::new("t").line("key", bad), Err(TextError::Value("key")), "{bad:?}");
        }
        for (text, readable) in [("Größe ändern", true), ("a\u{202e}b", false), ("a\nb", false), (" ", false)]
        {
            assert_eq!(is_readable(text), readable, "{text:?}");
        }
    }

    #[test]
    fn only_what_was_written_is_read() {
        let read = |text: &str| {
            let mut reader = Reader::new("t v1", text)?;
            let value = reader.line("a")?.to_owned();
            let number: u32 = reader.read("n")?;
            reader.end()?;
            Ok((value, number))
        };
        assert_eq!(read("t v1\na: x y\nn: 7\n"), Ok(("x y".to_owned(), 7)));
        for (text, want) in [
            ("t v2\na: x\nn: 7\n", TextError::Title("t v1")),
            ("t v1\nb: x\nn: 7\n", TextError::Key { line: 2, key: "a" }),
            ("t v1\na: x\n", TextError::Key { line: 3, key: "n" }),
            ("t v1\na: x\nn: 7\nn: 7\n", TextError::Trailing),
            ("t v1\na: x\nn: 7", TextError::Trailing),
            ("t v1\na:x\nn: 7\n", TextError::Line(2)),
            ("t v1\na: x \nn: 7\n", TextError::Line(2)),
            ("t v1\na: x\nn: -7\n", TextError::Value("n")),
        ] {
            assert_eq!(read(text), Err(want), "{text:?}");
        }
    }
}
