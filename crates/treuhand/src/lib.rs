//! The program as a library: the two zones put together, so that tests and benchmarks run what users run.
//!
//! The binary adds the command line, the wall clock and randomness.

#[cfg(feature = "trustee")]
pub mod arrival;
#[cfg(feature = "operator")]
pub mod compelled;
pub mod folder;
pub mod guards;
pub mod host;
#[cfg(all(feature = "operator", feature = "trustee"))]
pub mod house;
#[cfg(feature = "trustee")]
pub mod issuer_link;
#[cfg(feature = "operator")]
pub mod link;
#[cfg(feature = "trustee")]
pub mod log_folder;
#[cfg(feature = "trustee")]
pub mod origin;
#[cfg(feature = "trustee")]
pub mod portal_door;
pub mod residency;
#[cfg(feature = "trustee")]
pub mod seed;
#[cfg(all(feature = "operator", feature = "trustee"))]
pub mod story;
#[cfg(feature = "trustee")]
pub mod trustee_folder;
#[cfg(feature = "trustee")]
pub mod trustee_house;
#[cfg(feature = "trustee")]
pub mod within;
pub mod witness;
#[cfg(feature = "trustee")]
pub mod witness_link;
