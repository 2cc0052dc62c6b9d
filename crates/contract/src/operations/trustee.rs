//! What the data trustee does itself: tenants, users, apps, agreements with customers, acts of its officers.

use crate::resources::trustee::{
    AgreementAcceptances, AppRegistration, AppSecret, AssuranceLevel, Erasure, KeyRotation, OwnAgreement,
    PasswordChange, RestoreAct, SignInIssuer, SignInTicket, Tenant, TenantOpening, TenantUser,
    TenantVerification, TrusteeAgreementAcceptance,
};

operations! {
    area "trustee" of Trustee;

    /// Opens a tenant with its first administrator, before an application.
    CreateTenant "create-tenant" Post "/trustee/v1/tenants" []
        in none by Anonymous for NONE; Create at Trustee;
        takes (TenantOpening); gives [201] (one TenantOpening); served

    /// Lists tenants of one kind, partners unless another is named, for the trustee's people.
    ListTenants "list-tenants" Get "/trustee/v1/tenants" ["kind", "verified", "size", "offset"]
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection Tenant); served

    /// Reads a tenant: one's own, or any for the trustee's people.
    GetTenant "get-tenant" Get "/trustee/v1/tenants/{tenant-id}" []
        in none by AppUser for EVERYBODY; Read at Trustee;
        takes nothing; gives [200] (one Tenant); served

    /// Records that the trustee itself verified a partner's company; without that the partner gets no customers.
    VerifyTenant "verify-tenant" Post "/trustee/v1/tenants/{tenant-id}/verification" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes (TenantVerification); gives [200] (one TenantVerification); served

    /// Takes back that the trustee verified a partner's company: it gets no more customers until verified anew.
    WithdrawVerification "withdraw-verification" Post "/trustee/v1/tenants/{tenant-id}/verification/withdrawal" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes (TenantVerification); gives [200] (one Tenant); served

    /// Reads the agreement between a customer and the trustee.
    GetTrusteeAgreement "get-trustee-agreement" Get "/trustee/v1/customers/{customer-id}/agreement" []
        in none by AppUser for CUSTOMER; Read at Trustee;
        takes nothing; gives [200] (one TrusteeAgreementAcceptance); served

    /// Concludes the agreement between a customer and the trustee.
    AcceptTrusteeAgreement "accept-trustee-agreement" Post "/trustee/v1/customers/{customer-id}/agreement" []
        in none by AppUser for CUSTOMER; Create at Trustee;
        takes (TrusteeAgreementAcceptance); gives [201] (one TrusteeAgreementAcceptance); served

    /// Lists the agreements a customer has to accept or has accepted.
    ListOwnAgreements "list-own-agreements" Get "/trustee/v1/agreements" []
        in none by AppUser for CUSTOMER; Read at Trustee;
        takes nothing; gives [200] (collection OwnAgreement); served

    /// Accepts cloud agreement, supplement and trustee agreement as the customer.
    AcceptAgreements "accept-agreements" Post "/trustee/v1/agreements" []
        in none by AppUser for CUSTOMER; Create at Trustee;
        takes (AgreementAcceptances); gives [201] (collection OwnAgreement); served

    /// Lists the users of one's own tenant.
    ListTenantUsers "list-tenant-users" Get "/trustee/v1/users" ["size", "offset"]
        in none by AppUser for TENANT_ADMINS; Read at Trustee;
        takes nothing; gives [200] (collection TenantUser); served

    /// Invites a user into one's own tenant.
    CreateTenantUser "create-tenant-user" Post "/trustee/v1/users" []
        in none by AppUser for TENANT_ADMINS; Create at Trustee;
        takes (TenantUser); gives [201] (one TenantUser); served

    /// Reads a user of one's own tenant.
    GetTenantUser "get-tenant-user" Get "/trustee/v1/users/{user-id}" []
        in none by AppUser for TENANT_ADMINS; Read at Trustee;
        takes nothing; gives [200] (one TenantUser); served

    /// Changes name, roles or state of a user of one's own tenant.
    UpdateTenantUser "update-tenant-user" Patch "/trustee/v1/users/{user-id}" []
        in none by AppUser for TENANT_ADMINS; Change at Trustee;
        takes (TenantUser); gives [200] (one TenantUser); served

    /// Deletes a user of one's own tenant.
    DeleteTenantUser "delete-tenant-user" Delete "/trustee/v1/users/{user-id}" []
        in none by AppUser for TENANT_ADMINS; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Gives a user of one's own tenant a new password.
    ResetTenantUserPassword "reset-tenant-user-password" Post "/trustee/v1/users/{user-id}/password" []
        in none by AppUser for TENANT_ADMINS; Act at Trustee;
        takes nothing; gives [200] (one SignInTicket); served

    /// Lets a user of one's own tenant set the second factor up anew.
    ResetTenantUserMfa "reset-tenant-user-mfa" Post "/trustee/v1/users/{user-id}/mfa" []
        in none by AppUser for TENANT_ADMINS; Act at Trustee;
        takes nothing; gives [200] (one TenantUser); served

    /// Lists the people of the operator, whom the trustee looks after.
    ListStaff "list-staff" Get "/trustee/v1/staff" ["size", "offset"]
        in none by AppUser for OFFICER; Read at Trustee;
        takes nothing; gives [200] (collection TenantUser); served

    /// Admits a person as the operator's staff.
    CreateStaffMember "create-staff-member" Post "/trustee/v1/staff" []
        in none by AppUser for OFFICER; Create at Trustee;
        takes (TenantUser); gives [201] (one TenantUser); served

    /// Reads one of the operator's people.
    GetStaffMember "get-staff-member" Get "/trustee/v1/staff/{user-id}" []
        in none by AppUser for OFFICER; Read at Trustee;
        takes nothing; gives [200] (one TenantUser); served

    /// Changes name, roles or state of one of the operator's people.
    UpdateStaffMember "update-staff-member" Patch "/trustee/v1/staff/{user-id}" []
        in none by AppUser for OFFICER; Change at Trustee;
        takes (TenantUser); gives [200] (one TenantUser); served

    /// Dismisses one of the operator's people.
    DeleteStaffMember "delete-staff-member" Delete "/trustee/v1/staff/{user-id}" []
        in none by AppUser for OFFICER; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Gives one of the operator's people a new password.
    ResetStaffMemberPassword "reset-staff-member-password" Post "/trustee/v1/staff/{user-id}/password" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one SignInTicket); served

    /// Lets one of the operator's people set the second factor up anew.
    ResetStaffMemberMfa "reset-staff-member-mfa" Post "/trustee/v1/staff/{user-id}/mfa" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one TenantUser); served

    /// Reads one's own account.
    GetOwnUser "get-own-user" Get "/trustee/v1/user" []
        in none by AppUser for EVERYBODY; Read at Trustee;
        takes nothing; gives [200] (one TenantUser); served

    /// Changes one's own password; everything that the old one opened ends.
    ChangeOwnPassword "change-own-password" Post "/trustee/v1/user/password" []
        in none by AppUser for EVERYBODY; Change at Trustee;
        takes (PasswordChange); gives [204] nothing; served

    /// Reads where one's organisation lets its people sign in besides, and whether one has linked an account there.
    GetSignInIssuer "get-sign-in-issuer" Get "/trustee/v1/issuer" []
        in none by AppUser for EVERYBODY; Read at Trustee;
        takes nothing; gives [200] (one SignInIssuer); served

    /// Sets the OpenID issuer where people of one's own tenant may sign in besides, after asking it who it is.
    SetSignInIssuer "set-sign-in-issuer" Put "/trustee/v1/issuer" []
        in none by AppUser for TENANT_OWNERS; Change at Trustee;
        takes (SignInIssuer); gives [200] (one SignInIssuer); served

    /// Takes one's own tenant's issuer away; every link ends, and all that it opened.
    RemoveSignInIssuer "remove-sign-in-issuer" Delete "/trustee/v1/issuer" []
        in none by AppUser for TENANT_OWNERS; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Ends the link between one's own account and one at the issuer, and all that it opened.
    UnlinkOwnSignIn "unlink-own-sign-in" Delete "/trustee/v1/user/link" []
        in none by AppUser for EVERYBODY; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Says how far the zones are apart, as the trustee measured it, and what the next level asks for.
    GetAssurance "get-assurance" Get "/trustee/v1/assurance" []
        in none by Anonymous for NONE; Read at Trustee;
        takes nothing; gives [200] (one AssuranceLevel); served

    /// Lists the apps of one's own tenant.
    ListTenantApps "list-tenant-apps" Get "/trustee/v1/apps" []
        in none by AppUser for GLOBAL_ADMIN; Read at Trustee;
        takes nothing; gives [200] (collection AppRegistration); served

    /// Registers an app in one's own tenant.
    CreateTenantApp "create-tenant-app" Post "/trustee/v1/apps" []
        in none by AppUser for GLOBAL_ADMIN; Create at Trustee;
        takes (AppRegistration); gives [201] (one AppRegistration); served

    /// Deletes an app of one's own tenant.
    DeleteTenantApp "delete-tenant-app" Delete "/trustee/v1/apps/{app-id}" []
        in none by AppUser for GLOBAL_ADMIN; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Makes a secret for an app and shows it once.
    CreateAppSecret "create-app-secret" Post "/trustee/v1/apps/{app-id}/secrets" []
        in none by AppUser for GLOBAL_ADMIN; Create at Trustee;
        takes (AppSecret); gives [201] (one AppSecret); served

    /// Withdraws a secret of an app.
    DeleteAppSecret "delete-app-secret" Delete "/trustee/v1/apps/{app-id}/secrets/{secret-id}" []
        in none by AppUser for GLOBAL_ADMIN; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Proposes to accept that the operator's store was restored to an older state; another officer gives the leave.
    CreateRestoreAct "create-restore-act" Post "/trustee/v1/restore-acts" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes (RestoreAct); gives [201] (one RestoreAct); served

    /// Lists the leaves to accept an older store of the operator.
    ListRestoreActs "list-restore-acts" Get "/trustee/v1/restore-acts" []
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection RestoreAct); served

    /// Gives a proposed leave to accept an older store of the operator, as another officer.
    ConfirmRestoreAct "confirm-restore-act" Post "/trustee/v1/restore-acts/{act-id}/confirmation" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one RestoreAct); served

    /// Asks for the erasure of one's own organisation's private data, as its approver.
    RequestErasure "request-erasure" Post "/trustee/v1/customers/{customer-id}/erasure" []
        in none by AppUser for CUSTOMER; Act at Trustee;
        takes (Erasure); gives [201] (one Erasure); served

    /// Reads how far a customer's erasure is, with its two dates.
    GetErasure "get-erasure" Get "/trustee/v1/customers/{customer-id}/erasure" []
        in none by AppUser for ERASURE_READERS; Read at Trustee;
        takes nothing; gives [200] (one Erasure); served

    /// Lists the erasures of customers, those first that wait for officers.
    ListErasures "list-erasures" Get "/trustee/v1/erasures" []
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection Erasure); served

    /// Takes a customer's erasure back that was not carried out, as its approver.
    WithdrawErasure "withdraw-erasure" Delete "/trustee/v1/customers/{customer-id}/erasure" []
        in none by AppUser for CUSTOMER; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Confirms a customer's erasure; it takes two officers, and is carried out when the customer's days are over.
    ConfirmErasure "confirm-erasure" Post "/trustee/v1/customers/{customer-id}/erasure/confirmation" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one Erasure); served

    /// Reads how far the latest rotation of a customer's keys is, and whether older versions are disabled.
    GetKeyRotation "get-key-rotation" Get "/trustee/v1/customers/{customer-id}/key-rotation" []
        in none by AppUser for ERASURE_READERS; Read at Trustee;
        takes nothing; gives [200] (one KeyRotation); served

    /// Rotates a customer's keys: nothing stops opening meanwhile.
    RotateCustomerKeys "rotate-customer-keys" Post "/trustee/v1/customers/{customer-id}/key-rotation" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one KeyRotation); served
}
