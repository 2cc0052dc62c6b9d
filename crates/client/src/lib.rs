//! The typed client of the contract: [`Client::call`] takes any operation of the table and gives back its answer.
//!
//! ```no_run
//! # async fn example(transport: client::HttpTransport, entropy: std::sync::Arc<dyn kernel::Entropy>) -> Result<(), client::Error> {
//! use client::{Call, Client, Config, Credentials};
//! use contract::operations::GetCustomer;
//!
//! let config = Config::new("https://partner.example", "https://login.example");
//! let app = Credentials::app("contoso.example", "client id", "client secret");
//! let client = Client::new(config, app, transport, entropy);
//! let answer = client.call(Call::to(GetCustomer).param("customer-id", "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04")).await?;
//! # drop(answer); Ok(()) }
//! ```
//!
//! Invariants: paths, query names and types come from the table; a call is repeated only under the same request
//! id; a link is followed only within the API's own origin; secrets and tokens appear in no `Debug` and no error.
//!
//! Deliberately absent: everything that only one zone knows. This is what a stranger's program could be.

mod call;
mod error;
mod paging;
mod retry;
mod token;
mod transport;

pub use call::{Answer, Call, Client, Config, Untyped};
pub use error::{Error, Refusal};
pub use retry::Retry;
pub use token::Credentials;
pub use transport::{HttpTransport, Sending, Transport, TransportError};
