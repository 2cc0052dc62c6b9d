//! The first people of an installation without a demo world: from an empty folder to an approved enrolment, through the
//! command line, the pages and the API alone. And who does not get in.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use client::{HttpTransport, Transport};
use edge::http::Request;
use serde_json::{Value, json};
use trustee::identity::totp_code_at;

use crate::browser::Browser;
use crate::common::{Up, fresh};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const PORTAL: &str = "74726575-6861-4e64-8000-706f7274616c";
const PASSWORD: &str = "Ebbe-und-Flut-7-am-Kai";

fn init(data: &Path, arguments: &[&str]) -> Output {
    let command = Command::new(env!("CARGO_BIN_EXE_treuhand"))
        .args(["init", "--json", "--data"])
        .arg(data)
        .args(arguments)
        .output();
    command.expect("the program starts")
}

const OFFICERS: [&str; 4] = ["--officer", "clara=Clara Winter", "--officer", "david=David Sommer"];

#[expect(clippy::disallowed_methods, reason = "the program under test runs by the wall clock")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A running installation.
struct Town {
    root: String,
    _up: Up,
}

/// Somebody who is signed in: at a browser, and with a token.
struct Person {
    browser: Browser,
    token: String,
}

impl Town {
    fn start(data: &Path) -> Self {
        let mut up = Up::spawn(data, &["--no-demo"]);
        let announced: Value = serde_json::from_str(&up.announced()).expect("JSON");
        assert!(announced["access"].is_null(), "no demo world: {announced}");
        let root = announced["roots"]["apiRoot"].as_str().expect("a root").to_owned();
        Self { root, _up: up }
    }

    /// A first sign-in through the pages: a new password in place of the one-time one, and a second factor.
    async fn first_sign_in(&self, user_name: &str, one_time: &str) -> Person {
        let mut browser = Browser::new(&self.root);
        let page = browser.open("/").await;
        let page = browser.submit(&page, &[("user_name", user_name), ("password", one_time)]).await;
        assert!(page.html.contains("name=\"again\""), "a new password is asked for: {}", page.html);
        let page = browser.submit(&page, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        let key = page.html.split("<code>").nth(1).and_then(|rest| rest.split('<').next());
        let key = key.unwrap_or_else(|| panic!("a second factor is set up: {}", page.html)).to_owned();
        let code = totp_code_at(&key, now()).expect("a key");
        let page = browser.submit(&page, &[("code", &code)]).await;
        assert_eq!((page.status, page.at.as_str()), (200, "/portal"), "{user_name}: {}", page.html);
        let token = self.token(&mut browser).await;
        Person { browser, token }
    }

    /// A token for somebody who is signed in, by code and proof key.
    async fn token(&self, browser: &mut Browser) -> String {
        let back = format!("{}/signin/done", self.root);
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", PORTAL),
                ("redirect_uri", back.as_str()),
                ("response_type", "code"),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        let to = browser.redirect(&format!("/organizations/oauth2/v2.0/authorize?{query}")).await;
        let (_, members) = to.split_once('?').unwrap_or_else(|| panic!("a code: {to}"));
        let mut members = form_urlencoded::parse(members.as_bytes());
        let (_, code) = members.find(|(name, _)| name == "code").expect("a code");
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", "authorization_code"),
                ("client_id", PORTAL),
                ("redirect_uri", back.as_str()),
                ("code", code.as_ref()),
                ("code_verifier", VERIFIER),
            ])
            .finish();
        let path = "/organizations/oauth2/v2.0/token";
        let (status, body) = self.send("POST", path, "", "application/x-www-form-urlencoded", form).await;
        assert_eq!(status, 200, "{body}");
        text(&body, "/access_token")
    }

    async fn send(&self, method: &str, path: &str, token: &str, kind: &str, body: String) -> (u16, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.root))
            .header("content-type", kind);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let transport = HttpTransport::plain().expect("a transport");
        let response =
            transport.send(request.body(body.into()).expect("a request")).await.expect("an answer");
        let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        (response.status().as_u16(), body)
    }

    async fn call(&self, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, path, token, "application/json", body).await
    }

    /// Two officers bring somebody in; gives the user name and the one-time password.
    async fn admit(&self, by: [&Person; 2], path: &str, name: &str, roles: &[&str]) -> (String, String) {
        let body = json!({"userPrincipalName": name, "displayName": name, "roles": roles});
        let (status, alone) = self.call(&by[0].token, "POST", path, &body).await;
        assert_eq!((status, text(&alone, "/title").as_str()), (409, "second_officer_required"), "{alone}");
        let (status, made) = self.call(&by[1].token, "POST", path, &body).await;
        assert_eq!(status, 201, "{made}");
        (text(&made, "/userPrincipalName"), text(&made, "/oneTimePassword"))
    }
}

fn text(body: &Value, pointer: &str) -> String {
    let found = body.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("{pointer} in {body}")).to_owned()
}

/// An empty folder with two officers: where to start, and their accounts.
fn founded(name: &str) -> (Town, Vec<(String, String)>) {
    let data = fresh(name);
    let made = init(&data, &OFFICERS);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let people = made["people"].as_array().expect("people").iter();
    let people = people.map(|one| (text(one, "/userName"), text(one, "/oneTimePassword"))).collect();
    (Town::start(&data), people)
}

#[test]
fn a_folder_is_founded_once_by_two_and_while_nothing_runs() {
    let data = fresh("first-refused");
    let refused = |output: &Output, code: i32, says: &str| {
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{error}");
        assert!(error.contains(says), "{error}");
        assert!(output.stdout.is_empty());
    };
    refused(&init(&data, &[]), 2, "--officer");
    refused(&init(&data, &OFFICERS[..2]), 2, "2 times at least");
    refused(&init(&data, &["--officer", "clara", "--officer", "david=David"]), 2, "clara=");
    assert!(!data.exists(), "what is asked wrongly leaves nothing behind");
    let same = ["--officer", "clara=Clara Winter", "--officer", "clara2=Clara Winter"];
    refused(&init(&data, &same), 1, "named twice");
    assert!(init(&data, &OFFICERS).status.success());
    refused(&init(&data, &OFFICERS), 1, "POST /trustee/v1/users");
    let mut up = Up::spawn(&data, &["--no-demo"]);
    up.announced();
    refused(&init(&data, &OFFICERS), 1, "in use");
    drop(up);
    // The trustee's host names its configuration file instead of the folder.
    let file = fresh("first-file").with_extension("toml");
    let settings = "listen = \"127.0.0.1:0\"\norigin = \"https://partner.example\"\ndata = \"core\"\n\
                    [operator]\nroot = \"http://127.0.0.1:1\"\n";
    std::fs::write(&file, settings).expect("written");
    let by_file = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_treuhand"));
        command.args(["init", "--json", "--config"]).arg(&file).args(OFFICERS);
        command.output().expect("the program starts")
    };
    refused(&by_file(), 1, "residency.toml");
    let core = file.with_file_name("core");
    let place = |path: PathBuf, purpose: &str| {
        let path = path.display();
        format!("[[place]]\npath = \"{path}\"\npurpose = \"{purpose}\"\ncountry = \"DE\"\nentity = \"us\"\n")
    };
    let keys = ["core.key", "core.log-key"].map(|name| place(file.with_file_name(name), "keys")).concat();
    let mirror = place(file.with_file_name("core.log-mirror"), "mirror");
    std::fs::write(core.join("residency.toml"), place(core.clone(), "store") + &keys + &mirror)
        .expect("written");
    let made: Value = serde_json::from_slice(&by_file().stdout).expect("JSON");
    assert!(text(&made, "/start").starts_with("treuhand trustee --config"), "{made}");
    assert!(core.join("trustee.db").exists() && file.with_file_name("core.key").exists());
    refused(&by_file(), 1, "first people already");
    let demo = fresh("first-demo");
    Up::spawn(&demo, &[]).announced();
    refused(&init(&demo, &OFFICERS), 1, "first people already");
}

#[tokio::test]
async fn a_folder_of_real_people_never_becomes_a_demo_world() {
    let data = fresh("first-real");
    assert!(init(&data, &OFFICERS).status.success());
    let mut up = Up::spawn(&data, &[]);
    let announced: Value = serde_json::from_str(&up.announced()).expect("JSON");
    assert!(announced["access"].is_null() && !data.join("access.json").exists(), "{announced}");
    let town = Town { root: text(&announced, "/roots/apiRoot"), _up: up };
    let form = format!("grant_type=password&client_id={PORTAL}&username=clara&password=x");
    let kind = "application/x-www-form-urlencoded";
    let (status, body) = town.send("POST", "/organizations/oauth2/v2.0/token", "", kind, form).await;
    assert_eq!((status, text(&body, "/error").as_str()), (400, "unsupported_grant_type"), "{body}");
}

#[tokio::test]
async fn officers_bring_in_staff_and_staff_approve_a_partner() {
    let (town, officers) = founded("first-people");
    let mut clara = town.first_sign_in(&officers[0].0, &officers[0].1).await;
    let mut david = town.first_sign_in(&officers[1].0, &officers[1].1).await;
    let list = clara.browser.open("/account/users").await;
    assert!(list.html.contains(&officers[1].0), "{}", list.html);
    // Through the pages: an auditor, whom two officers ask for.
    let form = clara.browser.open("/account/users/new").await;
    let members = [("user", "edith"), ("display", "Edith Kern"), ("roles", "Auditor")];
    let alone = clara.browser.submit(&form, &members).await;
    assert!(alone.status == 409 && alone.html.contains("two officers"), "{}", alone.html);
    let form = david.browser.open("/account/users/new").await;
    let made = david.browser.submit(&form, &members).await;
    assert!(made.html.contains("edith@trustee.onmicrosoft.de"), "{}", made.html);
    // Through the API: two of the operator's people.
    let mut staff = Vec::new();
    for name in ["anke", "bernd"] {
        let (user_name, password) =
            town.admit([&clara, &david], "/trustee/v1/staff", name, &["OperatorStaff"]).await;
        assert_eq!(user_name, format!("{name}@operator.onmicrosoft.de"));
        staff.push(town.first_sign_in(&user_name, &password).await);
    }
    // And a third one through the pages, who is listed and shown.
    let members = [("user", "cora"), ("display", "Cora Blum")];
    let form = clara.browser.open("/account/staff/new").await;
    assert_eq!(clara.browser.submit(&form, &members).await.status, 409);
    let form = david.browser.open("/account/staff/new").await;
    let made = david.browser.submit(&form, &members).await;
    assert!(made.html.contains("cora@operator.onmicrosoft.de"), "{}", made.html);
    let list = clara.browser.open("/account/staff").await;
    assert!(["anke@", "bernd@", "cora@"].iter().all(|name| list.html.contains(name)), "{}", list.html);
    let cora = list.html.split("<a href=\"/account/staff/").find(|rest| rest.contains("Cora Blum</a>"));
    let cora = cora.and_then(|rest| rest.split('"').next()).expect("a link").to_owned();
    let one = clara.browser.open(&format!("/account/staff/{cora}")).await;
    assert_eq!((one.status, one.title()), (200, "Cora Blum"), "{}", one.html);
    let (applicant, application) = apply(&town).await;
    let path = format!("/enrollment/v1/applications/{application}");
    let mut reached = Vec::new();
    for one in &staff {
        let body = json!({"verdict": "approve"});
        let (status, body) = town.call(&one.token, "POST", &format!("{path}/approvals"), &body).await;
        assert_eq!(status, 200, "{body}");
        reached.push(text(&body, "/status"));
    }
    assert_ne!(reached[0], "approved", "one person is not enough");
    assert_eq!(reached[1], "approved");
    let (status, body) = town.call(&applicant.token, "GET", &path, &Value::Null).await;
    assert_eq!((status, text(&body, "/status").as_str()), (200, "approved"));
}

/// A company opens its tenant, its administrator signs in and applies: the person, and the application's id.
async fn apply(town: &Town) -> (Person, String) {
    let opening = json!({
        "companyName": "Hafenkante Digital GmbH", "country": "DE", "domainPrefix": "hafenkante",
        "administrator": {"userPrincipalName": "silke", "displayName": "Silke Reimers"}, "password": PASSWORD,
    });
    let (status, opened) = town.call("", "POST", "/trustee/v1/tenants", &opening).await;
    assert_eq!(status, 201, "{opened}");
    let mut browser = Browser::new(&town.root);
    let page = browser.open("/").await;
    let name = format!("silke@{}", text(&opened, "/domain"));
    let page = browser.submit(&page, &[("user_name", &name), ("password", PASSWORD)]).await;
    let code = totp_code_at(&text(&opened, "/totpSecret"), now()).expect("a key");
    let page = browser.submit(&page, &[("code", &code)]).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let token = town.token(&mut browser).await;
    let application = json!({
        "companyName": "Hafenkante Digital GmbH", "country": "DE", "vatId": "DE136695976", "mpnId": "4711900",
        "address": {"addressLine1": "Kajen 3", "postalCode": "20459", "city": "Hamburg", "country": "DE"},
        "cspModel": "direct", "programmeTermsVersion": "2018-04-01", "programmeTermsAccepted": true,
        "primaryContact": {"firstName": "Silke", "lastName": "Reimers", "email": "silke@hafenkante.example"},
        "culture": "de-DE",
    });
    let (status, made) = town.call(&token, "POST", "/enrollment/v1/applications", &application).await;
    assert_eq!(status, 201, "{made}");
    (Person { browser, token }, text(&made, "/id"))
}

/// Whoever tries to become an officer or the operator's staff without leave.
#[tokio::test]
async fn nobody_gets_in_without_leave() {
    let (town, officers) = founded("first-attacks");
    let clara = town.first_sign_in(&officers[0].0, &officers[0].1).await;
    let david = town.first_sign_in(&officers[1].0, &officers[1].1).await;
    let (name, password) = town.admit([&clara, &david], "/trustee/v1/staff", "anke", &[]).await;
    let anke = town.first_sign_in(&name, &password).await;

    // An invitation is good for one first sign-in.
    let mut thief = Browser::new(&town.root);
    let page = thief.open("/").await;
    let page = thief.submit(&page, &[("user_name", &name), ("password", &password)]).await;
    assert_eq!(page.status, 403, "a used one-time password opens nothing: {}", page.html);

    let (mut silke, _) = apply(&town).await;
    for path in ["/account/staff", "/account/staff/new"] {
        assert_eq!(silke.browser.open(path).await.status, 403, "{path} is the officers'");
    }
    let everybody = json!({"userPrincipalName": "mole", "displayName": "Mole"});
    let with = |roles: Value| {
        let mut body = everybody.clone();
        body["roles"] = roles;
        body
    };
    let officer = with(json!(["TrusteeOfficer"]));
    for (who, token, path, body, want) in [
        ("nobody", "", "/trustee/v1/staff", everybody.clone(), (401, "token_required")),
        ("staff", &anke.token, "/trustee/v1/staff", everybody.clone(), (403, "role_required")),
        ("staff", &anke.token, "/trustee/v1/users", everybody.clone(), (403, "role_required")),
        ("partner", &silke.token, "/trustee/v1/staff", everybody.clone(), (403, "role_required")),
        ("partner", &silke.token, "/trustee/v1/users", officer.clone(), (400, "role_unknown")),
        (
            "partner",
            &silke.token,
            "/trustee/v1/users",
            with(json!(["OperatorStaff", "GlobalAdmin"])),
            (400, "role_unknown"),
        ),
        (
            "partner",
            &silke.token,
            "/trustee/v1/users",
            json!({"userPrincipalName": "mole@trustee.onmicrosoft.de"}),
            (400, "user_name_invalid"),
        ),
        ("officer", &clara.token, "/trustee/v1/staff", officer.clone(), (400, "role_unknown")),
        (
            "officer",
            &clara.token,
            "/trustee/v1/users",
            with(json!(["Auditor", "TrusteeOfficer"])),
            (400, "roles_exclude_each_other"),
        ),
    ] {
        let (status, answer) = town.call(token, "POST", path, &body).await;
        assert_eq!((status, text(&answer, "/title").as_str()), want, "{who} {path} {body}: {answer}");
    }
    pretend_to_be_the_house(&town).await;
    // One tenant's people are not found in another's, whatever path is taken.
    let (_, me) = town.call(&silke.token, "GET", "/trustee/v1/user", &Value::Null).await;
    let (_, other) = town.call(&anke.token, "GET", "/trustee/v1/user", &Value::Null).await;
    for (who, token, path, want) in [
        ("officer", &clara.token, format!("/trustee/v1/staff/{}", text(&me, "/id")), 404),
        ("officer", &clara.token, format!("/trustee/v1/users/{}", text(&other, "/id")), 404),
        ("partner", &silke.token, format!("/trustee/v1/users/{}", text(&other, "/id")), 404),
        ("partner", &silke.token, format!("/trustee/v1/staff/{}", text(&other, "/id")), 403),
    ] {
        let (status, answer) = town.call(token, "PATCH", &path, &json!({"roles": ["OperatorStaff"]})).await;
        assert_eq!(status, want, "{who} {path}: {answer}");
        let (status, answer) = town.call(token, "POST", &format!("{path}/password"), &Value::Null).await;
        assert_eq!(status, want, "{who} {path}: {answer}");
    }
}

/// Tenants with the house's names, and kinds of tenant that nobody opens from outside.
async fn pretend_to_be_the_house(town: &Town) {
    for (kind, label, want) in [
        ("partner", "trustee", "domain_taken"),
        ("partner", "operator", "domain_taken"),
        ("operator", "operator2", "bad_property"),
        ("trustee", "trustee2", "bad_property"),
    ] {
        let opening = json!({
            "kind": kind, "companyName": "Mole AG", "country": "DE", "domainPrefix": label, "password": PASSWORD,
            "administrator": {"userPrincipalName": "mole", "displayName": "Mole", "roles": ["TrusteeOfficer"]},
        });
        let (_, answer) = town.call("", "POST", "/trustee/v1/tenants", &opening).await;
        assert_eq!(text(&answer, "/title"), want, "{kind} {label}: {answer}");
    }
}
