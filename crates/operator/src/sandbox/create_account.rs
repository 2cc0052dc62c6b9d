//! A partner's sandbox: an account of its own, under the production account's name and numbers.
//!
//! The trustee has opened its tenant with its first administrator and minted its id before; a retry brings the same
//! id. Who signs in there the operator never learns.

use contract::errors::code;
use contract::operations::CreateSandboxAccount;
use contract::resources::sandbox::SandboxAccount;
use contract::resources::shared::ResourceAttributes;
use jiff::tz::TimeZone;
use kernel::{AccountId, Problem};
use store::Tx;
use store::operator::accounts::{self, AccountKind, AccountRow};
use store::operator::profiles::{self, ProfileKind, ProfileRow};

use crate::accounts::Opening;
use crate::{Answer, Cx, Fault, Input, Note, Operator, Serve};

/// What a sandbox takes over of its production account's profiles. Contacts stay where they are: an envelope belongs
/// to one record.
const COMMERCIAL: [ProfileKind; 3] =
    [ProfileKind::LegalBusiness, ProfileKind::Organization, ProfileKind::Billing];

impl Serve<CreateSandboxAccount> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, SandboxAccount>,
    ) -> Result<Answer<SandboxAccount>, Fault> {
        let production = cx.account()?;
        let id = minted(input.minted)?;
        may_have_one(production)?;
        let suffix = cx.profile.tenant_domain.as_str();
        let domain =
            commerce::customer::check_domain(input.body.domain.as_deref().unwrap_or_default(), suffix)?;
        let sandbox = match accounts::find(tx, &id)? {
            Some(before) if before.production_id == Some(production.account_id) => before,
            Some(_) => return Err(taken().into()),
            None => open(tx, cx, production, id)?,
        };
        let shown = shown(&sandbox, domain.domain(suffix));
        let note = Note {
            resource_type: "partner_relationship",
            operation_type: "update_partner_relationship",
            new: Some(serde_json::json!({ "sandbox": id }).to_string()),
            ..Note::default()
        };
        Ok(Answer::of(shown).noted(note))
    }
}

/// The id comes from the trustee: an operator that could choose it could point at another tenant.
fn minted(id: Option<&str>) -> Result<AccountId, Problem> {
    id.and_then(|id| id.parse().ok()).ok_or_else(|| {
        let text = "A sandbox is opened through the trustee's gateway, which mints its id.";
        Problem::new(400, code::BAD_INPUT, "minted_id_missing", text)
    })
}

fn may_have_one(account: &AccountRow) -> Result<(), Problem> {
    let refused = |slug, text| Err(Problem::new(403, code::NOT_IN_ENVIRONMENT, slug, text));
    if account.sandbox {
        return refused("production_only", "This is a sandbox already; it has none of its own.");
    }
    if account.kind == AccountKind::IndirectReseller {
        return refused("provider_only", "Resellers play in the sandbox of their indirect provider.");
    }
    Ok(())
}

fn taken() -> Problem {
    let text = "You have a sandbox account already. Its administrator can delete what is in it.";
    Problem::new(409, code::UNCLASSIFIED, "sandbox_exists", text)
}

fn open(tx: &mut Tx, cx: &Cx<'_>, production: &AccountRow, id: AccountId) -> Result<AccountRow, Fault> {
    if !accounts::sandboxes(tx, &production.account_id)?.is_empty() {
        return Err(taken().into());
    }
    let opening = Opening {
        id,
        kind: production.kind,
        sandbox: true,
        company_name: production.company_name.clone(),
        country: production.country,
        mpn_id: production.mpn_id.clone(),
        vat_id: production.vat_id.clone(),
        provider: None,
        production: Some(production.account_id),
        accepted: cx.real_now().to_zoned(TimeZone::UTC).date(),
    };
    let row = opening.into_row(cx)?;
    accounts::insert(tx, &row)?;
    for kind in COMMERCIAL {
        if let Some(profile) = profiles::find(tx, &production.account_id, kind)? {
            let copy = ProfileRow { version: 1, body: profile.body, sealed: None, updated: row.created };
            profiles::put(tx, &id, kind, &copy)?;
        }
    }
    Ok(row)
}

fn shown(row: &AccountRow, domain: String) -> SandboxAccount {
    SandboxAccount {
        id: Some(row.account_id.to_string()),
        tenant_id: Some(row.account_id.to_string()),
        domain: Some(domain),
        company_name: Some(row.company_name.clone()),
        user_credentials: None,
        attributes: Some(ResourceAttributes::default()),
    }
}
