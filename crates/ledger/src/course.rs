//! The assurance level over a period: the log's own entries about it, and which of them a report has to tell.
//!
//! Invariant: of all changes in a log, a report tells the last one before its period and all within it, and no other; so
//! a reader who has the whole log can see whether one is left out.
//!
//! Deliberately absent: how a level is measured.

use kernel::Micros;

use crate::{Entry, Kind, Level, LogProof, Refusal, Word};

/// One change of the level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelChange {
    /// Where it stands in the log.
    pub index: u64,
    /// When.
    pub time: Micros,
    /// The level before.
    pub from: Level,
    /// The level after.
    pub to: Level,
}

impl LevelChange {
    /// Reads the entry at a place.
    ///
    /// # Errors
    /// When it tells of no change of the level.
    pub fn read(index: u64, entry: &[u8]) -> Result<Self, Refusal> {
        let entry = Entry::parse(entry)?;
        Self::of(index, &entry).ok_or_else(|| {
            Refusal::new("malformed_bundle", "an entry that tells of no change of the level stands for one")
        })
    }

    /// What an entry says, if it is about the level.
    pub(crate) fn of(index: u64, entry: &Entry) -> Option<Self> {
        let level = |word: &Option<Word>| word.as_ref()?.as_str().to_uppercase().parse::<Level>().ok();
        if entry.kind != Kind::Level || entry.tag.is_some() {
            return None;
        }
        Some(Self { index, time: entry.time, from: level(&entry.from)?, to: level(&entry.to)? })
    }

    /// Of all changes in a log, in their order, those that a report over a period tells.
    pub fn told<T>(all: &[T], time: impl Fn(&T) -> Micros, from: Micros, until: Micros) -> &[T] {
        let end = all.partition_point(|change| time(change) < until);
        let begin = all[..end].partition_point(|change| time(change) < from).saturating_sub(1);
        &all[begin..end]
    }
}

/// The changes that proofs show: in their order, those of the period and the one before, none else.
pub(crate) fn read_course(
    proofs: &[LogProof],
    from: Micros,
    until: Micros,
) -> Result<Vec<LevelChange>, Refusal> {
    let changes = proofs.iter().map(|proof| LevelChange::read(proof.index, &proof.entry));
    let changes = changes.collect::<Result<Vec<_>, _>>()?;
    let ordered =
        changes.windows(2).all(|pair| pair[0].index < pair[1].index && pair[0].time <= pair[1].time);
    if !ordered || LevelChange::told(&changes, |change| change.time, from, until).len() != changes.len() {
        let found = "changes of the level are out of their order, or of another period";
        return Err(Refusal::new("malformed_bundle", found));
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_tells_the_changes_of_its_period_and_the_one_before() {
        let all = [10, 20, 30, 40];
        for (from, until, told) in [
            (25, 35, &[20, 30][..]),
            (20, 30, &[10, 20]),
            (0, 5, &[]),
            (0, 100, &[10, 20, 30, 40]),
            (50, 60, &[40]),
            (11, 12, &[10]),
            (30, 20, &[10]),
        ] {
            assert_eq!(LevelChange::told(&all, |at| *at, from, until), told, "{from} to {until}");
        }
    }

    #[test]
    fn only_entries_about_the_level_tell_of_changes() {
        let word = |text: &str| text.parse::<Word>().ok();
        let change = Entry { from: word("l2"), to: word("l0"), ..Entry::new(Kind::Level, 5_000) };
        let read = |entry: &Entry| LevelChange::read(7, &entry.to_bytes().expect("written"));
        let wanted = LevelChange { index: 7, time: 5_000, from: Level::L2, to: Level::L0 };
        assert_eq!(read(&change), Ok(wanted));
        for other in [
            Entry { kind: Kind::Posture, ..change.clone() },
            Entry { to: word("l9"), ..change.clone() },
            Entry { from: None, ..change.clone() },
            Entry { tag: Some(crate::Tag([1; 32])), ..change },
        ] {
            assert!(read(&other).is_err(), "{other:?}");
        }
    }
}
