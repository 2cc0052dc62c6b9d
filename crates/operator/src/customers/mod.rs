//! Customers of a partner.
//!
//! Invariants: a customer's id and domain are its tenant's, made at the trustee before the call arrives here; a
//! partner sees a customer only through a link of its own or of its provider; nothing private is ever looked at.
//!
//! Deliberately absent: the first sign-in of a new customer (made and shown by the trustee), relationships that
//! customers grant (facts of the trustee).

mod billing_profile;
mod company_profile;
mod create;
mod delete;
mod get;
mod list;
mod remove_relationship;

use contract::errors::{self, code};
use contract::operations as op;
use contract::resources::customer::{
    Customer, CustomerBillingProfile, CustomerCompanyProfile, RelationshipToPartner,
};
use contract::resources::shared::ResourceLinks;
use kernel::{CustomerId, Problem};
use store::Tx;
use store::operator::customers::{self, CustomerRow, Link, Relationship};

use crate::{Cx, Fault, Note, etag, link};

/// The kind in a billing profile's entity tag.
const BILLING_TAG: etag::Kind = etag::Kind::CustomerBilling;
/// The kind in a company profile's entity tag.
const COMPANY_TAG: etag::Kind = etag::Kind::CustomerCompany;

/// A customer that the caller may look at.
///
/// # Errors
/// 404 when the caller has no link to it, which is also said of one that does not exist; 403 with code 20002 when
/// the relationship has ended.
pub fn mine(tx: &mut Tx, cx: &Cx<'_>, id: &CustomerId) -> Result<CustomerRow, Fault> {
    let row = customers::find(tx, id, &cx.account()?.account_id)?.ok_or_else(missing)?;
    still_sells(row.relationship)?;
    Ok(row)
}

/// [`mine`], for those who only need to know that, and who is billed.
///
/// # Errors
/// As [`mine`].
pub(crate) fn linked(tx: &mut Tx, cx: &Cx<'_>, id: &CustomerId) -> Result<Link, Fault> {
    let link = customers::link(tx, id, &cx.account()?.account_id)?.ok_or_else(missing)?;
    still_sells(link.relationship)?;
    Ok(link)
}

fn missing() -> Problem {
    errors::not_found("There is no such customer of this partner.")
}

fn still_sells(relationship: Relationship) -> Result<(), Problem> {
    match relationship {
        Relationship::Reseller => Ok(()),
        Relationship::None => Err(Problem::new(
            403,
            code::NO_COMMERCE_LINK,
            "relationship_ended",
            "The partner no longer has a relationship with this customer. Request a new one from the customer.",
        )),
    }
}

/// A customer that the caller may change: the partner that is billed for it, not its reseller.
///
/// # Errors
/// As [`mine`], and 403 for a reseller.
pub fn mine_to_change(tx: &mut Tx, cx: &Cx<'_>, id: &CustomerId) -> Result<CustomerRow, Fault> {
    let row = mine(tx, cx, id)?;
    if row.account_id == cx.account()?.account_id {
        return Ok(row);
    }
    Err(Problem::new(
        403,
        code::NO_ACCESS,
        "provider_only",
        "Indirect resellers read; changes are made by the indirect provider.",
    )
    .into())
}

/// What the audit trail says about a customer.
pub(crate) fn note(row: &CustomerRow, resource_type: &'static str, operation_type: &'static str) -> Note {
    Note {
        resource_type,
        operation_type,
        customer: Some(row.customer_id),
        customer_name: Some(row.company_name.clone()),
        ..Note::default()
    }
}

/// A whole customer, as one read shows it.
fn shown(row: &CustomerRow) -> Result<Customer, Problem> {
    Ok(Customer {
        id: Some(row.customer_id.to_string()),
        commerce_id: Some(row.commerce_id.clone()),
        company_profile: Some(company_shown(row)?),
        billing_profile: Some(billing_shown(row)?),
        relationship_to_partner: Some(relationship(row.relationship)),
        allow_delegated_access: Some(row.relationship == Relationship::Reseller),
        custom_domains: Some(vec![row.domain.clone()]),
        associated_partner_id: row.reseller_id.map(|id| id.to_string()),
        links: Some(ResourceLinks::to_self(link::to::<op::GetCustomer>(&[&row.customer_id]))),
        ..Customer::default()
    })
}

fn relationship(stored: Relationship) -> RelationshipToPartner {
    match stored {
        Relationship::Reseller => RelationshipToPartner::Reseller,
        Relationship::None => RelationshipToPartner::None,
    }
}

fn company_shown(row: &CustomerRow) -> Result<CustomerCompanyProfile, Problem> {
    let uri = link::to::<op::GetCustomerCompanyProfile>(&[&row.customer_id]);
    Ok(CustomerCompanyProfile {
        tenant_id: Some(row.customer_id.to_string()),
        domain: Some(row.domain.clone()),
        company_name: Some(row.company_name.clone()),
        sealed: row.company_sealed.clone(),
        links: Some(ResourceLinks::to_self(uri)),
        attributes: etag::attributes(COMPANY_TAG, row.company_version),
        ..serde_json::from_str(&row.company).map_err(|_| Problem::internal())?
    })
}

fn billing_shown(row: &CustomerRow) -> Result<CustomerBillingProfile, Problem> {
    let uri = link::to::<op::GetCustomerBillingProfile>(&[&row.customer_id]);
    Ok(CustomerBillingProfile {
        id: Some(row.customer_id.to_string()),
        sealed: row.billing_sealed.clone(),
        links: Some(ResourceLinks::to_self(uri)),
        attributes: etag::attributes(BILLING_TAG, row.billing_version),
        ..serde_json::from_str(&row.billing).map_err(|_| Problem::internal())?
    })
}

/// What is stored of a billing profile: its commercial members.
fn billing_stored(profile: &CustomerBillingProfile) -> Result<String, Problem> {
    let bare =
        CustomerBillingProfile { id: None, sealed: None, links: None, attributes: None, ..profile.clone() };
    serde_json::to_string(&bare).map_err(|_| Problem::internal())
}

fn bad(member: &str, why: &str) -> Problem {
    Problem::new(400, code::BAD_PROPERTY, "bad_property", format!("{member}: {why}.")).with(member)
}
