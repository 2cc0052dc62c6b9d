use super::*;
use commerce::catalogue::BillingCycle;
use commerce::subscription::{Change, Terms};
use jiff::civil::date;

fn billable(number: u32, quantity: u32, price: &str, currency: Currency) -> Billable {
    let day = date(2018, 1, 13);
    let unit_price = price.parse().expect("a price");
    let period = Some(Period::months_from(day, 12));
    let terms = Terms { period, anchor: day, cycle: BillingCycle::Monthly, unit_price, currency };
    let guid = format!("00000000-0000-4000-8000-{number:012}");
    let subject = Subject {
        customer: guid.parse().expect("a GUID"),
        customer_name: "Beispiel GmbH".to_owned(),
        domain_name: "beispiel.onmicrosoft.de".to_owned(),
        reseller_mpn: None,
        order: "order-1".parse().expect("an order id"),
        subscription: guid.parse().expect("a GUID"),
        subscription_name: "Buchhaltung".to_owned(),
        subscription_description: "Mail".to_owned(),
        offer: "offer-1".parse().expect("an offer id"),
        durable_offer: "durable-1".to_owned(),
        offer_name: "Mail".to_owned(),
    };
    Billable { subject, history: vec![Event { day, change: Change::Purchased { quantity, terms } }] }
}

fn bill(
    billables: &[Billable],
    country: &str,
    through: Option<Date>,
    day: Date,
) -> Result<Option<Invoice>, InvoiceError> {
    assemble(&Request {
        number: &invoice_number(1),
        partner: "00000000-0000-4000-8000-000000000001".parse().expect("a GUID"),
        mpn: None,
        country: country.parse().expect("a country"),
        vat_id: None,
        seller_country: "DE".parse().expect("a country"),
        currency: Currency::Eur,
        opened: date(2018, 1, 10),
        billed_through: through,
        billing_date: day,
        billables,
    })
}

#[test]
fn lines_add_up_to_the_invoice() {
    let subjects: Vec<Billable> =
        (1..=7).map(|number| billable(number, number, "0.13", Currency::Eur)).collect();
    let invoice = bill(&subjects, "DE", None, date(2018, 1, 15)).expect("a bill").expect("something on it");
    let sum =
        |part: fn(&InvoiceLine) -> Money| invoice.lines.iter().map(|line| part(line).minor).sum::<i64>();
    assert_eq!(invoice.net.minor, 13 * 28);
    assert_eq!(invoice.tax.minor, 69, "19 % of 3.64 is 0.6916, rounded once");
    assert_eq!(sum(|line| line.subtotal), invoice.net.minor);
    assert_eq!(sum(|line| line.tax), invoice.tax.minor);
    assert_eq!(sum(|line| line.total), invoice.total.minor);
    assert_eq!(
        (invoice.period.to_string().as_str(), invoice.due),
        ("2018-01-10..2018-01-15", date(2018, 3, 16))
    );
}

#[test]
fn one_bill_per_date_and_none_without_lines() {
    let subjects = [billable(1, 1, "4.00", Currency::Eur)];
    let (first, second) = (date(2018, 1, 15), date(2018, 2, 15));
    let invoice = bill(&subjects, "CH", Some(first), second).expect("a bill").expect("something on it");
    assert_eq!((invoice.tax.minor, invoice.net.minor, invoice.period.first()), (0, 400, date(2018, 1, 16)));
    assert_eq!(
        bill(&subjects, "CH", Some(first), second),
        Ok(Some(invoice.clone())),
        "the same question has the same answer"
    );
    assert_eq!(bill(&subjects, "CH", Some(second), date(2018, 2, 16)), Ok(None));
    let stored = serde_json::to_string(&invoice).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Invoice>(&stored).expect("an invoice"),
        invoice,
        "it is stored as it is"
    );
    let again = bill(&subjects, "CH", Some(second), second);
    assert_eq!(again, Err(InvoiceError::AlreadyBilled { billed_through: second, billing_date: second }));
}

#[test]
fn currencies_are_not_mixed() {
    let subjects = [billable(1, 1, "4.00", Currency::Eur), billable(2, 1, "4.00", Currency::Chf)];
    let error = bill(&subjects, "CH", None, date(2018, 1, 15)).expect_err("two currencies");
    assert!(matches!(error, InvoiceError::Currency { found: Currency::Chf, .. }), "{error}");
}

#[test]
fn numbers_count_in_base_36() {
    for (series, number) in
        [(1, "D020000001"), (36, "D020000010"), (60_466_175, "D0200ZZZZZ"), (60_466_176, "D0200100000")]
    {
        assert_eq!(invoice_number(series).as_str(), number);
    }
    assert_eq!(invoice_number(u64::MAX).as_str().len(), 18);
}
