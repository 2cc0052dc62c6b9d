//! A customer leaves with everything of its own, and arrives elsewhere.

use anyhow::{Context, Result};
use contract::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::leaving::{ask, exports_of, fetch, open, own_key, take};
use testkit::twin::{Player, Twin};
use testkit::{Ask, Plan, Town, customer};
use trustee::exports::archive::Archive;

use super::{check, erase, post, stage};

const PRIVATE: [&str; 6] =
    ["Hannelore", "Quittenbaum", "hannelore@auszug.example", "+49 511 7770123", "Kastanienweg 81", "Celle"];

/// A second key, of somebody else.
struct Other;
impl kernel::Entropy for Other {
    fn fill(&self, into: &mut [u8]) {
        into.fill(0x5a);
    }
}

async fn leaver(town: &Town) -> Result<(String, Player)> {
    town.leaver(&customer("auszug", &PRIVATE)).await
}

fn values(archive: &Archive, operation: &str) -> Result<Vec<Value>> {
    Ok(archive.records(operation)?.into_iter().map(|line| line.value).collect())
}

#[tokio::test]
async fn only_the_customers_approver_takes_it_along_and_only_its_key_opens_it() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let (customer, approver) = leaver(&town).await?;
    let (path, key) = (exports_of(&customer), own_key());
    let body = json!({ "recipient": key.recipient()?.to_string() });
    let clerk = town.new_person(customer.parse()?, "clerk", &[Role::CustomerAdmin]).await?;
    let clerk = town.own_token(&customer, &clerk).await?;
    let clerk = Player { token: clerk, key: String::new() };
    check(&post(zone, &twin.officers[0], &path, &body).await, 403, "role_required", "an officer");
    check(&post(zone, &twin.engineer, &path, &body).await, 403, "role_required", "the operator");
    check(&post(zone, &twin.other_approver, &path, &body).await, 404, "customer_unknown", "another customer");
    check(&post(zone, &clerk, &path, &body).await, 403, "person_not_enrolled", "an administrator");
    let bad = json!({ "recipient": "ssh-ed25519 AAAA" });
    check(&post(zone, &approver, &path, &bad).await, 400, "bad_property", "no key");

    let (made, file) = take(zone, &approver, &customer, &key).await?;
    let id = made["id"].as_str().context("an id")?;
    check(&fetch(zone, &clerk, &customer, id).await, 403, "person_not_enrolled", "an administrator fetches");
    check(
        &fetch(zone, &twin.other_approver, &customer, id).await,
        404,
        "customer_unknown",
        "another fetches",
    );
    for word in PRIVATE.iter().chain(&["manifest.json"]) {
        assert!(!file.windows(word.len()).any(|part| part == word.as_bytes()), "{word} stands in clear");
    }
    let other = envelope::age::Identity::generate(&Other);
    assert!(open(&other, &file).is_err(), "another key opens it");
    assert_eq!(made["sha256"], trustee::exports::archive::sha256(&file));
    assert_eq!(made["bytes"], file.len());
    let log = String::from_utf8_lossy(&town.copy_of_log().await?.entries.concat()).into_owned();
    let digest = format!("\"archive\":\"sha256:{}\"", made["sha256"].as_str().unwrap_or_default());
    assert!(log.contains("\"type\":\"export\"") && log.contains(&digest), "the log tells of it");

    check(&ask(zone, &approver, &customer, &key).await?, 429, "too_many_requests", "at once again");
    town.clock.pass(SignedDuration::from_mins(2));
    let (again, _) = take(zone, &approver, &customer, &key).await?;
    check(&fetch(zone, &approver, &customer, id).await, 404, "not_found", "a newer one was made");
    let list = Ask::get(&path).bearer(&approver.token).of(zone).await.json();
    assert_eq!(
        (&list["items"][0]["fetched"], &list["items"][1]["keptUntil"]),
        (&json!(1), &Value::Null),
        "{list}"
    );
    town.clock.pass(SignedDuration::from_hours(8 * 24));
    zone.tidy().await?;
    let read = move |tx: &mut store::Tx| {
        let id = again["id"].as_str().unwrap_or_default();
        store::trustee::exports::archive(tx, customer.parse().unwrap_or(trustee::keys::HOUSE), id)
    };
    assert!(town.trustee_store.read("archive", read).await?.is_none(), "a week later it is gone");
    Ok(())
}

#[tokio::test]
async fn everything_of_the_customer_is_in_it() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let (customer, approver) = leaver(&town).await?;
    let token = town.app_token(town.partner("direct")?).await?;
    let offers = town.call(Ask::get("/v1/offers?country=DE").bearer(&token)).await.expect(200);
    let plain = |offer: &&Value| {
        offer["isAddOn"] == json!(false) && offer["isTrial"] == json!(false) && offer["billing"] == "license"
    };
    let offer = offers["items"].as_array().and_then(|all| all.iter().find(plain)).context("an offer")?;
    let order = json!({
        "referenceCustomerId": customer, "billingCycle": "monthly",
        "lineItems": [{"lineItemNumber": 0, "offerId": offer["id"], "quantity": 3}],
    });
    let ordered = Ask::post(format!("/v1/customers/{customer}/orders"), &order).bearer(&token);
    let ordered = town.call(ordered).await.expect(201);
    let mut wish = twin.wish();
    // It has opened no ticket, which help would need.
    (wish["tenantId"], wish["reason"]) = (json!(customer), json!("audit_sample"));
    let request = twin.ask(zone, &wish).await?;

    zone.tidy().await?; // the log hears of keys and requests
    let key = own_key();
    let (made, file) = take(zone, &approver, &customer, &key).await?;
    let archive = open(&key, &file)?;
    let manifest = archive.verify()?;
    assert_eq!(
        (&manifest.tenant, &manifest.export),
        (&customer, &made["id"].as_str().unwrap_or_default().to_owned())
    );
    assert!(manifest.missing.is_empty(), "{:?}", manifest.missing);
    let invoices = manifest.left_out.iter().find(|left| left.operation == "list-invoices");
    assert!(
        invoices.is_some_and(|left| left.why.contains("over all customers")),
        "why no invoices are in it"
    );
    let profile = &values(&archive, "get-customer-billing-profile")?[0];
    assert_eq!(
        (&profile["firstName"], &profile["email"]),
        (&json!(PRIVATE[0]), &json!(PRIVATE[2])),
        "{profile}"
    );
    assert_eq!(profile["defaultAddress"]["addressLine1"], PRIVATE[4]);
    assert_eq!(values(&archive, "list-orders")?[0]["id"], ordered["id"]);
    let subscription = &values(&archive, "list-subscriptions")?[0];
    assert_eq!((&subscription["quantity"], &subscription["orderId"]), (&json!(3), &ordered["id"]));
    let contact = archive.records("get-subscription-support-contact")?;
    assert!(contact[0].path.contains(subscription["id"].as_str().unwrap_or("-")), "{contact:?}");
    let users = values(&archive, "list-tenant-users")?;
    assert_eq!(users.len(), 2, "{users:?}");
    assert!(users.iter().any(|user| user["displayName"] == "Lena Vogt"), "{users:?}");
    assert!(values(&archive, "list-own-agreements")?.iter().all(|one| one["acceptedDate"].is_string()));
    assert_eq!(values(&archive, "get-access-request")?[0]["id"], json!(request));
    assert_eq!(values(&archive, "list-persons")?.len(), 1);
    let report =
        archive.files().find(|(path, _)| path.starts_with("files/access-report-")).context("a report")?;
    let policy = ledger::Policy::of_log(town.trustee.trustee.log().key().clone());
    let facts = ledger::verify_report(report.1, &policy, None).map_err(|why| anyhow::anyhow!("{why}"))?;
    assert!(facts.entries >= 3, "the report verifies and tells of the customer's entries");
    let schema: Value = serde_json::from_slice(
        archive.files().find(|(path, _)| *path == "schema.json").context("a schema")?.1,
    )?;
    for listed in manifest.files.iter().filter(|listed| listed.records.is_some()) {
        let name = listed.schema.clone().unwrap_or_default();
        assert!(schema["components"]["schemas"][&name].is_object(), "{} has no schema {name}", listed.path);
    }
    Ok(())
}

#[tokio::test]
async fn it_arrives_equal_in_a_fresh_cloud_and_ends_with_the_erasure() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let (customer, approver) = leaver(&town).await?;
    let key = own_key();
    let (made, file) = take(zone, &approver, &customer, &key).await?;
    let left = open(&key, &file)?;

    let fresh = Town::found(Plan::on(store::testing::Engine::Sqlite)).await?;
    let (arrived, there) = fresh.receive(&left).await?;
    let (_, file) = take(&fresh.trustee.trustee, &there, &arrived, &key).await?;
    assert_eq!(treuhand::arrival::differences(&left, &open(&key, &file)?)?, Vec::<String>::new());
    let change = json!({"displayName": "Lena Vogt-Krause"});
    let users = fresh.call(Ask::get("/trustee/v1/users").bearer(&there.token)).await.expect(200);
    let lena = users["items"].as_array().into_iter().flatten().find(|one| one["firstName"] == "Lena");
    let lena = lena.and_then(|one| one["id"].as_str()).context("Lena")?;
    let path = format!("/trustee/v1/users/{lena}");
    fresh.call(Ask::new("PATCH", path).json(&change).bearer(&there.token)).await.expect(200);
    fresh.clock.pass(SignedDuration::from_mins(2));
    let (_, file) = take(&fresh.trustee.trustee, &there, &arrived, &key).await?;
    assert_eq!(treuhand::arrival::differences(&left, &open(&key, &file)?)?, ["user lena"]);

    let twin = Twin { customer: customer.clone(), approver: approver.clone(), ..twin };
    assert_eq!(erase(zone, &twin).await.json()["state"], "live");
    let id = made["id"].as_str().unwrap_or_default();
    check(&fetch(zone, &approver, &customer, id).await, 404, "not_found", "the archive ends with the keys");
    town.clock.pass(SignedDuration::from_mins(2));
    check(&ask(zone, &approver, &customer, &key).await?, 410, "shredded", "nothing is left to take");
    Ok(())
}
