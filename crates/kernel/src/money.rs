//! Money: whole minor units of one currency. Unit prices and rates are [`Decimal`]s and become money once,
//! by [`round_half_up`], so that no amount is rounded twice.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The six currencies of the German cloud's price list. All have two minor digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Euro.
    Eur,
    /// Danish krone.
    Dkk,
    /// Swedish krona.
    Sek,
    /// Norwegian krone.
    Nok,
    /// Swiss franc.
    Chf,
    /// Pound sterling.
    Gbp,
}

impl Currency {
    /// All currencies, in the order of the price list.
    pub const ALL: [Self; 6] = [Self::Eur, Self::Dkk, Self::Sek, Self::Nok, Self::Chf, Self::Gbp];

    /// The ISO 4217 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
            Self::Dkk => "DKK",
            Self::Sek => "SEK",
            Self::Nok => "NOK",
            Self::Chf => "CHF",
            Self::Gbp => "GBP",
        }
    }

    /// The symbol clients expect beside an amount (`currencySymbol`).
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Eur => "€",
            Self::Dkk | Self::Sek | Self::Nok => "kr",
            Self::Chf => "CHF",
            Self::Gbp => "£",
        }
    }

    /// Digits after the decimal point of an amount.
    pub const fn exponent(self) -> u32 {
        2
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::ALL
            .into_iter()
            .find(|currency| currency.code().eq_ignore_ascii_case(text))
            .ok_or_else(|| MoneyError::UnknownCurrency(text.chars().take(8).collect()))
    }
}

/// What can go wrong with an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The code is none of [`Currency::ALL`].
    #[error("'{0}' is not a currency of this cloud (EUR, DKK, SEK, NOK, CHF, GBP)")]
    UnknownCurrency(String),
    /// Two currencies met in one sum.
    #[error("{0} and {1} cannot be added")]
    Mixed(Currency, Currency),
    /// The amount leaves the range of 64-bit minor units.
    #[error("the amount is too large")]
    TooLarge,
}

/// An amount in whole minor units (cents, øre, …) of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; negative for credits.
    pub minor: i64,
    /// The currency of the amount.
    pub currency: Currency,
}

impl Money {
    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// The exact value in major units, with two digits after the point.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// The sum of two amounts of one currency.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, currency: self.currency })
    }

    /// The amount with the opposite sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { minor: -self.minor, currency: self.currency }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

/// Rounds an exact amount once to minor units, halves away from zero (kaufmännisch), so that a credit is the
/// mirror of its charge.
///
/// # Errors
/// [`MoneyError::TooLarge`] beyond 64-bit minor units.
pub fn round_half_up(exact: Decimal, currency: Currency) -> Result<Money, MoneyError> {
    let rounded = exact.round_dp_with_strategy(currency.exponent(), RoundingStrategy::MidpointAwayFromZero);
    let minor = rounded
        .checked_mul(Decimal::from(10_i64.pow(currency.exponent())))
        .and_then(|scaled| i64::try_from(scaled.trunc()).ok())
        .ok_or(MoneyError::TooLarge)?;
    Ok(Money { minor, currency })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minor(text: &str) -> i64 {
        round_half_up(text.parse().expect("a decimal"), Currency::Eur).expect("in range").minor
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(minor("63.325"), 6333);
        assert_eq!(minor("-63.325"), -6333);
        assert_eq!(minor("63.3249999"), 6332);
    }

    #[test]
    fn currencies_do_not_mix() {
        let sum = Money::zero(Currency::Eur).plus(Money::zero(Currency::Chf));
        assert_eq!(sum, Err(MoneyError::Mixed(Currency::Eur, Currency::Chf)));
    }

    proptest! {
        #[test]
        fn a_credit_mirrors_its_charge(mantissa in -1_000_000_000_000_i64..1_000_000_000_000, scale in 0_u32..12) {
            let exact = Decimal::new(mantissa, scale);
            let charge = round_half_up(exact, Currency::Eur).expect("in range");
            let credit = round_half_up(-exact, Currency::Eur).expect("in range");
            prop_assert_eq!(charge.negated(), credit);
        }
    }
}
