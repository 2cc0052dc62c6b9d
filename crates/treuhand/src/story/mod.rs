//! The main job, played through the public API: a partner is enrolled, a customer created, agreements accepted, an
//! order placed, a month passes, an invoice is written. Each step says what it shows and fails if it does not hold.

mod approver;
mod browser;
mod cast;
mod deal;
mod joining;
mod papers;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use client::{Client, Config, Credentials, HttpTransport};
use kernel::{Clock, Entropy};
use serde::Serialize;

use crate::seed::Access;
pub use cast::{Person, Stage};
pub use deal::CANARY;

/// One step of the story.
#[derive(Debug, Serialize)]
pub struct Step {
    /// Counts from 1.
    pub number: u32,
    /// What happened.
    pub what: String,
    /// What it shows.
    pub shows: Vec<String>,
}

/// Where the story is set.
pub struct Setting {
    /// The accounts of the demo world, and where it answers.
    pub access: Access,
    /// Connections to it.
    pub transport: HttpTransport,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The operator zone's data folder, when the teller may look into it.
    pub operator_files: Option<PathBuf>,
    /// What is appended to the names of domains, so that the story can be told again in the same world.
    pub suffix: String,
}

impl Setting {
    /// The stage for people of this world.
    pub fn stage(&self) -> Stage {
        let roots = self.access.roots.clone();
        let config = Config::new(&roots.api_root, &roots.authority);
        let (transport, entropy) = (self.transport.clone(), self.entropy.clone());
        let client = Client::new(config, Credentials::anonymous(), transport.clone(), entropy);
        Stage { roots, clock: self.clock.clone(), transport, client }
    }
}

/// The story under way.
struct Story<'s> {
    stage: Stage,
    access: Access,
    operator_files: Option<PathBuf>,
    suffix: String,
    out: PathBuf,
    told: u32,
    tell: &'s mut (dyn FnMut(&Step) + Send),
}

/// Tells the story in this setting; fails at the first step that does not hold.
///
/// # Errors
/// What did not hold.
pub async fn tell(setting: Setting, out: &Path, tell: &mut (dyn FnMut(&Step) + Send)) -> Result<()> {
    let stage = setting.stage();
    let Setting { access, operator_files, suffix, .. } = setting;
    let mut story = Story { stage, access, operator_files, suffix, out: out.to_owned(), told: 0, tell };
    let partner = joining::partner(&mut story).await?;
    let sale = deal::customer_and_order(&mut story, &partner).await?;
    deal::a_month_passes(&mut story, &partner, &sale).await?;
    papers::write(&mut story, &partner, &sale).await
}

impl Story<'_> {
    /// Tells one step.
    fn step(&mut self, what: impl Into<String>, shows: &[String]) {
        self.told += 1;
        (self.tell)(&Step { number: self.told, what: what.into(), shows: shows.to_vec() });
    }
}
