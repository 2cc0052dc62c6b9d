//! The apps of one's own organisation. A secret is the answer to the form that makes it: shown once, no address.

use askama::Template;
use client::Call;
use contract::operations::{CreateAppSecret, CreateTenantApp, DeleteTenantApp, ListTenantApps};
use contract::resources::trustee::{AppKind, AppRegistration, AppSecret};
use contract::{Operation, Party, Spec};
use zeroize::Zeroizing;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, at};
use crate::parts::{Action, Choice, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

struct Row {
    id: String,
    name: String,
    kind: String,
    secrets: Vec<String>,
    since: String,
    has_secret: bool,
}

/// A secret, shown once.
struct Made {
    app: String,
    value: Zeroizing<String>,
    until: String,
}

#[derive(Template)]
#[template(path = "pages/account/apps.html")]
pub(crate) struct Apps {
    frame: Frame,
    problem: Problem,
    made: Option<Made>,
    rows: Vec<Row>,
    fields: Vec<Field>,
    once: String,
    create: Action,
    secret: Action,
    delete: Action,
}

/// What the visitor may do with apps.
struct May {
    create: Permit,
    secret: Permit,
    delete: Permit,
}

impl Page for Apps {
    type At = at::Apps;
    const CALLS: &'static [&'static Spec] = &[ListTenantApps::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let app = |kind| AppRegistration {
            id: Some("b6d3c1c2-9a1e-4f77-8a0a-2f6d6f0e8d11".to_owned()),
            display_name: kit.some("Provisioning"),
            kind: Some(kind),
            secrets: Some(vec![AppSecret {
                hint: kit.some("abc"),
                expires: Some(Kit::at("2018-11-12T10:00:00Z")),
                ..AppSecret::default()
            }]),
            created_date: Some(Kit::at("2018-05-12T10:00:00Z")),
            ..AppRegistration::default()
        };
        let page = |list: &[AppRegistration], problem, permit: Permit| {
            let may = May { create: permit.clone(), secret: permit.clone(), delete: permit };
            let typed = if kit.hostile { "name=%3Cscript%3E%22" } else { "name=x" };
            let frame = kit.frame(Party::Partner, "/account/apps");
            Self::of(frame, list, &Form::parse(typed.as_bytes()), problem, may, String::new())
        };
        let t = kit.t();
        let list = [app(AppKind::Web), app(AppKind::Native)];
        let mut made = page(&list, Problem::none(t), Permit::Yes);
        made.made = Some(Made {
            app: kit.text("b6d3c1c2"),
            value: Zeroizing::new(kit.text("sample-secret")),
            until: String::new(),
        });
        vec![
            page(&list, Problem::ours(t, t.form_sure_missing()), Permit::Yes),
            page(&[], Problem::none(t), Permit::No(t.reason_planned())),
            made,
        ]
    }

    async fn load(visit: &Visit, _at: at::Apps) -> Result<Answer, Trouble> {
        Self::made(visit, &Form::default(), Problem::none(visit.t)).await?.shown()
    }

    async fn act(visit: &Visit, here: at::Apps, form: Form) -> Result<Answer, Trouble> {
        let once = visit.id_of(&form);
        let app = form.get("app").to_owned();
        let outcome = match form.get("do") {
            "create" => Self::register(visit, &form, once).await,
            "secret" => Self::new_secret(visit, &app, once).await.map(Some),
            "delete" if form.get("sure") == "yes" => {
                let call = Call::to(DeleteTenantApp).param("app-id", &app).request_id(once);
                visit.call(call).await.map(|()| None)
            }
            "delete" => {
                let problem = Problem::ours(visit.t, visit.t.form_sure_missing());
                return Self::made(visit, &form, problem).await?.shown_as(edge::StatusCode::BAD_REQUEST);
            }
            _ => return Err(Trouble::Missing),
        };
        match outcome {
            Ok(Some(made)) => {
                let mut page = Self::made(visit, &Form::default(), Problem::none(visit.t)).await?;
                page.made = Some(made);
                page.shown()
            }
            Ok(None) => Ok(Answer::Go(link(&here, &[("done", "saved")]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                Self::made(visit, &form, problem).await?.shown_as(status)
            }
        }
    }
}

impl Apps {
    /// Registers an app; one that keeps secrets gets its first one at once.
    async fn register(visit: &Visit, form: &Form, once: uuid::Uuid) -> Result<Option<Made>, Trouble> {
        let kind = AppKind::parse(form.get("kind")).unwrap_or(AppKind::Web);
        let uris: Vec<String> = form.get("redirect").split_whitespace().map(str::to_owned).collect();
        let body = AppRegistration {
            display_name: form.given("name"),
            kind: Some(kind),
            redirect_uris: (!uris.is_empty()).then_some(uris),
            ..AppRegistration::default()
        };
        let app = visit.call(Call::to(CreateTenantApp).request_id(once).body(&body)).await?;
        match (kind, app.id) {
            (AppKind::Web, Some(id)) => {
                Self::new_secret(visit, &id, visit.id_of(&Form::default())).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    async fn new_secret(visit: &Visit, app: &str, once: uuid::Uuid) -> Result<Made, Trouble> {
        let call =
            Call::to(CreateAppSecret).param("app-id", app).request_id(once).body(&AppSecret::default());
        let secret = visit.call(call).await?;
        Ok(Made {
            app: app.to_owned(),
            value: Zeroizing::new(secret.value.unwrap_or_default()),
            until: secret.expires.map(|at| visit.f.day(at)).unwrap_or_default(),
        })
    }

    async fn made(visit: &Visit, form: &Form, problem: Problem) -> Result<Self, Trouble> {
        let list = visit.call(Call::to(ListTenantApps)).await?.items;
        let may = May {
            create: visit.may(CreateTenantApp),
            secret: visit.may(CreateAppSecret),
            delete: visit.may(DeleteTenantApp),
        };
        Ok(Self::of(visit.frame(), &list, form, problem, may, visit.fresh_id()))
    }

    fn of(
        frame: Frame,
        list: &[AppRegistration],
        form: &Form,
        problem: Problem,
        may: May,
        once: String,
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let kind_name = |kind: AppKind| t.named("app-kind", kind.as_str()).unwrap_or_default();
        let secret = |secret: &AppSecret| {
            let until = secret.expires.map(|at| f.day(at)).unwrap_or_default();
            t.apps_secret_row(until, secret.hint.clone().unwrap_or_default())
        };
        let rows = list.iter().map(|app| Row {
            id: app.id.clone().unwrap_or_default(),
            name: app.display_name.clone().unwrap_or_default(),
            kind: app.kind.map(kind_name).unwrap_or_default(),
            secrets: app.secrets.iter().flatten().map(secret).collect(),
            since: app.created_date.map(|at| f.day(at)).unwrap_or_default(),
            has_secret: app.kind != Some(AppKind::Native),
        });
        let kinds = [AppKind::Web, AppKind::Native].map(|kind| Choice {
            value: kind.as_str().to_owned(),
            label: kind_name(kind),
            chosen: form.get("kind") == kind.as_str()
                || (form.get("kind").is_empty() && kind == AppKind::Web),
        });
        let fields = vec![
            Field::line("name", t.field_app_name(), form.get("name"), 120),
            Field::choice("kind", t.field_kind(), Kind::Radios(kinds.to_vec())),
            Field::line("redirect", t.field_redirect(), form.get("redirect"), 2000)
                .hint(t.field_redirect_hint())
                .optional(t),
        ];
        Self {
            problem,
            made: None,
            rows: rows.collect(),
            fields,
            once,
            create: Action::button(t.apps_create(), may.create),
            secret: Action::button(t.apps_new_secret(), may.secret).minor(),
            delete: Action::button(t.apps_delete(), may.delete).grave(),
            frame,
        }
    }
}
