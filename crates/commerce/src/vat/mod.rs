//! VAT identification numbers of every country this cloud may sell to: format and check digit.
//!
//! A number that passes is well formed, not registered: only the tax offices' own registers know that, and
//! asking them is not the business of a pure rule. One file per family of countries; the sums they share are in
//! `sums`.

mod beyond;
mod east;
mod north;
mod south;
mod sums;
mod west;

use contract::errors::code;
use kernel::{Country, Problem};
use std::fmt;

use crate::mask::Mask;

/// A VAT id in its canonical form: upper case, with prefix, without blanks, dots or hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VatId(String);

impl VatId {
    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The two or three letters in front, e.g. `EL` for Greece, `CHE` for Switzerland.
    pub fn prefix(&self) -> &str {
        RULES.iter().map(|rule| rule.prefix).find(|prefix| self.0.starts_with(prefix)).unwrap_or_default()
    }
}

impl fmt::Display for VatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no VAT id of a country.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VatError {
    /// No rule is known for the country.
    #[error("VAT ids of {0} are not known here")]
    UnknownCountry(Country),
    /// Length or characters are wrong.
    #[error("this is not the format of a VAT id of {country}; it should look like {sample}")]
    Format {
        /// The country whose format was tried.
        country: Country,
        /// An id that passes.
        sample: &'static str,
    },
    /// The format is right and the check digit is not.
    #[error("the check digit of this VAT id of {0} is wrong; look for a mistyped digit")]
    CheckDigit(Country),
}

impl From<VatError> for Problem {
    fn from(error: VatError) -> Self {
        Self::new(400, code::BAD_PROPERTY, "vat_id_invalid", format!("{error}."))
    }
}

struct Rule {
    country: &'static str,
    prefix: &'static str,
    mask: Mask,
    sample: &'static str,
    /// Judges the number after the prefix; called only when the mask matched.
    check: fn(&str) -> bool,
}

const fn rule(
    country: &'static str,
    prefix: &'static str,
    mask: &'static str,
    sample: &'static str,
    check: fn(&str) -> bool,
) -> Rule {
    Rule { country, prefix, mask: Mask(mask), sample, check }
}

/// Every format. A country with several prefixes has several rows; its first row is its usual form.
static RULES: [Rule; 35] = [
    rule("AT", "AT", "ATU########", "ATU13585627", west::austria),
    rule("BE", "BE", "BE##########", "BE0428759497", west::belgium),
    rule("BG", "BG", "BG#########|BG##########", "BG175074752", east::bulgaria),
    rule(
        "CH",
        "CHE",
        "CHE#########MWST|CHE#########TVA|CHE#########IVA",
        "CHE107787577MWST",
        beyond::switzerland,
    ),
    rule("CY", "CY", "CY########@", "CY10259033P", south::cyprus),
    rule("CZ", "CZ", "CZ########|CZ#########|CZ##########", "CZ25123891", east::czechia),
    rule("DE", "DE", "DE#########", "DE136695976", west::germany),
    rule("DK", "DK", "DK########", "DK13585628", north::denmark),
    rule("EE", "EE", "EE#########", "EE100594102", north::estonia),
    rule("GR", "EL", "EL#########", "EL094259216", south::greece),
    rule("ES", "ES", "ES*#######*", "ESB64717838", south::spain),
    rule("FI", "FI", "FI########", "FI20774740", north::finland),
    rule("FR", "FR", "FR**#########", "FR23334175221", west::france),
    rule("GB", "GB", "GB#########|GB############|GBGD###|GBHA###", "GB980780684", beyond::united_kingdom),
    rule("GB", "XI", "XI#########|XI############|XIGD###|XIHA###", "XI980780684", beyond::united_kingdom),
    rule("HR", "HR", "HR###########", "HR33392005961", south::croatia),
    rule("HU", "HU", "HU########", "HU12892312", east::hungary),
    rule("IE", "IE", "IE#######@|IE#######@@|IE#@#####@", "IE6433435F", west::ireland),
    rule("IS", "IS", "IS#####|IS######", "IS00621", beyond::without_check_digit),
    rule("IT", "IT", "IT###########", "IT00743110157", south::italy),
    rule("LI", "LI", "LI#####", "LI12345", beyond::without_check_digit),
    rule(
        "LI",
        "CHE",
        "CHE#########MWST|CHE#########TVA|CHE#########IVA",
        "CHE107787577MWST",
        beyond::switzerland,
    ),
    rule("LT", "LT", "LT#########|LT############", "LT119511515", north::lithuania),
    rule("LU", "LU", "LU########", "LU15027442", west::luxembourg),
    rule("LV", "LV", "LV###########", "LV40003521600", north::latvia),
    rule("MT", "MT", "MT########", "MT11679112", south::malta),
    rule("NL", "NL", "NL#########B##", "NL004495445B01", west::netherlands),
    rule("NO", "NO", "NO#########MVA", "NO995525828MVA", beyond::norway),
    rule("PL", "PL", "PL##########", "PL8567346215", east::poland),
    rule("PT", "PT", "PT#########", "PT501964843", south::portugal),
    rule("RO", "RO", ROMANIA, "RO18547290", east::romania),
    rule("SE", "SE", "SE##########01", "SE123456789701", north::sweden),
    rule("SI", "SI", "SI########", "SI50223054", south::slovenia),
    rule("SK", "SK", "SK##########", "SK2022749619", east::slovakia),
    // Greek companies write GR as often as EL; the canonical prefix stays EL.
    rule("GR", "GR", "GR#########", "EL094259216", south::greece),
];

const ROMANIA: &str = "RO##|RO###|RO####|RO#####|RO######|RO#######|RO########|RO#########|RO##########";

/// Reads the VAT id of a business in `country`. Blanks, dots, hyphens and case do not matter; the prefix may be
/// left out.
pub fn parse(country: Country, text: &str) -> Result<VatId, VatError> {
    let compact: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '.' | '-' | '/' | '\u{a0}'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let usual = usual_rule(country).ok_or(VatError::UnknownCountry(country))?;
    let rules = || RULES.iter().filter(|rule| rule.country == country.code());
    let with_prefix = || {
        let rule = rules().find(|rule| rule.mask.matches(&compact))?;
        Some((rule, compact[rule.prefix.len()..].to_owned()))
    };
    let without_prefix = || {
        let rule = rules().find(|rule| rule.mask.matches(&format!("{}{compact}", rule.prefix)))?;
        Some((rule, compact.clone()))
    };
    let (rule, number) =
        with_prefix().or_else(without_prefix).ok_or(VatError::Format { country, sample: usual.sample })?;
    if !(rule.check)(&number) {
        return Err(VatError::CheckDigit(country));
    }
    let prefix = if rule.prefix == "GR" { "EL" } else { rule.prefix };
    Ok(VatId(format!("{prefix}{number}")))
}

/// The format as a regular expression over the canonical form, and an id that passes; `None` for a country
/// without a rule.
pub fn format_of(country: Country) -> Option<(String, &'static str)> {
    usual_rule(country).map(|rule| (rule.mask.regex(), rule.sample))
}

fn usual_rule(country: Country) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.country == country.code())
}

#[cfg(test)]
mod tests;
