//! Rotating a customer's keys, broken off anywhere.

use anyhow::{Context, Result};
use jiff::SignedDuration;
use kernel::{TenantId, UserId};
use serde_json::{Value, json};
use store::trustee::directory;
use store::trustee::issuers::{self, IssuerRow};
use testkit::twin::Twin;
use testkit::{Ask, Town, killed_after};

use super::{check, own_profile, partner, post, stage};

fn path(twin: &Twin) -> String {
    format!("/trustee/v1/customers/{}/key-rotation", twin.customer)
}

/// What the key service says of the customer's key: its newest version, and the oldest that still opens.
async fn versions(town: &Town, twin: &Twin) -> Result<(u32, u32)> {
    let listed = town.trustee.keys.service().list(None, 100).await?;
    let tenant = twin.customer.parse()?;
    let info = listed.into_iter().find(|info| info.tenant == tenant).context("a key")?;
    Ok((info.newest, info.oldest))
}

async fn read(town: &Town, twin: &Twin) -> Value {
    let ask = Ask::get(path(twin)).bearer(&twin.officers[0].token);
    town.call(ask).await.json()
}

#[tokio::test]
async fn what_was_wrapped_is_wrapped_anew_and_older_versions_end() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let token = partner(&town).await?;
    // Each shelf has something on it: sealing keys, details in the log, a report's key, a second factor.
    let report = post(zone, &twin.approver, "/trustee/v1/access-reports", &json!({})).await;
    assert_eq!((report.status, &report.json()["state"]), (201, &json!("issued")));
    give_secrets(&town, &twin).await?;
    check(&Ask::get(path(&twin)).bearer(&twin.officers[0].token).of(zone).await, 404, "not_found", "never");
    check(
        &post(zone, &twin.approver, &path(&twin), &Value::Null).await,
        403,
        "role_required",
        "the customer",
    );
    let done = post(zone, &twin.officers[0], &path(&twin), &Value::Null).await;
    assert_eq!(done.status, 200, "{}", done.text());
    let done = done.json();
    assert_eq!((&done["state"], &done["oldWraps"]), (&json!("rewrapped"), &json!(0)), "{done}");
    assert_eq!(versions(&town, &twin).await?, (2, 1), "who read before may still unwrap");
    zone.tidy().await?;
    assert_eq!(versions(&town, &twin).await?, (2, 1), "not at once");
    town.clock.pass(SignedDuration::from_mins(3));
    zone.tidy().await?;
    assert_eq!(versions(&town, &twin).await?, (2, 2), "the older version is disabled");
    let shown = read(&town, &twin).await;
    assert_eq!((&shown["state"], &shown["keyVersion"]), (&json!("done"), &json!(2)), "{shown}");
    assert!(shown["oldVersionsDisabledDate"].is_string(), "{shown}");

    assert_eq!(own_profile(zone, &twin, &token).await.status, 200, "records open");
    let bundle =
        format!("/trustee/v1/access-reports/{}/bundle.json", report.json()["id"].as_str().unwrap_or("-"));
    assert_eq!(Ask::get(bundle).bearer(&twin.approver.token).of(zone).await.status, 200, "reports open");
    let again = post(zone, &twin.approver, "/trustee/v1/access-reports", &json!({})).await;
    assert_eq!(again.json()["state"], "issued", "details of the log open: {}", again.text());
    assert_eq!(factor(&town, &twin).await?, b"the second factor", "second factors open");
    assert_eq!(issuers_secret(&town, &twin).await?, b"the issuer's secret", "the issuer's secret opens");
    let log = String::from_utf8_lossy(&town.copy_of_log().await?.entries.concat()).into_owned();
    assert!(log.contains("old-versions-disabled"), "the log tells of it");
    Ok(())
}

/// The account of the customer's approver.
async fn account(town: &Town, twin: &Twin) -> Result<UserId> {
    let own =
        Ask::get("/trustee/v1/user").bearer(&twin.approver.token).of(&town.trustee.trustee).await.json();
    Ok(own["id"].as_str().context("an account")?.parse()?)
}

fn issuer_aad(tenant: TenantId) -> String {
    format!("issuer secret {tenant}")
}

/// Gives the approver a second factor and the customer an issuer of its own, wrapped as identity wraps them.
async fn give_secrets(town: &Town, twin: &Twin) -> Result<()> {
    let (tenant, user): (TenantId, _) = (twin.customer.parse()?, account(town, twin).await?);
    let wrapped =
        town.trustee.keys.wrap(tenant, format!("totp {user}").as_bytes(), b"the second factor").await?;
    let secret =
        town.trustee.keys.wrap(tenant, issuer_aad(tenant).as_bytes(), b"the issuer's secret").await?;
    let text = String::new;
    let issuer = IssuerRow {
        tenant,
        issuer: "https://issuer.example".to_owned(),
        client_id: text(),
        secret,
        claim: text(),
        set_by: text(),
        set_at: 1,
    };
    let write = move |tx: &mut store::Tx| {
        let mut person = directory::person(tx, user)?.ok_or(store::StoreError::NoRow("person"))?;
        person.totp = Some(wrapped.clone());
        directory::set_person(tx, &person)?;
        issuers::put(tx, &issuer)
    };
    Ok(town.trustee_store.write("give-secrets", write).await?)
}

/// The secret at the customer's issuer, unwrapped.
async fn issuers_secret(town: &Town, twin: &Twin) -> Result<Vec<u8>> {
    let tenant: TenantId = twin.customer.parse()?;
    let row = town.trustee_store.read("issuer", move |tx| issuers::issuer(tx, tenant)).await?;
    let secret = row.context("an issuer")?.secret;
    Ok(town.trustee.keys.unwrap(tenant, issuer_aad(tenant).as_bytes(), secret).await?.to_vec())
}

/// The approver's second factor, unwrapped.
async fn factor(town: &Town, twin: &Twin) -> Result<Vec<u8>> {
    let (tenant, user) = (twin.customer.parse()?, account(town, twin).await?);
    let person = town.trustee_store.read("person", move |tx| directory::person(tx, user)).await?;
    let wrapped = person.and_then(|person| person.totp).context("a second factor")?;
    Ok(town.trustee.keys.unwrap(tenant, format!("totp {user}").as_bytes(), wrapped).await?.to_vec())
}

#[tokio::test]
async fn it_goes_on_wherever_it_was_killed() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let (mut kills, mut ended) = (0, false);
    while !ended {
        let work = zone.rotate_tenant_key(twin.customer.parse()?);
        ended = killed_after(work, kills).await.transpose()?.is_some();
        kills += 1;
        let token = partner(&town).await?;
        assert_eq!(own_profile(zone, &twin, &token).await.status, 200, "killed after {kills}");
        if kills % 3 == 0 {
            zone.tidy().await?; // as the next start does
            let shown = read(&town, &twin).await;
            assert!(kills < 4 || shown["oldWraps"] == 0, "killed after {kills}: {shown}");
        }
    }
    assert!(kills > 5, "it was killed {kills} times");
    town.clock.pass(SignedDuration::from_mins(3));
    zone.tidy().await?;
    let (newest, oldest) = versions(&town, &twin).await?;
    assert_eq!(newest, oldest);
    let twin = Twin::of(&town).await?;
    assert_eq!(read(&town, &twin).await["state"], "done");
    let token = partner(&town).await?;
    assert_eq!(own_profile(zone, &twin, &token).await.status, 200);
    Ok(())
}
