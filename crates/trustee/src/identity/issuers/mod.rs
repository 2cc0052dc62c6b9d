//! Signing in elsewhere: an OpenID issuer that a tenant's administrator sets, and accounts there that people link.
//!
//! Invariants: an issuer says that somebody is the one who linked the account, and nothing more. It gives no role, makes
//! nobody's account and no person of the trustee, counts for no second factor, and opens neither the setting up of one nor
//! a new password; where the trustee gave a way in itself, to its own and the operator's people, to approvers and
//! whoever has a one-time password, that way stays the only one. An account is linked by the person, signed in by the
//! house's own password; taking the issuer away ends what it opened.
//!
//! Deliberately absent: making users from what an issuer says, groups, signing out there.

mod flow;
mod id_token;
mod provider;

use crate::controls::{Control, Controls};
use crate::identity::actor::{self, Actor, Matter};
use crate::identity::claims::Caller;
use crate::identity::{Identity, authority, check};
use crate::keys::HOUSE;
use crate::telling::Note;
use contract::Party;
use kernel::{Code, Micros, Problem, TenantId, UserId};
pub(crate) use provider::Provider;
use serde_json::json;
use store::trustee::directory::{self, Person, Tenant};
use store::trustee::issuers::{self, IssuerRow};
use store::trustee::{persons, tokens};
use store::{StoreError, Tx};
use zeroize::Zeroizing;

/// The claims that can name the person who links an account.
pub const NAMING_CLAIMS: [&str; 3] = ["email", "preferred_username", "upn"];
/// The longest client id and secret.
const MAX_WORD: usize = 512;

/// A tenant's issuer to be.
pub struct NewIssuer {
    /// Its name, which is a URL.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// What we prove it with.
    pub secret: Zeroizing<String>,
    /// The claim that must name the person who links an account.
    pub claim: String,
}

/// What a tenant's people may know of signing in elsewhere.
pub struct IssuerView {
    /// The tenant's issuer: its URL, our client id, the naming claim, when it was set.
    pub issuer: Option<(String, String, String, Micros)>,
    /// Where the issuer sends people back.
    pub redirect_uri: String,
    /// Whether whoever asks has linked an account.
    pub linked: bool,
    /// How many people of the tenant have.
    pub links: usize,
}

impl Identity {
    /// The same identity, able to call issuers.
    #[must_use]
    pub fn calling(mut self, web: edge::Web) -> Self {
        self.provider = Some(Provider::new(web));
        self
    }

    /// What a signed-in person may know of signing in elsewhere.
    ///
    /// # Errors
    /// When the caller is no person, or the store does not answer.
    pub async fn issuer(&self, caller: &Caller) -> Result<IssuerView, Problem> {
        let (tenant, user) = (caller.tenant, person_of(caller)?);
        let read = move |tx: &mut Tx| {
            let linked = issuers::of_person(tx, user)?.is_some();
            Ok((issuers::issuer(tx, tenant)?, linked, issuers::of_tenant(tx, tenant)?.len()))
        };
        let (row, linked, links) = self.store.read("issuer", read).await?;
        let issuer = row.map(|row| (row.issuer, row.client_id, row.claim, row.set_at));
        Ok(IssuerView { issuer, redirect_uri: self.came_back(), linked, links })
    }

    /// Sets a tenant's issuer, after asking it who it is. Where another one was set, or we were called otherwise there,
    /// every link ends, and what it opened.
    ///
    /// # Errors
    /// When the actor may not, the issuer is not declared, or it is not what it should be.
    pub async fn set_issuer(&self, actor: &Actor, tenant: TenantId, new: NewIssuer) -> Result<(), Problem> {
        let asks = actor.clone();
        self.store.try_read("issuer-tenant", move |tx| may_set(tx, &asks, tenant)).await?;
        refuse_words(&new)?;
        provider::address_of(&new.issuer)?;
        self.provider()?.keys(&new.issuer, true, self.now()).await?;
        let secret = self.keys.wrap(tenant, &secret_aad(tenant), new.secret.as_bytes()).await?;
        let row = IssuerRow {
            tenant,
            issuer: new.issuer,
            client_id: new.client_id,
            secret,
            claim: new.claim,
            set_by: actor.name(),
            set_at: self.now(),
        };
        let (actor, teller) = (actor.clone(), self.teller.clone());
        let write = move |tx: &mut Tx| {
            may_set(tx, &actor, tenant)?;
            let same = |old: &IssuerRow| (&old.issuer, &old.client_id) == (&row.issuer, &row.client_id);
            let ended = match issuers::issuer(tx, tenant)? {
                Some(old) if !same(&old) => end_links(tx, tenant)?,
                _ => Vec::new(),
            };
            issuers::put(tx, &row)?;
            let detail = json!({"tenant": tenant.to_string(), "issuer": row.issuer});
            let note = Note::of(ledger::Kind::Enrol, HOUSE, &actor.name());
            teller.note(tx, note.op("issuer.set").detail(detail))?;
            Ok::<_, Problem>(ended)
        };
        let ended = self.store.try_write("set-issuer", write).await?;
        self.forget(&ended);
        Ok(())
    }

    /// Takes a tenant's issuer away, with every link and all that it opened.
    ///
    /// # Errors
    /// When the actor may not, or there is none.
    pub async fn remove_issuer(&self, actor: &Actor, tenant: TenantId) -> Result<(), Problem> {
        let (actor, teller) = (actor.clone(), self.teller.clone());
        let write = move |tx: &mut Tx| {
            may_set(tx, &actor, tenant)?;
            if !issuers::remove(tx, tenant)? {
                return Err(none_set());
            }
            let note = Note::of(ledger::Kind::Remove, HOUSE, &actor.name());
            teller.note(tx, note.op("issuer.removed").detail(json!({"tenant": tenant.to_string()})))?;
            end_links(tx, tenant)
        };
        let ended = self.store.try_write("remove-issuer", write).await?;
        self.forget(&ended);
        Ok(())
    }

    /// Ends one's own link, and all that it opened.
    ///
    /// # Errors
    /// When there is none.
    pub async fn unlink(&self, caller: &Caller) -> Result<(), Problem> {
        let user = person_of(caller)?;
        let write = move |tx: &mut Tx| {
            if issuers::of_person(tx, user)?.is_none() {
                let text = "No account elsewhere is linked to yours.";
                return Err(Problem::new(404, Code(0), "not_linked", text));
            }
            end_link(tx, user)
        };
        self.store.try_write("unlink-issuer", write).await?;
        self.forget(&[user]);
        Ok(())
    }

    fn forget(&self, users: &[UserId]) {
        if !users.is_empty() {
            self.cache.forget(|caller| caller.user.is_some_and(|user| users.contains(&user)));
        }
    }

    /// Where an issuer sends people back.
    fn came_back(&self) -> String {
        format!("{}{}", self.settings.authority, authority::SIGN_IN_ISSUER)
    }

    fn provider(&self) -> Result<&Provider, Problem> {
        let missing = "This installation calls no issuers.";
        self.provider.as_ref().ok_or_else(|| Problem::new(409, Code(0), "issuer_not_possible", missing))
    }
}

/// Whether the way in of this person is the trustee's alone.
pub(crate) fn keeps_own_way(
    tx: &mut Tx,
    controls: Controls,
    home: &Tenant,
    person: &Person,
) -> Result<bool, StoreError> {
    if !controls.on(Control::OwnWayIn) {
        return Ok(false);
    }
    let enrolled = persons::of_account(tx, &person.id.to_string())?.is_some();
    Ok(enrolled || person.must_change || !is_open_to_issuers(home))
}

/// Whether people of this tenant may sign in elsewhere at all: nobody of the trustee or the operator may.
fn is_open_to_issuers(home: &Tenant) -> bool {
    matches!(check::party(&home.party), Some(Party::Partner | Party::Customer))
}

/// Whether the actor may set the issuer of the tenant.
fn may_set(tx: &mut Tx, actor: &Actor, tenant: TenantId) -> Result<(), Problem> {
    let home = actor::tenant_of(tx, tenant)?;
    actor.may_manage(tx, &home, Matter::Apps)?;
    if is_open_to_issuers(&home) {
        return Ok(());
    }
    Err(actor::forbidden("The trustee's and the operator's people sign in at the trustee and nowhere else."))
}

fn refuse_words(new: &NewIssuer) -> Result<(), Problem> {
    let invalid = |text: String| Err(Problem::new(400, Code(0), "issuer_invalid", text));
    if !NAMING_CLAIMS.contains(&new.claim.as_str()) {
        return invalid(format!("userClaim must be one of {}.", NAMING_CLAIMS.join(", ")));
    }
    for (word, what) in [(new.client_id.as_str(), "clientId"), (new.secret.as_str(), "clientSecret")] {
        if word.is_empty() || word.len() > MAX_WORD || word.chars().any(char::is_control) {
            return invalid(format!(
                "{what} has one to {MAX_WORD} characters, none of them a control character."
            ));
        }
    }
    Ok(())
}

/// Ends all links of a tenant; whose they were.
fn end_links(tx: &mut Tx, tenant: TenantId) -> Result<Vec<UserId>, Problem> {
    let users: Vec<UserId> = issuers::of_tenant(tx, tenant)?.into_iter().map(|link| link.person).collect();
    users.iter().try_for_each(|user| end_link(tx, *user))?;
    Ok(users)
}

/// Ends a person's link, with the person's sessions and tokens: which of them rest on the issuer, tokens do not say.
fn end_link(tx: &mut Tx, user: UserId) -> Result<(), Problem> {
    issuers::unlink(tx, user)?;
    if let Some(mut person) = directory::person(tx, user)? {
        person.generation += 1;
        directory::set_person(tx, &person)?;
    }
    Ok(tokens::revoke_person(tx, user)?)
}

fn person_of(caller: &Caller) -> Result<UserId, Problem> {
    caller.user.ok_or_else(|| actor::forbidden("This needs a signed-in person."))
}

fn none_set() -> Problem {
    Problem::new(404, Code(0), "issuer_unknown", "Your organisation has no other sign-in.")
}

fn secret_aad(tenant: TenantId) -> Vec<u8> {
    issuer_aad(&tenant.to_string())
}

/// What the wrapping of the secret at a tenant's issuer is bound to.
pub(crate) fn issuer_aad(tenant: &str) -> Vec<u8> {
    format!("issuer secret {tenant}").into_bytes()
}
