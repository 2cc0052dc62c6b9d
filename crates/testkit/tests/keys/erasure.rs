//! Erasing a customer.

use anyhow::{Context, Result};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::trustee::{directory, keys as rows};
use testkit::Ask;
use testkit::browser::Browser;

use super::{check, erase, erasure_of, own_profile, partner, post, stage};

#[tokio::test]
async fn it_takes_the_customer_and_two_officers_and_the_days() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let (path, confirm) = (erasure_of(&twin), format!("{}/confirmation", erasure_of(&twin)));
    let wish = json!({"reason": "We leave."});
    check(&post(zone, &twin.officers[0], &confirm, &Value::Null).await, 404, "not_found", "never asked for");
    check(&post(zone, &twin.officers[0], &path, &wish).await, 403, "role_required", "an officer");
    check(&post(zone, &twin.other_approver, &path, &wish).await, 404, "customer_unknown", "another customer");
    check(
        &post(zone, &twin.approver, &path, &json!({"reason": " "})).await,
        400,
        "bad_property",
        "no reason",
    );
    assert_eq!(post(zone, &twin.approver, &path, &wish).await.status, 201);
    check(&post(zone, &twin.approver, &path, &wish).await, 409, "state_conflict", "twice");
    check(&post(zone, &twin.approver, &confirm, &Value::Null).await, 403, "role_required", "itself");
    let [first, second] = &twin.officers;
    assert_eq!(post(zone, first, &confirm, &Value::Null).await.json()["state"], "requested");
    check(&post(zone, first, &confirm, &Value::Null).await, 409, "duplicate_person", "the same officer");
    let confirmed = post(zone, second, &confirm, &Value::Null).await.json();
    assert_eq!((&confirmed["state"], &confirmed["liveAt"]), (&json!("confirmed"), &Value::Null));

    let token = partner(&town).await?;
    assert_eq!(own_profile(zone, &twin, &token).await.status, 200);
    town.clock.pass(SignedDuration::from_hours(7 * 24 - 1));
    zone.tidy().await?;
    let twin = testkit::twin::Twin::of(&town).await?;
    let token = partner(&town).await?;
    assert_eq!(own_profile(zone, &twin, &token).await.status, 200, "the days are not over");
    let withdrawn = Ask::new("DELETE", &path).bearer(&twin.approver.token).of(zone).await;
    assert_eq!(withdrawn.status, 204, "{}", withdrawn.text());
    town.clock.pass(SignedDuration::from_hours(2));
    zone.tidy().await?;
    let token = partner(&town).await?;
    assert_eq!(own_profile(zone, &twin, &token).await.status, 200, "taken back");
    Ok(())
}

#[tokio::test]
async fn nothing_opens_afterwards_and_two_dates_are_told() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let token = partner(&town).await?;
    let list = async || Ask::get("/v1/customers?size=50").bearer(&token).of(zone).await;
    let subscriptions = format!("/v1/customers/{}/subscriptions", twin.customer);
    assert_eq!(own_profile(zone, &twin, &token).await.status, 200);
    let wrapped = wrapped_of(&town, &twin.customer).await?;
    assert!(remains(&town, &wrapped)? > 0, "the search finds what is there");
    let done = erase(zone, &twin).await;
    let body = done.json();
    assert_eq!(
        (done.status, &body["state"], &body["liveAt"], &body["irrecoverableAt"]),
        (200, &json!("live"), &json!("2026-01-15T09:00:00Z"), &json!("2026-02-19T09:00:00Z")),
        "{body}"
    );
    check(&own_profile(zone, &twin, &token).await, 410, "shredded", "its profile");
    assert_eq!(list().await.status, 200, "lists go on");
    let sold = Ask::get(&subscriptions).bearer(&token).of(zone).await;
    assert_eq!(sold.status, 200, "commerce goes on: {}", sold.text());
    assert_eq!(remains(&town, &wrapped)?, 0, "nothing of the wrapped keys is left in the files");
    let again = json!({"reason": "Again."});
    check(&post(zone, &twin.approver, &erasure_of(&twin), &again).await, 410, "shredded", "again");

    town.clock.pass(SignedDuration::from_hours(36 * 24));
    zone.tidy().await?;
    let twin = testkit::twin::Twin::of(&town).await?;
    let read = Ask::get(erasure_of(&twin)).bearer(&twin.officers[0].token).of(zone).await;
    assert_eq!(read.json()["state"], "final", "{}", read.text());
    let copy = town.copy_of_log().await?;
    let log = String::from_utf8_lossy(&copy.entries.concat()).into_owned();
    for kind in ["shred.request", "shred.live", "shred.final", "key.create"] {
        assert!(log.contains(&format!("\"type\":\"{kind}\"")), "{kind}");
    }
    Ok(())
}

#[tokio::test]
async fn what_was_opened_of_an_erased_customer_stays_proved_without_its_details() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    assert_eq!(twin.read_once(zone, &id).await.status, 200);
    assert_eq!(twin.act(zone, &twin.officers[1], &id, "stop", &Value::Null).await.status, 200);
    assert_eq!(erase(zone, &twin).await.json()["state"], "live");
    zone.tidy().await?;
    let officer = &twin.officers[0];
    let list = Ask::get("/trustee/v1/access-reports?size=200").bearer(&officer.token).of(zone).await;
    let list = list.expect(200);
    let own = |one: &&Value| one["tenantId"] == json!(twin.customer) && one["cause"] == "event";
    let event = list["items"].as_array().into_iter().flatten().find(own).context("the grant has ended")?;
    let asked = json!({"tenantId": twin.customer});
    let demand = post(zone, officer, "/trustee/v1/access-reports", &asked).await.expect(201);
    for one in [event, &demand] {
        let (facts, report) = town.verified_report(officer, &one["id"]).await?;
        assert_eq!(
            (facts.without_detail, &report["released"]["uses"]),
            (facts.entries, &json!(1)),
            "{report}"
        );
        assert!(facts.searched && facts.in_period > 5, "{facts:?}");
        for kind in ["use.result", "shred.request", "shred.live"] {
            assert!(report["counts"][kind].is_u64(), "{kind}: {}", report["counts"]);
        }
        assert!(!report.to_string().contains(twin.wish()["purpose"].as_str().context("a purpose")?));
        let path = format!("/trustee/v1/access-reports/{}/page.html", one["id"].as_str().unwrap_or_default());
        let page = Ask::get(path).bearer(&officer.token).of(zone).await.text();
        assert!(page.contains("were destroyed with this organisation’s keys"), "{page}");
        assert!(page.contains("opened data of this organisation once"), "{page}");
    }
    Ok(())
}

/// What the trustee's store keeps under the customer's keys.
async fn wrapped_of(town: &testkit::Town, customer: &str) -> Result<Vec<Vec<u8>>> {
    let tenant: kernel::TenantId = customer.parse()?;
    let read = move |tx: &mut store::Tx| {
        let sealing = rows::sealing(tx, tenant)?.into_iter().map(|row| row.wrapped);
        let own = rows::tenant(tx, tenant)?.into_iter().filter_map(|row| row.wrapped);
        Ok(sealing.chain(own).collect())
    };
    Ok(town.trustee_store.read("wrapped", read).await?)
}

/// How often any of these stands in the store's files.
fn remains(town: &testkit::Town, what: &[Vec<u8>]) -> Result<usize> {
    anyhow::ensure!(!what.is_empty(), "there is something to look for");
    let location = town.trustee_store.location();
    let folder = std::path::Path::new(&location).parent().context("a folder")?;
    let mut found = 0;
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        if path.is_file() {
            let content = std::fs::read(path)?;
            found += what.iter().filter(|one| content.windows(one.len()).any(|part| part == **one)).count();
        }
    }
    Ok(found)
}

/// The secret of RFC 6238's examples, and as an authenticator takes it.
const FACTOR: (&[u8], &str) = (b"12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");

#[tokio::test]
async fn who_has_a_second_factor_signs_in_afterwards_to_see_the_dates() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let own = Ask::get("/trustee/v1/user").bearer(&twin.approver.token).of(zone).await.json();
    let user: kernel::UserId = own["id"].as_str().context("an account")?.parse()?;
    let aad = format!("totp {user}");
    let wrapped = town.trustee.keys.wrap(twin.customer.parse()?, aad.as_bytes(), FACTOR.0).await?;
    let set = move |tx: &mut store::Tx| {
        let mut person = directory::person(tx, user)?.ok_or(store::StoreError::NoRow("person"))?;
        (person.totp, person.totp_ready) = (Some(wrapped.clone()), true);
        directory::set_person(tx, &person)
    };
    town.trustee_store.write("second-factor", set).await?;
    let admin = &town.access.customers[0].admin;
    let sign_in = async || {
        let browser = Browser::new(&town);
        let page = browser.sign_in(&admin.user_name, &admin.password).await;
        let now = kernel::Clock::now(&*town.clock).as_second();
        let code = trustee::identity::totp_code_at(FACTOR.1, now).unwrap_or_default();
        let page = browser.send(&page, "name=\"code\"", &[("code", &code)]).await;
        page.says(200, "What needs somebody");
        browser
    };
    sign_in().await;
    assert_eq!(erase(zone, &twin).await.json()["state"], "live");
    town.clock.pass(SignedDuration::from_mins(2)); // a code counts once
    sign_in().await.get("/portal/leaving").await.says(200, "keys destroyed");
    Ok(())
}
