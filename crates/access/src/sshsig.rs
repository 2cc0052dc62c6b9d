//! Signatures in the form of OpenSSH: made and checked by `ssh-keygen -Y` as well as by this program.
//!
//! Invariants: only Ed25519 keys count, held in software or in a hardware token (`sk-`); a signature counts for one key,
//! one namespace and exactly the bytes of the text; a token's signature counts only when somebody touched it.
//!
//! Deliberately absent: certificates, other algorithms, and private keys under a passphrase (`ssh-keygen` has them).

use std::fmt;

use sha2::{Digest as _, Sha256};
use ssh_key::public::KeyData;
use ssh_key::{HashAlg, LineEnding, PrivateKey, SshSig};

use crate::proof::to_line;

/// Longest key or signature that is looked at.
const LONGEST: usize = 4096;
/// The bit of a token's flags that says somebody touched it.
const USER_PRESENT: u8 = 1;
/// What follows the signature proper in a token's signature: flags, and a counter of four bytes.
const FLAGS_FROM_END: usize = 5;

/// What is signed for what. A signature for one thing never counts for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// A decision on a request.
    Approval,
    /// One use of a grant.
    Use,
    /// The restore of the trustee's own store.
    Restore,
    /// A ceremony in which shares of the root key are used.
    Ceremony,
}

impl Namespace {
    /// As `ssh-keygen -n` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approval => "treuhand-approval@v1",
            Self::Use => "treuhand-use@v1",
            Self::Restore => "treuhand-restore@v1",
            Self::Ceremony => "treuhand-ceremony@v1",
        }
    }
}

/// A key or signature that does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not an OpenSSH public key, or of an algorithm that does not count.
    #[error("this is no public key of the kind ssh-ed25519 or sk-ssh-ed25519@openssh.com")]
    Key,
    /// Not an SSH signature.
    #[error("this is no SSH signature")]
    Form,
    /// By another key.
    #[error("the signature is by another key")]
    OtherKey,
    /// For another purpose.
    #[error("the signature is for another namespace")]
    OtherNamespace,
    /// Over other bytes.
    #[error("the signature is not over this text")]
    OtherText,
    /// Nobody touched the token.
    #[error("the hardware key was not touched")]
    Untouched,
    /// The private key cannot be used here.
    #[error(
        "the private key is no unencrypted OpenSSH key of the kind ssh-ed25519; sign with ssh-keygen -Y sign"
    )]
    Private,
}

/// A public key that counts.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(ssh_key::PublicKey);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

impl PublicKey {
    /// Reads a line as it stands in `id_ed25519.pub`. The comment is dropped: it may be somebody's name.
    ///
    /// # Errors
    /// When it is no such line.
    pub fn parse(line: &str) -> Result<Self, SignatureError> {
        if line.len() > LONGEST {
            return Err(SignatureError::Key);
        }
        let mut key = ssh_key::PublicKey::from_openssh(line.trim()).map_err(|_| SignatureError::Key)?;
        key.set_comment("");
        match key.key_data() {
            KeyData::Ed25519(_) => Ok(Self(key)),
            KeyData::SkEd25519(sk) if sk.application().starts_with("ssh:") => Ok(Self(key)),
            _ => Err(SignatureError::Key),
        }
    }

    /// The line, without a comment.
    pub fn line(&self) -> String {
        self.0.to_openssh().unwrap_or_default() // was read from such a line
    }

    /// `SHA256:…`, as `ssh-keygen -l` shows it.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// Whether a hardware token holds it.
    pub fn is_hardware(&self) -> bool {
        matches!(self.0.key_data(), KeyData::SkEd25519(_))
    }

    /// Checks a signature in PEM form, as `ssh-keygen -Y sign` writes it.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn verify(&self, namespace: Namespace, text: &str, pem: &str) -> Result<(), SignatureError> {
        let signature = read(pem)?;
        if signature.public_key() != self.0.key_data() {
            return Err(SignatureError::OtherKey);
        }
        if signature.namespace() != namespace.name() {
            return Err(SignatureError::OtherNamespace);
        }
        self.0
            .verify(namespace.name(), text.as_bytes(), &signature)
            .map_err(|_| SignatureError::OtherText)?;
        let bytes = signature.signature_bytes();
        let flags = bytes.len().checked_sub(FLAGS_FROM_END).and_then(|at| bytes.get(at));
        if self.is_hardware() && flags.is_none_or(|flags| flags & USER_PRESENT == 0) {
            return Err(SignatureError::Untouched);
        }
        Ok(())
    }
}

/// The fingerprint of the key that a signature says it is by.
///
/// # Errors
/// When it is no signature by a key that counts.
pub fn signer(pem: &str) -> Result<String, SignatureError> {
    let signature = read(pem)?;
    Ok(signature.public_key().fingerprint(HashAlg::Sha256).to_string())
}

fn read(pem: &str) -> Result<SshSig, SignatureError> {
    if pem.len() > LONGEST {
        return Err(SignatureError::Form);
    }
    // Some senders wrap lines as Windows does.
    let pem = pem.trim().replace("\r\n", "\n");
    let signature = SshSig::from_pem(&pem).map_err(|_| SignatureError::Form)?;
    // There is one way to write a signature, so that nothing can be hidden in what it does not cover.
    let again = signature.to_pem(LineEnding::LF).map_err(|_| SignatureError::Form)?;
    let exact = signature.version() == SshSig::VERSION && signature.reserved().is_empty();
    if exact && to_line(&again) == to_line(&pem) { Ok(signature) } else { Err(SignatureError::Form) }
}

/// Signs a text with an unencrypted OpenSSH private key.
///
/// # Errors
/// When the key is encrypted, in a token, or of another kind.
pub fn sign(private: &str, namespace: Namespace, text: &str) -> Result<String, SignatureError> {
    let key = PrivateKey::from_openssh(private).map_err(|_| SignatureError::Private)?;
    if key.is_encrypted() || key.key_data().ed25519().is_none() {
        return Err(SignatureError::Private);
    }
    let signed = key.sign(namespace.name(), HashAlg::Sha512, text.as_bytes());
    let signed = signed.map_err(|_| SignatureError::Private)?;
    signed.to_pem(LineEnding::LF).map_err(|_| SignatureError::Private)
}

/// The public part of an unencrypted OpenSSH private key.
///
/// # Errors
/// When it is none.
pub fn public_of(private: &str) -> Result<PublicKey, SignatureError> {
    let key = PrivateKey::from_openssh(private).map_err(|_| SignatureError::Private)?;
    PublicKey::parse(&key.public_key().to_openssh().map_err(|_| SignatureError::Private)?)
}

/// A private key in OpenSSH form out of 32 secret bytes: for demo worlds and tests.
///
/// # Errors
/// Never for 32 bytes; the form's writer could refuse.
pub fn private_from_seed(seed: &[u8; 32]) -> Result<String, SignatureError> {
    let pair = ssh_key::private::Ed25519Keypair::from_seed(seed);
    let key = PrivateKey::from(pair);
    let text = key.to_openssh(LineEnding::LF).map_err(|_| SignatureError::Private)?;
    Ok(text.to_string())
}

/// SHA-256 of some bytes, as hexadecimal text.
pub(crate) fn hex_sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ssh_key::public::SkEd25519;
    use ssh_key::{Algorithm, Signature, SigningKey};

    fn raw(key: &impl SigningKey, bytes: &[u8]) -> Vec<u8> {
        key.try_sign(bytes).expect("signs").as_bytes().to_vec()
    }

    /// What a hardware token makes of a text, with these flags.
    fn token(flags: u8, text: &str) -> (PublicKey, String) {
        let pair = ssh_key::private::Ed25519Keypair::from_seed(&[7; 32]);
        let public = KeyData::SkEd25519(SkEd25519::new(pair.public, "ssh:"));
        let data =
            SshSig::signed_data(Namespace::Approval.name(), HashAlg::Sha512, text.as_bytes()).expect("data");
        let tail = [flags, 0, 0, 0, 9];
        let mut signed = Sha256::digest(b"ssh:").to_vec();
        signed.extend(tail);
        signed.extend(Sha256::digest(&data));
        let mut bytes = raw(&PrivateKey::from(pair), &signed);
        bytes.extend(tail);
        let signature = Signature::new(Algorithm::SkEd25519, bytes).expect("a signature");
        let namespace = Namespace::Approval.name();
        let whole = SshSig::new(public.clone(), namespace, HashAlg::Sha512, signature).expect("a signature");
        let line = ssh_key::PublicKey::from(public).to_openssh().expect("a key");
        (PublicKey::parse(&line).expect("a key"), whole.to_pem(LineEnding::LF).expect("a signature"))
    }

    #[test]
    fn a_token_counts_when_it_was_touched() {
        for (flags, want) in [
            (1, Ok(())),
            (5, Ok(())),
            (0, Err(SignatureError::Untouched)),
            (4, Err(SignatureError::Untouched)),
        ] {
            let (key, pem) = token(flags, "a text\n");
            assert!(key.is_hardware());
            assert_eq!(key.verify(Namespace::Approval, "a text\n", &pem), want, "{flags}");
        }
        let (key, pem) = token(1, "a text\n");
        assert_eq!(key.verify(Namespace::Approval, "another\n", &pem), Err(SignatureError::OtherText));
        assert_eq!(signer(&pem), Ok(key.fingerprint()));
    }

    #[test]
    fn every_byte_of_a_signature_counts() {
        let private = private_from_seed(&[1; 32]).expect("a key");
        let key = public_of(&private).expect("a key");
        let pem = sign(&private, Namespace::Approval, "a text\n").expect("signs");
        assert_eq!(key.verify(Namespace::Approval, "a text\n", &pem.replace('\n', "\r\n")), Ok(()));
        for at in 0..pem.len() {
            let mut changed = pem.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            let sound = key.verify(Namespace::Approval, "a text\n", &changed).is_ok();
            assert!(!sound, "byte {at}");
        }
    }

    #[test]
    fn only_ed25519_is_a_key() {
        let sound = public_of(&private_from_seed(&[1; 32]).expect("a key")).expect("a key").line();
        assert_eq!(
            PublicKey::parse(&format!("{sound} Erika Muster")).map(|key| key.line()),
            Ok(sound.clone())
        );
        for bad in [
            "",
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            &sound.replace("ssh-ed25519", "ssh-rsa"),
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHwf2HMM5TRXvo2SQJjsNkiDD5KqiiNjrGVv3UUh+mMT5RHxiRtOnlqvjhQtBq0VpmpCV/PwUdhOig4vkbqAcEc=",
        ] {
            assert!(PublicKey::parse(bad).is_err(), "{bad}");
        }
    }
}
