//! Authorities, and whoever pretends to be one.

use anyhow::{Result, ensure};
use data_encoding::BASE64;
use jiff::SignedDuration;
use kernel::Clock as _;
use serde_json::{Value, json};
use testkit::Ask;
use testkit::twin::{Player, Twin};

use crate::claim::Verdict;
use crate::flows;
use crate::stage::Stage;

/// A key that can be sealed to.
fn addressee() -> Value {
    json!({"addresseeKey": BASE64.encode(&[9; 32]), "authority": "District Court"})
}

async fn lawyer(stage: &Stage) -> Result<Player> {
    Twin::player(&stage.town, &stage.town.legal_officer("recht").await?).await
}

/// A09: what the operator can hand over, whoever compels it.
pub async fn export(stage: &mut Stage) -> Result<Verdict> {
    let played = flows::play(stage).await?;
    let folder = store::testing::folder();
    let (to, operator) = (folder.join("export"), stage.town.operator.clone());
    let written = tokio::task::spawn_blocking(move || {
        let wanted = treuhand::compelled::Wanted {
            store: operator.store(),
            files: &[],
            tenant: None,
            to: &to,
            now: 0,
        };
        treuhand::compelled::export(&wanted)
    });
    let counts = written.await??;
    let mut bytes = 0;
    let found = stage.searcher()?.files(&folder, &mut bytes);
    let sealed = std::fs::read_to_string(folder.join("export").join("rows.jsonl"))?;
    std::fs::remove_dir_all(&folder)?;
    ensure!(counts.get("customers").is_some_and(|rows| *rows > 0), "the export has no customers");
    ensure!(found.is_err() || sealed.contains("_sealed"), "the export has no envelopes");
    let rows: u64 = counts.values().sum();
    let found = found?;
    if !found.is_empty() {
        return Ok(Verdict::of(found, String::new()));
    }
    ensure!(played.failed.is_empty(), "the flows did not run: {}", played.failed.join(", "));
    Ok(Verdict::of(found, format!("0 hits in {rows} rows of {} tables, {bytes} bytes", counts.len())))
}

/// X04: a foreign order is moved to a disclosure, by assessments and in the database.
pub async fn foreign(stage: &mut Stage) -> Result<Verdict> {
    let (twin, lawyer) = (Twin::of(&stage.town).await?, lawyer(stage).await?);
    let attacked = stage.gateway().clone();
    let case = twin.demand(&attacked, "US", &addressee()).await?;
    let mut found = Vec::new();
    let mut said = String::new();
    for who in [&lawyer, &twin.officers[0]] {
        let reply = twin.assess(&attacked, who, &case, "compelled").await;
        if reply.status == 200 {
            found.push("a foreign order was found to compel".to_owned());
        }
        said = reply.slug();
    }
    twin.disclose(&attacked, &lawyer, &case).await;
    if twin.disclose(&attacked, &twin.officers[0], &case).await.status == 200 {
        found.push("a foreign order was disclosed".to_owned());
    }
    Ok(Verdict::of(found, said))
}

/// X04D: somebody writes to the trustee's database and makes a rejected foreign order a German one that compels.
pub async fn rewritten(stage: &mut Stage) -> Result<Verdict> {
    let (twin, lawyer) = (Twin::of(&stage.town).await?, lawyer(stage).await?);
    let attacked = stage.gateway().clone();
    let case = twin.demand(&attacked, "US", &addressee()).await?;
    for who in [&lawyer, &twin.officers[0]] {
        let reply = twin.assess(&attacked, who, &case, "invalid_reject").await;
        ensure!(reply.status == 200, "an assessment was refused: {}", reply.text());
    }
    let store = &stage.town.trustee_store;
    store.by_hand(&format!(
        "UPDATE legal_case SET country = 'DE', result = 'compelled' WHERE id = '{case}'"
    ))?;
    store
        .by_hand(&format!("UPDATE legal_assessment SET outcome = 'compelled' WHERE legal_case = '{case}'"))?;
    twin.disclose(&attacked, &lawyer, &case).await;
    let reply = twin.disclose(&attacked, &twin.officers[0], &case).await;
    let found = (reply.status == 200).then(|| "a rewritten case was disclosed".to_owned());
    Ok(Verdict::of(found, format!("{} {}", reply.status, reply.slug())))
}

/// X05: an emergency takes two officers and a review.
pub async fn emergency(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let (sound, attacked) = (stage.town.trustee.trustee.clone(), stage.gateway().clone());
    let mut wish = twin.wish();
    (wish["reason"], wish["ticket"]) = (json!("incident"), json!("INC-1"));
    let id = twin.ask(&sound, &wish).await?;
    let mut found = Vec::new();
    let off_duty = twin.approve(&attacked, &twin.officers[0], &id).await;
    if off_duty.status == 200 {
        found.push("an officer who is not on duty approved an emergency".to_owned());
        return Ok(Verdict::of(found, String::new()));
    }
    twin.roster(&stage.town).await?;
    twin.approve(&sound, &twin.officers[0], &id).await;
    if twin.state(&sound, &id).await != "pending" {
        found.push("one officer was enough".to_owned());
    }
    twin.approve(&sound, &twin.officers[1], &id).await;
    twin.watch(&sound, &twin.officers[1], &id).await;
    let begun = twin.activate(&sound, &id).await;
    ensure!(begun.status == 200, "positive control: the emergency was refused: {}", begun.text());
    let read = twin.read_once(&sound, &id).await;
    ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());
    twin.act(&sound, &twin.engineer, &id, "completion", &Value::Null).await;
    stage.town.clock.pass(SignedDuration::from_hours(73));
    let twin = Twin::of(&stage.town).await?;
    let next = twin.submit(&attacked, &twin.wish()).await;
    if next.status == 201 {
        found.push("who owes a review asked again".to_owned());
    }
    let list = Ask::get("/trustee/v1/access-policy").bearer(&twin.officers[0].token).of(&sound).await;
    ensure!(list.text().contains("trustee-officer>=2"), "the rule of emergencies");
    Ok(Verdict::of(found, format!("two officers; {} {}", next.status, next.slug())))
}

/// X05G, LEG-5: a gag is kept beyond its day, by silence, by an officer's word, or by a document that is not new.
pub async fn gagged(stage: &mut Stage) -> Result<Verdict> {
    let person = stage.town.legal_officer("recht").await?;
    let (twin, lawyer) = (Twin::of(&stage.town).await?, Twin::player(&stage.town, &person).await?);
    let attacked = stage.gateway().clone();
    let day = stage.town.clock.now() + SignedDuration::from_hours(24 * 40);
    let gag = json!({"gagUntil": day.to_string(), "gagBasis": "StPO 95a"});
    let case = twin.demand(&attacked, "DE", &gag).await?;
    let later = (day + SignedDuration::from_hours(24 * 365)).to_string();
    let mut found = Vec::new();
    let mut refusals = Vec::new();
    for (who, document, what) in [
        (&lawyer, String::new(), "no document"),
        (&lawyer, access::request::sha256(b"order"), "the demand's own document"),
        (&twin.officers[0], access::request::sha256(b"new"), "no legal officer"),
    ] {
        let body = json!({"found": "extended", "until": later, "documentSha256": document});
        let ask = Ask::post(format!("/trustee/v1/legal-cases/{case}/gag-reviews"), &body);
        let reply = ask.bearer(&who.token).of(&attacked).await;
        if reply.status == 200 {
            found.push(format!("a gag was extended with {what}"));
        }
        refusals.push(reply.status.to_string());
    }
    stage.town.clock.pass(SignedDuration::from_hours(24 * 40 + 1));
    attacked.tidy().await?;
    let twin = Twin::of(&stage.town).await?;
    let list = Ask::get("/trustee/v1/legal-notices").bearer(&twin.approver.token).of(&attacked).await;
    let told = list.json()["items"].as_array().into_iter().flatten().any(|one| one["id"] == case.as_str());
    if !told && found.is_empty() {
        found.push("the customer was not told on the day".to_owned());
    }
    Ok(Verdict::of(found, format!("{}; told on the day", refusals.join(" "))))
}

/// X08, LEG-9: what a data subject wrote, looked for in all that is the operator's, on the way there, and in the trustee's
/// store.
pub async fn handed_over(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let attacked = stage.gateway().clone();
    let text = stage.aviary.plant("SubjectRequest", "text");
    stage.town.tap.forget();
    let body = json!({"tenantId": twin.customer, "right": "access", "text": text});
    let ask = Ask::post("/trustee/v1/subject-requests", &body).bearer(&twin.engineer.token);
    let reply = ask.of(&attacked).await;
    ensure!(reply.status == 201, "a request could not be handed over: {}", reply.text());
    attacked.tidy().await?;
    let (at_operator, bytes) = stage.stored()?;
    let mut found: Vec<String> = at_operator.into_iter().collect();
    let searcher = stage.searcher()?;
    let rows = stage.town.trustee_store.everything()?;
    found.extend(searcher.bytes("the trustee's rows", rows.as_bytes()));
    found.extend(searcher.bytes("the receipt", reply.text().as_bytes()));
    let list = |who: &Player| Ask::get("/trustee/v1/subject-requests").bearer(&who.token);
    for who in [&twin.engineer, &twin.officers[0], &twin.other_approver] {
        found.extend(searcher.bytes("somebody else's list", list(who).of(&attacked).await.text().as_bytes()));
    }
    if found.is_empty() {
        let own = list(&twin.approver).of(&attacked).await;
        ensure!(
            own.text().contains(&text),
            "positive control: the customer does not read it: {}",
            own.text()
        );
    }
    Ok(Verdict::of(found, format!("0 hits in {} bytes", bytes + rows.len() as u64)))
}
