use super::*;
use commerce::subscription::{Cause, Change, Terms};
use jiff::ToSpan;
use jiff::civil::date;
use kernel::Currency;
use proptest::prelude::*;

const BOUGHT: Date = date(2018, 1, 13);

fn terms(period: Period, anchor: Date, cycle: BillingCycle, price: &str) -> Terms {
    let unit_price = price.parse().expect("a price");
    Terms { period: Some(period), anchor, cycle, unit_price, currency: Currency::Eur }
}

fn purchase(cycle: BillingCycle, quantity: u32, price: &str) -> Event {
    let terms = terms(Period::months_from(BOUGHT, 12), BOUGHT, cycle, price);
    Event { day: BOUGHT, change: Change::Purchased { quantity, terms } }
}

fn event(day: Date, change: Change) -> Event {
    Event { day, change }
}

fn seats(day: Date, from: u32, to: u32) -> Event {
    event(day, Change::Quantity { from, to })
}

fn suspend(day: Date) -> Event {
    event(day, Change::Suspended { cause: Cause::Partner })
}

fn bill(history: &[Event], through: Option<Date>, day: Date) -> Vec<String> {
    let lines = lines_for(history, through, day).expect("in range");
    let show = |line: &Line| {
        format!("{} x{} {} {}", line.amount.to_decimal(), line.quantity, line.period, line.charge_type.name())
    };
    lines.iter().map(show).collect()
}

#[test]
fn an_add_on_is_charged_on_the_days_of_its_base() {
    // Bought 14 April on a base whose month begins on the 25th.
    let anchor = date(2018, 3, 25);
    let term = Period::new(date(2018, 4, 14), date(2019, 3, 24)).expect("a term");
    let terms = terms(term, anchor, BillingCycle::Monthly, "3.10");
    let history = [event(date(2018, 4, 14), Change::Purchased { quantity: 10, terms })];
    assert_eq!(
        bill(&history, None, date(2018, 5, 1)),
        [
            "11.00 x10 2018-04-14..2018-04-24 Prorate fees when purchase",
            "31.00 x10 2018-04-25..2018-05-24 Cycle fee"
        ]
    );
    let lines = lines_for(&history, None, date(2020, 1, 1)).expect("in range");
    assert_eq!((lines.len(), lines.last().map(|line| line.period.last())), (12, Some(date(2019, 3, 24))));
}

#[test]
fn a_second_change_in_a_period_reverses_only_the_open_slice() {
    let history = [
        purchase(BillingCycle::Monthly, 1, "4.00"),
        seats(date(2018, 2, 1), 1, 2),
        seats(date(2018, 2, 5), 2, 4),
    ];
    assert_eq!(
        bill(&history, Some(date(2018, 2, 3)), date(2018, 2, 12)),
        [
            "-3.10 x2 2018-02-01..2018-02-12 Cycle instance prorate",
            "1.03 x2 2018-02-01..2018-02-04 Cycle instance prorate",
            "4.13 x4 2018-02-05..2018-02-12 Cycle instance prorate",
        ]
    );
}

#[test]
fn changes_before_the_first_bill_and_on_a_period_s_first_day_need_no_reversal() {
    let same_day = [purchase(BillingCycle::Monthly, 1, "4.00"), seats(BOUGHT, 1, 3)];
    assert_eq!(bill(&same_day, None, date(2018, 1, 15)), ["12.00 x3 2018-01-13..2018-02-12 Cycle fee"]);
    let anniversary = [purchase(BillingCycle::Monthly, 1, "4.00"), seats(date(2018, 2, 13), 1, 3)];
    assert_eq!(
        bill(&anniversary, Some(date(2018, 1, 15)), date(2018, 2, 15)),
        ["12.00 x3 2018-02-13..2018-03-12 Cycle fee"]
    );
}

#[test]
fn suspensions_and_reactivations() {
    let monthly = purchase(BillingCycle::Monthly, 1, "4.00");
    let on_day =
        |day: Date| bill(&[monthly.clone(), suspend(day)], Some(date(2018, 2, 12)), date(2018, 3, 1));
    assert_eq!(
        on_day(date(2018, 2, 20)),
        [
            "4.00 x1 2018-02-13..2018-03-12 Cycle fee",
            "-3.00 x1 2018-02-20..2018-03-12 Prorate fees when cancel"
        ]
    );
    let back = [monthly.clone(), suspend(date(2018, 2, 20)), event(date(2018, 4, 6), Change::Reactivated)];
    assert_eq!(
        bill(&back, Some(date(2018, 2, 25)), date(2018, 4, 15)),
        [
            "0.90 x1 2018-04-06..2018-04-12 Prorate fees when purchase",
            "4.00 x1 2018-04-13..2018-05-12 Cycle fee"
        ],
        "nothing for the period that passed in suspension"
    );
}

#[test]
fn the_thirtieth_day_is_still_within_thirty_days() {
    let credit = |day: Date| {
        bill(
            &[purchase(BillingCycle::Annual, 1, "48.00"), suspend(day)],
            Some(date(2018, 1, 15)),
            date(2018, 3, 15),
        )
    };
    assert_eq!(credit(date(2018, 2, 12)), ["-48.00 x1 2018-01-13..2019-01-12 Cancel fee"]);
    assert_eq!(credit(date(2018, 2, 13)), ["-43.92 x1 2018-02-13..2019-01-12 Prorate fees when cancel"]);
}

#[test]
fn renewals_take_their_own_price_and_expiries_end_everything() {
    let renewal = date(2019, 1, 13);
    let next = terms(Period::months_from(renewal, 12), renewal, BillingCycle::Monthly, "5.00");
    let renewed = [
        purchase(BillingCycle::Monthly, 1, "4.00"),
        event(renewal, Change::Renewed { quantity: 2, terms: next }),
    ];
    assert_eq!(
        bill(&renewed, Some(date(2018, 12, 15)), date(2019, 2, 15)),
        ["10.00 x2 2019-01-13..2019-02-12 Renew fee", "10.00 x2 2019-02-13..2019-03-12 Cycle fee"]
    );
    let ended = [purchase(BillingCycle::Monthly, 1, "4.00"), event(renewal, Change::Expired)];
    assert_eq!(bill(&ended, Some(date(2018, 12, 15)), date(2020, 1, 1)), Vec::<String>::new());
}

#[test]
fn trials_cost_nothing_until_they_are_converted() {
    let trial = terms(Period::months_from(BOUGHT, 1), BOUGHT, BillingCycle::None, "0");
    let history = vec![event(BOUGHT, Change::Purchased { quantity: 25, terms: trial })];
    assert_eq!(bill(&history, None, date(2020, 1, 1)), Vec::<String>::new());
    let day = date(2018, 2, 1);
    let paid = terms(Period::months_from(day, 12), day, BillingCycle::Monthly, "4.00");
    let offer = "a913c927-0bc9-419a-9379-ff8100e2c1f7".parse().expect("an offer id");
    let converted =
        [history, vec![event(day, Change::Converted { offer, quantity: 30, terms: paid })]].concat();
    assert_eq!(bill(&converted, None, date(2018, 2, 15)), ["120.00 x30 2018-02-01..2018-02-28 Cycle fee"]);
}

/// A history that the state machine could have made: seat changes while active, suspensions, reactivations.
fn histories() -> impl Strategy<Value = Vec<Event>> {
    let step = (1_i64..60, 0_u8..4, 1_u32..50);
    let cycle = prop_oneof![Just(BillingCycle::Monthly), Just(BillingCycle::Annual)];
    (cycle, 1_u32..50, 1_i64..100_000, proptest::collection::vec(step, 0..10)).prop_map(
        |(cycle, first, mils, steps)| {
            let price = Decimal::new(mils, 3).to_string();
            let mut history = vec![purchase(cycle, first, &price)];
            let (mut day, mut quantity, mut active) = (BOUGHT, first, true);
            for (pause, kind, wanted) in steps {
                day = day.saturating_add((pause - 1).days());
                if day > date(2019, 1, 12) {
                    break;
                }
                match (kind, active) {
                    (0 | 1, true) => {
                        history.push(seats(day, std::mem::replace(&mut quantity, wanted), wanted));
                    }
                    (2, true) => {
                        history.push(suspend(day));
                        active = false;
                    }
                    (_, false) => {
                        history.push(event(day, Change::Reactivated));
                        active = true;
                    }
                    _ => {}
                }
            }
            history
        },
    )
}

fn total(history: &[Event], through: Option<Date>, day: Date) -> i64 {
    lines_for(history, through, day).expect("in range").iter().map(|line| line.amount.minor).sum()
}

proptest! {
    #[test]
    fn billing_in_steps_adds_up_to_billing_at_once(history in histories(), cuts in proptest::collection::vec(0_i64..420, 0..8)) {
        let mut days: Vec<Date> = cuts.iter().map(|offset| BOUGHT.saturating_add((*offset).days())).collect();
        days.sort();
        days.dedup();
        let end = date(2019, 6, 1);
        days.push(end);
        let mut billed = None;
        let mut sum = 0;
        for day in days {
            sum += total(&history, billed, day);
            billed = Some(day);
        }
        prop_assert_eq!(sum, total(&history, None, end));
        prop_assert_eq!(total(&history, Some(end), end), 0, "nothing is billed twice");
    }

    #[test]
    fn a_history_never_costs_less_than_nothing(history in histories(), offset in 0_i64..420) {
        // Give and take of at most a cent per slice, of which each event makes two.
        let slack = -2 * i64::try_from(history.len()).expect("short");
        prop_assert!(total(&history, None, BOUGHT.saturating_add(offset.days())) >= slack);
    }

    #[test]
    fn what_is_given_back_and_charged_again_on_one_day_is_nothing(day in 31_i64..365, quantity in 1_u32..1000, mils in 1_i64..1_000_000) {
        let day = BOUGHT.saturating_add(day.days());
        let calm = vec![purchase(BillingCycle::Annual, quantity, &Decimal::new(mils, 3).to_string())];
        let shaken = [calm.clone(), vec![suspend(day), event(day, Change::Reactivated)]].concat();
        let end = date(2019, 6, 1);
        prop_assert_eq!(total(&calm, None, end), total(&shaken, None, end));
    }
}
