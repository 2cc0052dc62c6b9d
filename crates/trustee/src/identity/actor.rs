//! Who may manage what: the rule for people who administer a tenant's users and apps.

use crate::identity::check;
use crate::identity::claims::Caller;
use crate::identity::house;
use contract::{Party, Role};
use kernel::{Code, Problem};
use store::trustee::directory::{self, Person, Tenant};
use store::{StoreError, Tx};

/// Who asks for a change.
#[derive(Clone, Debug)]
pub enum Actor {
    /// The trustee's own program: seeding, or an act whose authorisation was checked elsewhere.
    House,
    /// A caller with a token.
    Caller(Caller),
}

/// What somebody wants to manage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matter {
    Users,
    Apps,
}

impl Actor {
    /// Whether the actor may manage this in the tenant.
    ///
    /// Partners' and customers' administrators manage their own tenant; the trustee's officers manage the
    /// trustee's and the operator's people, because identity flows from the trustee to the operator.
    pub(crate) fn may_manage(&self, tx: &mut Tx, tenant: &Tenant, matter: Matter) -> Result<(), Problem> {
        let Self::Caller(caller) = self else { return Ok(()) };
        let own = caller.tenant == tenant.id;
        let allowed = match check::party(&tenant.party) {
            Some(Party::Partner) if matter == Matter::Users => {
                own && caller.has_any(&[Role::GlobalAdmin, Role::UserManagementAdmin])
            }
            Some(Party::Partner) => own && caller.has_any(&[Role::GlobalAdmin]),
            Some(Party::Customer) => own && caller.has_any(&[Role::CustomerAdmin]),
            Some(Party::Operator | Party::Trustee) => {
                caller.party == Party::Trustee && caller.has_any(&[Role::TrusteeOfficer])
            }
            None => false,
        };
        if !allowed || caller.is_app_only() {
            return Err(forbidden("Only an administrator of the tenant may do this, signed in in person."));
        }
        second_factor(tx, caller)
    }

    /// Whether the actor may decide for the trustee.
    pub(crate) fn may_decide(&self, tx: &mut Tx) -> Result<(), Problem> {
        let Self::Caller(caller) = self else { return Ok(()) };
        let officer = caller.party == Party::Trustee && caller.has_any(&[Role::TrusteeOfficer]);
        if !officer || caller.is_app_only() {
            return Err(forbidden("Only an officer of the trustee may do this, signed in in person."));
        }
        second_factor(tx, caller)
    }

    /// The actor in the trustee's books.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::House => "system".to_owned(),
            Self::Caller(Caller { user: Some(user), .. }) => user.to_string(),
            Self::Caller(Caller { app, .. }) => app.to_string(),
        }
    }

    /// Whether the actor may touch this person, or hand out these roles: nobody reaches above himself.
    pub(crate) fn may_touch(&self, held: &[Role], given: &[Role]) -> Result<(), Problem> {
        let Self::Caller(caller) = self else { return Ok(()) };
        let above =
            |roles: &[Role]| roles.contains(&Role::GlobalAdmin) && !caller.has_any(&[Role::GlobalAdmin]);
        if above(held) || above(given) {
            return Err(forbidden("Only a global administrator may change or appoint one."));
        }
        Ok(())
    }
}

/// Whoever's tenant demands a second factor must have given it.
pub(crate) fn second_factor(tx: &mut Tx, caller: &Caller) -> Result<(), Problem> {
    let home = directory::tenant(tx, caller.tenant)?;
    if !caller.mfa && home.is_none_or(|home| home.require_mfa) {
        let text = "Sign in with your second factor to do this.";
        return Err(Problem::new(403, Code(0), "mfa_required", text));
    }
    Ok(())
}

/// Roles belong to the parties: nobody of a partner can be the operator's staff.
pub(crate) fn roles_fit(party: &str, roles: &[Role]) -> Result<(), Problem> {
    let party = check::party(party);
    match roles.iter().find(|role| Some(role.party()) != party) {
        None => Ok(()),
        Some(role) => {
            let text = format!("The role {} does not exist in a tenant of this kind.", role.name());
            Err(Problem::new(400, Code(0), "role_unknown", text))
        }
    }
}

/// The role without which nobody could manage a tenant any more. The operator's is managed from outside.
const fn keeper(party: Party) -> Option<Role> {
    match party {
        Party::Partner => Some(Role::GlobalAdmin),
        Party::Customer => Some(Role::CustomerAdmin),
        Party::Operator => None,
        Party::Trustee => Some(Role::TrusteeOfficer),
    }
}

/// Refuses a change that would leave a tenant without anybody to manage it.
pub(crate) fn keeps_an_administrator(
    tx: &mut Tx,
    tenant: &Tenant,
    before: &Person,
    after: &Person,
) -> Result<(), Problem> {
    let Some(keeper) = check::party(&tenant.party).and_then(keeper) else { return Ok(()) };
    let keeps = |person: &Person| person.state == "active" && check::roles(&person.roles).contains(&keeper);
    if !keeps(before) || keeps(after) {
        return Ok(());
    }
    let others = directory::with_role(tx, tenant.id, keeper.name())?;
    let least = house::least_keepers(keeper.party(), after);
    if others.iter().filter(|other| other.id != before.id).count() >= least {
        return Ok(());
    }
    let text = format!(
        "At least {least} other must have the role {}, and be able to sign in. Appoint another first.",
        keeper.name()
    );
    Err(Problem::new(409, Code(0), "last_administrator", text))
}

pub(crate) fn forbidden(text: &str) -> Problem {
    Problem::new(403, Code(0), "role_required", text)
}

/// The tenant, or a problem that says there is none.
pub(crate) fn tenant_of(tx: &mut Tx, id: kernel::TenantId) -> Result<Tenant, Problem> {
    let found: Result<_, StoreError> = directory::tenant(tx, id);
    found?.ok_or_else(|| Problem::new(404, Code(0), "tenant_unknown", "There is no such tenant."))
}
