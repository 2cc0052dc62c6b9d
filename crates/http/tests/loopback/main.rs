//! The edge over real loopback sockets.

mod common;
mod listener;
mod outbound;
mod zones;
