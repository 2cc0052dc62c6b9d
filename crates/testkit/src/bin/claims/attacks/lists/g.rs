//! G: what the gateway adds: answers that lie, requests that smuggle.

use super::super::{identity, lying, pushed};
use crate::claim::claims;
use crate::stage::Stage;

claims! { of Stage:
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
