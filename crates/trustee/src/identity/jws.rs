//! Signed tokens: compact JWS with RS256, and nothing else. The algorithm is a constant, never read from a
//! token, so `none` and key confusion have no place to happen. Keys are parsed once, not per token.
//!
//! Deliberately absent: any look at a clock; validity is the business of `claims`.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};
use aws_lc_rs::signature::{ParsedPublicKey, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// No token of ours is longer; a longer one is refused unread.
pub(crate) const MAX_TOKEN: usize = 8 * 1024;

/// A key that signs.
pub(crate) struct SigningKey {
    kid: String,
    pair: RsaKeyPair,
}

#[derive(Serialize)]
struct HeaderOut<'a> {
    typ: &'static str,
    alg: &'static str,
    kid: &'a str,
    x5t: &'a str,
}

#[derive(Deserialize)]
struct HeaderIn {
    alg: String,
    kid: String,
}

/// The public half of a key, as JWKS publishes it and as signatures are checked with it.
#[derive(Clone)]
pub(crate) struct PublicKey {
    pub(crate) kid: String,
    pub(crate) modulus: Vec<u8>,
    pub(crate) exponent: Vec<u8>,
    parsed: std::sync::Arc<ParsedPublicKey>,
}

impl SigningKey {
    /// A fresh RSA key of 2048 bits. The one place where the library's own randomness is used: it offers no
    /// other way of making such a key.
    pub(crate) fn generate() -> Option<Self> {
        Self::of(RsaKeyPair::generate(KeySize::Rsa2048).ok()?)
    }

    pub(crate) fn from_pkcs8(der: &[u8]) -> Option<Self> {
        Self::of(RsaKeyPair::from_pkcs8(der).ok()?)
    }

    /// The key id is the start of the SHA-256 of the public key.
    fn of(pair: RsaKeyPair) -> Option<Self> {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, pair.public_key().as_ref());
        let kid = URL_SAFE_NO_PAD.encode(digest.as_ref().get(..20)?);
        Some(Self { kid, pair })
    }

    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// The private key, for sealing. There is no other use for it.
    pub(crate) fn to_pkcs8(&self) -> Option<Zeroizing<Vec<u8>>> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().ok()?;
        Some(Zeroizing::new(der.as_ref().to_vec()))
    }

    pub(crate) fn public(&self) -> Option<PublicKey> {
        let public = self.pair.public_key();
        let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
        let exponent = public.exponent().big_endian_without_leading_zero().to_vec();
        PublicKey::new(self.kid.clone(), modulus, exponent)
    }

    /// A token with these claims.
    pub(crate) fn sign<C: Serialize>(&self, claims: &C) -> Option<String> {
        let header = HeaderOut { typ: "JWT", alg: "RS256", kid: &self.kid, x5t: &self.kid };
        let mut token = String::with_capacity(1200);
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(&header).ok()?, &mut token);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims).ok()?, &mut token);
        let mut signature = vec![0_u8; self.pair.public_modulus_len()];
        // PKCS#1 v1.5 signatures need no randomness; the library ignores the argument.
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature).ok()?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        Some(token)
    }
}

impl PublicKey {
    pub(crate) fn new(kid: String, modulus: Vec<u8>, exponent: Vec<u8>) -> Option<Self> {
        let components = RsaPublicKeyComponents { n: modulus.as_slice(), e: exponent.as_slice() };
        let parsed = components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()?;
        Some(Self { kid, modulus, exponent, parsed: std::sync::Arc::new(parsed) })
    }
}

/// The claims of a token that one of our keys signed; `None` for anything else.
///
/// `key_of` finds the public key of a key id.
pub(crate) fn verify<C: for<'de> Deserialize<'de>>(
    token: &str,
    key_of: impl FnOnce(&str) -> Option<PublicKey>,
) -> Option<C> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: HeaderIn = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    if header.alg != "RS256" {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    key_of(&header.kid)?.parsed.verify_sig(signed.as_bytes(), &signature).ok()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::jws::SigningKey;
    use serde_json::{Value, json};

    fn check(change: impl FnOnce(&str, &SigningKey) -> String) -> Option<Value> {
        let key = SigningKey::generate().expect("a key");
        let token = key.sign(&json!({"oid": "someone"})).expect("signed");
        let public = key.public().expect("public");
        verify(&change(&token, &key), |kid| (kid == public.kid).then(|| public.clone()))
    }

    fn with_header(token: &str, header: &Value) -> String {
        let rest = token.split_once('.').expect("three parts").1;
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    #[test]
    fn a_signed_token_is_read() {
        assert_eq!(check(|token, _| token.to_owned()), Some(json!({"oid": "someone"})));
    }

    #[test]
    fn what_we_did_not_sign_is_not() {
        let unsigned = |token: &str, alg: &str, kid: &str| {
            let changed = with_header(token, &json!({"alg": alg, "kid": kid}));
            format!("{}.", changed.rsplit_once('.').expect("three parts").0)
        };
        for alg in ["none", "None", "NONE", ""] {
            assert_eq!(check(|token, key| unsigned(token, alg, key.kid())), None, "{alg}");
        }
        assert_eq!(check(|token, key| with_header(token, &json!({"alg": "HS256", "kid": key.kid()}))), None);
        assert_eq!(check(|token, _| with_header(token, &json!({"alg": "RS256", "kid": "other"}))), None);
        assert_eq!(check(|token, _| format!("{token}A")), None);
        assert_eq!(check(|token, _| token.replace('.', "")), None);
        assert_eq!(check(|_, _| "x".repeat(MAX_TOKEN + 1)), None);
        let foreign = |token: &str, _: &SigningKey| {
            let claims = URL_SAFE_NO_PAD.encode(json!({"oid": "someone else"}).to_string());
            let parts: Vec<&str> = token.split('.').collect();
            format!("{}.{claims}.{}", parts[0], parts[2])
        };
        assert_eq!(check(foreign), None);
    }

    #[test]
    fn a_key_comes_back_from_its_sealed_form() {
        let key = SigningKey::generate().expect("a key");
        let again = SigningKey::from_pkcs8(&key.to_pkcs8().expect("DER")).expect("a key");
        assert_eq!(again.kid(), key.kid());
        let public = key.public().expect("public");
        let again = PublicKey::new(public.kid.clone(), public.modulus.clone(), public.exponent.clone());
        let token = key.sign(&json!(1)).expect("signed");
        assert_eq!(verify::<Value>(&token, |_| again), Some(json!(1)));
    }

    /// Another library reads our tokens.
    #[test]
    fn an_independent_library_agrees() {
        use jsonwebtoken::{Algorithm, DecodingKey, Validation, crypto::aws_lc};
        let _ = aws_lc::DEFAULT_PROVIDER.install_default(); // already installed is as good
        let key = SigningKey::generate().expect("a key");
        let public = key.public().expect("public");
        let token = key.sign(&json!({"oid": "someone"})).expect("signed");
        let mut rules = Validation::new(Algorithm::RS256);
        rules.validate_exp = false;
        rules.required_spec_claims.clear();
        let decoding = DecodingKey::from_rsa_raw_components(&public.modulus, &public.exponent);
        let read = jsonwebtoken::decode::<Value>(&token, &decoding, &rules).expect("valid");
        assert_eq!(read.claims, json!({"oid": "someone"}));
        assert_eq!(read.header.kid.as_deref(), Some(key.kid()));
    }
}
