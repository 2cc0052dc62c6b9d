//! The people of a tenant: invite, change, reset, disable, delete.

use crate::four_eyes;
use crate::identity::actor::{self, Actor, Matter};
use crate::identity::claims::Caller;
use crate::identity::house::{self, Entry};
use crate::identity::{Identity, check, password};
use contract::Role;
use kernel::{Code, Problem, TenantId, UserId};
use store::Tx;
use store::trustee::directory::{self, Person, Tenant};
use store::trustee::tokens;
use zeroize::Zeroizing;

/// The longest name that is taken, in characters.
const MAX_NAME: usize = 256;

/// A person as the administrators of the tenant see him or her. Without `Debug`: it holds names.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The pseudonym.
    pub id: UserId,
    /// The tenant.
    pub tenant: TenantId,
    /// The user principal name.
    pub user_name: String,
    /// The name to show.
    pub display_name: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Where mail goes.
    pub email: String,
    /// The roles.
    pub roles: Vec<Role>,
    /// `active` or `disabled`.
    pub state: String,
    /// Whether a second factor is set up.
    pub mfa: bool,
    /// Whether the next sign-in must set a password.
    pub must_change: bool,
    /// When the account was made, in microseconds.
    pub created: i64,
    /// The last sign-in.
    pub last_sign_in: Option<i64>,
}

impl From<Person> for User {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            tenant: person.tenant,
            roles: check::roles(&person.roles),
            user_name: person.user_name,
            display_name: person.display_name,
            given_name: person.given_name,
            family_name: person.family_name,
            email: person.email,
            state: person.state,
            mfa: person.totp_ready,
            must_change: person.must_change,
            created: person.created,
            last_sign_in: person.last_sign_in,
        }
    }
}

/// A person to be.
#[derive(Clone, Default)]
pub struct NewUser {
    /// The user principal name, or only what stands before the `@`: then the tenant's first domain is added.
    pub user_name: String,
    /// The name to show; the user name when empty.
    pub display_name: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Where mail goes.
    pub email: String,
    /// The roles.
    pub roles: Vec<Role>,
    /// A password the person knows already. Without one, a one-time password is made.
    pub password: Option<Zeroizing<String>>,
}

/// A person just made.
pub struct CreatedUser {
    /// The person.
    pub user: User,
    /// The one-time password, shown once. None when the person brought a password.
    pub one_time_password: Option<Zeroizing<String>>,
}

/// What an administrator changes; None leaves a member as it is.
#[derive(Clone, Default)]
pub struct UserPatch {
    /// The name to show.
    pub display_name: Option<String>,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
    /// The roles.
    pub roles: Option<Vec<Role>>,
    /// Whether the person may sign in.
    pub enabled: Option<bool>,
}

impl Identity {
    /// Makes a person.
    pub async fn create_user(
        &self,
        actor: &Actor,
        tenant: TenantId,
        new: NewUser,
    ) -> Result<CreatedUser, Problem> {
        let (person, one_time) = self.new_person(tenant, &new).await?;
        let (actor, by, entry) = (actor.clone(), actor.clone(), self.entry(actor));
        let roles = new.roles;
        let insert = move |tx: &mut Tx| {
            let home = actor::tenant_of(tx, tenant)?;
            actor.may_manage(tx, &home, Matter::Users)?;
            actor.may_touch(&[], &roles)?;
            insert_person(tx, &home, person.clone(), &entry)
        };
        let done = self.store.try_write("create-user", insert).await;
        let user = self.noted(&by, done).await?;
        Ok(CreatedUser { user: user.into(), one_time_password: one_time })
    }

    /// A page of the tenant's people, by user name.
    pub async fn users(
        &self,
        actor: &Actor,
        tenant: TenantId,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<User>, Problem> {
        let actor = actor.clone();
        let read = move |tx: &mut Tx| {
            let home = actor::tenant_of(tx, tenant)?;
            actor.may_manage(tx, &home, Matter::Users)?;
            let people = directory::people(tx, tenant, offset, limit)?;
            Ok::<_, Problem>(people.into_iter().map(User::from).collect())
        };
        self.store.try_read("users", read).await
    }

    /// One person.
    pub async fn user(&self, actor: &Actor, tenant: TenantId, id: UserId) -> Result<User, Problem> {
        let actor = actor.clone();
        let read = move |tx: &mut Tx| {
            let home = actor::tenant_of(tx, tenant)?;
            actor.may_manage(tx, &home, Matter::Users)?;
            person_of(tx, tenant, id).map(User::from)
        };
        self.store.try_read("user", read).await
    }

    /// What a signed-in person may see of himself or herself.
    pub async fn own_user(&self, caller: &Caller) -> Result<User, Problem> {
        let (tenant, Some(id)) = (caller.tenant, caller.user) else {
            return Err(actor::forbidden("This needs a signed-in person."));
        };
        self.store.try_read("own-user", move |tx| person_of(tx, tenant, id).map(User::from)).await
    }

    /// The user principal name behind a pseudonym, for the gateway to fill in. Also of deleted people: None.
    pub async fn user_name(&self, id: UserId) -> Result<Option<String>, Problem> {
        let name = self.store.read("user-name", move |tx| directory::user_name(tx, id)).await?;
        Ok(name.filter(|name| name.contains('@')))
    }

    /// Whether the trustee enrolled the person behind an account.
    pub(crate) async fn is_person(&self, id: UserId) -> Result<bool, Problem> {
        let find = move |tx: &mut Tx| store::trustee::persons::of_account(tx, &id.to_string());
        Ok(self.store.read("is-person", find).await?.is_some())
    }

    /// Changes a person.
    pub async fn update_user(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: UserId,
        patch: UserPatch,
    ) -> Result<User, Problem> {
        let texts = [&patch.display_name, &patch.given_name, &patch.family_name, &patch.email];
        texts.into_iter().flatten().try_for_each(|text| plain(text))?;
        let given = patch.roles.clone().unwrap_or_default();
        self.change_person("update-user", actor, tenant, id, given, move |_, person| {
            let UserPatch { display_name, given_name, family_name, email, roles, enabled } = patch.clone();
            person.display_name = display_name.unwrap_or(std::mem::take(&mut person.display_name));
            person.given_name = given_name.unwrap_or(std::mem::take(&mut person.given_name));
            person.family_name = family_name.unwrap_or(std::mem::take(&mut person.family_name));
            person.email = email.unwrap_or(std::mem::take(&mut person.email));
            if let Some(roles) = roles {
                person.roles = check::roles_text(&roles);
            }
            match enabled {
                Some(true) => "active".clone_into(&mut person.state),
                Some(false) => "disabled".clone_into(&mut person.state),
                None => {}
            }
            Ok(enabled == Some(false))
        })
        .await
    }

    /// Gives a person a one-time password, and ends all that the old one opened.
    pub async fn reset_password(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: UserId,
    ) -> Result<Zeroizing<String>, Problem> {
        let one_time = password::one_time(self.entropy.as_ref());
        let hash = self.hasher.hash(one_time.clone(), self.entropy.as_ref()).await?;
        self.change_person("reset-password", actor, tenant, id, Vec::new(), move |_, person| {
            person.password_hash = Some(hash.clone());
            person.must_change = true;
            person.failed = 0;
            person.locked_until = 0;
            Ok(true)
        })
        .await?;
        Ok(one_time)
    }

    /// Lets a person set up the second factor anew, at the next sign-in.
    pub async fn reset_mfa(&self, actor: &Actor, tenant: TenantId, id: UserId) -> Result<User, Problem> {
        self.change_person("reset-mfa", actor, tenant, id, Vec::new(), |_, person| {
            person.totp = None;
            person.totp_ready = false;
            Ok(true)
        })
        .await
    }

    /// Deletes a person. The pseudonym stays, for the books that hold it; the names go.
    pub async fn delete_user(&self, actor: &Actor, tenant: TenantId, id: UserId) -> Result<(), Problem> {
        self.change_person("delete-user", actor, tenant, id, Vec::new(), |_, person| {
            *person = without_names(person);
            Ok(true)
        })
        .await
        .map(|_| ())
    }

    /// A person's own new password. The old one must be given, and everything it opened ends.
    pub async fn change_password(
        &self,
        id: UserId,
        old: Zeroizing<String>,
        new: Zeroizing<String>,
    ) -> Result<(), Problem> {
        let person = self.store.read("person", move |tx| directory::person(tx, id)).await?;
        let person = person.filter(|person| person.state == "active").ok_or_else(unknown)?;
        match self.verify_password(None, &person.user_name, old).await? {
            Ok(person) => self.set_password(&person, new).await,
            Err(_) => Err(Problem::new(403, Code(0), "wrong_password", "The old password is not right.")),
        }
    }

    /// Sets a person's password, after whoever calls has made sure that it is this person.
    pub(crate) async fn set_password(&self, person: &Person, new: Zeroizing<String>) -> Result<(), Problem> {
        password::refuse_weak(&new, &person.user_name)?;
        let hash = self.hasher.hash(new, self.entropy.as_ref()).await?;
        let (tenant, id) = (person.tenant, person.id);
        self.change_person("set-password", &Actor::House, tenant, id, Vec::new(), move |_, person| {
            person.password_hash = Some(hash.clone());
            person.must_change = false;
            person.password_until = None;
            Ok(true)
        })
        .await
        .map(|_| ())
    }

    /// Reads, changes and writes a person in one transaction. `change` says whether to end what the person has
    /// open; the cache of checked tokens forgets the person in any case.
    async fn change_person(
        &self,
        name: &'static str,
        actor: &Actor,
        tenant: TenantId,
        id: UserId,
        given: Vec<Role>,
        change: impl Fn(&mut Tx, &mut Person) -> Result<bool, Problem> + Send + Sync + 'static,
    ) -> Result<User, Problem> {
        let (actor, by, entry) = (actor.clone(), actor.clone(), self.entry(actor));
        let controls = self.settings.controls;
        let write = move |tx: &mut Tx| {
            let home = actor::tenant_of(tx, tenant)?;
            let before = person_of(tx, tenant, id)?;
            if !matches!(actor, Actor::House) {
                actor.may_manage(tx, &home, Matter::Users)?;
                actor.may_touch(&check::roles(&before.roles), &given)?;
            }
            actor::roles_fit(&home.party, &given)?;
            let mut after = before.clone();
            if change(tx, &mut after)? {
                after.generation += 1;
                tokens::revoke_person(tx, id)?;
            }
            actor::keeps_an_administrator(tx, &home, &before, &after)?;
            if !matches!(actor, Actor::House) {
                four_eyes::keep_approver(tx, controls, &before, &after)?;
            }
            house::admit(tx, &entry, &home, Some(&before), &mut after)?;
            directory::set_person(tx, &after)?;
            Ok::<_, Problem>(User::from(after))
        };
        let done = self.store.try_write(name, write).await;
        self.cache.forget(|caller| caller.user == Some(id));
        self.noted(&by, done).await
    }

    /// The row of a person to be, and the one-time password if one was made.
    pub(crate) async fn new_person(
        &self,
        tenant: TenantId,
        new: &NewUser,
    ) -> Result<(Person, Option<Zeroizing<String>>), Problem> {
        for text in [&new.display_name, &new.given_name, &new.family_name, &new.email] {
            plain(text)?;
        }
        let user_name = new.user_name.trim().to_lowercase();
        let one_time = new.password.is_none().then(|| password::one_time(self.entropy.as_ref()));
        if let Some(chosen) = &new.password {
            password::refuse_weak(chosen, &user_name)?;
        }
        let secret = new.password.clone().or_else(|| one_time.clone()).unwrap_or_default(); // one of both is there
        let hash = self.hasher.hash(secret, self.entropy.as_ref()).await?;
        let display = if new.display_name.is_empty() { &user_name } else { &new.display_name };
        let person = Person {
            id: UserId(self.ids().random()),
            tenant,
            display_name: display.clone(),
            user_name,
            given_name: new.given_name.clone(),
            family_name: new.family_name.clone(),
            email: new.email.clone(),
            password_hash: Some(hash),
            must_change: one_time.is_some(),
            totp: None,
            totp_ready: false,
            totp_step: 0,
            roles: check::roles_text(&new.roles),
            state: "active".to_owned(),
            failed: 0,
            locked_until: 0,
            generation: 1,
            created: self.now(),
            last_sign_in: None,
            password_until: None,
        };
        Ok((person, one_time))
    }
}

/// Adds a person to a tenant; completes and checks the user name.
pub(crate) fn insert_person(
    tx: &mut Tx,
    home: &Tenant,
    mut person: Person,
    entry: &Entry,
) -> Result<Person, Problem> {
    actor::roles_fit(&home.party, &check::roles(&person.roles))?;
    let domains = directory::domains(tx, home.id)?;
    if !person.user_name.contains('@') {
        let domain = domains.first().ok_or_else(Problem::internal)?;
        person.user_name = format!("{}@{domain}", person.user_name);
    }
    let (local, domain) = person.user_name.split_once('@').unwrap_or_default();
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-_+'".contains(c);
    if local.is_empty() || local.len() > 64 || !local.chars().all(fits) {
        let text = "A user name has letters, digits, '.', '-', '_', '+' and ''' before the '@'.";
        return Err(Problem::new(400, Code(0), "user_name_invalid", text));
    }
    if !domains.iter().any(|own| own == domain) {
        let text = "The user name must end in a domain of the tenant.";
        return Err(Problem::new(400, Code(0), "user_name_invalid", text));
    }
    house::admit(tx, entry, home, None, &mut person)?;
    if !directory::add_person(tx, &person)? {
        return Err(Problem::new(409, Code(0), "user_name_taken", "This user name is taken."));
    }
    Ok(person)
}

/// What stays of a person that is deleted: the pseudonym.
pub(crate) fn without_names(person: &Person) -> Person {
    Person {
        user_name: format!("deleted:{}", person.id),
        display_name: String::new(),
        given_name: String::new(),
        family_name: String::new(),
        email: String::new(),
        password_hash: None,
        totp: None,
        totp_ready: false,
        roles: String::new(),
        state: "deleted".to_owned(),
        generation: person.generation + 1,
        ..person.clone()
    }
}

fn person_of(tx: &mut Tx, tenant: TenantId, id: UserId) -> Result<Person, Problem> {
    let found = directory::person(tx, id)?;
    found.filter(|person| person.tenant == tenant && person.state != "deleted").ok_or_else(unknown)
}

fn unknown() -> Problem {
    Problem::new(404, Code(0), "user_unknown", "There is no such user in this tenant.")
}

fn plain(text: &str) -> Result<(), Problem> {
    if text.chars().count() > MAX_NAME || text.chars().any(char::is_control) {
        let text = format!("Names have at most {MAX_NAME} characters, none of them a control character.");
        return Err(Problem::new(400, Code(0), "name_invalid", text));
    }
    Ok(())
}
