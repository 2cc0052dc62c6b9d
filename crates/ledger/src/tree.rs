//! The tree: its growing edge, its proofs. RFC 6962 as `tlog_tiles` computes it; here are the bounds that keep
//! hostile numbers away from that crate, which panics on them.

use std::cell::RefCell;
use tlog_tiles::{Error, HASH_SIZE, Hash, HashReader, node_hash, split_stored_hash_index};

use crate::Refusal;

/// No log of ours is larger.
pub const MAX_SIZE: u64 = 1 << 48;
/// The height of a tile.
pub(crate) const HEIGHT: u8 = 8;
/// No proof is longer.
const MAX_PROOF: usize = 64;

/// A hash of the tree that tiles hold: the n-th of its level of tiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// The level of tiles; 0 are the leaves.
    pub level: u8,
    /// Its place in the level.
    pub n: u64,
    /// The hash.
    pub hash: Hash,
}

/// The right edge of a tree: all that is needed to let it grow and to know its root.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frontier {
    size: u64,
    /// The roots of the complete subtrees, the largest first.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The tree of no leaves.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The edge of a tree of this size, from its stored form.
    ///
    /// # Errors
    /// When the form does not fit the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, Refusal> {
        let fits = size <= MAX_SIZE && bytes.len() == size.count_ones() as usize * HASH_SIZE;
        if !fits {
            return Err(Refusal::new("malformed_tree", "the stored edge of the tree does not fit its size"));
        }
        let (peaks, _) = bytes.as_chunks::<HASH_SIZE>();
        Ok(Self { size, peaks: peaks.iter().map(|peak| Hash(*peak)).collect() })
    }

    /// The stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.iter().flat_map(|peak| peak.0).collect()
    }

    /// How many leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf; returns the hashes above it that are complete now and that tiles hold.
    ///
    /// # Errors
    /// When the tree is full.
    pub fn push(&mut self, leaf: Hash) -> Result<Vec<Node>, Refusal> {
        if self.size >= MAX_SIZE {
            return Err(Refusal::new("log_full", "no log is larger than 2^48 entries"));
        }
        let (mut hash, mut height, mut complete) = (leaf, 0_u8, Vec::new());
        while self.size >> height & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break }; // one peak for each bit of the size
            hash = node_hash(left, hash);
            height += 1;
            if height.is_multiple_of(HEIGHT) {
                complete.push(Node { level: height / HEIGHT, n: self.size >> height, hash });
            }
        }
        self.peaks.push(hash);
        self.size += 1;
        Ok(complete)
    }

    /// The root.
    pub fn root(&self) -> Hash {
        let joined = self.peaks.iter().rev().copied().reduce(|right, left| node_hash(left, right));
        joined.unwrap_or(tlog_tiles::EMPTY_HASH)
    }
}

/// A whole tree in memory.
#[derive(Default)]
pub struct Memory {
    size: u64,
    hashes: Vec<Hash>,
}

impl HashReader for Memory {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let find = |index: &u64| {
            let place = usize::try_from(*index).ok()?;
            self.hashes.get(place).copied()
        };
        indexes.iter().map(|index| find(index).ok_or(Error::IndexesNotInTree)).collect()
    }
}

impl Memory {
    /// Adds a leaf.
    ///
    /// # Errors
    /// When the tree is full.
    pub fn push(&mut self, leaf: Hash) -> Result<(), Refusal> {
        let more = tlog_tiles::stored_hashes_for_record_hash(self.size, leaf, &*self).map_err(bad_tree)?;
        self.hashes.extend(more);
        self.size += 1;
        Ok(())
    }

    /// How many leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root when there were so many leaves.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn root_at(&self, size: u64) -> Result<Hash, Refusal> {
        if size > self.size {
            return Err(Refusal::new("not_in_tree", "the tree is smaller"));
        }
        tlog_tiles::tree_hash(size, self).map_err(bad_tree)
    }

    /// The hash at a place of a level of tiles.
    pub(crate) fn node(&self, level: u8, n: u64) -> Option<Hash> {
        let index = tlog_tiles::stored_hash_index(level.checked_mul(HEIGHT)?, n);
        self.hashes.get(usize::try_from(index).ok()?).copied()
    }

    /// Some hashes of a level of tiles, for the provers.
    ///
    /// # Errors
    /// When the tree does not have them.
    pub fn nodes(&self, level: u8, from: u64, count: u64) -> Result<Vec<Hash>, Refusal> {
        let node = |n| self.node(level, n).ok_or_else(|| Refusal::new("not_in_tree", "the tree is smaller"));
        (from..from.saturating_add(count)).map(node).collect()
    }
}

fn bad_tree<E>(_: E) -> Refusal {
    Refusal::new("malformed_tree", "the hashes of the tree are not complete")
}

/// Asks for hashes of tiles and joins them into those between the levels of tiles.
struct Reading<F, E> {
    read: RefCell<F>,
    failed: RefCell<Option<E>>,
}

impl<E, F: FnMut(u8, u64, u64) -> Result<Vec<Hash>, E>> Reading<F, E> {
    fn new(read: F) -> Self {
        Self { read: RefCell::new(read), failed: RefCell::new(None) }
    }

    fn one(&self, index: u64) -> Option<Hash> {
        let (height, n) = split_stored_hash_index(index);
        let within = height % HEIGHT;
        let wanted = 1_u64 << within;
        match (self.read.borrow_mut())(height / HEIGHT, n << within, wanted) {
            Ok(hashes) => (hashes.len() as u64 == wanted).then(|| join(&hashes))?,
            Err(error) => {
                self.failed.borrow_mut().get_or_insert(error);
                None
            }
        }
    }
}

/// The root over a power of two of hashes.
fn join(hashes: &[Hash]) -> Option<Hash> {
    match hashes {
        [] => None,
        [one] => Some(*one),
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            Some(node_hash(join(left)?, join(right)?))
        }
    }
}

impl<E, F: FnMut(u8, u64, u64) -> Result<Vec<Hash>, E>> HashReader for Reading<F, E> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        indexes.iter().map(|index| self.one(*index).ok_or(Error::IndexesNotInTree)).collect()
    }
}

/// The proof that the tree of this size holds the entry of this index. `read` gives hashes of tiles: level, first,
/// how many.
///
/// # Errors
/// When there is no such entry, or `read` fails or gives too little.
pub fn prove_inclusion<E: From<Refusal>>(
    size: u64,
    index: u64,
    read: impl FnMut(u8, u64, u64) -> Result<Vec<Hash>, E>,
) -> Result<Vec<Hash>, E> {
    if index >= size || size > MAX_SIZE {
        return Err(Refusal::new("not_in_tree", "the tree has no such entry").into());
    }
    let reading = Reading::new(read);
    let proof = tlog_tiles::prove_record(size, index, &reading);
    proof.map_err(|error| reading.failed.into_inner().unwrap_or_else(|| bad_tree(error).into()))
}

/// The proof that the tree of this size begins with that of the older size.
///
/// # Errors
/// As [`prove_inclusion`].
pub fn prove_consistency<E: From<Refusal>>(
    size: u64,
    older: u64,
    read: impl FnMut(u8, u64, u64) -> Result<Vec<Hash>, E>,
) -> Result<Vec<Hash>, E> {
    if older > size || size > MAX_SIZE {
        return Err(Refusal::new("not_in_tree", "the tree is smaller").into());
    }
    if older == 0 {
        return Ok(Vec::new());
    }
    let reading = Reading::new(read);
    let proof = tlog_tiles::prove_tree(size, older, &reading);
    proof.map_err(|error| reading.failed.into_inner().unwrap_or_else(|| bad_tree(error).into()))
}

/// Whether the tree of this size and root holds this leaf at this index.
///
/// # Errors
/// When the proof does not show it.
pub fn check_inclusion(proof: &[Hash], size: u64, root: Hash, index: u64, leaf: Hash) -> Result<(), Refusal> {
    let refused = || Refusal::new("bad_proof", "the proof does not show that the entry is in the log");
    if size > MAX_SIZE || proof.len() > MAX_PROOF {
        return Err(refused());
    }
    tlog_tiles::check_record(&proof.to_vec(), size, root, index, leaf).map_err(|_| refused())
}

/// Whether the tree of this size and root begins with the older one.
///
/// # Errors
/// When the proof does not show it.
pub fn check_consistency(
    proof: &[Hash],
    size: u64,
    root: Hash,
    older: u64,
    older_root: Hash,
) -> Result<(), Refusal> {
    let refused = || Refusal::new("inconsistent", "the proof does not show that the log only grew");
    if size > MAX_SIZE || proof.len() > MAX_PROOF {
        return Err(refused());
    }
    if older == 0 {
        return if proof.is_empty() && older_root == tlog_tiles::EMPTY_HASH {
            Ok(())
        } else {
            Err(refused())
        };
    }
    tlog_tiles::check_tree(&proof.to_vec(), size, root, older, older_root).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tlog_tiles::record_hash;

    fn leaf(n: u64) -> Hash {
        record_hash(&n.to_be_bytes())
    }

    fn memory(size: u64) -> Memory {
        let mut memory = Memory::default();
        (0..size).for_each(|n| memory.push(leaf(n)).expect("room"));
        memory
    }

    #[test]
    fn the_edge_grows_as_the_whole_tree() {
        let (mut edge, mut nodes) = (Frontier::empty(), Vec::new());
        let whole = memory(70_000);
        for n in 0..70_000 {
            nodes.extend(edge.push(leaf(n)).expect("room"));
            if n % 997 == 0 || n > 65_530 && n < 65_540 {
                assert_eq!(edge.root(), whole.root_at(n + 1).expect("a root"), "{n}");
                assert_eq!(Frontier::from_bytes(n + 1, &edge.to_bytes()).as_ref(), Ok(&edge));
            }
        }
        assert_eq!(nodes.len(), 273 + 1);
        for node in nodes {
            assert_eq!(whole.node(node.level, node.n), Some(node.hash));
        }
        assert_eq!(Frontier::empty().root(), tlog_tiles::EMPTY_HASH);
        assert!(
            Frontier::from_bytes(3, &[0; 32]).is_err() && Frontier::from_bytes(u64::MAX, &[0; 2048]).is_err()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_proved_is_believed_and_nothing_else(size in 1_u64..1200, a: u64, b: u64, bit in 0_usize..256) {
            let whole = memory(size);
            let read = |level, from, count| whole.nodes(level, from, count);
            let (index, older) = (a % size, b % (size + 1));
            let root = whole.root_at(size).expect("a root");
            let proof = prove_inclusion(size, index, read).expect("proved");
            prop_assert!(check_inclusion(&proof, size, root, index, leaf(index)).is_ok());
            prop_assert!(check_inclusion(&proof, size, root, index, leaf(size)).is_err());
            if size > 1 {
                let other = (index + 1) % size;
                prop_assert!(check_inclusion(&proof, size, root, other, leaf(index)).is_err());
            }
            let old_root = whole.root_at(older).expect("a root");
            let consistent = prove_consistency(size, older, read).expect("proved");
            prop_assert!(check_consistency(&consistent, size, root, older, old_root).is_ok());
            prop_assert!(check_consistency(&consistent, size, root, older, leaf(0)).is_err() || (older == 1));
            for place in 0..proof.len() {
                let mut changed = proof.clone();
                changed[place].0[bit / 8] ^= 1 << (bit % 8);
                prop_assert!(check_inclusion(&changed, size, root, index, leaf(index)).is_err());
            }
            for place in 0..consistent.len() {
                let mut changed = consistent.clone();
                changed[place].0[bit / 8] ^= 1 << (bit % 8);
                prop_assert!(check_consistency(&changed, size, root, older, old_root).is_err());
            }
        }

        #[test]
        fn hostile_numbers_are_refused(size: u64, index: u64, length in 0_usize..70) {
            let proof = vec![leaf(1); length];
            prop_assert!(check_inclusion(&proof, size, leaf(2), index, leaf(3)).is_err());
            prop_assert!(check_consistency(&proof, size, leaf(2), index, leaf(3)).is_err());
            let nothing = |_, _, _| Err(Refusal::new("nothing", ""));
            prop_assert!(prove_inclusion(size.max(2), index, nothing).is_err());
        }
    }
}
