//! The operations on persons, as the contract has them.

use access::RequestId;
use contract::collection::Collection;
use contract::operation::Party;
use contract::query::Query;
use contract::resources::access::{EnrolledPerson, OfficerWish, PersonKey};
use contract::resources::trustee::SignInTicket;
use kernel::{Micros, Problem};
use store::Tx;
use store::trustee::persons::{self, KeyRow, PersonRow};
use store::trustee::wishes::{self, WishRow};

use super::enrol::Confirmed;
use super::{Persons, officer, person, unknown};
use crate::desk::page;
use crate::identity::Caller;

impl Persons {
    /// A page of persons: a customer sees its own, and not how the trustee identified them.
    pub(crate) async fn list(
        &self,
        caller: &Caller,
        query: &Query,
    ) -> Result<Collection<EnrolledPerson>, Problem> {
        let kind = query.get("kind").unwrap_or_default().to_lowercase();
        let (offset, limit) = page(query)?;
        let ours = caller.party == Party::Trustee;
        let tenant = if ours { String::new() } else { caller.tenant.to_string() };
        let read = move |tx: &mut Tx| {
            let rows = persons::persons(tx, &kind, &tenant, offset, limit)?;
            rows.into_iter()
                .map(|row| Ok((persons::keys(tx, &row.id)?, row)))
                .collect::<Result<Vec<_>, Problem>>()
        };
        let found = self.store.try_read("list_persons", read).await?;
        let told = |(keys, row)| {
            let person = shown(row, keys);
            EnrolledPerson { evidence: person.evidence.clone().filter(|_| ours), ..person }
        };
        Ok(Collection::new(found.into_iter().map(told).collect()))
    }

    /// One person.
    pub(crate) async fn get(&self, id: &str) -> Result<EnrolledPerson, Problem> {
        let id = id.to_owned();
        let read = move |tx: &mut Tx| {
            let row = person(tx, &id)?;
            Ok::<_, Problem>((persons::keys(tx, &row.id)?, row))
        };
        let (keys, row) = self.store.try_read("get_person", read).await?;
        Ok(shown(row, keys))
    }

    /// The caller's own enrolment.
    pub(crate) async fn get_own(&self, caller: &Caller) -> Result<EnrolledPerson, Problem> {
        let row = self.of_caller(caller).await?.ok_or_else(unknown)?;
        self.get(&row.id).await
    }

    /// A proposal.
    pub(crate) async fn create(
        &self,
        caller: &Caller,
        asked: EnrolledPerson,
    ) -> Result<EnrolledPerson, Problem> {
        let made = self.propose(caller, asked).await?;
        Ok(shown(made.row, made.keys))
    }

    /// A confirmation, with what the person signs in with where an account was made.
    pub(crate) async fn confirmation(&self, caller: &Caller, id: &str) -> Result<EnrolledPerson, Problem> {
        let Confirmed { row, keys, user_name, one_time_password } = self.confirm(caller, id).await?;
        Ok(EnrolledPerson { user_principal_name: user_name, one_time_password, ..shown(row, keys) })
    }

    /// A removal; gives the requests that ended or rest with it.
    pub(crate) async fn removal(&self, caller: &Caller, id: &str) -> Result<Vec<RequestId>, Problem> {
        self.remove(caller, id).await
    }

    /// A new way in for a customer's approver.
    pub(crate) async fn sign_in(&self, caller: &Caller, id: &str) -> Result<SignInTicket, Problem> {
        let first = self.renew(caller, id).await?;
        Ok(SignInTicket {
            user_id: None,
            user_principal_name: Some(first.user_name),
            one_time_password: Some(first.password.to_string()),
        })
    }

    /// What waits for a second officer.
    pub(crate) async fn wishes(&self, query: &Query) -> Result<Collection<OfficerWish>, Problem> {
        let (offset, limit) = page(query)?;
        let now = self.now();
        let rows = self.store.read("wishes", move |tx| wishes::open(tx, now, offset, limit)).await?;
        let shown = |row: WishRow| OfficerWish {
            id: Some(wish_id(&row.wish)),
            wish: Some(row.wish),
            officer_id: Some(row.officer),
            wished_date: date(row.wished_at),
            expires: date(row.expires_at),
        };
        Ok(Collection::new(rows.into_iter().map(shown).collect()))
    }

    /// Takes an officer's own wish back.
    pub(crate) async fn withdraw_wish(&self, caller: &Caller, id: &str) -> Result<(), Problem> {
        let (now, id, caller) = (self.now(), id.to_lowercase(), caller.clone());
        let write = move |tx: &mut Tx| {
            let by = officer(tx, &caller)?.to_string();
            let own = wishes::of_officer(tx, &by, now)?;
            let wish = own.into_iter().find(|row| wish_id(&row.wish) == id);
            let wish = wish.ok_or_else(|| contract::errors::not_found("There is no such wish of yours."))?;
            wishes::withdraw(tx, &wish.wish, &by)?;
            Ok::<_, Problem>(())
        };
        self.store.try_write("withdraw_wish", write).await
    }

    /// One more key.
    pub(crate) async fn add_key(
        &self,
        caller: &Caller,
        id: &str,
        key: PersonKey,
    ) -> Result<PersonKey, Problem> {
        let line = key.ssh_public_key.unwrap_or_default();
        self.propose_key(caller, id, &line).await.map(shown_key)
    }

    /// A key's confirmation.
    pub(crate) async fn key_confirmation(
        &self,
        caller: &Caller,
        ids: (&str, &str),
    ) -> Result<PersonKey, Problem> {
        self.confirm_key(caller, ids.0, ids.1).await.map(shown_key)
    }

    /// A key's early use.
    pub(crate) async fn key_early_use(
        &self,
        caller: &Caller,
        ids: (&str, &str),
    ) -> Result<PersonKey, Problem> {
        self.hasten_key(caller, ids.0, ids.1).await.map(shown_key)
    }

    /// A key's removal.
    pub(crate) async fn key_removal(&self, caller: &Caller, ids: (&str, &str)) -> Result<(), Problem> {
        self.remove_key(caller, ids.0, ids.1).await
    }
}

/// What a wish is called in addresses, which no name belongs in.
fn wish_id(wish: &str) -> String {
    let mut id = access::request::sha256(wish.as_bytes());
    id.truncate(32);
    id
}

fn date(at: Micros) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at).ok().filter(|_| at != 0)
}

fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn shown(row: PersonRow, keys: Vec<KeyRow>) -> EnrolledPerson {
    EnrolledPerson {
        id: Some(row.id),
        kind: Some(row.kind),
        tenant_id: given(row.tenant),
        user_id: given(row.account),
        user_principal_name: given(row.login),
        first_name: given(row.given_name),
        last_name: given(row.family_name),
        country: Some(row.country),
        employer: given(row.employer),
        evidence: Some(row.evidence),
        ssh_public_key: None,
        keys: Some(keys.into_iter().map(shown_key).collect()),
        state: Some(row.state),
        proposed_by: given(row.proposed_by),
        proposed_date: date(row.proposed_at),
        confirmed_by: given(row.confirmed_by),
        confirmed_date: date(row.confirmed_at),
        one_time_password: None,
    }
}

fn shown_key(row: KeyRow) -> PersonKey {
    PersonKey {
        id: Some(row.id),
        ssh_public_key: Some(row.line),
        fingerprint: Some(row.fingerprint),
        hardware: Some(row.hardware),
        state: Some(row.state),
        usable_from: date(row.usable_from),
    }
}
