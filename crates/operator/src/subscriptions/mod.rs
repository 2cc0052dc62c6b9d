//! Subscriptions: reading them and the changes a partner makes to one.
//!
//! Deliberately absent: what happens by itself as days pass (`jobs`), prices, and users of the licences.

pub(crate) mod book;
mod get_provisioning_status;
mod get_subscription;
mod get_support_contact;
mod list_addons;
mod list_subscriptions;
mod update_subscription;
mod update_support_contact;

use commerce::subscription::Standing;
use contract::errors::code;
use contract::operations as op;
use contract::resources::shared::Link;
use contract::resources::subscription as wire;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::Problem;
use store::Tx;
use store::operator::subscriptions as rows;

use self::book::Kept;
pub(crate) use self::update_subscription::{wish, withdrawn};
use crate::catalogue::{billing_cycle, billing_type};
use crate::{Cx, Fault, Input, customers, etag, link};

/// The kind in a subscription's entity tag.
const TAG: etag::Kind = etag::Kind::Subscription;

/// The subscription of the path, of a customer that the caller may look at.
pub(crate) fn mine<B>(tx: &mut Tx, cx: &Cx<'_>, input: &Input<'_, B>) -> Result<Kept, Fault> {
    let customer = customers::linked(tx, cx, &input.id("customer-id")?)?;
    let missing = || {
        let text = "There is no such subscription of this customer.";
        Problem::new(404, code::SUBSCRIPTION_MISSING, "subscription_missing", text)
    };
    let id = input.path.get("subscription-id").unwrap_or_default().parse().map_err(|_| missing())?;
    let row = rows::find(tx, &id, &customer.customer_id)?.ok_or_else(missing)?;
    if row.account_id != customer.account_id {
        return Err(missing().into());
    }
    Ok(Kept::of(row)?)
}

/// A subscription in the form of the contract.
pub(crate) fn shown(cx: &Cx<'_>, kept: &Kept) -> wire::Subscription {
    let (row, state) = (&kept.row, &kept.state);
    let offer = cx.catalogue.find(&row.offer_id);
    wire::Subscription {
        id: Some(row.subscription_id.to_string()),
        offer_id: Some(row.offer_id.clone()),
        entitlement_id: Some(row.subscription_id.to_string()),
        offer_name: offer.map(|offer| offer.name.en.clone()),
        friendly_name: Some(state.friendly_name.clone()),
        quantity: Some(state.quantity.into()),
        unit_type: offer.map(|offer| offer.unit_type.clone()),
        parent_subscription_id: row.parent_id.map(|id| id.to_string()),
        creation_date: Timestamp::from_microsecond(row.created).ok(),
        effective_start_date: instant(state.term.map_or(state.purchased, |term| term.first())),
        commitment_end_date: instant(state.commitment_end().unwrap_or(Date::constant(9999, 12, 31))),
        status: Some(status(state.standing)),
        auto_renew_enabled: Some(state.auto_renew),
        billing_type: Some(billing_type(state.billing)),
        billing_cycle: Some(billing_cycle(state.cycle)),
        has_purchasable_addons: offer
            .map(|offer| cx.catalogue.add_ons_of(&offer.id).next().is_some() && state.is_active()),
        is_trial: Some(state.trial),
        is_microsoft_product: Some(true),
        actions: Some(actions(kept)),
        partner_id: row.partner_on_record.clone(),
        suspension_reasons: match state.standing {
            Standing::Suspended { cause, .. } => Some(vec![book::reason(cause).to_owned()]),
            _ => None,
        },
        contract_type: Some(wire::ContractType::Subscription),
        links: Some(links(kept)),
        order_id: Some(row.order_id.to_string()),
        attributes: etag::attributes(TAG, row.version),
        ..wire::Subscription::default()
    }
}

/// What a partner may do next, in the words of the contract.
fn actions(kept: &Kept) -> Vec<String> {
    let words: &[&str] = match kept.state.standing {
        Standing::Active if kept.state.trial => &["convert", "suspend"],
        Standing::Active => &["edit", "suspend"],
        Standing::Suspended { .. } => &["reactivate"],
        Standing::Deleted { .. } => &[],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn links(kept: &Kept) -> wire::SubscriptionLinks {
    let (row, customer) = (&kept.row, &kept.row.customer_id);
    let to = |id: &dyn std::fmt::Display| Link::get(link::to::<op::GetSubscription>(&[customer, id]));
    wire::SubscriptionLinks {
        offer: Some(Link::get(link::to::<op::GetOffer>(&[&row.offer_id]))),
        parent_subscription: row.parent_id.map(|parent| to(&parent)),
        self_: Some(to(&row.subscription_id)),
        ..wire::SubscriptionLinks::default()
    }
}

const fn status(standing: Standing) -> wire::SubscriptionStatus {
    match standing {
        Standing::Active => wire::SubscriptionStatus::Active,
        Standing::Suspended { .. } => wire::SubscriptionStatus::Suspended,
        Standing::Deleted { .. } => wire::SubscriptionStatus::Deleted,
    }
}

/// The first instant of a day, UTC.
fn instant(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}
