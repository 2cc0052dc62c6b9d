//! The trustee core's areas, one file each; see the crate's page for how to add one.

pub mod access;
pub mod answered;
pub mod apps;
pub mod devices;
pub mod directory;
pub mod duties;
pub mod erasures;
pub mod exports;
pub mod issuers;
pub mod journal;
pub mod keys;
pub mod legal;
pub mod log;
pub mod mint;
pub mod own_keys;
pub mod persons;
pub mod policies;
pub mod records;
pub mod relationships;
pub mod replay;
pub mod reports;
pub mod restores;
pub mod rotations;
pub mod tickets;
pub mod tokens;
pub mod wishes;
