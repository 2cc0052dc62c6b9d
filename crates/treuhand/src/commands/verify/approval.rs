//! `treuhand verify approval`.

use std::fs;
use std::path::Path;

use access::approval::{self, Approved, Unbelieved};
use anyhow::{Context, Result};
use contract::resources::access::AccessRequest;
use ledger::Refusal;
use serde_json::{Value, json};

use super::time;
use crate::cli::VerifyApproval;

/// Verifies and tells what was found.
pub fn check(options: &VerifyApproval) -> Result<Result<Value, Refusal>> {
    let read =
        |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    let (exported, signers) = (read(&options.request)?, read(&options.signers)?);
    let exported: AccessRequest = serde_json::from_str(&exported)
        .with_context(|| format!("{} is no access request", options.request.display()))?;
    let refused = |why: Unbelieved| Refusal::new(why.slug, why.found);
    Ok(believed(&exported, &signers).map(|approved| told(&approved)).map_err(refused))
}

fn believed(exported: &AccessRequest, signers: &str) -> Result<Approved, Unbelieved> {
    let approvals = exported.decisions.iter().flatten();
    let approvals = approvals.filter(|one| one.decision.as_deref() == Some("approve"));
    let signatures: Vec<_> = approvals
        .map(|one| {
            let at = one.decided_date.map_or(0, jiff::Timestamp::as_microsecond);
            (at, one.signature.as_deref().unwrap_or_default())
        })
        .collect();
    let text = exported.text.as_deref().unwrap_or_default();
    approval::check(text, &signatures, &approval::registry(signers)?)
}

fn told(approved: &Approved) -> Value {
    let request = &approved.request;
    let by = approved.by.iter().map(|(signer, at)| {
        let (principal, key) = (signer.principal(), signer.key.fingerprint());
        json!({ "principal": principal, "key": key, "at": time(*at) })
    });
    json!({
        "ok": true,
        "request": request.id.to_string(),
        "tenant": request.scope.tenant.to_string(),
        "reason": request.reason.name(),
        "factors": access::policy::factors_text(&request.factors),
        "approvedBy": by.collect::<Vec<_>>(),
    })
}

/// The same for people.
pub fn lines(told: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = vec![
        format!("The request {} was approved as its rule asks.", text(&told["request"])),
        format!("  about        {}", text(&told["tenant"])),
        format!("  reason       {}", text(&told["reason"])),
        format!("  asked for    {}", text(&told["factors"])),
    ];
    for one in told["approvedBy"].as_array().into_iter().flatten() {
        lines.push(format!("  approved by  {} at {}", text(&one["principal"]), text(&one["at"])));
    }
    lines
}
