//! The people of the house: the trustee's officers and auditors, and the operator's staff.
//!
//! Partners open their tenants themselves and customers get theirs from a partner; the house is founded once, by
//! whoever installs the trustee zone, before it answers anybody. From then on officers bring in everybody else.
//!
//! Invariants: nobody becomes a person of the house, gets another role in it or a new way into it but through
//! [`admit`], by two officers who ask for the same, and each time the trustee's books and its log say who did it; one
//! officer alone can lock somebody out and do nothing else; the house is founded by two officers at least,
//! because one alone can decide nothing under four eyes; it is founded once; an invitation that nobody took up ends.
//!
//! Deliberately absent: names of people in the books.

use crate::controls::Controls;
use crate::four_eyes;
use crate::identity::actor::Actor;
use crate::identity::apps;
use crate::identity::claims::Caller;
use crate::identity::people::{self, CreatedUser, NewUser};
use crate::identity::tenants::{self, NewTenant};
use crate::identity::{Identity, NewApp, check};
use crate::keys::HOUSE;
use crate::telling::{Note, Teller};
use contract::{Party, Role};
use kernel::{Code, Micros, Problem, TenantId};
use ledger::Kind;
use serde_json::json;
use store::Tx;
use store::trustee::directory::{self, Person, Tenant};
use store::trustee::journal::{self, Act};

/// The first labels of the house's own domains; nobody else may have them.
pub(crate) const LABELS: [&str; 2] = [TRUSTEE_LABEL, OPERATOR_LABEL];
const TRUSTEE_LABEL: &str = "trustee";
const OPERATOR_LABEL: &str = "operator";
/// How long a one-time password of somebody of the house counts. Others' do not end: a customer's first one has
/// nobody who could give another.
const ONE_TIME_MICROS: Micros = 7 * 86_400_000_000;
/// Two, so that four eyes are possible.
pub const LEAST_OFFICERS: usize = 2;

/// Who founds a house.
pub struct Founding {
    /// The trustee's name.
    pub trustee: String,
    /// The operator's name.
    pub operator: String,
    /// The first people: roles say whose they are, and nobody brings a password.
    pub people: Vec<NewUser>,
}

/// One entry to be of the trustee's books, and of the log.
#[derive(Clone)]
pub(crate) struct Entry {
    id: String,
    at: Micros,
    by: Actor,
    controls: Controls,
    teller: Teller,
}

impl Identity {
    /// Founds the house: the trustee's tenant with its first officers, the operator's tenant, the house's own pages.
    /// Everybody gets a one-time password, and needs a second factor from the first sign-in on.
    ///
    /// # Errors
    /// When there are too few officers, when somebody is named twice, or when the house is founded already.
    pub async fn found_house(&self, founding: Founding) -> Result<Vec<CreatedUser>, Problem> {
        let Founding { trustee, operator, people } = founding;
        refuse_wrong(&people)?;
        self.store.try_read("house-founded", refuse_founded).await?;
        let mut rows = Vec::new();
        for (party, name, label) in
            [(Party::Trustee, trustee, TRUSTEE_LABEL), (Party::Operator, operator, OPERATOR_LABEL)]
        {
            let id = TenantId(self.ids().random());
            self.keys.create(id).await?;
            let new = NewTenant {
                id: Some(id),
                party,
                name,
                country: String::new(),
                domain: label.to_owned(),
                require_mfa: true,
                admin: NewUser::default(),
            };
            let domain = self.initial_domain(&new.domain)?;
            rows.push((self.tenant_row(id, &new), domain, Vec::new()));
        }
        let mut passwords = Vec::new();
        for new in &people {
            let of_trustee = new.roles.iter().any(|role| role.party() == Party::Trustee);
            let (tenant, _, theirs) = &mut rows[usize::from(!of_trustee)];
            let (person, one_time) = self.new_person(tenant.id, new).await?;
            theirs.push((person, self.entry(&Actor::House)));
            passwords.push((of_trustee, one_time));
        }
        let pages =
            NewApp { name: self.settings.title.clone(), redirect_uris: vec![self.arrived()], public: true };
        let pages = self.new_app(apps::PORTAL_APP, rows[0].0.id, &pages, true)?;
        let write = move |tx: &mut Tx| {
            refuse_founded(tx)?;
            let mut made = Vec::new();
            for (tenant, domain, theirs) in &rows {
                tenants::insert(tx, tenant, domain)?;
                for (person, entry) in theirs {
                    made.push(people::insert_person(tx, tenant, person.clone(), entry)?);
                }
            }
            store::trustee::apps::add(tx, &pages)?;
            Ok::<_, Problem>(made)
        };
        let made = self.store.try_write("found-house", write).await?;
        // The rows are in the order of the tenants; within one, people keep their order.
        passwords.sort_by_key(|(of_trustee, _)| !of_trustee);
        let pair = |(person, (_, one_time_password)): (Person, (bool, _))| CreatedUser {
            user: person.into(),
            one_time_password,
        };
        Ok(made.into_iter().zip(passwords).map(pair).collect())
    }

    /// Whether the house has been founded.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn is_founded(&self) -> Result<bool, Problem> {
        let read = |tx: &mut Tx| Ok(tenant_of_party(tx, Party::Trustee)?.is_some());
        self.store.try_read("house-founded", read).await
    }

    /// The operator's tenant, whose people the trustee's officers look after.
    pub(crate) async fn operator_tenant(&self) -> Result<TenantId, Problem> {
        let read = |tx: &mut Tx| {
            let found = tenant_of_party(tx, Party::Operator)?;
            let missing = "The operator has no tenant here yet. `treuhand init` makes it.";
            found.map(|tenant| tenant.id).ok_or_else(|| Problem::new(409, Code(0), "not_founded", missing))
        };
        self.store.try_read("operator-tenant", read).await
    }

    /// An entry for the trustee's books.
    pub(crate) fn entry(&self, by: &Actor) -> Entry {
        Entry {
            id: self.ids().ordered().to_string(),
            at: self.now(),
            by: by.clone(),
            controls: self.settings.controls,
            teller: self.teller.clone(),
        }
    }

    /// Notes the wish of an officer who was told that a second one is needed.
    pub(crate) async fn noted<R>(&self, by: &Actor, done: Result<R, Problem>) -> Result<R, Problem> {
        match by {
            Actor::Caller(Caller { user: Some(user), .. }) => {
                four_eyes::noted(&self.store, (*user, self.now()), done).await
            }
            _ => done,
        }
    }
}

/// The gate of the house: lets a person be of it as `after` says. `before` is the person until now, None for somebody
/// who is new. Tenants of partners and customers are none of its business.
pub(crate) fn admit(
    tx: &mut Tx,
    entry: &Entry,
    home: &Tenant,
    before: Option<&Person>,
    after: &mut Person,
) -> Result<(), Problem> {
    if !matches!(check::party(&home.party), Some(Party::Trustee | Party::Operator)) {
        return Ok(());
    }
    if after.must_change && before.is_none_or(|before| before.password_hash != after.password_hash) {
        after.password_until = Some(entry.at + ONE_TIME_MICROS);
    }
    let act = match before {
        None => "admit-person",
        Some(before) if after.state == "deleted" && before.state != after.state => "dismiss-person",
        Some(before) if (&before.roles, &before.state) != (&after.roles, &after.state) => "change-person",
        Some(_) if matches!(entry.by, Actor::House) => return Ok(()), // one's own new password
        Some(before) if has_new_way_in(before, after) => "renew-person",
        Some(_) => return Ok(()),
    };
    entry.by.may_decide(tx)?;
    let roles = check::roles(&after.roles);
    if roles.contains(&Role::TrusteeOfficer) && roles.contains(&Role::Auditor) {
        let text = "Nobody decides and inspects at once: a person is an officer or an auditor.";
        return Err(Problem::new(400, Code(0), "roles_exclude_each_other", text));
    }
    let second = second_officer(tx, entry, act, home, before, after)?;
    let detail =
        json!({ "person": after.id.to_string(), "roles": after.roles, "state": after.state, "with": second });
    let kind = if after.state == "active" { Kind::Enrol } else { Kind::Remove };
    let note = Note::of(kind, HOUSE, &entry.by.name()).op(&format!("account.{act}")).detail(detail.clone());
    entry.teller.note(tx, note)?;
    let act = Act {
        id: entry.id.clone(),
        acted_at: entry.at,
        actor: entry.by.name(),
        act: act.to_owned(),
        tenant: home.id.to_string(),
        detail: detail.to_string(),
    };
    Ok(journal::act(tx, &act)?)
}

/// The officer who asked for the same before. Empty where one is enough: the house itself acts, or somebody is locked
/// out and nothing else.
fn second_officer(
    tx: &mut Tx,
    entry: &Entry,
    act: &str,
    home: &Tenant,
    before: Option<&Person>,
    after: &Person,
) -> Result<String, Problem> {
    let Actor::Caller(Caller { user: Some(user), .. }) = &entry.by else { return Ok(String::new()) };
    let locked = |before: &Person| {
        let only = before.roles == after.roles && !has_new_way_in(before, after);
        only && before.state != after.state && after.state == "disabled"
    };
    if before.is_some_and(locked) {
        return Ok(String::new());
    }
    let who = if before.is_some() { after.id.to_string() } else { after.user_name.clone() };
    let roles = if after.roles.is_empty() { "none".to_owned() } else { after.roles.replace(' ', ",") };
    let what = match act {
        "dismiss-person" => String::new(),
        "renew-person" if before.is_some_and(|before| before.totp != after.totp) => {
            " second-factor".to_owned()
        }
        "renew-person" => " password".to_owned(),
        _ => format!(" roles {roles} state {}", after.state),
    };
    let wish = format!("{act} {who}{what} in {}", home.party);
    four_eyes::join(tx, entry.controls, &wish, *user, entry.at)
}

fn has_new_way_in(before: &Person, after: &Person) -> bool {
    before.password_hash != after.password_hash || before.totp != after.totp
}

fn tenant_of_party(tx: &mut Tx, party: Party) -> Result<Option<Tenant>, Problem> {
    Ok(directory::tenant_of_party(tx, check::party_name(party))?)
}

fn refuse_founded(tx: &mut Tx) -> Result<(), Problem> {
    if tenant_of_party(tx, Party::Trustee)?.is_none() && tenant_of_party(tx, Party::Operator)?.is_none() {
        return Ok(());
    }
    let text = "The house has its first people already. Its officers invite everybody else: in the account pages, \
                with POST /trustee/v1/users (officers, auditors) or POST /trustee/v1/staff (the operator's people).";
    Err(Problem::new(409, Code(0), "already_founded", text))
}

/// What is wrong with first people, before anything is made.
fn refuse_wrong(people: &[NewUser]) -> Result<(), Problem> {
    let wrong = |slug, text: String| Err(Problem::new(400, Code(0), slug, text));
    let officers = people.iter().filter(|new| new.roles.contains(&Role::TrusteeOfficer)).count();
    if officers < LEAST_OFFICERS {
        let text = format!(
            "Name {LEAST_OFFICERS} trustee officers at least; there is {officers}. One alone can decide nothing under \
             four eyes, and nobody could let him or her in again."
        );
        return wrong("too_few_officers", text);
    }
    for (place, new) in people.iter().enumerate() {
        let house = |role: &Role| matches!(role.party(), Party::Trustee | Party::Operator);
        if new.roles.is_empty() || !new.roles.iter().all(house) || new.password.is_some() {
            return wrong(
                "role_unknown",
                "First people are officers, auditors or operator staff.".to_owned(),
            );
        }
        let same = |other: &NewUser| {
            let alike =
                |a: &str, b: &str| !a.trim().is_empty() && a.trim().to_lowercase() == b.trim().to_lowercase();
            alike(&other.user_name, &new.user_name) || alike(&other.display_name, &new.display_name)
        };
        if people[..place].iter().any(same) {
            let text = format!("{} is named twice. Each account is another person's.", new.user_name);
            return wrong("named_twice", text);
        }
    }
    Ok(())
}

/// How many people must keep the role without which nobody could manage a tenant, after this change of a person.
/// Officers are two, except when one must be locked out at once.
pub(crate) fn least_keepers(party: Party, after: &Person) -> usize {
    if party == Party::Trustee && after.state != "disabled" { LEAST_OFFICERS } else { 1 }
}

/// Whether a label is the house's own.
pub(crate) fn is_own_label(label: &str) -> bool {
    LABELS.contains(&label)
}
