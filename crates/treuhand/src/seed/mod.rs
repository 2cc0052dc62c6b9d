//! The demo world: planted at the first start, by the same calls that anybody makes.
//!
//! Tenants of the operator and the trustee are made by the trustee itself, because no call could; everything
//! else (partners, enrolment under four eyes, customers, their agreements) goes through the API.

mod access;
mod inside;
mod people;
mod plant;

pub use access::{Access, CustomerAccess, PartnerAccess, PersonAccess, Roots};
pub use inside::Inside;
pub use plant::plant;
