//! An OpenID issuer on loopback, behind a real listener, that says what it is told to say: the truth, or not.
//!
//! Deliberately absent: people who sign in there. [`Issuer::lets_in`] is what a browser would do.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use edge::residency::{Residency, Service};
use edge::{Outbound, Request, Response, StatusCode, Web, Zone, tls};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kernel::Clock;
use serde_json::{Value, json};

use crate::{Door, SetClock};

/// What tenants are called at every issuer of the tests.
pub const CLIENT: &str = "treuhand";
/// What they prove it with.
pub const SECRET: &str = "s3cret & long";

/// A running issuer.
pub struct Issuer {
    door: Door,
    desk: Arc<Desk>,
}

/// What the issuer does otherwise than it should.
#[derive(Clone, Default)]
pub struct Lies {
    /// Claims of the ID token that are said otherwise; `null` takes one away.
    pub claims: Value,
    /// Members of the configuration that are said otherwise.
    pub configuration: Value,
    /// The ID token's signature is left out, and its algorithm is `none`.
    pub unsigned: bool,
    /// Tokens are signed with a key that nobody published.
    pub foreign_key: bool,
    /// The key that signs is published under another name than tokens say.
    pub renamed_key: bool,
}

struct Signing {
    kid: String,
    key: EncodingKey,
    public: Value,
}

struct State {
    signing: Signing,
    lies: Lies,
    /// What a code was given for: claims, challenge and address.
    codes: HashMap<String, (Value, String, String)>,
    asked: u32,
}

struct Desk {
    base: OnceLock<String>,
    clock: Arc<SetClock>,
    state: Mutex<State>,
}

impl Issuer {
    /// Opens one.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn open(clock: Arc<SetClock>) -> Result<Self> {
        let state =
            State { signing: signing("first")?, lies: Lies::default(), codes: HashMap::new(), asked: 0 };
        let desk = Arc::new(Desk { base: OnceLock::new(), clock, state: Mutex::new(state) });
        let door = Door::open(At(desk.clone())).await?;
        desk.base.set(format!("http://{}/realm", door.address)).ok().context("opened once")?;
        Ok(Self { door, desk })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.desk.base()
    }

    /// A client that may call it, and nobody else.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn web(&self) -> Result<Web> {
        let declared = format!(
            "[[host]]\nname = \"127.0.0.1\"\nport = {}\npurpose = \"identity-provider\"\ncountry = \"DE\"\n\
             entity = \"somebody\"\n",
            self.door.address.port()
        );
        let residency = Residency::parse(&declared, &["DE".parse()?])?;
        let tls = tls::client(rustls::RootCertStore::empty(), None)?;
        Ok(Web::new(tls, Outbound::declared(Arc::new(residency), Service::IdentityProvider)))
    }

    /// From now on it lies in this way.
    pub fn lies(&self, lies: Lies) {
        self.desk.state().lies = lies;
    }

    /// From now on it signs with another key.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn rotates(&self, kid: &str) -> Result<()> {
        self.desk.state().signing = signing(kid)?;
        Ok(())
    }

    /// How often it was asked for anything.
    pub fn asked(&self) -> u32 {
        self.desk.state().asked
    }

    /// Somebody signs in there who came with this address: where the browser is sent back to.
    ///
    /// # Errors
    /// When the address is not one that leads here.
    pub fn lets_in(&self, address: &str, subject: &str, email: &str) -> Result<String> {
        let (path, query) = address.split_once('?').context("a query")?;
        anyhow::ensure!(path == format!("{}/authorize", self.name()), "another place: {path}");
        let asked: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let said = |name: &str| asked.get(name).cloned().unwrap_or_default();
        anyhow::ensure!(said("response_type") == "code" && said("client_id") == CLIENT, "{query}");
        anyhow::ensure!(
            said("code_challenge_method") == "S256" && said("scope").contains("openid"),
            "{query}"
        );
        let now = self.desk.clock.now().as_second();
        let claims = json!({"iss": self.name(), "aud": CLIENT, "sub": subject, "email": email,
            "nonce": said("nonce"), "iat": now, "exp": now + 300});
        let mut state = self.desk.state();
        let code = format!("code-{}", state.codes.len());
        state.codes.insert(code.clone(), (claims, said("code_challenge"), said("redirect_uri")));
        drop(state);
        let back = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("code", code), ("state", said("state"))])
            .finish();
        let to = said("redirect_uri");
        let path = to.splitn(4, '/').nth(3).context("an address")?;
        Ok(format!("/{path}?{back}"))
    }
}

impl Desk {
    fn base(&self) -> &str {
        self.base.get().map_or("", String::as_str)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn configuration(&self) -> Value {
        let base = self.base();
        let mut all = json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "jwks_uri": format!("{base}/keys"),
        });
        change(&mut all, &self.state().lies.configuration);
        all
    }

    fn token(&self, request: &Request) -> Option<Value> {
        let form: HashMap<String, String> = form_urlencoded::parse(&request.body).into_owned().collect();
        let secret: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        let own = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{secret}")));
        let said = request.headers.get("authorization")?.to_str().ok()?;
        let mut state = self.state();
        let (mut claims, challenge, address) = state.codes.remove(form.get("code")?)?;
        let verifier = form.get("code_verifier")?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
        if said != own || form.get("redirect_uri")? != &address || URL_SAFE_NO_PAD.encode(digest) != challenge
        {
            return None;
        }
        change(&mut claims, &state.lies.claims);
        let header = Header { kid: Some(state.signing.kid.clone()), ..Header::new(Algorithm::ES256) };
        let foreign = signing("foreign").ok()?;
        let key = if state.lies.foreign_key { &foreign.key } else { &state.signing.key };
        let mut token = encode(&header, &claims, key).ok()?;
        if state.lies.unsigned {
            let header = URL_SAFE_NO_PAD.encode(json!({"alg": "none", "kid": state.signing.kid}).to_string());
            let claims = token.split('.').nth(1)?;
            token = format!("{header}.{claims}.");
        }
        Some(json!({"token_type": "Bearer", "access_token": "nothing", "id_token": token}))
    }
}

/// The desk behind its listener.
struct At(Arc<Desk>);

impl Zone for At {
    async fn handle(&self, request: Request) -> Response {
        let desk = &self.0;
        desk.state().asked += 1;
        let answer = match request.path() {
            "/realm/.well-known/openid-configuration" => Some(desk.configuration()),
            "/realm/keys" => {
                let state = desk.state();
                let mut public = state.signing.public.clone();
                if state.lies.renamed_key {
                    public["kid"] = json!("renamed");
                }
                Some(json!({"keys": [public]}))
            }
            "/realm/token" => desk.token(&request),
            _ => None,
        };
        match answer {
            Some(body) => Response::json(StatusCode::OK, body.to_string()),
            None => Response::empty(StatusCode::BAD_REQUEST),
        }
    }
}

fn signing(kid: &str) -> Result<Signing> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let public = json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
        "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)});
    let key = EncodingKey::from_ec_der(pair.to_pkcs8v1()?.as_ref());
    Ok(Signing { kid: kid.to_owned(), key, public })
}

/// Changes members of an object; `null` takes one away.
fn change(all: &mut Value, changes: &Value) {
    let Some(members) = all.as_object_mut() else { return };
    for (name, value) in changes.as_object().into_iter().flatten() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
}
