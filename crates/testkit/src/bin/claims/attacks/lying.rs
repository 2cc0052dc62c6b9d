//! An operator that rewrites its answers on their way.

use anyhow::{Context, Result, ensure};
use edge::http::header;
use edge::{HeaderValue, OperatorReply, OperatorRequest};
use serde_json::{Value, json};
use testkit::{Ask, Reply};

use crate::claim::Verdict;
use crate::stage::{Stage, Victim};

/// Where a browser or a client library must never be led.
const ELSEWHERE: [&str; 8] = [
    "https://evil.example/v1/customers",
    "//evil.example/v1/customers",
    "http://partner.example/v1/customers",
    "https://partner.example.evil.example/",
    "https://partner.example@evil.example/",
    "/\\evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
];

fn change(reply: &mut OperatorReply, change: impl Fn(&mut Value)) {
    if let Ok(mut value) = serde_json::from_slice(&reply.body) {
        change(&mut value);
        reply.body = value.to_string().into();
    }
}

/// Asks while the operator lies, and after it again when it is honest.
async fn lied_to(
    stage: &mut Stage,
    path: &str,
    lie: impl Fn(&OperatorRequest, &mut OperatorReply) + Send + Sync + 'static,
) -> Result<Reply> {
    let admin = stage.admin.clone();
    let honest = stage.sound(&admin, Ask::get(path)).await;
    ensure!(honest.status == 200, "the honest answer is {} {}", honest.status, honest.text());
    stage.town.tap.lies(lie);
    let got = stage.call(&admin, Ask::get(path)).await;
    stage.town.tap.is_honest();
    Ok(got)
}

/// Demands the refusal; anything else lets the lie through.
fn refused(name: &str, got: &Reply, slug: &str) -> Option<String> {
    ((got.status, got.slug().as_str()) != (502, slug))
        .then(|| format!("{name} was answered with {} {}", got.status, got.slug()))
}

fn at(victim: &Victim, rest: &str) -> String {
    format!("/v1/customers/{}{rest}", victim.id)
}

/// The message that the operator keeps of a customer: its own answer.
async fn kept(stage: &mut Stage, victim: &Victim) -> Result<Value> {
    let app = stage.app.clone();
    stage.sound(&app, Ask::get(at(victim, ""))).await;
    let (_, reply) = stage.town.tap.heard().pop().context("an answer")?;
    Ok(serde_json::from_slice(&reply.body)?)
}

/// Another customer, another subscription, another order than was asked for.
pub async fn foreign_id(stage: &mut Stage) -> Result<Verdict> {
    let (victim, other) = (stage.victim("opfer").await?, stage.victim("anderes").await?);
    let (whole, id) = (kept(stage, &other).await?, other.id.clone());
    let got = lied_to(stage, &at(&victim, ""), move |_, reply| {
        change(reply, |value| value["id"] = json!(id));
    })
    .await?;
    let mut found: Vec<String> = refused("another id", &got, "foreign_id").into_iter().collect();
    let got = lied_to(stage, &at(&victim, ""), move |_, reply| reply.body = whole.to_string().into()).await?;
    found.extend(refused("another customer", &got, "foreign_id"));
    Ok(Verdict::of(found, "another customer, another id: 502 foreign_id each".to_owned()))
}

/// Somebody else's customer in the partner's list.
pub async fn foreign_customer(stage: &mut Stage) -> Result<Verdict> {
    stage.victim("opfer").await?;
    let got = lied_to(stage, "/v1/customers", |_, reply| {
        change(reply, |value| {
            value["items"][0]["id"] = json!("11111111-1111-4111-8111-111111111111");
        });
    })
    .await?;
    let found = refused("a foreign customer in the list", &got, "foreign_customer");
    Ok(Verdict::of(found, "502 foreign_customer".to_owned()))
}

/// Envelopes of other records, in every place of an answer.
pub async fn swapped(stage: &mut Stage) -> Result<Verdict> {
    let (victim, other) = (stage.victim("opfer").await?, stage.victim("anderes").await?);
    let (own, foreign) = (kept(stage, &victim).await?, kept(stage, &other).await?);
    let billing = |value: &Value| value["billingProfile"]["sealed"].clone();
    let company = |value: &Value| value["companyProfile"]["sealed"].clone();
    let cases = [
        ("another customer's billing profile", "billingProfile", billing(&foreign)),
        ("another customer's company profile", "companyProfile", company(&foreign)),
        ("the company profile's envelope for the billing profile", "billingProfile", company(&own)),
        ("the billing profile's envelope for the company profile", "companyProfile", billing(&own)),
        ("another customer's other record", "companyProfile", billing(&foreign)),
    ];
    let mut found = Vec::new();
    for (name, member, envelope) in cases {
        ensure!(envelope.is_string(), "there is no envelope of {name}");
        let got = lied_to(stage, &at(&victim, ""), move |_, reply| {
            change(reply, |value| value[member]["sealed"] = envelope.clone());
        })
        .await?;
        found.extend(refused(name, &got, "envelope_refused"));
        if !other.seen_in(&got.text()).is_empty() {
            found.push(format!("{name}: the other customer's fields were shown"));
        }
    }
    let anywhere = billing(&foreign);
    let got = lied_to(stage, &at(&victim, "/subscriptions"), move |_, reply| {
        change(reply, |value| value["sealed"] = anywhere.clone());
    })
    .await?;
    found.extend(refused("an envelope where none belongs", &got, "envelope_refused"));
    Ok(Verdict::of(found, "6 misplaced envelopes: 502 envelope_refused each".to_owned()))
}

/// An envelope that a later one has replaced.
pub async fn stale(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let old = kept(stage, &victim).await?["billingProfile"]["sealed"].clone();
    let (app, path) = (stage.app.clone(), at(&victim, "/profiles/billing"));
    let mut profile = stage.sound(&app, Ask::get(path.as_str())).await.json();
    profile["firstName"] = json!(stage.aviary.plant("CustomerBillingProfile", "firstName"));
    let put = stage.sound(&app, Ask::new("PUT", path.as_str()).json(&profile)).await;
    ensure!(put.status == 200, "the profile was not changed: {}", put.text());
    let mut found = Vec::new();
    for (path, pointer) in [(path, "/sealed"), (at(&victim, ""), "/billingProfile/sealed")] {
        let old = old.clone();
        let got = lied_to(stage, &path, move |_, reply| {
            change(reply, |value| {
                if let Some(place) = value.pointer_mut(pointer) {
                    *place = old.clone();
                }
            });
        })
        .await?;
        found.extend(refused("an older envelope", &got, "stale_envelope"));
    }
    Ok(Verdict::of(found, "in a record and inside another: 502 stale_envelope each".to_owned()))
}

/// Links of every kind that lead elsewhere.
pub async fn links(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let mut found = Vec::new();
    for target in ELSEWHERE {
        for (path, pointer) in
            [(at(&victim, ""), "/links/self/uri"), ("/v1/customers".to_owned(), "/links/self/uri")]
        {
            let got = lied_to(stage, &path, move |_, reply| {
                change(reply, |value| {
                    if let Some(place) = value.pointer_mut(pointer) {
                        *place = json!(target);
                    } else {
                        value["links"] = json!({"next": {"uri": target, "method": "GET", "headers": []}});
                    }
                });
            })
            .await?;
            found.extend(refused(&format!("a link to {target}"), &got, "foreign_link"));
        }
    }
    Ok(Verdict::of(found, format!("{} links: 502 foreign_link each", ELSEWHERE.len() * 2)))
}

/// `Location` that leads elsewhere.
pub async fn location(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let mut found = Vec::new();
    for target in ELSEWHERE {
        let got = lied_to(stage, &at(&victim, ""), move |_, reply| {
            reply.headers.insert(header::LOCATION, HeaderValue::from_static(target));
        })
        .await?;
        if got.headers.contains_key(header::LOCATION) || got.status != 502 {
            found.push(format!("Location {target} was answered with {}", got.status));
        }
    }
    Ok(Verdict::of(found, format!("{} targets: 502 each", ELSEWHERE.len())))
}

/// Headers that set state or change what a browser does.
pub async fn headers(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let planted = [
        ("set-cookie", "session=operator"),
        ("refresh", "0;url=https://evil.example"),
        ("access-control-allow-origin", "*"),
        ("content-security-policy", "default-src *"),
        ("x-frame-options", "ALLOWALL"),
        ("www-authenticate", "Basic realm=\"sign in\""),
        ("link", "<https://evil.example>; rel=preload"),
        ("clear-site-data", "\"*\""),
        ("alt-svc", "h3=\"evil.example:443\""),
        ("service-worker-allowed", "/"),
    ];
    let got = lied_to(stage, &at(&victim, ""), move |_, reply| {
        for (name, value) in planted {
            reply.headers.insert(name, HeaderValue::from_static(value));
        }
    })
    .await?;
    let through = planted.iter().filter(|(name, _)| got.headers.contains_key(*name));
    let found = through.map(|(name, _)| format!("the header {name} came through"));
    Ok(Verdict::of(found, format!("{} headers dropped", planted.len())))
}

/// Pages in place of JSON and of documents.
pub async fn page(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let template = contract::profile::germany().agreements[0].template;
    let document = format!("/v1/agreementtemplates/{template}/document?language=de-DE&country=DE");
    let mut found = Vec::new();
    let paths =
        [at(&victim, ""), at(&victim, "/subscriptions"), "/v1/offers?country=DE".to_owned(), document];
    for path in &paths {
        for media in ["text/html", "text/html; charset=utf-8", "application/xhtml+xml", "image/svg+xml"] {
            for content in ["<!DOCTYPE html><script>steal()</script>", "<svg onload=\"steal()\"/>"] {
                let got = lied_to(stage, path, move |_, reply| {
                    reply.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
                    reply.body = content.into();
                })
                .await?;
                let kind = got.header("content-type");
                if got.status != 502 || !kind.contains("json") || got.text().contains("steal") {
                    found.push(format!("{media} was delivered as {kind} with {}", got.status));
                }
            }
        }
    }
    let got = lied_to(stage, &paths[0], |_, reply| {
        reply.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    })
    .await?;
    found.extend(refused("JSON that says it is a page", &got, "not_json"));
    Ok(Verdict::of(found, format!("{} pages: 502 each", paths.len() * 8 + 1)))
}

/// Private members in clear, beside the envelope and instead of it.
pub async fn planted(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let mut found = Vec::new();
    for (pointer, member) in [
        ("/billingProfile", "firstName"),
        ("/billingProfile/defaultAddress", "city"),
        ("/companyProfile", "email"),
        ("", "userCredentials"),
        ("/billingProfile", "undeclared"),
    ] {
        let got = lied_to(stage, &at(&victim, ""), move |_, reply| {
            change(reply, |value| {
                if let Some(object) = value.pointer_mut(pointer) {
                    object[member] = json!("planted");
                }
            });
        })
        .await?;
        found.extend(refused(&format!("{pointer}/{member} in clear"), &got, "plaintext_in_answer"));
    }
    Ok(Verdict::of(found, "5 members in clear: 502 plaintext_in_answer each".to_owned()))
}
