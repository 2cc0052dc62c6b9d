//! A customer's subscriptions: one, and a change of one.

pub(crate) mod change;
pub(crate) mod one;

use contract::resources::offer::BillingCycle;
use contract::resources::subscription::{Subscription, SubscriptionStatus};
use kernel::CustomerId;

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Place, at};
use crate::texts::Texts;

/// A subscription in a list.
pub(crate) struct SubscriptionRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) quantity: String,
    pub(crate) status: String,
    pub(crate) class: &'static str,
    pub(crate) term: String,
}

impl SubscriptionRow {
    pub(crate) fn of(frame: &Frame, customer: CustomerId, one: &Subscription) -> Self {
        let id = one.id.as_deref().and_then(|id| id.parse().ok());
        Self {
            name: name(one),
            href: id
                .map(|subscription| at::Subscription { customer, subscription }.path())
                .unwrap_or_default(),
            quantity: one.quantity.map(|quantity| frame.f.whole(quantity)).unwrap_or_default(),
            status: status_name(frame.t, one.status),
            class: status_class(one.status),
            term: term(frame, one),
        }
    }
}

/// The name the partner gave it, else the offer's.
pub(crate) fn name(one: &Subscription) -> String {
    let given = one.friendly_name.clone().filter(|name| !name.is_empty());
    given.or_else(|| one.offer_name.clone()).or_else(|| one.id.clone()).unwrap_or_default()
}

pub(crate) fn status_name(t: &Texts, status: Option<SubscriptionStatus>) -> String {
    status.and_then(|status| t.named("subscription-status", status.as_str())).unwrap_or_default()
}

pub(crate) fn status_class(status: Option<SubscriptionStatus>) -> &'static str {
    match status {
        Some(SubscriptionStatus::Active) => "good",
        Some(SubscriptionStatus::Suspended | SubscriptionStatus::Deleted) => "bad",
        _ => "warn",
    }
}

/// When the term ends and what happens then.
pub(crate) fn term(frame: &Frame, one: &Subscription) -> String {
    let (t, f) = (frame.t, frame.f);
    match (one.commitment_end_date, one.auto_renew_enabled) {
        (Some(end), Some(true)) => t.term_renews(f.day(end)),
        (Some(end), _) => t.term_ends(f.day(end)),
        (None, _) => String::new(),
    }
}

/// A subscription for samples.
pub(crate) fn sample(kit: &Kit) -> Subscription {
    Subscription {
        id: Some("79a6bcf9-ea6d-4a8f-9a7d-4fd52e6bcf0c".to_owned()),
        offer_name: kit.some("Office 365 Business Premium (sample)"),
        friendly_name: kit.some("Sales"),
        quantity: Some(25),
        status: Some(SubscriptionStatus::Active),
        creation_date: Some(Kit::at("2018-05-12T10:00:00Z")),
        effective_start_date: Some(Kit::at("2018-05-12T00:00:00Z")),
        commitment_end_date: Some(Kit::at("2019-05-11T00:00:00Z")),
        auto_renew_enabled: Some(true),
        billing_cycle: Some(BillingCycle::Monthly),
        order_id: Some("CF3B0A5B-2F3A".to_owned()),
        ..Subscription::default()
    }
}
