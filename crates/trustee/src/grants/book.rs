//! A request as it stands at this moment, with everything that its rules ask about.

use access::person::PersonId;
use access::sshsig::PublicKey;
use access::{Decision, Grant, Kind, Reason, Refusal, Request, State, Terms, Vote};
use contract::operation::Party;
use kernel::{Micros, Problem};
use store::Tx;
use store::trustee::access::{self as book, DecisionRow, RequestRow};
use store::trustee::duties;
use store::trustee::persons::{self, PersonRow};

use super::proved::{self, Proved};
use super::unknown;
use crate::controls::{Control, Controls};
use crate::identity::Caller;
use crate::persons::{ENROLLED, account_stands, kind_of};

/// A request with what is true about it now.
pub(crate) struct Loaded {
    pub(crate) row: RequestRow,
    pub(crate) request: Request,
    pub(crate) terms: Terms,
    pub(crate) grant: Grant,
    /// The approvals that hold now.
    pub(crate) votes: Vec<Vote>,
    pub(crate) decisions: Vec<DecisionRow>,
    /// The requester's key, while the requester and the key are enrolled.
    pub(crate) key: Option<PublicKey>,
    /// The country of the requester's office as it is enrolled now.
    pub(crate) office: Option<String>,
}

/// The caller as a person.
#[derive(Clone)]
pub(crate) struct Who {
    pub(crate) id: PersonId,
    pub(crate) kind: Kind,
    pub(crate) row: PersonRow,
}

/// Whether a key's line has signed a text; see [`proved`].
type Signed<'s> = &'s dyn Fn(&str, &str, &str) -> bool;

/// Reads a request, whoever asks.
pub(crate) fn load(tx: &mut Tx, id: &str, controls: Controls) -> Result<Loaded, Problem> {
    load_by(tx, id, (controls, &proved::signed))
}

/// [`load`] with what is known of the signatures from before.
pub(super) fn load_again(
    tx: &mut Tx,
    id: &str,
    (controls, known): (Controls, &Proved),
) -> Result<Loaded, Problem> {
    load_by(tx, id, (controls, &|line, text, pem| known.signed(line, text, pem)))
}

fn load_by(tx: &mut Tx, id: &str, (controls, signed): (Controls, Signed<'_>)) -> Result<Loaded, Problem> {
    let row = book::request(tx, &id.to_lowercase())?.ok_or_else(unknown)?;
    let request = read(&row, controls)?;
    let decisions = book::decisions(tx, &row.id)?;
    let grant = grant_of(&row)?;
    let terms = terms_of(&request, controls);
    let votes = votes(tx, &request, &decisions, (controls, signed))?;
    let mut loaded = Loaded { row, request, terms, grant, votes, decisions, key: None, office: None };
    if let Some(person) = persons::person(tx, &loaded.request.requester.to_string())?
        && person.state == ENROLLED
        && kind_of(&person) == Some(Kind::Requester)
        && account_stands(tx, &person)?
    {
        let key = persons::key_by_fingerprint(tx, &loaded.request.requester_key)?;
        let key = key.filter(|key| key.person == person.id && key.state == ENROLLED);
        loaded.key = key.and_then(|key| PublicKey::parse(&key.line).ok());
        loaded.office = Some(person.country);
    }
    Ok(loaded)
}

/// What was approved. A sabotage build leaves one of its limits out.
fn terms_of(request: &Request, controls: Controls) -> Terms {
    let mut terms = Terms::from(request);
    if !controls.on(Control::Heartbeat) {
        terms.supervision = access::Supervision::Post;
    }
    if !controls.on(Control::Expiry) {
        (terms.duration, terms.idle) = (Micros::MAX / 4, Micros::MAX / 4);
    }
    if !controls.on(Control::UseCount) {
        terms.max_uses = u32::MAX;
    }
    if !controls.on(Control::AllFactors) {
        terms.factors.retain(|factor| factor.kind == Kind::TrusteeOfficer);
    }
    if !controls.on(Control::Silence) {
        (terms.answer_by, terms.activation) = (Micros::MAX / 4, Micros::MAX / 4);
    }
    terms
}

/// The request that a row holds. A text that is not as it was written counts for nothing.
fn read(row: &RequestRow, controls: Controls) -> Result<Request, Problem> {
    let broken = || Problem::from(Refusal::DigestMismatch);
    let request = Request::parse(&row.text).map_err(|_| broken())?;
    let same = request.digest().is_ok_and(|digest| digest == row.digest)
        && request.id.to_string() == row.id
        && request.scope.tenant.to_string() == row.tenant
        && request.requester.to_string() == row.requester;
    if same || !controls.on(Control::SignedText) { Ok(request) } else { Err(broken()) }
}

/// The approvals that hold: signed over the text as it is now, by a key and a person who are enrolled now.
fn votes(
    tx: &mut Tx,
    request: &Request,
    decisions: &[DecisionRow],
    by: (Controls, Signed<'_>),
) -> Result<Vec<Vote>, Problem> {
    let mut votes = Vec::new();
    for decision in decisions.iter().filter(|one| one.decision == Decision::Approve.name()) {
        if let Some(vote) = vote(tx, request, decision, by)? {
            votes.push(vote);
        }
    }
    Ok(votes)
}

fn vote(
    tx: &mut Tx,
    request: &Request,
    decision: &DecisionRow,
    (controls, signed): (Controls, Signed<'_>),
) -> Result<Option<Vote>, Problem> {
    let Some(key) = persons::key_by_fingerprint(tx, &decision.fingerprint)? else { return Ok(None) };
    let Some(person) = persons::person(tx, &key.person)? else { return Ok(None) };
    // What is counted is the person. A sabotage build counts keys.
    let counted = if controls.on(Control::DistinctPersons) { &person.id } else { &key.id };
    let (Some(kind), Ok(id)) = (kind_of(&person), counted.parse()) else { return Ok(None) };
    let enrolled = person.state == ENROLLED && key.state == ENROLLED && account_stands(tx, &person)?;
    if decision.person != *counted || (!enrolled && controls.on(Control::Membership)) {
        return Ok(None);
    }
    if kind == Kind::CustomerApprover && person.tenant != request.scope.tenant.to_string() {
        return Ok(None);
    }
    if !may_vote(tx, request, (kind, &person.id), decision.decided_at, controls)? {
        return Ok(None);
    }
    let text = request.decision(Decision::Approve, &key.fingerprint, decision.decided_at);
    let signed = text.is_ok_and(|text| signed(&key.line, &text, &decision.signature));
    Ok((signed || !controls.on(Control::SignedText)).then_some(Vote { person: id, kind }))
}

/// Whether an approval of this person at this moment can count: in an emergency, of officers those who are on duty.
pub(super) fn may_vote(
    tx: &mut Tx,
    request: &Request,
    (kind, person): (Kind, &str),
    at: Micros,
    controls: Controls,
) -> Result<bool, Problem> {
    let bound = request.reason == Reason::Incident && kind == Kind::TrusteeOfficer;
    Ok(!bound || !controls.on(Control::DutyRoster) || duties::on_duty(tx, person, at)?)
}

/// What became of a request, out of its row.
pub(crate) fn grant_of(row: &RequestRow) -> Result<Grant, Problem> {
    Ok(Grant {
        state: State::of(&row.state).ok_or_else(Problem::internal)?,
        approved_at: row.approved_at,
        activated_at: row.activated_at,
        used_at: row.used_at,
        paused_at: row.paused_at,
        paused: row.paused,
        supervisor: row.supervisor.parse().ok(),
        heard_at: row.heard_at,
        cleared: row.cleared,
        uses: row.uses,
        rows: row.rows,
        bytes: row.bytes,
    })
}

/// Writes what became of a request, unless somebody was faster.
pub(crate) fn keep(tx: &mut Tx, row: &RequestRow, grant: &Grant, now: Micros) -> Result<(), Problem> {
    let next = RequestRow {
        state: grant.state.name().to_owned(),
        approved_at: grant.approved_at,
        activated_at: grant.activated_at,
        used_at: grant.used_at,
        paused_at: grant.paused_at,
        paused: grant.paused,
        supervisor: grant.supervisor.map(|id| id.to_string()).unwrap_or_default(),
        heard_at: grant.heard_at,
        cleared: grant.cleared,
        uses: grant.uses,
        rows: grant.rows,
        bytes: grant.bytes,
        ..row.clone()
    };
    if book::set(tx, &next, now)? { Ok(()) } else { Err(Refusal::StateConflict.into()) }
}

/// The caller as an enrolled person of one of these kinds.
pub(crate) fn who(tx: &mut Tx, caller: &Caller, kinds: &[Kind]) -> Result<Who, Problem> {
    let not_enrolled = || Problem::from(Refusal::NotEnrolled);
    let user = caller.user.ok_or_else(not_enrolled)?;
    crate::identity::second_factor(tx, caller)?;
    let row = persons::of_account(tx, &user.to_string())?.filter(|row| row.state == ENROLLED);
    let row = row.ok_or_else(not_enrolled)?;
    let kind = kind_of(&row).filter(|kind| kinds.contains(kind)).ok_or_else(not_enrolled)?;
    if row.tenant != caller.tenant.to_string() || !account_stands(tx, &row)? {
        return Err(not_enrolled());
    }
    Ok(Who { id: row.id.parse().map_err(|_| Problem::internal())?, kind, row })
}

impl Loaded {
    /// Whether the request concerns this person: its own, about its organisation, or the trustee's.
    pub(crate) fn concerns(&self, who: &Who) -> bool {
        match who.kind {
            Kind::Requester => self.terms.requester == who.id,
            Kind::CustomerApprover => who.row.tenant == self.row.tenant,
            Kind::TrusteeOfficer | Kind::LegalOfficer | Kind::Auditor => true,
            Kind::Administrator => false,
        }
    }

    /// Whether a caller may look at the request: as a person whom it concerns, or as one of the trustee's people.
    pub(crate) fn is_seen_by(&self, tx: &mut Tx, caller: &Caller) -> Result<bool, Problem> {
        if caller.party == Party::Trustee {
            return Ok(true);
        }
        if caller.party == Party::Customer {
            return Ok(caller.tenant.to_string() == self.row.tenant);
        }
        let user = caller.user.map(|user| user.to_string()).unwrap_or_default();
        let person = persons::of_account(tx, &user)?;
        Ok(person.is_some_and(|person| person.id == self.row.requester))
    }
}
