//! One account's days, in order.

use billing::billing_date_after;
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::Problem;
use store::Tx;
use store::operator::accounts::AccountRow;
use store::operator::customers::CustomerRow;
use store::operator::invoices;
use store::operator::subscriptions as rows;

use super::{Happened, Horizon, World, bill, day_of, life};
use crate::subscriptions::book::{self, Kept};
use crate::{Cx, Fault};

/// Most changes of subscriptions in one step.
const BATCH: usize = 200;

/// What one step did.
#[derive(Debug)]
pub(super) enum Step {
    /// Something, and there may be more.
    Done(Vec<Happened>),
    /// There was nothing left.
    Nothing,
}

/// Carries out everything up to the horizon and says what happened.
pub(crate) fn advance(
    tx: &mut Tx,
    world: &World<'_>,
    account: &AccountRow,
    horizon: Horizon,
) -> Result<Vec<Happened>, Fault> {
    let mut all = Vec::new();
    while let Step::Done(happened) = step(tx, world, account, horizon)? {
        all.extend(happened);
    }
    Ok(all)
}

/// Carries out the next piece: up to [`BATCH`] changes of subscriptions, or one billing date.
pub(super) fn step(
    tx: &mut Tx,
    world: &World<'_>,
    account: &AccountRow,
    horizon: Horizon,
) -> Result<Step, Fault> {
    let billed_through = billed_through(tx, account)?;
    let next = next_billing_date(account, billed_through).filter(|date| *date <= horizon.over);
    // What is due up to a billing date happens before that date is billed; an invoice sees the whole day.
    let until = next.map_or(horizon.today, |date| date.min(horizon.today)).to_string();
    let mut happened = Vec::new();
    while happened.len() < BATCH {
        let Some(row) = rows::due(tx, &account.account_id, &until, 1)?.pop() else { break };
        happened.push(life::carry_out(tx, world, account, row)?);
    }
    if !happened.is_empty() {
        return Ok(Step::Done(happened));
    }
    let Some(date) = next else { return Ok(Step::Nothing) };
    let invoice = bill::bill(tx, world, account, billed_through, date)?;
    invoices::set_billed_through(tx, &account.account_id, &date.to_string())?;
    Ok(Step::Done(invoice.into_iter().collect()))
}

/// Whether [`step`] would do anything. Cheap, and free of locks.
pub(super) fn is_behind(tx: &mut Tx, account: &AccountRow, horizon: Horizon) -> Result<bool, Fault> {
    let billed_through = billed_through(tx, account)?;
    if next_billing_date(account, billed_through).is_some_and(|date| date <= horizon.over) {
        return Ok(true);
    }
    Ok(!rows::due(tx, &account.account_id, &horizon.today.to_string(), 1)?.is_empty())
}

/// Carries out what is due to one customer's subscriptions today, before the caller changes them: the job may come
/// minutes after midnight, and a change must not overtake a renewal.
pub(crate) fn settle(tx: &mut Tx, cx: &Cx<'_>, customer: &CustomerRow) -> Result<(), Fault> {
    let account = cx.account()?;
    let today = cx.today().to_string();
    while let Some(row) = rows::due_of_customer(tx, &customer.customer_id, &customer.account_id, &today)? {
        life::carry_out(tx, &World::of(cx), account, row)?;
    }
    Ok(())
}

/// [`settle`], and then all subscriptions of the customer, deleted ones included.
pub(crate) fn settled(tx: &mut Tx, cx: &Cx<'_>, customer: &CustomerRow) -> Result<Vec<Kept>, Fault> {
    let kept = book::of_customer(tx, &customer.customer_id, &customer.account_id)?;
    let today = cx.today().to_string();
    let is_due = |one: &Kept| one.row.due.as_ref().is_some_and(|due| *due <= today);
    if kept.len() < rows::MOST as usize && !kept.iter().any(is_due) {
        return Ok(kept);
    }
    settle(tx, cx, customer)?;
    book::of_customer(tx, &customer.customer_id, &customer.account_id)
}

fn billed_through(tx: &mut Tx, account: &AccountRow) -> Result<Option<Date>, Fault> {
    let text = invoices::billed_through(tx, &account.account_id)?;
    Ok(text.map(|day| day.parse().map_err(|_| Problem::internal())).transpose()?) // written by `step`
}

/// The next day on which an account is billed; the first lies after the day on which it was opened.
fn next_billing_date(account: &AccountRow, billed_through: Option<Date>) -> Option<Date> {
    let day = i8::try_from(account.billing_day).ok()?;
    Some(billing_date_after(day, billed_through.unwrap_or_else(|| opened(account))))
}

/// An account's next invoice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NextBill {
    /// What is billed already.
    pub billed_through: Option<Date>,
    /// The invoice's date.
    pub date: Date,
}

/// When an account is billed next.
pub(crate) fn next_bill(tx: &mut Tx, account: &AccountRow) -> Result<NextBill, Fault> {
    let billed_through = billed_through(tx, account)?;
    let date = next_billing_date(account, billed_through).ok_or_else(Problem::internal)?;
    Ok(NextBill { billed_through, date })
}

/// The day on which an account was opened.
pub(super) fn opened(account: &AccountRow) -> Date {
    day_of(Timestamp::from_microsecond(account.created).unwrap_or(Timestamp::UNIX_EPOCH))
}
