//! Everything that programs say about what they do, while they are given every reason to say too much.

use std::io;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use testkit::{Ask, Door, customer};
use tracing_subscriber::fmt::MakeWriter;

use crate::canary::letters;
use crate::claim::Verdict;
use crate::flows;
use crate::stage::Stage;

/// What was logged since the last look, by both zones, down to the finest level.
static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Keep;

impl io::Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Keep {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        Self
    }
}

/// Listens to everything from now on.
pub fn listen() {
    let everything = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::TRACE);
    let _ = everything.with_ansi(false).with_writer(Keep).try_init(); // set already is as good
}

fn logged() -> Vec<u8> {
    std::mem::take(&mut *LOGGED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Plays everything people do, then everything they do wrong, and reads what was said about it.
pub async fn play(stage: &mut Stage) -> Result<Verdict> {
    listen();
    logged();
    let played = flows::play(stage).await?;
    ensure!(played.failed.is_empty(), "the flows did not run: {}", played.failed.join(", "));
    let victim = played.victim.context("a customer")?.id;
    let door = Door::open(stage.gateway().clone()).await?;
    let (mut errors, mut said, mut broken_calls) = (Vec::new(), Vec::new(), 0);
    for ask in wrongs(stage, &victim) {
        let got = door.call(ask.bearer(&stage.app)).await?;
        broken_calls += u32::from(got.status >= 400);
        if got.status >= 400 {
            errors.extend_from_slice(&got.body);
            said.extend(got.headers.values().flat_map(|value| value.as_bytes().to_vec()));
        }
    }
    let lies = ["not JSON: ", "{\"id\": \"", "{\"code\": 1, \"description\": \""];
    for (start, status) in lies.into_iter().zip([200, 200, 500]) {
        let said = format!("{start}{}\"}}", stage.aviary.plant("a lie of the operator's", "answer"));
        stage.town.tap.lies(move |_, reply| {
            reply.status = edge::StatusCode::from_u16(status).unwrap_or_default();
            reply.body = said.clone().into();
        });
        let got = door.call(Ask::get(format!("/v1/customers/{victim}")).bearer(&stage.app)).await?;
        ensure!(got.status >= 500, "a lie was believed: {}", got.status);
    }
    stage.town.tap.is_honest();
    let metrics = door.metrics();
    door.close().await?;
    let log = logged();
    let refusals = String::from_utf8_lossy(&log).matches("was refused").count();
    ensure!(refusals >= 2, "{refusals} of the operator's lies were logged: is anybody listening?");
    ensure!(broken_calls > 10, "only {broken_calls} calls went wrong");
    ensure!(metrics.contains("create-customer"), "the meters know no calls");
    let searcher = stage.searcher()?;
    let mut found = searcher.bytes("the log", &log);
    found.extend(searcher.bytes("an error", &errors));
    found.extend(searcher.bytes("a header of an error", &said));
    found.extend(searcher.bytes("the metrics", metrics.as_bytes()));
    let sizes = (log.len(), errors.len(), metrics.len());
    Ok(Verdict::of(
        found,
        format!("0 hits in {} bytes of log, {} of errors, {} of metrics", sizes.0, sizes.1, sizes.2),
    ))
}

/// Calls that go wrong with a canary in them.
fn wrongs(stage: &mut Stage, victim: &str) -> Vec<Ask> {
    let mut new = |place: &str| stage.aviary.plant("wrong", place);
    let path = format!("/v1/customers/{victim}");
    let mut bad_country = customer("falsch", &["Vor", "Nach", "a@b.example", "+49301", "Weg", "Ort"]);
    bad_country["billingProfile"]["defaultAddress"]["country"] = json!(new("country"));
    let mut bad_culture = customer("falsch", &["Vor", "Nach", "a@b.example", "+49301", "Weg", "Ort"]);
    bad_culture["billingProfile"]["culture"] = json!(new("culture"));
    let mut bad_email = customer("falsch", &["Vor", "Nach", "no address", "+49301", "Weg", "Ort"]);
    bad_email["billingProfile"]["email"] = json!(format!("{} {}", new("email"), letters()));
    let put = |body: String| Ask::new("PUT", format!("{path}/profiles/billing")).raw(body);
    vec![
        Ask::post("/v1/customers", &bad_country),
        Ask::post("/v1/customers", &bad_culture),
        Ask::post("/v1/customers", &bad_email),
        put(format!("{{\"firstName\": {}", new("broken JSON"))),
        put(format!("{{\"firstName\": {{\"x\": \"{}\"}}}}", new("an object for a text"))),
        put(format!("{{\"firstName\": [\"{}\"]}}", new("a list for a text"))),
        put(format!("\"{}\"", new("a text for an object"))),
        put(format!("{{\"firstName\": \"{}\"}}", new("firstName").repeat(40))),
        put(format!("{{\"{}\": 1}}", new("a member's name"))),
        Ask::get(format!("{path}/profiles/billing?size={}", new("size"))),
        Ask::get(format!("/v1/customers?size={}", new("size"))),
        Ask::get(format!("/v1/customers?filter={}", new("filter"))),
        Ask::get(format!("/v1/{}", new("an unknown path"))),
        Ask::get(format!("{path}/orders/{}", new("an order's id"))),
        Ask::get(format!("/v1/customers/{}", new("a customer's id"))),
        Ask::get(path.as_str()).header("ms-requestid", &new("a request id")),
        Ask::get(path.as_str()).header("ms-continuationtoken", &new("a token")),
        put("{}".to_owned()).header("if-match", &new("an etag")),
        Ask::new("POST", format!("{path}/{}", new("an unknown path"))),
        Ask::get(format!("{path}/subscriptions/%ff{}", new("a malformed path"))),
    ]
}
