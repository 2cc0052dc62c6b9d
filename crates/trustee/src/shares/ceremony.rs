//! The ceremony in which a lost root comes back: enough holders give their shares, an auditor is present, and another root
//! takes the place of the one that had been in so many hands.
//!
//! Invariants: nothing is changed before the auditor, who gives no share, signed the text that names what is done; that the
//! root came back, who gave a share, and the notes that tell the log of it commit together; a set that was used brings
//! nothing back again; what breaks off between the two roots is ended by the next call.
//!
//! Deliberately absent: files and the command line, and the log itself, which may have to be restored first: the notes
//! wait in the store until it is there.

use access::Kind;
use access::sshsig::Namespace;
use access::text::{TextError, Writer};
use envelope::age::Recipient;
use envelope::shares::{FEWEST, Holder, SealedShare, Set, Share};
use envelope::{Embedded, KeyService as _, Recovered, SealedRoot, SharePlan, Unlock, Vault as _};
use kernel::{Clock, Code, Entropy, Ids, Micros, Problem};
use ledger::SigningKey;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::trustee::keys;
use store::trustee::shares::{self as rows, CeremonyRow, SetRow};
use store::{Store, Tx};

use crate::controls::{Control, Controls};
use crate::keys::{HOUSE, StoreVault, problem};
use crate::persons::signed::signed_by;
use crate::telling::{Note, Teller};

/// The first line of what the auditor signs.
const TITLE: &str = "treuhand-ceremony v1";

/// A ceremony over a store that does not run.
pub struct Ceremony {
    /// The store, migrated.
    pub store: Store,
    /// The real time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Which controls work.
    pub controls: Controls,
}

/// Shares that make the whole, and what they do. Wiped when dropped.
pub struct Ready {
    /// What the auditor signs.
    pub text: String,
    set: Set,
    givers: Vec<(u32, String)>,
    next: Vec<Holder>,
    recovered: Recovered,
}

/// Another root is in its place.
pub struct Replaced {
    /// Its version.
    pub root: u32,
    /// The next set, sealed to its holders; empty where nobody knows to whom: two officers make it then.
    pub shares: Vec<SealedShare>,
}

/// What a ceremony has still to do, as it is kept until it is done.
#[derive(Serialize, Deserialize)]
struct Plan {
    instance: String,
    root: u32,
    needed: u8,
    holders: Vec<(String, String)>,
}

impl Ready {
    /// The log's signing key, as its file holds it.
    pub fn log_key(&self) -> &[u8] {
        &self.recovered.beside
    }

    /// The version of the root that comes back.
    pub fn root(&self) -> u32 {
        self.set.root
    }
}

impl Ceremony {
    fn now(&self) -> Micros {
        self.clock.now().as_microsecond()
    }

    fn new_id(&self) -> String {
        Ids { clock: &*self.clock, entropy: &*self.entropy }.ordered().to_string()
    }

    fn vault(&self) -> StoreVault {
        StoreVault::new(self.store.clone())
    }

    /// Whether a ceremony broke off before another root was in its place.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn broke_off(&self) -> Result<bool, Problem> {
        Ok(self.store.read("unfinished-ceremony", rows::unfinished).await?.is_some())
    }

    /// Looks whether these shares bring the root back, and what is done then. Changes nothing.
    ///
    /// # Errors
    /// 409, naming the share that does not fit and why, or how many are missing.
    pub async fn look(&self, shares: Vec<Share>, ceremony: &Recipient) -> Result<Ready, Problem> {
        let first = shares.first().ok_or_else(|| missing(FEWEST.into(), 0))?;
        let set = first.head.set.clone();
        let heads: Vec<_> = shares.iter().map(|share| (share.head.clone(), share.digest())).collect();
        let (controls, asked) = (self.controls, set.clone());
        let read = move |tx: &mut Tx| {
            let own = super::instance(tx)?;
            if let Some((head, _)) = heads.iter().find(|(head, _)| head.set.instance != own) {
                let why = format!("Share {} is of another installation, {}.", head.number, head.set.instance);
                return Err(refused("share_foreign", why));
            }
            let Some(row) = rows::set(tx, &asked.id)? else { return Ok((None, Vec::new())) };
            if row.state != "current" && controls.on(Control::SpentShares) {
                return Err(spent(&row));
            }
            let holders = rows::holders(tx, &row.id)?;
            for (head, digest) in heads.iter().filter(|(head, _)| head.set.id == row.id) {
                let known = holders.iter().find(|holder| holder.number == u32::from(head.number));
                if !known.is_some_and(|known| known.person == head.person && known.digest == *digest) {
                    let why = format!(
                        "Share {} of {} is not the one that was made: it was changed, or made up.",
                        head.number, head.person
                    );
                    return Err(refused("share_forged", why));
                }
            }
            Ok((Some(row), holders))
        };
        let (row, holders) = self.store.try_read("share-ceremony", read).await?;
        let agreed = row.as_ref().map(|row| row.needed).filter(|_| controls.on(Control::SharesNeeded));
        let needed = agreed.unwrap_or_else(|| set.needed.into());
        if shares.len() < usize::try_from(needed).unwrap_or(usize::MAX) {
            return Err(missing(needed, shares.len()));
        }
        let recovered = Recovered::of(&shares).map_err(|error| problem(&error))?;
        recovered.fits(&self.vault()).await.map_err(|error| match error {
            envelope::KeyError::Refused => {
                let why = "These shares do not make the root of this store: at least one of them is none of the set's.";
                refused("root_differs", why.to_owned())
            }
            error => problem(&error),
        })?;
        let next: Result<Vec<Holder>, _> = holders
            .into_iter()
            .map(|row| row.recipient.parse().map(|to| Holder { person: row.person, to }))
            .collect();
        let next = next.map_err(|_| Problem::internal())?;
        let givers =
            shares.iter().map(|share| (share.head.number.into(), share.head.person.clone())).collect();
        let ready = Ready { text: String::new(), set, givers, next, recovered };
        let text = self.text(&ready, needed, ceremony).map_err(|_| Problem::internal())?;
        Ok(Ready { text, ..ready })
    }

    /// The text, the same for the whole day.
    fn text(&self, ready: &Ready, needed: u32, ceremony: &Recipient) -> Result<String, TextError> {
        let mut out = Writer::new(TITLE);
        out.line("act", "bring-the-root-back-and-replace-it")?;
        out.line("instance", &ready.set.instance)?;
        out.line("set", &ready.set.id)?;
        out.line("root", &ready.set.root.to_string())?;
        out.line("needed", &needed.to_string())?;
        for (number, person) in &ready.givers {
            out.line("share", &format!("{number} of {person}"))?;
        }
        out.line("ceremony-key", &ceremony.to_string())?;
        for holder in &ready.next {
            out.line("next-share", &format!("{} sealed to {}", holder.person, holder.to))?;
        }
        out.line("day", &self.clock.now().to_string()[..10])?;
        Ok(out.finish())
    }

    /// Brings the root back, sealed by this from now on, as the auditor signed. [`Ceremony::replace`] comes next.
    ///
    /// # Errors
    /// 409 when the signature does not count; nothing is changed then.
    pub async fn bring_back(&self, ready: Ready, signature: &str, unlock: &Unlock) -> Result<(), Problem> {
        let sealed = ready.recovered.sealed(unlock, &*self.entropy).map_err(|error| problem(&error))?;
        let holders = ready.next.iter().map(|one| (one.person.clone(), one.to.to_string())).collect();
        let Set { instance, root, needed, .. } = ready.set.clone();
        let plan = serde_json::to_string(&Plan { instance, root, needed, holders });
        let row = CeremonyRow {
            id: self.new_id(),
            set_id: ready.set.id.clone(),
            auditor: String::new(),
            statement: ready.text.clone(),
            signature: signature.to_owned(),
            plan: plan.map_err(|_| Problem::internal())?,
            held_at: self.now(),
            ended_at: 0,
        };
        let (teller, controls) = (self.teller(), self.controls);
        let write = move |tx: &mut Tx| {
            let auditor = auditor(tx, &ready, (&row.signature, row.held_at), controls)?;
            back(tx, &ready, &sealed, row.held_at)?;
            rows::hold(tx, &CeremonyRow { auditor: auditor.clone(), ..row.clone() })?;
            for (number, person) in &ready.givers {
                let note = Note::of(ledger::Kind::ShareUse, HOUSE, person).op("root-came-back");
                teller.note(
                    tx,
                    note.detail(serde_json::json!({"set": row.set_id, "share": number, "holder": person})),
                )?;
            }
            let note = Note::of(ledger::Kind::ShareSet, HOUSE, &auditor).op("root-came-back");
            let note = note.digest("statement", &access::request::sha256(row.statement.as_bytes()));
            teller.note(tx, note.detail(serde_json::json!({"set": row.set_id, "auditor": auditor})))
        };
        self.store.try_write("bring-root-back", write).await
    }

    /// Puts another root in the place of the one that came back, and makes the next set of shares for the holders of the
    /// last, as far as all of them are enrolled still. `keep` puts the shares where they are handed out from, before they
    /// count.
    ///
    /// # Errors
    /// When there is no ceremony to end, or the root is sealed by something else. Can be called again.
    pub async fn replace(
        &self,
        unlock: &Unlock,
        log_key: &SigningKey,
        keep: impl FnOnce(&[SealedShare]) -> Result<(), Problem>,
    ) -> Result<Replaced, Problem> {
        let row = self.store.read("unfinished-ceremony", rows::unfinished).await?;
        let row =
            row.ok_or_else(|| refused("nothing_missing", "No ceremony waits for its end.".to_owned()))?;
        let plan: Plan = serde_json::from_str(&row.plan).map_err(|_| Problem::internal())?;
        let service = Embedded::open(Arc::new(self.vault()), self.entropy.clone(), unlock).await;
        let service = service.map_err(|error| problem_of_unlock(&error))?;
        let roots = self.vault().roots().await.map_err(|error| problem(&error.into()))?;
        if roots.iter().any(|known| known.epoch <= plan.root) {
            service.rotate_root(unlock).await.map_err(|error| problem(&error))?;
        }
        let (instance, needed) = (plan.instance, plan.needed);
        let next = self.standing(plan.holders).await?;
        let (id, beside) = (self.new_id(), log_key.expose());
        let share =
            SharePlan { instance: &instance, id: &id, needed, holders: &next, beside: beside.as_bytes() };
        let (root, shares) = if next.is_empty() {
            let health = service.health().await.map_err(|error| problem(&error))?;
            (health.root_epoch, Vec::new())
        } else {
            service.share_root(&share).await.map_err(|error| problem(&error))?
        };
        keep(&shares)?;
        let set = SetRow {
            id: id.clone(),
            root,
            needed: needed.into(),
            log_origin: log_key.public().name().to_owned(),
            made_at: self.now(),
            first: "ceremony".to_owned(),
            second: row.auditor.clone(),
            state: "current".to_owned(),
            ended_at: 0,
        };
        let (holders, teller) = (super::holders(&id, &next, &shares), self.teller());
        let write = move |tx: &mut Tx| {
            if !holders.is_empty() {
                rows::add(tx, &set, &holders)?;
                let note = Note::of(ledger::Kind::ShareSet, HOUSE, &set.second).op("made");
                let people: Vec<&str> = holders.iter().map(|holder| holder.person.as_str()).collect();
                teller.note(tx, note.detail(serde_json::json!({"set": set.id, "holders": people})))?;
            }
            Ok::<_, Problem>(rows::finish(tx, &row.id, set.made_at)?)
        };
        self.store.try_write("end-ceremony", write).await?;
        self.store.scrub().await?; // the root that was in so many hands leaves the store's files
        Ok(Replaced { root, shares })
    }

    /// The holders, if each of them may hold a share still.
    async fn standing(&self, holders: Vec<(String, String)>) -> Result<Vec<Holder>, Problem> {
        let read = move |tx: &mut Tx| {
            let mut next = Vec::new();
            for (person, to) in &holders {
                if !super::holds(tx, person)? {
                    return Ok(Vec::new());
                }
                next.push(Holder {
                    person: person.clone(),
                    to: to.parse().map_err(|_| Problem::internal())?,
                });
            }
            Ok::<_, Problem>(next)
        };
        self.store.try_read("next-holders", read).await
    }

    fn teller(&self) -> Teller {
        Teller::new(self.clock.clone(), self.entropy.clone())
    }
}

/// The auditor who signed, who gives no share.
fn auditor(
    tx: &mut Tx,
    ready: &Ready,
    (signature, now): (&str, Micros),
    controls: Controls,
) -> Result<String, Problem> {
    if !controls.on(Control::CeremonyAuditor) {
        return Ok(String::new());
    }
    let signed = (Namespace::Ceremony, ready.text.as_str());
    let auditor = signed_by(tx, Kind::Auditor, signed, signature, now)?;
    if ready.givers.iter().any(|(_, person)| *person == auditor.id) {
        let why = "The auditor who signed gives a share too. Another auditor must be present, or another holder give one.";
        return Err(refused("duplicate_person", why.to_owned()));
    }
    Ok(auditor.id)
}

/// The root is in its place again, and its shares are used up.
fn back(tx: &mut Tx, ready: &Ready, sealed: &SealedRoot, now: Micros) -> Result<(), Problem> {
    keys::put_root(tx, ready.set.root, &sealed.0)?;
    rows::end(tx, "used", now)?;
    for (number, _) in &ready.givers {
        rows::used(tx, &ready.set.id, *number, now)?;
    }
    Ok(())
}

fn problem_of_unlock(error: &envelope::KeyError) -> Problem {
    match error {
        envelope::KeyError::WrongUnlock => refused("wrong_key", format!("{error}.")),
        error => problem(error),
    }
}

fn missing(needed: u32, have: usize) -> Problem {
    let why = format!("{needed} shares are needed and {have} were given. Ask more of the set's holders.");
    refused("shares_missing", why)
}

fn spent(row: &SetRow) -> Problem {
    let when = super::date(row.ended_at).map(|at| at.to_string()[..10].to_owned()).unwrap_or_default();
    let why = format!(
        "The set {} was {} on {when} and brings nothing back any more. Ask for the shares of the set after it.",
        row.id, row.state
    );
    refused("share_spent", why)
}

fn refused(slug: &'static str, why: String) -> Problem {
    Problem::new(409, Code(0), slug, why)
}
