//! Who may join and who may buy: the country must be one the cloud serves, the segment commercial, the partner
//! network id well formed.

use contract::errors::code;
use kernel::{Country, Problem};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use crate::fault::bad_property;

/// Segments of customers. Sovereign clouds sell to commercial ones; the others are named so that they can be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Segment {
    /// Businesses and public bodies that buy like businesses.
    Commercial,
    /// Schools and universities.
    Education,
    /// Government tariffs.
    Government,
    /// Charities.
    Nonprofit,
}

/// Refuses a country that is not among those the cloud's profile names.
pub fn served(country: Country, countries: &[Country]) -> Result<(), Problem> {
    if countries.contains(&country) {
        return Ok(());
    }
    let text = format!(
        "This cloud is sold in the EU, EFTA and the United Kingdom as its profile lists them; {country} is not served."
    );
    Err(Problem::new(403, code::COUNTRY_NOT_ENROLLED, "country_not_served", text).with(country.code()))
}

/// Refuses every segment but the commercial one.
pub fn commercial_only(segment: Segment) -> Result<(), Problem> {
    match segment {
        Segment::Commercial => Ok(()),
        _ => Err(Problem::new(
            403,
            code::SEGMENT_NOT_ALLOWED,
            "segment_not_offered",
            "Only commercial customers can buy in this cloud.",
        )),
    }
}

/// A partner network id: 5 to 8 digits, never starting with 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MpnId(u32);

impl MpnId {
    /// The number; reconciliation files print it as such.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl FromStr for MpnId {
    type Err = Problem;
    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let well_formed = (5..=8).contains(&text.len())
            && !text.starts_with('0')
            && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(number) if well_formed => Ok(Self(number)),
            _ => {
                Err(bad_property("mpnId", "a partner network id has 5 to 8 digits and does not begin with 0"))
            }
        }
    }
}

impl fmt::Display for MpnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_countries_are_served() {
        let list: Vec<Country> = ["DE", "CH"].iter().map(|code| code.parse().expect("a country")).collect();
        assert!(served(list[1], &list).is_ok());
        let refusal = served("US".parse().expect("a country"), &list).expect_err("not listed");
        assert_eq!((refusal.status, refusal.code.0, refusal.data), (403, 2030, vec!["US".to_owned()]));
    }

    #[test]
    fn other_segments_are_refused() {
        assert!(commercial_only(Segment::Commercial).is_ok());
        for segment in [Segment::Education, Segment::Government, Segment::Nonprofit] {
            assert_eq!(commercial_only(segment).expect_err("refused").code.0, 400_030);
        }
    }

    #[test]
    fn mpn_ids() {
        assert_eq!("4847383".parse::<MpnId>().expect("valid").number(), 4_847_383);
        for bad in ["", "1234", "123456789", "0123456", "12 345", "abcdef", "-12345", "+12345"] {
            assert_eq!(bad.parse::<MpnId>().expect_err(bad).code.0, 3000);
        }
    }
}
