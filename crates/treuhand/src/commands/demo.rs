//! `treuhand demo`: the main job once, through the public API: against a fresh throw-away instance, or against zones
//! that run with a demo world.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use client::HttpTransport;
use edge::tls::{authorities, client};
use treuhand::seed::Access;
use treuhand::story::{self, Setting, Step};
use treuhand::trustee_house::World;

use super::{block_on, log, say};
use crate::ambient::SystemEntropy;
use crate::cli::{Demo, Up};
use crate::instance::{Ground, Instance, world};

/// Plays the story; fails at the first step that does not hold.
pub fn run(options: &Demo) -> Result<()> {
    log();
    std::fs::create_dir_all(&options.out)
        .with_context(|| format!("cannot make {}", options.out.display()))?;
    let mut tell = |step: &Step| print(step, options.json);
    match &options.against {
        Some(access) => against(access, options, &mut tell)?,
        None => alone(options, &mut tell)?,
    }
    if !options.json {
        say(&format!("All of it held. The documents are in {}.", options.out.display()));
    }
    Ok(())
}

/// Who hears of each step.
type Tell<'t> = &'t mut (dyn FnMut(&Step) + Send);

/// In a world of its own, which goes away.
fn alone(options: &Demo, tell: Tell<'_>) -> Result<()> {
    let place = Place::new()?;
    let up = throw_away(place.0.join("data"));
    let ground = Ground::open(&up)?;
    block_on(async {
        let instance = Instance::start(ground, &up).await?;
        let access = instance.access.clone().context("this instance has no demo world")?;
        let operator_files = Some(up.data.clone());
        let setting = Setting { operator_files, ..setting(instance.world(), access, None)? };
        // The story borrows nothing of the instance, which answers meanwhile.
        Box::pin(instance.run(story::tell(setting, &options.out, tell))).await?
    })
}

/// In the world of zones that run already, which keeps what happens.
fn against(access: &Path, options: &Demo, tell: Tell<'_>) -> Result<()> {
    let world = world()?;
    let ids = kernel::Ids { clock: &*world.clock, entropy: &*world.entropy };
    let suffix = ids.random().simple().to_string()[..8].to_owned();
    let setting = setting(&world, Access::read(access)?, options.authority.as_deref())?;
    block_on(story::tell(Setting { suffix, ..setting }, &options.out, tell))
}

fn setting(world: &World, access: Access, authority: Option<&Path>) -> Result<Setting> {
    let transport = match authority {
        Some(authority) => HttpTransport::new(client(authorities(authority)?, None)?),
        None => HttpTransport::plain()?,
    };
    Ok(Setting {
        access,
        transport,
        clock: world.clock.clone(),
        entropy: world.entropy.clone(),
        operator_files: None,
        suffix: String::new(),
    })
}

fn print(step: &Step, json: bool) {
    if json {
        say(&serde_json::to_string(step).unwrap_or_default()); // a step is text alone
        return;
    }
    say(&format!("{:>2}  {}", step.number, step.what));
    for line in &step.shows {
        say(&format!("      {line}"));
    }
}

fn throw_away(data: PathBuf) -> Up {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Up {
        data,
        listen: any,
        operator_listen: any,
        public_url: None,
        trusted_proxies: Vec::new(),
        no_demo: false,
        tls: false,
        tls_cert: None,
        tls_key: None,
        postgres: None,
        log_policy: None,
        issuer_authority: None,
        json: false,
    }
}

/// A folder that goes away with its value.
struct Place(PathBuf);

impl Place {
    fn new() -> Result<Self> {
        let ids = kernel::Ids { clock: &crate::ambient::SystemClock, entropy: &SystemEntropy };
        let place = std::env::temp_dir().join(format!("treuhand-demo-{}", ids.random().simple()));
        std::fs::create_dir(&place).with_context(|| format!("cannot make {}", place.display()))?;
        Ok(Self(place))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // what stays in the temp folder is sealed or thrown away
    }
}
