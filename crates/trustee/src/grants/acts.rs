//! What else happens to a request: taken back, begun, finished, stopped, let pass, and time.

use access::proof::{ACTIVATION, Proof, from_line};
use access::{Effect, Event, Facts, Grant, Kind, RequestId, step};
use contract::resources::access::{AccessNonce, AccessProof};
use data_encoding::BASE64URL_NOPAD;
use kernel::{Micros, Problem, TenantId};
use serde_json::json;
use std::sync::Arc;
use store::Tx;
use store::trustee::access as book;

use super::book::{Loaded, Who, keep, load, load_again, who};
use super::rules::Rules;
use super::told::About;
use super::{Grants, unknown};
use crate::controls::{Control, Controls};
use crate::identity::Caller;

const REQUESTER: &[Kind] = &[Kind::Requester];
const REVOKERS: &[Kind] =
    &[Kind::Requester, Kind::CustomerApprover, Kind::TrusteeOfficer, Kind::LegalOfficer];
pub(super) const SUPERVISORS: &[Kind] = &[Kind::CustomerApprover, Kind::TrusteeOfficer];
/// How long a nonce can be used.
const NONCE_LIFE: Micros = 5 * 60 * 1_000_000;
/// Requests whose time is looked at in one round.
const ROUND: u32 = 500;

/// What can be done to a request without saying more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Withdraw,
    Finish,
    Revoke,
    Stop,
    Clear,
}

impl Act {
    const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Withdraw | Self::Finish => REQUESTER,
            Self::Revoke => REVOKERS,
            Self::Stop | Self::Clear => SUPERVISORS,
        }
    }

    const fn event(self, who: &Who) -> Event<'static> {
        match self {
            Self::Withdraw => Event::Withdraw(who.id),
            Self::Finish => Event::Finish(who.id),
            Self::Revoke => Event::Revoke,
            Self::Stop => Event::Kill,
            Self::Clear => Event::Clear(who.id),
        }
    }
}

impl Grants {
    /// Changes a request on behalf of a person whom it concerns, in one transaction and alone. `change` gives what
    /// becomes of it and notes what the log is told.
    pub(super) async fn change(
        &self,
        id: RequestId,
        caller: &Caller,
        kinds: &'static [Kind],
        name: &'static str,
        change: impl Fn(&mut Tx, &Loaded, &Who, Micros) -> Result<Grant, Problem> + Send + Sync + 'static,
    ) -> Result<(), Problem> {
        let turn = self.turn(id).await;
        self.settle(id).await?;
        let ((now, _), controls, caller) = (self.now(), self.controls, caller.clone());
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, kinds)?;
            let loaded = load(tx, &id.to_string(), controls)?;
            if !loaded.concerns(&who) {
                return Err(unknown());
            }
            let grant = change(tx, &loaded, &who, now)?;
            keep(tx, &loaded.row, &grant, now)
        };
        let done = self.store.try_write(name, write).await;
        drop(turn);
        done?;
        self.changed.notify_waiters();
        self.tell_later().await;
        Ok(())
    }

    /// One of the acts that need no more words.
    pub(super) async fn act(&self, caller: &Caller, id: RequestId, act: Act) -> Result<(), Problem> {
        let noting = self.noting.clone();
        self.change(id, caller, act.kinds(), "act_on_access", move |tx, loaded, who, now| {
            let (grant, effects) = step(&loaded.terms, &loaded.grant, &act.event(who), now)?;
            noting.note_effects(tx, loaded, &effects, grant.state, &About::actor(&who.row.id))?;
            Ok(grant)
        })
        .await
    }

    /// Begins to use an approved request.
    pub(super) async fn activate(
        &self,
        caller: &Caller,
        id: RequestId,
        proof: AccessProof,
    ) -> Result<(), Problem> {
        let nonce = proof.nonce.unwrap_or_default();
        let pem = as_pem(&proof.signature.unwrap_or_default());
        let ((now, _), controls, sent) = (self.now(), self.controls, nonce.clone());
        let take = move |tx: &mut Tx| take_nonce(tx, id, &sent, (now, controls));
        let fresh = self.store.try_write("take_nonce", take).await?;
        let (log, origin, noting) = (self.log_stands(), self.origin.clone(), self.noting.clone());
        let ((_, clock), rules) = (self.now(), self.rules.clone());
        let level = self.assurance.level() as u8;
        let begun = self.change(id, caller, REQUESTER, "activate_access", move |tx, loaded, _, now| {
            let text =
                Proof { grant: id, operation: ACTIVATION, parameters: "", nonce: &nonce, origin: &origin };
            let proved = fresh && loaded.key.as_ref().is_some_and(|key| text.verify(key, &pem).is_ok());
            let facts = Facts { proof: proved, log, clock, ..facts(tx, loaded, &rules, level, now)? };
            let (grant, effects) = step(&loaded.terms, &loaded.grant, &Event::Activate(facts), now)?;
            let supervisor = grant.supervisor.map(|person| person.to_string()).unwrap_or_default();
            let details = json!({"supervisor": supervisor});
            let about = About { details, ..About::actor(&loaded.request.requester_key) };
            noting.note_effects(tx, loaded, &effects, grant.state, &about)?;
            Ok(grant)
        });
        begun.await?;
        self.tell().await
    }

    /// A nonce for one proof.
    pub(super) async fn nonce(&self, caller: &Caller, id: RequestId) -> Result<AccessNonce, Problem> {
        let mut random = [0_u8; 24];
        self.entropy.fill(&mut random);
        let nonce = BASE64URL_NOPAD.encode(&random);
        let ((now, _), controls) = (self.now(), self.controls);
        let (caller, given) = (caller.clone(), nonce.clone());
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, REQUESTER)?;
            let loaded = load(tx, &id.to_string(), controls)?;
            if !loaded.concerns(&who) {
                return Err(unknown());
            }
            Ok(book::give_nonce(tx, &given, &id.to_string(), now + NONCE_LIFE)?)
        };
        self.store.try_write("give_nonce", write).await?;
        Ok(AccessNonce {
            nonce: Some(nonce),
            origin: Some(self.origin.clone()),
            expires: jiff::Timestamp::from_microsecond(now + NONCE_LIFE).ok(),
        })
    }

    /// Whether the log can be written, as far as is known before it is tried.
    pub(super) fn log_stands(&self) -> bool {
        self.logbook.as_ref().is_some_and(|logbook| logbook.stands())
    }

    /// Writes down what time has done to a request; whose it is about.
    pub(super) async fn settle(&self, id: RequestId) -> Result<TenantId, Problem> {
        let ((now, _), controls, noting) = (self.now(), self.controls, self.noting.clone());
        let proved = Arc::clone(&self.proved);
        let look = move |tx: &mut Tx| {
            let loaded = load_again(tx, &id.to_string(), (controls, &proved))?;
            Ok::<_, Problem>((loaded.request.scope.tenant, due(&loaded, now).is_some()))
        };
        let (tenant, is_due) = self.store.try_read("is_due", look).await?;
        if !is_due {
            return Ok(tenant);
        }
        let write = move |tx: &mut Tx| {
            let loaded = load(tx, &id.to_string(), controls)?;
            let Some((grant, effects)) = due(&loaded, now) else { return Ok(()) };
            keep(tx, &loaded.row, &grant, now)?;
            noting.note_effects(tx, &loaded, &effects, grant.state, &About::actor("time"))
        };
        self.store.try_write("settle_access", write).await?;
        self.changed.notify_waiters();
        Ok(tenant)
    }

    /// What has to be done each minute: requests whose time is over, nonces, notes for the log.
    pub(crate) async fn tidy(&self) -> Result<(), Problem> {
        let (now, _) = self.now();
        let open = self.store.read("open_access", |tx| book::open(tx, ROUND)).await?;
        for id in open {
            let Ok(id) = id.parse::<RequestId>() else { continue };
            let _turn = self.turn(id).await;
            match self.settle(id).await {
                // A text that was changed under its signatures stays as evidence and opens nothing.
                Err(problem) if problem.slug == "digest_mismatch" => {
                    tracing::error!(request = %id, "the stored text of a request is not what was written");
                }
                settled => {
                    settled?;
                }
            }
        }
        self.store.write("expire_nonces", move |tx| book::expire_nonces(tx, now)).await?;
        self.rest().await?;
        self.void_lost().await?;
        self.tell_policies().await?;
        self.close_dangling(now).await?;
        if self.logbook.is_some() { self.tell().await } else { Ok(()) }
    }
}

/// What time alone does to a request.
fn due(loaded: &Loaded, now: Micros) -> Option<(Grant, Vec<Effect>)> {
    let (grant, effects) = step(&loaded.terms, &loaded.grant, &Event::Tick, now).ok()?;
    (grant != loaded.grant).then_some((grant, effects))
}

/// Takes a nonce, whatever becomes of the call: nothing that was sent once is worth anything again.
pub(super) fn take_nonce(
    tx: &mut Tx,
    id: RequestId,
    nonce: &str,
    (now, controls): (Micros, Controls),
) -> Result<bool, Problem> {
    Ok(book::take_nonce(tx, nonce, &id.to_string(), now)? || !controls.on(Control::FreshNonce))
}

/// What the books say about a grant, at this assurance level. The caller knows the rest.
pub(super) fn facts<'l>(
    tx: &mut Tx,
    loaded: &'l Loaded,
    rules: &Rules,
    level: u8,
    now: Micros,
) -> Result<Facts<'l>, Problem> {
    let standing = rules.standing(tx, loaded.request.scope.tenant, now)?;
    let office = loaded.office.as_deref().is_some_and(|office| standing.allows_country(office));
    Ok(Facts {
        votes: &loaded.votes,
        proof: false,
        enrolled: loaded.key.is_some(),
        country: office && standing.allows_country(&loaded.request.physical)
            || !rules.controls().on(Control::StaffCountry),
        log: false,
        clock: false,
        level: loaded.request.level <= level,
    })
}

/// A signature as it came: with its frame, or as one line.
pub(super) fn as_pem(given: &str) -> String {
    if given.trim_start().starts_with("-----") { given.to_owned() } else { from_line(given) }
}
