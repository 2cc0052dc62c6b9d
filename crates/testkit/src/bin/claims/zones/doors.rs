//! From one host to the other: what the operator's user can reach, and who may speak to whom.

use std::collections::BTreeSet;
use std::process::Output;

use anyhow::{Result, ensure};
use edge::names;
use testkit::Ask;

use super::{BEHIND, PORT, Zones, wiretap};
use crate::claim::Verdict;
use crate::scene::Scene;

/// What the trustee keeps.
const KEPT: [&str; 6] =
    ["data/trustee.db", "data/access.json", "trustee.toml", "trustee.log", "gateway.key", "public.key"];

/// Each thing the operator's user tries is first seen to work for the trustee's.
pub fn closed(zones: &mut Zones) -> Result<Verdict> {
    let (operator, trustee) = (&zones.ground.operator, &zones.ground.trustee);
    let process = zones.trustee.id();
    let keys: &[&str] = match zones.key_server {
        None => &["data.key"],
        Some(_) => &["everyday.token", "erasure.token", "openbao/vault.db"],
    };
    let kept = KEPT.iter().chain(keys);
    let mut reads: Vec<String> =
        kept.map(|name| trustee.folder.join(name).to_string_lossy().into_owned()).collect();
    reads.extend(["environ", "maps", "auxv"].map(|what| format!("/proc/{process}/{what}")));
    let door = format!("https://{}:{PORT}/health", zones.ground.public);
    let behind = format!("https://{}:{PORT}/health", trustee.address);
    let mut tries: Vec<(&str, Vec<&str>)> = reads.iter().map(|path| ("head", vec!["-c1", path])).collect();
    let number = process.to_string();
    tries.push(("kill", vec!["-0", &number]));
    tries.push(("curl", vec!["-sSk", "--max-time", "5", &door]));
    let mut found = BTreeSet::new();
    for (program, arguments) in &tries {
        let rightful = trustee.tries(program, arguments)?;
        ensure!(
            rightful.status.success(),
            "positive control: the trustee's own user cannot {program} {arguments:?}: {}",
            complaint(&rightful)
        );
        if operator.tries(program, arguments)?.status.success() {
            found.insert(format!("the operator's user can {program} {}", arguments.join(" ")));
        }
    }
    if operator.tries("curl", &["-sSk", "--max-time", "5", &behind])?.status.success() {
        found.insert("the trustee listens on the network between the zones".to_owned());
    }
    Ok(Verdict::of(
        found,
        format!("{} ways: each works for the trustee's user, none for the operator's", tries.len()),
    ))
}

/// The operator's own listener, asked with every certificate there is; then an impostor in the operator's place.
pub async fn mutual(zones: &mut Zones) -> Result<Verdict> {
    let mut found = BTreeSet::new();
    let health = format!("https://{BEHIND}/health");
    let call = format!("https://{BEHIND}/v1/customers");
    let asked = |certificate: &str, more: &[&str]| -> Result<Output> {
        let (pem, key) = (format!("{certificate}.pem"), format!("{certificate}.key"));
        let mut arguments = vec![
            "-sS",
            "--max-time",
            "5",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "--cacert",
            "operator-ca.pem",
        ];
        if !certificate.is_empty() {
            arguments.extend(["--cert", &pem, "--key", &key]);
        }
        arguments.extend(more);
        zones.ground.operator.tries("curl", &arguments)
    };
    let known = asked("tap", &[&health])?;
    ensure!(
        status(&known) == "200",
        "positive control: a known certificate is let in: {}",
        complaint(&known)
    );
    for (name, certificate) in [("no certificate", ""), ("a stranger's certificate", "stranger")] {
        let got = asked(certificate, &[&health])?;
        if status(&got) != "000" {
            found.insert(format!("{name} was answered with {}", status(&got)));
        }
    }
    let token = format!("authorization: Bearer {}", zones.far.tokens().app);
    let forged = format!("{}: e30.e30.e30", names::ASSERTION);
    for header in [token.as_str(), "x-nothing: 1", forged.as_str()] {
        let got = asked("tap", &["-H", header, &call])?;
        if status(&got) != "401" {
            found
                .insert(format!("a call without the trustee's assertion was answered with {}", status(&got)));
        }
    }
    impostor(zones, &mut found).await?;
    Ok(Verdict::of(
        found,
        "no or a stranger's certificate: no handshake; no assertion: 401; an impostor hears nothing"
            .to_owned(),
    ))
}

/// Somebody in the operator's place without the operator's certificate.
async fn impostor(zones: &mut Zones, found: &mut BTreeSet<String>) -> Result<()> {
    let app = zones.far.tokens().app;
    let honest = zones.far.call(&app, Ask::get("/v1/customers")).await;
    ensure!(honest.status == 200, "positive control: the link works: {}", honest.text());
    zones.wiretap.take();
    let impostor = wiretap(&zones.ground, "stranger", "misled")?;
    let got = zones.far.call(&app, Ask::get("/v1/customers")).await;
    if got.status < 500 {
        found.insert(format!("behind an impostor the trustee answered with {}", got.status));
    }
    let mut connections = 0;
    for entry in std::fs::read_dir(zones.ground.operator.folder.join("misled"))? {
        let path = entry?.path();
        let length = std::fs::metadata(&path)?.len();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("wire") => connections += u32::from(length > 0),
            Some("asked") if length > 0 => {
                found.insert("the trustee spoke to an impostor".to_owned());
            }
            _ => {}
        }
    }
    ensure!(connections > 0, "the trustee did not even try the impostor");
    drop(impostor);
    zones.wiretap = Some(wiretap(&zones.ground, "operator", "heard")?);
    let honest = zones.far.call(&app, Ask::get("/v1/customers")).await;
    ensure!(honest.status == 200, "the link does not come back: {}", honest.text());
    Ok(())
}

fn status(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}
