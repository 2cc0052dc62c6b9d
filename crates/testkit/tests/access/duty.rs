//! The officers' roster: what takes two, what an emergency needs of it, when the customer is told; and wishes of officers
//! that are taken back.

use super::*;
use kernel::Clock as _;

/// An emergency that nobody has decided on, of a town whose clock stands at `now`.
async fn emergency() -> Result<(Town, Twin, String)> {
    let (town, twin) = stage().await?;
    let mut wish = twin.wish();
    (wish["reason"], wish["ticket"]) = (json!("incident"), json!("INC-1"));
    let id = twin.ask(&town.trustee.trustee, &wish).await?;
    Ok((town, twin, id))
}

#[tokio::test]
async fn an_emergency_is_approved_by_officers_on_duty() -> Result<()> {
    let (town, twin, id) = emergency().await?;
    let zone = &town.trustee.trustee;
    let now = || town.clock.now();
    let approve = async |who: usize| twin.approve(zone, &twin.officers[who], &id).await;
    check(&approve(0).await, 403, "not_on_duty", "an empty roster");
    let later = now() + SignedDuration::from_hours(2);
    assert_eq!(twin.on_duty(zone, 0, (later, 2)).await.status, 201);
    check(&approve(0).await, 403, "not_on_duty", "a shift that has not begun");
    town.clock.pass(SignedDuration::from_hours(2));
    let twin = Twin::of(&town).await?;
    let approve = async |who: usize| twin.approve(zone, &twin.officers[who], &id).await;
    assert_eq!(approve(0).await.status, 200);
    check(&approve(1).await, 403, "not_on_duty", "the other officer");
    assert_eq!(twin.state(zone, &id).await, "pending");
    // A shift that is set now reaches no further back than now.
    let before = now() - SignedDuration::from_hours(3);
    let set = twin.on_duty(zone, 1, (before, 4)).await;
    assert_eq!(set.json()["from"].as_str().and_then(|at| at.parse().ok()), Some(now()), "{}", set.text());
    assert_eq!(approve(1).await.status, 200);
    assert_eq!(twin.state(zone, &id).await, "approved");
    // Votes that were given on duty stay votes when the shifts are over.
    town.clock.pass(SignedDuration::from_secs(1));
    let list = Ask::get("/trustee/v1/duties").bearer(&twin.officers[0].token).of(zone).await.json();
    for shift in list["items"].as_array().expect("shifts") {
        let path = format!("/trustee/v1/duties/{}", shift["id"].as_str().expect("an id"));
        let end = || Ask::new("DELETE", &path).bearer(&twin.officers[0].token);
        assert_eq!(end().of(zone).await.status, 204);
        assert_eq!(end().of(zone).await.status, 404, "it is over");
    }
    town.clock.pass(SignedDuration::from_secs(1));
    zone.tidy().await?; // the keys were not looked at for hours
    assert_eq!(twin.watch(zone, &twin.officers[1], &id).await.status, 200);
    assert_eq!(twin.activate(zone, &id).await.status, 200);
    let told = town.log.entries().into_iter().filter(|entry| entry.operation.starts_with("duty."));
    let told: Vec<String> = told.map(|entry| entry.operation).collect();
    assert_eq!(told, ["duty.set", "duty.set", "duty.ended", "duty.ended"]);
    Ok(())
}

#[tokio::test]
async fn a_shift_takes_two_officers_who_ask_for_the_same() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let person = twin.person(zone, &twin.officers[0]).await;
    let (now, hour) = (town.clock.now(), SignedDuration::from_hours(1));
    let shift = |person: &str, from: jiff::Timestamp, until: jiff::Timestamp| json!({"personId": person, "from": from.to_string(), "until": until.to_string()});
    let set = async |who: usize, body: &Value| {
        Ask::post("/trustee/v1/duties", body).bearer(&twin.officers[who].token).of(zone).await
    };
    let good = shift(&person, now, now + hour);
    for _ in 0..2 {
        check(&set(0, &good).await, 409, "second_officer_required", "one officer, twice");
    }
    check(&set(1, &shift(&person, now, now + hour * 2)).await, 409, "second_officer_required", "another end");
    let bad = [
        (shift(&person, now, now), "no time"),
        (shift(&person, now - hour * 2, now - hour), "over already"),
        (shift(&person, now, now + hour * (31 * 24 + 1)), "too long"),
        (shift(&twin.person(zone, &twin.engineer).await, now, now + hour), "no officer"),
    ];
    for (body, what) in &bad {
        assert_eq!(set(1, body).await.status, 400, "{what}");
    }
    assert_eq!(set(1, &good).await.status, 201);
    // Nobody else sees the roster, or sets it.
    for (who, status) in [(&twin.engineer, 403), (&twin.approver, 403)] {
        let list = Ask::get("/trustee/v1/duties").bearer(&who.token).of(zone).await;
        assert_eq!(list.status, status);
    }
    Ok(())
}

#[tokio::test]
async fn a_customer_is_told_of_an_emergency_within_a_quarter_of_an_hour() -> Result<()> {
    let (town, twin, id) = emergency().await?;
    let zone = &town.trustee.trustee;
    twin.roster(&town).await?;
    let told = async || {
        let list = Ask::get("/trustee/v1/access-reports").bearer(&twin.approver.token).of(zone).await.json();
        let items = list["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().filter(|one| one["cause"] == "emergency").collect::<Vec<_>>()
    };
    assert_eq!(twin.approve(zone, &twin.officers[0], &id).await.status, 200);
    zone.tidy().await?;
    assert_eq!(told().await.len(), 0, "it is not approved");
    assert_eq!(twin.approve(zone, &twin.officers[1], &id).await.status, 200);
    // What the program does each minute, for five minutes.
    for _ in 0..5 {
        town.clock.pass(SignedDuration::from_mins(1));
        zone.tidy().await?;
    }
    let told = told().await;
    assert_eq!(told.len(), 1, "once");
    assert_eq!((&told[0]["state"], &told[0]["requestId"]), (&json!("issued"), &json!(id)));
    Ok(())
}

#[tokio::test]
async fn an_officer_takes_an_own_wish_back_and_nobody_else_s() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let admit = async |who: usize| {
        let body = json!({"userPrincipalName": "neu"});
        Ask::post("/trustee/v1/staff", &body).bearer(&twin.officers[who].token).of(zone).await
    };
    let wishes = async || {
        let ask = Ask::get("/trustee/v1/officer-wishes").bearer(&twin.officers[0].token);
        ask.of(zone).await.json()["items"].as_array().cloned().unwrap_or_default()
    };
    let withdraw = async |who: usize, id: &str| {
        let ask = Ask::new("DELETE", format!("/trustee/v1/officer-wishes/{id}"));
        ask.bearer(&twin.officers[who].token).of(zone).await.status
    };
    check(&admit(0).await, 409, "second_officer_required", "the first");
    let id = wishes().await[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(withdraw(1, &id).await, 404, "it is the other one's");
    assert_eq!(withdraw(0, &id).await, 204);
    assert_eq!(withdraw(0, &id).await, 404, "it is gone");
    assert_eq!(wishes().await.len(), 0);
    check(&admit(1).await, 409, "second_officer_required", "the second is the first again");
    assert_eq!(admit(0).await.status, 201);
    Ok(())
}
