//! Existing clients of the contract against the real program: `up` on free ports, the plays of `tests/clients`, and
//! the commands of the documents.
//!
//! Invariant: a client that cannot be started is a failure, never a skip.
//!
//! Deliberately absent: the wire rules one by one, which are tables in `contract` and `operator`.
#![cfg(all(feature = "operator", feature = "trustee"))]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{Up, fresh};

/// Starts with an empty folder and waits until the program says where it listens.
fn start(name: &str, flags: &[&str]) -> Up {
    let mut up = Up::spawn(&fresh(name), flags);
    up.announced();
    up
}

/// Plays one of the scripts to its end.
fn play(up: &Up, script: &str) {
    let plays = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients");
    let outcome = Command::new(python())
        .arg("-W")
        .arg("ignore")
        .arg(plays.join(script))
        .arg(up.data.join("access.json"))
        .env("REQUESTS_CA_BUNDLE", up.data.join("tls/ca.pem"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NO_PROXY", "*")
        .output()
        .expect("Python starts");
    let said = said(&outcome, script);
    assert!(said.lines().filter(|line| line.starts_with("ok ")).count() > 10, "{script} played: {said}");
}

/// What a program printed; it must have succeeded.
fn said(outcome: &Output, what: &str) -> String {
    let (said, complained) =
        (String::from_utf8_lossy(&outcome.stdout), String::from_utf8_lossy(&outcome.stderr));
    assert!(outcome.status.success(), "{what}:\n{said}\n{complained}");
    said.into_owned()
}

/// The Python that `cargo xtask test` names, or the one that it has left behind.
#[expect(clippy::disallowed_methods, reason = "a test is told its tools by the environment")]
fn python() -> PathBuf {
    let left_behind = || {
        Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(|target| target.join("tools/python/bin/python"))
    };
    let python = std::env::var_os("TREUHAND_TEST_PYTHON").map(PathBuf::from).or_else(left_behind);
    python.filter(|path| path.exists()).expect("no Python with the clients: `cargo xtask test` makes one")
}

#[test]
fn pypi_partnercenterservices_sells_and_manages() {
    play(&start("partnercenterservices", &["--tls"]), "play_partnercenterservices.py");
}

#[test]
fn pypi_msal_gets_tokens_for_apps_and_people() {
    play(&start("msal", &["--tls"]), "play_msal.py");
}

#[test]
fn clients_of_2018_exchange_their_tokens() {
    play(&start("legacy", &[]), "play_legacy.py");
}

#[test]
fn habits_of_java_and_dotnet_are_understood() {
    play(&start("wire", &[]), "play_wire.py");
}

/// Runs a document's commands as they are written, in one shell; what they print must hold these.
fn run_document(name: &str, text: &str, expected: &[&str]) {
    let blocks: Vec<&str> =
        text.split("\n```sh\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
    assert!(blocks.len() > 5, "{name} has commands: {blocks:?}");
    let up = start(name, &[]);
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &blocks.join("\n")])
        .current_dir(up.data.parent().expect("a folder"));
    let said = said(&bash.output().expect("bash starts"), name);
    for expected in expected {
        assert!(said.contains(expected), "{name} shows {expected}: {said}");
    }
}

#[test]
fn the_tutorial_works_as_written() {
    let text = include_str!("../../../docs/tutorial.md");
    run_document(
        "tutorial",
        text,
        &["\"suspended\"", "invoice_ready", "Cycle fee", "sovereignty_restricted"],
    );
}

#[test]
fn a_company_becomes_a_partner_as_written() {
    let text = include_str!("../../../docs/become-a-partner.md");
    run_document("become-a-partner", text, &["\"in_approval\"", "\"approved\"", "13605", "\"completed\""]);
}
