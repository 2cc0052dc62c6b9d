//! Leaving with everything of one's own.

use anyhow::{Result, ensure};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::testing::Engine;
use testkit::leaving::{ask, fetch, open, own_key, take};
use testkit::twin::Twin;
use testkit::{Ask, Plan, Town};

use crate::claim::Verdict;
use crate::stage::Stage;

/// D10, EXIT-1: whoever gets hold of the archive reads it, it is not whole, or does not arrive equal; and the two dates of
/// the erasure that follows are wrong.
pub async fn exit(stage: &mut Stage) -> Result<Verdict> {
    let (body, canaries) = stage.aviary.new_customer("auszug");
    let (customer, approver) = stage.town.leaver(&body).await?;
    let key = own_key();
    let (made, file) = take(stage.gateway(), &approver, &customer, &key).await?;
    let text = String::from_utf8_lossy(&file).into_owned();
    let mut found: Vec<String> = canaries
        .iter()
        .filter(|canary| text.contains(&canary.core))
        .map(|canary| format!("{} stands in the archive in clear", canary.place))
        .collect();
    if let Some(found) = found.pop() {
        return Ok(Verdict::Falls(found));
    }
    let left = open(&key, &file)?;
    let whole: Vec<u8> = left.files().flat_map(|(_, content)| content.to_vec()).collect();
    let whole = String::from_utf8_lossy(&whole).into_owned();
    let lost = canaries.iter().filter(|canary| !whole.contains(&canary.core));
    found.extend(lost.map(|canary| format!("{} is not in the archive", canary.place)));

    let fresh = Town::found(Plan::on(Engine::Sqlite)).await?;
    let (arrived, there) = fresh.receive(&left).await?;
    let (_, again) = take(&fresh.trustee.trustee, &there, &arrived, &key).await?;
    let differences = treuhand::arrival::differences(&left, &open(&key, &again)?)?;
    found.extend(differences.into_iter().map(|what| format!("{what} did not arrive as it left")));

    let zone = stage.town.trustee.trustee.clone();
    let twin = Twin { customer: customer.clone(), approver, ..Twin::of(&stage.town).await? };
    super::back::erase(&zone, &twin).await?;
    let path = format!("/trustee/v1/customers/{customer}/erasure");
    let dates = Ask::get(path).bearer(&twin.officers[0].token).of(&zone).await.json();
    let (live, gone) = (instant(&dates["liveAt"]), instant(&dates["irrecoverableAt"]));
    let days = live.zip(gone).map(|(live, gone)| gone.duration_since(live));
    if days != Some(SignedDuration::from_hours(35 * 24)) {
        found.push(format!("the two dates are {dates}"));
    }
    let id = made["id"].as_str().unwrap_or_default();
    if fetch(&zone, &twin.approver, &customer, id).await.status == 200 {
        found.push("the archive outlives the keys".to_owned());
    }
    stage.town.clock.pass(SignedDuration::from_mins(2));
    let after = ask(&zone, &twin.approver, &customer, &key).await?;
    if after.status != 410 {
        found.push(format!("an erased customer's export is answered {}", after.status));
    }
    let records = &made["records"];
    Ok(Verdict::of(
        found,
        format!("{records} records left sealed and arrived equal; erased since {}", json!(dates["liveAt"])),
    ))
}

fn instant(value: &Value) -> Option<jiff::Timestamp> {
    value.as_str()?.parse().ok()
}

/// EXIT-2: a customer who gave notice is erased while its data can be fetched, by a wish that does not say so.
pub async fn early(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let path = format!("/trustee/v1/customers/{}", twin.customer);
    let given = stage.sound(&twin.approver.token, Ask::post(format!("{path}/departure"), &json!({}))).await;
    ensure!(given.status == 201, "no notice: {}", given.text());
    let wish = json!({"reason": "We leave.", "waiveCoolingOff": true});
    let asked = stage.call(&twin.approver.token, Ask::post(format!("{path}/erasure"), &wish)).await;
    for officer in &twin.officers {
        stage.call(&officer.token, Ask::post(format!("{path}/erasure/confirmation"), &Value::Null)).await;
    }
    let app = stage.app.clone();
    let read = stage.call(&app, Ask::get(format!("/v1/customers/{}/profiles/billing", twin.customer))).await;
    let found = (read.status == 410).then(|| "it was erased within the time".to_owned());
    Ok(Verdict::of(found, format!("{}; its data still opens", asked.slug())))
}
