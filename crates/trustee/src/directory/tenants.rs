//! Tenants: opened by applicants, verified by the trustee's officers.

use contract::collection::Collection;
use contract::operation::{Party, Role};
use contract::resources::trustee::{PrincipalState, Tenant, TenantKind, TenantOpening, TenantVerification};
use kernel::{Country, Problem, TenantId};
use zeroize::Zeroizing;

use super::desk::{Desk, instant, required};
use super::users::{self, names};
use crate::gateway::bad;
use crate::identity::{NewTenant, NewUser, TenantView, Verification};

/// Opens the applicant's tenant with its first administrator.
pub(super) async fn create(desk: &Desk<'_>, asked: TenantOpening) -> Result<TenantOpening, Problem> {
    if asked.kind.is_some_and(|kind| kind != TenantKind::Partner) {
        return Err(bad("kind", "can only be partner: customers' tenants are opened by their partner"));
    }
    let country = required(asked.country, "country")?;
    let country: Country =
        country.parse().map_err(|_| bad("country", "must be a country code of two letters"))?;
    let mut admin = asked.administrator.ok_or_else(|| bad("administrator", "is required"))?;
    let name = required(admin.user_principal_name.take(), "administrator.userPrincipalName")?;
    let password = required(asked.password, "password")?;
    let new = NewTenant {
        id: None,
        party: Party::Partner,
        name: required(asked.company_name, "companyName")?.trim().to_owned(),
        country: country.code().to_owned(),
        domain: required(asked.domain_prefix, "domainPrefix")?,
        require_mfa: true,
        admin: NewUser {
            user_name: name,
            roles: vec![Role::GlobalAdmin, Role::AdminAgent],
            password: Some(Zeroizing::new(password)),
            ..names(admin)
        },
    };
    let source = desk.request.peer.address.ip();
    let (opened, key) = desk.identity.open_partner(source, new).await?;
    let tenant = opened.tenant;
    Ok(TenantOpening {
        tenant_id: Some(tenant.id.to_string()),
        kind: Some(TenantKind::Partner),
        company_name: Some(tenant.name),
        country: Some(tenant.country),
        domain_prefix: None,
        domain: tenant.domains.into_iter().next(),
        administrator: Some(users::shown(opened.admin.user)),
        password: None,
        totp_secret: Some(key.text.to_string()),
        otpauth_uri: Some(key.uri.to_string()),
        created_date: instant(tenant.created),
    })
}

/// Tenants of one kind.
pub(super) async fn list(desk: &Desk<'_>, (): ()) -> Result<Collection<Tenant>, Problem> {
    let query = desk.query()?;
    let kind = query.word("kind", TenantKind::parse)?.unwrap_or(TenantKind::Partner);
    let verified = query.flag("verified")?;
    desk.page(async |offset, limit| {
        let found = desk.identity.tenants(party_of(kind), verified, offset, limit).await?;
        Ok(found.into_iter().map(shown).collect())
    })
    .await
}

/// One tenant. Of a tenant that is not the caller's, only the trustee's people learn that it exists.
pub(super) async fn get(desk: &Desk<'_>, (): ()) -> Result<Tenant, Problem> {
    let caller = desk.caller()?;
    let id: TenantId = desk.id("tenant-id")?;
    let found = if id == caller.tenant || caller.party == Party::Trustee {
        desk.identity.tenant(id).await?
    } else {
        None
    };
    found.map(shown).ok_or_else(|| contract::errors::not_found("There is no such tenant of yours."))
}

/// Records an officer's look at a company.
pub(super) async fn verify(
    desk: &Desk<'_>,
    asked: TenantVerification,
) -> Result<TenantVerification, Problem> {
    let evidence = required(asked.evidence, "evidence")?;
    let id = desk.id("tenant-id")?;
    let Verification { tenant, evidence, by, at } =
        desk.identity.verify_tenant(&desk.actor()?, id, &evidence).await?;
    Ok(TenantVerification {
        tenant_id: Some(tenant.to_string()),
        evidence: Some(evidence),
        verified_by: Some(by),
        verified_date: instant(at),
    })
}

/// Takes the verification of a company back.
pub(super) async fn withdraw(desk: &Desk<'_>, asked: TenantVerification) -> Result<Tenant, Problem> {
    let evidence = required(asked.evidence, "evidence")?;
    let id = desk.id("tenant-id")?;
    desk.identity.withdraw_verification(&desk.actor()?, id, &evidence).await.map(shown)
}

fn shown(tenant: TenantView) -> Tenant {
    Tenant {
        id: Some(tenant.id.to_string()),
        kind: Some(kind_of(tenant.party)),
        company_name: Some(tenant.name),
        domain: tenant.domains.into_iter().next(),
        country: Some(tenant.country).filter(|country| !country.is_empty()),
        state: Some(if tenant.active { PrincipalState::Active } else { PrincipalState::Inactive }),
        verified_date: tenant.verified.and_then(instant),
        created_date: instant(tenant.created),
    }
}

const fn kind_of(party: Party) -> TenantKind {
    match party {
        Party::Partner => TenantKind::Partner,
        Party::Customer => TenantKind::Customer,
        Party::Operator => TenantKind::Operator,
        Party::Trustee => TenantKind::Trustee,
    }
}

const fn party_of(kind: TenantKind) -> Party {
    match kind {
        TenantKind::Partner => Party::Partner,
        TenantKind::Customer => Party::Customer,
        TenantKind::Operator => Party::Operator,
        TenantKind::Trustee => Party::Trustee,
    }
}
