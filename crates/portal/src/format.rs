//! Numbers, amounts, days and times as people of a language write them.
//!
//! Invariants: an amount keeps every digit it came with; a time says its zone.
//!
//! Deliberately absent: parsing. Forms take plain digits; the contract checks them.

use contract::resources::offer::BillingCycle;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::{Currency, Decimal};

use crate::texts::Locale;

/// How a language writes.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    locale: Locale,
}

impl Format {
    /// The ways of a language.
    pub const fn of(locale: Locale) -> Self {
        Self { locale }
    }

    /// A whole number, grouped by thousands.
    pub fn whole(self, value: i64) -> String {
        let mut out = String::from(if value < 0 { "\u{2212}" } else { "" });
        self.group(&value.unsigned_abs().to_string(), &mut out);
        out
    }

    /// A decimal with at least two places, grouped by thousands.
    pub fn decimal(self, value: Decimal) -> String {
        let text = format!("{:.*}", value.scale().max(2) as usize, value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
        let mut out =
            String::from(if value.is_sign_negative() && !value.is_zero() { "\u{2212}" } else { "" });
        self.group(whole, &mut out);
        out.push(if self.locale == Locale::En { '.' } else { ',' });
        out.push_str(fraction);
        out
    }

    /// A quantity: whole where it is whole.
    pub fn quantity(self, value: Decimal) -> String {
        match i64::try_from(value) {
            Ok(whole) if value.fract().is_zero() => self.whole(whole),
            _ => self.decimal(value.normalize()),
        }
    }

    /// An amount with its currency. An unknown currency is written as its code.
    pub fn money(self, value: Decimal, currency: &str) -> String {
        let known = currency.parse::<Currency>().ok();
        let symbol = match known {
            Some(currency @ (Currency::Eur | Currency::Gbp)) => currency.symbol(),
            Some(currency) => currency.code(), // "kr" would not say whose
            None => currency,
        };
        match self.locale {
            Locale::En if matches!(known, Some(Currency::Eur | Currency::Gbp)) => {
                let amount = self.decimal(value.abs());
                let sign = if value.is_sign_negative() && !value.is_zero() { "\u{2212}" } else { "" };
                format!("{sign}{symbol}{amount}")
            }
            Locale::En => format!("{symbol}\u{a0}{}", self.decimal(value)),
            Locale::De | Locale::Fr => format!("{}\u{a0}{symbol}", self.decimal(value)),
        }
    }

    /// The day of an instant, in UTC, by which the contract counts days.
    pub fn day(self, at: Timestamp) -> String {
        let day = at.to_zoned(TimeZone::UTC).date();
        let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1][self.locale as usize];
        match self.locale {
            Locale::De => format!("{}. {month} {}", day.day(), day.year()),
            Locale::Fr if day.day() == 1 => format!("1er {month} {}", day.year()),
            Locale::En | Locale::Fr => format!("{} {month} {}", day.day(), day.year()),
        }
    }

    /// An instant to the minute, in UTC.
    pub fn time(self, at: Timestamp) -> String {
        let clock = at.to_zoned(TimeZone::UTC).strftime("%H:%M").to_string();
        format!("{}, {clock}\u{a0}UTC", self.day(at))
    }

    /// An instant for programs, as in `datetime=`.
    pub fn machine(self, at: Timestamp) -> String {
        at.strftime("%Y-%m-%dT%H:%MZ").to_string()
    }

    fn group(self, digits: &str, out: &mut String) {
        let separator = match self.locale {
            Locale::En => ',',
            Locale::De => '.',
            Locale::Fr => '\u{202f}',
        };
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
    }
}

/// The message key's last word for a billing cycle.
pub(crate) const fn cycle_word(cycle: BillingCycle) -> &'static str {
    match cycle {
        BillingCycle::Monthly => "monthly",
        BillingCycle::Annual => "annual",
        BillingCycle::OneTime => "one-time",
        BillingCycle::None | BillingCycle::Unknown => "none",
    }
}

/// The months in English, German and French, in the order of [`Locale`].
const MONTHS: [[&str; 3]; 12] = [
    ["January", "Januar", "janvier"],
    ["February", "Februar", "février"],
    ["March", "März", "mars"],
    ["April", "April", "avril"],
    ["May", "Mai", "mai"],
    ["June", "Juni", "juin"],
    ["July", "Juli", "juillet"],
    ["August", "August", "août"],
    ["September", "September", "septembre"],
    ["October", "Oktober", "octobre"],
    ["November", "November", "novembre"],
    ["December", "Dezember", "décembre"],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn all(write: impl Fn(Format) -> String) -> [String; 3] {
        Locale::ALL.map(|locale| write(Format::of(locale)))
    }

    #[test]
    fn amounts_and_days_are_written_as_people_do() {
        let amount = Decimal::new(-123_456_789, 2);
        assert_eq!(
            all(|format| format.money(amount, "EUR")),
            ["−€1,234,567.89", "−1.234.567,89\u{a0}€", "−1\u{202f}234\u{202f}567,89\u{a0}€"]
        );
        assert_eq!(
            all(|format| format.money(Decimal::from(5), "SEK")),
            ["SEK\u{a0}5.00", "5,00\u{a0}SEK", "5,00\u{a0}SEK"]
        );
        assert_eq!(all(|format| format.decimal(Decimal::new(12345, 4))), ["1.2345", "1,2345", "1,2345"]);
        assert_eq!(all(|format| format.whole(-1200)), ["−1,200", "−1.200", "−1\u{202f}200"]);
        let at: Timestamp = "2018-04-01T23:30:00Z".parse().expect("a time");
        assert_eq!(all(|format| format.day(at)), ["1 April 2018", "1. April 2018", "1er avril 2018"]);
        assert_eq!(
            all(|format| format.time(at)),
            [
                "1 April 2018, 23:30\u{a0}UTC",
                "1. April 2018, 23:30\u{a0}UTC",
                "1er avril 2018, 23:30\u{a0}UTC"
            ]
        );
    }
}
