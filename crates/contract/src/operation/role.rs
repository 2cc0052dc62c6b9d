//! Who may call: roles, the parties whose people hold them, and the sets of roles that the table uses.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a signed-in user may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Administers a partner's tenant.
    GlobalAdmin,
    /// Acts for a partner's customers.
    AdminAgent,
    /// Sells.
    SalesAgent,
    /// Helps customers.
    HelpdeskAgent,
    /// Looks after a partner's invoices.
    BillingAdmin,
    /// Looks after a partner's users.
    UserManagementAdmin,
    /// Works for the cloud operator.
    OperatorStaff,
    /// Decides for the data trustee.
    TrusteeOfficer,
    /// Inspects, changes nothing.
    Auditor,
    /// Administers a customer's tenant.
    CustomerAdmin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 10] = [
        Self::GlobalAdmin,
        Self::AdminAgent,
        Self::SalesAgent,
        Self::HelpdeskAgent,
        Self::BillingAdmin,
        Self::UserManagementAdmin,
        Self::OperatorStaff,
        Self::TrusteeOfficer,
        Self::Auditor,
        Self::CustomerAdmin,
    ];

    /// The name in tokens, tables and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GlobalAdmin => "GlobalAdmin",
            Self::AdminAgent => "AdminAgent",
            Self::SalesAgent => "SalesAgent",
            Self::HelpdeskAgent => "HelpdeskAgent",
            Self::BillingAdmin => "BillingAdmin",
            Self::UserManagementAdmin => "UserManagementAdmin",
            Self::OperatorStaff => "OperatorStaff",
            Self::TrusteeOfficer => "TrusteeOfficer",
            Self::Auditor => "Auditor",
            Self::CustomerAdmin => "CustomerAdmin",
        }
    }

    /// Whose people hold the role. A token's roles never cross parties.
    pub const fn party(self) -> Party {
        match self {
            Self::GlobalAdmin
            | Self::AdminAgent
            | Self::SalesAgent
            | Self::HelpdeskAgent
            | Self::BillingAdmin
            | Self::UserManagementAdmin => Party::Partner,
            Self::OperatorStaff => Party::Operator,
            Self::TrusteeOfficer | Self::Auditor => Party::Trustee,
            Self::CustomerAdmin => Party::Customer,
        }
    }
}

/// A name that is no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown role")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name().eq_ignore_ascii_case(text)).ok_or(UnknownRole)
    }
}

/// The kinds of tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// A reseller.
    Partner,
    /// A customer of a reseller.
    Customer,
    /// The cloud operator.
    Operator,
    /// The data trustee.
    Trustee,
}

/// Sets of roles that the table uses; the reasons are in `docs/decisions.md`.
pub mod roles {
    use super::Role::{
        self, AdminAgent, Auditor, BillingAdmin, CustomerAdmin, GlobalAdmin, HelpdeskAgent, OperatorStaff,
        SalesAgent, TrusteeOfficer, UserManagementAdmin,
    };

    /// Some roles and others.
    const fn with<const A: usize, const B: usize, const ALL: usize>(
        some: [Role; A],
        others: [Role; B],
    ) -> [Role; ALL] {
        assert!(A + B == ALL, "the number of all is not that of both");
        let mut all = [GlobalAdmin; ALL];
        let mut at = 0;
        while at < ALL {
            all[at] = if at < A { some[at] } else { others[at - A] };
            at += 1;
        }
        all
    }

    const OF_PARTNERS: [Role; 6] =
        [GlobalAdmin, AdminAgent, SalesAgent, HelpdeskAgent, BillingAdmin, UserManagementAdmin];
    const HELPING_OR_SELLING: [Role; 4] = [GlobalAdmin, AdminAgent, SalesAgent, HelpdeskAgent];

    /// Nobody needs a role: the call is anonymous.
    pub const NONE: &[Role] = &[];
    /// Any of a partner's roles: reads.
    pub const PARTNER: &[Role] = &OF_PARTNERS;
    /// Who sells: customers, orders, subscriptions.
    pub const SELLERS: &[Role] = &[GlobalAdmin, AdminAgent, SalesAgent];
    /// Who helps: tickets, support contacts, devices.
    pub const HELPERS: &[Role] = &[GlobalAdmin, AdminAgent, HelpdeskAgent];
    /// Who helps or sells.
    pub const HELPERS_AND_SELLERS: &[Role] = &HELPING_OR_SELLING;
    /// Who opens tickets to the operator's support and writes in them: partners and customers.
    pub const TICKET_WRITERS: &[Role] = &with::<_, _, 5>(HELPING_OR_SELLING, [CustomerAdmin]);
    /// Who reads the tickets of its own organisation.
    pub const TICKET_READERS: &[Role] = &with::<_, _, 7>(OF_PARTNERS, [CustomerAdmin]);
    /// Who may take the release of a ticket back.
    pub const TICKET_REVOKERS: &[Role] =
        &with::<_, _, 6>(HELPING_OR_SELLING, [CustomerAdmin, TrusteeOfficer]);
    /// Who may know whether a ticket is released.
    pub const TICKET_WITNESSES: &[Role] = &Role::ALL;
    /// Who may know what was opened of a ticket: everybody but those who open it.
    pub const TICKET_INSPECTORS: &[Role] =
        &with::<_, _, 9>(OF_PARTNERS, [CustomerAdmin, TrusteeOfficer, Auditor]);
    /// Who handles a partner's invoices.
    pub const BILLING: &[Role] = &[GlobalAdmin, AdminAgent, BillingAdmin];
    /// Who speaks for the partner: profiles, budgets, hooks, sandbox.
    pub const ADMINS: &[Role] = &[GlobalAdmin, AdminAgent];
    /// Who looks after a partner's users.
    pub const USER_ADMINS: &[Role] = &[GlobalAdmin, UserManagementAdmin];
    /// The administrator of a partner's tenant alone.
    pub const GLOBAL_ADMIN: &[Role] = &[GlobalAdmin];
    /// Who looks after the people of a tenant; the trustee's officers after the trustee's own.
    pub const TENANT_ADMINS: &[Role] = &[GlobalAdmin, UserManagementAdmin, TrusteeOfficer, CustomerAdmin];
    /// Administrators of a partner's or a customer's tenant as a whole.
    pub const TENANT_OWNERS: &[Role] = &[GlobalAdmin, CustomerAdmin];
    /// Everybody who can sign in: what is only about oneself and one's own tenant.
    pub const EVERYBODY: &[Role] = &Role::ALL;
    /// A customer's administrator.
    pub const CUSTOMER: &[Role] = &[CustomerAdmin];
    /// Whoever sells, buys or works for the operator: texts without anything of anybody's in them.
    pub const READERS: &[Role] = &with::<_, _, 8>(OF_PARTNERS, [OperatorStaff, CustomerAdmin]);
    /// The operator's people.
    pub const STAFF: &[Role] = &[OperatorStaff];
    /// An applicant and the operator's people.
    pub const APPLICANT_OR_STAFF: &[Role] = &[GlobalAdmin, OperatorStaff];
    /// The trustee's officers.
    pub const OFFICER: &[Role] = &[TrusteeOfficer];
    /// Those who take demands of authorities in.
    pub const OFFICER_OR_STAFF: &[Role] = &[OperatorStaff, TrusteeOfficer];
    /// Who may look into access requests.
    pub const ACCESS: &[Role] = &[OperatorStaff, TrusteeOfficer, Auditor, CustomerAdmin];
    /// Those who may decide on a request and watch a grant.
    pub const DECIDERS: &[Role] = &[TrusteeOfficer, CustomerAdmin];
    /// Those who may take a grant back.
    pub const REVOKERS: &[Role] = &[OperatorStaff, TrusteeOfficer, CustomerAdmin];
    /// Who may see how far an erasure is.
    pub const ERASURE_READERS: &[Role] = &[TrusteeOfficer, Auditor, CustomerAdmin];
    /// Who may know which access reports there are: a customer of its own, the trustee's people of all.
    pub const REPORTS: &[Role] = &[TrusteeOfficer, Auditor, CustomerAdmin];
    /// Who may read an access report: it tells the customer's details, which auditors see by the customer's leave only.
    pub const REPORT_READERS: &[Role] = &[TrusteeOfficer, CustomerAdmin];
    /// Who may know which persons are enrolled: a customer of its own, the trustee's people of all.
    pub const PERSON_READERS: &[Role] = &[TrusteeOfficer, Auditor, CustomerAdmin];
    /// Who may look at the trustee's own books.
    pub const INSPECTORS: &[Role] = &[TrusteeOfficer, Auditor];
}
