//! Two views of one log: whether both can be parts of one history, and if not, the two signed notes that say so.

use super::LogFacts;
use crate::{Checkpoint, Memory, Policy, Refusal, Signatures, VerifyingKey};

/// What somebody was shown of a log.
pub struct View {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The checkpoint as it was read, with all signatures.
    pub note: String,
    /// Who signed it.
    pub signatures: Signatures,
    /// The whole tree, where more than the note is at hand.
    tree: Option<Memory>,
    /// The keys that the log has had, as far as this view tells.
    keys: Vec<VerifyingKey>,
}

impl View {
    /// A whole log that was read.
    pub fn whole(facts: LogFacts, policy: &Policy) -> Self {
        let keys = facts.succession.ever(policy);
        let LogFacts { checkpoint, note, signatures, tree, .. } = facts;
        Self { checkpoint, note, signatures, tree: Some(tree), keys }
    }

    /// A checkpoint alone, by a key that the policy names or that followed one in the other view.
    ///
    /// # Errors
    /// When it is none, or signed by somebody else.
    pub fn note(note: &[u8], policy: &Policy, other: Option<&Self>) -> Result<Self, Refusal> {
        let keys = other.map_or_else(|| policy.logs.clone(), |other| other.keys.clone());
        let (checkpoint, signatures) = Checkpoint::open(note, &keys, &policy.witness_keys())?;
        let note = String::from_utf8_lossy(note).into_owned();
        Ok(Self { checkpoint, note, signatures, tree: None, keys })
    }
}

/// Whether one of the two views has grown out of the other.
///
/// # Errors
/// `split_view`, with both notes as evidence, when they contradict each other: the log's key has signed two histories.
/// `cannot_compare` when two notes of different sizes are all there is, or they are of different logs.
pub fn compare(one: &View, other: &View) -> Result<(), Refusal> {
    if one.checkpoint.origin != other.checkpoint.origin {
        return Err(Refusal::new("cannot_compare", "these are views of different logs"));
    }
    let (smaller, larger) =
        if one.checkpoint.size <= other.checkpoint.size { (one, other) } else { (other, one) };
    let root = match &larger.tree {
        _ if smaller.checkpoint.size == larger.checkpoint.size => larger.checkpoint.root,
        Some(tree) => tree.root_at(smaller.checkpoint.size)?,
        None => {
            let found = "of the larger one the whole log is needed, not its checkpoint alone";
            return Err(Refusal::new("cannot_compare", found));
        }
    };
    if root == smaller.checkpoint.root {
        return Ok(());
    }
    let found = format!(
        "the log's key has signed two histories, of which at most one is true:\n{}\nand\n{}",
        one.note, other.note
    );
    Err(Refusal::new("split_view", found))
}
