//! The search for canaries, in every disguise that a program puts on a text without meaning to hide it.
//!
//! A hit names the canary's place and the disguise, never the value.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use flate2::bufread::GzDecoder;

use crate::canary::Canary;

/// What is shorter than this turns up by chance among ids, of which a memory holds many.
const LONG: usize = 12;
/// How a packed member begins.
const PACKED: &[u8] = &[0x1f, 0x8b, 0x08];
/// No packed member is unpacked further than this.
const LONGEST_UNPACKED: u64 = 64 * 1024 * 1024;

/// Looks for canaries.
pub struct Searcher {
    patterns: AhoCorasick,
    /// Place and disguise of each pattern.
    names: Vec<(String, &'static str)>,
    /// Where packed members begin.
    packed: AhoCorasick,
}

impl Searcher {
    /// A searcher for these canaries.
    pub fn new(canaries: &[Canary]) -> Result<Self> {
        let (mut patterns, mut names) = (Vec::new(), Vec::new());
        for canary in canaries {
            for (disguise, bytes) in disguises(&canary.core) {
                patterns.push(bytes);
                names.push((canary.place.clone(), disguise));
            }
        }
        let built = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .context("too many canaries")?;
        let packed = AhoCorasick::new([PACKED])?;
        Ok(Self { patterns: built, names, packed })
    }

    /// What is found in these bytes and in packed members among them.
    pub fn bytes(&self, heap: &str, bytes: &[u8]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.plain(heap, bytes, &mut found);
        for begin in self.packed.find_iter(bytes) {
            let mut unpacked = Vec::new();
            // What breaks off in the middle was no packed member, or half of one: the part that came out counts.
            let _ = GzDecoder::new(&bytes[begin.start()..]).take(LONGEST_UNPACKED).read_to_end(&mut unpacked);
            self.plain(&format!("{heap} (packed)"), &unpacked, &mut found);
        }
        found
    }

    fn plain(&self, heap: &str, bytes: &[u8], found: &mut BTreeSet<String>) {
        for hit in self.patterns.find_overlapping_iter(bytes) {
            if hit.len() < LONG && is_within_id(bytes, hit.start(), hit.end()) {
                continue;
            }
            let (place, disguise) = &self.names[hit.pattern().as_usize()];
            found.insert(format!("{place} in {heap}, {disguise}"));
        }
    }

    /// What is found in a file, or in every file below a folder. Says how many bytes were looked at.
    pub fn files(&self, path: &Path, looked_at: &mut u64) -> Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        let kind =
            fs::symlink_metadata(path).with_context(|| format!("cannot look at {}", path.display()))?;
        if kind.is_dir() {
            for entry in fs::read_dir(path)? {
                found.extend(self.files(&entry?.path(), looked_at)?);
            }
        } else if kind.is_file() {
            let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            *looked_at += bytes.len() as u64;
            found.extend(self.bytes(&path.file_name().unwrap_or_default().to_string_lossy(), &bytes));
        }
        Ok(found)
    }
}

/// Whether what stands here goes on on both sides as ids do.
fn is_within_id(bytes: &[u8], start: usize, end: usize) -> bool {
    let of_id = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    of_id(start.checked_sub(1).and_then(|before| bytes.get(before))) && of_id(bytes.get(end))
}

/// Every form of a text that is looked for.
fn disguises(core: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = core.as_bytes();
    let each = |form: &dyn Fn(&u8) -> String| bytes.iter().map(form).collect::<String>().into_bytes();
    let mut out = vec![
        ("as it is", bytes.to_vec()),
        ("UTF-16", core.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("UTF-16, high byte first", core.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("hexadecimal", each(&|byte| format!("{byte:02x}"))),
        ("URL-encoded", each(&|byte| format!("%{byte:02x}"))),
        ("escaped for JSON", each(&|byte| format!("\\u{byte:04x}"))),
        ("escaped for HTML", each(&|byte| format!("&#{byte};"))),
        ("reversed", bytes.iter().rev().copied().collect()),
    ];
    for offset in 0..3 {
        out.push(("base64", base64_at(bytes, offset, &STANDARD_NO_PAD)));
        out.push(("base64url", base64_at(bytes, offset, &URL_SAFE_NO_PAD)));
    }
    out
}

/// The letters of base64 that the text alone decides when so many bytes stand before it.
fn base64_at(
    bytes: &[u8],
    offset: usize,
    engine: &base64::engine::general_purpose::GeneralPurpose,
) -> Vec<u8> {
    let text = engine.encode([&[0_u8; 2][..offset], bytes].concat()).into_bytes();
    let (first, last) = ((8 * offset).div_ceil(6), 8 * (offset + bytes.len()) / 6);
    text[first..last].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    /// What a searcher finds when a canary is hidden like this.
    fn check(hidden: &[u8]) -> usize {
        let canary = Canary { place: "a.b".to_owned(), core: "Kan7x4m2q9w8e6r5t3".to_owned() };
        let searcher = Searcher::new(&[canary]).expect("a searcher");
        searcher.bytes("heap", &[b"some noise ", hidden, b" more"].concat()).len()
    }

    #[test]
    fn every_disguise_is_seen_through() {
        let text = "Kan7x4m2q9w8e6r5t3";
        let packed = {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(format!("before {text} after").as_bytes()).expect("packed");
            packer.finish().expect("packed")
        };
        for hidden in [
            text.as_bytes().to_vec(),
            text.to_uppercase().into_bytes(),
            format!("O''{text}'); --").into_bytes(),
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            text.chars().rev().collect::<String>().into_bytes(),
            packed,
        ] {
            assert!(check(&hidden) > 0, "{hidden:?}");
        }
        for before in ["", "x", "xy", "xyz"] {
            let inside = STANDARD_NO_PAD.encode(format!("{before}{text}{before}"));
            assert!(check(inside.as_bytes()) > 0, "{before}");
        }
        assert_eq!(check(b"Kan7x4m2q9w8e6r5t"), 0, "a part is no canary");
    }

    #[test]
    fn a_postal_code_is_none_within_an_id() {
        let canary = Canary { place: "a.postalCode".to_owned(), core: "4711-089".to_owned() };
        let searcher = Searcher::new(&[canary]).expect("a searcher");
        for (text, found) in [
            ("\"postalCode\":\"4711-089\"", true),
            ("4711-089", true),
            ("D 4711-0891", true),
            ("0193c2de-4711-089a-8000-706f7274616c", false),
        ] {
            assert_eq!(!searcher.bytes("heap", text.as_bytes()).is_empty(), found, "{text}");
        }
    }
}
