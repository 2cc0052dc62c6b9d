//! A root key in parts: so many people hold one each, and some of them together bring it back.
//!
//! A part is a file that a person can read: whose it is, of what, what to do with it. What it holds is sealed to its holder's
//! age key. Splitting and joining is Shamir's scheme over GF(256), by the crate `blahaj`.
//!
//! Invariants: what stands readable in a file stands sealed in it too, and both must say the same; a changed file, a part
//! of another instance, set or version, and one part given twice are named and never joined; fewer parts than the set
//! needs tell nothing about the key.
//!
//! Deliberately absent: who may hold a part and what a recovery takes (the trustee decides), and any part in the clear
//! outside of memory.

use crate::age::{self, AgeError, Identity, Recipient};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use blahaj::{Share as Part, Sharks};
use kernel::Entropy;
use rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// The first line of a file.
const TITLE: &str = "treuhand-share v1";
/// The first line of what is sealed.
const SEALED: &str = "treuhand-share-part v1";
/// Characters of base64 on a line.
const COLUMNS: usize = 64;
/// A file is a page long; more is none of ours.
const LONGEST: usize = 64 * 1024;
/// Fewer would be no sharing.
pub const FEWEST: u8 = 2;
/// More than anybody hands out.
pub const MOST: u8 = 16;

/// Why a share does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// Not a share's file.
    #[error("this is no share: its first line must say '{TITLE}'")]
    Form,
    /// Changed since it was written.
    #[error("this share is damaged: its content does not fit its check. Use the holder's copy")]
    Damaged,
    /// Sealed to somebody else, or the key is none.
    #[error("{0}")]
    Key(#[from] AgeError),
    /// The readable lines say something else than what was sealed.
    #[error("the lines of this share were changed: it was made as share {0}")]
    Relabelled(String),
    /// A part of something else than the others.
    #[error("share {number} of {person} is of another {what} than the others")]
    Foreign {
        /// Its number.
        number: u8,
        /// Its holder.
        person: String,
        /// What differs: instance, set, version of the root.
        what: &'static str,
    },
    /// One part twice.
    #[error("share {0} is given twice")]
    Twice(u8),
    /// Not enough.
    #[error("{needed} shares are needed and {have} were given")]
    TooFew {
        /// How many it takes.
        needed: u8,
        /// How many there are.
        have: usize,
    },
    /// The numbers do not fit.
    #[error("a set has {FEWEST} to {MOST} holders, and needs {FEWEST} of them at least and all at most")]
    Numbers,
}

/// What all shares of a set have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Whose root it is: an id that no other installation has.
    pub instance: String,
    /// The set's id.
    pub id: String,
    /// The root's version.
    pub root: u32,
    /// How many shares bring it back.
    pub needed: u8,
    /// How many there are.
    pub of: u8,
}

/// Who gets a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The person's id.
    pub person: String,
    /// To whose key it is sealed.
    pub to: Recipient,
}

/// What a share says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The set.
    pub set: Set,
    /// The share's number in it, from 1.
    pub number: u8,
    /// The holder's id.
    pub person: String,
}

/// A share as it leaves: sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedShare {
    /// What it says of itself.
    pub head: Head,
    /// The file.
    pub file: String,
    /// The SHA-256 of the part in it, by which a forged one is known. Says nothing about the part.
    pub digest: String,
}

/// A share's file, read but not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareFile {
    /// What it says of itself, until it is opened.
    pub head: Head,
    sealed: Vec<u8>,
}

/// An opened share. Without `Debug`; wiped when dropped.
pub struct Share {
    /// What it is.
    pub head: Head,
    part: Zeroizing<Vec<u8>>,
}

impl Set {
    fn sound(&self) -> Result<(), ShareError> {
        let fits = (FEWEST..=MOST).contains(&self.of) && (FEWEST..=self.of).contains(&self.needed);
        fits.then_some(()).ok_or(ShareError::Numbers)
    }
}

impl Head {
    fn lines(&self) -> String {
        let Self { set, number, person } = self;
        format!(
            "instance: {}\nset: {}\nroot: {}\nshare: {number} of {}\nneeded: {}\nholder: {person}\n",
            set.instance, set.id, set.root, set.of, set.needed
        )
    }

    fn read<'t>(lines: &mut impl Iterator<Item = &'t str>) -> Option<Self> {
        let mut next = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(": ");
        let (instance, id) = (next("instance")?.to_owned(), next("set")?.to_owned());
        let root = next("root")?.parse().ok()?;
        let (number, of) = next("share")?.split_once(" of ")?;
        let (number, of) = (number.parse().ok()?, of.parse().ok()?);
        let set = Set { instance, id, root, of, needed: next("needed")?.parse().ok()? };
        Some(Self { set, number, person: next("holder")?.to_owned() })
    }

    /// In words, for whoever finds the file.
    fn told(&self) -> String {
        let Set { needed, of, .. } = self.set;
        format!(
            "# This is one of {of} parts of the root key of a data trustee. {needed} of them open its backups again when \
             its key\n# is lost, and fewer open nothing. Keep it away from the other parts and from the trustee's machines.\
             \n#   look whether it is whole:   treuhand shares check THIS-FILE --identity YOUR-KEY\n#   give it in a \
             ceremony:      treuhand shares give THIS-FILE --identity YOUR-KEY --to CEREMONY-KEY --out FILE\n# Give it \
             only where an auditor is present. What is below opens with its holder's age key and no other.\n"
        )
    }

    /// The file of a part, sealed to somebody.
    fn file(&self, part: &[u8], to: Recipient, entropy: &dyn Entropy) -> Result<String, ShareError> {
        let lines = self.lines();
        let inner = Zeroizing::new(format!("{SEALED}\n{lines}part: {}\n", &*encoded(part)));
        let sealed = STANDARD.encode(age::seal(to, inner.as_bytes(), entropy)?);
        let mut body = format!("{lines}sealed:\n");
        let mut rest = sealed.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(COLUMNS)); // base64 is ASCII
            let _ = writeln!(body, "  {line}"); // a String takes everything
            rest = after;
        }
        let check = sha256(body.as_bytes());
        Ok(format!("{TITLE}\n{}{body}check: {check}\n", self.told()))
    }
}

impl ShareFile {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is none, or is damaged.
    pub fn read(text: &str) -> Result<Self, ShareError> {
        if text.len() > LONGEST {
            return Err(ShareError::Form);
        }
        let mut lines = text.lines();
        if lines.next().map(str::trim_end) != Some(TITLE) {
            return Err(ShareError::Form);
        }
        let content = |line: &&str| !line.starts_with('#') && !line.is_empty();
        let lines: Vec<&str> = lines.map(str::trim_end).filter(content).collect();
        let (check, body) = lines.split_last().ok_or(ShareError::Damaged)?;
        let body = body.iter().fold(String::new(), |body, line| body + line + "\n");
        if check.strip_prefix("check: ") != Some(&sha256(body.as_bytes())) {
            return Err(ShareError::Damaged);
        }
        let mut lines = body.lines();
        let head = Head::read(&mut lines).filter(|_| lines.next() == Some("sealed:"));
        let head = head.ok_or(ShareError::Damaged)?;
        head.set.sound()?;
        let sealed: String = lines.map(str::trim_start).collect();
        let sealed = STANDARD.decode(sealed).map_err(|_| ShareError::Damaged)?;
        Ok(Self { head, sealed })
    }

    /// Opens it with the key to which it was sealed.
    ///
    /// # Errors
    /// When it is sealed to another, or its readable lines were changed.
    pub fn open(&self, with: &Identity) -> Result<Share, ShareError> {
        let inner = age::open(with, &self.sealed)?;
        let inner = std::str::from_utf8(&inner).map_err(|_| ShareError::Damaged)?;
        let mut lines = inner.lines();
        let head = (lines.next() == Some(SEALED)).then(|| Head::read(&mut lines)).flatten();
        let head = head.ok_or(ShareError::Damaged)?;
        let part = lines.next().and_then(|line| line.strip_prefix("part: ")).ok_or(ShareError::Damaged)?;
        let part = Zeroizing::new(URL_SAFE_NO_PAD.decode(part).map_err(|_| ShareError::Damaged)?);
        if head != self.head {
            let Head { set, number, person } = head;
            return Err(ShareError::Relabelled(format!("{number} of {person}, set {}", set.id)));
        }
        if part.first() != Some(&head.number) || head.number == 0 {
            return Err(ShareError::Damaged);
        }
        Ok(Share { head, part })
    }
}

impl Share {
    /// The same share sealed to another key, for a ceremony.
    ///
    /// # Errors
    /// When that is no key to seal to.
    pub fn given(&self, to: Recipient, entropy: &dyn Entropy) -> Result<String, ShareError> {
        self.head.file(&self.part, to, entropy)
    }

    /// The SHA-256 of its part.
    pub fn digest(&self) -> String {
        sha256(&self.part)
    }
}

/// Splits a secret into one sealed share for each holder.
///
/// # Errors
/// When the numbers do not fit each other, or a key cannot be sealed to.
pub fn split(
    secret: &[u8],
    set: &Set,
    holders: &[Holder],
    entropy: &dyn Entropy,
) -> Result<Vec<SealedShare>, ShareError> {
    set.sound()?;
    if holders.len() != usize::from(set.of) {
        return Err(ShareError::Numbers);
    }
    let mut draw = Draw(entropy);
    let parts: Vec<Part> =
        Sharks(set.needed).dealer_rng(secret, &mut draw).take(usize::from(set.of)).collect();
    let sealed = holders.iter().zip(&parts).map(|(holder, part)| {
        let part = Zeroizing::new(Vec::from(part));
        let number = part.first().copied().unwrap_or_default(); // a part begins with its number
        let head = Head { set: set.clone(), number, person: holder.person.clone() };
        let file = head.file(&part, holder.to, entropy)?;
        Ok(SealedShare { head, file, digest: sha256(&part) })
    });
    sealed.collect()
}

/// Brings the secret back. What comes out has to be tried: parts that somebody forged give something else.
///
/// # Errors
/// When shares are of different sets, too few, or one is given twice.
pub fn join(shares: &[Share]) -> Result<Zeroizing<Vec<u8>>, ShareError> {
    let first = shares.first().ok_or(ShareError::TooFew { needed: FEWEST, have: 0 })?;
    let mut numbers = Vec::new();
    for Share { head, .. } in shares {
        let foreign = |what| ShareError::Foreign { number: head.number, person: head.person.clone(), what };
        let (one, other) = (&first.head.set, &head.set);
        if one.instance != other.instance {
            return Err(foreign("instance"));
        }
        if one.root != other.root {
            return Err(foreign("version of the root"));
        }
        if one != other {
            return Err(foreign("set"));
        }
        if numbers.contains(&head.number) {
            return Err(ShareError::Twice(head.number));
        }
        numbers.push(head.number);
    }
    let needed = first.head.set.needed;
    if shares.len() < usize::from(needed) {
        return Err(ShareError::TooFew { needed, have: shares.len() });
    }
    let parts = shares.iter().map(|share| Part::try_from(share.part.as_slice()));
    let parts: Vec<Part> = parts.collect::<Result<_, _>>().map_err(|_| ShareError::Damaged)?;
    Sharks(needed).recover(&parts).map(Zeroizing::new).map_err(|_| ShareError::Damaged)
}

/// Declared randomness in the form that the scheme asks for.
struct Draw<'a>(&'a dyn Entropy);

impl Draw<'_> {
    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.0.fill(&mut out);
        out
    }
}

impl TryRng for Draw<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(into);
        Ok(())
    }
}

impl TryCryptoRng for Draw<'_> {}

fn encoded(part: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(URL_SAFE_NO_PAD.encode(part))
}

fn sha256(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
#[path = "shares_tests.rs"]
mod tests;
