//! Every resource of the contract, one file per area.
//!
//! Invariants, held by the tests here over [`all`]: a message between the zones has private members only inside
//! records, and lists and maps hold scalars, free of private members, or records; wire names and record kinds are
//! unique where they must be.

pub mod access;
pub mod access_report;
pub mod agreement;
pub mod audit;
pub mod country;
pub mod customer;
pub mod departure;
pub mod enrolment;
pub mod export;
pub mod invoice;
pub mod key_share;
pub mod legal;
pub mod offer;
pub mod order;
pub mod preview;
pub mod profile;
pub mod relationship;
pub mod sandbox;
pub mod service_request;
pub mod shared;
pub mod subject_request;
pub mod subscription;
pub mod ticket_release;
pub mod trustee;

use std::sync::LazyLock;

use crate::shape::Shape;

/// The shapes whose messages travel between the zones, and their parts.
const BETWEEN_ZONES: [&[&Shape]; 15] = [
    agreement::SHAPES,
    audit::SHAPES,
    country::SHAPES,
    customer::SHAPES,
    enrolment::SHAPES,
    invoice::SHAPES,
    offer::SHAPES,
    order::SHAPES,
    preview::SHAPES,
    profile::SHAPES,
    relationship::SHAPES,
    sandbox::SHAPES,
    service_request::SHAPES,
    shared::SHAPES,
    subscription::SHAPES,
];

/// The shapes of the trustee's own API.
const AT_THE_TRUSTEE: &[&[&Shape]] = &[
    trustee::SHAPES,
    access::SHAPES,
    legal::SHAPES,
    access_report::SHAPES,
    export::SHAPES,
    subject_request::SHAPES,
    ticket_release::SHAPES,
    key_share::SHAPES,
    departure::SHAPES,
];

/// All shapes, those of the trustee's own API included.
pub fn all() -> &'static [&'static Shape] {
    static ALL: LazyLock<Vec<&'static Shape>> = LazyLock::new(|| {
        BETWEEN_ZONES.iter().chain(AT_THE_TRUSTEE).flat_map(|shapes| shapes.iter().copied()).collect()
    });
    &ALL
}

#[cfg(test)]
mod tests;
