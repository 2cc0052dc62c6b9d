//! Sales opportunities.

operations! {
    area "referrals" of PartnerCenter;

    /// Shares a sales opportunity.
    CreateReferral "create-referral" Post "/v1.0/engagements/referrals" []
        in [Global] by Both for SELLERS; Create at Operator;
        takes later; gives [200] (one later); planned

    /// Lists the partner's sales opportunities.
    ListReferrals "list-referrals" Get "/referrals/v2/referrals" ["pageSize"]
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Reads one sales opportunity.
    GetReferral "get-referral" Get "/referrals/v2/referrals/{referral-id}" []
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Changes a sales opportunity.
    UpdateReferral "update-referral" Put "/referrals/v2/referrals/{referral-id}" []
        in [Global] by Both for SELLERS; Change at Operator;
        takes later; gives [200] (one later); planned
}
