//! Sealed details: what an entry is about, for its tenant and the trustee alone.
//!
//! Each has a key of its own, so that a report can tell the key of one detail and a stranger can see for himself that
//! the entry of the log was about exactly this. A commitment binds the sealed bytes to that one key.
//!
//! Layout: salt 16 · commitment 32 · AES-256-GCM ciphertext · tag 16. The key serves one message, so the nonce is zero.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use crate::Refusal;
use crate::field::hex;

/// Random bytes that every detail needs fresh.
pub const SALT_LEN: usize = 16;
/// No detail is longer.
pub const MAX_DETAIL: usize = 256 * 1024;

const COMMITMENT_LEN: usize = 32;
const AAD: &[u8] = b"treuhand log detail v1";

/// What the keys of a tenant's details come from.
pub struct DetailSecret(Zeroizing<[u8; 32]>);

impl DetailSecret {
    /// The secret with these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key of one detail, by the salt that it begins with.
    ///
    /// # Errors
    /// When the bytes are too short to be a detail.
    pub fn key_of(&self, sealed: &[u8]) -> Result<DetailKey, Refusal> {
        sealed.get(..SALT_LEN).map(|salt| self.key(salt)).ok_or_else(damaged)
    }

    fn key(&self, salt: &[u8]) -> DetailKey {
        DetailKey(mac(&*self.0, &[b"detail key ".as_slice(), salt].concat()))
    }
}

/// The key of one detail.
pub struct DetailKey(Zeroizing<[u8; 32]>);

impl DetailKey {
    /// The key as a report tells it.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(HEXLOWER.encode(&*self.0))
    }

    /// The key that a report tells.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let key = hex(text).map(|bytes| Self(Zeroizing::new(bytes)));
        key.ok_or_else(|| Refusal::new("malformed_bundle", "the key of a detail is 64 hexadecimal digits"))
    }

    /// Opens the detail.
    ///
    /// # Errors
    /// When the bytes were not sealed under this key, or were changed.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Refusal> {
        let rest = sealed.get(SALT_LEN..).ok_or_else(damaged)?;
        let (commitment, ciphertext) = rest.split_at_checked(COMMITMENT_LEN).ok_or_else(damaged)?;
        verify_slices_are_equal(commitment, &*self.commitment()).map_err(|_| damaged())?;
        let mut buffer = ciphertext.to_vec();
        let plain =
            self.aead()?.open_in_place(nonce(), Aad::from(AAD), &mut buffer).map_err(|_| damaged())?;
        Ok(plain.to_vec())
    }

    fn commitment(&self) -> Zeroizing<[u8; 32]> {
        mac(&*self.0, b"commitment")
    }

    fn aead(&self) -> Result<LessSafeKey, Refusal> {
        let key = mac(&*self.0, b"encryption");
        UnboundKey::new(&AES_256_GCM, &*key).map(LessSafeKey::new).map_err(|_| damaged())
    }
}

/// Seals a detail. `salt` must be fresh random bytes, used for nothing else.
///
/// # Errors
/// When it is too long.
pub fn seal_detail(secret: &DetailSecret, salt: [u8; SALT_LEN], plain: &[u8]) -> Result<Vec<u8>, Refusal> {
    if plain.len() > MAX_DETAIL {
        return Err(Refusal::new("detail_too_long", "a detail has at most 256 KiB"));
    }
    let key = secret.key(&salt);
    let mut ciphertext = plain.to_vec();
    key.aead()?
        .seal_in_place_append_tag(nonce(), Aad::from(AAD), &mut ciphertext)
        .map_err(|_| Refusal::new("detail_too_long", "the detail could not be sealed"))?;
    Ok([salt.as_slice(), &*key.commitment(), &ciphertext].concat())
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn mac(key: &[u8], message: &[u8]) -> Zeroizing<[u8; 32]> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut mac = Zeroizing::new([0; 32]);
    mac.copy_from_slice(hmac::sign(&key, message).as_ref());
    mac
}

fn damaged() -> Refusal {
    Refusal::new("detail_damaged", "a detail was changed, or does not belong to its key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_opens_with_its_own_key_and_unchanged_only() {
        let secret = DetailSecret::new([5; 32]);
        let sealed = seal_detail(&secret, [1; SALT_LEN], b"{}").expect("sealed");
        let key = secret.key_of(&sealed).expect("a key");
        assert_eq!(key.open(&sealed), Ok(b"{}".to_vec()));
        let told = DetailKey::parse(&key.expose()).expect("told");
        assert_eq!(told.open(&sealed), Ok(b"{}".to_vec()));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            let opened = key.open(&changed);
            // The salt chooses the key and is not read by it; the digest in the entry covers it.
            assert_eq!(opened.is_ok(), place < SALT_LEN, "{place}");
            assert!(secret.key_of(&changed).is_ok_and(|key| key.open(&changed).is_err()), "{place}");
        }
        let other = seal_detail(&secret, [2; SALT_LEN], b"{}").expect("sealed");
        assert!(key.open(&other).is_err() && key.open(&sealed[..20]).is_err() && secret.key_of(b"").is_err());
        assert!(seal_detail(&secret, [1; SALT_LEN], &vec![0; MAX_DETAIL + 1]).is_err());
    }
}
