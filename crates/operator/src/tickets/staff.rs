//! What the operator's support does with tickets: look, take, answer, move on. Without a word of what people wrote.

use commerce::ticket::{self as rules, Side};
use contract::collection::Collection;
use contract::operations::{AnswerTicket, ChangeTicket, GetTicket, ListTickets, TakeTicket};
use contract::resources::service_request::{ServiceRequest, ServiceRequestStatus, Ticket};
use kernel::{Micros, Problem};
use store::Tx;
use store::operator::tickets::{self as rows, TicketRow};

use crate::page::Page;
use crate::{Answer, Cx, Fault, Input, Operator, Serve, etag};

impl Serve<ListTickets> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Collection<Ticket>>, Fault> {
        let status = input.query.word("status", ServiceRequestStatus::parse)?;
        let page = Page::of(input.query)?;
        let word = status.map(ServiceRequestStatus::as_str);
        let mut found = rows::waiting(tx, word, page.limit, page.offset)?;
        let next = page.cut(&mut found);
        let items = found.iter().map(|row| super::worked_on(cx, row, input.locale)).collect();
        Ok(Answer::of(next.list::<ListTickets, _>(items, input.query)))
    }
}

impl Serve<GetTicket> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Ticket>, Fault> {
        let row = ticket(tx, &input)?;
        Ok(Answer::of(super::worked_on(cx, &row, input.locale)))
    }
}

impl Serve<TakeTicket> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Ticket>, Fault> {
        change(tx, cx, &input, |row, _| {
            row.assigned = cx.caller.user;
            Ok(())
        })
    }
}

impl Serve<ChangeTicket> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, Ticket>) -> Result<Answer<Ticket>, Fault> {
        let (status, severity) = (input.body.status, input.body.severity);
        change(tx, cx, &input, |row, now| {
            super::moved(row, rules::next(Side::Support, super::status(row), status, false)?, now);
            rules::severity(super::severity(row), severity).as_str().clone_into(&mut row.severity);
            Ok(())
        })
    }
}

impl Serve<AnswerTicket> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ServiceRequest>) -> Result<Answer<Ticket>, Fault> {
        let Some(sealed) = input.body.sealed.clone() else {
            return Err(super::bad("newNote", "It is required").into());
        };
        change(tx, cx, &input, |row, now| {
            let to = rules::next(Side::Support, super::status(row), input.body.status, true)?;
            super::moved(row, to, now);
            row.answered = row.answered.or(Some(now));
            row.assigned = row.assigned.or(cx.caller.user);
            row.sealed = Some(sealed.clone());
            Ok(())
        })
    }
}

fn ticket<B>(tx: &mut Tx, input: &Input<'_, B>) -> Result<TicketRow, Fault> {
    let id = input.path.get("ticket-id").unwrap_or_default();
    Ok(rows::find(tx, id)?.ok_or_else(|| contract::errors::not_found("There is no such ticket."))?)
}

/// One change by the operator's support, under the version that was seen if one is named.
fn change<B>(
    tx: &mut Tx,
    cx: &Cx<'_>,
    input: &Input<'_, B>,
    change: impl Fn(&mut TicketRow, Micros) -> Result<(), Problem>,
) -> Result<Answer<Ticket>, Fault> {
    let before = ticket(tx, input)?;
    etag::check(input.if_match, super::TAG, before.version)?;
    let now = super::now(tx, cx, &before.clock)?;
    let mut row = before.clone();
    change(&mut row, now)?;
    super::keep(tx, &mut row)?;
    let answer = Answer::of(super::worked_on(cx, &row, input.locale));
    let answer = answer.noted(super::note(cx, &row, Some(&before)));
    Ok(answer.event(super::event(&row, "servicerequest-updated")))
}
