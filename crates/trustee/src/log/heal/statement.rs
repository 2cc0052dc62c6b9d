//! The text that two officers sign, line by line what is done and to what.

use access::text::{TextError, Writer};
use jiff::Timestamp;
use kernel::{Micros, TenantId};
use ledger::{Checkpoint, VerifyingKey};

const TITLE: &str = "treuhand-restore v1";

/// What is signed.
pub(super) struct Statement<'a> {
    pub(super) store: &'a Checkpoint,
    pub(super) seen: Option<&'a Checkpoint>,
    pub(super) tail: Option<&'a Checkpoint>,
    pub(super) new_log: Option<&'a VerifyingKey>,
    pub(super) erased: Vec<TenantId>,
    pub(super) ended: usize,
    pub(super) at: Micros,
}

impl Statement<'_> {
    /// The text, the same for the whole day.
    pub(super) fn text(&self) -> Result<String, TextError> {
        let mut out = Writer::new(TITLE);
        let act = if self.new_log.is_some() { "begin-a-new-log" } else { "replay-the-tail" };
        out.line("act", act)?;
        out.line("origin", &self.store.origin)?;
        let of = |checkpoint: Option<&Checkpoint>| {
            checkpoint.map_or_else(
                || ("none".to_owned(), "none".to_owned()),
                |one| (one.size.to_string(), one.root.to_string()),
            )
        };
        for (checkpoint, size, root) in [
            (Some(self.store), "store-size", "store-root"),
            (self.seen, "seen-size", "seen-root"),
            (self.tail, "tail-size", "tail-root"),
        ] {
            let (so_many, hash) = of(checkpoint);
            out.line(size, &so_many)?;
            out.line(root, &hash)?;
        }
        if let Some(key) = self.new_log {
            out.line("new-log", &key.to_string())?;
        }
        out.line("erased-again", &self.erased.len().to_string())?;
        for tenant in &self.erased {
            out.line("erased", &tenant.to_string())?;
        }
        out.line("requests-ended", &self.ended.to_string())?;
        out.line("duty-shifts", "all ended")?;
        let day = Timestamp::from_microsecond(self.at).unwrap_or_default();
        out.line("day", &day.to_string()[..10])?;
        Ok(out.finish())
    }
}
