//! A zone over a fresh store, with a gateway's pen: signed assertions, minted ids, request ids with the MAC of what
//! was asked, envelopes that mean nothing.
//!
//! Time stands still until a test moves it; ids come from a counter, so that answers can be compared. Partners join
//! by the door that partners use; only what no enrolment gives is written into the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use commerce::catalogue::{Catalogue, GERMANY};
use contract::assertion::Assertion;
use contract::operation::{Party, Role};
use contract::profile::Profile;
use edge::http::{HeaderMap, HeaderName, HeaderValue, Method};
use edge::{GatewayHeader, OperatorRequest, Signer};
use jiff::{SignedDuration, Timestamp};
use kernel::{AccountId, AppId, Clock, Entropy, TenantId, UserId};
use operator::{Operator, OperatorConfig};
use serde_json::{Value, json};
use store::operator::accounts::{self, AccountKind, AccountRow, AccountStatus};
use store::testing::TestStore;
use uuid::Uuid;

/// When every test begins that says nothing else.
const START: &str = "2026-01-15T09:00:00Z";
/// The trustee's signing key.
const SEED: [u8; 32] = [7; 32];
/// Stands for sealed members; its form is an envelope's.
pub const ENVELOPE: &str = "AAAAsealed";

/// A zone and its surroundings.
pub struct World {
    /// The zone itself, for what comes through no door.
    pub operator: Operator,
    /// What it stores.
    pub store: TestStore,
    /// Its clock.
    pub clock: Arc<Hand>,
    profile: Arc<Profile>,
    catalogue: Arc<Catalogue>,
    signer: Signer,
    next: AtomicU64,
}

/// A clock that stands still until it is moved; microseconds.
pub struct Hand(AtomicI64);

impl Hand {
    /// Lets real time pass.
    pub fn pass(&self, span: SignedDuration) {
        self.0.fetch_add(i64::try_from(span.as_micros()).expect("a test's span"), Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).expect("in range")
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
#[derive(Clone, Copy, Debug)]
pub struct Who {
    /// The tenant; a partner's is its account id.
    pub tenant: Uuid,
    party: Party,
    user: Option<Uuid>,
    roles: &'static [Role],
}

impl Who {
    /// A partner's administrator.
    pub fn partner(number: u128) -> Self {
        Self::agent(number, &[Role::GlobalAdmin, Role::AdminAgent])
    }

    /// One of a partner's people, with these roles.
    pub fn agent(number: u128, roles: &'static [Role]) -> Self {
        Self { tenant: partner_id(number), party: Party::Partner, user: Some(Uuid::from_u128(number)), roles }
    }

    /// One of the operator's people.
    pub fn staff(number: u128) -> Self {
        let roles = &[Role::OperatorStaff];
        let tenant = Uuid::from_u128(0xE);
        Self { tenant, party: Party::Operator, user: Some(Uuid::from_u128(0xE00 + number)), roles }
    }

    /// The administrator of a customer.
    pub fn customer(id: &str) -> Self {
        let tenant = id.parse().expect("a customer's id");
        let roles = &[Role::CustomerAdmin];
        Self { tenant, party: Party::Customer, user: Some(Uuid::from_u128(0xC05)), roles }
    }

    /// The trustee's own application.
    pub fn trustee() -> Self {
        Self { tenant: Uuid::from_u128(0x7), party: Party::Trustee, user: None, roles: &[] }
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
    request: Option<Uuid>,
    minted: Option<String>,
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
        Self::with(store, START.parse().expect("an instant"), profile, catalogue())
    }

    /// A zone that begins at another time and sells something else.
    pub fn selling(store: TestStore, start: Timestamp, catalogue: Catalogue) -> Self {
        Self::with(store, start, contract::profile::GERMANY, catalogue)
    }

    fn with(store: TestStore, start: Timestamp, profile: &str, catalogue: Catalogue) -> Self {
        let clock = Arc::new(Hand(AtomicI64::new(start.as_microsecond())));
        let signer = Signer::from_seed(&SEED).expect("32 bytes");
        let profile = Arc::new(Profile::parse(profile).expect("a profile"));
        let catalogue = Arc::new(catalogue);
        let operator = node(&store, &profile, &catalogue, &signer, &clock, 1);
        Self { operator, store, clock, profile, catalogue, signer, next: AtomicU64::new(1) }
    }

    /// One more node over the same data.
    pub fn second_node(&self) -> Operator {
        node(&self.store, &self.profile, &self.catalogue, &self.signer, &self.clock, 1 << 40)
    }

    /// A call of `who`, e.g. `world.call(&who, "GET", "/v1/customers")`.
    pub fn call(&self, who: &Who, method: &str, path: impl Into<String>) -> Call<'_> {
        let method = method.parse().expect("a method");
        Call {
            world: self,
            who: *who,
            method,
            path: path.into(),
            body: None,
            headers: HeaderMap::new(),
            request: Some(self.fresh()),
            minted: Some(self.fresh().to_string()),
        }
    }

    /// Reads something.
    pub async fn get(&self, who: &Who, path: &str) -> Reply {
        self.call(who, "GET", path).send().await
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
            roles: who.roles.to_vec(),
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

    /// An approved account that enrolment would not leave behind.
    pub async fn account(&self, number: u128, other: impl FnOnce(&mut AccountRow)) -> Who {
        let account_id = AccountId(partner_id(number));
        let mut row = AccountRow {
            account_id,
            kind: AccountKind::Direct,
            sandbox: true,
            status: AccountStatus::Active,
            company_name: format!("Partner {number} GmbH"),
            country: "DE".parse().expect("a country"),
            currency: kernel::Currency::Eur,
            billing_day: 15,
            mpn_id: Some((4_000_000 + number).to_string()),
            vat_id: None,
            provider_id: None,
            production_id: None,
            clock_owner: account_id,
            clock_offset: 0,
            limits: "{}".to_owned(),
            auto_accept: true,
            created: self.clock.now().as_microsecond(),
        };
        other(&mut row);
        self.store.write("account", move |tx| accounts::insert(tx, &row)).await.expect("an account");
        Who::partner(number)
    }

    /// Seats of Office 365 E1 for a new customer; the customer and the subscription.
    pub async fn sold(&self, who: &Who, prefix: &str, seats: i64) -> (String, String) {
        let customer = self.customer(who, prefix, json!({})).await;
        let order = order(&offer("Office 365 Enterprise E1"), seats);
        let made =
            self.call(who, "POST", format!("/v1/customers/{customer}/orders")).body(order).send().await;
        let subscription = made.ok()["lineItems"][0]["subscriptionId"].as_str().expect("an id").to_owned();
        (customer, subscription)
    }

    /// A new customer; its id.
    pub async fn customer(&self, who: &Who, prefix: &str, change: Value) -> String {
        let id = self.fresh().to_string();
        let call = self.call(who, "POST", "/v1/customers").body(merged(customer(prefix), change)).minted(&id);
        call.send().await.expect(201);
        id
    }
}

fn node(
    store: &TestStore,
    profile: &Arc<Profile>,
    catalogue: &Arc<Catalogue>,
    signer: &Signer,
    clock: &Arc<Hand>,
    first_id: u64,
) -> Operator {
    Operator::new(OperatorConfig {
        store: (**store).clone(),
        profile: profile.clone(),
        catalogue: catalogue.clone(),
        trustee_keys: vec![signer.public_key()],
        clock: clock.clone(),
        entropy: Arc::new(Counter(AtomicU64::new(first_id))),
    })
}

fn catalogue() -> Catalogue {
    Catalogue::parse(&GERMANY).expect("the German catalogue")
}

/// The id of an offer of the German catalogue by its English name.
pub fn offer(name: &str) -> String {
    let catalogue = catalogue();
    let found = catalogue.offers().iter().find(|offer| offer.name.en == name && !offer.trial);
    found.unwrap_or_else(|| panic!("no offer named {name}")).id.to_string()
}

/// An order of one line.
pub fn order(offer: &str, quantity: i64) -> Value {
    json!({ "billingCycle": "monthly", "lineItems": [{ "lineItemNumber": 0, "offerId": offer, "quantity": quantity }] })
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

    /// With this id as the one that the gateway minted.
    pub fn minted(mut self, id: &str) -> Self {
        self.minted = Some(id.to_owned());
        self
    }

    /// As one more try of the logical call with this id.
    pub fn request(mut self, id: Uuid) -> Self {
        self.request = Some(id);
        self
    }

    /// Without the id of a logical call and without a minted one.
    pub fn bare(mut self) -> Self {
        (self.request, self.minted) = (None, None);
        self
    }

    /// With a header of the caller.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        self.headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
        self
    }

    /// Sends it. The MAC stands for the plain body, as the gateway's does.
    pub async fn send(mut self) -> Reply {
        let body = self.body.take().map(|body| body.to_string()).unwrap_or_default();
        if let Some(id) = self.request {
            self = self.header("ms-requestid", &id.to_string());
        }
        let assertion = self.world.assertion(&self.who);
        let mut request =
            OperatorRequest::new(self.method, self.path, assertion).caller_headers(&self.headers);
        if self.request.is_some() {
            let mac = body.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
            request = request.gateway(GatewayHeader::RequestMac, &format!("{mac:x}"));
        }
        if let Some(id) = &self.minted {
            request = request.gateway(GatewayHeader::MintedId, id);
        }
        if !body.is_empty() {
            request = request.body(body);
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

    /// The body of any success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text);
        self.json
    }

    /// Demands a refusal with this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: u64) {
        assert_eq!((self.status, self.json["code"].as_u64()), (status, Some(code)), "{}", self.text);
    }

    /// Status, code and slug of a refusal.
    pub fn refusal(&self) -> (u16, u64, &str) {
        let slug = self.json["title"].as_str().or(self.json["data"][0].as_str());
        (self.status, self.json["code"].as_u64().unwrap_or_default(), slug.unwrap_or_default())
    }
}
