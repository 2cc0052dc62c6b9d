//! What strangers have of a town's log: its files as they are served, the policy that names its key, and a witness.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use kernel::Clock;
use ledger::{
    AddCheckpoint, Checkpoint, Checks, Files, Policy, Purpose, Quorum, Refusal, ReportFacts, SigningKey,
    VerifyingKey, tiles_of, verify_log, verify_report,
};
use serde_json::Value;
use treuhand::witness::{Witness, WitnessDoor};
use trustee::log::{WitnessAnswer, WitnessLink, Witnessing};

use crate::twin::Player;
use crate::{Ask, Town};

/// A log as strangers fetch it.
pub struct Fetched(pub BTreeMap<String, Vec<u8>>);

impl Files for Fetched {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self.0.get(path).cloned())
    }
}

impl Town {
    /// The whole log, over the zone's door.
    ///
    /// # Errors
    /// When what is served as its checkpoint is none.
    pub async fn fetch_log(&self) -> Result<Fetched> {
        let fetch = async |path: &str| self.call(Ask::get(format!("/log/{path}"))).await.body.to_vec();
        let note = fetch("checkpoint").await;
        let size = Checkpoint::peek(&note)?.size;
        let mut files = BTreeMap::from([("checkpoint".to_owned(), note)]);
        for tile in tiles_of(size) {
            let path = tile.path();
            let content = fetch(&path).await;
            files.insert(path, content);
        }
        Ok(Fetched(files))
    }

    /// The policy of somebody who trusts the log's key and asks for no witness.
    pub fn policy(&self) -> Policy {
        Policy::of_log(self.trustee.trustee.log().key().clone())
    }

    /// A report as somebody fetches it, believed with the whole log at hand: what was found, and what it says.
    ///
    /// # Errors
    /// When it is not there or not believed.
    pub async fn verified_report(&self, who: &Player, id: &Value) -> Result<(ReportFacts, Value)> {
        let path =
            format!("/trustee/v1/access-reports/{}/bundle.json", id.as_str().context("a report's id")?);
        let reply = self.call(Ask::get(path).bearer(&who.token)).await;
        ensure!(reply.status == 200, "no bundle: {}", reply.text());
        let (files, now) = (self.fetch_log().await?, self.clock.now().as_microsecond());
        let log = verify_log(&files, &self.policy(), now, None)?;
        let facts = verify_report(&reply.body, &self.policy(), Some(&log))?;
        let bundle = reply.json();
        let note = bundle["report"].as_str().context("a note")?;
        Ok((facts, serde_json::from_str(note.lines().next().context("a report")?)?))
    }
}

/// How a witness behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Mood {
    /// It judges and cosigns.
    Honest,
    /// It does not answer.
    Away,
    /// It answers with a line that is no signature.
    Forging,
    /// It cosigns for an hour that has not come.
    Ahead,
}

/// The program's own witness, in this process, which can be made to lie.
pub struct Neighbour {
    key: SigningKey,
    door: WitnessDoor,
    clock: Arc<dyn Clock>,
    mood: AtomicU8,
    asked: Mutex<u64>,
}

impl Neighbour {
    /// A witness of this town's log with its state in this folder, which looks at these things.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn of(town: &Town, folder: &Path, checks: Checks) -> Result<Arc<Self>> {
        let key = || SigningKey::from_seed("witness.treuhand.test", Purpose::Witness, [3; 32]);
        let (clock, logs) = (town.clock.clone(), Policy { checks, ..town.policy() });
        let door = WitnessDoor::new(Witness::open(folder, key()?, logs, clock.clone())?);
        let mood = AtomicU8::new(Mood::Honest as u8);
        Ok(Arc::new(Self { key: key()?, door, clock, mood, asked: Mutex::default() }))
    }

    /// Its key.
    pub fn key(&self) -> &VerifyingKey {
        self.key.public()
    }

    /// Behaves like this from now on.
    pub fn is(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::SeqCst);
    }

    /// How often it was asked.
    pub fn asked(&self) -> u64 {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a log's home says of it: it must have seen a checkpoint before anything is released.
    pub fn witnessing(self: &Arc<Self>) -> Witnessing {
        Witnessing {
            quorum: Quorum::Witness(self.key().clone()),
            links: vec![(self.key().clone(), self.clone())],
            before_release: true,
        }
    }

    /// Brings it a checkpoint, as any log does; status and body of what it answers.
    pub async fn ask(&self, body: String) -> (u16, Vec<u8>) {
        let reply = Ask::new("POST", "/add-checkpoint").raw(body).of(&self.door).await;
        (reply.status, reply.body.to_vec())
    }
}

impl WitnessLink for Neighbour {
    fn add_checkpoint(&self, body: String) -> WitnessAnswer<'_> {
        Box::pin(async move {
            *self.asked.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            let mood = self.mood.load(Ordering::SeqCst);
            if mood == Mood::Away as u8 {
                return Err("away".to_owned());
            }
            if mood == Mood::Honest as u8 {
                return Ok(self.ask(body).await);
            }
            let said = |why: Refusal| why.to_string();
            let request = AddCheckpoint::parse(body.as_bytes()).map_err(said)?;
            let checkpoint = Checkpoint::peek(request.checkpoint.as_bytes()).map_err(said)?;
            let now = self.clock.now().as_microsecond();
            let line = match mood {
                mood if mood == Mood::Ahead as u8 => checkpoint.cosign(&self.key, now + 3_600_000_000),
                // Its signature over another checkpoint.
                _ => Checkpoint { size: checkpoint.size + 1, ..checkpoint }.cosign(&self.key, now),
            };
            Ok((200, format!("{}\n", line.map_err(said)?).into_bytes()))
        })
    }
}
