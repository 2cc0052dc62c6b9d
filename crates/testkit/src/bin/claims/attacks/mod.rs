//! The attacks, one file per kind; which claim each of them tries is in the lists.

mod back;
mod grants;
mod identity;
mod keys;
mod law;
mod limits;
mod lists;
mod loud;
mod lying;
mod people;
mod pushed;
mod refused;
mod stolen;
mod tampered;
mod two_keys;

pub use lists::claims;
