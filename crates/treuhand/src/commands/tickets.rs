//! `treuhand tickets`: asking the operator's support for help, answering, and what of it is released.
//!
//! Deliberately absent: any way around the API. What this command can do, its caller may do.

use anyhow::{Context, Result};
use client::Call;
use contract::Operation;
use contract::operations as op;
use contract::resources::service_request::{
    ServiceRequest, ServiceRequestNote, ServiceRequestOrganization, ServiceRequestSeverity,
    ServiceRequestStatus, Ticket,
};
use contract::resources::ticket_release::{TicketOpening, TicketRelease, TicketWatch};

use super::access::door::Way;
use super::access::{json, listed, watched};
use super::{block_on, log, say};
use crate::cli::tickets::{Opened, TicketAct, Tickets};

/// Says whether a new ticket's thread is released.
const RELEASE: &str = "treuhand-release";

/// Carries out one act.
pub fn run(options: &Tickets) -> Result<()> {
    log();
    let way = Way::open(&options.door)?;
    block_on(act(&way, &options.act))
}

async fn act(way: &Way, act: &TicketAct) -> Result<()> {
    match act {
        TicketAct::List { status } => {
            let asked = in_state(Call::to(op::ListOwnServiceRequests), status.as_deref());
            let found = way.client.call(asked).await?.value.items;
            listed(way, &found, own_line, "Your organisation has opened no such ticket.")
        }
        TicketAct::Queue { status } => {
            let asked = in_state(Call::to(op::ListTickets), status.as_deref());
            listed(way, &way.client.call(asked).await?.value.items, line, "No ticket waits.")
        }
        TicketAct::Open(wish) => open(way, wish).await,
        TicketAct::Read { id } => {
            let asked = Call::to(op::GetServiceRequest).param("servicerequest-id", id);
            shown(way, &way.client.call(asked).await?.value)
        }
        TicketAct::Note { id, text } => {
            let asked = Call::to(op::UpdateServiceRequest).param("servicerequest-id", id);
            shown(way, &way.client.call(asked.body(&noted(text))).await?.value)
        }
        TicketAct::Take { id } => worked(way, Call::to(op::TakeTicket), id).await,
        TicketAct::Answer { id, text, status } => {
            let status = status.as_deref().map(state).transpose()?;
            let answer = ServiceRequest { status, ..noted(text) };
            worked(way, Call::to(op::AnswerTicket).body(&answer), id).await
        }
        TicketAct::Release { id } => release(way, Call::to(op::ReleaseTicket), id).await,
        TicketAct::Revoke { id } => release(way, Call::to(op::RevokeTicketRelease), id).await,
        TicketAct::Openings { id } => {
            let asked = Call::to(op::ListTicketOpenings).param("ticket-id", id);
            let found = way.client.call(asked).await?.value.items;
            listed(way, &found, opening_line, "Nothing of this ticket was opened.")
        }
        TicketAct::Watch { id, once } => watch(way, id, *once).await,
    }
}

fn in_state<O: Operation>(call: Call<O>, status: Option<&str>) -> Call<O> {
    match status {
        Some(status) => call.query("status", status),
        None => call,
    }
}

fn state(word: &str) -> Result<ServiceRequestStatus> {
    ServiceRequestStatus::parse(word).with_context(|| format!("{word:?} is no state of a ticket"))
}

fn noted(text: &str) -> ServiceRequest {
    let note = ServiceRequestNote { text: Some(text.to_owned()), ..ServiceRequestNote::default() };
    ServiceRequest { new_note: Some(note), ..ServiceRequest::default() }
}

async fn open(way: &Way, wish: &Opened) -> Result<()> {
    let severity = ServiceRequestSeverity::parse(&wish.severity);
    let severity = severity.with_context(|| format!("{:?} is no severity", wish.severity))?;
    let about = |id: &String| ServiceRequestOrganization {
        id: Some(id.clone()),
        ..ServiceRequestOrganization::default()
    };
    let body = ServiceRequest {
        title: Some(wish.title.clone()),
        description: Some(wish.text.clone()),
        severity: Some(severity),
        support_topic_id: Some(wish.topic.clone()),
        organization: wish.customer.as_ref().map(about),
        ..ServiceRequest::default()
    };
    let call = Call::to(op::CreateServiceRequest).param("agent-locale", &wish.locale).body(&body);
    let call = if wish.sealed { call.header(RELEASE, "none") } else { call };
    shown(way, &way.client.call(call).await?.value)
}

async fn worked<O>(way: &Way, call: Call<O>, id: &str) -> Result<()>
where
    O: Operation<Reply = Ticket>,
{
    let one = way.client.call(call.param("ticket-id", id)).await?.value;
    if way.json {
        return json(&one);
    }
    say(&line(&one));
    Ok(())
}

async fn release<O>(way: &Way, call: Call<O>, id: &str) -> Result<()>
where
    O: Operation<Reply = TicketRelease>,
{
    let one = way.client.call(call.param("ticket-id", id)).await?.value;
    if way.json {
        return json(&one);
    }
    say(&release_line(&one));
    Ok(())
}

async fn watch(way: &Way, id: &str, once: bool) -> Result<()> {
    let ask = async |marker: Option<&str>| {
        let asked = Call::to(op::WatchTicketRelease).param("ticket-id", id);
        let asked = match marker {
            Some(marker) => asked.query("after", marker),
            None => asked,
        };
        Ok(way.client.call(asked).await?.value)
    };
    let stands = |seen: &TicketWatch| {
        let released = seen.release.as_ref().is_some_and(|release| release.released == Some(true));
        (seen.marker.clone(), released)
    };
    watched(once, ask, |seen| tell(way, seen), stands).await
}

fn tell(way: &Way, seen: &TicketWatch) -> Result<()> {
    if way.json {
        return json(seen);
    }
    if let Some(release) = &seen.release {
        say(&release_line(release));
    }
    for one in seen.openings.iter().flatten() {
        say(&format!("  {}", opening_line(one)));
    }
    Ok(())
}

fn text(part: Option<&String>) -> String {
    part.cloned().unwrap_or_default()
}

fn time(at: Option<jiff::Timestamp>) -> String {
    at.map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

/// A ticket of one's own in one line.
fn own_line(one: &ServiceRequest) -> String {
    let status = one.status.map(ServiceRequestStatus::as_str).unwrap_or_default();
    format!("{}  {status:<16} {}", text(one.id.as_ref()), text(one.title.as_ref()))
}

/// A ticket of the queue in one line.
fn line(one: &Ticket) -> String {
    let status = one.status.map(ServiceRequestStatus::as_str).unwrap_or_default();
    let (opener, topic) = (text(one.opener_name.as_ref()), text(one.support_topic_name.as_ref()));
    format!("{}  {status:<16} {opener}: {topic}", text(one.id.as_ref()))
}

/// Whether a thread is released, in one line.
fn release_line(one: &TicketRelease) -> String {
    let ticket = text(one.ticket_id.as_ref());
    let openings = one.openings.unwrap_or_default();
    match one.released {
        Some(true) => {
            format!("{ticket}  released since {}, opened {openings} times", time(one.released_date))
        }
        _ => format!("{ticket}  not released, opened {openings} times"),
    }
}

/// An opening in one line.
fn opening_line(one: &TicketOpening) -> String {
    format!(
        "opening {}: {} by person {} in {}, {}",
        one.number.unwrap_or_default(),
        time(one.began_date),
        text(one.person_id.as_ref()),
        text(one.country.as_ref()),
        text(one.outcome.as_ref())
    )
}

fn shown(way: &Way, one: &ServiceRequest) -> Result<()> {
    if way.json {
        return json(one);
    }
    say(&own_line(one));
    say("");
    say(&text(one.description.as_ref()));
    for note in one.notes.iter().flatten() {
        say("");
        say(&format!("{} {}", time(note.created_date), text(note.created_by_name.as_ref())));
        say(&text(note.text.as_ref()));
    }
    Ok(())
}
