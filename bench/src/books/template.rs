//! The customer that is copied: its rows at the operator, and in clear what its envelopes hold.

use anyhow::{Context, Result};
use envelope::{Expected, KeyService, TenantKey, TenantKeys, Wrapped};
use kernel::{AccountId, CustomerId, TenantId};
use store::operator::accounts::{self, AccountRow};
use store::operator::agreements::{self, AgreementRow};
use store::operator::customers::{self, CustomerRow};
use store::operator::orders::{self, OrderRow};
use store::operator::subscriptions::{self, EventRow, SubscriptionRow};
use store::trustee::directory::{self, Tenant};
use store::trustee::keys;
use store::trustee::records::{self, RecordKey};
use store::{Store, StoreError, Tx};
use trustee::keys::sealing_aad;
use zeroize::Zeroizing;

use super::{Books, required};

/// One private part of the customer.
pub struct Part {
    /// The kind of record.
    pub record: &'static str,
    /// What the envelope holds.
    pub plain: Zeroizing<Vec<u8>>,
}

/// The fields that every record of a customer seals together.
pub const FIELD_SET: &str = "contact";

/// All that is copied.
pub struct Template {
    pub account: AccountRow,
    pub customer: CustomerRow,
    pub agreements: Vec<AgreementRow>,
    pub order: OrderRow,
    pub subscription: SubscriptionRow,
    pub events: Vec<EventRow>,
    pub tenant: Tenant,
    pub billing: Option<Part>,
    pub company: Option<Part>,
}

/// What the operator's store has of it.
struct Commercial {
    account: Option<AccountRow>,
    customer: Option<CustomerRow>,
    agreements: Vec<AgreementRow>,
    order: Option<OrderRow>,
    subscription: Option<SubscriptionRow>,
    events: Vec<EventRow>,
}

impl Template {
    /// Reads a customer of this partner that has ordered something.
    pub async fn read(books: &Books, partner: AccountId, id: CustomerId) -> Result<Self> {
        let found = books.operator.read("fill-template", move |tx| commercial(tx, partner, id)).await?;
        let customer = required(found.customer, "row")?;
        let tenant = books.trustee.read("fill-tenant", move |tx| directory::tenant(tx, id.into())).await?;
        let opener = Opener { store: &books.trustee, keys: opened_keys(books, id.into()).await? };
        let billing = opener.open("billing-profile", customer.billing_sealed.as_deref()).await?;
        let company = opener.open("company-profile", customer.company_sealed.as_deref()).await?;
        Ok(Self {
            account: required(found.account, "partner")?,
            agreements: found.agreements,
            order: required(found.order, "order")?,
            subscription: required(found.subscription, "subscription")?,
            events: found.events,
            tenant: required(tenant, "tenant at the trustee")?,
            customer,
            billing,
            company,
        })
    }

    /// Writes accounts like the partner's own.
    pub fn write_accounts(&self, tx: &mut Tx, ids: &[AccountId]) -> Result<(), StoreError> {
        ids.iter().try_for_each(|id| {
            let row = AccountRow { account_id: *id, clock_owner: *id, ..self.account.clone() };
            accounts::insert(tx, &row)
        })
    }
}

fn commercial(tx: &mut Tx, partner: AccountId, id: CustomerId) -> Result<Commercial, StoreError> {
    let subscription = subscriptions::of_customer(tx, &id, &partner)?.into_iter().next();
    let events = match &subscription {
        Some(found) => subscriptions::history(tx, &found.subscription_id)?,
        None => Vec::new(),
    };
    let order = match &subscription {
        Some(found) => orders::find(tx, &found.order_id, &id)?,
        None => None,
    };
    Ok(Commercial {
        account: accounts::find(tx, &partner)?,
        customer: customers::find(tx, &id, &partner)?,
        agreements: agreements::of_customer(tx, &id)?,
        order,
        subscription,
        events,
    })
}

struct Opener<'a> {
    store: &'a Store,
    keys: TenantKeys,
}

impl Opener<'_> {
    async fn open(&self, record: &'static str, envelope: Option<&str>) -> Result<Option<Part>> {
        let Some(envelope) = envelope else { return Ok(None) };
        let tenant = self.keys.tenant();
        let key = RecordKey { tenant, record, record_id: tenant.to_string(), field_set: FIELD_SET };
        let asked = key.clone();
        let known = self.store.read("fill-versions", move |tx| records::versions(tx, &asked)).await?;
        let known = required(known, "entry in the record map")?;
        let expected = Expected {
            tenant,
            record_type: record,
            record_id: &key.record_id,
            field_set: FIELD_SET,
            versions: 1..=known.issued,
        };
        let plain = envelope::open(&self.keys, &expected, envelope)
            .with_context(|| format!("opening its {record}"))?;
        Ok(Some(Part { record, plain }))
    }
}

/// The template's sealing keys, unwrapped as the trustee would.
async fn opened_keys(books: &Books, tenant: TenantId) -> Result<TenantKeys> {
    let (vault, service) = books.keys(0).await?;
    for row in books.trustee.read("fill-key", move |tx| keys::tenant(tx, tenant)).await? {
        let row = envelope::TenantRow { tenant: row.tenant, epoch: row.epoch, wrapped: row.wrapped };
        envelope::Vault::add(&*vault, row).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    }
    let mut epochs = Vec::new();
    for row in books.trustee.read("fill-sealing", move |tx| keys::sealing(tx, tenant)).await? {
        let bytes = service.unwrap(tenant, &sealing_aad(row.epoch), &Wrapped(row.wrapped)).await?;
        let mut key = Zeroizing::new([0_u8; 32]);
        key.copy_from_slice(&bytes);
        epochs.push(TenantKey::new(tenant, row.epoch, key));
    }
    required(TenantKeys::new(epochs), "key")
}
