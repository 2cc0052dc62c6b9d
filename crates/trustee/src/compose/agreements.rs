//! Agreements that a customer concludes itself, at the trustee. The trustee agreement is between customer and trustee
//! alone; of the others the operator is told that they were accepted.
//!
//! Invariants: only the customer's own administrator accepts here; an acceptance is written down once and never taken
//! back; a partner cannot confirm the trustee agreement for its customer.

use contract::Operation;
use contract::operation::Party;
use contract::operations::AcceptAgreements;
use contract::profile::{Agreement, AgreementRole};
use edge::{Request, Response, StatusCode};
use kernel::{CustomerId, Problem};
use serde_json::{Value, json};
use store::trustee::journal::{self, Act, AgreementRow};

use crate::gateway::{Answer, Call, Gateway, Plan, bad, collection, text, without_nulls};
use crate::identity::Caller;

impl Gateway {
    /// A partner reports that its customer accepted an agreement.
    pub(crate) async fn confirm_agreement(
        &self,
        call: &Call<'_>,
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        let body = Self::body(call.spec, request)?;
        let with_trustee = self.profile.agreement(AgreementRole::TrusteeAgreement);
        if with_trustee.is_some_and(|known| text(&body, "templateId") == known.template.to_string()) {
            return Err(Problem::new(
                403,
                contract::errors::code::NO_ACCESS,
                "customer_accepts_itself",
                "The trustee agreement is concluded between the customer and the data trustee. \
                 The customer's administrator accepts it at the trustee.",
            )
            .with(AcceptAgreements::SPEC.path));
        }
        self.pass(call, plan, request).await
    }

    /// The agreements of this cloud and which of them the customer has accepted itself.
    pub(crate) async fn own_agreements(&self, caller: &Caller) -> Result<Value, Problem> {
        let customer = CustomerId(caller.tenant.0);
        let mut items = Vec::with_capacity(self.profile.agreements.len());
        for agreement in &self.profile.agreements {
            let row = self.accepted(customer, agreement).await?;
            items.push(shown(agreement, row.as_ref()));
        }
        Ok(collection(&items))
    }

    /// The customer accepts the agreements it names, or all that are open.
    pub(crate) async fn accept_agreements(
        &self,
        spec: &contract::Spec,
        caller: &Caller,
        request: &Request,
    ) -> Result<Response, Problem> {
        let body = Self::body(spec, request)?;
        self.persons.require_approver(caller).await?;
        let named: Vec<&str> = body
            .get("templateIds")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let known = |id: &&str| {
            self.profile.agreements.iter().any(|known| known.template.to_string().eq_ignore_ascii_case(id))
        };
        if !named.iter().all(known) {
            return Err(bad("templateIds", "names an agreement that this cloud does not have"));
        }
        for agreement in &self.profile.agreements {
            let id = agreement.template.to_string();
            if named.is_empty() || named.iter().any(|named| named.eq_ignore_ascii_case(&id)) {
                self.accept(caller, agreement).await?;
            }
        }
        self.tell_acceptances().await?;
        Ok(Response::json(StatusCode::CREATED, self.own_agreements(caller).await?.to_string()))
    }

    /// The customer's agreement with the trustee; 404 while there is none.
    pub(crate) async fn trustee_agreement(&self, call: &Call<'_>) -> Result<Response, Problem> {
        let agreement = self.with_trustee()?;
        let customer = CustomerId(call.caller.tenant.0);
        let row = self.accepted(customer, agreement).await?.ok_or_else(|| {
            let code = contract::errors::code::RESOURCE_MISSING;
            Problem::new(404, code, "not_accepted", "The trustee agreement has not been accepted yet.")
        })?;
        Ok(Response::json(StatusCode::OK, acceptance(customer, agreement, &row).to_string()))
    }

    /// The customer concludes its agreement with the trustee, in the version that it has read.
    pub(crate) async fn accept_trustee_agreement(
        &self,
        call: &Call<'_>,
        request: &Request,
    ) -> Result<Response, Problem> {
        let body = Self::body(call.spec, request)?;
        let agreement = self.with_trustee()?;
        self.persons.require_approver(&call.caller).await?;
        if text(&body, "version") != agreement.version.to_string() {
            return Err(bad("version", "is not the version in force; read the agreement again"));
        }
        self.accept(&call.caller, agreement).await?;
        self.tell_acceptances().await?;
        let customer = CustomerId(call.caller.tenant.0);
        let row = self.accepted(customer, agreement).await?.ok_or_else(Problem::internal)?;
        Ok(Response::json(StatusCode::CREATED, acceptance(customer, agreement, &row).to_string()))
    }

    fn with_trustee(&self) -> Result<&Agreement, Problem> {
        self.profile.agreement(AgreementRole::TrusteeAgreement).ok_or_else(|| {
            let code = contract::errors::code::RESOURCE_MISSING;
            Problem::new(
                404,
                code,
                "no_trustee_agreement",
                "This cloud has no agreement with a data trustee.",
            )
        })
    }

    async fn accepted(
        &self,
        customer: CustomerId,
        agreement: &Agreement,
    ) -> Result<Option<AgreementRow>, Problem> {
        let template = agreement.template.to_string();
        Ok(self.store.read("own_agreement", move |tx| journal::agreement(tx, customer, &template)).await?)
    }

    async fn accept(&self, caller: &Caller, agreement: &Agreement) -> Result<(), Problem> {
        let (customer, template) = (CustomerId(caller.tenant.0), agreement.template.to_string());
        let by = caller.user.map_or_else(|| caller.app.to_string(), |user| user.to_string());
        let now = self.clock.now().as_microsecond();
        let act = Act {
            id: self.new_id(),
            acted_at: now,
            actor: by.clone(),
            act: "agreement-accepted".to_owned(),
            tenant: customer.to_string(),
            detail: json!({"template": template, "version": agreement.version.to_string()}).to_string(),
        };
        self.store
            .write("accept_agreement", move |tx| {
                if journal::accept(tx, customer, &template, &by, now)? {
                    journal::act(tx, &act)?;
                }
                Ok(())
            })
            .await?;
        Ok(())
    }
}

fn date(micros: i64) -> Option<String> {
    jiff::Timestamp::from_microsecond(micros).ok().map(|at| at.to_string())
}

fn shown(agreement: &Agreement, row: Option<&AgreementRow>) -> Value {
    without_nulls(json!({
        "templateId": agreement.template.to_string(),
        "agreementType": agreement.agreement_type,
        "title": agreement.title,
        "version": agreement.version.to_string(),
        "party": if agreement.party == Party::Trustee { "trustee" } else { "operator" },
        "acceptedDate": row.and_then(|row| date(row.accepted_at)),
        "acceptedBy": row.map(|row| row.accepted_by.clone()),
    }))
}

fn acceptance(customer: CustomerId, agreement: &Agreement, row: &AgreementRow) -> Value {
    without_nulls(json!({
        "tenantId": customer.to_string(),
        "version": agreement.version.to_string(),
        "acceptedBy": row.accepted_by,
        "acceptedDate": date(row.accepted_at),
    }))
}
