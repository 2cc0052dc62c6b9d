//! The tickets that one's own organisation opened.

use askama::Template;
use client::Call;
use contract::operations::{CreateServiceRequest, ListOwnServiceRequests};
use contract::resources::service_request::{ServiceRequest, ServiceRequestStatus};
use contract::{Operation, Party, Spec};

use super::{Listing, PAGE, Row, State, severity_name, time};
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::Action;
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/tickets/list.html")]
pub(crate) struct Tickets {
    frame: Frame,
    open: Action,
    list: Listing,
}

impl Page for Tickets {
    type At = at::Tickets;
    const CALLS: &'static [&'static Spec] = &[ListOwnServiceRequests::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let all =
            [ServiceRequestStatus::Open, ServiceRequestStatus::AttentionNeeded, ServiceRequestStatus::Closed];
        let all = all.map(|status| super::sample(kit, status));
        let page = |party, list: &[ServiceRequest]| {
            Self::of(kit.frame(party, "/portal/tickets"), list, Permit::Yes, 0)
        };
        vec![page(Party::Partner, &all), page(Party::Customer, &[])]
    }

    async fn load(visit: &Visit, _at: at::Tickets) -> Result<Answer, Trouble> {
        let offset = visit.query.get("offset").parse().unwrap_or(0);
        let call = Call::to(ListOwnServiceRequests).query("size", PAGE).query("offset", offset);
        let list = visit.call(call).await?.items;
        Self::of(visit.frame(), &list, visit.may(CreateServiceRequest), offset).shown()
    }
}

impl Tickets {
    fn of(frame: Frame, list: &[ServiceRequest], may: Permit, offset: usize) -> Self {
        let (t, f) = (frame.t, frame.f);
        let row = |one: &ServiceRequest| {
            let number = one.id.clone()?;
            Some(Row {
                href: at::Ticket { ticket: number.parse().ok()? }.path(),
                number,
                about: one.title.clone().unwrap_or_default(),
                topic: one.support_topic_name.clone().unwrap_or_default(),
                severity: severity_name(t, one.severity),
                state: State::of(t, one.status),
                changed: time(f, one.last_modified_date),
            })
        };
        let words = (t.tickets_table(), t.tickets_none());
        Self {
            open: Action::link(t.tickets_open(), at::NewTicket {}.path(), may),
            list: Listing::of(&at::Tickets {}, list.iter().filter_map(row).collect(), words, offset),
            frame,
        }
    }
}
