//! One disloyal officer, and a customer's own administrator, against the people who decide.

use anyhow::{Result, ensure};
use contract::Role;
use serde_json::{Value, json};
use testkit::Ask;
use testkit::twin::Twin;

use crate::claim::Verdict;
use crate::stage::Stage;

/// A17: every act that lets somebody in, by one officer, twice.
pub async fn alone(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let attacked = stage.gateway().clone();
    let officer = &twin.officers[0].token;
    let own = Ask::get("/trustee/v1/user").bearer(&twin.officers[1].token).of(&attacked).await.json();
    let other = own["id"].as_str().unwrap_or_default().to_owned();
    let own = Ask::get("/trustee/v1/user").bearer(&twin.engineer.token).of(&attacked).await.json();
    let staff = own["id"].as_str().unwrap_or_default().to_owned();
    ensure!(!other.is_empty() && !staff.is_empty(), "an officer and an engineer");
    let person = twin.person(&attacked, &twin.engineer).await;
    let (mut found, mut tried) = (Vec::new(), 0);
    for (what, method, path, body) in [
        ("admitting staff", "POST", "/trustee/v1/staff".to_owned(), json!({"userPrincipalName": "maulwurf"})),
        (
            "admitting an officer",
            "POST",
            "/trustee/v1/users".to_owned(),
            json!({"userPrincipalName": "maulwurf", "roles": ["TrusteeOfficer"]}),
        ),
        (
            "admitting an auditor",
            "POST",
            "/trustee/v1/users".to_owned(),
            json!({"userPrincipalName": "pruefer", "roles": ["Auditor"]}),
        ),
        ("another officer's password", "POST", format!("/trustee/v1/users/{other}/password"), Value::Null),
        ("staff's password", "POST", format!("/trustee/v1/staff/{staff}/password"), Value::Null),
        ("dismissing staff", "DELETE", format!("/trustee/v1/staff/{staff}"), Value::Null),
        ("removing a person", "DELETE", format!("/trustee/v1/persons/{person}"), Value::Null),
    ] {
        for _ in 0..2 {
            tried += 1;
            let ask = Ask::new(method, &path).bearer(officer);
            let ask = if body.is_null() { ask } else { ask.json(&body) };
            let reply = ask.of(&attacked).await;
            if (200..300).contains(&reply.status) {
                found.push(format!("{what} by one officer was answered with {}", reply.status));
                break;
            }
            let slug = reply.slug();
            ensure!(slug == "second_officer_required", "{what}: {}", reply.text());
        }
    }
    if !found.is_empty() {
        return Ok(Verdict::of(found, String::new()));
    }
    // The positive control: the second officer makes it so.
    let body = json!({"userPrincipalName": "zweite"});
    let ask = |token: &str| Ask::post("/trustee/v1/staff", &body).bearer(token);
    ask(officer).of(&stage.town.trustee.trustee).await;
    let made = ask(&twin.officers[1].token).of(&stage.town.trustee.trustee).await;
    ensure!(made.status == 201, "positive control: two officers admit nobody: {}", made.text());
    Ok(Verdict::of(
        found,
        format!("{tried} acts by one officer were noted and not done; with a second one it is"),
    ))
}

/// A18: whoever holds the credentials that came with a customer's creation gives the approver a new password.
pub async fn approver(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let received = stage.town.new_person(twin.customer.parse()?, "received", &[Role::CustomerAdmin]).await?;
    let received = stage.town.own_token(&twin.customer, &received).await?;
    let attacked = stage.gateway().clone();
    let own = Ask::get("/trustee/v1/user").bearer(&twin.approver.token).of(&attacked).await.json();
    let user = own["id"].as_str().unwrap_or_default().to_owned();
    let path = format!("/trustee/v1/users/{user}/password");
    let reset = Ask::post(&path, &Value::Null).bearer(&received).of(&attacked).await;
    let found =
        (reset.status == 200).then(|| "a partner's credentials gave the approver a new password".to_owned());
    Ok(Verdict::of(found, format!("{} {}", reset.status, reset.slug())))
}

/// B18V: two officers remove an approver while a grant is active; nobody uses it afterwards.
pub async fn removed(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let (sound, attacked) = (stage.town.trustee.trustee.clone(), stage.gateway().clone());
    let id = twin.granted(&sound, &twin.wish()).await?;
    twin.remove(&attacked, &twin.approver, 0).await;
    let gone = twin.remove(&attacked, &twin.approver, 1).await;
    ensure!(gone.status == 204, "the approver was not removed: {}", gone.text());
    let stands = twin.state(&attacked, &id).await;
    let found = (stands != "revoked").then(|| format!("the grant is still {stands}"));
    Ok(Verdict::of(found, "the grant was revoked with the removal".to_owned()))
}
