//! What most resources are made of: links, attributes, addresses, contacts, key-value pairs, the error envelope.
//!
//! The class depends on the use site: [`Address`] is a company's own address, which is commercial;
//! [`CustomerAddress`] is the same members as a customer's address, whose street, city and postal code are contact
//! data.

use crate::shape::{Type, Wire};
use crate::shape_macros::resource;

resource! {
    /// A header the caller sends when it follows a link, or any other named value.
    pub struct KeyValue: "KeyValue" {
        commercial key: Option<String> [max(256)],
        commercial value: Option<String> [max(4096)],
    }

    /// Where to go next.
    pub struct Link: "Link" {
        /// Relative to the base, without `/v1`.
        commercial uri: Option<String> [max(4096)],
        commercial method: Option<String>,
        commercial headers: Vec<KeyValue>,
    }

    /// The usual links of a resource.
    pub struct ResourceLinks: "ResourceLinks" {
        commercial self_ as "self": Option<Link>,
        commercial next: Option<Link>,
        commercial previous: Option<Link>,
    }

    /// A company's own postal address; the person named in it is contact data.
    pub struct Address: "Address" {
        commercial address_line1: Option<String> [max(200)],
        commercial address_line2: Option<String> [max(200)],
        commercial address_line3: Option<String> [max(200)],
        commercial city: Option<String> [max(100)],
        commercial state: Option<String> [max(64)],
        commercial postal_code: Option<String> [max(32)],
        commercial country: Option<String> [max(2)],
        commercial region: Option<String> [max(64)],
        contact first_name: Option<String> [max(50)],
        contact middle_name: Option<String> [max(50)],
        contact last_name: Option<String> [max(50)],
        contact phone_number: Option<String> [max(64)],
    }

    /// A customer's postal address: only country, state and region are commercial.
    pub struct CustomerAddress: "Address" {
        contact address_line1: Option<String> [max(200)],
        contact address_line2: Option<String> [max(200)],
        contact address_line3: Option<String> [max(200)],
        contact city: Option<String> [max(100)],
        commercial state: Option<String> [max(64)],
        contact postal_code: Option<String> [max(32)],
        commercial country: Option<String> [max(2)],
        commercial region: Option<String> [max(64)],
        contact first_name: Option<String> [max(50)],
        contact middle_name: Option<String> [max(50)],
        contact last_name: Option<String> [max(50)],
        contact phone_number: Option<String> [max(64)],
    }

    /// A person one deals with.
    pub struct Contact: "Contact" {
        contact first_name: Option<String> [max(50)],
        contact middle_name: Option<String> [max(50)],
        contact last_name: Option<String> [max(50)],
        contact email: Option<String> [max(254)],
        contact phone_number: Option<String> [max(64)],
    }
}

impl Link {
    /// A GET link to a path relative to the base.
    pub fn get(uri: impl Into<String>) -> Self {
        Self { uri: Some(uri.into()), method: Some("GET".to_owned()), headers: Vec::new() }
    }

    /// The same link with one more header to send.
    #[must_use]
    pub fn with_header(mut self, key: &str, value: impl Into<String>) -> Self {
        self.headers.push(KeyValue { key: Some(key.to_owned()), value: Some(value.into()) });
        self
    }
}

impl ResourceLinks {
    /// Only a link to the resource itself.
    pub fn to_self(uri: impl Into<String>) -> Self {
        Self { self_: Some(Link::get(uri)), ..Self::default() }
    }
}

/// The entity tag and type name that resources carry. The type name is filled in by
/// `wire::encode`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceAttributes {
    /// The version of the resource, sent back in `If-Match` or in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The type name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
}

impl ResourceAttributes {
    /// Attributes with an entity tag.
    pub fn with_etag(etag: impl Into<String>) -> Option<Self> {
        Some(Self { etag: Some(etag.into()), object_type: None })
    }
}

impl crate::shape::Resource for ResourceAttributes {
    const SHAPE: &'static crate::shape::Shape = &crate::shape::Shape {
        name: "ResourceAttributes",
        object_type: "ResourceAttributes",
        doc: "The entity tag and type name that resources carry.",
        fields: &[
            crate::shape::Field::new("etag", crate::shape::Class::Commercial, Type::Text),
            crate::shape::Field::new("objectType", crate::shape::Class::Commercial, Type::Text).read_only(),
        ],
        sealed: None,
        bare: None,
    };
}

impl Wire for ResourceAttributes {
    const TYPE: Type = Type::Object(<Self as crate::shape::Resource>::shape);
    fn stamp(&mut self, owner: &'static str) {
        if self.object_type.is_none() {
            self.object_type = Some(owner.to_owned());
        }
    }
    fn born() -> Option<Self> {
        Some(Self::default())
    }
}
