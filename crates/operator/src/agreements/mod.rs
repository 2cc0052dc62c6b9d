//! Agreements of customers: with the operator (cloud agreement and its supplement) and with the data trustee.
//!
//! Invariants: no order without both; the agreement with the trustee is concluded at the trustee, and only its
//! version and date arrive here; the supplement is a part of the cloud agreement and is accepted with it; a
//! sandbox's simulated customers accept at once.
//!
//! Deliberately absent: who signed (sealed), the signing itself.

mod confirm;
mod list;
mod metadata;
mod record;
mod template;
mod text;

use contract::errors::{self, code};
use contract::operation::Party;
use contract::operations as op;
use contract::profile::{self, AgreementRole};
use contract::resources::agreement::AgreementType;
use kernel::{AccountId, CustomerId, Micros, Problem, UserId};
use store::operator::agreements::{self as rows, AgreementRow, Needed};
use store::operator::customers::CustomerRow;
use store::{StoreError, Tx};

use crate::controls::Control;
use crate::{Cx, link};

/// What one acceptance brings.
struct Acceptance<'a> {
    customer: CustomerId,
    agreement: &'a profile::Agreement,
    agreed: Micros,
    /// The partner that reported it; none when the customer accepted itself.
    reported_by: Option<AccountId>,
    /// The partner's or the customer's user, pseudonymous.
    user: Option<UserId>,
    sealed: Option<String>,
}

/// Notes an acceptance, and with the cloud agreement its supplement. What was accepted before stays.
fn accept(tx: &mut Tx, cx: &Cx<'_>, acceptance: Acceptance<'_>) -> Result<bool, StoreError> {
    let Acceptance { customer, agreement, agreed, reported_by, user, sealed } = acceptance;
    let bundle = match agreement.role {
        AgreementRole::CloudAgreement => cx.profile.agreement(AgreementRole::Supplement),
        AgreementRole::Supplement | AgreementRole::TrusteeAgreement => None,
    };
    let mut new = false;
    for (document, sealed) in [(Some(agreement), sealed), (bundle, None)] {
        let Some(document) = document else { continue };
        let (template, version) = (document.template.to_string(), document.version.to_string());
        if rows::find(tx, &customer, &template, &version)?.is_some() {
            continue;
        }
        new = true;
        let row = AgreementRow {
            agreement_id: cx.ids().ordered().to_string(),
            customer_id: customer,
            account_id: reported_by,
            kind: document.agreement_type.clone(),
            template_id: template,
            version,
            date_agreed: agreed,
            user_id: user,
            sealed,
            created: cx.now().as_microsecond(),
        };
        rows::insert(tx, &row, needed(document.role))?;
    }
    Ok(new)
}

fn needed(role: AgreementRole) -> Option<Needed> {
    match role {
        AgreementRole::CloudAgreement => Some(Needed::Cloud),
        AgreementRole::TrusteeAgreement => Some(Needed::Trustee),
        AgreementRole::Supplement => None,
    }
}

/// A sandbox's simulated customer accepts everything as soon as it is there.
pub(crate) fn accept_at_once(tx: &mut Tx, cx: &Cx<'_>, row: CustomerRow) -> Result<CustomerRow, StoreError> {
    let agreed = cx.now().as_microsecond();
    for agreement in &cx.profile.agreements {
        let customer = row.customer_id;
        let acceptance =
            Acceptance { customer, agreement, agreed, reported_by: None, user: None, sealed: None };
        accept(tx, cx, acceptance)?;
    }
    Ok(CustomerRow { cloud_agreed: Some(agreed), trustee_agreed: Some(agreed), ..row })
}

/// What a customer has accepted, for the rule that no order is taken without all of it.
pub fn accepted(cx: &Cx<'_>, row: &CustomerRow) -> Vec<AgreementRole> {
    if !cx.controls.on(Control::SignedAgreements) {
        return AgreementRole::ALL.to_vec();
    }
    let mut accepted = Vec::with_capacity(AgreementRole::ALL.len());
    if row.cloud_agreed.is_some() {
        accepted.extend([AgreementRole::CloudAgreement, AgreementRole::Supplement]);
    }
    if row.trustee_agreed.is_some() {
        accepted.push(AgreementRole::TrusteeAgreement);
    }
    accepted
}

/// The agreements of the kind that was asked for: the cloud agreement unless said otherwise, `*` for all.
fn wanted(given: Option<&str>) -> Result<Option<AgreementType>, Problem> {
    match given.map(str::trim) {
        None => Ok(Some(AgreementType::MicrosoftCloudAgreement)),
        Some("*") => Ok(None),
        Some(text) => AgreementType::parse(text).map(Some).ok_or_else(|| {
            let known = AgreementType::SHAPE.values.join(", ");
            let text = format!("agreementType must be * or one of {known}.");
            Problem::new(400, code::BAD_INPUT, "agreement_type_unknown", text)
        }),
    }
}

/// The profile's agreement with this template.
fn of_template<'a>(cx: &Cx<'a>, template: &str) -> Result<&'a profile::Agreement, Problem> {
    let found = cx.profile.agreements.iter().find(|known| known.template.to_string() == template);
    found.ok_or_else(|| errors::not_found("This cloud has no agreement template with this id."))
}

/// Where an agreement's text is described.
fn text_link(agreement: &profile::Agreement) -> String {
    link::to::<op::GetAgreementTemplateDocument>(&[&agreement.template])
}

/// The language of a text: one of the cloud's, by default the documented one.
fn language<'a>(cx: &Cx<'a>, given: Option<&str>) -> Result<&'a str, Problem> {
    let given = given.unwrap_or("en-US");
    let known = cx.profile.locales.iter().find(|known| known.eq_ignore_ascii_case(given));
    known.map(String::as_str).ok_or_else(|| {
        let text = format!("The text exists in {}.", cx.profile.locales.join(", "));
        Problem::new(400, code::BAD_INPUT, "invalid_parameter", text).with("language")
    })
}

/// Grows with the version: its date as a number.
fn rank(agreement: &profile::Agreement) -> i64 {
    let date = agreement.version;
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// True when the operator is the customer's partner in it, so that a seller can report its acceptance.
fn is_operators(agreement: &profile::Agreement) -> bool {
    agreement.party == Party::Operator
}
