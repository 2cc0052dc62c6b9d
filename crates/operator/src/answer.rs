//! What a handler answers with, and how it is written on the wire.

use std::borrow::Cow;

use contract::collection::Collection;
use contract::errors;
use contract::operation::{Api, Operation};
use contract::shape::Wire;
use contract::wire;
use kernel::{AccountId, CustomerId, Problem};
use serde::Serialize;

const JSON: &str = "application/json; charset=utf-8";

/// The body of an answer; its kind must be the one the operation declares.
pub enum Body<T> {
    /// No body.
    None,
    /// One resource, or a bare scalar.
    One(T),
    /// A page of resources in the collection envelope.
    Page(Collection<T>),
    /// A bare array of resources.
    Array(Vec<T>),
    /// A document to save.
    Document {
        /// Its type; never HTML, which the gateway refuses.
        content_type: &'static str,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

/// A handler's answer.
pub struct Answer<T> {
    body: Body<T>,
    status: Option<u16>,
    location: Option<String>,
    note: Option<Note>,
    events: Vec<Event>,
}

impl<T> Answer<T> {
    fn of(body: Body<T>) -> Self {
        Self { body, status: None, location: None, note: None, events: Vec::new() }
    }
    /// One resource.
    pub fn one(body: T) -> Self {
        Self::of(Body::One(body))
    }
    /// A page of a list.
    pub fn page(page: Collection<T>) -> Self {
        Self::of(Body::Page(page))
    }
    /// A bare array.
    pub fn array(items: Vec<T>) -> Self {
        Self::of(Body::Array(items))
    }
    /// No body.
    pub fn nothing() -> Self {
        Self::of(Body::None)
    }
    /// A document.
    pub fn document(content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self::of(Body::Document { content_type, bytes })
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
        O::Reply: Serialize + Wire,
    {
        let (content_type, body) = bytes(answer.body)?;
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

fn bytes<T: Serialize + Wire>(body: Body<T>) -> Result<(&'static str, Vec<u8>), Problem> {
    Ok(match body {
        Body::None => (JSON, Vec::new()),
        Body::One(mut one) => {
            one.stamp("");
            (JSON, wire::to_bytes(&one)?)
        }
        Body::Page(mut page) => {
            page.items.iter_mut().for_each(|item| item.stamp(""));
            (JSON, wire::to_bytes(&page)?)
        }
        Body::Array(mut items) => {
            items.iter_mut().for_each(|item| item.stamp(""));
            (JSON, wire::to_bytes(&items)?)
        }
        Body::Document { content_type, bytes } => (content_type, bytes),
    })
}
