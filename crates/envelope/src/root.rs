//! The root key of the embedded keystore, sealed by a passphrase (Argon2id) or by a key file.

use crate::service::KeyError;
use crate::wrap;
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::hkdf;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Entropy;
use zeroize::Zeroizing;

const SALT_LEN: usize = 16;
const KEY_FILE_HEAD: &str = "treuhand-key-file-1";
const AAD: &[u8] = b"treuhand root key";

/// What Argon2id costs: 19 MiB, two passes, one lane, as OWASP advises for servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Argon2Cost {
    fn default() -> Self {
        Self { memory: 19 * 1024, passes: 2 }
    }
}

/// 32 random bytes that a file beside the data folder holds. Wiped when dropped.
#[derive(Clone)]
pub struct KeyFile(Zeroizing<[u8; 32]>);

impl KeyFile {
    /// New key file contents.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        entropy.fill(bytes.as_mut());
        Self(bytes)
    }

    /// The text of the file.
    pub fn to_text(&self) -> Zeroizing<String> {
        let body = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_ref()));
        Zeroizing::new(format!("{KEY_FILE_HEAD}\n{}\n", body.as_str()))
    }

    /// Reads the text of a key file; `None` when it is not one.
    pub fn from_text(text: &str) -> Option<Self> {
        let body = text.trim().strip_prefix(KEY_FILE_HEAD)?.trim();
        let mut bytes = Zeroizing::new([0_u8; 32]);
        let decoded = Zeroizing::new(URL_SAFE_NO_PAD.decode(body).ok()?);
        (decoded.len() == bytes.len()).then(|| bytes.copy_from_slice(&decoded))?;
        Some(Self(bytes))
    }
}

/// What opens the sealed root.
pub enum Unlock {
    /// A passphrase that a person types.
    Passphrase(Zeroizing<String>, Argon2Cost),
    /// A key file.
    KeyFile(KeyFile),
}

/// A root key as it is stored: sealed, with what is needed to derive the sealing key, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRoot(pub String);

impl SealedRoot {
    /// Seals a root key.
    pub(crate) fn seal(
        root: &[u8; 32],
        epoch: u32,
        unlock: &Unlock,
        entropy: &dyn Entropy,
    ) -> Result<Self, KeyError> {
        let mut salt = [0_u8; SALT_LEN];
        entropy.fill(&mut salt);
        let (kind, cost) = match unlock {
            Unlock::Passphrase(_, cost) => ("argon2id", *cost),
            Unlock::KeyFile(_) => ("keyfile", Argon2Cost { memory: 0, passes: 0 }),
        };
        let key = derive(unlock, cost, &salt).ok_or(KeyError::WrongUnlock)?;
        let sealed = wrap::wrap(&key, epoch, AAD, root, entropy).ok_or(KeyError::Refused)?;
        Ok(Self(format!(
            "{kind}.{}.{}.{}.{}",
            cost.memory,
            cost.passes,
            URL_SAFE_NO_PAD.encode(salt),
            URL_SAFE_NO_PAD.encode(sealed)
        )))
    }

    /// Opens the root key.
    pub(crate) fn open(&self, unlock: &Unlock) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        self.try_open(unlock).ok_or(KeyError::WrongUnlock)
    }

    fn try_open(&self, unlock: &Unlock) -> Option<Zeroizing<[u8; 32]>> {
        let mut parts = self.0.split('.');
        let kind = parts.next()?;
        let cost = Argon2Cost { memory: parts.next()?.parse().ok()?, passes: parts.next()?.parse().ok()? };
        let salt: [u8; SALT_LEN] = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?.try_into().ok()?;
        let sealed = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        let right_kind = match unlock {
            Unlock::Passphrase(..) => kind == "argon2id",
            Unlock::KeyFile(_) => kind == "keyfile",
        };
        if !right_kind || parts.next().is_some() {
            return None;
        }
        wrap::unwrap_key(&*derive(unlock, cost, &salt)?, AAD, &sealed)
    }
}

fn derive(unlock: &Unlock, cost: Argon2Cost, salt: &[u8; SALT_LEN]) -> Option<Zeroizing<[u8; 32]>> {
    let mut out = Zeroizing::new([0_u8; 32]);
    match unlock {
        Unlock::Passphrase(passphrase, _) => {
            let params = Params::new(cost.memory, cost.passes, 1, Some(out.len())).ok()?;
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into(passphrase.as_bytes(), salt, out.as_mut())
                .ok()?;
        }
        Unlock::KeyFile(file) => {
            let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(file.0.as_ref());
            secret.expand(&[AAD], hkdf::HKDF_SHA256).ok()?.fill(out.as_mut()).ok()?;
        }
    }
    Some(out)
}
