//! The way from the log to a witness on another host.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};
use edge::{Reach, Web};
use ledger::Policy;
use trustee::log::{WitnessAnswer, WitnessLink, Witnessing};

/// A witness behind a URL.
struct Far {
    web: Web,
    url: String,
    elsewhere: AtomicBool,
}

impl WitnessLink for Far {
    fn add_checkpoint(&self, body: String) -> WitnessAnswer<'_> {
        Box::pin(async move {
            let answered = self.web.ask(&self.url, body).await.map_err(|error| error.to_string())?;
            self.elsewhere.store(answered.reach == Reach::Elsewhere, Ordering::Relaxed);
            Ok((answered.status, answered.body.to_vec()))
        })
    }

    fn is_elsewhere(&self) -> bool {
        self.elsewhere.load(Ordering::Relaxed)
    }
}

/// A policy out of its file.
///
/// # Errors
/// When it cannot be read, or is none.
pub fn read_policy(path: &Path) -> Result<Policy> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Policy::parse(&text).with_context(|| format!("{} is no policy", path.display()))
}

/// The witnesses of a policy, each asked at the URL that the policy names.
///
/// # Errors
/// When a witness has no URL.
pub fn witnessing(policy: Policy, before_release: bool, web: &Web) -> Result<Witnessing> {
    let mut links: Vec<(_, Arc<dyn WitnessLink>)> = Vec::new();
    for (name, key, url) in policy.witnesses {
        let Some(url) = url else { bail!("witness {name} of the log's policy has no URL") };
        let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
        links.push((key, Arc::new(Far { web: web.clone(), url, elsewhere: AtomicBool::new(false) })));
    }
    Ok(Witnessing { quorum: policy.quorum, links, before_release })
}
