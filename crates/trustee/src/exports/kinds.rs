//! What an export consists of: derived from the operation table, so that what the contract shows of a customer is in it by
//! itself as soon as it is served.
//!
//! Invariant: every served read about a customer is gathered, or left out by name with the reason, or a test fails.

use contract::operation::{Api, Auth, Effect, Home, Method, Operation, Party, Reply, Role, Spec};
use contract::operations as op;
use contract::profile::{Profile, State};

/// One read that is gathered.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) spec: &'static Spec,
    /// The list whose items name its last parameter, and that parameter.
    pub(super) parent: Option<(&'static Spec, &'static str)>,
}

/// Reads about a customer that are no part of an export.
pub(super) const LEFT_OUT: &[(&Spec, &str)] = &[
    (op::GetOrder::SPEC, "the list of orders has it whole"),
    (op::GetSubscription::SPEC, "the list of subscriptions has it whole"),
    (op::ListSubscriptionAddons::SPEC, "the list of subscriptions has add-ons too"),
    (op::GetTenantUser::SPEC, "the list of users has it whole"),
    (op::GetAccessReport::SPEC, "the list of reports has it whole"),
    (op::GetAccessReportPage::SPEC, "the bundle has the pages in all languages"),
    (op::GetOwnUser::SPEC, "the list of users has it"),
    (op::GetOwnPerson::SPEC, "the list of persons has it"),
    (
        op::PrepareAccessDecision::SPEC,
        "a text for the moment at which it is signed; the request has what was agreed",
    ),
    (op::PreparePolicySignature::SPEC, "a text for the moment at which it is signed"),
    (op::GetTicketRelease::SPEC, "the access reports tell when a thread was released and taken back"),
    (op::ListTicketOpenings::SPEC, "the access reports have every opening"),
    (op::WatchTicketRelease::SPEC, "the access reports have every opening"),
    (op::GetCustomerExportArchive::SPEC, "an export holds no export"),
];

/// Reads that show something of several customers at once, so that no customer gets them.
pub(super) const OF_PARTNERS: &[(&Spec, &str)] = &[
    (
        op::ListInvoices::SPEC,
        "an invoice is between the operator and a partner, over all customers of the partner",
    ),
    (
        op::GetInvoice::SPEC,
        "an invoice is between the operator and a partner, over all customers of the partner",
    ),
    (
        op::ListInvoiceLineItems::SPEC,
        "the lines of an invoice are read whole, with those of the partner's other customers; none reads one customer's",
    ),
];

/// Parameters that name the customer itself.
const ITSELF: [&str; 2] = ["customer-id", "tenant-id"];

/// What is gathered in this cloud, lists before what hangs on their items.
pub(super) fn kinds(profile: &Profile) -> Vec<Kind> {
    let served = |spec: &&&Spec| matches!(profile.state(spec), State::Served);
    let mut kinds: Vec<Kind> =
        contract::operations().iter().filter(served).filter_map(|spec| kind(spec).ok().flatten()).collect();
    kinds.sort_by_key(|kind| kind.parent.is_some());
    kinds
}

/// How a read is gathered; none when it is not about a customer or left out.
///
/// # Errors
/// The parameter that nobody knows a value for.
fn kind(spec: &'static Spec) -> Result<Option<Kind>, &'static str> {
    if !concerns(spec) || LEFT_OUT.iter().any(|(left, _)| *left == spec) {
        return Ok(None);
    }
    match parameters(spec).as_slice() {
        [] => Ok(Some(Kind { spec, parent: None })),
        [one] => {
            let list = spec.path.split_once(&format!("/{{{one}}}")).map_or("", |(list, _)| list);
            let parent = contract::operations().iter().find(|known| {
                known.path == list
                    && known.method == Method::Get
                    && matches!(known.reply, Reply::Collection(_))
            });
            parent.map(|parent| Some(Kind { spec, parent: Some((parent, one)) })).ok_or(*one)
        }
        [.., last] => Err(last),
    }
}

/// Whether a read shows something of a customer: to itself at the trustee, or to its partner.
fn concerns(spec: &Spec) -> bool {
    let shows =
        spec.effect == Effect::Read && spec.served && !matches!(spec.reply, Reply::None | Reply::Scalar);
    shows && spec.auth != Auth::Anonymous && (is_own(spec) || is_sold(spec))
}

/// Read as the customer itself.
pub(super) fn is_own(spec: &Spec) -> bool {
    spec.home == Home::Trustee && spec.api == Api::Trustee && spec.roles.contains(&Role::CustomerAdmin)
}

fn is_sold(spec: &Spec) -> bool {
    spec.api == Api::PartnerCenter
        && spec.path.starts_with(op::GetCustomer::SPEC.path)
        && spec.roles.iter().any(|role| role.party() == Party::Partner)
}

fn parameters(spec: &Spec) -> Vec<&'static str> {
    let names = spec.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.filter(|name| !ITSELF.contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_read_about_a_customer_is_gathered_or_left_out_by_name() {
        let lost: Vec<_> = contract::operations()
            .iter()
            .filter_map(|spec| kind(spec).err().map(|missing| format!("{}: {missing}", spec.id)))
            .collect();
        assert!(lost.is_empty(), "neither gathered nor in LEFT_OUT: {lost:?}");
        for (spec, why) in LEFT_OUT {
            assert!(concerns(spec) && !why.is_empty(), "{} is no read about a customer", spec.id);
        }
        let ids: Vec<_> = kinds(contract::profile::germany()).iter().map(|kind| kind.spec.id).collect();
        for id in [
            "get-customer",
            "get-customer-billing-profile",
            "get-customer-company-profile",
            "list-customer-agreements",
            "list-orders",
            "list-subscriptions",
            "get-subscription-support-contact",
            "get-tenant",
            "list-tenant-users",
            "list-persons",
            "list-own-agreements",
            "get-trustee-agreement",
            "get-access-request",
            "list-access-uses",
            "get-access-policy",
            "list-access-reports",
            "get-access-report-bundle",
            "list-legal-notices",
            "get-erasure",
            "list-customer-history",
        ] {
            assert!(ids.contains(&id), "{id} is not gathered: {ids:?}");
        }
        assert!(!ids.iter().any(|id| id.contains("prepare") || id.contains("archive")), "{ids:?}");
    }
}
