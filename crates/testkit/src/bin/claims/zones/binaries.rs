//! What is in the programs themselves. They are built with their symbols, so that a function that is there has a name
//! to be found by; texts are looked for as well, because they survive stripping.
//!
//! Invariant: the same search finds everything in a program that has it.

use std::collections::BTreeSet;
use std::path::Path;

use aho_corasick::AhoCorasick;
use anyhow::{Context, Result, ensure};

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
const SWITCH: &[&str] = &["sabotage", "open_without_commitment", "that_takes_plain", "TREUHAND_WITHOUT"];

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
    control(&zones.programs.join("operator"), &["_ZN8operator"])?;
    let found = within(&zones.programs.join("operator"), OPENING)?;
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
        let held = within(&zones.programs.join(name), SWITCH)?;
        found.extend(held.into_iter().map(|text| format!("the program {name} holds {text}")));
    }
    Ok(Verdict::of(found, format!("none of {} names, all of which a sabotage build holds", SWITCH.len())))
}
