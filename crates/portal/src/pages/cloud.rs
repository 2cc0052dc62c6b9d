//! What this cloud does not offer, and which task is done where. Made from the profile alone, open to everybody.

use askama::Template;
use contract::profile::Profile;
use contract::{Party, Spec};

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::trouble::Trouble;
use crate::visit::Visit;

/// A task with the place where it is done.
struct Task {
    name: String,
    who: String,
    href: String,
    place: String,
}

/// Something that is not offered.
struct Missing {
    /// Why, in the profile's own words.
    reason: String,
    /// What the contract calls the operations.
    calls: String,
    place: String,
    href: String,
}

#[derive(Template)]
#[template(path = "pages/this_cloud.html")]
pub(crate) struct ThisCloud {
    frame: Frame,
    tasks: Vec<Task>,
    missing: Vec<Missing>,
    countries: String,
    currencies: String,
    sites: Vec<String>,
    families: Vec<String>,
}

impl Page for ThisCloud {
    type At = at::ThisCloud;
    const CALLS: &'static [&'static Spec] = &[];
    const SIGNED_IN: bool = false;

    fn samples(kit: &Kit) -> Vec<Self> {
        vec![Self::of(kit.frame(Party::Partner, "/this-cloud"), contract::profile::germany())]
    }

    async fn load(visit: &Visit, _at: at::ThisCloud) -> Result<Answer, Trouble> {
        Self::of(visit.frame(), &visit.house.profile).shown()
    }
}

impl ThisCloud {
    fn of(frame: Frame, profile: &Profile) -> Self {
        let (t, f) = (frame.t, frame.f);
        let task = |name, who, href: String, place| Task { name, who, href, place };
        let (partner, customer) = (t.who_partner(), t.who_customer());
        let tasks = vec![
            task(t.task_users(), partner.clone(), at::Users {}.path(), t.nav_users()),
            task(t.task_customer_users(), customer.clone(), at::Users {}.path(), t.nav_users()),
            task(t.task_password(), t.who_everybody(), at::OwnPassword {}.path(), t.nav_password()),
            task(t.task_licences(), customer.clone(), at::Licences {}.path(), t.licences_title()),
            task(t.task_agreements(), customer, at::OwnAgreements {}.path(), t.nav_agreements()),
            task(t.task_apps(), partner.clone(), at::Apps {}.path(), t.nav_apps()),
            task(t.task_orders(), partner.clone(), at::Customers {}.path(), t.nav_customers()),
            task(t.task_invoices(), partner, at::Invoices {}.path(), t.nav_invoices()),
        ];
        let here = at::ThisCloud {}.path();
        let missing = profile.refusals.iter().map(|refusal| Missing {
            reason: refusal.text.get(t.locale().tag()).to_owned(),
            calls: refusal.operations.join(", "),
            place: refusal
                .place
                .as_ref()
                .map(|place| place.title.get(t.locale().tag()).to_owned())
                .unwrap_or_default(),
            href: refusal
                .place
                .as_ref()
                .map(|place| place.link.clone())
                .filter(|link| *link != here)
                .unwrap_or_default(),
        });
        let countries: Vec<String> =
            profile.countries.iter().map(|country| country_name(t, country.code())).collect();
        let day = |date: jiff::civil::Date| {
            date.to_zoned(jiff::tz::TimeZone::UTC).map(|zoned| f.day(zoned.timestamp())).unwrap_or_default()
        };
        Self {
            tasks,
            missing: missing.collect(),
            countries: countries.join(", "),
            currencies: profile
                .currencies
                .iter()
                .map(|currency| currency.code())
                .collect::<Vec<_>>()
                .join(", "),
            sites: profile
                .sites
                .iter()
                .map(|site| t.cloud_site(country_name(t, site.country.code()), &site.region, &site.title))
                .collect(),
            families: profile
                .products
                .iter()
                .map(|product| t.cloud_family(day(product.from), &product.family))
                .collect(),
            frame,
        }
    }
}

/// A country's name; its code where the messages have none.
pub(crate) fn country_name(t: &crate::texts::Texts, code: &str) -> String {
    t.named("country", code).unwrap_or_else(|| code.to_owned())
}
