//! One customer: what is commercial, the contact data opened for this visitor, agreements, subscriptions, orders.
//!
//! Where the keys cannot be reached the contact data is marked as withheld, and everything else goes on.

use askama::Template;
use client::Call;
use contract::collection::Collection;
use contract::operations::{
    ConfirmCustomerAgreement, CreateOrder, GetCustomer, ListCustomerAgreements, ListOrders, ListSubscriptions,
};
use contract::profile::Profile;
use contract::resources::agreement::Agreement;
use contract::resources::customer::{self, CustomerBillingProfile};
use contract::resources::order::Order;
use contract::resources::subscription::Subscription;
use contract::{Operation, Party, Spec};
use kernel::CustomerId;

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::cloud::country_name;
use crate::pages::customers::{Standing, standings};
use crate::pages::orders::OrderRow;
use crate::pages::subscriptions::SubscriptionRow;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Fact, Facts, Mark, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/customers/one.html")]
pub(crate) struct Customer {
    frame: Frame,
    name: String,
    company: Facts,
    contact: Facts,
    withheld: bool,
    standings: Vec<Standing>,
    agreements_problem: Problem,
    subscriptions: Vec<SubscriptionRow>,
    orders: Vec<OrderRow>,
    order: Action,
    attest: Action,
}

/// What a customer's page is made of.
pub(crate) struct Parts {
    id: CustomerId,
    customer: customer::Customer,
    agreements: Result<Vec<Agreement>, Problem>,
    subscriptions: Vec<Subscription>,
    orders: Vec<Order>,
    may_order: Permit,
    may_attest: Permit,
}

impl Page for Customer {
    type At = at::Customer;
    const CALLS: &'static [&'static Spec] = &[GetCustomer::SPEC, ListSubscriptions::SPEC, ListOrders::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let profile = contract::profile::germany();
        let frame = || kit.frame(Party::Partner, "/portal/customers/4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04");
        let template = profile.agreements[0].template.to_string();
        let agreed = Agreement {
            template_id: Some(template),
            date_agreed: Some(Kit::at("2018-05-02T10:00:00Z")),
            ..Agreement::default()
        };
        let full = Self::of(
            frame(),
            profile,
            Parts {
                id: Kit::id("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"),
                customer: sample(kit, true),
                agreements: Ok(vec![agreed]),
                subscriptions: vec![crate::pages::subscriptions::sample(kit)],
                orders: vec![crate::pages::orders::sample(kit)],
                may_order: Permit::Yes,
                may_attest: Permit::Yes,
            },
        );
        let bare = Self::of(
            frame(),
            profile,
            Parts {
                id: Kit::id("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"),
                customer: sample(kit, false),
                agreements: Err(Problem::ours(kit.t(), kit.t().trouble_failed_advice())),
                subscriptions: Vec::new(),
                orders: Vec::new(),
                may_order: Permit::No(kit.t().reason_planned()),
                may_attest: Permit::Hidden,
            },
        );
        vec![full, bare]
    }

    async fn load(visit: &Visit, here: at::Customer) -> Result<Answer, Trouble> {
        let id = here.customer;
        let (customer, subscriptions, orders, agreements) = tokio::join!(
            visit.call(Call::to(GetCustomer).param("customer-id", id)),
            visit.call(Call::to(ListSubscriptions).param("customer-id", id)),
            visit.call(Call::to(ListOrders).param("customer-id", id)),
            visit.call(Call::to(ListCustomerAgreements).param("customer-id", id)),
        );
        let parts = Parts {
            id,
            customer: customer?,
            agreements: shown_or_said(visit, agreements)?,
            subscriptions: subscriptions?.items,
            orders: orders?.items,
            may_order: visit.may(CreateOrder),
            may_attest: visit.may(ConfirmCustomerAgreement),
        };
        Self::of(visit.frame(), &visit.house.profile, parts).shown()
    }
}

/// A list, or what to say instead of it.
fn shown_or_said<T>(
    visit: &Visit,
    list: Result<Collection<T>, Trouble>,
) -> Result<Result<Vec<T>, Problem>, Trouble> {
    match list {
        Ok(list) => Ok(Ok(list.items)),
        Err(trouble) => Problem::of(visit.t, trouble).map(|(problem, _)| Err(problem)),
    }
}

impl Customer {
    fn of(frame: Frame, profile: &Profile, parts: Parts) -> Self {
        let t = frame.t;
        let Parts { id, customer, agreements, subscriptions, orders, may_order, may_attest } = parts;
        let company = customer.company_profile.unwrap_or_default();
        let billing = customer.billing_profile.unwrap_or_default();
        let name =
            company.company_name.or_else(|| billing.company_name.clone()).unwrap_or_else(|| id.to_string());
        let address = billing.default_address.clone().unwrap_or_default();
        let country = address.country.as_deref().map(|code| country_name(t, code)).unwrap_or_default();
        let facts = vec![
            Fact::new(t.field_domain(), company.domain.unwrap_or_default()),
            Fact::new(t.field_country(), country),
            Fact::new(t.field_state(), address.state.unwrap_or_default()),
            Fact::new(t.field_customer_id(), id.to_string()),
        ];
        let withheld = is_withheld(&billing);
        let (accepted, agreements_problem) = match agreements {
            Ok(list) => (Some(list), Problem::none(t)),
            Err(problem) => (None, problem),
        };
        let frame = frame.below(at::Customers {}.path(), t.customers_title());
        Self {
            company: Facts { t, facts },
            contact: Facts { t, facts: contact(&frame, &billing, withheld) },
            withheld,
            standings: accepted.map(|list| standings(&frame, profile, &list)).unwrap_or_default(),
            agreements_problem,
            subscriptions: subscriptions.iter().map(|one| SubscriptionRow::of(&frame, id, one)).collect(),
            orders: orders.iter().map(|one| OrderRow::of(&frame, id, one)).collect(),
            order: Action::link(t.order_new(), at::Offers { customer: id }.path(), may_order),
            attest: Action::link(
                t.agreements_attest(),
                at::CustomerAgreements { customer: id }.path(),
                may_attest,
            )
            .minor(),
            name,
            frame,
        }
    }
}

/// Name, mail and street are required of every customer: when all are absent, the keys were out of reach.
fn is_withheld(billing: &CustomerBillingProfile) -> bool {
    let street = billing.default_address.as_ref().and_then(|address| address.address_line1.as_ref());
    billing.first_name.is_none() && billing.email.is_none() && street.is_none()
}

fn contact(frame: &Frame, billing: &CustomerBillingProfile, withheld: bool) -> Vec<Fact> {
    let t = frame.t;
    let address = billing.default_address.clone().unwrap_or_default();
    let mark = if withheld { Mark::Withheld } else { Mark::Opened };
    let join =
        |parts: [Option<String>; 2], between| parts.into_iter().flatten().collect::<Vec<_>>().join(between);
    let name = join([billing.first_name.clone(), billing.last_name.clone()], " ");
    let street = join([address.address_line1, address.address_line2], ", ");
    let town = join([address.postal_code, address.city], " ");
    [
        (t.field_contact_name(), name),
        (t.field_email(), billing.email.clone().unwrap_or_default()),
        (t.field_phone(), address.phone_number.unwrap_or_default()),
        (t.field_street(), street),
        (t.field_city(), town),
    ]
    .into_iter()
    .map(|(label, text)| Fact::new(label, text).marked(mark))
    .collect()
}

fn sample(kit: &Kit, opened: bool) -> customer::Customer {
    let private = |text: &str| if opened { kit.some(text) } else { None };
    customer::Customer {
        company_profile: Some(customer::CustomerCompanyProfile {
            company_name: kit.some("Contoso GmbH"),
            domain: kit.some("contoso.onmicrosoft.de"),
            ..customer::CustomerCompanyProfile::default()
        }),
        billing_profile: Some(CustomerBillingProfile {
            first_name: private("Max"),
            last_name: private("Mustermann"),
            email: private("max@contoso.example"),
            default_address: Some(contract::resources::shared::CustomerAddress {
                address_line1: private("Musterstraße 1"),
                postal_code: private("39104"),
                city: private("Magdeburg"),
                country: Some("DE".to_owned()),
                ..contract::resources::shared::CustomerAddress::default()
            }),
            ..CustomerBillingProfile::default()
        }),
        ..customer::Customer::default()
    }
}
