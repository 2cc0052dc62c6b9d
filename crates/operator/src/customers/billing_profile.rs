//! A customer's billing profile, read and replaced under its etag.

use commerce::country::rules_of;
use commerce::customer as rules;
use contract::operations::{GetCustomerBillingProfile, UpdateCustomerBillingProfile};
use contract::resources::customer::CustomerBillingProfile;
use kernel::Problem;
use store::Tx;
use store::operator::customers::{self, CustomerRow};

use super::{BILLING_TAG, bad};
use crate::{Answer, Cx, Fault, Input, Operator, Serve, etag};

impl Serve<GetCustomerBillingProfile> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<CustomerBillingProfile>, Fault> {
        let row = super::mine(tx, cx, &input.id("customer-id")?)?;
        Ok(Answer::of(super::billing_shown(&row)?))
    }
}

impl Serve<UpdateCustomerBillingProfile> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, CustomerBillingProfile>,
    ) -> Result<Answer<CustomerBillingProfile>, Fault> {
        let row = super::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        let tag = etag::sent(input.if_match, input.body.attributes.as_ref());
        etag::require(tag, BILLING_TAG, row.billing_version)?;
        check(&input.body, &row)?;
        let body = super::billing_stored(&input.body)?;
        let sealed = input.body.sealed.as_deref();
        if !customers::set_billing(tx, &row.customer_id, row.billing_version, &body, sealed)? {
            etag::require(Some(""), BILLING_TAG, row.billing_version)?;
        }
        let mut note = super::note(&row, "customer", "update_customer_billing_profile");
        note.old = Some(row.billing.clone());
        note.new = Some(body.clone());
        let row = CustomerRow {
            billing: body,
            billing_sealed: input.body.sealed,
            billing_version: row.billing_version + 1,
            ..row
        };
        Ok(Answer::of(super::billing_shown(&row)?).noted(note))
    }
}

/// The commercial part of the rules. A customer does not move to another country.
fn check(profile: &CustomerBillingProfile, row: &CustomerRow) -> Result<(), Problem> {
    let country_rules = rules_of(row.country).ok_or_else(Problem::internal)?;
    let country = profile.default_address.as_ref().and_then(|address| address.country.as_deref());
    if !country.unwrap_or_default().trim().eq_ignore_ascii_case(row.country.code()) {
        let text = "The country of the address is missing or is not the customer's country.";
        return Err(rules::address_rejected(text));
    }
    if profile.company_name.as_deref().unwrap_or_default().trim().is_empty() {
        return Err(bad("companyName", "It is required"));
    }
    rules::culture(profile.culture.as_deref().unwrap_or_default(), country_rules)?;
    rules::language(profile.language.as_deref().unwrap_or_default(), country_rules)?;
    if profile.sealed.is_none() {
        return Err(bad("billingProfile", "Its contact and address are required"));
    }
    Ok(())
}
