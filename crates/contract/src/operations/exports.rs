//! A customer leaves with everything of its own, or arrives with it. All at the trustee.

use crate::resources::export::{CustomerExport, CustomerHistory};

operations! {
    area "exports" of Trustee;

    /// Makes an archive of everything of one's own organisation, sealed to a key of its own, as its approver.
    CreateCustomerExport "create-customer-export" Post "/trustee/v1/customers/{customer-id}/exports" []
        in none by AppUser for CUSTOMER; Act at Trustee;
        takes (CustomerExport); gives [201] (one CustomerExport); served

    /// Lists the archives that were made of one's own organisation.
    ListCustomerExports "list-customer-exports" Get "/trustee/v1/customers/{customer-id}/exports" []
        in none by AppUser for CUSTOMER; Read at Trustee;
        takes nothing; gives [200] (collection CustomerExport); served

    /// Gives an archive, as its approver; only the key that it is sealed to opens it.
    GetCustomerExportArchive "get-customer-export-archive" Get
        "/trustee/v1/customers/{customer-id}/exports/{export-id}/archive" []
        in none by AppUser for CUSTOMER; Read at Trustee;
        takes nothing; gives [200] (file "application/octet-stream" "customer-export-{export-id}.tar.age"); served

    /// Keeps what was agreed elsewhere before, out of an export of another cloud, as the customer's approver.
    KeepCustomerHistory "keep-customer-history" Post "/trustee/v1/customers/{customer-id}/history" []
        in none by AppUser for CUSTOMER; Create at Trustee;
        takes (CustomerHistory); gives [201] (one CustomerHistory); served

    /// Lists what one's own organisation brought along from elsewhere.
    ListCustomerHistory "list-customer-history" Get "/trustee/v1/customers/{customer-id}/history" []
        in none by AppUser for CUSTOMER; Read at Trustee;
        takes nothing; gives [200] (collection CustomerHistory); served
}
