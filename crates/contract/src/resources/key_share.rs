//! Shares of the trustee's root key: who holds one. Nothing here ever reaches the operator.

use crate::shape_macros::resource;

resource! {
    /// A set of shares of the root key: some of its holders together bring it back when it is lost.
    pub struct ShareSet: "ShareSet" {
        commercial id: Option<String> [read_only],
        /// How many shares bring the root back; 3 where nothing is said, of five.
        commercial needed: Option<i64>,
        commercial holders: Option<Vec<ShareHolder>> [required],
        /// The version of the root.
        commercial root_version: Option<i64> [read_only],
        /// current, replaced by a later set, or used in a ceremony.
        commercial state: Option<String> [read_only],
        /// The log whose signing key comes back with the root.
        commercial log_origin: Option<String> [read_only],
        /// The account of the officer who asked first; of sets that a ceremony made, `ceremony`.
        commercial made_by: Option<String> [read_only],
        /// The account of the one who asked for the same.
        commercial confirmed_by: Option<String> [read_only],
        commercial made_date: Option<jiff::Timestamp> [read_only],
        commercial ended_date: Option<jiff::Timestamp> [read_only],
        /// How many of its holders are enrolled still.
        commercial standing: Option<i64> [read_only],
    }

    /// Who holds a share.
    pub struct ShareHolder: "ShareHolder" {
        commercial number: Option<i64> [read_only],
        /// One of the trustee's people, as an enrolled person.
        commercial person_id: Option<String> [required, guid],
        /// To whose key the share is sealed: the public half of an age key.
        commercial recipient: Option<String> [required, max(100)],
        /// The share's file, sealed. Shown once, to the officer whose word made the set.
        secret share: Option<String> [read_only],
        commercial used_date: Option<jiff::Timestamp> [read_only],
        /// Whether the person is enrolled still.
        commercial standing: Option<bool> [read_only],
    }
}
