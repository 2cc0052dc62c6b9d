//! Tags: which entries are one tenant's, for those who may know.
//!
//! Invariants: the n-th entry of a tenant carries the MAC of n, so that with the key a missing, a doubled and a
//! smuggled one show; without it tags are random numbers.

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

use crate::field::hex;
use crate::{Alias, Refusal};

/// The tag of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag(pub [u8; 32]);

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl FromStr for Tag {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        hex(text).map(Self).ok_or_else(|| Refusal::new("not_a_tag", "a tag is 64 hexadecimal digits"))
    }
}

/// A tenant's tag key. The tenant gets it with its reports; to all others it is a secret.
#[derive(Clone)]
pub struct TagKey(Zeroizing<[u8; 32]>);

impl TagKey {
    /// The key with these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The tag of the tenant's n-th entry, counted from 0.
    pub fn tag(&self, counter: u64) -> Tag {
        Tag(self.mac(&counter.to_be_bytes()))
    }

    /// The stand-in for a person's key among this tenant's entries.
    pub fn alias(&self, fingerprint: &str) -> Alias {
        let mac = self.mac(&[b"actor ".as_slice(), fingerprint.as_bytes()].concat());
        let mut alias = Alias([0; 8]);
        alias.0.copy_from_slice(&mac[..8]);
        alias
    }

    /// The key as a report tells it to its tenant.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(HEXLOWER.encode(&*self.0))
    }

    /// The key that a report tells.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        hex(text)
            .map(Self::new)
            .ok_or_else(|| Refusal::new("malformed_bundle", "the tag key is 64 hexadecimal digits"))
    }

    fn mac(&self, message: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &*self.0);
        let mut mac = [0; 32];
        mac.copy_from_slice(hmac::sign(&key, message).as_ref());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn tags_are_the_macs_of_counters() {
        // Counted with Python's hmac.
        let key = TagKey::new([0x0b; 32]);
        assert_eq!(
            key.tag(0).to_string(),
            "fb972cd8050f585c3a5ca7472e20068d1b82bb387c5fcc300553386b6666720c"
        );
    }

    #[test]
    fn tags_and_aliases_are_different_for_tenants_and_counters() {
        let keys = [TagKey::new([1; 32]), TagKey::new([2; 32])];
        let tags: HashSet<_> = keys.iter().flat_map(|key| (0..100).map(|n| key.tag(n))).collect();
        assert_eq!(tags.len(), 200);
        assert_ne!(keys[0].alias("SHA256:x"), keys[1].alias("SHA256:x"));
        assert!(TagKey::parse(&keys[0].expose()).is_ok_and(|key| key.tag(5) == keys[0].tag(5)));
    }
}
