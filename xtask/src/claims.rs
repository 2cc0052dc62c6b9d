//! `cargo xtask claims`: the attacks on what SECURITY.md promises, and the sabotages that show that they can succeed.

use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::PathBuf;

use crate::command::{self, Run};
use crate::test::Tally;
use crate::{tools, zones};

/// The engines of the operator's store.
const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];
/// Of the claims, those whose attacks touch keys or what is sealed; CI plays them with OpenBao too.
const ABOUT_KEYS: [&str; 10] = ["A01", "A02", "A12", "A13", "A15", "B01", "B02F", "D03", "D04", "D04Q"];
/// Of those, the ones whose sabotages CI plays with OpenBao.
const BACK_FROM_BACKUPS: [&str; 2] = ["D03", "D04"];
/// In so many parts CI plays the sabotages on SQLite, one part for each commit.
const SABOTAGES: usize = 4;
/// In so many parts it plays all claims with OpenBao, besides those about keys.
const WITH_OPENBAO: usize = 8;
/// Of the claims, those whose attacks look into the store itself; their sabotages are played on PostgreSQL too.
const ABOUT_THE_STORE: [&str; 4] = ["A01", "A10", "A13", "G10"];

/// A part of the claims or the sabotages: each of so many, beginning with this one.
#[derive(Clone, Copy)]
struct Part {
    every: usize,
    from: usize,
}

impl Part {
    /// All of them.
    const WHOLE: Self = Self { every: 1, from: 0 };

    /// One of so many parts: another one for another commit, so that all of them have their turn.
    fn of(parts: usize) -> Self {
        // Without a repository it is the first.
        let commit = Run::new("git").args(["rev-parse", "HEAD"]).read().unwrap_or_default();
        Self { every: parts, from: turn(&commit, parts) }
    }
}

/// Whose turn it is at a commit.
fn turn(commit: &str, parts: usize) -> usize {
    let number = commit.get(..8).and_then(|digits| usize::from_str_radix(digits, 16).ok());
    number.unwrap_or_default() % parts
}

/// Which claims to try.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only these, e.g. A01.
    ids: Vec<String>,
    /// Break each control once and demand that the attacks it stops succeed.
    #[arg(long)]
    sabotage: bool,
    /// Try the claims about the zones as two programs of two users in two networks (needs root).
    #[arg(long)]
    zones: bool,
    /// The engine of the operator's store. Left out: of the zones the embedded one, else both, with OpenBao the embedded
    /// one.
    #[arg(long, value_enum)]
    engine: Option<Engine>,
    /// Who keeps the keys: the trustee itself, or a real OpenBao, which is installed and started for it.
    #[arg(long, value_enum, default_value_t = Backend::Embedded)]
    backend: Backend,
}

/// Where the operator's rows are.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// As the claims take it.
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Who keeps the keys.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Backend {
    Embedded,
    Openbao,
}

impl Backend {
    /// As the claims take it.
    fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Openbao => "openbao",
        }
    }

    /// The engines on which its claims are played: what keeps the keys does not know the operator's store.
    fn engines(self) -> &'static [Engine] {
        match self {
            Self::Embedded => &ENGINES,
            Self::Openbao => &ENGINES[..1],
        }
    }
}

/// Tries the claims, or their sabotages.
///
/// # Errors
/// When one does not hold, or a sabotage lets nothing through.
pub fn run(arguments: &Arguments) -> Result<()> {
    let ids: Vec<&str> = arguments.ids.iter().map(String::as_str).collect();
    let (backend, mut tally) = (arguments.backend, Tally::default());
    if arguments.zones {
        tally = zones(arguments.engine.unwrap_or(Engine::Sqlite), backend, &ids, arguments.sabotage)?;
    } else {
        for engine in arguments.engine.as_ref().map_or(backend.engines(), std::slice::from_ref) {
            tally = tally + play(*engine, backend, &ids, (arguments.sabotage, Part::WHOLE))?;
        }
    }
    if tally.failed > 0 {
        bail!("{tally}");
    }
    Ok(())
}

/// All claims about both zones in one process on both engines, those about keys and a part of all with OpenBao, and a
/// part of the sabotages.
///
/// # Errors
/// When they cannot be built.
pub fn sampled() -> Result<Tally> {
    let [sqlite, postgres] = ENGINES;
    let (embedded, openbao) = (Backend::Embedded, Backend::Openbao);
    let (tried, broken) = ((false, Part::WHOLE), (true, Part::WHOLE));
    let claims = play(sqlite, embedded, &[], tried)? + play(postgres, embedded, &[], tried)?;
    let claims = claims + play(sqlite, openbao, &ABOUT_KEYS, tried)?;
    let claims = claims + play(sqlite, openbao, &[], (false, Part::of(WITH_OPENBAO)))?;
    let sabotages = play(sqlite, embedded, &[], (true, Part::of(SABOTAGES)))?;
    let sabotages = sabotages + play(postgres, embedded, &ABOUT_THE_STORE, broken)?;
    Ok(claims + sabotages + play(sqlite, openbao, &BACK_FROM_BACKUPS, broken)?)
}

/// The claims about two zones on two hosts, and all of their sabotages; the claims once more with a server for the rows
/// and a server for the keys.
///
/// # Errors
/// As [`zones()`].
pub fn apart() -> Result<Tally> {
    let alone = |sabotage| zones(Engine::Sqlite, Backend::Embedded, &[], sabotage);
    Ok(alone(false)? + alone(true)? + zones(Engine::Postgres, Backend::Openbao, &[], false)?)
}

/// The claims about two zones on two hosts, or their sabotages.
///
/// # Errors
/// When they cannot be built, or the machine does not let two hosts be made of it.
fn zones(engine: Engine, backend: Backend, ids: &[&str], sabotage: bool) -> Result<Tally> {
    if engine == Engine::Postgres {
        tools::postgres::ensure()?;
    }
    let programs = zones::prepare()?;
    let mut options = with(engine, backend);
    options.extend(["--zones".into(), programs.into_os_string()]);
    options.extend(sabotage.then(|| "--sabotage".into()));
    tried(Run::new(built()?).args(options).args(ids), backend == Backend::Openbao)
}

/// What the operator's rows and the keys are kept with, as the claims take it.
fn with(engine: Engine, backend: Backend) -> Vec<OsString> {
    ["--engine", engine.name(), "--backend", backend.name()].map(Into::into).to_vec()
}

fn play(engine: Engine, backend: Backend, ids: &[&str], (sabotage, part): (bool, Part)) -> Result<Tally> {
    let build = || Run::new("cargo").args(["build", "--locked", "--workspace", "--bin", "claims"]);
    let mut options = with(engine, backend);
    let [every, from] = [part.every, part.from].map(|number| number.to_string());
    options.extend(["--every", &every, "--from", &from].map(Into::into));
    if sabotage {
        build().args(["--features", "testkit/sabotage"]).show()?;
        options.push("--sabotage".into());
    } else {
        build().show()?;
    }
    // Some claims are about a keeper of keys that can be away, whoever keeps them otherwise.
    tried(Run::new(built()?).args(options).args(ids), true)
}

/// The claims that were built last.
fn built() -> Result<PathBuf> {
    Ok(command::target()?.join("debug").join("claims"))
}

/// Runs them, with an OpenBao at hand when they may start one.
fn tried(mut claims: Run, openbao: bool) -> Result<Tally> {
    if openbao {
        let (variable, server) = tools::server_of_keys()?;
        claims = claims.env(variable, server);
    }
    let (printed, _) = claims.tee()?;
    printed.lines().rev().find_map(count).context("the claims were not counted; see above")
}

/// The last line, `24 passed, 0 failed`.
fn count(line: &str) -> Option<Tally> {
    let (passed, failed) = line.strip_suffix(" failed")?.split_once(" passed, ")?;
    Some(Tally { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_its_turn() {
        let turns = ["0", "1", "2", "3"].map(|last| turn(&format!("00c0ffe{last}e0aa"), 4));
        assert_eq!(turns, [0, 1, 2, 3]);
        assert_eq!(turn("", 4), 0, "without a repository");
    }

    #[test]
    fn the_last_line_counts() {
        assert_eq!(count("24 passed, 1 failed"), Some(Tally { passed: 24, failed: 1 }));
        assert_eq!(count("A01 holds  24 passed"), None);
    }
}
