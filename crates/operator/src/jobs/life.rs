//! Renewals, expiries and purges, one subscription at a time.

use commerce::subscription::{Change, Event, Outcome, carry_out as rule, next_due};
use kernel::Problem;
use store::Tx;
use store::operator::accounts::AccountRow;
use store::operator::customers;
use store::operator::subscriptions::{self as rows, SubscriptionRow};

use super::{Happened, What, World, trail};
use crate::Fault;
use crate::subscriptions::book::{self, Kept};

/// Carries out what is due to a subscription next, or to its base where that comes first.
pub(super) fn carry_out(
    tx: &mut Tx,
    world: &World<'_>,
    account: &AccountRow,
    row: SubscriptionRow,
) -> Result<Happened, Fault> {
    let mut kept = Kept::of(row)?;
    let base = match kept.row.parent_id {
        Some(parent) => rows::find(tx, &parent, &kept.row.customer_id)?.map(Kept::of).transpose()?,
        None => None,
    };
    let due = next_due(&kept.state).ok_or_else(|| {
        tracing::error!(subscription = %kept.row.subscription_id, "nothing is due to a subscription that is due");
        Problem::internal()
    })?;
    let base_state = base.as_ref().map(|base| &base.state);
    match (rule(&kept.state, due, world.catalogue, account.currency, base_state), base) {
        (Outcome::Done(next, event), _) => {
            book::change(tx, &mut kept, *next, std::slice::from_ref(&event))?;
            record(tx, world, account, &kept, &event)
        }
        // There are no add-ons of add-ons, so this goes one level down and no further.
        (Outcome::BaseFirst, Some(base)) => carry_out(tx, world, account, base.row),
        (Outcome::BaseFirst, None) => Err(Problem::internal().into()),
    }
}

fn record(
    tx: &mut Tx,
    world: &World<'_>,
    account: &AccountRow,
    kept: &Kept,
    event: &Event,
) -> Result<Happened, Fault> {
    let (customer, subscription) = (kept.row.customer_id, kept.row.subscription_id);
    let what = match event.change {
        Change::Renewed { .. } => What::Renewed(customer, subscription),
        Change::Deleted => What::Deleted(customer, subscription),
        _ => What::Expired(customer, subscription),
    };
    let known = customers::find(tx, &customer, &account.account_id)?;
    let happened = Happened { day: event.day, what };
    trail::subscription(tx, world, kept, &happened, known.map(|row| row.company_name))?;
    Ok(happened)
}
