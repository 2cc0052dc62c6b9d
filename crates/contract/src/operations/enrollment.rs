//! How a partner joins this cloud.

use crate::resources::enrolment::{AccountDecision, EnrolmentApplication, EnrolmentDecision, PartnerAccount};

operations! {
    area "enrollment" of Enrollment;

    /// Applies to become a partner of this cloud.
    CreateApplication "create-application" Post "/enrollment/v1/applications" []
        in none by AppUser for GLOBAL_ADMIN; Create at Composed;
        takes (EnrolmentApplication); gives [201] (one EnrolmentApplication); served

    /// Reads an application.
    GetApplication "get-application" Get "/enrollment/v1/applications/{application-id}" []
        in none by AppUser for APPLICANT_OR_STAFF; Read at Composed;
        takes nothing; gives [200] (one EnrolmentApplication); served

    /// Corrects an application that is not decided yet.
    UpdateApplication "update-application" Put "/enrollment/v1/applications/{application-id}" []
        in none by AppUser for GLOBAL_ADMIN; Change at Composed;
        takes (EnrolmentApplication); gives [200] (one EnrolmentApplication); served

    /// Lists the applications that wait for the operator.
    ListApplications "list-applications" Get "/enrollment/v1/applications" ["state", "size", "offset"]
        in none by AppUser for STAFF; Read at Operator;
        takes nothing; gives [200] (collection EnrolmentApplication); served

    /// Approves an application; two people of the operator must.
    ApproveApplication "approve-application" Post "/enrollment/v1/applications/{application-id}/approvals" []
        in none by AppUser for STAFF; Act at Composed;
        takes (EnrolmentDecision); gives [200] (one EnrolmentApplication); served

    /// Rejects an application with a reason.
    RejectApplication "reject-application" Post "/enrollment/v1/applications/{application-id}/rejection" []
        in none by AppUser for STAFF; Act at Composed;
        takes (EnrolmentDecision); gives [200] (one EnrolmentApplication); served

    /// Lists the partners' commercial accounts.
    ListPartnerAccounts "list-partner-accounts" Get "/enrollment/v1/accounts" ["after", "size"]
        in none by AppUser for STAFF; Read at Operator;
        takes nothing; gives [200] (collection PartnerAccount); served

    /// Reads a partner's commercial account.
    GetPartnerAccount "get-partner-account" Get "/enrollment/v1/accounts/{account-id}" []
        in none by AppUser for STAFF; Read at Operator;
        takes nothing; gives [200] (one PartnerAccount); served

    /// Stops a partner's account; two people of the operator must. Its customers' subscriptions go on.
    SuspendPartnerAccount "suspend-partner-account" Post "/enrollment/v1/accounts/{account-id}/suspension" []
        in none by AppUser for STAFF; Act at Operator;
        takes (AccountDecision); gives [200] (one PartnerAccount); served

    /// Lets a suspended partner's account act again; two people of the operator must.
    ReinstatePartnerAccount "reinstate-partner-account" Post "/enrollment/v1/accounts/{account-id}/reinstatement" []
        in none by AppUser for STAFF; Act at Operator;
        takes (AccountDecision); gives [200] (one PartnerAccount); served
}
