//! The rules of the house that no compiler checks: who may depend on whom, and how long a file may be.

use anyhow::{Result, bail};

use crate::command::Run;

/// More than a reader takes in at once. Functions are clippy's business (`too-many-lines-threshold`).
const MAX_LINES: usize = 500;

/// A room, built with some features, and what must not be in it, directly or through others.
struct Border {
    /// The package.
    room: &'static str,
    /// The arguments that choose its features.
    features: &'static [&'static str],
    /// Packages that must not be in it.
    without: &'static [&'static str],
    /// Why.
    because: &'static str,
}

/// What touches clock, socket, disk or database.
const INPUT_AND_OUTPUT: &[&str] =
    &["tokio", "hyper", "axum", "rusqlite", "postgres", "tokio-postgres", "rustls", "getrandom"];
/// What can open an envelope, or shares a room with it.
const OPENING: &[&str] = &["envelope", "openbao", "trustee", "portal"];

const BORDERS: &[Border] = &[
    Border {
        room: "kernel",
        features: &[],
        without: INPUT_AND_OUTPUT,
        because: "it does no input or output",
    },
    Border {
        room: "contract",
        features: &[],
        without: INPUT_AND_OUTPUT,
        because: "it does no input or output",
    },
    Border {
        room: "commerce",
        features: &[],
        without: INPUT_AND_OUTPUT,
        because: "it does no input or output",
    },
    Border {
        room: "billing",
        features: &[],
        without: INPUT_AND_OUTPUT,
        because: "it does no input or output",
    },
    Border {
        room: "access",
        features: &[],
        without: INPUT_AND_OUTPUT,
        because: "it does no input or output",
    },
    Border {
        room: "envelope",
        features: &[],
        without: &["tokio", "hyper", "axum", "rusqlite", "postgres", "tokio-postgres"],
        because: "it does no input or output",
    },
    Border {
        room: "ledger",
        features: &[],
        without: INPUT_AND_OUTPUT,
        because: "it does no input or output",
    },
    Border { room: "operator", features: &[], without: OPENING, because: "the operator opens nothing" },
    Border {
        room: "edge",
        features: &[],
        without: OPENING,
        because: "the operator's listener opens nothing",
    },
    Border {
        room: "treuhand",
        features: &["--no-default-features", "--features", "operator"],
        without: OPENING,
        because: "the operator's own build holds no opening code",
    },
    Border { room: "portal", features: &[], without: &["store"], because: "it is a client of the contract" },
    Border {
        room: "client",
        features: &[],
        without: &["store", "edge", "operator", "trustee"],
        because: "it is a client",
    },
];

/// What is said in one folder and nowhere else in the product's code. Tests may say it again.
struct Home {
    folder: &'static str,
    texts: &'static [&'static str],
    what: &'static str,
}

const HOMES: &[Home] = &[
    Home {
        folder: "crates/contract/",
        texts: &["\"/v1/", "\"/enrollment/v1", "\"/trustee/v1", "\"/sandbox/v1", "\"/treuhand/v1"],
        what: "a path of the contract",
    },
    Home {
        folder: "crates/store/",
        texts: &["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM "],
        what: "SQL",
    },
];

/// Checks everything and names every breach at once.
///
/// # Errors
/// When a rule is broken.
pub fn run() -> Result<()> {
    let mut breaches = Vec::new();
    for border in BORDERS {
        breaches.extend(crossed(border)?);
    }
    breaches.extend(files()?);
    if breaches.is_empty() {
        println!("\x20   {} borders and every file hold", BORDERS.len());
        return Ok(());
    }
    bail!("{}", breaches.join("\n"))
}

fn crossed(border: &Border) -> Result<Vec<String>> {
    let tree = Run::new("cargo")
        .args([
            "tree",
            "--locked",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "-p",
            border.room,
        ])
        .args(border.features)
        .read()?;
    let packages: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let breach = |name: &&&str| packages.contains(*name);
    let name = |name: &&str| format!("{} contains {name}, but {}", border.room, border.because);
    Ok(border.without.iter().filter(breach).map(name).collect())
}

fn files() -> Result<Vec<String>> {
    let files =
        Run::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard", "*.rs"]).read()?;
    let mut breaches = Vec::new();
    for file in files.lines() {
        let Ok(text) = std::fs::read_to_string(file) else { continue }; // listed, but deleted in the work tree
        let lines = text.lines().count();
        if lines > MAX_LINES {
            breaches.push(format!("{file} has {lines} lines, but {MAX_LINES} are the most: divide it"));
        }
        breaches.extend(HOMES.iter().filter_map(|home| strays(home, file, &text)));
        if text.contains(concat!("#[", "ignore")) {
            breaches.push(format!("{file} ignores a test, but a test runs or is not there"));
        }
    }
    Ok(breaches)
}

/// The first line of a file's product code that says what another folder should.
fn strays(home: &Home, file: &str, text: &str) -> Option<String> {
    let product = file.starts_with("crates/") && !file.starts_with("crates/testkit/");
    let tests = file.contains("/tests/") || file.ends_with("tests.rs");
    if !product || tests || file.starts_with(home.folder) {
        return None;
    }
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    let is_stray = |line: &str| {
        !line.trim_start().starts_with("//") && home.texts.iter().any(|said| line.contains(said))
    };
    let number = code.lines().position(is_stray)? + 1;
    Some(format!("{file}:{number} says {}, whose home is {}", home.what, home.folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_found_outside_its_home() {
        let path = "fn a() {\n    call(\"/v1/customers\");\n}";
        for (file, text, found) in [
            ("crates/trustee/src/a.rs", path, true),
            ("crates/contract/src/a.rs", path, false),
            ("crates/trustee/src/a/tests.rs", path, false),
            ("crates/trustee/tests/a/main.rs", path, false),
            ("crates/trustee/src/a.rs", "// call(\"/v1/customers\");", false),
            ("crates/trustee/src/a.rs", "#[cfg(test)]\nmod tests { const A: &str = \"/v1/a\"; }", false),
        ] {
            assert_eq!(strays(&HOMES[0], file, text).is_some(), found, "{file}: {text}");
        }
        let sql = strays(&HOMES[1], "crates/operator/src/a.rs", "x\n\"SELECT 1\"").expect("a stray");
        assert_eq!(sql, "crates/operator/src/a.rs:2 says SQL, whose home is crates/store/");
    }
}
