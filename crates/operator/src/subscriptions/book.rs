//! Subscriptions between the rules and their rows: reading, writing, and what follows from a change.
//!
//! Invariant: the row's looked-up columns are derived from the state here and nowhere else.

use commerce::subscription::{self as rules, Cause, Event, Standing, Subscription};
use jiff::civil::Date;
use kernel::{AccountId, CustomerId, Micros, Problem};
use store::operator::subscriptions::{self as rows, SubscriptionRow};
use store::{StoreError, Tx};

use crate::Fault;

/// A subscription with the row it was read from.
pub(crate) struct Kept {
    pub row: SubscriptionRow,
    pub state: Subscription,
}

impl Kept {
    /// The rules' view of a row. What we wrote can be read; anything else is a fault of ours.
    pub(crate) fn of(row: SubscriptionRow) -> Result<Self, Problem> {
        let state = serde_json::from_str(&row.state).map_err(|error| {
            tracing::error!(subscription = %row.subscription_id, %error, "a subscription's state cannot be read");
            Problem::internal()
        })?;
        Ok(Self { row, state })
    }
}

/// All of a customer's subscriptions with one partner, deleted ones included, oldest first.
pub(crate) fn of_customer(
    tx: &mut Tx,
    customer: &CustomerId,
    account: &AccountId,
) -> Result<Vec<Kept>, Fault> {
    rows::of_customer(tx, customer, account)?.into_iter().map(|row| Ok(Kept::of(row)?)).collect()
}

/// Who a new subscription belongs to.
pub(crate) struct Owner {
    pub customer: CustomerId,
    pub account: AccountId,
    pub partner_on_record: Option<String>,
    pub created: Micros,
}

/// Writes a new subscription and the first event of its history.
pub(crate) fn add(tx: &mut Tx, state: &Subscription, first: &Event, owner: Owner) -> Result<Kept, Fault> {
    let row = SubscriptionRow {
        subscription_id: state.id,
        customer_id: owner.customer,
        account_id: owner.account,
        order_id: state.order.clone(),
        parent_id: state.parent,
        offer_id: state.offer.to_string(),
        status: status(state).to_owned(),
        state: json(state)?,
        partner_on_record: owner.partner_on_record,
        support_contact: None,
        due: due(state).map(|day| day.to_string()),
        version: 1,
        created: owner.created,
    };
    rows::insert(tx, &row)?;
    rows::first_event(tx, &state.id, &first.day.to_string(), &json(&first.change)?)?;
    Ok(Kept { row, state: state.clone() })
}

/// Writes the next state and its events; what happens to the base happens to its active add-ons too.
pub(crate) fn change(
    tx: &mut Tx,
    kept: &mut Kept,
    next: Subscription,
    events: &[Event],
) -> Result<(), Fault> {
    write(tx, kept, next, events)?;
    let customer = (kept.row.customer_id, kept.row.account_id);
    for event in events {
        for mut add_on in add_ons(tx, &customer, kept)? {
            if let Some((state, follows)) = rules::cascade(&event.change, &add_on.state, event.day) {
                write(tx, &mut add_on, state, &[follows])?;
            }
        }
    }
    Ok(())
}

fn add_ons(tx: &mut Tx, whose: &(CustomerId, AccountId), base: &Kept) -> Result<Vec<Kept>, Fault> {
    let mut all = of_customer(tx, &whose.0, &whose.1)?;
    all.retain(|one| one.state.parent == Some(base.state.id));
    Ok(all)
}

fn write(tx: &mut Tx, kept: &mut Kept, next: Subscription, events: &[Event]) -> Result<(), Fault> {
    next.offer.as_str().clone_into(&mut kept.row.offer_id);
    status(&next).clone_into(&mut kept.row.status);
    kept.row.state = json(&next)?;
    kept.row.due = due(&next).map(|day| day.to_string());
    if !rows::update(tx, &kept.row)? {
        return Err(StoreError::Contended("subscription").into());
    }
    kept.row.version += 1;
    for event in events {
        log(tx, &next, event)?;
    }
    kept.state = next;
    Ok(())
}

fn log(tx: &mut Tx, state: &Subscription, event: &Event) -> Result<(), Fault> {
    Ok(rows::add_event(tx, &state.id, &event.day.to_string(), &json(&event.change)?)?)
}

/// A subscription's history.
pub(crate) fn history(tx: &mut Tx, state: &Subscription) -> Result<Vec<Event>, Fault> {
    let rows = rows::history(tx, &state.id)?;
    rows.iter()
        .map(|row| {
            let day = row.day.parse().map_err(|_| Problem::internal())?; // written by `log`
            let change = serde_json::from_str(&row.change).map_err(|_| Problem::internal())?;
            Ok(Event { day, change })
        })
        .collect()
}

/// The one word that the contract and the row have for a standing.
pub(crate) const fn status(state: &Subscription) -> &'static str {
    match state.standing {
        Standing::Active => "active",
        Standing::Suspended { .. } => "suspended",
        Standing::Deleted { .. } => "deleted",
    }
}

/// Why a subscription is suspended, in the words of the contract.
pub(crate) const fn reason(cause: Cause) -> &'static str {
    match cause {
        Cause::Partner | Cause::Base => "Partner",
        Cause::Operator => "Operator",
        Cause::TermEnded => "Expired",
    }
}

fn due(state: &Subscription) -> Option<Date> {
    rules::due_between(state, Date::MIN, Date::MAX).map(|due| due.day)
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|_| Problem::internal())
}
