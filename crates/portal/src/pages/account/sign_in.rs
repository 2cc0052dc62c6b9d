//! Signing in elsewhere: one's own link to an account at the organisation's issuer and, for administrators, which issuer
//! that is. A secret that was typed is never shown again.

use askama::Template;
use client::Call;
use contract::operations::{GetSignInIssuer, RemoveSignInIssuer, SetSignInIssuer, UnlinkOwnSignIn};
use contract::resources::trustee::SignInIssuer;
use contract::{Operation, Party, Spec};

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, at};
use crate::parts::{Action, Choice, Fact, Facts, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// The claims that can name a person.
const CLAIMS: [&str; 3] = ["email", "preferred_username", "upn"];

#[derive(Template)]
#[template(path = "pages/account/sign_in.html")]
pub(crate) struct SignIn {
    frame: Frame,
    problem: Problem,
    facts: Facts,
    is_set: bool,
    linked: bool,
    redirect_uri: String,
    link_at: String,
    fields: Vec<Field>,
    once: String,
    link: Action,
    unlink: Action,
    set: Action,
    remove: Action,
}

/// What the visitor may do.
struct May {
    set: Permit,
    remove: Permit,
}

impl Page for SignIn {
    type At = at::SignIn;
    const CALLS: &'static [&'static Spec] = &[GetSignInIssuer::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let set = |linked| SignInIssuer {
            issuer: kit.some("https://login.nordlicht.example/realms/staff"),
            client_id: kit.some("treuhand"),
            user_claim: kit.some("email"),
            redirect_uri: kit.some("https://partner.example/signin/issuer"),
            linked: Some(linked),
            links: Some(3),
            set_date: Some(Kit::at("2018-05-12T10:00:00Z")),
            ..SignInIssuer::default()
        };
        let page = |known: &SignInIssuer, problem, permit: Permit| {
            let frame = kit.frame(Party::Partner, "/account/sign-in");
            let may = May { set: permit.clone(), remove: permit };
            let at = ("/signin/link".to_owned(), String::new());
            Self::of(frame, known, &Form::default(), problem, may, at)
        };
        vec![
            page(&set(false), Problem::none(t), Permit::Yes),
            page(&set(true), Problem::none(t), Permit::No(t.reason_planned())),
            page(&SignInIssuer::default(), Problem::ours(t, t.form_sure_missing()), Permit::Yes),
        ]
    }

    async fn load(visit: &Visit, _at: at::SignIn) -> Result<Answer, Trouble> {
        Self::made(visit, &Form::default(), Problem::none(visit.t)).await?.shown()
    }

    async fn act(visit: &Visit, here: at::SignIn, form: Form) -> Result<Answer, Trouble> {
        let once = visit.id_of(&form);
        let outcome = match form.get("do") {
            "set" => {
                let body = SignInIssuer {
                    issuer: form.given("issuer"),
                    client_id: form.given("client"),
                    client_secret: Some(form.raw("secret").to_owned()),
                    user_claim: form.given("claim"),
                    ..SignInIssuer::default()
                };
                let call = Call::to(SetSignInIssuer).request_id(once).body(&body);
                visit.call(call).await.map(|_| ())
            }
            "remove" if form.get("sure") == "yes" => {
                visit.call(Call::to(RemoveSignInIssuer).request_id(once)).await
            }
            "unlink" => {
                visit.call(Call::to(UnlinkOwnSignIn).request_id(once)).await?;
                // The sessions are over, this one too.
                return Ok(Answer::Go(link(&here, &[])));
            }
            "remove" => {
                let problem = Problem::ours(visit.t, visit.t.form_sure_missing());
                return Self::made(visit, &form, problem).await?.shown_as(edge::StatusCode::BAD_REQUEST);
            }
            _ => return Err(Trouble::Missing),
        };
        match outcome {
            Ok(()) => Ok(Answer::Go(link(&here, &[("done", "saved")]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                Self::made(visit, &form, problem).await?.shown_as(status)
            }
        }
    }
}

impl SignIn {
    async fn made(visit: &Visit, form: &Form, problem: Problem) -> Result<Self, Trouble> {
        let known = visit.call(Call::to(GetSignInIssuer)).await?;
        let may = May { set: visit.may(SetSignInIssuer), remove: visit.may(RemoveSignInIssuer) };
        let at = (visit.house.backend.link_sign_in(), visit.fresh_id());
        Ok(Self::of(visit.frame(), &known, form, problem, may, at))
    }

    fn of(
        frame: Frame,
        known: &SignInIssuer,
        form: &Form,
        problem: Problem,
        may: May,
        (link_at, once): (String, String),
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let said = |member: &Option<String>| member.clone().unwrap_or_default();
        let typed = |name: &str, member: &Option<String>| {
            form.given(name).unwrap_or_else(|| member.clone().unwrap_or_default())
        };
        let facts = vec![
            Fact::new(t.field_issuer(), said(&known.issuer)),
            Fact::new(t.field_client_id(), said(&known.client_id)),
            Fact::new(t.field_user_claim(), said(&known.user_claim)),
            Fact::new(t.sign_in_links(), f.whole(known.links.unwrap_or_default())),
            Fact::new(t.field_since(), known.set_date.map(|at| f.day(at)).unwrap_or_default()),
        ];
        let claim = typed("claim", &known.user_claim);
        let claims = CLAIMS.map(|name| Choice {
            value: name.to_owned(),
            label: name.to_owned(),
            chosen: claim == name || (claim.is_empty() && name == CLAIMS[0]),
        });
        let secret = Field::line("secret", t.field_client_secret(), "", 512).of(Kind::Line("password"));
        let fields = vec![
            Field::line("issuer", t.field_issuer(), typed("issuer", &known.issuer), 500)
                .of(Kind::Line("url"))
                .hint(t.sign_in_issuer_hint()),
            Field::line("client", t.field_client_id(), typed("client", &known.client_id), 512),
            secret,
            Field::choice("claim", t.field_user_claim(), Kind::Select(claims.to_vec()))
                .hint(t.sign_in_claim_hint()),
        ];
        Self {
            problem,
            facts: Facts { t, facts },
            is_set: known.issuer.is_some(),
            linked: known.linked == Some(true),
            redirect_uri: said(&known.redirect_uri),
            link_at,
            fields,
            once,
            link: Action::button(t.sign_in_link(), Permit::Yes),
            unlink: Action::button(t.sign_in_unlink(), Permit::Yes).grave(),
            set: Action::button(t.sign_in_set(), may.set),
            remove: Action::button(t.sign_in_remove(), may.remove).grave(),
            frame,
        }
    }
}
