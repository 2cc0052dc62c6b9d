//! Gags: whether each still holds is asked once a month, and answered by an officer.
//!
//! Invariants: a gag ends on its day, whoever has answered or not; only a legal officer puts the day off, by a document that is
//! neither the demand's nor one that did so before; each reminder and each answer is in the log, as nobody's entries while the
//! customer may not know.

use access::{Kind, Refusal};
use contract::resources::legal::{GagReminder, GagReview, LegalCase};
use jiff::tz::TimeZone;
use kernel::{Code, Micros, Problem};
use ledger::Kind as LogKind;
use store::Tx;
use store::trustee::gags::{self, ReviewRow};
use store::trustee::legal::{self, CaseRow};

use super::cases::{ASSESSORS, is_sha256, load, note, notice, whole};
use super::shown::{date, shown};
use super::{Legal, unknown};
use crate::controls::Control;
use crate::gateway::bad;
use crate::grants::who;
use crate::identity::Caller;

/// What looking after a gag can find.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// It stands until its day.
    Continues,
    /// A document puts the day off.
    Extended,
    /// The customer may be told.
    Ended,
}

impl Found {
    const ALL: [Self; 3] = [Self::Continues, Self::Extended, Self::Ended];

    const fn name(self) -> &'static str {
        match self {
            Self::Continues => "continues",
            Self::Extended => "extended",
            Self::Ended => "ended",
        }
    }

    fn of(text: &str) -> Result<Self, Problem> {
        let found = Self::ALL.into_iter().find(|one| one.name() == text);
        found.ok_or_else(|| bad("found", "must be one of continues, extended, ended"))
    }
}

impl Legal {
    /// Asks about every gag that has stood for one more month, and has been asked about by no restart before.
    pub(crate) async fn remind_of_gags(&self) -> Result<(), Problem> {
        let (now, teller) = (self.now(), self.teller.clone());
        let waiting = move |tx: &mut Tx| gags::standing(tx, now);
        let standing = self.store.read("standing_gags", waiting).await?;
        let due = standing.into_iter().map(|gag| (months(gag.since, now), gag));
        let due: Vec<_> = due.filter(|(month, gag)| *month > gag.asked).collect();
        if due.is_empty() {
            return Ok(());
        }
        let write = move |tx: &mut Tx| {
            for (month, gag) in &due {
                let row = legal::case(tx, &gag.case)?.ok_or_else(unknown)?;
                if row.notified_at == 0 && gags::remind(tx, &row.id, *month, now)? {
                    teller.note(tx, note(&row, LogKind::LegalCase, "time", "legal.gag-reminder")?)?;
                }
            }
            Ok::<_, Problem>(())
        };
        self.store.try_write("remind_of_gags", write).await
    }

    /// The gags about which an answer is owed.
    pub(crate) async fn reminders(&self) -> Result<Vec<GagReminder>, Problem> {
        let read = |tx: &mut Tx| {
            let mut found = Vec::new();
            for owed in gags::owed(tx)? {
                if let Some(row) = legal::case(tx, &owed.case)? {
                    found.push(reminder(row, owed.asked_at));
                }
            }
            Ok::<_, Problem>(found)
        };
        self.store.try_read("gag_reminders", read).await
    }

    /// Keeps what an officer found about a gag, and does what follows from it.
    pub(crate) async fn review(
        &self,
        caller: &Caller,
        id: &str,
        asked: GagReview,
    ) -> Result<LegalCase, Problem> {
        let found = Found::of(asked.found.as_deref().unwrap_or_default())?;
        let document = asked.document_sha256.unwrap_or_default().trim().to_lowercase();
        let until = asked.until.map(|until| whole(until.as_microsecond()));
        if found != Found::Extended && (until.is_some() || !document.is_empty()) {
            return Err(bad("until", "and documentSha256 go with extended only"));
        }
        let (now, controls, id) = (self.now(), self.controls, id.to_owned());
        let (review, caller, teller) =
            (self.ids().ordered().to_string(), caller.clone(), self.teller.clone());
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, ASSESSORS)?;
            let mut row = load(tx, &id, controls)?.row;
            if row.notified_at != 0 || row.gag_ends_at <= now {
                return Err(Refusal::StateConflict.into());
            }
            let until_at = match found {
                Found::Continues => row.gag_ends_at,
                Found::Ended => now,
                Found::Extended => {
                    if controls.on(Control::GagDocument) {
                        if who.kind != Kind::LegalOfficer {
                            return Err(legal_officer_required());
                        }
                        is_new(tx, &row, &document)?;
                    }
                    later(&row, until)?
                }
            };
            let kept = ReviewRow {
                id: review.clone(),
                person: who.row.id.clone(),
                found: found.name().to_owned(),
                until_at,
                document: document.clone(),
                reviewed_at: now,
            };
            gags::review(tx, &row.id, &kept)?;
            let mut told = note(&row, LogKind::LegalCase, &who.row.id, "legal.gag-review")?;
            found.name().clone_into(&mut told.to);
            if is_sha256(&document) {
                told = told.digest("extension", &document);
            }
            teller.note(tx, told)?;
            if found == Found::Ended && legal::notified(tx, &row.id, now)? {
                row.notified_at = now;
                teller.note(tx, notice(&row, &who.row.id)?)?;
            }
            let after = load(tx, &id, controls)?;
            shown(tx, after)
        };
        self.store.try_write("review_gag", write).await
    }
}

fn legal_officer_required() -> Problem {
    let text = "A gag is extended by a legal officer. Other officers can say that it continues or has ended.";
    Problem::new(403, Code(0), "legal_officer_required", text)
}

/// The day to which a gag is put off.
fn later(row: &CaseRow, until: Option<Micros>) -> Result<Micros, Problem> {
    let until =
        until.ok_or_else(|| bad("until", "is required: the day to which the document puts it off"))?;
    if until > row.gag_ends_at {
        Ok(until)
    } else {
        Err(bad("until", "must be after the day on which it ends now"))
    }
}

/// Refuses a document that is none, or that is known already.
fn is_new(tx: &mut Tx, row: &CaseRow, document: &str) -> Result<(), Problem> {
    if !is_sha256(document) {
        return Err(bad("documentSha256", "must be the SHA-256 of the document that extends the gag"));
    }
    let known =
        document == row.document || gags::reviews(tx, &row.id)?.iter().any(|one| one.document == document);
    if known {
        Err(bad("documentSha256", "is of a document that was used before; a gag is extended by a new one"))
    } else {
        Ok(())
    }
}

/// How many months have gone by, as the calendar counts them; a day that a month does not have is its last one.
fn months(since: Micros, now: Micros) -> i64 {
    let civil = |at| jiff::Timestamp::from_microsecond(at).map(|at| at.to_zoned(TimeZone::UTC).datetime());
    let (Ok(since), Ok(now)) = (civil(since), civil(now)) else { return 0 };
    let begun = i32::from(now.year() - since.year()) * 12 + i32::from(now.month() - since.month());
    let due = kernel::add_months(since.date(), begun).to_datetime(since.time());
    i64::from(if due > now { begun - 1 } else { begun })
}

fn reminder(row: CaseRow, asked_at: Micros) -> GagReminder {
    GagReminder {
        case_id: Some(row.id),
        tenant_id: Some(row.tenant),
        authority: Some(row.authority),
        country: Some(row.country),
        gag_basis: Some(row.gag_basis),
        gag_ends_date: date(row.gag_ends_at),
        asked_date: date(asked_at),
    }
}

/// The reviews of a case, as the contract has them.
pub(super) fn reviews(tx: &mut Tx, case: &str) -> Result<Vec<GagReview>, Problem> {
    let shown = |row: ReviewRow| GagReview {
        until: date(row.until_at).filter(|_| row.found == Found::Extended.name()),
        found: Some(row.found),
        document_sha256: Some(row.document).filter(|document| !document.is_empty()),
        reviewed_date: date(row.reviewed_at),
        person_id: Some(row.person),
    };
    Ok(gags::reviews(tx, case)?.into_iter().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_microsecond();
        for (since, now, want) in [
            ("2026-01-15T09:00:00Z", "2026-01-15T09:00:00Z", 0),
            ("2026-01-15T09:00:00Z", "2026-02-15T08:59:59Z", 0),
            ("2026-01-15T09:00:00Z", "2026-02-15T09:00:00Z", 1),
            ("2026-01-31T09:00:00Z", "2026-02-28T08:59:59Z", 0),
            ("2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z", 1),
            ("2026-01-15T09:00:00Z", "2027-03-14T09:00:00Z", 13),
            ("2026-01-15T09:00:00Z", "2025-12-15T09:00:00Z", -1),
        ] {
            assert_eq!(months(at(since), at(now)), want, "{since} {now}");
        }
    }
}
