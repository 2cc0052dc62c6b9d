//! A [`Problem`] becomes a response here and nowhere else. What is written is `contract`'s business; this module
//! adds the headers that belong to a status.

use contract::{Api, errors};
use http::StatusCode;
use http::header::{self, HeaderValue};
use kernel::Problem;

use crate::message::Response;

impl Response {
    /// The answer to a call that was not carried out, in the form of its API.
    pub fn problem(problem: &Problem, api: Api) -> Self {
        let status = StatusCode::from_u16(errors::status(api, problem));
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = errors::envelope(api, problem).to_string();
        let mut response = Self::with_type(status, errors::content_type(api), body);
        match status {
            StatusCode::UNAUTHORIZED => {
                response.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                let methods = problem.data.first().and_then(|methods| HeaderValue::from_str(methods).ok());
                response.headers.extend(methods.map(|methods| (header::ALLOW, methods)));
            }
            _ => {}
        }
        if let Some(seconds) = problem.retry_after {
            response.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Code;

    #[test]
    fn statuses_bring_their_headers() {
        let cases = [
            (Problem::new(401, Code(400), "no_token", "Sign in."), header::WWW_AUTHENTICATE, "Bearer"),
            (
                Problem::new(405, Code(0), "method_not_allowed", "No.").with("GET, HEAD"),
                header::ALLOW,
                "GET, HEAD",
            ),
            (
                Problem::new(429, Code(0), "too_many_requests", "Wait.").retry_after(7),
                header::RETRY_AFTER,
                "7",
            ),
        ];
        for (problem, name, value) in cases {
            for (api, kind) in
                [(Api::PartnerCenter, "application/json"), (Api::Trustee, "application/problem+json")]
            {
                let response = Response::problem(&problem, api);
                assert_eq!(response.status.as_u16(), problem.status);
                assert_eq!(response.headers.get(&name).map(HeaderValue::as_bytes), Some(value.as_bytes()));
                assert!(response.headers[header::CONTENT_TYPE].as_bytes().starts_with(kind.as_bytes()));
            }
        }
    }
}
