//! Proposing, confirming and removing persons.

use access::person::KEY_AGE;
use access::sshsig::PublicKey;
use access::{Kind, RequestId};
use contract::Party;
use contract::resources::access::EnrolledPerson;
use kernel::{Country, Problem, TenantId, UserId};
use serde_json::{Value, json};
use store::Tx;
use store::trustee::directory;
use store::trustee::persons::{self, KeyRow, PersonRow};

use super::{
    ENROLLED, PROPOSED, Persons, REMOVED, Record, employer, kind_of, officer, other_eyes, party_of, person,
    refusal, role_of, tenant_id,
};
use crate::four_eyes;
use crate::gateway::bad;
use crate::grants::Noting;
use crate::identity::Caller;
use crate::ports::FirstSignIn;

/// A person of a demo world, enrolled without ceremony.
#[derive(Clone, Debug)]
pub struct Planted {
    /// What the person is.
    pub kind: Kind,
    /// The organisation.
    pub tenant: TenantId,
    /// The account.
    pub account: UserId,
    /// The country of the office.
    pub country: String,
    /// The public key.
    pub line: String,
}

/// What a confirmation made.
pub(super) struct Confirmed {
    pub(super) row: PersonRow,
    pub(super) keys: Vec<KeyRow>,
    pub(super) user_name: Option<String>,
    pub(super) one_time_password: Option<String>,
}

impl Persons {
    /// Enrols a person of a demo world. Real installations have the two officers do it.
    ///
    /// # Errors
    /// When the key is none, or was somebody's already.
    pub async fn plant(&self, planted: Planted) -> Result<(), Problem> {
        let now = self.now();
        let row = PersonRow {
            id: self.ids().ordered().to_string(),
            kind: planted.kind.name().to_owned(),
            tenant: planted.tenant.to_string(),
            account: planted.account.to_string(),
            login: String::new(),
            given_name: String::new(),
            family_name: String::new(),
            country: planted.country,
            evidence: "Invented person of the demo world.".to_owned(),
            state: ENROLLED.to_owned(),
            proposed_by: "system".to_owned(),
            proposed_at: now,
            confirmed_by: "system".to_owned(),
            confirmed_at: now,
            removed_by: String::new(),
            removed_at: 0,
            employer: String::new(),
        };
        let mut key = self.new_key(&row.id, &planted.line, "system")?;
        ENROLLED.clone_into(&mut key.state);
        (key.enrolled_at, key.usable_from) = (now, now);
        let write = move |tx: &mut Tx| {
            persons::put(tx, &row)?;
            if persons::add_key(tx, &key)? { Ok(()) } else { Err(key_taken()) }
        };
        self.store.try_write("plant_person", write).await
    }

    /// The row of a key to be.
    pub(super) fn new_key(&self, person: &str, line: &str, by: &str) -> Result<KeyRow, Problem> {
        let key = PublicKey::parse(line).map_err(|error| bad("sshPublicKey", &error.to_string()))?;
        Ok(KeyRow {
            id: self.ids().ordered().to_string(),
            person: person.to_owned(),
            fingerprint: key.fingerprint(),
            line: key.line(),
            hardware: key.is_hardware(),
            state: PROPOSED.to_owned(),
            proposed_by: by.to_owned(),
            enrolled_at: 0,
            usable_from: 0,
            hastened_by: String::new(),
        })
    }

    /// Proposes a person.
    pub(super) async fn propose(&self, caller: &Caller, asked: EnrolledPerson) -> Result<Confirmed, Problem> {
        let by = caller.user.ok_or_else(Problem::internal)?;
        let row = self.proposed(&asked, by)?;
        let line = asked.ssh_public_key.filter(|line| !line.trim().is_empty());
        let line = line.ok_or_else(|| bad("sshPublicKey", "is required"))?;
        let key = self.new_key(&row.id, &line, &by.to_string())?;
        let act = self.act(by, "person-proposed", &row, &json!({"key": key.fingerprint}));
        let act = Record { act, note: None, teller: self.teller.clone() };
        let (caller, given) = (caller.clone(), asked.tenant_id);
        let write = move |tx: &mut Tx| {
            officer(tx, &caller)?;
            let mut row = row.clone();
            let kind = kind_of(&row).ok_or_else(Problem::internal)?;
            row.tenant = home(tx, kind, &row.account, given.as_deref())?.to_string();
            row.employer = employer(tx, &row)?;
            if persons::of_account(tx, &row.account)?.is_some() {
                let text = "This account belongs to a person already. One person has one kind.";
                return Err(refusal(409, "person_exists", text));
            }
            persons::put(tx, &row)?;
            if !persons::add_key(tx, &key)? {
                return Err(key_taken());
            }
            act.write(tx)?;
            Ok(Confirmed { row, keys: vec![key.clone()], user_name: None, one_time_password: None })
        };
        self.store.try_write("propose_person", write).await
    }

    fn proposed(&self, asked: &EnrolledPerson, by: UserId) -> Result<PersonRow, Problem> {
        let text = |given: &Option<String>| given.as_deref().unwrap_or_default().trim().to_owned();
        let kinds = || Kind::ALL.map(Kind::name).join(", ");
        let kind: Kind =
            text(&asked.kind).parse().map_err(|_| bad("kind", &format!("must be one of {}", kinds())))?;
        let country: Country = text(&asked.country)
            .parse()
            .map_err(|_| bad("country", "must be the two letters of the office's country"))?;
        let evidence = text(&asked.evidence);
        if !access::text::is_readable(&evidence) {
            return Err(bad("evidence", "must say how the person was identified"));
        }
        let employer = text(&asked.employer);
        if !employer.is_empty() && !access::text::is_readable(&employer) {
            return Err(bad("employer", "must be the name of a company"));
        }
        let (account, login) = (text(&asked.user_id).to_lowercase(), text(&asked.user_principal_name));
        if kind == Kind::CustomerApprover && (!account.is_empty() || login.is_empty()) {
            let why = "is required for a customer's approver, who gets an account of his or her own";
            return Err(bad("userPrincipalName", why));
        }
        if kind != Kind::CustomerApprover && account.parse::<UserId>().is_err() {
            return Err(bad("userId", "must be the id of the person's account"));
        }
        Ok(PersonRow {
            id: self.ids().ordered().to_string(),
            kind: kind.name().to_owned(),
            tenant: String::new(),
            account,
            login,
            given_name: text(&asked.first_name),
            family_name: text(&asked.last_name),
            country: country.code().to_owned(),
            evidence,
            state: PROPOSED.to_owned(),
            proposed_by: by.to_string(),
            proposed_at: self.now(),
            confirmed_by: String::new(),
            confirmed_at: 0,
            removed_by: String::new(),
            removed_at: 0,
            employer,
        })
    }

    /// Confirms a proposed person as a second officer. A customer's approver gets an account here and now.
    pub(super) async fn confirm(&self, caller: &Caller, id: &str) -> Result<Confirmed, Problem> {
        let by = caller.user.ok_or_else(Problem::internal)?;
        let (look, id, controls) = (caller.clone(), id.to_owned(), self.controls);
        let check = move |tx: &mut Tx| {
            officer(tx, &look)?;
            let row = person(tx, &id)?;
            if row.state != PROPOSED {
                return Err(refusal(409, "state_conflict", "This person is not waiting for a confirmation."));
            }
            other_eyes(controls, &row.proposed_by, by, &row)?;
            Ok(row)
        };
        let mut row = self.store.try_read("confirm_person", check.clone()).await?;
        let (mut user_name, mut one_time_password) = (None, None);
        if row.account.is_empty() {
            let tenant = tenant_id(&row.tenant)?;
            let account = self.directory.open_approver(crate::ports::NewApprover {
                tenant,
                login: row.login.clone(),
                given_name: row.given_name.clone(),
                family_name: row.family_name.clone(),
            });
            let account = account.await?;
            row.account = account.user.to_string();
            user_name = Some(account.first.user_name);
            one_time_password = Some(account.first.password.to_string());
        }
        let now = self.now();
        ENROLLED.clone_into(&mut row.state);
        (row.confirmed_by, row.confirmed_at) = (by.to_string(), now);
        // The account has them now.
        (row.login, row.given_name, row.family_name) = Default::default();
        let about = json!({
            "proposedBy": row.proposed_by, "keys": self.fingerprints(&row.id).await?,
            "employer": row.employer, "country": row.country,
        });
        let act = self.record(by, ("person-enrolled", ledger::Kind::Enrol, "person"), &row, &about);
        let write = move |tx: &mut Tx| {
            check(tx)?;
            persons::put(tx, &row)?;
            let mut keys = persons::keys(tx, &row.id)?;
            for key in &mut keys {
                ENROLLED.clone_into(&mut key.state);
                (key.enrolled_at, key.usable_from) = (now, now + KEY_AGE);
                persons::set_key(tx, key)?;
            }
            act.write(tx)?;
            Ok(Confirmed {
                row: row.clone(),
                keys,
                user_name: user_name.clone(),
                one_time_password: one_time_password.clone(),
            })
        };
        self.store.try_write("confirm_person", write).await
    }

    async fn fingerprints(&self, person: &str) -> Result<Vec<String>, Problem> {
        let id = person.to_owned();
        let keys = self.store.read("fingerprints", move |tx| persons::keys(tx, &id)).await?;
        Ok(keys.into_iter().map(|key| key.fingerprint).collect())
    }

    /// Removes a person, as the second officer who asks for it; one is enough for somebody who was only proposed. What
    /// rested on the person ends in the same transaction: gives the requests that it touched.
    pub(super) async fn remove(&self, caller: &Caller, id: &str) -> Result<Vec<RequestId>, Problem> {
        let by = caller.user.ok_or_else(Problem::internal)?;
        let (look, now, controls) = (id.to_owned(), self.now(), self.controls);
        let row = self.store.try_read("person_to_remove", move |tx| person(tx, &look)).await?;
        let about = json!({"keys": self.fingerprints(&row.id).await?});
        let act = self.record(by, ("person-removed", ledger::Kind::Remove, "person"), &row, &about);
        let noting = Noting::new(controls, self.teller.clone());
        let (caller, id) = (caller.clone(), id.to_owned());
        let write = move |tx: &mut Tx| {
            officer(tx, &caller)?;
            let mut row = person(tx, &id)?;
            if row.state == REMOVED {
                return Err(refusal(409, "state_conflict", "This person was removed already."));
            }
            if row.state == ENROLLED {
                if kind_of(&row) == Some(Kind::TrusteeOfficer) && persons::count(tx, &row.kind)? <= 2 {
                    let text = "Two officers must stay enrolled. Enrol another first.";
                    return Err(refusal(409, "last_officers", text));
                }
                four_eyes::join(tx, controls, &format!("remove-person {}", row.id), by, now)?;
            }
            REMOVED.clone_into(&mut row.state);
            (row.removed_by, row.removed_at) = (by.to_string(), now);
            (row.login, row.given_name, row.family_name) = Default::default();
            persons::put(tx, &row)?;
            persons::drop_keys(tx, &row.id)?;
            act.write(tx)?;
            crate::grants::void(tx, &noting, now)
        };
        let done = self.store.try_write("remove_person", write).await;
        four_eyes::noted(&self.store, (by, now), done).await
    }

    /// A new password for a customer's approver, who then sets up the second factor anew, as the second officer who asks
    /// for it. All others of the house get theirs as accounts.
    pub(super) async fn renew(&self, caller: &Caller, id: &str) -> Result<FirstSignIn, Problem> {
        let by = caller.user.ok_or_else(Problem::internal)?;
        let (look, now, controls) = (id.to_owned(), self.now(), self.controls);
        let row = self.store.try_read("person_to_renew", move |tx| person(tx, &look)).await?;
        if row.state != ENROLLED || kind_of(&row) != Some(Kind::CustomerApprover) {
            let text = "Only an enrolled approver of a customer gets a new way in here.";
            return Err(refusal(409, "state_conflict", text));
        }
        let act =
            self.record(by, ("person-renewed", ledger::Kind::Enrol, "person.renew"), &row, &Value::Null);
        let (caller, wish) = (caller.clone(), format!("renew-sign-in {}", row.id));
        let write = move |tx: &mut Tx| {
            officer(tx, &caller)?;
            four_eyes::join(tx, controls, &wish, by, now)?;
            act.write(tx)
        };
        let done = self.store.try_write("renew_person", write).await;
        four_eyes::noted(&self.store, (by, now), done).await?;
        let user: UserId = row.account.parse().map_err(|_| Problem::internal())?;
        self.directory.renew_approver(tenant_id(&row.tenant)?, user).await
    }
}

/// The tenant of a person to be: that of the account, or for a customer's approver the customer's.
fn home(tx: &mut Tx, kind: Kind, account: &str, given: Option<&str>) -> Result<TenantId, Problem> {
    let tenant = if kind == Kind::CustomerApprover {
        tenant_id(given.unwrap_or_default())?
    } else {
        let user: UserId = account.parse().map_err(|_| bad("userId", "must be the id of an account"))?;
        let found = directory::person(tx, user)?.filter(|found| found.state == "active");
        let found = found.ok_or_else(|| bad("userId", "is no account that can sign in"))?;
        if role_of(kind).is_some_and(|role| !crate::identity::roles(&found.roles).contains(&role)) {
            return Err(bad("userId", "is an account without the role of this kind of person"));
        }
        found.tenant
    };
    let party = directory::tenant(tx, tenant)?.and_then(|tenant| crate::identity::party(&tenant.party));
    if party == Some(party_of(kind)) || (party.is_some() && kind == Kind::Administrator) {
        return Ok(tenant);
    }
    debug_assert!(party != Some(Party::Partner) || kind != Kind::CustomerApprover);
    Err(bad("tenantId", "is no organisation in which there is this kind of person"))
}

pub(super) fn key_taken() -> Problem {
    refusal(409, "key_taken", "This key is or was enrolled already. Make a new one for each person.")
}
