//! The attacks, one file per kind; which claim each of them tries is in the lists.

mod back;
mod crashes;
mod grants;
mod identity;
mod issuers;
mod keys;
mod law;
mod leaving;
mod limits;
mod lists;
mod logs;
mod loud;
mod lying;
mod people;
mod place;
mod pushed;
mod refused;
mod reports;
mod shares;
mod stolen;
mod tampered;
mod tickets;
mod turning;
mod two_keys;
mod witnesses;

pub use lists::claims;
