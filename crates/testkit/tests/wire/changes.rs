//! Etags, and calls that are made twice.

use serde_json::{Value, json};
use testkit::{Ask, Reply, customer};

use crate::stage::{Stage, play, text};

const PRIVATE: [&str; 6] =
    ["Erika", "Beispiel", "erika@beispiel.example", "+493012345678", "Weg 1", "Berlin"];

async fn put(stage: &Stage, body: &Value, if_match: Option<&str>) -> Reply {
    let ask = Ask::new("PUT", stage.at("/profiles/billing")).json(body);
    stage.send(if_match.into_iter().fold(ask, |ask, tag| ask.header("If-Match", tag))).await
}

#[test]
fn a_stale_etag_is_refused_wherever_it_stands() {
    play(|stage| async move {
        let read = || async { stage.get(&stage.at("/profiles/billing")).await.expect(200) };
        let old = read().await;
        let tag = text(&old["attributes"]["etag"]);
        let mut bare = old.clone();
        bare.as_object_mut().expect("an object").remove("attributes");
        let quoted = put(&stage, &bare, Some(&format!("\"{tag}\""))).await;
        assert_eq!(quoted.status, 200, "quoted in If-Match: {}", quoted.text());
        for (body, if_match, name) in [
            (&bare, None, "no tag"),
            (&old, None, "stale in the body"),
            (&bare, Some(format!("\"{tag}\"")), "stale in If-Match"),
            (&bare, Some("\"nonsense\"".to_owned()), "no tag of ours"),
        ] {
            let got = put(&stage, body, if_match.as_deref()).await;
            assert_eq!(
                (got.status, got.json()["code"].as_u64()),
                (400, Some(2055)),
                "{name}: {}",
                got.text()
            );
        }
        let fresh = text(&read().await["attributes"]["etag"]);
        let mut pascal = bare.clone();
        pascal["Attributes"] = json!({"Etag": fresh, "ObjectType": "CustomerBillingProfile"});
        assert_eq!(put(&stage, &pascal, None).await.status, 200, "Attributes.Etag of the body");
    });
}

#[test]
fn a_retry_is_answered_as_before_and_done_once() {
    play(|stage| async move {
        let path = stage.at("/orders");
        let order = |quantity| Ask::post(&path, &stage.order_of(quantity)).id(Stage::id(1));
        let first = stage.send(order(2)).await;
        assert_eq!(first.status, 201, "{}", first.text());
        assert_eq!(stage.send(order(2)).await.body, first.body);
        let other = stage.send(order(5)).await;
        assert_eq!((other.status, other.slug().as_str()), (409, "request_id_reused"), "{}", other.text());
        assert_eq!(stage.get(&path).await.expect(200)["totalCount"], 2, "the stage's own and this one");
        assert_eq!(stage.send(order(2).id(Stage::id(2))).await.status, 201);
        let unnamed = || Ask::post(&path, &stage.order_of(2));
        let (one, two) = (stage.send(unnamed()).await.expect(201), stage.send(unnamed()).await.expect(201));
        assert_ne!(one["id"], two["id"], "without a request id there is no retry");
    });
}

#[test]
fn a_customer_is_made_once_with_one_set_of_credentials() {
    play(|stage| async move {
        let ask = || Ask::post("/v1/customers", &customer("neuwerk", &PRIVATE)).id(Stage::id(3));
        let first = stage.send(ask()).await.expect(201);
        assert!(first["userCredentials"]["password"].is_string(), "{first}");
        assert_eq!(first["billingProfile"]["firstName"], "Erika");
        assert_eq!(stage.send(ask()).await.expect(201), first, "fresh envelopes, the same answer");
        assert_eq!(stage.get("/v1/customers").await.expect(200)["totalCount"], 3);
        let read = stage.get(&format!("/v1/customers/{}", text(&first["id"]))).await.expect(200);
        assert!(read.get("userCredentials").is_none(), "credentials are shown once");
        let foreign = stage.send_as(&stage.other, ask()).await;
        assert_eq!(foreign.status, 400, "another partner's id is another call: {}", foreign.text());
    });
}
