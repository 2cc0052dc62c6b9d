//! Proration: unit price × quantity × days ÷ days of the period, exactly, then rounded once.

use kernel::{Currency, Decimal, Money, MoneyError, round_half_up};
use rust_decimal::RoundingStrategy;

/// What `quantity` units cost for `days` of a charge period of `of_days`.
///
/// # Errors
/// [`MoneyError::TooLarge`] beyond 64-bit minor units, or when `of_days` is not positive.
pub fn prorate(
    unit_price: Decimal,
    quantity: u32,
    days: i64,
    of_days: i64,
    currency: Currency,
) -> Result<Money, MoneyError> {
    let whole = unit_price.checked_mul(Decimal::from(quantity)).ok_or(MoneyError::TooLarge)?;
    // Multiply before dividing: the division is the only step that may not come out even.
    let exact = whole
        .checked_mul(Decimal::from(days))
        .and_then(|product| product.checked_div(Decimal::from(of_days)))
        .ok_or(MoneyError::TooLarge)?;
    round_half_up(exact, currency)
}

/// The price of one unit for a slice, to two places, as reconciliation files show it. It explains the amount and does
/// not make it: shown price × quantity may differ from the amount by a cent or more.
pub fn slice_unit_price(unit_price: Decimal, days: i64, of_days: i64) -> Decimal {
    if days == of_days {
        return unit_price;
    }
    let exact = unit_price
        .checked_mul(Decimal::from(days))
        .and_then(|product| product.checked_div(Decimal::from(of_days)));
    exact.unwrap_or(unit_price).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_whole_period_costs_price_times_quantity(cents in 1_i64..10_000_000, seats in 1_u32..100_000, days in 1_i64..367) {
            let got = prorate(Decimal::new(cents, 2), seats, days, days, Currency::Eur).expect("in range");
            prop_assert_eq!(got.minor, cents * i64::from(seats));
        }

        #[test]
        fn splitting_a_period_moves_at_most_half_a_cent_per_part(
            mils in 1_i64..100_000_000, seats in 1_u32..10_000, of_days in 28_i64..367, cut in 1_i64..366,
        ) {
            prop_assume!(cut < of_days);
            let part = |days| prorate(Decimal::new(mils, 3), seats, days, of_days, Currency::Eur).expect("in range").minor;
            let off = part(cut) + part(of_days - cut) - part(of_days);
            prop_assert!((-1..=1).contains(&off), "{off} cents");
        }

        #[test]
        fn more_days_never_cost_less(mils in 1_i64..100_000_000, seats in 1_u32..10_000, days in 1_i64..366) {
            let part = |days| prorate(Decimal::new(mils, 3), seats, days, 366, Currency::Eur).expect("in range").minor;
            prop_assert!(part(days) <= part(days + 1));
        }
    }

    #[test]
    fn a_period_without_days_is_an_error_not_a_panic() {
        assert_eq!(prorate(Decimal::ONE, 1, 1, 0, Currency::Eur), Err(MoneyError::TooLarge));
    }
}
