//! The documented error codes of the Partner Center contract, and how a problem is written on the wire.
//!
//! Invariants: a code that is not in [`CATALOGUE`] is 0; contract paths never answer 413 or 422,
//! because a widely used client repeats those for ever.
//!
//! Deliberately absent: causes. Where a code is produced is the business of the rooms that know the rule.

use kernel::{Code, Problem};
use serde_json::{Value, json};

use crate::operation::{Api, Method};
use crate::route::RouteMiss;

mod catalogue;

pub use catalogue::{CATALOGUE, Entry, code};

/// Who an error in the envelope comes from.
pub const SOURCE: &str = "Treuhand";

/// The entries of a code. A few codes are documented with two statuses.
pub fn documented(code: Code) -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().filter(move |entry| entry.code == code)
}

/// The content type of an error's body.
pub const fn content_type(api: Api) -> &'static str {
    match api {
        Api::PartnerCenter => "application/json; charset=utf-8",
        Api::Enrollment | Api::Trustee | Api::Sandbox | Api::Treuhand => "application/problem+json",
    }
}

/// The status that goes on the wire.
pub const fn status(api: Api, problem: &Problem) -> u16 {
    match (api, problem.status) {
        (Api::PartnerCenter, 413 | 422) => 400,
        (_, status) => status,
    }
}

/// 404: there is no such thing, or none that the caller may know of.
pub fn not_found(description: impl Into<String>) -> Problem {
    Problem::new(404, code::RESOURCE_MISSING, "not_found", description)
}

/// Whose contract a path belongs to, known or not: decides the form of an error before there is an operation.
pub fn api_of_path(path: &str) -> Api {
    let first = path.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    let own = [
        ("enrollment", Api::Enrollment),
        ("trustee", Api::Trustee),
        ("sandbox", Api::Sandbox),
        ("treuhand", Api::Treuhand),
    ];
    own.iter()
        .find(|(prefix, _)| prefix.eq_ignore_ascii_case(first))
        .map_or(Api::PartnerCenter, |(_, api)| *api)
}

/// The body of an error answer.
pub fn envelope(api: Api, problem: &Problem) -> Value {
    match api {
        Api::PartnerCenter if problem.status == 429 => {
            json!({ "statusCode": 429, "message": problem.description })
        }
        Api::PartnerCenter => {
            let data: Vec<&str> =
                std::iter::once(problem.slug).chain(problem.data.iter().map(String::as_str)).collect();
            json!({
                "code": problem.code.0,
                "description": cut(&problem.description),
                "data": data,
                "source": SOURCE,
            })
        }
        Api::Enrollment | Api::Trustee | Api::Sandbox | Api::Treuhand => {
            let mut body = json!({
                "type": format!("urn:treuhand:problem:{}", problem.slug),
                "title": problem.slug,
                "status": status(api, problem),
                "detail": problem.description,
            });
            if !problem.data.is_empty() {
                body["data"] = json!(problem.data);
            }
            if problem.code.0 != 0 {
                body["code"] = json!(problem.code.0);
            }
            body
        }
    }
}

/// The envelope's description holds 1 to 1024 characters.
fn cut(description: &str) -> &str {
    match description.char_indices().nth(1024) {
        Some((end, _)) => &description[..end],
        None if description.is_empty() => "No further description.",
        None => description,
    }
}

/// What to answer when a path leads nowhere. For `MethodNotAllowed` the data names the methods, for the
/// `Allow` header.
pub fn of_miss(miss: &RouteMiss) -> Problem {
    match miss {
        RouteMiss::NotFound => Problem::new(
            404,
            code::RESOURCE_MISSING,
            "unknown_path",
            "No operation has this path. The operation table of the reference lists all of them.",
        ),
        RouteMiss::MethodNotAllowed(allowed) => {
            let names: Vec<&str> = allowed.iter().copied().map(Method::name).collect();
            Problem::new(
                405,
                code::UNCLASSIFIED,
                "method_not_allowed",
                "The path exists, the method does not.",
            )
            .with(names.join(", "))
        }
        RouteMiss::Malformed => Problem::new(
            400,
            code::BAD_INPUT,
            "malformed_path",
            "The path is too long, or holds dot segments, encoded separators, control characters or bytes that are not UTF-8.",
        ),
        RouteMiss::Crest => Problem::new(
            403,
            code::NO_ACCESS,
            "not_in_this_cloud",
            "The older commerce interface (CREST) is not part of this cloud. Use the Partner Center REST API under /v1.",
        ),
    }
}

#[cfg(test)]
mod tests;
