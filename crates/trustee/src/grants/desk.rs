//! The operations on persons, requests and grants, as one table.

use access::{Decision, RequestId};
use contract::collection::Collection;
use contract::query::Query;
use contract::resources::access::{
    AccessDecision, AccessNonce, AccessPolicy, AccessProof, AccessRequest, AccessUse, AccessWatch, Duty,
    EnrolledPerson, OfficerWish, PersonKey, PolicyChange,
};
use contract::resources::legal::AccessReview;
use contract::resources::trustee::SignInTicket;
use contract::route::Matched;
use edge::{Request, Response};
use kernel::Problem;

use super::acts::Act;
use super::{Grants, unknown};
use crate::desk::desk;
use crate::gateway::bad;
use crate::identity::Caller;
use crate::persons::Persons;

/// One call on its way: what the handlers see of it.
struct Desk<'a> {
    persons: &'a Persons,
    grants: &'a Grants,
    matched: &'a Matched<'a>,
    caller: &'a Caller,
    request: &'a Request,
}

desk! {
    ListPersons => Desk::list_persons,
    ProposePerson => Desk::propose_person,
    GetPerson => Desk::get_person,
    GetOwnPerson => Desk::get_own_person,
    ConfirmPerson => Desk::confirm_person,
    RemovePerson => Desk::remove_person,
    RenewPersonSignIn => Desk::renew_sign_in,
    ListOfficerWishes => Desk::wishes,
    WithdrawOfficerWish => Desk::withdraw_wish,
    ListDuties => Desk::duties,
    CreateDuty => Desk::set_duty,
    EndDuty => Desk::end_duty,
    ProposePersonKey => Desk::propose_key,
    ConfirmPersonKey => Desk::confirm_key,
    HastenPersonKey => Desk::hasten_key,
    RemovePersonKey => Desk::remove_key,
    CreateAccessRequest => Desk::submit,
    ListAccessRequests => Desk::list,
    GetAccessRequest => Desk::get,
    PrepareAccessDecision => Desk::prepare,
    DecideAccessRequest => Desk::decide,
    WithdrawAccessRequest => Desk::withdraw,
    CreateAccessNonce => Desk::nonce,
    ActivateAccessRequest => Desk::activate,
    FinishAccessRequest => Desk::finish,
    RevokeAccessRequest => Desk::revoke,
    StopAccessRequest => Desk::stop,
    ClearAccessUse => Desk::clear,
    WatchAccessRequest => Desk::watch,
    ListAccessUses => Desk::uses,
    ReviewAccessRequest => Desk::review,
    GetAccessPolicy => Desk::policy,
    ProposePolicyChange => Desk::propose_change,
    PreparePolicySignature => Desk::prepare_change,
    SignPolicyChange => Desk::sign_change,
    WithdrawPolicyChange => Desk::withdraw_change,
}

/// Carries out an operation for a caller who was let in.
pub(crate) async fn serve(
    (persons, grants): (&Persons, &Grants),
    matched: &Matched<'_>,
    caller: &Caller,
    request: &Request,
) -> Result<Response, Problem> {
    carry_out(&Desk { persons, grants, matched, caller, request }).await
}

impl Desk<'_> {
    fn text(&self, name: &'static str) -> &str {
        self.matched.params.get(name).unwrap_or_default()
    }

    fn id(&self) -> Result<RequestId, Problem> {
        self.text("request-id").parse().map_err(|_| unknown())
    }

    fn key(&self) -> (&str, &str) {
        (self.text("person-id"), self.text("key-id"))
    }

    fn query(&self) -> Result<Query, Problem> {
        Query::parse(self.request.query(), self.matched.spec.query)
    }

    async fn list_persons(&self, (): ()) -> Result<Collection<EnrolledPerson>, Problem> {
        self.persons.list(self.caller, &self.query()?).await
    }

    async fn propose_person(&self, asked: EnrolledPerson) -> Result<EnrolledPerson, Problem> {
        self.persons.create(self.caller, asked).await
    }

    async fn get_person(&self, (): ()) -> Result<EnrolledPerson, Problem> {
        self.persons.get(self.text("person-id")).await
    }

    async fn get_own_person(&self, (): ()) -> Result<EnrolledPerson, Problem> {
        self.persons.get_own(self.caller).await
    }

    async fn confirm_person(&self, (): ()) -> Result<EnrolledPerson, Problem> {
        let done = self.persons.confirmation(self.caller, self.text("person-id")).await?;
        self.grants.tell_later().await;
        Ok(done)
    }

    async fn remove_person(&self, (): ()) -> Result<(), Problem> {
        let touched = self.persons.removal(self.caller, self.text("person-id")).await?;
        self.grants.ended(&touched).await;
        Ok(())
    }

    async fn renew_sign_in(&self, (): ()) -> Result<SignInTicket, Problem> {
        let ticket = self.persons.sign_in(self.caller, self.text("person-id")).await?;
        self.grants.tell_later().await;
        Ok(ticket)
    }

    async fn wishes(&self, (): ()) -> Result<Collection<OfficerWish>, Problem> {
        self.persons.wishes(&self.query()?).await
    }

    async fn withdraw_wish(&self, (): ()) -> Result<(), Problem> {
        self.persons.withdraw_wish(self.caller, self.text("wish-id")).await
    }

    async fn duties(&self, (): ()) -> Result<Collection<Duty>, Problem> {
        self.persons.duties(&self.query()?).await
    }

    async fn set_duty(&self, asked: Duty) -> Result<Duty, Problem> {
        let made = self.persons.set_duty(self.caller, asked).await?;
        self.grants.tell_later().await;
        Ok(made)
    }

    async fn end_duty(&self, (): ()) -> Result<(), Problem> {
        self.persons.end_duty(self.caller, self.text("duty-id")).await?;
        self.grants.tell_later().await;
        Ok(())
    }

    async fn propose_key(&self, key: PersonKey) -> Result<PersonKey, Problem> {
        self.persons.add_key(self.caller, self.text("person-id"), key).await
    }

    async fn confirm_key(&self, (): ()) -> Result<PersonKey, Problem> {
        let done = self.persons.key_confirmation(self.caller, self.key()).await?;
        self.grants.tell_later().await;
        Ok(done)
    }

    async fn hasten_key(&self, (): ()) -> Result<PersonKey, Problem> {
        let done = self.persons.key_early_use(self.caller, self.key()).await?;
        self.grants.tell_later().await;
        Ok(done)
    }

    async fn remove_key(&self, (): ()) -> Result<(), Problem> {
        self.persons.key_removal(self.caller, self.key()).await?;
        self.grants.void_lost().await
    }

    async fn submit(&self, asked: AccessRequest) -> Result<AccessRequest, Problem> {
        let id = self.grants.submit(self.caller, asked).await?;
        self.grants.get(self.caller, id).await
    }

    async fn list(&self, (): ()) -> Result<Collection<AccessRequest>, Problem> {
        self.grants.list(self.caller, &self.query()?).await
    }

    async fn get(&self, (): ()) -> Result<AccessRequest, Problem> {
        self.grants.get(self.caller, self.id()?).await
    }

    async fn prepare(&self, (): ()) -> Result<AccessDecision, Problem> {
        let query = self.query()?;
        let decision: Decision = query
            .get("decision")
            .unwrap_or("approve")
            .parse()
            .map_err(|_| bad("decision", "must be approve or deny"))?;
        let key = query.get("key").map(str::to_owned);
        self.grants.prepare(self.caller, self.id()?, decision, key).await
    }

    async fn decide(&self, asked: AccessDecision) -> Result<AccessRequest, Problem> {
        self.grants.decide(self.caller, self.id()?, asked).await?;
        self.get(()).await
    }

    async fn act(&self, act: Act) -> Result<AccessRequest, Problem> {
        self.grants.act(self.caller, self.id()?, act).await?;
        self.get(()).await
    }

    async fn withdraw(&self, (): ()) -> Result<AccessRequest, Problem> {
        self.act(Act::Withdraw).await
    }

    async fn nonce(&self, (): ()) -> Result<AccessNonce, Problem> {
        self.grants.nonce(self.caller, self.id()?).await
    }

    async fn activate(&self, proof: AccessProof) -> Result<AccessRequest, Problem> {
        self.grants.activate(self.caller, self.id()?, proof).await?;
        self.get(()).await
    }

    async fn finish(&self, (): ()) -> Result<AccessRequest, Problem> {
        self.act(Act::Finish).await
    }

    async fn revoke(&self, (): ()) -> Result<AccessRequest, Problem> {
        self.act(Act::Revoke).await
    }

    async fn stop(&self, (): ()) -> Result<AccessRequest, Problem> {
        self.act(Act::Stop).await
    }

    async fn clear(&self, (): ()) -> Result<AccessRequest, Problem> {
        self.act(Act::Clear).await
    }

    async fn watch(&self, (): ()) -> Result<AccessWatch, Problem> {
        let query = self.query()?;
        self.grants.watch(self.caller, self.id()?, query.get("after")).await
    }

    async fn uses(&self, (): ()) -> Result<Collection<AccessUse>, Problem> {
        self.grants.uses(self.caller, self.id()?).await
    }

    async fn review(&self, asked: AccessReview) -> Result<AccessReview, Problem> {
        self.grants.review(self.caller, self.id()?, asked).await
    }

    async fn policy(&self, (): ()) -> Result<AccessPolicy, Problem> {
        let query = self.query()?;
        let tenant =
            query.get("tenantId").map(|id| id.parse().map_err(|_| bad("tenantId", "must be a GUID")));
        self.grants.policy(self.caller, tenant.transpose()?).await
    }

    async fn propose_change(&self, asked: PolicyChange) -> Result<PolicyChange, Problem> {
        self.grants.propose_change(self.caller, asked).await
    }

    async fn prepare_change(&self, (): ()) -> Result<AccessDecision, Problem> {
        let key = self.query()?.get("key").map(str::to_owned);
        self.grants.prepare_change(self.caller, self.text("change-id"), key).await
    }

    async fn sign_change(&self, asked: AccessDecision) -> Result<PolicyChange, Problem> {
        self.grants.sign_change(self.caller, self.text("change-id"), asked).await
    }

    async fn withdraw_change(&self, (): ()) -> Result<PolicyChange, Problem> {
        self.grants.withdraw_change(self.caller, self.text("change-id")).await
    }
}
