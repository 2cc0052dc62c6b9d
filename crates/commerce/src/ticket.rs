//! How a support ticket moves on.
//!
//! Invariants: whoever opened a ticket opens it again and closes it, only the operator's support says that it waits for
//! them; what was written leaves no ticket closed.

use contract::resources::service_request::{
    ServiceRequestSeverity as Severity, ServiceRequestStatus as Status,
};
use kernel::Problem;

use crate::fault::{bad_property, missing};

/// Whose turn it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The organisation that opened the ticket.
    Author,
    /// The operator's support.
    Support,
}

/// Where a ticket stands after a change. `none`, which clients send for "not given", asks for nothing; a note without a
/// wish for a state gives the turn to the other side.
pub fn next(side: Side, present: Status, asked: Option<Status>, noted: bool) -> Result<Status, Problem> {
    match (side, asked.filter(|status| *status != Status::None)) {
        (Side::Author, Some(Status::AttentionNeeded)) => {
            Err(bad_property("status", "Only the operator's support says that it waits for you"))
        }
        (_, Some(status)) => Ok(status),
        (Side::Author, None) if noted => Ok(Status::Open),
        (Side::Support, None) if noted => Ok(Status::AttentionNeeded),
        (_, None) => Ok(present),
    }
}

/// How severe a ticket is after a change. `unknown`, which clients send for "not given", changes nothing.
pub fn severity(present: Severity, asked: Option<Severity>) -> Severity {
    asked.filter(|severity| *severity != Severity::Unknown).unwrap_or(present)
}

/// What a new ticket must say beside its texts.
pub fn opened(severity: Option<Severity>, topic: Option<&str>) -> Result<(Severity, &str), Problem> {
    let severity = severity.ok_or_else(|| missing("severity"))?;
    let topic = topic.map(str::trim).filter(|topic| !topic.is_empty());
    Ok((severity, topic.ok_or_else(|| missing("supportTopicId"))?))
}

/// What a new ticket's texts must say.
pub fn written(title: &str, description: &str) -> Result<(), Problem> {
    for (member, text) in [("title", title), ("description", description)] {
        if text.trim().is_empty() {
            return Err(missing(member));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turn_goes_over_unless_a_state_is_asked_for() {
        use Side::{Author, Support};
        use Status::{AttentionNeeded, Closed, None as Nothing, Open};
        let check = |side, present, asked, noted, want: Option<Status>| {
            assert_eq!(next(side, present, asked, noted).ok(), want, "{side:?} {present} {asked:?} {noted}");
        };
        check(Author, Open, None, false, Some(Open));
        check(Author, Closed, Some(Nothing), false, Some(Closed));
        check(Author, Closed, None, true, Some(Open));
        check(Author, AttentionNeeded, Some(Nothing), true, Some(Open));
        check(Author, Open, Some(Closed), true, Some(Closed));
        check(Author, Closed, Some(Open), false, Some(Open));
        check(Author, Open, Some(AttentionNeeded), false, None);
        check(Support, Open, None, true, Some(AttentionNeeded));
        check(Support, Open, None, false, Some(Open));
        check(Support, Open, Some(Closed), true, Some(Closed));
        check(Support, Open, Some(AttentionNeeded), false, Some(AttentionNeeded));
    }

    #[test]
    fn a_new_ticket_says_what_it_is_about() {
        let topic = |severity, topic| opened(severity, topic).map_err(|problem| problem.data);
        let some = Some(Severity::Critical);
        assert_eq!(topic(some, Some(" 7 ")), Ok((Severity::Critical, "7")));
        assert_eq!(topic(None, Some("7")), Err(vec!["severity".to_owned()]));
        for none in [None, Some(""), Some(" ")] {
            assert_eq!(topic(some, none), Err(vec!["supportTopicId".to_owned()]));
        }
        let text = |title, description| written(title, description).err().map(|problem| problem.data);
        assert_eq!(text("a", "b"), None);
        assert_eq!(text(" ", "b"), Some(vec!["title".to_owned()]));
        assert_eq!(text("a", ""), Some(vec!["description".to_owned()]));
    }

    #[test]
    fn unknown_changes_no_severity() {
        assert_eq!(severity(Severity::Critical, Some(Severity::Unknown)), Severity::Critical);
        assert_eq!(severity(Severity::Critical, Some(Severity::Minimal)), Severity::Minimal);
        assert_eq!(severity(Severity::Critical, None), Severity::Critical);
    }
}
