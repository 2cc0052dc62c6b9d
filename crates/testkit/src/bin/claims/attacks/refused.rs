//! What the cloud refuses because it would hand out people's data, asked for in every spelling.

use anyhow::{Result, ensure};
use contract::operation::operations;
use contract::profile::{Reason, State, germany};
use testkit::Ask;

use crate::claim::Verdict;
use crate::stage::Stage;

/// Asks for each refused operation.
pub async fn play(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("opfer").await?;
    let tokens = [stage.admin.clone(), stage.app.clone(), stage.staff.clone()];
    let restricted = |spec: &&&contract::Spec| matches!(germany().state(spec), State::Refused(refusal) if refusal.reason == Reason::SovereigntyRestricted);
    let (mut found, mut asked, mut operations_asked) = (Vec::new(), 0, 0);
    for spec in operations().iter().filter(restricted) {
        operations_asked += 1;
        let path = spec.path.replace("{customer-id}", &victim.id).replace(['{', '}'], "");
        for path in spellings(&path) {
            for token in &tokens {
                let ask = Ask::new(spec.method.name(), path.as_str()).header("api-version", "v2");
                let got = stage.call(token, ask).await;
                asked += 1;
                if (got.status, got.slug().as_str()) != (403, "sovereignty_restricted") {
                    found.push(format!(
                        "{} was answered with {} {} at {path}",
                        spec.id,
                        got.status,
                        got.slug()
                    ));
                }
                if !victim.seen_in(&got.text()).is_empty() {
                    found.push(format!("{} showed private fields", spec.id));
                }
            }
        }
        for verb in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "COPY"] {
            let got = stage.call(&tokens[0], Ask::new(verb, path.as_str())).await;
            asked += 1;
            if (200..300).contains(&got.status) {
                found.push(format!("{verb} at {} was answered with {}", spec.id, got.status));
            }
        }
    }
    if !stage.town.tap.heard().is_empty() {
        found.push("a refused call reached the operator".to_owned());
    }
    ensure!(operations_asked >= 12, "only {operations_asked} operations are refused");
    Ok(Verdict::of(
        found,
        format!("{operations_asked} operations, {asked} calls refused, none reached the operator"),
    ))
}

/// The path as somebody would write it who hopes that another spelling is let through.
fn spellings(path: &str) -> Vec<String> {
    vec![
        path.to_owned(),
        path.to_uppercase(),
        path.replace("/v1/", "/V1.0//"),
        format!("{path}/"),
        format!("{path}?$expand=users&$select=*&api-version=2.0"),
    ]
}
