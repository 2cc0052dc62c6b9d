//! What a claim is, and how its attack can end.

use std::pin::Pin;

use anyhow::Result;

use crate::stage::Stage;

/// How an attack ended. An attack that could not be played at all is an error, which is neither.
#[derive(Debug)]
pub enum Verdict {
    /// The claim holds; the evidence.
    Holds(String),
    /// The attack succeeded; with what.
    Falls(String),
}

/// An attack being played.
pub type Playing<'s> = Pin<Box<dyn Future<Output = Result<Verdict>> + 's>>;

/// A claim with the attack that tries it.
pub struct Claim {
    /// Its number: A as in the trustee's reference list, G for what the gateway's design adds.
    pub id: &'static str,
    /// What is claimed.
    pub says: &'static str,
    /// The attack.
    pub play: for<'s> fn(&'s mut Stage) -> Playing<'s>,
    /// The sabotages without which the attack gets nowhere; each of them alone must let it through.
    pub felled_by: &'static [&'static str],
}

impl Verdict {
    /// Falls when something was found.
    pub fn of(found: impl IntoIterator<Item = String>, evidence: String) -> Self {
        let found: Vec<String> = found.into_iter().collect();
        match found.split_first() {
            None => Self::Holds(evidence),
            Some((first, [])) => Self::Falls(first.clone()),
            Some((first, rest)) => Self::Falls(format!("{first} and {} more", rest.len())),
        }
    }
}

/// Makes a list of claims out of async functions.
macro_rules! claims {
    ($($id:literal $says:literal by $($play:ident)::+, felled by $($sabotage:literal)+;)*) => {
        /// Every claim, in the order of their numbers.
        pub const CLAIMS: &[crate::claim::Claim] = &[$(crate::claim::Claim {
            id: $id,
            says: $says,
            play: |stage| Box::pin($($play)::+(stage)),
            felled_by: &[$($sabotage),+],
        }),*];
    };
}
pub(crate) use claims;
