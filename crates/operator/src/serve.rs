//! What a handler is: a function of a transaction, a context and a decoded input.
//!
//! Handlers are synchronous, open no transaction of their own and may be run twice; everything they want written
//! beside their own rows (audit note, events) they *return*, so that no handler can forget the transaction.

use contract::operation::Operation;
use contract::query::Query;
use contract::route::Params;
use kernel::{IdError, Problem};
use std::str::FromStr;
use store::{StoreError, Tx};

use crate::{Answer, Cx};

/// A served operation of this zone.
pub trait Serve<O: Operation> {
    /// Carries the call out inside `tx`.
    ///
    /// # Errors
    /// [`Fault::Refused`] rolls the transaction back and answers with the problem; [`Fault::Store`] does too, or
    /// lets the store try again.
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, O::Body>) -> Result<Answer<O::Reply>, Fault>;
}

/// What the caller sent, decoded.
pub struct Input<'a, B> {
    /// The parameters of the path.
    pub path: &'a Params<'a>,
    /// The declared members of the query.
    pub query: &'a Query,
    /// The body; `()` where the operation has none.
    pub body: B,
    /// The language asked for, e.g. `de-DE`.
    pub locale: &'a str,
    /// `If-Match` without its quotes.
    pub if_match: Option<&'a str>,
    /// The page token of `MS-ContinuationToken`.
    pub continuation: Option<&'a str>,
    /// The id the gateway minted for this call, e.g. the new customer's.
    pub minted: Option<&'a str>,
}

impl<B> Input<'_, B> {
    /// A path parameter as an identifier.
    ///
    /// # Errors
    /// 404 with the documented code: an id that cannot exist does not exist.
    pub fn id<T: FromStr<Err = IdError>>(&self, name: &str) -> Result<T, Problem> {
        let text = self.path.get(name).unwrap_or_default();
        text.parse().map_err(|error: IdError| contract::errors::not_found(format!("{error}.")))
    }
}

/// Why a handler did not answer.
#[derive(Debug)]
pub enum Fault {
    /// The caller is told why.
    Refused(Problem),
    /// The store failed; the caller learns no more than that.
    Store(StoreError),
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}
impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
