//! Persons: who stands behind an account, enrolled by two of the trustee's officers.
//!
//! Invariants: nobody enrols himself or herself alone, and who proposes never confirms; once two officers are enrolled,
//! only enrolled officers propose and confirm; an account has one person and a person one kind; a customer's approver
//! gets an account made here, with a password that no partner has seen and a second factor; a key counts a day after
//! it was confirmed, unless two other officers say otherwise.
//!
//! Deliberately absent: any way by which the operator or a partner could make a person.

mod duties;
mod enrol;
mod keys;
mod serve;
pub(crate) mod signed;

use access::Kind;
use contract::operation::{Party, Role};
use kernel::{Clock, Code, Entropy, Ids, Micros, Problem, TenantId, UserId};
use serde_json::json;
use std::sync::Arc;
use store::trustee::directory;
use store::trustee::journal::{self, Act};
use store::trustee::persons::{self, PersonRow};
use store::{Store, Tx};

use crate::controls::{Control, Controls};
use crate::identity::Caller;
use crate::keys::HOUSE;
use crate::ports::Directory;
use crate::telling::{Note, Teller};

pub use enrol::Planted;

/// Enrolled: counts.
pub(crate) const ENROLLED: &str = "enrolled";
/// Waits for a second officer.
const PROPOSED: &str = "proposed";
/// Counts no more.
const REMOVED: &str = "removed";

/// The book of persons.
pub struct Persons {
    pub(crate) store: Store,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) controls: Controls,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) teller: Teller,
}

/// An act for the books and, where it counts from now on, a note for the log. Both are written in the act's transaction.
struct Record {
    act: Act,
    note: Option<Note>,
    teller: Teller,
}

impl Record {
    fn write(&self, tx: &mut Tx) -> Result<(), Problem> {
        journal::act(tx, &self.act)?;
        match &self.note {
            Some(note) => self.teller.note(tx, note.clone()),
            None => Ok(()),
        }
    }
}

/// Whose log an act about a person belongs to: a customer's approver is the customer's own business.
fn log_of(row: &PersonRow) -> TenantId {
    let own = row.tenant.parse().ok().filter(|_| kind_of(row) == Some(Kind::CustomerApprover));
    own.unwrap_or(HOUSE)
}

impl Persons {
    fn now(&self) -> Micros {
        self.clock.now().as_microsecond()
    }

    fn ids(&self) -> Ids<'_> {
        Ids { clock: &*self.clock, entropy: &*self.entropy }
    }

    fn act(&self, actor: UserId, act: &str, row: &PersonRow, what: &serde_json::Value) -> Act {
        Act {
            id: self.ids().ordered().to_string(),
            acted_at: self.now(),
            actor: actor.to_string(),
            act: act.to_owned(),
            tenant: row.tenant.clone(),
            detail: json!({"person": row.id, "kind": row.kind, "about": what}).to_string(),
        }
    }

    /// [`Persons::act`] that the log is told of too, under a word.
    fn record(
        &self,
        actor: UserId,
        (act, kind, word): (&str, ledger::Kind, &str),
        row: &PersonRow,
        what: &serde_json::Value,
    ) -> Record {
        let act = self.act(actor, act, row, what);
        let details = json!({"person": row.id, "kind": row.kind, "by": act.actor, "about": what});
        let note = Note::of(kind, log_of(row), &act.actor).op(word).detail(details);
        Record { act, note: Some(note), teller: self.teller.clone() }
    }

    /// The enrolled person behind a caller's account, with its kind.
    pub(crate) async fn of_caller(&self, caller: &Caller) -> Result<Option<PersonRow>, Problem> {
        let Some(user) = caller.user else { return Ok(None) };
        let find = move |tx: &mut Tx| persons::of_account(tx, &user.to_string());
        Ok(self.store.read("person_of_caller", find).await?.filter(|row| row.state == ENROLLED))
    }

    /// Refuses a customer's act unless the caller is a person whom the trustee verified as this customer's approver.
    pub(crate) async fn require_approver(&self, caller: &Caller) -> Result<(), Problem> {
        if !self.controls.on(Control::FirstApprover) {
            return Ok(());
        }
        let tenant = caller.tenant.to_string();
        let fits = |row: &PersonRow| row.kind == Kind::CustomerApprover.name() && row.tenant == tenant;
        if !self.of_caller(caller).await?.is_some_and(|row| fits(&row)) {
            return Err(Problem::new(
                403,
                contract::errors::code::NO_ACCESS,
                "person_not_enrolled",
                "Only a person whom the data trustee itself has verified as this customer's approver may do this. \
                 The account that came with the customer's creation is not enough; ask the trustee.",
            ));
        }
        let caller = caller.clone();
        self.store.try_read("approver_factor", move |tx| crate::identity::second_factor(tx, &caller)).await
    }
}

/// The caller, who must be signed in as an officer with a second factor.
pub(crate) fn officer(tx: &mut Tx, caller: &Caller) -> Result<UserId, Problem> {
    let is = caller.party == Party::Trustee && caller.has_any(&[Role::TrusteeOfficer]);
    let user = caller.user.filter(|_| is);
    let user =
        user.ok_or_else(|| refusal(403, "role_required", "Only an officer of the trustee may do this."))?;
    crate::identity::second_factor(tx, caller)?;
    if !stands_as_officer(tx, user, &[Kind::TrusteeOfficer])? {
        let text = "Only officers who are enrolled as persons themselves may do this.";
        return Err(refusal(403, "person_not_enrolled", text));
    }
    Ok(user)
}

/// Whether this account is that of an officer who can act now. As soon as two officers are persons, accounts alone are
/// not enough.
pub(crate) fn stands_as_officer(tx: &mut Tx, user: UserId, kinds: &[Kind]) -> Result<bool, Problem> {
    let account = directory::person(tx, user)?;
    let acts = account.is_some_and(|account| {
        account.state == "active" && crate::identity::roles(&account.roles).contains(&Role::TrusteeOfficer)
    });
    let enrolled = persons::count(tx, Kind::TrusteeOfficer.name())?;
    let person = persons::of_account(tx, &user.to_string())?;
    let is_officer = person
        .is_some_and(|row| row.state == ENROLLED && kind_of(&row).is_some_and(|kind| kinds.contains(&kind)));
    Ok(acts && (enrolled < 2 || is_officer))
}

/// What a row says the person is.
pub(crate) fn kind_of(row: &PersonRow) -> Option<Kind> {
    row.kind.parse().ok()
}

/// The side on which a kind of person stands.
const fn party_of(kind: Kind) -> Party {
    match kind {
        Kind::Requester => Party::Operator,
        Kind::CustomerApprover => Party::Customer,
        Kind::TrusteeOfficer | Kind::LegalOfficer | Kind::Auditor | Kind::Administrator => Party::Trustee,
    }
}

/// The role that an account must have for a kind of person.
const fn role_of(kind: Kind) -> Option<Role> {
    match kind {
        Kind::Requester => Some(Role::OperatorStaff),
        Kind::CustomerApprover => Some(Role::CustomerAdmin),
        Kind::TrusteeOfficer | Kind::LegalOfficer => Some(Role::TrusteeOfficer),
        Kind::Auditor => Some(Role::Auditor),
        Kind::Administrator => None,
    }
}

/// Who employs a person: as it was enrolled, or the organisation whose account it is.
pub(crate) fn employer(tx: &mut Tx, row: &PersonRow) -> Result<String, Problem> {
    if !row.employer.is_empty() {
        return Ok(row.employer.clone());
    }
    let home = directory::tenant(tx, tenant_id(&row.tenant)?)?;
    Ok(home.map(|home| home.name).unwrap_or_default())
}

/// Whether the account behind a person can sign in and still has the role of the person's kind.
pub(crate) fn account_stands(tx: &mut Tx, row: &PersonRow) -> Result<bool, Problem> {
    let (Ok(user), Some(kind)) = (row.account.parse::<UserId>(), kind_of(row)) else { return Ok(false) };
    let account = directory::person(tx, user)?;
    Ok(account.is_some_and(|account| {
        let has_role =
            role_of(kind).is_none_or(|role| crate::identity::roles(&account.roles).contains(&role));
        account.state == "active" && account.tenant.to_string() == row.tenant && has_role
    }))
}

fn refusal(status: u16, slug: &'static str, text: &str) -> Problem {
    Problem::new(status, Code(0), slug, text)
}

fn unknown() -> Problem {
    contract::errors::not_found("There is no such person.")
}

fn person(tx: &mut Tx, id: &str) -> Result<PersonRow, Problem> {
    persons::person(tx, &id.to_lowercase())?.ok_or_else(unknown)
}

/// The one who confirms is neither the one who proposed nor the one whom it is about.
fn other_eyes(controls: Controls, first: &str, second: UserId, about: &PersonRow) -> Result<(), Problem> {
    let second = second.to_string();
    if controls.on(Control::FourEyes) && (first == second || about.account == second) {
        let text = "A second officer must do this: neither who proposed it nor whom it is about.";
        return Err(refusal(403, "self_approval", text));
    }
    Ok(())
}

fn tenant_id(text: &str) -> Result<TenantId, Problem> {
    text.parse().map_err(|_| crate::gateway::bad("tenantId", "must be a GUID"))
}
