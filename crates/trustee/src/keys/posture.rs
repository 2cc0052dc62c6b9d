//! Whether the key service keeps keys as it must, looked at now and then and remembered in between.
//!
//! Invariant: keys count as sound only after a look that found nothing wrong, and only until the next look is
//! overdue; a key service that cannot be asked is not sound.

use super::Keys;
use crate::controls::Control;
use envelope::Deviation;
use kernel::{Code, Micros, Problem};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A look is due so long after the last one; sooner after one that found something.
const EVERY: Micros = 5 * 60 * 1_000_000;
/// Looks that did not happen: after so long the last one no longer counts.
const STALE: Micros = 3 * EVERY;

/// What the last look found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has looked yet, or nobody could.
    #[default]
    Unknown,
    /// Nothing deviates.
    Sound,
    /// So many things are not as they must be.
    Drifted(usize),
}

impl Standing {
    /// The word of it in the transparency log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Sound => "sound",
            Self::Drifted(_) => "drifted",
        }
    }
}

/// A look that found something else than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What was found before.
    pub from: Standing,
    /// What is found now.
    pub to: Standing,
    /// How many tenants' keys were looked at.
    pub keys: usize,
}

#[derive(Default)]
pub(super) struct Watch(Mutex<Last>);

#[derive(Clone, Default)]
struct Last {
    standing: Standing,
    /// What was wrong when it was possible to look last.
    found: Arc<[Deviation]>,
    at: Option<Micros>,
    /// What the log was told; sound needs no telling at the start.
    told: Option<Standing>,
}

impl Keys {
    /// Looks at the key service when that is due. Says what has to be told, until [`Keys::told`].
    pub async fn look(&self) -> Option<Changed> {
        let now = self.clock.now().as_microsecond();
        let last = self.last();
        if last.standing == Standing::Sound && last.at.is_some_and(|at| (0..EVERY).contains(&(now - at))) {
            return None;
        }
        if let Err(error) = self.replay_erasures().await {
            tracing::warn!(%error, "nobody can look whether destroyed keys are back");
        }
        let (standing, keys) = match self.service.posture().await {
            Ok(posture) => {
                let many = posture.deviations.len();
                self.found(posture.deviations);
                (if many == 0 { Standing::Sound } else { Standing::Drifted(many) }, posture.keys)
            }
            Err(error) => {
                if last.at.is_none() || last.standing != Standing::Unknown {
                    tracing::warn!(%error, "nobody can look how keys are kept");
                }
                (Standing::Unknown, 0)
            }
        };
        self.watch(|last| (last.standing, last.at) = (standing, Some(now)));
        let from = last.told.unwrap_or_default();
        if last.told.is_none() && standing == Standing::Sound {
            self.told(standing);
            return None;
        }
        (last.told != Some(standing)).then_some(Changed { from, to: standing, keys })
    }

    /// Keeps what was found, and says it when it is not what was found before.
    fn found(&self, deviations: Vec<Deviation>) {
        if *self.last().found == *deviations {
            return;
        }
        for found in &deviations {
            let Deviation { tenant, what, place, remedy } = found;
            tracing::error!(?tenant, what, place, remedy, "keys are not kept as they must be");
        }
        self.watch(|last| last.found = deviations.into());
    }

    /// What the last look found to be wrong, for everybody: without tenants and places, each with how often it was found
    /// and the command that mends it.
    pub fn findings(&self) -> serde_json::Value {
        let mut counted: BTreeMap<(&str, Option<&str>), u64> = BTreeMap::new();
        for found in self.last().found.iter() {
            *counted.entry((found.what, found.remedy)).or_default() += 1;
        }
        let shown = |((what, remedy), times)| json!({"what": what, "times": times, "remedy": remedy});
        counted.into_iter().map(shown).collect()
    }

    /// Notes that the log was told of this finding.
    pub fn told(&self, standing: Standing) {
        self.watch(|last| last.told = Some(standing));
    }

    /// What the last look found; unknown when it is long ago.
    pub fn standing(&self) -> Standing {
        let (last, now) = (self.last(), self.clock.now().as_microsecond());
        let counts = last.at.is_some_and(|at| (0..STALE).contains(&(now - at)));
        if counts { last.standing } else { Standing::Unknown }
    }

    /// Whether keys may be used for somebody who is not their owner. To be asked before any opening for staff.
    ///
    /// # Errors
    /// 503 `keys_not_sound`.
    pub fn sound(&self) -> Result<(), Problem> {
        if self.standing() == Standing::Sound || !self.controls.on(Control::SoundKeys) {
            return Ok(());
        }
        let why = "The key service is not known to keep keys as it must, so nothing is opened for staff.";
        Err(Problem::new(503, Code(0), "keys_not_sound", why).retry_after(60))
    }

    fn last(&self) -> Last {
        self.watch.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn watch(&self, change: impl FnOnce(&mut Last)) {
        change(&mut self.watch.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
