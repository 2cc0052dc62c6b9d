//! A list of people: of one's own organisation, or the operator's.

use askama::Template;
use client::Call;
use contract::resources::trustee::TenantUser;
use contract::{Operation, Spec};
use std::marker::PhantomData;

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::account::{Whose, roles_of, state_name};
use crate::pages::{Answer, Page, Place};
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
pub(crate) struct Users<W: Whose> {
    frame: Frame,
    title: String,
    caption: String,
    rows: Vec<Row>,
    invite: Action,
    previous: String,
    next: String,
    whose: PhantomData<W>,
}

impl<W: Whose> Page for Users<W> {
    type At = W::ListAt;
    const CALLS: &'static [&'static Spec] = &[<W::List as Operation>::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let frame = || kit.frame(W::SEEN_BY, &W::list_at().path());
        let without = TenantUser { mfa_enrolled: Some(false), display_name: None, ..super::sample(kit) };
        vec![
            Self::of(frame(), &[super::sample(kit), without], Permit::Yes, 100, true),
            Self::of(frame(), &[], Permit::No(kit.t().reason_planned()), 0, false),
        ]
    }

    async fn load(visit: &Visit, _at: W::ListAt) -> Result<Answer, Trouble> {
        let offset = visit.query.get("offset").parse().unwrap_or(0);
        let call = Call::to(W::LIST).query("size", PAGE).query("offset", offset);
        let list = visit.call(call).await?;
        let more = list.links.is_some_and(|links| links.next.is_some());
        Self::of(visit.frame(), &list.items, visit.may(W::CREATE), offset, more).shown()
    }
}

impl<W: Whose> Users<W> {
    fn of(frame: Frame, list: &[TenantUser], may: Permit, offset: usize, more: bool) -> Self {
        let t = frame.t;
        let row = |user: &TenantUser| {
            let user_name = user.user_principal_name.clone().unwrap_or_default();
            Some(Row {
                href: W::one_at(user.id.as_deref()?.parse().ok()?).path(),
                name: user.display_name.clone().unwrap_or_else(|| user_name.clone()),
                user_name,
                roles: roles_of(t, user),
                state: state_name(t, user.state),
                mfa: user.mfa_enrolled == Some(true),
            })
        };
        let to = |offset: usize| link(&W::list_at(), &[("offset", &offset.to_string())]);
        Self {
            title: W::title(t),
            caption: W::caption(&frame),
            whose: PhantomData,
            rows: list.iter().filter_map(row).collect(),
            invite: Action::link(t.users_invite(), W::new_at().path(), may),
            previous: if offset > 0 { to(offset.saturating_sub(PAGE)) } else { String::new() },
            next: if more { to(offset + PAGE) } else { String::new() },
            frame,
        }
    }
}
