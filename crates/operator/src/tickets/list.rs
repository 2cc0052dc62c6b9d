//! Tickets about a customer, and one's own.

use contract::collection::Collection;
use contract::operation::Party;
use contract::operations::{ListCustomerServiceRequests, ListOwnServiceRequests};
use contract::resources::service_request::{ServiceRequest, ServiceRequestStatus};
use kernel::CustomerId;
use store::Tx;
use store::operator::tickets as rows;

use crate::page::Page;
use crate::{Answer, Cx, Fault, Input, Operator, Serve, customers, link};

impl Serve<ListCustomerServiceRequests> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<ServiceRequest>>, Fault> {
        let customer: CustomerId = input.id("customer-id")?;
        let caller = cx.caller.tenant;
        let opener = match cx.caller.party {
            Party::Customer if caller.0 == customer.0 => None,
            Party::Partner => {
                customers::linked(tx, cx, &customer)?;
                Some(caller)
            }
            _ => return Err(super::missing().into()),
        };
        let found = rows::of_customer(tx, &customer, opener)?;
        let items = found.iter().map(|row| super::shown(cx, row, input.locale)).collect();
        let own = link::to::<ListCustomerServiceRequests>(&[&customer]);
        Ok(Answer::of(Collection::new(items).at(own)))
    }
}

impl Serve<ListOwnServiceRequests> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<ServiceRequest>>, Fault> {
        if cx.caller.party == Party::Partner {
            cx.account()?;
        }
        let status = input.query.word("status", ServiceRequestStatus::parse)?;
        let word = status.map_or("", ServiceRequestStatus::as_str);
        let page = Page::of(input.query)?;
        let mut found = rows::of_opener(tx, cx.caller.tenant, word, page.limit, page.offset)?;
        let next = page.cut(&mut found);
        let items = found.iter().map(|row| super::shown(cx, row, input.locale)).collect();
        Ok(Answer::of(next.list::<ListOwnServiceRequests, _>(items, input.query)))
    }
}
