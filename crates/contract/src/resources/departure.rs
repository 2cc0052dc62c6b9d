//! A customer on its way out. Nothing here ever reaches the operator.

use crate::shape_macros::resource;

resource! {
    /// A customer's notice, and how long what lasts from then on.
    pub struct Departure: "Departure" {
        commercial customer_id: Option<String> [read_only],
        /// Days of notice; the longest that the cloud asks for where nothing is said.
        commercial notice_days: Option<i64>,
        /// Days in which data is moved; the most that the cloud gives where nothing is said.
        commercial transition_days: Option<i64>,
        /// Days in which data can be fetched afterwards; the fewest that the cloud gives where nothing is said.
        commercial retrieval_days: Option<i64>,
        /// notice, transition, retrieval, over, or erased.
        commercial state: Option<String> [read_only],
        /// The person who gave notice.
        commercial given_by: Option<String> [read_only],
        commercial given_date: Option<jiff::Timestamp> [read_only],
        commercial notice_until: Option<jiff::Timestamp> [read_only],
        commercial transition_until: Option<jiff::Timestamp> [read_only],
        /// Nothing is erased before, unless the customer ends it by its own act.
        commercial retrieval_until: Option<jiff::Timestamp> [read_only],
        /// Whether the customer asked for its erasure before that.
        commercial ended_by_customer: Option<bool> [read_only],
    }
}
