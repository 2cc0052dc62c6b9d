//! One of the operator's people approves; the second, another one, makes the account.

use contract::errors::code;
use contract::operations::ApproveApplication;
use contract::resources::enrolment::{EnrolmentApplication, EnrolmentDecision, Verdict};
use contract::resources::profile::{BillingProfile, LegalBusinessProfile, OrganizationProfile};
use jiff::tz::TimeZone;
use kernel::{AccountId, Problem};
use store::Tx;
use store::operator::accounts;
use store::operator::applications::{self, ApplicationRow, ApplicationState};
use store::operator::profiles::{self, ProfileKind, ProfileRow};

use crate::accounts::Opening;
use crate::{Answer, Cx, Fault, Input, Operator, Serve};

/// Two pairs of eyes.
const APPROVALS: usize = 2;

impl Serve<ApproveApplication> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, EnrolmentDecision>,
    ) -> Result<Answer<EnrolmentApplication>, Fault> {
        if input.body.verdict.is_some_and(|verdict| verdict != Verdict::Approve) {
            return Err(super::bad("verdict", "Rejections have a path of their own.").into());
        }
        let id = input.path.get("application-id").unwrap_or_default();
        let row = super::load_open(tx, cx, id)?;
        let staff = cx.caller.user.ok_or_else(|| super::missing("user"))?;
        let mut approvals = applications::approvers(tx, id, row.version)?;
        if approvals.iter().any(|(before, _)| *before == staff) {
            return Err(Problem::new(
                409,
                code::UNCLASSIFIED,
                "four_eyes",
                "You have approved this version already. Another person of the operator has to approve it.",
            )
            .into());
        }
        let now = cx.real_now().as_microsecond();
        applications::approve(tx, id, &staff, row.version, now)?;
        approvals.push((staff, now));
        let state = if approvals.len() >= APPROVALS {
            open_account(tx, cx, &row)?;
            ApplicationState::Approved
        } else {
            ApplicationState::InApproval
        };
        applications::set_state(tx, id, state, None, now)?;
        let row = super::load(tx, cx, id)?;
        let shown = super::shown(tx, cx, &row)?;
        let note = super::note(row.tenant_id, "update_partner_relationship", &shown);
        Ok(Answer::of(shown).noted(note))
    }
}

/// Gives the applicant's tenant its commercial status. The tenant itself is not touched.
fn open_account(tx: &mut Tx, cx: &Cx<'_>, row: &ApplicationRow) -> Result<(), Fault> {
    let mut application = super::content(row)?;
    application.sealed.clone_from(&row.sealed);
    // Checked again: the profile may have changed since the application was made.
    let checked = super::check(&mut application, cx.profile)?;
    let provider = super::provider_of(tx, &application, checked.kind)?;
    super::refuse_duplicate(tx, row.tenant_id, &application)?;
    let sandbox = application.sandbox.unwrap_or_default();
    let production = match &application.mpn_id {
        Some(mpn_id) if sandbox => accounts::by_mpn(tx, mpn_id)?.into_iter().find(|other| !other.sandbox),
        _ => None,
    };
    let accepted = super::instant(row.updated).ok_or_else(Problem::internal)?;
    let opening = Opening {
        id: AccountId(row.tenant_id.0),
        kind: checked.kind,
        sandbox,
        company_name: application.company_name.clone().unwrap_or_default(),
        country: checked.country,
        mpn_id: application.mpn_id.clone(),
        vat_id: application.vat_id.clone(),
        provider,
        production: production.map(|row| row.account_id),
        accepted: accepted.to_zoned(TimeZone::UTC).date(),
    };
    let account = opening.into_row(cx)?;
    accounts::insert(tx, &account)?;
    first_profiles(tx, &account, &application)
}

/// The profiles begin with what the application says; contact persons are given afterwards, because an envelope
/// belongs to one record.
fn first_profiles(
    tx: &mut Tx,
    account: &accounts::AccountRow,
    application: &EnrolmentApplication,
) -> Result<(), Fault> {
    let company_name = application.company_name.clone();
    let legal = LegalBusinessProfile {
        company_name: company_name.clone(),
        address: application.address.clone(),
        ..LegalBusinessProfile::default()
    };
    let organization = OrganizationProfile {
        company_name: company_name.clone(),
        default_address: application.address.clone(),
        culture: application.culture.clone(),
        ..OrganizationProfile::default()
    };
    let billing = BillingProfile {
        company_name,
        address: application.address.clone(),
        tax_id: account.vat_id.clone(),
        ..BillingProfile::default()
    };
    let json = [
        (ProfileKind::LegalBusiness, serde_json::to_string(&legal)),
        (ProfileKind::Organization, serde_json::to_string(&organization)),
        (ProfileKind::Billing, serde_json::to_string(&billing)),
    ];
    for (kind, body) in json {
        let body = body.map_err(|_| Problem::internal())?;
        let row = ProfileRow { version: 1, body, sealed: None, updated: account.created };
        profiles::put(tx, &account.account_id, kind, &row)?;
    }
    Ok(())
}
