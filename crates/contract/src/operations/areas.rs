//! The areas in the order of the table.

use super::{
    access, agreements, analytics, audit, auth, carts, customers, devices, documents, enrollment,
    entitlements, invoices, legal, offers, orders, partner_profiles, previews, products, qualification,
    referrals, relationships, sandbox, sandbox_accounts, security, self_serve_policies, service_health,
    service_requests, subscriptions, transfers, trustee, trustee_acts, usage, users, validations, webhooks,
};
use crate::operation::Spec;

/// Every area, the public inventory first.
pub(crate) const AREAS: &[&[&Spec]] = &[
    auth::SPECS,
    customers::SPECS,
    qualification::SPECS,
    relationships::SPECS,
    users::SPECS,
    offers::SPECS,
    products::SPECS,
    carts::SPECS,
    orders::SPECS,
    subscriptions::SPECS,
    entitlements::SPECS,
    transfers::SPECS,
    invoices::SPECS,
    usage::SPECS,
    analytics::SPECS,
    audit::SPECS,
    devices::SPECS,
    service_requests::SPECS,
    partner_profiles::SPECS,
    validations::SPECS,
    agreements::SPECS,
    self_serve_policies::SPECS,
    security::SPECS,
    webhooks::SPECS,
    sandbox::SPECS,
    service_health::SPECS,
    referrals::SPECS,
    enrollment::SPECS,
    sandbox_accounts::SPECS,
    previews::SPECS,
    documents::SPECS,
    trustee::SPECS,
    trustee_acts::SPECS,
    access::SPECS,
    legal::SPECS,
];
