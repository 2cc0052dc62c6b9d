//! A page of the partner's customers, by a filter's field or by company name.

use contract::collection::{Collection, Token};
use contract::errors::code;
use contract::operation::Operation;
use contract::operations::{GetCustomer, GetCustomerCompanyProfile, ListCustomers};
use contract::query::{Filter, FilterOperator, PageLimits, Query, SeekOperation};
use contract::resources::customer::{Customer, CustomerCompanyProfile};
use contract::resources::shared::ResourceLinks;
use kernel::{AccountId, Problem};
use store::Tx;
use store::operator::accounts::AccountKind;
use store::operator::customers::{self, CustomerFilter, CustomerPlace, CustomerQuery, ListedCustomer};

use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

impl Serve<ListCustomers> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Collection<Customer>>, Fault> {
        let account = cx.account()?;
        let filter = input.query.filter()?;
        let as_reseller = account.kind == AccountKind::IndirectReseller;
        let size = u32::try_from(input.query.page(PageLimits::CUSTOMERS)?.size).unwrap_or(u32::MAX);
        let binding = input.query.binding(ListCustomers::SPEC.id, cx.caller.tenant);
        let query = CustomerQuery {
            account: account.account_id,
            as_reseller,
            filter: narrowed(filter.as_ref(), as_reseller)?,
            after: place(input.query, input.continuation, &binding)?,
            // One more than asked for says whether there is a next page.
            limit: size.saturating_add(1),
        };
        let mut rows = customers::page(tx, &query)?;
        let more = rows.len() > size as usize;
        rows.truncate(size as usize);
        let next = rows.last().filter(|_| more).map(|row| Token::seal(&cursor(row), &binding));
        let mut list = Collection::new(rows.into_iter().map(listed).collect()).at(uri(input.query));
        if let Some(token) = next {
            let onwards = input.query.with("seekOperation", SeekOperation::Next.as_str());
            list = list.next_by_token(uri(&onwards), &token);
        }
        Ok(Answer::of(list))
    }
}

/// What narrows the list. Both names of the other party are taken from both sides, as client libraries do.
fn narrowed(filter: Option<&Filter>, as_reseller: bool) -> Result<CustomerFilter, Problem> {
    let Some(filter) = filter else { return Ok(CustomerFilter::All) };
    if filter.operator != FilterOperator::StartsWith {
        return Err(unusable("Operator", "starts_with"));
    }
    let counterpart = if as_reseller { "IndirectCloudSolutionProvider" } else { "IndirectReseller" };
    if filter.is_on("CompanyName") {
        Ok(CustomerFilter::CompanyName(filter.value.clone()))
    } else if filter.is_on("Domain") {
        Ok(CustomerFilter::Domain(filter.value.clone()))
    } else if filter.is_on(counterpart) {
        let id: AccountId =
            filter.value.parse().map_err(|_| unusable("Value", "the partner's id (a GUID)"))?;
        Ok(CustomerFilter::Counterpart(id))
    } else {
        Err(unusable("Field", &format!("CompanyName, Domain or {counterpart}")))
    }
}

fn unusable(part: &str, wanted: &str) -> Problem {
    let text = format!("The filter's {part} must be {wanted}.");
    Problem::new(400, code::BAD_INPUT, "filter_unusable", text)
}

fn place(query: &Query, token: Option<&str>, binding: &str) -> Result<Option<CustomerPlace>, Problem> {
    let seek = query.seek(token, binding)?;
    match seek.operation {
        SeekOperation::Next => {}
        SeekOperation::First => return Ok(None),
        SeekOperation::Previous | SeekOperation::Last | SeekOperation::PageIndex => {
            let text = "This list is read forwards: seekOperation is Next or First.";
            return Err(Problem::new(400, code::UNSUPPORTED, "seek_unsupported", text));
        }
    }
    let Some(cursor) = seek.cursor else { return Ok(None) };
    let parts = cursor.split_once('|').and_then(|(id, key)| Some((id.parse().ok()?, key)));
    let (customer, key) = parts.ok_or_else(Problem::internal)?;
    Ok(Some(CustomerPlace { key: key.to_owned(), customer }))
}

fn cursor(row: &ListedCustomer) -> String {
    format!("{}|{}", row.customer_id, row.key)
}

fn uri(query: &Query) -> String {
    let base = link::to::<ListCustomers>(&[]);
    match query.encode() {
        text if text.is_empty() => base,
        text => format!("{base}?{text}"),
    }
}

/// A line of the list: ids and names, no profiles to open.
fn listed(row: ListedCustomer) -> Customer {
    let id = row.customer_id.to_string();
    let company = CustomerCompanyProfile {
        tenant_id: Some(id.clone()),
        domain: Some(row.domain),
        company_name: Some(row.company_name),
        links: Some(ResourceLinks::to_self(link::to::<GetCustomerCompanyProfile>(&[&id]))),
        ..CustomerCompanyProfile::default()
    };
    Customer {
        company_profile: Some(company),
        relationship_to_partner: Some(super::relationship(row.relationship)),
        associated_partner_id: row.reseller_id.map(|reseller| reseller.to_string()),
        links: Some(ResourceLinks::to_self(link::to::<GetCustomer>(&[&id]))),
        id: Some(id),
        ..Customer::default()
    }
}
