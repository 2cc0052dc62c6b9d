//! The portal in the trustee zone: identity says who visits, the zone answers the visitor's calls.
//!
//! Invariants: a visitor's calls go through the zone's own front, with the visitor's token, like anybody's; they keep
//! the id of the form that made them, so that a form sent twice acts once.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use client::{Sending, Transport};
use edge::{HeaderMap, HeaderValue, Request, Response, http};
use kernel::Problem;
use ledger::Level;
use portal::{Backend, Portal, SignedIn, Visitor};
use trustee::Trustee;
use trustee::identity::{Identity, Visit};
use trustee::ports::{Later, Pages};

use crate::trustee_house::World;
use crate::within::hand_over;

/// The portal as the zone's pages, and the zone as the portal's backend. The zone is made after its pages.
pub struct PortalDoor {
    portal: Portal,
    zone: Arc<OnceLock<Trustee>>,
}

/// What the portal sees of the zone.
struct Behind {
    identity: Arc<Identity>,
    zone: Arc<OnceLock<Trustee>>,
}

/// Brings the calls of one visit to the zone.
struct Calls {
    zone: Trustee,
    bearer: HeaderValue,
}

impl PortalDoor {
    /// The portal of this identity service.
    pub fn new(identity: Arc<Identity>, world: &World) -> Self {
        let zone = Arc::new(OnceLock::new());
        let secure = identity.settings().authority.starts_with("https://");
        let portal = Portal::new(portal::Settings {
            profile: world.profile.clone(),
            backend: Arc::new(Behind { identity, zone: zone.clone() }),
            clock: world.clock.clone(),
            entropy: world.entropy.clone(),
            secure,
        });
        Self { portal, zone }
    }

    /// Names the zone. Only the first one counts.
    pub fn set(&self, zone: Trustee) {
        let _ = self.zone.set(zone); // set twice only by a mistake that changes nothing
    }
}

impl Pages for PortalDoor {
    fn page(&self, request: Request) -> Later<'_, Result<Response, Request>> {
        Box::pin(self.portal.page(request))
    }

    fn report(&self, report: &serde_json::Value) -> BTreeMap<String, String> {
        portal::report_pages(report)
    }
}

impl Backend for Behind {
    fn visitor<'a>(&'a self, headers: &'a HeaderMap) -> portal::Later<'a, Result<Option<SignedIn>, Problem>> {
        Box::pin(async move {
            let (Some(zone), Some(visit)) = (self.zone.get(), self.identity.visit(headers).await?) else {
                return Ok(None);
            };
            let mut bearer = HeaderValue::try_from(format!("Bearer {}", visit.bearer.as_str()))
                .map_err(|_| Problem::internal())?;
            bearer.set_sensitive(true);
            let api = Arc::new(Calls { zone: zone.clone(), bearer });
            Ok(Some(SignedIn { visitor: visitor(visit), api }))
        })
    }

    fn sign_in(&self, back_to: &str) -> String {
        self.identity.visit_sign_in(back_to)
    }

    fn link_sign_in(&self) -> String {
        self.identity.visit_link().to_owned()
    }

    fn sign_out(&self) -> String {
        self.identity.visit_sign_out().to_owned()
    }

    fn level(&self) -> Level {
        self.zone.get().map_or(Level::L0, |zone| zone.assurance().level())
    }
}

fn visitor(visit: Visit) -> Visitor {
    Visitor {
        tenant: visit.tenant,
        organisation: visit.organisation,
        user: visit.user,
        display_name: visit.display_name,
        roles: visit.roles,
        party: visit.party,
        csrf: visit.form_token,
        language: None,
    }
}

impl Transport for Calls {
    fn send(&self, mut request: http::Request<bytes::Bytes>) -> Sending<'_> {
        request.headers_mut().insert(http::header::AUTHORIZATION, self.bearer.clone());
        hand_over(&self.zone, request)
    }
}
