//! Partners' accounts in the hands of the operator's people: seen, stopped, let act again.
//!
//! Invariants: a status changes only when two different people want the same change of the same status, each with a
//! reason; nothing of a principal changes with it. What one person wanted alone is forgotten after a month.
//!
//! Deliberately absent: what a stopped account may not do (the account is asked by every call), and its customers'
//! subscriptions, which go on: they are not to blame.

use contract::collection::Collection;
use contract::errors::{self, code};
use contract::operations::{
    GetPartnerAccount, ListPartnerAccounts, ReinstatePartnerAccount, SuspendPartnerAccount,
};
use contract::query::PageLimits;
use contract::resources::enrolment as wire;
use jiff::SignedDuration;
use kernel::{AccountId, Problem};
use store::Tx;
use store::operator::account_decisions::{self, DecisionRow, StatusChange};
use store::operator::accounts::{self, AccountKind, AccountRow, AccountStatus};

use super::{instant, missing};
use crate::{Answer, Cx, Fault, Input, Note, Operator, Serve, link};

/// Two pairs of eyes.
const DECISIONS: usize = 2;
/// How long one person's decision waits for another's.
const WAITS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Decisions that are shown of an account.
const SHOWN: u32 = 20;

impl Serve<ListPartnerAccounts> for Operator {
    fn serve(
        tx: &mut Tx,
        _cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<wire::PartnerAccount>>, Fault> {
        let size = input.query.page(PageLimits::CUSTOMERS)?.size;
        let after = input.query.get("after").map(account_id).transpose()?;
        // One more than asked for says whether there is a next page.
        let limit = u32::try_from(size).unwrap_or(u32::MAX).saturating_add(1);
        let mut rows = accounts::page(tx, after.as_ref(), limit)?;
        let more = rows.len() as u64 > size;
        rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        let resume = rows.last().map(|row| row.account_id.to_string());
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            items.push(shown(tx, row)?);
        }
        let mut list = Collection::new(items);
        if let Some(resume) = resume.filter(|_| more) {
            let query = input.query.with("after", resume);
            list = list.next(format!("{}?{}", link::to::<ListPartnerAccounts>(&[]), query.encode()));
        }
        Ok(Answer::of(list))
    }
}

impl Serve<GetPartnerAccount> for Operator {
    fn serve(tx: &mut Tx, _cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<wire::PartnerAccount>, Fault> {
        let row = load(tx, &input)?;
        Ok(Answer::of(shown(tx, &row)?))
    }
}

impl Serve<SuspendPartnerAccount> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, wire::AccountDecision>,
    ) -> Result<Answer<wire::PartnerAccount>, Fault> {
        decide(tx, cx, &input, StatusChange::Suspend)
    }
}

impl Serve<ReinstatePartnerAccount> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, wire::AccountDecision>,
    ) -> Result<Answer<wire::PartnerAccount>, Fault> {
        decide(tx, cx, &input, StatusChange::Reinstate)
    }
}

/// One person's decision; the second one's takes effect.
fn decide(
    tx: &mut Tx,
    cx: &Cx<'_>,
    input: &Input<'_, wire::AccountDecision>,
    change: StatusChange,
) -> Result<Answer<wire::PartnerAccount>, Fault> {
    let account = load(tx, input)?;
    let (from, to) = match change {
        StatusChange::Suspend => (AccountStatus::Active, AccountStatus::Suspended),
        StatusChange::Reinstate => (AccountStatus::Suspended, AccountStatus::Active),
    };
    if account.status != from {
        let text = format!("The account is {}; there is nothing to {change}.", account.status);
        return Err(Problem::new(409, code::UNCLASSIFIED, "account_status", text).into());
    }
    let reason = input.body.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let reason = reason.ok_or_else(|| missing("reason"))?;
    let staff = cx.caller.user.ok_or_else(|| missing("user"))?;
    let (id, now) = (account.account_id, cx.real_now());
    let oldest = now.checked_sub(WAITS).map_err(|_| Problem::internal())?;
    account_decisions::forget(tx, &id, oldest.as_microsecond())?;
    let open = account_decisions::open(tx, &id)?;
    if open.iter().any(|before| before.staff_id == staff) {
        let text = "You have decided this already. Another person of the operator has to decide the same.";
        return Err(Problem::new(409, code::UNCLASSIFIED, "four_eyes", text).into());
    }
    let now = now.as_microsecond();
    let decision = DecisionRow {
        decision_id: cx.ids().ordered().to_string(),
        account_id: id,
        change,
        staff_id: staff,
        reason: reason.to_owned(),
        decided: now,
        done: None,
    };
    account_decisions::insert(tx, &decision)?;
    let before = bare(&account);
    let mut after = account;
    if open.len() + 1 >= DECISIONS {
        account_decisions::done(tx, &id, now)?;
        accounts::set_status(tx, &id, to)?;
        after.status = to;
    }
    let note = Note {
        partner: Some(id),
        resource_type: "partner_relationship",
        operation_type: "update_partner_relationship",
        old: serde_json::to_string(&before).ok(),
        new: serde_json::to_string(&bare(&after)).ok(),
        ..Note::default()
    };
    Ok(Answer::of(shown(tx, &after)?).noted(note))
}

fn load<B>(tx: &mut Tx, input: &Input<'_, B>) -> Result<AccountRow, Fault> {
    let id = account_id(input.path.get("account-id").unwrap_or_default())?;
    accounts::find(tx, &id)?.ok_or_else(|| unknown().into())
}

fn account_id(text: &str) -> Result<AccountId, Problem> {
    text.parse().map_err(|_| unknown())
}

fn unknown() -> Problem {
    errors::not_found("There is no such partner account.")
}

fn shown(tx: &mut Tx, row: &AccountRow) -> Result<wire::PartnerAccount, Fault> {
    let decisions = account_decisions::latest(tx, &row.account_id, SHOWN)?;
    let decisions: Vec<_> = decisions.into_iter().map(decision).collect();
    Ok(wire::PartnerAccount { decisions: (!decisions.is_empty()).then_some(decisions), ..bare(row) })
}

fn decision(row: DecisionRow) -> wire::AccountDecision {
    wire::AccountDecision {
        change: wire::StatusChange::parse(row.change.as_str()),
        reason: Some(row.reason),
        decided_by: Some(row.staff_id.to_string()),
        decided_date: instant(row.decided),
        effective_date: row.done.and_then(instant),
    }
}

/// The account without its decisions, as the partner's own trail may show it.
fn bare(row: &AccountRow) -> wire::PartnerAccount {
    wire::PartnerAccount {
        id: Some(row.account_id.to_string()),
        company_name: Some(row.company_name.clone()),
        country: Some(row.country.code().to_owned()),
        csp_model: Some(match row.kind {
            AccountKind::Direct => wire::CspModel::Direct,
            AccountKind::IndirectProvider => wire::CspModel::IndirectProvider,
            AccountKind::IndirectReseller => wire::CspModel::IndirectReseller,
        }),
        sandbox: Some(row.sandbox),
        mpn_id: row.mpn_id.clone(),
        vat_id: row.vat_id.clone(),
        provider_id: row.provider_id.map(|provider| provider.to_string()),
        status: wire::AccountState::parse(row.status.as_str()),
        decisions: None,
        created_date: instant(row.created),
    }
}
