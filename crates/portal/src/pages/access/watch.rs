//! A grant while it is used: what was released a moment ago, what limits are left, and the button that stops it.
//!
//! Looking at this page is watching: the trustee counts whoever looks as the supervisor. A page that follows by itself is
//! asked for by the visitor; it waits at the trustee until there is something new, so it needs no script.

use askama::Template;
use contract::operations::{ClearAccessUse, StopAccessRequest, WatchAccessRequest};
use contract::resources::access::{AccessRequest, AccessWatch};
use contract::{Operation, Spec};

use super::request::of;
use super::{OPEN, State, UseRow, is_in, use_rows};
use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Problem};
use crate::permit::Permit;
use crate::report::reason_name;
use crate::texts::Texts;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// How much of a limit is used.
struct Limit {
    name: String,
    text: String,
    used: i64,
    most: i64,
}

/// How a page goes on that shows what happens.
pub(crate) struct Following {
    /// Where it goes by itself; empty when it does not.
    pub(crate) to: String,
    pub(crate) toggle: Action,
    pub(crate) refresh: Action,
}

impl Following {
    /// Of a page here, asked for like this, that showed what has this marker.
    pub(crate) fn of(t: &Texts, here: &impl Place, query: &Form, marker: &str, running: bool) -> Self {
        let follows = query.get("follow") == "yes";
        let to = |follow: &str, after: &str| link(here, &[("follow", follow), ("after", after)]);
        let (word, other) = if follows { (t.watch_still(), "") } else { (t.watch_follow(), "yes") };
        Self {
            to: if running && follows { to("yes", marker) } else { String::new() },
            toggle: Action::link(word, to(other, ""), Permit::Yes).minor(),
            refresh: Action::link(t.watch_refresh(), to(query.get("follow"), ""), Permit::Yes).minor(),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/access/watch.html")]
pub(crate) struct Watch {
    frame: Frame,
    title: String,
    state: State,
    running: bool,
    note: String,
    problem: Problem,
    limits: Vec<Limit>,
    uses: Vec<UseRow>,
    following: Following,
    stop: Action,
    /// For grants of which each use is let pass by itself.
    clear: Option<Action>,
    once: String,
}

impl Page for Watch {
    type At = at::AccessWatch;
    const CALLS: &'static [&'static Spec] = &[WatchAccessRequest::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let page = |state: &str, step: bool, query: &str| {
            let request = AccessRequest {
                supervision: Some(if step { "step" } else { "live" }.to_owned()),
                ..super::sample(kit, state, 2)
            };
            let marker = format!("{state}-2-1");
            let seen = AccessWatch {
                request: Some(request),
                uses: Some(super::sample_uses(kit)),
                marker: Some(marker),
            };
            let frame = kit.frame(super::SEEN_BY[1], "/portal/access/requests");
            let here = at::AccessWatch { request: Kit::id(super::SAMPLE) };
            let may = [Permit::Yes, Permit::Yes];
            Self::of(
                frame,
                &here,
                seen,
                &Form::parse(query.as_bytes()),
                Problem::none(kit.t()),
                may,
                String::new(),
            )
        };
        vec![
            page("active", false, "follow=yes"),
            page("paused", true, ""),
            page("aborted", false, "follow=yes"),
        ]
    }

    async fn load(visit: &Visit, here: at::AccessWatch) -> Result<Answer, Trouble> {
        Self::made(visit, &here, Problem::none(visit.t), visit.fresh_id()).await?.shown()
    }

    async fn act(visit: &Visit, here: at::AccessWatch, form: Form) -> Result<Answer, Trouble> {
        let request = at::AccessRequest { request: here.request };
        let done = match form.get("do") {
            "stop" => visit.call(of(&request, StopAccessRequest)).await,
            "clear" => visit.call(of(&request, ClearAccessUse)).await,
            _ => return Err(Trouble::Missing),
        };
        match done {
            Ok(_) if form.get("do") == "stop" => Ok(Answer::Go(link(&request, &[("done", "access-stop")]))),
            Ok(_) => Ok(Answer::Go(link(
                &here,
                &[("follow", visit.query.get("follow")), ("done", "access-clear")],
            ))),
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &here, problem, once).await?.shown_as(status)
            }
        }
    }
}

impl Watch {
    async fn made(
        visit: &Visit,
        here: &at::AccessWatch,
        problem: Problem,
        once: String,
    ) -> Result<Self, Trouble> {
        let request = at::AccessRequest { request: here.request };
        let mut call = of(&request, WatchAccessRequest);
        // With what was seen last, the call answers when there is something else.
        if let Some(after) = visit.query.given("after") {
            call = call.query("after", after);
        }
        let seen = visit.call(call).await?;
        let may = [visit.may(StopAccessRequest), visit.may(ClearAccessUse)];
        Ok(Self::of(visit.frame(), here, seen, &visit.query, problem, may, once))
    }

    fn of(
        frame: Frame,
        here: &at::AccessWatch,
        seen: AccessWatch,
        query: &Form,
        problem: Problem,
        [may_stop, may_clear]: [Permit; 2],
        once: String,
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let request = seen.request.unwrap_or_default();
        let running = is_in(&request, &OPEN[1..]);
        let following = Following::of(t, here, query, seen.marker.as_deref().unwrap_or_default(), running);
        let limit = |name: String, used: Option<i64>, most: Option<i64>| {
            let (used, most) = (used.unwrap_or_default(), most.unwrap_or_default());
            Limit { name, text: t.access_of(f.whole(most), f.whole(used)), used, most: most.max(1) }
        };
        let reason = reason_name(t, request.reason.as_deref().unwrap_or_default());
        Self {
            title: t.access_row(reason, request.ticket.clone().unwrap_or_default()),
            state: State::of(t, &request),
            running,
            note: match request.ends_date.filter(|_| running) {
                Some(at) => t.access_until(f.time(at)),
                None => String::new(),
            },
            problem,
            limits: vec![
                limit(t.access_uses(), request.uses, request.max_uses),
                limit(t.report_rows(), request.rows, request.max_rows),
                limit(t.report_bytes(), request.bytes, request.max_bytes),
            ],
            uses: use_rows(t, f, &seen.uses.unwrap_or_default()),
            following,
            stop: Action { class: "button stop", ..Action::button(t.access_stop(), may_stop) },
            clear: (request.supervision.as_deref() == Some("step"))
                .then(|| Action::button(t.watch_clear(), may_clear)),
            once,
            frame: frame.below(at::AccessRequest { request: here.request }.path(), t.access_back()),
        }
    }
}
