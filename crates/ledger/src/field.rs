//! What an entry's members are made of. Each form is too narrow to hold a name, an address or an id.

use data_encoding::HEXLOWER;
use std::fmt;
use std::str::FromStr;

use crate::Refusal;

/// Something out of a fixed vocabulary: an operation, a reason, a state. Lower-case letters, digits and `.-_@`,
/// at most 64, and nothing that looks like an id: no run of digits as long as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(String);

const MAX_WORD: usize = 64;
/// Longer runs of hexadecimal digits occur in ids only.
const MAX_RUN: usize = 11;

impl Word {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Word {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refused = |why: &'static str| Err(Refusal::new("not_a_word", why));
        if text.is_empty() || text.len() > MAX_WORD {
            return refused("a word has 1 to 64 letters");
        }
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_@".contains(&b);
        if !text.bytes().all(allowed) {
            return refused("a word has lower-case letters, digits, and . - _ @");
        }
        // `operation@3`: what follows is a version. Anything else could be an address.
        if let Some((_, version)) = text.split_once('@')
            && (version.is_empty() || !version.bytes().all(|b| b.is_ascii_digit()))
        {
            return refused("an @ stands before the number of a version only");
        }
        let mut run = 0;
        for b in text.bytes() {
            run = if b.is_ascii_hexdigit() { run + 1 } else { 0 };
            if run > MAX_RUN {
                return refused("a word is not an id");
            }
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A stand-in of eight bytes: of a person's key among one tenant's entries, or of a grant among all. It says that two
/// entries are about the same, and not about what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alias(pub [u8; 8]);

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl FromStr for Alias {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        hex(text).map(Self).ok_or_else(|| Refusal::new("not_an_alias", "an alias is 16 hexadecimal digits"))
    }
}

/// A SHA-256, written `sha256:<hex>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut digest = Self([0; 32]);
        digest.0.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref());
        digest
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", HEXLOWER.encode(&self.0))
    }
}

impl FromStr for Digest {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let bytes = text.strip_prefix("sha256:").and_then(hex);
        bytes
            .map(Self)
            .ok_or_else(|| Refusal::new("not_a_digest", "a digest is sha256: and 64 hexadecimal digits"))
    }
}

/// Bytes from exactly as many lower-case hexadecimal digits.
pub(crate) fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

macro_rules! letters {
    ($(#[$doc:meta])* $name:ident, $slug:literal { $($(#[$each:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$each])* $variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// How an entry writes it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl FromStr for $name {
            type Err = Refusal;
            fn from_str(text: &str) -> Result<Self, Refusal> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(Refusal::new($slug, "an entry has a value that this program does not know")),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

letters! {
    /// The class of what was released.
    Class, "unknown_class" {
        /// Contact data of persons.
        Contact = "B",
        /// Content.
        Content = "C",
        /// Secrets.
        Secret = "K",
        /// Data about customers' users.
        Personal = "P",
        /// Commercial data.
        Commercial = "S",
    }
}

letters! {
    /// The assurance level at the time.
    Level, "unknown_level" {
        /// One process: shows how it works, protects nothing.
        L0 = "L0",
        /// One host, two users.
        L1 = "L1",
        /// Two hosts, the trustee's run by another party.
        L2 = "L2",
        /// With a separate key service, foreign witnesses and live supervision.
        L3 = "L3",
        /// With a second party's check at each opening.
        L4 = "L4",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_neither_names_nor_ids() {
        for (text, is_word) in [
            ("get-customer@3", true),
            ("customer_support", true),
            ("user.signin-trace.read@12", true),
            ("", false),
            ("Erika", false),
            ("erika mustermann", false),
            ("erika@example.org", false),
            ("a@", false),
            ("7c1e0e9c-0000-4000-8000-000000000001", false),
            ("7c1e0e9c0000400080000000", false),
            ("ä", false),
        ] {
            assert_eq!(text.parse::<Word>().is_ok(), is_word, "{text}");
        }
        assert!("a".repeat(65).parse::<Word>().is_err());
    }

    #[test]
    fn forms_are_read_as_they_are_written() {
        let digest = Digest::of(b"");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert!(digest.to_string().to_uppercase().parse::<Digest>().is_err());
        let alias = Alias([7; 8]);
        assert_eq!(alias.to_string().parse(), Ok(alias));
        for class in Class::ALL {
            assert_eq!(class.as_str().parse(), Ok(*class));
        }
        assert!(Level::L0 < Level::L4 && "L5".parse::<Level>().is_err());
    }
}
