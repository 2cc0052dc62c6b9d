//! The end of a relationship, by the partner: outside the sandbox the customer stays, in it the customer is deleted
//! with its tenant and its key.
//!
//! Invariant: the relationship ends after the operator has agreed, so that a refusal leaves everything as it was.

use edge::{Request, StatusCode};
use kernel::Problem;
use serde_json::{Value, json};

use crate::gateway::{Answer, Call, Gateway, Outgoing, Plan, bad, text};

impl Gateway {
    /// Ends the partner's relationship with a customer. Of the whole customer that clients send, only the
    /// relationship goes to the operator.
    pub(crate) async fn remove_relationship(
        &self,
        call: &Call<'_>,
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        let body = Self::body(call.spec, request)?;
        if text(&body, "relationshipToPartner") != "none" {
            return Err(bad(
                "relationshipToPartner",
                "is the only member that can be written here, and only as none",
            ));
        }
        let mut kept = json!({"relationshipToPartner": "none"});
        if let Some(etag) = body.pointer("/attributes/etag") {
            kept["attributes"] = json!({"etag": etag});
        }
        let outgoing = Outgoing { body: kept, raw: request.body.clone(), minted: None, whole: true };
        let answer = self.forward(call, plan, outgoing, request).await?;
        if answer.status == StatusCode::OK
            && let Some(customer) = call.customer
        {
            self.relationships.end(call.account(), customer).await?;
        }
        Ok(answer)
    }

    /// Deletes a sandbox's customer: relationship, tenant and key.
    pub(crate) async fn delete_sandbox_customer(
        &self,
        call: &Call<'_>,
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        let outgoing = Outgoing { body: Value::Null, raw: request.body.clone(), minted: None, whole: true };
        let answer = self.forward(call, plan, outgoing, request).await?;
        if answer.status == StatusCode::NO_CONTENT
            && let Some(customer) = call.customer
        {
            self.relationships.end_all(customer).await?;
            self.directory.close_customer(customer.into()).await?;
            self.keys.destroy(customer.into()).await?;
        }
        Ok(answer)
    }
}
