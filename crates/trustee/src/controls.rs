//! The controls of the gateway, each with a name, so that a test can show what happens without it.
//!
//! Invariant: without the cargo feature `sabotage` a [`Controls`] is nothing at all and [`Controls::on`] is the
//! constant `true`; no run-time setting, file or variable can switch a control off in such a build. With the feature,
//! exactly one control can be left out, chosen when the trustee is built. The claims suite then demands that the
//! attack the control stops is seen to succeed.
//!
//! Deliberately absent: reading the environment. The program hands the choice in.

use std::fmt;

use access::Policy;
use access::policy::PolicyError;
use envelope::{Expected, OpenError, TenantKeys};
use zeroize::Zeroizing;

/// The form of [`Policy::parse`].
pub type RuleReader = fn(&str) -> Result<Policy, PolicyError>;
/// The form of [`envelope::open`].
pub type Opener = fn(&TenantKeys, &Expected<'_>, &str) -> Result<Zeroizing<Vec<u8>>, OpenError>;

kernel::controls! {
    /// One thing the trustee does so that an operator which lies, a caller which smuggles, or one of its own people gets
    /// nowhere.
    one Control;
    /// Which controls work: all of them, unless this is a sabotage build that was told to leave one out.
    all Controls;
    /// A token counts only when this house signed it.
    TokenSignature = "token-signature";
    /// What the cloud refuses is refused, whoever asks.
    Refusal = "refusal";
    /// Nothing of a message is written to a log.
    QuietLog = "quiet-log";
    /// The caller's token stays here; the operator gets the gateway's own assertion.
    TokenStripped = "token-stripped";
    /// Only allow-listed request headers travel on.
    RequestHeaders = "request-headers";
    /// Only declared query members travel on.
    RequestQuery = "request-query";
    /// Entity tags, page tokens and languages travel on only in the forms in which this house gives them out.
    HeaderForms = "header-forms";
    /// Values of query members travel on only in their members' forms.
    QueryForms = "query-forms";
    /// Only declared members of a body travel on, once each.
    RequestMembers = "request-members";
    /// Private members are cut out and sealed before the body travels on.
    Seal = "seal";
    /// A partner reaches only customers with a relationship recorded here, a customer only itself.
    Relationship = "relationship";
    /// Every customer named in a list must be one of the caller's.
    ListedCustomers = "listed-customers";
    /// The operator's staff open nothing without a grant.
    StaffGrant = "staff-grant";
    /// Enrolling takes two officers.
    FourEyes = "four-eyes";
    /// Nobody of the trustee or the operator gets in, or a new way in, by one officer alone.
    SecondOfficer = "second-officer";
    /// What rests on a person ends with the person, not at the next use.
    VoidAtOnce = "void-at-once";
    /// A customer's first approver is a person whom the trustee verified itself.
    FirstApprover = "first-approver";
    /// An issuer lets nobody in to whom the trustee gave a way in itself.
    OwnWayIn = "own-way-in";
    /// A key counts a day after its enrolment.
    KeyAge = "key-age";
    /// Approvals are counted by person.
    DistinctPersons = "distinct-persons";
    /// Approvals count while their signatures are over the text as it is.
    SignedText = "signed-text";
    /// Approvals count while those who gave them are enrolled.
    Membership = "membership";
    /// A use is proved by the requester's own key.
    UseProof = "use-proof";
    /// A proof's nonce counts once.
    FreshNonce = "fresh-nonce";
    /// What was denied is not asked again within a week.
    DeniedBefore = "denied-before";
    /// A demand of an authority counts as it was assessed, by signatures over all of it.
    SignedCase = "signed-case";
    /// A foreign order without effect in Germany leads to no disclosure.
    ForeignOrder = "foreign-order";
    /// A gag is put off by a legal officer with a new document, and by nothing else.
    GagDocument = "gag-document";
    /// What a data subject wrote is sealed for the customer before it is stored.
    SubjectSealed = "subject-sealed";
    /// Emergencies are approved by officers who are on duty.
    DutyRoster = "duty-roster";
    /// Who owes the review of an emergency asks for nothing more.
    Review = "review";
    /// What is weaker than before binds nobody who has not signed it.
    OldRule = "old-rule";
    /// A live grant is used only while somebody watches.
    Heartbeat = "heartbeat";
    /// A grant whose time is over opens nothing.
    Expiry = "expiry";
    /// A grant has as many uses as were approved.
    UseCount = "use-count";
    /// A request that nobody answered in time is over.
    Silence = "silence";
    /// A grant covers what it names.
    GrantScope = "grant-scope";
    /// Help for a customer needs a ticket of that customer's.
    TicketOfTenant = "ticket-of-tenant";
    /// The operator's support reads a ticket's thread only while it is released.
    SupportRelease = "support-release";
    /// A release is of one ticket.
    ReleaseScope = "release-scope";
    /// A release that was taken back opens nothing.
    ReleaseRevoked = "release-revoked";
    /// Only a ticket's author's side releases it.
    ReleaseAuthor = "release-author";
    /// Only granted fields are shown.
    GrantedFields = "granted-fields";
    /// Nothing is opened before its intent is durable in the log.
    LogFirst = "log-first";
    /// A grant is looked at once more before what was opened goes out.
    LastLook = "last-look";
    /// An answer names the id that was asked for, or the one minted here.
    ForeignId = "foreign-id";
    /// An envelope belongs to the expected tenant, record and field set.
    SwappedEnvelope = "swapped-envelope";
    /// An envelope is of a version that the record map still accepts.
    StaleEnvelope = "stale-envelope";
    /// A damaged envelope refuses the whole answer.
    DamagedEnvelope = "damaged-envelope";
    /// An envelope opens under the one key that it commits to.
    KeyCommitment = "key-commitment";
    /// An answer holds no private member in clear.
    PlainAnswer = "plain-answer";
    /// Links of an answer are relative or lead to this origin.
    AnswerLinks = "answer-links";
    /// `Location` is relative or leads to this origin.
    AnswerLocation = "answer-location";
    /// Only allow-listed response headers travel back.
    AnswerHeaders = "answer-headers";
    /// A store that was put back stays sealed until two officers signed what is done about it.
    RestoreOfficers = "restore-officers";
    /// The tail of the log that a restore replays is the one that was seen.
    RestoreTail = "restore-tail";
    /// What the tail says was destroyed or ended is destroyed and ended again.
    Replay = "replay";
    /// Older versions of a restored operator store count only by two officers' leave, and for the stated tenants.
    RestoreLeave = "restore-leave";
    /// Erasing a customer takes its approver and two officers.
    ErasureQuorum = "erasure-quorum";
    /// An old version of a key is disabled when nothing is wrapped under it any more.
    RetireLast = "retire-last";
    /// What a customer takes along is sealed to the customer's own key.
    ExportSealed = "export-sealed";
    /// Destroyed keys that a key service has again are destroyed again.
    Revived = "revived-keys";
    /// Nothing is opened for staff while the key service is not known to keep keys as it must.
    SoundKeys = "sound-keys";
    /// An unwrapped key is forgotten after a minute, so that nothing opens without the key service.
    FreshKeys = "fresh-keys";
    /// Rules that ask for nobody, or for somebody who does not exist, are not taken.
    SoundRules = "sound-rules";
    /// A clock that was set back is not believed.
    ClockBack = "clock-back";
    /// Every factor of a rule must be filled, each by its own kind of person.
    AllFactors = "all-factors";
    /// Staff who are, or work, outside the countries of the rules get nothing.
    StaffCountry = "staff-country";
    /// A use of which nothing more was heard is told as of unknown end.
    LostUses = "lost-uses";
    /// What is said in words stays sealed; the log tells of it by words of a closed list.
    LogWords = "log-words";
    /// A root key comes back from as many shares as were agreed on.
    SharesNeeded = "shares-needed";
    /// A set of shares that was used or replaced brings nothing back.
    SpentShares = "spent-shares";
    /// Shares are used in the presence of an auditor who gives none.
    CeremonyAuditor = "ceremony-auditor";
    /// Nothing is erased while data can be fetched, unless the customer says so.
    RetrievalTime = "retrieval-time";
    /// Only who has a tenant's key can tell which entries are the tenant's.
    SecretTags = "secret-tags";
    /// Nothing is released before enough witnesses have seen it, where the rules want that.
    WitnessFirst = "witness-first";
    /// A witness's word counts only when it verifies and is of now.
    Cosignature = "cosignature";
    /// A log that a witness contradicts is not written to any more.
    WitnessWord = "witness-word";
    /// Nothing of a destroyed key stays in the store's files.
    Scrub = "scrub";
    /// What the operator says of its place counts only as far as the connection bears it out.
    MeasuredLevel = "measured-level";
    /// A document is delivered as an attachment that no browser renders, and never as HTML.
    Documents = "documents";
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Controls {
    /// What reads rules.
    #[cfg(not(feature = "sabotage"))]
    pub fn rules(self) -> RuleReader {
        Policy::parse
    }

    /// What reads rules.
    #[cfg(feature = "sabotage")]
    pub fn rules(self) -> RuleReader {
        if self.on(Control::SoundRules) { Policy::parse } else { Policy::parse_weak }
    }

    /// What opens envelopes.
    #[cfg(not(feature = "sabotage"))]
    pub fn opener(self) -> Opener {
        envelope::open
    }

    /// What opens envelopes.
    #[cfg(feature = "sabotage")]
    pub fn opener(self) -> Opener {
        if self.on(Control::KeyCommitment) { envelope::open } else { envelope::open_without_commitment }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_works_unless_left_out() {
        assert!(Control::ALL.iter().all(|control| Controls::all().on(*control)));
        #[cfg(feature = "sabotage")]
        for control in Control::ALL {
            let controls = Controls::without(control.name()).expect("a known name");
            for other in Control::ALL {
                assert_eq!(controls.on(*other), other != control, "{control} {other}");
            }
        }
    }
}
