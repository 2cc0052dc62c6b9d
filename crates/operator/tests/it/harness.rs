//! A zone over a fresh store, with a gateway's pen: signed assertions, minted ids, envelopes that mean nothing.
//!
//! Time stands still until a test moves it; ids come from a counter, so that answers can be compared.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use commerce::catalogue::{Catalogue, GERMANY};
use contract::assertion::Assertion;
use contract::operation::{Party, Role};
use contract::profile::Profile;
use edge::http::{HeaderMap, HeaderName, HeaderValue, Method};
use edge::{GatewayHeader, OperatorRequest, Signer};
use jiff::Timestamp;
use kernel::{AppId, Clock, Entropy, TenantId, UserId};
use operator::{Operator, OperatorConfig};
use serde_json::{Value, json};
use store::testing::TestStore;
use uuid::Uuid;

/// 2018-04-18T08:00:00Z, a Wednesday after the seed's page.
const START: i64 = 1_524_038_400;
/// The trustee's signing key.
const SEED: [u8; 32] = [7; 32];
/// Stands for sealed members; its form is an envelope's.
pub const ENVELOPE: &str = "AAAAsealed";

/// A zone and its surroundings.
pub struct World {
    operator: Operator,
    signer: Signer,
    clock: Arc<Hand>,
    next: AtomicU64,
    _store: TestStore,
}

struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).expect("in range")
    }
}

/// Every call of it gives other bytes.
struct Counter(AtomicU64);

impl Entropy for Counter {
    fn fill(&self, into: &mut [u8]) {
        for chunk in into.chunks_mut(8) {
            let next = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            chunk.copy_from_slice(&next.to_be_bytes()[..chunk.len()]);
        }
    }
}

/// Who calls.
#[derive(Clone, Debug)]
pub struct Who {
    /// The tenant; a partner's is its account id.
    pub tenant: Uuid,
    party: Party,
    user: Option<Uuid>,
    roles: Vec<Role>,
}

impl Who {
    /// A partner's administrator.
    pub fn partner(number: u128) -> Self {
        let roles = vec![Role::GlobalAdmin, Role::AdminAgent];
        Self { tenant: partner_id(number), party: Party::Partner, user: Some(Uuid::from_u128(number)), roles }
    }

    /// One of the operator's people.
    pub fn staff(number: u128) -> Self {
        let roles = vec![Role::OperatorStaff];
        let tenant = Uuid::from_u128(0xE);
        Self { tenant, party: Party::Operator, user: Some(Uuid::from_u128(0xE00 + number)), roles }
    }

    /// The trustee's own application.
    pub fn trustee() -> Self {
        Self { tenant: Uuid::from_u128(0x7), party: Party::Trustee, user: None, roles: Vec::new() }
    }
}

/// The account id of a partner of the tests.
pub fn partner_id(number: u128) -> Uuid {
    Uuid::from_u128(0xAA_0000_0000 + number)
}

/// One call in the making.
pub struct Call<'w> {
    world: &'w World,
    who: Who,
    method: Method,
    path: String,
    body: Option<Value>,
    headers: HeaderMap,
    gateway: Vec<(GatewayHeader, String)>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body; null when there is none or it is no JSON.
    pub json: Value,
    /// The body as text.
    pub text: String,
    /// The headers.
    pub headers: HeaderMap,
}

impl World {
    /// A zone over this store, at [`START`].
    pub fn new(store: TestStore) -> Self {
        Self::with_profile(store, contract::profile::GERMANY)
    }

    /// A zone of another cloud.
    pub fn with_profile(store: TestStore, profile: &str) -> Self {
        let clock = Arc::new(Hand(AtomicI64::new(START)));
        let signer = Signer::from_seed(&SEED).expect("32 bytes");
        let operator = Operator::new(OperatorConfig {
            store: (*store).clone(),
            profile: Arc::new(Profile::parse(profile).expect("a profile")),
            catalogue: Arc::new(Catalogue::parse(&GERMANY).expect("a catalogue")),
            trustee_keys: vec![signer.public_key()],
            clock: clock.clone(),
            entropy: Arc::new(Counter(AtomicU64::new(1))),
        });
        Self { operator, signer, clock, next: AtomicU64::new(1), _store: store }
    }

    /// Lets real time pass.
    pub fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    /// A call of `who`, e.g. `world.call(&who, "GET", "/v1/customers")`.
    pub fn call(&self, who: &Who, method: &str, path: impl Into<String>) -> Call<'_> {
        let method = method.parse().expect("a method");
        Call {
            world: self,
            who: who.clone(),
            method,
            path: path.into(),
            body: None,
            headers: HeaderMap::new(),
            gateway: Vec::new(),
        }
    }

    /// An id that no other call of this world has.
    pub fn fresh(&self) -> Uuid {
        Uuid::from_u128(0xC0_0000_0000 + u128::from(self.next.fetch_add(1, Ordering::Relaxed)))
    }

    fn assertion(&self, who: &Who) -> String {
        let issued = self.clock.now().as_second();
        self.signer.sign(&Assertion {
            tenant: TenantId(who.tenant),
            party: who.party,
            user: who.user.map(UserId),
            roles: who.roles.clone(),
            app: AppId(Uuid::from_u128(0xA1)),
            mfa: true,
            correlation: None,
            locale: None,
            issued,
            expires: issued + contract::assertion::VALID_SECONDS,
        })
    }

    /// An approved partner of the country DE.
    pub async fn partner(&self, number: u128, change: Value) -> Who {
        let who = Who::partner(number);
        let made = self
            .call(&who, "POST", "/enrollment/v1/applications")
            .body(merged(application(number), change))
            .send()
            .await;
        let id = made.expect(201)["id"].as_str().expect("an id").to_owned();
        for staff in [1, 2] {
            let path = format!("/enrollment/v1/applications/{id}/approvals");
            self.call(&Who::staff(staff), "POST", path).body(json!({})).send().await.expect(200);
        }
        who
    }

    /// A partner whose account is a sandbox.
    pub async fn sandbox(&self, number: u128) -> Who {
        self.partner(number, json!({ "sandbox": true })).await
    }

    /// A new customer; its id.
    pub async fn customer(&self, who: &Who, prefix: &str, change: Value) -> String {
        let id = self.fresh().to_string();
        let call = self.call(who, "POST", "/v1/customers").body(merged(customer(prefix), change)).minted(&id);
        call.send().await.expect(201);
        id
    }
}

/// What an applicant sends, sealed as the gateway does.
pub fn application(number: u128) -> Value {
    json!({
        "companyName": format!("Partner {number} GmbH"),
        "country": "DE",
        "address": {
            "addressLine1": "Musterweg 1", "city": "Frankfurt am Main", "postalCode": "60311", "country": "DE"
        },
        "mpnId": (4_000_000 + number).to_string(),
        "cspModel": "direct",
        "programmeTermsVersion": "2018-04",
        "programmeTermsAccepted": true,
        "sealed": ENVELOPE,
    })
}

/// What a partner sends to create a customer, sealed as the gateway does.
pub fn customer(prefix: &str) -> Value {
    json!({
        "companyProfile": { "domain": format!("{prefix}.onmicrosoft.de") },
        "billingProfile": {
            "culture": "de-DE", "language": "de", "companyName": format!("Firma {prefix}"),
            "defaultAddress": { "country": "DE" },
            "sealed": ENVELOPE,
        },
    })
}

/// A `filter` parameter, every byte of it escaped.
pub fn filter(field: &str, value: &str, operator: &str) -> String {
    use std::fmt::Write as _;
    let text = json!({ "Field": field, "Value": value, "Operator": operator }).to_string();
    text.bytes().fold("filter=".to_owned(), |mut out, byte| {
        let _ = write!(out, "%{byte:02X}"); // writing to a String does not fail
        out
    })
}

/// `change` laid over `base`; null removes a member.
pub fn merged(mut base: Value, change: Value) -> Value {
    match (&mut base, change) {
        (Value::Object(base), Value::Object(change)) => {
            for (name, value) in change {
                if value.is_null() {
                    base.remove(&name);
                } else {
                    let before = base.remove(&name).unwrap_or_default();
                    base.insert(name, merged(before, value));
                }
            }
        }
        (base, change) => *base = change,
    }
    base
}

impl Call<'_> {
    /// With a body.
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// With an id that the gateway minted.
    pub fn minted(mut self, id: &str) -> Self {
        self.gateway.push((GatewayHeader::MintedId, id.to_owned()));
        self
    }

    /// As a logical call that can be repeated: its id and the MAC of its plain request.
    pub fn request(mut self, id: Uuid, mac: &str) -> Self {
        self.gateway.push((GatewayHeader::RequestMac, mac.to_owned()));
        self.header("ms-requestid", &id.to_string())
    }

    /// With a header of the caller.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        self.headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
        self
    }

    /// Sends it.
    pub async fn send(self) -> Reply {
        let assertion = self.world.assertion(&self.who);
        let mut request =
            OperatorRequest::new(self.method, self.path, assertion).caller_headers(&self.headers);
        if let Some(body) = self.body {
            request = request.body(body.to_string());
        }
        for (header, value) in &self.gateway {
            request = request.gateway(*header, value);
        }
        let reply = self.world.operator.handle(request).await;
        let text = String::from_utf8(reply.body.to_vec()).expect("UTF-8");
        Reply {
            status: reply.status.as_u16(),
            json: serde_json::from_str(&text).unwrap_or_default(),
            text,
            headers: reply.headers,
        }
    }
}

impl Reply {
    /// The body, when the status is the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }

    /// Status, code and slug of a refusal.
    pub fn refusal(&self) -> (u16, u64, &str) {
        let slug = self.json["title"].as_str().or(self.json["data"][0].as_str());
        (self.status, self.json["code"].as_u64().unwrap_or_default(), slug.unwrap_or_default())
    }
}
