//! Addresses against the rules of their country. A rejection has the documented odd form: code 2007 whose
//! description is itself JSON with code 60071.

use contract::errors::code;
use kernel::Problem;

use crate::country::CountryRules;

/// An address with the person it belongs to. Empty text means "not given".
#[derive(Clone, Copy, Default)]
pub struct Address<'a> {
    /// First line.
    pub line1: &'a str,
    /// Second line.
    pub line2: &'a str,
    /// City.
    pub city: &'a str,
    /// State or province.
    pub state: &'a str,
    /// Postal code.
    pub postal_code: &'a str,
    /// ISO 3166-1 alpha-2 code.
    pub country: &'a str,
    /// First name.
    pub first_name: &'a str,
    /// Last name.
    pub last_name: &'a str,
    /// Phone number.
    pub phone_number: &'a str,
}

/// Longest address line.
pub const MAX_LINE: usize = 200;
/// Longest city or state.
pub const MAX_PLACE: usize = 100;

/// Street, city, postal code and country.
pub fn check(address: &Address<'_>, rules: &CountryRules) -> Result<(), Problem> {
    let too_long =
        |text: &str, most: usize| text.chars().count() > most || text.chars().any(char::is_control);
    let postal_code = address.postal_code.trim().to_ascii_uppercase();
    let reason = if !address.country.eq_ignore_ascii_case(rules.iso2) {
        "The country of the address is missing or is not the customer's country."
    } else if address.line1.trim().is_empty() {
        "AddressLine1 is required."
    } else if too_long(address.line1, MAX_LINE) || too_long(address.line2, MAX_LINE) {
        "An address line has more than 200 characters or a control character."
    } else if address.city.trim().is_empty() {
        "City is required."
    } else if too_long(address.city, MAX_PLACE) || too_long(address.state, MAX_PLACE) {
        "City or state has more than 100 characters or a control character."
    } else if postal_code.is_empty() && rules.postal_code_required {
        "PostalCode is required."
    } else if !postal_code.is_empty() && !rules.postal_code.matches(&postal_code) {
        return Err(rejected(&format!("PostalCode must match {}", rules.postal_code.regex())));
    } else {
        return Ok(());
    };
    Err(rejected(reason))
}

/// The documented answer to an address that cannot be right. `reason` must not repeat the address.
pub fn rejected(reason: &str) -> Problem {
    // Written by hand: three members, and only `reason` varies.
    let quoted = reason.replace('\\', "\\\\").replace('"', "\\\"");
    let nested = format!(r#"{{"code":60071,"reason":"{quoted}","corrected_address":null}}"#);
    Problem::new(400, code::ADDRESS_REJECTED, "address_rejected", nested)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::rules_of;

    fn verdict(country: &str, postal_code: &str) -> Option<u32> {
        let address =
            Address { line1: "High Street 1", city: "Town", postal_code, country, ..Address::default() };
        let rules = rules_of(country.parse().expect("a country")).expect("a known country");
        check(&address, rules).err().map(|problem| problem.code.0)
    }

    #[test]
    fn postal_codes() {
        for (country, good, bad) in [
            ("DE", "60311", "6031"),
            ("AT", "1010", "10100"),
            ("GB", "SW1A 1AA", "SW1A 1A"),
            ("GB", "m1 1ae", "1M 1AE"),
            ("NL", "1011 AB", "AB 1011"),
            ("PL", "00-950", "00950"),
            ("PT", "1000-205", "1000"),
            ("IE", "", "9999999"),
            ("IE", "D6W XY00", "D02"),
            ("SE", "111 22", "11 122"),
            ("LV", "LV-1010", "LV1010"),
        ] {
            assert_eq!(verdict(country, good), None, "{country} {good}");
            assert_eq!(verdict(country, bad), Some(2007), "{country} {bad}");
        }
        assert_eq!(verdict("DE", ""), Some(2007));
    }

    #[test]
    fn the_rejection_nests_its_reason_as_json() {
        assert_eq!(
            rejected("PostalCode \"x\" is wrong").description,
            r#"{"code":60071,"reason":"PostalCode \"x\" is wrong","corrected_address":null}"#
        );
    }

    #[test]
    fn a_wrong_country_or_an_empty_line_is_rejected() {
        let rules = rules_of("DE".parse().expect("a country")).expect("known");
        let good = Address {
            line1: "Weg 1",
            city: "Kassel",
            postal_code: "34117",
            country: "de",
            ..Address::default()
        };
        assert!(check(&good, rules).is_ok());
        for bad in [
            Address { country: "AT", ..good },
            Address { line1: "  ", ..good },
            Address { city: "", ..good },
            Address { line2: "a\u{7}b", ..good },
        ] {
            assert_eq!(check(&bad, rules).expect_err("rejected").code.0, 2007);
        }
    }
}
