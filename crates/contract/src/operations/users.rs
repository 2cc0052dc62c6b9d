//! Users and licences of customers: refused by a sovereign cloud, where the customer's own portal does it.

operations! {
    area "users" of PartnerCenter;

    /// Creates a user in a customer's tenant.
    CreateUser "create-user" Post "/v1/customers/{customer-id}/users" []
        in [Global] by AppUser for USER_ADMINS; Create at Trustee;
        takes later; gives [200] (one later); planned

    /// Lists a customer's users, or those deleted lately.
    ListUsers "list-users" Get "/v1/customers/{customer-id}/users" ["size", "filter", "offset", "seekOperation", "sortField", "sortDirection"]
        in [Global] by AppUser for USER_ADMINS; Read at Trustee;
        takes nothing; gives [200] (collection later); planned

    /// Reads one user of a customer.
    GetUser "get-user" Get "/v1/customers/{customer-id}/users/{user-id}" []
        in [Global] by AppUser for USER_ADMINS; Read at Trustee;
        takes nothing; gives [200] (one later); planned

    /// Changes a customer's user, resets the password or restores the user.
    UpdateUser "update-user" Patch "/v1/customers/{customer-id}/users/{user-id}" []
        in [Global] by AppUser for USER_ADMINS; Change at Trustee;
        takes later; gives [200] (one later); planned

    /// Deletes a customer's user.
    DeleteUser "delete-user" Delete "/v1/customers/{customer-id}/users/{user-id}" []
        in [Global] by AppUser for USER_ADMINS; Delete at Trustee;
        takes nothing; gives [204] nothing; planned

    /// Lists the directory roles of a customer's user.
    ListUserRoles "list-user-roles" Get "/v1/customers/{customer-id}/users/{user-id}/directoryroles" []
        in [Global] by AppUser for USER_ADMINS; Read at Trustee;
        takes nothing; gives [200] (collection later); planned

    /// Lists the directory roles of a customer's tenant.
    ListCustomerRoles "list-customer-roles" Get "/v1/customers/{customer-id}/directoryroles" []
        in [Global] by AppUser for USER_ADMINS; Read at Trustee;
        takes nothing; gives [200] (collection later); planned

    /// Lists who holds a directory role at a customer.
    ListRoleMembers "list-role-members" Get "/v1/customers/{customer-id}/directoryroles/{role-id}/usermembers" []
        in [Global] by AppUser for USER_ADMINS; Read at Trustee;
        takes nothing; gives [200] (collection later); planned

    /// Gives a directory role to a customer's user.
    AddRoleMember "add-role-member" Post "/v1/customers/{customer-id}/directoryroles/{role-id}/usermembers" []
        in [Global] by AppUser for USER_ADMINS; Create at Trustee;
        takes later; gives [201] (one later); planned

    /// Takes a directory role from a customer's user.
    RemoveRoleMember "remove-role-member" Delete "/v1/customers/{customer-id}/directoryroles/{role-id}/usermembers/{user-id}" []
        in [Global] by AppUser for USER_ADMINS; Delete at Trustee;
        takes nothing; gives [204] nothing; planned

    /// Lists the licences a customer can assign.
    ListAvailableLicenses "list-available-licenses" Get "/v1/customers/{customer-id}/subscribedskus" ["licenseGroupIds"]
        in [Global] by AppUser for USER_ADMINS; Read at Trustee;
        takes nothing; gives [200] (collection later); planned

    /// Lists the licences of a customer's user.
    ListUserLicenses "list-user-licenses" Get "/v1/customers/{customer-id}/users/{user-id}/licenses" ["licenseGroupIds"]
        in [Global] by AppUser for USER_ADMINS; Read at Trustee;
        takes nothing; gives [200] (collection later); planned

    /// Assigns licences to a customer's user or takes them away.
    AssignUserLicenses "assign-user-licenses" Post "/v1/customers/{customer-id}/users/{user-id}/licenseupdates" []
        in [Global] by AppUser for USER_ADMINS; Change at Trustee;
        takes later; gives [201] (one later); planned
}
