//! The table itself, one file per area. To add an operation, add an entry to its area's `operations!` block.
//!
//! An entry reads: doc line, marker type, id, method, path, query names, clouds, token style, roles, effect,
//! home, body, statuses of success with the answer, and whether code exists (`served`) or not (`planned`).
//! Bodies and answers that have no shape yet say `later`; the issue that serves the operation gives them one.

/// Makes one area of the table: a marker type per entry and the slice `SPECS`.
macro_rules! operations {
    (area $area:literal of $api:ident; $(
        $(#[doc = $doc:literal])+
        $name:ident $id:literal $method:ident $path:literal [$($query:literal),*]
        in $clouds:tt by $auth:ident for $roles:ident; $effect:ident at $home:ident;
        takes $body:tt; gives [$($status:literal),+] $reply:tt; $state:ident
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl crate::operation::Operation for $name {
                const SPEC: &'static crate::operation::Spec = {
                    static SPEC: crate::operation::Spec = crate::operation::Spec {
                        id: $id,
                        area: $area,
                        doc: concat!($($doc),+).trim_ascii(),
                        method: crate::operation::Method::$method,
                        path: $path,
                        query: &[$($query),*],
                        clouds: crate::operations::clouds!($clouds),
                        auth: crate::operation::Auth::$auth,
                        roles: crate::operation::roles::$roles,
                        effect: crate::operation::Effect::$effect,
                        home: crate::operation::Home::$home,
                        success: &[$($status),+],
                        served: crate::operations::served!($state),
                        api: crate::operation::Api::$api,
                        body: crate::operations::body_shape!($body),
                        reply: crate::operations::reply_shape!($reply),
                    };
                    &SPEC
                };
                type Body = crate::operations::body_type!($body);
                type Reply = crate::operations::reply_type!($reply);
            }
        )+

        /// This area's entries.
        pub(in crate::operations) const SPECS: &[&crate::operation::Spec] =
            &[$(<$name as crate::operation::Operation>::SPEC),+];
    };
}

/// `all`, `none` or a list of clouds in brackets.
macro_rules! clouds {
    (all) => {
        &crate::operation::Cloud::ALL
    };
    (none) => {
        &[]
    };
    ([$($cloud:ident),+]) => {
        &[$(crate::operation::Cloud::$cloud),+]
    };
}

/// `served` or `planned`.
macro_rules! served {
    (served) => {
        true
    };
    (planned) => {
        false
    };
}

/// `nothing`, `later` or a type in parentheses.
macro_rules! body_shape {
    (nothing) => {
        None
    };
    (later) => {
        Some(crate::operations::untyped)
    };
    (($body:ty)) => {
        Some(<$body as crate::shape::Resource>::shape)
    };
}

/// The Rust type of a body.
macro_rules! body_type {
    (nothing) => {
        ()
    };
    (later) => {
        serde_json::Value
    };
    (($body:ty)) => {
        $body
    };
}

/// `nothing`, `later`, `scalar`, `(file "type" "name")`, or `(one T)`, `(collection T)`, `(array T)`.
macro_rules! reply_shape {
    (nothing) => {
        crate::operation::Reply::None
    };
    (scalar) => {
        crate::operation::Reply::Scalar
    };
    ((file $media:literal $name:literal)) => {
        crate::operation::Reply::File(crate::operation::File { media: $media, name: $name })
    };
    ((one later)) => {
        crate::operation::Reply::One(crate::operations::untyped)
    };
    ((collection later)) => {
        crate::operation::Reply::Collection(crate::operations::untyped)
    };
    ((array later)) => {
        crate::operation::Reply::Array(crate::operations::untyped)
    };
    ((one $reply:ty)) => {
        crate::operation::Reply::One(<$reply as crate::shape::Resource>::shape)
    };
    ((collection $reply:ty)) => {
        crate::operation::Reply::Collection(<$reply as crate::shape::Resource>::shape)
    };
    ((array $reply:ty)) => {
        crate::operation::Reply::Array(<$reply as crate::shape::Resource>::shape)
    };
}

/// The Rust type of an answer.
macro_rules! reply_type {
    (nothing) => { () };
    (scalar) => { serde_json::Value };
    ((file $media:literal $name:literal)) => { () };
    ((one later)) => { serde_json::Value };
    ((collection later)) => { crate::collection::Collection<serde_json::Value> };
    ((array later)) => { Vec<serde_json::Value> };
    ((one $reply:ty)) => { $reply };
    ((collection $reply:ty)) => { crate::collection::Collection<$reply> };
    ((array $reply:ty)) => { Vec<$reply> };
}

pub(crate) use {body_shape, body_type, clouds, reply_shape, reply_type, served};

use crate::shape::{Shape, Type};

/// The shape of what has none yet.
pub(crate) fn untyped() -> &'static Shape {
    static UNTYPED: Shape = Shape {
        name: "Untyped",
        object_type: "",
        doc: "Not described yet: the issue that serves the operation types it.",
        fields: &[],
        sealed: None,
        bare: Some(Type::Any),
    };
    &UNTYPED
}

pub(crate) mod areas;

pub mod access;
pub mod access_reports;
pub mod agreements;
pub mod analytics;
pub mod audit;
pub mod auth;
pub mod carts;
pub mod customers;
pub mod departures;
pub mod devices;
pub mod documents;
pub mod enrollment;
pub mod entitlements;
pub mod exports;
pub mod invoices;
pub mod key_shares;
pub mod legal;
pub mod offers;
pub mod orders;
pub mod partner_profiles;
pub mod previews;
pub mod products;
pub mod qualification;
pub mod referrals;
pub mod relationships;
pub mod sandbox;
pub mod sandbox_accounts;
pub mod security;
pub mod self_serve_policies;
pub mod service_health;
pub mod service_requests;
pub mod subject_requests;
pub mod subscriptions;
pub mod ticket_releases;
pub mod tickets;
pub mod transfers;
pub mod trustee;
pub mod trustee_acts;
pub mod usage;
pub mod users;
pub mod validations;
pub mod webhooks;

pub use access::*;
pub use access_reports::*;
pub use agreements::*;
pub use analytics::*;
pub use audit::*;
pub use auth::*;
pub use carts::*;
pub use customers::*;
pub use departures::*;
pub use devices::*;
pub use documents::*;
pub use enrollment::*;
pub use entitlements::*;
pub use exports::*;
pub use invoices::*;
pub use key_shares::*;
pub use legal::*;
pub use offers::*;
pub use orders::*;
pub use partner_profiles::*;
pub use previews::*;
pub use products::*;
pub use qualification::*;
pub use referrals::*;
pub use relationships::*;
pub use sandbox::*;
pub use sandbox_accounts::*;
pub use security::*;
pub use self_serve_policies::*;
pub use service_health::*;
pub use service_requests::*;
pub use subject_requests::*;
pub use subscriptions::*;
pub use ticket_releases::*;
pub use tickets::*;
pub use transfers::*;
pub use trustee::*;
pub use trustee_acts::*;
pub use usage::*;
pub use users::*;
pub use validations::*;
pub use webhooks::*;
