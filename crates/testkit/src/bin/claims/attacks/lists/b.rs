//! B: grants: scope, quorum, time, number, and those who decide.

use super::super::{grants, identity, limits, people};
use crate::claim::claims;
use crate::stage::Stage;

claims! { of Stage:
    "B01" "without a grant the operator's people open nothing" by grants::none, felled by "staff-grant";
    "B02" "a grant opens no other operation and no other customer" by grants::wider, felled by "grant-scope";
    "B02F" "of an answer only the granted fields are there" by grants::fields, felled by "granted-fields";
    "B03" "a request changed in the trustee's database carries no approval" by grants::rewritten, felled by "signed-text";
    "B04" "a quorum that somebody lowers in the trustee's database is none" by grants::lowered, felled by "signed-text";
    "B05" "one person with two keys is one vote" by grants::twice, felled by "distinct-persons";
    "B05K" "a key counts a day after its enrolment" by grants::young, felled by "key-age";
    "B06" "two votes of the trustee are not the customer's" by grants::either, felled by "all-factors";
    "B07" "a policy that asks for nobody is not taken" by limits::nobody, felled by "sound-rules";
    "B08" "what was denied is not asked again within a week" by limits::denied, felled by "denied-before";
    "B09" "a captured use is worth nothing" by grants::replayed, felled by "fresh-nonce";
    "B10" "a stolen grant is worth nothing" by grants::stolen, felled by "use-proof";
    "B11" "a grant is used as often as was approved, also at once" by limits::once, felled by "use-count";
    "B12" "a grant whose time is over opens nothing" by limits::expired, felled by "expiry";
    "B13" "a clock that is set back opens nothing" by limits::set_back, felled by "clock-back";
    "B14" "a grant that was taken back releases nothing more" by grants::revoked, felled by "last-look";
    "B15" "a grant that nobody watches stands still" by limits::unwatched, felled by "heartbeat";
    "B16" "a grant that its supervisor stops releases nothing more" by limits::stopped, felled by "last-look";
    "B17" "silence is not consent" by limits::silent, felled by "silence";
    "B18" "a grant ends with those who approved it" by grants::leaver, felled by "membership";
    "B18V" "with a person everything that rests on the person ends, not at the next use" by people::removed, felled by "void-at-once";
    "B19" "a partner reaches nobody else's customer, and its own no longer than the relationship lasts" by identity::beyond, felled by "relationship";
    "B20" "officers cannot take a customer's vote away" by limits::weakened, felled by "old-rule";
}
