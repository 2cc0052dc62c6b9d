//! Whom the reader trusts: logs, witnesses, and how many of them must agree. C2SP tlog-policy.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Checks, Cosigned, Purpose, Refusal, VerifyingKey};

/// More logs, witnesses or groups than anybody names.
const MAX_NAMES: usize = 64;

/// Which witnesses must have cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quorum {
    /// None.
    None,
    /// This one.
    Witness(VerifyingKey),
    /// At least so many of these.
    AtLeast(usize, Vec<Quorum>),
}

impl Quorum {
    fn holds(&self, cosigned: &[Cosigned]) -> bool {
        match self {
            Self::None => true,
            Self::Witness(key) => cosigned.iter().any(|one| one.witness == *key),
            Self::AtLeast(least, members) => {
                members.iter().filter(|member| member.holds(cosigned)).count() >= *least
            }
        }
    }
}

/// Whom the reader trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The logs.
    pub logs: Vec<VerifyingKey>,
    /// The witnesses with their names in the policy and where they are reached.
    pub witnesses: Vec<(String, VerifyingKey, Option<String>)>,
    /// Which of them must have cosigned.
    pub quorum: Quorum,
    /// What is looked at: everything, but in sabotage builds.
    pub checks: Checks,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// When a line is not understood; the message names it.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut reading = Reading::default();
        if text.bytes().any(|b| b < b' ' && b != b'\t' && b != b'\n' || b == 0x7f) {
            return Err(Refusal::new("malformed_policy", "the policy holds a control character"));
        }
        for (number, line) in text.lines().enumerate() {
            reading.line(line).map_err(|why| {
                Refusal::new("malformed_policy", format!("line {} of the policy {why}", number + 1))
            })?;
        }
        let quorum = reading
            .quorum
            .ok_or_else(|| Refusal::new("malformed_policy", "the policy has no quorum line"))?;
        Ok(Self { logs: reading.logs, witnesses: reading.witnesses, quorum, checks: Checks::all() })
    }

    /// A policy of one log that asks for no witness.
    pub fn of_log(key: VerifyingKey) -> Self {
        Self { logs: vec![key], witnesses: Vec::new(), quorum: Quorum::None, checks: Checks::all() }
    }

    /// The keys of the witnesses.
    pub fn witness_keys(&self) -> Vec<VerifyingKey> {
        self.witnesses.iter().map(|(_, key, _)| key.clone()).collect()
    }

    /// Checks that enough witnesses cosigned.
    ///
    /// # Errors
    /// When they did not.
    pub fn check(&self, cosigned: &[Cosigned]) -> Result<(), Refusal> {
        if self.quorum.holds(cosigned) {
            return Ok(());
        }
        let found =
            format!("{} known witnesses cosigned the checkpoint, too few for the policy", cosigned.len());
        Err(Refusal::new("quorum_missing", found))
    }
}

#[derive(Default)]
struct Reading {
    logs: Vec<VerifyingKey>,
    witnesses: Vec<(String, VerifyingKey, Option<String>)>,
    names: BTreeMap<String, Quorum>,
    used: BTreeSet<String>,
    quorum: Option<Quorum>,
}

impl Reading {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] | ["log", key, _] => self.log(key),
            ["witness", name, key] => self.witness(name, key, None),
            ["witness", name, key, url] => self.witness(name, key, Some((*url).to_owned())),
            ["group", name, least, members @ ..] => self.group(name, least, members),
            ["quorum", name] => self.quorum(name),
            _ => Err("is none of log, witness, group and quorum with their parts"),
        }
    }

    fn log(&mut self, key: &str) -> Result<(), &'static str> {
        let key = key_of(key, Purpose::Log)?;
        if self.logs.iter().any(|known| known.public() == key.public()) {
            return Err("names a log's key a second time");
        }
        if self.logs.len() >= MAX_NAMES {
            return Err("is one log too many");
        }
        self.logs.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<String>) -> Result<(), &'static str> {
        let key = key_of(key, Purpose::Witness)?;
        if self.witnesses.iter().any(|(_, known, _)| known.public() == key.public()) {
            return Err("names a witness's key a second time");
        }
        self.name(name, Quorum::Witness(key.clone()))?;
        self.witnesses.push((name.to_owned(), key, url));
        Ok(())
    }

    fn group(&mut self, name: &str, least: &str, members: &[&str]) -> Result<(), &'static str> {
        let least = match least {
            "all" => members.len(),
            "any" => 1,
            number if number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0') => {
                number.parse().map_err(|_| "has a number that is too large")?
            }
            _ => return Err("says neither all, any nor a number"),
        };
        if least < 1 || least > members.len() {
            return Err("asks for none, or for more than it has members");
        }
        let mut group = Vec::with_capacity(members.len());
        for member in members {
            let known = self.names.get(*member).ok_or("names a member that no line before defines")?;
            group.push(known.clone());
            if !self.used.insert((*member).to_owned()) {
                return Err("names a member that is in a group already");
            }
        }
        self.name(name, Quorum::AtLeast(least, group))
    }

    fn name(&mut self, name: &str, what: Quorum) -> Result<(), &'static str> {
        if name == "none" || self.names.len() >= MAX_NAMES {
            return Err("has a name that is taken, or is one too many");
        }
        match self.names.insert(name.to_owned(), what) {
            None => Ok(()),
            Some(_) => Err("defines a name a second time"),
        }
    }

    fn quorum(&mut self, name: &str) -> Result<(), &'static str> {
        if self.quorum.is_some() {
            return Err("is a second quorum line");
        }
        self.quorum = match name {
            "none" => Some(Quorum::None),
            name => Some(self.names.get(name).ok_or("names what no line before defines")?.clone()),
        };
        Ok(())
    }
}

fn key_of(text: &str, purpose: Purpose) -> Result<VerifyingKey, &'static str> {
    let key: VerifyingKey = text.parse().map_err(|_| "has a key that is not written name+id+base64")?;
    if key.purpose() == purpose {
        Ok(key)
    } else {
        Err("has a key of the wrong type: 1 is a log's, 4 a witness's")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SigningKey;

    fn witness(n: u8) -> VerifyingKey {
        SigningKey::from_seed(&format!("w{n}.example"), Purpose::Witness, [n; 32])
            .expect("a key")
            .public()
            .clone()
    }

    #[test]
    fn quorums_are_counted_over_groups() {
        let log =
            SigningKey::from_seed("log.example", Purpose::Log, [1; 32]).expect("a key").public().clone();
        let lines: Vec<_> = (1..=5).map(|n| format!("witness w{n} {}\n", witness(n))).collect();
        let lines = lines.concat();
        let text = format!(
            "# whom we trust\nlog {log} https://log.example/log\n\n{lines}\
             group x 2 w1 w2 w3\n\tgroup y any w4 w5\ngroup both all x y\nquorum both\n"
        );
        let policy = Policy::parse(&text).expect("read");
        assert_eq!((policy.logs.len(), policy.witnesses.len()), (1, 5));
        for (signed, enough) in [
            (&[1, 2, 4][..], true),
            (&[1, 4, 5], false),
            (&[1, 2, 3], false),
            (&[3, 2, 5], true),
            (&[], false),
            (&[1, 1, 4], false),
        ] {
            let signed: Vec<_> = signed.iter().map(|n| Cosigned { witness: witness(*n), at: 0 }).collect();
            assert_eq!(policy.check(&signed).is_ok(), enough, "{signed:?}");
        }
        assert!(Policy::of_log(log).check(&[]).is_ok());
    }

    #[test]
    fn what_is_not_a_policy_is_refused() {
        let (w1, w2) = (witness(1), witness(2));
        for text in [
            String::new(),
            "quorum none\nquorum none".to_owned(),
            "quorum w1".to_owned(),
            format!("log {w1}\nquorum none"),
            format!("witness w1 {w1}\nwitness w1 {w2}\nquorum w1"),
            format!("witness w1 {w1}\nwitness w2 {w1}\nquorum w1"),
            format!("witness none {w1}\nquorum none"),
            format!("witness w1 {w1}\ngroup g 0 w1\nquorum g"),
            format!("witness w1 {w1}\ngroup g 2 w1\nquorum g"),
            format!("witness w1 {w1}\ngroup g all\nquorum g"),
            format!("witness w1 {w1}\ngroup g any w1\ngroup h any w1\nquorum h"),
            format!("witness w1 {w1}\ngroup g all g\nquorum g"),
            "quorum none\u{1}".to_owned(),
            "trust everybody\nquorum none".to_owned(),
        ] {
            assert!(Policy::parse(&text).is_err(), "{text}");
        }
        assert!(Policy::parse("quorum none\n").is_ok());
    }
}
