//! The operator zone for tests: a real store on either engine, a clock that is set, and the gateway's part played
//! by hand: assertions are signed, private members come as an envelope's text.

#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses a part of it")]

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use commerce::catalogue::{Catalogue, GERMANY};
use contract::assertion::Assertion;
use contract::{Party, Role, profile};
use edge::http::Method;
use edge::{GatewayHeader, HeaderMap, OperatorRequest, Signer, names};
use jiff::{SignedDuration, Timestamp};
use kernel::{AccountId, AppId, Clock, Entropy, TenantId, UserId};
use operator::{Operator, OperatorConfig};
use serde_json::{Value, json};
use store::operator::accounts::{self, AccountKind, AccountRow, AccountStatus};
use store::testing::TestStore;
use uuid::Uuid;

/// The day on which every test begins.
pub const START: &str = "2026-01-15T09:00:00Z";
/// What stands where an envelope would.
pub const ENVELOPE: &str =
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ";

/// A clock that a test sets.
pub struct SetClock(AtomicI64);

impl SetClock {
    /// Moves on.
    pub fn pass(&self, duration: SignedDuration) {
        self.0.fetch_add(i64::try_from(duration.as_micros()).expect("a test's span"), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("a test's instant")
    }
}

/// The same numbers in every run.
pub struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, into: &mut [u8]) {
        for chunk in into.chunks_mut(8) {
            // An odd multiplier spreads the count over all bytes, so that ids differ in every part.
            let next = self.0.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            chunk.copy_from_slice(&next.to_be_bytes()[..chunk.len()]);
        }
    }
}

/// The zone under test.
pub struct Zone {
    pub operator: Operator,
    pub store: TestStore,
    pub clock: Arc<SetClock>,
    catalogue: Arc<Catalogue>,
    signer: Signer,
    requests: AtomicU64,
    last: Mutex<Option<Uuid>>,
}

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    pub tenant: Uuid,
    pub party: Party,
    pub user: Option<u128>,
    pub role: Role,
}

impl Caller {
    /// A partner's administrator.
    pub fn partner(tenant: u128) -> Self {
        Self { tenant: Uuid::from_u128(tenant), party: Party::Partner, user: Some(1), role: Role::AdminAgent }
    }
    /// One of the operator's people.
    pub fn staff(person: u128) -> Self {
        Self {
            tenant: Uuid::from_u128(0xF0),
            party: Party::Operator,
            user: Some(person),
            role: Role::OperatorStaff,
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
    pub headers: HeaderMap,
}

impl Reply {
    /// The body of an answer that must be a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.body);
        self.body
    }

    /// Demands a refusal with this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: u64) -> Value {
        assert_eq!((self.status, self.body["code"].as_u64()), (status, Some(code)), "{}", self.body);
        self.body
    }
}

impl Zone {
    pub fn new(store: TestStore) -> Self {
        Self::with(store, START.parse().expect("an instant"), catalogue())
    }

    /// A zone that begins at another time and sells something else.
    pub fn with(store: TestStore, start: Timestamp, catalogue: Catalogue) -> Self {
        let clock = Arc::new(SetClock(AtomicI64::new(start.as_microsecond())));
        let signer = Signer::from_seed(&[7; 32]).expect("a seed of 32 bytes");
        let catalogue = Arc::new(catalogue);
        let operator = Operator::new(OperatorConfig {
            store: store.clone(),
            profile: Arc::new(german_profile()),
            catalogue: catalogue.clone(),
            trustee_keys: vec![signer.public_key()],
            clock: clock.clone(),
            entropy: Arc::new(Counting(AtomicU64::new(1))),
        });
        Self {
            operator,
            store,
            clock,
            catalogue,
            signer,
            requests: AtomicU64::new(1),
            last: Mutex::new(None),
        }
    }

    /// An assertion as the gateway would sign it now.
    pub fn assertion(&self, caller: Caller) -> String {
        let now = self.clock.now().as_second();
        self.signer.sign(&Assertion {
            tenant: TenantId(caller.tenant),
            party: caller.party,
            user: caller.user.map(|id| UserId(Uuid::from_u128(id))),
            roles: if caller.user.is_some() { vec![caller.role] } else { vec![] },
            app: AppId(Uuid::from_u128(0xA0)),
            mfa: true,
            correlation: None,
            locale: None,
            issued: now,
            expires: now + 60,
        })
    }

    /// A call with a request id of its own.
    pub async fn call(&self, caller: Caller, method: &str, path: &str, body: Value) -> Reply {
        let request_id = Uuid::from_u128(u128::from(self.requests.fetch_add(1, Ordering::SeqCst)));
        self.call_as(request_id, caller, method, path, body).await
    }

    /// A call with this request id. The MAC stands for the plain body, as the gateway's does.
    pub async fn call_as(&self, id: Uuid, caller: Caller, method: &str, path: &str, body: Value) -> Reply {
        *self.last.lock().expect("no test panicked here") = Some(id);
        let mut headers = HeaderMap::new();
        headers.insert(names::REQUEST_ID, id.to_string().parse().expect("a header"));
        let method: Method = method.parse().expect("a method");
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let mac =
            format!("{:x}", bytes.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(*byte)));
        let request = OperatorRequest::new(method, path, self.assertion(caller))
            .caller_headers(&headers)
            .gateway(GatewayHeader::RequestMac, &mac)
            .gateway(GatewayHeader::MintedId, &Uuid::from_u128(0xC000 + id.as_u128()).to_string())
            .body(bytes);
        self.send(request).await
    }

    /// Any message.
    pub async fn send(&self, request: OperatorRequest) -> Reply {
        let reply = self.operator.handle(request).await;
        let body = if reply.body.is_empty() { Value::Null } else { json_or_text(&reply.body) };
        Reply { status: reply.status.as_u16(), body, headers: reply.headers }
    }

    pub async fn get(&self, caller: Caller, path: &str) -> Reply {
        self.call(caller, "GET", path, Value::Null).await
    }

    /// One more node over the same data.
    pub fn second_node(&self) -> Operator {
        Operator::new(OperatorConfig {
            store: self.store.clone(),
            profile: Arc::new(german_profile()),
            catalogue: self.catalogue.clone(),
            trustee_keys: vec![self.signer.public_key()],
            clock: self.clock.clone(),
            entropy: Arc::new(Counting(AtomicU64::new(1 << 40))),
        })
    }

    /// An approved account, as enrolment leaves it behind.
    pub async fn account(&self, tenant: u128, sandbox: bool) -> Caller {
        self.account_like(tenant, |row| row.sandbox = sandbox).await
    }

    /// An approved account with something else about it.
    pub async fn account_like(&self, tenant: u128, other: impl FnOnce(&mut AccountRow)) -> Caller {
        let id = AccountId(Uuid::from_u128(tenant));
        let mut row = AccountRow {
            account_id: id,
            kind: AccountKind::Direct,
            sandbox: true,
            status: AccountStatus::Active,
            company_name: format!("Partner {tenant:x} GmbH"),
            country: "DE".parse().expect("a country"),
            currency: kernel::Currency::Eur,
            billing_day: 15,
            mpn_id: Some((100_000 + tenant).to_string()),
            vat_id: Some("DE136695976".to_owned()),
            provider_id: None,
            production_id: None,
            clock_owner: id,
            clock_offset: 0,
            limits: String::new(),
            auto_accept: false,
            created: self.clock.now().as_microsecond(),
        };
        other(&mut row);
        if row.sandbox {
            row.auto_accept = true;
        } else {
            "{}".clone_into(&mut row.limits);
        }
        let insert = move |tx: &mut store::Tx| accounts::insert(tx, &row);
        self.store.write("account", insert).await.expect("an account");
        Caller::partner(tenant)
    }

    /// A customer with all agreements accepted; answers its id.
    pub async fn customer(&self, partner: Caller, prefix: &str) -> String {
        let made = self.call(partner, "POST", "/v1/customers", customer(prefix)).await.ok();
        made["id"].as_str().expect("an id").to_owned()
    }
}

fn catalogue() -> Catalogue {
    Catalogue::parse(&GERMANY).expect("the German catalogue")
}

fn german_profile() -> profile::Profile {
    profile::Profile::parse(profile::GERMANY).expect("the German profile")
}

fn json_or_text(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}

/// A customer as the gateway sends it: contact and street sealed.
pub fn customer(prefix: &str) -> Value {
    json!({
        "companyProfile": { "domain": format!("{prefix}.onmicrosoft.de"), "companyName": format!("{prefix} GmbH") },
        "billingProfile": {
            "culture": "de-DE", "language": "de", "companyName": format!("{prefix} GmbH"),
            "defaultAddress": { "country": "DE" },
            "sealed": ENVELOPE,
        },
    })
}

/// Office 365 Enterprise E1 of the sample catalogue, and others by name.
pub fn offer(name: &str) -> String {
    let catalogue = catalogue();
    let found = catalogue.offers().iter().find(|offer| offer.name.en == name && !offer.trial);
    found.unwrap_or_else(|| panic!("no offer named {name}")).id.to_string()
}

/// An order of one line.
pub fn order(offer: &str, quantity: i64) -> Value {
    json!({ "billingCycle": "monthly", "lineItems": [{ "lineItemNumber": 0, "offerId": offer, "quantity": quantity }] })
}
