//! Relationships between partners.

use super::shared::ResourceAttributes;
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// What one partner is to the other.
    pub enum RelationshipType {
        IsIndirectResellerOf = "is_indirect_reseller_of",
        IsIndirectCloudSolutionProviderOf = "is_indirect_cloud_solution_provider_of",
    }
}

resource! {
    /// A provider's reseller, or a reseller's provider.
    pub struct PartnerRelationship: "PartnerRelationship" {
        commercial id: Option<String>,
        commercial location: Option<String>,
        commercial mpn_id: Option<String>,
        commercial name: Option<String>,
        commercial relationship_type: Option<RelationshipType>,
        commercial state: Option<String>,
        commercial attributes: Option<ResourceAttributes>,
    }

    /// A link with which a reseller accepts a provider.
    pub struct RelationshipRequest: "RelationshipRequest" {
        commercial url: Option<String>,
        commercial attributes: Option<ResourceAttributes>,
    }
}
