//! The backend against a real OpenBao, started by the test.

use envelope::{KeyError, KeyService, conformance};
use http::Method;
use kernel::TenantId;
use openbao::testing::{Outcome, Server, plain};
use openbao::{Config, ConfigError, Login, OpenBao};
use serde_json::{Value, json};
use std::path::PathBuf;
use uuid::Uuid;

fn tenant(n: u128) -> TenantId {
    TenantId(Uuid::from_u128(n))
}

fn key(n: u128) -> String {
    format!("transit/keys/t-{}", tenant(n).0)
}

#[tokio::test]
async fn the_openbao_backend_conforms() {
    let server = Server::start().await.expect("OpenBao");
    let service = server.service().expect("a service");
    assert_eq!(conformance(&service, tenant(2), tenant(1)).await, Ok(()));

    // The same keys by another login of the same rights.
    let by_role = by_app_role(&server).await.expect("an AppRole");
    let wrapped = by_role.wrap(tenant(1), b"p", b"secret").await.expect("wrapped");
    let opened = service.unwrap(tenant(1), b"p", &wrapped).await.expect("opened");
    assert_eq!(opened.as_slice(), b"secret");
    assert_eq!(by_role.unwrap(tenant(2), b"p", &wrapped).await.err(), Some(KeyError::Destroyed));
    assert_eq!(by_role.posture().await.map(|posture| posture.deviations), Ok(Vec::new()));
    let erased = by_role.destroy(tenant(1)).await;
    assert!(matches!(&erased, Err(KeyError::Unavailable(text)) if text.contains("erasure")), "{erased:?}");
}

async fn by_app_role(server: &Server) -> Outcome<OpenBao> {
    server.expect(&Method::POST, "sys/auth/approle", Some(&json!({ "type": "approle" }))).await?;
    let role = json!({ "token_policies": ["everyday"], "token_no_default_policy": true, "token_ttl": "1h" });
    server.expect(&Method::POST, "auth/approle/role/trustee", Some(&role)).await?;
    let role = server.expect(&Method::GET, "auth/approle/role/trustee/role-id", None).await?;
    let secret = server.expect(&Method::POST, "auth/approle/role/trustee/secret-id", None).await?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let secret_id_file = server.token_file("secret-id");
    std::fs::write(&secret_id_file, text(&secret["data"]["secret_id"])).map_err(|error| error.to_string())?;
    let role_id = text(&role["data"]["role_id"]);
    let login = Login::AppRole { mount: "approle".to_owned(), role_id, secret_id_file };
    OpenBao::new(Config { login, erasure: None, ..server.config() }, plain()?)
        .map_err(|error| error.to_string())
}

#[tokio::test]
async fn every_drift_is_seen() {
    let server = Server::start().await.expect("OpenBao");
    let service = server.service().expect("a service");
    for n in 1..=4 {
        service.create(tenant(n)).await.expect("a key");
    }
    let said = async || {
        let posture = service.posture().await.expect("a posture");
        posture.deviations.iter().map(|found| (found.tenant, found.what)).collect::<Vec<_>>()
    };
    assert_eq!(said().await, []);

    let put = async |path: String, body: Value| server.expect(&Method::POST, &path, Some(&body)).await;
    put(format!("{}/config", key(1)), json!({ "exportable": true })).await.expect("done");
    put(format!("{}/config", key(2)), json!({ "allow_plaintext_backup": true })).await.expect("done");
    put(format!("{}/config", key(3)), json!({ "deletion_allowed": true })).await.expect("done");
    put(key(5), json!({ "type": "chacha20-poly1305" })).await.expect("done");
    put("transit/keys/visitor".to_owned(), json!({})).await.expect("done");
    put(format!("transit/keys/gone-{}", tenant(4).0), json!({})).await.expect("done");
    let seen = [
        (None, "the transit mount holds keys that are no tenant's"),
        (Some(tenant(1)), "the key can be exported"),
        (Some(tenant(2)), "the key can be backed up in clear"),
        (Some(tenant(3)), "the key can be deleted"),
        (Some(tenant(4)), "the key was destroyed once and is here again"),
        (Some(tenant(5)), "the key is of another type"),
    ];
    assert_eq!(said().await, seen);

    // A token with one right too many, and the mightiest one. The old token's end makes the file be read again.
    let old = std::fs::read_to_string(server.token_file("everyday")).expect("a token");
    let more = json!({ "policy": "path \"transit/export/*\" { capabilities = [\"read\"] }" });
    server.expect(&Method::PUT, "sys/policies/acl/more", Some(&more)).await.expect("done");
    let mut held = old;
    for policies in [["everyday", "more"].as_slice(), &["root"]] {
        let fresh = server.new_token("everyday", policies).await.expect("a token");
        put("auth/token/revoke".to_owned(), json!({ "token": held })).await.expect("revoked");
        held = fresh;
        let too_much = (None, "our token may do more than its policy");
        assert!(said().await.contains(&too_much), "{policies:?}");
    }
}

#[tokio::test]
async fn an_older_erasure_policy_is_found_with_the_command_that_mends_it() {
    let server = Server::start().await.expect("OpenBao");
    let service = server.service().expect("a service");
    service.create(tenant(1)).await.expect("a key");
    service.rotate(tenant(1)).await.expect("rotated");
    let policy = include_str!("../../../deploy/openbao-erasure-policy.hcl");
    let member = |name: &str| {
        let line = policy.lines().find(|line| line.contains(name)).expect("a parameter of the policy");
        policy.replace(line, "")
    };
    let load = async |policy: &str| {
        let body = json!({ "policy": policy });
        server.expect(&Method::PUT, "sys/policies/acl/erasure", Some(&body)).await.expect("loaded");
        let posture = service.posture().await.expect("a posture");
        posture.deviations.into_iter().map(|found| (found.what, found.remedy)).collect::<Vec<_>>()
    };
    let mend = Some("bao policy write treuhand-erasure deploy/openbao-erasure-policy.hcl");
    assert_eq!(load(policy).await, []);
    let found = load(&member("min_decryption_version")).await;
    assert!(
        matches!(found[..], [(what, remedy)] if what.contains("older one") && remedy == mend),
        "{found:?}"
    );
    assert!(service.retire(tenant(1), 2).await.is_err(), "what is found is what is missing");
    let found = load(&member("deletion_allowed")).await;
    assert!(matches!(found[..], [(what, remedy)] if what.contains("erased") && remedy == mend), "{found:?}");
    assert_eq!(load(policy).await, [], "loaded as the finding says");
    assert_eq!(service.retire(tenant(1), 2).await.map(|info| info.oldest), Ok(2));
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable_and_comes_back() {
    let mut server = Server::start().await.expect("OpenBao");
    let service = server.service().expect("a service");
    service.create(tenant(1)).await.expect("a key");
    let wrapped = service.wrap(tenant(1), b"p", b"secret").await.expect("wrapped");
    let opens = async || service.unwrap(tenant(1), b"p", &wrapped).await.map(|opened| opened.to_vec());

    for away in ["sealed", "frozen", "killed"] {
        match away {
            "sealed" => server.seal().await.expect("sealed"),
            "frozen" => server.freeze().await.expect("frozen"),
            _ => server.kill().expect("killed"),
        }
        let outcome = opens().await;
        assert!(matches!(outcome, Err(KeyError::Unavailable(_))), "{away}: {outcome:?}");
        assert!(matches!(service.health().await, Err(KeyError::Unavailable(_))), "{away}");
        assert!(matches!(service.posture().await, Err(KeyError::Unavailable(_))), "{away}");
        match away {
            "sealed" => server.unseal().await.expect("unsealed"),
            "frozen" => server.thaw().expect("thawed"),
            _ => server.revive().await.expect("revived"),
        }
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(50));
        let mut outcome = opens().await;
        for _ in 0..200 {
            if outcome.is_ok() {
                break;
            }
            ticks.tick().await; // it rests for a second after it found nobody
            outcome = opens().await;
        }
        assert_eq!(outcome, Ok(b"secret".to_vec()), "{away}");
    }
}

#[tokio::test]
async fn a_key_that_a_snapshot_brings_back_is_seen_and_destroyed_again() {
    let server = Server::start().await.expect("OpenBao");
    let service = server.service().expect("a service");
    service.create(tenant(1)).await.expect("a key");
    let wrapped = service.wrap(tenant(1), b"p", b"secret").await.expect("wrapped");
    let snapshot = server.snapshot().await.expect("a snapshot");
    service.destroy(tenant(1)).await.expect("destroyed");
    assert_eq!(service.unwrap(tenant(1), b"p", &wrapped).await.err(), Some(KeyError::Destroyed));

    server.restore(&snapshot).await.expect("restored");
    assert!(service.unwrap(tenant(1), b"p", &wrapped).await.is_ok(), "the snapshot brought nothing back");
    service.destroy(tenant(1)).await.expect("destroyed again");
    assert_eq!(service.unwrap(tenant(1), b"p", &wrapped).await.err(), Some(KeyError::Destroyed));
}

#[tokio::test]
async fn only_addresses_that_keep_keys_secret_are_taken() {
    let check = |root: &str, mount: &str, namespace: Option<&str>, want: Option<ConfigError>| {
        let config = Config {
            root: root.to_owned(),
            mount: mount.to_owned(),
            namespace: namespace.map(str::to_owned),
            login: Login::TokenFile(PathBuf::from("token")),
            erasure: None,
            limit: std::time::Duration::from_millis(250),
        };
        assert_eq!(
            OpenBao::new(config, plain().expect("connections")).err(),
            want,
            "{root} {mount} {namespace:?}"
        );
    };
    check("https://openbao.example:8200", "transit", Some("trustee/de"), None);
    check("http://127.0.0.1:8200/", "transit/", None, None);
    check("http://openbao.example:8200", "transit", None, Some(ConfigError::Plain));
    check("http://127.0.0.1.example", "transit", None, Some(ConfigError::Plain));
    check("https://openbao.example/v1", "transit", None, Some(ConfigError::Root));
    check("openbao.example", "transit", None, Some(ConfigError::Root));
    check("https://openbao.example", "", None, Some(ConfigError::Name));
    check("https://openbao.example", "a?b", None, Some(ConfigError::Name));
    check("https://openbao.example", "transit", Some("a\nb"), Some(ConfigError::Name));
}
