//! What the trustee tells the operator of its own accord: commercial facts that came about at the trustee.
//!
//! Invariants: an act is written down here before the operator is told, and told again until it has heard; the
//! assertion under which it is told names the trustee alone.

use contract::Operation;
use contract::operation::Party;
use contract::operations::RecordAcceptance;
use edge::http::header;
use edge::{HeaderMap, Method, OperatorRequest};
use kernel::{AppId, CustomerId, Micros, Problem};
use serde_json::json;
use std::sync::Arc;
use store::trustee::journal;
use uuid::Uuid;

use crate::gateway::Gateway;
use crate::identity::Caller;
use crate::keys::HOUSE;

/// Acceptances told per round.
const ROUND: u32 = 200;

impl Gateway {
    /// Tells the operator of acceptances that it has not heard of; returns how many it heard of now.
    pub(crate) async fn tell_acceptances(&self) -> Result<usize, Problem> {
        let untold = self.store.read("untold_acceptances", |tx| journal::untold(tx, ROUND)).await?;
        let mut heard = 0;
        for (customer, template, accepted_at, by) in untold {
            if !self.tell_acceptance(customer, &template, accepted_at, &by).await? {
                break; // the operator does not hear now; the next round tries again
            }
            heard += 1;
        }
        Ok(heard)
    }

    async fn tell_acceptance(
        &self,
        customer: CustomerId,
        template: &str,
        accepted_at: Micros,
        by: &str,
    ) -> Result<bool, Problem> {
        let version = self.profile.agreements.iter().find(|known| known.template.to_string() == template);
        let act = json!({
            "customerId": customer.to_string(),
            "templateId": template,
            "version": version.map(|known| known.version.to_string()).unwrap_or_default(),
            "userId": by,
            "dateAgreed": jiff::Timestamp::from_microsecond(accepted_at).unwrap_or_default().to_string(),
        });
        let spec = RecordAcceptance::SPEC;
        let assertion = self.assertions.of(&self.own_caller(), self.clock.now());
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        let message = OperatorRequest::new(Method::POST, spec.path, assertion.as_ref())
            .caller_headers(&headers)
            .body(act.to_string());
        let heard = match self.link.call(message).await {
            Ok(reply) => reply.status.is_success(),
            Err(_) => false,
        };
        if heard {
            let (template, now) = (template.to_owned(), self.clock.now().as_microsecond());
            self.store
                .write("told_acceptance", move |tx| journal::told(tx, customer, &template, now))
                .await?;
        } else {
            tracing::warn!(operation = spec.id, "the operator zone has not heard of an acceptance yet");
        }
        Ok(heard)
    }

    /// The trustee as a caller of the operator.
    fn own_caller(&self) -> Arc<Caller> {
        Arc::new(Caller {
            tenant: HOUSE,
            party: Party::Trustee,
            user: None,
            app: AppId(Uuid::nil()),
            roles: Vec::new(),
            mfa: false,
            expires: self.clock.now().as_second(),
        })
    }
}
