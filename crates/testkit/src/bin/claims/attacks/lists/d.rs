//! D: keys, erasure, backups, outages.

use super::super::{back, keys, leaving, shares, turning, witnesses};
use crate::claim::claims;
use crate::stage::Stage;

claims! { of Stage:
    "D01" "with a key service that does not answer, selling goes on and nothing private opens" by keys::frozen, felled by "fresh-keys";
    "D02" "nor with a sealed one, and all is back without a restart" by keys::sealed, felled by "fresh-keys";
    "D03" "what was erased or ended since a backup stays so when it is put back" by back::revived, felled by "replay";
    "D04" "a destroyed key that is back is destroyed again before anything is served" by back::key_back, felled by "revived-keys";
    "D04Q" "one officer erases nobody" by back::erased_by_one, felled by "erasure-quorum";
    "D05" "of a destroyed key nothing stays in the store's files" by back::remains, felled by "scrub";
    "D06" "keys are rotated while fifty read and write, killed in the middle, and older versions end" by turning::under_load, felled by "retire-last";
    "D07" "a key that can be taken out is told within five minutes, and opens nothing for staff" by keys::drift, felled by "sound-keys";
    "D08" "one officer has no older store of the operator believed" by back::leave, felled by "restore-leave";
    "D09" "a destroyed trustee comes back from backup, three shares and the log, and not from two" by shares::two, felled by "shares-needed";
    "D09A" "nor without an auditor" by shares::unseen, felled by "ceremony-auditor";
    "D09R" "nor from a set that was replaced" by shares::again, felled by "spent-shares";
    "D10" "what a customer takes along is whole, sealed to its key, and arrives equal elsewhere" by leaving::exit, felled by "export-sealed";
    "D10T" "nothing is erased while a leaving customer can still fetch it" by leaving::early, felled by "retrieval-time";
    "D11" "of two trustees out of one state a witness stops the one that comes second" by witnesses::twice, felled by "witness-word";
}
