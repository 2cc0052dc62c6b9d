//! The trustee zone with the real identity as its directory: people of every party call its operations.

mod answers;
mod port;
mod rights;

use super::desk::HANDLED;
use crate::controls::Controls;
use crate::identity::{Actor, Identity, NewApp, NewTenant, NewUser, Settings};
use crate::keys::{Keys, StoreVault};
use crate::testing::{CHEAP, Counter, Hand, TempStore, key_file};
use crate::tests::Got;
use crate::tests::operator::Played;
use crate::{Trustee, TrusteeConfig};
use contract::operation::{Method, Party, Role, Spec};
use contract::profile::{GERMANY, Profile};
use edge::http::header::AUTHORIZATION;
use edge::{HeaderValue, Request, Zone};
use envelope::Embedded;
use kernel::{AppId, Clock, Entropy, TenantId, UserId};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;
use zeroize::Zeroizing;

const ORIGIN: &str = "https://partner.example";
const PASSWORD: &str = "correct horse battery";

/// Who calls, in the order of the tables: nobody, contoso's app and people, another partner's administrator, the
/// operator's staff, the trustee's people, a customer's administrator.
const CALLERS: [&str; 10] =
    ["nobody", "app", "admin", "manager", "seller", "other", "staff", "officer", "auditor", "customer"];

/// A tenant with its app.
struct Home {
    id: TenantId,
    app: AppId,
    secret: String,
}

struct World {
    trustee: Trustee,
    identity: Arc<Identity>,
    operator: Arc<Played>,
    clock: Arc<Hand>,
    homes: HashMap<&'static str, Home>,
    next: AtomicU64,
    _temp: TempStore,
}

/// A call and its answer.
struct Call<'c> {
    spec: &'static Spec,
    path: &'c [(&'c str, String)],
    query: &'c str,
    body: Value,
}

fn spec(id: &str) -> &'static Spec {
    contract::find(id).expect("an operation of the table")
}

fn call(id: &str) -> Call<'static> {
    Call { spec: spec(id), path: &[], query: "", body: Value::Null }
}

fn person(name: &str, roles: &[Role]) -> NewUser {
    NewUser {
        user_name: name.to_owned(),
        display_name: format!("Canary {name}"),
        roles: roles.to_vec(),
        password: Some(Zeroizing::new(PASSWORD.to_owned())),
        ..NewUser::default()
    }
}

impl World {
    async fn new() -> Self {
        let temp = TempStore::new();
        let clock = Arc::new(Hand::at(1_520_000_000));
        let held: Arc<dyn Clock> = clock.clone();
        let entropy: Arc<dyn Entropy> = Arc::new(Counter::default());
        let profile = Arc::new(Profile::parse(GERMANY).expect("the German profile"));
        let vault = Arc::new(StoreVault::new(temp.store.clone()));
        let service = Embedded::open(vault, entropy.clone(), &key_file()).await.expect("a service");
        let keys = Keys::open(temp.store.clone(), Arc::new(service), held.clone(), entropy.clone());
        let keys = Arc::new(keys.await.expect("keys"));
        let settings = Settings { password_cost: CHEAP, ..Settings::of(&profile, ORIGIN, true) };
        let identity =
            Identity::open(temp.store.clone(), keys.clone(), held.clone(), entropy.clone(), settings);
        let identity = Arc::new(identity.await.expect("identity"));
        let operator = Arc::new(Played::default());
        let trustee = Trustee::new(TrusteeConfig {
            store: temp.store.clone(),
            profile,
            log: crate::testing::log(&temp.store, &keys, &held).await,
            keys,
            directory: identity.clone(),
            link: operator.clone(),
            assurance: Arc::default(),
            pages: None,
            origin: ORIGIN.to_owned(),
            limits: Vec::new(),
            policy: Arc::new(access::Policy::parse(access::policy::GERMANY).expect("a sound policy")),
            logbook: None,
            controls: Controls::all(),
            clock: held,
            entropy,
        })
        .await
        .expect("a trustee");
        let (homes, next) = (HashMap::new(), AtomicU64::new(1));
        let mut world = Self { trustee, identity, operator, clock, homes, next, _temp: temp };
        world.settle().await;
        world
    }

    async fn settle(&mut self) {
        use Role::{Auditor, CustomerAdmin, GlobalAdmin, OperatorStaff, SalesAgent, TrusteeOfficer};
        self.home(Party::Partner, "contoso", person("admin", &[GlobalAdmin])).await;
        self.home(Party::Partner, "fabrikam", person("other", &[GlobalAdmin])).await;
        self.home(Party::Operator, "operator", person("staff", &[OperatorStaff])).await;
        self.home(Party::Trustee, "trustee", person("officer", &[TrusteeOfficer])).await;
        self.home(Party::Customer, "kunde", person("customer", &[CustomerAdmin])).await;
        self.resident("contoso", person("manager", &[Role::UserManagementAdmin])).await;
        self.resident("contoso", person("seller", &[SalesAgent])).await;
        self.resident("trustee", person("auditor", &[Auditor])).await;
    }

    async fn home(&mut self, party: Party, label: &'static str, admin: NewUser) {
        let new = NewTenant {
            id: None,
            party,
            name: format!("{label} GmbH"),
            country: "DE".to_owned(),
            domain: label.to_owned(),
            require_mfa: false,
            admin,
        };
        let id = self.identity.open_tenant(new).await.expect("a tenant").tenant.id;
        let (app, secret) = self.app(id).await;
        self.homes.insert(label, Home { id, app, secret });
    }

    async fn app(&self, tenant: TenantId) -> (AppId, String) {
        let new = NewApp { name: "App".to_owned(), ..NewApp::default() };
        let app = self.identity.register_app(&Actor::House, tenant, new).await.expect("an app").id;
        let made = self.identity.add_app_secret(&Actor::House, tenant, app, 30).await.expect("a secret");
        (app, made.secret.to_string())
    }

    async fn resident(&self, label: &str, new: NewUser) -> UserId {
        let tenant = self.homes[label].id;
        self.identity.create_user(&Actor::House, tenant, new).await.expect("a user").user.id
    }

    /// A number that no other call got.
    fn fresh(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn tenant_of(caller: &str) -> &'static str {
        match caller {
            "other" => "fabrikam",
            "staff" => "operator",
            "officer" | "auditor" => "trustee",
            "customer" => "kunde",
            _ => "contoso",
        }
    }

    /// A token of one of [`CALLERS`], or of a user name.
    async fn token(&self, caller: &str) -> String {
        if caller == "nobody" {
            return String::new();
        }
        let (label, local) = caller.split_once('/').unwrap_or((Self::tenant_of(caller), caller));
        let home = &self.homes[label];
        self.sign_in(home, (caller != "app").then(|| format!("{local}@{label}.onmicrosoft.de"))).await
    }

    async fn sign_in(&self, home: &Home, user: Option<String>) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", &home.app.to_string()).append_pair("client_secret", &home.secret);
        form.append_pair("resource", ORIGIN);
        match user {
            None => form.append_pair("grant_type", "client_credentials"),
            Some(user) => form.extend_pairs([
                ("grant_type", "password"),
                ("username", user.as_str()),
                ("password", PASSWORD),
            ]),
        };
        let path = format!("/{}/oauth2/token", home.id);
        let got = self.raw(Method::Post, &path, "", &form.finish()).await;
        assert_eq!(got.status, 200, "{}", got.text);
        got.body["access_token"].as_str().expect("a token").to_owned()
    }

    async fn raw(&self, method: Method, path: &str, token: &str, body: &str) -> Got {
        let builder = edge::http::Request::builder().uri(path).method(method.name());
        let (mut parts, ()) = builder.body(()).expect("a request").into_parts();
        if !token.is_empty() {
            let value = HeaderValue::from_str(&format!("Bearer {token}")).expect("a token");
            parts.headers.insert(AUTHORIZATION, value);
        }
        let mut request = Request::from_parts(parts, body.to_owned().into());
        request.trace.request_id.0 = Uuid::from_u128(u128::from(self.fresh()));
        Got::from(self.trustee.handle(request).await)
    }

    async fn send(&self, token: &str, call: Call<'_>) -> Got {
        let mut path = call.spec.path.to_owned();
        for (name, value) in call.path {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        path.push_str(call.query);
        let body = if call.body.is_null() { String::new() } else { call.body.to_string() };
        self.raw(call.spec.method, &path, token, &body).await
    }

    /// One of [`CALLERS`] makes a call.
    async fn by(&self, caller: &str, call: Call<'_>) -> Got {
        let token = self.token(caller).await;
        self.send(&token, call).await
    }

    /// An answer about a fresh user of contoso.
    async fn victim(&self) -> UserId {
        let name = format!("victim{}", self.fresh());
        self.resident("contoso", person(&name, &[])).await
    }
}

/// What an applicant sends.
fn opening(label: &str) -> Value {
    json!({
        "CompanyName": "Wolkenhandel GmbH", "Country": "de", "DomainPrefix": label, "Password": PASSWORD,
        "Administrator": {
            "UserPrincipalName": "erika", "FirstName": "Erika", "LastName": "Canary",
            "Email": "erika@canary.example", "Roles": ["TrusteeOfficer"],
        },
        "TenantId": "2f1a5b7e-9a1b-4b8f-9d64-000000000001", "Hobby": "canary",
    })
}
