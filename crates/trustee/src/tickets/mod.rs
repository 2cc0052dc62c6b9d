//! Support tickets, as the trustee knows them: whose they are. Their texts lie sealed at the operator, one envelope for
//! each ticket's thread.
//!
//! One file, one part: the map of tickets (here), what becomes of a thread when somebody writes (`thread`), and the
//! operations on releases (`desk`). What the gateway does with tickets is in `gateway::ticketed`; what a release opens,
//! in `grants::releases`.
//!
//! Invariants: a ticket's number, tenant and opener are minted here and never change, so no answer of the operator can
//! say whose thread it is.
//!
//! Deliberately absent: severity, state and topic, which are the operator's.

mod desk;
pub(crate) mod thread;

use contract::operation::{Party, Role};
use kernel::{Clock, Entropy, Micros, Problem, RequestId, TenantId};
use std::sync::Arc;
use store::Store;
use store::trustee::tickets::{self as rows, TicketRow};

use crate::cache::Cache;
use crate::identity::Caller;
use crate::records::RecordKey;

pub(crate) use desk::{HANDLED, serve};

/// The kind of record that a thread is.
pub(crate) const RECORD: &str = "ticket";
/// Tickets held in memory; an entry takes about 150 bytes.
const REMEMBERED: usize = 8192;
/// Numbers have 15 digits and begin with none of 0.
const SMALLEST: u64 = 100_000_000_000_000;
/// What the operator has.
const OPEN: &str = "open";

/// The map of tickets.
pub(crate) struct Tickets {
    store: Store,
    known: Cache<String, Arc<Ticket>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// Whose ticket it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) id: String,
    /// Whose record the thread is.
    pub(crate) tenant: TenantId,
    pub(crate) opener: TenantId,
    /// What the opener is.
    pub(crate) party: Party,
    pub(crate) opened_at: Micros,
}

impl Ticket {
    /// The map's key of the thread.
    pub(crate) fn key(&self, field_set: &'static str) -> RecordKey {
        RecordKey { tenant: self.tenant, record: RECORD, record_id: self.id.clone(), field_set }
    }

    /// Whether somebody belongs to the ticket's author's side: to its opener, or to the tenant that it is about.
    pub(crate) fn is_of(&self, caller: &Caller) -> bool {
        caller.tenant == self.opener || caller.tenant == self.tenant
    }

    /// The opener, as whom the operator is asked when somebody else reads. It says nothing about people.
    pub(crate) fn opener(&self, caller: &Caller) -> Caller {
        let role = if self.party == Party::Customer { Role::CustomerAdmin } else { Role::AdminAgent };
        Caller {
            tenant: self.opener,
            party: self.party,
            user: caller.user,
            app: caller.app,
            roles: vec![role],
            mfa: caller.mfa,
            expires: caller.expires,
        }
    }
}

impl Tickets {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { store, known: Cache::new(REMEMBERED), clock, entropy }
    }

    /// A ticket that the operator has.
    pub(crate) async fn find(&self, id: &str) -> Result<Option<Arc<Ticket>>, Problem> {
        if !is_number(id) {
            return Ok(None);
        }
        let token = match self.known.get(id) {
            Ok(known) => return Ok(Some(known)),
            Err(token) => token,
        };
        let asked = id.to_owned();
        let row = self.store.read("ticket", move |tx| rows::ticket(tx, &asked)).await?;
        let Some(row) = row.filter(|row| row.state == OPEN) else { return Ok(None) };
        let ticket = Arc::new(of_row(row));
        self.known.put(id.to_owned(), ticket.clone(), token);
        Ok(Some(ticket))
    }

    /// The ticket that a request opens, or has opened before.
    pub(crate) async fn mint(
        &self,
        caller: &Caller,
        tenant: TenantId,
        request: RequestId,
    ) -> Result<Ticket, Problem> {
        let mut random = [0_u8; 8];
        self.entropy.fill(&mut random);
        let number = SMALLEST + u64::from_be_bytes(random) % (9 * SMALLEST);
        let row = TicketRow {
            id: number.to_string(),
            tenant,
            opener: caller.tenant,
            party: word(caller.party).to_owned(),
            opened_at: self.clock.now().as_microsecond(),
            state: String::new(),
        };
        Ok(of_row(self.store.write("mint_ticket", move |tx| rows::mint(tx, &row, request)).await?))
    }

    /// The operator has the ticket.
    pub(crate) async fn opened(&self, id: &str) -> Result<(), Problem> {
        let id = id.to_owned();
        Ok(self.store.write("ticket_opened", move |tx| rows::opened(tx, &id)).await?)
    }

    /// The operator refused the ticket.
    pub(crate) async fn forget(&self, id: &str) -> Result<(), Problem> {
        let id = id.to_owned();
        Ok(self.store.write("forget_ticket", move |tx| rows::forget(tx, &id)).await?)
    }
}

/// Whether a ticket of this number was opened by a customer or in its name; what REQ-2 asks of a request for help.
pub(crate) fn is_of_tenant(tx: &mut store::Tx, id: &str, tenant: TenantId) -> Result<bool, Problem> {
    Ok(rows::ticket(tx, id)?.is_some_and(|row| row.state == OPEN && row.tenant == tenant))
}

fn of_row(row: TicketRow) -> Ticket {
    let party = if row.party == word(Party::Customer) { Party::Customer } else { Party::Partner };
    Ticket { id: row.id, tenant: row.tenant, opener: row.opener, party, opened_at: row.opened_at }
}

const fn word(party: Party) -> &'static str {
    match party {
        Party::Customer => "customer",
        Party::Partner | Party::Operator | Party::Trustee => "partner",
    }
}

fn is_number(id: &str) -> bool {
    (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// The answer about a ticket that is not the caller's, whether or not there is one.
pub(crate) fn unknown() -> Problem {
    contract::errors::not_found("There is no such ticket of yours.")
}
