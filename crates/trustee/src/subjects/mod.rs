//! Requests of data subjects (access, erasure and so on) that reached the operator or the trustee instead of the customer
//! whose they are: handed over here, forwarded to the customer, with a receipt for whoever handed them over.
//!
//! Invariants: what the person wrote is sealed under the customer's key before it is stored, and shown to the customer alone;
//! the operator's people hand it over at the trustee's own origin, so that the operator zone is not asked and keeps nothing;
//! the log tells the customer of it, and holds the hash of the receipt.
//!
//! Deliberately absent: an answer. That is the customer's own, which the person has asked for something.

mod desk;

use access::subject::{Receipt, SubjectRight};
use contract::operation::Party;
use contract::query::Query;
use contract::resources::subject_request::SubjectRequest;
use envelope::Header;
use kernel::{Micros, Problem, TenantId};
use ledger::Kind as LogKind;
use serde_json::json;
use store::Tx;
use store::trustee::subjects::{self as rows, SubjectRow};

use crate::controls::Control;
use crate::desk::page;
use crate::gateway::{Gateway, bad};
use crate::identity::Caller;
use crate::legal::{customer, takes_in};
use crate::telling::Note;

pub(crate) use desk::{HANDLED, serve};

/// What of a request is sealed: the receipt, and what the person wrote.
type Sealed = (String, String);

fn header(tenant: TenantId, id: &str) -> Header<'_> {
    Header { tenant, record_type: "subject-request", record_id: id, field_set: "text", version: 1 }
}

impl Gateway {
    /// Takes a request in and forwards it. The answer is the receipt.
    async fn hand_over(&self, caller: &Caller, asked: SubjectRequest) -> Result<SubjectRequest, Problem> {
        let tenant: TenantId = asked
            .tenant_id
            .as_deref()
            .unwrap_or_default()
            .parse()
            .map_err(|_| bad("tenantId", "must be the id of the customer whose request it is"))?;
        let right: SubjectRight = asked.right.as_deref().unwrap_or_default().parse().map_err(|_| {
            let all = SubjectRight::ALL.map(SubjectRight::name).join(", ");
            bad("right", &format!("must be one of {all}"))
        })?;
        let text = asked.text.unwrap_or_default().trim().to_owned();
        if text.is_empty() {
            return Err(bad("text", "must be what the person wrote; the customer gets it"));
        }
        let now = self.clock.now().as_microsecond();
        let received_at = asked.received_date.map_or(now, jiff::Timestamp::as_microsecond);
        if received_at > now {
            return Err(bad("receivedDate", "must not be in the future"));
        }
        let asking = caller.clone();
        let may = move |tx: &mut Tx| {
            takes_in(tx, &asking)?;
            customer(tx, tenant)
        };
        self.store.try_read("may_hand_over", may).await?;
        let id = self.ids().ordered();
        let mut salt = [0_u8; 16];
        self.entropy.fill(&mut salt);
        let received_by = if caller.party == Party::Operator { "operator" } else { "trustee" };
        let receipt =
            Receipt { id, tenant, right, received_by, received_at, forwarded_at: now, salt, text: &text };
        let receipt = receipt.text().map_err(|_| Problem::internal())?;
        let id = id.to_string();
        let row = SubjectRow {
            sealed: self.seal_request(tenant, &id, &(receipt.clone(), text)).await?,
            id,
            tenant,
            right: right.name().to_owned(),
            received_by: received_by.to_owned(),
            handed_by: caller.user.map(|user| user.to_string()).unwrap_or_default(),
            received_at,
            forwarded_at: now,
            receipt: access::request::sha256(receipt.as_bytes()),
        };
        let (kept, teller) = (row.clone(), self.legal.teller.clone());
        let write = move |tx: &mut Tx| {
            rows::add(tx, &kept)?;
            let mut note = Note::of(LogKind::SubjectRequest, tenant, &kept.handed_by).op("subject.forward");
            (note.from, note.to) = (kept.received_by.clone(), "forwarded".to_owned());
            note.reason.clone_from(&kept.right);
            let note = note.digest("receipt", &kept.receipt);
            teller.note(tx, note.detail(json!({"request": kept.id})))
        };
        self.store.try_write("forward_subject_request", write).await?;
        self.grants.tell_later().await;
        Ok(SubjectRequest { receipt: Some(receipt), ..shown(row) })
    }

    async fn seal_request(&self, tenant: TenantId, id: &str, part: &Sealed) -> Result<String, Problem> {
        let plain = serde_json::to_string(part).map_err(|_| Problem::internal())?;
        if !self.controls.on(Control::SubjectSealed) {
            return Ok(plain);
        }
        self.keys.seal(&header(tenant, id), plain.as_bytes()).await
    }

    /// A customer's own requests with their texts; those that the operator's people handed over, for them, or all, for the
    /// trustee's people, without.
    async fn subject_requests(&self, caller: &Caller, query: &Query) -> Result<Vec<SubjectRequest>, Problem> {
        let (offset, limit) = page(query)?;
        let (party, tenant) = (caller.party, caller.tenant);
        let read = move |tx: &mut Tx| match party {
            Party::Customer => rows::of(tx, tenant, offset, limit),
            Party::Operator => rows::received(tx, "operator", offset, limit),
            Party::Trustee => rows::received(tx, "", offset, limit),
            Party::Partner => Ok(Vec::new()),
        };
        let found = self.store.read("subject_requests", read).await?;
        let mut out = Vec::with_capacity(found.len());
        for row in found {
            let opened = if party == Party::Customer { self.open_request(&row).await? } else { None };
            let (receipt, text) = opened.unzip();
            out.push(SubjectRequest { receipt, text, ..shown(row) });
        }
        Ok(out)
    }

    /// What the person wrote. Nothing while the keys cannot be had, and after they were destroyed.
    async fn open_request(&self, row: &SubjectRow) -> Result<Option<Sealed>, Problem> {
        let plain = match self.keys.unseal(header(row.tenant, &row.id), &row.sealed).await {
            Ok(plain) => plain,
            Err(problem) if matches!(problem.status, 404 | 410 | 503) => return Ok(None),
            Err(problem) => return Err(problem),
        };
        self.openings.count(row.tenant, None);
        serde_json::from_slice(&plain).map(Some).map_err(|_| Problem::internal())
    }
}

fn shown(row: SubjectRow) -> SubjectRequest {
    let date = |at: Micros| jiff::Timestamp::from_microsecond(at).ok();
    SubjectRequest {
        id: Some(row.id),
        tenant_id: Some(row.tenant.to_string()),
        right: Some(row.right),
        received_by: Some(row.received_by),
        received_date: date(row.received_at),
        forwarded_date: date(row.forwarded_at),
        receipt_sha256: Some(row.receipt),
        text: None,
        receipt: None,
    }
}
