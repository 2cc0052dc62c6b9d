//! What an issuer says about who signed in there, believed only as far as it proves it.
//!
//! Pure: keys, the expected values and the present come in. The library checks signatures; which algorithm, which key
//! and every claim are decided here.
//!
//! Invariants: the algorithm is one of four, none of them with a shared secret, and it must fit the kind of the key; a
//! key that the token brings along counts for nothing; a claim that is missing is as wrong as one that says another
//! thing; of all claims nobody but the caller's two, subject and the configured one, gets out of here.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;
use thiserror::Error;

/// How far clocks may be apart, in seconds.
const SKEW: i64 = 60;
/// No ID token is longer: some name many groups.
const MAX_TOKEN: usize = 32 * 1024;
/// No issuer has more keys that are looked at.
const MOST_KEYS: usize = 64;
/// The longest subject; OpenID Connect has it so.
const MAX_SUBJECT: usize = 255;

/// What the token must say.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    /// The claim that names a person.
    pub(crate) claim: &'a str,
    /// The present, in seconds.
    pub(crate) now: i64,
}

/// What it says. Without `Debug`: it names somebody.
#[derive(PartialEq, Eq)]
pub(crate) struct Told {
    /// The account there.
    pub(crate) subject: String,
    /// The claim that names a person, unless the issuer says that it is not verified.
    pub(crate) name: Option<String>,
}

/// Why an ID token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Lie {
    #[error("it is no signed token")]
    Malformed,
    #[error("it is signed in a way that is not taken: RS256, PS256, ES256 and EdDSA are")]
    Algorithm,
    #[error("its header demands something that is not understood")]
    Critical,
    #[error("the issuer has no published key of this name that fits the algorithm")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
    #[error("it is another issuer's")]
    Issuer,
    #[error("it is for somebody else")]
    Audience,
    #[error("it is for another sign-in")]
    Nonce,
    #[error("its time is over, has not come, or is not said")]
    Time,
    #[error("it names nobody")]
    Subject,
}

/// A published key.
#[derive(Clone)]
pub(crate) struct Key {
    kid: Option<String>,
    alg: Option<String>,
    jwk: Jwk,
}

/// The keys of a set that can check signatures. Those of other kinds are passed over.
pub(crate) fn keys_of(set: &Value) -> Vec<Key> {
    let word = |key: &Value, member: &str| key[member].as_str().map(str::to_owned);
    let usable = |key: &&Value| key.get("use").is_none_or(|used| used == "sig");
    let read = |key: &Value| {
        // The library knows fewer algorithms' names than there are; the kind of the key is what it needs.
        let mut plain = key.clone();
        plain
            .as_object_mut()?
            .retain(|member, _| ["kty", "n", "e", "crv", "x", "y"].contains(&member.as_str()));
        Some(Key { kid: word(key, "kid"), alg: word(key, "alg"), jwk: serde_json::from_value(plain).ok()? })
    };
    let listed = set["keys"].as_array().into_iter().flatten().take(MOST_KEYS);
    listed.filter(usable).filter_map(read).collect()
}

impl Key {
    fn fits(&self, algorithm: Algorithm, name: &str) -> bool {
        let kind = match &self.jwk.algorithm {
            AlgorithmParameters::RSA(_) => matches!(algorithm, Algorithm::RS256 | Algorithm::PS256),
            AlgorithmParameters::EllipticCurve(curve) => {
                algorithm == Algorithm::ES256 && curve.curve == EllipticCurve::P256
            }
            AlgorithmParameters::OctetKeyPair(curve) => {
                algorithm == Algorithm::EdDSA && curve.curve == EllipticCurve::Ed25519
            }
            _ => false,
        };
        kind && self.alg.as_deref().is_none_or(|alg| alg == name)
    }
}

/// What a token says, if all of it is as expected.
///
/// # Errors
/// The first thing that is not.
pub(crate) fn check(token: &str, keys: &[Key], expected: &Expected<'_>) -> Result<Told, Lie> {
    if token.len() > MAX_TOKEN {
        return Err(Lie::Malformed);
    }
    let claims = signed(token, keys)?;
    let word = |claim: &str| claims[claim].as_str();
    if word("iss") != Some(expected.issuer) {
        return Err(Lie::Issuer);
    }
    is_for(&claims, expected.client_id)?;
    if word("nonce") != Some(expected.nonce) {
        return Err(Lie::Nonce);
    }
    let time = |claim: &str| claims[claim].as_f64().map(whole_seconds);
    let in_time = time("exp").is_some_and(|until| until.saturating_add(SKEW) > expected.now)
        && time("iat").is_some_and(|made| made <= expected.now + SKEW)
        && (claims["nbf"].is_null() || time("nbf").is_some_and(|from| from <= expected.now + SKEW));
    if !in_time {
        return Err(Lie::Time);
    }
    let subject = word("sub").filter(|subject| !subject.is_empty() && subject.len() <= MAX_SUBJECT);
    let subject = subject.ok_or(Lie::Subject)?.to_owned();
    let unsure = expected.claim == "email" && claims["email_verified"] == Value::Bool(false);
    let name = word(expected.claim).filter(|_| !unsure).map(str::to_owned);
    Ok(Told { subject, name })
}

/// The claims of a token that one of these keys signed.
fn signed(token: &str, keys: &[Key]) -> Result<Value, Lie> {
    let header = token.split_once('.').map(|(header, _)| header).ok_or(Lie::Malformed)?;
    let algorithm = algorithm_of(header)?;
    let header = jsonwebtoken::decode_header(token).map_err(|_| Lie::Malformed)?;
    if header.crit.is_some() {
        return Err(Lie::Critical);
    }
    let name = format!("{algorithm:?}");
    let named = |key: &&Key| header.kid.is_none() || key.kid == header.kid;
    let mut fitting = keys.iter().filter(named).filter(|key| key.fits(algorithm, &name));
    let key = fitting.next().ok_or(Lie::UnknownKey)?;
    if header.kid.is_none() && fitting.next().is_some() {
        return Err(Lie::UnknownKey); // nothing is tried out
    }
    let key = DecodingKey::from_jwk(&key.jwk).map_err(|_| Lie::UnknownKey)?;
    // Claims are looked at here, by the clock that the house has.
    let mut rules = Validation::new(algorithm);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    jsonwebtoken::decode::<Value>(token, &key, &rules).map(|read| read.claims).map_err(|_| Lie::Signature)
}

/// The algorithm of a header. Read by ourselves first: the library does not know `none`, and would call it malformed.
fn algorithm_of(header: &str) -> Result<Algorithm, Lie> {
    use base64::Engine as _;
    let bytes =
        base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header).map_err(|_| Lie::Malformed)?;
    let header: Value = serde_json::from_slice(&bytes).map_err(|_| Lie::Malformed)?;
    match header["alg"].as_str() {
        Some("RS256") => Ok(Algorithm::RS256),
        Some("PS256") => Ok(Algorithm::PS256),
        Some("ES256") => Ok(Algorithm::ES256),
        Some("EdDSA") => Ok(Algorithm::EdDSA),
        _ => Err(Lie::Algorithm),
    }
}

/// Whether the token is for us: among its audiences and, where there are several or another is named, as the party that
/// asked for it.
fn is_for(claims: &Value, client_id: &str) -> Result<(), Lie> {
    let (ours, several) = match &claims["aud"] {
        Value::String(one) => (one == client_id, false),
        Value::Array(all) => (all.iter().any(|one| one == client_id), all.len() != 1),
        _ => (false, false),
    };
    let party = &claims["azp"];
    let asked = if party.is_null() { !several } else { party == client_id };
    if ours && asked { Ok(()) } else { Err(Lie::Audience) }
}

#[expect(clippy::cast_possible_truncation, reason = "seconds of any time that counts fit; others saturate")]
fn whole_seconds(seconds: f64) -> i64 {
    seconds as i64
}

#[cfg(test)]
mod tests;
