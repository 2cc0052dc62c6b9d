//! The main job, played through the public API: a partner is enrolled, a customer created, agreements accepted, an
//! order placed, a month passes, an invoice is written. Each step says what it shows and fails if it does not hold.

mod browser;
mod cast;
mod deal;
mod joining;
mod papers;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use client::{Client, Config, Credentials, HttpTransport};
use serde::Serialize;

use crate::instance::Instance;
use cast::Stage;
use treuhand::seed::Access;

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

/// The story under way.
struct Story<'s> {
    stage: Stage,
    access: Access,
    data: PathBuf,
    out: PathBuf,
    told: u32,
    tell: &'s mut (dyn FnMut(&Step) + Send),
}

/// Prepares the story; the future tells it. Nothing of the instance stays borrowed.
pub fn tell<'s>(
    instance: &Instance,
    data: &Path,
    out: &Path,
    tell: &'s mut (dyn FnMut(&Step) + Send),
) -> Result<impl Future<Output = Result<()>> + 's> {
    let world = instance.world();
    let config = Config::new(&instance.roots.api_root, &instance.roots.authority);
    let client =
        Client::new(config, Credentials::anonymous(), HttpTransport::plain()?, world.entropy.clone());
    let stage = Stage { roots: instance.roots.clone(), clock: world.clock.clone(), client };
    let access = instance.access.clone().context("this instance has no demo world")?;
    let mut story = Story { stage, access, data: data.to_owned(), out: out.to_owned(), told: 0, tell };
    Ok(async move {
        let partner = joining::partner(&mut story).await?;
        let sale = deal::customer_and_order(&mut story, &partner).await?;
        deal::a_month_passes(&mut story, &partner, &sale).await?;
        papers::write(&mut story, &partner, &sale).await
    })
}

impl Story<'_> {
    /// Tells one step.
    fn step(&mut self, what: impl Into<String>, shows: &[String]) {
        self.told += 1;
        (self.tell)(&Step { number: self.told, what: what.into(), shows: shows.to_vec() });
    }
}
