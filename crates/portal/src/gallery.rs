//! Every page in every state with invented data: for tests here and for pictures and browser checks elsewhere.

use contract::{Party, Role};
use jiff::Timestamp;
use ledger::Level;

use crate::format::Format;
use crate::frame::{Entry, Frame};
use crate::pages::{self, Place, at};
use crate::permit;
use crate::texts::{Locale, Texts};

/// A page in one of its states.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The page's name and the number of the state.
    pub name: String,
    /// The page.
    pub html: String,
}

/// Every page in every state.
pub fn gallery(locale: Locale) -> Vec<Picture> {
    pictures(&Kit { locale, hostile: false })
}

pub(crate) fn pictures(kit: &Kit) -> Vec<Picture> {
    let mut all = Vec::new();
    for page in pages::LIST {
        for (number, html) in (page.samples)(kit).into_iter().enumerate() {
            all.push(Picture { name: format!("{}-{number}", page.name), html });
        }
    }
    all.extend(pages::troubles(kit));
    all
}

/// What samples are made with.
pub(crate) struct Kit {
    pub(crate) locale: Locale,
    /// Whether texts from outside try to be markup.
    pub(crate) hostile: bool,
}

/// What a hostile text begins with.
pub(crate) const HOSTILE: &str = "<script>\"'&</script>";

impl Kit {
    /// A text that comes from outside.
    pub(crate) fn text(&self, text: &str) -> String {
        if self.hostile { format!("{HOSTILE}{text}") } else { text.to_owned() }
    }

    /// The same as a member of a resource.
    #[expect(clippy::unnecessary_wraps, reason = "members of resources are optional")]
    pub(crate) fn some(&self, text: &str) -> Option<String> {
        Some(self.text(text))
    }

    pub(crate) fn t(&self) -> &'static Texts {
        Texts::of(self.locale)
    }

    pub(crate) fn f(&self) -> Format {
        Format::of(self.locale)
    }

    /// An instant.
    pub(crate) fn at(text: &str) -> Timestamp {
        text.parse().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// An id of the wanted kind.
    pub(crate) fn id<T: std::str::FromStr>(text: &str) -> T
    where
        T::Err: std::fmt::Debug,
    {
        text.parse().expect("samples write well-formed ids; the tests make all of them")
    }

    /// The surroundings of a page for somebody of this party.
    pub(crate) fn frame(&self, party: Party, here: &str) -> Frame {
        let t = self.t();
        let entry = |href: String, label| Entry { here: here.starts_with(&href), href, label };
        let (roles, entries): (&[Role], _) = match party {
            Party::Customer => (
                &[Role::CustomerAdmin],
                vec![
                    entry(at::AccessRequests {}.path(), t.nav_access()),
                    entry(at::AccessReports {}.path(), t.nav_reports()),
                    entry(at::People {}.path(), t.nav_people()),
                    entry(at::OwnAgreements {}.path(), t.nav_agreements()),
                    entry(at::Tickets {}.path(), t.nav_tickets()),
                    entry(at::Users {}.path(), t.nav_users()),
                ],
            ),
            Party::Trustee => (
                &[Role::TrusteeOfficer],
                vec![
                    entry(at::AccessRequests {}.path(), t.nav_access()),
                    entry(at::AccessReports {}.path(), t.nav_reports()),
                    entry(at::People {}.path(), t.nav_people()),
                    entry(at::Log {}.path(), t.nav_log()),
                    entry(at::Statistics {}.path(), t.nav_statistics()),
                    entry(at::Users {}.path(), t.nav_users()),
                    entry(at::Staff {}.path(), t.nav_staff()),
                ],
            ),
            Party::Operator => {
                (&[Role::OperatorStaff], vec![entry(at::TicketQueue {}.path(), t.nav_queue())])
            }
            Party::Partner => (
                &[Role::GlobalAdmin, Role::AdminAgent],
                vec![
                    entry(at::Customers {}.path(), t.nav_customers()),
                    entry(at::Invoices {}.path(), t.nav_invoices()),
                    entry(at::Users {}.path(), t.nav_users()),
                    entry(at::ThisCloud {}.path(), t.nav_this_cloud()),
                ],
            ),
        };
        Frame {
            t,
            f: self.f(),
            cloud: self.text("Sovereign cloud Germany"),
            operator: self.text("Musterwolke Betriebs GmbH (sample)"),
            trustee: self.text("Treuhandstelle Musterdaten GmbH (sample)"),
            who: self.text("Erika Mustermann"),
            organisation: self.text("Nordlicht Systemhaus GmbH"),
            roles: permit::role_names(roles, t),
            csrf: self.text("sample-token"),
            entries,
            here: here.to_owned(),
            sign_in: "/signin".to_owned(),
            sign_out: "/signout".to_owned(),
            level: Level::L0,
            stylesheet: crate::portal::stylesheet(),
            icon: crate::portal::ICON.to_owned(),
            language: crate::portal::LANGUAGE.to_owned(),
            up: None,
            done: String::new(),
        }
    }
}
