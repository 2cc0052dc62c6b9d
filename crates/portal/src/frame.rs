//! What surrounds every page: language, navigation, who is signed in, the level of assurance.

use contract::Party;
use contract::Role;
use contract::operations::{
    GetLogStanding, GetOpeningStatistics, GetSignInIssuer, ListAccessReports, ListAccessRequests,
    ListCustomerExports, ListCustomers, ListDuties, ListErasures, ListInvoices, ListOwnAgreements,
    ListOwnServiceRequests, ListPersons, ListStaff, ListSubjectRequests, ListTenantApps, ListTenantUsers,
    ListTickets,
};

use ledger::Level;

use crate::backend::Visitor;
use crate::format::Format;
use crate::pages::{Place, at};
use crate::permit::{self, Permit};
use crate::texts::{Locale, Texts};
use crate::visit::Visit;

/// An entry of the navigation.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) here: bool,
}

/// The surroundings of a page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) t: &'static Texts,
    pub(crate) f: Format,
    pub(crate) cloud: String,
    pub(crate) operator: String,
    pub(crate) trustee: String,
    /// Who is signed in, and as what; empty when nobody is.
    pub(crate) who: String,
    pub(crate) organisation: String,
    pub(crate) roles: String,
    pub(crate) csrf: String,
    pub(crate) entries: Vec<Entry>,
    pub(crate) here: String,
    pub(crate) sign_in: String,
    pub(crate) sign_out: String,
    pub(crate) level: Level,
    pub(crate) stylesheet: &'static str,
    pub(crate) icon: String,
    pub(crate) language: String,
    /// The page above this one: address and name.
    pub(crate) up: Option<(String, String)>,
    /// What the last act did, after its redirect; empty otherwise.
    pub(crate) done: String,
}

impl Frame {
    pub(crate) fn of(visit: &Visit) -> Self {
        let visitor = visit.visitor();
        let house = &visit.house;
        let named = |read: fn(&Visitor) -> String| visitor.map(read).unwrap_or_default();
        let roles: &[Role] = visitor.map_or(&[], |visitor| &visitor.roles);
        Self {
            t: visit.t,
            f: visit.f,
            cloud: house.profile.title.clone(),
            operator: house.profile.operator.clone(),
            trustee: house.profile.trustee.clone(),
            who: named(|visitor| visitor.display_name.clone()),
            organisation: named(|visitor| visitor.organisation.clone()),
            roles: permit::role_names(roles, visit.t),
            csrf: named(|visitor| visitor.csrf.clone()),
            entries: entries(visit),
            here: visit.here.clone(),
            sign_in: house.backend.sign_in(&visit.here),
            sign_out: house.backend.sign_out(),
            level: house.backend.level(),
            stylesheet: crate::portal::stylesheet(),
            icon: crate::portal::ICON.to_owned(),
            language: crate::portal::LANGUAGE.to_owned(),
            up: None,
            done: visit.t.named("done", visit.query.get("done")).unwrap_or_default(),
        }
    }

    /// The surroundings of a page below another one.
    pub(crate) fn below(self, href: String, label: String) -> Self {
        Self { up: Some((href, label)), ..self }
    }

    /// Whether nothing holds whoever runs the host back.
    pub(crate) fn is_unprotected(&self) -> bool {
        self.level == Level::L0
    }

    /// What the measured assurance level means.
    pub(crate) fn level_text(&self) -> String {
        let level = self.level.as_str();
        match self.level {
            Level::L0 => self.t.level_none(level),
            Level::L1 => self.t.level_one_host(level),
            _ => self.t.level_separate(level, &self.operator, &self.trustee),
        }
    }

    /// The tag of the page's language.
    pub(crate) fn tag(&self) -> &'static str {
        self.t.locale().tag()
    }

    /// The languages to choose from: tag, own name, whether it is this one.
    pub(crate) fn languages(&self) -> [(&'static str, &'static str, bool); 3] {
        Locale::ALL.map(|locale| (locale.tag(), locale.own_name(), locale == self.t.locale()))
    }
}

/// The navigation shows what is possible for the visitor; buttons within pages say why they are not.
fn entries(visit: &Visit) -> Vec<Entry> {
    let t = visit.t;
    let mut entries = Vec::new();
    let mut add = |permit: Permit, href: String, label: String| {
        if permit.allows() {
            let path = visit.here.split('?').next().unwrap_or_default();
            let here = path == href || path.strip_prefix(&href).is_some_and(|rest| rest.starts_with('/'));
            entries.push(Entry { href, label, here });
        }
    };
    if visit.visitor().is_some() {
        add(Permit::Yes, at::Today {}.path(), t.nav_today());
        add(visit.may(ListCustomers), at::Customers {}.path(), t.nav_customers());
        add(visit.may(ListInvoices), at::Invoices {}.path(), t.nav_invoices());
        add(visit.may(ListOwnAgreements), at::OwnAgreements {}.path(), t.nav_agreements());
        add(visit.may(ListOwnServiceRequests), at::Tickets {}.path(), t.nav_tickets());
        add(visit.may(ListTickets), at::TicketQueue {}.path(), t.nav_queue());
        add(visit.may(ListAccessRequests), at::AccessRequests {}.path(), t.nav_access());
        add(visit.may(ListSubjectRequests), at::SubjectRequests {}.path(), t.nav_subjects());
        add(visit.may(ListAccessReports), at::AccessReports {}.path(), t.nav_reports());
        add(visit.may(ListCustomerExports), at::Leaving {}.path(), t.nav_leaving());
        add(visit.may(ListErasures), at::Erasures {}.path(), t.nav_erasures());
        add(visit.may(ListPersons), at::People {}.path(), t.nav_people());
        add(visit.may(ListDuties), at::Officers {}.path(), t.nav_officers());
        add(visit.may(GetLogStanding), at::Log {}.path(), t.nav_log());
        add(visit.may(GetOpeningStatistics), at::Statistics {}.path(), t.nav_statistics());
        add(visit.may(ListTenantUsers), at::Users {}.path(), t.nav_users());
        add(visit.may(ListStaff), at::Staff {}.path(), t.nav_staff());
        add(visit.may(ListTenantApps), at::Apps {}.path(), t.nav_apps());
        add(Permit::Yes, at::OwnPassword {}.path(), t.nav_password());
        if matches!(visit.party(), Some(Party::Partner | Party::Customer)) {
            add(visit.may(GetSignInIssuer), at::SignIn {}.path(), t.nav_sign_in());
        }
    }
    add(Permit::Yes, at::ThisCloud {}.path(), t.nav_this_cloud());
    let today = at::Today {}.path();
    let others = entries.iter().any(|entry| entry.here && entry.href != today);
    if others && let Some(first) = entries.first_mut().filter(|entry| entry.href == today) {
        first.here = false; // every page lies below it
    }
    entries
}

/// The entries that depend on rights, with their calls, for the test that compares them with the table.
#[cfg(test)]
pub(crate) fn entry_calls() -> [(&'static contract::Spec, String); 17] {
    use contract::Operation as _;
    [
        (ListCustomers::SPEC, at::Customers {}.path()),
        (ListInvoices::SPEC, at::Invoices {}.path()),
        (ListOwnAgreements::SPEC, at::OwnAgreements {}.path()),
        (ListOwnServiceRequests::SPEC, at::Tickets {}.path()),
        (ListTickets::SPEC, at::TicketQueue {}.path()),
        (ListAccessRequests::SPEC, at::AccessRequests {}.path()),
        (ListSubjectRequests::SPEC, at::SubjectRequests {}.path()),
        (ListAccessReports::SPEC, at::AccessReports {}.path()),
        (ListCustomerExports::SPEC, at::Leaving {}.path()),
        (ListErasures::SPEC, at::Erasures {}.path()),
        (ListPersons::SPEC, at::People {}.path()),
        (ListDuties::SPEC, at::Officers {}.path()),
        (GetLogStanding::SPEC, at::Log {}.path()),
        (GetOpeningStatistics::SPEC, at::Statistics {}.path()),
        (ListTenantUsers::SPEC, at::Users {}.path()),
        (ListStaff::SPEC, at::Staff {}.path()),
        (ListTenantApps::SPEC, at::Apps {}.path()),
    ]
}
