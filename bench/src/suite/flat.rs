//! Whether a store of a million customers is as quick as one of a thousand.
//!
//! Single reads go to any of as many customers in both stores, spread over the whole of it: what grows is the store,
//! not what is asked for. How much it costs to ask for any of the partner's fifty thousand is told beside it.

use anyhow::{Context, Result};
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use std::sync::Arc;

use super::reads::{customer, subscription, target};
use super::{Plan, expect, filled, footprint};
use crate::books::{Filling, Names};
use crate::client::{Call, Caller};
use crate::load::{Target, closed};
use crate::random::Random;
use crate::report::{Bound, Report, Row};

/// The customers of the small store, and those that single reads ask for in both.
const FEW: u32 = 1000;
/// One of so many customers of the large store is the measured partner's.
const ONE_IN: u32 = 20;
/// Customers on a page.
const PAGE: u32 = 100;
/// Places in the list that pages are asked for.
const PLACES: usize = 100;
/// How much dearer the large store may be.
const DEARER: Bound = Bound::AtMost(1.5);

/// What is compared: its name, asked of the small store, asked of the large one, and how much dearer it may be.
type Pair = (&'static str, Target, Target, Bound);

/// Measures both, in turns.
pub async fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    let (small, few) = filled(plan, "few", None, Filling { customers: FEW, one_in: 1 }).await?;
    let many = Filling { customers: plan.many, one_in: ONE_IN };
    let (large, many) = filled(plan, "many", None, many).await?;
    let size = format!("{} customers", plan.many);
    footprint::of(&large, plan.rounds, &size, report).await?;
    let (small, large) = (small.start().await?, large.start().await?);
    let pairs: [Pair; 5] = [
        ("a subscription", one(&small.caller, few, true), one(&large.caller, many, true), DEARER),
        ("a customer, opened", one(&small.caller, few, false), one(&large.caller, many, false), DEARER),
        ("a page of 100", a_page(&small.caller).await?, a_page(&large.caller).await?, DEARER),
        ("any subscription", one(&small.caller, few, true), any(&large.caller, many, true), Bound::None),
        (
            "any customer, opened",
            one(&small.caller, few, false),
            any(&large.caller, many, false),
            Bound::None,
        ),
    ];
    for (what, small, large, bound) in pairs {
        let mut rounds = Vec::new();
        for round in 0..plan.rounds {
            let few = closed(&small, plan.effort(), round)?.rate;
            let many = closed(&large, plan.effort(), round)?.rate;
            // Time per answer: what a thousand cost, what the many cost.
            rounds.push((1e6 / few, 1e6 / many));
        }
        report.rows.push(Row::ratio(
            &format!("read {what} among {size}"),
            "among 1000",
            "µs",
            &rounds,
            bound,
        ));
    }
    small.server.stop().await?;
    large.server.stop().await
}

/// Single reads of as many customers as the small store has.
fn one(caller: &Caller, names: Names, of_subscription: bool) -> Target {
    target(caller, move |caller, random| {
        let (customer, subscription) = names.pick_of(random, FEW);
        let customer = format!("/v1/customers/{customer}");
        caller.get(&if of_subscription {
            format!("{customer}/subscriptions/{subscription}")
        } else {
            customer
        })
    })
}

/// Single reads of any of the partner's customers.
fn any(caller: &Caller, names: Names, of_subscription: bool) -> Target {
    let make = if of_subscription { subscription } else { customer };
    target(caller, move |caller, random| make(caller, names, random))
}

/// Pages from all over the partner's list.
async fn a_page(caller: &Caller) -> Result<Target> {
    let pages = pages(caller).await?;
    Ok(target(caller, move |caller, random: &mut Random| random.pick(&pages).call(caller)))
}

/// A page as its predecessor's link asks for it.
#[derive(Clone)]
struct Page {
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Page {
    fn call(&self, caller: &Caller) -> Call {
        let mut call = caller.get(&self.path);
        call.headers_mut().extend(self.headers.iter().cloned());
        call
    }
}

/// The pages of a list, found as a client finds them: by following the links.
async fn pages(caller: &Caller) -> Result<Arc<[Page]>> {
    let mut page = Page { path: format!("/v1/customers?size={PAGE}"), headers: Vec::new() };
    let mut all = vec![page.clone()];
    loop {
        let answer = expect(caller, page.call(caller), StatusCode::OK).await?.json(StatusCode::OK)?;
        let Some(next) = answer.pointer("/links/next").filter(|next| next.is_object()) else { break };
        let uri = next["uri"].as_str().context("a next link without a uri")?;
        let path = if uri.starts_with("/v1") { uri.to_owned() } else { format!("/v1{uri}") };
        let headers = next["headers"].as_array().into_iter().flatten();
        let headers = headers.map(|header| {
            let name = header["key"].as_str().context("a header without a key")?;
            let value = header["value"].as_str().context("a header without a value")?;
            Ok((name.parse()?, value.parse()?))
        });
        page = Page { path, headers: headers.collect::<Result<_>>()? };
        all.push(page.clone());
    }
    // The last page may be shorter than the others.
    all.pop().filter(|_| !all.is_empty()).context("a list of one page")?;
    let step = all.len().div_ceil(PLACES);
    Ok(all.into_iter().step_by(step).collect())
}
