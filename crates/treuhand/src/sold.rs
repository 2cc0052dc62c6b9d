//! What is sold: the embedded catalogue.

use anyhow::Result;
use commerce::catalogue::{Catalogue, GERMANY};

/// The German catalogue; all of its mistakes at once when it has any.
pub fn catalogue() -> Result<Catalogue> {
    Catalogue::parse(&GERMANY).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the catalogue cannot be read:\n{}", lines.join("\n"))
    })
}
