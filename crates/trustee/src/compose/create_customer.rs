//! A partner creates a customer: the trustee mints the id, makes the tenant's key, opens the tenant with its first
//! administrator and records the relationship; the operator makes the commercial side.
//!
//! Invariants: one request id mints one customer and gives one set of credentials, however often it is repeated;
//! credentials are kept only sealed, and only while a repetition may ask for them; of a customer that the operator
//! refused nobody can sign in and no partner reaches it; a partner whose company the trustee has not verified itself
//! gets none, whatever the operator says.

use contract::errors::code;
use contract::wire;
use edge::{Request, StatusCode};
use envelope::Header;
use kernel::{AccountId, CustomerId, Problem, TenantId, UserId};
use serde_json::{Value, json};
use store::trustee::mint::{self, Mint, MintKey};
use store::trustee::replay;
use zeroize::Zeroizing;

use crate::gateway::{Answer, Body, Call, Gateway, IDEMPOTENT, Outgoing, Plan, is_refusal, text};
use crate::ports::{FirstSignIn, NewCustomer};

impl Gateway {
    /// Carries out the creation of a customer.
    pub(crate) async fn create_customer(
        &self,
        mut call: Call<'_>,
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        self.demand_verified(call.caller.tenant, "your company").await?;
        let body = Self::body(call.spec, request)?;
        self.check_rules(&call, &body)?;
        // That this is a reseller of the provider the operator has checked when it says yes.
        let reseller: Option<AccountId> = text(&body, "associatedPartnerId").parse().ok();
        if let Some(reseller) = reseller {
            self.demand_verified(TenantId(reseller.0), "the reseller's company").await?;
        }
        let domain = self.wanted_domain(&body)?;
        let key = MintKey {
            tenant: call.caller.tenant,
            operation: call.spec.id,
            request_id: call.trace.request_id,
        };
        let _turn = self.minting_turn(key).await;
        let mint = self.mint(key).await?;
        let customer = CustomerId(mint.minted.0);
        call.customer = Some(customer);
        let credentials = self.prepare(&call, key, &mint, domain, &body).await?;

        let outgoing =
            Outgoing { body, raw: request.body.clone(), minted: Some(customer.to_string()), whole: true };
        let mut answer = self.forward(&call, plan, outgoing, request).await?;
        if answer.status == StatusCode::CREATED {
            self.settle(&call, key, &mint, reseller).await?;
            with_credentials(&mut answer, credentials)?;
        } else if is_refusal(answer.status) && mint.state != "done" {
            self.void(&call, key, &mint).await?;
        }
        Ok(answer)
    }

    /// The operator approves partners; only a company that the trustee has seen itself reaches customers.
    pub(super) async fn demand_verified(&self, tenant: TenantId, whose: &str) -> Result<(), Problem> {
        if self.directory.is_verified(tenant).await? {
            return Ok(());
        }
        let text =
            format!("The data trustee has not verified {whose} yet. Until then there can be no customers.");
        Err(Problem::new(403, code::NO_ACCESS, "tenant_unverified", text))
    }

    /// The whole domain that the body asks for.
    fn wanted_domain(&self, body: &Value) -> Result<String, Problem> {
        let suffix = &self.profile.tenant_domain;
        let given = body.get("companyProfile").map_or("", |company| text(company, "domain"));
        commerce::customer::check_domain(given, suffix).map(|prefix| prefix.domain(suffix))
    }

    /// The ids of this request: those of its first attempt.
    pub(super) async fn mint(&self, key: MintKey) -> Result<Mint, Problem> {
        let (tenant, admin) = (TenantId(self.ids().random()), UserId(self.ids().random()));
        let now = self.clock.now().as_microsecond();
        Ok(self.store.write("mint_customer", move |tx| mint::once(tx, key, tenant, admin, now)).await?)
    }

    /// Everything that must be there before the operator may say yes. `None`: the customer is there already and the
    /// time for giving its credentials again is over.
    async fn prepare(
        &self,
        call: &Call<'_>,
        key: MintKey,
        mint: &Mint,
        domain: String,
        body: &Value,
    ) -> Result<Option<FirstSignIn>, Problem> {
        let tenant = mint.minted;
        if let Some(kept) = self.kept_credentials(key, tenant).await? {
            return Ok(Some(kept));
        }
        if mint.state == "done" {
            return Ok(None);
        }
        let profile = |name| body.get("billingProfile").map_or("", |profile| text(profile, name));
        let country = body.pointer("/billingProfile/defaultAddress/country").and_then(Value::as_str);
        let new = NewCustomer {
            tenant,
            domain,
            company: profile("companyName").to_owned(),
            country: country.unwrap_or("").to_owned(),
        };
        self.keys.create(tenant).await?;
        let credentials = self.directory.open_customer(new).await?;
        self.keep_credentials(key, tenant, &credentials).await?;
        self.relationships.begin(call.account(), CustomerId(tenant.0)).await?;
        Ok(Some(credentials))
    }

    /// The operator has made the customer.
    async fn settle(
        &self,
        call: &Call<'_>,
        key: MintKey,
        mint: &Mint,
        reseller: Option<AccountId>,
    ) -> Result<(), Problem> {
        if mint.state == "done" {
            return Ok(());
        }
        self.relationships.establish(call.account(), CustomerId(mint.minted.0), reseller).await?;
        self.settle_mint(key, "done").await
    }

    /// Notes what became of what was minted. Of what is void no credentials are given again.
    pub(super) async fn settle_mint(&self, key: MintKey, state: &'static str) -> Result<(), Problem> {
        let settled = move |tx: &mut store::Tx| {
            mint::settle(tx, key, state)?;
            if state == "void" { replay::forget(tx, key) } else { Ok(()) }
        };
        self.store.write("settle_mint", settled).await?;
        Ok(())
    }

    /// The operator has refused the customer: what was minted is void.
    async fn void(&self, call: &Call<'_>, key: MintKey, mint: &Mint) -> Result<(), Problem> {
        self.relationships.void(call.account(), CustomerId(mint.minted.0)).await?;
        self.directory.close_customer(mint.minted).await?;
        self.settle_mint(key, "void").await
    }

    pub(super) async fn keep_credentials(
        &self,
        key: MintKey,
        tenant: TenantId,
        given: &FirstSignIn,
    ) -> Result<(), Problem> {
        let plain = json!([given.user_name, given.password.as_str()]);
        let plain = Zeroizing::new(wire::to_bytes(&plain)?);
        let record_id = key.request_id.to_string();
        let sealed = self.keys.seal(&header(tenant, &record_id), &plain).await?;
        let until = self.clock.now().as_microsecond() + IDEMPOTENT;
        self.store.write("keep_credentials", move |tx| replay::keep(tx, key, &sealed, until)).await?;
        Ok(())
    }

    pub(super) async fn kept_credentials(
        &self,
        key: MintKey,
        tenant: TenantId,
    ) -> Result<Option<FirstSignIn>, Problem> {
        let now = self.clock.now().as_microsecond();
        let Some(sealed) = self.store.read("kept_credentials", move |tx| replay::find(tx, key, now)).await?
        else {
            return Ok(None);
        };
        let record_id = key.request_id.to_string();
        let plain = self.keys.unseal(header(tenant, &record_id), &sealed).await?;
        let (user_name, password): (String, String) =
            serde_json::from_slice(&plain).map_err(|_| Problem::internal())?;
        Ok(Some(FirstSignIn { user_name, password: Zeroizing::new(password) }))
    }
}

/// Shows the first sign-in in the answer to the creation.
pub(super) fn with_credentials(answer: &mut Answer, given: Option<FirstSignIn>) -> Result<(), Problem> {
    let Some(given) = given else { return Ok(()) };
    if let Body::Json(bytes) = &answer.body {
        let tree = wire::parse_reply(bytes).map_err(|_| Problem::internal())?;
        answer.body = Body::Tree(tree, Vec::new());
    }
    if let Body::Tree(tree, _) = &mut answer.body {
        tree["userCredentials"] = json!({ "userName": given.user_name, "password": given.password.as_str() });
    }
    Ok(())
}

/// What kept credentials belong to: the request that they were first given to.
fn header(tenant: TenantId, request_id: &str) -> Header<'_> {
    Header { tenant, record_type: "user-credentials", record_id: request_id, field_set: "secret", version: 1 }
}
