//! Releases of tickets to the operator's support, and what was opened under them. All at the trustee.

use super::access::MaskedValue;
use crate::shape_macros::resource;

resource! {
    /// Whether the operator's support may read a ticket's thread.
    pub struct TicketRelease: "TicketRelease" {
        commercial ticket_id: Option<String>,
        /// Whose thread it is: the customer's, or the partner's own.
        commercial tenant_id: Option<String>,
        commercial opener_id: Option<String>,
        commercial released: Option<bool>,
        /// Of the latest release; absent where there never was one.
        commercial release_id: Option<String>,
        commercial released_date: Option<jiff::Timestamp>,
        /// The pseudonymous id of whoever released it.
        commercial released_by: Option<String>,
        commercial revoked_date: Option<jiff::Timestamp>,
        commercial revoked_by: Option<String>,
        /// How often the thread was opened under any release of it.
        commercial openings: Option<i64>,
    }

    /// A ticket's release as whoever watches it sees it.
    pub struct TicketWatch: "TicketWatch" {
        commercial release: Option<TicketRelease>,
        commercial openings: Option<Vec<TicketOpening>>,
        /// Given as `after`, the next call waits until there is something new.
        commercial marker: Option<String>,
    }

    /// One opening of a ticket's thread by somebody of the operator's support.
    pub struct TicketOpening: "TicketOpening" {
        commercial release_id: Option<String>,
        commercial number: Option<i64>,
        /// Who, as enrolled by the trustee.
        commercial person_id: Option<String>,
        /// Where that person works.
        commercial country: Option<String>,
        commercial began_date: Option<jiff::Timestamp>,
        /// `open`, `released`, `refused` or `unknown`.
        commercial outcome: Option<String>,
        commercial rows: Option<i64>,
        commercial bytes: Option<i64>,
        commercial fields: Option<Vec<String>>,
        /// The released values, masked, while the trustee's program remembers them.
        commercial masked_values: Option<Vec<MaskedValue>>,
    }
}
