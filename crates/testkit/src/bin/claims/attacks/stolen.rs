//! What somebody finds who takes the operator's things away, or is the operator.

use anyhow::Result;
use contract::operation::{Method, operations};
use testkit::Ask;

use crate::claim::Verdict;
use crate::flows::{self, Played};
use crate::stage::Stage;

/// Nothing was found; but did the flows run, and does the rightful partner see what nobody else does?
async fn unfound(stage: &mut Stage, played: &Played, evidence: String) -> Result<Verdict> {
    anyhow::ensure!(played.failed.is_empty(), "the flows did not run: {}", played.failed.join(", "));
    let victim = stage.victim("kontrolle").await?;
    stage.partner_sees(&victim).await?;
    Ok(Verdict::Holds(format!(
        "{evidence}; {} canaries in {} fields",
        stage.aviary.canaries.len(),
        flows::fields().len()
    )))
}

/// The operator's store: every row, and of the embedded engine the files as they lie there, WAL included.
pub async fn store(stage: &mut Stage) -> Result<Verdict> {
    let played = flows::play(stage).await?;
    let (found, bytes) = stage.stored()?;
    if !found.is_empty() {
        return Ok(Verdict::of(found, String::new()));
    }
    unfound(stage, &played, format!("0 hits in {bytes} bytes of what is stored")).await
}

/// A backup, and what configures the zone.
pub async fn backup(stage: &mut Stage) -> Result<Verdict> {
    let played = flows::play(stage).await?;
    let folder = store::testing::folder();
    let (archive, operator) = (folder.join("operator.backup"), stage.town.operator.clone());
    let to = archive.clone();
    let made = tokio::task::spawn_blocking(move || operator.store().backup(store::Schema::Operator, &to, 0));
    made.await??;
    let keys = format!("{:02x?}", stage.gateway().assertion_key());
    std::fs::write(
        folder.join("operator.toml"),
        format!("trustee_keys = {keys}\n{}", contract::profile::GERMANY),
    )?;
    let mut bytes = 0;
    let found = stage.searcher()?.files(&folder, &mut bytes);
    std::fs::remove_dir_all(&folder)?;
    let found = found?;
    if !found.is_empty() {
        return Ok(Verdict::of(found, String::new()));
    }
    unfound(stage, &played, format!("0 hits in {bytes} bytes of backup, configuration and keys")).await
}

/// Everything that passed between the zones, requests and answers.
pub async fn traffic(stage: &mut Stage) -> Result<Verdict> {
    let played = flows::play(stage).await?;
    let traffic = stage.town.tap.traffic();
    let found = stage.searcher()?.bytes("the traffic", &traffic);
    if !found.is_empty() {
        return Ok(Verdict::of(found, String::new()));
    }
    unfound(stage, &played, format!("0 hits in {} bytes", traffic.len())).await
}

/// An operator that keeps whatever it is sent, and whose people ask the trustee for everything.
pub async fn patched(stage: &mut Stage) -> Result<Verdict> {
    let played = flows::play(stage).await?;
    let searcher = stage.searcher()?;
    let mut found = searcher.bytes("what the operator was sent", &stage.town.tap.traffic());
    let victim = match &played.victim {
        Some(victim) => victim.id.clone(),
        None => stage.victim("opfer").await?.id,
    };
    let app = stage.app.clone();
    stage.sound(&app, Ask::get(format!("/v1/customers/{victim}"))).await;
    // To its own people it answers with what it keeps for the partner, whatever they ask.
    if let Some((_, kept)) = stage.town.tap.heard().pop() {
        stage.town.tap.lies(move |_, reply| *reply = kept.clone());
    }
    let home = stage.town.tenant_of(&stage.town.access.operator_staff[0]).await?;
    let tokens = [stage.staff.clone(), stage.town.new_app_token(home).await?];
    let mut asked = 0;
    for spec in operations().iter().filter(|spec| spec.method == Method::Get && spec.served) {
        let path = spec.path.replace("{customer-id}", &victim);
        for token in &tokens {
            let shown = stage.call(token, Ask::get(path.as_str())).await;
            found.extend(searcher.bytes(&format!("{} for the operator's people", spec.id), &shown.body));
            asked += 1;
        }
    }
    stage.town.tap.is_honest();
    for shown in &played.shown_to_staff {
        found.extend(searcher.bytes("an application", &shown.body));
    }
    if !found.is_empty() {
        return Ok(Verdict::of(found, String::new()));
    }
    unfound(stage, &played, format!("0 hits in what it was sent and in {asked} answers to its people")).await
}
