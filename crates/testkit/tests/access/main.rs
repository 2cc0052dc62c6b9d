//! Access requests from the asking to the reading, through the real gateway.

mod duty;
mod gags;
mod legal;
mod policy;
mod reports;
mod subjects;
mod tickets;
mod told;
mod trouble;

use anyhow::Result;
use contract::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::testing::Engine;
use testkit::twin::{Player, READ, Twin};
use testkit::{Ask, Plan, Reply, Town};
use trustee::Trustee;

async fn stage() -> Result<(Town, Twin)> {
    let town = Town::found(Plan::on(Engine::Sqlite)).await?;
    let twin = Twin::of(&town).await?;
    Ok((town, twin))
}

fn check(reply: &Reply, status: u16, slug: &str, what: &str) {
    assert_eq!((reply.status, reply.slug().as_str()), (status, slug), "{what}: {}", reply.text());
}

#[tokio::test]
async fn an_engineer_reads_what_was_granted_and_nothing_else() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let plain = Ask::get(twin.target()).bearer(&twin.engineer.token).of(zone).await;
    check(&plain, 403, "grant_required", "without a grant");
    let id = twin.granted(zone, &twin.wish()).await?;
    let read = twin.read_once(zone, &id).await;
    assert_eq!(read.status, 200, "{}", read.text());
    let seen = read.json();
    assert!(seen["firstName"].is_string() && seen["email"].is_string(), "{seen}");
    assert!(seen["companyName"].is_string(), "commerce stays in clear: {seen}");
    for hidden in
        ["/lastName", "/defaultAddress/city", "/defaultAddress/addressLine1", "/defaultAddress/firstName"]
    {
        assert!(seen.pointer(hidden).is_none(), "{hidden}: {seen}");
    }
    assert_eq!(read.header("cache-control"), "no-store");
    let kinds = town.log.kinds(&id);
    assert_eq!(kinds, ["submit", "approve", "approve", "activate", "use.intent", "use.result"]);
    let uses = Ask::get(format!("/trustee/v1/access-requests/{id}/uses")).bearer(&twin.approver.token);
    let uses = uses.of(zone).await.json();
    assert_eq!(uses["items"][0]["outcome"], "released", "{uses}");
    assert_eq!(uses["items"][0]["rows"], 1, "{uses}");
    assert_eq!(uses["items"][0]["fields"], json!(["billing-profile.email", "billing-profile.firstName"]));
    let masked = json!({"masking": true, "ticket": Twin::ticket(1)});
    let id = twin.granted(zone, &with(&twin.wish(), &masked)).await?;
    let shown = twin.read_once(zone, &id).await.json();
    assert!(shown["firstName"].as_str().is_some_and(|name| name.ends_with("***")), "{shown}");
    Ok(())
}

fn with(wish: &Value, changes: &Value) -> Value {
    let mut wish = wish.clone();
    for (name, value) in changes.as_object().into_iter().flatten() {
        wish[name.as_str()] = value.clone();
    }
    wish
}

#[tokio::test]
async fn what_may_not_be_asked_is_refused_with_its_reason() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    for (changes, status, slug) in [
        (json!({"reason": "curiosity"}), 400, "bad_property"),
        (json!({"reason": "legal_disclosure"}), 400, "reason_not_granted"),
        (json!({"operations": ["create-order"]}), 400, "operation_unknown"),
        (json!({"operations": ["list-customers"]}), 400, "operation_unknown"),
        (json!({"fields": ["billing-profile.companyName"]}), 400, "scope_unfit"),
        (json!({"fields": []}), 400, "scope_unfit"),
        (json!({"classes": ["personal"]}), 400, "scope_unfit"),
        (json!({"reason": "incident", "ticket": "T-1\nfactors: trustee-officer>=1"}), 400, "bad_property"),
        (json!({"ticket": "T-1"}), 400, "ticket_unknown"),
        (json!({"purpose": "\u{202e}"}), 400, "bad_property"),
        (json!({"durationSeconds": 7201}), 400, "bad_property"),
        (json!({"tenantId": town.access.partners[0].tenant_id}), 400, "bad_property"),
        (json!({"physicalCountry": "US"}), 403, "residency_violation"),
    ] {
        let reply = twin.submit(zone, &with(&twin.wish(), &changes)).await;
        check(&reply, status, slug, &changes.to_string());
    }
    let looser = with(&twin.wish(), &json!({"supervision": "post"}));
    let id = twin.ask(zone, &looser).await?;
    let shown =
        Ask::get(format!("/trustee/v1/access-requests/{id}")).bearer(&twin.engineer.token).of(zone).await;
    assert_eq!(shown.json()["supervision"], "live", "the rule's minimum holds");
    Ok(())
}

#[tokio::test]
async fn two_of_one_kind_are_no_quorum_and_nobody_decides_twice() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.ask(zone, &twin.wish()).await?;
    let [first, second] = &twin.officers;
    assert_eq!(twin.approve(zone, first, &id).await.status, 200);
    check(&twin.approve(zone, first, &id).await, 409, "duplicate_person", "the same person");
    check(&twin.approve(zone, second, &id).await, 409, "factor_full", "a second officer for the customer");
    check(
        &twin.approve(zone, &twin.other_approver, &id).await,
        404,
        "not_found",
        "another customer's approver",
    );
    check(&twin.approve(zone, &twin.engineer, &id).await, 403, "role_required", "the requester");
    assert_eq!(twin.state(zone, &id).await, "pending");
    check(&twin.activate(zone, &id).await, 409, "state_conflict", "before it is approved");
    assert_eq!(twin.approve(zone, &twin.approver, &id).await.status, 200);
    assert_eq!(twin.state(zone, &id).await, "approved");
    check(&twin.activate(zone, &id).await, 409, "supervisor_absent", "nobody watches");
    Ok(())
}

#[tokio::test]
async fn a_no_is_final_and_the_same_wish_is_not_heard_for_a_week() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.ask(zone, &twin.wish()).await?;
    let denied = twin.act(zone, &twin.approver, &id, "decisions", &json!({"decision": "deny"})).await;
    assert_eq!((denied.status, denied.json()["state"].as_str()), (200, Some("denied")), "{}", denied.text());
    check(&twin.approve(zone, &twin.officers[0], &id).await, 409, "state_conflict", "after a no");
    let again = twin.submit(zone, &twin.wish()).await;
    check(&again, 409, "denied_before", "the same wish");
    assert!(again.text().contains(&id), "the answer names the denial: {}", again.text());
    town.clock.pass(SignedDuration::from_hours(7 * 24 + 1));
    let later = Twin::of(&town).await?;
    assert_eq!(later.submit(zone, &later.wish()).await.status, 201);
    Ok(())
}

#[tokio::test]
async fn taking_a_grant_back_beats_a_use_that_is_under_way() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    revoke_when_logged(&town, &twin, zone, &id);
    let read = twin.read_once(zone, &id).await;
    check(&read, 403, "grant_revoked", "revoked between intent and release");
    assert_eq!(twin.state(zone, &id).await, "revoked");
    check(&twin.read_once(zone, &id).await, 403, "grant_revoked", "afterwards");
    Ok(())
}

/// Takes the grant back while the intent of its next use is being logged.
fn revoke_when_logged(town: &Town, twin: &Twin, zone: &Trustee, id: &str) {
    let (twin, zone, id) = (twin.clone(), zone.clone(), id.to_owned());
    town.log.when("use.intent", move || {
        let (twin, zone, id) = (twin.clone(), zone.clone(), id.clone());
        Box::pin(async move {
            let (revoker, target, at) = (twin.clone(), zone.clone(), id.clone());
            // Its own entry waits for the one that is being written now.
            tokio::spawn(async move {
                revoker.act(&target, &revoker.approver, &at, "revocation", &Value::Null).await
            });
            while twin.state(&zone, &id).await != "revoked" {
                tokio::task::yield_now().await;
            }
        })
    });
}

#[tokio::test]
async fn time_and_silence_give_nothing() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    town.clock.pass(SignedDuration::from_secs(31));
    check(&twin.read_once(zone, &id).await, 409, "supervisor_absent", "the supervisor is gone");
    assert_eq!(twin.state(zone, &id).await, "paused");
    assert_eq!(twin.watch(zone, &twin.officers[1], &id).await.status, 200);
    assert_eq!(twin.read_once(zone, &id).await.status, 200, "the supervisor is back");
    town.clock.pass(SignedDuration::from_mins(16));
    zone.look_at_keys().await?; // as the house does each minute
    check(&twin.read_once(zone, &id).await, 403, "grant_expired", "idle for a quarter of an hour");
    let asked = twin.ask(zone, &with(&twin.wish(), &json!({"ticket": Twin::ticket(1)}))).await?;
    town.clock.pass(SignedDuration::from_hours(73));
    let later = Twin::of(&town).await?;
    assert_eq!(later.state(zone, &asked).await, "lapsed");
    check(&later.approve(zone, &later.approver, &asked).await, 409, "state_conflict", "too late");
    Ok(())
}

#[tokio::test]
async fn a_leaver_opens_and_carries_nothing() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    let waiting = twin.ask(zone, &with(&twin.wish(), &json!({"ticket": Twin::ticket(2)}))).await?;
    check(&twin.remove(zone, &twin.officers[1], 0).await, 409, "last_officers", "two officers stay");
    let alone = twin.remove(zone, &twin.approver, 0).await;
    check(&alone, 409, "second_officer_required", "one officer alone");
    check(&twin.remove(zone, &twin.approver, 0).await, 409, "second_officer_required", "the same one again");
    let wishes = Ask::get("/trustee/v1/officer-wishes").bearer(&twin.officers[1].token).of(zone).await;
    assert!(wishes.text().contains("remove-person"), "{}", wishes.text());
    assert_eq!(twin.state(zone, &id).await, "active", "a wish ends nothing");
    assert_eq!(twin.remove(zone, &twin.approver, 1).await.status, 204);
    assert_eq!(twin.state(zone, &id).await, "revoked", "at once, not at the next use");
    assert_eq!(town.log.kinds(&id).last().map(String::as_str), Some("revoke"));
    check(&twin.read_once(zone, &id).await, 403, "grant_revoked", "its approver is gone");
    assert_eq!(twin.state(zone, &waiting).await, "pending", "it can still find another approver");
    twin.remove(zone, &twin.engineer, 0).await;
    assert_eq!(twin.remove(zone, &twin.engineer, 1).await.status, 204);
    assert_eq!(twin.state(zone, &waiting).await, "withdrawn", "its requester is gone");
    check(&twin.read_once(zone, &id).await, 403, "person_not_enrolled", "the engineer is gone");
    let removed = town.log.entries().into_iter().filter(|entry| entry.kind == "remove");
    assert_eq!(removed.map(|entry| entry.operation).collect::<Vec<_>>(), ["person", "person"]);
    Ok(())
}

#[tokio::test]
async fn an_approver_has_the_way_in_that_the_trustee_gave() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let received = town.new_person(twin.customer.parse()?, "received", &[Role::CustomerAdmin]).await?;
    let received = town.own_token(&twin.customer, &received).await?;
    let own = Ask::get("/trustee/v1/user").bearer(&twin.approver.token).of(zone).await.json();
    let user = format!("/trustee/v1/users/{}", own["id"].as_str().unwrap_or_default());
    let id = twin.person(zone, &twin.approver).await;
    for (what, method, path, body) in [
        ("password", "POST", format!("{user}/password"), Value::Null),
        ("roles", "PATCH", user.clone(), json!({"roles": []})),
    ] {
        let ask = Ask::new(method, path);
        let ask = if body.is_null() { ask } else { ask.json(&body) };
        check(&ask.bearer(&received).of(zone).await, 403, "approver_is_the_trustees", what);
    }
    let renew =
        |by: &Player| Ask::post(format!("/trustee/v1/persons/{id}/sign-in"), &Value::Null).bearer(&by.token);
    check(&renew(&twin.engineer).of(zone).await, 403, "role_required", "the operator");
    check(&renew(&twin.officers[0]).of(zone).await, 409, "second_officer_required", "one officer alone");
    let ticket = renew(&twin.officers[1]).of(zone).await;
    assert!(ticket.status == 200 && ticket.json()["oneTimePassword"].is_string(), "{}", ticket.text());
    let twin = Twin::of(&town).await;
    assert!(twin.is_err(), "the approver's old password opens nothing");
    Ok(())
}

#[tokio::test]
async fn who_is_enrolled_is_in_the_log_without_names() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let key = access::sshsig::public_of(&access::sshsig::private_from_seed(&[6; 32])?)?.line();
    let person = json!({
        "kind": "customer-approver", "tenantId": twin.customer, "userPrincipalName": "kanarienvogel",
        "country": "DE", "evidence": "identity card", "sshPublicKey": key, "firstName": "Kanari", "lastName": "Vogel",
    });
    let made = Ask::post("/trustee/v1/persons", &person).bearer(&twin.officers[0].token).of(zone).await;
    let path = format!("/trustee/v1/persons/{}", made.json()["id"].as_str().unwrap_or_default());
    let confirm = Ask::post(format!("{path}/confirmation"), &Value::Null).bearer(&twin.officers[1].token);
    let confirmed = confirm.of(zone).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    let key = confirmed.json()["keys"][0]["id"].as_str().unwrap_or_default().to_owned();
    let gone =
        Ask::new("DELETE", format!("{path}/keys/{key}")).bearer(&twin.officers[0].token).of(zone).await;
    assert_eq!(gone.status, 204, "{}", gone.text());
    let told: Vec<_> = town.log.entries().into_iter().filter(|entry| entry.grant.is_empty()).collect();
    let about: Vec<_> = told
        .iter()
        .filter(|entry| entry.tenant.to_string() == twin.customer)
        .map(|entry| (entry.kind.as_str(), entry.operation.as_str()))
        .collect();
    assert_eq!(about, [("enrol", "person"), ("remove", "key")]);
    assert!(told.iter().any(|entry| entry.operation == "account.admit-person"), "the house's people too");
    for entry in &told {
        let text = format!("{entry:?}").to_lowercase();
        assert!(!text.contains("kanari") && !text.contains("vogel") && !text.contains('@'), "{text}");
    }
    Ok(())
}

#[tokio::test]
async fn without_a_log_nothing_is_opened() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    town.tap.forget();
    town.log.is_away(true);
    check(&twin.read_once(zone, &id).await, 503, "log_unavailable", "the log is away");
    assert!(town.tap.heard().is_empty(), "the operator was not even asked");
    assert_eq!(twin.state(zone, &id).await, "paused");
    assert_eq!(twin.watch(zone, &twin.officers[1], &id).await.status, 200);
    assert_eq!(twin.state(zone, &id).await, "paused", "the cause is still there");
    town.log.is_away(false);
    check(&twin.read_once(zone, &id).await, 409, "supervisor_absent", "nobody has let it go on");
    assert_eq!(twin.watch(zone, &twin.officers[1], &id).await.status, 200);
    assert_eq!(twin.read_once(zone, &id).await.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_customers_first_approver_is_made_by_two_officers() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let tenant = twin.customer.parse()?;
    let received = town.new_person(tenant, "received", &[Role::CustomerAdmin]).await?;
    let received = town.own_token(&twin.customer, &received).await?;
    let accept = Ask::post("/trustee/v1/agreements", &json!({})).bearer(&received).of(zone).await;
    check(&accept, 403, "person_not_enrolled", "what a partner received accepts nothing");
    let key = access::sshsig::public_of(&access::sshsig::private_from_seed(&[5; 32])?)?.line();
    let person = json!({
        "kind": "customer-approver", "tenantId": twin.customer, "userPrincipalName": "zweite",
        "country": "DE", "evidence": "identity card", "sshPublicKey": key,
    });
    let propose = |token: &str| Ask::post("/trustee/v1/persons", &person).bearer(token);
    check(&propose(&twin.engineer.token).of(zone).await, 403, "role_required", "the operator");
    check(&propose(&received).of(zone).await, 403, "role_required", "the customer itself");
    let proposed = propose(&twin.officers[0].token).of(zone).await;
    assert_eq!(proposed.status, 201, "{}", proposed.text());
    let id = proposed.json()["id"].as_str().unwrap_or_default().to_owned();
    let confirm =
        |token: &str| Ask::post(format!("/trustee/v1/persons/{id}/confirmation"), &json!(null)).bearer(token);
    check(&confirm(&twin.officers[0].token).of(zone).await, 403, "self_approval", "who proposed it");
    let confirmed = confirm(&twin.officers[1].token).of(zone).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    assert!(confirmed.json()["oneTimePassword"].is_string(), "a new password: {}", confirmed.text());
    check(&confirm(&twin.officers[1].token).of(zone).await, 409, "state_conflict", "twice");
    check(&propose(&twin.officers[0].token).of(zone).await, 409, "key_taken", "a key of somebody's");
    Ok(())
}

#[tokio::test]
async fn a_proof_is_worth_one_call() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    let nonce = twin.nonce(zone, &id).await;
    let target = twin.target();
    let proof = format!("{nonce} {}", Twin::proof(&twin.engineer, &id, READ, &target, &nonce));
    let query = format!("{target}?x=1");
    check(&twin.call(zone, &twin.engineer, &id, &query, &proof).await, 401, "pop_invalid", "another target");
    check(
        &twin.call(zone, &twin.engineer, &id, &target, &proof).await,
        401,
        "pop_invalid",
        "the nonce was taken",
    );
    check(&twin.call(zone, &twin.engineer, &id, &target, "").await, 401, "pop_invalid", "no proof");
    check(&twin.call(zone, &twin.engineer, "x", &target, &proof).await, 403, "grant_required", "no grant");
    let nonce = twin.nonce(zone, &id).await;
    let stolen = format!("{nonce} {}", Twin::proof(&twin.other_engineer, &id, READ, &target, &nonce));
    check(
        &twin.call(zone, &twin.other_engineer, &id, &target, &stolen).await,
        401,
        "pop_invalid",
        "a stolen id",
    );
    assert_eq!(twin.read_once(zone, &id).await.status, 200, "and the right one still counts");
    Ok(())
}

#[tokio::test]
async fn nothing_begins_while_nobody_knows_how_keys_are_kept() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.ask(zone, &twin.wish()).await?;
    for who in [&twin.officers[0], &twin.approver] {
        assert_eq!(twin.approve(zone, who, &id).await.status, 200);
    }
    town.clock.pass(SignedDuration::from_mins(16));
    assert_eq!(twin.watch(zone, &twin.officers[1], &id).await.status, 200);
    check(&twin.activate(zone, &id).await, 503, "keys_not_sound", "the last look is too long ago");
    zone.look_at_keys().await?;
    assert_eq!(twin.activate(zone, &id).await.status, 200);
    Ok(())
}
