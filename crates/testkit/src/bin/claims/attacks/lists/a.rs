//! A: what an operator with everything of its own gets, and who gets in.

use super::super::{
    grants, identity, issuers, law, loud, people, pushed, refused, stolen, tampered, two_keys,
};
use crate::claim::claims;
use crate::stage::Stage;

claims! { of Stage:
    "A01" "a stolen store of the operator holds nothing private" by stolen::store, felled by "seal+plain-refused";
    "A02" "nor do its backups, configuration and keys" by stolen::backup, felled by "seal+plain-refused";
    "A04" "nor does what passes between the zones" by stolen::traffic, felled by "seal" "token-stripped";
    "A05" "a patched operator with real accounts at the trustee reads nothing private" by stolen::patched, felled by "staff-grant" "seal";
    "A06" "no identity that the operator makes counts at the trustee" by identity::forged, felled by "token-signature";
    "A07" "one officer alone, or the operator, makes nobody a customer's approver" by grants::alone, felled by "four-eyes";
    "A08" "logs, errors and metrics of both zones hold nothing private" by loud::play, felled by "quiet-log";
    "A09" "what the operator can be compelled to hand over holds nothing private" by law::export, felled by "seal+plain-refused";
    "A10" "the operator refuses private members in clear and stores nothing" by pushed::straight, felled by "plain-refused";
    "A11" "what hands out people's data is refused in every spelling" by refused::play, felled by "refusal";
    "A12" "envelopes exchanged in the store are refused, every pair" by tampered::swapped, felled by "swapped-envelope";
    "A13" "an older envelope put back in the store is refused" by tampered::rolled_back, felled by "stale-envelope";
    "A14" "an envelope with a changed byte is refused, every byte" by tampered::damaged, felled by "damaged-envelope";
    "A15" "no envelope opens under two keys" by two_keys::play, felled by "key-commitment";
    "A16" "what a partner received with its customer accepts nothing for it" by grants::received, felled by "first-approver";
    "A17" "one officer alone lets nobody in, by any act on accounts and persons" by people::alone, felled by "second-officer";
    "A18" "a customer's approver keeps the way in that the trustee gave" by people::approver, felled by "first-approver";
    "A19" "an issuer of a tenant makes nobody an approver and confers no role" by issuers::conferred, felled by "own-way-in";
}
