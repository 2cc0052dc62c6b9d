//! One copy of the template: made in memory, then written into both stores.

use anyhow::{Context, Result};
use envelope::{Embedded, Header, KeyService, MemoryVault, SALT_LEN, TenantKey, Vault};
use kernel::{AccountId, CustomerId, Entropy, Micros, TenantId};
use store::operator::agreements::{self, AgreementRow, Needed};
use store::operator::customers::{self, CustomerRow};
use store::operator::orders::{self, OrderRow};
use store::operator::subscriptions::{self, EventRow, SubscriptionRow};
use store::trustee::directory::{self, Tenant};
use store::trustee::keys::{self, TenantKeyRow};
use store::trustee::records::{self, RecordKey};
use store::trustee::relationships;
use store::{StoreError, Tx};
use trustee::keys::sealing_aad;

use super::Names;
use super::template::{FIELD_SET, Part, Template};
use crate::random::{Random, Repeatable};

/// The first epoch of a new key.
const EPOCH: u32 = 1;

/// A customer that is to be written.
pub struct Copy {
    customer: CustomerRow,
    agreements: Vec<AgreementRow>,
    order: OrderRow,
    subscription: SubscriptionRow,
    events: Vec<EventRow>,
    tenant_key: TenantKeyRow,
    sealing_key: Vec<u8>,
    sealed: Vec<RecordKey>,
}

impl Copy {
    /// Makes the customer of this index for this partner.
    pub async fn make(
        template: &Template,
        names: Names,
        index: u32,
        partner: AccountId,
        vault: &MemoryVault,
        service: &Embedded,
    ) -> Result<Self> {
        let id = CustomerId(names.id(0, index));
        let tenant = TenantId(id.0);
        service.create(tenant).await?;
        let rows = vault.tenant(tenant).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let row = rows.into_iter().next().context("a key without a row")?;
        let entropy = Repeatable::new(u64::from(index).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let key = TenantKey::generate(tenant, EPOCH, &entropy);
        let sealing_key = service.wrap(tenant, &sealing_aad(EPOCH), key.expose()).await?.0;
        let mut sealed = Vec::with_capacity(2);
        let mut seal = |part: &Option<Part>| {
            part.as_ref().map(|part| seal(part, &key, &entropy, &mut sealed)).transpose()
        };
        let (billing_sealed, company_sealed) = (seal(&template.billing)?, seal(&template.company)?);
        let customer = customer(template, id, index, partner, billing_sealed, company_sealed);
        let ids = Ids { customer: &customer, subscription: names.id(1, index), order: names.id(3, index) };
        Ok(Self {
            agreements: agreements_of(template, &ids),
            order: ids.order_of(template)?,
            subscription: ids.subscription_of(template)?,
            events: ids.events_of(template),
            customer,
            tenant_key: TenantKeyRow { tenant, epoch: row.epoch, wrapped: row.wrapped },
            sealing_key,
            sealed,
        })
    }

    /// The operator's side.
    pub fn write_operator(&self, tx: &mut Tx) -> Result<(), StoreError> {
        customers::insert(tx, &self.customer)?;
        // Which of the texts sets which of the two dates does not matter: the template has all of them.
        let needed = [Some(Needed::Cloud), Some(Needed::Trustee)].into_iter().chain(std::iter::repeat(None));
        for (row, needed) in self.agreements.iter().zip(needed) {
            agreements::insert(tx, row, needed)?;
        }
        orders::insert(tx, &self.order)?;
        subscriptions::insert(tx, &self.subscription)?;
        self.events.iter().try_for_each(|event| {
            subscriptions::add_event(tx, &event.subscription_id, &event.day, &event.change)
        })
    }

    /// The trustee's side.
    pub fn write_trustee(&self, tx: &mut Tx, template: &Template) -> Result<(), StoreError> {
        let (tenant, now) = (self.tenant_key.tenant, self.customer.created);
        let name = self.customer.company_name.clone();
        directory::add_tenant(tx, &Tenant { id: tenant, name, ..template.tenant.clone() })?;
        directory::add_domain(tx, tenant, &self.customer.domain, true)?;
        keys::add(tx, &self.tenant_key)?;
        keys::add_sealing(tx, tenant, EPOCH, &self.sealing_key, now)?;
        for key in &self.sealed {
            let version = records::issue(tx, key, now)?;
            records::confirm(tx, key, version, now)?;
        }
        let CustomerRow { account_id, customer_id, .. } = self.customer;
        relationships::put(tx, account_id, customer_id, "reseller", "active", now)
    }
}

/// Seals a part of the template for its copy, in version 1, and notes which record it is.
fn seal(part: &Part, key: &TenantKey, entropy: &Repeatable, sealed: &mut Vec<RecordKey>) -> Result<String> {
    let (tenant, record) = (key.tenant(), part.record);
    let record_id = tenant.to_string();
    let header =
        Header { tenant, record_type: record, record_id: &record_id, field_set: FIELD_SET, version: 1 };
    let mut salt = [0; SALT_LEN];
    entropy.fill(&mut salt);
    let envelope = envelope::seal(key, &header, &part.plain, salt)?;
    sealed.push(RecordKey { tenant, record, record_id, field_set: FIELD_SET });
    Ok(envelope)
}

fn customer(
    template: &Template,
    id: CustomerId,
    index: u32,
    partner: AccountId,
    billing_sealed: Option<String>,
    company_sealed: Option<String>,
) -> CustomerRow {
    let of = &template.customer;
    // Names are spread over the alphabet: a list by name is not a list by id.
    let name = format!("{:08x}", Random::new(u64::from(index)).next() >> 32);
    let suffix = of.domain.split_once('.').map_or("example", |(_, suffix)| suffix);
    let company_name = format!("Kunde {name} GmbH");
    CustomerRow {
        customer_id: id,
        commerce_id: Random::new(u64::from(index) ^ (1 << 40)).guid().to_string(),
        domain: format!("k{name}{index}.{suffix}"),
        billing: of.billing.replace(&of.company_name, &company_name),
        company: of.company.replace(&of.company_name, &company_name),
        company_name,
        billing_sealed,
        company_sealed,
        account_id: partner,
        billing_version: 1,
        company_version: 1,
        created: of.created + Micros::from(index),
        ..of.clone()
    }
}

fn agreements_of(template: &Template, ids: &Ids<'_>) -> Vec<AgreementRow> {
    let anew = |row: &AgreementRow| AgreementRow {
        agreement_id: Random::new(ids.order.as_u64_pair().1).guid().to_string(),
        customer_id: ids.customer.customer_id,
        account_id: row.account_id.map(|_| ids.customer.account_id),
        sealed: None,
        ..row.clone()
    };
    let mut rows: Vec<AgreementRow> = template.agreements.iter().map(anew).collect();
    for (number, row) in rows.iter_mut().enumerate() {
        row.agreement_id.replace_range(..2, &format!("{number:02x}"));
    }
    rows
}

/// The ids that take the place of the template's, wherever they stand.
struct Ids<'a> {
    customer: &'a CustomerRow,
    subscription: uuid::Uuid,
    order: uuid::Uuid,
}

impl Ids<'_> {
    fn replaced(&self, template: &Template, text: &str) -> String {
        text.replace(&template.subscription.subscription_id.to_string(), &self.subscription.to_string())
            .replace(template.order.order_id.as_str(), &self.order.to_string())
            .replace(&template.customer.customer_id.to_string(), &self.customer.customer_id.to_string())
    }

    fn order_of(&self, template: &Template) -> Result<OrderRow> {
        Ok(OrderRow {
            order_id: self.order.to_string().parse()?,
            customer_id: self.customer.customer_id,
            account_id: self.customer.account_id,
            reference_customer_id: self.customer.customer_id.to_string(),
            lines: self.replaced(template, &template.order.lines),
            ..template.order.clone()
        })
    }

    fn subscription_of(&self, template: &Template) -> Result<SubscriptionRow> {
        Ok(SubscriptionRow {
            subscription_id: self.subscription.to_string().parse()?,
            customer_id: self.customer.customer_id,
            account_id: self.customer.account_id,
            order_id: self.order.to_string().parse()?,
            state: self.replaced(template, &template.subscription.state),
            version: 1,
            ..template.subscription.clone()
        })
    }

    fn events_of(&self, template: &Template) -> Vec<EventRow> {
        let anew = |row: &EventRow| EventRow {
            subscription_id: kernel::SubscriptionId(self.subscription),
            change: self.replaced(template, &row.change),
            ..row.clone()
        };
        template.events.iter().map(anew).collect()
    }
}
