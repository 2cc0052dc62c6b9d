//! The listener over real loopback sockets: what a client sees of ids, limits, failures and shutdown.

use crate::common::{self, Answer, Fixed, House};
use std::time::Duration;

const ID: &str = "c245e1d5-5bb0-4f0b-90c8-1f4b0c0d0001";

#[tokio::test]
async fn ids_are_echoed_made_or_refused() {
    let house = House::open(common::options()).await;
    for (sent, status, echoed) in [
        (format!("MS-RequestId: {ID}\r\n"), 200, Some(ID.to_owned())),
        (format!("ms-requestid: {}\r\n", ID.to_uppercase()), 200, Some(ID.to_uppercase())),
        (String::new(), 200, None),
        ("MS-RequestId: 17\r\n".to_owned(), 400, None),
    ] {
        let answer = house.send(&format!("GET /v1/fixed HTTP/1.1\r\nHost: x\r\n{sent}\r\n")).await;
        assert_eq!(answer.status, status, "{sent:?}");
        let id = answer.header("ms-requestid").expect("a request id").to_owned();
        assert_eq!(id.len(), 36, "{id:?} is no GUID");
        assert!(echoed.is_none_or(|echoed| echoed == id), "{sent:?} came back as {id:?}");
        assert_eq!(answer.header("ms-correlationid").map(str::len), Some(36));
        assert!(answer.header("ms-cv").is_some_and(|vector| vector.ends_with(".0")));
        assert_eq!(answer.header("ms-serverid"), Some("7"));
        assert!(answer.header("date").is_some());
    }
}

#[tokio::test]
async fn every_answer_is_safe_for_a_browser() {
    let house = House::open(common::options()).await;
    let answer = house.get("/v1/fixed").await;
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("content-security-policy").is_some_and(|policy| policy.contains("sandbox")));
    assert_eq!(answer.header("strict-transport-security"), None);
}

#[tokio::test]
async fn the_locale_is_echoed_when_it_is_one() {
    let house = House::open(common::options()).await;
    for (sent, expected) in [("de-DE", Some("de-DE")), ("<script>", None), ("", None)] {
        let answer =
            house.send(&format!("GET /v1/fixed HTTP/1.1\r\nHost: x\r\nX-Locale: {sent}\r\n\r\n")).await;
        assert_eq!(answer.header("x-locale"), expected, "{sent:?}");
    }
}

#[tokio::test]
async fn a_body_is_read_whole_or_refused() {
    let mut options = common::options();
    options.limits.body = 100;
    let house = House::open(options).await;
    for (path, length, status, slug) in [
        ("/v1/echo", 100, 200, None),
        ("/v1/echo", 101, 400, Some("body_too_large")),
        ("/v1/echo", 100_000, 400, Some("body_too_large")),
        ("/trustee/v1/echo", 101, 413, Some("body_too_large")),
    ] {
        let body = "x".repeat(length);
        let answer = house
            .send(&format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}"))
            .await;
        assert_eq!(answer.status, status, "{length} bytes to {path}");
        assert!(slug.is_none_or(|slug| answer.body.contains(slug)), "{}", answer.body);
        assert_eq!(answer.body == body, slug.is_none());
    }
    let chunked = "POST /v1/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    assert_eq!(house.send(chunked).await.body, "abcde");
}

#[tokio::test]
async fn a_caller_who_asks_first_is_answered_first() {
    let mut options = common::options();
    options.limits.body = 100;
    let house = House::open(options).await;
    let head = |length: usize| {
        format!(
            "POST /v1/echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
        )
    };
    assert_eq!(house.send(&head(101)).await.status, 400);
    let mut connection = house.connect().await;
    connection.write(&head(2)).await;
    assert_eq!(connection.read_head().await.lines().next(), Some("HTTP/1.1 100 Continue"));
    connection.write("{}").await;
    assert_eq!(connection.read_answer().await.body, "{}");
}

#[tokio::test]
async fn a_panic_is_answered_counted_and_harms_nobody() {
    let house = House::open(common::options()).await;
    for (method, path, kind) in [
        ("GET", "/v1/panic", "application/json; charset=utf-8"),
        ("POST", "/v1/panic", "application/json; charset=utf-8"),
        ("POST", "/enrollment/v1/panic", "application/problem+json"),
    ] {
        let answer =
            house.send(&format!("{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")).await;
        assert_eq!((answer.status, answer.header("content-type")), (500, Some(kind)), "{method} {path}");
        assert!(!answer.body.contains("canary"), "the panic's text reached the caller: {}", answer.body);
        assert_eq!(house.get("/v1/fixed").await.status, 200);
    }
    assert!(house.metrics.encode().contains("treuhand_http_panics_total 3"));
}

#[tokio::test]
async fn compression_is_for_long_answers_that_are_asked_for_it() {
    let house = House::open(common::options()).await;
    for (path, accept, expected) in [
        ("/v1/long", "gzip", true),
        ("/v1/long", "identity", false),
        ("/v1/fixed", "gzip", false),
        ("/v1/page", "gzip", false),
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: {accept}\r\n\r\n");
        let Answer { headers, bytes, .. } = house.send(&request).await;
        let zipped = headers.get("content-encoding").is_some_and(|coding| coding == "gzip");
        assert_eq!(zipped, expected, "{path} for {accept}");
        if zipped {
            assert_eq!(common::gunzip(&bytes), Fixed::long());
        }
    }
}

#[tokio::test]
async fn management_paths_answer_only_where_they_should() {
    let mut options = common::options();
    let house = House::open(options.clone()).await;
    assert_eq!(house.get("/health").await.body, r#"{"status":"ok"}"#);
    assert_eq!(house.get("/metrics").await.status, 404);
    options.expose_metrics = true;
    let house = House::open(options.clone()).await;
    house.get("/health").await;
    assert!(house.get("/metrics").await.body.contains("treuhand_http_requests_total{operation=\"health\""));
    options.health.set_ready(false);
    assert_eq!(house.get("/health").await.status, 503);
}

#[tokio::test]
async fn a_shutdown_lets_running_calls_finish_even_without_their_callers() {
    let house = House::open(common::options()).await;
    let mut waiting = house.connect().await;
    waiting.write("POST /v1/gate HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").await;
    let mut gone = house.connect().await;
    gone.write("POST /v1/gate HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").await;
    house.zone.both_inside().await;
    drop(gone);
    let (zone, address) = (house.zone.clone(), house.address);
    let closing = tokio::spawn(house.close());
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await; // until the door is shut
    }
    assert!(!closing.is_finished(), "closed before the calls were done");
    zone.open_gate();
    assert_eq!(waiting.read_answer().await.status, 200);
    assert!(closing.await.expect("no panic"), "not everything finished");
    assert_eq!(zone.finished(), 2);
}

#[tokio::test]
async fn silent_connections_are_closed() {
    let mut options = common::options();
    options.limits.idle = Duration::from_millis(50);
    let house = House::open(options).await;
    let mut connection = house.connect().await;
    connection.write("GET /v1/fixed HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(connection.read_answer().await.status, 200);
    assert!(connection.is_closed().await, "an idle connection stays open");
    let mut slow = house.connect().await;
    slow.write("GET /v1/fixed HTTP/1.1\r\nHo").await;
    assert!(slow.is_closed().await, "half a head keeps a connection");
}

#[tokio::test]
async fn too_many_headers_are_refused() {
    let house = House::open(common::options()).await;
    let headers = |count: usize| "x-a: b\r\n".repeat(count);
    for (count, status) in [(63, 200), (65, 431)] {
        let answer =
            house.send(&format!("GET /v1/fixed HTTP/1.1\r\nHost: x\r\n{}\r\n", headers(count))).await;
        assert_eq!(answer.status, status, "{count} headers");
    }
}

#[tokio::test]
async fn more_connections_than_seats_wait_for_one() {
    let mut options = common::options();
    options.limits.connections = 1;
    let house = House::open(options).await;
    let mut first = house.connect().await;
    first.write("GET /v1/fixed HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(first.read_answer().await.status, 200);
    let mut second = house.connect().await;
    second.write("GET /v1/fixed HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let waited = tokio::time::timeout(Duration::from_millis(50), second.read_answer()).await;
    assert!(waited.is_err(), "a second connection was served beside the first");
    drop(first);
    assert!(second.read_head().await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn http_2_is_spoken_too() {
    use http_body_util::{BodyExt, Full};
    use hyper_util::client::legacy::Client;
    use hyper_util::rt::TokioExecutor;
    let house = House::open(common::options()).await;
    let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http::<Full<bytes::Bytes>>();
    let request = http::Request::builder()
        .method("POST")
        .uri(format!("http://{}/v1/echo", house.address))
        .body(Full::from("hello"))
        .expect("a request");
    let answer = client.request(request).await.expect("an answer");
    assert_eq!(answer.version(), http::Version::HTTP_2);
    assert_eq!(answer.into_body().collect().await.expect("a body").to_bytes(), "hello");
    drop(client);
    assert!(house.close().await);
}
