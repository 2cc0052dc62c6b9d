//! A table of lies. Every line starts from a token that is believed and changes one thing.

use super::*;
use crate::identity::jws::SigningKey;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;
use std::sync::LazyLock;

const NOW: i64 = 1_520_000_000;

/// An issuer's keys of every kind, with what it publishes of them.
struct Issuer {
    rsa: EncodingKey,
    other_rsa: EncodingKey,
    ec: EncodingKey,
    ed: EncodingKey,
    set: Value,
}

static ISSUER: LazyLock<Issuer> = LazyLock::new(|| {
    let rsa = || {
        let key = SigningKey::generate().expect("a key");
        let der = key.to_pkcs8().expect("DER");
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(&*der));
        (EncodingKey::from_rsa_pem(pem.as_bytes()).expect("a key"), key.public().expect("public"))
    };
    let ((one, public), (other_rsa, _)) = (rsa(), rsa());
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let curve = |kid: &str, crv: &str, point: &[u8]| {
        let (x, y) = point[1..].split_at(point.len() / 2);
        json!({"kty": "EC", "kid": kid, "crv": crv, "x": text(x), "y": text(y)})
    };
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).expect("a key");
    let ed = Ed25519KeyPair::generate().expect("a key");
    let (n, e) = (text(&public.modulus), text(&public.exponent));
    let set = json!({"keys": [
        {"kty": "RSA", "kid": "r", "use": "sig", "n": n, "e": e},
        {"kty": "RSA", "kid": "r256", "alg": "RS256", "n": n, "e": e},
        {"kty": "RSA", "kid": "enc", "use": "enc", "alg": "RSA-OAEP", "n": n, "e": e},
        {"kty": "oct", "kid": "oct", "k": text(b"a secret that everybody knows...")},
        {"kty": "new", "kid": "unknown", "alg": "ML-DSA-65"},
        curve("ec", "P-256", ec.public_key().as_ref()),
        curve("p384", "P-384", p384.public_key().as_ref()),
        {"kty": "OKP", "kid": "ed", "crv": "Ed25519", "alg": "EdDSA", "x": text(ed.public_key().as_ref())},
    ]});
    Issuer {
        rsa: one,
        other_rsa,
        ec: EncodingKey::from_ec_der(ec.to_pkcs8v1().expect("DER").as_ref()),
        ed: EncodingKey::from_ed_der(ed.to_pkcs8v1().expect("DER").as_ref()),
        set,
    }
});

fn header(alg: Algorithm, kid: &str) -> Header {
    Header { kid: (!kid.is_empty()).then(|| kid.to_owned()), ..Header::new(alg) }
}

fn claims() -> Value {
    json!({"iss": "https://login.example/realm", "aud": "treuhand", "sub": "subject-1", "nonce": "n-1",
        "exp": NOW + 300, "iat": NOW, "email": "erika@contoso.example", "roles": ["TrusteeOfficer"]})
}

fn told(token: &str) -> Result<Told, Lie> {
    let expected = Expected {
        issuer: "https://login.example/realm",
        client_id: "treuhand",
        nonce: "n-1",
        claim: "email",
        now: NOW,
    };
    check(token, &keys_of(&ISSUER.set), &expected)
}

fn token(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    encode(header, claims, key).expect("signed")
}

/// What becomes of the true claims with these changes; `null` takes a claim away.
fn changed(changes: &Value) -> Result<Told, Lie> {
    let mut all = claims();
    for (claim, value) in changes.as_object().expect("changes") {
        all[claim] = value.clone();
    }
    all.as_object_mut().expect("claims").retain(|_, value| !value.is_null());
    told(&token(&header(Algorithm::RS256, "r"), &all, &ISSUER.rsa))
}

#[test]
fn what_is_proved_is_believed_and_no_more_than_two_claims_of_it() {
    let check = |alg, kid: &str, key: &EncodingKey| {
        let told = told(&token(&header(alg, kid), &claims(), key)).map_err(|lie| format!("{alg:?}: {lie}"));
        let told = told.expect("believed");
        let got = (told.subject.as_str(), told.name.as_deref());
        assert_eq!(got, ("subject-1", Some("erika@contoso.example")), "{alg:?} {kid}");
    };
    check(Algorithm::RS256, "r", &ISSUER.rsa);
    check(Algorithm::RS256, "r256", &ISSUER.rsa);
    check(Algorithm::PS256, "r", &ISSUER.rsa);
    check(Algorithm::ES256, "ec", &ISSUER.ec);
    check(Algorithm::EdDSA, "ed", &ISSUER.ed);
    // Without a name for its key, where only one can be meant.
    check(Algorithm::ES256, "", &ISSUER.ec);
}

#[test]
fn lies_in_claims_are_seen() {
    let check = |changes: Value, want: Option<Lie>| assert_eq!(changed(&changes).err(), want, "{changes}");
    check(json!({}), None);
    check(json!({"iss": "https://login.example/other"}), Some(Lie::Issuer));
    check(json!({"iss": "https://login.example/realm/"}), Some(Lie::Issuer));
    check(json!({"iss": null}), Some(Lie::Issuer));
    check(json!({"aud": "somebody-else"}), Some(Lie::Audience));
    check(json!({"aud": null}), Some(Lie::Audience));
    check(json!({"aud": []}), Some(Lie::Audience));
    check(json!({"aud": ["treuhand"]}), None);
    check(json!({"aud": ["treuhand", "other"]}), Some(Lie::Audience));
    check(json!({"aud": ["treuhand", "other"], "azp": "treuhand"}), None);
    check(json!({"aud": ["treuhand", "other"], "azp": "other"}), Some(Lie::Audience));
    check(json!({"azp": "other"}), Some(Lie::Audience));
    check(json!({"nonce": "n-2"}), Some(Lie::Nonce));
    check(json!({"nonce": null}), Some(Lie::Nonce));
    check(json!({"exp": NOW - SKEW}), Some(Lie::Time));
    check(json!({"exp": NOW - SKEW + 1}), None);
    check(json!({"exp": null}), Some(Lie::Time));
    check(json!({"exp": "never"}), Some(Lie::Time));
    check(json!({"iat": NOW + SKEW + 1}), Some(Lie::Time));
    check(json!({"iat": null}), Some(Lie::Time));
    check(json!({"nbf": NOW + SKEW + 1}), Some(Lie::Time));
    check(json!({"nbf": "later"}), Some(Lie::Time));
    check(json!({"sub": null}), Some(Lie::Subject));
    check(json!({"sub": ""}), Some(Lie::Subject));
    check(json!({"sub": 7}), Some(Lie::Subject));
    check(json!({"sub": "s".repeat(256)}), Some(Lie::Subject));
    let unsure = changed(&json!({"email_verified": false})).expect("believed");
    assert_eq!(unsure.name, None, "an address that the issuer did not verify names nobody");
}

#[test]
fn lies_in_keys_and_algorithms_are_seen() {
    let check = |what: &str, token: String, want: Lie| assert_eq!(told(&token).err(), Some(want), "{what}");
    let sign = |alg, kid: &str, key: &EncodingKey| token(&header(alg, kid), &claims(), key);
    let dressed = |header: Value| {
        let real = sign(Algorithm::RS256, "r", &ISSUER.rsa);
        let rest = real.split_once('.').expect("three parts").1;
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    };
    for none in ["none", "None", "nOnE", ""] {
        let unsigned = dressed(json!({"alg": none, "kid": "r"}));
        check(none, format!("{}.", unsigned.rsplit_once('.').expect("three parts").0), Lie::Algorithm);
    }
    // The public key taken for a shared secret, and a shared secret that is published.
    let public = ISSUER.set["keys"][0]["n"].as_str().expect("a modulus").as_bytes().to_vec();
    check("confusion", sign(Algorithm::HS256, "r", &EncodingKey::from_secret(&public)), Lie::Algorithm);
    let shared = EncodingKey::from_secret(b"a secret that everybody knows...");
    check("shared", sign(Algorithm::HS256, "oct", &shared), Lie::Algorithm);
    check("oct as rsa", dressed(json!({"alg": "RS256", "kid": "oct"})), Lie::UnknownKey);
    check("not on the list", sign(Algorithm::RS512, "r", &ISSUER.rsa), Lie::Algorithm);
    check("unknown key", sign(Algorithm::RS256, "gone", &ISSUER.rsa), Lie::UnknownKey);
    check("another's key", sign(Algorithm::RS256, "r", &ISSUER.other_rsa), Lie::Signature);
    check("a key of another algorithm", sign(Algorithm::PS256, "r256", &ISSUER.rsa), Lie::UnknownKey);
    check("a key that encrypts", sign(Algorithm::RS256, "enc", &ISSUER.rsa), Lie::UnknownKey);
    check("a key of another kind", sign(Algorithm::ES256, "r", &ISSUER.ec), Lie::UnknownKey);
    check("another curve", sign(Algorithm::ES256, "p384", &ISSUER.ec), Lie::UnknownKey);
    check("no name, several keys", sign(Algorithm::RS256, "", &ISSUER.rsa), Lie::UnknownKey);
    check("critical", dressed(json!({"alg": "RS256", "kid": "r", "crit": ["x"], "x": 1})), Lie::Critical);
    let own = json!({"alg": "RS256", "kid": "r", "jku": "https://evil.example/keys"});
    check("changed header", dressed(own), Lie::Signature);
    let brought = Header {
        jwk: Some(Jwk::from_encoding_key(&ISSUER.ec, Algorithm::ES256).expect("a key")),
        ..header(Algorithm::ES256, "mine")
    };
    check("a key brought along", token(&brought, &claims(), &ISSUER.ec), Lie::UnknownKey);
    check("no token", "not a token".to_owned(), Lie::Malformed);
    check("too long", "x".repeat(MAX_TOKEN + 1), Lie::Malformed);
    let real = sign(Algorithm::EdDSA, "ed", &ISSUER.ed);
    check("cut", real[..real.len() - 2].to_owned(), Lie::Signature);
}
