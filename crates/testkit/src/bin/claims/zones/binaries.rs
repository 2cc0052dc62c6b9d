//! What is in the programs themselves. They are built with their symbols, so that a function that is there has a name
//! to be found by; texts are looked for as well, because they survive stripping.
//!
//! Invariant: the same search finds everything in a program that has it.

use std::collections::BTreeSet;
use std::path::Path;

use aho_corasick::AhoCorasick;
use anyhow::{Context, Result, ensure};
use contract::operation::operations;

use super::Zones;
use crate::claim::Verdict;

/// Functions and texts of what opens envelopes, and of the rooms around it.
const OPENING: &[&str] = &[
    "_ZN8envelope4seal",
    "_ZN8envelope8embedded",
    "$LT$envelope..",
    "_ZN7trustee7gateway",
    "_ZN6portal",
    "treuhand root key",
    "treuhand tenant key",
    "treuhand-key-file-1",
    "gateway-assertion",
];

/// What leaves out a control.
const SWITCH: &[&str] = &["sabotage", "open_without_commitment", "plain-refused", "TREUHAND_WITHOUT"];

/// Where variables are written down.
const CONFIGURATION: &str = include_str!("../../../../../../docs/configuration.md");
/// How variables of ours begin, and how the version of a door is written.
const VARIABLE: &str = "TREUHAND_";
const VERSION: &str = "/v1";

/// Which of these texts are in a program.
fn within(program: &Path, texts: &[&'static str]) -> Result<BTreeSet<&'static str>> {
    let bytes = std::fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let search = AhoCorasick::new(texts)?;
    Ok(search.find_overlapping_iter(&bytes).map(|hit| texts[hit.pattern().as_usize()]).collect())
}

/// Demands that a program with everything in it has all of these texts.
fn control(program: &Path, texts: &[&'static str]) -> Result<()> {
    let found = within(program, texts)?;
    let missing: Vec<_> = texts.iter().filter(|text| !found.contains(*text)).collect();
    ensure!(missing.is_empty(), "positive control: {} lacks {missing:?}", program.display());
    Ok(())
}

/// The operator's program, and as controls the trustee's and the one with both zones.
pub fn opening(zones: &mut Zones) -> Result<Verdict> {
    for name in ["both", "trustee"] {
        control(&zones.programs.join(name), OPENING)?;
    }
    control(&zones.built("operator"), &["_ZN8operator"])?;
    let found = within(&zones.built("operator"), OPENING)?;
    Ok(Verdict::of(
        found.into_iter().map(|text| format!("the operator's program holds {text}")),
        format!("none of {} names and texts, all of which the other two programs hold", OPENING.len()),
    ))
}

/// All three programs, and as control the sabotage build.
pub fn switch(zones: &mut Zones) -> Result<Verdict> {
    control(&zones.programs.join("sabotaged"), SWITCH)?;
    let mut found = Vec::new();
    for name in ["operator", "trustee", "both"] {
        let held = within(&zones.built(name), SWITCH)?;
        found.extend(held.into_iter().map(|text| format!("the program {name} holds {text}")));
    }
    Ok(Verdict::of(found, format!("none of {} names, all of which a sabotage build holds", SWITCH.len())))
}

/// B21: every variable of ours that a zone's program knows is written down, and every path is one of the contract's.
pub fn doors(zones: &mut Zones) -> Result<Verdict> {
    let (mut found, mut variables, mut paths) = (BTreeSet::new(), BTreeSet::new(), 0);
    for zone in ["operator", "trustee"] {
        let program = zones.built(zone);
        let bytes = std::fs::read(&program).with_context(|| format!("cannot read {}", program.display()))?;
        for variable in following(&bytes, VARIABLE, |byte| byte.is_ascii_uppercase() || byte == b'_') {
            // What follows a text directly belongs to the next one, unless it goes on as a name does.
            let is = |name: &&str| variable.strip_prefix(*name).is_some_and(|rest| !rest.starts_with('_'));
            if let Some(name) = variables_written_down().find(is) {
                variables.insert(name);
            } else {
                found.insert(format!("{variable} is written down nowhere"));
            }
        }
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-/{}".contains(&byte);
        for root in
            ["/trustee", "/enrollment", "/sandbox", "/treuhand"].map(|root| format!("{root}{VERSION}/"))
        {
            for path in following(&bytes, &root, plain) {
                paths += 1;
                // Texts lie one after the other, so what follows a path may belong to another text.
                let known = operations().iter().any(|spec| {
                    path.starts_with(spec.path) || spec.path.starts_with(path.trim_end_matches('/'))
                });
                if !known {
                    found.insert(format!("{path} is none of the contract's"));
                }
            }
        }
    }
    ensure!(variables.len() > 1 && paths > 20, "positive control: {variables:?}, {paths} paths");
    let variables: Vec<_> = variables.into_iter().collect();
    Ok(Verdict::of(found, format!("{}; {paths} paths, each of the contract", variables.join(", "))))
}

/// The variables that the configuration's page names.
fn variables_written_down() -> impl Iterator<Item = &'static str> {
    CONFIGURATION.split('`').filter(|word| word.starts_with(VARIABLE))
}

/// Every text in a program that begins like this, as far as these bytes go.
fn following(bytes: &[u8], begin: &str, goes_on: impl Fn(u8) -> bool) -> BTreeSet<String> {
    let Ok(search) = AhoCorasick::new([begin]) else { return BTreeSet::new() };
    let whole = |at: usize| {
        let rest = bytes.get(at + begin.len()..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| goes_on(**byte)).count();
        String::from_utf8_lossy(&bytes[at..at + begin.len() + length]).into_owned()
    };
    search.find_iter(bytes).map(|hit| whole(hit.start())).filter(|text| text.len() > begin.len()).collect()
}
