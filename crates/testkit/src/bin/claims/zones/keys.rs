//! The trustee's OpenBao, where tenants' keys are kept in one: a server on the trustee's host, of the trustee's user, on
//! loopback alone, set up by the commands that `docs/configuration.md` gives.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use anyhow::{Context, Result, anyhow, ensure};
use openbao::testing::{self, ERASURE, EVERYDAY};
use serde_json::Value;

use super::ground::{Ground, Host};
use super::program::Running;
use super::run;
use crate::stage::text;

/// Where it listens on the trustee's host.
const API: u16 = 8200;
const CLUSTER: u16 = 8201;
/// How often is asked whether it has become active; each time starts a program.
const TRIES: usize = 600;

/// What the trustee's configuration says of it.
pub fn configuration() -> String {
    format!(
        "\n[keys]\nbackend = \"openbao\"\nroot = \"http://127.0.0.1:{API}\"\ntoken_file = \"everyday.token\"\n\
         erasure_token_file = \"erasure.token\"\ncall_limit_ms = 2000\n"
    )
}

/// Starts it on the trustee's host; the tokens lie beside the trustee's configuration.
pub fn start(ground: &Ground) -> Result<Running> {
    let host = &ground.trustee;
    let from = testing::program().map_err(|why| anyhow!(why))?;
    let program = ground.program(&from, "bao")?;
    let storage = host.folder.join("openbao");
    fs::create_dir(&storage)?;
    host.own(&storage)?;
    let (everyday, erasure) = (EVERYDAY.to_owned(), ERASURE.to_owned());
    let server = testing::configuration(&storage, API, CLUSTER);
    for (name, text) in [("openbao.hcl", server), ("everyday.hcl", everyday), ("erasure.hcl", erasure)] {
        give(host, name, &text)?;
    }
    let mut command = host.run(&program);
    command.args(["server", "-config=openbao.hcl"]);
    let running = run(host, command, "openbao")?;
    running.says("==> OpenBao server started!").context("OpenBao does not start")?;
    let mut chores = Chores { host, program, token: String::new() };
    let made = chores.say(&["operator", "init", "-key-shares=1", "-key-threshold=1", "-format=json"])?;
    let made: Value = serde_json::from_str(&made)?;
    chores.token = text(&made["root_token"])?;
    chores.say(&["operator", "unseal", &text(&made["unseal_keys_b64"][0])?])?;
    let active =
        (0..TRIES).any(|_| chores.tries(&["secrets", "list"]).is_ok_and(|done| done.status.success()));
    ensure!(active, "OpenBao does not become active");
    chores.say(&["secrets", "enable", "transit"])?;
    for kind in ["everyday", "erasure"] {
        let policy = format!("-policy=treuhand-{kind}");
        chores.say(&["policy", "write", &policy["-policy=".len()..], &format!("{kind}.hcl")])?;
        let wanted = ["token", "create", "-orphan", "-no-default-policy", "-period=1h", "-field=token"];
        let token = chores.say(&[&wanted[..], &[&policy]].concat())?;
        give(host, &format!("{kind}.token"), token.trim())?;
    }
    Ok(running)
}

/// Writes a file of a host.
fn give(host: &Host, name: &str, text: &str) -> Result<()> {
    let path = host.folder.join(name);
    fs::write(&path, text)?;
    host.own(&path)
}

/// The trustee's people at the server's own program.
struct Chores<'h> {
    host: &'h Host,
    program: PathBuf,
    token: String,
}

impl Chores<'_> {
    fn tries(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = self.host.run(&self.program);
        let address = format!("http://127.0.0.1:{API}");
        command.args(arguments).env("BAO_ADDR", address).env("HOME", &self.host.folder);
        if !self.token.is_empty() {
            command.env("BAO_TOKEN", &self.token);
        }
        command.output().context("cannot start bao")
    }

    fn say(&self, arguments: &[&str]) -> Result<String> {
        let done = self.tries(arguments)?;
        let complaint = String::from_utf8_lossy(&done.stderr);
        ensure!(done.status.success(), "bao {}: {}", arguments[..2].join(" "), complaint.trim());
        Ok(String::from_utf8(done.stdout)?)
    }
}
