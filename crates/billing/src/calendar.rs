//! Billing days, due dates and charge periods. All days are UTC; both ends of a period belong to it.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Period, add_months};

/// Days from the invoice to its due date.
pub const PAYMENT_DAYS: i64 = 60;

/// The day of the month on which a partner is billed: the day the programme terms were accepted; who accepted on the
/// 29th to 31st is billed on the 1st.
pub fn billing_day(accepted: Date) -> i8 {
    if accepted.day() <= 28 { accepted.day() } else { 1 }
}

/// The first billing date after `day`.
pub fn billing_date_after(billing_day: i8, day: Date) -> Date {
    let this_month = day.with().day(billing_day.clamp(1, 28)).build().unwrap_or(day); // every month has 28 days
    if this_month > day { this_month } else { add_months(this_month, 1) }
}

/// All billing dates after `after` and not after `through`.
pub fn billing_dates(billing_day: i8, after: Date, through: Date) -> Vec<Date> {
    let mut dates = Vec::new();
    let mut next = billing_date_after(billing_day, after);
    // At the end of the calendar adding a month falls short of the billing day.
    while next <= through && next.day() == billing_day.clamp(1, 28) {
        dates.push(next);
        next = billing_date_after(billing_day, next);
    }
    dates
}

/// When an invoice of `date` must be paid.
pub fn due_date(date: Date) -> Date {
    date.saturating_add(PAYMENT_DAYS.days())
}

/// The charge period number `index` (from 0) of `months` months, counted from `anchor`. Periods are counted from the
/// anchor and not from each other, so that one that began on the 31st returns to the 31st.
pub fn charge_period(anchor: Date, months: i32, index: i32) -> Period {
    let first = add_months(anchor, index.saturating_mul(months));
    let next = add_months(anchor, index.saturating_add(1).saturating_mul(months));
    Period::new(first, next.saturating_sub(1.day())).unwrap_or_else(|_| Period::months_from(first, months))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_billing_day_exists_in_every_month() {
        for (accepted, day) in [(1, 1), (15, 15), (28, 28), (29, 1), (30, 1), (31, 1)] {
            assert_eq!(billing_day(date(2018, 1, accepted)), day);
        }
    }

    #[test]
    fn billing_dates_follow_each_other() {
        assert_eq!(billing_date_after(15, date(2018, 1, 14)), date(2018, 1, 15));
        assert_eq!(billing_date_after(15, date(2018, 1, 15)), date(2018, 2, 15));
        let dates = billing_dates(28, date(2018, 1, 28), date(2018, 4, 27));
        assert_eq!(dates, [date(2018, 2, 28), date(2018, 3, 28)]);
        assert_eq!(billing_dates(1, date(9999, 11, 1), Date::MAX).len(), 1);
        assert_eq!(due_date(date(2018, 2, 15)), date(2018, 4, 16));
    }

    #[test]
    fn charge_periods_tile_the_year() {
        for anchor in [date(2018, 1, 13), date(2019, 1, 31), date(2020, 2, 29), date(2018, 12, 1)] {
            for months in [1, 12] {
                for index in 0..24 {
                    let (this, next) =
                        (charge_period(anchor, months, index), charge_period(anchor, months, index + 1));
                    assert_eq!(this.next_day(), next.first(), "{anchor} {months} {index}");
                }
            }
        }
        assert_eq!(charge_period(date(2018, 1, 31), 1, 2).first(), date(2018, 3, 31));
    }
}
