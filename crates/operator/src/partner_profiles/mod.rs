//! A partner's own profiles.
//!
//! A profile is kept as its commercial members and one envelope. Invariants: what follows from the account (ids,
//! currency, vetting) is never taken from a body; the country is final; each change is a new version.
//!
//! Deliberately absent: persons (sealed), the partner's domain (a fact of the trustee, filled in there).

mod billing;
mod legal_business;
mod mpn;
mod organization;
mod support;

use contract::errors::code;
use contract::resources::shared::{Address, ResourceAttributes, ResourceLinks};
use contract::shape::Resource;
use kernel::{Country, Problem};
use store::Tx;
use store::operator::accounts::AccountRow;
use store::operator::profiles::{self, ProfileKind, ProfileRow};

use crate::{Answer, Cx, Fault, Note, etag};

/// One of the profiles that are kept.
trait Kept: Resource {
    /// Which one.
    const KIND: ProfileKind;
    /// Its envelope.
    fn sealed(&mut self) -> &mut Option<String>;
    /// Its attributes.
    fn attributes(&mut self) -> &mut Option<ResourceAttributes>;
    /// Its links.
    fn links(&mut self) -> &mut Option<ResourceLinks>;
    /// The link to itself.
    fn self_link() -> String;
    /// Checks a change and keeps what follows from it on the account.
    fn admit(&mut self, tx: &mut Tx, cx: &Cx<'_>, account: &AccountRow) -> Result<(), Fault>;
    /// Fills in what follows from the account.
    fn complete(&mut self, account: &AccountRow);
}

/// The profile as it is shown.
fn read<P: Kept>(tx: &mut Tx, cx: &Cx<'_>) -> Result<P, Fault> {
    let account = cx.account()?;
    let row = profiles::find(tx, &account.account_id, P::KIND)?.unwrap_or_else(unwritten);
    shown(row, account).map_err(Fault::from)
}

/// Replaces the profile.
fn write<P: Kept>(
    tx: &mut Tx,
    cx: &Cx<'_>,
    mut profile: P,
    if_match: Option<&str>,
) -> Result<Answer<P>, Fault> {
    let account = cx.account()?;
    let before = profiles::find(tx, &account.account_id, P::KIND)?.unwrap_or_else(unwritten);
    let sent = profile.attributes().take();
    etag::check(etag::sent(if_match, sent.as_ref()), tag(P::KIND), before.version)?;
    profile.admit(tx, cx, account)?;
    let sealed = profile.sealed().take();
    let body = serde_json::to_string(&profile).map_err(|_| Problem::internal())?;
    let row =
        ProfileRow { version: before.version + 1, body, sealed, updated: cx.real_now().as_microsecond() };
    profiles::put(tx, &account.account_id, P::KIND, &row)?;
    let note = Note {
        resource_type: "partner_relationship",
        operation_type: "update_partner_relationship",
        old: Some(before.body),
        new: Some(row.body.clone()),
        ..Note::default()
    };
    Ok(Answer::of(shown(row, account)?).noted(note))
}

fn shown<P: Kept>(row: ProfileRow, account: &AccountRow) -> Result<P, Problem> {
    let mut profile: P = serde_json::from_str(&row.body).map_err(|_| Problem::internal())?;
    *profile.sealed() = row.sealed;
    *profile.attributes() = etag::attributes(tag(P::KIND), row.version);
    *profile.links() = Some(ResourceLinks::to_self(P::self_link()));
    profile.complete(account);
    Ok(profile)
}

fn tag(kind: ProfileKind) -> etag::Kind {
    match kind {
        ProfileKind::LegalBusiness => etag::Kind::PartnerLegalBusiness,
        ProfileKind::Organization => etag::Kind::PartnerOrganization,
        ProfileKind::Billing => etag::Kind::PartnerBilling,
        ProfileKind::Support => etag::Kind::PartnerSupport,
    }
}

/// What is there before the first write.
fn unwritten() -> ProfileRow {
    ProfileRow { version: 0, body: "{}".to_owned(), sealed: None, updated: 0 }
}

/// The market of a partner is final.
fn same_country(address: Option<&Address>, country: Country) -> Result<(), Problem> {
    match address.and_then(|address| address.country.as_deref()) {
        Some(given) if !given.trim().eq_ignore_ascii_case(country.code()) => {
            Err(bad("address.country", "The country of a partner account is final"))
        }
        _ => Ok(()),
    }
}

/// A name, when one is given, has letters in it.
fn named(company_name: Option<&str>) -> Result<(), Problem> {
    match company_name {
        Some(name) if name.trim().is_empty() || name.chars().any(char::is_control) => {
            Err(bad("companyName", "A name without control characters is needed"))
        }
        _ => Ok(()),
    }
}

fn bad(member: &str, why: &str) -> Problem {
    Problem::new(400, code::BAD_PROPERTY, "bad_property", format!("{member}: {why}.")).with(member)
}

/// The members that every kept profile has at the same place.
macro_rules! kept_members {
    ($get:ident) => {
        fn sealed(&mut self) -> &mut Option<String> {
            &mut self.sealed
        }
        fn attributes(&mut self) -> &mut Option<contract::resources::shared::ResourceAttributes> {
            &mut self.attributes
        }
        fn links(&mut self) -> &mut Option<contract::resources::shared::ResourceLinks> {
            &mut self.links
        }
        fn self_link() -> String {
            crate::link::to::<contract::operations::$get>(&[])
        }
    };
}
use kept_members;

/// The two operations of a kept profile.
macro_rules! served {
    ($Profile:ident: $get:ident, $update:ident) => {
        impl crate::Serve<contract::operations::$get> for crate::Operator {
            fn serve(
                tx: &mut store::Tx,
                cx: &crate::Cx<'_>,
                _input: crate::Input<'_, ()>,
            ) -> Result<crate::Answer<$Profile>, crate::Fault> {
                super::read(tx, cx).map(crate::Answer::of)
            }
        }

        impl crate::Serve<contract::operations::$update> for crate::Operator {
            fn serve(
                tx: &mut store::Tx,
                cx: &crate::Cx<'_>,
                input: crate::Input<'_, $Profile>,
            ) -> Result<crate::Answer<$Profile>, crate::Fault> {
                super::write(tx, cx, input.body, input.if_match)
            }
        }
    };
}
use served;
