//! Signatures under approvals that were found good, so that a grant in use does not have the same ones computed again at
//! each use.
//!
//! Invariants: what is remembered is that one key's signature is over one text, which never changes, and nothing about
//! whether it counts: text, key and decision are read anew at each use, and any other byte of them is another question.
//! Only what was found good is kept.

use access::sshsig::{Namespace, PublicKey};
use aws_lc_rs::digest::{Context, SHA256};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// How many are kept; then it begins anew.
const KEPT: usize = 4096;

/// The good ones, by the hash of key, text and signature.
#[derive(Default)]
pub(super) struct Proved(Mutex<HashSet<Vec<u8>>>);

/// Whether the key of this line has signed this text as an approval.
pub(super) fn signed(line: &str, text: &str, pem: &str) -> bool {
    PublicKey::parse(line).is_ok_and(|key| key.verify(Namespace::Approval, text, pem).is_ok())
}

impl Proved {
    /// As [`signed`], computed once.
    pub(super) fn signed(&self, line: &str, text: &str, pem: &str) -> bool {
        let mut hash = Context::new(&SHA256);
        for part in [line, text, pem] {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let question = hash.finish().as_ref().to_vec();
        if self.good(|good| good.contains(&question)) {
            return true;
        }
        let answer = signed(line, text, pem);
        if answer {
            self.good(|good| {
                if good.len() >= KEPT {
                    good.clear();
                }
                good.insert(question)
            });
        }
        answer
    }

    fn good<R>(&self, look: impl FnOnce(&mut HashSet<Vec<u8>>) -> R) -> R {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use access::sshsig::{private_from_seed, public_of, sign};

    #[test]
    fn only_the_very_same_question_was_answered_before() {
        let key = |seed: u8| private_from_seed(&[seed; 32]).expect("a key");
        let line = |seed: u8| public_of(&key(seed)).expect("a key").line();
        let pem = |text: &str| sign(&key(1), Namespace::Approval, text).expect("signed");
        let proved = Proved::default();
        let elsewhere = sign(&key(1), Namespace::Use, "text").expect("signed");
        for _ in 0..2 {
            for (line, text, pem, good) in [
                (line(1), "text", pem("text"), true),
                (line(2), "text", pem("text"), false),
                (line(1), "other", pem("text"), false),
                (line(1), "text", pem("other"), false),
                (line(1), "text", elsewhere.clone(), false),
            ] {
                assert_eq!(proved.signed(&line, text, &pem), good, "{line} {text}");
            }
        }
        assert_eq!(proved.good(|good| good.len()), 1);
    }
}
