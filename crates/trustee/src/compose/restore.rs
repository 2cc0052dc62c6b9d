//! An officer's leave to accept the older versions of a restored operator store.
//!
//! Invariant: the leave covers each record once and only versions that were handed out; what is accepted under it is
//! written down record by record.

use edge::{Request, Response, StatusCode};
use kernel::{Problem, TenantId};
use serde_json::json;

use crate::gateway::{Gateway, bad, text};
use crate::identity::Caller;

impl Gateway {
    /// Gives the leave.
    pub(crate) async fn create_restore_act(
        &self,
        spec: &contract::Spec,
        caller: &Caller,
        request: &Request,
    ) -> Result<Response, Problem> {
        let body = Self::body(spec, request)?;
        let reason = text(&body, "reason").trim();
        if reason.is_empty() {
            return Err(bad("reason", "is required"));
        }
        let tenant: Option<TenantId> = match text(&body, "tenantId") {
            "" => None,
            id => Some(id.parse().map_err(|_| bad("tenantId", "must be a GUID"))?),
        };
        let id = self.new_id();
        let actor = caller.user.map_or_else(|| caller.app.to_string(), |user| user.to_string());
        let acted = self.records.give_leave(tenant, &actor, reason, &id).await?;
        let act = json!({
            "id": id,
            "tenantId": tenant.map(|tenant| tenant.to_string()),
            "reason": reason,
            "actedBy": actor,
            "actedDate": jiff::Timestamp::from_microsecond(acted).ok().map(|at| at.to_string()),
        });
        Ok(Response::json(StatusCode::CREATED, crate::gateway::without_nulls(act).to_string()))
    }
}
