//! The account pages: users and apps of one's own organisation, one's own password. All of it is the trustee's.

pub(crate) mod apps;
pub(crate) mod licences;
pub(crate) mod new_user;
pub(crate) mod password;
pub(crate) mod sign_in;
pub(crate) mod user;
pub(crate) mod users;

use contract::collection::Collection;
use contract::operations as op;
use contract::resources::trustee::{PrincipalState, SignInTicket, TenantUser};
use contract::{Operation, Party, Role};
use kernel::UserId;
use zeroize::Zeroizing;

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Place, at};
use crate::parts::{Choice, Field, Kind};
use crate::permit::role_name;
use crate::texts::Texts;
use crate::visit::Visit;

/// Whose people a page is about: its addresses, its calls and its words.
pub(crate) trait Whose: Sized + Send + Sync + 'static {
    type ListAt: Place + Send;
    type NewAt: Place + Send;
    type OneAt: Place + Send + Sync;
    type List: Operation<Body = (), Reply = Collection<TenantUser>>;
    type Create: Operation<Body = TenantUser, Reply = TenantUser>;
    type Get: Operation<Body = (), Reply = TenantUser>;
    type Update: Operation<Body = TenantUser, Reply = TenantUser>;
    type Delete: Operation<Body = (), Reply = ()>;
    type ResetPassword: Operation<Body = (), Reply = SignInTicket>;
    type ResetMfa: Operation<Body = (), Reply = TenantUser>;
    const LIST: Self::List;
    const CREATE: Self::Create;
    const GET: Self::Get;
    const UPDATE: Self::Update;
    const DELETE: Self::Delete;
    const RESET_PASSWORD: Self::ResetPassword;
    const RESET_MFA: Self::ResetMfa;

    fn list_at() -> Self::ListAt;
    fn new_at() -> Self::NewAt;
    fn one_at(user: UserId) -> Self::OneAt;
    fn user_of(at: &Self::OneAt) -> UserId;
    /// Who samples are shown to.
    const SEEN_BY: Party;
    /// The kind of organisation whose people they are.
    fn party(visit: &Visit) -> Option<Party>;
    fn title(t: &Texts) -> String;
    fn caption(frame: &Frame) -> String;
    fn name_hint(t: &Texts) -> String;
}

/// The people of one's own organisation.
pub(crate) struct Own;
/// The operator's people, whom the trustee's officers admit.
pub(crate) struct Staff;

macro_rules! whose {
    ($Whose:ident seen by $seen:ident at $List:ident $New:ident $One:ident;
        $list:ident $create:ident $get:ident $update:ident $delete:ident $password:ident $mfa:ident; $($rest:item)*) => {
        impl Whose for $Whose {
            type ListAt = at::$List;
            type NewAt = at::$New;
            type OneAt = at::$One;
            type List = op::$list;
            type Create = op::$create;
            type Get = op::$get;
            type Update = op::$update;
            type Delete = op::$delete;
            type ResetPassword = op::$password;
            type ResetMfa = op::$mfa;
            const LIST: Self::List = op::$list;
            const CREATE: Self::Create = op::$create;
            const GET: Self::Get = op::$get;
            const UPDATE: Self::Update = op::$update;
            const DELETE: Self::Delete = op::$delete;
            const RESET_PASSWORD: Self::ResetPassword = op::$password;
            const RESET_MFA: Self::ResetMfa = op::$mfa;
            const SEEN_BY: Party = Party::$seen;

            fn list_at() -> Self::ListAt {
                at::$List {}
            }
            fn new_at() -> Self::NewAt {
                at::$New {}
            }
            fn one_at(user: UserId) -> Self::OneAt {
                at::$One { user }
            }
            fn user_of(at: &Self::OneAt) -> UserId {
                at.user
            }
            $($rest)*
        }
    };
}

whose! {
    Own seen by Partner at Users NewUser User;
    ListTenantUsers CreateTenantUser GetTenantUser UpdateTenantUser DeleteTenantUser ResetTenantUserPassword
    ResetTenantUserMfa;
    fn party(visit: &Visit) -> Option<Party> {
        visit.party()
    }
    fn title(t: &Texts) -> String {
        t.users_title()
    }
    fn caption(frame: &Frame) -> String {
        frame.t.users_table(frame.organisation.clone())
    }
    fn name_hint(t: &Texts) -> String {
        t.field_user_name_hint()
    }
}

whose! {
    Staff seen by Trustee at Staff NewStaffMember StaffMember;
    ListStaff CreateStaffMember GetStaffMember UpdateStaffMember DeleteStaffMember ResetStaffMemberPassword
    ResetStaffMemberMfa;
    fn party(_visit: &Visit) -> Option<Party> {
        Some(Party::Operator)
    }
    fn title(t: &Texts) -> String {
        t.staff_title()
    }
    fn caption(frame: &Frame) -> String {
        frame.t.users_table(frame.operator.clone())
    }
    fn name_hint(t: &Texts) -> String {
        t.staff_user_name_hint()
    }
}

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
