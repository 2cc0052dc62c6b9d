//! C: the transparency log.

use super::super::{back, crashes, grants, logs, reports, witnesses};
use crate::claim::claims;
use crate::stage::Stage;

claims! { of Stage:
    "C01" "an older trustee store stays sealed until two officers signed" by back::unsealed, felled by "restore-officers";
    "C01T" "a cut tail of the log unseals nothing" by back::cut_tail, felled by "restore-tail";
    "C02" "a past that the log's own key signs anew is refused by readers and witnesses" by logs::rewritten, felled by "reader-growth" "witness-memory";
    "C03" "of two histories a witness cosigns one, and both notes are evidence" by logs::split, felled by "witness-memory";
    "C04" "a log that stands still is stale after twenty minutes" by logs::frozen, felled by "reader-freshness";
    "C05" "there is no answer of which the signed log does not tell already" by logs::omitted, felled by "log-first";
    "C06" "a tag that is skipped or given twice is seen" by reports::skipped, felled by "reader-tags";
    "C07" "outsiders cannot tell whose an entry is" by logs::sorted, felled by "secret-tags";
    "C08" "what cannot be logged is not released" by grants::unlogged, felled by "log-first";
    "C09" "after a stop at any point there is no release without intent, and none without an end" by crashes::stopped, felled by "lost-uses";
    "C10" "a witness that is away or lies lets nothing out" by witnesses::lying, felled by "witness-first" "cosignature";
    "C11" "the log names nobody and nothing" by logs::named, felled by "log-words";
    "C12" "no number, event or level of a report can be another one, whoever signs it" by reports::dressed, felled by "reader-report";
    "C13" "a month without access is proved to be one, and no other is" by reports::nothing, felled by "reader-left-out";
    "C14" "every approval that counts is one to ssh-keygen" by reports::approvals, felled by "signed-text";
}
