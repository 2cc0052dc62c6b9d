//! What can go wrong with a call.

use bytes::Bytes;
use http::{Response, header};
use serde::Deserialize;
use serde_json::Value;

use crate::transport::TransportError;

/// Why there is no answer of the wanted kind.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The call cannot be made as asked: a parameter is missing or unknown.
    #[error("{operation} cannot be called: {reason}")]
    Input {
        /// The operation's id.
        operation: &'static str,
        /// What is missing or wrong.
        reason: String,
    },
    /// The API said no.
    #[error(transparent)]
    Refused(#[from] Box<Refusal>),
    /// The directory gave no token.
    #[error("no token: {error} ({status}): {description}")]
    Token {
        /// The HTTP status.
        status: u16,
        /// The OAuth error, e.g. `invalid_client`.
        error: String,
        /// The directory's own words.
        description: String,
    },
    /// No answer came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// An answer came that is not what the contract says.
    #[error("the answer to {operation} cannot be read: {reason}")]
    Unreadable {
        /// The operation's id.
        operation: &'static str,
        /// What is wrong; never what was in it.
        reason: String,
    },
}

impl Error {
    /// The refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// A refusal, read from the error envelope or from problem+json.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{status} {}, code {code}: {description}", self.slug().unwrap_or("refused"))]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The numeric code; 0 when none of the documented ones fits or none was given.
    pub code: u32,
    /// What is wrong and what to do.
    pub description: String,
    /// The stable reason and details.
    pub data: Vec<String>,
    /// Seconds to wait before asking again.
    pub retry_after: Option<u32>,
    /// The id of the call, to ask support about.
    pub correlation_id: Option<String>,
}

impl Refusal {
    /// The stable reason, e.g. `grant_required`.
    pub fn slug(&self) -> Option<&str> {
        self.data.first().map(String::as_str)
    }

    /// Reads whatever form the answer has; an answer of no known form is a refusal without details.
    pub(crate) fn read(response: &Response<Bytes>) -> Self {
        let text = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
        let body: Body =
            serde_json::from_slice(crate::call::without_bom(response.body())).unwrap_or_default();
        let mut data = body.data;
        if let Some(slug) = body.title {
            data.insert(0, slug); // problem+json keeps the reason there
        }
        Self {
            status: response.status().as_u16(),
            code: body.code.as_ref().and_then(number).unwrap_or(0),
            description: body.description.or(body.message).or(body.detail).unwrap_or_default(),
            data,
            retry_after: text(header::RETRY_AFTER.as_str()).and_then(|seconds| seconds.trim().parse().ok()),
            correlation_id: text("ms-correlationid"),
        }
    }
}

/// The members of the envelope, of its form for 429, and of problem+json.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    code: Option<Value>,
    description: Option<String>,
    message: Option<String>,
    detail: Option<String>,
    title: Option<String>,
    data: Vec<String>,
}

/// The code is documented as text and sent as a number: both are read.
fn number(code: &Value) -> Option<u32> {
    match code {
        Value::Number(number) => number.to_string().parse().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &'static str, code: u32, description: &str, slug: Option<&str>) {
        let mut response = Response::new(Bytes::from_static(body.as_bytes()));
        response.headers_mut().insert(header::RETRY_AFTER, 7.into());
        let refusal = Refusal::read(&response);
        assert_eq!(
            (refusal.code, refusal.description.as_str(), refusal.slug()),
            (code, description, slug),
            "{body}"
        );
        assert_eq!(refusal.retry_after, Some(7));
    }

    #[test]
    fn every_form_of_refusal_is_read() {
        check(
            r#"{"code":13605,"description":"No.","data":["agreement_missing"]}"#,
            13605,
            "No.",
            Some("agreement_missing"),
        );
        check("\u{feff}{\"code\":\"2055\",\"description\":\"Stale.\"}", 2055, "Stale.", None);
        check(r#"{"statusCode":429,"message":"Wait."}"#, 0, "Wait.", None);
        check(r#"{"title":"not_open","detail":"Later.","data":["x"]}"#, 0, "Later.", Some("not_open"));
        check("<html>", 0, "", None);
    }
}
