//! The REST contract, said once: operations, routes, resources with their data classes, wire reading and writing,
//! error codes, the cloud's profile.
//!
//! Invariants: no I/O, no clock, no randomness; nothing outside this crate spells a path or a member name.

pub mod admit;
pub mod assertion;
pub mod authority;
pub mod collection;
pub mod errors;
pub mod etag;
pub mod moment;
pub mod openapi;
pub mod operation;
pub mod operations;
pub mod private;
pub mod profile;
pub mod query;
pub mod resources;
pub mod route;
pub mod shape;
mod shape_macros;
mod text;
pub mod wire;

pub use text::Text;

pub use operation::{
    Api, Auth, Cloud, Effect, Home, Method, Operation, Party, Reply, Role, Spec, find, operations,
};
