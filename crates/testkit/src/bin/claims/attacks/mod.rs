//! The attacks, one file per kind, and the list of claims that they try.

mod back;
mod grants;
mod identity;
mod loud;
mod lying;
mod pushed;
mod refused;
mod stolen;
mod tampered;
mod two_keys;

use crate::claim::claims;
use crate::stage::Stage;

claims! { of Stage:
    "A01" "a stolen store of the operator holds nothing private" by stolen::store, felled by "seal+plain-refused";
    "A02" "nor do its backups, configuration and keys" by stolen::backup, felled by "seal+plain-refused";
    "A04" "nor does what passes between the zones" by stolen::traffic, felled by "seal" "token-stripped";
    "A05" "a patched operator with real accounts at the trustee reads nothing private" by stolen::patched, felled by "staff-grant" "seal";
    "A06" "no identity that the operator makes counts at the trustee" by identity::forged, felled by "token-signature";
    "A07" "one officer alone, or the operator, makes nobody a customer's approver" by grants::alone, felled by "four-eyes";
    "A16" "what a partner received with its customer accepts nothing for it" by grants::received, felled by "first-approver";
    "A08" "logs, errors and metrics of both zones hold nothing private" by loud::play, felled by "quiet-log";
    "A10" "the operator refuses private members in clear and stores nothing" by pushed::straight, felled by "plain-refused";
    "A11" "what hands out people's data is refused in every spelling" by refused::play, felled by "refusal";
    "A12" "envelopes exchanged in the store are refused, every pair" by tampered::swapped, felled by "swapped-envelope";
    "A13" "an older envelope put back in the store is refused" by tampered::rolled_back, felled by "stale-envelope";
    "A14" "an envelope with a changed byte is refused, every byte" by tampered::damaged, felled by "damaged-envelope";
    "A15" "no envelope opens under two keys" by two_keys::play, felled by "key-commitment";
    "B01" "without a grant the operator's people open nothing" by grants::none, felled by "staff-grant";
    "B02" "a grant opens no other operation and no other customer" by grants::wider, felled by "grant-scope";
    "B02F" "of an answer only the granted fields are there" by grants::fields, felled by "granted-fields";
    "B03" "a request changed in the trustee's database carries no approval" by grants::rewritten, felled by "signed-text";
    "B05" "one person with two keys is one vote" by grants::twice, felled by "distinct-persons";
    "B05K" "a key counts a day after its enrolment" by grants::young, felled by "key-age";
    "B09" "a captured use is worth nothing" by grants::replayed, felled by "fresh-nonce";
    "B10" "a stolen grant is worth nothing" by grants::stolen, felled by "use-proof";
    "B14" "a grant that was taken back releases nothing more" by grants::revoked, felled by "last-look";
    "B18" "a grant ends with those who approved it" by grants::leaver, felled by "membership";
    "C01" "an older trustee store stays sealed until two officers signed" by back::unsealed, felled by "restore-officers";
    "C01T" "a cut tail of the log unseals nothing" by back::cut_tail, felled by "restore-tail";
    "C08" "what cannot be logged is not released" by grants::unlogged, felled by "log-first";
    "D03" "what was erased or ended since a backup stays so when it is put back" by back::revived, felled by "replay";
    "D04" "a destroyed key that is back is destroyed again before anything is served" by back::key_back, felled by "revived-keys";
    "D04Q" "one officer erases nobody" by back::erased_by_one, felled by "erasure-quorum";
    "D08" "one officer has no older store of the operator believed" by back::leave, felled by "restore-leave";
    "G01" "no token reaches the operator; what it gets opens no door of the trustee" by identity::replayed, felled by "token-stripped";
    "G02" "an answer that names another id is refused" by lying::foreign_id, felled by "foreign-id";
    "G03" "a list that names another partner's customer is refused" by lying::foreign_customer, felled by "listed-customers";
    "G04" "an answer with another record's envelope is refused" by lying::swapped, felled by "swapped-envelope";
    "G05" "an answer with an older envelope is refused" by lying::stale, felled by "stale-envelope";
    "G06" "links lead nowhere but home" by lying::links, felled by "answer-links";
    "G07" "Location leads nowhere but home" by lying::location, felled by "answer-location";
    "G08" "only listed headers come back" by lying::headers, felled by "answer-headers";
    "G09" "no HTML is delivered" by lying::page, felled by "documents";
    "G10" "a partner that the operator enrols and relates to a customer reaches nobody" by identity::puppet, felled by "relationship";
    "G11" "private members planted in an answer are refused" by lying::planted, felled by "plain-answer";
    "G12" "nothing undeclared, given twice, in headers or queries travels on" by pushed::smuggled, felled by "request-members" "request-headers" "request-query";
    "G13" "nothing travels on by looking like an etag, a page token, a language or a parameter's value" by pushed::dressed_up, felled by "header-forms" "query-forms";
}
