//! Demands of authorities, and grants for emergencies looked at afterwards. All at the trustee.

use crate::resources::legal::{
    AccessReview, GagReminder, GagReview, LegalAssessment, LegalCase, LegalDisclosure,
};

operations! {
    area "legal" of Trustee;

    /// Registers a demand of an authority; the operator's people can do nothing else with one.
    RegisterLegalCase "register-legal-case" Post "/trustee/v1/legal-cases" []
        in none by AppUser for OFFICER_OR_STAFF; Create at Trustee;
        takes (LegalCase); gives [201] (one LegalCase); served

    /// Lists demands of authorities.
    ListLegalCases "list-legal-cases" Get "/trustee/v1/legal-cases" ["size", "offset"]
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection LegalCase); served

    /// Reads a demand of an authority with what was found about it.
    GetLegalCase "get-legal-case" Get "/trustee/v1/legal-cases/{case-id}" []
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (one LegalCase); served

    /// Gives the text that an assessment of a demand is signed over.
    PrepareLegalAssessment "prepare-legal-assessment" Get "/trustee/v1/legal-cases/{case-id}/assessment"
        ["outcome", "key"]
        in none by AppUser for OFFICER; Read at Trustee;
        takes nothing; gives [200] (one LegalAssessment); served

    /// Says what a demand is; a legal officer and another person who find the same make the result.
    AssessLegalCase "assess-legal-case" Post "/trustee/v1/legal-cases/{case-id}/assessments" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes (LegalAssessment); gives [200] (one LegalCase); served

    /// Discloses what a compelled demand names, sealed to the addressee, once a second officer asks for it too.
    DiscloseLegalCase "disclose-legal-case" Post "/trustee/v1/legal-cases/{case-id}/disclosure" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one LegalDisclosure); served

    /// Lists the gags of which nobody has said since the last reminder whether they still hold. One is asked about each month.
    ListGagReminders "list-gag-reminders" Get "/trustee/v1/gag-reminders" []
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection GagReminder); served

    /// Says what looking after a gag found: it continues, a new document puts its end off, or it has ended. Without that it
    /// ends on its day.
    ReviewGag "review-gag" Post "/trustee/v1/legal-cases/{case-id}/gag-reviews" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes (GagReview); gives [200] (one LegalCase); served

    /// Lists the demands about one's own organisation of which the trustee may tell.
    ListLegalNotices "list-legal-notices" Get "/trustee/v1/legal-notices" []
        in none by AppUser for CUSTOMER; Read at Trustee;
        takes nothing; gives [200] (collection LegalCase); served

    /// Says after an emergency what was done and why. Without it the requester asks for nothing more after three days.
    ReviewAccessRequest "review-access-request" Post "/trustee/v1/access-requests/{request-id}/review" []
        in none by AppUser for STAFF; Create at Trustee;
        takes (AccessReview); gives [201] (one AccessReview); served
}
