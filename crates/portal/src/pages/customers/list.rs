//! The partner's customers: commercial data only, no sealed field is opened for a list.

use askama::Template;
use client::Call;
use contract::collection::{CONTINUATION_HEADER, Collection};
use contract::operations::{CreateCustomer, ListCustomers};
use contract::resources::customer;
use contract::{Operation, Party, Spec};
use serde_json::json;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Choice, Field, Kind, Mark, Marked};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// Customers on one page.
const PAGE: u32 = 50;

struct Row {
    name: String,
    href: String,
    domain: String,
    id: String,
}

#[derive(Template)]
#[template(path = "pages/customers/list.html")]
pub(crate) struct Customers {
    frame: Frame,
    rows: Vec<Row>,
    filtered: bool,
    by: Field,
    text: Field,
    add: Action,
    sealed: Marked,
    first: String,
    next: String,
    all: String,
}

impl Page for Customers {
    type At = at::Customers;
    const CALLS: &'static [&'static Spec] = &[ListCustomers::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let one = |name: &str| customer::Customer {
            id: Some("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned()),
            company_profile: Some(customer::CustomerCompanyProfile {
                company_name: kit.some(name),
                domain: kit.some("contoso.onmicrosoft.de"),
                ..customer::CustomerCompanyProfile::default()
            }),
            ..customer::Customer::default()
        };
        let page = |items, query: &str, token: Option<&str>| {
            let mut list = Collection::new(items);
            list.continuation_token = token.map(|token| kit.text(token));
            let mut filter = query.to_owned();
            if kit.hostile {
                filter.push_str("%3Cscript%3E\"'");
            }
            let frame = kit.frame(Party::Partner, "/portal/customers");
            Self::of(frame, &list, &Form::parse(filter.as_bytes()), Permit::Yes)
        };
        vec![
            page(vec![one("Contoso GmbH"), one("Donaudampfschifffahrtsgesellschaft mbH")], "", Some("t1")),
            page(vec![one("Contoso GmbH")], "by=domain&q=cont&token=t1", None),
            page(Vec::new(), "by=company&q=nobody", None),
            page(Vec::new(), "", None),
        ]
    }

    async fn load(visit: &Visit, _at: at::Customers) -> Result<Answer, Trouble> {
        let mut call = Call::to(ListCustomers).query("size", PAGE);
        if let Some(text) = visit.query.given("q") {
            let field = if visit.query.get("by") == "domain" { "Domain" } else { "CompanyName" };
            call = call.query("filter", json!({ "Field": field, "Value": text, "Operator": "starts_with" }));
        }
        if let Some(token) = visit.query.given("token") {
            call = call.query("seekOperation", "Next").header(CONTINUATION_HEADER, &token);
        }
        let list = visit.call(call).await?;
        Self::of(visit.frame(), &list, &visit.query, visit.may(CreateCustomer)).shown()
    }
}

impl Customers {
    fn of(frame: Frame, list: &Collection<customer::Customer>, query: &Form, may_add: Permit) -> Self {
        let t = frame.t;
        let rows = list.items.iter().filter_map(|customer| {
            let company = customer.company_profile.as_ref();
            let id = customer.id.clone()?;
            Some(Row {
                href: at::Customer { customer: id.parse().ok()? }.path(),
                name: company.and_then(|company| company.company_name.clone()).unwrap_or_else(|| id.clone()),
                domain: company.and_then(|company| company.domain.clone()).unwrap_or_default(),
                id,
            })
        });
        let (by, text) = (query.get("by"), query.get("q"));
        let choice = |value: &str, label| Choice { value: value.to_owned(), label, chosen: by == value };
        let kinds =
            vec![choice("company", t.customers_by_company()), choice("domain", t.customers_by_domain())];
        let onwards = |token: &str| link(&at::Customers {}, &[("by", by), ("q", text), ("token", token)]);
        let is_first = query.get("token").is_empty();
        Self {
            rows: rows.collect(),
            filtered: !text.is_empty(),
            by: Field::choice("by", t.customers_by(), Kind::Select(kinds)),
            text: Field::line("q", t.customers_begins(), text, 100).optional(t),
            add: Action::link(t.customers_add(), at::NewCustomer {}.path(), may_add),
            sealed: Marked { t, mark: Mark::Sealed },
            first: if is_first { String::new() } else { onwards("") },
            next: list.continuation_token.as_deref().map(onwards).unwrap_or_default(),
            all: at::Customers {}.path(),
            frame,
        }
    }
}
