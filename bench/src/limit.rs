//! What reads are compared with: an axum route that returns the same 1 KB of JSON every time. Nothing that speaks
//! HTTP with these libraries on this machine can be faster.

use anyhow::Result;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// The length of the answer.
const LENGTH: usize = 1024;

/// Serves until the process is ended.
pub async fn serve(listen: SocketAddr) -> Result<()> {
    let body: &'static str = Box::leak(document().into_boxed_str());
    let answer = move || async move { ([(CONTENT_TYPE, "application/json")], body) };
    let router = Router::new().route("/", get(answer)).route("/health", get(|| async { "ok" }));
    let listener = TcpListener::bind(listen).await?.tap_io(|stream| {
        // Only answers would be slower without it.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}

fn document() -> String {
    let head = r#"{"id":"00000000-0000-4000-8000-000000000000","text":""#;
    let tail = r#""}"#;
    format!("{head}{}{tail}", "x".repeat(LENGTH - head.len() - tail.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_json_of_the_stated_length() {
        let document = document();
        assert_eq!(document.len(), LENGTH);
        assert!(serde_json::from_str::<serde_json::Value>(&document).is_ok());
    }
}
