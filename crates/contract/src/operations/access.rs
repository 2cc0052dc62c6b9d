//! Opening for the operator's people: persons, requests, decisions, grants. All at the trustee.

use crate::resources::access::{
    AccessDecision, AccessNonce, AccessPolicy, AccessProof, AccessRequest, AccessUse, AccessWatch, Duty,
    EnrolledPerson, OfficerWish, PersonKey, PolicyChange,
};
use crate::resources::trustee::SignInTicket;

operations! {
    area "access" of Trustee;

    /// Lists the persons whom the trustee enrolled or is about to; customers see their own.
    ListPersons "list-persons" Get "/trustee/v1/persons" ["kind", "size", "offset"]
        in none by AppUser for PERSON_READERS; Read at Trustee;
        takes nothing; gives [200] (collection EnrolledPerson); served

    /// Proposes a person with a key; a second officer confirms.
    ProposePerson "propose-person" Post "/trustee/v1/persons" []
        in none by AppUser for OFFICER; Create at Trustee;
        takes (EnrolledPerson); gives [201] (one EnrolledPerson); served

    /// Reads a person's enrolment.
    GetPerson "get-person" Get "/trustee/v1/persons/{person-id}" []
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (one EnrolledPerson); served

    /// Reads one's own enrolment.
    GetOwnPerson "get-own-person" Get "/trustee/v1/person" []
        in none by AppUser for EVERYBODY; Read at Trustee;
        takes nothing; gives [200] (one EnrolledPerson); served

    /// Confirms a proposed person, as a second officer.
    ConfirmPerson "confirm-person" Post "/trustee/v1/persons/{person-id}/confirmation" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one EnrolledPerson); served

    /// Removes a person, once a second officer asks for it too; everything that rested on the person ends at once.
    RemovePerson "remove-person" Delete "/trustee/v1/persons/{person-id}" []
        in none by AppUser for OFFICER; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Gives a customer's approver a new password and lets him or her set up the second factor anew, once a second
    /// officer asks for it too.
    RenewPersonSignIn "renew-person-sign-in" Post "/trustee/v1/persons/{person-id}/sign-in" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one SignInTicket); served

    /// Lists what officers have asked for and what waits for a second one who asks for the same.
    ListOfficerWishes "list-officer-wishes" Get "/trustee/v1/officer-wishes" ["size", "offset"]
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection OfficerWish); served

    /// Takes one's own wish back that waits for a second officer.
    WithdrawOfficerWish "withdraw-officer-wish" Delete "/trustee/v1/officer-wishes/{wish-id}" []
        in none by AppUser for OFFICER; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Lists which officers are on duty, and when.
    ListDuties "list-duties" Get "/trustee/v1/duties" ["size", "offset"]
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection Duty); served

    /// Puts an officer on duty, once a second officer asks for the same.
    CreateDuty "create-duty" Post "/trustee/v1/duties" []
        in none by AppUser for OFFICER; Create at Trustee;
        takes (Duty); gives [201] (one Duty); served

    /// Ends an officer's shift now.
    EndDuty "end-duty" Delete "/trustee/v1/duties/{duty-id}" []
        in none by AppUser for OFFICER; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Proposes one more key of a person.
    ProposePersonKey "propose-person-key" Post "/trustee/v1/persons/{person-id}/keys" []
        in none by AppUser for OFFICER; Create at Trustee;
        takes (PersonKey); gives [201] (one PersonKey); served

    /// Confirms a proposed key, as a second officer.
    ConfirmPersonKey "confirm-person-key" Post "/trustee/v1/persons/{person-id}/keys/{key-id}/confirmation" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one PersonKey); served

    /// Lets a new key count before its day is over, once a second officer says so too.
    HastenPersonKey "hasten-person-key" Post "/trustee/v1/persons/{person-id}/keys/{key-id}/early-use" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one PersonKey); served

    /// Removes a key.
    RemovePersonKey "remove-person-key" Delete "/trustee/v1/persons/{person-id}/keys/{key-id}" []
        in none by AppUser for OFFICER; Delete at Trustee;
        takes nothing; gives [204] nothing; served

    /// Asks for access to some of a customer's private data.
    CreateAccessRequest "create-access-request" Post "/trustee/v1/access-requests" []
        in none by AppUser for STAFF; Create at Trustee;
        takes (AccessRequest); gives [201] (one AccessRequest); served

    /// Lists requests: one's own, those about one's own organisation, or all for the trustee's people.
    ListAccessRequests "list-access-requests" Get "/trustee/v1/access-requests" ["state", "size", "offset"]
        in none by AppUser for ACCESS; Read at Trustee;
        takes nothing; gives [200] (collection AccessRequest); served

    /// Reads a request with its text.
    GetAccessRequest "get-access-request" Get "/trustee/v1/access-requests/{request-id}" []
        in none by AppUser for ACCESS; Read at Trustee;
        takes nothing; gives [200] (one AccessRequest); served

    /// Gives the text that a decision on a request is signed over.
    PrepareAccessDecision "prepare-access-decision" Get "/trustee/v1/access-requests/{request-id}/decision"
        ["decision", "key"]
        in none by AppUser for DECIDERS; Read at Trustee;
        takes nothing; gives [200] (one AccessDecision); served

    /// Decides on a request, with a signature over its text.
    DecideAccessRequest "decide-access-request" Post "/trustee/v1/access-requests/{request-id}/decisions" []
        in none by AppUser for DECIDERS; Act at Trustee;
        takes (AccessDecision); gives [200] (one AccessRequest); served

    /// Takes one's own request back.
    WithdrawAccessRequest "withdraw-access-request" Post "/trustee/v1/access-requests/{request-id}/withdrawal" []
        in none by AppUser for STAFF; Act at Trustee;
        takes nothing; gives [200] (one AccessRequest); served

    /// Gives a nonce for the next proof.
    CreateAccessNonce "create-access-nonce" Post "/trustee/v1/access-requests/{request-id}/nonces" []
        in none by AppUser for STAFF; Act at Trustee;
        takes nothing; gives [201] (one AccessNonce); served

    /// Begins to use an approved request.
    ActivateAccessRequest "activate-access-request" Post "/trustee/v1/access-requests/{request-id}/activation" []
        in none by AppUser for STAFF; Act at Trustee;
        takes (AccessProof); gives [200] (one AccessRequest); served

    /// Ends one's own grant.
    FinishAccessRequest "finish-access-request" Post "/trustee/v1/access-requests/{request-id}/completion" []
        in none by AppUser for STAFF; Act at Trustee;
        takes nothing; gives [200] (one AccessRequest); served

    /// Takes an approved request or a grant back; afterwards nothing more is released.
    RevokeAccessRequest "revoke-access-request" Post "/trustee/v1/access-requests/{request-id}/revocation" []
        in none by AppUser for REVOKERS; Act at Trustee;
        takes nothing; gives [200] (one AccessRequest); served

    /// Stops a grant in use.
    StopAccessRequest "stop-access-request" Post "/trustee/v1/access-requests/{request-id}/stop" []
        in none by AppUser for DECIDERS; Act at Trustee;
        takes nothing; gives [200] (one AccessRequest); served

    /// Lets one more use pass, where each is let pass by itself.
    ClearAccessUse "clear-access-use" Post "/trustee/v1/access-requests/{request-id}/clearance" []
        in none by AppUser for DECIDERS; Act at Trustee;
        takes nothing; gives [200] (one AccessRequest); served

    /// Watches a grant: answers when something has changed, and tells that somebody watches.
    WatchAccessRequest "watch-access-request" Post "/trustee/v1/access-requests/{request-id}/watch" ["after"]
        in none by AppUser for DECIDERS; Act at Trustee;
        takes nothing; gives [200] (one AccessWatch); served

    /// Lists the uses of a grant.
    ListAccessUses "list-access-uses" Get "/trustee/v1/access-requests/{request-id}/uses" []
        in none by AppUser for ACCESS; Read at Trustee;
        takes nothing; gives [200] (collection AccessUse); served

    /// Reads who must agree: the rules that stand for a customer, the policy file, and the changes of it under way.
    GetAccessPolicy "get-access-policy" Get "/trustee/v1/access-policy" ["tenantId"]
        in none by AppUser for ACCESS; Read at Trustee;
        takes nothing; gives [200] (one AccessPolicy); served

    /// Proposes a change of who must agree.
    ProposePolicyChange "propose-policy-change" Post "/trustee/v1/access-policy/changes" []
        in none by AppUser for OFFICER; Create at Trustee;
        takes (PolicyChange); gives [201] (one PolicyChange); served

    /// Gives the text that a change of the policy is signed over.
    PreparePolicySignature "prepare-policy-signature" Get "/trustee/v1/access-policy/changes/{change-id}/signature"
        ["key"]
        in none by AppUser for DECIDERS; Read at Trustee;
        takes nothing; gives [200] (one AccessDecision); served

    /// Signs a change of the policy: two officers put it in place a day later, a customer's approver accepts what it
    /// weakens for the customer.
    SignPolicyChange "sign-policy-change" Post "/trustee/v1/access-policy/changes/{change-id}/signatures" []
        in none by AppUser for DECIDERS; Act at Trustee;
        takes (AccessDecision); gives [200] (one PolicyChange); served

    /// Takes a change of the policy back before it takes effect.
    WithdrawPolicyChange "withdraw-policy-change" Post "/trustee/v1/access-policy/changes/{change-id}/withdrawal" []
        in none by AppUser for OFFICER; Act at Trustee;
        takes nothing; gives [200] (one PolicyChange); served
}
