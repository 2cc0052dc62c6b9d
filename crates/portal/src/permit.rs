//! May this visitor do that? Asked of the operation table, for navigation, pages and buttons alike.

use contract::admit::{Caller, admit};
use contract::profile::{Profile, State};
use contract::{Role, Spec};

use crate::texts::Texts;

/// Whether an action is possible, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Permit {
    /// It is.
    Yes,
    /// Not for this visitor or not now; the reason in words.
    No(String),
    /// It is of no concern to this kind of visitor: another party's business. Not shown at all.
    Hidden,
}

impl Permit {
    /// What the table says about all of these calls.
    pub(crate) fn of(calls: &[&Spec], profile: &Profile, roles: &[Role], texts: &Texts) -> Self {
        let party = roles.first().map(|role| role.party());
        for spec in calls {
            if admit(spec, profile, Caller::User(roles)).is_ok() {
                continue;
            }
            if !spec.roles.iter().any(|role| Some(role.party()) == party) {
                return Self::Hidden;
            }
            return Self::No(match profile.state(spec) {
                State::Refused(_) => texts.reason_refused(),
                State::Planned => texts.reason_planned(),
                State::Served => texts.reason_role(role_names(spec.roles, texts)),
            });
        }
        Self::Yes
    }

    /// True when it is possible.
    pub(crate) fn allows(&self) -> bool {
        *self == Self::Yes
    }

    /// The stricter of two: what is not possible for either reason is not possible.
    pub(crate) fn and(self, other: Option<String>) -> Self {
        match (self, other) {
            (Self::Yes, Some(reason)) => Self::No(reason),
            (permit, _) => permit,
        }
    }
}

/// A role's name for people.
pub(crate) fn role_name(role: Role, texts: &Texts) -> String {
    match role {
        Role::GlobalAdmin => texts.role_global_admin(),
        Role::AdminAgent => texts.role_admin_agent(),
        Role::SalesAgent => texts.role_sales_agent(),
        Role::HelpdeskAgent => texts.role_helpdesk_agent(),
        Role::BillingAdmin => texts.role_billing_admin(),
        Role::UserManagementAdmin => texts.role_user_management_admin(),
        Role::OperatorStaff => texts.role_operator_staff(),
        Role::TrusteeOfficer => texts.role_trustee_officer(),
        Role::Auditor => texts.role_auditor(),
        Role::CustomerAdmin => texts.role_customer_admin(),
    }
}

/// The names of roles in a row.
pub(crate) fn role_names(roles: &[Role], texts: &Texts) -> String {
    roles.iter().map(|role| role_name(*role, texts)).collect::<Vec<_>>().join(", ")
}
