//! One use of a grant: proved, counted, logged, and only then released.
//!
//! Invariants: a use is counted before anything is asked of the operator; its intent is durable in the log before
//! anything is opened; at the end everything is looked at once more, under the same lock that taking a grant back
//! needs, and only then does the answer go out.

use access::proof::Proof;
use access::{Effect, Event, Facts, Kind, Refusal, RequestId, Scope, State, step};
use contract::operation::Spec;
use kernel::{CustomerId, Micros, Problem, TenantId};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use store::Tx;
use store::trustee::access::{self as book, UseRow};
use store::trustee::journal::{self, Act};

use super::acts::{as_pem, facts, take_nonce};
use super::book::{keep, load, load_again, who};
use super::releases::lost;
use super::told::About;
use super::{Grants, live, refused};
use crate::controls::Control;
use crate::identity::Caller;

/// A use of which nothing was heard for so long has ended somehow.
const LOST: Micros = 5 * 60 * 1_000_000;
/// Uses closed in one round.
const ROUND: u32 = 500;

/// What a call under a grant says about itself.
#[derive(Clone, Copy)]
pub(crate) struct Telling<'a> {
    pub(crate) id: RequestId,
    pub(crate) spec: &'static Spec,
    pub(crate) customer: CustomerId,
    /// Path and query as they were sent.
    pub(crate) target: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) signature: &'a str,
}

/// A use that was counted and logged.
pub(crate) struct Begun {
    id: RequestId,
    number: u32,
    operation: &'static str,
    target: String,
    scope: Scope,
    seen: Mutex<Seen>,
    narrow: bool,
}

/// What was opened so far.
#[derive(Default)]
struct Seen {
    rows: u64,
    bytes: u64,
    fields: BTreeSet<String>,
    /// For whoever watches, masked.
    values: Vec<(String, String)>,
    /// For a disclosure, whole: record, field, value.
    whole: Option<Vec<(String, String, Value)>>,
}

/// What was opened in all.
pub(super) struct Taken {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) fields: Vec<String>,
    /// For whoever watches, masked.
    pub(super) values: Vec<(String, String)>,
}

/// What of a record may be shown.
pub(crate) type Shown = Value;

impl Begun {
    /// What a disclosure opens, which nobody is shown.
    pub(crate) fn disclosure(scope: Scope) -> Self {
        Self::apart(scope, Seen { whole: Some(Vec::new()), ..Seen::default() })
    }

    /// What a release opens. Its use is written down by the release's own book.
    pub(crate) fn of_release(scope: Scope) -> Self {
        Self::apart(scope, Seen::default())
    }

    /// What the gateway reads only to write it again: nobody is shown it, and it counts as nobody's opening.
    pub(crate) fn unseen() -> Self {
        let nothing = Scope {
            tenant: TenantId(uuid::Uuid::nil()),
            operations: BTreeSet::new(),
            records: BTreeSet::new(),
            classes: BTreeSet::new(),
            fields: BTreeSet::new(),
            output: access::Output::View,
            masking: false,
            max_uses: 0,
            max_rows: 0,
            max_bytes: 0,
        };
        Self { narrow: false, ..Self::apart(nothing, Seen::default()) }
    }

    /// Not a use of a grant.
    fn apart(scope: Scope, seen: Seen) -> Self {
        let (id, target) = (RequestId(uuid::Uuid::nil()), String::new());
        Self { id, number: 0, operation: "", target, scope, seen: Mutex::new(seen), narrow: true }
    }

    /// What was opened.
    pub(super) fn take(&self) -> Taken {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Taken {
            rows: seen.rows,
            bytes: seen.bytes,
            fields: seen.fields.iter().cloned().collect(),
            values: std::mem::take(&mut seen.values),
        }
    }

    /// What a disclosure has opened.
    pub(crate) fn disclosed(&self) -> Vec<(String, String, Value)> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.whole.take().unwrap_or_default()
    }

    /// What a record's private members are under this grant: those that were granted, masked if so agreed. `None` where
    /// the record is outside.
    pub(crate) fn show(&self, kind: &str, id: &str, private: Value) -> Option<Shown> {
        if !self.narrow {
            return Some(private);
        }
        if !self.scope.covers_record(kind, id) {
            return None;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = narrow(&self.scope, (kind, id), "", private, &mut seen).unwrap_or_else(|| json!({}));
        seen.rows += 1;
        Some(shown)
    }
}

/// The part of a value that the scope covers.
fn narrow(
    scope: &Scope,
    (kind, id): (&str, &str),
    path: &str,
    value: Value,
    seen: &mut Seen,
) -> Option<Value> {
    match value {
        Value::Object(members) => {
            let kept: Map<String, Value> = members
                .into_iter()
                .filter_map(|(name, value)| {
                    let path = access::scope::join(path, &name);
                    narrow(scope, (kind, id), &path, value, seen).map(|value| (name, value))
                })
                .collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) => {
            let kept: Vec<Value> =
                items.into_iter().filter_map(|item| narrow(scope, (kind, id), path, item, seen)).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        leaf if scope.covers_field(kind, path) => {
            if let Some(whole) = &mut seen.whole {
                whole.push((format!("{kind}/{id}"), format!("{kind}.{path}"), leaf.clone()));
            }
            if seen.values.len() < live::VALUES {
                seen.values.push((format!("{kind}.{path}"), live::shown(&leaf)));
            }
            let leaf = match leaf {
                Value::String(text) if scope.masking => Value::String(access::scope::masked(&text)),
                Value::Number(_) | Value::Bool(_) if scope.masking => return None,
                leaf => leaf,
            };
            seen.bytes += leaf.to_string().len() as u64;
            seen.fields.insert(format!("{kind}.{path}"));
            Some(leaf)
        }
        _ => None,
    }
}

impl Grants {
    /// Proves, counts and logs one use. What is refused is written down too.
    pub(crate) async fn begin(&self, caller: &Caller, call: Telling<'_>) -> Result<Begun, Problem> {
        match self.count(caller, call).await {
            Ok((begun, told)) => {
                if !told && self.controls.on(Control::LogFirst) {
                    self.tell().await?;
                }
                self.changed.notify_waiters();
                Ok(begun)
            }
            Err(problem) => {
                self.write_refusal(caller, call, problem.slug).await;
                if matches!(problem.slug, "clock_untrusted" | "level_too_low" | "log_unavailable") {
                    self.rest().await?;
                }
                Err(problem)
            }
        }
    }

    /// The use, and whether the log has its intent already.
    async fn count(&self, caller: &Caller, call: Telling<'_>) -> Result<(Begun, bool), Problem> {
        let Telling { id, spec, customer, .. } = call;
        let _turn = self.turn(id).await;
        let granted = self.settle(id).await.map_err(|problem| hide(&problem))?;
        let ((now, clock), controls) = (self.now(), self.controls);
        let (log, rules, noting) = (self.log_stands(), self.rules.clone(), self.noting.clone());
        let level = self.assurance.level() as u8;
        let (parameters, proved) =
            (access::request::sha256(call.target.as_bytes()), Arc::clone(&self.proved));
        let (caller, target, nonce) = (caller.clone(), call.target.to_owned(), call.nonce.to_owned());
        let (pem, origin) = (as_pem(call.signature), self.origin.clone());
        let log = log || !controls.on(Control::LogFirst);
        let count = move |tx: &mut Tx, fresh: bool| {
            let who = who(tx, &caller, &[Kind::Requester])?;
            let loaded = load_again(tx, &id.to_string(), (controls, &proved)).map_err(|why| hide(&why))?;
            let text =
                Proof { grant: id, operation: spec.id, parameters: &target, nonce: &nonce, origin: &origin };
            let by_key = loaded.key.as_ref().is_some_and(|key| text.verify(key, &pem).is_ok());
            let proof = fresh && (by_key || !controls.on(Control::UseProof));
            if loaded.terms.requester != who.id && controls.on(Control::UseProof) || !proof {
                return refused(Refusal::ProofInvalid);
            }
            let tenant = TenantId::from(customer);
            let inside = loaded.request.scope.covers_call(spec.id, tenant, access::scope::is_list(spec));
            let facts = Facts { proof, log, clock, ..facts(tx, &loaded, &rules, level, now)? };
            let (grant, effects) = step(&loaded.terms, &loaded.grant, &Event::Use(facts), now)?;
            if !inside && controls.on(Control::GrantScope) {
                return refused(Refusal::OutOfScope);
            }
            keep(tx, &loaded.row, &grant, now)?;
            let row = UseRow::begun(grant.uses, spec.id, &parameters, now);
            book::begin_use(tx, &loaded.row.id, &row)?;
            let details = json!({"use": row.number, "parameters": row.parameters});
            let about = About {
                operation: spec.id,
                number: row.number,
                details,
                ..About::actor(&loaded.request.requester_key)
            };
            noting.note_effects(tx, &loaded, &effects, grant.state, &about)?;
            Ok::<_, Problem>((loaded.request.scope, grant.uses))
        };
        let nonce = call.nonce.to_owned();
        // The nonce is taken whatever becomes of the call.
        let write = move |tx: &mut Tx| {
            let fresh = take_nonce(tx, id, &nonce, (now, controls))?;
            Ok(tx.nested(|tx| count(tx, fresh)))
        };
        let (counted, told) = self.at_once(granted, "begin_use", write).await?;
        let (scope, number) = counted?;
        let narrow = self.controls.on(Control::GrantedFields);
        let target = call.target.to_owned();
        self.live.keep(id, number, live::Seen { target: target.clone(), values: Vec::new() });
        Ok((Begun { id, number, operation: spec.id, target, scope, seen: Mutex::default(), narrow }, told))
    }

    /// Counts what a use opened, and says whether it may be released. To be called when the answer is ready, and the
    /// answer to be sent when this returns.
    pub(crate) async fn finish(&self, begun: &Begun) -> Result<(), Problem> {
        let Taken { rows, bytes, fields, values } = begun.take();
        let _turn = self.turn(begun.id).await;
        if !self.controls.on(Control::LastLook) {
            return Ok(());
        }
        let ((now, clock), controls) = (self.now(), self.controls);
        let (log, rules, noting) = (self.log_stands(), self.rules.clone(), self.noting.clone());
        let level = self.assurance.level() as u8;
        let log = log || !controls.on(Control::LogFirst);
        let (id, number, operation, granted) = (begun.id, begun.number, begun.operation, begun.scope.tenant);
        let proved = Arc::clone(&self.proved);
        let write = move |tx: &mut Tx| {
            let loaded = load_again(tx, &id.to_string(), (controls, &proved))?;
            let now_facts = Facts { proof: true, log, clock, ..facts(tx, &loaded, &rules, level, now)? };
            let event = Event::Opened { rows, bytes, logged: true, facts: now_facts };
            let stepped = step(&loaded.terms, &loaded.grant, &event, now);
            let released = stepped.as_ref().is_ok_and(|(_, effects)| effects.contains(&Effect::Release));
            let shown = released.then(|| (rows, bytes, fields.join(",")));
            let row = UseRow::released(number, operation, shown);
            book::end_use(tx, &loaded.row.id, &row)?;
            let state = stepped.as_ref().map_or(loaded.grant.state, |(grant, _)| grant.state);
            let details = json!({
                "use": number, "outcome": row.outcome, "fields": row.fields,
                "masked": loaded.request.scope.masking, "left": crate::left::by_use(),
            });
            let actor = &loaded.request.requester_key;
            let (rows, bytes) = (row.rows, row.bytes);
            let about = About { operation, number, rows, bytes, details, ..About::actor(actor) };
            noting.note(tx, &loaded, "use.result", state, &about)?;
            match stepped {
                Ok((grant, effects)) => {
                    keep(tx, &loaded.row, &grant, now)?;
                    noting.note_effects(tx, &loaded, &effects, grant.state, &about)?;
                    Ok::<_, Problem>((!released).then_some(Refusal::OutOfScope))
                }
                Err(refusal) => Ok(Some(refusal)),
            }
        };
        let (outcome, _): (Option<Refusal>, bool) = self.at_once(granted, "finish_use", write).await?;
        if outcome.is_none() {
            self.live.keep(id, number, live::Seen { target: begun.target.clone(), values });
        }
        self.changed.notify_waiters();
        outcome.map_or(Ok(()), refused)
    }

    /// What the log is told after a release.
    pub(crate) async fn after(&self) {
        self.tell_later().await;
    }

    /// A refusal, in the trustee's own book of acts.
    async fn write_refusal(&self, caller: &Caller, call: Telling<'_>, slug: &'static str) {
        let act = Act {
            id: self.ids().ordered().to_string(),
            acted_at: self.clock.now().as_microsecond(),
            actor: caller.user.map(|user| user.to_string()).unwrap_or_default(),
            act: "use-refused".to_owned(),
            tenant: call.customer.to_string(),
            detail: json!({"request": call.id.to_string(), "operation": call.spec.id, "slug": slug})
                .to_string(),
        };
        let (controls, noting, id, operation) = (self.controls, self.noting.clone(), call.id, call.spec.id);
        let write = move |tx: &mut Tx| {
            journal::act(tx, &act)?;
            if let Ok(loaded) = load(tx, &id.to_string(), controls) {
                let about = About { operation, details: json!({"slug": slug}), ..About::actor(&act.actor) };
                noting.note(tx, &loaded, "use.refused", loaded.grant.state, &about)?;
            }
            Ok::<_, Problem>(())
        };
        let written = self.store.try_write("use_refused", write).await;
        if written.is_err() {
            tracing::warn!(operation = call.spec.id, slug, "a refused use could not be written down");
        }
    }

    /// Uses that were begun and never ended: the program was stopped in between. What became of them is not known.
    pub(super) async fn close_dangling(&self, now: Micros) -> Result<(), Problem> {
        let (controls, noting, teller) = (self.controls, self.noting.clone(), self.teller.clone());
        if !controls.on(Control::LostUses) {
            return Ok(());
        }
        let close = move |tx: &mut Tx| {
            for (request, number) in book::dangling(tx, now - LOST, ROUND)? {
                let row = UseRow::ended(number, "", "unknown");
                book::end_use(tx, &request, &row)?;
                if let Some(note) = lost(tx, &request, &row)? {
                    teller.note(tx, note)?;
                } else if let Ok(loaded) = load(tx, &request, controls) {
                    let state: State = loaded.grant.state;
                    let details = json!({"use": number, "outcome": "unknown"});
                    let about = About { number, details, ..About::actor(&loaded.request.requester_key) };
                    noting.note(tx, &loaded, "use.result", state, &about)?;
                }
            }
            Ok::<_, Problem>(())
        };
        self.store.try_write("close_dangling_uses", close).await
    }
}

/// A call under a grant learns nothing about grants that are not the caller's.
fn hide(problem: &Problem) -> Problem {
    if problem.status == 404 { Refusal::GrantRequired.into() } else { problem.clone() }
}
