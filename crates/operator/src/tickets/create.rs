//! A new ticket. Its number was minted by the trustee; a retry brings the same one.

use commerce::ticket as rules;
use contract::errors::code;
use contract::operation::Party;
use contract::operations::{CreateServiceRequest, GetServiceRequest};
use contract::resources::service_request::{ServiceRequest, ServiceRequestStatus};
use kernel::{AccountId, Country, CustomerId, Problem, TenantId};
use store::Tx;
use store::operator::customers as customer_rows;
use store::operator::tickets::{self as rows, TicketRow};

use crate::{Answer, Cx, Fault, Input, Operator, Serve, customers, link};

impl Serve<CreateServiceRequest> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ServiceRequest>,
    ) -> Result<Answer<ServiceRequest>, Fault> {
        let id = minted(input.minted)?.to_owned();
        let body = input.body;
        let (severity, topic) = rules::opened(body.severity, body.support_topic_id.as_deref())?;
        let (severity, topic) = (severity.as_str().to_owned(), super::known_topic(cx, topic)?);
        if body.sealed.is_none() {
            return Err(super::bad("title", "It is required").into());
        }
        let opener = Opener::of(tx, cx)?;
        let wanted = body.organization.as_ref().and_then(|organization| organization.id.as_deref());
        let customer = about(tx, cx, wanted)?;
        let now = super::now(tx, cx, &opener.clock)?;
        let row = TicketRow {
            ticket_id: id,
            opener_id: cx.caller.tenant,
            opener_name: opener.name,
            customer_id: customer.as_ref().map(|(id, _)| *id),
            customer_name: customer.map(|(_, name)| name),
            clock: opener.clock,
            sandbox: opener.sandbox,
            topic,
            severity,
            status: ServiceRequestStatus::Open.as_str().to_owned(),
            product_id: super::product(cx, body.product_id.as_deref())?,
            country: opener.country,
            version: 1,
            sealed: body.sealed,
            created: now,
            modified: now,
            closed: None,
            answered: None,
            assigned: None,
        };
        if !rows::insert(tx, &row)? {
            let text = "This request id has opened a ticket before. Send a new one for a new ticket.";
            return Err(Problem::new(409, code::BAD_INPUT, "request_id_reused", text).into());
        }
        let answer = Answer::of(super::shown(cx, &row, input.locale))
            .located(link::to::<GetServiceRequest>(&[&row.ticket_id]))
            .noted(super::note(cx, &row, None));
        Ok(answer.event(super::event(&row, "servicerequest-created")))
    }
}

/// The number comes from the trustee, which knows by it whose ticket it is.
fn minted(id: Option<&str>) -> Result<&str, Problem> {
    let digits = |id: &&str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    id.filter(digits).ok_or_else(|| {
        let text = "A ticket is opened through the trustee's gateway, which mints its number.";
        Problem::new(400, code::BAD_INPUT, "minted_id_missing", text)
    })
}

/// The organisation that opens a ticket.
struct Opener {
    name: String,
    country: Country,
    clock: AccountId,
    sandbox: bool,
}

impl Opener {
    fn of(tx: &mut Tx, cx: &Cx<'_>) -> Result<Self, Fault> {
        if cx.caller.party == Party::Customer {
            let row = customer_rows::find_any(tx, &CustomerId(cx.caller.tenant.0))?
                .ok_or_else(|| contract::errors::not_found("There is no such customer of this cloud."))?;
            return Ok(Self {
                name: row.company_name,
                country: row.country,
                clock: row.account_id,
                sandbox: row.sandbox,
            });
        }
        let account = cx.account()?;
        Ok(Self {
            name: account.company_name.clone(),
            country: account.country,
            clock: account.account_id,
            sandbox: account.sandbox,
        })
    }
}

/// The customer that a ticket is about: the calling customer, or the one that a partner names.
fn about(tx: &mut Tx, cx: &Cx<'_>, wanted: Option<&str>) -> Result<Option<(CustomerId, String)>, Fault> {
    let caller = cx.caller.tenant;
    let wanted: Option<TenantId> = match wanted {
        None => None,
        Some(id) => Some(id.parse().map_err(|_| super::bad("organization", "Its id must be a GUID"))?),
    };
    match (cx.caller.party, wanted) {
        (Party::Customer, None) => named(tx, CustomerId(caller.0)),
        (Party::Customer, Some(own)) if own == caller => named(tx, CustomerId(caller.0)),
        (Party::Partner, None) => Ok(None),
        (Party::Partner, Some(own)) if own == caller => Ok(None),
        (Party::Partner, Some(other)) => {
            let row = customers::mine(tx, cx, &CustomerId(other.0))?;
            Ok(Some((row.customer_id, row.company_name)))
        }
        _ => Err(super::missing().into()),
    }
}

fn named(tx: &mut Tx, customer: CustomerId) -> Result<Option<(CustomerId, String)>, Fault> {
    Ok(customer_rows::find_any(tx, &customer)?.map(|row| (row.customer_id, row.company_name)))
}
