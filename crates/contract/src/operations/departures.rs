//! Customers who leave: notice, and the times that run from it. All at the trustee.

use crate::resources::departure::Departure;

operations! {
    area "departures" of Trustee;

    /// Gives notice, as one's own organisation's approver.
    GiveNotice "give-notice" Post "/trustee/v1/customers/{customer-id}/departure" []
        in none by AppUser for CUSTOMER; Act at Trustee;
        takes (Departure); gives [201] (one Departure); served

    /// Reads how far a customer is on its way out, with the dates.
    GetDeparture "get-departure" Get "/trustee/v1/customers/{customer-id}/departure" []
        in none by AppUser for ERASURE_READERS; Read at Trustee;
        takes nothing; gives [200] (one Departure); served

    /// Takes notice back while the contract or the move lasts, as one's own organisation's approver.
    WithdrawNotice "withdraw-notice" Delete "/trustee/v1/customers/{customer-id}/departure" []
        in none by AppUser for CUSTOMER; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Lists customers who gave notice, the latest first.
    ListDepartures "list-departures" Get "/trustee/v1/departures" ["size", "offset"]
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection Departure); served
}
