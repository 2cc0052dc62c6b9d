//! What customers may buy by themselves.

operations! {
    area "self-serve-policies" of PartnerCenter;

    /// Lists what customers may buy by themselves.
    ListSelfServePolicies "list-self-serve-policies" Get "/v1/SelfServePolicy" ["entity_id"]
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Says what a customer may buy by itself.
    CreateSelfServePolicy "create-self-serve-policy" Post "/v1/SelfServePolicy" []
        in [Global] by AppUser for SELLERS; Create at Operator;
        takes later; gives [201] (one later); planned

    /// Changes what a customer may buy by itself.
    UpdateSelfServePolicy "update-self-serve-policy" Put "/v1/SelfServePolicy" []
        in [Global] by AppUser for SELLERS; Change at Operator;
        takes later; gives [200] (one later); planned

    /// Reads one policy of what a customer may buy by itself.
    GetSelfServePolicy "get-self-serve-policy" Get "/v1/SelfServePolicy/{policy-id}" []
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Deletes one policy of what a customer may buy by itself.
    DeleteSelfServePolicy "delete-self-serve-policy" Delete "/v1/SelfServePolicy/{policy-id}" []
        in [Global] by AppUser for SELLERS; Delete at Operator;
        takes nothing; gives [204] nothing; planned

    /// Changes one policy of what a customer may buy by itself, named in the path.
    UpdateSelfServePolicyById "update-self-serve-policy-by-id" Put "/v1/SelfServePolicy/{policy-id}" []
        in none by Both for SELLERS; Change at Operator;
        takes later; gives [200] (one later); planned
}
