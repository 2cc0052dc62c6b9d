//! A sandbox whose months pass while the program dies: what a month's answer says was invoiced is there once, and
//! nothing else is.

use anyhow::{Context, Result, ensure};
use http::StatusCode;
use kernel::AccountId;
use std::collections::BTreeSet;
use tokio::task::JoinHandle;

use super::traffic::{Deed, Wish};
use crate::client::{Caller, once};
use crate::random::Random;
use crate::stage::{Stage, next_month};

/// The sandbox and how far its clock should be.
pub struct Months {
    random: Random,
    /// The sandbox's account.
    pub account: AccountId,
    /// Months that were acknowledged.
    pub passed: usize,
    /// The invoices that their answers named.
    invoiced: BTreeSet<String>,
    /// The request of a month without an answer.
    open: Option<String>,
}

impl Months {
    /// Gives the sandbox of a running stage a customer with a subscription, so that each month has an invoice.
    pub async fn begin(stage: &Stage) -> Result<Self> {
        let mut random = Random::new(3);
        let people = stage.people()?;
        let partner = people.partner_of("sandbox")?;
        let caller = partner.sign_in(stage.address()).await?;
        let mut customer = Deed::new(Wish::Customer(format!("monate.{}", people.domain()?)), &mut random);
        customer.send(&caller).await.context("a sandbox customer")?;
        let mut order = Deed::new(Wish::Order(customer.made.unwrap_or_default()), &mut random);
        order.send(&caller).await.context("a sandbox order")?;
        Ok(Self {
            random,
            account: partner.tenant_id.parse()?,
            passed: 0,
            invoiced: BTreeSet::new(),
            open: None,
        })
    }

    /// Lets a month pass beside everything else; the program may die over it.
    pub async fn pass(&mut self, stage: &Stage) -> Result<JoinHandle<Result<Vec<String>>>> {
        let caller = stage.people()?.partner_of("sandbox")?.sign_in(stage.address()).await?;
        let request = self.random.guid().to_string();
        self.open = Some(request.clone());
        Ok(tokio::spawn(async move { month(&caller, &request).await }))
    }

    /// Says what came of it: an answer is an acknowledgement.
    pub fn passed(&mut self, outcome: Result<Vec<String>>) {
        if let Ok(invoiced) = outcome {
            self.open = None;
            self.passed += 1;
            self.invoiced.extend(invoiced);
        }
    }

    /// Asks again for the month without an answer.
    pub async fn make_good(&mut self, stage: &Stage) -> Result<()> {
        let Some(request) = self.open.clone() else { return Ok(()) };
        let caller = stage.people()?.partner_of("sandbox")?.sign_in(stage.address()).await?;
        let outcome = month(&caller, &request).await.context("repeating a month")?;
        self.passed(Ok(outcome));
        Ok(())
    }

    /// Compares the invoices of the store (id, lines that it says, lines that it has) with those that were named.
    pub fn check(&self, invoices: &[(String, i64, i64)]) -> Result<()> {
        let stored: BTreeSet<String> = invoices.iter().map(|(number, _, _)| shown(number)).collect();
        let named = &self.invoiced;
        ensure!(
            stored == *named && stored.len() == invoices.len(),
            "invoices {stored:?}, but told {named:?}"
        );
        // The first month may end before the first billing date.
        ensure!(stored.len() + 1 >= self.passed, "{} invoices in {} months", stored.len(), self.passed);
        for (number, said, has) in invoices {
            ensure!(said == has && *has > 0, "invoice {number} says {said} lines and has {has}");
        }
        Ok(())
    }
}

/// Lets a month pass and gives the invoices that the answer names.
async fn month(caller: &Caller, request: &str) -> Result<Vec<String>> {
    let answer = once(caller.address, next_month(caller, request)?).await?.json(StatusCode::OK)?;
    let happened = answer["happened"].as_array().context("a clock that does not tell what happened")?;
    Ok(happened.iter().filter_map(|one| one["invoiceId"].as_str()).map(str::to_owned).collect())
}

/// A stored number as the API shows it: all of a sandbox's invoices are recurring ones.
fn shown(number: &str) -> String {
    format!("Recurring-{number}")
}
