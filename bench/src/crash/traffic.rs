//! Callers who order and create until nobody answers any more.

use anyhow::{Context, Result, ensure};
use http::StatusCode;
use tokio::task::JoinSet;

use crate::books::Names;
use crate::client::{Answer, Call, Caller, Connection, once};
use crate::random::Random;
use crate::stage::{customer, order};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// An order for this customer.
    Order(String),
    /// A customer with this domain. Both zones have to make it.
    Customer(String),
}

/// A wish under its request id, and what came of it.
#[derive(Clone, Debug)]
pub struct Deed {
    /// What was asked for.
    pub wish: Wish,
    request: String,
    /// The id of what was made, once it was acknowledged.
    pub made: Option<String>,
}

impl Deed {
    /// A new one, not sent yet.
    pub fn new(wish: Wish, random: &mut Random) -> Self {
        Self { wish, request: random.guid().to_string(), made: None }
    }

    fn call(&self, caller: &Caller) -> Result<Call> {
        match &self.wish {
            Wish::Order(of) => order(caller, of, &self.request),
            Wish::Customer(domain) => customer(caller, domain, &self.request),
        }
    }

    /// Sends it and waits for its acknowledgement.
    pub async fn send(&mut self, caller: &Caller) -> Result<()> {
        let answer = once(caller.address, self.call(caller)?).await?;
        self.acknowledge(&answer)
    }

    /// Sends an acknowledged one again: it must have made the same, and that must be there.
    pub async fn same_again(&self, caller: &Caller) -> Result<()> {
        let known = self.made.as_deref().context("not acknowledged")?;
        let mut again = Self { made: None, ..self.clone() };
        again.send(caller).await.context("repeating an acknowledged request")?;
        ensure!(again.made.as_deref() == Some(known), "repeated, {known} became {:?}", again.made);
        let path = match &self.wish {
            Wish::Order(of) => format!("/v1/customers/{of}/orders/{known}"),
            Wish::Customer(_) => format!("/v1/customers/{known}"),
        };
        let found = once(caller.address, caller.get(&path)).await?.json(StatusCode::OK)?;
        let right = match &self.wish {
            Wish::Order(_) => found["lineItems"][0]["quantity"] == 1,
            Wish::Customer(domain) => found["billingProfile"]["email"] == format!("erika@{domain}"),
        };
        ensure!(found["id"] == known && right, "{path} is not what was asked for");
        Ok(())
    }

    fn acknowledge(&mut self, answer: &Answer) -> Result<()> {
        let made = answer.json(StatusCode::CREATED)?;
        self.made = Some(made["id"].as_str().context("an answer without an id")?.to_owned());
        Ok(())
    }
}

/// Whom callers order for, and under which domain they create.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// Customers that may order.
    pub names: Names,
    /// The domain of all customers' domains.
    pub domain: String,
}

/// Callers at work.
pub struct Traffic(JoinSet<Result<(Vec<Deed>, Option<Deed>)>>);

/// Starts one caller per seed. The first creates customers, all others order.
pub fn start(caller: &Caller, wishes: &Wishes, seeds: Vec<Random>) -> Traffic {
    let mut callers = JoinSet::new();
    for (number, seed) in seeds.into_iter().enumerate() {
        callers.spawn(act(caller.clone(), wishes.clone(), number == 0, seed));
    }
    Traffic(callers)
}

impl Traffic {
    /// What was acknowledged, and what was sent without an answer, once the server is dead.
    pub async fn end(mut self) -> Result<(Vec<Deed>, Vec<Deed>)> {
        let (mut done, mut open) = (Vec::new(), Vec::new());
        while let Some(ended) = self.0.join_next().await {
            let (acknowledged, unanswered) = ended??;
            done.extend(acknowledged);
            open.extend(unanswered);
        }
        Ok((done, open))
    }
}

/// One wish after the other until the connection breaks. An answer that is not an acknowledgement is an error:
/// a crash may leave callers without an answer, but not with a wrong one.
async fn act(
    caller: Caller,
    wishes: Wishes,
    creates: bool,
    mut random: Random,
) -> Result<(Vec<Deed>, Option<Deed>)> {
    let mut acknowledged = Vec::new();
    let Ok(mut connection) = Connection::open(caller.address).await else { return Ok((acknowledged, None)) };
    loop {
        let wish = if creates {
            Wish::Customer(format!("k{:016x}.{}", random.next(), wishes.domain))
        } else {
            Wish::Order(wishes.names.pick(&mut random).0.to_string())
        };
        let mut deed = Deed::new(wish, &mut random);
        match connection.call(deed.call(&caller)?).await {
            Ok(answer) => deed.acknowledge(&answer)?,
            Err(_) => return Ok((acknowledged, Some(deed))),
        }
        acknowledged.push(deed);
    }
}
