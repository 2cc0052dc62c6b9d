//! Looking at requests, and watching a grant being used.

use access::{Event, RequestId, Vote, step};
use contract::collection::Collection;
use contract::operation::Party;
use contract::query::Query;
use contract::resources::access::{AccessDecision, AccessRequest, AccessUse, AccessWatch};
use kernel::{Micros, Problem};
use std::time::Duration;
use store::Tx;
use store::trustee::access::{self as book, UseRow, Wanted};
use store::trustee::{persons, reports};

use super::acts::SUPERVISORS;
use super::book::{Loaded, load};
use super::told::About;
use super::{Grants, unknown};
use crate::desk::page;
use crate::identity::Caller;

/// How long a watching call waits for something new. Shorter than a supervisor may be silent.
const WAIT: Duration = Duration::from_secs(10);

impl Grants {
    /// One request, for those whom it concerns.
    pub(super) async fn get(&self, caller: &Caller, id: RequestId) -> Result<AccessRequest, Problem> {
        let ((now, _), controls, caller) = (self.now(), self.controls, caller.clone());
        let read = move |tx: &mut Tx| {
            let loaded = load(tx, &id.to_string(), controls)?;
            if !loaded.is_seen_by(tx, &caller)? {
                return Err(unknown());
            }
            let report = reports::of_grant(tx, &loaded.row.id)?;
            Ok(AccessRequest { report_id: report, ..shown(loaded, now) })
        };
        self.store.try_read("get_access", read).await
    }

    /// A page of requests.
    pub(super) async fn list(
        &self,
        caller: &Caller,
        query: &Query,
    ) -> Result<Collection<AccessRequest>, Problem> {
        let (offset, limit) = page(query)?;
        let state = query.get("state").unwrap_or_default().to_lowercase();
        let ((now, _), controls, caller) = (self.now(), self.controls, caller.clone());
        let read = move |tx: &mut Tx| {
            let wanted = Wanted { state: state.clone(), ..concerning(tx, &caller)? };
            let rows = book::requests(tx, &wanted, offset, limit)?;
            let mut found = Vec::with_capacity(rows.len());
            for row in rows {
                match load(tx, &row.id, controls) {
                    Ok(loaded) => found.push(shown(loaded, now)),
                    // Shown as what it is: a request that counts for nothing.
                    Err(problem) if problem.slug == "digest_mismatch" => found.push(AccessRequest {
                        id: Some(row.id),
                        tenant_id: Some(row.tenant),
                        state: Some("altered".to_owned()),
                        ..AccessRequest::default()
                    }),
                    Err(problem) => return Err(problem),
                }
            }
            Ok(found)
        };
        self.store.try_read("list_access", read).await.map(Collection::new)
    }

    /// The uses of a grant.
    pub(super) async fn uses(
        &self,
        caller: &Caller,
        id: RequestId,
    ) -> Result<Collection<AccessUse>, Problem> {
        let (controls, caller) = (self.controls, caller.clone());
        let read = move |tx: &mut Tx| {
            let loaded = load(tx, &id.to_string(), controls)?;
            if !loaded.is_seen_by(tx, &caller)? {
                return Err(unknown());
            }
            Ok(book::uses(tx, &loaded.row.id)?)
        };
        let uses = self.store.try_read("list_uses", read).await?;
        Ok(Collection::new(uses.into_iter().map(shown_use).collect()))
    }

    /// Tells that somebody watches, and answers when there is something to see that is not `after`.
    pub(super) async fn watch(
        &self,
        caller: &Caller,
        id: RequestId,
        after: Option<&str>,
    ) -> Result<AccessWatch, Problem> {
        self.hear(caller, id).await?;
        self.once_new(after, |seen: &AccessWatch| seen.marker.as_deref(), || self.look(caller, id)).await
    }

    /// Looks until there is something to see whose marker is not `after`, or until whoever waits has waited long enough.
    pub(super) async fn once_new<T, F>(
        &self,
        after: Option<&str>,
        marker: fn(&T) -> Option<&str>,
        look: impl Fn() -> F,
    ) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let until = tokio::time::sleep(WAIT);
        tokio::pin!(until);
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let seen = look().await?;
            if after.is_none() || after != marker(&seen) {
                return Ok(seen);
            }
            tokio::select! {
                () = changed => {}
                () = &mut until => return Ok(seen),
            }
        }
    }

    /// Notes that the supervisor is there.
    async fn hear(&self, caller: &Caller, id: RequestId) -> Result<(), Problem> {
        let (noting, log, (_, clock)) = (self.noting.clone(), self.log_stands(), self.now());
        let level = self.assurance.level() as u8;
        self.change(id, caller, SUPERVISORS, "watch_access", move |tx, loaded, who, now| {
            let sound = log && clock && loaded.request.level <= level;
            let event = Event::Watch { person: who.id, kind: who.kind, votes: &loaded.votes, sound };
            if loaded.grant.state.is_final() {
                return Ok(loaded.grant.clone()); // the last look at what is over
            }
            let (grant, effects) = step(&loaded.terms, &loaded.grant, &event, now)?;
            noting.note_effects(tx, loaded, &effects, grant.state, &About::actor(&who.row.id))?;
            Ok(grant)
        })
        .await
    }

    async fn look(&self, caller: &Caller, id: RequestId) -> Result<AccessWatch, Problem> {
        let request = self.get(caller, id).await?;
        let mut uses = self.uses(caller, id).await?.items;
        self.live.complete(id, &mut uses);
        let state = request.state.clone().unwrap_or_default();
        let ended = uses.iter().filter(|one| one.outcome.as_deref() != Some("open")).count();
        let marker = format!("{state}-{}-{ended}", uses.len());
        if access::State::of(&state).is_some_and(access::State::is_final) {
            self.live.forget(id); // this was the last look
        }
        Ok(AccessWatch { request: Some(request), uses: Some(uses), marker: Some(marker) })
    }
}

/// Which requests a caller sees.
fn concerning(tx: &mut Tx, caller: &Caller) -> Result<Wanted, Problem> {
    Ok(match caller.party {
        Party::Trustee => Wanted::default(),
        Party::Customer => Wanted { tenant: caller.tenant.to_string(), ..Wanted::default() },
        Party::Operator | Party::Partner => {
            let user = caller.user.map(|user| user.to_string()).unwrap_or_default();
            let person = persons::of_account(tx, &user)?;
            // Nobody's requests, where the account is nobody's.
            let requester = person.map_or_else(|| "nobody".to_owned(), |person| person.id);
            Wanted { requester, ..Wanted::default() }
        }
    })
}

fn date(at: Micros) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at).ok()
}

fn words<T: ToString>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn shown(loaded: Loaded, now: Micros) -> AccessRequest {
    let (grant, _) =
        step(&loaded.terms, &loaded.grant, &Event::Tick, now).unwrap_or((loaded.grant.clone(), Vec::new()));
    let Loaded { row, request, terms, decisions, votes, .. } = loaded;
    let scope = &request.scope;
    AccessRequest {
        tenant_id: Some(scope.tenant.to_string()),
        operations: Some(words(&scope.operations)),
        records: Some(words(&scope.records)),
        classes: Some(words(&scope.classes)),
        fields: Some(words(&scope.fields)),
        output: Some(scope.output.name().to_owned()),
        masking: Some(scope.masking),
        max_uses: Some(i64::from(scope.max_uses)),
        max_rows: Some(whole(scope.max_rows)),
        max_bytes: Some(whole(scope.max_bytes)),
        reason: Some(request.reason.name().to_owned()),
        ticket: Some(request.ticket.clone()),
        purpose: Some(row.purpose),
        customer_is_suspect: Some(request.suspect),
        physical_country: Some(request.physical.clone()),
        not_before: date(request.not_before),
        duration_seconds: Some(i64::from(request.duration)),
        supervision: Some(request.supervision.name().to_owned()),
        state: Some(grant.state.name().to_owned()),
        text: Some(row.text),
        digest: Some(row.digest),
        requester_id: Some(row.requester),
        created_date: date(row.created_at),
        answer_by: date(request.answer_by),
        activated_date: grant.activated_at.and_then(date),
        ends_date: grant.ends_at(&terms).and_then(date),
        supervisor_id: grant.supervisor.map(|id| id.to_string()),
        uses: Some(i64::from(grant.uses)),
        rows: Some(whole(grant.rows)),
        bytes: Some(whole(grant.bytes)),
        decisions: Some(decisions.into_iter().map(|row| shown_decision(row, &request, &votes)).collect()),
        report_id: None,
        revision: Some(row.rev),
        id: Some(row.id),
    }
}

/// A decision. The kind of person is told while an approval counts.
fn shown_decision(row: book::DecisionRow, request: &access::Request, votes: &[Vote]) -> AccessDecision {
    let kind = votes.iter().find(|vote| vote.person.to_string() == row.person).map(|vote| vote.kind.name());
    let decision = row.decision.parse().ok();
    let text =
        decision.and_then(|decision| request.decision(decision, &row.fingerprint, row.decided_at).ok());
    AccessDecision {
        decision: Some(row.decision),
        decided_date: date(row.decided_at),
        signed_text: text.filter(|_| !row.signature.is_empty()),
        fingerprint: Some(row.fingerprint).filter(|key| !key.is_empty()),
        person_id: Some(row.person),
        kind: kind.map(str::to_owned),
        signature: Some(row.signature).filter(|pem| !pem.is_empty()),
    }
}

fn shown_use(row: UseRow) -> AccessUse {
    AccessUse {
        number: Some(i64::from(row.number)),
        operation: Some(row.operation),
        parameters_sha256: Some(row.parameters),
        began_date: date(row.began_at),
        outcome: Some(row.outcome),
        rows: Some(whole(row.rows)),
        bytes: Some(whole(row.bytes)),
        fields: Some(words(row.fields.split(',').filter(|field| !field.is_empty()))),
        target: None,
        masked_values: None,
    }
}
