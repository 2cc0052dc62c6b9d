//! A [`Problem`] becomes a response here and nowhere else.

use http::StatusCode;
use http::header::{self, HeaderValue};
use kernel::Problem;
use serde_json::json;

use crate::message::Response;

/// How a problem is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Partner Center's envelope: `{code, description, data, source}`, and its own form for 429.
    Envelope,
    /// `application/problem+json`, on our own prefixes.
    ProblemJson,
}

impl Style {
    /// The style of a path.
    pub fn of_path(path: &str) -> Self {
        const OWN: [&str; 4] = ["enrollment", "trustee", "sandbox", "treuhand"];
        let first = path.split('/').find(|segment| !segment.is_empty()).unwrap_or("");
        if OWN.iter().any(|own| own.eq_ignore_ascii_case(first)) { Self::ProblemJson } else { Self::Envelope }
    }
}

impl Response {
    /// The answer to a call that was not carried out.
    pub fn problem(problem: &Problem, style: Style) -> Self {
        let status = status(problem.status, style);
        let mut response = match style {
            Style::Envelope if status == StatusCode::TOO_MANY_REQUESTS => {
                Self::json(status, json!({"statusCode": 429, "message": problem.description}).to_string())
            }
            Style::Envelope => Self::json(status, envelope(problem)),
            Style::ProblemJson => Self::with_type(status, "application/problem+json", problem_json(problem)),
        };
        if let Some(seconds) = problem.retry_after {
            response.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The status on the wire. Contract paths know neither 413 nor 422: a client of the contract repeats what it does
/// not know for ever.
fn status(status: u16, style: Style) -> StatusCode {
    match (style, status) {
        (Style::Envelope, 413 | 422) => StatusCode::BAD_REQUEST,
        _ => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn envelope(problem: &Problem) -> String {
    let mut data = vec![problem.slug];
    data.extend(problem.data.iter().map(String::as_str));
    json!({
        "code": problem.code.0,
        "description": problem.description,
        "data": data,
        "source": "Treuhand",
    })
    .to_string()
}

fn problem_json(problem: &Problem) -> String {
    json!({
        "type": format!("urn:treuhand:problem:{}", problem.slug),
        "title": problem.slug,
        "status": problem.status,
        "detail": problem.description,
        "code": problem.code.0,
        "data": problem.data,
    })
    .to_string()
}
