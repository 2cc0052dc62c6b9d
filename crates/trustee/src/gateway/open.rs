//! Opening what came back.
//!
//! Invariants: what is opened was expected: tenant and record come from the request, the version from the record
//! map. Anything else refuses the whole answer (502). Where keys cannot be had the members are absent, and commerce
//! goes on; where they were destroyed, who asks for that customer's record is answered 410.

use contract::private::{Cut, put_back};
use envelope::{Expected, OpenError, TenantKeys};
use kernel::{Problem, TenantId};
use serde_json::Value;
use std::ops::RangeInclusive;
use zeroize::Zeroizing;

use crate::controls::Control;
use crate::gateway::Gateway;
use crate::gateway::answer::{Placed, refuse};
use crate::gateway::call::Call;
use crate::gateway::expect;
use crate::gateway::seal::owner_of;
use crate::records::{Known, RecordKey, Verdict};
use crate::tickets;

/// The secret content of an envelope.
type Plain = Zeroizing<Vec<u8>>;

impl Gateway {
    /// Opens the envelopes of an answer and puts their members back in.
    pub(crate) async fn open(
        &self,
        call: &Call<'_>,
        tree: &mut Value,
        placed: Vec<Placed>,
    ) -> Result<(), Problem> {
        if !call.opens() && self.controls.on(Control::StaffGrant) {
            return Ok(());
        }
        let mut cuts = Vec::with_capacity(placed.len());
        let mut held = Vec::new();
        for Placed { found, listed } in placed {
            let in_list = listed.is_some();
            let owner = listed.map_or_else(|| owner_of(call, found.record), TenantId::from);
            let object = tree.pointer(&found.path);
            let key = if found.record == tickets::RECORD {
                self.thread_key(call, found.field_set, object).await?
            } else {
                expect::record_key(found.record, found.field_set, owner, object)
            };
            let key = key.ok_or_else(|| refuse("envelope_refused", call.spec.id))?;
            if let Some((plain, version)) = self.open_one(call, &key, &found.envelope, in_list).await? {
                let private: Value =
                    serde_json::from_slice(&plain).map_err(|_| refuse("envelope_refused", call.spec.id))?;
                let private = match &call.grant {
                    None => {
                        self.openings.count(key.tenant, call.opener());
                        private
                    }
                    Some(begun) => match begun.show(key.record, &key.record_id, private) {
                        Some(shown) => shown,
                        None => continue, // outside the grant: stays absent
                    },
                };
                cuts.push(Cut {
                    path: found.path,
                    record: found.record,
                    field_set: found.field_set,
                    private,
                });
                held.push((key, version));
            }
        }
        if call.changes() && call.trace.given && !held.is_empty() {
            self.keep_answered(call, held).await?;
        }
        if put_back(tree, &cuts) { Ok(()) } else { Err(refuse("envelope_refused", call.spec.id)) }
    }

    /// The content of one envelope with its version; `None` when there are no keys to open it with.
    async fn open_one(
        &self,
        call: &Call<'_>,
        key: &RecordKey,
        envelope: &str,
        listed: bool,
    ) -> Result<Option<(Plain, u64)>, Problem> {
        #[cfg(feature = "sabotage")]
        if !self.controls.on(Control::SwappedEnvelope) {
            return self.open_whatever(envelope).await;
        }
        let keys = match self.keys.of(key.tenant).await {
            Ok(keys) => keys,
            Err(problem) if problem.slug == "trustee_unavailable" && !call.export => return Ok(None),
            // Lists go on without the erased customer's members; who asks for that customer is told.
            Err(problem) if problem.slug == "shredded" && listed => return Ok(None),
            Err(problem) if problem.slug == "no_tenant_key" => {
                return Err(refuse("envelope_refused", call.spec.id));
            }
            Err(problem) => return Err(problem),
        };
        let known = match self.records.known(key).await? {
            Some(known) => known,
            None if self.records.was_put_back().await? => Known::default(),
            None => return Err(refuse("envelope_refused", call.spec.id)), // nothing was ever sealed for this record
        };
        match self.open_at(&keys, key, known.floor..=known.floor, envelope) {
            Ok(plain) => Ok(Some((plain, known.floor))),
            Err(OpenError::Ahead { found, .. } | OpenError::Stale { found, .. }) => {
                let plain = self.open_other(call, &keys, key, &known, found, envelope).await?;
                Ok(Some((plain, found)))
            }
            Err(_) if !self.controls.on(Control::DamagedEnvelope) => Ok(None),
            Err(error) => {
                tracing::error!(operation = call.spec.id, record = key.record, %error, "an envelope was refused");
                Err(refuse("envelope_refused", call.spec.id))
            }
        }
    }

    /// Opens a genuine envelope of this record that is not of the version known as current, if it counts all the
    /// same.
    async fn open_other(
        &self,
        call: &Call<'_>,
        keys: &TenantKeys,
        key: &RecordKey,
        known: &Known,
        version: u64,
        envelope: &str,
    ) -> Result<Plain, Problem> {
        let plain = || {
            self.open_at(keys, key, version..=version, envelope)
                .map_err(|_| refuse("envelope_refused", call.spec.id))
        };
        if !self.controls.on(Control::StaleEnvelope) {
            return plain();
        }
        // What is remembered may be older than what is true by now: ask again before an answer is refused.
        let fresh = self.records.fresh(key).await?;
        let verdict = match known.judge(version, call.since) {
            Verdict::Stale | Verdict::Unknown => fresh.judge(version, call.since),
            verdict => verdict,
        };
        match verdict {
            Verdict::Current => plain(),
            Verdict::Arrived => {
                self.records.confirm(key, version).await?;
                plain()
            }
            Verdict::Stale if self.was_answered(call, key, version).await? => plain(),
            Verdict::Stale if self.records.restored(key, &fresh, version, &self.new_id()).await? => plain(),
            Verdict::Stale => Err(refuse("stale_envelope", call.spec.id)),
            Verdict::Unknown if self.records.returned(key, &fresh, version, &self.new_id()).await? => plain(),
            Verdict::Unknown => Err(refuse("envelope_refused", call.spec.id)),
        }
    }

    /// What would happen if the envelope were believed.
    #[cfg(feature = "sabotage")]
    async fn open_whatever(&self, envelope: &str) -> Result<Option<(Plain, u64)>, Problem> {
        let Some(claimed) = crate::gateway::sabotage::claimed(envelope) else { return Ok(None) };
        let keys = self.keys.of(claimed.tenant).await?;
        let expected = Expected {
            tenant: claimed.tenant,
            record_type: &claimed.record_type,
            record_id: &claimed.record_id,
            field_set: &claimed.field_set,
            versions: 0..=u64::MAX,
        };
        Ok(envelope::open(&keys, &expected, envelope).ok().map(|plain| (plain, 0)))
    }

    /// Opens an envelope of this record and of one of these versions.
    fn open_at(
        &self,
        keys: &TenantKeys,
        key: &RecordKey,
        versions: RangeInclusive<u64>,
        envelope: &str,
    ) -> Result<Plain, OpenError> {
        let expected = Expected {
            tenant: key.tenant,
            record_type: key.record,
            record_id: &key.record_id,
            field_set: key.field_set,
            versions,
        };
        self.controls.opener()(keys, &expected, envelope)
    }
}
