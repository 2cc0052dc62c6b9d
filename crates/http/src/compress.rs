//! Gzip for answers that are asked for compressed and long enough to gain from it.
//!
//! Pages are never compressed: they carry form tokens beside text that others may have written, and the length
//! of a compressed page tells about both. Answers to API calls hold no such secret.

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{self, HeaderMap};
use std::io::Write;

/// Shorter bodies fit into one packet anyway.
const WORTH_IT: usize = 1024;
/// Longer bodies are compressed on a thread of their own, so that no other caller waits for them.
const TAKES_TIME: usize = 64 * 1024;
/// Level 3: two thirds of the gain of level 6 at a third of its time.
const LEVEL: Compression = Compression::new(3);

const TYPES: [&str; 6] = [
    "application/json",
    "application/problem+json",
    "text/csv",
    "application/xml",
    "text/css",
    "text/javascript",
];

/// True when the caller takes gzip: named (or `*`) and not with weight zero.
pub(crate) fn accepted(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|choice| {
            let mut parts = choice.split(';').map(str::trim);
            let coding = parts.next().unwrap_or("");
            let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            (coding.eq_ignore_ascii_case("gzip") || coding == "*") && !refused
        })
    })
}

/// True when an answer with these headers and this body gains from compression.
pub(crate) fn worthwhile(headers: &HeaderMap, body: &Bytes) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim_end();
    body.len() > WORTH_IT && TYPES.contains(&kind) && !headers.contains_key(header::CONTENT_ENCODING)
}

/// The body as gzip; `None` when that failed, so that the plain body is sent.
pub(crate) async fn gzip(body: Bytes) -> Option<Bytes> {
    if body.len() < TAKES_TIME {
        return encode(&body);
    }
    tokio::task::spawn_blocking(move || encode(&body)).await.ok().flatten()
}

fn encode(body: &Bytes) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), LEVEL);
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (value, expected) in [
            ("gzip", true),
            ("deflate, GZIP;q=0.5, br", true),
            ("*", true),
            ("gzip;q=0", false),
            ("gzip; q=0.0", false),
            ("br", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            assert_eq!(accepted(&headers), expected, "{value:?}");
        }
        assert!(!accepted(&HeaderMap::new()));
    }
}
