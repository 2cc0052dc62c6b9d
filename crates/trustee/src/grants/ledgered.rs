//! The transparency log as the book of grants needs it.
//!
//! Invariants: what was noted once is one entry, also when the program was stopped between writing it and being told so;
//! the result of a use names the entry of its intent, as every verifier demands; entries follow each other as they were noted,
//! also where one is written in the step of its act.

use data_encoding::{BASE64, HEXLOWER};
use kernel::{Code, Problem, TenantId};
use ledger::{Alias, Class, Digest, Kind};
use store::Tx;
use store::trustee::{access, reports};

use super::told::{ROUND, waiting};
use crate::controls::{Control, Controls};
use crate::keys::HOUSE;
use crate::log::{Draft, Log, Pen};
use crate::ports::{Later, LogEntry, Logbook, LoggedAct, Together};

/// Says that a change was not carried out, because its entries cannot follow what waits before them.
const OTHERS: &str = "others_wait";

impl Logbook for Log {
    fn append(&self, entry: LogEntry) -> Later<'_, Result<(), Problem>> {
        Box::pin(async move {
            let (draft, tenant) = (draft(&entry, self.controls())?, entry.tenant);
            self.act(&[tenant], move |tx, pen| tell(tx, pen, &entry, &draft)).await.map(|_| ())
        })
    }

    fn together(&self, tenant: TenantId, act: LoggedAct) -> Later<'_, Result<Option<Together>, Problem>> {
        Box::pin(async move {
            // Whoever waits for witnesses must not keep those waiting who take a grant back.
            if self.waits_for_witnesses() {
                return Ok(None);
            }
            let controls = self.controls();
            let both = move |tx: &mut Tx, pen: &mut Pen<'_>| {
                let done = act(tx)?;
                let waiting = waiting(tx)?;
                // Only what is this tenant's and the house's can be sealed here, and it goes in order or not at all.
                let ours = |entry: &LogEntry| [tenant, HOUSE].contains(&entry.tenant);
                if waiting.len() >= ROUND as usize || !waiting.iter().all(ours) {
                    return Err(Problem::new(409, Code(0), OTHERS, "Entries about others wait."));
                }
                for entry in &waiting {
                    tell(tx, pen, entry, &draft(entry, controls)?)?;
                }
                Ok((done, waiting))
            };
            match self.act(&[tenant], both).await {
                Ok((done, _)) => Ok(Some(done)),
                Err(problem) if problem.slug == OTHERS => Ok(None),
                Err(problem) => Err(problem),
            }
        })
    }

    fn head(&self) -> Later<'_, Option<(u64, String)>> {
        Box::pin(async move {
            let state = self.state().await.ok()?;
            // Origin, size, root: the first lines of every checkpoint.
            let mut lines = state.checkpoint.lines().skip(1);
            let (size, root) = (lines.next()?.parse().ok()?, BASE64.decode(lines.next()?.as_bytes()).ok()?);
            Some((size, HEXLOWER.encode(&root)))
        })
    }

    fn stands(&self) -> bool {
        self.ready().is_ok()
    }
}

/// Writes the entry, unless it is in already.
fn tell(tx: &mut Tx, pen: &mut Pen<'_>, entry: &LogEntry, draft: &Draft) -> Result<(), Problem> {
    if reports::is_told(tx, &entry.note)? {
        return Ok(());
    }
    let number = i64::from(entry.number);
    let mut draft = draft.clone();
    if entry.kind == Kind::UseResult.as_str() {
        if let Some(intent) = reports::intent(tx, &entry.grant, number)? {
            draft = draft.belonging_to(intent.cast_unsigned());
        } else {
            tracing::error!(number, "the intent of a use is not in the log");
        }
    }
    let index = pen.note(tx, &draft)?;
    if entry.kind == Kind::UseIntent.as_str() {
        reports::intend(tx, &entry.grant, number, index.cast_signed())?;
    }
    Ok(access::logged(tx, &entry.note, entry.at)?)
}

/// The entry without names: ids become stand-ins, details are sealed by the log.
fn draft(entry: &LogEntry, controls: Controls) -> Result<Draft, Problem> {
    let kind: Kind = entry.kind.parse().map_err(|_| {
        tracing::error!(kind = entry.kind, "the log has no such type of entry");
        Problem::internal()
    })?;
    let classes = entry.classes.iter().filter_map(|word| class(word));
    let mut draft = Draft::of(kind).by(&entry.actor).classes(classes);
    if entry.tenant != HOUSE {
        draft = draft.about(entry.tenant);
    }
    if !entry.grant.is_empty() {
        draft = draft.under(alias(&entry.grant));
    }
    if !entry.to.is_empty() {
        draft = draft.moving(Some(entry.from.as_str()).filter(|from| !from.is_empty()), &entry.to);
    }
    if !entry.reason.is_empty() {
        draft = draft.because(&entry.reason);
    }
    if !entry.operation.is_empty() {
        draft = draft.op(&entry.operation);
    }
    if kind == Kind::UseResult {
        draft = draft.counting("rows", entry.rows).counting("bytes", entry.bytes);
    }
    for (what, sha256) in &entry.digests {
        let bytes = HEXLOWER.decode(sha256.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        draft = draft.digest(what, Digest(bytes.ok_or_else(Problem::internal)?));
    }
    match serde_json::from_str::<serde_json::Value>(&entry.details) {
        Ok(details @ serde_json::Value::Object(_)) => {
            if let Some(purpose) = details["purpose"].as_str()
                && !controls.on(Control::LogWords)
            {
                draft = draft.op(purpose);
            }
            Ok(draft.detail(details))
        }
        _ => Ok(draft),
    }
}

/// A grant's stand-in. Its id has more random bits than anybody can try.
pub(crate) fn alias(grant: &str) -> Alias {
    let mut alias = Alias([0; 8]);
    let digest = Digest::of(format!("grant {grant}").as_bytes());
    for (to, from) in alias.0.iter_mut().zip(digest.0) {
        *to = from;
    }
    alias
}

fn class(word: &str) -> Option<Class> {
    match word {
        "contact" => Some(Class::Contact),
        "personal" => Some(Class::Personal),
        "content" => Some(Class::Content),
        _ => None,
    }
}
