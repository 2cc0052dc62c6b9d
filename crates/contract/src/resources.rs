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
pub mod enrolment;
pub mod export;
pub mod invoice;
pub mod legal;
pub mod offer;
pub mod order;
pub mod preview;
pub mod profile;
pub mod relationship;
pub mod sandbox;
pub mod shared;
pub mod subscription;
pub mod trustee;

use std::sync::LazyLock;

use crate::shape::Shape;

/// The shapes whose messages travel between the zones, and their parts.
const BETWEEN_ZONES: [&[&Shape]; 14] = [
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
    shared::SHAPES,
    subscription::SHAPES,
];

/// All shapes, those of the trustee's own API included.
pub fn all() -> &'static [&'static Shape] {
    static ALL: LazyLock<Vec<&'static Shape>> = LazyLock::new(|| {
        BETWEEN_ZONES
            .iter()
            .chain([
                &trustee::SHAPES,
                &access::SHAPES,
                &legal::SHAPES,
                &access_report::SHAPES,
                &export::SHAPES,
            ])
            .flat_map(|shapes| shapes.iter().copied())
            .collect()
    });
    &ALL
}

#[cfg(test)]
mod tests;
