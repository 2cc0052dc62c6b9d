//! One ticket for the operator's support: what is known without its texts, and what can be done. The thread is shown on
//! demand alone, because each look at it is an opening that the log tells of.

use askama::Template;
use client::Call;
use contract::operations::{
    AnswerTicket, ChangeTicket, GetServiceRequest, GetTicket, GetTicketRelease, TakeTicket,
};
use contract::resources::service_request::{
    ServiceRequest, ServiceRequestNote, ServiceRequestStatus, Ticket,
};
use contract::resources::ticket_release::TicketRelease;
use contract::{Operation, Party, Spec};

use super::{Act, State, Thread};
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Facts, Field, Kind, Problem};
use crate::permit::Permit;
use crate::texts::Texts;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

#[derive(Template)]
#[template(path = "pages/tickets/worked.html")]
pub(crate) struct Worked {
    frame: Frame,
    title: String,
    state: State,
    problem: Problem,
    facts: Facts,
    /// Whether the thread can be read, in a sentence.
    release: String,
    /// Leads to the thread, while it is released.
    read: Option<Action>,
    /// What people wrote, when it was asked for.
    thread: Option<Thread>,
    acts: Vec<Act>,
    answer: Field,
    send: Action,
    once: String,
}

/// What a page is made of.
struct Seen {
    ticket: Ticket,
    release: TicketRelease,
    thread: Option<ServiceRequest>,
}

impl Page for Worked {
    type At = at::QueuedTicket;
    const CALLS: &'static [&'static Spec] = &[GetTicket::SPEC, GetTicketRelease::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let page = |status, released, read: bool, problem| {
            let seen = Seen {
                ticket: super::sample_worked(kit, status),
                release: super::sample_release(released),
                thread: read.then(|| super::sample(kit, status)),
            };
            let frame = kit.frame(Party::Operator, "/portal/queue");
            let here = at::QueuedTicket { ticket: super::SAMPLE };
            Self::of(frame, &here, &seen, &Form::default(), problem, String::new())
        };
        vec![
            page(ServiceRequestStatus::Open, false, false, Problem::none(t)),
            page(ServiceRequestStatus::Open, true, true, Problem::ours(t, t.advice_input())),
            page(ServiceRequestStatus::Closed, true, false, Problem::none(t)),
        ]
    }

    async fn load(visit: &Visit, here: at::QueuedTicket) -> Result<Answer, Trouble> {
        let read = visit.query.get("read") == "yes";
        let (problem, thread) = if read {
            let call = Call::to(GetServiceRequest).param("servicerequest-id", here.ticket);
            match visit.call(call).await {
                Ok(thread) => (Problem::none(visit.t), Some(thread)),
                Err(trouble) => (Problem::of(visit.t, trouble)?.0, None),
            }
        } else {
            (Problem::none(visit.t), None)
        };
        Self::made(visit, &here, thread, &Form::default(), problem, visit.fresh_id()).await?.shown()
    }

    async fn act(visit: &Visit, here: at::QueuedTicket, form: Form) -> Result<Answer, Trouble> {
        let number = here.ticket;
        let to = |status| {
            let body = Ticket { status: Some(status), ..Ticket::default() };
            Call::to(ChangeTicket).param("ticket-id", number).request_id(visit.id_of(&form)).body(&body)
        };
        let done = match form.get("do") {
            "take" => visit.call(Call::to(TakeTicket).param("ticket-id", number)).await,
            "close" => visit.call(to(ServiceRequestStatus::Closed)).await,
            "reopen" => visit.call(to(ServiceRequestStatus::Open)).await,
            "answer" => {
                let note = ServiceRequestNote { text: form.given("note"), ..ServiceRequestNote::default() };
                let body = ServiceRequest { new_note: Some(note), ..ServiceRequest::default() };
                let call = Call::to(AnswerTicket).param("ticket-id", number);
                visit.call(call.request_id(visit.id_of(&form)).body(&body)).await
            }
            _ => return Err(Trouble::Missing),
        };
        match done {
            Ok(_) => Ok(Answer::Go(link(&here, &[("done", &format!("ticket-{}", form.get("do")))]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &here, None, &form, problem, once).await?.shown_as(status)
            }
        }
    }
}

impl Worked {
    async fn made(
        visit: &Visit,
        here: &at::QueuedTicket,
        thread: Option<ServiceRequest>,
        form: &Form,
        problem: Problem,
        once: String,
    ) -> Result<Self, Trouble> {
        let ticket = visit.call(Call::to(GetTicket).param("ticket-id", here.ticket)).await?;
        let release = visit.call(Call::to(GetTicketRelease).param("ticket-id", here.ticket)).await?;
        Ok(Self::of(visit.frame(), here, &Seen { ticket, release, thread }, form, problem, once))
    }

    fn of(
        frame: Frame,
        here: &at::QueuedTicket,
        seen: &Seen,
        form: &Form,
        problem: Problem,
        once: String,
    ) -> Self {
        let t = frame.t;
        let released = seen.release.released == Some(true);
        let read = Action::link(t.ticket_read(), link(here, &[("read", "yes")]), Permit::Yes).minor();
        Self {
            title: t.ticket_of_number(here.ticket),
            state: State::of(t, seen.ticket.status),
            problem,
            facts: super::facts(&frame, &seen.ticket),
            release: super::release_text(&frame, &seen.release),
            read: (released && seen.thread.is_none()).then_some(read),
            thread: seen.thread.as_ref().map(|thread| Thread::of(frame.f, thread)),
            acts: acts(t, seen.ticket.status),
            answer: Field::line("note", t.ticket_answer(), form.get("note"), 8192).of(Kind::Area(5)),
            send: Action::button(t.ticket_send(), Permit::Yes),
            once,
            frame: frame.below(at::TicketQueue {}.path(), t.queue_title()),
        }
    }
}

fn acts(t: &'static Texts, status: Option<ServiceRequestStatus>) -> Vec<Act> {
    let act = |word, means, label| Act { word, means, button: Action::button(label, Permit::Yes).minor() };
    let turn = if status == Some(ServiceRequestStatus::Closed) {
        act("reopen", t.ticket_reopen_means(), t.ticket_reopen())
    } else {
        act("close", t.ticket_close_means(), t.ticket_close())
    };
    vec![act("take", t.ticket_take_means(), t.ticket_take()), turn]
}
