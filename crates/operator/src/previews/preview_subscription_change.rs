//! What a change of a subscription would cost or give back: how the next invoice would differ.

use billing::Line;
use commerce::subscription::{Event, apply, cascade};
use contract::operations::PreviewSubscriptionChange;
use contract::resources::preview::ChargePreview;
use contract::resources::subscription::Subscription;
use store::Tx;

use super::{Previewed, lines_for, shown};
use crate::accounts::Limits;
use crate::jobs::NextBill;
use crate::orders::sandbox_limits;
use crate::subscriptions::book::{self, Kept};
use crate::subscriptions::{mine, wish, withdrawn};
use crate::{Answer, Cx, Fault, Input, Operator, Serve, customers, jobs};

impl Serve<PreviewSubscriptionChange> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, Subscription>,
    ) -> Result<Answer<ChargePreview>, Fault> {
        let customer = customers::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        let kept = mine(tx, cx, &input)?;
        let account = cx.account()?;
        let next = jobs::next_bill(tx, account)?;
        let offer = cx.catalogue.find(&kept.row.offer_id).ok_or_else(withdrawn)?;
        let limits = sandbox_limits(Limits::of(account, cx.profile));
        let (after, events) = apply(&kept.state, offer, &wish(&input.body)?, cx.today(), &limits)?;
        let mut all = vec![previewed(tx, cx, &kept, after, &events, &next)?];
        for add_on in book::of_customer(tx, &customer.customer_id, &customer.account_id)? {
            if add_on.state.parent != Some(kept.state.id) {
                continue;
            }
            // What happens to the base happens to its add-ons.
            let follows = events.iter().find_map(|event| cascade(&event.change, &add_on.state, event.day));
            if let Some((after, event)) = follows {
                all.push(previewed(tx, cx, &add_on, after, &[event], &next)?);
            }
        }
        Ok(Answer::of(shown(account.currency, &next, &all, input.locale)?))
    }
}

fn previewed<'c>(
    tx: &mut Tx,
    cx: &'c Cx<'_>,
    kept: &Kept,
    after: commerce::subscription::Subscription,
    events: &[Event],
    next: &NextBill,
) -> Result<Previewed<'c>, Fault> {
    let offer = cx.catalogue.find(&kept.row.offer_id).ok_or_else(withdrawn)?;
    let mut history = book::history(tx, &kept.state)?;
    let before = lines_for(&history, next)?;
    history.extend(events.iter().cloned());
    let lines = difference(before, lines_for(&history, next)?);
    Ok(Previewed { offer, after, history, lines })
}

/// What there is more of, and what there is less of as a credit.
fn difference(before: Vec<Line>, after: Vec<Line>) -> Vec<Line> {
    let mut gone = before;
    let mut lines = Vec::new();
    for line in after {
        match gone.iter().position(|old| *old == line) {
            Some(at) => drop(gone.swap_remove(at)),
            None => lines.push(line),
        }
    }
    lines.extend(gone.into_iter().map(|line| Line { amount: line.amount.negated(), ..line }));
    lines.sort_by_key(|line| (line.period.first(), line.amount.minor));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use billing::{Basis, ChargeType};
    use commerce::catalogue::BillingCycle;
    use jiff::civil::date;
    use kernel::{Currency, Decimal, Money, Period};

    fn line(day: i8, minor: i64) -> Line {
        let period = Period::new(date(2026, 1, day), date(2026, 1, 31)).expect("days in order");
        Line {
            charge_type: ChargeType::CycleFee,
            period,
            term: period,
            quantity: 1,
            unit_price: Decimal::ONE,
            amount: Money { minor, currency: Currency::Eur },
            basis: Basis { unit_price: Decimal::ONE, days: 1, of_days: 1 },
            cycle: BillingCycle::Monthly,
        }
    }

    #[test]
    fn only_what_differs_is_shown_and_what_is_lost_is_a_credit() {
        let lines =
            difference(vec![line(1, 500), line(2, 300)], vec![line(1, 500), line(2, 200), line(2, 200)]);
        let amounts: Vec<i64> = lines.iter().map(|line| line.amount.minor).collect();
        assert_eq!(amounts, [-300, 200, 200]);
    }
}
