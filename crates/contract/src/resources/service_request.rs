//! Support tickets. Who wrote what to the operator's support is sealed: one envelope holds a ticket's whole thread, so that
//! nothing of it can be left out, put elsewhere or into another order.

use super::shared::ResourceAttributes;
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// How much a ticket matters to whoever opened it.
    pub enum ServiceRequestSeverity {
        Unknown = "unknown",
        Critical = "critical",
        Moderate = "moderate",
        Minimal = "minimal",
    }

    /// Where a ticket stands.
    pub enum ServiceRequestStatus {
        None = "none",
        Open = "open",
        Closed = "closed",
        /// The operator's support waits for whoever opened it.
        AttentionNeeded = "attention_needed",
    }
}

resource! {
    /// A support ticket with its thread.
    ///
    /// A change names only what is to change; a note given as `newNote` is added to the thread.
    pub struct ServiceRequest: "ServiceRequest" sealed "ticket" / "thread" {
        content title: Option<String> [required, max(256)],
        content description: Option<String> [required, max(8192)],
        commercial severity: Option<ServiceRequestSeverity> [required],
        commercial support_topic_id: Option<String> [required, max(32)],
        commercial support_topic_name: Option<String> [read_only],
        commercial id: Option<String> [read_only],
        commercial status: Option<ServiceRequestStatus>,
        /// For whom the ticket is: one's own organisation, or one of one's customers.
        commercial organization: Option<ServiceRequestOrganization>,
        contact primary_contact: Option<ServiceRequestContact>,
        contact last_updated_by: Option<ServiceRequestContact> [read_only],
        commercial product_name: Option<String> [read_only],
        /// An offer of the catalogue.
        commercial product_id: Option<String> [max(64)],
        commercial created_date: Option<jiff::Timestamp> [read_only],
        commercial last_modified_date: Option<jiff::Timestamp> [read_only],
        commercial last_closed_date: Option<jiff::Timestamp> [read_only],
        content new_note: Option<ServiceRequestNote>,
        content notes: Option<Vec<ServiceRequestNote>>,
        commercial country_code: Option<String> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// For whom a ticket is.
    pub struct ServiceRequestOrganization: "ServiceRequestOrganization" {
        commercial id: Option<String> [guid],
        commercial name: Option<String> [read_only],
        contact phone_number: Option<String> [max(64)],
    }

    /// Whom the operator's support can turn to.
    pub struct ServiceRequestContact: "ServiceRequestContact" {
        contact organization: Option<ServiceRequestOrganization>,
        contact contact_id: Option<String> [max(64)],
        contact last_name: Option<String> [max(50)],
        contact first_name: Option<String> [max(50)],
        contact email: Option<String> [max(254)],
        contact phone_number: Option<String> [max(64)],
    }

    /// One note of a thread.
    pub struct ServiceRequestNote: "ServiceRequestNote" {
        contact created_by_name: Option<String> [max(254)],
        content created_date: Option<jiff::Timestamp>,
        content text: Option<String> [max(8192)],
    }

    /// What tickets can be about.
    pub struct SupportTopic: "SupportTopic" {
        commercial name: Option<String>,
        commercial description: Option<String>,
        commercial id: Option<i64>,
        commercial attributes: Option<ResourceAttributes>,
    }

    /// A ticket as the operator's support works on it: everything but what people wrote.
    pub struct Ticket: "Ticket" {
        commercial id: Option<String> [read_only],
        /// The tenant that opened it.
        commercial opener_id: Option<String> [read_only],
        commercial opener_name: Option<String> [read_only],
        /// The customer it is about, if it is about one.
        commercial customer_id: Option<String> [read_only],
        commercial customer_name: Option<String> [read_only],
        commercial severity: Option<ServiceRequestSeverity>,
        commercial status: Option<ServiceRequestStatus>,
        commercial support_topic_id: Option<String> [read_only],
        commercial support_topic_name: Option<String> [read_only],
        commercial product_id: Option<String> [read_only],
        commercial country_code: Option<String> [read_only],
        commercial created_date: Option<jiff::Timestamp> [read_only],
        commercial last_modified_date: Option<jiff::Timestamp> [read_only],
        commercial last_closed_date: Option<jiff::Timestamp> [read_only],
        /// When the operator's support first answered.
        commercial first_answered_date: Option<jiff::Timestamp> [read_only],
        /// The pseudonymous id of whoever works on it.
        commercial assigned_to: Option<String> [read_only],
        /// Opened in a sandbox, where nothing is real.
        commercial sandbox: Option<bool> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }
}
