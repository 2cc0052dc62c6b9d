//! Requests of data subjects that were handed over: our own API of the trustee. Nothing here ever reaches the operator.

use crate::shape_macros::resource;

resource! {
    /// A data subject's request that had reached another house than the customer's.
    pub struct SubjectRequest: "SubjectRequest" {
        commercial id: Option<String> [read_only],
        /// The customer whose data it is about.
        commercial tenant_id: Option<String> [required, guid],
        /// access, rectification, erasure, restriction, portability or objection.
        commercial right: Option<String> [required, max(16)],
        /// What the person wrote; the customer alone gets it.
        content text: Option<String> [required, max(8000)],
        /// When it reached the house; the present when absent.
        commercial received_date: Option<jiff::Timestamp>,
        /// Which house it had reached: operator or trustee.
        commercial received_by: Option<String> [read_only],
        commercial forwarded_date: Option<jiff::Timestamp> [read_only],
        /// The receipt, byte for byte: for whoever handed the request over, once, and for the customer.
        content receipt: Option<String> [read_only],
        /// Its SHA-256, which the transparency log has too.
        commercial receipt_sha256: Option<String> [read_only],
    }
}
