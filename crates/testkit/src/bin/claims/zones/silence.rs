//! Whom the two hosts tried to reach: the kernel counts for each network of its own what left it and what had no way.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use testkit::Ask;

use super::Zones;
use crate::claim::Verdict;
use crate::scene::Scene;

/// What the kernel counted in one network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Packets for which there was no way: whoever calls anybody but the other zone makes one.
    pub nowhere: u64,
    /// Datagrams: each question to a name service is one.
    pub datagrams: u64,
}

impl Calls {
    /// The network of this process.
    pub fn of(process: u32) -> Result<Self> {
        let counted = fs::read_to_string(format!("/proc/{process}/net/snmp"))?;
        let number = |table: &str, name: &str| -> Result<u64> {
            let mut lines = counted.lines().filter_map(|line| line.strip_prefix(table));
            let (names, values) = lines.next().zip(lines.next()).context("the kernel's table")?;
            let mut pairs = names.split_whitespace().zip(values.split_whitespace());
            let (_, value) = pairs.find(|(known, _)| *known == name).context("the kernel's counter")?;
            Ok(value.parse()?)
        };
        Ok(Self { nowhere: number("Ip:", "OutNoRoutes")?, datagrams: number("Udp:", "OutDatagrams")? })
    }
}

/// X01: while everything was played, neither host called anybody but the other, nor asked a name service; nor does the
/// trustee when a partner's administrator names an issuer elsewhere.
pub async fn kept(zones: &mut Zones) -> Result<Verdict> {
    let mut found = Vec::new();
    for (host, calls) in ["operator", "trustee"].iter().zip(&zones.calls) {
        if *calls != Calls::default() {
            found.push(format!("the {host}'s host tried to reach somebody: {calls:?}"));
        }
    }
    let (before, admin) = (Calls::of(zones.trustee.id())?, zones.far.tokens().admin);
    let mut named = Vec::new();
    for issuer in ["https://192.0.2.1", "https://issuer.invalid"] {
        let wish = json!({"issuer": issuer, "clientId": "pages", "clientSecret": "geheim-genug-17", "userClaim": "email"});
        let answer = zones.far.call(&admin, Ask::new("PUT", "/trustee/v1/issuer").json(&wish)).await;
        named.push(answer.slug());
        let after = Calls::of(zones.trustee.id())?;
        if after != before {
            found.push(format!("an administrator of a partner's makes the trustee call {issuer}: {after:?}"));
        }
    }
    let refused = named.iter().all(|slug| slug == "issuer_not_declared");
    ensure!(
        refused || !found.is_empty(),
        "positive control: the issuers are not refused for where they are: {named:?}"
    );
    let before = Calls::of(zones.trustee.id())?;
    for address in ["http://192.0.2.1/", "http://example.invalid/"] {
        zones.ground.trustee.tries("curl", &["-sS", "--max-time", "2", address])?;
    }
    let after = Calls::of(zones.trustee.id())?;
    ensure!(after.nowhere > before.nowhere, "positive control: a call to nowhere is not counted");
    Ok(Verdict::of(found, format!("no packet without a way, no datagram; of two calls {after:?} is left")))
}
