//! A customer leaves: notice, the time in which data is moved, the time in which it can still be fetched, and then its
//! erasure.
//!
//! Invariants: the customer's approver gives notice; each state lasts until its date, which is fixed when notice is given, and
//! no longer or shorter because the program did not run; each change is in the log, together with the change; nothing is
//! erased before the last date, unless the customer's approver asks for it expressly.
//!
//! Deliberately absent: what is sold. Subscriptions end by the rules of commerce.

use access::Kind;
use contract::collection::Collection;
use contract::profile::DepartureRules;
use contract::query::{PageLimits, Query};
use contract::resources::departure::Departure as Shown;
use edge::{Request, Response, StatusCode};
use kernel::{Code, Micros, Problem, TenantId};
use ledger::Kind as Told;
use serde_json::Value;
use store::Tx;
use store::trustee::departures::{self, Departure};
use store::trustee::erasures::{self, Erasure};

use super::{DAY, answer, date};
use crate::controls::{Control, Controls};
use crate::gateway::{Call, Gateway, bad};
use crate::grants::who;
use crate::log::{Draft, Pen};

/// Departures moved on in one round.
const ROUND: u32 = 100;
/// The longest time in which data can be fetched.
const LONGEST: i64 = 366;
/// Why an erasure is asked for when the last date is over.
const REASON: &str = "The time in which the data could be fetched is over.";

/// How long what lasts, in days.
struct Days {
    notice: i64,
    transition: i64,
    retrieval: i64,
}

impl Days {
    fn read(body: &Value, rules: DepartureRules) -> Result<Self, Problem> {
        let given = |member: &'static str, usual: u32| match body.get(member) {
            None | Some(Value::Null) => Ok(i64::from(usual)),
            Some(days) => days.as_i64().ok_or_else(|| bad(member, "must be a number of days")),
        };
        let days = Self {
            notice: given("noticeDays", rules.notice_days)?,
            transition: given("transitionDays", rules.transition_days)?,
            retrieval: given("retrievalDays", rules.retrieval_days)?,
        };
        let within = |member, days: i64, least: i64, most: i64| {
            if (least..=most).contains(&days) {
                return Ok(());
            }
            Err(bad(member, &format!("must be {least} to {most} days")))
        };
        within("noticeDays", days.notice, 0, rules.notice_days.into())?;
        within("transitionDays", days.transition, 0, rules.transition_days.into())?;
        within("retrievalDays", days.retrieval, rules.retrieval_days.into(), LONGEST)?;
        Ok(days)
    }
}

impl Gateway {
    /// The customer's approver gives notice.
    pub(crate) async fn give_notice(&self, call: &Call<'_>, request: &Request) -> Result<Response, Problem> {
        let days = Days::read(&Self::body(call.spec, request)?, self.profile.departure)?;
        let now = self.clock.now().as_microsecond();
        let notice_until = now + days.notice * DAY;
        let transition_until = notice_until + days.transition * DAY;
        let new = Departure {
            tenant: call.owner(),
            state: "notice".to_owned(),
            given_by: String::new(),
            given_at: now,
            notice_until,
            transition_until,
            retrieval_until: transition_until + days.retrieval * DAY,
            waived: false,
            next_at: notice_until,
        };
        let (caller, tenant) = (call.caller.clone(), new.tenant);
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            let who = who(tx, &caller, &[Kind::CustomerApprover])?;
            if departures::of(tx, tenant)?.is_some_and(|known| known.next_at > 0) {
                return Err(conflict("Notice was given already."));
            }
            if erasures::of(tx, tenant)?.is_some() {
                return Err(conflict("An erasure was asked for. Take it back first, then give notice."));
            }
            let row = Departure { given_by: who.id.to_string(), ..new.clone() };
            departures::put(tx, &row)?;
            pen.note(tx, &told(&row, None, Some(&row.given_by)))?;
            Ok(row)
        };
        let (row, _) = self.log.act(&[tenant], act).await?;
        Ok(answer(StatusCode::CREATED, &shown(row)))
    }

    /// How far it is.
    pub(crate) async fn get_departure(&self, call: &Call<'_>) -> Result<Response, Problem> {
        let tenant = call.owner();
        let row = self.store.read("departure", move |tx| departures::of(tx, tenant)).await?;
        Ok(answer(StatusCode::OK, &shown(row.ok_or_else(unknown)?)))
    }

    /// Everybody's, those who gave notice last first.
    pub(crate) async fn list_departures(
        &self,
        call: &Request,
        query: &'static [&'static str],
    ) -> Result<Response, Problem> {
        let page = Query::parse(call.query(), query)?.page(PageLimits::CUSTOMERS)?;
        let limit = u32::try_from(page.size).unwrap_or(u32::MAX);
        let offset = u32::try_from(page.offset).unwrap_or(u32::MAX);
        let rows = self.store.read("departures", move |tx| departures::all(tx, offset, limit)).await?;
        Ok(answer(StatusCode::OK, &Collection::new(rows.into_iter().map(shown).collect::<Vec<_>>())))
    }

    /// The customer's approver stays, while its data is not only waiting to be fetched.
    pub(crate) async fn withdraw_notice(&self, call: &Call<'_>) -> Result<Response, Problem> {
        let (caller, tenant) = (call.caller.clone(), call.owner());
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            let who = who(tx, &caller, &[Kind::CustomerApprover])?;
            let known = departures::of(tx, tenant)?.ok_or_else(unknown)?;
            if !matches!(known.state.as_str(), "notice" | "transition") || known.waived {
                return Err(conflict("The contract is over: notice cannot be taken back any more."));
            }
            departures::withdraw(tx, tenant)?;
            let by = who.id.to_string();
            let row = Departure { state: "withdrawn".to_owned(), ..known.clone() };
            pen.note(tx, &told(&row, Some(&known.state), Some(&by))).map(|_| ())
        };
        self.log.act(&[tenant], act).await?;
        Ok(Response::empty(StatusCode::NO_CONTENT))
    }

    /// What has to be done each minute: states whose date has come go on, one after the other.
    pub(crate) async fn tend_departures(&self) -> Result<(), Problem> {
        let now = self.clock.now().as_microsecond();
        loop {
            let due = self.store.read("due-departures", move |tx| departures::due(tx, now, ROUND)).await?;
            if due.is_empty() {
                return Ok(());
            }
            for row in due {
                self.move_on(row.tenant, now).await?;
            }
        }
    }

    async fn move_on(&self, tenant: TenantId, now: Micros) -> Result<(), Problem> {
        let cooling = i64::from(self.profile.erasure.cooling_off_days) * DAY;
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            let known = departures::of(tx, tenant)?.filter(|row| row.next_at > 0 && row.next_at <= now);
            let Some(known) = known else { return Ok(()) }; // somebody else was faster
            let row = next(&known);
            departures::put(tx, &row)?;
            pen.note(tx, &told(&row, Some(&known.state), None))?;
            if row.state != "over" || erasures::of(tx, tenant)?.is_some() {
                return Ok(());
            }
            // Its approver gave notice, which is this wish too; two officers confirm it as any other.
            let erasure = Erasure {
                state: "requested".to_owned(),
                reason: REASON.to_owned(),
                requested_by: row.given_by,
                requested_at: now,
                due_at: now + cooling,
                ..Erasure::blank(tenant)
            };
            erasures::put(tx, &erasure)?;
            let draft =
                Draft::of(Told::ShredRequest).about(tenant).moving(None, "requested").because("departure");
            pen.note(tx, &draft.by(&erasure.requested_by)).map(|_| ())
        };
        self.log.act(&[tenant], act).await.map(|_| ())
    }
}

/// The state after, from its date on.
fn next(row: &Departure) -> Departure {
    let (state, next_at) = match row.state.as_str() {
        "notice" => ("transition", row.transition_until),
        "transition" => ("retrieval", row.retrieval_until),
        _ => ("over", 0),
    };
    Departure { state: state.to_owned(), next_at, ..row.clone() }
}

/// Refuses an erasure before the last date, unless the customer's approver asks for it expressly, which is noted.
pub(super) fn before_erasure(
    tx: &mut Tx,
    pen: &mut Pen<'_>,
    (tenant, by, expressly): (TenantId, &str, bool),
    controls: Controls,
) -> Result<(), Problem> {
    let Some(row) = running(tx, tenant)? else { return Ok(()) };
    if !expressly && !controls.on(Control::RetrievalTime) {
        return Ok(());
    }
    if !expressly {
        let until = date(row.retrieval_until).map(|at| at.to_string()[..10].to_owned()).unwrap_or_default();
        let why = format!(
            "Your data can be fetched until {until}. To have it erased before, ask for it with endRetrieval: true."
        );
        return Err(Problem::new(409, Code(0), "retrieval_runs", why));
    }
    departures::put(tx, &Departure { waived: true, ..row.clone() })?;
    pen.note(tx, &told(&row, Some(&row.state), Some(by)).because("erasure-asked-for")).map(|_| ())
}

/// Notes what an erasure that is taken back, or was carried out, means for the departure.
pub(super) fn after_erasure(
    tx: &mut Tx,
    pen: &mut Pen<'_>,
    tenant: TenantId,
    erased: bool,
) -> Result<(), Problem> {
    let Some(row) = departures::of(tx, tenant)? else { return Ok(()) };
    if erased {
        let row_after = Departure { state: "erased".to_owned(), next_at: 0, ..row.clone() };
        departures::put(tx, &row_after)?;
        return pen.note(tx, &told(&row_after, Some(&row.state), None)).map(|_| ());
    }
    if !row.waived {
        return Ok(());
    }
    departures::put(tx, &Departure { waived: false, ..row.clone() })?;
    pen.note(tx, &told(&row, Some(&row.state), None).because("erasure-taken-back")).map(|_| ())
}

/// Whether the time in which the data can be fetched still runs and the customer did not end it.
pub(super) fn blocks(tx: &mut Tx, tenant: TenantId, controls: Controls) -> Result<bool, Problem> {
    let runs = running(tx, tenant)?.is_some_and(|row| !row.waived);
    Ok(runs && controls.on(Control::RetrievalTime))
}

fn running(tx: &mut Tx, tenant: TenantId) -> Result<Option<Departure>, Problem> {
    Ok(departures::of(tx, tenant)?.filter(|row| row.next_at > 0))
}

fn told(row: &Departure, from: Option<&str>, by: Option<&str>) -> Draft {
    let draft = Draft::of(Told::Leave).about(row.tenant).moving(from, &row.state);
    let draft = by.iter().fold(draft, |draft, by| draft.by(by));
    draft.detail(serde_json::json!({
        "noticeUntil": access::request::time(row.notice_until),
        "transitionUntil": access::request::time(row.transition_until),
        "retrievalUntil": access::request::time(row.retrieval_until),
    }))
}

fn unknown() -> Problem {
    contract::errors::not_found("This customer has not given notice.")
}

fn conflict(why: &str) -> Problem {
    Problem::new(409, Code(0), "state_conflict", why)
}

fn shown(row: Departure) -> Shown {
    Shown {
        customer_id: Some(row.tenant.to_string()),
        notice_days: Some((row.notice_until - row.given_at) / DAY),
        transition_days: Some((row.transition_until - row.notice_until) / DAY),
        retrieval_days: Some((row.retrieval_until - row.transition_until) / DAY),
        state: Some(row.state),
        given_by: Some(row.given_by),
        given_date: date(row.given_at),
        notice_until: date(row.notice_until),
        transition_until: date(row.transition_until),
        retrieval_until: date(row.retrieval_until),
        ended_by_customer: Some(row.waived),
    }
}
