//! Who resells to whom.

use crate::resources::relationship::{PartnerRelationship, RelationshipRequest};

operations! {
    area "relationships" of PartnerCenter;

    /// Gives the link by which a customer accepts the partner as its reseller.
    GetRelationshipRequestUrl "get-relationship-request-url" Get "/v1/customers/relationshiprequests" []
        in [Global, China, Germany] by AppUser for SELLERS; Read at Trustee;
        takes nothing; gives [200] (one RelationshipRequest); planned

    /// Lists the indirect resellers or providers that the partner works with.
    ListPartnerRelationships "list-partner-relationships" Get "/v1/relationships" ["relationship_type"]
        in [Global] by AppUser for PARTNER; Read at Composed;
        takes nothing; gives [200] (collection PartnerRelationship); planned

    /// Lists the indirect resellers that serve a customer.
    ListIndirectResellersOfCustomer "list-indirect-resellers-of-customer" Get "/v1/customers/{customer-id}/relationships" []
        in [Global] by AppUser for PARTNER; Read at Composed;
        takes nothing; gives [200] (collection PartnerRelationship); planned
}
