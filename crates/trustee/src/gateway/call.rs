//! One call that was let in, and what its caller may see.

use contract::operation::{Effect, Party, Spec};
use contract::query::Query;
use contract::route::Params;
use edge::Trace;
use kernel::{AccountId, Code, CustomerId, Problem, TenantId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;

use crate::grants::Begun;
use crate::identity::Caller;
use crate::records::Moment;
use crate::tickets::Ticket;

/// What of a parameter may stand bare in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

/// A call on its way through the gateway: routed, authenticated, admitted.
pub(crate) struct Call<'r> {
    pub(crate) spec: &'static Spec,
    pub(crate) params: Params<'r>,
    pub(crate) query: Query,
    pub(crate) caller: Arc<Caller>,
    pub(crate) trace: Trace,
    /// The customer whose things the call is about: of the path, or being created.
    pub(crate) customer: Option<CustomerId>,
    /// The ticket that the path names, or that is being opened.
    pub(crate) ticket: Option<Arc<Ticket>>,
    /// Taken before the operator is asked; see [`crate::records::Known::judge`].
    pub(crate) since: Moment,
    /// The use of a grant as which the call is made.
    pub(crate) grant: Option<Arc<Begun>>,
    /// Made for the customer itself, who takes its records along: counted as its own, and all or nothing.
    pub(crate) export: bool,
}

impl Call<'_> {
    /// The tenant whose records are meant where the message does not say whose they are.
    pub(crate) fn owner(&self) -> TenantId {
        match (&self.ticket, self.customer) {
            (Some(ticket), _) => ticket.tenant,
            (None, customer) => customer.map_or(self.caller.tenant, TenantId::from),
        }
    }

    /// The caller as a partner.
    pub(crate) fn account(&self) -> AccountId {
        AccountId(self.caller.tenant.0)
    }

    /// Whether private members are opened for this caller: partners by relationship, customers their own. The
    /// operator's people need a grant; the trustee's have none of their own.
    pub(crate) fn opens(&self) -> bool {
        matches!(self.caller.party, Party::Partner | Party::Customer)
    }

    /// The partner as whose opening the call counts; none when it is the customer's own.
    pub(crate) fn opener(&self) -> Option<TenantId> {
        (self.caller.party == Party::Partner && !self.export).then_some(self.caller.tenant)
    }

    /// Whether the caller may send private members: what it can see, and the operator's people their answers.
    pub(crate) fn writes(&self) -> bool {
        self.opens() || (self.caller.party == Party::Operator && self.spec.id == "answer-ticket")
    }

    /// Whether the call changes something.
    pub(crate) fn changes(&self) -> bool {
        self.spec.effect != Effect::Read
    }

    /// Path and query for the operator, re-made from what the contract declares.
    pub(crate) fn path_and_query(&self, query: &str) -> String {
        let mut out = String::with_capacity(96);
        for segment in self.spec.path.split('/').skip(1) {
            out.push('/');
            let name = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            match (name, self.customer, name.and_then(|name| self.params.get(name))) {
                (Some("customer-id"), Some(customer), _) => out.push_str(&customer.to_string()),
                (Some(name), ..) if TICKET_IDS.contains(&name) && self.ticket.is_some() => {
                    out.push_str(self.ticket.as_ref().map_or("", |ticket| &ticket.id));
                }
                (_, _, Some(value)) => out.extend(utf8_percent_encode(value, SEGMENT)),
                _ => out.push_str(segment),
            }
        }
        if !query.is_empty() {
            out.push('?');
            out.push_str(query);
        }
        out
    }
}

/// The parameters that are a ticket's number.
const TICKET_IDS: [&str; 2] = ["servicerequest-id", "ticket-id"];

/// The ticket's number that a path names, if it names one.
pub(crate) fn ticket_number<'p>(params: &'p Params<'_>) -> Option<&'p str> {
    TICKET_IDS.iter().find_map(|name| params.get(name))
}

/// The customer that a path names, if it names one.
pub(crate) fn customer_of(params: &Params<'_>) -> Result<Option<CustomerId>, Problem> {
    params.get("customer-id").map_or(Ok(None), |text| {
        text.parse().map(Some).map_err(|_| {
            Problem::new(400, Code(900_118), "bad_customer_id", "The customer id in the path must be a GUID.")
        })
    })
}

/// Fields that lists are searched by. All are commercial: what is searched for travels to the operator.
const SEARCHED: [&str; 6] = [
    "CompanyName",
    "Domain",
    "IndirectReseller",
    "IndirectCloudSolutionProvider",
    "CustomerId",
    "ResourceType",
];

/// Refuses a search by anything else: its value could be somebody's name.
pub(crate) fn check_filter(query: &Query) -> Result<(), Problem> {
    match query.filter()? {
        Some(filter) if !SEARCHED.iter().any(|field| filter.is_on(field)) => Err(Problem::new(
            400,
            contract::errors::code::BAD_INPUT,
            "filter_unusable",
            format!("The filter's Field must be one of {}.", SEARCHED.join(", ")),
        )),
        _ => Ok(()),
    }
}

/// The answer to a call about a customer that is not the caller's, whether or not there is such a customer.
pub(crate) fn unknown_customer() -> Problem {
    Problem::new(
        404,
        contract::errors::code::RESOURCE_MISSING,
        "customer_unknown",
        "There is no such customer of yours. Relationships are recorded by the data trustee.",
    )
}
