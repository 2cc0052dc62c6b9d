//! Sealing what goes to the operator.
//!
//! Invariants: after sealing, a message holds no private member; each envelope has a version that no other envelope
//! of its record has; a version is withdrawn when the operator refused the message it was in.

use contract::private::{self, KEPT};
use contract::shape::Shape;
use contract::wire;
use envelope::{Header, SALT_LEN};
use kernel::{Code, Problem, TenantId};
use serde_json::Value;

use crate::controls::Control;
use crate::gateway::Gateway;
use crate::gateway::call::Call;
use crate::gateway::expect;
use crate::records::RecordKey;
use crate::tickets;

/// The versions handed out for one message.
#[derive(Debug, Default)]
pub(crate) struct Issued(pub(crate) Vec<(RecordKey, u64)>);

impl Gateway {
    /// Cuts the private members out of a canonical body and puts one envelope per record in their place.
    pub(crate) async fn seal(
        &self,
        call: &Call<'_>,
        shape: &Shape,
        body: &mut Value,
    ) -> Result<Issued, Problem> {
        let mut issued = Issued::default();
        if !self.controls.on(Control::Seal) {
            return Ok(issued);
        }
        for cut in private::cut(shape, body) {
            if cut.record == KEPT {
                continue; // belongs to no record: stays here
            }
            let owner = owner_of(call, cut.record);
            let key = match &call.ticket {
                Some(ticket) if cut.record == tickets::RECORD => Some(ticket.key(cut.field_set)),
                _ => expect::record_key(cut.record, cut.field_set, owner, body.pointer(&cut.path)),
            };
            let key = key.ok_or_else(|| nameless(cut.record))?;
            let envelope = match self.seal_part(&key, &cut.private).await {
                Ok((envelope, version)) => {
                    issued.0.push((key, version));
                    envelope
                }
                Err(problem) => {
                    self.withdraw(&issued).await;
                    return Err(problem);
                }
            };
            if !private::set_envelope(body, &cut.path, envelope) {
                self.withdraw(&issued).await;
                return Err(Problem::internal());
            }
        }
        Ok(issued)
    }

    async fn seal_part(&self, key: &RecordKey, part: &Value) -> Result<(String, u64), Problem> {
        let keys = match self.keys.of(key.tenant).await {
            Err(problem) if problem.slug == "no_tenant_key" => {
                self.keys.create(key.tenant).await?;
                self.keys.of(key.tenant).await?
            }
            keys => keys?,
        };
        let plain = zeroize::Zeroizing::new(wire::to_bytes(part)?);
        let version = self.records.issue(key).await?;
        let header = Header {
            tenant: key.tenant,
            record_type: key.record,
            record_id: &key.record_id,
            field_set: key.field_set,
            version,
        };
        let mut salt = [0_u8; SALT_LEN];
        self.entropy.fill(&mut salt);
        match envelope::seal(keys.newest(), &header, &plain, salt) {
            Ok(envelope) => Ok((envelope, version)),
            Err(error) => {
                self.records.withdraw(key, version).await?;
                tracing::error!(%error, record = key.record, "sealing failed");
                Err(Problem::internal())
            }
        }
    }

    /// Takes back versions that were not stored. A failure only leaves them pending, which is safe.
    pub(crate) async fn withdraw(&self, issued: &Issued) {
        for (key, version) in &issued.0 {
            if let Err(error) = self.records.withdraw(key, *version).await {
                tracing::warn!(%error, "a refused version stays pending");
            }
        }
    }
}

/// The tenant that owns a record: a partner's own records are the partner's, also in a customer's message.
pub(crate) fn owner_of(call: &Call<'_>, record: &str) -> TenantId {
    if record.starts_with("partner-") { call.caller.tenant } else { call.owner() }
}

fn nameless(record: &str) -> Problem {
    Problem::new(
        400,
        Code(800_002),
        "record_id_missing",
        format!("The message does not say which {record} it is about; its id is required."),
    )
}
