//! Opening a ticket. The form says before it is sent that the operator's support will be able to read it, and lets one
//! say no.

use askama::Template;
use client::Call;
use contract::operations::{CreateServiceRequest, ListCustomers, ListSupportTopics};
use contract::resources::service_request::{
    ServiceRequest, ServiceRequestOrganization, ServiceRequestSeverity, SupportTopic,
};
use contract::{Operation, Party, Spec};

use super::severity_name;
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Choice, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// Customers offered at most; others are named through the programming interface.
const CUSTOMERS: usize = 500;
/// The header by which a thread is not released.
const RELEASE: &str = "treuhand-release";

#[derive(Template)]
#[template(path = "pages/tickets/new.html")]
pub(crate) struct NewTicket {
    frame: Frame,
    problem: Problem,
    fields: Vec<Field>,
    open: Action,
    once: String,
}

/// What can be chosen.
#[derive(Default)]
struct Known {
    topics: Vec<SupportTopic>,
    /// Ids with names.
    customers: Vec<(String, String)>,
}

impl Page for NewTicket {
    type At = at::NewTicket;
    const CALLS: &'static [&'static Spec] = &[CreateServiceRequest::SPEC, ListSupportTopics::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let topic = SupportTopic {
            id: Some(32_444_675),
            name: kit.some("A service does not work"),
            ..SupportTopic::default()
        };
        let customer = ("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned(), kit.text("Contoso"));
        let known = Known { topics: vec![topic], customers: vec![customer] };
        let typed = if kit.hostile { "title=%3Cscript%3E%22" } else { "title=x" };
        let page = |party, problem| {
            let frame = kit.frame(party, "/portal/tickets");
            Self::of(frame, &known, &Form::parse(typed.as_bytes()), problem, String::new())
        };
        vec![
            page(Party::Partner, Problem::none(t)),
            page(Party::Customer, Problem::ours(t, t.advice_input())),
        ]
    }

    async fn load(visit: &Visit, _at: at::NewTicket) -> Result<Answer, Trouble> {
        Self::made(visit, &Form::default(), Problem::none(visit.t), visit.fresh_id()).await?.shown()
    }

    async fn act(visit: &Visit, _at: at::NewTicket, form: Form) -> Result<Answer, Trouble> {
        let organization = form
            .given("customer")
            .map(|id| ServiceRequestOrganization { id: Some(id), ..ServiceRequestOrganization::default() });
        let body = ServiceRequest {
            title: form.given("title"),
            description: form.given("description"),
            severity: ServiceRequestSeverity::parse(form.get("severity")),
            support_topic_id: form.given("topic"),
            organization,
            ..ServiceRequest::default()
        };
        let call = Call::to(CreateServiceRequest).param("agent-locale", visit.locale.contract());
        let call = call.request_id(visit.id_of(&form)).body(&body);
        let call = if form.get("release") == "no" { call.header(RELEASE, "none") } else { call };
        match visit.call(call).await {
            Ok(made) => {
                let ticket = made.id.as_deref().and_then(|id| id.parse().ok()).ok_or(Trouble::Failed)?;
                Ok(Answer::Go(link(&at::Ticket { ticket }, &[("done", "ticket-opened")])))
            }
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &form, problem, once).await?.shown_as(status)
            }
        }
    }
}

impl NewTicket {
    async fn made(visit: &Visit, form: &Form, problem: Problem, once: String) -> Result<Self, Trouble> {
        let topics = visit.call(Call::to(ListSupportTopics)).await?.items;
        let customers = if visit.may(ListCustomers).allows() {
            visit.call(Call::to(ListCustomers).query("size", CUSTOMERS)).await?.items
        } else {
            Vec::new()
        };
        let named = |one: contract::resources::customer::Customer| {
            Some((one.id?, one.company_profile.and_then(|company| company.company_name)?))
        };
        let known = Known { topics, customers: customers.into_iter().filter_map(named).collect() };
        Ok(Self::of(visit.frame(), &known, form, problem, once))
    }

    fn of(frame: Frame, known: &Known, form: &Form, problem: Problem, once: String) -> Self {
        let t = frame.t;
        let choice = |name: &str, value: String, label: String| Choice {
            chosen: form.get(name) == value,
            value,
            label,
        };
        let topic = |topic: &SupportTopic| {
            Some(choice("topic", topic.id?.to_string(), topic.name.clone().unwrap_or_default()))
        };
        let severities =
            ServiceRequestSeverity::ALL.iter().rev().filter(|one| **one != ServiceRequestSeverity::Unknown);
        let severities =
            severities.map(|one| choice("severity", one.as_str().to_owned(), severity_name(t, Some(*one))));
        let mut fields = vec![
            Field::line("title", t.ticket_subject(), form.get("title"), 256),
            Field::line("description", t.ticket_description(), form.get("description"), 8192)
                .of(Kind::Area(8))
                .hint(t.ticket_description_hint()),
            Field::choice(
                "topic",
                t.ticket_topic(),
                Kind::Select(known.topics.iter().filter_map(topic).collect()),
            ),
            Field::choice("severity", t.ticket_severity(), Kind::Radios(severities.collect())),
        ];
        if !known.customers.is_empty() {
            let mut customers = vec![choice("customer", String::new(), t.ticket_own())];
            customers.extend(
                known.customers.iter().map(|(id, name)| choice("customer", id.clone(), name.clone())),
            );
            let field = Field::choice("customer", t.ticket_about(), Kind::Select(customers));
            fields.push(field.optional(t));
        }
        let no = form.get("release") == "no";
        let release = vec![
            Choice {
                value: "yes".to_owned(),
                label: t.ticket_release_yes(frame.operator.clone()),
                chosen: !no,
            },
            Choice { value: "no".to_owned(), label: t.ticket_release_no(), chosen: no },
        ];
        fields.push(
            Field::choice("release", t.ticket_release(), Kind::Radios(release)).hint(t.ticket_release_hint()),
        );
        Self {
            problem,
            fields,
            open: Action::button(t.tickets_open(), Permit::Yes),
            once,
            frame: frame.below(at::Tickets {}.path(), t.tickets_title()),
        }
    }
}
