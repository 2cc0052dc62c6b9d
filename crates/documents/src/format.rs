//! Numbers and dates as people of a language write them.

use jiff::civil::Date;
use kernel::{Decimal, Money, Period};

use crate::words::Language;

/// An amount without its currency, two places, grouped by thousands.
pub(crate) fn amount(money: Money, language: Language) -> String {
    decimal(money.to_decimal(), language)
}

/// A decimal with at least two places, grouped by thousands.
pub(crate) fn decimal(value: Decimal, language: Language) -> String {
    let (group, point) = match language {
        Language::De => ('.', ','),
        Language::Fr => ('\u{202f}', ','),
        Language::En => (',', '.'),
    };
    let text = format!("{:.*}", value.scale().max(2) as usize, value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
    let mut out = String::from(if value.is_sign_negative() && !value.is_zero() { "\u{2212}" } else { "" });
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    out.push(point);
    out.push_str(fraction);
    out
}

/// A percentage without needless places.
pub(crate) fn percent(rate: Decimal, language: Language) -> String {
    match language {
        Language::En => format!("{}%", rate.normalize()),
        Language::De | Language::Fr => format!("{}\u{a0}%", rate.normalize()),
    }
}

/// A day.
pub(crate) fn day(day: Date, language: Language) -> String {
    match language {
        Language::De => format!("{:02}.{:02}.{}", day.day(), day.month(), day.year()),
        Language::Fr => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        Language::En => day.strftime("%-d %b %Y").to_string(),
    }
}

/// From a day to a day.
pub(crate) fn period(span: Period, language: Language) -> String {
    format!("{} – {}", day(span.first(), language), day(span.last(), language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use kernel::Currency;

    #[test]
    fn numbers_and_dates_in_three_languages() {
        let money = Money { minor: -123_456_789, currency: Currency::Eur };
        let all = |text: fn(Language) -> String| [Language::En, Language::De, Language::Fr].map(text);
        assert_eq!(
            [Language::En, Language::De, Language::Fr].map(|language| amount(money, language)),
            ["−1,234,567.89", "−1.234.567,89", "−1\u{202f}234\u{202f}567,89"]
        );
        assert_eq!(
            all(|language| day(date(2018, 4, 8), language)),
            ["8 Apr 2018", "08.04.2018", "08/04/2018"]
        );
        assert_eq!(
            all(|language| percent(Decimal::new(1900, 2), language)),
            ["19%", "19\u{a0}%", "19\u{a0}%"]
        );
        assert_eq!(decimal(Decimal::new(12345, 4), Language::De), "1,2345");
        assert_eq!(decimal(Decimal::from(1000), Language::En), "1,000.00");
        assert_eq!(amount(Money { minor: 0, currency: Currency::Eur }, Language::De), "0,00");
    }
}
