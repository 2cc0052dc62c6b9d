//! What a customer takes along, and what it brings.

use crate::shape_macros::resource;

resource! {
    /// An archive of everything of a customer's own, sealed to a key of the customer's.
    pub struct CustomerExport: "CustomerExport" {
        commercial id: Option<String> [read_only],
        commercial customer_id: Option<String> [read_only],
        /// To whom it is sealed: a public key in age's form, which begins with age1.
        commercial recipient: Option<String> [required, max(100)],
        /// The person who asked for it.
        commercial requested_by: Option<String> [read_only],
        commercial requested_date: Option<jiff::Timestamp> [read_only],
        /// Until when the archive can be fetched; a newer one, and the erasure of the customer, end that before.
        commercial kept_until: Option<jiff::Timestamp> [read_only],
        /// How many records are in it.
        commercial records: Option<i64> [read_only],
        /// How many files are in it, those with records included.
        commercial files: Option<i64> [read_only],
        /// How long the sealed archive is.
        commercial bytes: Option<i64> [read_only],
        /// The SHA-256 of the sealed archive, which the transparency log has too.
        commercial sha256: Option<String> [read_only],
        /// How often it was fetched.
        commercial fetched: Option<i64> [read_only],
    }

    /// What a customer agreed to elsewhere, as an export of another cloud tells it.
    pub struct CustomerHistory: "CustomerHistory" {
        commercial customer_id: Option<String> [read_only],
        /// The customer's id there.
        commercial source_tenant_id: Option<String> [guid, required],
        /// The cloud's name there.
        commercial source_cloud: Option<String> [max(128)],
        /// The SHA-256 of the export's manifest.
        commercial manifest_sha256: Option<String> [required, max(64)],
        /// When it was exported.
        commercial exported_date: Option<jiff::Timestamp>,
        commercial agreements: Option<Vec<PastAgreement>>,
        /// The person who brought it.
        commercial kept_by: Option<String> [read_only],
        commercial kept_date: Option<jiff::Timestamp> [read_only],
    }

    /// An agreement that a customer accepted elsewhere.
    pub struct PastAgreement: "PastAgreement" {
        commercial template_id: Option<String> [max(64)],
        commercial agreement_type: Option<String> [max(64)],
        commercial title: Option<String> [max(256)],
        commercial version: Option<String> [max(32)],
        /// With whom it was concluded.
        commercial party: Option<String> [max(32)],
        commercial accepted_date: Option<jiff::Timestamp>,
        /// The pseudonymous id, there, of the accepting user.
        commercial accepted_by: Option<String> [max(64)],
    }
}
