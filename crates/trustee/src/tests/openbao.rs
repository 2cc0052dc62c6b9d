//! The gateway over a real OpenBao that is stopped, killed, sealed, and misconfigured.

use ::openbao::testing::Server;
use edge::Method;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

use super::{World, new_customer, sings};
use crate::controls::Controls;
use crate::keys::{Keys, Standing};
use crate::testing::TempStore;

async fn world() -> (Server, World) {
    let server = Server::start().await.expect("OpenBao");
    let service = Arc::new(server.service().expect("a service"));
    let world = World::over(TempStore::new(), service, Controls::all()).await;
    (server, world)
}

async fn log_size(world: &World) -> u64 {
    let state = world.temp.store.read("log-state", store::trustee::log::state).await;
    u64::try_from(state.expect("a store").expect("a log").size).expect("a size")
}

#[tokio::test]
async fn without_openbao_commerce_goes_on_and_it_recovers() {
    let (mut server, world) = world().await;
    let id = world.customer("muster", 1).await;
    let path = format!("/v1/customers/{id}");
    let orders = format!("{path}/subscriptions/83ef9d05-4169-4ef9-9657-0e86b1eab1de");
    assert!(sings(&world.get("partner", &path).await.text));

    for (number, away) in [(2, "frozen"), (3, "killed"), (4, "sealed")] {
        match away {
            "frozen" => server.freeze().await.expect("frozen"),
            "killed" => server.kill().expect("killed"),
            _ => server.seal().await.expect("sealed"),
        }
        world.clock.forward(120); // nothing unwrapped is fresh any more
        let got = world.get("partner", &path).await;
        assert_eq!((got.status, sings(&got.text)), (200, false), "{away}: {}", got.text);
        assert_eq!(world.get("partner", &orders).await.status, 200, "{away}");
        let refused = world.post("partner", "/v1/customers", &new_customer("zwei"), number).await;
        assert_eq!((refused.status, refused.slug()), (503, "trustee_unavailable"), "{away}");

        match away {
            "frozen" => server.thaw().expect("thawed"),
            "killed" => server.revive().await.expect("revived"),
            _ => server.unseal().await.expect("unsealed"),
        }
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        let back = async {
            // A caller's own repetition: the keeper rests for a second after it found nobody.
            while !sings(&world.get("partner", &path).await.text) {
                ticks.tick().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), back).await.expect(away);
    }
}

#[tokio::test]
async fn a_key_that_can_be_taken_out_stops_openings_for_staff_and_is_logged() {
    let (server, world) = world().await;
    let keys = world.keys.clone();
    let looked = async || {
        world.trustee.look_at_keys().await.expect("told");
        keys.standing()
    };
    assert_eq!(keys.sound().err().map(|problem| problem.slug), Some("keys_not_sound"), "nobody has looked");
    assert_eq!(looked().await, Standing::Sound);
    assert!(keys.sound().is_ok());

    let id = world.customer("muster", 1).await;
    let key = format!("transit/keys/t-{id}/config");
    server.expect(&Method::POST, &key, Some(&json!({ "exportable": true }))).await.expect("done");
    assert_eq!(looked().await, Standing::Sound, "the next look is not due");
    let before = log_size(&world).await;
    world.clock.forward(5 * 60);
    assert_eq!(looked().await, Standing::Drifted(1));
    assert_eq!(keys.sound().err().map(|problem| problem.slug), Some("keys_not_sound"));
    assert_eq!(looked().await, Standing::Drifted(1));
    assert_eq!(log_size(&world).await, before + 1, "one entry for one change");

    // It cannot be undone, so the key is destroyed. Nobody who cannot be asked is sound.
    keys.destroy(kernel::TenantId(id.parse().expect("an id"))).await.expect("destroyed");
    assert_eq!(looked().await, Standing::Sound);
    assert_eq!(log_size(&world).await, before + 2);
    world.clock.forward(16 * 60);
    assert_eq!(keys.standing(), Standing::Unknown, "the last look is too long ago");
}

#[tokio::test]
async fn what_was_found_is_told_with_its_remedy_and_without_tenants() {
    let (server, world) = world().await;
    let keys = world.keys.clone();
    let id = world.customer("muster", 1).await;
    let looked = async || {
        world.clock.forward(5 * 60);
        world.trustee.look_at_keys().await.expect("told");
        (keys.standing(), keys.findings())
    };
    assert_eq!(looked().await, (Standing::Sound, json!([])));
    let policy = |text: &str| json!({"policy": text});
    let put = async |text: &str| {
        server.expect(&Method::PUT, "sys/policies/acl/erasure", Some(&policy(text))).await.expect("done");
    };
    let current = include_str!("../../../../deploy/openbao-erasure-policy.hcl");
    put(&current.replace("\"min_decryption_version\" = []", "")).await;
    let key = format!("transit/keys/t-{id}/config");
    server.expect(&Method::POST, &key, Some(&json!({"exportable": true}))).await.expect("done");
    let (standing, found) = looked().await;
    assert_eq!(standing, Standing::Drifted(2));
    let said = found.to_string();
    assert!(said.contains("bao policy write treuhand-erasure deploy/openbao-erasure-policy.hcl"), "{said}");
    assert!(said.contains("the key can be exported") && !said.contains(&id), "{said}");
    put(current).await;
    assert_eq!(looked().await.1.as_array().map(Vec::len), Some(1), "the policy is mended, the key is not");
}

#[tokio::test]
async fn an_erased_customer_stays_erased_after_a_restore_of_openbao() {
    let (server, world) = world().await;
    let keys = world.keys.clone();
    let id = world.customer("muster", 1).await;
    let tenant: kernel::TenantId = id.parse().expect("an id");
    let snapshot = server.snapshot().await.expect("a snapshot");
    keys.destroy(tenant).await.expect("destroyed");
    let row = store::trustee::erasures::Erasure {
        state: "live".to_owned(),
        live_at: 1,
        ..store::trustee::erasures::Erasure::blank(tenant)
    };
    let book = move |tx: &mut store::Tx| {
        store::trustee::erasures::drop_wrapped(tx, tenant)?;
        store::trustee::erasures::put(tx, &row)
    };
    world.temp.store.write("erase", book).await.expect("written");
    let gone = async || keys.of(tenant).await.err().map(|problem| problem.slug);
    assert_eq!(gone().await, Some("shredded"));

    server.restore(&snapshot).await.expect("restored");
    let alive = async || {
        let listed = keys.service().list(None, 100).await.expect("a list");
        listed.iter().any(|info| info.tenant == tenant && !info.destroyed)
    };
    assert!(alive().await, "the snapshot brought nothing back");
    // Not even before anybody noticed.
    assert_eq!(gone().await, Some("shredded"));
    assert_eq!(keys.create(tenant).await.err().map(|problem| problem.slug), Some("shredded"));
    let got = world.get("partner", &format!("/v1/customers/{id}")).await;
    assert_eq!((got.status, got.slug()), (410, "shredded"), "{}", got.text);
    let before = log_size(&world).await;
    world.trustee.look_at_keys().await.expect("told");
    assert!(!alive().await);
    assert_eq!(log_size(&world).await, before + 1, "the log tells that a key was back");

    // At a start, before anything is served.
    server.restore(&snapshot).await.expect("restored");
    assert!(alive().await);
    let service = Arc::new(server.service().expect("a service"));
    let (store, entropy) = (world.temp.store.clone(), Arc::new(crate::testing::Counter::default()));
    let again = Keys::open(store, service, world.clock.clone(), entropy).await.expect("keys");
    assert_eq!(again.revived(), [tenant]);
    assert!(!alive().await);
}
