//! Requests of data subjects that reached the operator or the trustee, handed over to the customers whose they are. All at the
//! trustee: the operator zone is not asked.

use crate::resources::subject_request::SubjectRequest;

operations! {
    area "subject-requests" of Trustee;

    /// Hands over a data subject's request that had reached the operator or the trustee; the answer is the receipt.
    CreateSubjectRequest "create-subject-request" Post "/trustee/v1/subject-requests" []
        in none by AppUser for OFFICER_OR_STAFF; Create at Trustee;
        takes (SubjectRequest); gives [201] (one SubjectRequest); served

    /// Lists requests of data subjects that were handed over: a customer's own with what the persons wrote, others without.
    ListSubjectRequests "list-subject-requests" Get "/trustee/v1/subject-requests" ["size", "offset"]
        in none by AppUser for ACCESS; Read at Trustee;
        takes nothing; gives [200] (collection SubjectRequest); served
}
