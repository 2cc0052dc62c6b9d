//! `treuhand verify`: checks logs, access reports and approvals, with nothing but files and a policy.
//!
//! Exit code 0 when all is in order, 1 when something is not believed or cannot be read, 2 when asked wrongly.

#[cfg(feature = "trustee")]
mod approval;
mod compare;
mod files;
mod log;
mod report;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use kernel::Clock;
use ledger::{LogFacts, Policy, Refusal};
use serde_json::{Value, json};

use super::{block_on, say};
use crate::ambient::SystemClock;
use crate::cli::{Belief, Verify, VerifyWhat};

/// Verifies what was named, and says what was found.
pub fn run(options: &Verify) -> Result<()> {
    match &options.what {
        VerifyWhat::Log(wanted) => {
            let checked = block_on(log::check(wanted));
            tell(checked, wanted.belief.json, log::lines)
        }
        VerifyWhat::Report(wanted) => {
            let checked = block_on(report::check(wanted));
            tell(checked, wanted.belief.json, report::lines)
        }
        VerifyWhat::Compare(wanted) => tell(block_on(compare::check(wanted)), wanted.json, compare::lines),
        #[cfg(feature = "trustee")]
        VerifyWhat::Approval(wanted) => tell(approval::check(wanted), wanted.json, approval::lines),
    }
}

/// Says what was found; a refusal is told and makes the command fail.
fn tell(checked: Result<Result<Value, Refusal>>, json: bool, lines: fn(&Value) -> Vec<String>) -> Result<()> {
    match checked? {
        Ok(facts) if json => say(&facts.to_string()),
        Ok(facts) => lines(&facts).iter().for_each(|line| say(line)),
        Err(refusal) => {
            if json {
                let refused = json!({ "slug": refusal.slug, "found": refusal.found });
                say(&json!({ "ok": false, "refused": refused }).to_string());
            }
            bail!("REFUSED ({}): {}", refusal.slug, refusal.found);
        }
    }
    Ok(())
}

fn policy(path: &Path) -> Result<Policy> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read the policy {}", path.display()))?;
    Policy::parse(&text).with_context(|| format!("{} is no policy", path.display()))
}

/// The whole log at a folder or an address, verified.
async fn whole_log(
    place: &str,
    belief: &Belief,
    policy: &Policy,
    last: Option<&[u8]>,
) -> Result<Result<LogFacts, Refusal>> {
    let now = belief.as_of.unwrap_or_else(|| SystemClock.now()).as_microsecond();
    let files = files::gather(place, belief.authority.as_deref()).await?;
    Ok(files.and_then(|files| ledger::verify_log(&files, policy, now, last)))
}

/// What an earlier run has left; none at the first.
fn state(path: Option<&Path>) -> Result<Option<Vec<u8>>> {
    let Some(path) = path else { return Ok(None) };
    match fs::read(path) {
        Ok(state) => Ok(Some(state)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read the state {}", path.display())),
    }
}

/// Leaves for the next run what was believed in this one, whole or not at all.
fn remember(path: Option<&Path>, content: &str) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let part = path.with_extension("part");
    let written = fs::write(&part, content).and_then(|()| fs::rename(&part, path));
    written.with_context(|| format!("cannot write the state {}", path.display()))
}

fn time(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map(|time| time.to_string()).unwrap_or_default()
}
