//! A ticket's release while it is used: who reads now, and the button that ends it. For whoever gave it, and for officers.
//!
//! As with grants (`access::watch`), a page that follows is asked for by the visitor and waits at the trustee.

use askama::Template;
use client::Call;
use contract::operations::{GetServiceRequest, RevokeTicketRelease, WatchTicketRelease};
use contract::resources::access::AccessUse;
use contract::resources::ticket_release::TicketWatch;
use contract::{Operation, Party, Spec};

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::access::watch::Following;
use crate::pages::access::{UseRow, sample_uses, use_rows};
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

#[derive(Template)]
#[template(path = "pages/tickets/watch.html")]
pub(crate) struct Watch {
    frame: Frame,
    title: String,
    problem: Problem,
    /// Whether the operator's support can read the thread, in a sentence.
    release: String,
    released: bool,
    uses: Vec<UseRow>,
    following: Following,
    stop: Action,
    once: String,
}

/// What a page is made of.
struct Seen {
    watch: TicketWatch,
    uses: Vec<AccessUse>,
}

impl Page for Watch {
    type At = at::TicketWatch;
    const CALLS: &'static [&'static Spec] = &[WatchTicketRelease::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let page = |party, released, query: &str| {
            let watch = TicketWatch {
                release: Some(super::sample_release(released)),
                marker: Some(format!("{released}-1")),
                ..TicketWatch::default()
            };
            let seen = Seen { watch, uses: if released { sample_uses(kit) } else { Vec::new() } };
            let (here, query) = (at::TicketWatch { ticket: super::SAMPLE }, Form::parse(query.as_bytes()));
            let frame = kit.frame(party, "/portal/tickets");
            let may = (Permit::Yes, party != Party::Trustee);
            Self::of(frame, &here, &seen, (&query, Problem::none(kit.t())), may, String::new())
        };
        vec![
            page(Party::Customer, true, "follow=yes"),
            page(Party::Trustee, true, ""),
            page(Party::Partner, false, ""),
        ]
    }

    async fn load(visit: &Visit, here: at::TicketWatch) -> Result<Answer, Trouble> {
        Self::made(visit, &here, Problem::none(visit.t), visit.fresh_id()).await?.shown()
    }

    async fn act(visit: &Visit, here: at::TicketWatch, form: Form) -> Result<Answer, Trouble> {
        if form.get("do") != "revoke" {
            return Err(Trouble::Missing);
        }
        match visit.call(Call::to(RevokeTicketRelease).param("ticket-id", here.ticket)).await {
            Ok(_) => Ok(Answer::Go(link(&here, &[("done", "ticket-revoke")]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &here, problem, once).await?.shown_as(status)
            }
        }
    }
}

impl Watch {
    async fn made(
        visit: &Visit,
        here: &at::TicketWatch,
        problem: Problem,
        once: String,
    ) -> Result<Self, Trouble> {
        let mut call = Call::to(WatchTicketRelease).param("ticket-id", here.ticket);
        // With what was seen last, the call answers when there is something else.
        if let Some(after) = visit.query.given("after") {
            call = call.query("after", after);
        }
        let mut watch = visit.call(call).await?;
        // The table shows the newest first; so does the list.
        let uses = watch.openings.take().unwrap_or_default().into_iter().rev().map(super::as_use).collect();
        let may = (visit.may(RevokeTicketRelease), matches!(visit.may(GetServiceRequest), Permit::Yes));
        Ok(Self::of(visit.frame(), here, &Seen { watch, uses }, (&visit.query, problem), may, once))
    }

    fn of(
        frame: Frame,
        here: &at::TicketWatch,
        seen: &Seen,
        (query, problem): (&Form, Problem),
        (may_stop, has_ticket): (Permit, bool),
        once: String,
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let release = seen.watch.release.clone().unwrap_or_default();
        let released = release.released == Some(true);
        let marker = seen.watch.marker.as_deref().unwrap_or_default();
        let above = at::Ticket { ticket: here.ticket };
        Self {
            title: t.ticket_of_number(here.ticket.to_string()),
            problem,
            release: super::release_text(&frame, &release),
            released,
            uses: use_rows(t, f, &seen.uses),
            following: Following::of(t, here, query, marker, released),
            stop: Action { class: "button stop", ..Action::button(t.ticket_revoke(), may_stop) },
            once,
            // Officers have no page of the ticket itself.
            frame: if has_ticket { frame.below(above.path(), t.tickets_title()) } else { frame },
        }
    }
}
