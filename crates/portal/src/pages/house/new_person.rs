//! Proposing a person. A second officer confirms; until then nothing counts.

use askama::Template;
use client::Call;
use contract::operations::{ListTenants, ProposePerson};
use contract::resources::access::EnrolledPerson;
use contract::resources::trustee::TenantUser;
use contract::{Operation, Party, Spec};
use std::collections::BTreeMap;

use super::accounts;
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::access::requests::names;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Choice, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// The kinds of persons, as the contract writes them.
const KINDS: [&str; 6] =
    ["requester", "customer-approver", "trustee-officer", "legal-officer", "auditor", "administrator"];

#[derive(Template)]
#[template(path = "pages/house/new_person.html")]
pub(crate) struct NewPerson {
    frame: Frame,
    problem: Problem,
    about: Vec<Field>,
    own: Vec<Field>,
    approver: Vec<Field>,
    propose: Action,
    once: String,
}

/// Whom one can propose.
#[derive(Default)]
struct Known {
    accounts: Vec<TenantUser>,
    customers: BTreeMap<String, String>,
}

impl Page for NewPerson {
    type At = at::NewPerson;
    const CALLS: &'static [&'static Spec] = &[ProposePerson::SPEC, ListTenants::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let known = Known {
            accounts: vec![crate::pages::account::sample(kit)],
            customers: BTreeMap::from([(
                "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned(),
                kit.text("Contoso"),
            )]),
        };
        let typed = if kit.hostile { "evidence=%3Cscript%3E%22" } else { "evidence=x" };
        let page = |problem, permit| {
            let frame = kit.frame(Party::Trustee, "/portal/people");
            Self::of(frame, &known, &Form::parse(typed.as_bytes()), problem, permit, String::new())
        };
        vec![page(Problem::none(t), Permit::Yes), page(Problem::ours(t, t.form_sure_missing()), Permit::Yes)]
    }

    async fn load(visit: &Visit, _at: at::NewPerson) -> Result<Answer, Trouble> {
        Self::made(visit, &Form::default(), Problem::none(visit.t), visit.fresh_id()).await?.shown()
    }

    async fn act(visit: &Visit, _here: at::NewPerson, form: Form) -> Result<Answer, Trouble> {
        let approver = form.get("kind") == "customer-approver";
        let for_approver = |name: &str| form.given(name).filter(|_| approver);
        let body = EnrolledPerson {
            kind: form.given("kind"),
            country: form.given("country").map(|code| code.to_uppercase()),
            employer: form.given("employer"),
            evidence: form.given("evidence"),
            ssh_public_key: form.given("line"),
            user_id: form.given("account").filter(|_| !approver),
            tenant_id: for_approver("tenant"),
            user_principal_name: for_approver("user"),
            first_name: for_approver("first"),
            last_name: for_approver("last"),
            ..EnrolledPerson::default()
        };
        let call = Call::to(ProposePerson).request_id(visit.id_of(&form)).body(&body);
        match visit.call(call).await {
            Ok(made) => {
                let person = made.id.as_deref().and_then(|id| id.parse().ok()).ok_or(Trouble::Failed)?;
                Ok(Answer::Go(link(&at::Person { person }, &[("done", "proposed")])))
            }
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &form, problem, once).await?.shown_as(status)
            }
        }
    }
}

impl NewPerson {
    async fn made(visit: &Visit, form: &Form, problem: Problem, once: String) -> Result<Self, Trouble> {
        let known = Known { accounts: accounts(visit).await?, customers: names(visit).await? };
        Ok(Self::of(visit.frame(), &known, form, problem, visit.may(ProposePerson), once))
    }

    fn of(frame: Frame, known: &Known, form: &Form, problem: Problem, may: Permit, once: String) -> Self {
        let t = frame.t;
        let choice = |name: &str, value: &str, label: String| Choice {
            value: value.to_owned(),
            label,
            chosen: form.get(name) == value,
        };
        let kinds = KINDS.map(|kind| choice("kind", kind, super::kind(t, Some(kind)))).to_vec();
        let account = |user: &TenantUser| {
            let id = user.id.as_deref()?;
            let name = user.display_name.clone().or_else(|| user.user_principal_name.clone())?;
            Some(choice("account", id, t.people_account(name, crate::pages::account::roles_of(t, user))))
        };
        let nobody = |name: &str| choice(name, "", t.people_nobody());
        let mut accounts = vec![nobody("account")];
        accounts.extend(known.accounts.iter().filter_map(account));
        let mut customers = vec![nobody("tenant")];
        customers.extend(known.customers.iter().map(|(id, name)| choice("tenant", id, name.clone())));
        let line = |name, label, max| Field::line(name, label, form.get(name), max);
        Self {
            problem,
            about: vec![
                Field::choice("kind", t.field_kind(), Kind::Select(kinds)),
                line("country", t.people_country(), 2).hint(t.people_country_hint()),
                line("employer", t.report_employer(), 200).hint(t.people_employer_hint()).optional(t),
                line("evidence", t.people_evidence(), 500).hint(t.people_evidence_hint()),
                line("line", t.people_key_line(), 1000).of(Kind::Area(3)).hint(t.people_key_line_hint()),
            ],
            own: vec![Field::choice("account", t.people_of_account(), Kind::Select(accounts)).optional(t)],
            approver: vec![
                Field::choice("tenant", t.field_customer(), Kind::Select(customers)).optional(t),
                line("user", t.field_user_name(), 64).hint(t.field_user_name_hint()).optional(t),
                line("first", t.field_first_name(), 50).optional(t),
                line("last", t.field_last_name(), 50).optional(t),
            ],
            propose: Action::button(t.people_propose(), may),
            once,
            frame: frame.below(at::People {}.path(), t.people_title()),
        }
    }
}
