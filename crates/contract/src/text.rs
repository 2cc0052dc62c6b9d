//! A text of a cloud's own files, in the languages that this house speaks.

use serde::Deserialize;

/// One text in each language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// German.
    pub de: String,
    /// French.
    pub fr: String,
}

impl Text {
    /// The text for a locale such as `de-AT`; English where there is none.
    pub fn get(&self, locale: &str) -> &str {
        match locale.get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("de") => &self.de,
            Some("fr") => &self.fr,
            _ => &self.en,
        }
    }
}
