//! The page that says what went wrong and which way leads on. It has no address of its own.

use askama::Template;
use edge::Response;

use crate::frame::Frame;
use crate::gallery::{Kit, Picture};
use crate::pages::{Place, at};
use crate::portal::guarded;
use crate::trouble::{Explained, Trouble};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/wrong.html")]
struct Wrong {
    frame: Frame,
    what: Explained,
    today: String,
}

impl Wrong {
    fn of(frame: Frame, trouble: &Trouble) -> Self {
        Self { what: trouble.explain(frame.t), today: at::Today {}.path(), frame }
    }
}

/// The trouble as an answer.
pub(super) fn answer(visit: &Visit, trouble: &Trouble) -> Response {
    let page = Wrong::of(visit.frame(), trouble);
    let html = page.render().unwrap_or_else(|_| page.what.title.clone());
    guarded(Response::html(trouble.status(), html))
}

/// Every kind of trouble, as a picture.
pub(super) fn pictures(kit: &Kit) -> Vec<Picture> {
    let refused = |status, code, slug: &str| {
        Trouble::Refused(Box::new(client::Refusal {
            status,
            code,
            description: kit.text("The customer must first accept the agreements of this cloud."),
            data: vec![slug.to_owned()],
            retry_after: Some(30),
            correlation_id: Some("6f2a4a52-7f3e-4b0e-9d57-5a4f1d8f7a01".to_owned()),
        }))
    };
    let troubles = [
        Trouble::SignIn,
        Trouble::Forbidden(kit.text("reason")),
        Trouble::Missing,
        Trouble::Method,
        Trouble::Stale,
        Trouble::Failed,
        refused(400, 2001, "invalid"),
        refused(403, 13_605, "agreement_missing"),
        refused(403, 0, "mfa_required"),
        refused(404, 0, "not_found"),
        refused(409, 0, "last_administrator"),
        refused(412, 2055, "stale"),
        refused(429, 0, "slow"),
        refused(501, 0, "planned"),
        refused(502, 0, "stale_envelope"),
        refused(503, 0, "trustee_unavailable"),
    ];
    let picture = |(number, trouble): (usize, &Trouble)| Picture {
        name: format!("Wrong-{number}"),
        html: super::render(&Wrong::of(kit.frame(contract::Party::Partner, "/portal"), trouble)),
    };
    troubles.iter().enumerate().map(picture).collect()
}
