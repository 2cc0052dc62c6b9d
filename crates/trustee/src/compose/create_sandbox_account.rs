//! A partner opens its sandbox: the trustee mints the account's id, makes the tenant's key and opens the tenant with
//! its first administrator; the operator makes the commercial side.
//!
//! Invariants: those of creating a customer; and the sandbox counts as a verified company because its production
//! account is one: an unverified company gets none.

use edge::{Request, StatusCode};
use kernel::{Problem, TenantId};

use super::create_customer::with_credentials;
use crate::gateway::{Answer, Call, Gateway, Outgoing, Plan, is_refusal, text};
use crate::ports::NewSandbox;
use store::trustee::mint::MintKey;

impl Gateway {
    /// Carries out the opening of a sandbox.
    pub(crate) async fn create_sandbox_account(
        &self,
        call: &Call<'_>,
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        self.demand_verified(call.caller.tenant, "your company").await?;
        let body = Self::body(call.spec, request)?;
        let suffix = &self.profile.tenant_domain;
        let prefix = commerce::customer::check_domain(text(&body, "domain"), suffix)?;
        let key = MintKey {
            tenant: call.caller.tenant,
            operation: call.spec.id,
            request_id: call.trace.request_id,
        };
        let _turn = self.minting_turn(key).await;
        let mint = self.mint(key).await?;
        let tenant = mint.minted;
        let credentials = match self.kept_credentials(key, tenant).await? {
            Some(kept) => Some(kept),
            None if mint.state == "done" => None,
            None => {
                self.keys.create(tenant).await?;
                let new =
                    NewSandbox { tenant, domain: prefix.domain(suffix), production: call.caller.tenant };
                let first = self.directory.open_sandbox(new).await?;
                self.keep_credentials(key, tenant, &first).await?;
                Some(first)
            }
        };
        let minted = Some(tenant.to_string());
        let outgoing = Outgoing { body, raw: request.body.clone(), minted, whole: true };
        let mut answer = self.forward(call, plan, outgoing, request).await?;
        if answer.status == StatusCode::CREATED {
            if mint.state != "done" {
                self.settle_mint(key, "done").await?;
            }
            with_credentials(&mut answer, credentials)?;
        } else if is_refusal(answer.status) && mint.state != "done" {
            self.void_sandbox(key, tenant).await?;
        }
        Ok(answer)
    }

    /// The operator has refused the sandbox: what was minted is void.
    async fn void_sandbox(&self, key: MintKey, tenant: TenantId) -> Result<(), Problem> {
        self.directory.close_sandbox(tenant).await?;
        self.settle_mint(key, "void").await
    }
}
