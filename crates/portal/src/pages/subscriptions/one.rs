//! One subscription: its facts, its add-ons, and the changes that can be prepared. Each change is checked on a page of
//! its own before it is made.

use askama::Template;
use client::Call;
use contract::operations::{GetSubscription, ListSubscriptionAddons, UpdateSubscription};
use contract::resources::subscription::{self, SubscriptionStatus};
use contract::{Operation, Party, Spec};

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::orders::cycle_name;
use crate::pages::subscriptions::{SubscriptionRow, name, status_class, status_name, term};
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Fact, Facts, Field, Kind};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/subscriptions/one.html")]
pub(crate) struct Subscription {
    frame: Frame,
    name: String,
    status: String,
    class: &'static str,
    facts: Facts,
    /// Said where the subscription is suspended.
    suspended: bool,
    addons: Vec<SubscriptionRow>,
    to: String,
    seats: Field,
    seats_go: Action,
    rename: Field,
    rename_go: Action,
    state_word: &'static str,
    state_go: Action,
    renew_word: &'static str,
    renew_go: Action,
}

impl Page for Subscription {
    type At = at::Subscription;
    const CALLS: &'static [&'static Spec] = &[GetSubscription::SPEC, ListSubscriptionAddons::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let here = at::Subscription {
            customer: Kit::id("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"),
            subscription: Kit::id("79a6bcf9-ea6d-4a8f-9a7d-4fd52e6bcf0c"),
        };
        let frame = || kit.frame(Party::Partner, "/portal/customers");
        let active = super::sample(kit);
        let suspended = subscription::Subscription {
            status: Some(SubscriptionStatus::Suspended),
            auto_renew_enabled: Some(false),
            suspension_reasons: Some(vec![kit.text("CustomerCancellation")]),
            ..super::sample(kit)
        };
        vec![
            Self::of(frame(), &here, &active, std::slice::from_ref(&active), &Permit::Yes),
            Self::of(frame(), &here, &suspended, &[], &Permit::No(kit.t().reason_planned())),
        ]
    }

    async fn load(visit: &Visit, here: at::Subscription) -> Result<Answer, Trouble> {
        let (one, addons) = tokio::try_join!(
            visit.call(
                Call::to(GetSubscription)
                    .param("customer-id", here.customer)
                    .param("subscription-id", here.subscription)
            ),
            visit.call(
                Call::to(ListSubscriptionAddons)
                    .param("customer-id", here.customer)
                    .param("subscription-id", here.subscription)
            ),
        )?;
        Self::of(visit.frame(), &here, &one, &addons.items, &visit.may(UpdateSubscription)).shown()
    }
}

impl Subscription {
    fn of(
        frame: Frame,
        here: &at::Subscription,
        one: &subscription::Subscription,
        addons: &[subscription::Subscription],
        may: &Permit,
    ) -> Self {
        let t = frame.t;
        let active = one.status == Some(SubscriptionStatus::Active);
        let suspended = one.status == Some(SubscriptionStatus::Suspended);
        let only_active = (!active).then(|| t.change_only_active());
        let changeable = may.clone().and((!active && !suspended).then(|| t.change_not_now()));
        let (state_word, state_label) =
            if suspended { ("reactivate", t.change_reactivate()) } else { ("suspend", t.change_suspend()) };
        let renews = one.auto_renew_enabled == Some(true);
        let (renew_word, renew_label) =
            if renews { ("renew-off", t.change_renew_off()) } else { ("renew-on", t.change_renew_on()) };
        let state_go = Action::button(state_label, changeable.clone());
        let quantity = one.quantity.unwrap_or(1);
        let to = at::SubscriptionChange { customer: here.customer, subscription: here.subscription };
        Self {
            name: name(one),
            status: status_name(t, one.status),
            class: status_class(one.status),
            facts: Facts { t, facts: facts(&frame, here, one) },
            suspended,
            addons: addons.iter().map(|addon| SubscriptionRow::of(&frame, here.customer, addon)).collect(),
            to: to.path(),
            seats: Field::line("quantity", t.field_quantity(), quantity.to_string(), 9)
                .of(Kind::Number(1, 10_000_000)),
            seats_go: Action::button(t.change_seats(), may.clone().and(only_active.clone())),
            rename: Field::line("name", t.field_friendly_name(), name(one), 128),
            rename_go: Action::button(t.change_rename(), changeable.clone()).minor(),
            state_word,
            state_go: if suspended { state_go } else { state_go.grave() },
            renew_word,
            renew_go: Action::button(renew_label, may.clone().and(only_active)).minor(),
            frame: frame.below(at::Customer { customer: here.customer }.path(), t.customer_back()),
        }
    }
}

fn facts(frame: &Frame, here: &at::Subscription, one: &subscription::Subscription) -> Vec<Fact> {
    let (t, f) = (frame.t, frame.f);
    let order = one.order_id.clone().unwrap_or_default();
    let mut order_fact = Fact::new(t.field_order(), order.clone());
    if let Ok(order) = order.parse() {
        order_fact = order_fact.to(at::Order { customer: here.customer, order }.path());
    }
    vec![
        Fact::new(t.field_offer(), one.offer_name.clone().unwrap_or_default()),
        Fact::new(t.field_quantity(), one.quantity.map(|quantity| f.whole(quantity)).unwrap_or_default()),
        Fact::new(t.field_cycle(), cycle_name(t, one.billing_cycle)),
        Fact::new(t.field_since(), one.effective_start_date.map(|at| f.day(at)).unwrap_or_default()),
        Fact::new(t.field_term(), term(frame, one)),
        order_fact,
        Fact::new(t.field_subscription_id(), here.subscription.to_string()),
    ]
}
