//! The gateway against an operator zone that is played by the test: it keeps what it is sent, shows everything it was
//! sent, and lies on request.

mod assurance;
mod attacks;
mod calls;
mod creation;
pub(crate) mod directory;
mod openbao;
pub(crate) mod operator;

use contract::operation::Party;
use edge::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Trace, Zone};
use envelope::{Answer, Embedded, Health, KeyError, KeyInfo, KeyService, Posture, Wrapped};
use kernel::{Clock, CorrelationId, Entropy, RequestId, TenantId};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::controls::Controls;
use crate::keys::{Keys, StoreVault};
use crate::testing::{Counter, Hand, TempStore, key_file};
use crate::{Trustee, TrusteeConfig};
use directory::Town;
use operator::Played;

/// The partner that most tests are about, and another one.
pub(crate) const PARTNER: u128 = 0x00a1;
pub(crate) const OTHER_PARTNER: u128 = 0x00b1;

pub(crate) fn tenant(n: u128) -> TenantId {
    TenantId(Uuid::from_u128(n))
}

/// A key service that can be away.
pub(crate) struct Flaky {
    inner: Arc<dyn KeyService>,
    pub(crate) away: AtomicBool,
}

impl Flaky {
    fn or<'a, T: Send + 'a>(&'a self, answer: Answer<'a, T>) -> Answer<'a, T> {
        if self.away.load(Ordering::SeqCst) {
            return Box::pin(async { Err(KeyError::Unavailable("away".to_owned())) });
        }
        answer
    }
}

impl KeyService for Flaky {
    fn create(&self, tenant: TenantId) -> Answer<'_, KeyInfo> {
        self.or(self.inner.create(tenant))
    }
    fn wrap<'a>(&'a self, tenant: TenantId, aad: &'a [u8], secret: &'a [u8]) -> Answer<'a, Wrapped> {
        self.or(self.inner.wrap(tenant, aad, secret))
    }
    fn unwrap<'a>(
        &'a self,
        tenant: TenantId,
        aad: &'a [u8],
        wrapped: &'a Wrapped,
    ) -> Answer<'a, Zeroizing<Vec<u8>>> {
        self.or(self.inner.unwrap(tenant, aad, wrapped))
    }
    fn rewrap<'a>(&'a self, tenant: TenantId, aad: &'a [u8], wrapped: &'a Wrapped) -> Answer<'a, Wrapped> {
        self.or(self.inner.rewrap(tenant, aad, wrapped))
    }
    fn rotate(&self, tenant: TenantId) -> Answer<'_, KeyInfo> {
        self.or(self.inner.rotate(tenant))
    }
    fn retire(&self, tenant: TenantId, before: u32) -> Answer<'_, KeyInfo> {
        self.or(self.inner.retire(tenant, before))
    }
    fn version(&self, wrapped: &[u8]) -> Option<u32> {
        self.inner.version(wrapped)
    }
    fn destroy(&self, tenant: TenantId) -> Answer<'_, ()> {
        self.or(self.inner.destroy(tenant))
    }
    fn list(&self, after: Option<TenantId>, limit: usize) -> Answer<'_, Vec<KeyInfo>> {
        self.or(self.inner.list(after, limit))
    }
    fn health(&self) -> Answer<'_, Health> {
        self.or(self.inner.health())
    }
    fn posture(&self) -> Answer<'_, Posture> {
        self.or(self.inner.posture())
    }
}

/// A trustee zone with a played operator.
pub(crate) struct World {
    pub(crate) trustee: Trustee,
    pub(crate) operator: Arc<Played>,
    pub(crate) town: Arc<Town>,
    pub(crate) service: Arc<Flaky>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<Hand>,
    pub(crate) temp: TempStore,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Controls::all()).await
    }

    pub(crate) async fn with(controls: Controls) -> Self {
        let temp = TempStore::new();
        let vault = Arc::new(StoreVault::new(temp.store.clone()));
        let inner =
            Embedded::open(vault, Arc::new(Counter::default()), &key_file()).await.expect("a service");
        Self::over(temp, Arc::new(inner), controls).await
    }

    /// The zone over this key service.
    pub(crate) async fn over(temp: TempStore, inner: Arc<dyn KeyService>, controls: Controls) -> Self {
        let clock = Arc::new(Hand::at(1_500_000_000));
        let entropy: Arc<dyn Entropy> = Arc::new(Counter::default());
        let service = Arc::new(Flaky { inner, away: AtomicBool::new(false) });
        let held: Arc<dyn Clock> = clock.clone();
        let keys = Keys::open(temp.store.clone(), service.clone(), held.clone(), entropy.clone());
        let keys = Arc::new(keys.await.expect("keys"));
        let operator = Arc::new(Played::default());
        let town = Arc::new(Town::default());
        let trustee = Trustee::new(TrusteeConfig {
            store: temp.store.clone(),
            profile: Arc::new(
                contract::profile::Profile::parse(contract::profile::GERMANY).expect("the German profile"),
            ),
            log: crate::testing::log(&temp.store, &keys, &held).await,
            keys: keys.clone(),
            directory: town.clone(),
            link: operator.clone(),
            assurance: Arc::default(),
            pages: None,
            origin: "https://partner.example".to_owned(),
            limits: Vec::new(),
            policy: Arc::new(access::Policy::parse(access::policy::GERMANY).expect("a sound policy")),
            logbook: None,
            controls,
            clock: held,
            entropy,
        })
        .await
        .expect("a trustee");
        Self { trustee, operator, town, service, keys, clock, temp }
    }

    /// Enrols the customer's user as its approver.
    pub(crate) async fn approver(&self, customer: &str) {
        let line = access::sshsig::public_of(&access::sshsig::private_from_seed(&[9; 32]).expect("a key"));
        let planted = crate::persons::Planted {
            kind: access::Kind::CustomerApprover,
            tenant: customer.parse().expect("an id"),
            account: kernel::UserId(Uuid::from_u128(0x77)),
            country: "DE".to_owned(),
            line: line.expect("a key").line(),
        };
        self.trustee.persons().plant(planted).await.expect("planted");
    }

    /// Makes a call with a token of the town and a fresh or given request id.
    pub(crate) async fn send(&self, sent: Sent<'_>) -> Got {
        let mut parts = edge::http::Request::builder().uri(sent.path);
        parts = parts.method(sent.method.clone());
        let (mut parts, ()) = parts.body(()).expect("a request").into_parts();
        if !sent.token.is_empty() {
            let value = HeaderValue::from_str(&format!("Bearer {}", sent.token)).expect("a token");
            parts.headers.insert(edge::http::header::AUTHORIZATION, value);
        }
        for (name, value) in sent.headers {
            let name: HeaderName = name.parse().expect("a name");
            parts.headers.insert(name, HeaderValue::from_str(value).expect("a value"));
        }
        let mut request = Request::from_parts(parts, sent.body.to_owned().into());
        request.trace = Trace {
            request_id: RequestId(Uuid::from_u128(sent.request_id)),
            given: true,
            correlation_id: CorrelationId(Uuid::from_u128(7)),
        };
        let response = self.trustee.handle(request).await;
        Got::from(response)
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Got {
        self.send(Sent { token, path, ..Sent::default() }).await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value, request_id: u128) -> Got {
        let body = body.to_string();
        self.send(Sent { method: Method::POST, token, path, body: &body, request_id, ..Sent::default() })
            .await
    }

    pub(crate) async fn put(&self, token: &str, path: &str, body: &Value, request_id: u128) -> Got {
        let body = body.to_string();
        self.send(Sent { method: Method::PUT, token, path, body: &body, request_id, ..Sent::default() }).await
    }

    /// Creates a customer of the partner and gives its id.
    pub(crate) async fn customer(&self, name: &str, request_id: u128) -> String {
        let got = self.post("partner", "/v1/customers", &new_customer(name), request_id).await;
        assert_eq!(got.status, 201, "{:?}", got.body);
        got.body["id"].as_str().expect("an id").to_owned()
    }
}

/// A call to be made.
#[derive(Clone)]
pub(crate) struct Sent<'s> {
    pub(crate) method: Method,
    pub(crate) token: &'s str,
    pub(crate) path: &'s str,
    pub(crate) headers: &'s [(&'s str, &'s str)],
    pub(crate) body: &'s str,
    pub(crate) request_id: u128,
}

impl Default for Sent<'_> {
    fn default() -> Self {
        Self { method: Method::GET, token: "", path: "/", headers: &[], body: "", request_id: 0xffff }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Got {
    /// The reason slug of a problem.
    pub(crate) fn slug(&self) -> &str {
        self.body["title"].as_str().or_else(|| self.body["data"][0].as_str()).unwrap_or("")
    }
}

impl From<Response> for Got {
    fn from(response: Response) -> Self {
        Self {
            status: response.status.as_u16(),
            body: serde_json::from_slice(&response.body).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&response.body).into_owned(),
            headers: response.headers,
        }
    }
}

/// A customer as clients send it: Pascal case, a member twice, an undeclared one. Private values hold `canary`.
pub(crate) fn new_customer(name: &str) -> Value {
    json!({
        "Id": null,
        "CompanyProfile": {"Domain": format!("{name}.onmicrosoft.de"), "CompanyName": null},
        "BillingProfile": {
            "FirstName": "Canary-first", "LastName": "Canary-last", "Email": "canary@firma.example",
            "Culture": "de-DE", "Language": "de", "CompanyName": format!("{name} GmbH"),
            "DefaultAddress": {
                "FirstName": "Canary-first", "LastName": "Canary-last", "PhoneNumber": "+49301234567",
                "AddressLine1": "Canary-Straße 1", "City": "Canarystadt", "PostalCode": "10115", "Country": "DE",
            },
        },
        "Hobby": "canary",
    })
}

/// Whether a canary stands in a text in any of the forms that a test looks for.
pub(crate) fn sings(text: &str) -> bool {
    text.to_lowercase().contains("canary")
}

/// The party of a token of the town.
pub(crate) fn party_of(token: &str) -> Party {
    match token {
        "staff" => Party::Operator,
        "officer" => Party::Trustee,
        _ if token.starts_with("customer") => Party::Customer,
        _ => Party::Partner,
    }
}
