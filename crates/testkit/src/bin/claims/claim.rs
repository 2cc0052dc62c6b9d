//! What a claim is, and how its attack can end.

use std::pin::Pin;

use anyhow::Result;

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

/// A claim with the attack that tries it, and where that is played.
pub struct Claim<S: 'static> {
    /// Its number: A as in the trustee's reference list, G for what the gateway's design adds, S for
    /// what authors of tickets release to support, Z for two zones on two
    /// hosts.
    pub id: &'static str,
    /// What is claimed.
    pub says: &'static str,
    /// The attack.
    pub play: for<'s> fn(&'s mut S) -> Playing<'s>,
    /// The sabotages without which the attack gets nowhere; each of them alone must let it through.
    pub felled_by: &'static [&'static str],
    /// Why there is none of them; empty where there is one.
    pub unproven: &'static str,
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

/// Makes a list of claims out of functions: `by` async ones, `in` ones that wait for nothing.
macro_rules! claims {
    (of $stage:ty: $(
        $id:literal $says:literal $(by $($play:ident)::+)? $(in $($look:ident)::+)? $(, felled by $($sabotage:literal)+)?
        $(, unproven because $why:literal)?;
    )*) => {
        /// Every claim, in the order of their numbers.
        pub const CLAIMS: &[crate::claim::Claim<$stage>] = &[$(crate::claim::Claim {
            id: $id,
            says: $says,
            play: |stage| {
                $(Box::pin($($play)::+(stage)))?
                $(Box::pin(std::future::ready($($look)::+(stage))))?
            },
            felled_by: &[$($($sabotage),+)?],
            unproven: concat!($($why)?),
        }),*];
    };
}
pub(crate) use claims;
