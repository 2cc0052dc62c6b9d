//! Moves a sandbox's clock forward; renewals, expiries and invoices happen on the way.

use contract::errors::code;
use contract::operations::AdvanceClock;
use contract::resources::sandbox::{SandboxClock, SandboxEvent, SandboxEventKind};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use kernel::{Micros, Problem};
use store::Tx;
use store::operator::accounts;

use crate::jobs::{self, Happened, Horizon, What, World};
use crate::{Answer, Cx, Fault, Input, Note, Operator, Serve, invoices};

/// Farthest move of one call: a year and what a careless caller adds to it.
const MOST: SignedDuration = SignedDuration::from_hours(400 * 24);
/// Most happenings that the answer names.
const SHOWN: usize = 1000;

impl Serve<AdvanceClock> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, SandboxClock>,
    ) -> Result<Answer<SandboxClock>, Fault> {
        let sandbox = super::mine(cx)?;
        let now = cx.now();
        let target = target(&input.body, now)?;
        let offset: Micros = sandbox.clock_offset.saturating_add(micros(now, target));
        if !accounts::move_clock(tx, &sandbox.account_id, offset)? {
            let text = "This account goes by its indirect provider's clock; only the provider moves it.";
            return Err(Problem::new(403, code::NO_ACCESS, "provider_only", text).into());
        }
        let world = World::of(cx);
        let mut happened = Vec::new();
        for account in accounts::by_clock(tx, &sandbox.account_id)? {
            happened.extend(jobs::advance(tx, &world, &account, Horizon::at(target))?);
        }
        happened.sort_by_key(|one| one.day); // stable: the order within an account's day stays
        let clock = SandboxClock {
            now: Some(target),
            jobs_run: i64::try_from(happened.len()).ok(),
            happened: happened.iter().take(SHOWN).map(shown).collect(),
            ..SandboxClock::default()
        };
        let note = Note { old: Some(moment(now)), new: Some(moment(target)), ..Note::default() };
        Ok(Answer::of(clock).noted(note))
    }
}

/// The instant to move to.
fn target(wish: &SandboxClock, now: Timestamp) -> Result<Timestamp, Problem> {
    let target = match (wish.move_to, wish.advance.as_deref()) {
        (Some(instant), None) => Some(instant),
        (None, Some(text)) => after(text, now),
        _ => None,
    };
    let Some(target) = target else {
        return Err(bad(
            "Say either moveTo, an instant, or advance, an ISO 8601 duration such as P1M or P31D.",
        ));
    };
    if target < now {
        let text = format!("A clock only moves forward; it shows {now}.");
        return Err(Problem::new(409, code::BAD_INPUT, "clock_moves_forward", text));
    }
    if now.duration_until(target) > MOST {
        return Err(bad("At most 400 days at once; move the clock in several calls."));
    }
    Ok(target)
}

/// The instant a duration after `now`, by the calendar.
fn after(text: &str, now: Timestamp) -> Option<Timestamp> {
    let span: Span = text.trim().parse().ok()?;
    now.to_zoned(TimeZone::UTC).checked_add(span).ok().map(|zoned| zoned.timestamp())
}

fn micros(from: Timestamp, to: Timestamp) -> Micros {
    to.as_microsecond().saturating_sub(from.as_microsecond())
}

fn shown(happened: &Happened) -> SandboxEvent {
    let event = |kind| SandboxEvent {
        day: Some(happened.day.to_string()),
        kind: Some(kind),
        ..SandboxEvent::default()
    };
    let (kind, customer, subscription) = match &happened.what {
        What::Renewed(customer, subscription) => (SandboxEventKind::Renewed, customer, subscription),
        What::Expired(customer, subscription) => (SandboxEventKind::Expired, customer, subscription),
        What::Deleted(customer, subscription) => (SandboxEventKind::Deleted, customer, subscription),
        What::Invoiced(number) => {
            let invoice_id = Some(invoices::shown_id(number));
            return SandboxEvent { invoice_id, ..event(SandboxEventKind::InvoiceReady) };
        }
    };
    SandboxEvent {
        customer_id: Some(customer.to_string()),
        subscription_id: Some(subscription.to_string()),
        ..event(kind)
    }
}

fn moment(instant: Timestamp) -> String {
    serde_json::json!({ "now": instant.to_string() }).to_string()
}

fn bad(text: &str) -> Problem {
    Problem::new(400, code::BAD_INPUT, "bad_clock", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(move_to: Option<&str>, advance: Option<&str>, expected: Result<&str, &str>) {
        let now: Timestamp = "2018-01-31T10:00:00Z".parse().expect("an instant");
        let move_to = move_to.map(|text| text.parse().expect("an instant"));
        let wish =
            SandboxClock { move_to, advance: advance.map(ToOwned::to_owned), ..SandboxClock::default() };
        let got = target(&wish, now).map(|instant| instant.to_string()).map_err(|problem| problem.slug);
        assert_eq!(got.as_deref().map_err(|slug| *slug), expected, "{advance:?}");
    }

    #[test]
    fn a_clock_moves_forward_by_the_calendar_and_not_too_far() {
        check(None, Some("P1M"), Ok("2018-02-28T10:00:00Z"));
        check(None, Some("P31D"), Ok("2018-03-03T10:00:00Z"));
        check(None, Some("PT14H"), Ok("2018-02-01T00:00:00Z"));
        check(None, Some("P400D"), Ok("2019-03-07T10:00:00Z"));
        check(None, Some("P401D"), Err("bad_clock"));
        check(None, Some("P9999Y"), Err("bad_clock"));
        check(None, Some("-P1D"), Err("clock_moves_forward"));
        check(None, Some("tomorrow"), Err("bad_clock"));
        check(Some("2018-02-15T00:00:00Z"), None, Ok("2018-02-15T00:00:00Z"));
        check(Some("2018-01-31T09:59:59Z"), None, Err("clock_moves_forward"));
        check(Some("2018-02-15T00:00:00Z"), Some("P1D"), Err("bad_clock"));
        check(None, None, Err("bad_clock"));
    }
}
