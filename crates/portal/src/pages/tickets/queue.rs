//! The tickets that wait for the operator's support, those that wait longest first; without what people wrote.

use askama::Template;
use client::Call;
use contract::operations::ListTickets;
use contract::resources::service_request::{ServiceRequestStatus, Ticket};
use contract::{Operation, Party, Spec};

use super::{Listing, PAGE, Row, State, severity_name, time};
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/tickets/queue.html")]
pub(crate) struct Queue {
    frame: Frame,
    list: Listing,
}

impl Page for Queue {
    type At = at::TicketQueue;
    const CALLS: &'static [&'static Spec] = &[ListTickets::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let all = [ServiceRequestStatus::Open, ServiceRequestStatus::AttentionNeeded];
        let all = all.map(|status| super::sample_worked(kit, status));
        let page = |list: &[Ticket]| Self::of(kit.frame(Party::Operator, "/portal/queue"), list, 0);
        vec![page(&all), page(&[])]
    }

    async fn load(visit: &Visit, _at: at::TicketQueue) -> Result<Answer, Trouble> {
        let offset = visit.query.get("offset").parse().unwrap_or(0);
        let call = Call::to(ListTickets).query("size", PAGE).query("offset", offset);
        let list = visit.call(call).await?.items;
        Self::of(visit.frame(), &list, offset).shown()
    }
}

impl Queue {
    fn of(frame: Frame, list: &[Ticket], offset: usize) -> Self {
        let (t, f) = (frame.t, frame.f);
        let row = |one: &Ticket| {
            let number = one.id.clone()?;
            let names = [one.opener_name.clone(), one.customer_name.clone()];
            Some(Row {
                href: at::QueuedTicket { ticket: number.parse().ok()? }.path(),
                number,
                about: names.into_iter().flatten().collect::<Vec<_>>().join(", "),
                topic: one.support_topic_name.clone().unwrap_or_default(),
                severity: severity_name(t, one.severity),
                state: State::of(t, one.status),
                changed: time(f, one.last_modified_date),
            })
        };
        let words = (t.queue_table(), t.queue_none());
        let rows = list.iter().filter_map(row).collect();
        Self { list: Listing::of(&at::TicketQueue {}, rows, words, offset), frame }
    }
}
