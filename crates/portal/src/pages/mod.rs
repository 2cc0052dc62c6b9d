//! The list of pages: address, parameters and the type that makes it, one line each.
//!
//! To add a page: a file with a struct that implements [`Page`], a template, a line in the list. A page without
//! samples does not compile.
//!
//! Invariants: a page is shown to nobody whom the operation table does not let make all of the calls the page is
//! about; addresses are unique and read back as what they were written from.

use askama::Template;
use contract::Spec;
use edge::{Response, StatusCode};
use kernel::{CustomerId, InvoiceId, OfferId, OrderId, SubscriptionId, UserId};
use std::future::Future;
use uuid::Uuid;

use crate::form::Form;
use crate::gallery::Kit;
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::Visit;

mod access;
mod account;
mod agreements;
pub(crate) mod cloud;
mod customers;
mod house;
mod invoices;
mod orders;
mod subscriptions;
mod tickets;
mod today;
mod wrong;

/// The address of a page.
pub(crate) trait Place: Sized {
    /// Its form, with parameters in braces.
    const PATTERN: &'static str;
    /// The parameters as text, in the order of the pattern.
    fn parameters(&self) -> Vec<String>;
    /// The place with these parameters, if they are ones.
    fn read(parameters: &[&str]) -> Option<Self>;

    /// The address.
    fn path(&self) -> String {
        let mut parameters = self.parameters().into_iter();
        let mut path = String::new();
        for segment in Self::PATTERN.split('/').skip(1) {
            path.push('/');
            if segment.starts_with('{') {
                path.push_str(&parameters.next().unwrap_or_default());
            } else {
                path.push_str(segment);
            }
        }
        path
    }

    /// The place that a path leads to, if it has this form.
    fn parse(path: &str) -> Option<Self> {
        let (mut wanted, mut given) = (Self::PATTERN.split('/'), path.split('/'));
        let mut parameters = Vec::new();
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return Self::read(&parameters),
                (Some(pattern), Some(segment)) if pattern.starts_with('{') => parameters.push(segment),
                (Some(pattern), Some(segment)) if pattern == segment => {}
                _ => return None,
            }
        }
    }
}

/// What a page answers with.
pub(crate) enum Answer {
    /// The page.
    Page(StatusCode, String),
    /// Another page.
    Go(String),
    /// A document to save.
    File(Response),
}

/// A page.
pub(crate) trait Page: Template + Sized + Send {
    /// Its address.
    type At: Place + Send;
    /// The calls it is about; empty when everybody may see it.
    const CALLS: &'static [&'static Spec];
    /// Whether one must be signed in.
    const SIGNED_IN: bool = true;

    /// The page in all its states, for tests and pictures.
    fn samples(kit: &Kit) -> Vec<Self>;

    /// Makes the page.
    fn load(visit: &Visit, at: Self::At) -> impl Future<Output = Result<Answer, Trouble>> + Send;

    /// Does what a form of the page asks for.
    fn act(
        _visit: &Visit,
        _at: Self::At,
        _form: Form,
    ) -> impl Future<Output = Result<Answer, Trouble>> + Send {
        async { Err(Trouble::Method) }
    }

    /// The page as an answer.
    fn shown(&self) -> Result<Answer, Trouble> {
        self.shown_as(StatusCode::OK)
    }

    /// The page as an answer with another status than 200.
    fn shown_as(&self, status: StatusCode) -> Result<Answer, Trouble> {
        let html = self.render().map_err(|error| {
            tracing::error!(%error, "a template failed");
            Trouble::Failed
        })?;
        Ok(Answer::Page(status, html))
    }
}

/// Writes the places, their router and the list of pages.
macro_rules! pages {
    ($($(#[doc = $doc:literal])* $Name:ident $pattern:literal {$($param:ident: $Type:ty),*} => $Page:ty;)+) => {
        /// The addresses.
        pub(crate) mod at {
            use super::*;
            $(
                $(#[doc = $doc])*
                #[derive(Clone, Debug, PartialEq, Eq)]
                pub(crate) struct $Name { $(pub(crate) $param: $Type),* }

                impl Place for $Name {
                    const PATTERN: &'static str = $pattern;
                    fn parameters(&self) -> Vec<String> {
                        vec![$(self.$param.to_string()),*]
                    }
                    fn read(parameters: &[&str]) -> Option<Self> {
                        let mut given = parameters.iter();
                        $(let $param: $Type = given.next()?.parse().ok()?;)*
                        given.next().is_none().then_some(Self { $($param),* })
                    }
                }
            )+
        }

        /// A page's address, read.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) enum Route { $($Name(at::$Name)),+ }

        impl Route {
            /// The page a path leads to; the first of the list whose form and parameters fit.
            pub(crate) fn parse(path: &str) -> Option<Self> {
                $(if let Some(place) = at::$Name::parse(path) { return Some(Self::$Name(place)); })+
                None
            }
        }

        /// Makes a page.
        pub(crate) async fn load(visit: &Visit, route: Route) -> Result<Answer, Trouble> {
            match route {$(
                Route::$Name(place) => {
                    enter::<$Page>(visit)?;
                    Box::pin(<$Page as Page>::load(visit, place)).await
                }
            )+}
        }

        /// Does what a form asks for.
        pub(crate) async fn act(visit: &Visit, route: Route, form: Form) -> Result<Answer, Trouble> {
            match route {$(
                Route::$Name(place) => {
                    enter::<$Page>(visit)?;
                    Box::pin(<$Page as Page>::act(visit, place, form)).await
                }
            )+}
        }

        /// Every page: name, form of the address, calls, whether one must be signed in, samples.
        pub(crate) const LIST: &[Listed] = &[$(Listed {
            name: stringify!($Name),
            pattern: $pattern,
            calls: <$Page as Page>::CALLS,
            signed_in: <$Page as Page>::SIGNED_IN,
            samples: |kit| <$Page as Page>::samples(kit).iter().map(render).collect(),
        }),+];
    };
}

/// A line of the list.
pub(crate) struct Listed {
    pub(crate) name: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests compare addresses"))]
    pub(crate) pattern: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests compare rights"))]
    pub(crate) calls: &'static [&'static Spec],
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests compare rights"))]
    pub(crate) signed_in: bool,
    pub(crate) samples: fn(&Kit) -> Vec<String>,
}

fn render(page: &impl Template) -> String {
    page.render().unwrap_or_else(|error| error.to_string())
}

pages! {
    /// What needs somebody.
    Today "/portal" {} => today::Today;
    /// The partner's customers.
    Customers "/portal/customers" {} => customers::list::Customers;
    /// The form for a new customer.
    NewCustomer "/portal/customers/new" {} => customers::new::NewCustomer;
    /// One customer.
    Customer "/portal/customers/{customer}" {customer: CustomerId} => customers::one::Customer;
    /// A customer's agreements.
    CustomerAgreements "/portal/customers/{customer}/agreements" {customer: CustomerId}
        => customers::agreements::CustomerAgreements;
    /// What a customer can order.
    Offers "/portal/customers/{customer}/order" {customer: CustomerId} => orders::offers::Offers;
    /// How much of an offer.
    Quantity "/portal/customers/{customer}/order/{offer}" {customer: CustomerId, offer: OfferId}
        => orders::quantity::Quantity;
    /// The order before it is placed.
    OrderCheck "/portal/customers/{customer}/order/{offer}/check" {customer: CustomerId, offer: OfferId}
        => orders::check::OrderCheck;
    /// An order; after it was placed, its receipt.
    Order "/portal/customers/{customer}/orders/{order}" {customer: CustomerId, order: OrderId}
        => orders::receipt::Receipt;
    /// A subscription.
    Subscription "/portal/customers/{customer}/subscriptions/{subscription}"
        {customer: CustomerId, subscription: SubscriptionId} => subscriptions::one::Subscription;
    /// A change of a subscription before it is made.
    SubscriptionChange "/portal/customers/{customer}/subscriptions/{subscription}/change"
        {customer: CustomerId, subscription: SubscriptionId} => subscriptions::change::Change;
    /// The partner's invoices.
    Invoices "/portal/invoices" {} => invoices::list::Invoices;
    /// An invoice with its lines.
    Invoice "/portal/invoices/{invoice}" {invoice: InvoiceId} => invoices::one::Invoice;
    /// The support tickets of one's own organisation.
    Tickets "/portal/tickets" {} => tickets::list::Tickets;
    /// The form that opens a ticket.
    NewTicket "/portal/tickets/new" {} => tickets::new::NewTicket;
    /// A ticket with its thread, for those who opened it.
    Ticket "/portal/tickets/{ticket}" {ticket: u64} => tickets::one::Ticket;
    /// The tickets that wait for the operator's support.
    TicketQueue "/portal/queue" {} => tickets::queue::Queue;
    /// A ticket, for the operator's support.
    TicketWatch "/portal/tickets/{ticket}/watch" {ticket: u64} => tickets::watch::Watch;
    QueuedTicket "/portal/queue/{ticket}" {ticket: u64} => tickets::worked::Worked;
    /// The users of one's own organisation.
    Users "/account/users" {} => account::users::Users<account::Own>;
    /// The form that invites a user.
    NewUser "/account/users/new" {} => account::new_user::NewUser<account::Own>;
    /// A user of one's own organisation.
    User "/account/users/{user}" {user: UserId} => account::user::User<account::Own>;
    /// The operator's people, for the trustee's officers.
    Staff "/account/staff" {} => account::users::Users<account::Staff>;
    /// The form that admits one of the operator's people.
    NewStaffMember "/account/staff/new" {} => account::new_user::NewUser<account::Staff>;
    /// One of the operator's people.
    StaffMember "/account/staff/{user}" {user: UserId} => account::user::User<account::Staff>;
    /// One's own password.
    OwnPassword "/account/password" {} => account::password::OwnPassword;
    /// Where one may sign in besides.
    SignIn "/account/sign-in" {} => account::sign_in::SignIn;
    /// Where licences are assigned to people.
    Licences "/account/licences" {} => account::licences::Licences;
    /// The apps of one's own organisation.
    Apps "/account/apps" {} => account::apps::Apps;
    /// A customer's own agreements.
    OwnAgreements "/account/agreements" {} => agreements::OwnAgreements;
    /// What data subjects asked the wrong house for.
    SubjectRequests "/portal/access/subjects" {} => access::subjects::SubjectRequests;
    /// What the operator's people ask to see.
    AccessRequests "/portal/access/requests" {} => access::requests::Requests;
    /// One request, and the grant that it became.
    AccessRequest "/portal/access/requests/{request}" {request: Uuid} => access::request::Request;
    /// A decision on a request, with the text to sign.
    AccessDecision "/portal/access/requests/{request}/decision" {request: Uuid} => access::decide::Decide;
    /// A grant while it is used.
    AccessWatch "/portal/access/requests/{request}/watch" {request: Uuid} => access::watch::Watch;
    /// Access reports.
    AccessReports "/portal/access/reports" {} => access::reports::Reports;
    /// One access report.
    AccessReport "/portal/access/reports/{report}" {report: Uuid} => access::report::Report;
    /// Taking everything along, and erasing.
    Leaving "/portal/leaving" {} => access::leaving::Leaving;
    /// The erasures of customers.
    Erasures "/portal/erasures" {} => house::erasures::Erasures;
    /// The persons whom the trustee enrolled.
    People "/portal/people" {} => house::people::People;
    /// The form that proposes a person.
    NewPerson "/portal/people/new" {} => house::new_person::NewPerson;
    /// One person with the keys.
    Person "/portal/people/{person}" {person: Uuid} => house::person::Person;
    /// What waits for a second officer, and who is on duty.
    Officers "/portal/officers" {} => house::officers::Officers;
    /// The transparency log.
    Log "/portal/log" {} => house::log::Log;
    /// What the log counts.
    Statistics "/portal/statistics" {} => house::statistics::Statistics;
    /// What this cloud does not offer, and which task is done where.
    ThisCloud "/this-cloud" {} => cloud::ThisCloud;
}

/// Lets a visitor see a page, or says why not.
fn enter<P: Page>(visit: &Visit) -> Result<(), Trouble> {
    if P::SIGNED_IN && visit.visitor().is_none() {
        return Err(Trouble::SignIn);
    }
    match visit.permit(P::CALLS) {
        Permit::Yes => Ok(()),
        Permit::No(reason) => Err(Trouble::Forbidden(reason)),
        Permit::Hidden => Err(Trouble::Forbidden(visit.t.reason_other_party())),
    }
}

/// The page that says what went wrong.
pub(crate) fn trouble(visit: &Visit, trouble: &Trouble) -> Response {
    wrong::answer(visit, trouble)
}

/// Every kind of trouble, as a picture.
pub(crate) fn troubles(kit: &Kit) -> Vec<crate::gallery::Picture> {
    wrong::pictures(kit)
}
