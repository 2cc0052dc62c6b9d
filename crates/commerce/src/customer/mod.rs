//! What a new customer must bring: company, domain, billing profile with a contact and an address.
//!
//! The gateway runs these rules in the trustee zone before it seals the private members; the operator zone runs
//! [`company`] alone, on what it sees in clear. No error repeats a value that was given.

mod address;
mod domain;

pub use address::{Address, check as check_address, rejected as address_rejected};
pub use domain::{DomainPrefix, check_domain};

use contract::errors::code;
use kernel::Problem;

use crate::country::{CountryRules, is_phone_number};
use crate::fault::{bad_property, missing};

/// Longest company name, as on the registration form.
pub const MAX_COMPANY_NAME: usize = 200;
/// Longest first, middle or last name, as the address resource says.
pub const MAX_NAME: usize = 50;

/// The private part of a billing profile.
#[derive(Clone, Copy, Default)]
pub struct BillingProfile<'a> {
    /// E-mail address of the contact.
    pub email: &'a str,
    /// Culture, e.g. `de-DE`.
    pub culture: &'a str,
    /// Language, e.g. `de`.
    pub language: &'a str,
    /// Company name.
    pub company_name: &'a str,
    /// The default address, with the contact's name and phone number.
    pub address: Address<'a>,
}

/// Company name and registration number.
pub fn company(name: &str, registration_number: Option<&str>, rules: &CountryRules) -> Result<(), Problem> {
    if name.trim().is_empty() {
        return Err(missing("companyName"));
    }
    if name.chars().count() > MAX_COMPANY_NAME {
        return Err(bad_property("companyName", "has more than 200 characters"));
    }
    if name.chars().any(char::is_control) {
        return Err(bad_property("companyName", "has a control character in it"));
    }
    let given = registration_number.map(str::trim).filter(|number| !number.is_empty());
    match (rules.registration_number, given) {
        (None, Some(_)) => Err(Problem::new(
            400,
            code::REGISTRATION_NUMBER_NOT_ALLOWED,
            "registration_number_refused",
            "An organization registration number is not accepted for this country; leave it out.",
        )),
        (Some(_), None) => Err(Problem::new(
            400,
            code::REGISTRATION_NUMBER_MISSING,
            "registration_number_missing",
            "Organizations of this country must name their registration number.",
        )),
        (Some(mask), Some(number)) if !mask.matches(number) => Err(Problem::new(
            400,
            code::REGISTRATION_NUMBER_FORMAT,
            "registration_number_format",
            format!("The organization registration number must match {}.", mask.regex()),
        )),
        (None, None) | (Some(_), Some(_)) => Ok(()),
    }
}

/// The whole billing profile: contact, culture, language, company name, address.
pub fn billing_profile(profile: &BillingProfile<'_>, rules: &CountryRules) -> Result<(), Problem> {
    if profile.email.is_empty() {
        return Err(missing("email"));
    }
    if !is_email(profile.email) {
        return Err(bad_property("email", "is not an e-mail address"));
    }
    if profile.company_name.trim().is_empty() {
        return Err(missing("companyName"));
    }
    culture(profile.culture, rules)?;
    language(profile.language, rules)?;
    person("firstName", profile.address.first_name)?;
    person("lastName", profile.address.last_name)?;
    phone(profile.address.phone_number, rules)?;
    check_address(&profile.address, rules)
}

/// A culture of the country, in any case.
pub fn culture(text: &str, rules: &CountryRules) -> Result<(), Problem> {
    known("culture", text, &rules.cultures())
}

/// A language of the country: `de`, or written as a culture, `de-DE`.
pub fn language(text: &str, rules: &CountryRules) -> Result<(), Problem> {
    let cultures = rules.cultures();
    if cultures.iter().any(|culture| culture.eq_ignore_ascii_case(text)) {
        return Ok(());
    }
    known("language", text, &rules.languages())
}

fn known(member: &str, text: &str, accepted: &[&str]) -> Result<(), Problem> {
    if text.is_empty() {
        return Err(missing(member));
    }
    if accepted.iter().any(|one| one.eq_ignore_ascii_case(text)) {
        return Ok(());
    }
    Err(bad_property(member, &format!("is not offered for this country; use one of {}", accepted.join(", "))))
}

fn person(member: &str, name: &str) -> Result<(), Problem> {
    if name.trim().is_empty() {
        return Err(missing(member));
    }
    if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(bad_property(member, "must have 1 to 50 characters and no control characters"));
    }
    Ok(())
}

fn phone(number: &str, rules: &CountryRules) -> Result<(), Problem> {
    match number.trim() {
        "" if rules.registration_number_required() => Err(Problem::new(
            400,
            code::PHONE_MISSING,
            "phone_missing",
            "Customers of this country must name a phone number.",
        )),
        "" => Ok(()),
        text if is_phone_number(text) => Ok(()),
        _ => Err(bad_property("phoneNumber", "must have 4 to 15 digits, with + in front of a country code")),
    }
}

/// True when `text` looks like an e-mail address: one `@`, a local part, a domain with a dot, no blanks. Whether
/// anybody reads it, only a letter to it can tell.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"@<>()[]\\,;:\"".contains(c));
    local_ok && text.len() <= 254 && domain.contains('.') && domain::is_host_name(domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::rules_of;

    fn rules(code: &str) -> &'static CountryRules {
        rules_of(code.parse().expect("a country")).expect("a known country")
    }

    fn profile() -> BillingProfile<'static> {
        BillingProfile {
            email: "erika@example.com",
            culture: "de-DE",
            language: "de",
            company_name: "Beispiel GmbH",
            address: Address {
                line1: "Musterweg 1",
                city: "Frankfurt",
                postal_code: "60311",
                country: "DE",
                first_name: "Erika",
                last_name: "Muster",
                ..Address::default()
            },
        }
    }

    fn check(country: &str, profile: &BillingProfile<'_>, expected: Option<(u32, &str)>) {
        let got = billing_profile(profile, rules(country)).err();
        let got = got.as_ref().map(|problem| (problem.code.0, problem.slug));
        assert_eq!(got, expected, "{country}");
    }

    #[test]
    fn billing_profiles() {
        let bad = Some((3000, "bad_property"));
        check("DE", &profile(), None);
        check("DE", &BillingProfile { email: "", ..profile() }, bad);
        check("DE", &BillingProfile { email: "erika(at)example.com", ..profile() }, bad);
        check("DE", &BillingProfile { company_name: " ", ..profile() }, bad);
        check("DE", &BillingProfile { culture: "pt-PT", ..profile() }, bad);
        check("DE", &BillingProfile { culture: "EN-us", language: "EN", ..profile() }, None);
        check("DE", &BillingProfile { language: "xx", ..profile() }, bad);
        let nameless = Address { first_name: "", ..profile().address };
        check("DE", &BillingProfile { address: nameless, ..profile() }, bad);
        let odd_phone = Address { phone_number: "call me", ..profile().address };
        check("DE", &BillingProfile { address: odd_phone, ..profile() }, bad);
        let hungarian = Address { postal_code: "1051", country: "HU", ..profile().address };
        let hungarian = BillingProfile { culture: "hu-HU", language: "hu", address: hungarian, ..profile() };
        check("HU", &hungarian, Some((600_051, "phone_missing")));
        let reachable = Address { phone_number: "+36 1 234 5678", ..hungarian.address };
        check("HU", &BillingProfile { address: reachable, ..hungarian }, None);
    }

    #[test]
    fn registration_numbers() {
        let cases = [
            ("DE", None, None),
            ("DE", Some(""), None),
            ("DE", Some("HRB 1"), Some(600_002)),
            ("HU", None, Some(600_049)),
            ("HU", Some("1-2-3"), Some(600_050)),
            ("HU", Some("01-09-123456"), None),
        ];
        for (country, number, expected) in cases {
            let got = company("Beispiel", number, rules(country)).err().map(|problem| problem.code.0);
            assert_eq!(got, expected, "{country} {number:?}");
        }
        assert_eq!(company(" ", None, rules("DE")).expect_err("empty").code.0, 3000);
    }

    #[test]
    fn email_addresses() {
        for good in ["a@example.com", "first.last+tag@sub.example.de", "o'neil@example.ie", "büro@example.at"]
        {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@example.com",
            "a@",
            "a@b",
            "a b@example.com",
            "a@exa mple.com",
            "a@@example.com",
            ".a@b.de",
            "a@-b.de",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn errors_never_repeat_what_was_given() {
        let canary = BillingProfile { email: "canary-person", ..profile() };
        let problem = billing_profile(&canary, rules("DE")).expect_err("not an address");
        assert!(!format!("{problem:?}").contains("canary"));
    }
}
