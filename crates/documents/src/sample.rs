//! One invoice for the tests of this crate: seats that change in mid-month, billed to an Austrian partner.

use billing::{Billable, Invoice, Request, Subject, assemble, invoice_number};
use commerce::catalogue::BillingCycle;
use commerce::subscription::{Change, Event, Terms};
use jiff::civil::date;
use kernel::{Country, Currency, Period};

pub(crate) fn invoice(customer_name: &str, subscription_name: &str) -> Invoice {
    let bought = date(2018, 1, 13);
    let unit_price = "4.00".parse().expect("a price");
    let period = Some(Period::months_from(bought, 12));
    let terms =
        Terms { period, anchor: bought, cycle: BillingCycle::Monthly, unit_price, currency: Currency::Eur };
    let austria: Country = "AT".parse().expect("a country");
    let vat_id = commerce::vat::parse(austria, "ATU13585627").expect("a VAT id");
    let subject = Subject {
        customer: "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".parse().expect("a GUID"),
        customer_name: customer_name.to_owned(),
        domain_name: "beispiel.onmicrosoft.de".to_owned(),
        reseller_mpn: Some("4847383".parse().expect("an MPN id")),
        order: "order-1".parse().expect("an order id"),
        subscription: "c3b8a4d2-0c51-4f6a-9f43-11aa22bb33cc".parse().expect("a GUID"),
        subscription_name: subscription_name.to_owned(),
        subscription_description: "Mail and calendar".to_owned(),
        offer: "90bbd10a-d22f-4d4a-a001-7073ef84ac6a".parse().expect("an offer id"),
        durable_offer: "50127bfd-2fcb-410d-837c-f0d43db8a18e".to_owned(),
        offer_name: "Office 365 Business Essentials".to_owned(),
    };
    let billable = Billable {
        subject,
        history: vec![
            Event { day: bought, change: Change::Purchased { quantity: 1, terms } },
            Event { day: date(2018, 2, 1), change: Change::Quantity { from: 1, to: 2 } },
        ],
    };
    let request = Request {
        number: &invoice_number(42),
        partner: "7f1c0d5e-2b1c-4c8e-8f0a-0123456789ab".parse().expect("a GUID"),
        mpn: None,
        country: austria,
        vat_id: Some(&vat_id),
        seller_country: "DE".parse().expect("a country"),
        currency: Currency::Eur,
        opened: bought,
        billed_through: Some(date(2018, 1, 15)),
        billing_date: date(2018, 2, 15),
        billables: &[billable],
    };
    assemble(&request).expect("a bill").expect("something on it")
}
