//! The account pages: users and apps of one's own organisation, one's own password. All of it is the trustee's.

pub(crate) mod apps;
pub(crate) mod licences;
pub(crate) mod new_user;
pub(crate) mod password;
pub(crate) mod user;
pub(crate) mod users;

use contract::resources::trustee::{PrincipalState, TenantUser};
use contract::{Party, Role};
use zeroize::Zeroizing;

use crate::gallery::Kit;
use crate::parts::{Choice, Field, Kind};
use crate::permit::role_name;
use crate::texts::Texts;

/// What somebody signs in with for the first time, or anew. Shown once.
pub(crate) struct Ticket {
    pub(crate) user_name: String,
    pub(crate) password: Zeroizing<String>,
}

impl Ticket {
    pub(crate) fn of(user_name: Option<String>, password: Option<String>) -> Self {
        Self {
            user_name: user_name.unwrap_or_default(),
            password: Zeroizing::new(password.unwrap_or_default()),
        }
    }

    pub(crate) fn sample(kit: &Kit) -> Self {
        Self::of(kit.some("max@nordlicht.onmicrosoft.de"), kit.some("sample-password"))
    }
}

/// The roles that people of an organisation of this kind can have, as boxes.
pub(crate) fn role_boxes(t: &Texts, party: Party, held: &[String]) -> Field {
    let choices = Role::ALL.into_iter().filter(|role| role.party() == party).map(|role| Choice {
        value: role.name().to_owned(),
        label: role_name(role, t),
        chosen: held.iter().any(|name| name.eq_ignore_ascii_case(role.name())),
    });
    Field::choice("roles", t.field_roles(), Kind::Boxes(choices.collect())).hint(t.field_roles_hint())
}

/// The names of somebody's roles.
pub(crate) fn roles_of(t: &Texts, user: &TenantUser) -> String {
    let names = user.roles.iter().flatten();
    let shown = names.map(|name| name.parse().map_or_else(|_| name.clone(), |role| role_name(role, t)));
    shown.collect::<Vec<_>>().join(", ")
}

pub(crate) fn state_name(t: &Texts, state: Option<PrincipalState>) -> String {
    state.and_then(|state| t.named("principal", state.as_str())).unwrap_or_default()
}

/// A user for samples.
pub(crate) fn sample(kit: &Kit) -> TenantUser {
    TenantUser {
        id: Some("0d6b1b3e-5d6f-4c59-9a3e-1f0c7b8a9d10".to_owned()),
        user_principal_name: kit.some("erika@nordlicht.onmicrosoft.de"),
        display_name: kit.some("Erika Mustermann"),
        roles: Some(vec!["GlobalAdmin".to_owned(), "AdminAgent".to_owned()]),
        state: Some(PrincipalState::Active),
        mfa_enrolled: Some(true),
        last_sign_in: Some(Kit::at("2018-05-12T10:00:00Z")),
        ..TenantUser::default()
    }
}
