//! Talking to an issuer: what it says of itself, its keys, and a code for a token.
//!
//! Invariants: nobody is called whom the declaration of residency does not name for this purpose, asked anew before each
//! connection; all that is called is https, except on this machine itself; what an issuer says of itself must bear the
//! issuer's own name; answers are short and kept for minutes only, so that a key that was taken back stops counting.
//!
//! Deliberately absent: what a token says, and whose it is.

use crate::identity::issuers::id_token::{Key, keys_of};
use base64::Engine as _;
use edge::http::HeaderValue;
use edge::{Uri, Web, WebError};
use kernel::{Code, Micros, Problem};
use serde_json::Value;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// No answer of an issuer is longer.
const MOST: usize = 256 * 1024;
/// How long what an issuer says of itself is kept.
const KEPT: Micros = 600 * 1_000_000;
/// Keys are not fetched anew more often, however many unknown ones tokens name.
const SETTLED: Micros = 15 * 1_000_000;
/// Issuers that are remembered.
const MOST_KNOWN: usize = 1000;
/// The longest URL of an issuer.
const MAX_URL: usize = 500;

/// What an issuer says of itself.
pub(crate) struct Metadata {
    pub(crate) authorization: String,
    token: String,
    keys: String,
    /// Whether the secret goes into a header, as is usual, rather than into the form.
    basic: bool,
    /// Whether it names itself when it sends people back.
    pub(crate) names_itself: bool,
}

struct Known {
    metadata: Arc<Metadata>,
    keys: Arc<Vec<Key>>,
    fetched: Micros,
}

/// The way to issuers.
pub(crate) struct Provider {
    web: Web,
    known: Mutex<HashMap<String, Known>>,
}

/// What is sent for a token. Without `Debug`: it holds secrets.
pub(crate) struct Exchange<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) code: &'a str,
    pub(crate) verifier: &'a str,
    pub(crate) redirect_uri: &'a str,
}

impl Provider {
    pub(crate) fn new(web: Web) -> Self {
        Self { web: web.at_most(MOST), known: Mutex::default() }
    }

    /// What an issuer says of itself, remembered or asked anew.
    pub(crate) async fn metadata(&self, issuer: &str, now: Micros) -> Result<Arc<Metadata>, Problem> {
        match self.remembered(issuer, now - KEPT) {
            Some((metadata, _)) => Ok(metadata),
            None => self.ask(issuer, now).await.map(|(metadata, _)| metadata),
        }
    }

    /// An issuer's keys; asked for anew when the last ones are from before `since`, and not too young for that.
    pub(crate) async fn keys(&self, issuer: &str, anew: bool, now: Micros) -> Result<Arc<Vec<Key>>, Problem> {
        let age = if anew { SETTLED } else { KEPT };
        match self.remembered(issuer, now - age) {
            Some((_, keys)) => Ok(keys),
            None => self.ask(issuer, now).await.map(|(_, keys)| keys),
        }
    }

    fn remembered(&self, issuer: &str, since: Micros) -> Option<(Arc<Metadata>, Arc<Vec<Key>>)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(issuer).filter(|found| found.fetched > since)?;
        Some((found.metadata.clone(), found.keys.clone()))
    }

    async fn ask(&self, issuer: &str, now: Micros) -> Result<(Arc<Metadata>, Arc<Vec<Key>>), Problem> {
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let said = self.document(&address).await?;
        if said["issuer"] != issuer {
            return Err(wrong("it names itself otherwise; take the name that its configuration says"));
        }
        let place = |member: &str| -> Result<String, Problem> {
            let text = said[member].as_str().unwrap_or_default();
            address_of(text).map(|_| text.to_owned()).map_err(|_| {
                wrong(&format!("its configuration says no usable {member}; https is, without credentials"))
            })
        };
        let methods = &said["token_endpoint_auth_methods_supported"];
        let offers = |method: &str| methods.as_array().is_some_and(|all| all.iter().any(|one| one == method));
        let metadata = Arc::new(Metadata {
            authorization: place("authorization_endpoint")?,
            token: place("token_endpoint")?,
            keys: place("jwks_uri")?,
            basic: methods.is_null() || offers("client_secret_basic"),
            names_itself: said["authorization_response_iss_parameter_supported"] == true,
        });
        self.may_call(&metadata.token)?;
        let keys = Arc::new(keys_of(&self.document(&metadata.keys).await?));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.clear(); // they are asked again
        }
        let entry = Known { metadata: metadata.clone(), keys: keys.clone(), fetched: now };
        known.insert(issuer.to_owned(), entry);
        Ok((metadata, keys))
    }

    /// The ID token for a code.
    pub(crate) async fn redeem(
        &self,
        metadata: &Metadata,
        with: &Exchange<'_>,
    ) -> Result<Zeroizing<String>, Problem> {
        let form = token_form(with, metadata.basic);
        let authorization = metadata.basic.then(|| basic(with.client_id, with.secret)).transpose()?;
        self.may_call(&metadata.token)?;
        let sent = self.web.form(&metadata.token, form, authorization).await;
        let (status, body) = sent.map_err(|error| unreachable(&error))?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status != 200 {
            // The words are the issuer's own and short ones of a list; what else it says is not repeated.
            tracing::warn!(status, "an issuer gave no token for a code");
            return Err(wrong("it gave no token for the code; the client id or secret may be wrong there"));
        }
        let token = body["id_token"].as_str().ok_or_else(|| wrong("it gave no ID token"))?;
        Ok(Zeroizing::new(token.to_owned()))
    }

    async fn document(&self, address: &str) -> Result<Value, Problem> {
        self.may_call(address)?;
        let (status, body) = self.web.get(address).await.map_err(|error| unreachable(&error))?;
        if status != 200 {
            return Err(wrong(&format!("it answered {status} where its configuration or keys should be")));
        }
        serde_json::from_slice(&body).map_err(|_| wrong("its configuration or keys are no JSON"))
    }

    /// Whether the host may be called: said before anything is sent, so that whoever configures it learns why not.
    fn may_call(&self, address: &str) -> Result<(), Problem> {
        let uri = address_of(address)?;
        self.web.may_call(&uri).map_err(|_| {
            let host = uri.authority().map(ToString::to_string).unwrap_or_default();
            let text = format!(
                "The host {host} is not declared for the purpose identity-provider in the trustee's residency.toml. The \
                 data trustee declares hosts; ask it to."
            );
            Problem::new(409, Code(0), "issuer_not_declared", text)
        })
    }
}

/// A URL that an issuer may have: https, or http on this machine itself; without credentials, query or fragment.
pub(crate) fn address_of(text: &str) -> Result<Uri, Problem> {
    let invalid = || {
        let text = "An issuer's URL begins with https:// and has no user name, query or fragment.";
        Problem::new(400, Code(0), "issuer_invalid", text)
    };
    let uri: Uri = text.parse().map_err(|_| invalid())?;
    let host = uri.host().ok_or_else(invalid)?;
    let here = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let scheme = uri.scheme_str() == Some("https") || (here && uri.scheme_str() == Some("http"));
    let plain = !text.contains(['#', '@', '?']) && text.len() <= MAX_URL;
    if scheme && plain { Ok(uri) } else { Err(invalid()) }
}

/// The question for a token; with the secret in it, unless that goes into a header.
fn token_form(with: &Exchange<'_>, basic: bool) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", with.code)
        .append_pair("redirect_uri", with.redirect_uri)
        .append_pair("code_verifier", with.verifier);
    if !basic {
        form.append_pair("client_id", with.client_id).append_pair("client_secret", with.secret);
    }
    form.finish()
}

/// Id and secret as OAuth wants them: each form-encoded first.
fn basic(client_id: &str, secret: &str) -> Result<HeaderValue, Problem> {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = Zeroizing::new(format!("{}:{}", encoded(client_id), encoded(secret)));
    let text = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair.as_bytes()));
    let mut value = HeaderValue::try_from(text).map_err(|_| Problem::internal())?;
    value.set_sensitive(true);
    Ok(value)
}

fn unreachable(error: &WebError) -> Problem {
    tracing::warn!(%error, "an issuer cannot be asked");
    let text = "The issuer cannot be reached. Sign in with your password, or try again later.";
    Problem::new(502, Code(0), "issuer_unreachable", text)
}

/// What is wrong with what an issuer says.
pub(crate) fn wrong(what: &str) -> Problem {
    Problem::new(502, Code(0), "issuer_wrong", format!("The issuer cannot be believed: {what}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_keep_a_secret_are_taken() {
        let check = |text: &str, want: bool| assert_eq!(address_of(text).is_ok(), want, "{text}");
        check("https://login.example/realms/contoso", true);
        check("https://login.example:8443", true);
        check("http://127.0.0.1:8081/realms/contoso", true);
        check("http://[::1]:8081", true);
        check("http://login.example", false);
        check("http://localhost:8081", false);
        check("https://user@login.example", false);
        check("https://login.example/?a=b", false);
        check("https://login.example/#a", false);
        check("ftp://login.example", false);
        check("/realms/contoso", false);
        check("", false);
        check(&format!("https://login.example/{}", "a".repeat(MAX_URL)), false);
    }

    #[test]
    fn id_and_secret_travel_as_the_protocol_has_it() {
        let value = basic("an id", "s:1&ü").expect("a header");
        let pair = base64::engine::general_purpose::STANDARD.encode("an+id:s%3A1%26%C3%BC");
        assert_eq!(value.to_str().expect("text"), format!("Basic {pair}"));
    }
}
