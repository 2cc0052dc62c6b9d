//! A proof in a file: entry, index, path and checkpoint. C2SP tlog-proof; the extra data is the entry itself, which
//! counts for nothing until its hash is found in the tree.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tlog_tiles::{Hash, record_hash};

use crate::{Checkpoint, MAX_ENTRY, Refusal, check_inclusion};

const FIRST: &str = "c2sp.org/tlog-proof@v1";

/// The proof that an entry is in a log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogProof {
    /// The leaf.
    pub entry: Vec<u8>,
    /// Its place.
    pub index: u64,
    /// The path to the root.
    pub path: Vec<Hash>,
    /// The checkpoint, a signed note.
    pub checkpoint: String,
}

impl LogProof {
    /// The file.
    pub fn to_text(&self) -> String {
        let mut lines = vec![
            FIRST.to_owned(),
            format!("extra {}", STANDARD.encode(&self.entry)),
            format!("index {}", self.index),
        ];
        lines.extend(self.path.iter().map(Hash::to_string));
        format!("{}\n\n{}", lines.join("\n"), self.checkpoint)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is not in the one form of a proof with its entry.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let malformed =
            || Refusal::new("malformed_proof", "this is not a tlog-proof with its entry as extra data");
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(malformed)?;
        let mut lines = head.split('\n');
        let entry = (lines.next() == Some(FIRST)).then(|| lines.next()).flatten();
        let entry = entry.and_then(|line| STANDARD.decode(line.strip_prefix("extra ")?).ok());
        let entry = entry.filter(|entry| entry.len() <= MAX_ENTRY).ok_or_else(malformed)?;
        let index =
            lines.next().and_then(|line| line.strip_prefix("index ")?.parse().ok()).ok_or_else(malformed)?;
        let path: Option<Vec<_>> = lines.map(|line| Hash::parse_hash(line).ok()).collect();
        let proof =
            Self { entry, index, path: path.ok_or_else(malformed)?, checkpoint: checkpoint.to_owned() };
        if proof.to_text() == text { Ok(proof) } else { Err(malformed()) }
    }

    /// Checks that the entry is in the tree of a checkpoint, whose signatures somebody else has checked.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(&self, checkpoint: &Checkpoint) -> Result<(), Refusal> {
        check_inclusion(&self.path, checkpoint.size, checkpoint.root, self.index, record_hash(&self.entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Memory, prove_inclusion};

    #[test]
    fn a_proof_is_read_as_it_is_written_and_every_byte_before_the_checkpoint_counts() {
        let mut memory = Memory::default();
        for n in 0..5_u8 {
            memory.push(record_hash(&[n])).expect("room");
        }
        let root = memory.root_at(5).expect("a root");
        let checkpoint = Checkpoint { origin: "log".to_owned(), size: 5, root };
        let path =
            prove_inclusion(5, 3, |level, from, count| memory.nodes(level, from, count)).expect("proved");
        let proof = LogProof { entry: vec![3], index: 3, path, checkpoint: "a note\n".to_owned() };
        let text = proof.to_text();
        assert_eq!(LogProof::parse(&text), Ok(proof.clone()));
        assert_eq!(proof.check(&checkpoint), Ok(()));
        let head = text.find("\n\n").expect("a head");
        for place in 0..head {
            for bit in 0..7 {
                let mut changed = text.clone().into_bytes();
                changed[place] ^= 1 << bit;
                let Ok(changed) = String::from_utf8(changed) else { continue };
                let believed = LogProof::parse(&changed).and_then(|proof| proof.check(&checkpoint));
                assert!(believed.is_err(), "bit {bit} of byte {place}");
            }
        }
    }
}
