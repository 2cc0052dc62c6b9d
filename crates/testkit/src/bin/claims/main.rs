//! The claims, tried: each attack of the trustee's reference list and of the gateway's design, against the real
//! gateway. One line per claim with its evidence; the last line counts.
//!
//! `--zones` tries the claims about two zones on two hosts (`zones`).
//!
//! `--sabotage` (in a build with the feature of that name) leaves out one control after the other and demands that
//! the attacks it stops succeed: a claim that no sabotage can fell proves nothing.
#![expect(clippy::print_stdout, reason = "the lines are the whole interface")]

mod attacks;
mod canary;
mod claim;
mod flows;
mod house;
mod sabotage;
mod scene;
mod search;
mod stage;
mod zones;

#[expect(dead_code, reason = "the tests of `ledger` use the rest")]
#[path = "../../../../ledger/tests/common/mod.rs"]
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use clap::Parser;
use store::testing::Engine;

use claim::{Claim, Verdict};
use house::{Backend, House};
use sabotage::Sabotage;
use stage::Stage;
use zones::Zones;

/// Tries the claims.
#[derive(Parser)]
struct Options {
    /// Only these claims, e.g. A01.
    ids: Vec<String>,
    /// Break each control once and demand that its attacks succeed.
    #[arg(long)]
    sabotage: bool,
    /// The engine of the operator's store.
    #[arg(long, value_enum, default_value_t = On::Sqlite)]
    engine: On,
    /// Who keeps the keys. The server is the one that `cargo xtask test` installs.
    #[arg(long, value_enum, default_value_t = Backend::Embedded)]
    backend: Backend,
    /// Of the claims, or with --sabotage of the sabotages, only each nth.
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// Beginning with this one, counted from 0.
    #[arg(long, default_value_t = 0)]
    from: usize,
    /// The claims about two zones on two hosts, with the programs in this folder: operator, trustee, both, wiretap,
    /// sabotaged. `cargo xtask claims --zones` builds them.
    #[arg(long, value_name = "PROGRAMS")]
    zones: Option<PathBuf>,
}

/// The engines by their names on the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
enum On {
    Sqlite,
    Postgres,
}

impl From<On> for Engine {
    fn from(on: On) -> Self {
        match on {
            On::Sqlite => Self::Sqlite,
            On::Postgres => Self::Postgres,
        }
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let done = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(&options)));
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("claims: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<bool> {
    let house = Rc::new(House::new(options.engine.into(), options.backend));
    if let Some(programs) = &options.zones {
        let claims = chosen(zones::CLAIMS.iter().collect(), &options.ids)?;
        let mut tally = Tally::default();
        if options.sabotage {
            zone_sabotages(programs, &house, &claims, &mut tally).await?;
            return Ok(tally.all_held());
        }
        let mut zones =
            Zones::set(programs, &house, None).await.context("the two zones could not be set up")?;
        for claim in claims {
            tally.note(claim, (claim.play)(&mut zones).await);
        }
        return Ok(tally.all_held());
    }
    let claims = chosen(attacks::claims(), &options.ids)?;
    if options.sabotage {
        sabotages(&house, &claims, &part(sabotage::all(), options)).await
    } else {
        tried(&house, &part(claims, options)).await
    }
}

/// The part that is asked for.
fn part<T>(all: Vec<T>, options: &Options) -> Vec<T> {
    all.into_iter().skip(options.from).step_by(options.every.max(1)).collect()
}

/// The claims of these numbers; all when none is named.
fn chosen<S>(claims: Vec<&'static Claim<S>>, ids: &[String]) -> Result<Vec<&'static Claim<S>>> {
    let named = |claim: &&Claim<S>| ids.is_empty() || ids.iter().any(|id| id.eq_ignore_ascii_case(claim.id));
    if let Some(unknown) = ids.iter().find(|id| !claims.iter().any(|claim| claim.id.eq_ignore_ascii_case(id)))
    {
        bail!("there is no claim {unknown}");
    }
    Ok(claims.into_iter().filter(named).collect())
}

/// How many claims held.
#[derive(Default)]
struct Tally {
    passed: u32,
    failed: u32,
}

impl Tally {
    /// Prints and counts how a claim came out.
    fn note<S>(&mut self, claim: &Claim<S>, came_out: Result<Verdict>) {
        let (word, evidence) = match came_out {
            Ok(Verdict::Holds(evidence)) => ("holds", evidence),
            Ok(Verdict::Falls(found)) => ("FALLS", found),
            Err(error) => ("FALLS", format!("the attack could not be played: {error:#}")),
        };
        if word == "holds" {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
        // Nobody has seen the attack succeed: what this shows rests on its positive controls alone.
        let unproven = match claim.unproven {
            "" => String::new(),
            why => format!(" (unproven: {why})"),
        };
        println!("{} {word}{unproven}  {}: {evidence}", claim.id, claim.says);
    }

    /// Prints and counts how a claim came out that must fall.
    fn note_without<S>(&mut self, sabotage: &Sabotage, claim: &Claim<S>, came_out: Result<Verdict>) {
        let (word, found) = match came_out {
            Ok(Verdict::Falls(found)) => ("falls, as it must", found),
            Ok(Verdict::Holds(evidence)) => ("HOLDS ALL THE SAME", evidence),
            Err(error) => ("COULD NOT BE PLAYED", format!("{error:#}")),
        };
        if word.starts_with("falls") {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
        println!("without {:<19} {} {word}: {found}", sabotage.name, claim.id);
    }

    /// Prints the count.
    fn all_held(&self) -> bool {
        println!("{} passed, {} failed", self.passed, self.failed);
        self.failed == 0
    }
}

/// Plays the attack of a claim on a stage of its own.
async fn play(house: &Rc<House>, claim: &Claim<Stage>, sabotage: Option<&Sabotage>) -> Result<Verdict> {
    let mut stage = Stage::set(house, sabotage).await?;
    (claim.play)(&mut stage).await
}

/// Tries each claim.
async fn tried(house: &Rc<House>, claims: &[&Claim<Stage>]) -> Result<bool> {
    let mut tally = Tally::default();
    for claim in claims {
        tally.note(claim, play(house, claim, None).await);
    }
    Ok(tally.all_held())
}

/// Breaks one control after the other and demands that each attack it stops succeeds.
async fn sabotages(house: &Rc<House>, claims: &[&Claim<Stage>], broken: &[Sabotage]) -> Result<bool> {
    if !cfg!(feature = "sabotage") {
        bail!("this build has no switch for controls; build it with --features sabotage");
    }
    let mut tally = Tally::default();
    for sabotage in broken {
        let mut proven =
            zones::CLAIMS.iter().filter(|claim| claim.felled_by.contains(&sabotage.name)).count();
        for claim in claims.iter().filter(|claim| claim.felled_by.contains(&sabotage.name)) {
            tally.note_without(sabotage, claim, play(house, claim, Some(sabotage)).await);
            proven += 1;
        }
        // A control that no claim speaks of could be missing without anybody noticing.
        if proven == 0 && claims.len() == attacks::claims().len() {
            println!("without {:<19} no claim speaks of this control", sabotage.name);
            tally.failed += 1;
        }
    }
    Ok(tally.all_held())
}

/// Does the same to the zones as two programs, with every control that a claim about them names.
async fn zone_sabotages(
    programs: &Path,
    house: &House,
    claims: &[&Claim<Zones>],
    tally: &mut Tally,
) -> Result<()> {
    for sabotage in &sabotage::all() {
        let felled: Vec<_> = claims.iter().filter(|claim| claim.felled_by.contains(&sabotage.name)).collect();
        if felled.is_empty() {
            continue;
        }
        let zones = Zones::set(programs, house, Some(sabotage)).await;
        let mut zones =
            zones.with_context(|| format!("the two zones could not be set up without {}", sabotage.name))?;
        for claim in felled {
            tally.note_without(sabotage, claim, (claim.play)(&mut zones).await);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_has_a_sabotage_and_every_sabotage_a_claim() {
        let known = sabotage::all();
        let claims = attacks::claims();
        let near = claims.iter().map(|claim| (claim.id, claim.felled_by, claim.unproven));
        let far = zones::CLAIMS.iter().map(|claim| (claim.id, claim.felled_by, claim.unproven));
        let all: Vec<_> = near.chain(far).collect();
        for (id, felled_by, unproven) in &all {
            for name in *felled_by {
                assert!(known.iter().any(|one| one.name == *name), "{id} names {name}");
            }
            assert_eq!(felled_by.is_empty(), !unproven.is_empty(), "{id}: a sabotage, or why there is none");
        }
        for one in &known {
            let alike = known.iter().filter(|other| other.name == one.name).count();
            assert_eq!(alike, 1, "{}", one.name);
            let felled = all.iter().any(|(_, felled_by, _)| felled_by.contains(&one.name));
            assert!(felled, "no claim speaks of {}", one.name);
        }
    }
}
