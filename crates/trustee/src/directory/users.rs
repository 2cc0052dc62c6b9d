//! The people of the caller's own tenant, and, for the trustee's officers, those of the operator's.
//!
//! Each call exists twice, about one's own people and about staff; the difference is whose people they are.

use contract::Role;
use contract::collection::Collection;
use contract::resources::trustee::{PrincipalState, SignInTicket, TenantUser};
use kernel::{Problem, TenantId, UserId};

use super::desk::{Desk, instant, required};
use crate::gateway::bad;
use crate::identity::{NewUser, User, UserPatch};

/// The seven calls about the people of one tenant.
macro_rules! people {
    ($(#[doc = $doc:literal])* mod $name:ident of $whose:ident) => {
        $(#[doc = $doc])*
        pub(super) mod $name {
            use super::{Collection, Desk, Problem, SignInTicket, TenantUser};

            pub(in crate::directory) async fn list(
                desk: &Desk<'_>,
                (): (),
            ) -> Result<Collection<TenantUser>, Problem> {
                super::list_of(desk, desk.$whose().await?).await
            }

            pub(in crate::directory) async fn create(
                desk: &Desk<'_>,
                asked: TenantUser,
            ) -> Result<TenantUser, Problem> {
                super::create_in(desk, desk.$whose().await?, asked).await
            }

            pub(in crate::directory) async fn get(desk: &Desk<'_>, (): ()) -> Result<TenantUser, Problem> {
                super::get_of(desk, desk.$whose().await?).await
            }

            pub(in crate::directory) async fn update(
                desk: &Desk<'_>,
                asked: TenantUser,
            ) -> Result<TenantUser, Problem> {
                super::update_of(desk, desk.$whose().await?, asked).await
            }

            pub(in crate::directory) async fn delete(desk: &Desk<'_>, (): ()) -> Result<(), Problem> {
                super::delete_of(desk, desk.$whose().await?).await
            }

            pub(in crate::directory) async fn reset_password(
                desk: &Desk<'_>,
                (): (),
            ) -> Result<SignInTicket, Problem> {
                super::reset_password_of(desk, desk.$whose().await?).await
            }

            pub(in crate::directory) async fn reset_mfa(
                desk: &Desk<'_>,
                (): (),
            ) -> Result<TenantUser, Problem> {
                super::reset_mfa_of(desk, desk.$whose().await?).await
            }
        }
    };
}

people! {
    /// The people of the caller's own tenant.
    mod own of own_tenant
}
people! {
    /// The operator's people.
    mod staff of operator_tenant
}

/// A page of the people.
async fn list_of(desk: &Desk<'_>, tenant: TenantId) -> Result<Collection<TenantUser>, Problem> {
    let actor = desk.actor()?;
    desk.page(async |offset, limit| {
        let people = desk.identity.users(&actor, tenant, offset, limit).await?;
        Ok(people.into_iter().map(shown).collect())
    })
    .await
}

/// Invites a person; the one-time password is in this answer and in no other.
async fn create_in(desk: &Desk<'_>, tenant: TenantId, mut asked: TenantUser) -> Result<TenantUser, Problem> {
    let user_name = required(asked.user_principal_name.take(), "userPrincipalName")?;
    if asked.state.is_some_and(|state| state == PrincipalState::Inactive) {
        return Err(bad("state", "cannot be inactive for a user who is being made"));
    }
    let roles = roles_of(asked.roles.take().unwrap_or_default())?;
    let roles = if roles.is_empty() { desk.usual_roles() } else { roles };
    let new = NewUser { user_name, roles, ..names(asked) };
    let made = desk.identity.create_user(&desk.actor()?, tenant, new).await?;
    let one_time_password = made.one_time_password.map(|password| password.to_string());
    Ok(TenantUser { one_time_password, ..shown(made.user) })
}

/// One person.
async fn get_of(desk: &Desk<'_>, tenant: TenantId) -> Result<TenantUser, Problem> {
    let user = desk.identity.user(&desk.actor()?, tenant, desk.id("user-id")?).await?;
    Ok(shown(user))
}

/// Changes names, roles or state. What is not given stays; what cannot be changed may be sent as it is.
async fn update_of(desk: &Desk<'_>, tenant: TenantId, asked: TenantUser) -> Result<TenantUser, Problem> {
    let (actor, id) = (desk.actor()?, desk.id("user-id")?);
    let now = desk.identity.user(&actor, tenant, id).await?;
    let same = |name: &String| name.trim().eq_ignore_ascii_case(&now.user_name);
    if asked.user_principal_name.as_ref().is_some_and(|name| !same(name)) {
        return Err(bad("userPrincipalName", "stays what it was at first"));
    }
    let enabled = match asked.state {
        Some(PrincipalState::Active) => Some(true),
        Some(PrincipalState::Inactive) => Some(false),
        Some(PrincipalState::Invited) if state_of(&now) != PrincipalState::Invited => {
            return Err(bad("state", "can only be set to active or inactive"));
        }
        Some(PrincipalState::Invited) | None => None,
    };
    let patch = UserPatch {
        display_name: asked.display_name,
        given_name: asked.first_name,
        family_name: asked.last_name,
        email: asked.email,
        roles: asked.roles.map(roles_of).transpose()?,
        enabled,
    };
    Ok(shown(desk.identity.update_user(&actor, tenant, id, patch).await?))
}

/// Deletes a person.
async fn delete_of(desk: &Desk<'_>, tenant: TenantId) -> Result<(), Problem> {
    desk.identity.delete_user(&desk.actor()?, tenant, desk.id("user-id")?).await
}

/// Makes a one-time password.
async fn reset_password_of(desk: &Desk<'_>, tenant: TenantId) -> Result<SignInTicket, Problem> {
    let (actor, id): (_, UserId) = (desk.actor()?, desk.id("user-id")?);
    let user = desk.identity.user(&actor, tenant, id).await?;
    let password = desk.identity.reset_password(&actor, tenant, id).await?;
    Ok(SignInTicket {
        user_id: Some(id.to_string()),
        user_principal_name: Some(user.user_name),
        one_time_password: Some(password.to_string()),
    })
}

/// Lets a person set up the second factor anew. The key is the person's: the next sign-in shows it.
async fn reset_mfa_of(desk: &Desk<'_>, tenant: TenantId) -> Result<TenantUser, Problem> {
    let user = desk.identity.reset_mfa(&desk.actor()?, tenant, desk.id("user-id")?).await?;
    Ok(shown(user))
}

/// The names of a person to be.
pub(super) fn names(asked: TenantUser) -> NewUser {
    NewUser {
        display_name: asked.display_name.unwrap_or_default(),
        given_name: asked.first_name.unwrap_or_default(),
        family_name: asked.last_name.unwrap_or_default(),
        email: asked.email.unwrap_or_default(),
        ..NewUser::default()
    }
}

/// A person as the contract shows one.
pub(super) fn shown(user: User) -> TenantUser {
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    TenantUser {
        id: Some(user.id.to_string()),
        state: Some(state_of(&user)),
        roles: Some(user.roles.iter().map(|role| role.name().to_owned()).collect()),
        user_principal_name: Some(user.user_name),
        display_name: given(user.display_name),
        first_name: given(user.given_name),
        last_name: given(user.family_name),
        email: given(user.email),
        mfa_enrolled: Some(user.mfa),
        one_time_password: None,
        created_date: instant(user.created),
        last_sign_in: user.last_sign_in.and_then(instant),
        attributes: None,
    }
}

fn state_of(user: &User) -> PrincipalState {
    match user.state.as_str() {
        "active" if user.must_change => PrincipalState::Invited,
        "active" => PrincipalState::Active,
        _ => PrincipalState::Inactive,
    }
}

fn roles_of(names: Vec<String>) -> Result<Vec<Role>, Problem> {
    let known = || Role::ALL.map(Role::name).join(", ");
    let role = |name: String| name.parse().map_err(|_| bad("roles", &format!("can hold {}", known())));
    names.into_iter().map(role).collect()
}
