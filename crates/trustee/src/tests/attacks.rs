//! An operator that lies. Each attack is refused, and in a sabotage build it is seen to succeed once its control is
//! left out.

use super::operator::{reply, subscription};
use super::{Got, Sent, World, sings};
use crate::controls::{Control, Controls};
use edge::http::header;
use edge::{HeaderValue, OperatorReply, StatusCode};
use serde_json::{Value, json};
use store::trustee::records::{self, RestoreAct};

/// What an attack does to the world and what it then asks for: two customers stand ready.
struct Attack {
    name: &'static str,
    control: Control,
    slug: &'static str,
    /// A path under the first customer.
    path: &'static str,
    lie: fn(&Stage, &mut OperatorReply),
    /// Whether the answer shows that the attack succeeded.
    success: fn(&Got) -> bool,
}

/// What a lie knows: both customers as the operator stored them, and the first one's billing profile of before.
#[derive(Clone)]
struct Stage {
    first: Value,
    second: Value,
    before: Value,
}

fn body(answer: &OperatorReply) -> Value {
    serde_json::from_slice(&answer.body).expect("JSON")
}

fn change(answer: &mut OperatorReply, change: impl Fn(&mut Value)) {
    let mut value = body(answer);
    change(&mut value);
    answer.body = value.to_string().into();
}

const ATTACKS: &[Attack] = &[
    Attack {
        name: "the answer is another customer's",
        control: Control::ForeignId,
        slug: "foreign_id",
        path: "",
        lie: |stage, answer| change(answer, |value| value["id"] = stage.second["id"].clone()),
        success: |got| got.status == 200,
    },
    Attack {
        name: "another subscription",
        control: Control::ForeignId,
        slug: "foreign_id",
        path: "/subscriptions/83ef9d05-4169-4ef9-9657-0e86b1eab1de",
        lie: |_, answer| *answer = reply(200, &subscription(Some("93ef9d05-4169-4ef9-9657-0e86b1eab1de"))),
        success: |got| got.status == 200,
    },
    Attack {
        name: "the envelope of another tenant's same record",
        control: Control::SwappedEnvelope,
        slug: "envelope_refused",
        path: "",
        lie: |stage, answer| {
            change(answer, |value| {
                value["billingProfile"]["sealed"] = stage.second["billingProfile"]["sealed"].clone();
            });
        },
        success: |got| got.status == 200 && sings(&got.text),
    },
    Attack {
        name: "the envelope of another record of the tenant",
        control: Control::SwappedEnvelope,
        slug: "envelope_refused",
        path: "",
        lie: |stage, answer| {
            change(answer, |value| {
                value["companyProfile"]["sealed"] = stage.first["billingProfile"]["sealed"].clone();
            });
        },
        success: |got| got.status == 200 && got.body["companyProfile"]["email"] == "canary@firma.example",
    },
    Attack {
        name: "an older envelope of the same record",
        control: Control::StaleEnvelope,
        slug: "stale_envelope",
        path: "/profiles/billing",
        lie: |stage, answer| *answer = reply(200, &stage.before),
        success: |got| got.body["firstName"] == "Canary-first",
    },
    Attack {
        name: "private members in clear",
        control: Control::PlainAnswer,
        slug: "plaintext_in_answer",
        path: "/profiles/billing",
        lie: |_, answer| change(answer, |value| value["firstName"] = json!("Planted")),
        success: |got| got.status == 200,
    },
    Attack {
        name: "a link that leads elsewhere",
        control: Control::AnswerLinks,
        slug: "foreign_link",
        path: "/subscriptions/83ef9d05-4169-4ef9-9657-0e86b1eab1de",
        lie: |_, answer| {
            change(answer, |value| value["links"]["self"]["uri"] = json!("https://evil.example/v1"));
        },
        success: |got| got.text.contains("evil.example"),
    },
    Attack {
        name: "a Location that leads elsewhere",
        control: Control::AnswerLocation,
        slug: "foreign_location",
        path: "",
        lie: |_, answer| {
            answer.headers.insert(header::LOCATION, HeaderValue::from_static("//evil.example/"));
        },
        success: |got| got.headers.contains_key("location"),
    },
    Attack {
        name: "a page in place of JSON",
        control: Control::Documents,
        slug: "not_json",
        path: "/subscriptions/83ef9d05-4169-4ef9-9657-0e86b1eab1de",
        lie: |_, answer| {
            answer.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        },
        success: |got| got.status == 200,
    },
];

async fn stage(world: &World) -> (Stage, String) {
    let first = world.customer("erste", 1).await;
    let second = world.customer("zweite", 2).await;
    let before = world.operator.stored(&first)["billingProfile"].clone();
    let path = format!("/v1/customers/{first}/profiles/billing");
    let mut profile = world.get("partner", &path).await.body;
    profile["firstName"] = json!("Canary-newer");
    assert_eq!(world.put("partner", &path, &profile, 3).await.status, 200);
    let stage =
        Stage { first: world.operator.stored(&first), second: world.operator.stored(&second), before };
    (stage, first)
}

/// Plays an attack on a world with these controls.
async fn play(attack: &Attack, controls: Controls) -> Got {
    let world = World::with(controls).await;
    let (stage, first) = stage(&world).await;
    let path = format!("/v1/customers/{first}{}", attack.path);
    assert_eq!(world.get("partner", &path).await.status, 200, "the positive control of: {}", attack.name);
    let lie = attack.lie;
    world.operator.lies(move |_, _, answer| lie(&stage, answer));
    world.get("partner", &path).await
}

#[tokio::test]
async fn an_operator_that_lies_gets_nothing_through() {
    for attack in ATTACKS {
        let got = play(attack, Controls::all()).await;
        let name = format!("{} ({})", attack.name, attack.control);
        assert_eq!((got.status, got.slug()), (502, attack.slug), "{name}: {}", got.text);
        assert!(!sings(&got.text) && !got.text.contains("evil"), "{name}: {}", got.text);
    }
}

#[cfg(feature = "sabotage")]
#[tokio::test]
async fn each_attack_succeeds_without_its_control() {
    for attack in ATTACKS {
        let controls = Controls::without(attack.control.name()).expect("a control");
        let got = play(attack, controls).await;
        assert!((attack.success)(&got), "{}: {} {}", attack.name, got.status, got.text);
    }
}

#[test]
fn success_of_an_attack_is_not_its_refusal() {
    let refused =
        Got { status: 502, headers: edge::HeaderMap::new(), body: Value::Null, text: String::new() };
    assert!(ATTACKS.iter().all(|attack| !(attack.success)(&refused)));
}

/// A foreign customer in the list: what the operator would show of somebody else's customers.
async fn foreign_entry(controls: Controls) -> Got {
    let world = World::with(controls).await;
    world.customer("erste", 1).await;
    world.operator.lies(|_, request, answer| {
        if request.path() == "/v1/customers" {
            change(answer, |value| {
                value["items"][0] = json!({"id": "11111111-1111-1111-1111-111111111111"});
            });
        }
    });
    world.get("partner", "/v1/customers").await
}

#[tokio::test]
async fn a_list_names_only_recorded_customers() {
    let got = foreign_entry(Controls::all()).await;
    assert_eq!((got.status, got.slug()), (502, "foreign_customer"), "{}", got.text);
    #[cfg(feature = "sabotage")]
    assert_eq!(foreign_entry(Controls::without("listed-customers").expect("known")).await.status, 200);
}

/// Headers: nothing that sets state or changes what a browser does.
async fn planted_headers(controls: Controls) -> Got {
    let world = World::with(controls).await;
    let id = world.customer("erste", 1).await;
    world.operator.lies(|_, _, answer| {
        for (name, value) in
            [("set-cookie", "a=b"), ("x-frame-options", "ALLOWALL"), ("refresh", "0;url=//evil")]
        {
            answer.headers.insert(name, HeaderValue::from_static(value));
        }
    });
    world.get("partner", &format!("/v1/customers/{id}")).await
}

#[tokio::test]
async fn only_listed_headers_come_back() {
    let got = planted_headers(Controls::all()).await;
    assert_eq!(got.status, 200);
    let names: Vec<_> = got.headers.keys().map(edge::HeaderName::as_str).collect();
    assert_eq!(names, ["content-type"]);
    #[cfg(feature = "sabotage")]
    assert!(
        planted_headers(Controls::without("answer-headers").expect("known"))
            .await
            .headers
            .contains_key("set-cookie")
    );
}

/// What of a smuggling request reaches the operator.
async fn smuggled(controls: Controls) -> String {
    let world = World::with(controls).await;
    // Without some controls the gateway refuses the honest operator's answer; the customer is there all the same.
    world.post("partner", "/v1/customers", &super::new_customer("erste"), 1).await;
    let id = world.operator.customers.lock().expect("a lock").keys().next().expect("a customer").clone();
    let profile = json!({
        "firstName": "A", "lastName": "B", "email": "a@b.example", "culture": "de-DE", "language": "de",
        "companyName": "Erste GmbH", "hobby": "canary-member",
        "defaultAddress": {"country": "DE", "city": "canary-city", "addressLine1": "1", "postalCode": "10115",
            "firstName": "A", "lastName": "B"},
    })
    .to_string();
    let path = format!("/v1/customers/{id}/profiles/billing?note=canary-query");
    let headers = [("ms-partnercenter-application", "canary-header")];
    let sent = Sent {
        method: edge::Method::PUT,
        token: "partner",
        path: &path,
        headers: &headers,
        body: &profile,
        request_id: 4,
    };
    world.send(sent).await;
    world.operator.heard()
}

#[tokio::test]
async fn a_smuggling_request_arrives_without_its_goods() {
    let heard = smuggled(Controls::all()).await;
    assert!(heard.contains("\"sealed\"") && !sings(&heard) && !heard.contains("Bearer"), "{heard}");
    #[cfg(feature = "sabotage")]
    for (control, good) in [
        ("request-members", "canary-member"),
        ("seal", "Canarystadt"),
        ("request-query", "canary-query"),
        ("request-headers", "canary-header"),
        ("token-stripped", "Bearer partner"),
    ] {
        let heard = smuggled(Controls::without(control).expect("known")).await;
        assert!(heard.contains(good), "{control}: {heard}");
    }
}

#[cfg(feature = "sabotage")]
#[tokio::test]
async fn without_relationships_anybody_reaches_any_customer() {
    let world = World::with(Controls::without("relationship").expect("known")).await;
    let id = world.customer("erste", 1).await;
    assert!(sings(&world.get("other", &format!("/v1/customers/{id}")).await.text));
}

#[tokio::test]
async fn a_restored_store_counts_again_only_by_an_officers_act() {
    let world = World::new().await;
    let (stage, id) = stage(&world).await;
    let path = format!("/v1/customers/{id}/profiles/billing");
    world.operator.replace(&id, "/billingProfile", stage.before.clone());
    assert_eq!(world.get("partner", &path).await.slug(), "stale_envelope");
    world.clock.forward(10);
    let body =
        json!({"reason": "The operator's store was restored to yesterday's state.", "allTenants": true});
    for token in ["partner", "staff"] {
        let got = world.post(token, "/trustee/v1/restore-acts", &body, 8).await;
        assert_eq!(got.status, 403, "{token}: {}", got.text);
    }
    let now = kernel::Clock::now(&*world.clock).as_microsecond();
    let act = RestoreAct {
        id: "an-act".to_owned(),
        tenant: id.clone(),
        acted_at: now,
        actor: "one".to_owned(),
        reason: "restored".to_owned(),
        state: "proposed".to_owned(),
        confirmed_by: String::new(),
        confirmed_at: 0,
    };
    let propose = move |tx: &mut store::Tx| records::restore(tx, &act);
    world.temp.store.write("propose", propose).await.expect("proposed");
    assert_eq!(world.get("partner", &path).await.slug(), "stale_envelope", "what is proposed is not given");
    let give = move |tx: &mut store::Tx| records::confirm_restore(tx, "an-act", "two", now);
    assert!(world.temp.store.write("give", give).await.expect("given"));
    world.clock.forward(10);
    assert_eq!(world.get("partner", &path).await.body["firstName"], "Canary-first");
    // The act covers the record once: what the operator puts back after the next write is stale again.
    let mut profile = world.get("partner", &path).await.body;
    profile["firstName"] = json!("Canary-newest");
    assert_eq!(world.put("partner", &path, &profile, 12).await.status, 200);
    world.operator.replace(&id, "/billingProfile", stage.before);
    assert_eq!(world.get("partner", &path).await.slug(), "stale_envelope");
}

/// The operator's own errors: re-made from declared members, JSON or nothing.
#[tokio::test]
async fn errors_are_re_made() {
    let world = World::new().await;
    let id = world.customer("erste", 1).await;
    let path = format!("/v1/customers/{id}");
    let cases: [(&str, u16, &str); 4] = [
        (
            r#"{"code":3000,"description":"no","data":["x"],"source":"o","page":"<b>","inner":{"a":1}}"#,
            400,
            "",
        ),
        ("<html>login</html>", 502, "bad_problem"),
        (r#"{"page":"<b>"}"#, 502, "bad_problem"),
        ("", 400, ""),
    ];
    for (content, status, slug) in cases {
        world
            .operator
            .lies(move |_, _, answer| *answer = OperatorReply::new(StatusCode::BAD_REQUEST, content));
        let got = world.get("partner", &path).await;
        assert_eq!(got.status, status, "{content}: {}", got.text);
        assert!(!got.text.contains('<') && !got.text.contains("inner"), "{}", got.text);
        if status == 502 {
            assert_eq!(got.slug(), slug);
        }
    }
    world.operator.lies(|_, _, answer| *answer = OperatorReply::new(StatusCode::UNAUTHORIZED, "{}"));
    assert_eq!(world.get("partner", &path).await.slug(), "gateway_refused");
    world.operator.lies(|_, _, answer| *answer = OperatorReply::new(StatusCode::FOUND, "{}"));
    assert_eq!(world.get("partner", &path).await.slug(), "undeclared_status");
}
