//! The HTTP edge that both zones share: sockets, limits, identifiers, compression, TLS, metrics, and the
//! message the gateway sends to the operator zone.
//!
//! A zone implements [`Zone`]: whole request in, whole response out. [`serve`] puts it behind a listener.
//!
//! Invariants: every request has a request id and a correlation id before a zone sees it, and every response
//! carries them; a zone never sees a body above the limit; a panic in a zone is answered, counted and kept from
//! its neighbours; a change, once read whole, runs to its end even when the caller hangs up.
//!
//! Deliberately absent: routes, tokens, roles and every rule of the contract; a web framework (one handler needs
//! no router); the wall clock and randomness, which are handed in.

mod assertion;
mod compress;
mod exchange;
mod host;
mod link;
pub mod management;
mod message;
mod metrics;
pub mod names;
mod operator;
mod outbound;
mod problem;
mod proxies;
pub mod residency;
mod serve;
mod throttle;
pub mod tls;
mod web;

pub use http::{self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};

pub use assertion::{AssertionError, Claims, SKEW_SECONDS, Signer, VALID_SECONDS, Verifier};
pub use host::{Host, Surroundings};
pub use link::OperatorHttp;
pub use management::{Health, Management};
pub use message::{Peer, Request, Response, Trace, Zone};
pub use metrics::Metrics;
pub use operator::{
    GatewayHeader, LinkError, LinkFuture, OperatorLink, OperatorReply, OperatorRequest, Reach,
};
pub use outbound::{Guarded, Outbound};
pub use proxies::{Proxies, ProxiesError};
pub use serve::{Limits, Options, serve};
pub use throttle::{Key, Limit, Throttle};
pub use web::{Pool, Web, WebAnswer, WebError, pool};
