//! What a grant rests on goes away, and comes back; and what a supervisor sees meanwhile.

use super::*;
use trustee::ports::Logbook;

#[tokio::test]
async fn a_supervisor_sees_masked_values_and_nothing_of_it_is_kept() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    let read = twin.read_once(zone, &id).await.json();
    let (name, email) = (read["firstName"].as_str().unwrap_or_default(), read["email"].as_str());
    let seen = twin.watch(zone, &twin.officers[1], &id).await;
    let uses = seen.json()["uses"].clone();
    assert_eq!(uses[0]["target"], twin.target().as_str(), "{uses}");
    let values = uses[0]["maskedValues"].as_array().cloned().unwrap_or_default();
    assert_eq!(values.len(), 2, "{uses}");
    assert!(
        values.iter().all(|one| one["value"].as_str().is_some_and(|text| text.contains("***"))),
        "{uses}"
    );
    for whole in [Some(name), email].into_iter().flatten() {
        assert!(whole.len() > 2 && !seen.text().contains(whole), "{whole} is seen in full");
    }
    let listed = Ask::get(format!("/trustee/v1/access-requests/{id}/uses")).bearer(&twin.officers[1].token);
    assert!(!listed.of(zone).await.text().contains("***"), "the book of uses has no values");
    let kept = town.trustee_store.by_hand("SELECT * FROM access_use")?.rows;
    assert!(!format!("{kept:?}").contains("***"));
    Ok(())
}

#[tokio::test]
async fn a_clock_that_goes_back_opens_nothing() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    town.clock.pass(SignedDuration::from_secs(60));
    let id = twin.granted(zone, &twin.wish()).await?;
    assert_eq!(twin.read_once(zone, &id).await.status, 200);
    town.clock.pass(SignedDuration::from_secs(-20));
    check(&twin.read_once(zone, &id).await, 503, "clock_untrusted", "the clock went back");
    assert_eq!(twin.state(zone, &id).await, "paused");
    town.clock.pass(SignedDuration::from_secs(21));
    assert_eq!(twin.watch(zone, &twin.officers[1], &id).await.status, 200);
    assert_eq!(twin.read_once(zone, &id).await.status, 200, "it is right again, and somebody watches");
    Ok(())
}

#[tokio::test]
async fn supervision_is_what_officers_can_do() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let supervised = async || {
        zone.measure().await;
        zone.assurance().is_supervised()
    };
    assert!(supervised().await, "two officers could watch");
    let id = twin.granted(zone, &twin.wish()).await?;
    assert!(supervised().await, "one watches");
    town.clock.pass(SignedDuration::from_secs(31));
    assert!(!supervised().await, "a grant is in use and nobody watches");
    assert_eq!(twin.watch(zone, &twin.officers[1], &id).await.status, 200);
    assert!(supervised().await, "somebody is there again");
    let person = twin.person(zone, &twin.officers[0]).await;
    town.trustee_store
        .by_hand(&format!("UPDATE enrolled_person SET state = 'removed' WHERE id = '{person}'"))?;
    assert!(!supervised().await, "one officer alone is nobody who takes over");
    Ok(())
}

#[tokio::test]
async fn a_note_reaches_the_log_once_whatever_is_tried_again() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let logged = async |id: &str| {
        let ask = Ask::get("/trustee/v1/log/entries?type=submit&size=200").bearer(&twin.officers[0].token);
        let list = ask.of(zone).await.json();
        assert!(list["items"].is_array(), "{list}");
        (town.log.kinds(id).len(), list["items"].as_array().map_or(0, Vec::len))
    };
    town.log.is_away(true);
    let id = twin.ask(zone, &twin.wish()).await?;
    assert_eq!(logged(&id).await, (0, 0), "the note waits");
    assert!(zone.tidy().await.is_err(), "and is tried in vain");
    town.log.is_away(false);
    // Two who bring notes at once bring each of them once.
    let (one, other) = tokio::join!(zone.tidy(), zone.tidy());
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(logged(&id).await, (1, 1));
    // The program was stopped after the entry was written and before it heard of that: it brings the note again.
    let note = town.log.entries().into_iter().find(|entry| entry.grant == id).expect("the entry");
    Logbook::append(zone.log(), note).await.map_err(|problem| anyhow::anyhow!(problem.description))?;
    assert_eq!(logged(&id).await, (1, 1), "the log has it already");
    Ok(())
}

#[tokio::test]
async fn a_use_follows_what_waits_for_the_log_and_what_was_refused_took_its_nonce() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    let size = async || {
        let state = town.trustee_store.read("log-state", store::trustee::log::state).await;
        state.expect("a store").expect("a log").size
    };
    let before = size().await;
    assert_eq!(twin.read_once(zone, &id).await.status, 200);
    assert_eq!(size().await, before + 2, "intent and result, each once");
    // Another customer's request is taken back while the log is away, so that its entry waits.
    let other = json!({
        "tenantId": town.access.customers[1].tenant_id, "reason": "audit_sample", "ticket": "A-1",
    });
    let others = twin.ask(zone, &with(&twin.wish(), &other)).await?;
    town.log.is_away(true);
    assert_eq!(twin.act(zone, &twin.engineer, &others, "withdrawal", &Value::Null).await.status, 200);
    town.log.is_away(false);
    let told = town.log.entries().len();
    assert_eq!(twin.read_once(zone, &id).await.status, 200);
    let told: Vec<String> = town.log.entries().into_iter().skip(told).map(|entry| entry.kind).collect();
    assert_eq!(told, ["withdraw", "use.intent", "use.result"]);
    let shown = Ask::get(format!("/trustee/v1/access-requests/{id}")).bearer(&twin.engineer.token);
    assert_eq!(shown.of(zone).await.json()["uses"], 2, "what could not be one step was not counted twice");
    // Also what was refused has used its nonce up.
    let nonce = twin.nonce(zone, &id).await;
    let proof = Twin::proof(&twin.engineer, &id, READ, "/v1/customers", &nonce);
    let proof = format!("{nonce} {proof}");
    let refused = twin.call(zone, &twin.engineer, &id, &twin.target(), &proof).await;
    check(&refused, 401, "pop_invalid", "over another call");
    let proof = Twin::proof(&twin.engineer, &id, READ, &twin.target(), &nonce);
    let again = twin.call(zone, &twin.engineer, &id, &twin.target(), &format!("{nonce} {proof}")).await;
    check(&again, 401, "pop_invalid", "the nonce of a call that was refused");
    Ok(())
}
