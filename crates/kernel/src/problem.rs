//! The one error that crosses a room's border towards a caller. It knows statuses and codes, not HTTP types.

use std::fmt;

/// A numeric error code of the Partner Center envelope, e.g. 13605. The catalogue of codes is in `contract`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u32);

/// Why a call was not carried out, said to the caller. Never holds a private value or an internal detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The code of the Partner Center envelope; 0 when none of the documented ones fits.
    pub code: Code,
    /// Our stable reason, e.g. `grant_required`; the first element of the envelope's `data`.
    pub slug: &'static str,
    /// What is wrong and what to do, one or two sentences.
    pub description: String,
    /// More for the envelope's `data`, e.g. the place to go instead.
    pub data: Vec<String>,
    /// Seconds to wait before asking again.
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem with the given parts and nothing else.
    pub fn new(status: u16, code: Code, slug: &'static str, description: impl Into<String>) -> Self {
        Self { status, code, slug, description: description.into(), data: Vec::new(), retry_after: None }
    }

    /// Adds one more element to `data`.
    #[must_use]
    pub fn with(mut self, datum: impl Into<String>) -> Self {
        self.data.push(datum.into());
        self
    }

    /// Says when to ask again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Something failed on our side. The cause goes to the log, never to the caller.
    pub fn internal() -> Self {
        Self::new(500, Code(800_003), "internal", "The service failed. Nothing was changed; try again later.")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({}): {}", self.status, self.slug, self.code.0, self.description)
    }
}

impl std::error::Error for Problem {}
