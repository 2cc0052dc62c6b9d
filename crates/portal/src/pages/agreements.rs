//! A customer's own agreements: with the operator and, directly, with the data trustee. The customer's administrator
//! accepts them here; nobody can do it for the customer.

use askama::Template;
use client::Call;
use contract::operations::{AcceptAgreements, ListOwnAgreements};
use contract::resources::trustee::{AgreementAcceptances, OwnAgreement};
use contract::{Operation, Party, Spec};

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, at};
use crate::parts::{Action, Choice, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

struct Row {
    title: String,
    party: String,
    version: String,
    accepted: String,
}

#[derive(Template)]
#[template(path = "pages/own_agreements.html")]
pub(crate) struct OwnAgreements {
    frame: Frame,
    rows: Vec<Row>,
    problem: Problem,
    /// The boxes of those not yet accepted; `None` when there are none.
    open: Option<Field>,
    once: String,
    accept: Action,
}

impl Page for OwnAgreements {
    type At = at::OwnAgreements;
    const CALLS: &'static [&'static Spec] = &[ListOwnAgreements::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let agreement = |id: &str, party: &str, accepted: bool| OwnAgreement {
            template_id: Some(id.to_owned()),
            title: kit.some("Cloud agreement (sample)"),
            version: kit.some("2018-04-01"),
            party: Some(party.to_owned()),
            accepted_date: accepted.then(|| Kit::at("2018-05-02T10:00:00Z")),
            ..OwnAgreement::default()
        };
        let list = [agreement("a", "operator", true), agreement("b", "trustee", false)];
        let page = |list: &[OwnAgreement], problem| {
            Self::of(
                kit.frame(Party::Customer, "/account/agreements"),
                list,
                problem,
                Permit::Yes,
                String::new(),
            )
        };
        let t = kit.t();
        vec![
            page(&list, Problem::none(t)),
            page(&list, Problem::ours(t, t.agreements_none_chosen())),
            page(&list[..1], Problem::none(t)),
        ]
    }

    async fn load(visit: &Visit, _at: at::OwnAgreements) -> Result<Answer, Trouble> {
        Self::made(visit, Problem::none(visit.t)).await?.shown()
    }

    async fn act(visit: &Visit, here: at::OwnAgreements, form: Form) -> Result<Answer, Trouble> {
        let chosen = form.all("template");
        if chosen.is_empty() {
            let problem = Problem::ours(visit.t, visit.t.agreements_none_chosen());
            return Self::made(visit, problem).await?.shown_as(edge::StatusCode::BAD_REQUEST);
        }
        let body = AgreementAcceptances {
            template_ids: Some(chosen),
            language: Some(visit.locale.contract().to_owned()),
        };
        let call = Call::to(AcceptAgreements).request_id(visit.id_of(&form)).body(&body);
        match visit.call(call).await {
            Ok(_) => Ok(Answer::Go(link(&here, &[("done", "agreements")]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                Self::made(visit, problem).await?.shown_as(status)
            }
        }
    }
}

impl OwnAgreements {
    async fn made(visit: &Visit, problem: Problem) -> Result<Self, Trouble> {
        let list = visit.call(Call::to(ListOwnAgreements)).await?;
        let may = visit.may(AcceptAgreements);
        Ok(Self::of(visit.frame(), &list.items, problem, may, visit.fresh_id()))
    }

    fn of(frame: Frame, list: &[OwnAgreement], problem: Problem, may: Permit, once: String) -> Self {
        let (t, f) = (frame.t, frame.f);
        let rows = list.iter().map(|agreement| Row {
            title: agreement.title.clone().unwrap_or_default(),
            party: match agreement.party.as_deref() {
                Some("trustee") => frame.trustee.clone(),
                _ => frame.operator.clone(),
            },
            version: agreement.version.clone().unwrap_or_default(),
            accepted: agreement.accepted_date.map(|at| f.day(at)).unwrap_or_default(),
        });
        let open: Vec<Choice> = list
            .iter()
            .filter(|agreement| agreement.accepted_date.is_none())
            .map(|agreement| Choice {
                value: agreement.template_id.clone().unwrap_or_default(),
                label: t.agreements_accept_one(
                    agreement.title.clone().unwrap_or_default(),
                    agreement.version.clone().unwrap_or_default(),
                ),
                chosen: false,
            })
            .collect();
        let open = (!open.is_empty()).then(|| {
            Field::choice("template", t.agreements_open(), Kind::Boxes(open)).hint(t.agreements_read())
        });
        Self {
            rows: rows.collect(),
            problem,
            open,
            once,
            accept: Action::button(t.agreements_accept(), may),
            frame,
        }
    }
}
