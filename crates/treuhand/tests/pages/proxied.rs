//! Behind a proxy: the public address in everything that names one, and callers told apart by what a trusted proxy says.

use client::{HttpTransport, Transport};
use edge::http::{Request, header};
use serde_json::Value;
use treuhand::seed::{Access, PartnerAccess};

use crate::common::{Up, fresh};

const PUBLIC: &str = "https://partner.example";
/// The directory's number for too many wrong answers.
const LOCKED: u32 = 50_053;

/// A demo world behind a proxy on this machine.
struct World {
    /// Where the program itself listens.
    socket: String,
    partner: PartnerAccess,
    access: Access,
    _up: Up,
}

impl World {
    fn start(name: &str, flags: &[&str]) -> Self {
        // The address it listens on is not what it says of itself, so a free one is found first.
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("an address").to_string();
        drop(free);
        let flags = [&["--listen", &address][..], flags].concat();
        let mut up = Up::spawn_at(&fresh(name), &flags);
        up.announced();
        let access = Access::read(&up.data.join("access.json")).expect("accounts of the demo world");
        let partner = access.partners[0].clone();
        Self { socket: format!("http://{address}"), partner, access, _up: up }
    }

    /// What a caller gets who is said to be at `from`.
    async fn send(&self, from: &str, path: &str, form: Option<String>) -> (u16, String, String) {
        let method = if form.is_some() { "POST" } else { "GET" };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.socket))
            .header(header::HOST, "evil.example")
            .header("x-forwarded-for", from)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.unwrap_or_default().into())
            .expect("a request");
        let transport = HttpTransport::plain().expect("a transport");
        let response = transport.send(request).await.expect("an answer");
        let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        let body = String::from_utf8_lossy(response.body()).into_owned();
        (response.status().as_u16(), to.to_owned(), body)
    }

    /// What the token endpoint says to somebody at `from` with this secret.
    async fn token(&self, from: &str, secret: &str) -> Value {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", "client_credentials"),
                ("client_id", self.partner.client_id.as_str()),
                ("client_secret", secret),
                ("scope", "https://api.partnercenter.microsoft.com/.default"),
            ])
            .finish();
        let path = format!("/{}/oauth2/v2.0/token", self.partner.tenant_id);
        let (_, _, body) = self.send(from, &path, Some(form)).await;
        serde_json::from_str(&body).expect("JSON")
    }
}

#[tokio::test]
async fn the_public_address_is_what_everything_says() {
    let world = World::start("proxied-public", &["--public-url", "https://Partner.example:443/"]);
    for root in [&world.access.roots.api_root, &world.access.roots.authority] {
        assert_eq!(root, PUBLIC);
    }
    let token = world.token("192.0.2.1", &world.partner.client_secret).await;
    let claims = token["access_token"].as_str().and_then(|token| token.split('.').nth(1));
    let claims = claims.unwrap_or_else(|| panic!("a token: {token}"));
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims);
    let claims: Value = serde_json::from_slice(&claims.expect("base64url")).expect("JSON");
    assert_eq!(claims["aud"], PUBLIC);
    let discovery = format!("/{}/v2.0/.well-known/openid-configuration", world.partner.tenant_id);
    let (_, to, _) = world.send("192.0.2.1", "/portal", None).await;
    let (_, _, discovery) = world.send("192.0.2.1", &discovery, None).await;
    for (what, text) in [
        ("issuer", claims["iss"].as_str().expect("an issuer")),
        ("discovery", discovery.as_str()),
        ("the way to the sign-in", to.as_str()),
    ] {
        let named = form_urlencoded::parse(text.as_bytes()).map(|(name, value)| format!("{name}={value}"));
        let named = named.collect::<String>();
        assert!(named.contains(PUBLIC), "{what}: {text}");
        for wrong in [world.socket.as_str(), "evil.example"] {
            assert!(!named.contains(wrong), "{what} names {wrong}: {text}");
        }
    }
}

/// Wrong secrets from one caller until that one has to wait; then another tries with the right one. Says of both
/// whether they have to wait.
async fn guesses(name: &str, flags: &[&str], guess_from: impl Fn(u32) -> String) -> (bool, bool) {
    let world = World::start(name, flags);
    let waits = |answer: &Value| answer["error_codes"][0] == LOCKED;
    let mut last = Value::Null;
    for number in 0..25 {
        last = world.token(&guess_from(number), "wrong").await;
    }
    let other = world.token("203.0.113.77", &world.partner.client_secret).await;
    assert_ne!(waits(&other), other["access_token"].is_string(), "{other}");
    (waits(&last), waits(&other))
}

#[tokio::test]
async fn behind_a_trusted_proxy_only_the_guilty_wait() {
    let trusted = ["--trusted-proxy", "127.0.0.0/8"];
    // One caller guesses and pretends to be somebody else each time: only what the proxy itself saw counts.
    let (guilty, other) =
        guesses("proxied-trusted", &trusted, |number| format!("192.0.2.{number}, 198.51.100.9")).await;
    assert_eq!((guilty, other), (true, false), "the guilty waits, the other does not");
    // Nobody is trusted: the header is nothing, and all share the socket's address.
    let (guilty, other) = guesses("proxied-alone", &[], |number| format!("192.0.2.{number}")).await;
    assert_eq!((guilty, other), (true, true), "a header alone makes nobody another caller");
}

#[test]
fn addresses_that_make_no_sense_are_refused() {
    for (flags, says) in [
        (["--public-url", "http://partner.example"], "must be https"),
        (["--public-url", "https://partner.example/portal"], "has a path"),
        (["--trusted-proxy", "0.0.0.0/0"], "trust every caller"),
        (["--trusted-proxy", "proxy.example"], "no trusted proxy"),
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_treuhand"))
            .args([
                "up",
                "--no-demo",
                "--listen",
                "127.0.0.1:0",
                "--operator-listen",
                "127.0.0.1:0",
                "--data",
            ])
            .arg(fresh("proxied-refused"))
            .args(flags)
            .output()
            .expect("the program starts");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{flags:?}: {error}");
        assert!(error.contains(says), "{flags:?}: {error}");
    }
}
