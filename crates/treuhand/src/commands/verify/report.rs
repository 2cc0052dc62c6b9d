//! `treuhand verify report`.

use std::fs;

use anyhow::{Context, Result};
use ledger::{Checkpoint, LevelChange, LogFacts, Refusal, ReportFacts};
use serde_json::{Value, json};

use super::{policy, remember, state, time, whole_log};
use crate::cli::VerifyReport;

/// Verifies and tells what was found.
pub async fn check(options: &VerifyReport) -> Result<Result<Value, Refusal>> {
    let belief = &options.belief;
    let policy = policy(&belief.policy)?;
    let bundle = fs::read(&options.bundle);
    let bundle = bundle.with_context(|| format!("cannot read {}", options.bundle.display()))?;
    let log = match &options.log {
        None => None,
        Some(place) => match whole_log(place, belief, &policy, None).await? {
            Ok(facts) => Some(facts),
            Err(refusal) => return Ok(Err(refusal)),
        },
    };
    let facts = match ledger::verify_report(&bundle, &policy, log.as_ref()) {
        Ok(facts) => facts,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let known = state(belief.state.as_deref())?;
    if let Some(known) = known.as_deref()
        && let Err(refusal) = continues(&facts, known, log.as_ref())
    {
        return Ok(Err(refusal));
    }
    let left = json!({
        "tagKey": facts.tag_key.to_string(),
        "entries": facts.entries,
        "size": facts.checkpoint.size,
        "root": facts.checkpoint.root.to_string(),
    });
    remember(belief.state.as_deref(), &left.to_string())?;
    Ok(Ok(told(&facts, known.is_some())))
}

/// Whether this report continues the one that was verified before: the same tag key, not fewer entries, the same log.
fn continues(facts: &ReportFacts, known: &[u8], log: Option<&LogFacts>) -> Result<(), Refusal> {
    let bad = |found: &'static str| Refusal::new("bad_state", found);
    let known: Value =
        serde_json::from_slice(known).map_err(|_| bad("the state is not one of this command"))?;
    let (Some(entries), Some(size)) = (known["entries"].as_u64(), known["size"].as_u64()) else {
        return Err(bad("the state is not one of this command"));
    };
    if known["tagKey"].as_str() != Some(&facts.tag_key.to_string()) {
        return Err(Refusal::new("tag_key_changed", "the report uses another tag key than the one before"));
    }
    if facts.entries < entries || facts.checkpoint.size < size {
        return Err(Refusal::new("rollback_detected", "the report knows less than the one before"));
    }
    let root = log.and_then(|log| log.tree.root_at(size).ok());
    if root.is_some_and(|root| known["root"].as_str() != Some(&root.to_string())) {
        return Err(Refusal::new("inconsistent", "the log's past was changed since the report before"));
    }
    Ok(())
}

fn told(facts: &ReportFacts, compared: bool) -> Value {
    let Checkpoint { origin, size, root } = &facts.checkpoint;
    let witnesses: Vec<_> = facts.signatures.witnesses.iter().map(|one| one.witness.name()).collect();
    json!({
        "ok": true,
        "tenant": facts.header.tenant,
        "cause": facts.header.cause,
        "from": time(facts.header.from),
        "until": time(facts.header.until),
        "issued": time(facts.header.issued),
        "level": facts.level.as_str(),
        "levels": facts.levels.map(|(lowest, highest)| json!([lowest.as_str(), highest.as_str()])),
        "levelChanges": facts.changes.as_ref().map(|changes| changes.iter().map(change).collect::<Vec<_>>()),
        "stated": facts.header.stated,
        "entries": facts.entries,
        "inPeriod": facts.in_period,
        "withoutDetail": facts.without_detail,
        "log": { "origin": origin, "size": size, "root": root.to_string() },
        "witnesses": witnesses,
        "searchedWholeLog": facts.searched,
        "continuesState": compared,
    })
}

fn change(change: &LevelChange) -> Value {
    json!({ "index": change.index, "time": time(change.time), "from": change.from.as_str(), "to": change.to.as_str() })
}

/// The same for people.
pub fn lines(told: &Value) -> Vec<String> {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    let mut lines = vec![
        format!("The report about {} is in order.", text("tenant")),
        format!("  period       {} until {}", text("from"), text("until")),
        format!(
            "  entries      {} in the period, {} in all, none missing between",
            told["inPeriod"], told["entries"]
        ),
        format!("  log          {} size {}", told["log"]["origin"], told["log"]["size"]),
        format!("  cosigned by  {}", told["witnesses"]),
        format!("  level        {}", text("level")),
    ];
    if let [Some(lowest), Some(highest)] = [0, 1].map(|at| told["levels"][at].as_str()) {
        lines.push(format!("               {lowest} to {highest} in the period"));
    }
    for change in told["levelChanges"].as_array().into_iter().flatten() {
        let member = |name: &str| change[name].as_str().unwrap_or_default();
        lines.push(format!("               {} since {}", member("to"), member("time")));
    }
    if let Some(build) = told["stated"]["build"].as_str() {
        lines.push(format!(
            "  made by      {} {build}",
            told["stated"]["program"].as_str().unwrap_or_default()
        ));
    }
    lines.push(if told["searchedWholeLog"] == true {
        "  The whole log holds no other entry about this tenant.".to_owned()
    } else {
        "  With --log LOG it is also shown that the log holds no later entry about this tenant.".to_owned()
    });
    lines
}
