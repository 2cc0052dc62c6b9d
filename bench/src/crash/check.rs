//! What the operator's store holds, read beside the program.

use anyhow::{Context, Result, ensure};
use kernel::AccountId;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use store::args;

use crate::books::open_operator;
use crate::stage::Stage;

store::statements! { "crash";
    scan ORDERS = "SELECT order_id FROM orders WHERE account_id = $1";
    scan SUBSCRIPTIONS = "SELECT subscription_id, order_id FROM subscriptions WHERE account_id = $1";
    scan HISTORIES = "SELECT e.subscription_id FROM subscription_events e \
        JOIN subscriptions s ON s.subscription_id = e.subscription_id WHERE s.account_id = $1";
    scan AUDITED = "SELECT new_value FROM audit WHERE partner = $1 AND operation_type = 'create_order'";
    scan CUSTOMERS = "SELECT customer_id FROM customer_links WHERE account_id = $1";
    scan INVOICES = "SELECT i.number, i.line_count, (SELECT CAST(COUNT(*) AS BIGINT) FROM invoice_lines l \
        WHERE l.account_id = i.account_id AND l.number = i.number) FROM invoices i WHERE i.account_id = $1";
    scan EVENTS = "SELECT resource FROM outbox WHERE partner = $1 AND event = 'subscription-updated'";
}

/// Where to look.
pub struct Books {
    postgres: Option<String>,
    data: PathBuf,
    partner: AccountId,
    sandbox: AccountId,
}

/// Everything about the partner's orders, each list with its repetitions.
#[derive(Debug, Default)]
pub struct Seen {
    orders: Vec<String>,
    subscriptions: Vec<(String, String)>,
    histories: Vec<String>,
    audited: Vec<String>,
    events: Vec<String>,
    customers: Vec<String>,
    /// The sandbox's invoices: number, lines that each says, lines that it has.
    pub invoices: Vec<(String, i64, i64)>,
}

impl Books {
    /// The operator's store of a stage, and the sandbox in it.
    pub fn of(stage: &Stage, sandbox: AccountId) -> Result<Self> {
        let (postgres, data) = (stage.postgres().map(str::to_owned), stage.data().to_owned());
        Ok(Self { postgres, data, partner: stage.people()?.partner()?.tenant_id.parse()?, sandbox })
    }

    /// Reads everything in one snapshot.
    pub async fn look(&self) -> Result<Seen> {
        let store = open_operator(self.postgres.as_deref(), &self.data)?;
        let (partner, sandbox) = (self.partner, self.sandbox);
        let seen = store.read("crash-look", move |tx| {
            let texts = |rows: Vec<(String,)>| rows.into_iter().map(|(text,)| text).collect();
            Ok(Seen {
                orders: texts(tx.list(&ORDERS, &args![partner])?),
                subscriptions: tx.list(&SUBSCRIPTIONS, &args![partner])?,
                histories: texts(tx.list(&HISTORIES, &args![partner])?),
                audited: texts(tx.list(&AUDITED, &args![partner])?),
                events: texts(tx.list(&EVENTS, &args![partner])?),
                customers: texts(tx.list(&CUSTOMERS, &args![partner])?),
                invoices: tx.list(&INVOICES, &args![sandbox])?,
            })
        });
        let seen = seen.await?;
        tokio::task::block_in_place(|| store.close());
        Ok(seen)
    }
}

impl Seen {
    /// The customers that are new since `before`.
    pub fn customers_since(&self, before: &Self) -> BTreeSet<String> {
        let known: BTreeSet<&String> = before.customers.iter().collect();
        self.customers.iter().filter(|customer| !known.contains(customer)).cloned().collect()
    }

    /// The orders that are new since `before`, if each has all that belongs to it, once.
    pub fn consistent_since(&self, before: &Self) -> Result<BTreeSet<String>> {
        let known: BTreeSet<&String> = before.orders.iter().collect();
        let orders: BTreeSet<String> =
            self.orders.iter().filter(|order| !known.contains(order)).cloned().collect();
        let mut made: BTreeMap<&str, &str> = BTreeMap::new();
        for (subscription, order) in self.subscriptions.iter().filter(|(_, order)| orders.contains(order)) {
            let other = made.insert(order, subscription);
            ensure!(other.is_none(), "order {order} made two subscriptions");
        }
        ensure!(made.len() == orders.len(), "{} orders made {} subscriptions", orders.len(), made.len());
        let subscriptions: BTreeSet<&str> = made.values().copied().collect();
        let of_ours = |list: &[String]| -> Vec<String> {
            list.iter().filter(|one| subscriptions.contains(one.as_str())).cloned().collect()
        };
        once("history", &of_ours(&self.histories), &subscriptions)?;
        let last = |event: &String| event.rsplit('/').next().unwrap_or_default().to_owned();
        let events: Vec<String> = self.events.iter().map(last).collect();
        once("event", &of_ours(&events), &subscriptions)?;
        // In no order: an engine reads by whichever index it likes.
        let audited: Vec<String> = self.audited.iter().map(|entry| id(entry)).collect::<Result<_>>()?;
        let audited: Vec<String> = audited.into_iter().filter(|order| !known.contains(order)).collect();
        once("audit entry", &audited, &orders.iter().map(String::as_str).collect())?;
        Ok(orders)
    }
}

/// The id in a resource's JSON.
fn id(resource: &str) -> Result<String> {
    let resource: Value = serde_json::from_str(resource)?;
    Ok(resource["id"].as_str().context("an audit entry about an order without an id")?.to_owned())
}

/// Fails unless the list names each of the wanted once and nothing else.
fn once(what: &str, list: &[String], wanted: &BTreeSet<&str>) -> Result<()> {
    let mut left = wanted.clone();
    for one in list {
        ensure!(left.remove(one.as_str()), "{one} has two entries, or one too many: {what}");
    }
    ensure!(left.is_empty(), "without any {what}: {left:?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(
        orders: &[&str],
        subscriptions: &[(&str, &str)],
        histories: &[&str],
        audited: &[&str],
        events: &[&str],
    ) -> Seen {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Seen {
            orders: texts(orders),
            subscriptions: subscriptions.iter().map(|(s, o)| ((*s).to_owned(), (*o).to_owned())).collect(),
            histories: texts(histories),
            audited: audited.iter().map(|id| format!(r#"{{"id":"{id}"}}"#)).collect(),
            events: events.iter().map(|id| format!("/v1/customers/c/subscriptions/{id}")).collect(),
            ..Seen::default()
        }
    }

    #[test]
    fn what_is_missing_or_doubled_is_found() {
        let before = seen(&["o0"], &[("s0", "o0")], &["s0"], &["o0"], &["s0"]);
        let pairs = [("s0", "o0"), ("s1", "o1")];
        for (now, fine) in [
            (seen(&["o0", "o1"], &pairs, &["s0", "s1"], &["o0", "o1"], &["s0", "s1"]), true),
            (seen(&["o0", "o1"], &[("s0", "o0")], &["s0"], &["o0", "o1"], &["s0"]), false),
            (
                seen(
                    &["o0", "o1"],
                    &[("s1", "o1"), ("s2", "o1")],
                    &["s1", "s2"],
                    &["o0", "o1"],
                    &["s1", "s2"],
                ),
                false,
            ),
            (seen(&["o0", "o1"], &pairs, &["s0"], &["o0", "o1"], &["s0", "s1"]), false),
            (seen(&["o0", "o1"], &pairs, &["s0", "s1", "s1"], &["o0", "o1"], &["s0", "s1"]), false),
            (seen(&["o0", "o1"], &pairs, &["s0", "s1"], &["o0"], &["s0", "s1"]), false),
            (seen(&["o0", "o1"], &pairs, &["s0", "s1"], &["o0", "o1", "o1"], &["s0", "s1"]), false),
            (seen(&["o0", "o1"], &pairs, &["s0", "s1"], &["o0", "o1"], &["s0"]), false),
            (seen(&["o0", "o1"], &pairs, &["s0", "s1"], &["o1", "o0"], &["s1", "s0"]), true),
        ] {
            let found = now.consistent_since(&before);
            assert_eq!(found.is_ok(), fine, "{now:?}: {found:?}");
        }
    }
}
