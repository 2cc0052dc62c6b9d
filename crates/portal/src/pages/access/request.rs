//! One request: what is asked in one sentence, who agreed, what was opened, the exact text, and what can be done now.

use askama::Template;
use client::Call;
use contract::operations::{
    DecideAccessRequest, GetAccessReport, GetAccessRequest, ListAccessUses, RevokeAccessRequest,
    StopAccessRequest, WatchAccessRequest, WithdrawAccessRequest,
};
use contract::resources::access::{AccessRequest, AccessUse};
use contract::{Operation, Spec};

use super::{OPEN, Slot, State, UseRow, is_in, slots, use_rows};
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Fact, Facts, Problem};
use crate::permit::Permit;
use crate::report::{line, reason_name};
use crate::texts::Texts;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// A form with one button.
struct Act {
    word: &'static str,
    means: String,
    button: Action,
}

#[derive(Template)]
#[template(path = "pages/access/request.html")]
pub(crate) struct Request {
    frame: Frame,
    title: String,
    sentence: String,
    state: State,
    note: String,
    problem: Problem,
    purpose: String,
    facts: Facts,
    slots: Vec<Slot>,
    /// Approving and denying, watching, reading the report.
    links: Vec<Action>,
    acts: Vec<Act>,
    uses: Vec<UseRow>,
    text: String,
    once: String,
}

/// What the visitor may do.
struct May {
    decide: Permit,
    watch: Permit,
    stop: Permit,
    revoke: Permit,
    withdraw: Permit,
    report: Permit,
}

impl Page for Request {
    type At = at::AccessRequest;
    const CALLS: &'static [&'static Spec] = &[GetAccessRequest::SPEC, ListAccessUses::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let page = |party, state: &str, agreed, problem| {
            let yes = || Permit::Yes;
            let may = May {
                decide: yes(),
                watch: yes(),
                stop: yes(),
                revoke: yes(),
                withdraw: Permit::Hidden,
                report: yes(),
            };
            let here = at::AccessRequest { request: Kit::id(super::SAMPLE) };
            let request = AccessRequest {
                report_id: (state == "completed").then(|| super::SAMPLE.to_owned()),
                ..super::sample(kit, state, agreed)
            };
            let uses = if state == "pending" { Vec::new() } else { super::sample_uses(kit) };
            let frame = kit.frame(party, "/portal/access/requests");
            Self::of(frame, &here, request, &uses, problem, &may, String::new())
        };
        let [customer, officer] = super::SEEN_BY;
        vec![
            page(customer, "pending", 0, Problem::none(t)),
            page(officer, "pending", 1, Problem::ours(t, t.form_sure_missing())),
            page(officer, "active", 2, Problem::none(t)),
            page(customer, "completed", 2, Problem::none(t)),
        ]
    }

    async fn load(visit: &Visit, here: at::AccessRequest) -> Result<Answer, Trouble> {
        Self::made(visit, &here, Problem::none(visit.t), visit.fresh_id()).await?.shown()
    }

    async fn act(visit: &Visit, here: at::AccessRequest, form: Form) -> Result<Answer, Trouble> {
        let done = match form.get("do") {
            "stop" => visit.call(of(&here, StopAccessRequest)).await,
            "revoke" => visit.call(of(&here, RevokeAccessRequest)).await,
            "withdraw" => visit.call(of(&here, WithdrawAccessRequest)).await,
            _ => return Err(Trouble::Missing),
        };
        match done {
            Ok(_) => Ok(Answer::Go(link(&here, &[("done", &format!("access-{}", form.get("do")))]))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &here, problem, once).await?.shown_as(status)
            }
        }
    }
}

/// A call about this request.
pub(super) fn of<O: Operation>(here: &at::AccessRequest, operation: O) -> Call<O> {
    Call::to(operation).param("request-id", here.request)
}

impl Request {
    async fn made(
        visit: &Visit,
        here: &at::AccessRequest,
        problem: Problem,
        once: String,
    ) -> Result<Self, Trouble> {
        let request = visit.call(of(here, GetAccessRequest)).await?;
        let uses = visit.call(of(here, ListAccessUses)).await?.items;
        let may = May {
            decide: visit.may(DecideAccessRequest),
            watch: visit.may(WatchAccessRequest),
            stop: visit.may(StopAccessRequest),
            revoke: visit.may(RevokeAccessRequest),
            withdraw: visit.may(WithdrawAccessRequest),
            report: visit.may(GetAccessReport),
        };
        Ok(Self::of(visit.frame(), here, request, &uses, problem, &may, once))
    }

    fn of(
        frame: Frame,
        here: &at::AccessRequest,
        request: AccessRequest,
        uses: &[AccessUse],
        problem: Problem,
        may: &May,
        once: String,
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let reason = reason_name(t, request.reason.as_deref().unwrap_or_default());
        let fields = request.fields.clone().unwrap_or_default().join(", ");
        let until = |at: Option<jiff::Timestamp>| at.map(|at| f.time(at)).unwrap_or_default();
        Self {
            title: t.access_row(reason.clone(), request.ticket.clone().unwrap_or_default()),
            sentence: sentence(&frame, &request, reason, fields),
            state: State::of(t, &request),
            note: match request.state.as_deref().unwrap_or_default() {
                "pending" => t.access_waits(until(request.answer_by), super::missing(t, f, &request)),
                "active" | "paused" => t.access_until(until(request.ends_date)),
                _ => String::new(),
            },
            problem,
            purpose: request.purpose.clone().unwrap_or_default(),
            facts: Facts { t, facts: facts(&frame, &request) },
            slots: slots(t, f, &request),
            links: links(t, here, &request, may),
            acts: acts(t, &request, may),
            uses: use_rows(t, f, uses),
            text: request.text.unwrap_or_default(),
            once,
            frame: frame.below(at::AccessRequests {}.path(), t.access_title()),
        }
    }
}

fn sentence(frame: &Frame, request: &AccessRequest, reason: String, fields: String) -> String {
    let (uses, operator) = (request.max_uses.unwrap_or_default(), frame.operator.clone());
    if request.masking == Some(false) {
        frame.t.access_sentence_whole(fields, operator, reason, uses)
    } else {
        frame.t.access_sentence_masked(fields, operator, reason, uses)
    }
}

fn facts(frame: &Frame, request: &AccessRequest) -> Vec<Fact> {
    let (t, f) = (frame.t, frame.f);
    let text = request.text.as_deref().unwrap_or_default();
    let list = |items: &Option<Vec<String>>| items.clone().unwrap_or_default().join(", ");
    let number = |count: Option<i64>| f.whole(count.unwrap_or_default());
    let used = |used, most| t.access_of(number(most), number(used));
    let supervision = request.supervision.as_deref().unwrap_or_default();
    let mut facts = vec![
        Fact::new(t.report_tenant(), request.tenant_id.clone().unwrap_or_default()),
        Fact::new(t.request_operations(), list(&request.operations)),
        Fact::new(t.request_fields(), list(&request.fields)),
        Fact::new(t.access_uses(), used(request.uses, request.max_uses)),
        Fact::new(t.report_rows(), used(request.rows, request.max_rows)),
        Fact::new(t.report_bytes(), used(request.bytes, request.max_bytes)),
        Fact::new(t.request_supervision(), t.named("supervision", supervision).unwrap_or_default()),
        Fact::new(t.request_key(), line(text, "requester")),
        Fact::new(t.request_from(), t.request_from_of(line(text, "office"), line(text, "physical"))),
        Fact::new(t.access_asked(), request.created_date.map(|at| f.time(at)).unwrap_or_default()),
    ];
    if let Some(at) = request.activated_date {
        facts.push(Fact::new(t.access_begun(), f.time(at)));
    }
    facts
}

fn links(t: &'static Texts, here: &at::AccessRequest, request: &AccessRequest, may: &May) -> Vec<Action> {
    let mut links = Vec::new();
    if is_in(request, &OPEN[..1]) {
        let decide = at::AccessDecision { request: here.request };
        let to = |decision| link(&decide, &[("decision", decision)]);
        links.push(Action::link(t.access_approve(), to("approve"), may.decide.clone()));
        links.push(Action::link(t.access_deny(), to("deny"), may.decide.clone()).grave());
    }
    if is_in(request, &OPEN[1..]) {
        let watch = at::AccessWatch { request: here.request }.path();
        links.push(Action::link(t.access_watch(), watch, may.watch.clone()));
    }
    if let Some(report) = request.report_id.as_deref().and_then(|id| id.parse().ok()) {
        let path = at::AccessReport { report }.path();
        links.push(Action::link(t.access_report(), path, may.report.clone()).minor());
    }
    links
}

fn acts(t: &'static Texts, request: &AccessRequest, may: &May) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut add = |word, means, label, permit: &Permit| {
        if *permit != Permit::Hidden {
            acts.push(Act { word, means, button: Action::button(label, permit.clone()).grave() });
        }
    };
    if is_in(request, &OPEN[2..]) {
        add("stop", t.access_stop_means(), t.access_stop(), &may.stop);
    }
    if is_in(request, &OPEN[1..]) {
        add("revoke", t.access_revoke_means(), t.access_revoke(), &may.revoke);
    }
    if is_in(request, &OPEN[..1]) {
        add("withdraw", t.access_withdraw_means(), t.access_withdraw(), &may.withdraw);
    }
    acts
}
