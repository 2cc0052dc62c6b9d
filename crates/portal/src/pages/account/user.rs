//! One user: roles, state, password, second factor. Every act that takes something away asks to be sure.

use askama::Template;
use client::Call;
use contract::resources::trustee::{PrincipalState, TenantUser};
use contract::{Operation, Party, Spec};
use std::marker::PhantomData;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::account::{Ticket, Whose, role_boxes, roles_of, state_name};
use crate::pages::{Answer, Page, Place};
use crate::parts::{Action, Fact, Facts, Field, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// An act with its button and, where it takes something away, the box that makes sure.
struct Act {
    word: &'static str,
    title: String,
    means: String,
    sure: bool,
    button: Action,
}

#[derive(Template)]
#[template(path = "pages/account/user.html")]
pub(crate) struct User<W: Whose> {
    frame: Frame,
    name: String,
    problem: Problem,
    ticket: Option<Ticket>,
    facts: Facts,
    roles: Field,
    roles_go: Action,
    acts: Vec<Act>,
    once: String,
    whose: PhantomData<W>,
}

/// What the visitor may do with users.
struct May {
    change: Permit,
    password: Permit,
    mfa: Permit,
    delete: Permit,
}

impl<W: Whose> Page for User<W> {
    type At = W::OneAt;
    const CALLS: &'static [&'static Spec] = &[<W::Get as Operation>::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let all = |permit: &Permit| May {
            change: permit.clone(),
            password: permit.clone(),
            mfa: permit.clone(),
            delete: permit.clone(),
        };
        let page = |user: &TenantUser, permit: &Permit, problem| {
            let frame = kit.frame(W::SEEN_BY, &W::list_at().path());
            Self::of(frame, Party::Partner, user, &all(permit), problem, String::new())
        };
        let active = super::sample(kit);
        let inactive = TenantUser {
            state: Some(PrincipalState::Inactive),
            last_sign_in: None,
            mfa_enrolled: Some(false),
            ..super::sample(kit)
        };
        let mut ticket = page(&active, &Permit::Yes, Problem::none(kit.t()));
        ticket.ticket = Some(Ticket::sample(kit));
        let wrong = Problem::ours(kit.t(), kit.t().form_sure_missing());
        vec![
            page(&active, &Permit::Yes, wrong),
            page(&inactive, &Permit::No(kit.text("why")), Problem::none(kit.t())),
            ticket,
        ]
    }

    async fn load(visit: &Visit, here: W::OneAt) -> Result<Answer, Trouble> {
        Self::made(visit, &here, Problem::none(visit.t)).await?.shown()
    }

    async fn act(visit: &Visit, here: W::OneAt, form: Form) -> Result<Answer, Trouble> {
        let word = form.get("do");
        if !matches!(word, "roles" | "enable") && form.get("sure") != "yes" {
            let problem = Problem::ours(visit.t, visit.t.form_sure_missing());
            return Self::made(visit, &here, problem).await?.shown_as(edge::StatusCode::BAD_REQUEST);
        }
        let once = visit.id_of(&form);
        let change = |body: TenantUser| {
            Call::to(W::UPDATE).param("user-id", W::user_of(&here)).request_id(once).body(&body)
        };
        let state = |state| TenantUser { state: Some(state), ..TenantUser::default() };
        let done = match word {
            "roles" => {
                let body = TenantUser { roles: Some(form.all("roles")), ..TenantUser::default() };
                visit.call(change(body)).await.map(|_| "roles")
            }
            "enable" => visit.call(change(state(PrincipalState::Active))).await.map(|_| "enabled"),
            "disable" => visit.call(change(state(PrincipalState::Inactive))).await.map(|_| "disabled"),
            "mfa" => {
                let call = Call::to(W::RESET_MFA).param("user-id", W::user_of(&here)).request_id(once);
                visit.call(call).await.map(|_| "mfa")
            }
            "delete" => {
                let call = Call::to(W::DELETE).param("user-id", W::user_of(&here)).request_id(once);
                visit.call(call).await.map(|()| "deleted")
            }
            "password" => return Self::new_password(visit, &here, once).await,
            _ => return Err(Trouble::Missing),
        };
        match done {
            Ok("deleted") => Ok(Answer::Go(link(&W::list_at(), &[("done", "deleted")]))),
            Ok(done) => Ok(Answer::Go(link(&here, &[("done", done)]))),
            Err(trouble) => Self::refused(visit, &here, trouble).await,
        }
    }
}

impl<W: Whose> User<W> {
    /// Shows the one-time password once, as the answer to the form.
    async fn new_password(visit: &Visit, here: &W::OneAt, once: uuid::Uuid) -> Result<Answer, Trouble> {
        let call = Call::to(W::RESET_PASSWORD).param("user-id", W::user_of(here)).request_id(once);
        match visit.call(call).await {
            Ok(ticket) => {
                let mut page = Self::made(visit, here, Problem::none(visit.t)).await?;
                page.ticket = Some(Ticket::of(ticket.user_principal_name, ticket.one_time_password));
                page.shown()
            }
            Err(trouble) => Self::refused(visit, here, trouble).await,
        }
    }

    async fn refused(visit: &Visit, here: &W::OneAt, trouble: Trouble) -> Result<Answer, Trouble> {
        let (problem, status) = Problem::of(visit.t, trouble)?;
        Self::made(visit, here, problem).await?.shown_as(status)
    }

    async fn made(visit: &Visit, here: &W::OneAt, problem: Problem) -> Result<Self, Trouble> {
        let user = visit.call(Call::to(W::GET).param("user-id", W::user_of(here))).await?;
        let party = W::party(visit).ok_or(Trouble::SignIn)?;
        let may = May {
            change: visit.may(W::UPDATE),
            password: visit.may(W::RESET_PASSWORD),
            mfa: visit.may(W::RESET_MFA),
            delete: visit.may(W::DELETE),
        };
        Ok(Self::of(visit.frame(), party, &user, &may, problem, visit.fresh_id()))
    }

    fn of(frame: Frame, party: Party, user: &TenantUser, may: &May, problem: Problem, once: String) -> Self {
        let (t, f) = (frame.t, frame.f);
        let user_name = user.user_principal_name.clone().unwrap_or_default();
        let yes_no = |yes| if yes { t.word_yes() } else { t.word_no() };
        let facts = vec![
            Fact::new(t.field_user_name(), user_name.clone()),
            Fact::new(t.field_status(), state_name(t, user.state)),
            Fact::new(t.field_roles(), roles_of(t, user)),
            Fact::new(t.field_mfa(), yes_no(user.mfa_enrolled == Some(true))),
            Fact::new(t.field_last_sign_in(), user.last_sign_in.map(|at| f.time(at)).unwrap_or_default()),
        ];
        Self {
            name: user.display_name.clone().unwrap_or(user_name),
            problem,
            ticket: None,
            facts: Facts { t, facts },
            roles: role_boxes(t, party, user.roles.as_deref().unwrap_or_default()),
            roles_go: Action::button(t.user_roles_save(), may.change.clone()),
            acts: acts(&frame, user, may),
            once,
            whose: PhantomData,
            frame: frame.below(W::list_at().path(), W::title(t)),
        }
    }
}

fn acts(frame: &Frame, user: &TenantUser, may: &May) -> Vec<Act> {
    let t = frame.t;
    let act = |word, title: String, means, sure, permit: &Permit| {
        let button = Action::button(title.clone(), permit.clone()).minor();
        Act { word, title, means, sure, button: if sure { button.grave() } else { button } }
    };
    let inactive = user.state == Some(PrincipalState::Inactive);
    let state = if inactive {
        act("enable", t.user_enable(), t.user_enable_means(), false, &may.change)
    } else {
        act("disable", t.user_disable(), t.user_disable_means(), true, &may.change)
    };
    vec![
        act("password", t.user_password(), t.user_password_means(), true, &may.password),
        act("mfa", t.user_mfa(), t.user_mfa_means(), true, &may.mfa),
        state,
        act("delete", t.user_delete(), t.user_delete_means(), true, &may.delete),
    ]
}
