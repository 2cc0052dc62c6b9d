//! An approval as somebody checks it who has nothing but files: the text, the signatures, and the registry of keys in the
//! form that `ssh-keygen -Y verify` takes.
//!
//! Invariants: a signature counts for exactly the text that was asked for, by a key that the registry lists for that
//! time and namespace; a customer's approver counts for that customer alone; one person counts once.

use kernel::{Micros, TenantId};
use std::fmt;

use crate::person::{Kind, PersonId, Vote, quorum};
use crate::policy::factors_text;
use crate::request::{Decision, Request, time};
use crate::sshsig::{Namespace, PublicKey, signer};

/// Why an approval is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found}")]
pub struct Unbelieved {
    /// A word for programs.
    pub slug: &'static str,
    /// For people.
    pub found: String,
}

fn unbelieved<T>(slug: &'static str, found: impl Into<String>) -> Result<T, Unbelieved> {
    Err(Unbelieved { slug, found: found.into() })
}

/// One line of the registry: whose key it is, as what, and since when it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// What the person is.
    pub kind: Kind,
    /// Of a customer's approver, the customer.
    pub tenant: Option<TenantId>,
    /// The person.
    pub person: PersonId,
    /// The key.
    pub key: PublicKey,
    /// From then on it counts.
    pub since: Micros,
}

impl fmt::Display for Signer {
    /// The line, as it stands in an `allowed_signers` file of OpenSSH.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since: String = time(self.since).chars().filter(char::is_ascii_alphanumeric).collect();
        let since = since.replace('T', "");
        let namespace = Namespace::Approval.name();
        let (principal, key) = (self.principal(), self.key.line());
        write!(f, "{principal} namespaces=\"{namespace}\",valid-after=\"{since}\" {key}")
    }
}

impl Signer {
    /// What `ssh-keygen -I` takes: the kind, of a customer's approver also the customer, then `@` and the person.
    pub fn principal(&self) -> String {
        match self.tenant {
            Some(tenant) => format!("{}.{tenant}@{}", self.kind, self.person),
            None => format!("{}@{}", self.kind, self.person),
        }
    }

    /// Reads a line that [`Signer`] wrote. Any other form is refused: what is not understood could mean less.
    fn parse(line: &str) -> Option<Self> {
        let (principal, rest) = line.split_once(' ')?;
        let (options, key) = rest.split_once(' ')?;
        let (role, person) = principal.split_once('@')?;
        let (kind, tenant) = match role.split_once('.') {
            Some((kind, tenant)) => (kind, Some(tenant.parse().ok()?)),
            None => (role, None),
        };
        let since = options.rsplit_once("valid-after=\"")?.1.strip_suffix("Z\"")?;
        let since = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", since).ok()?;
        let since = since.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_microsecond();
        let (kind, person, key) = (kind.parse().ok()?, person.parse().ok()?, PublicKey::parse(key).ok()?);
        let signer = Self { kind, tenant, person, key, since };
        (signer.to_string() == line).then_some(signer)
    }
}

/// Reads a registry of keys. Empty lines and lines that begin with `#` say nothing.
///
/// # Errors
/// When a line is not understood.
pub fn registry(text: &str) -> Result<Vec<Signer>, Unbelieved> {
    let mut signers = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if line.starts_with('#') {
            continue;
        }
        match Signer::parse(line.trim_end()) {
            Some(signer) => signers.push(signer),
            None => return unbelieved("malformed_registry", format!("line {} is not a signer", number + 1)),
        }
    }
    Ok(signers)
}

/// What was found in an approval that is in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved {
    /// What was asked for.
    pub request: Request,
    /// Who agreed, and when.
    pub by: Vec<(Signer, Micros)>,
}

/// Checks a request's text and the signatures of its approvals, each with the time that stands in it, against a registry.
///
/// # Errors
/// When the text is not a request's, a signature is not one over it by a listed key, or too few agreed.
pub fn check(text: &str, signatures: &[(Micros, &str)], registry: &[Signer]) -> Result<Approved, Unbelieved> {
    let request = Request::parse(text).map_err(|error| Unbelieved {
        slug: "malformed_request",
        found: format!("the text is not a request's, or was changed: {error}"),
    })?;
    let mut by = Vec::with_capacity(signatures.len());
    for (at, pem) in signatures {
        by.push((counted(&request, *at, pem, registry)?.clone(), *at));
    }
    let votes: Vec<Vote> =
        by.iter().map(|(signer, _)| Vote { person: signer.person, kind: signer.kind }).collect();
    if !quorum(&request.factors, request.requester, &votes) {
        let found = format!("{} do not make {}", count(votes.len()), factors_text(&request.factors));
        return unbelieved("quorum_missing", found);
    }
    Ok(Approved { request, by })
}

fn count(votes: usize) -> String {
    format!("{votes} approvals that count")
}

fn counted<'r>(
    request: &Request,
    at: Micros,
    pem: &str,
    registry: &'r [Signer],
) -> Result<&'r Signer, Unbelieved> {
    let Ok(fingerprint) = signer(pem) else {
        return unbelieved("bad_signature", "an approval has no SSH signature");
    };
    let Some(known) = registry.iter().find(|known| known.key.fingerprint() == fingerprint) else {
        return unbelieved("unknown_key", format!("the registry has no key {fingerprint}"));
    };
    let text = request.decision(Decision::Approve, &fingerprint, at);
    let Ok(text) = text else { return unbelieved("bad_signature", "the time cannot stand in a text") };
    if let Err(error) = known.key.verify(Namespace::Approval, &text, pem) {
        return unbelieved("bad_signature", format!("by {}: {error}", known.principal()));
    }
    if at < known.since {
        return unbelieved("key_too_young", format!("the key of {} did not count then", known.principal()));
    }
    if known.kind == Kind::CustomerApprover && known.tenant != Some(request.scope.tenant) {
        return unbelieved("other_tenant", format!("{} approves for another customer", known.principal()));
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::tests::sample;
    use crate::sshsig::{private_from_seed, public_of, sign};
    use uuid::Uuid;

    const AT: Micros = 1_700_000_001_000_000;

    fn key(seed: u8) -> String {
        private_from_seed(&[seed; 32]).expect("a key")
    }

    fn listed(kind: Kind, seed: u8, tenant: Option<u128>) -> Signer {
        Signer {
            kind,
            tenant: tenant.map(|id| TenantId(Uuid::from_u128(id))),
            person: PersonId(Uuid::from_u128(seed.into())),
            key: public_of(&key(seed)).expect("a key"),
            since: 1_600_000_000_000_000,
        }
    }

    fn known() -> Vec<Signer> {
        vec![
            listed(Kind::TrusteeOfficer, 10, None),
            listed(Kind::TrusteeOfficer, 11, None),
            listed(Kind::CustomerApprover, 12, Some(1)),
            listed(Kind::CustomerApprover, 13, Some(9)),
            Signer { since: AT + 1_000_000, ..listed(Kind::TrusteeOfficer, 14, None) },
        ]
    }

    fn signed(seed: u8, decision: Decision, namespace: Namespace) -> String {
        let fingerprint = public_of(&key(seed)).expect("a key").fingerprint();
        let text = sample().decision(decision, &fingerprint, AT).expect("sound");
        sign(&key(seed), namespace, &text).expect("signed")
    }

    #[test]
    fn a_registry_reads_back_and_nothing_else_is_one() {
        let text = known().iter().map(Signer::to_string).collect::<Vec<_>>().join("\n");
        assert_eq!(registry(&format!("# keys\n\n{text}")), Ok(known()));
        for (from, to) in [
            ("valid-after=\"2020", "valid-before=\"2020"),
            ("trustee-officer@", "emperor@"),
            ("treuhand-approval@v1", "file"),
            ("namespaces", "cert-authority,namespaces"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert_eq!(registry(&changed).expect_err("refused").slug, "malformed_registry", "{to}");
        }
    }

    #[test]
    fn an_approval_counts_by_its_signatures_alone() {
        let text = sample().text().expect("sound");
        let by = |seed| signed(seed, Decision::Approve, Namespace::Approval);
        let check = |what: &str, text: &str, signatures: &[String], at: Micros, want: &str| {
            let signatures: Vec<_> = signatures.iter().map(|pem| (at, pem.as_str())).collect();
            let said = check(text, &signatures, &known());
            assert_eq!(said.map_or_else(|why| why.slug, |_| "ok"), want, "{what}");
        };
        check("both", &text, &[by(12), by(10)], AT, "ok");
        check("two officers", &text, &[by(10), by(11)], AT, "quorum_missing");
        check("one person twice", &text, &[by(10), by(10)], AT, "quorum_missing");
        check("nobody", &text, &[], AT, "quorum_missing");
        check("another customer's", &text, &[by(13), by(10)], AT, "other_tenant");
        check("a stranger", &text, &[by(12), by(20)], AT, "unknown_key");
        check("a young key", &text, &[by(12), by(14)], AT, "key_too_young");
        check("another time", &text, &[by(12), by(10)], AT + 1_000_000, "bad_signature");
        let wider = Request { ticket: "T-9".to_owned(), ..sample() }.text().expect("sound");
        check("another text", &wider, &[by(12), by(10)], AT, "bad_signature");
        check(
            "a changed text",
            &text.replace("T-2041", "T-2042"),
            &[by(12), by(10)],
            AT,
            "malformed_request",
        );
        let no = signed(10, Decision::Deny, Namespace::Approval);
        check("a no", &text, &[by(12), no], AT, "bad_signature");
        let other = signed(10, Decision::Approve, Namespace::Use);
        check("another namespace", &text, &[by(12), other], AT, "bad_signature");
        check("no signature", &text, &["yes".to_owned()], AT, "bad_signature");
    }
}
