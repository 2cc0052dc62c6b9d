//! Changing who must agree.

use super::*;
use access::policy::GERMANY;

/// Customers are not asked any more when their tickets are worked on.
fn weaker() -> String {
    let (asks, does_not) = ("{ customer-approver = 1, trustee-officer = 1 }", "{ trustee-officer = 1 }");
    GERMANY.replacen(asks, does_not, 1)
}

async fn factors(zone: &Trustee, who: &Player, tenant: &str) -> String {
    let query = if tenant.is_empty() { String::new() } else { format!("?tenantId={tenant}") };
    let ask = Ask::get(format!("/trustee/v1/access-policy{query}")).bearer(&who.token);
    let rules = ask.of(zone).await.json()["rules"].as_array().cloned().unwrap_or_default();
    let rule = rules.into_iter().find(|rule| rule["reason"] == "customer_support");
    rule.and_then(|rule| rule["factors"].as_str().map(str::to_owned)).unwrap_or_default()
}

const BOTH: &str = "customer-approver>=1 AND trustee-officer>=1";

#[tokio::test]
async fn a_change_takes_two_officers_a_day_and_the_customer_whom_it_weakens() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let propose =
        |who: &Player, body: &Value| Ask::post("/trustee/v1/access-policy/changes", body).bearer(&who.token);
    let weak = json!({"text": weaker(), "existingCustomers": "keep"});
    let officer = &twin.officers[0];
    check(&propose(&twin.engineer, &weak).of(zone).await, 403, "role_required", "the operator");
    check(&propose(&twin.approver, &weak).of(zone).await, 403, "role_required", "a customer");
    let for_all = json!({"text": weaker()});
    check(&propose(officer, &for_all).of(zone).await, 409, "policy_weakening_needs_customer", "for all");
    for bad in ["factors = {}", "factors = { trustee-officer = 0 }", "factors = { emperor = 1 }"] {
        let text = GERMANY.replacen("factors = { customer-approver = 1, trustee-officer = 1 }", bad, 1);
        check(&propose(officer, &json!({"text": text})).of(zone).await, 400, "policy_refused", bad);
    }
    let made = propose(officer, &weak).of(zone).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_str().unwrap_or_default().to_owned();
    assert!(made.text().contains("customer_support:factors"), "{}", made.text());
    check(&twin.sign_change(zone, &twin.approver, &id).await, 409, "state_conflict", "before the officers");
    assert_eq!(twin.sign_change(zone, officer, &id).await.json()["state"], "proposed", "one officer");
    check(&twin.sign_change(zone, officer, &id).await, 409, "duplicate_person", "the same officer");
    let signed = twin.sign_change(zone, &twin.officers[1], &id).await;
    assert_eq!(signed.json()["state"], "signed", "{}", signed.text());
    town.clock.pass(SignedDuration::from_hours(23));
    let twin = Twin::of(&town).await?;
    assert_eq!(factors(zone, &twin.officers[0], "").await, BOTH, "not before its day");
    town.clock.pass(SignedDuration::from_hours(2));
    let twin = Twin::of(&town).await?;
    assert_eq!(factors(zone, &twin.officers[0], "").await, "trustee-officer>=1", "for who comes later");
    assert_eq!(factors(zone, &twin.officers[0], &twin.customer).await, BOTH, "for who was here");
    assert_eq!(factors(zone, &twin.approver, "").await, BOTH, "a customer sees its own");
    let asked = twin.ask(zone, &twin.wish()).await?;
    assert_eq!(twin.approve(zone, &twin.officers[0], &asked).await.status, 200);
    assert_eq!(twin.state(zone, &asked).await, "pending", "the old rule stays");
    let agreed = twin.sign_change(zone, &twin.approver, &id).await;
    assert_eq!(agreed.status, 200, "{}", agreed.text());
    assert_eq!(factors(zone, &twin.approver, "").await, "trustee-officer>=1", "it has agreed");
    assert_eq!(factors(zone, &twin.other_approver, "").await, BOTH, "another one has not");
    let told = town.log.entries().into_iter().filter(|entry| entry.kind == "policy");
    let told: Vec<_> = told.map(|entry| (entry.operation, entry.digests.len())).collect();
    let words = ["policy.propose", "policy.sign", "policy.sign", "policy.signed", "policy.sign"];
    assert_eq!(told, words.map(|word| (word.to_owned(), 1)));
    let sql = format!("UPDATE policy_change SET body = body || '# more', sha256 = sha256 WHERE id = '{id}'");
    town.trustee_store.by_hand(&sql)?;
    assert_eq!(factors(zone, &twin.approver, "").await, BOTH, "what was not signed does not count");
    Ok(())
}

#[tokio::test]
async fn a_rule_asks_for_the_level_that_is_measured() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let strict = GERMANY.replacen("active-minutes = 120", "active-minutes = 120\nminimum-level = 1", 1);
    twin.change_policy(&town, zone, &strict).await?;
    let twin = Twin::of(&town).await?;
    zone.look_at_keys().await?; // as the house does each minute
    let id = twin.approved(zone, &twin.wish()).await?;
    // One process in a demo world is L0.
    check(&twin.activate(zone, &id).await, 503, "level_too_low", "L1 is asked for");
    Ok(())
}
