//! Callers who place orders until nobody answers any more.

use anyhow::{Context, Result, ensure};
use http::StatusCode;
use tokio::task::JoinSet;

use crate::books::Names;
use crate::client::{Answer, Caller, Connection, once};
use crate::random::Random;
use crate::stage::order;

/// An order that was placed, or was to be.
#[derive(Debug)]
pub struct Placed {
    customer: String,
    request: String,
    /// Its id, once it was acknowledged.
    pub order: Option<String>,
}

impl Placed {
    /// A new order for this customer, not sent yet.
    pub fn new(customer: String, random: &mut Random) -> Self {
        Self { customer, request: random.guid().to_string(), order: None }
    }

    /// Sends it and waits for its acknowledgement.
    pub async fn send(&mut self, caller: &Caller) -> Result<()> {
        let answer = once(caller.address, order(caller, &self.customer, &self.request)?).await?;
        self.acknowledge(&answer)
    }

    /// Sends an acknowledged order again: it must be the same order, and it must be there.
    pub async fn same_again(&self, caller: &Caller) -> Result<()> {
        let known = self.order.as_deref().context("not acknowledged")?;
        let mut again = Self { order: None, customer: self.customer.clone(), request: self.request.clone() };
        again.send(caller).await.context("repeating an acknowledged request")?;
        ensure!(again.order.as_deref() == Some(known), "repeated, {known} became {:?}", again.order);
        let path = format!("/v1/customers/{}/orders/{known}", self.customer);
        let found = once(caller.address, caller.get(&path)).await?.json(StatusCode::OK)?;
        ensure!(
            found["id"] == known && found["lineItems"][0]["quantity"] == 1,
            "not what was ordered: {found}"
        );
        Ok(())
    }

    fn acknowledge(&mut self, answer: &Answer) -> Result<()> {
        let order = answer.json(StatusCode::CREATED)?;
        self.order = Some(order["id"].as_str().context("an order without an id")?.to_owned());
        Ok(())
    }
}

/// Callers at work.
pub struct Traffic(JoinSet<Result<(Vec<Placed>, Option<Placed>)>>);

/// Starts one caller per seed.
pub fn start(caller: &Caller, names: Names, seeds: Vec<Random>) -> Traffic {
    let mut callers = JoinSet::new();
    for seed in seeds {
        callers.spawn(place_orders(caller.clone(), names, seed));
    }
    Traffic(callers)
}

impl Traffic {
    /// What was acknowledged, and what was sent without an answer, once the server is dead.
    pub async fn end(mut self) -> Result<(Vec<Placed>, Vec<Placed>)> {
        let (mut placed, mut open) = (Vec::new(), Vec::new());
        while let Some(done) = self.0.join_next().await {
            let (acknowledged, unanswered) = done??;
            placed.extend(acknowledged);
            open.extend(unanswered);
        }
        Ok((placed, open))
    }
}

/// Orders one after the other until the connection breaks. An answer that is not an acknowledgement is an error:
/// a crash may leave callers without an answer, but not with a wrong one.
async fn place_orders(
    caller: Caller,
    names: Names,
    mut random: Random,
) -> Result<(Vec<Placed>, Option<Placed>)> {
    let mut acknowledged = Vec::new();
    let Ok(mut connection) = Connection::open(caller.address).await else { return Ok((acknowledged, None)) };
    loop {
        let (customer, _) = names.pick(&mut random);
        let mut placed = Placed::new(customer.to_string(), &mut random);
        match connection.call(order(&caller, &placed.customer, &placed.request)?).await {
            Ok(answer) => placed.acknowledge(&answer)?,
            Err(_) => return Ok((acknowledged, Some(placed))),
        }
        acknowledged.push(placed);
    }
}
