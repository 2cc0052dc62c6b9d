//! Whether two officers signed the text.

use access::Kind;
use access::sshsig::Namespace;
use kernel::{Micros, Problem};
use std::collections::BTreeSet;
use store::Tx;

use super::refused;
use crate::controls::{Control, Controls};
use crate::persons::signed::signed_by;

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
        let person = signed_by(tx, Kind::TrusteeOfficer, (Namespace::Restore, text), pem, now)?;
        if !officers.insert(person.id) {
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
