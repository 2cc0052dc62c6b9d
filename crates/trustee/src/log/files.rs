//! The log as static files, the same over HTTP and in an exported folder. C2SP tlog-tiles.

use ledger::{TILE, Tile, encode_bundle};
use store::trustee::log as rows;
use store::{StoreError, Tx};

use edge::{HeaderValue, Request, Response, StatusCode, http};

use super::Log;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// What is in it.
    pub content: Vec<u8>,
    /// Whether it will never be anything else.
    pub immutable: bool,
}

/// Where the files begin on the trustee's origin.
const PREFIX: &str = "/log/";

/// A file by its path under the log's prefix; none when the log has none there.
///
/// # Errors
/// When the store fails.
pub fn read_file(tx: &mut Tx, path: &str) -> Result<Option<Served>, StoreError> {
    let Some(state) = rows::state(tx)? else { return Ok(None) };
    if path == "checkpoint" {
        return Ok(Some(Served { content: state.published.into_bytes(), immutable: false }));
    }
    let Some(tile) = Tile::parse(path).filter(|tile| tile.is_in(state.size.cast_unsigned())) else {
        return Ok(None);
    };
    let (from, until) = (tile.first().cast_signed(), (tile.first() + tile.width).cast_signed());
    let content = match tile.level {
        None => {
            let entries = rows::entries(tx, from, until)?;
            encode_bundle(entries.iter().map(Vec::as_slice)).unwrap_or_default() // they were checked when written
        }
        Some(level) => rows::hashes(tx, level, from, until)?.concat(),
    };
    Ok(Some(Served { content, immutable: tile.width == TILE }))
}

impl Log {
    /// Answers a request for one of the log's files; gives back what is none.
    pub(crate) async fn file(&self, request: Request) -> Result<Response, Request> {
        let Some(path) = request.path().strip_prefix(PREFIX).map(str::to_owned) else { return Err(request) };
        if !matches!(request.method, http::Method::GET | http::Method::HEAD) {
            return Err(request);
        }
        let text = path == "checkpoint";
        let found = self.inner.store.read("log-file", move |tx| read_file(tx, &path)).await;
        Ok(match found {
            Ok(Some(file)) => respond(file, text),
            Ok(None) => Response::with_type(StatusCode::NOT_FOUND, TEXT, "The log has no such file.\n"),
            Err(error) => {
                tracing::warn!(%error, "a file of the log cannot be read");
                Response::with_type(StatusCode::SERVICE_UNAVAILABLE, TEXT, "Try again later.\n")
            }
        })
    }
}

const TEXT: &str = "text/plain; charset=utf-8";

fn respond(file: Served, text: bool) -> Response {
    let content_type = if text { TEXT } else { "application/octet-stream" };
    let mut response = Response::with_type(StatusCode::OK, content_type, file.content);
    let age = if file.immutable { "public, max-age=31536000, immutable" } else { "public, max-age=5" };
    response.headers.insert(http::header::CACHE_CONTROL, HeaderValue::from_static(age));
    response
}
