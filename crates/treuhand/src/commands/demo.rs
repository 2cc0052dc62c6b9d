//! `treuhand demo`: the main job once, against a fresh throw-away instance, through the public API.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{block_on, log, say};
use crate::ambient::SystemEntropy;
use crate::cli::{Demo, Up};
use crate::instance::{Ground, Instance};
use crate::story::{self, Step};

/// Plays the story; fails at the first step that does not hold.
pub fn run(options: &Demo) -> Result<()> {
    log();
    std::fs::create_dir_all(&options.out)
        .with_context(|| format!("cannot make {}", options.out.display()))?;
    let place = Place::new()?;
    let up = throw_away(place.0.join("data"));
    let ground = Ground::open(&up)?;
    block_on(async {
        let instance = Instance::start(ground, &up).await?;
        let mut tell = |step: &Step| print(step, options.json);
        let told = story::tell(&instance, &up.data, &options.out, &mut tell);
        // The story borrows nothing of the instance, which answers meanwhile.
        Box::pin(instance.run(told?)).await?
    })?;
    if !options.json {
        say(&format!("All of it held. The documents are in {}.", options.out.display()));
    }
    Ok(())
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
