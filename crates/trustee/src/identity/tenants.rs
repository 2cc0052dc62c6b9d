//! Opening tenants, and finding them.

use crate::identity::actor::{self, Actor};
use crate::identity::house;
use crate::identity::people::{self, CreatedUser, NewUser};
use crate::identity::{Identity, check};
use contract::Party;
use kernel::{Code, Micros, Problem, TenantId};
use store::Tx;
use store::trustee::directory::{self, Tenant};
use store::trustee::tokens;

/// People per step of closing a tenant.
const CLOSING_PAGE: u32 = 200;
/// The state of a tenant that nobody opens again.
const CLOSED: &str = "closed";
/// The longest label before the cloud's suffix.
const MAX_LABEL: usize = 50;

/// A tenant as everybody in this zone may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantView {
    /// Its id.
    pub id: TenantId,
    /// What kind of tenant it is.
    pub party: Party,
    /// The organisation's name.
    pub name: String,
    /// Its domains, the first one first.
    pub domains: Vec<String>,
    /// Whether its people can sign in.
    pub active: bool,
    /// Whether its people must have a second factor.
    pub require_mfa: bool,
    /// The organisation's country; empty where nobody asked.
    pub country: String,
    /// When the trustee itself verified the organisation, in microseconds.
    pub verified: Option<Micros>,
    /// When it was opened, in microseconds.
    pub created: Micros,
}

/// A tenant to be.
pub struct NewTenant {
    /// The id, if the gateway minted one.
    pub id: Option<TenantId>,
    /// What kind of tenant it is.
    pub party: Party,
    /// The organisation's name.
    pub name: String,
    /// Its country, two letters; may be empty for tenants that nobody verifies.
    pub country: String,
    /// The first domain: a label such as `contoso`, or the label with the cloud's suffix.
    pub domain: String,
    /// Whether its people must have a second factor.
    pub require_mfa: bool,
    /// The first administrator; gets the roles named there.
    pub admin: NewUser,
}

/// A tenant just opened.
pub struct OpenedTenant {
    /// The tenant.
    pub tenant: TenantView,
    /// Its first administrator.
    pub admin: CreatedUser,
}

impl Identity {
    /// Opens a tenant with its keys and its first administrator.
    pub async fn open_tenant(&self, new: NewTenant) -> Result<OpenedTenant, Problem> {
        let domain = self.initial_domain(&new.domain)?;
        if matches!(new.party, Party::Partner | Party::Customer) && is_house_domain(&domain) {
            return Err(domain_taken());
        }
        let id = new.id.unwrap_or_else(|| TenantId(self.ids().random()));
        // Before keys are made for nothing; looked at once more below.
        let look = {
            let domain = domain.clone();
            move |tx: &mut Tx| taken(tx, id, &domain)
        };
        self.store.try_read("tenant-taken", look).await?;
        let (person, one_time) = self.new_person(id, &new.admin).await?;
        self.keys.create(id).await?;
        let tenant = self.tenant_row(id, &new);
        let insert = {
            let (tenant, domain) = (tenant.clone(), domain.clone());
            let entry = self.entry(&Actor::House);
            move |tx: &mut Tx| {
                insert(tx, &tenant, &domain)?;
                people::insert_person(tx, &tenant, person.clone(), &entry)
            }
        };
        let admin = self.store.try_write("open-tenant", insert).await?;
        Ok(OpenedTenant {
            tenant: view(tenant, vec![domain])?,
            admin: CreatedUser { user: admin.into(), one_time_password: one_time },
        })
    }

    /// The row of a tenant to be.
    pub(crate) fn tenant_row(&self, id: TenantId, new: &NewTenant) -> Tenant {
        Tenant {
            id,
            party: check::party_name(new.party).to_owned(),
            name: new.name.clone(),
            state: "active".to_owned(),
            require_mfa: new.require_mfa,
            generation: 1,
            created: self.now(),
            country: new.country.clone(),
            verified_at: None,
        }
    }

    /// A tenant by its id.
    pub async fn tenant(&self, id: TenantId) -> Result<Option<TenantView>, Problem> {
        let read = move |tx: &mut Tx| {
            let Some(tenant) = directory::tenant(tx, id)? else { return Ok(None) };
            let domains = directory::domains(tx, id)?;
            view(tenant, domains).map(Some)
        };
        self.store.try_read("tenant", read).await
    }

    /// A tenant by one of its domains.
    pub async fn tenant_by_domain(&self, domain: &str) -> Result<Option<TenantView>, Problem> {
        let domain = domain.trim().to_lowercase();
        let read = move |tx: &mut Tx| {
            let Some(tenant) = directory::tenant_of_domain(tx, &domain)? else { return Ok(None) };
            let domains = directory::domains(tx, tenant.id)?;
            view(tenant, domains).map(Some)
        };
        self.store.try_read("tenant-by-domain", read).await
    }

    /// The first domain that a label stands for: well formed, in lower case, ending in the cloud's suffix.
    pub fn initial_domain(&self, text: &str) -> Result<String, Problem> {
        let text = text.trim().to_lowercase();
        let suffix = &self.settings.tenant_suffix;
        let label = text.strip_suffix(suffix.as_str()).and_then(|rest| rest.strip_suffix('.'));
        let label = label.unwrap_or(&text);
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let edges = !label.starts_with('-') && !label.ends_with('-');
        if label.is_empty() || label.len() > MAX_LABEL || !edges || !label.chars().all(fits) {
            let text = format!(
                "A first domain has 1 to {MAX_LABEL} letters, digits and hyphens before '.{suffix}'."
            );
            return Err(Problem::new(400, Code(0), "domain_invalid", text));
        }
        Ok(format!("{label}.{suffix}"))
    }

    /// Lets a tenant's people sign in, or none of them. Everything they have open ends.
    pub async fn set_tenant_active(&self, id: TenantId, active: bool) -> Result<(), Problem> {
        let write = move |tx: &mut Tx| {
            let mut tenant = actor::tenant_of(tx, id)?;
            if tenant.state == CLOSED {
                let text = "The tenant was closed for good.";
                return Err(Problem::new(409, Code(0), "tenant_closed", text));
            }
            if active { "active" } else { "disabled" }.clone_into(&mut tenant.state);
            tenant.generation += 1;
            directory::set_tenant(tx, &tenant)?;
            Ok(())
        };
        let done = self.store.try_write("set-tenant", write).await;
        self.cache.forget(|caller| caller.tenant == id);
        done
    }

    /// Closes a tenant for good: nobody signs in, the names of its people go, its domains are free again.
    pub async fn close_tenant(&self, id: TenantId) -> Result<(), Problem> {
        let write = move |tx: &mut Tx| {
            let mut tenant = actor::tenant_of(tx, id)?;
            loop {
                let page = directory::people(tx, id, 0, CLOSING_PAGE)?;
                if page.is_empty() {
                    break;
                }
                for person in page {
                    tokens::revoke_person(tx, person.id)?;
                    directory::set_person(tx, &people::without_names(&person))?;
                }
            }
            directory::drop_domains(tx, id)?;
            CLOSED.clone_into(&mut tenant.state);
            tenant.generation += 1;
            directory::set_tenant(tx, &tenant)?;
            Ok::<_, Problem>(())
        };
        let done = self.store.try_write("close-tenant", write).await;
        self.cache.forget(|caller| caller.tenant == id);
        done
    }

    /// Decides whether a tenant's people must have a second factor.
    pub async fn set_tenant_mfa(&self, id: TenantId, require: bool) -> Result<(), Problem> {
        let write = move |tx: &mut Tx| {
            let mut tenant = actor::tenant_of(tx, id)?;
            tenant.require_mfa = require;
            directory::set_tenant(tx, &tenant)?;
            Ok::<_, Problem>(())
        };
        self.store.try_write("set-tenant-mfa", write).await
    }
}

/// Adds a tenant with its first domain.
pub(crate) fn insert(tx: &mut Tx, tenant: &Tenant, domain: &str) -> Result<(), Problem> {
    taken(tx, tenant.id, domain)?;
    directory::add_tenant(tx, tenant)?;
    directory::add_domain(tx, tenant.id, domain, true)?;
    Ok(())
}

fn taken(tx: &mut Tx, id: TenantId, domain: &str) -> Result<(), Problem> {
    if directory::tenant(tx, id)?.is_some() {
        let text = "A tenant with this id exists already.";
        return Err(Problem::new(409, Code(0), "tenant_exists", text));
    }
    if directory::tenant_of_domain(tx, domain)?.is_some() {
        return Err(domain_taken());
    }
    Ok(())
}

/// Whether a first domain is kept for the house: nobody else may pass for the trustee or the operator.
fn is_house_domain(domain: &str) -> bool {
    domain.split('.').next().is_some_and(house::is_own_label)
}

fn domain_taken() -> Problem {
    Problem::new(409, Code(0), "domain_taken", "This domain is taken. Choose another.")
}

pub(crate) fn view(tenant: Tenant, domains: Vec<String>) -> Result<TenantView, Problem> {
    Ok(TenantView {
        id: tenant.id,
        party: check::party(&tenant.party).ok_or_else(Problem::internal)?,
        name: tenant.name,
        domains,
        active: tenant.state == "active",
        require_mfa: tenant.require_mfa,
        country: tenant.country,
        verified: tenant.verified_at,
        created: tenant.created,
    })
}
