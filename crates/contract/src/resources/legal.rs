//! Demands of authorities, and reviews of emergencies: our own API of the trustee. Nothing here ever reaches the operator.

use crate::shape_macros::resource;

resource! {
    /// A demand of an authority or a third party.
    pub struct LegalCase: "LegalCase" {
        commercial id: Option<String> [read_only],
        /// The customer whom it is about.
        commercial tenant_id: Option<String> [required, guid],
        /// Who demands it, in letters without accents; the full name can stand in `demand`.
        commercial authority: Option<String> [required, max(200)],
        /// The authority's country, two letters.
        commercial country: Option<String> [required, max(2)],
        commercial legal_basis: Option<String> [required, max(200)],
        /// By which instrument a foreign demand has effect in Germany, e.g. a European Investigation Order. Without one
        /// it can only be rejected or redirected.
        commercial instrument: Option<String> [max(200)],
        commercial document_sha256: Option<String> [required, max(64)],
        /// What the document says; the customer gets it.
        content demand: Option<String> [required, max(8000)],
        /// What it asks for: kinds of records.
        commercial records: Option<Vec<String>>,
        /// Private members of these records.
        commercial fields: Option<Vec<String>>,
        /// The addressee's X25519 public key in base64, to which a disclosure is sealed.
        commercial addressee_key: Option<String> [max(64)],
        commercial received_date: Option<jiff::Timestamp>,
        commercial received_by: Option<String> [read_only],
        /// By whose order and which law the customer may not be told.
        content gag_basis: Option<String> [max(400)],
        /// Until when. The customer is told on that day.
        commercial gag_until: Option<jiff::Timestamp>,
        /// Until when as it stands now: reviews can put the day off by a new document, or bring it forward.
        commercial gag_ends_date: Option<jiff::Timestamp> [read_only],
        /// What looking after the gag found.
        commercial gag_reviews: Option<Vec<GagReview>> [read_only],
        /// What is signed, without the signer's own lines.
        content text: Option<String> [read_only],
        /// What can come of it.
        commercial outcomes: Option<Vec<String>> [read_only],
        /// What a legal officer and another person found.
        commercial result: Option<String> [read_only],
        commercial assessments: Option<Vec<LegalAssessment>> [read_only],
        commercial notified_date: Option<jiff::Timestamp> [read_only],
        commercial disclosed_date: Option<jiff::Timestamp> [read_only],
    }

    /// Somebody has to look whether a gag still holds.
    pub struct GagReminder: "GagReminder" {
        commercial case_id: Option<String> [read_only],
        commercial tenant_id: Option<String> [read_only],
        commercial authority: Option<String> [read_only],
        commercial country: Option<String> [read_only],
        /// By whose order and which law the customer may not be told.
        content gag_basis: Option<String> [read_only],
        /// On this day the customer is told, unless a new document puts it off.
        commercial gag_ends_date: Option<jiff::Timestamp> [read_only],
        /// Since when an answer is owed.
        commercial asked_date: Option<jiff::Timestamp> [read_only],
    }

    /// What looking after a gag found.
    pub struct GagReview: "GagReview" {
        /// continues: it stands until its day. extended: a new document puts the day off. ended: the customer is told now.
        commercial found: Option<String> [required, max(16)],
        /// The new day; with `extended` only.
        commercial until: Option<jiff::Timestamp>,
        /// The SHA-256 of the document that extends it, in hexadecimal; with `extended` only.
        commercial document_sha256: Option<String> [max(64)],
        commercial reviewed_date: Option<jiff::Timestamp> [read_only],
        commercial person_id: Option<String> [read_only],
    }

    /// What one person finds about a demand.
    pub struct LegalAssessment: "LegalAssessment" {
        /// compelled, valid_redirect_to_customer or invalid_reject.
        commercial outcome: Option<String> [required, max(40)],
        commercial decided_date: Option<jiff::Timestamp>,
        commercial fingerprint: Option<String> [max(100)],
        commercial person_id: Option<String> [read_only],
        commercial kind: Option<String> [read_only],
        /// The SSH signature over the text, namespace `treuhand-approval@v1`.
        content signature: Option<String> [max(4000)],
        /// What has to be signed, byte for byte.
        content signed_text: Option<String> [read_only],
    }

    /// A disclosure, for the addressee alone.
    pub struct LegalDisclosure: "LegalDisclosure" {
        commercial case_id: Option<String>,
        commercial algorithm: Option<String>,
        /// In base64.
        commercial encapsulated_key: Option<String>,
        /// In base64. The info is `treuhand-legal-disclosure v1`, the associated data is `boundTo`.
        content ciphertext: Option<String>,
        commercial ciphertext_sha256: Option<String>,
        /// The text of the case.
        content bound_to: Option<String>,
    }

    /// What the log tells of demands of authorities of one country, for the same classes of data, in one half-year.
    pub struct DemandStatistics: "DemandStatistics" {
        /// `2018-H1`.
        commercial half_year: Option<String>,
        /// The authorities' country, two letters.
        commercial country: Option<String>,
        /// contact, personal, content; what the demands ask for.
        commercial classes: Option<Vec<String>>,
        /// Demands under a gag are counted when it has ended.
        commercial received: Option<i64>,
        /// How many of them were kept from their customers by a gag that has ended.
        commercial gagged: Option<i64>,
        /// Found to be compelled by law that has effect in Germany.
        commercial compelled: Option<i64>,
        /// Redirected to the customer.
        commercial redirected: Option<i64>,
        commercial rejected: Option<i64>,
        /// Of how many something was disclosed.
        commercial disclosed: Option<i64>,
    }

    /// What was done in an emergency, and why.
    pub struct AccessReview: "AccessReview" {
        content text: Option<String> [required, max(4000)],
        commercial reviewed_date: Option<jiff::Timestamp> [read_only],
    }
}
