//! One key wrapped by another: AES-256-GCM with a random nonce. Layout: magic 2 · epoch 4 · nonce 12 ·
//! ciphertext · tag 16. The epoch says which wrapping key to take and is associated data too.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use kernel::Entropy;
use zeroize::Zeroizing;

const MAGIC: [u8; 2] = *b"W1";
const HEAD_LEN: usize = MAGIC.len() + 4;

/// Wraps `secret`; `None` only if the cryptographic library refuses.
pub(crate) fn wrap(
    key: &[u8; 32],
    epoch: u32,
    aad: &[u8],
    secret: &[u8],
    entropy: &dyn Entropy,
) -> Option<Vec<u8>> {
    let mut nonce = [0_u8; NONCE_LEN];
    entropy.fill(&mut nonce);
    let mut body = Zeroizing::new(Vec::with_capacity(secret.len() + 16));
    body.extend_from_slice(secret);
    aead(key)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(bound(epoch, aad)),
            &mut *body,
        )
        .ok()?;
    let mut out = Vec::with_capacity(HEAD_LEN + NONCE_LEN + body.len());
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&epoch.to_be_bytes());
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&body);
    Some(out)
}

/// The epoch of the key that something was wrapped with; `None` if it was not wrapped here.
pub(crate) fn epoch(wrapped: &[u8]) -> Option<u32> {
    let (epoch, _) = wrapped.strip_prefix(&MAGIC)?.split_first_chunk::<4>()?;
    Some(u32::from_be_bytes(*epoch))
}

/// Unwraps; `None` when the key, the associated data or a single bit is not what it was.
pub(crate) fn unwrap(key: &[u8; 32], aad: &[u8], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let epoch = epoch(wrapped)?;
    let (nonce, sealed) = wrapped.get(HEAD_LEN..)?.split_first_chunk::<NONCE_LEN>()?;
    let mut body = Zeroizing::new(sealed.to_vec());
    let length = aead(key)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(bound(epoch, aad)), &mut body)
        .ok()?
        .len();
    body.truncate(length);
    Some(body)
}

/// A wrapped key of 32 bytes.
pub(crate) fn unwrap_key(key: &[u8; 32], aad: &[u8], wrapped: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = unwrap(key, aad, wrapped)?;
    let mut out = Zeroizing::new([0_u8; 32]);
    (bytes.len() == out.len()).then(|| out.copy_from_slice(&bytes))?;
    Some(out)
}

fn aead(key: &[u8; 32]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new)
}

fn bound(epoch: u32, aad: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD_LEN + aad.len());
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&epoch.to_be_bytes());
    out.extend_from_slice(aad);
    out
}
