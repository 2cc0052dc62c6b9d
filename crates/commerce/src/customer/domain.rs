//! Domain prefixes: a customer's tenant is named `<prefix>.<suffix>`, the suffix being the cloud's own, such as
//! `onmicrosoft.de`. Whether a name is free is a question of state, asked elsewhere.

use kernel::Problem;

use crate::fault::bad_property;

/// The part of a tenant's first domain that the partner chooses: 1 to 27 letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DomainPrefix(String);

/// Longest prefix that the directory accepts.
pub const MAX_PREFIX: usize = 27;

impl DomainPrefix {
    /// Reads a prefix alone.
    pub fn parse(prefix: &str) -> Result<Self, Problem> {
        let lower = prefix.trim().to_ascii_lowercase();
        let well_formed =
            (1..=MAX_PREFIX).contains(&lower.len()) && lower.bytes().all(|b| b.is_ascii_alphanumeric());
        if well_formed {
            Ok(Self(lower))
        } else {
            Err(bad_property("domain", "the part before the first dot must be 1 to 27 letters and digits"))
        }
    }

    /// The prefix, lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole domain.
    pub fn domain(&self, suffix: &str) -> String {
        format!("{}.{suffix}", self.0)
    }
}

/// Reads a whole domain and takes the cloud's suffix off it.
pub fn check_domain(domain: &str, suffix: &str) -> Result<DomainPrefix, Problem> {
    let lower = domain.trim().to_ascii_lowercase();
    let prefix = lower.strip_suffix(suffix).and_then(|rest| rest.strip_suffix('.'));
    match prefix {
        Some(prefix) => DomainPrefix::parse(prefix),
        None => Err(bad_property("domain", &format!("must end in .{suffix}"))),
    }
}

/// Labels of letters, digits and inner hyphens, parted by dots. Letters of any script, since domains may be written
/// in them.
pub(super) fn is_host_name(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains() {
        let check = |text: &str| {
            check_domain(text, "onmicrosoft.de").map(|prefix| prefix.domain("onmicrosoft.de")).ok()
        };
        assert_eq!(check("Beispiel.onmicrosoft.DE").as_deref(), Some("beispiel.onmicrosoft.de"));
        for bad in [
            "beispiel.onmicrosoft.com",
            "onmicrosoft.de",
            ".onmicrosoft.de",
            "beispielonmicrosoft.de",
            "bei-spiel.onmicrosoft.de",
            "bei.spiel.onmicrosoft.de",
            "a2345678901234567890123456789.onmicrosoft.de",
            "",
        ] {
            assert_eq!(check(bad), None, "{bad}");
        }
    }
}
