//! `treuhand doctor`: can this machine and this data folder run the program, and if not, what to do.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Result, bail};
use serde::Serialize;
use store::{Schema, Store};
use treuhand::folder::key_path;

use super::say;
use crate::cli::Doctor;

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    said: String,
}

/// Looks at everything and fails when something is wrong.
pub fn run(options: &Doctor) -> Result<()> {
    let findings = [
        folder(&options.data),
        key(&options.data),
        store(&options.data, "operator.db", Schema::Operator),
        store(&options.data, "trustee.db", Schema::Trustee),
        catalogue(),
        port(8080, "default port of the trustee zone"),
        port(8090, "default port of the operator zone"),
    ];
    if options.json {
        say(&serde_json::to_string_pretty(&findings)?);
    } else {
        for finding in &findings {
            let mark = if finding.ok { "ok  " } else { "BAD " };
            say(&format!("{mark} {}: {}", finding.what, finding.said));
        }
    }
    match findings.iter().filter(|finding| !finding.ok).count() {
        0 => Ok(()),
        bad => bail!("{bad} of {} findings need your attention", findings.len()),
    }
}

fn finding(what: &'static str, outcome: Result<String, String>) -> Finding {
    let ok = outcome.is_ok();
    Finding { what, ok, said: outcome.unwrap_or_else(|said| said) }
}

fn folder(data: &Path) -> Finding {
    let outcome = match std::fs::metadata(data) {
        Err(_) => Ok(format!("{} does not exist yet; `treuhand up` makes it", data.display())),
        Ok(found) if !found.is_dir() => {
            Err(format!("{} is not a folder; choose another --data", data.display()))
        }
        Ok(found) if found.permissions().mode() & 0o077 != 0 => {
            Err(format!("{0} can be read by others; run: chmod 700 {0}", data.display()))
        }
        Ok(_) => Ok(format!("{} is there and private", data.display())),
    };
    finding("data folder", outcome)
}

fn key(data: &Path) -> Finding {
    let path = key_path(data);
    let outcome = match (std::fs::metadata(&path), data.join("trustee.db").exists()) {
        (Err(_), false) => Ok(format!("{} is made at the first start", path.display())),
        (Err(_), true) => {
            Err(format!("{} is missing; nothing sealed can be opened without it", path.display()))
        }
        (Ok(found), _) if found.permissions().mode() & 0o077 != 0 => {
            Err(format!("{0} can be read by others; run: chmod 600 {0}", path.display()))
        }
        (Ok(_), _) => {
            Ok(format!("{} is there and private; keep a copy away from the backups", path.display()))
        }
    };
    finding("key file", outcome)
}

fn store(data: &Path, file: &str, schema: Schema) -> Finding {
    let what = if schema == Schema::Operator { "operator store" } else { "trustee store" };
    let path = data.join(file);
    if !path.exists() {
        return finding(what, Ok("not made yet".to_owned()));
    }
    let opened = Store::open_sqlite(&path).and_then(|store| {
        let version = store.schema_version();
        store.close();
        version
    });
    let said = |version: Option<i64>| match version {
        Some(version) => format!("{} opens, schema {version}", path.display()),
        None => format!("{} opens and is empty", path.display()),
    };
    finding(what, opened.map(said).map_err(|error| error.to_string()))
}

fn catalogue() -> Finding {
    let outcome = crate::sold::catalogue();
    finding(
        "catalogue",
        outcome.map(|found| format!("{} offers", found.offers().len())).map_err(|error| error.to_string()),
    )
}

fn port(number: u16, what: &'static str) -> Finding {
    let outcome = TcpListener::bind(("127.0.0.1", number));
    finding(
        what,
        outcome.map(|_| format!("{number} is free")).map_err(|_| {
            format!("{number} is in use; stop what uses it (another `treuhand up`?) or choose with --listen")
        }),
    )
}
