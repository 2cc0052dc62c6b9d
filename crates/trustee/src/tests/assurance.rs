//! The level that callers are told, with an operator that says where it is, moves, and falls silent.

use edge::{Host, Reach, Surroundings};
use serde_json::json;

use super::World;

fn host(boot: &str, user: &str) -> Host {
    let some = |text: &str| Some(text.to_owned());
    let (machine, process) = (some(boot), some(user)); // one process a user, one run a machine
    Host::of(&Surroundings { boot: some(boot), machine, process, user: some(user) })
}

impl World {
    async fn expect_level(&self, at: &str, level: &str, missing: &[&str]) {
        self.trustee.measure().await;
        let got = self.get("", "/trustee/v1/assurance").await;
        let told = json!([got.status, got.body["level"], got.body["sovereign"], got.body["missing"]]);
        assert_eq!(told, json!([200, level, level >= "L2", missing]), "{at}");
        assert_eq!(self.trustee.log().level().as_str(), level, "the log, {at}");
    }

    fn operator_is(&self, host: &Host, reach: Reach) {
        let health = format!("{{\"status\":\"ok\",{}}}", host.member());
        self.operator.lies(move |_, _, answer| answer.body = health.clone().into());
        *self.operator.reach.lock().expect("a lock") = reach;
    }
}

#[tokio::test]
async fn the_level_is_what_was_measured() {
    let world = World::new().await;
    let l3 = ["key-service-apart", "key-service-posture", "two-foreign-witnesses", "live-supervision"];
    world.operator_is(&host("far", "o"), Reach::Elsewhere);
    world.expect_level("before its own place is known", "L0", &["operator-measured"]).await;
    world.trustee.assurance().stands_on(host("here", "t"));
    world.expect_level("far away", "L2", &l3).await;
    world.operator_is(&host("far", "o"), Reach::SameMachine);
    world.expect_level("behind a tunnel", "L1", &["host-of-its-own"]).await;
    world.operator_is(&host("here", "o"), Reach::Elsewhere);
    world.expect_level("another user", "L1", &["host-of-its-own"]).await;
    world.operator_is(&host("here", "t"), Reach::Elsewhere);
    world.expect_level("one process", "L0", &["process-of-its-own", "user-of-its-own"]).await;
    world.operator_is(&host("far", "o"), Reach::Elsewhere);
    world.expect_level("far away again", "L2", &l3).await;
    *world.operator.deaf.lock().expect("a lock") = true;
    world.clock.forward(3_500);
    world.expect_level("silent for less than an hour", "L2", &l3).await;
    world.clock.forward(200);
    world.expect_level("silent for longer", "L0", &["operator-measured"]).await;
}
