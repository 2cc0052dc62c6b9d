//! A trustee for tests: one visitor, and answers to calls by the operation's id.

use bytes::Bytes;
use client::{Sending, Transport};
use contract::profile::Profile;
use contract::route::route;
use contract::{Party, Role};
use edge::http::{self, Request as HttpRequest, Response as HttpResponse};
use edge::{HeaderMap, Request, Response};
use jiff::Timestamp;
use kernel::{Clock, Entropy, Problem};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use crate::backend::{Backend, Later, SignedIn, Visitor};
use crate::portal::{Portal, Settings};

/// A call that reached the contract.
#[derive(Clone, Debug)]
pub(super) struct Called {
    pub(super) id: &'static str,
    pub(super) target: String,
    pub(super) request_id: String,
    pub(super) body: Value,
}

/// What the contract answers.
type Answers = Box<dyn Fn(&str) -> (u16, Value) + Send + Sync>;

/// The contract behind the portal.
pub(super) struct Desk {
    answers: Answers,
    pub(super) calls: Mutex<Vec<Called>>,
}

impl Transport for Desk {
    fn send(&self, request: HttpRequest<Bytes>) -> Sending<'_> {
        let method = request.method().as_str().parse().expect("a method of the contract");
        let spec = route(method, request.uri().path()).expect("a call of the contract").spec;
        assert!(!request.headers().contains_key("authorization"), "the portal has no tokens");
        self.calls.lock().expect("no panic elsewhere").push(Called {
            id: spec.id,
            target: request.uri().path_and_query().expect("a path").to_string(),
            request_id: request.headers()["ms-requestid"].to_str().expect("text").to_owned(),
            body: serde_json::from_slice(request.body()).unwrap_or(Value::Null),
        });
        let (status, body) = (self.answers)(spec.id);
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        Box::pin(async move { Ok(HttpResponse::builder().status(status).body(body).expect("a response")) })
    }
}

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        "2018-05-12T10:00:00Z".parse().expect("a time")
    }
}

struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, into: &mut [u8]) {
        into.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

struct Door(Option<SignedIn>);

impl Backend for Door {
    fn visitor<'a>(&'a self, _headers: &'a HeaderMap) -> Later<'a, Result<Option<SignedIn>, Problem>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
    fn sign_in(&self, back_to: &str) -> String {
        format!("/signin?to={back_to}")
    }
    fn link_sign_in(&self) -> String {
        "/signin/link".to_owned()
    }

    fn sign_out(&self) -> String {
        "/signout".to_owned()
    }
    fn level(&self) -> ledger::Level {
        ledger::Level::L2
    }
}

/// The portal with its contract.
pub(super) struct House {
    pub(super) portal: Portal,
    pub(super) desk: Arc<Desk>,
}

pub(super) const TOKEN: &str = "the-session-s-token";

impl House {
    /// A house in which somebody with these roles is signed in; nobody, if there are none.
    pub(super) fn with(
        roles: &[Role],
        answers: impl Fn(&str) -> (u16, Value) + Send + Sync + 'static,
    ) -> Self {
        let desk = Arc::new(Desk { answers: Box::new(answers), calls: Mutex::default() });
        let visitor = roles.first().map(|role| SignedIn {
            visitor: Visitor {
                tenant: "1e2f3a4b-0000-4000-8000-000000000001".parse().expect("an id"),
                organisation: "Nordlicht".to_owned(),
                user: "1e2f3a4b-0000-4000-8000-000000000002".parse().expect("an id"),
                display_name: "Erika".to_owned(),
                roles: roles.to_vec(),
                party: role.party(),
                csrf: TOKEN.to_owned(),
                language: Some("en-US".to_owned()),
            },
            api: Arc::clone(&desk) as Arc<dyn Transport>,
        });
        let portal = Portal::new(Settings {
            profile: Arc::new(Profile::parse(contract::profile::GERMANY).expect("a profile")),
            backend: Arc::new(Door(visitor)),
            clock: Arc::new(Fixed),
            entropy: Arc::new(Counting(AtomicU8::new(1))),
            secure: true,
        });
        Self { portal, desk }
    }

    pub(super) async fn get(&self, target: &str) -> Response {
        self.ask("GET", target, "", &[]).await
    }

    /// Sends a form of the session.
    pub(super) async fn post(&self, target: &str, form: &str) -> Response {
        self.ask("POST", target, &format!("csrf={TOKEN}&{form}"), &[]).await
    }

    pub(super) async fn ask(
        &self,
        method: &str,
        target: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Response {
        let mut builder = http::Request::builder().method(method).uri(target);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let (parts, ()) = builder.body(()).expect("a request").into_parts();
        let request = Request::from_parts(parts, Bytes::copy_from_slice(body.as_bytes()));
        self.portal.page(request).await.expect("a page of the portal")
    }

    /// The ids of the operations that were called.
    pub(super) fn called(&self) -> Vec<&'static str> {
        self.desk.calls.lock().expect("no panic elsewhere").iter().map(|call| call.id).collect()
    }

    pub(super) fn last(&self) -> Called {
        self.desk.calls.lock().expect("no panic elsewhere").last().expect("a call").clone()
    }
}

pub(super) fn text(response: &Response) -> String {
    String::from_utf8(response.body.to_vec()).expect("UTF-8")
}

/// An error of the contract.
pub(super) fn refusal(code: u32, slug: &str, description: &str) -> Value {
    json!({ "code": code, "description": description, "data": [slug], "source": "Treuhand" })
}

/// An address of this form.
pub(super) fn example(pattern: &str) -> String {
    let segments = pattern.split('/').map(|segment| match segment {
        "{customer}" | "{subscription}" | "{user}" | "{request}" | "{report}" | "{person}" => {
            "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"
        }
        "{ticket}" => "616122292874576",
        "{offer}" => "MS-AZR-DE-0145P",
        "{order}" => "CF3B0A5B-2F3A",
        "{invoice}" => "Recurring-D020001IVK",
        literal => {
            assert!(!literal.starts_with('{'), "no example for {literal}");
            literal
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// What a partner's salesperson and administrator may be.
pub(super) const SELLER: &[Role] = &[Role::AdminAgent];

/// Somebody of this kind of tenant with all its roles.
pub(super) fn everything(party: Party) -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| role.party() == party).collect()
}
