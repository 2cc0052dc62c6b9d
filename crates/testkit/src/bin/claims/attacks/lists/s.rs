//! S: support. What authors of tickets release, and what nobody released.

use super::super::tickets;
use crate::claim::claims;
use crate::stage::Stage;

claims! { of Stage:
    "S01" "a ticket's thread that nobody released is opened by nobody of the operator" by tickets::unreleased, felled by "support-release";
    "S02" "the release of one ticket opens no other, nor anything else" by tickets::other, felled by "release-scope";
    "S03" "a release that was taken back opens nothing" by tickets::taken_back, felled by "release-revoked";
    "S04" "also where it is taken back while a thread is on its way" by tickets::raced, felled by "last-look";
    "S05" "the operator makes no release, not by its people, its zone or a partner of its own" by tickets::forged, felled by "release-author";
    "S06" "nobody is asked for help with a customer that has no such ticket" by tickets::invented, felled by "ticket-of-tenant";
}
