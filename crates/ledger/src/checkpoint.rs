//! Checkpoints: the size and root of a log, signed by it, cosigned by witnesses. C2SP tlog-checkpoint, signed-note and
//! tlog-cosignature (Ed25519), as the crates `tlog_tiles` and `signed_note` write them.

use kernel::Micros;
use signed_note::{Note, Signature, Verifier, VerifierList};
use std::fmt;
use tlog_tiles::Hash;

use crate::{MAX_SIZE, Purpose, Refusal, SigningKey, VerifyingKey};

/// Bytes of a cosignature: its time, and Ed25519.
const COSIGNATURE: usize = 72;

/// The size and root of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
}

/// The cosignature of one witness that verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// Whose it is.
    pub witness: VerifyingKey,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// Whose signatures a checkpoint carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatures {
    /// The log's key that signed.
    pub log: VerifyingKey,
    /// The known witnesses that cosigned.
    pub witnesses: Vec<Cosigned>,
    /// Names of signatures by keys that the reader does not know; they count for nothing.
    pub unknown: Vec<String>,
}

impl Checkpoint {
    /// The text that is signed.
    ///
    /// # Errors
    /// When there is no such log: it has no name, or is too large.
    pub fn text(&self) -> Result<Vec<u8>, Refusal> {
        within(self.size)?;
        tlog_tiles::Checkpoint::new(&self.origin, self.size, self.root, "")
            .map(|checkpoint| checkpoint.to_bytes())
            .map_err(|_| malformed())
    }

    /// The checkpoint as a note, signed by the log.
    ///
    /// # Errors
    /// When it has no text, or the key is not of the log.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Refusal> {
        if key.public().purpose() != Purpose::Log || key.public().name() != self.origin {
            return Err(Refusal::new("wrong_key", "this key does not sign this log's checkpoints"));
        }
        sign_text(&self.text()?, key)
    }

    /// Reads a note without looking at its signatures, to learn which log it speaks of.
    ///
    /// # Errors
    /// When it is not a checkpoint.
    pub fn peek(note: &[u8]) -> Result<Self, Refusal> {
        let note = Note::from_bytes(note).map_err(|_| malformed())?;
        Self::of_text(note.text())
    }

    fn of_text(text: &[u8]) -> Result<Self, Refusal> {
        let read = tlog_tiles::Checkpoint::from_bytes(text).map_err(|_| malformed())?;
        within(read.size())?;
        let checkpoint = Self { origin: read.origin().to_owned(), size: read.size(), root: *read.hash() };
        // Ours have no further lines, and what is not written again as it was read is not in the one form.
        if checkpoint.text()? == text { Ok(checkpoint) } else { Err(malformed()) }
    }

    /// Reads a note and checks its signatures: one by one of `logs` whose name is the origin, and all of those by
    /// known witnesses.
    ///
    /// # Errors
    /// When it is not a checkpoint, no known log signed it, or a signature by a known key is wrong.
    pub fn open(
        note: &[u8],
        logs: &[VerifyingKey],
        witnesses: &[VerifyingKey],
    ) -> Result<(Self, Signatures), Refusal> {
        let note = Note::from_bytes(note).map_err(|_| malformed())?;
        let checkpoint = Self::of_text(note.text())?;
        let known =
            logs.iter().chain(witnesses).map(|key| Box::new(NoteKey(key.clone())) as Box<dyn Verifier>);
        let verified = note.verify(&VerifierList::new(known.collect()));
        let (verified, unknown) = verified.map_err(|_| {
            Refusal::new(
                "bad_signature",
                "the checkpoint is not signed by a known log, or a signature is wrong",
            )
        })?;
        let find = |keys: &[VerifyingKey], signature: &Signature| {
            keys.iter().find(|key| key.name() == signature.name() && key.id() == signature.id()).cloned()
        };
        let log =
            verified.iter().find_map(|one| find(logs, one).filter(|key| key.name() == checkpoint.origin));
        let log = log.ok_or_else(|| {
            Refusal::new("bad_signature", "the checkpoint is not signed by a known log of its origin")
        })?;
        let cosigned = |one: &Signature| {
            let at = one.signature().first_chunk::<8>()?;
            Some(Cosigned {
                witness: find(witnesses, one)?,
                at: i64::try_from(u64::from_be_bytes(*at)).ok()?,
            })
        };
        let witnesses = verified.iter().filter_map(cosigned).collect();
        let unknown = unknown.iter().map(|one| one.name().to_owned()).collect();
        Ok((checkpoint, Signatures { log, witnesses, unknown }))
    }

    /// Who cosigned a note, as it says itself: name, id of the key in hexadecimal digits, seconds since 1970. Nothing of it
    /// is believed yet.
    ///
    /// # Errors
    /// When it is not a checkpoint.
    pub fn cosigners(note: &[u8]) -> Result<Vec<(String, String, u64)>, Refusal> {
        Note::from_bytes(note).map_err(|_| malformed())?;
        let text = std::str::from_utf8(note).map_err(|_| malformed())?;
        let (_, signatures) = text.rsplit_once("\n\n").ok_or_else(malformed)?;
        let cosigned = |line: &str| {
            let one = Signature::from_bytes(line.as_bytes()).ok()?;
            let at = one.signature().first_chunk::<8>().filter(|_| one.signature().len() == COSIGNATURE)?;
            Some((one.name().to_owned(), format!("{:08x}", one.id()), u64::from_be_bytes(*at)))
        };
        Ok(signatures.lines().filter_map(cosigned).collect())
    }

    /// The line with which a witness cosigns this checkpoint.
    ///
    /// # Errors
    /// When the checkpoint has no text, the time is before 1970, or the key is not a witness's.
    pub fn cosign(&self, key: &SigningKey, now: Micros) -> Result<String, Refusal> {
        if key.public().purpose() != Purpose::Witness {
            return Err(Refusal::new("wrong_key", "this key does not cosign"));
        }
        let seconds = u64::try_from(now.div_euclid(1_000_000))
            .map_err(|_| Refusal::new("wrong_time", "nobody cosigned before 1970"))?;
        let signature = key.sign(&cosigned_text(seconds, &self.text()?));
        let signature = [seconds.to_be_bytes().as_slice(), &signature].concat();
        line(key.public(), signature)
    }

    /// The note with one more signature line of a witness.
    pub fn with_line(note: &str, line: &str) -> String {
        format!("{note}{}\n", line.trim_end_matches('\n'))
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} size {} root {}", self.origin, self.size, self.root)
    }
}

/// A text as a note, signed by a log's key.
pub(crate) fn sign_text(text: &[u8], key: &SigningKey) -> Result<String, Refusal> {
    let note = String::from_utf8(text.to_vec()).map_err(|_| malformed())?;
    let line = line(key.public(), key.sign(text))?;
    Ok(format!("{note}\n{line}\n"))
}

fn line(key: &VerifyingKey, signature: Vec<u8>) -> Result<String, Refusal> {
    let signature = Signature::new(key.name().to_owned(), key.id(), signature).map_err(|_| malformed())?;
    let line = String::from_utf8(signature.to_bytes()).map_err(|_| malformed())?;
    Ok(line.trim_end_matches('\n').to_owned())
}

fn cosigned_text(seconds: u64, checkpoint: &[u8]) -> Vec<u8> {
    let mut text = format!("cosignature/v1\ntime {seconds}\n").into_bytes();
    text.extend_from_slice(checkpoint);
    text
}

/// A key as `signed_note` asks it.
struct NoteKey(VerifyingKey);

impl Verifier for NoteKey {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn key_id(&self) -> u32 {
        self.0.id()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.0.purpose() {
            Purpose::Log => self.0.verifies(message, signature),
            Purpose::Witness => signature.split_first_chunk::<8>().is_some_and(|(time, signature)| {
                let seconds = u64::from_be_bytes(*time);
                i64::try_from(seconds).is_ok() && self.0.verifies(&cosigned_text(seconds, message), signature)
            }),
        }
    }
}

/// Checks a note of any text that one log's key signed, and nobody else; returns the text.
pub(crate) fn open_text(note: &[u8], key: &VerifyingKey) -> Result<Vec<u8>, Refusal> {
    let refused = || Refusal::new("bad_signature", "the report is not signed by the log's key alone");
    let note = Note::from_bytes(note).map_err(|_| refused())?;
    let list = VerifierList::new(vec![Box::new(NoteKey(key.clone())) as Box<dyn Verifier>]);
    match note.verify(&list) {
        Ok((verified, unknown)) if verified.len() == 1 && unknown.is_empty() => Ok(note.text().to_vec()),
        _ => Err(refused()),
    }
}

fn within(size: u64) -> Result<(), Refusal> {
    if size <= MAX_SIZE { Ok(()) } else { Err(malformed()) }
}

fn malformed() -> Refusal {
    Refusal::new("malformed_checkpoint", "this is not a checkpoint in the form of C2SP")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys() -> (SigningKey, SigningKey) {
        (
            SigningKey::from_seed("log.example.org", Purpose::Log, [1; 32]).expect("a key"),
            SigningKey::from_seed("witness.example.org", Purpose::Witness, [2; 32]).expect("a key"),
        )
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "log.example.org".to_owned(), size: 7, root: tlog_tiles::record_hash(b"x") }
    }

    fn note() -> String {
        let (log, witness) = keys();
        let note = checkpoint().sign(&log).expect("signed");
        Checkpoint::with_line(&note, &checkpoint().cosign(&witness, 1_700_000_000_500_000).expect("cosigned"))
    }

    #[test]
    fn signed_and_cosigned_checkpoints_verify() {
        let (log, witness) = keys();
        let opened =
            Checkpoint::open(note().as_bytes(), &[log.public().clone()], &[witness.public().clone()]);
        let (read, signatures) = opened.expect("opened");
        assert_eq!(read, checkpoint());
        assert_eq!(signatures.log, *log.public());
        assert_eq!(signatures.witnesses, [Cosigned { witness: witness.public().clone(), at: 1_700_000_000 }]);
        let (_, unknown) = Checkpoint::open(note().as_bytes(), &[log.public().clone()], &[]).expect("opened");
        assert_eq!(unknown.unknown, ["witness.example.org"]);
        assert!(Checkpoint::open(note().as_bytes(), &[], &[witness.public().clone()]).is_err());
        let wrong = SigningKey::from_seed("log.example.org", Purpose::Log, [9; 32]).expect("a key");
        assert!(Checkpoint::open(note().as_bytes(), &[wrong.public().clone()], &[]).is_err());
        assert!(checkpoint().cosign(&log, 0).is_err() && checkpoint().sign(&witness).is_err());
    }

    /// The example of the specification of cosignatures, whose keys it does not tell: it must at least be read.
    #[test]
    fn the_example_of_the_specification_is_read() {
        let example = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
            — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
        let read = Checkpoint::peek(example.as_bytes()).expect("read");
        assert_eq!((read.origin.as_str(), read.size), ("example.com/behind-the-sofa", 20_852_163));
    }

    #[test]
    fn every_byte_counts_when_every_signer_is_known() {
        let (log, witness) = keys();
        let note = note();
        for place in 0..note.len() {
            for bit in 0..8 {
                let mut changed = note.clone().into_bytes();
                changed[place] ^= 1 << bit;
                let opened = Checkpoint::open(&changed, &[log.public().clone()], &[witness.public().clone()]);
                let whole = opened.is_ok_and(|(_, signatures)| signatures.witnesses.len() == 1);
                assert!(!whole, "bit {bit} of byte {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), size: u64) {
            let _ = Checkpoint::peek(&bytes);
            let text = format!("a\n{size}\n{}\n\n— a AAAAAAAA\n", tlog_tiles::record_hash(b""));
            let _ = Checkpoint::peek(text.as_bytes());
        }
    }
}
