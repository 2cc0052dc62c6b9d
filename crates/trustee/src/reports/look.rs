//! The transparency log in a form to look at, for the trustee's people. Everything here follows from entries, which name
//! nobody.

use contract::collection::Collection;
use contract::query::Query;
use contract::resources::access_report::{LogEntryView, LogStanding, LogWitness};
use kernel::{Micros, Problem};
use ledger::{Checkpoint, Entry, Kind};
use store::Tx;
use store::trustee::log as rows;

use super::Reports;
use crate::gateway::bad;

/// Entries read at once.
const PAGE: i64 = 2000;
/// Entries looked through for a page of a list.
const LOOKED_THROUGH: i64 = 50_000;
/// Entries on a page, where nobody says.
const SHOWN: usize = 50;
const MOST_SHOWN: usize = 200;

impl Reports {
    /// Where the log stands.
    pub(super) async fn standing(&self) -> Result<LogStanding, Problem> {
        let state = self.log.state().await?;
        let witnesses = self.log.witnesses();
        let note = state.published.as_bytes();
        let cosigned = Checkpoint::open(note, &[self.log.key().clone()], &witnesses)
            .map(|(_, signatures)| signatures.witnesses)
            .unwrap_or_default();
        let root = Checkpoint::peek(state.checkpoint.as_bytes()).map(|newest| newest.root.to_string());
        let witness = |key: &ledger::VerifyingKey| LogWitness {
            name: Some(key.name().to_owned()),
            cosigned: Some(cosigned.iter().any(|one| one.witness == *key)),
        };
        Ok(LogStanding {
            origin: Some(self.log.key().name().to_owned()),
            key: Some(self.log.key().to_string()),
            size: Some(state.size),
            root: root.ok(),
            published_size: Some(state.published_size),
            newest_date: date(state.newest).filter(|_| state.size > 0),
            witnesses: Some(witnesses.iter().map(witness).collect()),
            writable: Some(self.log.ready().is_ok()),
            level: Some(self.log.level().as_str().to_owned()),
            checkpoint: Some(state.published),
        })
    }

    /// Entries, the newest first.
    pub(super) async fn entries(&self, query: &Query) -> Result<Collection<LogEntryView>, Problem> {
        let number = |name: &'static str| match query.get(name) {
            None => Ok(None),
            Some(text) => text.parse::<i64>().map(Some).map_err(|_| bad(name, "must be a number")),
        };
        let kind: Option<Kind> = match query.get("type") {
            None | Some("") => None,
            Some(word) => {
                Some(word.parse().map_err(|_| bad("type", "is none of the log's types of entries"))?)
            }
        };
        let size = number("size")?.and_then(|size| usize::try_from(size).ok()).unwrap_or(SHOWN);
        let size = size.clamp(1, MOST_SHOWN);
        let end = self.log.state().await?.size;
        let end = number("before")?.map_or(end, |before| before.clamp(0, end));
        let read = move |tx: &mut Tx| {
            let (mut until, mut found) = (end, Vec::new());
            while until > 0 && found.len() < size && end - until < LOOKED_THROUGH {
                let from = (until - PAGE).max(0);
                let page = rows::entries(tx, from, until)?;
                for (index, bytes) in (from..until).rev().zip(page.into_iter().rev()) {
                    let Ok(entry) = Entry::parse(&bytes) else { continue };
                    if found.len() < size && kind.is_none_or(|kind| kind == entry.kind) {
                        found.push((index, entry));
                    }
                }
                until = from;
            }
            Ok::<_, store::StoreError>(found)
        };
        let found = self.store.read("look_at_log", read).await?;
        Ok(Collection::new(found.into_iter().map(|(index, entry)| shown(index, &entry)).collect()))
    }
}

pub(super) fn date(at: Micros) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at).ok()
}

fn shown(index: i64, entry: &Entry) -> LogEntryView {
    let text = |word: &Option<ledger::Word>| word.as_ref().map(ToString::to_string);
    LogEntryView {
        index: Some(index),
        r#type: Some(entry.kind.as_str().to_owned()),
        date: date(entry.time),
        about_customer: Some(entry.tag.is_some()),
        actor: entry.actor.map(|actor| format!("fp:{actor}")),
        grant: entry.grant.map(|grant| format!("g:{grant}")),
        operation: text(&entry.op),
        classes: Some(entry.class.iter().map(|class| class.as_str().to_owned()).collect()),
        counts: Some(entry.counts.iter().map(|(word, count)| format!("{word} {count}")).collect()),
        from_state: text(&entry.from),
        to_state: text(&entry.to),
        reason: text(&entry.reason),
        level: entry.level.map(|level| level.as_str().to_owned()),
        belongs_to: entry.of.and_then(|of| i64::try_from(of).ok()),
    }
}
