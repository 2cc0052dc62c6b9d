//! The portal: server-rendered pages for partners and for customers' administrators, in the trustee zone.
//!
//! It is a client of the contract. Who visits, and a [`client::Transport`] that makes calls with exactly that
//! visitor's rights, come through [`Backend`]; the program binds it in-process to the trustee's gateway.
//!
//! Invariants: no path of the contract is spelled here (the operation table has them), no path of a page is spelled
//! outside `pages`; what a visitor may do is asked of `contract::admit` and of nothing else; lists open no sealed
//! field; every change is a form with the session's token, answered by a redirect, except where a secret is shown
//! once, because a secret has no address; every page works without script, and there is none.
//!
//! Deliberately absent: sign-in (identity's), sessions (the trustee's), state of its own. Two portals beside each
//! other behave like one.

mod backend;
mod form;
mod format;
mod frame;
mod gallery;
mod pages;
mod parts;
mod permit;
mod portal;
mod report;
#[cfg(test)]
mod tests;
mod texts;
mod trouble;
mod visit;

pub use backend::{Backend, Later, SignedIn, Visitor};
pub use format::Format;
pub use gallery::{Picture, gallery};
pub use portal::{Portal, Settings};
pub use report::report_pages;
pub use texts::{Locale, Texts};
