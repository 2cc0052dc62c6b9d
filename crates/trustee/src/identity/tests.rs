//! The whole of identity over a store on disk: what clients send, what they get, and what ends what.

use super::*;
use crate::testing::{CHEAP, Counter, Hand, TempStore, key_file};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::{Party, Role};
use edge::http::header::{LOCATION, SET_COOKIE};
use edge::{HeaderMap, Request, Response};
use envelope::Embedded;
use kernel::{AppId, TenantId, UserId};
use serde_json::{Value, json};
use zeroize::Zeroizing;

mod browser;
mod house;
mod management;
mod tokens;

const AUTHORITY: &str = "https://login.example";
const AUDIENCE: &str = "https://api.example";
const START: i64 = 1_520_000_000;
const PASSWORD: &str = "correct horse battery";
const BACK: &str = "https://app.example/back";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// An identity service with one partner, one user, a confidential and a public app.
struct World {
    clock: Arc<Hand>,
    identity: Identity,
    tenant: TenantId,
    user: UserId,
    app: AppId,
    secret: String,
    public: AppId,
    temp: TempStore,
}

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn new_user(name: &str, roles: &[Role]) -> NewUser {
    NewUser {
        user_name: name.to_owned(),
        display_name: "Erika Mustermann".to_owned(),
        roles: roles.to_vec(),
        password: Some(secret(PASSWORD)),
        ..NewUser::default()
    }
}

fn new_tenant(party: Party, domain: &str, admin: NewUser) -> NewTenant {
    NewTenant {
        id: None,
        party,
        name: domain.to_owned(),
        country: "DE".to_owned(),
        domain: domain.to_owned(),
        require_mfa: false,
        admin,
    }
}

async fn identity_over(temp: &TempStore, clock: &Arc<Hand>) -> Identity {
    let entropy: Arc<dyn Entropy> = Arc::new(Counter::default());
    let vault = Arc::new(crate::keys::StoreVault::new(temp.store.clone()));
    let service = Arc::new(Embedded::open(vault, entropy.clone(), &key_file()).await.expect("a key service"));
    let keys = Keys::open(temp.store.clone(), service, clock.clone(), entropy.clone()).await.expect("keys");
    let settings = Settings {
        authority: AUTHORITY.to_owned(),
        audience: AUDIENCE.to_owned(),
        resources: vec![
            "https://api.partnercenter.microsoft.com".to_owned(),
            "https://graph.cloudapi.de".to_owned(),
        ],
        tenant_suffix: "onmicrosoft.de".to_owned(),
        title: "Treuhand".to_owned(),
        password_grant: true,
        password_cost: CHEAP,
        controls: crate::controls::Controls::all(),
    };
    Identity::open(temp.store.clone(), Arc::new(keys), clock.clone(), entropy, settings)
        .await
        .expect("identity")
}

impl World {
    async fn new() -> Self {
        let temp = TempStore::new();
        let clock = Arc::new(Hand::at(START));
        let identity = identity_over(&temp, &clock).await;
        let admin = new_user("erika", &[Role::GlobalAdmin, Role::AdminAgent]);
        let opened =
            identity.open_tenant(new_tenant(Party::Partner, "contoso", admin)).await.expect("a tenant");
        let tenant = opened.tenant.id;
        let app = |public| NewApp { name: "App".to_owned(), redirect_uris: vec![BACK.to_owned()], public };
        let confidential = identity.register_app(&Actor::House, tenant, app(false)).await.expect("an app").id;
        let public = identity.register_app(&Actor::House, tenant, app(true)).await.expect("an app").id;
        let made = identity.add_app_secret(&Actor::House, tenant, confidential, 30).await.expect("a secret");
        Self {
            clock,
            identity,
            tenant,
            user: opened.admin.user.id,
            app: confidential,
            secret: made.secret.to_string(),
            public,
            temp,
        }
    }

    /// A form of the app, with its id and secret and what is added.
    fn form(&self, members: &[(&str, &str)]) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", &self.app.to_string()).append_pair("client_secret", &self.secret);
        form.extend_pairs(members).finish()
    }

    fn public_form(&self, members: &[(&str, &str)]) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", &self.public.to_string()).extend_pairs(members).finish()
    }

    async fn send(&self, method: &str, uri: &str, headers: &[(&'static str, &str)], body: &str) -> Response {
        let mut request = edge::http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        let request = Request::from_parts(parts, body.to_owned().into());
        self.identity.handle(&request).await.expect("an address of identity")
    }

    async fn post(&self, uri: &str, body: &str) -> (u16, Value) {
        let response = self.send("POST", uri, &[], body).await;
        (response.status.as_u16(), read(&response))
    }

    /// An app+user token by password.
    async fn user_token(&self) -> String {
        let form = self.form(&[
            ("grant_type", "password"),
            ("username", "erika@contoso.onmicrosoft.de"),
            ("password", PASSWORD),
            ("resource", AUDIENCE),
        ]);
        let (status, body) = self.post("/common/oauth2/token", &form).await;
        assert_eq!(status, 200, "{body}");
        text(&body, "access_token")
    }

    async fn app_token(&self) -> String {
        let form = self.form(&[("grant_type", "client_credentials"), ("resource", AUDIENCE)]);
        let (status, body) = self.post(&format!("/{}/oauth2/token", self.tenant), &form).await;
        assert_eq!(status, 200, "{body}");
        text(&body, "access_token")
    }

    async fn slug(&self, token: &str) -> Option<&'static str> {
        self.identity.check(token).await.err().map(|problem| problem.slug)
    }

    async fn caller(&self) -> Actor {
        Actor::Caller((*self.identity.check(&self.user_token().await).await.expect("a caller")).clone())
    }
}

fn read(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or(Value::Null)
}

fn text(body: &Value, member: &str) -> String {
    body[member].as_str().unwrap_or_default().to_owned()
}

fn claims_of(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64url")).expect("JSON")
}
