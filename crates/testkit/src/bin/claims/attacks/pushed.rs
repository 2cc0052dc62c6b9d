//! Private text pushed at the operator: in clear to its own door, and smuggled through the gateway.

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::operation::{Home, operations};
use edge::http::Method;
use edge::{GatewayHeader, HeaderMap, OperatorRequest};
use serde_json::{Value, json};
use testkit::Ask;

use crate::canary::letters;
use crate::claim::Verdict;
use crate::search::Searcher;
use crate::stage::Stage;

/// Each operation of the operator's that takes a body with private members, called at its own door with a genuine
/// assertion and the members in clear.
pub async fn straight(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let admin = stage.admin.clone();
    stage.sound(&admin, Ask::get("/v1/profiles/legalbusiness")).await;
    let assertion = stage.town.tap.heard().last().context("a message")?.0.assertion.clone();
    let (mut found, mut pushed) = (Vec::new(), 0);
    let takes = |spec: &&&contract::Spec| spec.served && spec.home != Home::Trustee && spec.body.is_some();
    for spec in operations().iter().filter(takes) {
        let mut body =
            if spec.id == "create-customer" { stage.aviary.new_customer("neu").0 } else { json!({}) };
        stage.aviary.fill(spec.body.context("a body")?(), &mut body);
        let nested = json!({"attributes": {"note": stage.aviary.plant(spec.id, "undeclared")}, "deep": [{"x": body.clone()}]});
        for body in [body, nested] {
            let method: Method = spec.method.name().parse()?;
            let path = spec.path.replace("{customer-id}", &victim.id);
            let message = OperatorRequest::new(method, path, assertion.as_str())
                .caller_headers(&HeaderMap::new())
                .gateway(GatewayHeader::RequestMac, &letters())
                .gateway(GatewayHeader::MintedId, "5f6e7d8c-0000-4000-8000-000000000001")
                .body(body.to_string());
            let reply = stage.town.operator.handle(message).await;
            pushed += 1;
            if reply.status.is_success() && body.as_object().is_some_and(|body| !body.is_empty()) {
                found.push(format!("{} took private members in clear", spec.id));
            }
        }
    }
    found.extend(stage.stored()?.0);
    ensure!(pushed > 10, "only {pushed} operations take a body");
    Ok(Verdict::of(found, format!("{pushed} messages refused, none stored")))
}

/// Private text where the contract declares none, from a partner's client that knows no better.
pub async fn smuggled(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let (app, id) = (stage.app.clone(), victim.id.clone());
    let read = stage.sound(&app, Ask::get(format!("/v1/customers/{id}/profiles/billing"))).await;
    ensure!(read.status == 200, "the profile cannot be read: {}", read.text());
    let profile = read.json();
    stage.town.tap.forget();
    let before = stage.aviary.canaries.len();
    for ask in goods(stage, &id, &profile) {
        stage.call(&app, ask).await;
    }
    let searcher = Searcher::new(&stage.aviary.canaries[before..])?;
    let traffic = stage.town.tap.traffic();
    ensure!(!traffic.is_empty(), "nothing reached the operator");
    let found = searcher.bytes("the traffic", &traffic);
    let planted = stage.aviary.canaries.len() - before;
    Ok(Verdict::of(found, format!("0 of {planted} smuggled canaries in {} bytes of traffic", traffic.len())))
}

/// Calls with a canary where none should be.
fn goods(stage: &mut Stage, customer: &str, profile: &Value) -> Vec<Ask> {
    let path = format!("/v1/customers/{customer}");
    let mut new = |place: &str| stage.aviary.plant("smuggled", place);
    let put = |body: String| Ask::new("PUT", format!("{path}/profiles/billing")).raw(body);
    let mut undeclared = profile.clone();
    undeclared["hobby"] = json!({"deep": [{"er": new("an undeclared member")}]});
    undeclared["defaultAddress"]["neighbour"] = json!(new("an undeclared nested member"));
    undeclared["attributes"]["note"] = json!(new("an undeclared attribute"));
    undeclared["links"] = json!({"self": {"uri": new("a read-only member")}});
    let first = format!("{{\"FIRSTNAME\":\"{}\",", new("a member given twice"));
    let twice = profile.to_string().replacen('{', &first, 1);
    let company = format!("{{\"companyName\":\"{}\",", new("a commercial member given twice"));
    let commercial = profile.to_string().replacen('{', &company, 1);
    let filter = json!({"Field": "FirstName", "Value": new("a filter by a name"), "Operator": "starts_with"});
    let filter =
        form_urlencoded::Serializer::new(String::new()).append_pair("filter", &filter.to_string()).finish();
    let mut asks = vec![
        put(undeclared.to_string()),
        put(twice),
        put(commercial),
        put(format!("{profile} {}", new("text after the message"))),
        put(format!("/*{}*/{profile}", new("a comment"))),
        Ask::get(format!("{path}?note={}", new("an undeclared query member"))),
        Ask::get(format!("{path}/profiles/billing?size={}", new("an undeclared query member"))),
        Ask::get(format!("/v1/customers?{filter}")),
        Ask::get(format!("{path}#{}", new("a fragment"))),
    ];
    for name in [
        "cookie",
        "x-note",
        "user-agent",
        "referer",
        "accept",
        "content-type",
        "ms-partnercenter-application",
        "ms-partnercenter-client",
        "ms-sdkversion",
        "ms-contract-version",
        "x-forwarded-for",
        "x-treuhand-minted-id",
        "x-treuhand-request-mac",
    ] {
        asks.push(Ask::get(path.as_str()).header(name, &new(name)));
    }
    for name in ["if-match", "ms-continuationtoken", "x-locale"] {
        asks.push(Ask::get(path.as_str()).header(name, &format!("Frau <{}>", new(name))));
    }
    let form = put(format!("firstName={}", new("a form")))
        .header("content-type", "application/x-www-form-urlencoded");
    asks.push(form);
    asks.push(Ask::get(path).raw(format!("{{\"note\":\"{}\"}}", new("the body of a GET"))));
    asks
}

/// Private text in the places of what we give out ourselves, written so that it could be one.
pub async fn dressed_up(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let (app, admin, id) = (stage.app.clone(), stage.admin.clone(), victim.id.clone());
    let read = stage.sound(&app, Ask::get(format!("/v1/customers/{id}/profiles/billing"))).await;
    ensure!(read.status == 200, "the profile cannot be read: {}", read.text());
    let profile = read.json();
    let page = stage.sound(&app, Ask::get("/v1/customers?size=1")).await.json();
    let token = page["continuationToken"].as_str().context("a page token")?.to_owned();
    stage.town.tap.forget();
    let before = stage.aviary.canaries.len();
    for ask in dresses(stage, &id, &profile, &token) {
        stage.call(&admin, ask).await;
    }
    let planted = stage.aviary.canaries.len() - before;
    let searcher = Searcher::new(&stage.aviary.canaries[before..])?;
    let traffic = stage.town.tap.traffic();
    let found = searcher.bytes("the traffic", &traffic);
    // What is genuine still passes: a gateway that refuses everything proves nothing.
    let next = Ask::get("/v1/customers?size=1&seekOperation=Next").header("ms-continuationtoken", &token);
    let next = stage.call(&app, next.header("x-locale", "de-DE")).await;
    ensure!(next.status == 200, "the genuine page token is refused: {}", next.text());
    let etag = profile["attributes"]["etag"].as_str().context("an etag")?;
    let mut body = profile.clone();
    body.as_object_mut().context("an object")?.remove("attributes");
    let put = Ask::new("PUT", format!("/v1/customers/{id}/profiles/billing")).json(&body);
    let put = stage.call(&app, put.header("if-match", &format!("\"{etag}\""))).await;
    ensure!(put.status == 200, "the genuine etag is refused: {}", put.text());
    Ok(Verdict::of(found, format!("0 of {planted} canaries in costume passed; genuine ones do")))
}

fn dresses(stage: &mut Stage, customer: &str, profile: &Value, token: &str) -> Vec<Ask> {
    let path = format!("/v1/customers/{customer}");
    let mut new = |place: &str| stage.aviary.plant("dressed up", place);
    let put = |body: &Value| Ask::new("PUT", format!("{path}/profiles/billing")).json(body);
    let mut tagged = profile.clone();
    tagged["attributes"]["etag"] = json!(new("attributes.etag"));
    let mut asks = vec![put(&tagged)];
    for tag in ["{}", "\"{}\"", "W/\"{}\"", "\"billing-profile-1\", \"{}\"", "billing-profile-{}"] {
        let tag = tag.replace("{}", &new("If-Match"));
        asks.push(put(profile).header("if-match", &tag));
        asks.push(Ask::get(path.as_str()).header("if-match", &tag));
    }
    let page = "/v1/customers?size=1&seekOperation=Next";
    let base64 = URL_SAFE_NO_PAD.encode(new("a page token, encoded"));
    for token in [new("a page token"), base64, format!("{token}{}", new("behind a page token"))] {
        for path in [page, path.as_str(), "/v1/auditrecords"] {
            asks.push(Ask::get(path).header("ms-continuationtoken", &token));
        }
    }
    for language in ["{}", "de-{}", "de-DE, {}", "en-US;q={}"] {
        let language = language.replace("{}", &new("X-Locale"));
        asks.push(Ask::get("/v1/offers?country=DE").header("x-locale", &language));
        asks.push(Ask::get(page).header("x-locale", &language));
    }
    let reads = operations().iter().filter(|spec| spec.served && spec.home != Home::Trustee);
    for spec in reads.filter(|spec| spec.method == contract::Method::Get) {
        let path = spec.path.replace("{customer-id}", customer);
        for name in spec.query.iter().filter(|name| **name != "filter") {
            asks.push(Ask::get(format!("{path}?{name}={}", new(name))));
        }
    }
    asks
}
