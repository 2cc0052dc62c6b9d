//! One request of one visitor: everything a page needs to be made.

use client::{Call, Client, Config, Credentials, Retry};
use contract::{Operation, Party, Spec};
use edge::StatusCode;
use jiff::Timestamp;
use kernel::Ids;
use std::sync::Arc;
use uuid::Uuid;

use crate::backend::{SignedIn, Visitor};
use crate::form::Form;
use crate::format::Format;
use crate::frame::Frame;
use crate::pages::Place;
use crate::permit::Permit;
use crate::portal::House;
use crate::texts::{Locale, Texts};
use crate::trouble::Trouble;

/// A request in the making.
pub(crate) struct Visit {
    pub(crate) house: Arc<House>,
    pub(crate) locale: Locale,
    pub(crate) t: &'static Texts,
    pub(crate) f: Format,
    /// The members of the query: filter, place in a list, what is to be checked.
    pub(crate) query: Form,
    /// Path and query, to come back to.
    pub(crate) here: String,
    signed_in: Option<(Visitor, Client)>,
}

impl Visit {
    pub(crate) fn new(
        house: Arc<House>,
        locale: Locale,
        query: Form,
        here: String,
        signed_in: Option<SignedIn>,
    ) -> Self {
        let signed_in = signed_in.map(|SignedIn { visitor, api }| {
            let config = Config {
                retry: Retry::NEVER, // a person presses the button again, or not
                locale: Some(locale.contract().to_owned()),
                application: Some("portal".to_owned()),
                ..Config::new("https://contract.invalid", "https://contract.invalid")
            };
            let client = Client::new(config, Credentials::anonymous(), api, Arc::clone(&house.entropy));
            (visitor, client)
        });
        Self { house, locale, t: Texts::of(locale), f: Format::of(locale), query, here, signed_in }
    }

    /// Who visits, if anybody is signed in.
    pub(crate) fn visitor(&self) -> Option<&Visitor> {
        self.signed_in.as_ref().map(|(visitor, _)| visitor)
    }

    /// The kind of tenant the visitor is of.
    pub(crate) fn party(&self) -> Option<Party> {
        self.visitor().map(|visitor| visitor.party)
    }

    /// Calls the contract as this visitor.
    pub(crate) async fn call<O>(&self, call: Call<O>) -> Result<O::Reply, Trouble>
    where
        O: Operation,
        O::Reply: serde::de::DeserializeOwned,
    {
        let (_, client) = self.signed_in.as_ref().ok_or(Trouble::SignIn)?;
        Ok(client.call(call).await?.value)
    }

    /// Fetches a document as this visitor.
    pub(crate) async fn document<O: Operation>(&self, call: Call<O>) -> Result<bytes::Bytes, Trouble> {
        let (_, client) = self.signed_in.as_ref().ok_or(Trouble::SignIn)?;
        Ok(client.document(call).await?.value)
    }

    /// Whether the visitor may make all of these calls.
    pub(crate) fn permit(&self, calls: &[&Spec]) -> Permit {
        let roles = self.visitor().map_or(&[][..], |visitor| &visitor.roles);
        Permit::of(calls, &self.house.profile, roles, self.t)
    }

    /// Whether the visitor may call this operation.
    pub(crate) fn may<O: Operation>(&self, _operation: O) -> Permit {
        self.permit(&[O::SPEC])
    }

    /// What surrounds every page.
    pub(crate) fn frame(&self) -> Frame {
        Frame::of(self)
    }

    /// The present, by the real clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.house.clock.now()
    }

    /// The id of a form: sent twice, the form has one effect.
    pub(crate) fn fresh_id(&self) -> String {
        Ids { clock: &*self.house.clock, entropy: &*self.house.entropy }.random().to_string()
    }

    /// The id of a form that is shown again after this refusal. Where nobody knows whether the act was done, the id
    /// stays, so that it is not done twice; where it was refused, another body needs another id.
    pub(crate) fn next_id(&self, form: &Form, status: StatusCode) -> String {
        if status.is_server_error() { self.id_of(form).to_string() } else { self.fresh_id() }
    }

    /// The id that a form was given when it was made.
    pub(crate) fn id_of(&self, form: &Form) -> Uuid {
        form.get("once")
            .parse()
            .unwrap_or_else(|_| Ids { clock: &*self.house.clock, entropy: &*self.house.entropy }.random())
    }
}

/// The address of a page with a query.
pub(crate) fn link(place: &impl Place, query: &[(&str, &str)]) -> String {
    let mut path = place.path();
    let given: Vec<_> = query.iter().filter(|(_, value)| !value.is_empty()).collect();
    if !given.is_empty() {
        path.push('?');
        let pairs = given.into_iter().map(|(name, value)| (*name, *value));
        path.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish());
    }
    path
}
