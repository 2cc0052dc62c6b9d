//! One's own password. What was typed is never shown again.

use askama::Template;
use client::Call;
use contract::operations::ChangeOwnPassword;
use contract::resources::trustee::PasswordChange;
use contract::{Party, Spec};
use subtle::ConstantTimeEq;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, at};
use crate::parts::{Action, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

#[derive(Template)]
#[template(path = "pages/account/password.html")]
pub(crate) struct OwnPassword {
    frame: Frame,
    problem: Problem,
    user: String,
    fields: Vec<Field>,
    once: String,
    change: Action,
}

impl Page for OwnPassword {
    type At = at::OwnPassword;
    const CALLS: &'static [&'static Spec] = &[];

    fn samples(kit: &Kit) -> Vec<Self> {
        let page = |problem, permit| {
            Self::of(kit.frame(Party::Partner, "/account/password"), problem, permit, String::new())
        };
        let t = kit.t();
        vec![
            page(Problem::none(t), Permit::Yes),
            page(Problem::ours(t, t.password_differs()), Permit::Yes),
            page(Problem::none(t), Permit::No(t.reason_planned())),
        ]
    }

    async fn load(visit: &Visit, _at: at::OwnPassword) -> Result<Answer, Trouble> {
        Self::made(visit, Problem::none(visit.t)).shown()
    }

    async fn act(visit: &Visit, here: at::OwnPassword, form: Form) -> Result<Answer, Trouble> {
        let (new, again) = (form.raw("new"), form.raw("again"));
        if !bool::from(new.as_bytes().ct_eq(again.as_bytes())) {
            let page = Self::made(visit, Problem::ours(visit.t, visit.t.password_differs()));
            return page.shown_as(edge::StatusCode::BAD_REQUEST);
        }
        let body = PasswordChange {
            current_password: Some(form.raw("current").to_owned()),
            new_password: Some(new.to_owned()),
        };
        let call = Call::to(ChangeOwnPassword).request_id(visit.id_of(&form)).body(&body);
        match visit.call(call).await {
            Ok(()) => Ok(Answer::Go(link(&here, &[("done", "password")]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                Self::made(visit, problem).shown_as(status)
            }
        }
    }
}

impl OwnPassword {
    fn made(visit: &Visit, problem: Problem) -> Self {
        Self::of(visit.frame(), problem, visit.may(ChangeOwnPassword), visit.fresh_id())
    }

    fn of(frame: Frame, problem: Problem, may: Permit, once: String) -> Self {
        let t = frame.t;
        let secret =
            |name, label, fills| Field::line(name, label, "", 256).of(Kind::Line("password")).fills(fills);
        let fields = vec![
            secret("current", t.password_current(), "current-password"),
            secret("new", t.password_new(), "new-password").hint(t.password_hint()),
            secret("again", t.password_again(), "new-password"),
        ];
        Self {
            problem,
            user: frame.who.clone(),
            fields,
            once,
            change: Action::button(t.password_change(), may),
            frame,
        }
    }
}
