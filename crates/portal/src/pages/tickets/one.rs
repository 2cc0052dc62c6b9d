//! One ticket for those who opened it: the thread, whether it is released, what was opened of it, and a note.

use askama::Template;
use client::Call;
use contract::operations::{
    GetServiceRequest, GetTicketRelease, ListTicketOpenings, ReleaseTicket, RevokeTicketRelease,
    UpdateServiceRequest, WatchTicketRelease,
};
use contract::resources::access::AccessUse;
use contract::resources::service_request::{
    ServiceRequest, ServiceRequestNote, ServiceRequestStatus, Ticket as Worked,
};
use contract::resources::ticket_release::TicketRelease;
use contract::{Operation, Party, Spec};

use super::{Act, State, Thread};
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::access::{UseRow, sample_uses, use_rows};
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Facts, Field, Kind, Problem};
use crate::permit::Permit;
use crate::texts::Texts;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

#[derive(Template)]
#[template(path = "pages/tickets/one.html")]
pub(crate) struct Ticket {
    frame: Frame,
    title: String,
    state: State,
    problem: Problem,
    thread: Thread,
    facts: Facts,
    /// Whether the operator's support can read it, in a sentence.
    release: String,
    acts: Vec<Act>,
    uses: Vec<UseRow>,
    watch: Action,
    note: Field,
    send: Action,
    once: String,
}

/// What the visitor may do.
struct May {
    write: Permit,
    release: Permit,
    revoke: Permit,
    watch: Permit,
}

/// What a page is made of.
struct Seen {
    ticket: ServiceRequest,
    release: TicketRelease,
    uses: Vec<AccessUse>,
}

impl Page for Ticket {
    type At = at::Ticket;
    const CALLS: &'static [&'static Spec] =
        &[GetServiceRequest::SPEC, GetTicketRelease::SPEC, ListTicketOpenings::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let page = |party, status, released, problem| {
            let yes = || Permit::Yes;
            let may = May { write: yes(), release: yes(), revoke: yes(), watch: yes() };
            let here = at::Ticket { ticket: super::SAMPLE };
            let seen = Seen {
                ticket: super::sample(kit, status),
                release: super::sample_release(released),
                uses: if released { sample_uses(kit) } else { Vec::new() },
            };
            let frame = kit.frame(party, "/portal/tickets");
            Self::of(frame, &here, &seen, (&Form::default(), problem), &may, String::new())
        };
        vec![
            page(Party::Partner, ServiceRequestStatus::Open, true, Problem::none(t)),
            page(Party::Customer, ServiceRequestStatus::Closed, false, Problem::ours(t, t.advice_input())),
        ]
    }

    async fn load(visit: &Visit, here: at::Ticket) -> Result<Answer, Trouble> {
        Self::made(visit, &here, &Form::default(), Problem::none(visit.t), visit.fresh_id()).await?.shown()
    }

    async fn act(visit: &Visit, here: at::Ticket, form: Form) -> Result<Answer, Trouble> {
        let number = here.ticket;
        let change = |body: ServiceRequest| {
            let call = Call::to(UpdateServiceRequest).param("servicerequest-id", number);
            call.request_id(visit.id_of(&form)).body(&body)
        };
        let to = |status| change(ServiceRequest { status: Some(status), ..ServiceRequest::default() });
        let note = || ServiceRequest {
            new_note: Some(ServiceRequestNote { text: form.given("note"), ..ServiceRequestNote::default() }),
            ..ServiceRequest::default()
        };
        let done = match form.get("do") {
            "note" => visit.call(change(note())).await.map(drop),
            "close" => visit.call(to(ServiceRequestStatus::Closed)).await.map(drop),
            "reopen" => visit.call(to(ServiceRequestStatus::Open)).await.map(drop),
            "release" => visit.call(Call::to(ReleaseTicket).param("ticket-id", number)).await.map(drop),
            "revoke" => visit.call(Call::to(RevokeTicketRelease).param("ticket-id", number)).await.map(drop),
            _ => return Err(Trouble::Missing),
        };
        match done {
            Ok(()) => Ok(Answer::Go(link(&here, &[("done", &format!("ticket-{}", form.get("do")))]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &here, &form, problem, once).await?.shown_as(status)
            }
        }
    }
}

impl Ticket {
    async fn made(
        visit: &Visit,
        here: &at::Ticket,
        form: &Form,
        problem: Problem,
        once: String,
    ) -> Result<Self, Trouble> {
        let number = here.ticket;
        let ticket = visit.call(Call::to(GetServiceRequest).param("servicerequest-id", number)).await?;
        let release = visit.call(Call::to(GetTicketRelease).param("ticket-id", number)).await?;
        let opened = visit.call(Call::to(ListTicketOpenings).param("ticket-id", number)).await?.items;
        let may = May {
            write: visit.may(UpdateServiceRequest),
            release: visit.may(ReleaseTicket),
            revoke: visit.may(RevokeTicketRelease),
            watch: visit.may(WatchTicketRelease),
        };
        // The table shows the newest first; so does the list.
        let seen = Seen { ticket, release, uses: opened.into_iter().rev().map(super::as_use).collect() };
        Ok(Self::of(visit.frame(), here, &seen, (form, problem), &may, once))
    }

    fn of(
        frame: Frame,
        here: &at::Ticket,
        seen: &Seen,
        (form, problem): (&Form, Problem),
        may: &May,
        once: String,
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let ticket = &seen.ticket;
        let thread = Thread::of(f, ticket);
        let to_watch = link(&at::TicketWatch { ticket: here.ticket }, &[]);
        let number = ticket.id.clone().unwrap_or_default();
        let worked = Worked {
            id: ticket.id.clone(),
            customer_name: ticket.organization.as_ref().and_then(|of| of.name.clone()),
            severity: ticket.severity,
            support_topic_name: ticket.support_topic_name.clone(),
            product_id: ticket.product_name.clone(),
            created_date: ticket.created_date,
            last_modified_date: ticket.last_modified_date,
            last_closed_date: ticket.last_closed_date,
            ..Worked::default()
        };
        Self {
            title: if thread.title.is_empty() { number } else { thread.title.clone() },
            state: State::of(t, ticket.status),
            problem,
            facts: super::facts(&frame, &worked),
            release: super::release_text(&frame, &seen.release),
            acts: acts(t, ticket.status, seen.release.released == Some(true), may),
            uses: use_rows(t, f, &seen.uses),
            watch: Action::link(t.access_watch(), to_watch, may.watch.clone()).minor(),
            note: Field::line("note", t.ticket_note(), form.get("note"), 8192).of(Kind::Area(5)),
            send: Action::button(t.ticket_send(), may.write.clone()),
            once,
            thread,
            frame: frame.below(at::Tickets {}.path(), t.tickets_title()),
        }
    }
}

fn acts(t: &'static Texts, status: Option<ServiceRequestStatus>, released: bool, may: &May) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut add = |word, means, button: Action| acts.push(Act { word, means, button });
    if released {
        let button = Action::button(t.ticket_revoke(), may.revoke.clone()).grave();
        add("revoke", t.ticket_revoke_means(), button);
    } else {
        let button = Action::button(t.ticket_release_act(), may.release.clone()).minor();
        add("release", t.ticket_release_means(), button);
    }
    if status == Some(ServiceRequestStatus::Closed) {
        let button = Action::button(t.ticket_reopen(), may.write.clone()).minor();
        add("reopen", t.ticket_reopen_means(), button);
    } else {
        let button = Action::button(t.ticket_close(), may.write.clone()).minor();
        add("close", t.ticket_close_means(), button);
    }
    acts
}
