//! Where a link may lead: nowhere but here.
//!
//! A link of an answer is given to browsers and to client libraries that follow it with the caller's token. So a
//! link is a path of this origin, written relative or absolute, or the answer is refused.

/// The origin (scheme and authority, no trailing slash) under which callers reach this gateway.
#[derive(Clone, Debug)]
pub(crate) struct Origin(String);

impl Origin {
    pub(crate) fn new(root: &str) -> Self {
        Self(root.trim_end_matches('/').to_ascii_lowercase())
    }

    /// Whether a link leads to this origin. Anything that a lenient reader could take for another authority
    /// (`//host`, `/\host`, a scheme, control characters that are dropped while reading) does not.
    pub(crate) fn is_own(&self, link: &str) -> bool {
        let path = match link.get(..self.0.len()) {
            Some(start) if !self.0.is_empty() && start.eq_ignore_ascii_case(&self.0) => &link[self.0.len()..],
            _ => link,
        };
        let plain = path.bytes().all(|b| (b.is_ascii_graphic() && b != b'\\') || b >= 0x80);
        plain && path.starts_with('/') && !path.starts_with("//")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_only_here() {
        let origin = Origin::new("https://Partner.example:8443/");
        for (link, own) in [
            ("/customers/1", true),
            ("/", true),
            ("/invoices?size=1&offset=2", true),
            ("https://partner.example:8443/v1/customers", true),
            ("HTTPS://PARTNER.EXAMPLE:8443/v1", true),
            ("https://partner.example:8443", false),
            ("https://partner.example:8443.evil.example/v1", false),
            ("https://partner.example:8443@evil.example/v1", false),
            ("https://partner.example:8443//evil.example", false),
            ("https://partner.example/v1", false),
            ("https://evil.example/", false),
            ("http://partner.example:8443/", false),
            ("//evil.example/", false),
            ("/\\evil.example/", false),
            ("\\\\evil.example", false),
            ("/\t/evil.example", false),
            ("/ /evil.example", false),
            ("javascript:alert(1)", false),
            ("customers/1", false),
            ("", false),
        ] {
            assert_eq!(origin.is_own(link), own, "{link}");
        }
        assert!(!Origin::new("").is_own("https://evil.example/"));
    }
}
