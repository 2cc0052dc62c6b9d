//! Signing in at a tenant's own issuer, with an issuer that can lie, and what it never gives.

use super::*;
use testkit::issuer::{CLIENT, Issuer, Lies, SECRET};
use treuhand::trustee_house::TrusteeHouse;
use trustee::controls::Controls;

const MAIL: &str = "ines@nordlicht.example";
const NAME: &str = "admin@nordlicht.onmicrosoft.de";

/// A town whose trustee may call one issuer.
struct Scene {
    town: Town,
    issuer: Issuer,
    house: TrusteeHouse,
}

impl Scene {
    async fn new() -> Self {
        let town = town(Engine::Sqlite).await;
        let issuer = Issuer::open(town.clock.clone()).await.expect("an issuer");
        let web = issuer.web().expect("a client");
        let house = town.with_issuers(Controls::all(), web).await.expect("a trustee");
        Self { town, issuer, house }
    }

    fn admin(&self) -> &PersonAccess {
        person(&self.town, "GlobalAdmin")
    }

    async fn token(&self, person: &PersonAccess) -> String {
        self.town.user_token(self.town.partner("direct").expect("a partner"), person).await.expect("a token")
    }

    async fn asks(&self, method: &str, body: &serde_json::Value) -> (u16, String) {
        let token = self.token(self.admin()).await;
        let ask = Ask::new(method, "/trustee/v1/issuer").bearer(&token);
        let ask = if body.is_null() { ask } else { ask.json(body) };
        let reply = ask.of(&self.house.trustee).await;
        (reply.status, reply.slug())
    }

    fn wish(&self) -> serde_json::Value {
        json!({"issuer": self.issuer.name(), "clientId": CLIENT, "clientSecret": SECRET, "userClaim": "preferred_username"})
    }

    /// The issuer is set, and the administrator has linked an account there.
    async fn linked() -> Self {
        let scene = Self::new().await;
        assert_eq!(scene.asks("PUT", &scene.wish()).await.0, 200);
        scene.link("subject-1", NAME).await.says(200, "An account at the issuer is linked to yours");
        scene
    }

    /// The administrator links the account of this subject, which the issuer calls `named`.
    async fn link(&self, subject: &str, named: &str) -> Shown {
        let browser = Browser::of(&self.house.trustee);
        browser
            .sign_in(&self.admin().user_name, &self.admin().password)
            .await
            .says(200, "What needs somebody");
        let page = browser.get("/account/sign-in").await;
        page.says(200, "Link my account at the issuer");
        let leaving = browser.send(&page, "/signin/link", &[]).await;
        self.issuer.lies(Lies { claims: json!({"preferred_username": named}), ..Lies::default() });
        let back = self.issuer.lets_in(&there(&leaving), subject, MAIL).expect("let in");
        let shown = browser.get(&back).await;
        self.issuer.lies(Lies::default());
        shown
    }

    /// A browser that left for the issuer, and the address it left for.
    async fn leaving(&self) -> (Browser<'_>, String) {
        let browser = Browser::of(&self.house.trustee);
        let page = browser.get("/portal").await;
        page.says(200, "Sign in with your organisation");
        let leaving = browser.send(&page, "user_name", &[("user_name", NAME), ("do", "elsewhere")]).await;
        let address = there(&leaving);
        (browser, address)
    }

    /// What a browser sees at the end of a sign-in of this subject.
    async fn signs_in(&self, subject: &str) -> Shown {
        let (browser, address) = self.leaving().await;
        let back = self.issuer.lets_in(&address, subject, MAIL).expect("let in");
        browser.get(&back).await
    }
}

/// Where the page leads that sends a browser to the issuer.
fn there(page: &Shown) -> String {
    page.says(200, "127.0.0.1:").leads_to().expect("an address")
}

#[tokio::test]
async fn an_account_that_was_linked_lets_in_and_nothing_else_does() {
    let scene = Scene::linked().await;
    scene.signs_in("subject-1").await.says(200, "What needs somebody");
    scene.signs_in("subject-2").await.says(403, "Nobody here has linked this account");
    // A second account of the same person, and the same account of a second one, are refused.
    scene.link_again().await;
}

impl Scene {
    async fn link_again(&self) {
        let seller = person(&self.town, "SalesAgent");
        let browser = Browser::of(&self.house.trustee);
        browser.sign_in(&seller.user_name, &seller.password).await;
        let page = browser.get("/account/sign-in").await;
        let leaving = browser.send(&page, "/signin/link", &[]).await;
        self.issuer.lies(Lies { claims: json!({"preferred_username": NAME}), ..Lies::default() });
        let back = self.issuer.lets_in(&there(&leaving), "subject-9", MAIL).expect("let in");
        browser.get(&back).await.says(403, "somebody else");
        let named = Lies { claims: json!({"preferred_username": seller.user_name}), ..Lies::default() };
        let leaving = browser.send(&page, "/signin/link", &[]).await;
        self.issuer.lies(named);
        let back = self.issuer.lets_in(&there(&leaving), "subject-1", MAIL).expect("let in");
        browser.get(&back).await.says(409, "linked already");
        self.issuer.lies(Lies::default());
    }
}

#[tokio::test]
async fn an_issuer_that_lies_lets_nobody_in() {
    let scene = Scene::linked().await;
    let check = async |lies: Lies, want: &str| {
        scene.issuer.lies(lies);
        let shown = scene.signs_in("subject-1").await;
        scene.issuer.lies(Lies::default());
        assert!(shown.status == 502 && shown.has(want), "{want}: {} {}", shown.status, shown.html);
    };
    let claims = |claims| Lies { claims, ..Lies::default() };
    check(claims(json!({"iss": "https://login.example"})), "another issuer").await;
    check(claims(json!({"aud": "somebody"})), "for somebody else").await;
    check(claims(json!({"nonce": "other"})), "another sign-in").await;
    check(claims(json!({"exp": 0})), "its time is over").await;
    check(claims(json!({"sub": null})), "names nobody").await;
    check(Lies { unsigned: true, ..Lies::default() }, "not taken").await;
    check(Lies { foreign_key: true, ..Lies::default() }, "signature is wrong").await;
    scene.signs_in("subject-1").await.says(200, "What needs somebody");
}

#[tokio::test]
async fn keys_that_an_issuer_changes_are_learnt_and_old_ones_end() {
    let scene = Scene::linked().await;
    scene.town.clock.pass(jiff::SignedDuration::from_secs(20));
    scene.issuer.rotates("second").expect("a key");
    scene.signs_in("subject-1").await.says(200, "What needs somebody");
    // At once again: unknown keys make nobody ask more often than so.
    scene.issuer.rotates("third").expect("a key");
    scene.signs_in("subject-1").await.says(502, "no published key");
    scene.town.clock.pass(jiff::SignedDuration::from_secs(20));
    scene.signs_in("subject-1").await.says(200, "What needs somebody");
}

#[tokio::test]
async fn a_sign_in_belongs_to_one_browser_and_ends_at_its_first_return() {
    let scene = Scene::linked().await;
    let (browser, address) = scene.leaving().await;
    let back = scene.issuer.lets_in(&address, "subject-1", MAIL).expect("let in");
    let stranger = Browser::of(&scene.house.trustee);
    stranger.get("/portal").await;
    stranger.get(&back).await.says(403, "not begun in this browser");
    // The stranger's try ended it.
    browser.get(&back).await.says(403, "not begun in this browser");
    let (browser, address) = scene.leaving().await;
    let back = scene.issuer.lets_in(&address, "subject-1", MAIL).expect("let in");
    browser.get(&back).await.says(200, "What needs somebody");
    browser.get(&back).await.says(403, "not begun in this browser");
    // Another state with a true code, and a true state that is too old.
    let (browser, address) = scene.leaving().await;
    let back = scene.issuer.lets_in(&address, "subject-1", MAIL).expect("let in");
    browser.get(&back.replace("state=", "state=x")).await.says(403, "not begun in this browser");
    let (browser, address) = scene.leaving().await;
    let back = scene.issuer.lets_in(&address, "subject-1", MAIL).expect("let in");
    scene.town.clock.pass(jiff::SignedDuration::from_secs(601));
    browser.get(&back).await.says(403, "too long ago");
}

#[tokio::test]
async fn removing_an_issuer_ends_what_it_opened() {
    let check = async |method: &str, change: Option<(&str, &str)>, ends: bool| {
        let scene = Scene::linked().await;
        let (browser, address) = scene.leaving().await;
        let back = scene.issuer.lets_in(&address, "subject-1", MAIL).expect("let in");
        browser.get(&back).await.says(200, "What needs somebody");
        let mut wish = scene.wish();
        if let Some((member, value)) = change {
            wish[member] = json!(value);
        }
        let body = if method == "PUT" { wish } else { serde_json::Value::Null };
        let (status, slug) = scene.asks(method, &body).await;
        assert!(status < 300, "{method}: {status} {slug}");
        let page = browser.get("/portal").await;
        assert_eq!(page.has("name=\"password\""), ends, "{method} {change:?}");
    };
    check("DELETE", None, true).await;
    check("PUT", Some(("clientId", "another")), true).await;
    check("PUT", Some(("clientSecret", "another")), false).await;
}

#[tokio::test]
async fn an_issuer_is_set_only_where_it_is_declared_and_what_it_says_it_is() {
    let scene = Scene::new().await;
    let check = async |member: &str, value: &str, want: (u16, &str)| {
        let mut wish = scene.wish();
        wish[member] = json!(value);
        let got = scene.asks("PUT", &wish).await;
        assert_eq!((got.0, got.1.as_str()), want, "{member} {value}");
    };
    check("issuer", "https://login.example/realm", (409, "issuer_not_declared")).await;
    check("issuer", "http://127.0.0.1:1/realm", (409, "issuer_not_declared")).await;
    check("issuer", "http://login.example/realm", (400, "issuer_invalid")).await;
    check("issuer", &format!("{}/", scene.issuer.name()), (502, "issuer_wrong")).await;
    check("userClaim", "roles", (400, "issuer_invalid")).await;
    for (configuration, slug) in [
        (json!({"issuer": "https://login.example/realm"}), "issuer_wrong"),
        (json!({"token_endpoint": "http://login.example/token"}), "issuer_wrong"),
        (json!({"token_endpoint": "https://login.example/token"}), "issuer_not_declared"),
        (json!({"jwks_uri": "https://login.example/keys"}), "issuer_not_declared"),
        (json!({"authorization_endpoint": null}), "issuer_wrong"),
    ] {
        scene.issuer.lies(Lies { configuration: configuration.clone(), ..Lies::default() });
        assert_eq!(scene.asks("PUT", &scene.wish()).await.1, slug, "{configuration}");
    }
    scene.issuer.lies(Lies::default());
    assert_eq!(scene.asks("PUT", &scene.wish()).await.0, 200);
    // Only who administers the tenant as a whole; and before anybody is asked.
    let asked = scene.issuer.asked();
    let seller = scene.token(person(&scene.town, "SalesAgent")).await;
    let put = Ask::new("PUT", "/trustee/v1/issuer").bearer(&seller).json(&scene.wish());
    assert_eq!(put.of(&scene.house.trustee).await.status, 403);
    assert_eq!(scene.issuer.asked(), asked);
}

#[tokio::test]
async fn an_issuer_counts_for_no_second_factor_and_sets_none_up() {
    let scene = Scene::linked().await;
    let tenant = scene.town.partner("direct").expect("a partner").tenant_id.parse().expect("a tenant");
    let identity = &scene.house.identity;
    identity.set_tenant_mfa(tenant, true).await.expect("set");
    scene.signs_in("subject-1").await.says(403, "Sign in with your user name and password");
    identity.set_tenant_mfa(tenant, false).await.expect("set");
    scene.signs_in("subject-1").await.says(200, "What needs somebody");
    // Whoever has a one-time password has to use it.
    let token = scene.token(scene.admin()).await;
    let own = Ask::get("/trustee/v1/user").bearer(&token).of(&scene.house.trustee).await.json();
    let id = own["id"].as_str().expect("an id").parse().expect("a user");
    identity.reset_password(&trustee::identity::Actor::House, tenant, id).await.expect("reset");
    scene.signs_in("subject-1").await.says(403, "Sign in with your user name and password");
}
