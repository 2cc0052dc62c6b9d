//! Accounts whose days pass: scenarios as data, each played on both engines and in every way in which days can pass.
//!
//! A scenario is a file under `scenarios/`: what the partner does on which day, and what must have happened by
//! itself when that day begins, with every invoice line by line.

use std::collections::HashMap;
use std::fmt::Write;

use commerce::catalogue::{Catalogue, GERMANY, Sources};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use kernel::{Clock, Currency};
use serde::Deserialize;
use serde_json::{Value, json};
use store::testing::TestStore;

use crate::harness::{self, Who, World, offer};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    start: String,
    billing_day: i64,
    country: String,
    currency: Option<String>,
    vat_id: Option<String>,
    price: Vec<Prices>,
    step: Vec<Step>,
}

/// The prices of one offer: cycle, first day, last day, price of the partner.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prices {
    offer: String,
    currency: Option<String>,
    rows: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    on: Date,
    #[serde(default)]
    happened: Vec<String>,
    #[serde(default)]
    invoices: Vec<String>,
    order: Option<Order>,
    add_on: Option<AddOn>,
    change: Option<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    r#as: String,
    offer: String,
    quantity: i64,
    cycle: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddOn {
    r#as: String,
    to: String,
    offer: String,
    quantity: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    of: String,
    set: Value,
}

/// How days pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    /// A sandbox's clock is moved from step to step.
    Jumps,
    /// A sandbox's clock is moved day by day.
    Days,
    /// It is no sandbox: real time passes, two nodes tick, and ticks are broken off.
    Ticks,
}

/// One scenario on its way.
struct Play {
    world: World,
    partner: Who,
    customer: String,
    pace: Pace,
    /// The scenario's names of subscriptions, by id.
    names: HashMap<String, String>,
    orders: HashMap<String, String>,
    seen: usize,
}

impl Play {
    async fn begin(scenario: &Scenario, pace: Pace, store: TestStore) -> Self {
        let start: Timestamp = scenario.start.parse().expect("an instant");
        let world = World::selling(store, start, catalogue(&scenario.price));
        let partner = world
            .account(1, |row| {
                row.sandbox = pace != Pace::Ticks;
                row.billing_day = scenario.billing_day;
                row.country = scenario.country.parse().expect("a country");
                row.currency = currency(scenario.currency.as_ref());
                row.vat_id.clone_from(&scenario.vat_id);
                row.auto_accept = true;
            })
            .await;
        let customer = world.customer(&partner, "musterwerk", json!({})).await;
        Self { world, partner, customer, pace, names: HashMap::new(), orders: HashMap::new(), seen: 0 }
    }

    /// Lets the account's days pass up to noon of `day`; answers what happened by itself, where that is told.
    async fn pass(&self, day: Date) -> Option<Vec<String>> {
        let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a day").timestamp();
        if self.pace == Pace::Ticks {
            let now = self.world.clock.now();
            self.world.clock.pass(now.duration_until(noon).max(SignedDuration::ZERO));
            for stop in [1, 5, 20] {
                interrupted(&self.world.operator, stop).await;
            }
            let second = self.world.second_node();
            let (one, other) = tokio::join!(self.world.operator.tick(), second.tick());
            assert_eq!((one.expect("a tick").failed, other.expect("a tick").failed), (0, 0));
            self.world.clock.pass(SignedDuration::from_mins(2)); // the lease of whoever was first ends
            self.world.operator.tick().await.expect("a tick");
            return None;
        }
        let mut happened = Vec::new();
        loop {
            let now = self.world.get(&self.partner, "/sandbox/v1/clock").await.ok();
            let now: Timestamp = now["now"].as_str().expect("an instant").parse().expect("an instant");
            if now >= noon {
                return Some(happened);
            }
            let next =
                if self.pace == Pace::Days { now.checked_add(24.hours()).expect("a day") } else { noon };
            let body = json!({ "moveTo": next.min(noon).to_string() });
            let moved =
                self.world.call(&self.partner, "POST", "/sandbox/v1/clock").body(body).send().await.ok();
            let told = moved["happened"].as_array().cloned().unwrap_or_default();
            assert_eq!(moved["jobsRun"].as_u64(), Some(told.len() as u64));
            happened.extend(told.iter().map(|one| self.told(one)));
        }
    }

    fn told(&self, one: &Value) -> String {
        let word = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        let text = format!("{} {}", word("day"), word("kind"));
        match self.names.get(&word("subscriptionId")) {
            Some(name) => format!("{text} {name}"),
            None => text,
        }
    }

    async fn act(&mut self, step: &Step) {
        let customer = format!("/v1/customers/{}", self.customer);
        if let Some(order) = &step.order {
            let mut body = harness::order(&offer(&order.offer), order.quantity);
            body["billingCycle"] = json!(order.cycle);
            let made = self
                .world
                .call(&self.partner, "POST", format!("{customer}/orders"))
                .body(body)
                .send()
                .await
                .ok();
            self.remember(&order.r#as, &made, 0);
        }
        if let Some(add_on) = &step.add_on {
            let line = json!({
                "lineItemNumber": 1,
                "offerId": offer(&add_on.offer),
                "quantity": add_on.quantity,
                "parentSubscriptionId": self.id_of(&add_on.to),
            });
            let path = format!("{customer}/orders/{}", self.orders[&add_on.to]);
            let made = self
                .world
                .call(&self.partner, "PATCH", &path)
                .body(json!({ "lineItems": [line] }))
                .send()
                .await
                .ok();
            self.remember(&add_on.r#as, &made, 1);
        }
        if let Some(change) = &step.change {
            let path = format!("{customer}/subscriptions/{}", self.id_of(&change.of));
            self.world.call(&self.partner, "PATCH", &path).body(change.set.clone()).send().await.ok();
        }
    }

    fn remember(&mut self, name: &str, order: &Value, line: usize) {
        let id = order["lineItems"][line]["subscriptionId"].as_str().expect("a subscription");
        self.names.insert(id.to_owned(), name.to_owned());
        self.orders.insert(name.to_owned(), order["id"].as_str().expect("an order").to_owned());
    }

    fn id_of(&self, name: &str) -> &str {
        self.names.iter().find(|(_, known)| *known == name).expect("a subscription of the scenario").0
    }

    /// The invoices that were not there before, oldest first, as the scenario writes them.
    async fn new_invoices(&mut self) -> Vec<String> {
        let list = self.world.get(&self.partner, "/v1/invoices").await.ok();
        let mut all = list["items"].as_array().cloned().expect("a list");
        all.reverse();
        let mut texts = Vec::new();
        for invoice in all.drain(self.seen.min(all.len())..) {
            self.seen += 1;
            texts.push(self.written(&invoice).await);
        }
        texts
    }

    async fn written(&self, invoice: &Value) -> String {
        let id = invoice["id"].as_str().expect("an id");
        assert_eq!(&self.world.get(&self.partner, &format!("/v1/invoices/{id}")).await.ok(), invoice);
        let mut text = format!(
            "{} {} due {} {} of {}..{}\n",
            day(&invoice["invoiceDate"]),
            id.strip_prefix("Recurring-").expect("a recurring invoice"),
            invoice["totalCharges"],
            invoice["currencyCode"].as_str().expect("a currency"),
            day(&invoice["billingPeriodStartDate"]),
            day(&invoice["billingPeriodEndDate"]),
        );
        let mut total = kernel::Decimal::ZERO;
        for line in self.lines(invoice).await {
            let name = &self.names[line["subscriptionId"].as_str().expect("a subscription")];
            total += line["totalForCustomer"].to_string().parse::<kernel::Decimal>().expect("an amount");
            writeln!(
                text,
                "{name} {}..{} {}: {} x {} = {} + {}",
                day(&line["chargeStartDate"]),
                day(&line["chargeEndDate"]),
                line["chargeType"].as_str().expect("a charge type"),
                line["quantity"],
                line["unitPrice"],
                line["amount"],
                line["tax"],
            )
            .expect("text");
        }
        assert_eq!(total.to_string(), invoice["totalCharges"].to_string(), "lines and total of {id}");
        text
    }

    /// All lines, page by page, through the links.
    async fn lines(&self, invoice: &Value) -> Vec<Value> {
        let uri = invoice["invoiceDetails"][0]["links"]["self"]["uri"].as_str().expect("a link");
        let mut next = Some(format!("{uri}?size=3"));
        let mut lines = Vec::new();
        while let Some(uri) = next {
            let page = self.world.get(&self.partner, &format!("/v1{uri}")).await.ok();
            let items = page["items"].as_array().expect("items");
            assert!(items.iter().all(|line| line["billingProvider"] == "office"
                && line["invoiceLineItemType"] == "billing_line_items"));
            lines.extend(items.iter().cloned());
            next = page["links"]["next"]["uri"].as_str().map(ToOwned::to_owned);
        }
        lines
    }
}

/// A tick that is broken off somewhere.
async fn interrupted(operator: &operator::Operator, stop: usize) {
    let wait = async {
        for _ in 0..stop {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        tick = operator.tick() => drop(tick.expect("a tick")),
        () = wait => {}
    }
}

fn day(instant: &Value) -> String {
    instant.as_str().and_then(|text| text.split_once('T')).expect("an instant").0.to_owned()
}

fn currency(name: Option<&String>) -> Currency {
    name.map_or(Currency::Eur, |name| name.parse().expect("a currency"))
}

/// The German catalogue with other prices for some offers.
fn catalogue(prices: &[Prices]) -> Catalogue {
    let mut table = GERMANY.prices.to_owned();
    for changed in prices {
        let start = format!("{},{},", offer(&changed.offer), currency(changed.currency.as_ref()));
        table = table
            .lines()
            .filter(|line| !line.starts_with(&start))
            .fold(String::new(), |text, line| text + line + "\n");
        for row in &changed.rows {
            let price = row.rsplit_once(',').expect("a price").1;
            writeln!(table, "{start}{row},{price},{price}").expect("text");
        }
    }
    Catalogue::parse(&Sources { prices: &table, ..GERMANY }).expect("a catalogue")
}

async fn play(text: &str, pace: Pace, store: TestStore) {
    let scenario: Scenario = toml::from_str(text).expect("a scenario");
    let mut play = Play::begin(&scenario, pace, store).await;
    for step in &scenario.step {
        if let Some(happened) = play.pass(step.on).await {
            assert_eq!(happened, step.happened, "{pace:?}, by {}", step.on);
        }
        let expected: Vec<String> = step.invoices.iter().map(|text| text.trim_start().to_owned()).collect();
        assert_eq!(play.new_invoices().await, expected, "{pace:?}, by {}", step.on);
        play.act(step).await;
    }
    // The same days again make nothing new.
    let again = play.world.operator.tick().await.expect("a tick");
    assert_eq!((again.subscriptions, again.invoices, again.failed), (0, 0, 0), "{pace:?}");
}

macro_rules! scenarios {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use super::{Pace, play};
            const TEXT: &str = include_str!(concat!("../scenarios/", stringify!($name), ".toml"));
            store::on_both_engines! {
                async fn jumps(store) { play(TEXT, Pace::Jumps, store).await; }
                async fn days(store) { play(TEXT, Pace::Days, store).await; }
                async fn ticks(store) { play(TEXT, Pace::Ticks, store).await; }
            }
        }
    )*};
}

scenarios! { addon_suspended, full_credit, monthly, renewal }
