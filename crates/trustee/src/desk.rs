//! What the trustee's own operations have in common: from a call to its typed body, from a typed reply to its answer.
//!
//! A desk is a struct of the same name in each area: one call on its way, with `matched` and `request`. The table that
//! `desk!` makes names for each operation the handler that carries it out.
//!
//! Invariants: a body is read by its shape before it is looked at; no answer may be kept by a cache, because most hold
//! names and some hold secrets.

use contract::operation::Spec;
use contract::query::{PageLimits, Query};
use contract::wire::{self, ReplyBody};
use edge::http::header::CACHE_CONTROL;
use edge::{Request, Response, StatusCode};
use kernel::Problem;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::gateway::bad;

/// The table of an area: `HANDLED`, and `carry_out`, which answers any call that was let in.
macro_rules! desk {
    ($($operation:ident => $handler:path),* $(,)?) => {
        /// What is handled here, for the check that nothing served is forgotten.
        pub(crate) const HANDLED: &[&contract::operation::Spec] =
            &[$(<contract::operations::$operation as contract::operation::Operation>::SPEC),*];

        async fn carry_out(desk: &Desk<'_>) -> Result<edge::Response, kernel::Problem> {
            match desk.matched.spec {
                $(spec if spec == <contract::operations::$operation as contract::operation::Operation>::SPEC => {
                    let body = $crate::desk::body(spec, desk.request)?;
                    let reply: <contract::operations::$operation as contract::operation::Operation>::Reply =
                        $handler(desk, body).await?;
                    $crate::desk::answer(spec, reply)
                })*
                spec => {
                    tracing::error!(operation = spec.id, "nobody answers this operation");
                    Err(kernel::Problem::internal())
                }
            }
        }
    };
}
pub(crate) use desk;

/// The page of a list that a query asks for: where it begins, and its length.
pub(crate) fn page(query: &Query) -> Result<(u32, u32), Problem> {
    let page = query.page(PageLimits::CUSTOMERS)?;
    let whole = |count: u64| u32::try_from(count).unwrap_or(u32::MAX); // no list is that long
    Ok((whole(page.offset), whole(page.size)))
}

/// The body in the operation's type.
pub(crate) fn body<B: DeserializeOwned>(spec: &Spec, request: &Request) -> Result<B, Problem> {
    let body = match spec.body {
        Some(shape) => wire::canonicalise(shape(), &request.body)?,
        None => Value::Null,
    };
    // Canonical bodies fit; serde's own message would quote what stood there.
    serde_json::from_value(body).map_err(|_| bad("The body", "does not fit this operation"))
}

/// The answer with the operation's status.
pub(crate) fn answer<R: ReplyBody>(spec: &Spec, reply: R) -> Result<Response, Problem> {
    let status = spec.success.first().and_then(|status| StatusCode::from_u16(*status).ok());
    let status = status.ok_or_else(Problem::internal)?;
    let bytes = reply.into_bytes()?;
    let response = if bytes.is_empty() { Response::empty(status) } else { Response::json(status, bytes) };
    Ok(response.header(CACHE_CONTROL, "no-store"))
}
