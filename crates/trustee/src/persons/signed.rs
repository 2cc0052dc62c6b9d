//! Who signed a text over a store that does not run: by the keys that are enrolled in it.

use access::Kind;
use access::sshsig::{Namespace, PublicKey, SignatureError, signer};
use kernel::{Code, Micros, Problem};
use store::Tx;
use store::trustee::persons::{self, PersonRow};

use super::{ENROLLED, account_stands, kind_of};

/// The person of this kind whose enrolled key signed this text.
///
/// # Errors
/// 409 with what is wrong with the signature, or with who gave it.
pub(crate) fn signed_by(
    tx: &mut Tx,
    kind: Kind,
    (namespace, text): (Namespace, &str),
    pem: &str,
    now: Micros,
) -> Result<PersonRow, Problem> {
    let refused = |slug, why: String| Problem::new(409, Code(0), slug, why);
    let fingerprint = signer(pem).map_err(|why| refused("bad_signature", format!("A signature: {why}.")))?;
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
    if kind_of(&person) != Some(kind) || !account_stands(tx, &person)? {
        return Err(unknown(&format!(
            "is not that of one of the trustee's people of the kind {}.",
            kind.name()
        )));
    }
    let public = PublicKey::parse(&key.line).map_err(|_| Problem::internal())?;
    match public.verify(namespace, text, pem) {
        Ok(()) => Ok(person),
        Err(SignatureError::OtherText) => {
            let why = "signed another text: of another day, or of another state of what it is about. Print the text anew \
                       and have exactly that signed.";
            Err(refused("digest_mismatch", format!("The key {fingerprint} {why}")))
        }
        Err(why) => Err(refused("bad_signature", format!("A signature by {fingerprint}: {why}."))),
    }
}
