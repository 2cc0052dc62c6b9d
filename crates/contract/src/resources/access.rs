//! Persons, access requests and grants: our own API of the trustee. Nothing here ever reaches the operator.

use crate::shape_macros::resource;

resource! {
    /// A person as the trustee enrolled one, apart from the account with which he or she signs in.
    pub struct EnrolledPerson: "EnrolledPerson" {
        commercial id: Option<String> [read_only],
        /// requester, customer-approver, trustee-officer, legal-officer, auditor or administrator.
        commercial kind: Option<String> [required, max(40)],
        /// The organisation: of customers' approvers the customer's tenant; for all others it follows from the kind.
        commercial tenant_id: Option<String> [guid],
        /// The account. For a customer's approver it is made by the confirmation, and cannot be given.
        commercial user_id: Option<String> [guid],
        /// Of a customer's approver: what stands before the `@` of the new account's name.
        contact user_principal_name: Option<String> [max(64)],
        contact first_name: Option<String> [max(50)],
        contact last_name: Option<String> [max(50)],
        /// The country of the person's office, two letters.
        commercial country: Option<String> [required, max(2)],
        /// Who employs the person: a company's name. The organisation of the account, where nothing is said.
        commercial employer: Option<String> [max(200)],
        /// How the person was identified; without names.
        content evidence: Option<String> [required, max(500)],
        /// The first key, as it stands in `id_ed25519.pub`.
        commercial ssh_public_key: Option<String> [max(1000)],
        commercial keys: Option<Vec<PersonKey>> [read_only],
        /// proposed, enrolled or removed.
        commercial state: Option<String> [read_only],
        commercial proposed_by: Option<String> [read_only],
        commercial proposed_date: Option<jiff::Timestamp> [read_only],
        commercial confirmed_by: Option<String> [read_only],
        commercial confirmed_date: Option<jiff::Timestamp> [read_only],
        /// For the first sign-in of an account made by the confirmation. Shown once; hand it over outside the partner.
        secret one_time_password: Option<String> [read_only],
    }

    /// What one officer has asked for and a second one has not yet.
    pub struct OfficerWish: "OfficerWish" {
        /// What it is called when its officer takes it back.
        commercial id: Option<String>,
        /// In words that name everything that decides something.
        contact wish: Option<String>,
        commercial officer_id: Option<String>,
        commercial wished_date: Option<jiff::Timestamp>,
        commercial expires: Option<jiff::Timestamp>,
    }

    /// A shift of an officer. Emergencies are approved by officers who are on duty.
    pub struct Duty: "Duty" {
        commercial id: Option<String> [read_only],
        /// The officer, as an enrolled person.
        commercial person_id: Option<String> [required, guid],
        /// When it begins; not before two officers have asked for it.
        commercial from: Option<jiff::Timestamp> [required],
        /// When it ends, 31 days later at most.
        commercial until: Option<jiff::Timestamp> [required],
        /// The account of the officer who asked first.
        commercial set_by: Option<String> [read_only],
        /// The account of the one who asked for the same.
        commercial confirmed_by: Option<String> [read_only],
        commercial set_date: Option<jiff::Timestamp> [read_only],
    }

    /// A person's key.
    pub struct PersonKey: "PersonKey" {
        commercial id: Option<String> [read_only],
        commercial ssh_public_key: Option<String> [required, max(1000)],
        commercial fingerprint: Option<String> [read_only],
        /// Whether a hardware token holds it.
        commercial hardware: Option<bool> [read_only],
        /// proposed, enrolled or removed.
        commercial state: Option<String> [read_only],
        /// From then on it counts.
        commercial usable_from: Option<jiff::Timestamp> [read_only],
    }

    /// What somebody of the operator asks to see, and the grant that it becomes.
    pub struct AccessRequest: "AccessRequest" {
        commercial id: Option<String> [read_only],
        /// The one customer.
        commercial tenant_id: Option<String> [required, guid],
        /// Operations of the contract, by id.
        commercial operations: Option<Vec<String>>,
        /// Kinds of records, or single ones: `billing-profile`, `agreement/<id>`.
        commercial records: Option<Vec<String>>,
        /// contact, personal, content.
        commercial classes: Option<Vec<String>>,
        /// Private members: `billing-profile.email`. All others stay absent.
        commercial fields: Option<Vec<String>>,
        /// view: one object at a time. export: lists too.
        commercial output: Option<String> [max(16)],
        /// Whether values are shown in part only; yes when absent.
        commercial masking: Option<bool>,
        commercial max_uses: Option<i64>,
        commercial max_rows: Option<i64>,
        commercial max_bytes: Option<i64>,
        /// One of the closed list of reasons.
        commercial reason: Option<String> [required, max(40)],
        commercial ticket: Option<String> [required, max(100)],
        /// In words.
        content purpose: Option<String> [required, max(1000)],
        commercial customer_is_suspect: Option<bool>,
        /// The country the requester works from, two letters.
        commercial physical_country: Option<String> [required, max(2)],
        commercial not_before: Option<jiff::Timestamp>,
        commercial duration_seconds: Option<i64>,
        /// post, live or step; never less than the rule of the reason asks.
        commercial supervision: Option<String> [max(16)],
        commercial state: Option<String> [read_only],
        /// The text that is read and signed.
        content text: Option<String> [read_only],
        commercial digest: Option<String> [read_only],
        commercial requester_id: Option<String> [read_only],
        commercial created_date: Option<jiff::Timestamp> [read_only],
        commercial answer_by: Option<jiff::Timestamp> [read_only],
        commercial activated_date: Option<jiff::Timestamp> [read_only],
        commercial ends_date: Option<jiff::Timestamp> [read_only],
        /// Who watches.
        commercial supervisor_id: Option<String> [read_only],
        commercial uses: Option<i64> [read_only],
        commercial rows: Option<i64> [read_only],
        commercial bytes: Option<i64> [read_only],
        commercial decisions: Option<Vec<AccessDecision>> [read_only],
        /// The report on it, once it has ended after it had begun.
        commercial report_id: Option<String> [read_only],
        /// Grows with every change.
        commercial revision: Option<i64> [read_only],
    }

    /// One person's decision on a request.
    pub struct AccessDecision: "AccessDecision" {
        /// approve or deny.
        commercial decision: Option<String> [required, max(16)],
        commercial decided_date: Option<jiff::Timestamp>,
        /// The key, as `ssh-keygen -l` shows it.
        commercial fingerprint: Option<String> [max(100)],
        commercial person_id: Option<String> [read_only],
        commercial kind: Option<String> [read_only],
        /// The SSH signature over the text, namespace `treuhand-approval@v1`. A denial needs none.
        content signature: Option<String> [max(4000)],
        /// What has to be signed, byte for byte.
        content signed_text: Option<String> [read_only],
    }

    /// A nonce for one proof.
    pub struct AccessNonce: "AccessNonce" {
        commercial nonce: Option<String> [read_only],
        /// The origin that the proof names.
        commercial origin: Option<String> [read_only],
        commercial expires: Option<jiff::Timestamp> [read_only],
    }

    /// The requester's proof of one act under a grant.
    pub struct AccessProof: "AccessProof" {
        commercial nonce: Option<String> [required, max(100)],
        /// The SSH signature, namespace `treuhand-use@v1`.
        content signature: Option<String> [required, max(4000)],
    }

    /// One use of a grant.
    pub struct AccessUse: "AccessUse" {
        commercial number: Option<i64>,
        commercial operation: Option<String>,
        commercial parameters_sha256: Option<String>,
        commercial began_date: Option<jiff::Timestamp>,
        /// open, released, refused or unknown.
        commercial outcome: Option<String>,
        commercial rows: Option<i64>,
        commercial bytes: Option<i64>,
        /// The fields that were released.
        commercial fields: Option<Vec<String>>,
        /// Path and query; in the live view only.
        content target: Option<String>,
        /// What was released, masked; in the live view only, and kept nowhere.
        content masked_values: Option<Vec<MaskedValue>>,
    }

    /// A released value as somebody who watches sees it.
    pub struct MaskedValue: "MaskedValue" {
        commercial field: Option<String>,
        content value: Option<String>,
    }

    /// Who must agree.
    pub struct AccessPolicy: "AccessPolicy" {
        /// The hash of the newest file that two officers signed, or of the program's own.
        commercial sha256: Option<String>,
        /// That file.
        commercial text: Option<String>,
        /// The rules that stand for the customer.
        commercial rules: Option<Vec<AccessRule>>,
        commercial changes: Option<Vec<PolicyChange>>,
    }

    /// The rule of one reason.
    pub struct AccessRule: "AccessRule" {
        commercial id: Option<String>,
        commercial reason: Option<String>,
        commercial customer_is_suspect: Option<bool>,
        /// Who must agree, all of them.
        commercial factors: Option<String>,
        commercial classes: Option<Vec<String>>,
        commercial supervision: Option<String>,
        commercial active_minutes: Option<i64>,
        commercial veto_minutes: Option<i64>,
        commercial minimum_level: Option<String>,
        /// The file in which it stands.
        commercial policy_sha256: Option<String>,
    }

    /// A change of who must agree.
    pub struct PolicyChange: "PolicyChange" {
        commercial id: Option<String> [read_only],
        /// The whole policy file.
        commercial text: Option<String> [required, max(60000)],
        /// all: refused where it is weaker for customers who are here already. keep: they keep the old rule until they
        /// sign.
        commercial existing_customers: Option<String> [max(10)],
        commercial sha256: Option<String> [read_only],
        /// What is signed, without the signer's own lines.
        commercial signed_text: Option<String> [read_only],
        /// proposed, signed, effective or withdrawn.
        commercial state: Option<String> [read_only],
        commercial proposed_by: Option<String> [read_only],
        commercial proposed_date: Option<jiff::Timestamp> [read_only],
        commercial effective_date: Option<jiff::Timestamp> [read_only],
        commercial signatures: Option<Vec<AccessDecision>> [read_only],
    }

    /// A grant as its supervisor sees it.
    pub struct AccessWatch: "AccessWatch" {
        commercial request: Option<AccessRequest>,
        commercial uses: Option<Vec<AccessUse>>,
        /// Given as `after`, the next call waits until there is something new.
        commercial marker: Option<String>,
    }
}
