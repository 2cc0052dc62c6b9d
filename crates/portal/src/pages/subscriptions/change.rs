//! A change of a subscription before it is made: before and after, what it costs, when. Then it is made.

use askama::Template;
use client::Call;
use contract::operations::{GetSubscription, PreviewSubscriptionChange, UpdateSubscription};
use contract::resources::preview::ChargePreview;
use contract::resources::subscription::{Subscription, SubscriptionStatus};
use contract::{Operation, Party, Spec};

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::orders::Charges;
use crate::pages::subscriptions::name;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Problem};
use crate::permit::Permit;
use crate::texts::Texts;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// What is to change.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Seats(i64),
    Name(String),
    Suspend,
    Reactivate,
    Renew(bool),
}

impl What {
    fn read(query: &Form) -> Option<Self> {
        Some(match query.get("do") {
            "seats" => Self::Seats(query.get("quantity").parse().unwrap_or(0)), // refused by the contract
            "rename" => Self::Name(query.given("name")?),
            "suspend" => Self::Suspend,
            "reactivate" => Self::Reactivate,
            "renew-on" => Self::Renew(true),
            "renew-off" => Self::Renew(false),
            _ => return None,
        })
    }

    fn apply(&self, mut one: Subscription) -> Subscription {
        match self {
            Self::Seats(quantity) => one.quantity = Some(*quantity),
            Self::Name(name) => one.friendly_name = Some(name.clone()),
            Self::Suspend => one.status = Some(SubscriptionStatus::Suspended),
            Self::Reactivate => one.status = Some(SubscriptionStatus::Active),
            Self::Renew(renew) => one.auto_renew_enabled = Some(*renew),
        }
        one
    }

    /// Whether it can change what is charged.
    fn costs(&self) -> bool {
        !matches!(self, Self::Name(_))
    }

    fn title(&self, t: &Texts) -> String {
        match self {
            Self::Seats(_) => t.change_seats(),
            Self::Name(_) => t.change_rename(),
            Self::Suspend => t.change_suspend(),
            Self::Reactivate => t.change_reactivate(),
            Self::Renew(true) => t.change_renew_on(),
            Self::Renew(false) => t.change_renew_off(),
        }
    }

    /// What follows from it, in a sentence.
    fn means(&self, t: &Texts) -> String {
        match self {
            Self::Seats(_) => t.means_seats(),
            Self::Name(_) => t.means_rename(),
            Self::Suspend => t.means_suspend(),
            Self::Reactivate => t.means_reactivate(),
            Self::Renew(true) => t.means_renew_on(),
            Self::Renew(false) => t.means_renew_off(),
        }
    }

    /// The message that says it is done.
    fn done(&self) -> &'static str {
        match self {
            Self::Seats(_) => "seats",
            Self::Name(_) => "renamed",
            Self::Suspend => "suspended",
            Self::Reactivate => "reactivated",
            Self::Renew(_) => "renewal",
        }
    }
}

/// A member before and after.
struct Row {
    label: String,
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "pages/subscriptions/change.html")]
pub(crate) struct Change {
    frame: Frame,
    title: String,
    name: String,
    means: String,
    rows: Vec<Row>,
    problem: Problem,
    costs: bool,
    charges: Option<Charges>,
    etag: String,
    once: String,
    confirm: Action,
    back: String,
}

impl Page for Change {
    type At = at::SubscriptionChange;
    const CALLS: &'static [&'static Spec] = &[GetSubscription::SPEC, UpdateSubscription::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let here = at::SubscriptionChange {
            customer: Kit::id("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"),
            subscription: Kit::id("79a6bcf9-ea6d-4a8f-9a7d-4fd52e6bcf0c"),
        };
        let page = |what: &What| {
            let frame = kit.frame(Party::Partner, "/portal/customers");
            let mut page = Self::of(frame, &here, &super::sample(kit), what, Problem::none(kit.t()));
            page.charges = what.costs().then(|| Charges::sample(kit, &page.frame));
            page
        };
        let whats = [
            What::Seats(30),
            What::Name(kit.text("Marketing")),
            What::Suspend,
            What::Reactivate,
            What::Renew(true),
            What::Renew(false),
        ];
        let mut pages: Vec<Self> = whats.iter().map(page).collect();
        let mut refused = page(&What::Suspend);
        refused.charges = None;
        refused.problem = Problem::ours(kit.t(), kit.t().change_not_now());
        pages.push(refused);
        pages
    }

    async fn load(visit: &Visit, here: at::SubscriptionChange) -> Result<Answer, Trouble> {
        let what = What::read(&visit.query).ok_or(Trouble::Missing)?;
        let mut page = Self::made(visit, &here, &what, Problem::none(visit.t)).await?;
        page.once = visit.fresh_id();
        page.shown()
    }

    async fn act(visit: &Visit, here: at::SubscriptionChange, form: Form) -> Result<Answer, Trouble> {
        let what = What::read(&visit.query).ok_or(Trouble::Missing)?;
        let mut one = what.apply(current(visit, &here).await?);
        // Whoever changed it since this visitor looked would be overwritten: the tag of the page shown is sent.
        if let (Some(etag), Some(attributes)) = (form.given("etag"), one.attributes.as_mut()) {
            attributes.etag = Some(etag);
        }
        let call = Call::to(UpdateSubscription)
            .param("customer-id", here.customer)
            .param("subscription-id", here.subscription)
            .request_id(visit.id_of(&form))
            .body(&one);
        match visit.call(call).await {
            Ok(_) => {
                let place = at::Subscription { customer: here.customer, subscription: here.subscription };
                Ok(Answer::Go(link(&place, &[("done", what.done())])))
            }
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let mut page = Self::made(visit, &here, &what, problem).await?;
                page.once = visit.next_id(&form, status);
                page.shown_as(status)
            }
        }
    }
}

async fn current(visit: &Visit, here: &at::SubscriptionChange) -> Result<Subscription, Trouble> {
    let call = Call::to(GetSubscription)
        .param("customer-id", here.customer)
        .param("subscription-id", here.subscription);
    visit.call(call).await
}

impl Change {
    async fn made(
        visit: &Visit,
        here: &at::SubscriptionChange,
        what: &What,
        problem: Problem,
    ) -> Result<Self, Trouble> {
        let one = current(visit, here).await?;
        let mut page = Self::of(visit.frame(), here, &one, what, problem);
        if what.costs() && visit.may(PreviewSubscriptionChange).allows() {
            let call = Call::to(PreviewSubscriptionChange)
                .param("customer-id", here.customer)
                .param("subscription-id", here.subscription)
                .body(&what.apply(one));
            match visit.call(call).await {
                Ok(preview) => page.price(&preview),
                Err(_) if page.problem.what.is_some() => {}
                Err(trouble) => {
                    page.problem = Problem::of(visit.t, trouble)?.0;
                    page.confirm.permit = Permit::No(visit.t.change_not_now());
                }
            }
        }
        Ok(page)
    }

    fn price(&mut self, preview: &ChargePreview) {
        self.charges = Some(Charges::of(&self.frame, preview));
    }

    fn of(
        frame: Frame,
        here: &at::SubscriptionChange,
        one: &Subscription,
        what: &What,
        problem: Problem,
    ) -> Self {
        let t = frame.t;
        let after = what.apply(one.clone());
        let confirm = Action::button(t.change_confirm(), Permit::Yes);
        let back = at::Subscription { customer: here.customer, subscription: here.subscription }.path();
        Self {
            title: what.title(t),
            name: name(one),
            means: what.means(t),
            rows: rows(&frame, one, &after),
            problem,
            costs: what.costs(),
            charges: None,
            etag: one.attributes.as_ref().and_then(|attributes| attributes.etag.clone()).unwrap_or_default(),
            once: String::new(),
            confirm: if *what == What::Suspend { confirm.grave() } else { confirm },
            frame: frame.below(back.clone(), t.subscription_back()),
            back,
        }
    }
}

/// The members that differ.
fn rows(frame: &Frame, before: &Subscription, after: &Subscription) -> Vec<Row> {
    let t = frame.t;
    let number =
        |one: &Subscription| one.quantity.map(|quantity| frame.f.whole(quantity)).unwrap_or_default();
    let renew = |one: &Subscription| {
        if one.auto_renew_enabled == Some(true) { t.word_yes() } else { t.word_no() }
    };
    let status = |one: &Subscription| super::status_name(t, one.status);
    let row = |label, before, after| Row { label, before, after };
    [
        row(t.field_quantity(), number(before), number(after)),
        row(t.field_friendly_name(), name(before), name(after)),
        row(t.field_status(), status(before), status(after)),
        row(t.field_renews(), renew(before), renew(after)),
    ]
    .into_iter()
    .filter(|row| row.before != row.after)
    .collect()
}
