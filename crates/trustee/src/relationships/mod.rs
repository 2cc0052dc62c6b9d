//! Who is related to whom. A partner reaches a customer only through a relationship that is recorded here.
//!
//! Invariants: relationships change only by acts authenticated at the trustee; the operator's answers never make
//! one. A relationship that is being made (`pending`) counts for its partner, so that a creation whose answer was
//! lost does not make the partner's list of customers unreadable.
//!
//! Deliberately absent: what a relationship allows. Roles and operations are the contract's business.

use crate::cache::{Cache, Ticket};
use kernel::{AccountId, Clock, CustomerId};
use std::sync::Arc;
use store::trustee::relationships as rows;
use store::{Store, StoreError, Tx};

/// Relationships held in memory; an entry takes about 100 bytes.
const REMEMBERED: usize = 32_768;

/// How a partner stands to a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The partner is the customer's reseller.
    Active,
    /// The customer is being created and the operator has not answered yet.
    Pending,
    /// There was a relationship, and it is over: records of the past may name the customer.
    Over,
    /// There never was one.
    None,
}

impl Standing {
    /// Whether the partner may reach the customer.
    pub fn reaches(self) -> bool {
        matches!(self, Self::Active | Self::Pending)
    }

    /// Whether records of the partner may name the customer.
    pub fn is_recorded(self) -> bool {
        self != Self::None
    }

    fn of(state: &str) -> Self {
        match state {
            "active" => Self::Active,
            "pending" => Self::Pending,
            _ => Self::Over,
        }
    }
}

/// The recorded relationships.
pub struct Relationships {
    store: Store,
    clock: Arc<dyn Clock>,
    known: Cache<(AccountId, CustomerId), Standing>,
}

impl Relationships {
    /// The relationships in a store.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, known: Cache::new(REMEMBERED) }
    }

    /// How a partner stands to a customer.
    pub async fn standing(&self, partner: AccountId, customer: CustomerId) -> Result<Standing, StoreError> {
        match self.known.get(&(partner, customer)) {
            Ok(standing) => Ok(standing),
            Err(ticket) => {
                let asked = self.ask(partner, vec![(customer, ticket)]).await?;
                Ok(asked.first().copied().unwrap_or(Standing::None))
            }
        }
    }

    /// How a partner stands to each of these customers, in any order. What is not in memory is read at once.
    pub async fn standings(
        &self,
        partner: AccountId,
        customers: &[CustomerId],
    ) -> Result<Vec<Standing>, StoreError> {
        let (mut standings, mut unknown) = (Vec::with_capacity(customers.len()), Vec::new());
        for customer in customers {
            match self.known.get(&(partner, *customer)) {
                Ok(standing) => standings.push(standing),
                Err(ticket) => unknown.push((*customer, ticket)),
            }
        }
        if !unknown.is_empty() {
            standings.extend(self.ask(partner, unknown).await?);
        }
        Ok(standings)
    }

    /// Asks the store, in one read, and remembers.
    async fn ask(
        &self,
        partner: AccountId,
        unknown: Vec<(CustomerId, Ticket)>,
    ) -> Result<Vec<Standing>, StoreError> {
        let customers: Vec<CustomerId> = unknown.iter().map(|(customer, _)| *customer).collect();
        let find = move |tx: &mut Tx| {
            let find = |customer: &CustomerId| {
                let row = rows::find(tx, partner, *customer)?;
                Ok(row.map_or(Standing::None, |row| Standing::of(&row.state)))
            };
            customers.iter().map(find).collect::<Result<Vec<_>, StoreError>>()
        };
        let found = self.store.read("standings", find).await?;
        for (standing, (customer, ticket)) in found.iter().zip(unknown) {
            self.known.put((partner, customer), *standing, ticket);
        }
        Ok(found)
    }

    /// The partners that are a customer's resellers.
    pub async fn partners_of(&self, customer: CustomerId) -> Result<Vec<AccountId>, StoreError> {
        let partners = self.store.read("partners_of", move |tx| rows::of_customer(tx, customer)).await?;
        Ok(partners.into_iter().map(|(partner, _, _)| partner).collect())
    }

    /// Records that a customer is being created by a partner.
    pub async fn begin(&self, partner: AccountId, customer: CustomerId) -> Result<(), StoreError> {
        let now = self.clock.now().as_microsecond();
        let done = self
            .store
            .write("begin_relationship", move |tx| {
                rows::put(tx, partner, customer, "reseller", "pending", now)
            })
            .await;
        self.known.forget(&(partner, customer));
        done
    }

    /// Records that the customer exists: the relationship holds. A reseller whom the provider named holds one too,
    /// for as long as the provider's own.
    pub async fn establish(
        &self,
        partner: AccountId,
        customer: CustomerId,
        reseller: Option<AccountId>,
    ) -> Result<(), StoreError> {
        let now = self.clock.now().as_microsecond();
        let done = self
            .store
            .write("establish_relationship", move |tx| {
                rows::put(tx, partner, customer, "reseller", "active", now)?;
                if let Some(reseller) = reseller.filter(|reseller| *reseller != partner) {
                    rows::put(tx, reseller, customer, &through(partner), "active", now)?;
                }
                Ok(())
            })
            .await;
        for known in [Some(partner), reseller].into_iter().flatten() {
            self.known.forget(&(known, customer));
        }
        done
    }

    /// Marks a creation that the operator refused.
    pub async fn void(&self, partner: AccountId, customer: CustomerId) -> Result<(), StoreError> {
        let now = self.clock.now().as_microsecond();
        let done = self
            .store
            .write("void_relationship", move |tx| rows::change(tx, partner, customer, "pending", "void", now))
            .await;
        self.known.forget(&(partner, customer));
        done.map(|_| ())
    }

    /// Ends a partner's relationship, and those of resellers that went through it.
    pub async fn end(&self, partner: AccountId, customer: CustomerId) -> Result<(), StoreError> {
        self.end_where(customer, move |one, kind| one == partner || kind == through(partner)).await
    }

    /// Ends every relationship of a customer that is no more.
    pub async fn end_all(&self, customer: CustomerId) -> Result<(), StoreError> {
        self.end_where(customer, |_, _| true).await
    }

    async fn end_where(
        &self,
        customer: CustomerId,
        over: impl Fn(AccountId, &str) -> bool + Send + Sync + 'static,
    ) -> Result<(), StoreError> {
        let now = self.clock.now().as_microsecond();
        let ended = self
            .store
            .write("end_relationships", move |tx| {
                let mut ended = rows::of_customer(tx, customer)?;
                ended.retain(|(partner, kind, _)| over(*partner, kind));
                for (partner, _, _) in &ended {
                    rows::change(tx, *partner, customer, "active", "ended", now)?;
                }
                Ok(ended)
            })
            .await?;
        for (partner, _, _) in ended {
            self.known.forget(&(partner, customer));
        }
        Ok(())
    }
}

/// The kind of a reseller's relationship that goes through its provider.
fn through(provider: AccountId) -> String {
    format!("reseller-of:{provider}")
}
