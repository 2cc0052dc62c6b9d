//! Fills the stores of both zones with many customers, faster than through the API and with the same rows.
//!
//! A customer that was made through the API is the template: its rows are read back, its envelopes opened, and both
//! are written again under new ids, new names and new keys, by the store's own functions in transactions of
//! thousands. What is measured afterwards is opened, checked and related like everything else.
//!
//! The program must not run meanwhile.

mod copy;
mod template;

use anyhow::{Context, Result, bail};
use envelope::{Embedded, KeyFile, MemoryVault, RootRow, SealedRoot, Unlock, Vault};
use kernel::{AccountId, CustomerId, SubscriptionId};
use std::path::Path;
use std::sync::Arc;
use store::Store;
use store::trustee::keys;
use uuid::Uuid;

use crate::random::{Random, Repeatable};
use crate::stage::Stage;
use copy::Copy;
use template::Template;

/// Customers per transaction.
const BATCH: u32 = 5_000;
/// Further partners, among whom the customers are that the measured one does not have.
const OTHERS: u32 = 95;

/// How many customers, and whose.
#[derive(Clone, Copy, Debug)]
pub struct Filling {
    /// All of them.
    pub customers: u32,
    /// Every so many-th is the measured partner's.
    pub one_in: u32,
}

/// The ids of a filling, which need not be kept because they can be told again.
#[derive(Clone, Copy, Debug)]
pub struct Names(Filling);

impl Names {
    /// The ids of this filling.
    pub const fn of(filling: Filling) -> Self {
        Self(filling)
    }

    /// How many customers the measured partner has.
    pub const fn own(self) -> u32 {
        self.0.customers.div_ceil(self.0.one_in)
    }

    /// One of the measured partner's customers and its subscription.
    pub fn pick(self, random: &mut Random) -> (CustomerId, SubscriptionId) {
        self.pick_of(random, self.own())
    }

    /// The same, out of only so many, which are spread over all.
    pub fn pick_of(self, random: &mut Random, few: u32) -> (CustomerId, SubscriptionId) {
        let few = few.min(self.own());
        let place = u32::try_from(random.below(few as usize)).unwrap_or(0); // below a u32
        let step = self.own() / few.max(1);
        let index = place * step * self.0.one_in;
        (CustomerId(self.id(0, index)), SubscriptionId(self.id(1, index)))
    }

    /// Random, but ascending with the index, so that filling does not jump about in the indexes.
    fn id(self, kind: u64, index: u32) -> Uuid {
        let mut bytes = *Random::new((kind << 32) | u64::from(index)).guid().as_bytes();
        let ascending = (u64::from(index) << 32) / u64::from(self.0.customers.max(1));
        bytes[..4].copy_from_slice(&ascending.to_be_bytes()[4..]);
        Uuid::from_bytes(bytes)
    }

    /// Whose a customer is: 0 for the measured partner.
    fn partner(self, index: u32) -> u32 {
        if index.is_multiple_of(self.0.one_in) { 0 } else { 1 + index % OTHERS }
    }
}

/// Both stores of a stage, opened.
struct Books {
    operator: Store,
    trustee: Store,
    unlock: Unlock,
}

impl Books {
    fn open(stage: &Stage) -> Result<Self> {
        let operator = open_operator(stage.postgres(), stage.data())?;
        let trustee = Store::open_sqlite(stage.data().join("trustee.db"))?;
        let key = std::fs::read_to_string(stage.key_path()).context("cannot read the key file")?;
        let key = KeyFile::from_text(&key).context("the key file is not one")?;
        Ok(Self { operator, trustee, unlock: Unlock::KeyFile(key) })
    }

    /// A key service of its own over the trustee's root: what it wraps is handed over row by row.
    async fn keys(&self, seed: u64) -> Result<(Arc<MemoryVault>, Embedded)> {
        let vault = Arc::new(MemoryVault::default());
        for root in self.trustee.read("fill-roots", keys::roots).await? {
            let row = RootRow { epoch: root.epoch, sealed: SealedRoot(root.sealed) };
            vault.put_root(row).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        }
        let service = Embedded::open(vault.clone(), Arc::new(Repeatable::new(seed)), &self.unlock).await?;
        Ok((vault, service))
    }
}

/// The operator's store of a data folder, as it is: the program has brought it up to date.
pub fn open_operator(postgres: Option<&str>, data: &Path) -> Result<Store> {
    // A thread of the event loop may not wait for a database unless it says so.
    let opened = tokio::task::block_in_place(|| match postgres {
        Some(url) => Store::open_postgres(url, 2),
        None => Store::open_sqlite(data.join("operator.db")),
    });
    opened.context("cannot open the operator's store")
}

/// Fills the stores of a stage whose program does not run. `template` is the customer to copy.
pub async fn fill(stage: &Stage, template: &str, filling: Filling) -> Result<Names> {
    let books = Books::open(stage)?;
    let partner: AccountId = stage.people()?.partner()?.tenant_id.parse()?;
    let template = Arc::new(Template::read(&books, partner, template.parse()?).await?);
    let names = Names::of(filling);
    let others = names.partners(partner);
    let accounts = Arc::clone(&template);
    let rest = others.clone();
    books.operator.write("fill-accounts", move |tx| accounts.write_accounts(tx, &rest[1..])).await?;
    let mut begin = 0;
    while begin < filling.customers {
        let end = filling.customers.min(begin + BATCH);
        let (vault, service) = books.keys(u64::from(begin) + 1).await?;
        let mut copies = Vec::with_capacity(BATCH as usize);
        for index in begin..end {
            let owner = others[names.partner(index) as usize];
            copies.push(Copy::make(&template, names, index, owner, &vault, &service).await?);
        }
        let (commercial, sealed) = (Arc::new(copies), Arc::clone(&template));
        let private = Arc::clone(&commercial);
        let operator = books
            .operator
            .write("fill", move |tx| commercial.iter().try_for_each(|copy| copy.write_operator(tx)));
        let trustee = books
            .trustee
            .write("fill", move |tx| private.iter().try_for_each(|copy| copy.write_trustee(tx, &sealed)));
        let (operator, trustee) = tokio::join!(operator, trustee);
        operator.context("filling the operator's store")?;
        trustee.context("filling the trustee's store")?;
        begin = end;
    }
    tokio::task::block_in_place(|| {
        books.operator.close();
        books.trustee.close();
    });
    Ok(names)
}

impl Names {
    /// The measured partner and the others.
    fn partners(self, own: AccountId) -> Vec<AccountId> {
        let others = if self.0.one_in > 1 { OTHERS } else { 0 };
        std::iter::once(own).chain((0..others).map(|index| AccountId(self.id(2, index)))).collect()
    }
}

/// Refuses a template that lacks what is measured.
fn required<T>(found: Option<T>, what: &str) -> Result<T> {
    match found {
        Some(found) => Ok(found),
        None => bail!("the template customer has no {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_and_every_pick_is_of_the_partner() {
        let names = Names::of(Filling { customers: 1000, one_in: 20 });
        let ids: Vec<Uuid> = (0..1000).map(|index| names.id(0, index)).collect();
        assert!(ids.is_sorted() && names.own() == 50);
        let own: Vec<Uuid> =
            (0..1000).filter(|index| names.partner(*index) == 0).map(|index| ids[index as usize]).collect();
        assert_eq!(own.len(), 50);
        let mut random = Random::new(1);
        for few in [1, 10, 50, 5000] {
            for _ in 0..100 {
                let (customer, _) = names.pick_of(&mut random, few);
                assert!(own.contains(&customer.0), "{few}");
            }
        }
    }
}
