//! Arriving in a fresh cloud with an export of another one: nothing but calls of the contract, made by those who may.
//!
//! The partner makes the customer with its company and billing profile (`customer`); the customer's approver brings its
//! people and what it agreed to before (`records`). `differences` says in what two exports of one customer are not equal.
//!
//! Invariants: an archive is verified before anything is taken from it; ids are new, because they are the new cloud's to
//! give; no secret of a person is made up or carried over: everybody gets a one-time password.
//!
//! Deliberately absent: orders and subscriptions, which are contracts with another operator; they stay in the archive.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use client::{Call, Client};
use contract::Operation;
use contract::operations as op;
use contract::resources::customer::{Customer, CustomerBillingProfile, CustomerCompanyProfile};
use contract::resources::export::{CustomerHistory, PastAgreement};
use contract::resources::trustee::{OwnAgreement, PrincipalState, TenantUser};
use serde::de::DeserializeOwned;
use serde_json::Value;
use trustee::exports::archive::{Archive, MANIFEST, Manifest, sha256};

/// What a customer's people and past became.
pub struct Brought {
    /// The people who were made, with their one-time passwords.
    pub people: Vec<TenantUser>,
    /// What was kept of the past.
    pub history: Vec<CustomerHistory>,
}

/// The records of an archive that an operation shows, in its type.
fn records<T: DeserializeOwned>(archive: &Archive, operation: &str) -> Result<Vec<T>> {
    let lines = archive.records(operation)?.into_iter();
    let typed = lines.map(|line| serde_json::from_value(line.value));
    typed.collect::<Result<_, _>>().with_context(|| format!("the records of {operation} have another form"))
}

fn first<T: DeserializeOwned>(archive: &Archive, operation: &str) -> Result<T> {
    let found = records(archive, operation)?.into_iter().next();
    found.with_context(|| format!("the archive has no record of {operation}"))
}

/// Makes the customer, as its partner. The answer has its new id and the first sign-in of its administrator.
///
/// # Errors
/// When the archive lacks something, or the call is refused.
pub async fn customer(client: &Client, archive: &Archive, domain: Option<&str>) -> Result<Customer> {
    archive.verify()?;
    let company: CustomerCompanyProfile = first(archive, op::GetCustomerCompanyProfile::SPEC.id)?;
    let billing: CustomerBillingProfile = first(archive, op::GetCustomerBillingProfile::SPEC.id)?;
    let new = Customer {
        company_profile: Some(CustomerCompanyProfile {
            tenant_id: None,
            domain: domain.map(ToOwned::to_owned).or(company.domain),
            links: None,
            attributes: None,
            ..company
        }),
        billing_profile: Some(CustomerBillingProfile { id: None, links: None, attributes: None, ..billing }),
        ..Customer::default()
    };
    Ok(client.call(Call::to(op::CreateCustomer).body(&new)).await?.value)
}

/// Brings the people and the past, as the customer's approver. What is there already stays.
///
/// # Errors
/// When the archive lacks something, or a call is refused.
pub async fn customers_own(client: &Client, customer: &str, archive: &Archive) -> Result<Brought> {
    let manifest = archive.verify()?;
    let here = client.call(Call::to(op::ListTenantUsers).query("size", 500)).await?.value.items;
    let known = |user: &TenantUser| here.iter().any(|one| login(one) == login(user));
    let mut people = Vec::new();
    for user in records::<TenantUser>(archive, op::ListTenantUsers::SPEC.id)? {
        if known(&user) {
            continue;
        }
        let inactive = user.state == Some(PrincipalState::Inactive);
        let new =
            TenantUser { user_principal_name: Some(login(&user)), state: None, attributes: None, ..user };
        let mut made = client.call(Call::to(op::CreateTenantUser).body(&new)).await?.value;
        if inactive {
            let id = made.id.clone().context("the new user has no id")?;
            let off = TenantUser { state: Some(PrincipalState::Inactive), ..TenantUser::default() };
            let call = Call::to(op::UpdateTenantUser).param("user-id", id).body(&off);
            made.state = client.call(call).await?.value.state;
        }
        people.push(made);
    }
    let kept =
        client.call(Call::to(op::ListCustomerHistory).param("customer-id", customer)).await?.value.items;
    let mut history = Vec::new();
    for past in pasts(archive, &manifest)? {
        if kept.iter().all(|known| known.manifest_sha256 != past.manifest_sha256) {
            let call = Call::to(op::KeepCustomerHistory).param("customer-id", customer).body(&past);
            history.push(client.call(call).await?.value);
        }
    }
    Ok(Brought { people, history })
}

/// What stands before the `@` of a sign-in name.
fn login(user: &TenantUser) -> String {
    let name = user.user_principal_name.as_deref().unwrap_or_default();
    name.split('@').next().unwrap_or_default().to_owned()
}

/// What a customer agreed to where the archive is from, and what it had brought there.
fn pasts(archive: &Archive, manifest: &Manifest) -> Result<Vec<CustomerHistory>> {
    let accepted = records::<OwnAgreement>(archive, op::ListOwnAgreements::SPEC.id)?.into_iter();
    let agreements = accepted.filter(|one| one.accepted_date.is_some()).map(|one| PastAgreement {
        template_id: one.template_id,
        agreement_type: one.agreement_type,
        title: one.title,
        version: one.version,
        party: one.party,
        accepted_date: one.accepted_date,
        accepted_by: one.accepted_by,
    });
    let own = archive.files().find(|(path, _)| *path == MANIFEST).map(|(_, content)| sha256(content));
    let mut pasts: Vec<CustomerHistory> = records(archive, op::ListCustomerHistory::SPEC.id)?;
    pasts.push(CustomerHistory {
        source_tenant_id: Some(manifest.tenant.clone()),
        source_cloud: Some(manifest.cloud.clone()),
        manifest_sha256: own,
        exported_date: manifest.made.parse().ok(),
        agreements: Some(agreements.collect()),
        ..CustomerHistory::default()
    });
    Ok(pasts)
}

/// In what the second export of a customer, made where it arrived, differs from the first: by names of what differs,
/// without values. Ids, links, dates and marks are the new cloud's own and are not compared.
///
/// # Errors
/// When one of them is not whole.
pub fn differences(left: &Archive, arrived: &Archive) -> Result<Vec<String>> {
    let (left, arrived) = (comparable(left, false)?, comparable(arrived, true)?);
    let mut differences: Vec<String> = left
        .iter()
        .filter(|(name, value)| arrived.get(*name) != Some(*value))
        .map(|(name, _)| name.clone())
        .collect();
    differences.extend(arrived.keys().filter(|name| !left.contains_key(*name)).cloned());
    Ok(differences)
}

/// What of an export a fresh cloud can hold, by name.
fn comparable(archive: &Archive, arrived: bool) -> Result<BTreeMap<String, Value>> {
    let manifest = archive.verify()?;
    let mut all = BTreeMap::new();
    let billing: CustomerBillingProfile = first(archive, op::GetCustomerBillingProfile::SPEC.id)?;
    let billing = CustomerBillingProfile { id: None, links: None, attributes: None, ..billing };
    let company: CustomerCompanyProfile = first(archive, op::GetCustomerCompanyProfile::SPEC.id)?;
    let company = CustomerCompanyProfile { tenant_id: None, links: None, attributes: None, ..company };
    for (name, value) in [
        ("billing-profile", serde_json::to_value(billing)?),
        ("company-profile", serde_json::to_value(company)?),
    ] {
        for (member, value) in value.as_object().into_iter().flatten() {
            all.insert(format!("{name}.{member}"), value.clone());
        }
    }
    for user in records::<TenantUser>(archive, op::ListTenantUsers::SPEC.id)? {
        let kept = TenantUser {
            id: None,
            user_principal_name: None, // its domain is the new cloud's; what stands before it is the key here
            mfa_enrolled: None,
            created_date: None,
            last_sign_in: None,
            attributes: None,
            // Whoever was invited anew has not signed in yet.
            state: user.state.filter(|state| *state == PrincipalState::Inactive),
            ..user.clone()
        };
        all.insert(format!("user {}", login(&user)), serde_json::to_value(kept)?);
    }
    // What was agreed where the first export is from is the past where the customer arrived.
    let pasts: Vec<CustomerHistory> = if arrived {
        records(archive, op::ListCustomerHistory::SPEC.id)?
    } else {
        pasts(archive, &manifest)?
    };
    for past in pasts {
        let past = CustomerHistory { customer_id: None, kept_by: None, kept_date: None, ..past };
        let name = format!("history {}", past.manifest_sha256.clone().unwrap_or_default());
        all.insert(name, serde_json::to_value(past)?);
    }
    Ok(all)
}
