//! How a partner joins this cloud, separately from every other cloud.
//!
//! An applicant's tenant, first administrator and second factor exist at the trustee before; here a legal profile
//! is checked and a commercial status is given. Invariants: an application becomes an account only when two
//! different people of the operator approved the same version of it; nothing here makes or changes a principal.
//!
//! Deliberately absent: the contact person (sealed), the verification of the company (the trustee's).

mod account;
mod approve;
mod correct;
mod create;
mod get;
mod list;
mod reject;

use commerce::country::{CountryRules, rules_of};
use commerce::customer::{Address, check_address, company};
use commerce::eligibility::{self, MpnId};
use commerce::vat;
use contract::errors::{self, code};
use contract::operation::Role;
use contract::profile::Profile;
use contract::resources::enrolment::{
    CspModel, EnrolmentApplication, EnrolmentDecision, EnrolmentStatus, Verdict,
};
use jiff::Timestamp;
use kernel::{AccountId, Country, Micros, Problem, TenantId};
use store::Tx;
use store::operator::accounts::{self, AccountKind};
use store::operator::applications::{self, ApplicationRow, ApplicationState};

use crate::{Cx, Fault, Note, etag};

/// The kind in an application's entity tag.
const TAG: etag::Kind = etag::Kind::Application;

/// Everything that must hold before an application is looked at by people.
struct Checked {
    country: Country,
    kind: AccountKind,
}

/// Checks an application and brings its numbers into their canonical form.
fn check(application: &mut EnrolmentApplication, profile: &Profile) -> Result<Checked, Problem> {
    let country = country_of(application, profile)?;
    let rules = rules_of(country).ok_or_else(Problem::internal)?;
    let kind = match application.csp_model.ok_or_else(|| missing("cspModel"))? {
        CspModel::Direct => AccountKind::Direct,
        CspModel::IndirectProvider => AccountKind::IndirectProvider,
        CspModel::IndirectReseller => AccountKind::IndirectReseller,
    };
    let name = application.company_name.as_deref().unwrap_or_default();
    company(name, application.organization_registration_number.as_deref(), rules)?;
    check_seat(application, rules)?;
    application.vat_id = vat_id(application.vat_id.as_deref(), country, profile)?;
    let mpn_id: MpnId = application.mpn_id.as_deref().ok_or_else(|| missing("mpnId"))?.parse()?;
    application.mpn_id = Some(mpn_id.to_string());
    if let Some(currency) = &application.billing_currency
        && !currency.eq_ignore_ascii_case(rules.currency.code())
    {
        let text = format!("Partners of this country are billed in {}.", rules.currency);
        return Err(bad("billingCurrency", &text));
    }
    application.billing_currency = Some(rules.currency.code().to_owned());
    check_terms(application, kind)?;
    if application.sealed.is_none() {
        return Err(missing("primaryContact"));
    }
    Ok(Checked { country, kind })
}

fn country_of(application: &EnrolmentApplication, profile: &Profile) -> Result<Country, Problem> {
    let text = application.country.as_deref().ok_or_else(|| missing("country"))?;
    let country: Country = text.parse().map_err(|_| bad("country", "Two letters are wanted, e.g. DE."))?;
    eligibility::served(country, &profile.countries)?;
    Ok(country)
}

/// The registered seat; the persons in it are sealed.
fn check_seat(application: &EnrolmentApplication, rules: &CountryRules) -> Result<(), Problem> {
    let seat = application.address.as_ref().ok_or_else(|| missing("address"))?;
    let text = |member: &'_ Option<String>| -> String { member.clone().unwrap_or_default() };
    let (line1, line2) = (text(&seat.address_line1), text(&seat.address_line2));
    let (city, state, postal_code) = (text(&seat.city), text(&seat.state), text(&seat.postal_code));
    let country = text(&seat.country);
    let address = Address {
        line1: &line1,
        line2: &line2,
        city: &city,
        state: &state,
        postal_code: &postal_code,
        country: &country,
        ..Address::default()
    };
    check_address(&address, rules)
}

/// A VAT id is needed wherever the invoice leaves it to the partner to pay the tax.
fn vat_id(given: Option<&str>, country: Country, profile: &Profile) -> Result<Option<String>, Problem> {
    match given.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Ok(Some(vat::parse(country, text)?.as_str().to_owned())),
        None if country == profile.home_country => Ok(None),
        None => Err(missing("vatId")),
    }
}

/// An indirect reseller that is authorised already needs no new agreement.
fn check_terms(application: &EnrolmentApplication, kind: AccountKind) -> Result<(), Problem> {
    let authorised = application.already_authorized_reseller.unwrap_or_default();
    if authorised && kind != AccountKind::IndirectReseller {
        return Err(bad(
            "alreadyAuthorizedReseller",
            "Only an indirect reseller can join under the agreement that it has.",
        ));
    }
    let accepted = application.programme_terms_accepted.unwrap_or_default()
        && application.programme_terms_version.as_deref().is_some_and(|version| !version.trim().is_empty());
    if accepted || authorised {
        return Ok(());
    }
    Err(bad("programmeTermsAccepted", "The programme terms and their version must be accepted."))
}

/// The provider that a reseller names.
fn provider_of(
    tx: &mut Tx,
    application: &EnrolmentApplication,
    kind: AccountKind,
) -> Result<Option<accounts::AccountRow>, Fault> {
    let Some(given) = application.provider_id.as_deref() else { return Ok(None) };
    if kind != AccountKind::IndirectReseller {
        return Err(bad("providerId", "Only an indirect reseller works with a provider.").into());
    }
    let unknown = || bad("providerId", "There is no such indirect provider in this cloud.");
    let id: AccountId = given.parse().map_err(|_| unknown())?;
    match accounts::find(tx, &id)? {
        Some(row) if row.kind == AccountKind::IndirectProvider && row.status == "active" => Ok(Some(row)),
        _ => Err(unknown().into()),
    }
}

/// One company is one partner: its VAT id and its number in the partner network belong to one account. What is real
/// counts; a sandbox is somebody's second account by nature. An application alone reserves nothing: else whoever
/// applied first could keep a company out.
pub(crate) fn refuse_taken(
    tx: &mut Tx,
    own: AccountId,
    vat_id: Option<&str>,
    mpn_id: Option<&str>,
) -> Result<(), Fault> {
    let others =
        |rows: Vec<accounts::AccountRow>| rows.into_iter().any(|row| row.account_id != own && !row.sandbox);
    let taken = |slug, member: &str, what: &str| {
        let text = format!(
            "{member}: {what} is that of a partner of this cloud already. Sign in to that partner's tenant, or ask the \
             operator."
        );
        Err(Problem::new(409, code::UNCLASSIFIED, slug, text).with(member).into())
    };
    if let Some(vat_id) = vat_id
        && others(accounts::by_vat(tx, vat_id)?)
    {
        return taken("vat_id_taken", "vatId", "this VAT id");
    }
    if let Some(mpn_id) = mpn_id
        && others(accounts::by_mpn(tx, mpn_id)?)
    {
        return taken("mpn_id_taken", "mpnId", "this MPN id");
    }
    Ok(())
}

/// Refuses an application for a company that is a partner already.
fn refuse_duplicate(tx: &mut Tx, tenant: TenantId, application: &EnrolmentApplication) -> Result<(), Fault> {
    if application.sandbox.unwrap_or_default() {
        return Ok(());
    }
    let (vat_id, mpn_id) = (application.vat_id.as_deref(), application.mpn_id.as_deref());
    refuse_taken(tx, AccountId(tenant.0), vat_id, mpn_id)
}

/// The application of the path: the applicant's own, or any for the operator's people.
fn load(tx: &mut Tx, cx: &Cx<'_>, id: &str) -> Result<ApplicationRow, Fault> {
    let row = applications::find(tx, id)?;
    row.filter(|row| cx.caller.roles.contains(&Role::OperatorStaff) || row.tenant_id == cx.caller.tenant)
        .ok_or_else(|| errors::not_found("There is no such application.").into())
}

/// An application that can still be changed or decided.
fn load_open(tx: &mut Tx, cx: &Cx<'_>, id: &str) -> Result<ApplicationRow, Fault> {
    let row = load(tx, cx, id)?;
    match row.state {
        ApplicationState::Submitted | ApplicationState::InApproval => Ok(row),
        state => {
            let text = format!("The application is {state} and cannot be changed any more.");
            Err(Problem::new(409, code::UNCLASSIFIED, "application_decided", text).into())
        }
    }
}

/// What is stored of an application: its commercial members, without what the columns say.
fn stored(application: &EnrolmentApplication) -> Result<String, Problem> {
    let bare = EnrolmentApplication { sealed: None, attributes: None, ..application.clone() };
    serde_json::to_string(&bare).map_err(|_| Problem::internal())
}

/// The application as it was sent, read from its row.
fn content(row: &ApplicationRow) -> Result<EnrolmentApplication, Problem> {
    serde_json::from_str(&row.body).map_err(|_| Problem::internal())
}

/// An application as it is shown. The contact's envelope goes to the applicant alone: nobody of the operator can
/// open it without a grant.
fn shown(tx: &mut Tx, cx: &Cx<'_>, row: &ApplicationRow) -> Result<EnrolmentApplication, Fault> {
    let approvals = applications::approvers(tx, &row.application_id, row.version)?;
    let decisions: Vec<EnrolmentDecision> = approvals
        .into_iter()
        .map(|(staff, approved)| EnrolmentDecision {
            verdict: Some(Verdict::Approve),
            reason: None,
            decided_by: Some(staff.to_string()),
            decided_date: instant(approved),
        })
        .collect();
    Ok(EnrolmentApplication {
        id: Some(row.application_id.clone()),
        tenant_id: Some(row.tenant_id.to_string()),
        sealed: row.sealed.clone().filter(|_| row.tenant_id == cx.caller.tenant),
        status: EnrolmentStatus::parse(row.state.as_str()),
        submitted_date: instant(row.submitted),
        decided_date: row.decided.and_then(instant),
        reason: row.reason.clone(),
        decisions: (!decisions.is_empty()).then_some(decisions),
        attributes: etag::attributes(TAG, row.version),
        ..content(row)?
    })
}

/// What the applicant's audit trail says.
fn note(tenant: TenantId, operation_type: &'static str, application: &EnrolmentApplication) -> Note {
    let new = EnrolmentApplication { sealed: None, ..application.clone() };
    Note {
        partner: Some(AccountId(tenant.0)),
        resource_type: "partner_relationship",
        operation_type,
        new: serde_json::to_string(&new).ok(),
        ..Note::default()
    }
}

fn instant(micros: Micros) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros).ok()
}

fn missing(member: &str) -> Problem {
    bad(member, "It is required.")
}

fn bad(member: &str, why: &str) -> Problem {
    Problem::new(400, code::BAD_PROPERTY, "bad_property", format!("{member}: {why}")).with(member)
}
