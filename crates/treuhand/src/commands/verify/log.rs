//! `treuhand verify log`.

use anyhow::Result;
use ledger::demands::{Group, Outcomes};
use ledger::{Class, LogFacts, Refusal};
use serde_json::{Value, json};

use super::{policy, remember, state, time, whole_log};
use crate::cli::VerifyLog;

/// Verifies and tells what was found.
pub async fn check(options: &VerifyLog) -> Result<Result<Value, Refusal>> {
    let belief = &options.belief;
    let policy = policy(&belief.policy)?;
    let last = state(belief.state.as_deref())?;
    match whole_log(&options.place, belief, &policy, last.as_deref()).await? {
        Ok(facts) => {
            remember(belief.state.as_deref(), &facts.note)?;
            Ok(Ok(told(&facts, last.is_some())))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

fn told(facts: &LogFacts, compared: bool) -> Value {
    let kinds: serde_json::Map<_, _> =
        facts.kinds.iter().map(|(kind, count)| (kind.to_string(), (*count).into())).collect();
    let witnesses: Vec<_> = facts.signatures.witnesses.iter().map(|one| one.witness.name()).collect();
    let silences = facts.silences.iter().map(
        |silence| json!({ "after": silence.after, "from": time(silence.from), "until": time(silence.until) }),
    );
    json!({
        "ok": true,
        "origin": facts.checkpoint.origin,
        "size": facts.checkpoint.size,
        "root": facts.checkpoint.root.to_string(),
        "newest": facts.newest.map(time),
        "witnesses": witnesses,
        "unknownSignatures": facts.signatures.unknown,
        "consistentWithState": compared,
        "entries": kinds,
        "openIntents": facts.open_intents,
        "demands": facts.demands.rows().map(demands).collect::<Vec<_>>(),
        "silences": silences.collect::<Vec<_>>(),
    })
}

/// What became of demands of authorities.
fn demands((group, sum): (&Group, &Outcomes)) -> Value {
    json!({
        "halfYear": group.half_year,
        "country": group.country,
        "classes": group.classes.iter().map(|class| Class::as_str(*class)).collect::<Vec<_>>(),
        "received": sum.received,
        "gagged": sum.gagged,
        "compelled": sum.compelled,
        "redirected": sum.redirected,
        "rejected": sum.rejected,
        "disclosed": sum.disclosed,
    })
}

/// The same for people.
pub fn lines(told: &Value) -> Vec<String> {
    let mut lines = vec![
        format!("The log {} is in order.", told["origin"].as_str().unwrap_or_default()),
        format!("  entries      {} (newest {})", told["size"], told["newest"].as_str().unwrap_or("none")),
        format!("  root         {}", told["root"].as_str().unwrap_or_default()),
        format!("  cosigned by  {}", told["witnesses"]),
    ];
    if told["consistentWithState"] == true {
        lines.push("  It has only grown since the last check.".to_owned());
    }
    for silence in told["silences"].as_array().into_iter().flatten() {
        lines.push(format!("  silent       from {} until {}", silence["from"], silence["until"]));
    }
    for name in told["unknownSignatures"].as_array().into_iter().flatten() {
        lines.push(format!("  not counted  a signature by {name}, whom the policy does not know"));
    }
    if told["openIntents"] != 0 {
        lines.push(format!("  open         {} intents without a result yet", told["openIntents"]));
    }
    for one in told["demands"].as_array().into_iter().flatten() {
        let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        lines.push(format!(
            "  demands      {} {} {}: {} received ({} under a gag that has ended), {} compelled, {} redirected, {} \
             rejected, {} disclosed",
            text("halfYear"),
            text("country"),
            one["classes"],
            one["received"],
            one["gagged"],
            one["compelled"],
            one["redirected"],
            one["rejected"],
            one["disclosed"],
        ));
    }
    lines
}
