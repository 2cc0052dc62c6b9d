//! A customer, its agreements, an order, and a month.

use anyhow::{Context, Result, ensure};
use client::{Call, Error};
use contract::operations as op;
use contract::resources::customer::{Customer, CustomerBillingProfile, CustomerCompanyProfile};
use contract::resources::offer::BillingCycle;
use contract::resources::order::{Order, OrderLineItem};
use contract::resources::sandbox::{SandboxClock, SandboxSettings};
use contract::resources::shared::CustomerAddress;
use contract::resources::subscription::Subscription;
use contract::resources::trustee::AgreementAcceptances;

use super::Story;
use super::cast::Person;
use super::joining::Partner;

/// The family name of the customer's contact: what the operator must never hold.
pub const CANARY: &str = "Wattenmeer-Kanarienvogel";
const CUSTOMER: &str = "Leuchtfeuer Reederei AG";
const OFFER: &str = "Office 365 Enterprise E1";
const ADMIN_PASSWORD: &str = "Nebelhorn-11-mal-laut";

/// What was sold.
pub struct Sale {
    pub customer: String,
    pub subscription: String,
}

/// From a new customer to its first subscription.
pub async fn customer_and_order(story: &mut Story<'_>, partner: &Partner) -> Result<Sale> {
    let settings = SandboxSettings { accept_agreements_at_once: Some(false), ..SandboxSettings::default() };
    partner.admin.call(Call::to(op::UpdateSandboxSettings).body(&settings)).await?;
    let made = partner.app.call(Call::to(op::CreateCustomer).body(&new_customer(&story.suffix))).await?.value;
    let customer = made.id.context("a customer without an id")?;
    let first = made.user_credentials.context("a customer without credentials")?;
    story.step(
        format!("The partner creates the customer {CUSTOMER}"),
        &[
            format!("customer {customer}: the id and the first administrator are made by the trustee"),
            "name, street, mail and phone are sealed before the operator stores anything".to_owned(),
        ],
    );
    let order = order(&offer(partner).await?, 5);
    let place = || Call::to(op::CreateOrder).param("customer-id", &customer).body(&order);
    match partner.app.call(place()).await {
        Err(Error::Refused(refusal)) if refusal.code == 13_605 => story.step(
            "An order is refused: the customer has accepted no agreement yet",
            &[format!("403, code 13605: {}", refusal.description)],
        ),
        other => anyhow::bail!("an order without agreements was not refused: {other:?}"),
    }
    drop(first); // what the partner received is not enough to accept anything
    let approver = super::approver::enrol(story, &customer).await?;
    accept(story, &approver.user_name, &approver.one_time_password).await?;
    let placed = partner.app.call(place()).await?.value;
    let subscription = placed.line_items.first().and_then(|line| line.subscription_id.clone());
    let subscription = subscription.context("an order without a subscription")?;
    story.step(
        format!("The order of 5 seats of {OFFER} becomes a subscription"),
        &[format!("order {}, subscription {subscription}", placed.id.unwrap_or_default())],
    );
    Ok(Sale { customer, subscription })
}

/// The customer's own act: signs in, sets a password, accepts all three agreements.
async fn accept(story: &mut Story<'_>, user_name: &str, one_time: &str) -> Result<()> {
    let person = Person { user_name, password: one_time, totp: None, next_password: Some(ADMIN_PASSWORD) };
    let admin = story.stage.sign_in(&person).await.context("the customer's administrator signs in")?;
    let open = admin.call(Call::to(op::ListOwnAgreements)).await?.value.items;
    let templates: Vec<String> = open.iter().filter_map(|agreement| agreement.template_id.clone()).collect();
    ensure!(templates.len() == 3, "expected three agreements, found {}", templates.len());
    let acceptance =
        AgreementAcceptances { template_ids: Some(templates), language: Some("de-DE".to_owned()) };
    let accepted = admin.call(Call::to(op::AcceptAgreements).body(&acceptance)).await?.value.items;
    let lines: Vec<String> = accepted
        .iter()
        .map(|one| {
            format!(
                "{} with the {}",
                one.title.clone().unwrap_or_default(),
                one.party.clone().unwrap_or_default()
            )
        })
        .collect();
    story.step("The customer's administrator accepts its agreements at the trustee", &lines);
    Ok(())
}

/// Ten days, three more seats, then the rest of a month and its invoice.
pub async fn a_month_passes(story: &mut Story<'_>, partner: &Partner, sale: &Sale) -> Result<()> {
    advance(partner, "P10D").await?;
    let read = Call::to(op::GetSubscription)
        .param("customer-id", &sale.customer)
        .param("subscription-id", &sale.subscription);
    let mut subscription: Subscription = partner.app.call(read).await?.value;
    subscription.quantity = Some(8);
    let change = Call::to(op::UpdateSubscription)
        .param("customer-id", &sale.customer)
        .param("subscription-id", &sale.subscription)
        .body(&subscription);
    let changed = partner.app.call(change).await?.value;
    ensure!(changed.quantity == Some(8), "the seats did not change");
    story.step(
        "Ten days later the partner raises the seats from 5 to 8",
        &["The sandbox's own clock was moved; the whole resource was sent back as existing clients do."
            .to_owned()],
    );
    let clock = advance(partner, "P2M").await?;
    let invoices = clock.happened.iter().filter(|one| one.invoice_id.is_some()).count();
    ensure!(invoices > 0, "two months passed without an invoice");
    let now = clock.now.map(|now| now.to_string()).unwrap_or_default();
    story.step(
        "Two more months pass: invoices are written by themselves",
        &[format!("the account's clock says {now}; {invoices} invoices were issued on the way")],
    );
    Ok(())
}

async fn advance(partner: &Partner, by: &str) -> Result<SandboxClock> {
    let clock = SandboxClock { advance: Some(by.to_owned()), ..SandboxClock::default() };
    Ok(partner.admin.call(Call::to(op::AdvanceClock).body(&clock)).await?.value)
}

async fn offer(partner: &Partner) -> Result<String> {
    let offers = partner.app.call(Call::to(op::ListOffers).query("country", "DE")).await?.value.items;
    let found = offers.into_iter().find(|offer| offer.name.as_deref() == Some(OFFER));
    found.and_then(|offer| offer.id).with_context(|| format!("{OFFER} is not in the catalogue"))
}

fn order(offer: &str, quantity: i64) -> Order {
    Order {
        billing_cycle: Some(BillingCycle::Monthly),
        line_items: vec![OrderLineItem {
            line_item_number: Some(0),
            offer_id: Some(offer.to_owned()),
            quantity: Some(quantity),
            friendly_name: Some("Seats of the fleet".to_owned()),
            ..OrderLineItem::default()
        }],
        ..Order::default()
    }
}

fn new_customer(suffix: &str) -> Customer {
    Customer {
        company_profile: Some(CustomerCompanyProfile {
            domain: Some(format!("leuchtfeuer{suffix}.onmicrosoft.de")),
            company_name: Some(CUSTOMER.to_owned()),
            ..CustomerCompanyProfile::default()
        }),
        billing_profile: Some(CustomerBillingProfile {
            first_name: Some("Wiebke".to_owned()),
            last_name: Some(CANARY.to_owned()),
            email: Some("wiebke@leuchtfeuer.example".to_owned()),
            culture: Some("de-DE".to_owned()),
            language: Some("de".to_owned()),
            company_name: Some(CUSTOMER.to_owned()),
            default_address: Some(CustomerAddress {
                address_line1: Some("Deichstrasse 9".to_owned()),
                postal_code: Some("25813".to_owned()),
                city: Some("Husum".to_owned()),
                country: Some("DE".to_owned()),
                first_name: Some("Wiebke".to_owned()),
                last_name: Some(CANARY.to_owned()),
                phone_number: Some("+494841123456".to_owned()),
                ..CustomerAddress::default()
            }),
            ..CustomerBillingProfile::default()
        }),
        ..Customer::default()
    }
}
