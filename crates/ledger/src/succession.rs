//! How a log's key is followed by another: the old one signs the new one, in the log itself.
//!
//! Invariants: a key counts only until it is followed; whoever trusts one key of the line trusts the newest; a log that
//! was never given another key has a line of at most one.

use data_encoding::HEXLOWER;
use std::fmt;
use std::str::FromStr;

use crate::field::hex;
use crate::{Entry, Kind, Policy, Refusal, SigningKey, VerifyingKey};

/// The signature of a log's key over the key that follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endorsement(pub [u8; 64]);

impl fmt::Display for Endorsement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl FromStr for Endorsement {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        hex(text)
            .map(Self)
            .ok_or_else(|| Refusal::new("malformed_entry", "an endorsement is 128 hexadecimal digits"))
    }
}

impl Endorsement {
    /// What the old key says of the new one.
    ///
    /// # Errors
    /// When the two are not of one log.
    pub fn by(old: &SigningKey, new: &VerifyingKey) -> Result<Self, Refusal> {
        if old.public().name() != new.name() || old.public().purpose() != new.purpose() {
            return Err(Refusal::new("wrong_key", "a log's key is followed by another key of the same log"));
        }
        let signature = old.sign(text(old.public(), new).as_bytes()).try_into();
        signature.map(Self).map_err(|_| Refusal::new("wrong_key", "a signature of another length"))
    }

    fn holds(&self, old: &VerifyingKey, new: &VerifyingKey) -> bool {
        old.name() == new.name()
            && old.purpose() == new.purpose()
            && old.verifies(text(old, new).as_bytes(), &self.0)
    }
}

/// The text that is signed.
fn text(old: &VerifyingKey, new: &VerifyingKey) -> String {
    format!("treuhand-logkey v1\n{old}\n{new}\n")
}

/// The keys of a log in their order, as its entries tell them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Succession(Vec<VerifyingKey>);

impl Succession {
    /// Takes an entry in.
    ///
    /// # Errors
    /// When it names a key that the one before has not signed.
    pub fn step(&mut self, entry: &Entry) -> Result<(), Refusal> {
        let (Kind::LogKey, Some(key)) = (entry.kind, &entry.key) else { return Ok(()) };
        let follows = match (self.0.last(), &entry.endorsed) {
            (None, None) => true, // the first says its own name
            (Some(old), Some(endorsed)) => endorsed.holds(old, key),
            _ => false,
        };
        if !follows {
            let found = "it names a key of the log that the key before has not signed";
            return Err(Refusal::new("bad_endorsement", found));
        }
        self.0.push(key.clone());
        Ok(())
    }

    /// The keys that count for somebody with this policy: those it names, without those that were followed, and the
    /// newest of a line that it trusts.
    pub fn keys(&self, policy: &Policy) -> Vec<VerifyingKey> {
        let Some((newest, older)) = self.0.split_last() else { return policy.logs.clone() };
        let trusted = self.0.iter().any(|key| policy.logs.contains(key));
        let mut keys: Vec<_> = policy.logs.iter().filter(|key| !older.contains(key)).cloned().collect();
        if trusted && !keys.contains(newest) {
            keys.push(newest.clone());
        }
        keys
    }

    /// All keys under which this log was ever signed, for what was seen earlier.
    pub fn ever(&self, policy: &Policy) -> Vec<VerifyingKey> {
        let mut keys = policy.logs.clone();
        if self.0.iter().any(|key| keys.contains(key)) {
            keys.extend(self.0.iter().filter(|key| !policy.logs.contains(key)).cloned());
        }
        keys
    }
}
