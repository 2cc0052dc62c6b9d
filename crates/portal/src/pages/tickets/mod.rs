//! Support tickets: for those who opened them, with their texts, and for the operator's support, without them unless they
//! are released.

pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod one;
pub(crate) mod queue;
pub(crate) mod watch;
pub(crate) mod worked;

use contract::Operation as _;
use contract::operations::GetServiceRequest;
use contract::resources::access::AccessUse;
use contract::resources::service_request::{
    ServiceRequest, ServiceRequestContact, ServiceRequestNote, ServiceRequestSeverity, ServiceRequestStatus,
    Ticket,
};
use contract::resources::ticket_release::{TicketOpening, TicketRelease};
use jiff::Timestamp;

use crate::format::Format;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::Place;
use crate::parts::{Action, Fact, Facts};
use crate::texts::Texts;
use crate::visit::link;

/// Tickets on one page.
pub(crate) const PAGE: usize = 50;

/// A ticket as a row.
pub(crate) struct Row {
    pub(crate) number: String,
    pub(crate) href: String,
    pub(crate) about: String,
    pub(crate) topic: String,
    pub(crate) severity: String,
    pub(crate) state: State,
    pub(crate) changed: String,
}

/// A list of tickets.
pub(crate) struct Listing {
    pub(crate) caption: String,
    pub(crate) rows: Vec<Row>,
    /// What is said when there are none.
    pub(crate) none: String,
    pub(crate) previous: String,
    pub(crate) next: String,
}

impl Listing {
    /// One page of a list that lies at this place.
    pub(crate) fn of(
        at: &impl Place,
        rows: Vec<Row>,
        (caption, none): (String, String),
        offset: usize,
    ) -> Self {
        let to = |offset: usize| link(at, &[("offset", &offset.to_string())]);
        Self {
            caption,
            none,
            previous: if offset > 0 { to(offset.saturating_sub(PAGE)) } else { String::new() },
            next: if rows.len() == PAGE { to(offset + PAGE) } else { String::new() },
            rows,
        }
    }
}

/// A state as a word, and how it looks.
pub(crate) struct State {
    pub(crate) word: String,
    pub(crate) class: &'static str,
}

impl State {
    pub(crate) fn of(t: &Texts, status: Option<ServiceRequestStatus>) -> Self {
        let status = status.unwrap_or(ServiceRequestStatus::None);
        let class = match status {
            ServiceRequestStatus::Open => "warn",
            ServiceRequestStatus::AttentionNeeded => "bad",
            ServiceRequestStatus::None | ServiceRequestStatus::Closed => "",
        };
        Self { word: t.named("ticket-status", status.as_str()).unwrap_or_default(), class }
    }
}

pub(crate) fn severity_name(t: &Texts, severity: Option<ServiceRequestSeverity>) -> String {
    let severity = severity.unwrap_or(ServiceRequestSeverity::Unknown);
    t.named("ticket-severity", severity.as_str()).unwrap_or_default()
}

pub(crate) fn time(f: Format, at: Option<Timestamp>) -> String {
    at.map(|at| f.time(at)).unwrap_or_default()
}

/// A note of a thread.
pub(crate) struct Note {
    pub(crate) who: String,
    pub(crate) when: String,
    pub(crate) text: String,
}

/// What people wrote.
pub(crate) struct Thread {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) contact: String,
    pub(crate) notes: Vec<Note>,
}

impl Thread {
    pub(crate) fn of(f: Format, ticket: &ServiceRequest) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let note = |note: &ServiceRequestNote| Note {
            who: text(&note.created_by_name),
            when: time(f, note.created_date),
            text: text(&note.text),
        };
        let contact = ticket.primary_contact.as_ref().map(|contact| {
            let parts = [&contact.first_name, &contact.last_name, &contact.email, &contact.phone_number];
            parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
        });
        Self {
            title: text(&ticket.title),
            description: text(&ticket.description),
            contact: contact.unwrap_or_default(),
            notes: ticket.notes.iter().flatten().map(note).collect(),
        }
    }

    /// Whether the keys were not there, or nobody may read it.
    pub(crate) fn is_sealed(&self) -> bool {
        self.title.is_empty() && self.description.is_empty()
    }
}

/// What a release says, in words.
pub(crate) fn release_text(frame: &Frame, release: &TicketRelease) -> String {
    let (t, f) = (frame.t, frame.f);
    if release.released == Some(true) {
        t.ticket_released(time(f, release.released_date), frame.operator.clone())
    } else {
        t.ticket_not_released(frame.operator.clone())
    }
}

/// An opening of a thread as a use: the same table shows both.
pub(crate) fn as_use(one: TicketOpening) -> AccessUse {
    AccessUse {
        number: one.number,
        operation: Some(GetServiceRequest::SPEC.id.to_owned()),
        began_date: one.began_date,
        outcome: one.outcome,
        rows: one.rows,
        bytes: one.bytes,
        fields: one.fields,
        masked_values: one.masked_values,
        ..AccessUse::default()
    }
}

/// The facts that both sides see.
pub(crate) fn facts(frame: &Frame, ticket: &Ticket) -> Facts {
    let (t, f) = (frame.t, frame.f);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut facts = vec![
        Fact::new(t.ticket_number(), text(&ticket.id)),
        Fact::new(t.ticket_opener(), text(&ticket.opener_name)),
        Fact::new(t.field_customer(), text(&ticket.customer_name)),
        Fact::new(t.ticket_topic(), text(&ticket.support_topic_name)),
        Fact::new(t.ticket_severity(), severity_name(t, ticket.severity)),
        Fact::new(t.ticket_product(), text(&ticket.product_id)),
        Fact::new(t.ticket_opened(), time(f, ticket.created_date)),
        Fact::new(t.ticket_changed(), time(f, ticket.last_modified_date)),
        Fact::new(t.ticket_answered(), time(f, ticket.first_answered_date)),
        Fact::new(t.ticket_closed(), time(f, ticket.last_closed_date)),
    ];
    facts.retain(|fact| !fact.text.is_empty());
    Facts { t, facts }
}

/// A form with one button, beside what it means.
pub(crate) struct Act {
    pub(crate) word: &'static str,
    pub(crate) means: String,
    pub(crate) button: Action,
}

/// The number that samples are about.
pub(crate) const SAMPLE: u64 = 616_122_292_874_576;

/// A ticket for samples.
pub(crate) fn sample(kit: &Kit, status: ServiceRequestStatus) -> ServiceRequest {
    let note = |who: &str, text: &str| ServiceRequestNote {
        created_by_name: kit.some(who),
        created_date: Some(Kit::at("2018-05-12T10:02:00Z")),
        text: kit.some(text),
    };
    ServiceRequest {
        id: Some(SAMPLE.to_string()),
        title: kit.some("Mail is late"),
        description: kit.some("Since this morning mail arrives hours late."),
        severity: Some(ServiceRequestSeverity::Moderate),
        status: Some(status),
        support_topic_name: kit.some("A service does not work"),
        primary_contact: Some(ServiceRequestContact {
            email: kit.some("erika@nordlicht.example"),
            ..ServiceRequestContact::default()
        }),
        notes: Some(vec![note("erika@nordlicht.example", "Still so."), note("Support", "We look at it.")]),
        created_date: Some(Kit::at("2018-05-12T08:50:00Z")),
        last_modified_date: Some(Kit::at("2018-05-12T10:02:00Z")),
        ..ServiceRequest::default()
    }
}

/// The same as the operator's support sees it.
pub(crate) fn sample_worked(kit: &Kit, status: ServiceRequestStatus) -> Ticket {
    Ticket {
        id: Some(SAMPLE.to_string()),
        opener_name: kit.some("Nordlicht Systemhaus GmbH"),
        customer_name: kit.some("Contoso GmbH"),
        severity: Some(ServiceRequestSeverity::Critical),
        status: Some(status),
        support_topic_name: kit.some("A service does not work"),
        created_date: Some(Kit::at("2018-05-12T08:50:00Z")),
        last_modified_date: Some(Kit::at("2018-05-12T10:02:00Z")),
        ..Ticket::default()
    }
}

/// A release for samples.
pub(crate) fn sample_release(released: bool) -> TicketRelease {
    TicketRelease {
        released: Some(released),
        released_date: Some(Kit::at("2018-05-12T08:50:00Z")),
        ..TicketRelease::default()
    }
}
