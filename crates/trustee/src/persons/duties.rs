//! The officers' roster: who is on duty when. An emergency is approved by officers who are.
//!
//! Invariants: a shift takes two officers, begins when it is set at the earliest, and is in the log; so nobody was on
//! duty without everybody being able to know, and no vote that was given before counts because of it. One officer can
//! end a shift, because that only takes rights away.

use access::Kind;
use contract::collection::Collection;
use contract::query::Query;
use contract::resources::access::Duty;
use kernel::{Micros, Problem};
use serde_json::json;
use store::Tx;
use store::trustee::duties::{self, DutyRow};
use store::trustee::persons::PersonRow;

use super::{ENROLLED, Persons, kind_of, officer, person, refusal};
use crate::desk::page;
use crate::four_eyes;
use crate::gateway::bad;
use crate::identity::Caller;

/// The longest shift: a roster is looked at again.
const LONGEST: Micros = 31 * 86_400 * SECOND;
const SECOND: Micros = 1_000_000;

impl Persons {
    /// The shifts that are not over.
    pub(crate) async fn duties(&self, query: &Query) -> Result<Collection<Duty>, Problem> {
        let (offset, limit) = page(query)?;
        let now = self.now();
        let rows = self.store.read("duties", move |tx| duties::duties(tx, now, offset, limit)).await?;
        Ok(Collection::new(rows.into_iter().map(shown).collect()))
    }

    /// Puts an officer on duty, once a second officer asks for the same.
    pub(crate) async fn set_duty(&self, caller: &Caller, asked: Duty) -> Result<Duty, Problem> {
        let by = caller.user.ok_or_else(Problem::internal)?;
        let now = self.now();
        let time = |member, at: Option<jiff::Timestamp>| {
            at.map(jiff::Timestamp::as_microsecond).ok_or_else(|| bad(member, "is required"))
        };
        let (from, until) = (time("from", asked.from)?, time("until", asked.until)?);
        if until <= from.max(now) || until - from > LONGEST {
            return Err(bad("until", "must be after now and after from, by 31 days at most"));
        }
        let row = self.look_up(&asked.person_id.unwrap_or_default()).await?;
        let record = self.record(
            by,
            ("duty-set", ledger::Kind::Policy, "duty.set"),
            &row,
            &json!({"from": access::request::time(from), "until": access::request::time(until)}),
        );
        let (id, caller, controls) = (self.ids().ordered().to_string(), caller.clone(), self.controls);
        let write = move |tx: &mut Tx| {
            let by = officer(tx, &caller)?;
            let row = person(tx, &row.id)?;
            if row.state != ENROLLED || kind_of(&row) != Some(Kind::TrusteeOfficer) {
                return Err(bad("personId", "is no enrolled officer"));
            }
            let time = |at| access::request::time(at);
            let wish = format!("duty {} from {} until {}", row.id, time(from), time(until));
            let first = four_eyes::join(tx, controls, &wish, by, now)?;
            let duty = DutyRow {
                id: id.clone(),
                person: row.id,
                // Signed texts name whole seconds.
                from_at: from.max(now).div_euclid(SECOND) * SECOND,
                until_at: until,
                set_by: first,
                second: by.to_string(),
                set_at: now,
                ended_by: String::new(),
            };
            duties::add(tx, &duty)?;
            record.write(tx)?;
            Ok::<_, Problem>(duty)
        };
        let done = self.store.try_write("set_duty", write).await;
        four_eyes::noted(&self.store, (by, now), done).await.map(shown)
    }

    /// Ends a shift now.
    pub(crate) async fn end_duty(&self, caller: &Caller, id: &str) -> Result<(), Problem> {
        let by = caller.user.ok_or_else(Problem::internal)?;
        let (now, id) = (self.now(), id.to_lowercase());
        let find = id.clone();
        let found = self.store.read("duty", move |tx| duties::duty(tx, &find)).await?;
        let found = found.filter(|duty| duty.until_at > now).ok_or_else(over)?;
        let row = self.look_up(&found.person).await?;
        let act = ("duty-ended", ledger::Kind::Policy, "duty.ended");
        let record = self.record(by, act, &row, &json!({"duty": id}));
        let caller = caller.clone();
        let write = move |tx: &mut Tx| {
            let by = officer(tx, &caller)?;
            let duty = duties::duty(tx, &id)?.filter(|duty| duty.until_at > now).ok_or_else(over)?;
            duties::end(tx, &id, now.max(duty.from_at), &by.to_string())?;
            record.write(tx)
        };
        self.store.try_write("end_duty", write).await
    }

    async fn look_up(&self, id: &str) -> Result<PersonRow, Problem> {
        let id = id.to_owned();
        self.store.try_read("person_on_duty", move |tx| person(tx, &id)).await
    }
}

fn over() -> Problem {
    refusal(404, "not_found", "There is no such shift, or it is over.")
}

fn shown(row: DutyRow) -> Duty {
    let date = |at: Micros| jiff::Timestamp::from_microsecond(at).ok();
    Duty {
        id: Some(row.id),
        person_id: Some(row.person),
        from: date(row.from_at),
        until: date(row.until_at),
        set_by: Some(row.set_by),
        confirmed_by: Some(row.second),
        set_date: date(row.set_at),
    }
}
