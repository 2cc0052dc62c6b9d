//! Reports that say something else than what happened, and approvals that nobody gave.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use jiff::SignedDuration;
use kernel::TenantId;
use ledger::{Bundle, Kind, assemble, verify_log, verify_report};
use serde_json::{Value, json};
use testkit::Ask;
use testkit::twin::{Player, Twin};

use super::logs::{now, opened, policy, resigned};
use crate::claim::Verdict;
use crate::stage::Stage;

const REPORTS: &str = "/trustee/v1/access-reports";

/// A report about the customer, made now by its approver.
async fn made(stage: &Stage, twin: &Twin) -> Result<Vec<u8>> {
    let ask = Ask::post(REPORTS, &json!({})).bearer(&twin.approver.token);
    let made = stage.town.call(ask).await;
    ensure!(made.status == 201, "no report: {}", made.text());
    fetched(stage, &twin.approver, &made.json()["id"]).await
}

async fn fetched(stage: &Stage, who: &Player, id: &Value) -> Result<Vec<u8>> {
    let path = format!("{REPORTS}/{}/bundle.json", id.as_str().context("a report's id")?);
    let reply = stage.town.call(Ask::get(path).bearer(&who.token)).await;
    ensure!(reply.status == 200, "no bundle: {}", reply.text());
    Ok(reply.body.to_vec())
}

/// The report proper, out of its note.
fn report_of(bundle: &Bundle) -> Result<Value> {
    Ok(serde_json::from_str(bundle.report.lines().next().context("a report")?)?)
}

/// Every place of a value that can be made another: numbers, levels.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Number(_) => found.push(path.to_owned()),
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| places(value, &format!("{path}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| places(value, &format!("{path}/{at}"), found));
        }
        _ => {}
    }
}

/// C12: every number of a report is another one, an event is dropped, the level is higher; the real key signs it all.
pub async fn dressed(stage: &mut Stage) -> Result<Verdict> {
    let (twin, _) = opened(stage, 2).await?;
    let text = made(stage, &twin).await?;
    let (log, policy) = (stage.town.fetch_log().await?, policy(stage));
    let log = verify_log(&log, &stage.town.policy(), now(stage), None)?;
    let facts = verify_report(&text, &stage.town.policy(), Some(&log)).context("positive control")?;
    ensure!(facts.in_period > 3, "positive control: the report tells of {} entries", facts.in_period);
    let (honest, mut numbers) = (Bundle::parse(&text)?, Vec::new());
    let report = report_of(&honest)?;
    places(&report, "", &mut numbers);
    ensure!(numbers.len() > 20, "the report has {} numbers", numbers.len());
    let mut lies = Vec::new();
    for place in &numbers {
        let mut lie = report.clone();
        let number = lie.pointer_mut(place).context("a place")?;
        *number = json!(number.as_u64().unwrap_or_default() + 1);
        lies.push((place.clone(), lie));
    }
    let mut dropped = report.clone();
    dropped["events"].as_array_mut().context("events")?.pop();
    lies.push(("without its last event".to_owned(), dropped));
    let mut higher = report.clone();
    higher["stated"]["level"] = json!("L3");
    lies.push(("a higher level".to_owned(), higher));
    let mut found = Vec::new();
    for (what, lie) in &lies {
        let report = resigned(&format!("{}\n", ledger::canonical(lie)?));
        let bundle = Bundle { report, ..Bundle::parse(&text)? };
        if verify_report(bundle.to_text()?.as_bytes(), &policy, Some(&log)).is_ok() {
            found.push(format!("believed although changed: {what}"));
        }
    }
    Ok(Verdict::of(found, format!("{} changed reports under the real key: each refused", lies.len())))
}

/// C06: the trustee's database is made to skip a tag, and to give one twice.
pub async fn skipped(stage: &mut Stage) -> Result<Verdict> {
    let (twin, grant) = opened(stage, 1).await?;
    let sound = stage.town.trustee.trustee.clone();
    let policy = policy(stage);
    let mut found = Vec::new();
    let tenant = &twin.customer;
    // Twice: the newest tag in one more entry, in the log alone.
    let leaves = stage.town.copy_of_log().await?.entries;
    let tagged = leaves.iter().rev().find(|leaf| String::from_utf8_lossy(leaf).contains("\"tag\":"));
    let doubled: Vec<_> = leaves.iter().chain(tagged).cloned().collect();
    let files = crate::world::published_by(&testkit::log_key()?, &doubled, now(stage));
    let twice = verify_log(&files, &policy, now(stage), None);
    if twice.is_ok() {
        found.push("a log in which a tag is there twice was believed".to_owned());
    }
    // Skipped: an entry that the customer would look for and not find.
    let skip = format!("UPDATE log_tenants SET next = next + 1 WHERE tenant = '{tenant}'");
    ensure!(stage.town.trustee_store.by_hand(&skip)?.changed == 1, "the customer's counter");
    twin.read_once(&sound, &grant).await;
    let text = made(stage, &twin).await?;
    let skipped = verify_report(&text, &policy, None);
    if skipped.is_ok() {
        found.push("a report with a gap among its tags was believed".to_owned());
    }
    let slug = |said: Option<ledger::Refusal>| said.map_or("believed", |why| why.slug);
    Ok(Verdict::of(found, format!("{}, {}", slug(twice.err()), slug(skipped.err()))))
}

/// C13: a month in which nothing happened; and a month of which the trustee says so although something did.
pub async fn nothing(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    stage.town.clock.pass(SignedDuration::from_hours(24 * 40));
    stage.town.trustee.trustee.tidy().await?;
    let later = Twin::of(&stage.town).await?;
    let list = Ask::get(format!("{REPORTS}?size=200")).bearer(&later.approver.token);
    let list = stage.town.call(list).await.json();
    let month = list["items"].as_array().into_iter().flatten().find(|one| one["cause"] == "monthly");
    let quiet = fetched(stage, &later.approver, &month.context("a monthly report")?["id"]).await?;
    let whole =
        async || anyhow::Ok(verify_log(&stage.town.fetch_log().await?, &policy(stage), now(stage), None)?);
    let facts = verify_report(&quiet, &policy(stage), Some(&whole().await?)).context("the quiet month")?;
    let report = report_of(&Bundle::parse(&quiet)?)?;
    ensure!(report["released"]["uses"] == 0, "a quiet month tells of {}", report["released"]);
    ensure!(facts.searched, "the whole log was not searched");

    // Then something is opened, and a report is assembled that ends before it, with the real key.
    let (_, _) = opened(stage, 1).await?;
    let tenant: TenantId = twin.customer.parse()?;
    let log = stage.town.trustee.trustee.log().clone();
    let header = ledger::Header { until: now(stage), issued: now(stage), ..facts.header.clone() };
    let mut told = log.events_of(tenant, (header.from, header.until)).await?;
    let use_ = |event: &ledger::Event| {
        let entry = ledger::Entry::parse(&event.proof.entry);
        entry.is_ok_and(|entry| matches!(entry.kind, Kind::Submit))
    };
    let begins = told.events.iter().rposition(use_).context("the request's entry")?;
    told.events.truncate(begins);
    let bundle = assemble(&header, told, |_| [].into(), log.signer())?;
    let lie = verify_report(bundle.to_text()?.as_bytes(), &policy(stage), Some(&whole().await?));
    let found = lie.is_ok().then(|| "a report that leaves out an opening was believed".to_owned());
    let slug = lie.map_or_else(|why| why.slug, |_| "believed");
    Ok(Verdict::of(found, format!("exactly 0 in the quiet month; a silenced opening: {slug}")))
}

/// C14: the approvals of a grant, checked by `ssh-keygen` over the exported text; then one that nobody signed.
pub async fn approvals(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let attacked = stage.gateway().clone();
    let id = twin.ask(&attacked, &twin.wish()).await?;
    let signed = twin.approve(&attacked, &twin.approver, &id).await;
    ensure!(signed.status == 200, "an approval was refused: {}", signed.text());
    // The officer's approval comes without a signature.
    let unsigned = json!({"decision": "approve"});
    let refused = twin.act(&attacked, &twin.officers[0], &id, "decisions", &unsigned).await;
    let counted = twin.state(&attacked, &id).await == "approved";
    if !counted {
        let signed = twin.approve(&attacked, &twin.officers[0], &id).await;
        ensure!(signed.status == 200, "an approval was refused: {}", signed.text());
    }
    let shown = Ask::get(format!("/trustee/v1/access-requests/{id}")).bearer(&twin.approver.token);
    let shown = shown.of(&attacked).await.json();
    let decisions = shown["decisions"].as_array().context("decisions")?;
    ensure!(decisions.len() == 2, "there are {} decisions", decisions.len());
    let players = [&twin.approver, &twin.officers[0]];
    let mut found = Vec::new();
    for decision in decisions {
        let text = decision["signedText"].as_str().unwrap_or_default();
        let pem = decision["signature"].as_str().unwrap_or_default();
        let lines = players.iter().map(|player| {
            let key = access::sshsig::public_of(&player.key)?;
            anyhow::Ok(format!("decider {}\n", key.line()))
        });
        let lines = lines.collect::<Result<String>>()?;
        if !keygen_believes(&lines, text, pem)? {
            found.push("an approval that counted is none to ssh-keygen".to_owned());
        } else if keygen_believes(&lines, &text.replace("max-uses: 3", "max-uses: 9"), pem)? {
            found.push("ssh-keygen believes a changed text".to_owned());
        }
    }
    Ok(Verdict::of(found, format!("good signatures, changed text bad; unsigned: {}", refused.status)))
}

/// Whether OpenSSH's own tool believes a signature over a text by one of these keys.
fn keygen_believes(signers: &str, text: &str, pem: &str) -> Result<bool> {
    let folder = store::testing::folder();
    let (allowed, signature) = (folder.join("allowed"), folder.join("signature"));
    std::fs::write(&allowed, signers)?;
    std::fs::write(&signature, pem)?;
    let mut keygen = Command::new("ssh-keygen")
        .args(["-Y", "verify", "-I", "decider", "-n", "treuhand-approval@v1", "-f"])
        .arg(&allowed)
        .arg("-s")
        .arg(&signature)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("ssh-keygen (Debian: openssh-client) does not start")?;
    // It may refuse before it has read everything.
    let _ = keygen.stdin.take().context("piped")?.write_all(text.as_bytes());
    let believes = keygen.wait()?.success();
    std::fs::remove_dir_all(&folder)?;
    Ok(believes)
}
