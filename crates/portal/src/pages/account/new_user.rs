//! Adds somebody. The one-time password for the first sign-in is the answer to the form: it is shown once and has no address.

use askama::Template;
use client::Call;
use contract::resources::trustee::TenantUser;
use contract::{Operation, Party, Spec};
use std::marker::PhantomData;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::account::{Ticket, Whose, role_boxes};
use crate::pages::{Answer, Page, Place};
use crate::parts::{Action, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/account/new_user.html")]
pub(crate) struct NewUser<W: Whose> {
    frame: Frame,
    problem: Problem,
    fields: Vec<Field>,
    once: String,
    invite: Action,
    made: Option<Ticket>,
    whose: PhantomData<W>,
}

impl<W: Whose> Page for NewUser<W> {
    type At = W::NewAt;
    const CALLS: &'static [&'static Spec] = &[<W::Create as Operation>::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let typed = if kit.hostile { "user=%3Cscript%3E%22" } else { "user=max&roles=SalesAgent" };
        let page = |party, problem| {
            let frame = kit.frame(W::SEEN_BY, &W::list_at().path());
            Self::of(frame, party, &Form::parse(typed.as_bytes()), problem, String::new())
        };
        let none = || Problem::none(kit.t());
        let mut made = page(Party::Partner, none());
        made.made = Some(Ticket::sample(kit));
        let wrong = Problem::ours(kit.t(), kit.t().advice_input());
        vec![page(Party::Partner, none()), page(Party::Customer, wrong), made]
    }

    async fn load(visit: &Visit, _at: W::NewAt) -> Result<Answer, Trouble> {
        let party = W::party(visit).ok_or(Trouble::SignIn)?;
        Self::of(visit.frame(), party, &Form::default(), Problem::none(visit.t), visit.fresh_id()).shown()
    }

    async fn act(visit: &Visit, _at: W::NewAt, form: Form) -> Result<Answer, Trouble> {
        let party = W::party(visit).ok_or(Trouble::SignIn)?;
        let body = TenantUser {
            user_principal_name: form.given("user"),
            display_name: form.given("display"),
            first_name: form.given("first"),
            last_name: form.given("last"),
            email: form.given("email"),
            roles: Some(form.all("roles")),
            ..TenantUser::default()
        };
        let call = Call::to(W::CREATE).request_id(visit.id_of(&form)).body(&body);
        match visit.call(call).await {
            Ok(user) => {
                let none = Problem::none(visit.t);
                let mut page = Self::of(visit.frame(), party, &Form::default(), none, String::new());
                page.made = Some(Ticket::of(user.user_principal_name, user.one_time_password));
                page.shown()
            }
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::of(visit.frame(), party, &form, problem, once).shown_as(status)
            }
        }
    }
}

impl<W: Whose> NewUser<W> {
    fn of(frame: Frame, party: Party, form: &Form, problem: Problem, once: String) -> Self {
        let t = frame.t;
        let line = |name, label, max| Field::line(name, label, form.get(name), max);
        let fields = vec![
            line("user", t.field_user_name(), 254).hint(W::name_hint(t)),
            line("display", t.field_display_name(), 128),
            line("first", t.field_first_name(), 50).optional(t),
            line("last", t.field_last_name(), 50).optional(t),
            line("email", t.field_email(), 254).of(Kind::Line("email")).optional(t),
            role_boxes(t, party, &form.all("roles")),
        ];
        Self {
            problem,
            fields,
            once,
            invite: Action::button(t.users_invite(), Permit::Yes),
            made: None,
            whose: PhantomData,
            frame: frame.below(W::list_at().path(), W::title(t)),
        }
    }
}
