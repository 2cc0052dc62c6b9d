//! A country by its ISO 3166-1 alpha-2 code. Which countries may buy or sell is the profile's business.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use crate::IdError;

/// Two upper-case letters. Being a `Country` says that the code is well formed, not that it is eligible.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// The code, upper case.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??") // only ASCII letters are ever stored
    }
}

impl FromStr for Country {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(IdError {
                kind: "country code (ISO 3166-1 alpha-2)",
                given: text.chars().take(16).collect(),
            }),
        }
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}
impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.code())
    }
}
impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
