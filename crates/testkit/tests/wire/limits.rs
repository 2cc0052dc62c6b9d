//! Too many calls.

use jiff::SignedDuration;
use testkit::{Ask, Door};

use crate::stage::play;

#[test]
fn too_many_calls_are_told_when_to_come_back() {
    play(|stage| async move {
        let house = stage.town.throttled().await.expect("the zone as outside the demo world");
        let door = Door::open(house.trustee.clone()).await.expect("a door");
        let ask = |token: &str| Ask::get("/v1/customers?size=1").bearer(token);
        let limit = contract::profile::germany().throttle.per_tenant;
        for call in 0..limit {
            assert_eq!(door.call(ask(&stage.token)).await.expect("an answer").status, 200, "call {call}");
        }
        let got = door.call(ask(&stage.token)).await.expect("an answer");
        let body = got.json();
        assert_eq!((got.status, body["statusCode"].as_u64()), (429, Some(429)), "{}", got.text());
        assert!(body["message"].is_string() && body.as_object().is_some_and(|all| all.len() == 2));
        let seconds: i64 = got.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(door.call(ask(&stage.other)).await.expect("an answer").status, 200, "another tenant");
        let offers = Ask::get("/v1/offers?country=DE").bearer(&stage.token);
        assert_eq!(door.call(offers).await.expect("an answer").status, 200, "another class of calls");
        stage.town.clock.pass(SignedDuration::from_secs(seconds));
        assert_eq!(door.call(ask(&stage.token)).await.expect("an answer").status, 200, "when it was said");
        door.close().await.expect("closed");
    });
}
