//! Whether two officers signed the text.

use access::Kind;
use access::sshsig::{Namespace, PublicKey, SignatureError, signer};
use kernel::{Micros, Problem};
use std::collections::BTreeSet;
use store::Tx;
use store::trustee::persons;

use super::refused;
use crate::controls::{Control, Controls};
use crate::persons::{ENROLLED, account_stands, kind_of};

/// How many officers it takes.
const OFFICERS: usize = 2;

/// The persons who signed; refuses fewer than two.
pub(super) fn count(
    tx: &mut Tx,
    text: &str,
    approvals: &[String],
    now: Micros,
    controls: Controls,
) -> Result<Vec<String>, Problem> {
    let mut officers = BTreeSet::new();
    for pem in approvals {
        let person = officer(tx, text, pem, now)?;
        if !officers.insert(person) {
            let why = "Two signatures are by the same person. Two different officers must sign.";
            return Err(refused("duplicate_person", why));
        }
    }
    if officers.len() < OFFICERS && controls.on(Control::RestoreOfficers) {
        let why = format!(
            "{OFFICERS} officers must sign this restore and {} did. Print the text (leave out --approve), have each \
             sign it with ssh-keygen -Y sign -n {}, and name both signatures with --approve.",
            officers.len(),
            Namespace::Restore.name()
        );
        return Err(refused("quorum_missing", why));
    }
    Ok(officers.into_iter().collect())
}

/// The officer whose enrolled key signed this text.
fn officer(tx: &mut Tx, text: &str, pem: &str, now: Micros) -> Result<String, Problem> {
    let fingerprint = signer(pem).map_err(|why| refused("bad_signature", format!("An approval: {why}.")))?;
    let unknown = |why: &str| refused("key_unknown", format!("The key {fingerprint} {why}"));
    let key = persons::key_by_fingerprint(tx, &fingerprint)?.filter(|key| key.state == ENROLLED);
    let key = key.ok_or_else(|| {
        unknown("is not enrolled in this backup. Sign with a key that was enrolled when the backup was made.")
    })?;
    if key.usable_from > now {
        return Err(unknown("was enrolled less than a day before the backup and does not count yet."));
    }
    let person = persons::person(tx, &key.person)?.filter(|person| person.state == ENROLLED);
    let person = person.ok_or_else(|| unknown("belongs to nobody who is enrolled."))?;
    if kind_of(&person) != Some(Kind::TrusteeOfficer) || !account_stands(tx, &person)? {
        return Err(unknown("is not an officer's of the trustee."));
    }
    let public = PublicKey::parse(&key.line).map_err(|_| Problem::internal())?;
    match public.verify(Namespace::Restore, text, pem) {
        Ok(()) => Ok(person.id),
        Err(SignatureError::OtherText) => {
            let why = "signed another text: of another day, or of another state of store and log. Print the text anew \
                       (leave out --approve) and have both officers sign that.";
            Err(refused("digest_mismatch", format!("The key {fingerprint} {why}")))
        }
        Err(why) => Err(refused("bad_signature", format!("An approval by {fingerprint}: {why}."))),
    }
}
