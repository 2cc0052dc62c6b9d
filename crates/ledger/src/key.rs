//! Keys of logs and witnesses, in the words of C2SP signed notes: `name+id+base64`.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

use crate::Refusal;

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// A log's checkpoints: plain Ed25519.
    Log = 1,
    /// A witness's timestamped cosignatures.
    Witness = 4,
}

/// A public key with its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VerifyingKey {
    name: String,
    purpose: Purpose,
    public: [u8; 32],
}

impl VerifyingKey {
    /// The key's name: a log's origin, or what a witness calls itself.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The key itself.
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// The number that stands before its signatures.
    pub fn id(&self) -> u32 {
        signed_note::key_id(&self.name, &typed(self.purpose, &self.public))
    }

    /// Whether this is the key's Ed25519 signature of a message.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public).verify(message, signature).is_ok()
    }
}

fn typed(purpose: Purpose, key: &[u8; 32]) -> Zeroizing<Vec<u8>> {
    let mut typed = Zeroizing::new(Vec::with_capacity(33));
    typed.push(purpose as u8);
    typed.extend_from_slice(key);
    typed
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode(&*typed(self.purpose, &self.public));
        write!(f, "{}+{:08x}+{key}", self.name, self.id())
    }
}

impl FromStr for VerifyingKey {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let malformed = || Refusal::new("malformed_key", "a public key is written name+id+base64");
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed());
        };
        let (purpose, public) = parse_typed(key).ok_or_else(malformed)?;
        let key = Self { name: name_of(name)?, purpose, public: *public };
        // The id is a function of the rest; written otherwise it belongs to another key.
        if key.to_string() == text { Ok(key) } else { Err(malformed()) }
    }
}

fn name_of(name: &str) -> Result<String, Refusal> {
    if signed_note::is_key_name_valid(name) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(Refusal::new("malformed_key", "the name of a key has neither spaces nor plus signs"))
    }
}

fn parse_typed(key: &str) -> Option<(Purpose, Zeroizing<[u8; 32]>)> {
    let bytes = Zeroizing::new(STANDARD.decode(key).ok()?);
    let (first, rest) = bytes.split_first()?;
    let purpose = match first {
        1 => Purpose::Log,
        4 => Purpose::Witness,
        _ => return None,
    };
    let mut key = Zeroizing::new([0; 32]);
    (rest.len() == key.len()).then(|| key.copy_from_slice(rest))?;
    Some((purpose, key))
}

/// A private key with its name.
pub struct SigningKey {
    seed: Zeroizing<[u8; 32]>,
    pair: Ed25519KeyPair,
    public: VerifyingKey,
}

impl SigningKey {
    /// The key from 32 random bytes.
    ///
    /// # Errors
    /// When the name is none.
    pub fn from_seed(name: &str, purpose: Purpose, seed: [u8; 32]) -> Result<Self, Refusal> {
        let seed = Zeroizing::new(seed);
        let pair = Ed25519KeyPair::from_seed_unchecked(&*seed)
            .map_err(|_| Refusal::new("malformed_key", "these bytes are not a private key"))?;
        let mut public = [0; 32];
        public.copy_from_slice(pair.public_key().as_ref());
        let public = VerifyingKey { name: name_of(name)?, purpose, public };
        Ok(Self { seed, pair, public })
    }

    /// The public half.
    pub fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// The key as its file holds it.
    pub fn expose(&self) -> Zeroizing<String> {
        let key = Zeroizing::new(STANDARD.encode(&*typed(self.public.purpose, &self.seed)));
        Zeroizing::new(format!("PRIVATE+KEY+{}+{:08x}+{}", self.public.name, self.public.id(), &*key))
    }

    /// Reads what a key file holds.
    ///
    /// # Errors
    /// When it is not a private key.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let malformed =
            || Refusal::new("malformed_key", "a private key is written PRIVATE+KEY+name+id+base64");
        let rest = text.strip_prefix("PRIVATE+KEY+").ok_or_else(malformed)?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed());
        };
        let (purpose, seed) = parse_typed(key).ok_or_else(malformed)?;
        let key = Self::from_seed(name, purpose, *seed)?;
        if key.expose().as_str() == text { Ok(key) } else { Err(malformed()) }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written_and_as_others_write_them() {
        for purpose in [Purpose::Log, Purpose::Witness] {
            let key = SigningKey::from_seed("log.example.org/1", purpose, [3; 32]).expect("a key");
            assert_eq!(key.public().to_string().parse().as_ref(), Ok(key.public()));
            let again = SigningKey::parse(&key.expose()).expect("read");
            assert_eq!(again.public(), key.public());
            assert!(key.public().verifies(b"message", &again.sign(b"message")));
        }
        // The key of the Go checksum database, as published.
        let go = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
        let key: VerifyingKey = go.parse().expect("read");
        assert_eq!((key.name(), key.id()), ("sum.golang.org", 0x033d_e0ae));
        for wrong in [
            "sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
            "sum.golang.org+033DE0AE+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
            "sum golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
            "sum.golang.org+033de0ae",
            "",
        ] {
            assert!(wrong.parse::<VerifyingKey>().is_err(), "{wrong}");
        }
        assert!(SigningKey::from_seed("a b", Purpose::Log, [0; 32]).is_err());
    }
}
