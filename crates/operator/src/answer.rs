//! What a handler answers with, and how it is written on the wire.

use std::borrow::Cow;

use contract::errors;
use contract::operation::{Api, Operation, Reply};
use contract::wire::ReplyBody;
use kernel::{AccountId, CustomerId, Problem};

const JSON: &str = "application/json; charset=utf-8";

/// The body of an answer.
enum Body<R> {
    /// What the operation declares.
    Declared(R),
    /// The file that the operation declares.
    File(Vec<u8>),
}

/// A handler's answer.
pub struct Answer<R> {
    body: Body<R>,
    status: Option<u16>,
    location: Option<String>,
    note: Option<Note>,
    events: Vec<Event>,
}

impl<R> Answer<R> {
    /// An answer with the declared body.
    pub fn of(body: R) -> Self {
        Self::with(Body::Declared(body))
    }
    fn with(body: Body<R>) -> Self {
        Self { body, status: None, location: None, note: None, events: Vec::new() }
    }
    /// Another status than the operation's usual one.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
    /// Says what the audit trail will show.
    #[must_use]
    pub fn noted(mut self, note: Note) -> Self {
        self.note = Some(note);
        self
    }
    /// Adds an event.
    #[must_use]
    pub fn event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }
    /// Names where the made resource can be read, as a path of the contract.
    #[must_use]
    pub fn located(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }
}

impl Answer<()> {
    /// No body.
    pub fn nothing() -> Self {
        Self::of(())
    }
    /// The file that the operation declares with its type. Its name is the gateway's to say.
    pub fn file(bytes: Vec<u8>) -> Self {
        Self::with(Body::File(bytes))
    }
}

/// The resource an audit entry is about. Commercial values only.
#[derive(Clone, Debug, Default)]
pub struct Note {
    /// In whose trail the entry stands, when it is not the caller's (an act of the operator or the trustee).
    pub partner: Option<AccountId>,
    /// The documented resource type, e.g. `order`; empty for the operation's area.
    pub resource_type: &'static str,
    /// The documented operation type, e.g. `create_order`; empty for the operation's id.
    pub operation_type: &'static str,
    /// The customer concerned.
    pub customer: Option<CustomerId>,
    /// That customer's company name.
    pub customer_name: Option<String>,
    /// The resource as it was before, as JSON.
    pub old: Option<String>,
    /// The resource as it is now, as JSON.
    pub new: Option<String>,
}

/// Something that happened, for web hooks and the feed.
#[derive(Clone, Debug)]
pub struct Event {
    /// Whose web hook it goes to, when it is not the caller's.
    pub partner: Option<AccountId>,
    /// The documented event name, e.g. `subscription-updated`.
    pub name: &'static str,
    /// The path of the resource.
    pub resource_uri: String,
    /// The resource's name, e.g. `subscription`.
    pub resource_name: &'static str,
}

/// An answer as bytes, with what the dispatcher writes beside it.
pub(crate) struct Encoded {
    pub status: u16,
    pub content_type: Cow<'static, str>,
    pub body: Vec<u8>,
    pub location: Option<String>,
    pub note: Option<Note>,
    pub events: Vec<Event>,
}

impl Encoded {
    pub(crate) fn of<O: Operation>(answer: Answer<O::Reply>) -> Result<Self, Problem>
    where
        O::Reply: ReplyBody,
    {
        let (content_type, body) = match (answer.body, O::SPEC.reply) {
            (Body::File(bytes), Reply::File(file)) => (file.media, bytes),
            (Body::Declared(body), _) => (JSON, body.into_bytes()?),
            (Body::File(_), _) => return Err(Problem::internal()), // the operation declares none
        };
        Ok(Self {
            status: answer.status.unwrap_or(O::SPEC.success[0]),
            content_type: content_type.into(),
            body,
            location: answer.location,
            note: answer.note,
            events: answer.events,
        })
    }

    pub(crate) fn problem(api: Api, problem: &Problem) -> Self {
        Self {
            status: errors::status(api, problem),
            content_type: errors::content_type(api).into(),
            body: errors::envelope(api, problem).to_string().into_bytes(),
            location: None,
            note: None,
            events: Vec::new(),
        }
    }
}
