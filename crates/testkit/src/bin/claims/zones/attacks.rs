//! What somebody finds who has root on the operator's host, and the list of claims about two zones.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use contract::operation::{Method, operations};
use edge::names;
use testkit::Ask;

use super::far::OPERATORS;
use super::{Zones, binaries, doors, granted, silence};
use crate::claim::{Verdict, claims};
use crate::flows;
use crate::scene::Scene;
use crate::search::Searcher;

claims! { of Zones:
    "Z01" "the demo's story holds with both zones as programs of two users in two networks" in story, unproven because "it is no attack but what has to succeed: there is nothing to leave out";
    "Z02" "the operator's files hold nothing private: store, configuration, keys, logs" in files, felled by "seal+plain-refused";
    "Z03" "nor do its memory, looked at after each part, its environment and its command line" in memory, felled by "seal+plain-refused";
    "Z04" "nor does anything it ever received; the network between the zones reads nothing at all" in traffic, felled by "seal+plain-refused" "token-stripped";
    "Z05" "the trustee's own log holds nothing private" in log, felled by "quiet-log";
    "Z06" "the operator's user reads no file, no process and no address of the trustee" in doors::closed, felled by "closed-folder";
    "Z07" "the operator's door opens to the gateway alone, and the trustee speaks to no impostor" by doors::mutual, felled by "gateway-certificate" "operator-certificate";
    "Z08" "what the operator overheard, and its real accounts, open nothing at the trustee" by replayed, felled by "token-stripped";
    "Z09" "the operator's program holds no opening code" in binaries::opening, felled by "seal+plain-refused";
    "Z10" "no program holds a switch that leaves out a control" in binaries::switch, felled by "seal+plain-refused";
    "A03" "the operator's memory holds nothing private while its people open something under a grant" by granted::memory, felled by "seal+plain-refused";
    "B21" "the programs know no variable and no door but those written down" in binaries::doors, felled by "seal+plain-refused";
    "X01" "neither zone calls anybody but the other, and no name service, whatever is asked of it" by silence::kept, felled by "outbound";
}

/// Nothing found proves nothing: the marker must be found where commerce is. What is found needs no such proof, so each
/// claim asks this last.
fn control(zones: &Zones, heap: &str, bytes: &[u8]) -> Result<()> {
    let found = Searcher::new(std::slice::from_ref(&zones.marker))?.bytes(heap, bytes);
    ensure!(!found.is_empty(), "positive control: the search does not even find commerce in {heap}");
    Ok(())
}

/// The story was told while the zones were started.
pub fn story(zones: &mut Zones) -> Result<Verdict> {
    ensure!(zones.steps > 10, "the story had {} steps", zones.steps);
    let users = [&zones.ground.operator, &zones.ground.trustee].map(|host| host.uid.to_string());
    Ok(Verdict::Holds(format!("{} steps between the users {}", zones.steps, users.join(" and "))))
}

/// The operator's whole folder: database, write-ahead log, what PostgreSQL logs of every statement, configuration, keys, everything it printed and logged down
/// to the finest level, and what its wiretap kept.
pub fn files(zones: &mut Zones) -> Result<Verdict> {
    let (folder, searcher) = (&zones.ground.operator.folder, zones.far.searcher()?);
    let (mut bytes, mut found, mut kept) = (0, BTreeSet::new(), vec![("the store", folder.join("data"))]);
    if let Some(database) = &zones.far.database {
        let rows = database.rows()?;
        bytes += rows.len() as u64;
        found.extend(searcher.bytes("the rows", &rows));
        kept = database.files().into();
    }
    found.extend(searcher.files(folder, &mut bytes)?);
    if found.is_empty() {
        let marker = Searcher::new(std::slice::from_ref(&zones.marker))?;
        for (name, place) in &kept {
            let seen = marker.files(place, &mut 0)?;
            ensure!(!seen.is_empty(), "positive control: the search does not even find commerce in {name}");
        }
    }
    let kept: Vec<_> = kept.into_iter().map(|(name, _)| name).collect();
    let fields = flows::fields().len();
    Ok(Verdict::of(
        found,
        format!(
            "0 hits in {bytes} bytes; {} canaries in {fields} fields; commerce is found in {}",
            zones.far.canaries(),
            kept.join(" and ")
        ),
    ))
}

/// The operator's memory as it was after each part of the flows, and as it is now.
pub fn memory(zones: &mut Zones) -> Result<Verdict> {
    zones.far.after("everything")?;
    let searcher = zones.far.searcher()?;
    let mut found = zones.far.looks.found.clone();
    let environment = zones.far.operator.environment()?;
    found.extend(searcher.bytes("the operator's environment", &environment));
    if !found.is_empty() {
        return Ok(Verdict::of(found, String::new()));
    }
    let own = Searcher::new(&[zones.variable.clone(), zones.marker.clone()])?;
    let mut seen = own.bytes("environment", &environment);
    ensure!(
        !seen.is_empty(),
        "positive control: the search does not even find a variable in the environment"
    );
    zones.far.memory(|whose, held| seen.extend(own.bytes(whose, held)))?;
    for (planted, whose) in [(&zones.variable, OPERATORS), (&zones.marker, zones.far.of_rows())] {
        let place = format!("{} in {whose}", planted.place);
        ensure!(
            seen.iter().any(|hit| hit.starts_with(&place)),
            "positive control: the search does not find {place}"
        );
    }
    let mut kept = BTreeSet::new();
    zones.trustee.memory(|held| kept.extend(searcher.bytes("memory", held)))?;
    ensure!(!kept.is_empty(), "positive control: the search finds no canary in the trustee's memory");
    let looks = &zones.far.looks;
    Ok(Verdict::of(
        found,
        format!(
            "0 hits in {} looks at {} bytes; commerce is found in {}, and {} canaries in the trustee's memory",
            looks.count,
            looks.bytes,
            zones.far.of_rows(),
            kept.len()
        ),
    ))
}

/// What the operator's wiretap read, and what anybody on the network between could read.
pub fn traffic(zones: &mut Zones) -> Result<Verdict> {
    let searcher = zones.far.searcher()?;
    let [asked, answered, wire] = [zones.heard("asked")?, zones.heard("answered")?, zones.heard("wire")?];
    let mut found = searcher.bytes("what the operator received", &asked);
    found.extend(searcher.bytes("what the operator answered", &answered));
    ensure!(wire.len() > asked.len() + answered.len(), "the wire carried less than was said over it");
    found.extend(searcher.bytes("the network", &wire));
    found.extend(Searcher::new(std::slice::from_ref(&zones.marker))?.bytes("the network", &wire));
    if found.is_empty() {
        control(zones, "what the operator received", &asked)?;
        control(zones, "what the operator answered", &answered)?;
    }
    let sizes = (asked.len(), answered.len(), wire.len());
    Ok(Verdict::of(
        found,
        format!(
            "0 hits in {} bytes received and {} answered, where commerce is found; not even commerce in {} on the wire",
            sizes.0, sizes.1, sizes.2
        ),
    ))
}

/// What the trustee printed and logged, down to the finest level.
pub fn log(zones: &mut Zones) -> Result<Verdict> {
    let (searcher, mut found, mut bytes) = (zones.far.searcher()?, BTreeSet::new(), 0);
    for name in ["trustee.printed", "trustee.log"] {
        found.extend(searcher.files(&zones.ground.trustee.folder.join(name), &mut bytes)?);
    }
    ensure!(bytes > 10_000, "the trustee logged {bytes} bytes: is anybody listening?");
    Ok(Verdict::of(found, format!("0 hits in {bytes} bytes")))
}

/// What is asked for with what was overheard.
const CUSTOMERS: &str = "/v1/customers?size=1";

/// Every long value that the operator overheard is tried as a token and as an assertion; then its people ask for
/// everything there is.
pub async fn replayed(zones: &mut Zones) -> Result<Verdict> {
    let heard = String::from_utf8_lossy(&zones.heard("asked")?).into_owned();
    let (mut found, mut values) = (BTreeSet::new(), BTreeSet::new());
    for (name, value) in heard.lines().filter_map(|line| line.trim_end().split_once(": ")) {
        if ["authorization", "cookie"].contains(&name.to_ascii_lowercase().as_str()) {
            found.insert(format!("the operator was sent the header {name}"));
        }
        values.extend(value.split(' ').filter(|word| word.len() > 40).map(ToOwned::to_owned));
    }
    ensure!(values.len() > 3, "the operator overheard only {} values", values.len());
    let tokens = zones.far.tokens();
    let rightful = zones.far.call(&tokens.app, Ask::get(CUSTOMERS)).await;
    ensure!(rightful.status != 401, "positive control: a partner's own token is taken: {}", rightful.text());
    for value in &values {
        for ask in
            [Ask::get(CUSTOMERS).bearer(value), Ask::get(CUSTOMERS).header(names::ASSERTION.as_str(), value)]
        {
            let got = zones.far.call("", ask).await;
            if got.status != 401 {
                found.insert(format!("something overheard was answered with {}", got.status));
            }
        }
    }
    if !found.is_empty() {
        return Ok(Verdict::of(found, String::new()));
    }
    let victim = zones.played.victim.clone().ok_or_else(|| anyhow::anyhow!("no customer"))?;
    let rightful = zones.far.call(&tokens.app, Ask::get(format!("/v1/customers/{}", victim.id))).await;
    ensure!(
        victim.seen_in(&rightful.text()).len() > 3,
        "positive control: the rightful partner sees its customer"
    );
    let (searcher, mut asked) = (zones.far.searcher()?, 0);
    for spec in operations().iter().filter(|spec| spec.method == Method::Get && spec.served) {
        let shown =
            zones.far.call(&tokens.staff, Ask::get(spec.path.replace("{customer-id}", &victim.id))).await;
        ensure!(shown.status != 0, "{}: {}", spec.id, shown.text());
        found.extend(searcher.bytes(&format!("{} for the operator's people", spec.id), &shown.body));
        asked += 1;
    }
    for shown in &zones.played.shown_to_staff {
        found.extend(searcher.bytes("an application", &shown.body));
    }
    Ok(Verdict::of(
        found,
        format!("{} values replayed: 401 each; 0 hits in {asked} answers to its people", values.len()),
    ))
}
