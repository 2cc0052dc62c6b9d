//! Why something was not believed.

use std::borrow::Cow;
use std::fmt;

/// Why something that was read is not believed: a stable slug, and what was found. It may name what a log says in
/// the open, and nothing that is sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// The stable reason, e.g. `rollback_detected`.
    pub slug: &'static str,
    /// What was found, for people.
    pub found: Cow<'static, str>,
}

impl Refusal {
    /// A refusal of this kind.
    pub fn new(slug: &'static str, found: impl Into<Cow<'static, str>>) -> Self {
        Self { slug, found: found.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.slug, self.found)
    }
}
