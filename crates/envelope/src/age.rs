//! Files sealed to somebody's own key, in the age format (age-encryption.org/v1, C2SP), for X25519 recipients: whoever
//! has the key opens them with any age program, without us.
//!
//! Invariants: a file key serves one file, and the ephemeral key with which it is wrapped is forgotten; what is opened is
//! whole, in its order, and of this header, or refused.
//!
//! Deliberately absent: passphrases, SSH keys, plugins and streaming. What is sealed here fits into memory.

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey, X25519};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use kernel::Entropy;
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

const VERSION: &str = "age-encryption.org/v1";
const WRAPPING: &[u8] = b"age-encryption.org/v1/X25519";
const STANZA: &str = "X25519";
const RECIPIENT: Hrp = Hrp::parse_unchecked("age");
const IDENTITY: Hrp = Hrp::parse_unchecked("age-secret-key-");
const FILE_KEY: usize = 16;
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
/// Base64 in a header is broken into lines of so many characters.
const COLUMNS: usize = 64;

/// Why a file was not opened, or a key not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgeError {
    /// Not a key in age's form.
    #[error("a key is a text that begins with age1 (to seal) or AGE-SECRET-KEY-1 (to open)")]
    Key,
    /// Not an age file.
    #[error("this is no age file")]
    Form,
    /// Sealed to other keys.
    #[error("the file is sealed to another key")]
    OtherKey,
    /// Changed on its way, or not whole.
    #[error("the file is damaged or not whole")]
    Damaged,
}

/// To whom a file is sealed: the public half of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient([u8; 32]);

impl FromStr for Recipient {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Self, AgeError> {
        key(text.trim(), RECIPIENT).map(|key| Self(*key))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bech32::encode_lower_to_fmt::<Bech32, _>(f, RECIPIENT, &self.0).map_err(|_| fmt::Error)
    }
}

/// Who opens: the private half. Without `Debug`.
pub struct Identity(Zeroizing<[u8; 32]>);

impl Identity {
    /// A new key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        entropy.fill(key.as_mut());
        Self(key)
    }

    /// The first key in a file as `age-keygen` writes it: comments, then one key.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(file: &str) -> Result<Self, AgeError> {
        let mut lines = file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        key(lines.next().ok_or(AgeError::Key)?, IDENTITY).map(Self)
    }

    /// The file to keep, as `age-keygen` writes it.
    ///
    /// # Errors
    /// When the cryptographic library refuses.
    pub fn to_text(&self) -> Result<Zeroizing<String>, AgeError> {
        let secret = bech32::encode_upper::<Bech32>(IDENTITY, self.0.as_ref()).map_err(|_| AgeError::Key)?;
        let secret = Zeroizing::new(secret);
        Ok(Zeroizing::new(format!("# public key: {}\n{}\n", self.recipient()?, secret.as_str())))
    }

    /// The public half.
    ///
    /// # Errors
    /// When the cryptographic library refuses.
    pub fn recipient(&self) -> Result<Recipient, AgeError> {
        let public = self.private()?.compute_public_key().map_err(|_| AgeError::Key)?;
        public.as_ref().try_into().map(Recipient).map_err(|_| AgeError::Key)
    }

    fn private(&self) -> Result<PrivateKey, AgeError> {
        PrivateKey::from_private_key(&X25519, self.0.as_ref()).map_err(|_| AgeError::Key)
    }

    /// The key that wraps a file key between this key and another; `share` is the ephemeral one's public half.
    fn wrapping(&self, other: [u8; 32], share: &[u8; 32], to: Recipient) -> Result<LessSafeKey, AgeError> {
        let other = UnparsedPublicKey::new(&X25519, other);
        agreement::agree(&self.private()?, other, AgeError::Damaged, |secret| {
            let key = derived(secret, &[share.as_slice(), &to.0].concat(), WRAPPING)?;
            aead(&key)
        })
    }
}

/// Seals a file.
///
/// # Errors
/// [`AgeError::Key`] when nothing can be sealed to this key.
pub fn seal(to: Recipient, plain: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>, AgeError> {
    let ephemeral = Identity::generate(entropy);
    let mut file_key = Zeroizing::new([0; FILE_KEY]);
    entropy.fill(file_key.as_mut());
    let share = ephemeral.recipient()?.0;
    let wrapping = ephemeral.wrapping(to.0, &share, to).map_err(|_| AgeError::Key)?;
    let mut wrapped = file_key.to_vec();
    let sealed = wrapping.seal_in_place_append_tag(nonce([0; NONCE_LEN]), Aad::empty(), &mut wrapped);
    sealed.map_err(|_| AgeError::Key)?;
    let (share, wrapped) = (STANDARD_NO_PAD.encode(share), STANDARD_NO_PAD.encode(&wrapped));
    let head = format!("{VERSION}\n-> {STANZA} {share}\n{wrapped}\n---");
    let mac = STANDARD_NO_PAD.encode(hmac::sign(&header_key(&file_key[..])?, head.as_bytes()).as_ref());
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    let mut out = format!("{head} {mac}\n").into_bytes();
    out.reserve(salt.len() + plain.len() + (plain.len() / CHUNK + 1) * TAG);
    out.extend_from_slice(&salt);
    let payload = payload_key(&file_key[..], &salt)?;
    let last = plain.len().saturating_sub(1) / CHUNK;
    for (number, part) in plain.chunks(CHUNK).chain(plain.is_empty().then_some(plain)).enumerate() {
        let mut part = Zeroizing::new(part.to_vec());
        let at = nonce(counter(number, number == last));
        let tag = payload.seal_in_place_separate_tag(at, Aad::empty(), &mut part);
        out.extend_from_slice(&part);
        out.extend_from_slice(tag.map_err(|_| AgeError::Key)?.as_ref());
    }
    Ok(out)
}

/// Opens a file.
///
/// # Errors
/// When it is none, is sealed to others, or was changed.
pub fn open(with: &Identity, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    let header = Header::read(file)?;
    let to = with.recipient()?;
    let file_key = header.stanzas.iter().find_map(|(share, wrapped)| {
        let wrapping = with.wrapping(*share, share, to).ok()?;
        let mut wrapped = Zeroizing::new(wrapped.clone());
        let key = wrapping.open_in_place(nonce([0; NONCE_LEN]), Aad::empty(), &mut wrapped).ok()?;
        (key.len() == FILE_KEY).then(|| Zeroizing::new(key.to_vec()))
    });
    let file_key = file_key.ok_or(AgeError::OtherKey)?;
    let whole = hmac::verify(&header_key(&file_key)?, header.signed, &header.mac);
    whole.map_err(|_| AgeError::Damaged)?;
    let (salt, body) = header.payload.split_first_chunk::<16>().ok_or(AgeError::Damaged)?;
    let payload = payload_key(&file_key, salt)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(body.len()));
    let last = body.len().saturating_sub(1) / (CHUNK + TAG);
    for (number, part) in body.chunks(CHUNK + TAG).chain(body.is_empty().then_some(body)).enumerate() {
        let mut part = Zeroizing::new(part.to_vec());
        let at = nonce(counter(number, number == last));
        let opened = payload.open_in_place(at, Aad::empty(), &mut part).map_err(|_| AgeError::Damaged)?;
        if opened.is_empty() && number > 0 {
            return Err(AgeError::Damaged); // a last part that adds nothing: another spelling of the same file
        }
        plain.extend_from_slice(opened);
    }
    Ok(plain)
}

/// The header of a file, taken apart.
struct Header<'f> {
    /// Shares and wrapped file keys of the recipients that we know how to read.
    stanzas: Vec<([u8; 32], Vec<u8>)>,
    /// What the MAC is over.
    signed: &'f [u8],
    mac: Vec<u8>,
    payload: &'f [u8],
}

impl<'f> Header<'f> {
    fn read(file: &'f [u8]) -> Result<Self, AgeError> {
        let mut rest = file;
        if line(&mut rest)? != VERSION {
            return Err(AgeError::Form);
        }
        let mut stanzas = Vec::new();
        loop {
            let before = file.len() - rest.len();
            let text = line(&mut rest)?;
            if let Some(mac) = text.strip_prefix("--- ") {
                let mac = STANDARD_NO_PAD.decode(mac).map_err(|_| AgeError::Form)?;
                return Ok(Self { stanzas, signed: &file[..before + 3], mac, payload: rest });
            }
            let arguments = text.strip_prefix("-> ").ok_or(AgeError::Form)?;
            let mut body = String::new();
            loop {
                let part = line(&mut rest)?;
                body.push_str(part);
                if part.len() < COLUMNS {
                    break;
                }
            }
            if let Some(("X25519", share)) = arguments.split_once(' ') {
                let share = STANDARD_NO_PAD.decode(share).ok().and_then(|share| share.try_into().ok());
                let body = STANDARD_NO_PAD.decode(&body).map_err(|_| AgeError::Form)?;
                stanzas.push((share.ok_or(AgeError::Form)?, body));
            }
        }
    }
}

/// The next line of a header.
fn line<'f>(rest: &mut &'f [u8]) -> Result<&'f str, AgeError> {
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or(AgeError::Form)?;
    let (text, after) = (&rest[..end], &rest[end + 1..]);
    *rest = after;
    std::str::from_utf8(text).map_err(|_| AgeError::Form)
}

fn key(text: &str, kind: Hrp) -> Result<Zeroizing<[u8; 32]>, AgeError> {
    let read = CheckedHrpstring::new::<Bech32>(text).map_err(|_| AgeError::Key)?;
    if read.hrp() != kind {
        return Err(AgeError::Key);
    }
    let mut key = Zeroizing::new([0; 32]);
    let mut bytes = read.byte_iter();
    if bytes.len() != key.len() {
        return Err(AgeError::Key);
    }
    key.iter_mut().for_each(|place| *place = bytes.next().unwrap_or_default()); // as many as were counted
    Ok(key)
}

fn derived(secret: &[u8], salt: &[u8], purpose: &[u8]) -> Result<Zeroizing<[u8; 32]>, AgeError> {
    let mut out = Zeroizing::new([0; 32]);
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    let filled = prk.expand(&[purpose], hkdf::HKDF_SHA256).and_then(|okm| okm.fill(out.as_mut()));
    filled.map_err(|_| AgeError::Damaged)?;
    Ok(out)
}

fn header_key(file_key: &[u8]) -> Result<hmac::Key, AgeError> {
    Ok(hmac::Key::new(hmac::HMAC_SHA256, derived(file_key, &[], b"header")?.as_ref()))
}

fn payload_key(file_key: &[u8], salt: &[u8; 16]) -> Result<LessSafeKey, AgeError> {
    let key = derived(file_key, salt, b"payload")?;
    aead(&key)
}

fn aead(key: &[u8; 32]) -> Result<LessSafeKey, AgeError> {
    UnboundKey::new(&CHACHA20_POLY1305, key).map(LessSafeKey::new).map_err(|_| AgeError::Damaged)
}

/// Eleven bytes of the part's number, and whether it is the last.
fn counter(number: usize, last: bool) -> [u8; NONCE_LEN] {
    let mut out = [0; NONCE_LEN];
    out[3..11].copy_from_slice(&(number as u64).to_be_bytes());
    out[11] = u8::from(last);
    out
}

fn nonce(bytes: [u8; NONCE_LEN]) -> Nonce {
    Nonce::assume_unique_for_key(bytes)
}

#[cfg(test)]
#[path = "age_tests.rs"]
mod tests;
