//! The book of cases: registering, assessing, telling the customer.

use access::legal::{Assessment, Case, Outcome, result};
use access::sshsig::{Namespace, PublicKey};
use access::{Kind, Refusal};
use contract::operation::Party;
use contract::query::Query;
use contract::resources::legal::{LegalAssessment, LegalCase};
use kernel::{Country, Micros, Problem, TenantId, UserId};
use ledger::{Kind as LogKind, demands};
use serde_json::json;
use store::Tx;
use store::trustee::legal::{self, AssessmentRow, CaseRow};
use store::trustee::{directory, persons};

use super::shown::shown;
use super::{Legal, unknown};
use crate::controls::{Control, Controls};
use crate::desk::page;
use crate::gateway::bad;
use crate::grants::{prepared, signed_by, who};
use crate::identity::Caller;
use crate::keys::HOUSE;
use crate::persons::kind_of;
use crate::telling::Note;

/// Those who assess.
pub(super) const ASSESSORS: &[Kind] = &[Kind::LegalOfficer, Kind::TrusteeOfficer];
/// Cases handled at once.
const ROUND: u32 = 200;

/// A case with what holds about it.
pub(super) struct Loaded {
    pub(super) row: CaseRow,
    pub(super) case: Case,
    pub(super) assessments: Vec<AssessmentRow>,
    pub(super) result: Option<Outcome>,
}

/// Reads a case. One that is not as it was written counts for nothing.
pub(super) fn load(tx: &mut Tx, id: &str, controls: Controls) -> Result<Loaded, Problem> {
    let row = legal::case(tx, &id.to_lowercase())?.ok_or_else(unknown)?;
    let case = case_of(&row)?;
    if case.text().ok().as_deref() != Some(&row.text) && controls.on(Control::SignedCase) {
        return Err(Refusal::DigestMismatch.into());
    }
    let assessments = legal::assessments(tx, &row.id)?;
    let mut holds = Vec::new();
    for one in &assessments {
        holds.extend(holding(tx, &case, one, controls)?);
    }
    let result = result(&case, &holds);
    Ok(Loaded { row, case, assessments, result })
}

/// An assessment whose signature is over the case as it is.
fn holding(
    tx: &mut Tx,
    case: &Case,
    one: &AssessmentRow,
    controls: Controls,
) -> Result<Option<Assessment>, Problem> {
    let key = persons::key_by_fingerprint(tx, &one.fingerprint)?;
    let Some(key) = key.filter(|key| key.person == one.person && key.enrolled_at != 0) else {
        return Ok(None);
    };
    let person = persons::person(tx, &one.person)?;
    let kind = person.as_ref().and_then(kind_of).filter(|kind| ASSESSORS.contains(kind));
    let (Some(kind), Ok(id), Ok(outcome)) = (kind, one.person.parse(), one.outcome.parse()) else {
        return Ok(None);
    };
    let text = case.assessment(outcome, &one.fingerprint, one.signed_at).map_err(|_| Problem::internal())?;
    let signed = PublicKey::parse(&key.line)
        .is_ok_and(|key| key.verify(Namespace::Approval, &text, &one.signature).is_ok());
    let counts = signed || !controls.on(Control::SignedCase);
    Ok(counts.then_some(Assessment { person: id, kind, outcome }))
}

fn case_of(row: &CaseRow) -> Result<Case, Problem> {
    let broken = || Problem::from(Refusal::DigestMismatch);
    Ok(Case {
        id: row.id.parse().map_err(|_| broken())?,
        tenant: row.tenant.parse().map_err(|_| broken())?,
        authority: row.authority.clone(),
        country: row.country.clone(),
        basis: row.basis.clone(),
        instrument: row.instrument.clone(),
        document_sha256: row.document.clone(),
        records: set(&row.records).ok_or_else(broken)?,
        fields: set(&row.fields).ok_or_else(broken)?,
        addressee_key: row.addressee.clone(),
        received_at: row.received_at,
        gag_until: Some(row.gag_until).filter(|until| *until != 0),
    })
}

fn set<T: std::str::FromStr + Ord>(text: &str) -> Option<std::collections::BTreeSet<T>> {
    text.split(',').filter(|word| !word.is_empty()).map(|word| word.parse().ok()).collect()
}

/// Somebody who may take in what others send: one of the operator's people with a second factor, or an enrolled officer.
pub(crate) fn takes_in(tx: &mut Tx, caller: &Caller) -> Result<UserId, Problem> {
    if caller.party == Party::Operator {
        crate::identity::second_factor(tx, caller)?;
    } else {
        who(tx, caller, ASSESSORS)?;
    }
    caller.user.ok_or_else(|| Refusal::NotEnrolled.into())
}

/// Refuses a tenant that is no customer's.
pub(crate) fn customer(tx: &mut Tx, tenant: TenantId) -> Result<(), Problem> {
    let known = directory::tenant(tx, tenant)?.is_some_and(|tenant| tenant.party == "customer");
    if known { Ok(()) } else { Err(bad("tenantId", "is no customer")) }
}

/// The note of a step. While the customer may not be told, the entry is nobody's, so that the customer's own count of
/// entries does not tell either, and does not say whose demand it is or what it asks for; afterwards it does, and the log's
/// statistics of demands are counted from that.
pub(super) fn note(row: &CaseRow, kind: LogKind, actor: &str, word: &str) -> Result<Note, Problem> {
    let told = row.gag_until == 0 || row.notified_at != 0;
    let tenant: TenantId = if told { row.tenant.parse().map_err(|_| Problem::internal())? } else { HOUSE };
    let details = json!({"case": row.id, "country": row.country, "result": row.result});
    let mut note = Note::of(kind, tenant, actor).op(word).digest("document", &row.document).detail(details);
    if told {
        note.reason = demands::reason(&row.country).unwrap_or_default();
        note.classes = case_of(row)?.classes().into_iter().map(|class| class.word().to_owned()).collect();
    }
    Ok(note)
}

/// The note that the customer is told. After a gag it also says what has become of the demand by now.
pub(super) fn notice(row: &CaseRow, actor: &str) -> Result<Note, Problem> {
    let mut note = note(row, LogKind::LegalCase, actor, demands::TOLD)?;
    if row.gag_until != 0 {
        let found = if row.disclosed_at == 0 { row.result.as_str() } else { demands::DISCLOSED };
        let found = if found.is_empty() { demands::OPEN } else { found };
        (note.from, note.to) = (demands::GAGGED.to_owned(), found.to_owned());
    }
    Ok(note)
}

impl Legal {
    /// Registers a demand: by the trustee's people, or by the operator's, who can do nothing else with it.
    pub(crate) async fn register(&self, caller: &Caller, asked: LegalCase) -> Result<LegalCase, Problem> {
        let (now, id, controls) = (self.now(), self.ids().ordered().to_string(), self.controls);
        let row = row_of(&asked, id, now)?;
        let (caller, teller) = (caller.clone(), self.teller.clone());
        let write = move |tx: &mut Tx| {
            let user = takes_in(tx, &caller)?;
            customer(tx, row.tenant.parse().map_err(|_| bad("tenantId", "must be a GUID"))?)?;
            let row = CaseRow { received_by: user.to_string(), ..row.clone() };
            legal::add(tx, &row)?;
            teller.note(tx, note(&row, LogKind::LegalCase, &row.received_by, demands::REGISTERED)?)?;
            if row.gag_until == 0 {
                legal::notified(tx, &row.id, now)?;
                teller.note(tx, notice(&row, "trustee")?)?;
            }
            let loaded = load(tx, &row.id, controls)?;
            shown(tx, loaded)
        };
        self.store.try_write("register_case", write).await
    }

    /// One case.
    pub(crate) async fn get(&self, id: &str) -> Result<LegalCase, Problem> {
        let (id, controls) = (id.to_owned(), self.controls);
        let read = move |tx: &mut Tx| {
            let loaded = load(tx, &id, controls)?;
            shown(tx, loaded)
        };
        self.store.try_read("get_case", read).await
    }

    /// A page of cases.
    pub(crate) async fn list(&self, query: &Query) -> Result<Vec<LegalCase>, Problem> {
        let (offset, limit) = page(query)?;
        let controls = self.controls;
        let read = move |tx: &mut Tx| {
            let rows = legal::cases(tx, offset, limit)?;
            rows.into_iter().map(|row| one(tx, row, controls)).collect::<Result<Vec<_>, Problem>>()
        };
        self.store.try_read("list_cases", read).await
    }

    /// The demands that a customer has been told of.
    pub(crate) async fn notices(&self, caller: &Caller) -> Result<Vec<LegalCase>, Problem> {
        let (tenant, controls) = (caller.tenant.to_string(), self.controls);
        let read = move |tx: &mut Tx| {
            let rows = legal::notices(tx, &tenant, ROUND)?;
            rows.into_iter().map(|row| one(tx, row, controls)).collect::<Result<Vec<_>, Problem>>()
        };
        self.store.try_read("list_notices", read).await
    }

    /// The text that an assessment is signed over.
    pub(crate) async fn prepare(
        &self,
        caller: &Caller,
        id: &str,
        (outcome, key): (&str, Option<&str>),
    ) -> Result<LegalAssessment, Problem> {
        let outcome = outcome_of(outcome)?;
        let (now, controls, id) = (self.now(), self.controls, id.to_owned());
        let (caller, key) = (caller.clone(), key.map(str::to_owned));
        let read = move |tx: &mut Tx| {
            let who = who(tx, &caller, ASSESSORS)?;
            let loaded = load(tx, &id, controls)?;
            possible(&loaded.case, outcome, controls)?;
            let prepared = prepared(tx, &who, key.as_deref(), now, |_, key| {
                loaded.case.assessment(outcome, key, now).map_err(|_| Problem::internal())
            })?;
            Ok(LegalAssessment {
                outcome: Some(outcome.name().to_owned()),
                decided_date: prepared.at,
                fingerprint: Some(prepared.fingerprint),
                person_id: Some(prepared.person),
                kind: Some(prepared.kind),
                signature: None,
                signed_text: Some(prepared.text),
            })
        };
        self.store.try_read("prepare_assessment", read).await
    }

    /// Counts an assessment. Two persons who find the same, a legal officer among them, make the result.
    pub(crate) async fn assess(
        &self,
        caller: &Caller,
        id: &str,
        asked: LegalAssessment,
    ) -> Result<LegalCase, Problem> {
        let outcome = outcome_of(asked.outcome.as_deref().unwrap_or_default())?;
        let at = asked.decided_date.map(jiff::Timestamp::as_microsecond);
        let pem = asked.signature.unwrap_or_default();
        let (now, controls, id) = (self.now(), self.controls, id.to_owned());
        let (caller, teller) = (caller.clone(), self.teller.clone());
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, ASSESSORS)?;
            let loaded = load(tx, &id, controls)?;
            possible(&loaded.case, outcome, controls)?;
            if loaded.result.is_some() {
                return Err(Refusal::StateConflict.into());
            }
            let at = at.unwrap_or(now);
            let key = signed_by(tx, &who, (at, &pem), now, |_, key| {
                loaded.case.assessment(outcome, key, at).map_err(|_| Problem::internal())
            })?;
            if key.usable_from > now {
                return Err(Refusal::KeyTooYoung.into());
            }
            let row = AssessmentRow {
                person: who.row.id.clone(),
                fingerprint: key.fingerprint,
                outcome: outcome.name().to_owned(),
                signed_at: at,
                signature: pem.clone(),
            };
            if !legal::assess(tx, &loaded.row.id, &row)? {
                return Err(Refusal::DuplicatePerson.into());
            }
            teller.note(tx, note(&loaded.row, LogKind::LegalCase, &who.row.id, "legal.assess")?)?;
            let after = load(tx, &id, controls)?;
            if let Some(result) = after.result
                && legal::decide(tx, &after.row.id, result.name())?
            {
                let row = CaseRow { result: result.name().to_owned(), ..after.row.clone() };
                let mut told = note(&row, LogKind::LegalCase, "trustee", demands::RESULT)?;
                if !told.reason.is_empty() {
                    told.to.clone_from(&row.result);
                }
                teller.note(tx, told)?;
            }
            let after = load(tx, &id, controls)?;
            shown(tx, after)
        };
        self.store.try_write("assess_case", write).await
    }

    /// Tells customers of demands that they may be told of now.
    pub(crate) async fn tell_customers(&self) -> Result<(), Problem> {
        let (now, teller) = (self.now(), self.teller.clone());
        if self.store.read("due_notices", move |tx| legal::due(tx, now, 1)).await?.is_empty() {
            return Ok(());
        }
        let write = move |tx: &mut Tx| {
            for row in legal::due(tx, now, ROUND)? {
                if legal::notified(tx, &row.id, now)? {
                    let row = CaseRow { notified_at: now, ..row };
                    teller.note(tx, notice(&row, "time")?)?;
                }
            }
            Ok::<_, Problem>(())
        };
        self.store.try_write("tell_customers", write).await
    }
}

/// A case in a list. One that was changed is shown as what it is.
fn one(tx: &mut Tx, row: CaseRow, controls: Controls) -> Result<LegalCase, Problem> {
    let id = row.id.clone();
    match load(tx, &id, controls) {
        Ok(loaded) => shown(tx, loaded),
        Err(problem) if problem.slug == "digest_mismatch" => Ok(LegalCase {
            id: Some(row.id),
            tenant_id: Some(row.tenant),
            result: Some("altered".to_owned()),
            ..LegalCase::default()
        }),
        Err(problem) => Err(problem),
    }
}

fn outcome_of(text: &str) -> Result<Outcome, Problem> {
    let all = || Outcome::ALL.map(Outcome::name).join(", ");
    text.parse().map_err(|_| bad("outcome", &format!("must be one of {}", all())))
}

/// Refuses what cannot come of a demand.
pub(super) fn possible(case: &Case, outcome: Outcome, controls: Controls) -> Result<(), Problem> {
    if case.outcomes().contains(&outcome) || !controls.on(Control::ForeignOrder) {
        return Ok(());
    }
    let text = "This demand has no effect in Germany. It can be rejected, or redirected to the customer; there is \
                nothing else that could come of it.";
    Err(Problem::new(409, kernel::Code(0), "no_effect_in_germany", text))
}

/// Whether a text is a SHA-256 in hexadecimal.
pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// In whole seconds, as signed texts name times.
pub(super) const fn whole(at: Micros) -> Micros {
    at.div_euclid(1_000_000) * 1_000_000
}

/// A case as it is asked for, checked.
fn row_of(asked: &LegalCase, id: String, now: Micros) -> Result<CaseRow, Problem> {
    let text = |given: &Option<String>| given.as_deref().unwrap_or_default().trim().to_owned();
    let words = |given: &Option<Vec<String>>| {
        let mut words = given.clone().unwrap_or_default();
        words.sort_unstable();
        words.dedup();
        words.join(",")
    };
    let country: Country =
        text(&asked.country).parse().map_err(|_| bad("country", "must be the two letters of a country"))?;
    let gag_until = asked.gag_until.map_or(0, jiff::Timestamp::as_microsecond);
    if (gag_until == 0) != text(&asked.gag_basis).is_empty() {
        return Err(bad("gagUntil", "and gagBasis (issuer and law) go together"));
    }
    if gag_until != 0 && gag_until <= now {
        return Err(bad("gagUntil", "must be in the future"));
    }
    let demand = text(&asked.demand);
    if demand.is_empty() {
        return Err(bad("demand", "must say what the document asks for; the customer gets it"));
    }
    let key = text(&asked.addressee_key);
    if !key.is_empty() {
        super::disclose::key_of(&key)?;
    }
    let gag_until = whole(gag_until);
    let mut row = CaseRow {
        id,
        tenant: text(&asked.tenant_id).to_lowercase(),
        authority: text(&asked.authority),
        country: country.code().to_owned(),
        basis: text(&asked.legal_basis),
        instrument: text(&asked.instrument),
        document: text(&asked.document_sha256).to_lowercase(),
        demand,
        records: words(&asked.records),
        fields: words(&asked.fields),
        addressee: key,
        received_at: whole(asked.received_date.map_or(now, jiff::Timestamp::as_microsecond)),
        received_by: String::new(),
        gag_basis: text(&asked.gag_basis),
        gag_until,
        gag_ends_at: gag_until,
        text: String::new(),
        created_at: now,
        result: String::new(),
        notified_at: 0,
        disclosed_at: 0,
        disclosed_by: String::new(),
    };
    if !is_sha256(&row.document) {
        return Err(bad("documentSha256", "must be the SHA-256 of the document, in hexadecimal"));
    }
    let case = case_of(&row).map_err(|_| bad("records", "or fields hold a word that cannot stand there"))?;
    row.text = case.text().map_err(|error| bad("The case", &format!("cannot be written: {error}")))?;
    Ok(row)
}
