//! Where licences are assigned to people: the partner interface refuses it, and this page says who does it and where.

use askama::Template;
use contract::{Party, Spec};

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/account/licences.html")]
pub(crate) struct Licences {
    frame: Frame,
    cloud: String,
}

impl Page for Licences {
    type At = at::Licences;
    const CALLS: &'static [&'static Spec] = &[];
    const SIGNED_IN: bool = false;

    fn samples(kit: &Kit) -> Vec<Self> {
        vec![Self::of(kit.frame(Party::Customer, "/account/licences"))]
    }

    async fn load(visit: &Visit, _at: at::Licences) -> Result<Answer, Trouble> {
        Self::of(visit.frame()).shown()
    }
}

impl Licences {
    fn of(frame: Frame) -> Self {
        Self { frame, cloud: at::ThisCloud {}.path() }
    }
}
