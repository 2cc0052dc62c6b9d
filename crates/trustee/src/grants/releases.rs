//! Releases: what a ticket's author lets the operator's support read, and each use of that.
//!
//! Invariants: a release is of one ticket and shows nothing else; it stands until it is taken back, and is looked at anew
//! before anything is opened and once more before anything goes out; a use is by a person whom the trustee enrolled, and
//! its intent is durable in the log before the operator is asked.
//!
//! Deliberately absent: a say of the operator's. No call of the operator's people, and no answer of the operator's zone,
//! makes a release.

use access::{Kind, Output, Refusal, RequestId, Scope, request::sha256};
use contract::operation::Spec;
use contract::resources::access::MaskedValue;
use contract::resources::ticket_release::{TicketOpening, TicketRelease, TicketWatch};
use kernel::{Micros, Problem};
use serde_json::json;
use store::Tx;
use store::trustee::access::{self as book, UseRow};
use store::trustee::journal::{self, Act};
use store::trustee::tickets::{self as rows, OpeningRow, ReleaseRow};

use super::book::who;
use super::usage::Begun;
use super::{Grants, live, refused};
use crate::controls::{Control, Controls};
use crate::identity::Caller;
use crate::persons::employer;
use crate::telling::Note;
use crate::tickets::{RECORD, Ticket};

/// Why a thread is opened, in the log's words.
const REASON: &str = "support_release";
/// Openings shown at once.
const SHOWN: u32 = 200;

/// A use of a release that was written down and logged.
pub(crate) struct Opening {
    release: String,
    number: u32,
    operation: &'static str,
    target: String,
}

impl Grants {
    /// Releases a ticket's thread; one that is released stays as it is. Opening a ticket releases it once: `again` says
    /// that the author asks for it, also after taking it back.
    pub(crate) async fn release(&self, caller: &Caller, ticket: &Ticket, again: bool) -> Result<(), Problem> {
        let row = ReleaseRow {
            id: self.ids().ordered().to_string(),
            ticket: ticket.id.clone(),
            tenant: ticket.tenant,
            released_at: self.now().0,
            released_by: caller.user.map(|user| user.to_string()).unwrap_or_default(),
            revoked_at: 0,
            revoked_by: String::new(),
        };
        let teller = self.teller.clone();
        let write = move |tx: &mut Tx| {
            let before = rows::latest(tx, &row.ticket)?;
            if before.is_some_and(|before| before.revoked_at == 0 || !again) {
                return Ok(());
            }
            rows::add(tx, &row)?;
            let note = of_release(ledger::Kind::ReleaseBegin, &row, &row.released_by);
            teller.note(tx, Note { to: "active".to_owned(), ..note })
        };
        self.store.try_write("release_ticket", write).await?;
        self.tell_later().await;
        self.changed.notify_waiters();
        Ok(())
    }

    /// Takes a release back. When this returns, nothing more goes out under it.
    pub(crate) async fn take_back(&self, caller: &Caller, ticket: &Ticket) -> Result<(), Problem> {
        let by = caller.user.map(|user| user.to_string()).unwrap_or_default();
        let (id, now, teller) = (ticket.id.clone(), self.now().0, self.teller.clone());
        let write = move |tx: &mut Tx| match rows::standing(tx, &id)? {
            None => Ok(()),
            Some(row) => {
                rows::revoke(tx, &row.id, now, &by)?;
                teller.note(tx, ended(&row, &by))
            }
        };
        self.store.try_write("take_release_back", write).await?;
        self.tell_later().await;
        self.changed.notify_waiters();
        Ok(())
    }

    /// Whether a ticket is released.
    pub(crate) async fn release_of(&self, ticket: &Ticket) -> Result<TicketRelease, Problem> {
        let id = ticket.id.clone();
        let read = move |tx: &mut Tx| Ok((rows::latest(tx, &id)?, rows::openings(tx, &id, SHOWN)?.len()));
        let (row, openings) = self.store.read("ticket_release", read).await?;
        let word = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Ok(TicketRelease {
            ticket_id: Some(ticket.id.clone()),
            tenant_id: Some(ticket.tenant.to_string()),
            opener_id: Some(ticket.opener.to_string()),
            released: Some(row.as_ref().is_some_and(|row| row.revoked_at == 0)),
            release_id: row.as_ref().map(|row| row.id.clone()),
            released_date: row.as_ref().and_then(|row| date(row.released_at)),
            released_by: row.as_ref().and_then(|row| word(&row.released_by)),
            revoked_date: row.as_ref().filter(|row| row.revoked_at != 0).and_then(|row| date(row.revoked_at)),
            revoked_by: row.as_ref().and_then(|row| word(&row.revoked_by)),
            openings: i64::try_from(openings).ok(),
        })
    }

    /// What was opened of a ticket's thread, with what a supervisor may see of it while this program remembers.
    pub(crate) async fn openings_of(&self, ticket: &Ticket) -> Result<Vec<TicketOpening>, Problem> {
        let id = ticket.id.clone();
        let found = self.store.read("ticket_openings", move |tx| rows::openings(tx, &id, SHOWN)).await?;
        Ok(found.into_iter().map(|row| self.shown_opening(row)).collect())
    }

    /// Answers when something of a ticket's release is not `after`.
    pub(crate) async fn watch_release(
        &self,
        ticket: &Ticket,
        after: Option<&str>,
    ) -> Result<TicketWatch, Problem> {
        self.once_new(after, |seen: &TicketWatch| seen.marker.as_deref(), || self.look_at(ticket)).await
    }

    async fn look_at(&self, ticket: &Ticket) -> Result<TicketWatch, Problem> {
        let (release, openings) = (self.release_of(ticket).await?, self.openings_of(ticket).await?);
        // What changes with each act: who releases anew makes another release, who opens makes another opening.
        let running = openings.iter().filter(|one| one.outcome.as_deref() == Some("open")).count();
        let newest = openings.first().map_or(0, |one| one.number.unwrap_or_default());
        let id = release.release_id.clone().unwrap_or_default();
        let marker = format!("{id}-{}-{newest}-{running}", u8::from(release.released == Some(true)));
        Ok(TicketWatch { release: Some(release), openings: Some(openings), marker: Some(marker) })
    }

    fn shown_opening(&self, row: OpeningRow) -> TicketOpening {
        let seen = row.release.parse().ok().and_then(|id| self.live.seen(id, row.number));
        let masked =
            |(field, value): (String, String)| MaskedValue { field: Some(field), value: Some(value) };
        TicketOpening {
            number: Some(i64::from(row.number)),
            person_id: Some(row.person),
            country: Some(row.country),
            began_date: date(row.began_at),
            outcome: Some(row.outcome),
            rows: i64::try_from(row.rows).ok(),
            bytes: i64::try_from(row.bytes).ok(),
            fields: Some(
                row.fields.split(',').filter(|field| !field.is_empty()).map(str::to_owned).collect(),
            ),
            masked_values: seen.map(|seen| seen.values.into_iter().map(masked).collect()),
            release_id: Some(row.release),
        }
    }

    /// Writes down and logs that somebody of the operator's support is about to read a ticket's thread, if it is
    /// released. What is refused is written down too.
    pub(crate) async fn begin_opening(
        &self,
        caller: &Caller,
        ticket: &Ticket,
        (spec, target): (&'static Spec, &str),
    ) -> Result<(Begun, Opening), Problem> {
        match self.count_opening(caller, ticket, (spec, target)).await {
            Ok((release, number)) => {
                if self.controls.on(Control::LogFirst) {
                    self.tell().await?;
                }
                self.changed.notify_waiters();
                let opening = Opening { release, number, operation: spec.id, target: target.to_owned() };
                Ok((Begun::of_release(scope(ticket, spec)), opening))
            }
            Err(problem) => {
                self.write_refused_opening(caller, ticket, (spec.id, problem.slug)).await;
                Err(problem)
            }
        }
    }

    async fn count_opening(
        &self,
        caller: &Caller,
        ticket: &Ticket,
        (spec, target): (&'static Spec, &str),
    ) -> Result<(String, u32), Problem> {
        let ((now, clock), controls) = (self.now(), self.controls);
        let (log, rules, teller) = (self.log_stands(), self.rules.clone(), self.teller.clone());
        let parameters = sha256(target.as_bytes());
        let (caller, ticket) = (caller.clone(), ticket.clone());
        let write = move |tx: &mut Tx| {
            let release = release(tx, &ticket, controls)?;
            let who = who(tx, &caller, &[Kind::Requester])?;
            if !clock {
                return refused(Refusal::ClockUntrusted);
            }
            if !log && controls.on(Control::LogFirst) {
                return refused(Refusal::LogUnavailable);
            }
            let country = &who.row.country;
            if !rules.standing(tx, ticket.tenant, now)?.allows_country(country) {
                return refused(Refusal::Residency);
            }
            let number = rows::used(tx, &release.id, &who.row.id, country)?;
            let row = UseRow::begun(number, spec.id, &parameters, now);
            book::begin_use(tx, &release.id, &row)?;
            let details = json!({
                "use": number, "ticket": ticket.id, "parameters": parameters, "country": country,
                "employer": employer(tx, &who.row)?,
            });
            let note = of_use(ledger::Kind::UseIntent, &release, &who.row.id, (spec.id, number));
            teller.note(tx, note.detail(details))?;
            Ok((release.id, number))
        };
        self.store.try_write("begin_opening", write).await
    }

    /// Counts what an opening showed, and says whether it may go out. To be called when the answer is ready.
    pub(crate) async fn finish_opening(
        &self,
        caller: &Caller,
        begun: &Begun,
        opening: &Opening,
    ) -> Result<(), Problem> {
        let taken = begun.take();
        let values = taken.values;
        if !self.controls.on(Control::LastLook) {
            return Ok(());
        }
        let (controls, log, teller) = (self.controls, self.log_stands(), self.teller.clone());
        let (id, number, operation) = (opening.release.clone(), opening.number, opening.operation);
        let (rows_shown, bytes, fields) = (taken.rows, taken.bytes, taken.fields.join(","));
        let caller = caller.clone();
        let write = move |tx: &mut Tx| {
            let release = rows::release(tx, &id)?.ok_or_else(Problem::internal)?;
            let stands = release.revoked_at == 0 || !controls.on(Control::ReleaseRevoked);
            let refusal = match who(tx, &caller, &[Kind::Requester]) {
                Err(problem) => Some(problem),
                Ok(_) if !stands => Some(Refusal::Revoked.into()),
                Ok(_) if !log && controls.on(Control::LogFirst) => Some(Refusal::LogUnavailable.into()),
                Ok(_) => None,
            };
            let released = refusal.is_none();
            let shown = released.then(|| (rows_shown, bytes, fields.clone()));
            let row = UseRow::released(number, operation, shown);
            book::end_use(tx, &id, &row)?;
            let person = rows::user(tx, &id, number)?.map(|(person, _)| person);
            teller.note(tx, of_result(person, &release, &row))?;
            Ok::<_, Problem>(refusal)
        };
        let refusal: Option<Problem> = self.store.try_write("finish_opening", write).await?;
        if refusal.is_none()
            && let Ok(id) = opening.release.parse::<RequestId>()
        {
            self.live.keep(id, number, live::Seen { target: opening.target.clone(), values });
        }
        self.changed.notify_waiters();
        refusal.map_or(Ok(()), Err)
    }

    async fn write_refused_opening(
        &self,
        caller: &Caller,
        ticket: &Ticket,
        (operation, slug): (&str, &'static str),
    ) {
        let act = Act {
            id: self.ids().ordered().to_string(),
            acted_at: self.clock.now().as_microsecond(),
            actor: caller.user.map(|user| user.to_string()).unwrap_or_default(),
            act: "opening-refused".to_owned(),
            tenant: ticket.tenant.to_string(),
            detail: json!({"ticket": ticket.id, "operation": operation, "slug": slug}).to_string(),
        };
        if self.store.write("opening_refused", move |tx| journal::act(tx, &act)).await.is_err() {
            tracing::warn!(operation, slug, "a refused opening could not be written down");
        }
    }
}

/// The release that lets a ticket be read.
fn release(tx: &mut Tx, ticket: &Ticket, controls: Controls) -> Result<ReleaseRow, Problem> {
    let mut found = rows::standing(tx, &ticket.id)?;
    if !controls.on(Control::ReleaseScope) {
        found = found.or(rows::any_standing(tx, ticket.tenant)?);
    }
    if !controls.on(Control::ReleaseRevoked) {
        found = found.or(rows::latest(tx, &ticket.id)?);
    }
    if found.is_none() && !controls.on(Control::SupportRelease) {
        let nobodys = nobodys(ticket);
        rows::add(tx, &nobodys)?;
        found = Some(nobodys);
    }
    found.ok_or_else(|| Refusal::GrantRequired.into())
}

/// What a sabotage build opens a thread by that nobody released.
fn nobodys(ticket: &Ticket) -> ReleaseRow {
    ReleaseRow {
        id: format!("nobody-{}", ticket.id),
        ticket: ticket.id.clone(),
        tenant: ticket.tenant,
        released_at: 0,
        released_by: String::new(),
        revoked_at: 0,
        revoked_by: String::new(),
    }
}

/// What a release shows: this ticket's thread, all of it, and nothing else.
fn scope(ticket: &Ticket, spec: &'static Spec) -> Scope {
    let fields = access::scope::fields_of(spec).into_iter().filter(|field| field.record == RECORD);
    let field = |field: access::scope::Openable| access::scope::FieldRef {
        record: field.record.to_owned(),
        path: field.path,
    };
    let record = access::scope::RecordRef { kind: RECORD.to_owned(), id: Some(ticket.id.clone()) };
    Scope {
        tenant: ticket.tenant,
        operations: [spec.id.to_owned()].into(),
        records: [record].into(),
        classes: classes().into_iter().collect(),
        fields: fields.map(field).collect(),
        output: Output::View,
        masking: false,
        max_uses: u32::MAX,
        max_rows: u64::MAX,
        max_bytes: u64::MAX,
    }
}

fn classes() -> Vec<String> {
    vec!["contact".to_owned(), "content".to_owned()]
}

/// A note about a release.
fn of_release(kind: ledger::Kind, release: &ReleaseRow, actor: &str) -> Note {
    let note = Note::of(kind, release.tenant, actor).detail(json!({"ticket": release.ticket}));
    Note { grant: release.id.clone(), classes: classes(), reason: REASON.to_owned(), ..note }
}

/// The note of a release that was taken back.
fn ended(release: &ReleaseRow, actor: &str) -> Note {
    let note = of_release(ledger::Kind::ReleaseEnd, release, actor);
    Note { from: "active".to_owned(), to: "revoked".to_owned(), ..note }
}

/// A note about a use of a release.
fn of_use(kind: ledger::Kind, release: &ReleaseRow, actor: &str, (operation, number): (&str, u32)) -> Note {
    Note { number, ..of_release(kind, release, actor).op(operation) }
}

/// The note of how a use ended.
fn of_result(person: Option<String>, release: &ReleaseRow, row: &UseRow) -> Note {
    let details = json!({
        "use": row.number, "ticket": release.ticket, "outcome": row.outcome, "fields": row.fields,
        "masked": false, "left": crate::left::by_use(),
    });
    let person = person.unwrap_or_default();
    let note = of_use(ledger::Kind::UseResult, release, &person, (&row.operation, row.number));
    Note { rows: row.rows, bytes: row.bytes, ..note.detail(details) }
}

/// A use of a release of which nothing was heard again: what became of it is not known. None where it is no release's.
pub(super) fn lost(tx: &mut Tx, release: &str, row: &UseRow) -> Result<Option<Note>, Problem> {
    match rows::release(tx, release)? {
        None => Ok(None),
        Some(release) => {
            let person = rows::user(tx, &release.id, row.number)?.map(|(person, _)| person);
            Ok(Some(of_result(person, &release, row)))
        }
    }
}

fn date(at: Micros) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at).ok()
}
