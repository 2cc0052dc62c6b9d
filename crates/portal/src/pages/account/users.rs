//! The users of one's own organisation.

use askama::Template;
use client::Call;
use contract::operations::{CreateTenantUser, ListTenantUsers};
use contract::resources::trustee::TenantUser;
use contract::{Operation, Party, Spec};

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::account::{roles_of, state_name};
use crate::pages::{Answer, Page, Place, at};
use crate::parts::Action;
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// Users on one page.
const PAGE: usize = 100;

struct Row {
    name: String,
    user_name: String,
    href: String,
    roles: String,
    state: String,
    mfa: bool,
}

#[derive(Template)]
#[template(path = "pages/account/users.html")]
pub(crate) struct Users {
    frame: Frame,
    rows: Vec<Row>,
    invite: Action,
    previous: String,
    next: String,
}

impl Page for Users {
    type At = at::Users;
    const CALLS: &'static [&'static Spec] = &[ListTenantUsers::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let frame = || kit.frame(Party::Partner, "/account/users");
        let without = TenantUser { mfa_enrolled: Some(false), display_name: None, ..super::sample(kit) };
        vec![
            Self::of(frame(), &[super::sample(kit), without], Permit::Yes, 100, true),
            Self::of(frame(), &[], Permit::No(kit.t().reason_planned()), 0, false),
        ]
    }

    async fn load(visit: &Visit, _at: at::Users) -> Result<Answer, Trouble> {
        let offset = visit.query.get("offset").parse().unwrap_or(0);
        let call = Call::to(ListTenantUsers).query("size", PAGE).query("offset", offset);
        let list = visit.call(call).await?;
        let more = list.links.is_some_and(|links| links.next.is_some());
        Self::of(visit.frame(), &list.items, visit.may(CreateTenantUser), offset, more).shown()
    }
}

impl Users {
    fn of(frame: Frame, list: &[TenantUser], may: Permit, offset: usize, more: bool) -> Self {
        let t = frame.t;
        let row = |user: &TenantUser| {
            let user_name = user.user_principal_name.clone().unwrap_or_default();
            Some(Row {
                href: at::User { user: user.id.as_deref()?.parse().ok()? }.path(),
                name: user.display_name.clone().unwrap_or_else(|| user_name.clone()),
                user_name,
                roles: roles_of(t, user),
                state: state_name(t, user.state),
                mfa: user.mfa_enrolled == Some(true),
            })
        };
        let to = |offset: usize| link(&at::Users {}, &[("offset", &offset.to_string())]);
        Self {
            rows: list.iter().filter_map(row).collect(),
            invite: Action::link(t.users_invite(), at::NewUser {}.path(), may),
            previous: if offset > 0 { to(offset.saturating_sub(PAGE)) } else { String::new() },
            next: if more { to(offset + PAGE) } else { String::new() },
            frame,
        }
    }
}
