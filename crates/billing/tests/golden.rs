//! The worked examples for licence billing that were published, against exact arithmetic rounded once half up.
//!
//! Outliers are listed by name with the rounding that explains them, so that a new one cannot slip in.

use billing::{lines_for, prorate};
use commerce::catalogue::BillingCycle;
use commerce::subscription::{Cause, Change, Event, Terms};
use jiff::civil::Date;
use kernel::{Currency, Decimal, Period};
use serde_json::Value;

/// Published amounts that exact arithmetic does not give, and why.
const OUTLIERS: &[(&str, &str)] = &[
    ("M-susp-29d+", "published with a daily rate of three places (0.143)"),
    ("A-48-1", "published by the printed formula: daily rate cut to 0.13"),
    ("A-48-2", "published by the printed formula: daily rate cut to 0.13"),
    ("A-48-susp", "published by the printed formula: daily rate cut to 0.13"),
    ("O-2", "published with the unit price rounded to 3.87, then doubled"),
];

fn data() -> Value {
    serde_json::from_str(include_str!("data/licence.json")).expect("the examples are JSON")
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_else(|| panic!("{member} is missing in {value}"))
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

#[test]
fn published_prorations() {
    let data = data();
    let cases = data["proration"].as_array().expect("a list");
    assert_eq!(cases.len(), 8);
    let mut outliers = Vec::new();
    for case in cases {
        let price: Decimal = text(case, "unit_price").parse().expect("a price");
        let number = |member: &str| case[member].as_i64().expect("a number");
        let quantity = u32::try_from(number("quantity")).expect("small");
        let got = prorate(price, quantity, number("prorated_days"), number("period_days"), Currency::Eur);
        let got = got.expect("in range").to_decimal().to_string();
        assert_eq!(got, text(case, "exact_once_half_up"), "{}", text(case, "id"));
        if got != text(case, "expected_amount") {
            outliers.push(text(case, "id").to_owned());
        }
    }
    assert_eq!(outliers, OUTLIERS.iter().map(|(id, _)| *id).collect::<Vec<_>>());
}

fn history(case: &Value) -> Vec<Event> {
    let cycle = if text(case, "cycle") == "annual" { BillingCycle::Annual } else { BillingCycle::Monthly };
    let mut seats = 0;
    let mut events = Vec::new();
    for event in case["events"].as_array().expect("a list") {
        let day = date(event[1].as_str().expect("a day"));
        let wanted = u32::try_from(event[2].as_u64().expect("a number")).expect("small");
        let change = match event[0].as_str().expect("a kind") {
            "purchase" => {
                let period = Some(Period::months_from(day, 12));
                let unit_price = text(case, "unit_price").parse().expect("a price");
                let terms = Terms { period, anchor: day, cycle, unit_price, currency: Currency::Eur };
                seats = wanted;
                Change::Purchased { quantity: wanted, terms }
            }
            "quantity" => Change::Quantity { from: std::mem::replace(&mut seats, wanted), to: wanted },
            "suspend" => Change::Suspended { cause: Cause::Partner },
            "reactivate" => Change::Reactivated,
            other => panic!("unknown event {other}"),
        };
        events.push(Event { day, change });
    }
    events
}

#[test]
fn published_scenarios() {
    let data = data();
    let cases = data["scenarios"].as_array().expect("a list");
    assert_eq!(cases.len(), 8);
    for case in cases {
        let history = history(case);
        let mut billed = None;
        for (day, expected) in case["bills"].as_object().expect("bills") {
            let lines = lines_for(&history, billed, date(day)).expect("in range");
            let got: Vec<String> = lines
                .iter()
                .map(|line| {
                    let amount = line.amount.to_decimal();
                    format!("{amount} x{} {} {}", line.quantity, line.period, line.charge_type.name())
                })
                .collect();
            assert_eq!(serde_json::json!(got), *expected, "{} on {day}", text(case, "id"));
            billed = Some(date(day));
        }
    }
}
