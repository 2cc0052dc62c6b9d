//! Every convention of the wire, as a table, through the whole stack: socket, edge, gateway, operator zone, store.
//!
//! The rules themselves have their tests where they live; these show that they hold where clients meet them.

mod bodies;
mod changes;
mod errors;
mod headers;
mod limits;
mod lists;
mod paths;
mod sandboxes;
mod stage;
