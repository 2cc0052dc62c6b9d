//! What is asked of an address in each country: postal code, cultures, languages, phone, registration number.
//!
//! These are facts about places, the same in every cloud. Which of the countries a cloud serves is said by its
//! profile and checked in [`crate::eligibility`].

mod table;

use kernel::{Country, Currency};

use crate::mask::Mask;
use crate::vat;

/// The rules of one country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountryRules {
    /// ISO 3166-1 alpha-2.
    pub iso2: &'static str,
    /// ISO 3166-1 alpha-3.
    pub iso3: &'static str,
    /// The culture a customer gets who names none, e.g. `de-AT`.
    pub default_culture: &'static str,
    /// Cultures beyond the default one; `en-US` is accepted everywhere.
    pub more_cultures: &'static [&'static str],
    /// The format of postal codes.
    pub postal_code: Mask,
    /// True when an address is incomplete without a postal code.
    pub postal_code_required: bool,
    /// International calling code without `+`.
    pub calling_code: &'static str,
    /// The currency in which a partner of this country is billed.
    pub currency: Currency,
    /// The format of the organisation registration number, where one is demanded (and with it a phone number).
    pub registration_number: Option<Mask>,
}

/// Phone numbers as clients may check them; [`is_phone_number`] is the rule itself.
pub const PHONE_NUMBER_REGEX: &str = r"^\+?[0-9][0-9 ()./-]{3,23}$";

impl CountryRules {
    /// All cultures accepted for a customer of this country, the default one first.
    pub fn cultures(&self) -> Vec<&'static str> {
        let mut cultures = vec![self.default_culture];
        cultures.extend(self.more_cultures);
        if !cultures.contains(&"en-US") {
            cultures.push("en-US");
        }
        cultures
    }

    /// The languages of [`Self::cultures`], e.g. `de`, without repetition.
    pub fn languages(&self) -> Vec<&'static str> {
        let mut languages = Vec::new();
        for culture in self.cultures() {
            let language = culture.split('-').next().unwrap_or(culture);
            if !languages.contains(&language) {
                languages.push(language);
            }
        }
        languages
    }

    /// The VAT id format as a regular expression with a sample; `None` where no VAT ids are known.
    pub fn vat_id(&self) -> Option<(String, &'static str)> {
        vat::format_of(self.iso2.parse().ok()?)
    }

    /// True when organisations must name their registration number and phone.
    pub fn registration_number_required(&self) -> bool {
        self.registration_number.is_some()
    }
}

/// The rules of `country`; `None` for a country this house knows nothing about.
pub fn rules_of(country: Country) -> Option<&'static CountryRules> {
    table::RULES.iter().find(|rules| rules.iso2 == country.code())
}

/// All known rules, by country code.
pub fn all_rules() -> &'static [CountryRules] {
    &table::RULES
}

/// Countries of the table that are not members of the European Union. Northern Ireland counts as the United Kingdom
/// for services.
const OUTSIDE_EU: [&str; 5] = ["CH", "GB", "IS", "LI", "NO"];

/// True for member states of the European Union.
pub fn in_eu(country: Country) -> bool {
    rules_of(country).is_some() && !OUTSIDE_EU.contains(&country.code())
}

/// True when `text` may be a phone number: 4 to 15 digits, an optional leading `+`, the usual separators.
pub fn is_phone_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let body = text.strip_prefix('+').unwrap_or(text);
    (4..=15).contains(&digits)
        && text.len() <= 25
        && body.starts_with(|c: char| c.is_ascii_digit() || c == '(')
        && body.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '(' | ')' | '.' | '/' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_of_eu_efta_and_uk_has_consistent_rules() {
        assert_eq!(all_rules().len(), 27 + 4 + 1);
        assert!(all_rules().is_sorted_by_key(|rules| rules.iso2));
        for rules in all_rules() {
            assert!(rules.vat_id().is_some(), "{} has no VAT rule", rules.iso2);
            assert!(rules.cultures().contains(&"en-US"), "{}", rules.iso2);
            assert_eq!(rules.iso3.len(), 3, "{}", rules.iso2);
        }
        let brazil: Country = "BR".parse().expect("a country");
        assert!(rules_of(brazil).is_none());
        let members =
            all_rules().iter().filter(|rules| in_eu(rules.iso2.parse().expect("a country"))).count();
        assert_eq!((members, in_eu(brazil)), (27, false));
    }

    #[test]
    fn languages_follow_from_cultures() {
        let belgium = rules_of("BE".parse().expect("a country")).expect("known");
        assert_eq!(belgium.cultures(), ["nl-BE", "fr-BE", "de-DE", "en-US"]);
        assert_eq!(belgium.languages(), ["nl", "fr", "de", "en"]);
    }

    #[test]
    fn phone_numbers() {
        for good in ["+49 69 1234567", "4425550100", "(069) 123-456", "1234"] {
            assert!(is_phone_number(good), "{good}");
        }
        for bad in ["", "+", "123", "+49 69 CALL ME", "1234567890123456", "0049+69", "--1234"] {
            assert!(!is_phone_number(bad), "{bad}");
        }
    }
}
