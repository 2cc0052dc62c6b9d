//! Signing in with a browser that follows redirects, keeps cookies and runs no script.

mod device;

use super::*;
use std::cell::RefCell;
use std::collections::BTreeMap;

struct Browser<'w> {
    world: &'w World,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// Where a browser ended up.
struct Shown {
    status: u16,
    at: String,
    headers: HeaderMap,
    html: String,
}

impl<'w> Browser<'w> {
    fn new(world: &'w World) -> Self {
        Self { world, cookies: RefCell::default() }
    }

    /// One request, then redirects until a page or another site.
    async fn go(&self, method: &str, uri: &str, body: &str) -> Shown {
        let (mut method, mut uri, mut body) = (method.to_owned(), uri.to_owned(), body.to_owned());
        loop {
            let cookies =
                self.cookies.borrow().iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ");
            let headers = [("cookie", cookies.as_str()), ("accept-language", "de-DE,de;q=0.9")];
            let response = self.world.send(&method, &uri, &headers, &body).await;
            for line in response.headers.get_all(SET_COOKIE) {
                let line = line.to_str().expect("text");
                assert!(line.contains("; HttpOnly; SameSite=Lax; Secure"), "{line}");
                let (name, rest) = line.split_once('=').expect("a cookie");
                let value = rest.split(';').next().expect("a value").to_owned();
                self.cookies.borrow_mut().insert(name.to_owned(), value);
            }
            match response.headers.get(LOCATION).map(|to| to.to_str().expect("text").to_owned()) {
                Some(to) if to.starts_with('/') => (method, uri, body) = ("GET".into(), to, String::new()),
                to => {
                    return Shown {
                        status: response.status.as_u16(),
                        at: to.unwrap_or(uri),
                        headers: response.headers,
                        html: String::from_utf8(response.body.to_vec()).expect("text"),
                    };
                }
            }
        }
    }

    async fn submit(&self, page: &Shown, members: &[(&str, &str)]) -> Shown {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for name in ["request", "token"] {
            form.append_pair(name, &page.hidden(name));
        }
        self.go("POST", &page.between("action=\"", "\""), &form.extend_pairs(members).finish()).await
    }

    async fn password(&self, page: &Shown, password: &str) -> Shown {
        self.submit(page, &[("user_name", "erika@contoso.onmicrosoft.de"), ("password", password)]).await
    }
}

impl Shown {
    fn between(&self, from: &str, to: &str) -> String {
        let rest = self.html.split_once(from).unwrap_or_else(|| panic!("no {from} in {}", self.html)).1;
        rest.split_once(to).expect("an end").0.to_owned()
    }

    fn hidden(&self, name: &str) -> String {
        self.between(&format!("name=\"{name}\" value=\""), "\"").replace("&#38;", "&").replace("&amp;", "&")
    }

    fn member(&self, name: &str) -> Option<String> {
        let query = self.at.split_once('?').map_or("", |(_, query)| query);
        form_urlencoded::parse(query.as_bytes())
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    }

    fn title(&self) -> String {
        self.between("<h1>", "</h1>")
    }
}

fn wish(world: &World, change: &[(&str, &str)]) -> String {
    let app = world.app.to_string();
    let mut members = BTreeMap::from([
        ("client_id", app.as_str()),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid offline_access https://api.partnercenter.microsoft.com/user_impersonation"),
        ("state", "s&1"),
        ("nonce", "n"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ]);
    members.extend(change.iter().copied());
    members.retain(|_, value| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(members).finish();
    format!("/organizations/oauth2/v2.0/authorize?{query}")
}

async fn redeem(world: &World, code: &str, change: &[(&str, &str)]) -> (u16, Value) {
    let mut members = BTreeMap::from([
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ]);
    members.extend(change.iter().copied());
    let members: Vec<_> = members.into_iter().collect();
    world.post("/organizations/oauth2/v2.0/token", &world.form(&members)).await
}

#[tokio::test]
async fn a_password_leads_to_a_code_and_a_code_to_a_token() {
    let world = World::new().await;
    let browser = Browser::new(&world);
    let page = browser.go("GET", &wish(&world, &[("login_hint", "erika@contoso.onmicrosoft.de")]), "").await;
    assert_eq!((page.status, page.title().as_str()), (200, "Anmelden"));
    assert!(page.html.contains("value=\"erika@contoso.onmicrosoft.de\""));
    let policy = page.headers["content-security-policy"].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(policy.contains("form-action 'self' https://app.example;"), "{policy}");
    assert!(!page.html.contains("<script"));

    let back = browser.password(&page, PASSWORD).await;
    assert!(back.at.starts_with("https://app.example/back?code="), "{}", back.at);
    assert_eq!(back.member("state").as_deref(), Some("s&1"));
    let (status, body) = redeem(&world, &back.member("code").expect("a code"), &[]).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(claims_of(&text(&body, "id_token"))["nonce"], json!("n"));
    let caller = world.identity.check(&text(&body, "access_token")).await.expect("a caller");
    assert_eq!((caller.user, caller.mfa), (Some(world.user), false));

    // Signed in already: no page. Asked for anew: a page. Not asked at all: an error.
    let again = browser.go("GET", &wish(&world, &[("prompt", "none")]), "").await;
    assert!(again.member("code").is_some(), "{}", again.at);
    world.clock.forward(301);
    let anew = browser.go("GET", &wish(&world, &[("prompt", "login")]), "").await;
    assert_eq!(anew.title(), "Anmelden");
    let nobody = Browser::new(&world).go("GET", &wish(&world, &[("prompt", "none")]), "").await;
    assert_eq!(nobody.member("error").as_deref(), Some("login_required"));

    assert_eq!(browser.go("GET", "/signout", "").await.title(), "Sie sind abgemeldet");
    assert_eq!(browser.go("GET", &wish(&world, &[]), "").await.title(), "Anmelden");
}

/// A fresh code.
async fn code(world: &World) -> String {
    let browser = Browser::new(world);
    let page = browser.go("GET", &wish(world, &[]), "").await;
    browser.password(&page, PASSWORD).await.member("code").expect("a code")
}

#[tokio::test]
async fn a_code_counts_once_for_its_app_address_and_verifier() {
    let world = World::new().await;
    let wrong_verifier = "x".repeat(43);
    for (change, want) in [
        (vec![], None),
        (vec![("code_verifier", wrong_verifier.as_str())], Some(501_481)),
        (vec![("code_verifier", "")], Some(900_144)),
        (vec![("redirect_uri", "https://app.example/other")], Some(500_112)),
    ] {
        let code = code(&world).await;
        let (_, body) = redeem(&world, &code, &change).await;
        assert_eq!(body["error_codes"][0].as_u64(), want, "{change:?} {body}");
    }
    // A second presentation takes back what the first one gave.
    let twice = code(&world).await;
    let refresh = text(&redeem(&world, &twice, &[]).await.1, "refresh_token");
    let (_, body) = redeem(&world, &twice, &[]).await;
    assert_eq!(body["error_codes"][0], json!(54_005));
    let form = world.form(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
    assert_eq!(world.post("/organizations/oauth2/v2.0/token", &form).await.0, 400);

    let late = code(&world).await;
    world.clock.forward(300);
    assert_eq!(redeem(&world, &late, &[]).await.1["error_codes"][0], json!(70_008));
    let foreign = code(&world).await;
    let form = world.public_form(&[
        ("grant_type", "authorization_code"),
        ("code", &foreign),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ]);
    assert_eq!(
        world.post("/organizations/oauth2/v2.0/token", &form).await.1["error_codes"][0],
        json!(70_008)
    );
}

#[tokio::test]
async fn a_bad_wish_is_told_to_the_app_only_if_the_app_is_known() {
    let world = World::new().await;
    let unknown = uuid::Uuid::from_u128(3).to_string();
    for (change, want) in [
        (("client_id", unknown.as_str()), None),
        (("client_id", ""), None),
        (("redirect_uri", "https://evil.example/"), None),
        (("redirect_uri", ""), None),
        (("response_type", "token"), Some("unsupported_response_type")),
        (("response_mode", "fragment"), Some("invalid_request")),
        (("code_challenge", ""), Some("invalid_request")),
        (("code_challenge_method", "plain"), Some("invalid_request")),
        (("scope", "https://evil.example/.default"), Some("invalid_scope")),
    ] {
        let shown = Browser::new(&world).go("GET", &wish(&world, &[change]), "").await;
        assert_eq!(
            shown.member("error").filter(|_| shown.at.starts_with(BACK)).as_deref(),
            want,
            "{change:?}"
        );
        if want.is_none() {
            assert_eq!((shown.status, shown.title().as_str()), (400, "Das hat nicht geklappt"), "{change:?}");
        }
    }
}

#[tokio::test]
async fn forms_count_only_from_our_pages_in_the_same_browser() {
    let world = World::new().await;
    let (browser, other) = (Browser::new(&world), Browser::new(&world));
    let page = browser.go("GET", &wish(&world, &[]), "").await;
    assert_eq!(other.password(&page, PASSWORD).await.status, 403);
    assert_eq!(browser.go("POST", "/signin", "user_name=erika").await.status, 403);
    let cookie =
        browser.cookies.borrow().iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ");
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("request", &page.hidden("request")).append_pair("token", &page.hidden("token"));
    form.append_pair("user_name", "erika@contoso.onmicrosoft.de").append_pair("password", PASSWORD);
    let form = form.finish();
    for (name, value, want) in [
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("origin", AUTHORITY, 303),
    ] {
        let headers = [("cookie", cookie.as_str()), (name, value)];
        assert_eq!(world.send("POST", "/signin", &headers, &form).await.status.as_u16(), want, "{value}");
    }
    // The address in a form leads nowhere but to the authorization endpoint.
    for request in ["https://evil.example/", "//evil.example", "/signout", ""] {
        let form = format!(
            "request={request}&token={}&user_name=erika%40contoso.onmicrosoft.de&password=x",
            page.hidden("token")
        );
        assert_eq!(browser.go("POST", "/signin", &form).await.status, 400, "{request}");
    }
}

#[tokio::test]
async fn wrong_passwords_are_told_and_counted() {
    let world = World::new().await;
    let browser = Browser::new(&world);
    let mut page = browser.go("GET", &wish(&world, &[]), "").await;
    for _ in 0..5 {
        page = browser.password(&page, "guess").await;
        assert!(page.html.contains("Benutzername oder Kennwort stimmt nicht."), "{}", page.html);
    }
    page = browser.password(&page, PASSWORD).await;
    assert!(page.html.contains("Zu viele Fehlversuche"));
    world.clock.forward(15);
    assert!(browser.password(&page, PASSWORD).await.member("code").is_some());
}

#[tokio::test]
async fn the_second_factor_is_set_up_once_and_asked_for_ever_after() {
    let world = World::new().await;
    world.identity.set_tenant_mfa(world.tenant, true).await.expect("set");
    let browser = Browser::new(&world);
    let page = browser.go("GET", &wish(&world, &[]), "").await;
    let enrol = browser.password(&page, PASSWORD).await;
    assert_eq!(enrol.title(), "Zweiten Faktor einrichten");
    assert!(enrol.html.contains("<svg") && enrol.html.contains("otpauth://totp/Treuhand"), "{}", enrol.html);
    let secret = enrol.between("<code>", "</code>");
    let reloaded = browser.go("GET", &enrol.at, "").await;
    assert_eq!(reloaded.between("<code>", "</code>"), secret, "the same until it is set up");
    let now = || world.identity.now_second();
    assert_eq!(browser.submit(&enrol, &[("code", "000000")]).await.title(), "Zweiten Faktor einrichten");
    let first = totp_code_at(&secret, now()).expect("a code");
    let back = browser.submit(&enrol, &[("code", &first)]).await;
    let (_, body) = redeem(&world, &back.member("code").expect("a code"), &[]).await;
    let caller = world.identity.check(&text(&body, "access_token")).await.expect("a caller");
    assert!(caller.mfa);

    let browser = Browser::new(&world);
    let page = browser.go("GET", &wish(&world, &[]), "").await;
    let ask = browser.password(&page, PASSWORD).await;
    assert_eq!(ask.title(), "Zweiter Faktor");
    assert!(!ask.html.contains(&secret));
    assert!(browser.go("GET", &wish(&world, &[("prompt", "none")]), "").await.member("code").is_none());
    assert_eq!(browser.submit(&ask, &[("code", &first)]).await.title(), "Zweiter Faktor", "used already");
    world.clock.forward(30);
    let next = totp_code_at(&secret, now()).expect("a code");
    assert!(browser.submit(&ask, &[("code", &next)]).await.member("code").is_some());

    // Reset by an administrator: the session is over, and it is set up anew with another secret.
    world.identity.reset_mfa(&Actor::House, world.tenant, world.user).await.expect("reset");
    let page = browser.go("GET", &wish(&world, &[]), "").await;
    let enrol = browser.password(&page, PASSWORD).await;
    assert_ne!(enrol.between("<code>", "</code>"), secret);
}

#[tokio::test]
async fn a_one_time_password_must_be_replaced() {
    let world = World::new().await;
    let one_time =
        world.identity.reset_password(&Actor::House, world.tenant, world.user).await.expect("reset");
    let browser = Browser::new(&world);
    let page = browser.go("GET", &wish(&world, &[]), "").await;
    let change = browser.password(&page, &one_time).await;
    assert_eq!(change.title(), "Neues Kennwort wählen");
    for (new, again, want) in [
        ("another password 1", "another password 2", "nicht gleich"),
        ("short", "short", "zu leicht zu erraten"),
        (one_time.as_str(), one_time.as_str(), "ein anderes sein"),
    ] {
        let page = browser.submit(&change, &[("password", new), ("again", again)]).await;
        assert!(page.html.contains(want), "{new}: {}", page.html);
    }
    let back =
        browser.submit(&change, &[("password", "another password 1"), ("again", "another password 1")]).await;
    assert!(back.member("code").is_some(), "{}", back.at);
    assert_eq!(Browser::new(&world).password(&page, &one_time).await.status, 403);
}

#[tokio::test]
async fn people_of_other_tenants_reach_the_houses_own_app_only() {
    let world = World::new().await;
    let admin = new_user("max", &[Role::CustomerAdmin]);
    let customer =
        world.identity.open_tenant(new_tenant(Party::Customer, "kunde", admin)).await.expect("a tenant");
    let portal = world
        .identity
        .ensure_portal_app(world.tenant, vec![BACK.to_owned()])
        .await
        .expect("an app")
        .to_string();
    let max = [("user_name", "max@kunde.onmicrosoft.de"), ("password", PASSWORD)];
    let browser = Browser::new(&world);
    let page = browser.go("GET", &wish(&world, &[]), "").await;
    assert!(browser.submit(&page, &max).await.html.contains("anderen Organisation"));
    let page = browser.go("GET", &wish(&world, &[("client_id", &portal)]), "").await;
    let code = browser.submit(&page, &max).await.member("code").expect("a code");
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("client_id", &portal).append_pair("grant_type", "authorization_code");
    form.append_pair("code", &code).append_pair("redirect_uri", BACK).append_pair("code_verifier", VERIFIER);
    let (_, body) = world.post("/organizations/oauth2/v2.0/token", &form.finish()).await;
    let caller = world.identity.check(&text(&body, "access_token")).await.expect("a caller");
    assert_eq!((caller.tenant, caller.party), (customer.tenant.id, Party::Customer));
}

impl Browser<'_> {
    fn headers(&self) -> HeaderMap {
        let pairs =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        let mut headers = HeaderMap::new();
        headers.insert("cookie", pairs.join("; ").parse().expect("a cookie"));
        headers
    }
}

#[tokio::test]
async fn a_session_is_a_visit_to_the_houses_own_pages_while_it_counts() {
    let world = World::new().await;
    let arrived = format!("{AUTHORITY}/signin/done");
    world
        .identity
        .ensure_portal_app(world.tenant, vec!["https://old.example/x".to_owned()])
        .await
        .expect("an app");
    world.identity.keep_portal_app().await.expect("a new address");
    let browser = Browser::new(&world);
    assert!(world.identity.visit(&HeaderMap::new()).await.expect("an answer").is_none());
    let page = browser.go("GET", &world.identity.visit_sign_in("/portal/customers?q=a&b"), "").await;
    assert!(world.identity.visit(&browser.headers()).await.expect("an answer").is_none());
    let back = browser.password(&page, PASSWORD).await;
    assert!(back.at.starts_with(&arrived), "{}", back.at);
    let leads_to = |state: &str| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
        let world = &world;
        async move {
            let response = world.send("GET", &format!("/signin/done?code=x&{query}"), &[], "").await;
            response.headers[LOCATION].to_str().expect("text").to_owned()
        }
    };
    assert_eq!(back.member("state").as_deref(), Some("/portal/customers?q=a&b"));
    assert_eq!(leads_to("/portal/customers?q=a&b").await, "/portal/customers?q=a&b");
    for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", ""] {
        assert_eq!(leads_to(elsewhere).await, "/", "{elsewhere:?}");
    }

    let visit = world.identity.visit(&browser.headers()).await.expect("an answer").expect("a visit");
    assert_eq!((visit.tenant, visit.user, visit.party), (world.tenant, world.user, Party::Partner));
    assert_eq!(visit.roles, [Role::AdminAgent, Role::GlobalAdmin]);
    let caller = world.identity.check(&visit.bearer).await.expect("a caller");
    assert_eq!((caller.user, caller.roles.clone(), caller.mfa), (Some(world.user), visit.roles, false));
    let again = world.identity.visit(&browser.headers()).await.expect("an answer").expect("a visit");
    assert_eq!((again.bearer.as_str(), &again.form_token), (visit.bearer.as_str(), &visit.form_token));

    world.clock.forward(TOKEN_SECONDS);
    let later = world.identity.visit(&browser.headers()).await.expect("an answer").expect("a visit");
    assert!(world.identity.check(&later.bearer).await.is_ok(), "a token is renewed while the session counts");
    world.identity.reset_password(&Actor::House, world.tenant, world.user).await.expect("a new password");
    assert!(world.identity.visit(&browser.headers()).await.expect("an answer").is_none());
    assert!(world.identity.check(&later.bearer).await.is_err());
}
