//! What things are called in OpenBao, and the form of what we keep of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use envelope::Wrapped;
use kernel::TenantId;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The only kind of key we make.
pub const KEY_TYPE: &str = "aes256-gcm96";
/// Begins the name of a tenant's key.
const KEY: &str = "t-";
/// Begins the name of the mark that a destroyed key leaves: a key that is never used.
const MARK: &str = "gone-";
/// Begins every secret we wrapped, so that one of another backend is refused at once.
const MAGIC: [u8; 3] = *b"OB1";
/// Begins transit's own text form, before the version.
const TRANSIT: &str = "vault:v";

/// The name of a tenant's key.
pub fn key(tenant: TenantId) -> String {
    format!("{KEY}{}", tenant.0.hyphenated())
}

/// The name of the mark of a tenant's destroyed key.
pub fn mark(tenant: TenantId) -> String {
    format!("{MARK}{}", tenant.0.hyphenated())
}

/// What a name in the list of keys is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A tenant's key.
    Key(TenantId),
    /// The mark of a destroyed one.
    Mark(TenantId),
    /// Nothing of ours.
    Other,
}

/// Reads a name of the list of keys.
pub fn named(name: &str) -> Named {
    let tenant = |rest: &str| Uuid::try_parse(rest).ok().map(TenantId);
    let key = name.strip_prefix(KEY).and_then(tenant).map(Named::Key);
    key.or_else(|| name.strip_prefix(MARK).and_then(tenant).map(Named::Mark)).unwrap_or(Named::Other)
}

/// What a wrapped secret is bound to.
pub fn bound_to(tenant: TenantId, purpose: &[u8]) -> Vec<u8> {
    [b"treuhand secret ".as_slice(), tenant.0.as_bytes(), purpose].concat()
}

/// The request to encrypt, in a buffer that is wiped. Base64 needs no escaping.
pub fn encrypt_body(secret: &[u8], bound_to: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut body =
        Zeroizing::new(String::with_capacity(64 + (secret.len() + bound_to.len()).div_ceil(3) * 4 + 8));
    body.push_str("{\"plaintext\":\"");
    STANDARD.encode_string(secret, &mut body);
    body.push_str("\",\"associated_data\":\"");
    STANDARD.encode_string(bound_to, &mut body);
    body.push_str("\"}");
    Zeroizing::new(std::mem::take(&mut *body).into_bytes())
}

/// What we keep of transit's `vault:v3:…`: bytes of which each counts, whereas several texts stand for the same.
pub fn kept(ciphertext: &str) -> Option<Wrapped> {
    let (version, rest) = ciphertext.strip_prefix(TRANSIT)?.split_once(':')?;
    let version: u32 = version.parse().ok()?;
    let sealed = STANDARD.decode(rest).ok()?;
    Some(Wrapped([MAGIC.as_slice(), &version.to_be_bytes(), &sealed].concat()))
}

/// The version of the key under which something was wrapped; none when transit did not wrap it.
pub fn version(wrapped: &[u8]) -> Option<u32> {
    let (version, _) = wrapped.strip_prefix(&MAGIC)?.split_first_chunk::<4>()?;
    Some(u32::from_be_bytes(*version)).filter(|version| *version > 0)
}

/// Transit's own form of what we keep. Transit takes version 0 for 1, so that two texts would stand for the same.
pub fn ciphertext(wrapped: &Wrapped) -> Option<String> {
    let version = version(&wrapped.0)?;
    let sealed = wrapped.0.get(MAGIC.len() + size_of::<u32>()..)?;
    Some(format!("{TRANSIT}{version}:{}", STANDARD.encode(sealed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_forms_are_read_back() {
        let tenant = TenantId(Uuid::from_u128(0xabc));
        assert_eq!(named(&key(tenant)), Named::Key(tenant));
        assert_eq!(named(&mark(tenant)), Named::Mark(tenant));
        for other in ["", "t-", "t-x", "gone-1", "somebody-elses"] {
            assert_eq!(named(other), Named::Other, "{other}");
        }
        let text = "vault:v12:yPkeRvAHBLsnNDYYgK3nar8MxeOPBA6a1jhHZ3dfVTWZ";
        assert_eq!(ciphertext(&kept(text).expect("kept")).as_deref(), Some(text));
        for bad in ["", "vault:v1", "vault:v:AAAA", "vault:v1:?", "hsm:v1:AAAA", "vault:v99999999999:AAAA"] {
            assert!(kept(bad).is_none(), "{bad}");
        }
        for bad in [b"".as_slice(), b"OB1", b"OB1\0\0\0", b"OB1\0\0\0\0rest", b"XB1\0\0\0\x01rest"] {
            assert!(ciphertext(&Wrapped(bad.to_vec())).is_none(), "{bad:?}");
        }
        assert_eq!(&**encrypt_body(b"hello", b"p"), br#"{"plaintext":"aGVsbG8=","associated_data":"cA=="}"#);
    }
}
