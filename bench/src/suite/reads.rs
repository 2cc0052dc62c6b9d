//! Reads through the gateway against the bare axum route.

use anyhow::Result;
use http::StatusCode;
use std::sync::Arc;

use super::{Plan, filled, waits};
use crate::books::{Filling, Names};
use crate::child::{Server, free_address, processor_time};
use crate::client::{Call, Caller};
use crate::load::{Effort, Outcome, Target, closed};
use crate::random::Random;
use crate::report::{Bound, Report, Row, float};
use crate::stage::Running;

/// The measured partner's customers.
const CUSTOMERS: u32 = 1000;

/// What is read, and what share of the limit it must reach.
const READS: [(&str, f64); 3] = [
    ("read one subscription", 0.5),
    ("read one customer, private fields opened", 0.35),
    ("list 10 customers", 0.2),
];

/// Measures all three, in turns with the limit.
pub async fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    let filling = Filling { customers: CUSTOMERS, one_in: 1 };
    let (stage, names) = filled(plan, "reads", None, filling).await?;
    let limit_server = start_limit(plan).await?;
    let bare = target(&Caller::anonymous(limit_server.address)?, |caller, _| caller.get("/"));
    let Running { server, caller } = stage.start().await?;
    let ours = [
        target(&caller, move |caller, random| subscription(caller, names, random)),
        target(&caller, move |caller, random| customer(caller, names, random)),
        target(&caller, |caller, _| caller.get("/v1/customers?size=10")),
    ];
    let mut rounds = [const { Vec::new() }; 3];
    let mut last = Vec::new();
    for round in 0..plan.rounds {
        last.clear();
        for (ours, rounds) in ours.iter().zip(&mut rounds) {
            let (limit, limit_cost) = costed(&limit_server, &bare, plan.effort(), round)?;
            let (reached, cost) = costed(&server, ours, plan.effort(), round)?;
            rounds.push((limit.rate, reached.rate));
            last.push((waits(&reached), limit_cost, cost));
        }
    }
    for (((what, floor), rounds), (waits, limit_cost, cost)) in READS.into_iter().zip(&rounds).zip(last) {
        report.rows.push(Row::ratio(what, "bare axum", "1/s", rounds, Bound::AtLeast(floor)));
        report.notes.push(format!(
            "{what}: at full load half within {:.2} ms, 99 % within {:.2} ms; {:.0} µs of processor time each and \
             {:.0} of its callers', the bare route {:.0} and {:.0}",
            waits.0, waits.1, cost.server, cost.callers, limit_cost.server, limit_cost.callers
        ));
    }
    server.stop().await
}

/// Microseconds of processor time that each answer took.
#[derive(Clone, Copy)]
struct Cost {
    server: f64,
    callers: f64,
}

/// Loads a server and tells what that took.
fn costed(server: &Server, target: &Target, effort: Effort, seed: u64) -> Result<(Outcome, Cost)> {
    let used = || Ok::<_, anyhow::Error>([server.processor_time()?, processor_time("self")?]);
    let before = used()?;
    let outcome = closed(target, effort, seed)?;
    let after = used()?;
    // The warm-up is spent as well but not counted.
    let counted = effort.measured.as_secs_f64() / (effort.measured + effort.warm_up).as_secs_f64();
    let each = |who: usize| {
        let spent = after[who].saturating_sub(before[who]).as_secs_f64();
        1e6 * spent * counted / float(outcome.latency.total())
    };
    let cost = Cost { server: each(0), callers: each(1) };
    Ok((outcome, cost))
}

/// Another process, so that it has its own event loop as ours has.
async fn start_limit(plan: &Plan) -> Result<Server> {
    let address = free_address()?;
    let arguments = ["limit".to_owned(), "--listen".to_owned(), address.to_string()];
    Server::start(&std::env::current_exe()?, &arguments, address, &plan.folder.join("limit.log")).await
}

/// A target that answers 200.
pub fn target(
    caller: &Caller,
    make: impl Fn(&Caller, &mut Random) -> Call + Send + Sync + 'static,
) -> Target {
    let (address, caller) = (caller.address, caller.clone());
    Target { address, make: Arc::new(move |random| make(&caller, random)), expect: StatusCode::OK }
}

/// Any subscription of the partner's.
pub fn subscription(caller: &Caller, names: Names, random: &mut Random) -> Call {
    let (customer, subscription) = names.pick(random);
    caller.get(&format!("/v1/customers/{customer}/subscriptions/{subscription}"))
}

/// Any customer of the partner's.
pub fn customer(caller: &Caller, names: Names, random: &mut Random) -> Call {
    let (customer, _) = names.pick(random);
    caller.get(&format!("/v1/customers/{customer}"))
}
