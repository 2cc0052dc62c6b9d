//! Signing and checking the gateway's caller assertion: `v1.<claims>.<signature>`, both in unpadded base64url.
//!
//! The claims are canonical bytes that `contract` defines; this module only says whether the trustee signed them
//! and whether they are still fresh. The signature covers a fixed prefix and the claims, so that no other message
//! signed with the same key can pass for an assertion.
//!
//! Deliberately absent: what the claims mean, and where the key is kept.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jiff::Timestamp;
use kernel::Clock;

const VERSION: &str = "v1.";
const PREFIX: &[u8] = b"treuhand caller assertion v1\n";

/// How long an assertion may be used, in seconds from its issue.
pub const VALID_SECONDS: i64 = 60;
/// How far the clocks of the two zones may be apart, in seconds.
pub const SKEW_SECONDS: i64 = 5;
/// No assertion is longer; a longer one is refused unread.
const MAX_LENGTH: usize = 4096;
/// How many checked assertions are remembered. One per active caller and minute: this is more than enough.
const REMEMBERED: usize = 10_000;

/// What can be put into an assertion.
pub trait Claims: Send + Sync + Sized {
    /// The canonical bytes.
    fn to_bytes(&self) -> Vec<u8>;
    /// The claims of canonical bytes; `None` when they are none.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
    /// When the trustee issued them.
    fn issued_at(&self) -> Timestamp;
}

impl Claims for contract::assertion::Assertion {
    fn to_bytes(&self) -> Vec<u8> {
        Self::to_bytes(self)
    }
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::from_bytes(bytes)
    }
    fn issued_at(&self) -> Timestamp {
        Self::issued_at(self)
    }
}

/// Why an assertion was not accepted. Says nothing about what was in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// There is none, or it has not the form of one.
    #[error("the caller assertion is missing or malformed")]
    Malformed,
    /// No key of the trustee made this signature.
    #[error("the caller assertion is not signed by the trustee")]
    BadSignature,
    /// It is older than its validity, or from the future.
    #[error("the caller assertion is not valid at this time; are both zones' clocks right?")]
    Stale,
}

/// The trustee's side: signs claims.
pub struct Signer {
    key: Ed25519KeyPair,
}

impl Signer {
    /// A signer from a 32-byte seed; `None` for any other length.
    pub fn from_seed(seed: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(|key| Self { key })
    }

    /// The public key that the operator zone is configured with.
    pub fn public_key(&self) -> [u8; 32] {
        let mut public = [0; 32];
        public.copy_from_slice(self.key.public_key().as_ref()); // an Ed25519 public key has 32 bytes
        public
    }

    /// The assertion for these claims.
    pub fn sign<C: Claims>(&self, claims: &C) -> String {
        let claims = claims.to_bytes();
        let signature = self.key.sign(&signed_bytes(&claims));
        let mut text = String::with_capacity(VERSION.len() + claims.len() * 4 / 3 + 96);
        text.push_str(VERSION);
        URL_SAFE_NO_PAD.encode_string(&claims, &mut text);
        text.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut text);
        text
    }
}

/// The operator's side: checks assertions and remembers those that held until they expire.
pub struct Verifier<C> {
    keys: Vec<[u8; 32]>,
    clock: Arc<dyn Clock>,
    seen: RwLock<HashMap<String, Arc<C>>>,
}

impl<C: Claims> Verifier<C> {
    /// A verifier that trusts these public keys. Two, while the trustee changes its key.
    pub fn new(keys: Vec<[u8; 32]>, clock: Arc<dyn Clock>) -> Self {
        Self { keys, clock, seen: RwLock::default() }
    }

    /// The claims of an assertion that one of the keys signed and that is valid now.
    pub fn verify(&self, assertion: &str) -> Result<Arc<C>, AssertionError> {
        let now = self.clock.now();
        let seen = self.seen.read().ok().and_then(|seen| seen.get(assertion).cloned());
        if let Some(claims) = seen {
            return if fresh(&*claims, now) { Ok(claims) } else { Err(AssertionError::Stale) };
        }
        let claims = Arc::new(self.check(assertion)?);
        if !fresh(&*claims, now) {
            return Err(AssertionError::Stale);
        }
        if let Ok(mut seen) = self.seen.write() {
            if seen.len() >= REMEMBERED {
                seen.retain(|_, claims| fresh(&**claims, now));
            }
            if seen.len() < REMEMBERED {
                seen.insert(assertion.to_owned(), claims.clone());
            }
        }
        Ok(claims)
    }

    fn check(&self, assertion: &str) -> Result<C, AssertionError> {
        if assertion.len() > MAX_LENGTH {
            return Err(AssertionError::Malformed);
        }
        let parts = assertion.strip_prefix(VERSION).and_then(|rest| rest.split_once('.'));
        let (claims, signature) = parts.ok_or(AssertionError::Malformed)?;
        let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| AssertionError::Malformed)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| AssertionError::Malformed)?;
        let message = signed_bytes(&claims);
        let holds =
            |key: &[u8; 32]| UnparsedPublicKey::new(&ED25519, key).verify(&message, &signature).is_ok();
        if !self.keys.iter().any(holds) {
            return Err(AssertionError::BadSignature);
        }
        C::from_bytes(&claims).ok_or(AssertionError::Malformed)
    }
}

fn signed_bytes(claims: &[u8]) -> Vec<u8> {
    [PREFIX, claims].concat()
}

fn fresh<C: Claims>(claims: &C, now: Timestamp) -> bool {
    let age = now.as_second() - claims.issued_at().as_second();
    (-SKEW_SECONDS..VALID_SECONDS + SKEW_SECONDS).contains(&age)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[derive(Debug, PartialEq)]
    struct Plain(i64);
    impl Claims for Plain {
        fn to_bytes(&self) -> Vec<u8> {
            self.0.to_string().into_bytes()
        }
        fn from_bytes(bytes: &[u8]) -> Option<Self> {
            std::str::from_utf8(bytes).ok()?.parse().ok().map(Self)
        }
        fn issued_at(&self) -> Timestamp {
            Timestamp::from_second(self.0).expect("a small number")
        }
    }

    struct Hand(AtomicI64);
    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(self.0.load(Ordering::Relaxed)).expect("a small number")
        }
    }

    /// Signs claims issued at 1000 s, changes the text, and says what the operator finds at `now`; twice, so that
    /// the remembered answer is checked as well.
    fn check(now: i64, change: impl Fn(String) -> String) -> Result<i64, AssertionError> {
        let signer = Signer::from_seed(&[7; 32]).expect("32 bytes");
        let clock = Arc::new(Hand(AtomicI64::new(1000)));
        let verifier = Verifier::<Plain>::new(vec![[1; 32], signer.public_key()], clock.clone());
        let good = signer.sign(&Plain(1000));
        assert_eq!(verifier.verify(&good).as_deref(), Ok(&Plain(1000)));
        clock.0.store(now, Ordering::Relaxed);
        let text = change(good);
        let first = verifier.verify(&text).map(|claims| claims.0);
        assert_eq!(first, verifier.verify(&text).map(|claims| claims.0));
        first
    }

    #[test]
    fn an_assertion_holds_for_its_validity_and_not_longer() {
        for (now, expected) in [
            (994, Err(AssertionError::Stale)),
            (995, Ok(1000)),
            (1064, Ok(1000)),
            (1065, Err(AssertionError::Stale)),
        ] {
            assert_eq!(check(now, |text| text), expected, "at {now}");
        }
    }

    #[test]
    fn what_the_trustee_did_not_sign_is_refused() {
        let other = Signer::from_seed(&[8; 32]).expect("32 bytes").sign(&Plain(1000));
        let stolen_signature = |text: String| {
            let signature = text.rsplit_once('.').expect("three parts").1.to_owned();
            format!("v1.{}.{signature}", URL_SAFE_NO_PAD.encode("1001"))
        };
        assert_eq!(check(1000, |_| other.clone()), Err(AssertionError::BadSignature));
        assert_eq!(check(1000, stolen_signature), Err(AssertionError::BadSignature));
        for bad in ["", "v1.", "v1.MTAwMA", "v2.MTAwMA.AA", "v1.!.!", &"v1.A.".repeat(2000)] {
            assert_eq!(check(1000, |_| bad.to_owned()), Err(AssertionError::Malformed), "{bad:.20}");
        }
    }

    #[test]
    fn every_bit_of_an_assertion_counts() {
        let length = Signer::from_seed(&[7; 32]).expect("32 bytes").sign(&Plain(1000)).len();
        for at in 0..length {
            let flipped = check(1000, |text| {
                let mut bytes = text.into_bytes();
                bytes[at] ^= 1;
                String::from_utf8(bytes).expect("still ASCII")
            });
            assert!(flipped.is_err(), "byte {at}");
        }
    }
}
