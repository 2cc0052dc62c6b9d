//! What a browser sent: the members of a form or of a query.
//!
//! Invariants: values are trimmed and wiped when done with; of repeated names the first counts for [`Form::get`];
//! nothing that was typed appears in `Debug`.

use std::fmt;
use zeroize::Zeroizing;

/// No form of ours has more members.
const MOST_MEMBERS: usize = 128;

/// The members of a form or query.
#[derive(Clone, Default)]
pub(crate) struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(text).take(MOST_MEMBERS);
        Self(pairs.map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned()))).collect())
    }

    /// A member's text without the space around it; empty when it is absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A member's text as typed: passwords may begin with a space.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// A member's text; `None` when it is absent or empty.
    pub(crate) fn given(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// All values of a name that several boxes share.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let same = self.0.iter().filter(|(known, _)| known == name);
        same.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_as_browsers_send_them() {
        let form = Form::parse(b"a=1&a=2&b=+x+&c=%C3%A4&roles=A&roles=&roles=B");
        assert_eq!((form.get("a"), form.get("b"), form.raw("b"), form.get("c")), ("1", "x", " x ", "ä"));
        assert_eq!((form.given("d"), form.all("roles")), (None, vec!["A".to_owned(), "B".to_owned()]));
        assert_eq!(format!("{:?}", Form::parse(b"password=geheim")), r#"["password"]"#);
    }
}
