//! What a witness decides: C2SP tlog-witness, `add-checkpoint`. The caller keeps the state and must have it on disk
//! before it lets the cosignature go.

use kernel::Micros;
use tlog_tiles::Hash;

use crate::{Check, Checkpoint, Policy, Refusal, SigningKey, check_consistency};

/// No consistency proof is longer.
const MAX_LINES: usize = 63;
/// No request is longer.
const MAX_REQUEST: usize = 64 * 1024;

/// A request to a witness.
#[derive(Clone, Debug, PartialEq)]
pub struct AddCheckpoint {
    /// The size that the caller believes the witness has seen last.
    pub old: u64,
    /// The proof that the log has only grown since.
    pub proof: Vec<Hash>,
    /// The checkpoint, a signed note.
    pub checkpoint: String,
}

impl AddCheckpoint {
    /// The request's body.
    pub fn to_text(&self) -> String {
        let mut lines = vec![format!("old {}", self.old)];
        lines.extend(self.proof.iter().map(Hash::to_string));
        format!("{}\n\n{}", lines.join("\n"), self.checkpoint)
    }

    /// Reads a body.
    ///
    /// # Errors
    /// When it is not in the form of the protocol.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let malformed = || Refusal::new("malformed_request", "this is not an add-checkpoint request");
        let text =
            std::str::from_utf8(body).ok().filter(|text| text.len() <= MAX_REQUEST).ok_or_else(malformed)?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(malformed)?;
        let mut lines = head.split('\n');
        let old =
            lines.next().and_then(|line| line.strip_prefix("old ")?.parse().ok()).ok_or_else(malformed)?;
        let proof: Option<Vec<_>> = lines.map(|line| Hash::parse_hash(line).ok()).collect();
        let proof = proof.filter(|proof| proof.len() <= MAX_LINES).ok_or_else(malformed)?;
        let request = Self { old, proof, checkpoint: checkpoint.to_owned() };
        if request.to_text() == text { Ok(request) } else { Err(malformed()) }
    }
}

/// What a witness answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// 200: this line, after the checkpoint is on disk.
    Cosign {
        /// What the witness has seen last from now on.
        seen: Checkpoint,
        /// The signature line.
        line: String,
    },
    /// 400: not a request.
    Malformed,
    /// 403: no known key signed it.
    Forbidden,
    /// 404: a log that this witness does not know.
    Unknown,
    /// 409: the witness has seen this size last, or another root of the same size.
    Conflict(u64),
    /// 422: the proof does not show that the log only grew. It may be evidence.
    Inconsistent,
}

impl Judgement {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Cosign { .. } => 200,
            Self::Malformed => 400,
            Self::Forbidden => 403,
            Self::Unknown => 404,
            Self::Conflict(_) => 409,
            Self::Inconsistent => 422,
        }
    }
}

/// Decides on a request. `seen` tells what the witness has cosigned last for an origin; it must not change until the
/// answer is carried out.
pub fn judge(
    body: &[u8],
    logs: &Policy,
    seen: impl FnOnce(&str) -> Option<Checkpoint>,
    key: &SigningKey,
    now: Micros,
) -> Judgement {
    let Ok(request) = AddCheckpoint::parse(body) else { return Judgement::Malformed };
    let Ok(claimed) = Checkpoint::peek(request.checkpoint.as_bytes()) else { return Judgement::Malformed };
    if !logs.logs.iter().any(|log| log.name() == claimed.origin) {
        return Judgement::Unknown;
    }
    let opened = Checkpoint::open(request.checkpoint.as_bytes(), &logs.logs, &[]);
    let Ok((checkpoint, _)) = opened else { return Judgement::Forbidden };
    if request.old > checkpoint.size {
        return Judgement::Malformed;
    }
    let (last, root) = match seen(&checkpoint.origin) {
        Some(seen) => (seen.size, seen.root),
        None => (0, tlog_tiles::EMPTY_HASH),
    };
    if !logs.checks.on(Check::Memory) {
        return cosigned(checkpoint, key, now);
    }
    if request.old != last {
        return Judgement::Conflict(last);
    }
    if last == checkpoint.size && last > 0 {
        if root != checkpoint.root {
            return Judgement::Conflict(last);
        }
        if !request.proof.is_empty() {
            return Judgement::Inconsistent;
        }
    } else if check_consistency(&request.proof, checkpoint.size, checkpoint.root, last, root).is_err() {
        return Judgement::Inconsistent;
    }
    cosigned(checkpoint, key, now)
}

fn cosigned(checkpoint: Checkpoint, key: &SigningKey, now: Micros) -> Judgement {
    match checkpoint.cosign(key, now) {
        Ok(line) => Judgement::Cosign { seen: checkpoint, line },
        Err(_) => Judgement::Forbidden, // not this witness's fault, and nothing it can sign
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Memory, Purpose, prove_consistency, record_hash};

    const LOG: &str = "log.example";

    fn log_key(n: u8) -> SigningKey {
        SigningKey::from_seed(LOG, Purpose::Log, [n; 32]).expect("a key")
    }

    fn tree(leaves: &[u8]) -> Memory {
        let mut memory = Memory::default();
        for leaf in leaves {
            memory.push(record_hash(&[*leaf])).expect("room");
        }
        memory
    }

    fn checkpoint(tree: &Memory, size: u64) -> Checkpoint {
        Checkpoint { origin: LOG.to_owned(), size, root: tree.root_at(size).expect("a root") }
    }

    fn request(tree: &Memory, old: u64, size: u64, key: &SigningKey) -> AddCheckpoint {
        let proof = prove_consistency(size, old, |l, f, c| tree.nodes(l, f, c)).unwrap_or_default();
        AddCheckpoint { old, proof, checkpoint: checkpoint(tree, size).sign(key).expect("signed") }
    }

    #[test]
    fn a_witness_cosigns_growth_and_nothing_else() {
        let policy = Policy::of_log(log_key(1).public().clone());
        let witness = SigningKey::from_seed("w", Purpose::Witness, [9; 32]).expect("a key");
        let (honest, forked) = (tree(&[1, 2, 3, 4, 5]), tree(&[1, 2, 9, 4, 5]));
        let mut changed = request(&honest, 3, 5, &log_key(1));
        changed.proof[0].0[0] ^= 1;
        let foreign = Checkpoint { origin: "other".to_owned(), ..checkpoint(&honest, 5) };
        let other_key = SigningKey::from_seed("other", Purpose::Log, [1; 32]).expect("a key");
        let foreign = AddCheckpoint {
            old: 0,
            proof: Vec::new(),
            checkpoint: foreign.sign(&other_key).expect("signed"),
        };
        for (name, seen, request, status) in [
            ("the first", None, request(&honest, 0, 3, &log_key(1)), 200),
            ("grown", Some(3), request(&honest, 3, 5, &log_key(1)), 200),
            ("the same again", Some(5), request(&honest, 5, 5, &log_key(1)), 200),
            ("a wrong old size", Some(3), request(&honest, 2, 5, &log_key(1)), 409),
            ("rolled back", Some(5), request(&honest, 3, 3, &log_key(1)), 409),
            ("an old checkpoint again", Some(5), request(&honest, 0, 3, &log_key(1)), 409),
            ("another root", Some(5), request(&forked, 5, 5, &log_key(1)), 409),
            ("forked", Some(3), request(&forked, 3, 5, &log_key(1)), 422),
            ("a changed proof", Some(3), changed, 422),
            ("another key", Some(3), request(&honest, 3, 5, &log_key(2)), 403),
            ("another log", None, foreign, 404),
            ("shrunk", Some(5), AddCheckpoint { old: 5, ..request(&honest, 0, 3, &log_key(1)) }, 400),
        ] {
            let seen = |_: &str| seen.map(|size| checkpoint(&honest, size));
            let body = request.to_text();
            let judged = judge(body.as_bytes(), &policy, seen, &witness, 5_000_000);
            assert_eq!(judged.status(), status, "{name}: {judged:?}");
            if let Judgement::Cosign { line, .. } = judged {
                let note = Checkpoint::with_line(&request.checkpoint, &line);
                let opened = Checkpoint::open(note.as_bytes(), &policy.logs, &[witness.public().clone()]);
                assert_eq!(opened.expect("opened").1.witnesses[0].at, 5, "{name}");
            }
        }
        let seen = |_: &str| None;
        for body in ["", "old 0\n\n", "old 00\n\nx", "old 1\nx\n\ny"] {
            assert_eq!(judge(body.as_bytes(), &policy, seen, &witness, 0).status(), 400, "{body}");
        }
        let unseen =
            judge(request(&honest, 0, 3, &log_key(1)).to_text().as_bytes(), &policy, seen, &log_key(1), 0);
        assert_eq!(unseen, Judgement::Forbidden);
    }
}
