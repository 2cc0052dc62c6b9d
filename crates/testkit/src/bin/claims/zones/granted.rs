//! The operator's people open something under a grant, by the program's own commands, while the operator's memory is
//! looked at.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};
use jiff::SignedDuration;
use kernel::Clock as _;
use serde_json::Value;
use testkit::Ask;

use super::{Now, Zones, access_file};
use crate::claim::Verdict;
use crate::scene::Scene;
use crate::search::Searcher;

/// What is read.
const READ: &str = "get-customer-billing-profile";

/// A03: an emergency, which takes no approver of the customer: asked for, approved, watched, begun, used.
pub async fn memory(zones: &mut Zones) -> Result<Verdict> {
    let (body, canaries) = zones.far.aviary().new_customer("notfallwerk");
    let (searcher, app) = (Searcher::new(&canaries)?, zones.far.tokens().app);
    let made = zones.far.call(&app, Ask::post("/v1/customers", &body)).await;
    let (mut found, mut looks, mut bytes) = (BTreeSet::new(), 0, 0);
    let mut look = |zones: &Zones| {
        looks += 1;
        zones.far.memory(|whose, held| {
            bytes += held.len();
            found.extend(searcher.bytes(whose, held));
        })
    };
    look(zones)?;
    let customer = made.json()["id"].as_str().map(ToOwned::to_owned);
    let outcome = match &customer {
        Some(customer) => opened(zones, customer, &mut look),
        None => Err(anyhow!("no customer: {}", made.text())),
    };
    if !found.is_empty() {
        return Ok(Verdict::of(found, String::new()));
    }
    let seen = searcher.bytes("what the engineer saw", outcome?.as_bytes());
    ensure!(seen.len() > 1, "positive control: the engineer sees {} private members", seen.len());
    Ok(Verdict::of(
        found,
        format!("0 hits in {looks} looks at {bytes} bytes; the engineer saw {}", seen.len()),
    ))
}

/// Plays it; what the engineer was shown. `look` is called after each step but those after which whoever watches must
/// still be heard of: a look takes its time.
fn opened(zones: &Zones, customer: &str, mut look: impl FnMut(&Zones) -> Result<()>) -> Result<String> {
    let access = zones.far.access();
    let engineer = access.operator_staff.first().context("an engineer")?.user_name.as_str();
    let officers: Vec<_> = access.trustee_officers.iter().map(|one| one.user_name.as_str()).collect();
    let [first, second, ..] = officers[..] else { anyhow::bail!("two officers") };
    let mut step = |who: &str, act: &[&str]| -> Result<String> {
        let done = Command::new(zones.programs.join("both"))
            .arg("access")
            .args(act)
            .args(["--as", who, "--json", "--access"])
            .arg(access_file(&zones.ground))
            .arg("--authority")
            .arg(zones.ground.root.join("public-ca.pem"))
            .output()?;
        if !matches!(act, ["watch" | "activate", ..]) {
            look(zones)?;
        }
        let complaint = String::from_utf8_lossy(&done.stderr);
        ensure!(done.status.success(), "{act:?}: {}", complaint.trim());
        Ok(String::from_utf8(done.stdout)?)
    };
    // Emergencies are approved by officers on duty; each shift takes the word of both.
    let now = Now.now();
    let [from, until] = [now, now + SignedDuration::from_hours(1)].map(|at| at.to_string());
    let signers = step(first, &["signers"])?;
    let officer = |line: &str| line.strip_prefix("trustee-officer@")?.split(' ').next().map(str::to_owned);
    for person in signers.lines().filter_map(officer) {
        let shift = ["duty", "set", &person, "--from", &from, "--until", &until];
        let _ = step(first, &shift); // refused until the second one says the same
        step(second, &shift)?;
    }
    let fields = ["--field", "billing-profile.email", "--field", "billing-profile.firstName", "--unmasked"];
    let why =
        ["--reason", "incident", "--ticket", "INC-1", "--purpose", "The mail is down.", "--country", "DE"];
    let what = ["request", "--tenant", customer, "--operation", READ];
    let asked: Value = serde_json::from_str(&step(engineer, &[&what[..], &fields, &why].concat())?)?;
    let id = asked["id"].as_str().context("a request")?.to_owned();
    step(first, &["approve", &id])?;
    step(second, &["approve", &id])?;
    step(second, &["watch", &id, "--once"])?;
    step(engineer, &["activate", &id])?;
    step(engineer, &["read", &id, READ, customer])
}
