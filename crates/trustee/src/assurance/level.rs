//! Which assurance level an installation has: a pure rule over measured facts.
//!
//! Invariants: a level is reached when all steps up to it are made, so that no fact makes up for another; an unknown
//! fact counts as the worse one; one host is never more than L1.
//!
//! Deliberately absent: what cannot be measured, above all that the trustee's host is run by another party and that
//! the operator tells the truth about its own. The agreements say the first; of the second the operator has nothing.

use ledger::Level;

/// Where the operator zone runs, seen from the trustee zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operator {
    /// It has not been asked yet, or has not said.
    #[default]
    Unknown,
    /// In the trustee's own process.
    SameProcess,
    /// On the trustee's machine.
    SameHost {
        /// Whether as the trustee's own user.
        same_user: bool,
    },
    /// On another machine.
    OtherHost,
}

/// What keeps the tenants' wrapping keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyBackend {
    /// The trustee's own process.
    #[default]
    Embedded,
    /// A key service of its own.
    Apart {
        /// Whether the check of its posture found nothing: no key can leave it, and none can be deleted.
        sound: bool,
    },
}

/// What was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Where the operator zone runs.
    pub operator: Operator,
    /// Whether this is a demo world, whose doors open to bare passwords.
    pub demo: bool,
    /// What keeps the keys.
    pub keys: KeyBackend,
    /// Witnesses with keys of their own, on other machines, that have cosigned lately.
    pub witnesses: usize,
    /// Whether an officer can watch uses of grants as they happen, and stop them.
    pub supervised: bool,
    /// Whether each opening needs a second party: the customer's part of a key, or a key host that checks for itself.
    pub second_party: bool,
}

/// One thing that a level asks for.
#[derive(Debug)]
pub struct Step {
    /// The lowest level that asks for it.
    pub level: Level,
    /// Its name, which does not change.
    pub slug: &'static str,
    met: fn(&Facts) -> bool,
}

const fn step(level: Level, slug: &'static str, met: fn(&Facts) -> bool) -> Step {
    Step { level, slug, met }
}

/// All steps, from the lowest level up.
pub const STEPS: &[Step] = &[
    step(Level::L1, "operator-measured", |facts| facts.operator != Operator::Unknown),
    step(Level::L1, "process-of-its-own", |facts| facts.operator != Operator::SameProcess),
    step(Level::L1, "user-of-its-own", |facts| {
        !matches!(facts.operator, Operator::SameProcess | Operator::SameHost { same_user: true })
    }),
    step(Level::L1, "no-demo-world", |facts| !facts.demo),
    step(Level::L2, "host-of-its-own", |facts| facts.operator == Operator::OtherHost),
    step(Level::L3, "key-service-apart", |facts| facts.keys != KeyBackend::Embedded),
    step(Level::L3, "key-service-posture", |facts| facts.keys == KeyBackend::Apart { sound: true }),
    step(Level::L3, "two-foreign-witnesses", |facts| facts.witnesses >= 2),
    step(Level::L3, "live-supervision", |facts| facts.supervised),
    step(Level::L4, "second-party", |facts| facts.second_party),
];

/// A level, and what is missing for the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The level.
    pub level: Level,
    /// The slugs of the steps that the next level asks for and that are not made.
    pub missing: Vec<&'static str>,
}

impl Verdict {
    /// Whether this installation may be called sovereign: the zones are on different machines.
    pub fn is_sovereign(&self) -> bool {
        self.level >= Level::L2
    }
}

/// The level of an installation.
pub fn verdict(facts: &Facts) -> Verdict {
    let reached =
        |level: Level| STEPS.iter().filter(|step| step.level <= level).all(|step| (step.met)(facts));
    let level = Level::ALL.iter().copied().rfind(|level| reached(*level)).unwrap_or(Level::L0);
    let next = Level::ALL.iter().copied().find(|next| *next > level);
    let missing = STEPS.iter().filter(|step| Some(step.level) == next && !(step.met)(facts));
    Verdict { level, missing: missing.map(|step| step.slug).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_HOST: Operator = Operator::SameHost { same_user: false };
    const BEST: Facts = Facts {
        operator: Operator::OtherHost,
        demo: false,
        keys: KeyBackend::Apart { sound: true },
        witnesses: 2,
        supervised: true,
        second_party: true,
    };

    fn check(facts: Facts, level: Level, missing: &[&str]) {
        let said = verdict(&facts);
        assert_eq!((said.level, said.missing.as_slice()), (level, missing), "{facts:?}");
        assert_eq!(
            said.is_sovereign(),
            facts.operator == Operator::OtherHost && level > Level::L1,
            "{facts:?}"
        );
    }

    #[test]
    fn levels_follow_from_facts() {
        check(Facts::default(), Level::L0, &["operator-measured"]);
        let of = |operator| Facts { operator, ..Facts::default() };
        check(of(Operator::SameProcess), Level::L0, &["process-of-its-own", "user-of-its-own"]);
        check(of(Operator::SameHost { same_user: true }), Level::L0, &["user-of-its-own"]);
        check(of(ONE_HOST), Level::L1, &["host-of-its-own"]);
        check(
            of(Operator::OtherHost),
            Level::L2,
            &["key-service-apart", "key-service-posture", "two-foreign-witnesses", "live-supervision"],
        );
        let loose = KeyBackend::Apart { sound: false };
        check(Facts { keys: loose, ..BEST }, Level::L2, &["key-service-posture"]);
        check(Facts { witnesses: 1, ..BEST }, Level::L2, &["two-foreign-witnesses"]);
        check(Facts { supervised: false, ..BEST }, Level::L2, &["live-supervision"]);
        check(Facts { second_party: false, ..BEST }, Level::L3, &["second-party"]);
        check(BEST, Level::L4, &[]);
    }

    #[test]
    fn nothing_makes_up_for_a_shared_host_or_a_demo_world() {
        check(Facts { operator: ONE_HOST, ..BEST }, Level::L1, &["host-of-its-own"]);
        check(Facts { operator: Operator::Unknown, ..BEST }, Level::L0, &["operator-measured"]);
        check(Facts { demo: true, ..BEST }, Level::L0, &["no-demo-world"]);
    }
}
