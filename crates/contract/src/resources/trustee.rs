//! Our own API of the trustee (`/trustee/v1`) and its token answers. Nothing here ever reaches the operator, so these
//! shapes are no records: their private members stay in the trustee zone.

use super::shared::ResourceAttributes;
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// What a tenant is.
    pub enum TenantKind {
        Partner = "partner",
        Customer = "customer",
        Operator = "operator",
        Trustee = "trustee",
    }

    /// Whether a principal may sign in.
    pub enum PrincipalState {
        Active = "active",
        Inactive = "inactive",
        /// Invited, has not set a password yet.
        Invited = "invited",
    }

    /// How an application gets its tokens.
    pub enum AppKind {
        /// With a secret.
        Web = "web",
        /// Without one, for a signed-in user.
        Native = "native",
    }
}

resource! {
    /// What a company gives to open a tenant, and what it gets.
    pub struct TenantOpening: "TenantOpening" {
        commercial tenant_id: Option<String> [read_only],
        /// Only partners open their tenant themselves.
        commercial kind: Option<TenantKind>,
        commercial company_name: Option<String> [required, max(100)],
        commercial country: Option<String> [required, max(2)],
        /// The first label of the tenant's domain under the cloud's own suffix.
        commercial domain_prefix: Option<String> [required, max(27)],
        commercial domain: Option<String> [read_only],
        contact administrator: Option<TenantUser> [required],
        /// The administrator's own password; in no answer.
        secret password: Option<String> [required, max(256)],
        /// The key of the administrator's one-time codes, shown once. The first sign-in asks for a code.
        secret totp_secret: Option<String> [read_only],
        /// The same key as authenticator apps take it.
        secret otpauth_uri: Option<String> [read_only],
        commercial created_date: Option<jiff::Timestamp> [read_only],
    }

    /// How far the zones are apart.
    pub struct AssuranceLevel: "AssuranceLevel" {
        /// L0 to L4.
        commercial level: Option<String>,
        /// Whether the zones are on different machines, which nothing else makes up for.
        commercial sovereign: Option<bool>,
        /// What the next level asks for and this installation has not, in words that do not change.
        commercial missing: Vec<String>,
        /// How it is with the shares of the root key: current, none, short of holders or of the log's key, unfinished while a
        /// ceremony goes on, or elsewhere where the key service keeps its root itself.
        commercial key_shares: Option<String>,
        commercial measured_date: Option<jiff::Timestamp>,
    }

    /// A tenant of the directory.
    pub struct Tenant: "Tenant" {
        commercial id: Option<String>,
        commercial kind: Option<TenantKind>,
        commercial company_name: Option<String>,
        /// The first domain.
        commercial domain: Option<String>,
        commercial country: Option<String>,
        /// Whether its people can sign in.
        commercial state: Option<PrincipalState>,
        /// When the trustee verified the company itself; without that a partner gets no customers.
        commercial verified_date: Option<jiff::Timestamp>,
        commercial created_date: Option<jiff::Timestamp>,
    }

    /// The trustee's own look at a partner's company.
    pub struct TenantVerification: "TenantVerification" {
        commercial tenant_id: Option<String> [read_only],
        /// What was looked at, e.g. the entry in the commercial register; without names of people.
        commercial evidence: Option<String> [required, max(500)],
        /// The pseudonymous id of the officer.
        commercial verified_by: Option<String> [read_only],
        commercial verified_date: Option<jiff::Timestamp> [read_only],
    }

    /// A user of a tenant.
    pub struct TenantUser: "TenantUser" {
        commercial id: Option<String> [read_only],
        /// The sign-in name, or what stands before its `@`; stays what it was at first.
        contact user_principal_name: Option<String> [max(254)],
        contact display_name: Option<String> [max(128)],
        contact first_name: Option<String> [max(50)],
        contact last_name: Option<String> [max(50)],
        contact email: Option<String> [max(254)],
        commercial roles: Option<Vec<String>>,
        /// Only active and inactive can be set.
        commercial state: Option<PrincipalState>,
        commercial mfa_enrolled: Option<bool> [read_only],
        /// For the first sign-in, which asks for a new one. Shown once, when the user is made.
        secret one_time_password: Option<String> [read_only],
        commercial created_date: Option<jiff::Timestamp> [read_only],
        commercial last_sign_in: Option<jiff::Timestamp> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// A new password for a user, shown once to the tenant's administrator.
    pub struct SignInTicket: "SignInTicket" {
        commercial user_id: Option<String>,
        contact user_principal_name: Option<String>,
        /// The next sign-in asks for a new one.
        secret one_time_password: Option<String>,
    }

    /// One's own new password.
    pub struct PasswordChange: "PasswordChange" {
        secret current_password: Option<String> [required, max(256)],
        secret new_password: Option<String> [required, max(256)],
    }

    /// Where a tenant's people may sign in besides: an OpenID issuer. It says who somebody is and gives no rights.
    pub struct SignInIssuer: "SignInIssuer" {
        /// Its name, which is a URL; absent where none is set.
        commercial issuer: Option<String> [required, max(500)],
        /// What the trustee is called there.
        commercial client_id: Option<String> [required, max(512)],
        /// What the trustee proves it with; in no answer.
        secret client_secret: Option<String> [required, max(512)],
        /// The claim that must name whoever links an account: email, preferred_username or upn.
        commercial user_claim: Option<String> [max(40)],
        /// Where the issuer must be allowed to send people back.
        commercial redirect_uri: Option<String> [read_only],
        /// Whether one has linked an account oneself.
        commercial linked: Option<bool> [read_only],
        /// How many people of the tenant have.
        commercial links: Option<i64> [read_only],
        commercial set_date: Option<jiff::Timestamp> [read_only],
    }

    /// An application that calls the API.
    pub struct AppRegistration: "AppRegistration" {
        /// The client id.
        commercial id: Option<String> [read_only],
        commercial display_name: Option<String> [required, max(120)],
        commercial kind: Option<AppKind>,
        /// Where codes may be sent: https, or http on the loopback address.
        commercial redirect_uris: Option<Vec<String>>,
        /// Without their values.
        commercial secrets: Option<Vec<AppSecret>> [read_only],
        commercial created_date: Option<jiff::Timestamp> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// A secret of an application; the value is shown once.
    pub struct AppSecret: "AppSecret" {
        commercial id: Option<String> [read_only],
        /// The value's first characters, to tell secrets apart.
        commercial hint: Option<String> [read_only],
        secret value: Option<String> [read_only],
        /// How long it counts; half a year when absent.
        commercial valid_days: Option<i64>,
        commercial expires: Option<jiff::Timestamp> [read_only],
    }

    /// A customer's acceptance of the agreement with the trustee.
    pub struct TrusteeAgreementAcceptance: "TrusteeAgreementAcceptance" {
        commercial tenant_id: Option<String> [read_only],
        commercial version: Option<String> [required, max(32)],
        commercial language: Option<String> [max(20)],
        /// The pseudonymous id of the accepting user.
        commercial accepted_by: Option<String> [read_only],
        contact accepted_by_name: Option<String> [max(128)],
        commercial accepted_date: Option<jiff::Timestamp> [read_only],
        commercial document_sha256: Option<String> [read_only],
    }

    /// Which agreements a customer accepts: those named, or all that are open.
    pub struct AgreementAcceptances: "AgreementAcceptances" {
        commercial template_ids: Option<Vec<String>>,
        commercial language: Option<String> [max(20)],
    }

    /// An agreement of this cloud and whether the customer has accepted it itself.
    pub struct OwnAgreement: "OwnAgreement" {
        commercial template_id: Option<String> [read_only],
        commercial agreement_type: Option<String> [read_only],
        commercial title: Option<String> [read_only],
        commercial version: Option<String> [read_only],
        /// Who concludes it with the customer.
        commercial party: Option<String> [read_only],
        commercial accepted_date: Option<jiff::Timestamp> [read_only],
        /// The pseudonymous id of the accepting user.
        commercial accepted_by: Option<String> [read_only],
    }

    /// Leave to accept the older versions of a restored operator store, record by record. One officer proposes, another
    /// gives it.
    pub struct RestoreAct: "RestoreAct" {
        commercial id: Option<String> [read_only],
        /// The tenant whose records it covers.
        commercial tenant_id: Option<String> [guid],
        /// Whether it covers everybody's; stands instead of a tenant.
        commercial all_tenants: Option<bool>,
        /// Why; without names of people.
        commercial reason: Option<String> [required, max(500)],
        /// `proposed` or `given`; only what was given counts.
        commercial state: Option<String> [read_only],
        /// The person who proposed it.
        commercial acted_by: Option<String> [read_only],
        commercial acted_date: Option<jiff::Timestamp> [read_only],
        /// The other person, who gave it.
        commercial confirmed_by: Option<String> [read_only],
        commercial confirmed_date: Option<jiff::Timestamp> [read_only],
    }

    /// The erasure of a customer's private data, by destroying its keys.
    pub struct Erasure: "Erasure" {
        commercial customer_id: Option<String> [read_only],
        /// `requested`, `confirmed`, `live` (the keys are destroyed), or `final` (nothing can bring them back).
        commercial state: Option<String> [read_only],
        /// Why; without names of people.
        commercial reason: Option<String> [required, max(500)],
        /// Whether the customer waives the days for thinking it over.
        commercial waive_cooling_off: Option<bool>,
        /// Of a customer who gave notice: that it needs no more of the time in which its data can be fetched.
        commercial end_retrieval: Option<bool>,
        /// The person who asked for it.
        commercial requested_by: Option<String> [read_only],
        commercial requested_date: Option<jiff::Timestamp> [read_only],
        /// Not carried out before.
        commercial due_date: Option<jiff::Timestamp> [read_only],
        /// The persons of the trustee who confirmed.
        commercial confirmed_by: Option<Vec<String>> [read_only],
        /// When the keys were destroyed: from then on nothing can be opened here.
        commercial live_at: Option<jiff::Timestamp> [read_only],
        /// From when on no backup can bring them back. Only then it is erased.
        commercial irrecoverable_at: Option<jiff::Timestamp> [read_only],
    }

    /// A rotation of a customer's keys.
    pub struct KeyRotation: "KeyRotation" {
        commercial customer_id: Option<String> [read_only],
        /// `rewrapping`, `rewrapped` (what is old is not needed any more), or `done` (and disabled).
        commercial state: Option<String> [read_only],
        commercial rotated_date: Option<jiff::Timestamp> [read_only],
        commercial rewrapped_date: Option<jiff::Timestamp> [read_only],
        /// How many things are still wrapped under older versions.
        commercial old_wraps: Option<i64> [read_only],
        /// The version of the key in the key service from which on it counts.
        commercial key_version: Option<i64> [read_only],
        /// When the older versions were disabled in the key service.
        commercial old_versions_disabled_date: Option<jiff::Timestamp> [read_only],
    }

    /// A customer's decision on a partner's request to become its reseller.
    pub struct RelationshipDecision: "RelationshipDecision" {
        commercial partner_id: Option<String> [guid],
        commercial customer_id: Option<String> [guid],
        commercial accepted: Option<bool> [required],
        commercial decided_date: Option<jiff::Timestamp> [read_only],
    }

    /// A token answer in the directory's form: numbers are sent as text.
    pub struct TokenResponse: "TokenResponse" {
        commercial token_type as "token_type": Option<String>,
        commercial scope as "scope": Option<String>,
        commercial expires_in as "expires_in": Option<String>,
        commercial ext_expires_in as "ext_expires_in": Option<String>,
        commercial expires_on as "expires_on": Option<String>,
        commercial not_before as "not_before": Option<String>,
        commercial resource as "resource": Option<String>,
        secret access_token as "access_token": Option<String>,
        secret refresh_token as "refresh_token": Option<String>,
        secret id_token as "id_token": Option<String>,
    }

    /// A refusal of the token endpoint.
    pub struct TokenError: "TokenError" {
        commercial error: Option<String>,
        commercial error_description as "error_description": Option<String>,
        commercial correlation_id as "correlation_id": Option<String>,
    }
}
