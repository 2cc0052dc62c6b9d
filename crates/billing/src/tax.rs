//! Value added tax on what a German operator charges a partner. It follows the partner's data, never the customer's.
//!
//! Deliberately absent: other home countries than Germany (an error, not a guess), and the wording of documents in
//! other languages, which is `documents`' business.

use commerce::country::in_eu;
use commerce::vat::VatId;
use jiff::civil::{Date, date};
use kernel::{Country, Decimal, Money, MoneyError, round_half_up};
use serde::{Deserialize, Serialize};

/// The categories of EN 16931 that occur here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxCategory {
    /// The standard rate of the operator's country.
    Standard,
    /// The partner owes the tax where it is established (Art. 44 and 196 of the VAT directive, § 13b UStG).
    ReverseCharge,
    /// The place of supply lies outside the Union.
    OutsideScope,
}

impl TaxCategory {
    /// The code of EN 16931 (BT-118).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standard => "S",
            Self::ReverseCharge => "AE",
            Self::OutsideScope => "O",
        }
    }
}

/// Which tax is due and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxDecision {
    /// The category.
    pub category: TaxCategory,
    /// Percent; zero when none is charged.
    pub rate: Decimal,
    /// The rule that decided, for explanations.
    pub rule: TaxRule,
}

/// Why a category holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxRule {
    /// Operator and partner are in one country.
    Domestic,
    /// A partner elsewhere in the Union that showed a VAT id of its country.
    ReverseCharge,
    /// A partner elsewhere in the Union that showed none.
    NoVatId,
    /// A partner outside the Union.
    ThirdCountry,
}

/// No rule decides.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaxError {
    /// The operator sits in a country whose rates are not known here.
    #[error("VAT rates of {0} are not known; this version knows an operator in Germany")]
    UnknownSeller(Country),
}

/// The tax on a service to a partner in `buyer`, on the last day of the service or of its charging in advance.
///
/// # Errors
/// [`TaxError::UnknownSeller`] for an operator outside Germany.
pub fn decide(
    seller: Country,
    buyer: Country,
    vat_id: Option<&VatId>,
    day: Date,
) -> Result<TaxDecision, TaxError> {
    let rate = standard_rate(seller, day).ok_or(TaxError::UnknownSeller(seller))?;
    let decision = |category, rate, rule| TaxDecision { category, rate, rule };
    Ok(if buyer == seller {
        decision(TaxCategory::Standard, rate, TaxRule::Domestic)
    } else if !in_eu(buyer) {
        decision(TaxCategory::OutsideScope, Decimal::ZERO, TaxRule::ThirdCountry)
    } else if vat_id.is_some_and(|id| is_prefix_of(id.prefix(), buyer)) {
        decision(TaxCategory::ReverseCharge, Decimal::ZERO, TaxRule::ReverseCharge)
    } else {
        // Not shown to be a business: charging the tax is the safe side.
        decision(TaxCategory::Standard, rate, TaxRule::NoVatId)
    })
}

/// Greece writes EL on its VAT ids; every other member state writes its country code.
fn is_prefix_of(prefix: &str, country: Country) -> bool {
    match country.code() {
        "GR" => prefix == "EL",
        code => prefix == code,
    }
}

/// The standard rate in percent; `None` for a country whose rates are not known here.
pub fn standard_rate(country: Country, day: Date) -> Option<Decimal> {
    if country.code() != "DE" {
        return None;
    }
    let lowered = date(2020, 7, 1) <= day && day <= date(2020, 12, 31);
    Some(Decimal::from(if lowered { 16 } else { 19 }))
}

/// The tax on `net`, rounded once.
///
/// # Errors
/// [`MoneyError::TooLarge`] beyond 64-bit minor units.
pub fn tax_of(net: Money, decision: &TaxDecision) -> Result<Money, MoneyError> {
    let exact =
        net.to_decimal().checked_mul(decision.rate).ok_or(MoneyError::TooLarge)? / Decimal::ONE_HUNDRED;
    round_half_up(exact, net.currency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use TaxRule::{Domestic, NoVatId, ReverseCharge, ThirdCountry};
    use kernel::Currency;

    const DAY: Date = date(2018, 4, 18);

    fn country(code: &str) -> Country {
        code.parse().expect("a country")
    }

    fn check(buyer: &str, vat_id: Option<&str>, day: Date, expected: (&str, i64, TaxRule)) {
        let id = vat_id.map(|text| commerce::vat::parse(country(buyer), text).expect("a VAT id"));
        let got = decide(country("DE"), country(buyer), id.as_ref(), day).expect("a decision");
        assert_eq!(
            (got.category.code(), got.rate, got.rule),
            (expected.0, expected.1.into(), expected.2),
            "{buyer}"
        );
    }

    #[test]
    fn decisions() {
        check("DE", Some("DE136695976"), DAY, ("S", 19, Domestic));
        check("DE", None, DAY, ("S", 19, Domestic));
        check("DE", None, date(2020, 6, 30), ("S", 19, Domestic));
        check("DE", None, date(2020, 7, 1), ("S", 16, Domestic));
        check("DE", None, date(2020, 12, 31), ("S", 16, Domestic));
        check("DE", None, date(2021, 1, 1), ("S", 19, Domestic));
        check("AT", Some("ATU13585627"), DAY, ("AE", 0, ReverseCharge));
        check("GR", Some("EL094259216"), DAY, ("AE", 0, ReverseCharge));
        check("AT", None, DAY, ("S", 19, NoVatId));
        for (outside, id) in
            [("CH", "CHE107787577MWST"), ("NO", "NO995525828MVA"), ("GB", "XI980780684"), ("IS", "IS00621")]
        {
            check(outside, Some(id), DAY, ("O", 0, ThirdCountry));
            check(outside, None, DAY, ("O", 0, ThirdCountry));
        }
    }

    #[test]
    fn an_id_of_another_state_shows_nothing() {
        let german = commerce::vat::parse(country("DE"), "DE136695976").expect("a VAT id");
        let got = decide(country("DE"), country("AT"), Some(&german), DAY).expect("a decision");
        assert_eq!(got.rule, NoVatId);
    }

    #[test]
    fn an_operator_elsewhere_is_an_error_and_not_a_guess() {
        let error = decide(country("AT"), country("DE"), None, DAY);
        assert_eq!(error, Err(TaxError::UnknownSeller(country("AT"))));
    }

    #[test]
    fn tax_is_rounded_once_half_up() {
        let tax = |minor| {
            let decision = decide(country("DE"), country("DE"), None, DAY).expect("a decision");
            tax_of(Money { minor, currency: Currency::Eur }, &decision).expect("in range").minor
        };
        assert_eq!((tax(955), tax(50), tax(-50), tax(0)), (181, 10, -10, 0)); // 181.45, 9.5
    }
}
