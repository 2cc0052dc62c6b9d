//! `treuhand verify compare`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use ledger::{Policy, Refusal, View, read_log};
use serde_json::{Value, json};

use super::{files, policy};
use crate::cli::VerifyCompare;

/// Compares, and tells what was found. A contradiction is a refusal with both notes in it.
pub async fn check(options: &VerifyCompare) -> Result<Result<Value, Refusal>> {
    let policy = policy(&options.policy)?;
    // A checkpoint alone is read last: the whole log beside it may tell by which key it is signed.
    let alone = |place: &str| Path::new(place).is_file();
    let (first, second) = if alone(&options.one) && !alone(&options.other) {
        (&options.other, &options.one)
    } else {
        (&options.one, &options.other)
    };
    let first = match view(first, options, &policy, None).await? {
        Ok(view) => view,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let second = match view(second, options, &policy, Some(&first)).await? {
        Ok(view) => view,
        Err(refusal) => return Ok(Err(refusal)),
    };
    Ok(ledger::compare(&first, &second).map(|()| told(&first, &second)))
}

async fn view(
    place: &str,
    options: &VerifyCompare,
    policy: &Policy,
    other: Option<&View>,
) -> Result<Result<View, Refusal>> {
    if Path::new(place).is_file() {
        let note = fs::read(place).with_context(|| format!("cannot read {place}"))?;
        return Ok(View::note(&note, policy, other));
    }
    let files = files::gather(place, options.authority.as_deref()).await?;
    Ok(files.and_then(|files| read_log(&files, policy)).map(|facts| View::whole(facts, policy)))
}

fn told(one: &View, other: &View) -> Value {
    let (one, other) = (&one.checkpoint, &other.checkpoint);
    json!({ "ok": true, "origin": one.origin, "sizes": [one.size, other.size] })
}

/// The same for people.
pub fn lines(told: &Value) -> Vec<String> {
    let origin = told["origin"].as_str().unwrap_or_default();
    let sizes = &told["sizes"];
    vec![format!("Both are views of one history of {origin}, at sizes {} and {}.", sizes[0], sizes[1])]
}
