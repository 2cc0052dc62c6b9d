//! Broken input for everything that reads what strangers write: messages, paths, queries, envelopes, and the files that
//! people hand to each other.
//!
//! A case is made from genuine input by a few random changes and given to a target, which panics when a promise is
//! broken. Cases follow from seed and number alone: the same command makes the same cases on every machine.
//!
//! Deliberately absent: feedback from coverage. It needs a nightly compiler; `docs/decisions.md` says what stands for
//! it.

mod cases;
mod papers;
mod targets;

pub use cases::Cases;
pub use targets::{TARGETS, Target};

use std::ops::Range;
use std::panic::catch_unwind;

/// A case that broke a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its number under the seed.
    pub number: u64,
    /// The input itself, escaped.
    pub input: String,
}

/// Gives a target the cases of these numbers; the first that breaks a promise, if any does.
pub fn run(target: &Target, seed: u64, mut cases: Range<u64>) -> Option<Broken> {
    let made = Cases::new((target.seeds)(), target.words, seed);
    let check = target.check;
    cases.find_map(|number| {
        let input = made.case(number);
        let outcome = catch_unwind(|| check(&input));
        outcome.is_err().then(|| Broken { number, input: input.escape_ascii().to_string() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many cases of each target are tried with every test run.
    const CASES: u64 = 4_000;

    #[track_caller]
    fn check(name: &str) {
        let target = TARGETS.iter().find(|target| target.name == name).expect("a target");
        assert_eq!(run(target, 1, 0..CASES), None);
    }

    #[test]
    fn messages() {
        check("message");
    }
    #[test]
    fn paths() {
        check("path");
    }
    #[test]
    fn queries() {
        check("query");
    }
    #[test]
    fn envelopes() {
        check("envelope");
    }
    #[test]
    fn age_files_and_keys() {
        check("age");
        check("age-key");
    }
    #[test]
    fn archives() {
        check("archive");
        check("archive-path");
    }
    #[test]
    fn checkpoints() {
        check("checkpoint");
    }
    #[test]
    fn proofs_and_entries() {
        check("proof");
        check("entry");
    }
    #[test]
    fn texts_of_requests() {
        check("request");
    }

    /// A reader with a fault must be found out, or all of the above proves nothing.
    #[test]
    fn a_fault_is_found_and_the_case_comes_again() {
        let faulty = Target {
            name: "faulty",
            seeds: || vec![b"harmless".to_vec()],
            words: &["%00"],
            check: |input| assert!(!input.ends_with(b"%00"), "a fault"),
        };
        let broken = run(&faulty, 1, 0..CASES).expect("found");
        assert!(broken.input.ends_with("%00"), "{broken:?}");
        assert_eq!(run(&faulty, 1, 0..CASES), Some(broken), "the same seed, the same cases");
        assert_ne!(
            Cases::new(vec![b"ab".to_vec()], &[], 1).case(0),
            Cases::new(vec![b"ab".to_vec()], &[], 2).case(0)
        );
    }
}
