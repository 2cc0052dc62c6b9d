//! Tiles and bundles of entries: where they lie and what is in them. C2SP tlog-tiles.
//!
//! `tlog_tiles::Tile` spells paths as the Go checksum database does (with the height in them) and panics on some
//! hostile ones, so paths are written and read here.

use tlog_tiles::HASH_SIZE;

use crate::tree::HEIGHT;
use crate::{MAX_ENTRY, Refusal};

/// Hashes in a full tile, entries in a full bundle.
pub const TILE: u64 = 256;

/// A tile of hashes, or a bundle of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    /// The level of hashes; none for entries.
    pub level: Option<u8>,
    /// Its place in the level.
    pub n: u64,
    /// How many hashes or entries it holds; [`TILE`] when full.
    pub width: u64,
}

impl Tile {
    /// Its path under the log's prefix.
    pub fn path(&self) -> String {
        let mut n = self.n;
        let mut path = format!("{:03}", n % 1000);
        while n >= 1000 {
            n /= 1000;
            path = format!("x{:03}/{path}", n % 1000);
        }
        let level = self.level.map_or_else(|| "entries".to_owned(), |level| level.to_string());
        let partial = if self.width == TILE { String::new() } else { format!(".p/{}", self.width) };
        format!("tile/{level}/{path}{partial}")
    }

    /// The tile of a path, if it is one.
    pub fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("tile/")?;
        let (level, rest) = rest.split_once('/')?;
        let level = if level == "entries" { None } else { Some(level.parse::<u8>().ok()?) };
        if level.is_some_and(|level| level > 63) || rest.len() > 48 {
            return None;
        }
        let (place, width) = match rest.split_once(".p/") {
            Some((place, width)) => (place, width.parse::<u64>().ok()?),
            None => (rest, TILE),
        };
        let mut n = 0_u64;
        for part in place.split('/') {
            let digits: u64 = part.trim_start_matches('x').parse().ok()?;
            n = n.checked_mul(1000)?.checked_add(digits)?;
        }
        let tile = Self { level, n, width };
        // One path for each tile: what is written otherwise is another file.
        ((1..=TILE).contains(&width) && n < crate::MAX_SIZE && tile.path() == path).then_some(tile)
    }

    /// The first hash or entry in it.
    pub fn first(&self) -> u64 {
        self.n * TILE
    }

    /// How many hashes of its level, or entries, a log of this size has.
    pub(crate) fn level_size(level: Option<u8>, size: u64) -> u64 {
        let shift = u32::from(level.unwrap_or(0)) * u32::from(HEIGHT);
        size.checked_shr(shift).unwrap_or(0)
    }

    /// Whether a log of this size has so much.
    pub fn is_in(&self, size: u64) -> bool {
        self.n.checked_mul(TILE).is_some_and(|first| first + self.width <= Self::level_size(self.level, size))
    }

    /// Its length in bytes, if it holds hashes.
    pub(crate) fn bytes(&self) -> usize {
        usize::try_from(self.width).unwrap_or(0) * HASH_SIZE // at most 256
    }
}

/// The tiles and bundles that a checkpoint of this size stands on, full ones and the last partial of each level.
pub fn tiles_of(size: u64) -> impl Iterator<Item = Tile> {
    let levels = std::iter::once(None).chain((0..6).map(Some));
    levels.flat_map(move |level| {
        let count = Tile::level_size(level, size);
        let full = (0..count / TILE).map(move |n| Tile { level, n, width: TILE });
        let rest = count % TILE;
        full.chain((rest > 0).then_some(Tile { level, n: count / TILE, width: rest }))
    })
}

/// Entries as a bundle.
///
/// # Errors
/// When an entry is too long.
pub fn encode_bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, Refusal> {
    let mut bundle = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).ok().filter(|length| usize::from(*length) <= MAX_ENTRY);
        let length = length.ok_or_else(|| Refusal::new("malformed_entry", "an entry has at most 32 KiB"))?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

/// The entries of a bundle.
///
/// # Errors
/// When it is cut off in the middle of one.
pub fn decode_bundle(mut bundle: &[u8]) -> Result<Vec<&[u8]>, Refusal> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        let cut = || Refusal::new("malformed_bundle", "a bundle of entries is cut off");
        let (length, rest) = bundle.split_first_chunk::<2>().ok_or_else(cut)?;
        let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or_else(cut)?;
        entries.push(entry);
        bundle = rest;
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        for (tile, path) in [
            (Tile { level: Some(0), n: 0, width: 256 }, "tile/0/000"),
            (Tile { level: Some(3), n: 1_234_067, width: 256 }, "tile/3/x001/x234/067"),
            (Tile { level: Some(2), n: 0, width: 1 }, "tile/2/000.p/1"),
            (Tile { level: None, n: 273, width: 112 }, "tile/entries/273.p/112"),
        ] {
            assert_eq!(tile.path(), path);
            assert_eq!(Tile::parse(path), Some(tile));
        }
        for path in [
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/257",
            "tile/64/000",
            "tile/200/000",
            "tile/00/000",
            "tile/0/0",
            "tile/0/1000",
            "tile/0/x000/001",
            "tile/0/001/000",
            "tile/0/000.p/01",
            "tile/entries/",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/0/../000",
            "tile/data/000",
            "checkpoint",
            "",
        ] {
            assert_eq!(Tile::parse(path), None, "{path}");
        }
    }

    #[test]
    fn a_log_of_seventy_thousand_has_the_tiles_of_the_specification() {
        let tiles: Vec<_> = tiles_of(70_000).collect();
        let of = |level| tiles.iter().filter(|tile| tile.level == level).copied().collect::<Vec<_>>();
        assert_eq!((of(Some(0)).len(), of(None).len()), (274, 274));
        assert_eq!(of(Some(0))[273].width, 112);
        assert_eq!(of(Some(1)).iter().map(|tile| tile.width).collect::<Vec<_>>(), [256, 17]);
        assert_eq!(of(Some(2)), [Tile { level: Some(2), n: 0, width: 1 }]);
        assert!(tiles.iter().all(|tile| tile.is_in(70_000) && !tile.is_in(tile.first() + tile.width - 1)
            || tile.level.is_some_and(|level| level > 0)));
        assert_eq!(tiles_of(0).count(), 0);
        assert_eq!(
            tiles_of(256).map(|tile| tile.path()).collect::<Vec<_>>(),
            ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
        );
    }

    proptest! {
        #[test]
        fn bundles_are_read_as_they_are_written(entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 0..10)) {
            let bundle = encode_bundle(entries.iter().map(Vec::as_slice)).expect("written");
            prop_assert_eq!(decode_bundle(&bundle).expect("read"), entries);
        }

        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..60), path in "tile/[0-9x/p.entris]{0,60}") {
            let _ = decode_bundle(&bytes);
            if let Some(tile) = Tile::parse(&path) {
                prop_assert_eq!(tile.path(), path);
            }
        }
    }
}
