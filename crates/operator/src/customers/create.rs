//! A new customer. The trustee has opened its tenant and minted its id before; a retry brings the same id.

use commerce::country::{CountryRules, rules_of};
use commerce::{customer as rules, eligibility};
use contract::errors::code;
use contract::operations::CreateCustomer;
use contract::resources::customer::{Customer, CustomerBillingProfile, CustomerCompanyProfile};
use kernel::{AccountId, Country, CustomerId, Problem};
use store::Tx;
use store::operator::accounts::{self, AccountKind, AccountRow};
use store::operator::customers::{self, Added, CustomerRow, Relationship};

use super::bad;
use crate::accounts::Limits;
use crate::orders::sandbox_limits;
use crate::{Answer, Cx, Fault, Input, Operator, Serve, agreements, link};

impl Serve<CreateCustomer> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, Customer>) -> Result<Answer<Customer>, Fault> {
        let account = cx.account()?;
        if account.kind == AccountKind::IndirectReseller {
            let text = "Customers of an indirect reseller are created by its indirect provider.";
            return Err(Problem::new(403, code::NO_ACCESS, "provider_only", text).into());
        }
        let id = minted(input.minted)?;
        let mut row = checked(cx, account, id, input.body.company_profile, input.body.billing_profile)?;
        row.reseller_id = reseller(tx, account, input.body.associated_partner_id.as_deref())?;
        check_limit(tx, cx, account)?;
        let row = match customers::insert(tx, &row)? {
            Added::Yes => row,
            Added::Taken => same_again(tx, account, &row)?,
        };
        let row = if account.auto_accept { agreements::accept_at_once(tx, cx, row)? } else { row };
        let shown = super::shown(&row)?;
        let location = link::to::<contract::operations::GetCustomer>(&[&row.customer_id]);
        let mut note = super::note(&row, "customer", "add_customer");
        note.new = Some(row.company.clone());
        Ok(Answer::of(shown).located(location).noted(note))
    }
}

/// The id comes from the trustee: an operator that could choose it could point at another tenant.
fn minted(id: Option<&str>) -> Result<CustomerId, Problem> {
    id.and_then(|id| id.parse().ok()).ok_or_else(|| {
        let text = "A customer is created through the trustee's gateway, which mints its id.";
        Problem::new(400, code::BAD_INPUT, "minted_id_missing", text)
    })
}

/// The commercial part of the rules; the private part was checked before it was sealed.
fn checked(
    cx: &Cx<'_>,
    account: &AccountRow,
    id: CustomerId,
    company: Option<CustomerCompanyProfile>,
    billing: Option<CustomerBillingProfile>,
) -> Result<CustomerRow, Problem> {
    let company = company.ok_or_else(|| bad("companyProfile", "It is required"))?;
    let billing = billing.ok_or_else(|| bad("billingProfile", "It is required"))?;
    let (country, country_rules) = country_of(cx, &company, &billing)?;
    // The company profile's name is filled from the billing profile.
    let given = |name: &Option<String>| name.clone().filter(|name| !name.trim().is_empty());
    let name = given(&company.company_name).or_else(|| given(&billing.company_name)).unwrap_or_default();
    rules::company(&name, company.organization_registration_number.as_deref(), country_rules)?;
    rules::culture(billing.culture.as_deref().unwrap_or_default(), country_rules)?;
    rules::language(billing.language.as_deref().unwrap_or_default(), country_rules)?;
    let suffix = cx.profile.tenant_domain.as_str();
    let prefix = rules::check_domain(company.domain.as_deref().unwrap_or_default(), suffix)?;
    if billing.sealed.is_none() {
        return Err(bad("billingProfile", "Its contact and address are required"));
    }
    let stored = CustomerCompanyProfile {
        organization_registration_number: company.organization_registration_number,
        address: company.address,
        ..CustomerCompanyProfile::default()
    };
    Ok(CustomerRow {
        customer_id: id,
        commerce_id: cx.ids().random().to_string(),
        company_name: name.trim().to_owned(),
        domain: prefix.domain(suffix),
        country,
        sandbox: account.sandbox,
        company: serde_json::to_string(&stored).map_err(|_| Problem::internal())?,
        company_sealed: company.sealed,
        company_version: 1,
        billing: super::billing_stored(&billing)?,
        billing_sealed: billing.sealed,
        billing_version: 1,
        cloud_agreed: None,
        trustee_agreed: None,
        created: cx.now().as_microsecond(),
        account_id: account.account_id,
        reseller_id: None,
        relationship: Relationship::Reseller,
    })
}

/// The customer's country is that of the billing address; this cloud must be sold there.
fn country_of(
    cx: &Cx<'_>,
    company: &CustomerCompanyProfile,
    billing: &CustomerBillingProfile,
) -> Result<(Country, &'static CountryRules), Problem> {
    let address = billing.default_address.as_ref().or(company.address.as_ref());
    let text = address.and_then(|address| address.country.as_deref()).unwrap_or_default();
    let country: Country =
        text.parse().map_err(|_| rules::address_rejected("The country of the address is missing."))?;
    eligibility::served(country, &cx.profile.countries)?;
    Ok((country, rules_of(country).ok_or_else(Problem::internal)?))
}

/// The reseller that an indirect provider names.
fn reseller(tx: &mut Tx, account: &AccountRow, given: Option<&str>) -> Result<Option<AccountId>, Fault> {
    let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else { return Ok(None) };
    if account.kind != AccountKind::IndirectProvider {
        let text = "Only an indirect provider names an indirect reseller";
        return Err(bad("associatedPartnerId", text).into());
    }
    let found = match given.parse() {
        Ok(id) => accounts::find(tx, &id)?,
        Err(_) => None,
    };
    match found {
        Some(row) if row.provider_id == Some(account.account_id) && row.status == "active" => {
            Ok(Some(row.account_id))
        }
        _ => Err(bad("associatedPartnerId", "This is no active reseller of the provider").into()),
    }
}

/// Counting stops at the limit: more is not looked at.
fn check_limit(tx: &mut Tx, cx: &Cx<'_>, account: &AccountRow) -> Result<(), Fault> {
    let limits = sandbox_limits(Limits::of(account, cx.profile));
    if let Some(most) = limits.customers {
        limits.one_more_customer(customers::count(tx, &account.account_id, most)?)?;
    }
    Ok(())
}

/// The same call again finds the customer that it made; anything else has met a taken domain.
fn same_again(tx: &mut Tx, account: &AccountRow, row: &CustomerRow) -> Result<CustomerRow, Fault> {
    match customers::find(tx, &row.customer_id, &account.account_id)? {
        Some(before) if before.domain == row.domain && before.account_id == account.account_id => Ok(before),
        _ => {
            let text = "domain: This domain is taken. Choose another prefix.";
            let problem = Problem::new(400, code::BAD_PROPERTY, "domain_taken", text).with("domain");
            Err(problem.into())
        }
    }
}
