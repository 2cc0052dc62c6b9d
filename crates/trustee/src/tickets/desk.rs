//! The operations on releases, as one table.
//!
//! Invariant: only the author's side of a ticket releases it; whoever of it, or an officer, takes a release back.

use contract::collection::Collection;
use contract::operation::{Party, Role};
use contract::query::Query;
use contract::resources::ticket_release::{TicketOpening, TicketRelease, TicketWatch};
use contract::route::Matched;
use edge::{Request, Response};
use kernel::Problem;
use std::sync::Arc;

use super::{Ticket, unknown};
use crate::controls::Control;
use crate::desk::desk;
use crate::gateway::Gateway;
use crate::identity::Caller;

/// One call on its way: what the handlers see of it.
struct Desk<'a> {
    gateway: &'a Gateway,
    matched: &'a Matched<'a>,
    caller: &'a Caller,
    request: &'a Request,
}

desk! {
    GetTicketRelease => Desk::get,
    ReleaseTicket => Desk::release,
    RevokeTicketRelease => Desk::revoke,
    ListTicketOpenings => Desk::openings,
    WatchTicketRelease => Desk::watch,
}

/// Carries out an operation for a caller who was let in.
pub(crate) async fn serve(
    gateway: &Gateway,
    matched: &Matched<'_>,
    caller: &Caller,
    request: &Request,
) -> Result<Response, Problem> {
    carry_out(&Desk { gateway, matched, caller, request }).await
}

impl Desk<'_> {
    /// The ticket of the path, if the caller may know of it. What is the author's alone is nobody else's.
    async fn ticket(&self, author_alone: bool) -> Result<Arc<Ticket>, Problem> {
        let id = self.matched.params.get("ticket-id").unwrap_or_default();
        let ticket = self.gateway.tickets.find(id).await?.ok_or_else(unknown)?;
        let house = matches!(self.caller.party, Party::Operator | Party::Trustee);
        if ticket.is_of(self.caller) || (house && !author_alone) { Ok(ticket) } else { Err(unknown()) }
    }

    async fn get(&self, (): ()) -> Result<TicketRelease, Problem> {
        let ticket = self.ticket(false).await?;
        self.gateway.grants.release_of(&ticket).await
    }

    async fn release(&self, (): ()) -> Result<TicketRelease, Problem> {
        let ticket = if self.gateway.controls.on(Control::ReleaseAuthor) {
            self.ticket(true).await?
        } else {
            let id = self.matched.params.get("ticket-id").unwrap_or_default();
            self.gateway.tickets.find(id).await?.ok_or_else(unknown)?
        };
        self.gateway.grants.release(self.caller, &ticket, true).await?;
        self.gateway.grants.release_of(&ticket).await
    }

    async fn revoke(&self, (): ()) -> Result<TicketRelease, Problem> {
        let ticket = self.ticket(false).await?;
        self.gateway.grants.take_back(self.caller, &ticket).await?;
        self.gateway.grants.release_of(&ticket).await
    }

    async fn openings(&self, (): ()) -> Result<Collection<TicketOpening>, Problem> {
        let ticket = self.ticket(false).await?;
        let mut found = self.gateway.grants.openings_of(&ticket).await?;
        self.cover(&ticket, &mut found);
        Ok(Collection::new(found))
    }

    async fn watch(&self, (): ()) -> Result<TicketWatch, Problem> {
        let query = Query::parse(self.request.query(), self.matched.spec.query)?;
        let ticket = self.ticket(false).await?;
        let mut seen = self.gateway.grants.watch_release(&ticket, query.get("after")).await?;
        self.cover(&ticket, seen.openings.as_deref_mut().unwrap_or_default());
        Ok(seen)
    }

    /// Auditors see that something was opened, and nothing of what.
    fn cover(&self, ticket: &Ticket, openings: &mut [TicketOpening]) {
        if !ticket.is_of(self.caller) && !self.caller.has_any(&[Role::TrusteeOfficer]) {
            for one in openings {
                one.masked_values = None;
            }
        }
    }
}
