//! `treuhand openapi`: the contract as an OpenAPI 3.1 document.

use anyhow::Result;

use super::say;

/// Prints the document.
pub fn run() -> Result<()> {
    let document = contract::openapi::document(env!("CARGO_PKG_VERSION"), &[contract::profile::germany()]);
    say(&serde_json::to_string_pretty(&document)?);
    Ok(())
}
