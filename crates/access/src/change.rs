//! Changing who must agree: what a change says, when it is a weakening, and which rules stand for a customer after it.
//!
//! Invariants: what officers sign names the policy file by its hash, the one it replaces, and everything it weakens; a
//! customer who was there before a change keeps the old rule wherever the new one is weaker, until its own approver has
//! signed; a change that only strengthens binds everybody.
//!
//! Deliberately absent: who signed (the caller hands in only changes that hold), and storage.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernel::Micros;
use uuid::Uuid;

use crate::policy::{Policy, Rule};
use crate::reason::Reason;
use crate::request::time;
use crate::text::{TextError, Writer};

/// The first line of a change.
pub const TITLE: &str = "treuhand-policy-change v1";
/// How long a change waits between its second signature and its effect.
pub const WAIT: Micros = 24 * 3_600_000_000;

/// One change of the policy, as it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: Uuid,
    /// The hash of the policy it puts in place.
    pub policy_sha256: String,
    /// The hash of the policy it replaces.
    pub replaces_sha256: String,
    /// What is weaker than before: `reason:what`, each.
    pub weakens: BTreeSet<String>,
}

impl Change {
    /// The text.
    ///
    /// # Errors
    /// When a value cannot stand in a text.
    pub fn text(&self) -> Result<String, TextError> {
        let mut out = Writer::new(TITLE);
        out.line("change", &self.id.hyphenated().to_string())?;
        out.line("policy-sha256", &self.policy_sha256)?;
        out.line("replaces-sha256", &self.replaces_sha256)?;
        let weakens: Vec<&str> = self.weakens.iter().map(String::as_str).collect();
        let weakens = if weakens.is_empty() { "none".to_owned() } else { weakens.join(",") };
        out.line("weakens", &weakens)?;
        out.line("existing-customers", "keep the old rule where the new one is weaker, until they sign")?;
        out.line("waits-seconds", &(WAIT / 1_000_000).to_string())?;
        Ok(out.finish())
    }

    /// What a signer signs: the text, for whom, by which key, when. `tenant` is the customer's, or `trustee`.
    ///
    /// # Errors
    /// When a value cannot stand in a text.
    pub fn signature(&self, tenant: &str, key: &str, at: Micros) -> Result<String, TextError> {
        let mut out = Writer::new("");
        out.line("signed-for", tenant)?;
        out.line("by", key)?;
        out.line("at", &time(at))?;
        Ok(self.text()? + out.as_str().trim_start())
    }
}

/// What is weaker in a rule than in the one it replaces; `reason` where nobody could be granted anything before.
pub fn weaker(old: Option<&Rule>, new: &Rule) -> Vec<&'static str> {
    let Some(old) = old else { return vec!["reason"] };
    let asks =
        |rule: &Rule, kind| rule.factors.iter().find(|factor| factor.kind == kind).map_or(0, |f| f.count);
    let fewer = old.factors.iter().any(|factor| asks(new, factor.kind) < factor.count);
    let wider = new.classes.iter().any(|class| !old.classes.contains(class));
    [
        ("factors", fewer),
        ("classes", wider),
        ("supervision", new.supervision < old.supervision),
        ("answer", new.answer > old.answer),
        ("activation", new.activation > old.activation),
        ("active", new.active > old.active),
        ("idle", new.idle > old.idle),
        ("veto", new.veto < old.veto),
        ("level", new.level < old.level),
    ]
    .into_iter()
    .filter_map(|(what, is)| is.then_some(what))
    .collect()
}

/// Everything that a policy weakens, as [`Change::weakens`] has it.
pub fn weakenings(old: &Policy, new: &Policy) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rule in new.rules() {
        for what in weaker(old.rule(rule.reason, rule.suspect), rule) {
            let suspect = if rule.suspect { "-suspect" } else { "" };
            found.insert(format!("{}{suspect}:{what}", rule.reason));
        }
    }
    if new.countries().iter().any(|country| !old.allows_country(country)) {
        found.insert("countries".to_owned());
    }
    found
}

/// One policy that has taken effect, seen from a customer.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The policy.
    pub policy: Arc<Policy>,
    /// Whether it binds the customer wholly: it came after the change, or its approver signed.
    pub wholly: bool,
}

/// The rules that stand for one customer.
#[derive(Clone, Debug)]
pub struct Standing {
    rules: Vec<(Rule, String)>,
    countries: Vec<String>,
}

impl Standing {
    /// The rules after every change that has taken effect, in their order.
    pub fn of(base: &Policy, changes: &[Effective]) -> Self {
        let all = |policy: &Policy| {
            policy.rules().iter().map(|rule| (rule.clone(), policy.sha256().to_owned())).collect()
        };
        let mut standing = Self { rules: all(base), countries: base.countries().to_vec() };
        for Effective { policy, wholly } in changes {
            if *wholly {
                standing = Self { rules: all(policy), countries: policy.countries().to_vec() };
                continue;
            }
            let mut rules = Vec::new();
            for rule in policy.rules() {
                let old = standing.rule(rule.reason, rule.suspect);
                match old {
                    Some(kept) if !weaker(Some(&kept.0), rule).is_empty() => rules.push(kept.clone()),
                    Some(_) => rules.push((rule.clone(), policy.sha256().to_owned())),
                    None => {} // opens what nobody could open before
                }
            }
            standing.rules = rules;
            standing.countries.retain(|country| policy.allows_country(country));
        }
        standing
    }

    /// The rule of a reason, with the hash of the file in which it stands.
    pub fn rule(&self, reason: Reason, suspect: bool) -> Option<&(Rule, String)> {
        self.rules.iter().find(|(rule, _)| rule.reason == reason && rule.suspect == suspect)
    }

    /// All rules, each with the hash of its file.
    pub fn rules(&self) -> &[(Rule, String)] {
        &self.rules
    }

    /// Whether staff may work from this country.
    pub fn allows_country(&self, code: &str) -> bool {
        self.countries.iter().any(|country| country == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "reason = \"incident\"\nclasses = [\"contact\"]\nactive-minutes = 30\nveto-minutes = 60\n\
                        supervision = \"live\"\nminimum-level = 1\nfactors = { customer-approver = 1, trustee-officer = 2 }";

    fn policy(countries: &str, rules: &[&str]) -> Policy {
        let rule = |(at, rule): (usize, &&str)| format!("[[rule]]\nid = \"r{at}@1\"\n{rule}\n");
        let rules: String = rules.iter().enumerate().map(rule).collect();
        Policy::parse(&format!("countries = [{countries}]\n{rules}")).expect("a sound policy")
    }

    #[test]
    fn every_way_of_weakening_is_seen() {
        let old = policy("\"DE\"", &[RULE]);
        for (from, to, want) in [
            ("", "", ""),
            ("customer-approver = 1, ", "", "incident:factors"),
            ("trustee-officer = 2", "trustee-officer = 1", "incident:factors"),
            ("trustee-officer = 2", "trustee-officer = 3", ""),
            ("[\"contact\"]", "[\"contact\", \"content\"]", "incident:classes"),
            ("\"live\"", "\"post\"", "incident:supervision"),
            ("\"live\"", "\"step\"", ""),
            ("active-minutes = 30", "active-minutes = 31", "incident:active"),
            ("active-minutes = 30", "active-minutes = 29", ""),
            ("veto-minutes = 60", "veto-minutes = 59", "incident:veto"),
            ("minimum-level = 1", "minimum-level = 0", "incident:level"),
            ("minimum-level = 1", "minimum-level = 1\nidle-minutes = 16", "incident:idle"),
            ("minimum-level = 1", "minimum-level = 1\nactivation-minutes = 61", "incident:activation"),
            ("minimum-level = 1", "minimum-level = 1\nanswer-minutes = 4321", "incident:answer"),
            ("\"incident\"", "\"audit_sample\"", "audit_sample:reason"),
        ] {
            let new = policy("\"DE\"", &[&RULE.replacen(from, to, 1)]);
            let found: Vec<String> = weakenings(&old, &new).into_iter().collect();
            assert_eq!(found.join(","), want, "{from} -> {to}");
        }
        assert!(weakenings(&old, &policy("\"DE\", \"FR\"", &[RULE])).contains("countries"));
    }

    #[test]
    fn an_older_customer_keeps_the_old_rule_until_it_signs() {
        let weak = RULE.replacen("customer-approver = 1, ", "", 1);
        let (base, change) = (policy("\"DE\"", &[RULE]), policy("\"DE\", \"FR\"", &[&weak]));
        let back = policy("\"DE\"", &[&RULE.replacen("active-minutes = 30", "active-minutes = 20", 1)]);
        let factors = |changes: &[(&Policy, bool)]| {
            let changes: Vec<Effective> = changes
                .iter()
                .map(|(policy, wholly)| Effective { policy: Arc::new((*policy).clone()), wholly: *wholly })
                .collect();
            let standing = Standing::of(&base, &changes);
            let (rule, sha256) = standing.rule(Reason::Incident, false).expect("a rule");
            (rule.factors.len(), rule.active, standing.allows_country("FR"), sha256.clone())
        };
        let old = base.sha256().to_owned();
        assert_eq!(factors(&[]), (2, 30, false, old.clone()));
        assert_eq!(factors(&[(&change, false)]), (2, 30, false, old));
        assert_eq!(factors(&[(&change, true)]), (1, 30, true, change.sha256().to_owned()));
        assert_eq!(
            factors(&[(&change, false), (&back, false)]),
            (2, 20, false, back.sha256().to_owned()),
            "what only strengthens binds everybody"
        );
        let opens = policy("\"DE\"", &[RULE, &RULE.replacen("incident", "audit_sample", 1)]);
        let changes = [Effective { policy: Arc::new(opens), wholly: false }];
        assert!(Standing::of(&base, &changes).rule(Reason::AuditSample, false).is_none());
        assert!(Standing::of(&base, &changes).rule(Reason::Incident, false).is_some());
    }

    #[test]
    fn what_is_signed_says_what_is_weakened_and_for_whom() {
        let change = Change {
            id: Uuid::from_u128(1),
            policy_sha256: crate::request::sha256(b"new"),
            replaces_sha256: crate::request::sha256(b"old"),
            weakens: BTreeSet::from(["incident:factors".to_owned()]),
        };
        let text = change.signature("trustee", "SHA256:k", 0).expect("sound values");
        assert!(text.starts_with(TITLE) && text.contains("\nweakens: incident:factors\n"), "{text}");
        assert!(text.ends_with("\nsigned-for: trustee\nby: SHA256:k\nat: 1970-01-01T00:00:00Z\n"), "{text}");
        let other = change.signature("0193", "SHA256:k", 0).expect("sound values");
        assert_ne!(text, other);
    }
}
