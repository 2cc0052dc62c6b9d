//! The client against an API that answers from a script and remembers what it was asked.

use bytes::Bytes;
use client::{Call, Client, Config, Credentials, Error, Retry, Sending, Transport, TransportError};
use contract::operations::{GetCustomer, ListCustomers};
use http::{HeaderMap, Request, Response};
use kernel::Entropy;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

struct Counting(AtomicU8);
impl Entropy for Counting {
    fn fill(&self, into: &mut [u8]) {
        for byte in into {
            *byte = self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

struct Asked {
    line: String,
    headers: HeaderMap,
    body: String,
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }
}

/// Answers in order: a status and a body, or no answer at all. The directory always gives `token 1`, `token 2`, ….
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Option<(u16, &'static str)>>>,
    asked: Mutex<Vec<Asked>>,
    tokens: AtomicU8,
}

impl Script {
    fn asked(&self, line: &str) -> Vec<Asked> {
        let mut all = self.asked.lock().expect("not poisoned");
        let (wanted, rest) = all.drain(..).partition(|asked| asked.line.starts_with(line));
        *all = rest;
        wanted
    }
}

impl Transport for Script {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        let (parts, body) = request.into_parts();
        let token = parts.uri.path().contains("oauth2");
        self.asked.lock().expect("not poisoned").push(Asked {
            line: format!("{} {}", parts.method, parts.uri),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).expect("text"),
        });
        let answer = if token {
            let count = self.tokens.fetch_add(1, Ordering::Relaxed) + 1;
            let body = format!(
                r#"{{"access_token":"token {count}","expires_in":"3600","refresh_token":"again {count}"}}"#
            );
            Ok(Response::new(Bytes::from(body)))
        } else {
            match self.answers.lock().expect("not poisoned").pop_front().expect("an answer in the script") {
                Some((status, body)) => {
                    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
                    *response.status_mut() = status.try_into().expect("a status");
                    Ok(response)
                }
                None => Err(TransportError("cut".to_owned())),
            }
        };
        Box::pin(async move { answer })
    }
}

fn client(answers: &[Option<(u16, &'static str)>], credentials: Credentials) -> (Client, Arc<Script>) {
    let script =
        Arc::new(Script { answers: Mutex::new(answers.iter().copied().collect()), ..Script::default() });
    let mut config = Config::new("https://api.example/", "https://login.example/");
    config.retry = Retry { tries: 3, first_wait: Duration::ZERO, longest_wait: Duration::ZERO };
    config.locale = Some("de-DE".to_owned());
    (Client::new(config, credentials, script.clone(), Arc::new(Counting(AtomicU8::new(0)))), script)
}

fn app() -> Credentials {
    Credentials::app("contoso.example", "the app", "the secret")
}

const ID: &str = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04";
const CUSTOMER: Option<(u16, &str)> = Some((200, r#"{"id":"4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"}"#));

#[tokio::test]
async fn a_call_says_who_calls_and_under_which_id() {
    let (client, script) = client(&[CUSTOMER, CUSTOMER], app());
    for _ in 0..2 {
        let answer = client.call(Call::to(GetCustomer).param("customer-id", ID)).await.expect("an answer");
        assert_eq!(answer.status, 200);
    }
    let tokens = script.asked("POST https://login.example/contoso.example/oauth2/v2.0/token");
    assert_eq!(tokens.len(), 1, "one token serves both calls");
    assert!(
        tokens[0].body.contains("grant_type=client_credentials&client_id=the+app&client_secret=the+secret")
    );
    let calls = script.asked(&format!("GET https://api.example/v1/customers/{ID}"));
    assert_eq!(calls.len(), 2);
    assert_ne!(calls[0].header("ms-requestid"), calls[1].header("ms-requestid"));
    assert_eq!(calls[0].header("authorization"), "Bearer token 1");
    assert_eq!(calls[0].header("x-locale"), "de-DE");
}

#[tokio::test]
async fn a_repeated_call_keeps_its_id() {
    let (client, script) = client(&[Some((500, "")), None, CUSTOMER], app());
    client.call(Call::to(GetCustomer).param("customer-id", ID)).await.expect("the third answer");
    let calls = script.asked("GET");
    let ids: Vec<_> = calls.iter().map(|call| call.header("ms-requestid")).collect();
    assert_eq!((ids.len(), ids[0] == ids[1], ids[1] == ids[2]), (3, true, true));
}

#[tokio::test]
async fn what_is_refused_for_good_is_asked_once() {
    for status in [400, 403, 404, 409, 501] {
        let body = r#"{"code":2055,"description":"Stale.","data":["stale_etag"]}"#;
        let (client, script) = client(&[Some((status, body))], app());
        let error = client.call(Call::to(GetCustomer).param("customer-id", ID)).await.expect_err("a refusal");
        let refusal = error.refusal().expect("read");
        assert_eq!((refusal.status, refusal.code, refusal.slug()), (status, 2055, Some("stale_etag")));
        assert_eq!(script.asked("GET").len(), 1);
    }
}

#[tokio::test]
async fn a_token_that_ended_early_is_renewed_once() {
    let refused = Some((401, ""));
    let (one, script) = client(&[refused, CUSTOMER], Credentials::refresh("t", "app", None, "first"));
    one.call(Call::to(GetCustomer).param("customer-id", ID)).await.expect("with the second token");
    let asked: Vec<_> = script.asked("POST").into_iter().map(|asked| asked.body).collect();
    assert!(
        asked[0].ends_with("refresh_token=first") && asked[1].ends_with("refresh_token=again+1"),
        "{asked:?}"
    );
    let (two, script) = client(&[refused, refused], app());
    let error = two.call(Call::to(GetCustomer).param("customer-id", ID)).await.expect_err("a refusal");
    assert_eq!(error.refusal().map(|refusal| refusal.status), Some(401));
    assert_eq!(script.asked("GET").len(), 2);
    let (given, script) = client(&[refused], Credentials::token("mine"));
    assert!(given.call(Call::to(GetCustomer).param("customer-id", ID)).await.is_err());
    assert_eq!((script.asked("POST").len(), script.asked("GET").len()), (0, 1));
}

#[tokio::test]
async fn a_list_is_followed_to_its_end() {
    let first = r#"{"totalCount":1,"items":[{"id":"a"}],"links":{"next":{"uri":"/customers?size=1&seekOperation=Next",
        "method":"GET","headers":[{"key":"MS-ContinuationToken","value":"t1"},{"key":"Authorization","value":"x"}]}}}"#;
    let last = r#"{"totalCount":1,"items":[{"id":"b"}]}"#;
    let (client, script) = client(&[Some((200, first)), Some((200, last))], app());
    let all = client.all(Call::to(ListCustomers).query("size", 1)).await.expect("both pages");
    assert_eq!(all.len(), 2);
    let asked = script.asked("GET");
    assert_eq!(asked[1].line, "GET https://api.example/v1/customers?size=1&seekOperation=Next");
    assert_eq!(asked[1].header("ms-continuationtoken"), "t1");
    assert_eq!(asked[1].header("authorization"), "Bearer token 1", "a link cannot speak for us");
}

#[tokio::test]
async fn a_call_that_cannot_be_right_is_not_made() {
    let (client, script) = client(&[], app());
    for call in [
        Call::to(GetCustomer),
        Call::to(GetCustomer).param("customer-id", ".."),
        Call::to(GetCustomer).param("customer", ID),
        Call::to(GetCustomer).param("customer-id", ID).query("siez", 1),
        Call::to(GetCustomer).param("customer-id", ID).header("x", "a\r\nb"),
    ] {
        assert!(matches!(client.call(call).await, Err(Error::Input { operation: "get-customer", .. })));
    }
    assert!(script.asked("GET").is_empty());
}

#[test]
fn nobody_sees_a_secret() {
    let (client, _) = client(&[], app());
    assert!(!format!("{client:?} {:?}", app()).contains("the secret"));
}
