//! The requests of a report, each as a story: what was asked, who agreed, what was opened, how it ended.

use serde_json::Value;
use std::collections::BTreeMap;

use super::kind_name;
use super::reading::{date, entries, line, number, text};
use crate::format::Format;
use crate::parts::{Fact, Facts};
use crate::texts::Texts;

/// One decision.
pub(super) struct Decision {
    pub(super) who: String,
    pub(super) key: String,
    pub(super) what: String,
    pub(super) good: bool,
    pub(super) at: String,
}

/// One use.
pub(super) struct Use {
    pub(super) at: String,
    pub(super) operation: String,
    pub(super) outcome: String,
    pub(super) good: bool,
    pub(super) fields: String,
    pub(super) rows: String,
    pub(super) bytes: String,
}

/// What happened to it, step by step.
pub(super) struct Step {
    pub(super) at: String,
    pub(super) what: String,
    pub(super) state: String,
}

/// The story of a request.
pub(super) struct GrantStory {
    pub(super) title: String,
    pub(super) purpose: String,
    /// Whether what was asked stands in an earlier report.
    pub(super) earlier: bool,
    pub(super) facts: Facts,
    pub(super) decisions: Vec<Decision>,
    pub(super) uses: Vec<Use>,
    pub(super) steps: Vec<Step>,
}

/// All of them, in the order in which they come up.
pub(super) fn stories(report: &Value, t: &'static Texts, f: Format) -> Vec<GrantStory> {
    let mut order: Vec<&str> = Vec::new();
    let mut grants: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for event in entries(report).filter(|event| text(event, "/entry/type") != "report") {
        let grant = text(event, "/entry/grant");
        if !grant.is_empty() {
            if !grants.contains_key(grant) {
                order.push(grant);
            }
            grants.entry(grant).or_default().push(event);
        }
    }
    order.into_iter().map(|grant| story(grant, &grants[grant], t, f)).collect()
}

fn story(grant: &str, events: &[&Value], t: &'static Texts, f: Format) -> GrantStory {
    let of_kind = |kind: &'static str| events.iter().filter(move |event| text(event, "/entry/type") == kind);
    let submitted = of_kind("submit").next();
    let asked = submitted.map_or("", |event| text(event, "/detail/text"));
    let reason = events.iter().map(|event| text(event, "/entry/reason")).find(|reason| !reason.is_empty());
    let reason = reason.map(|reason| reason_name(t, reason)).unwrap_or_default();
    let step = |event: &&&Value| {
        let kind = text(event, "/entry/type");
        (!kind.starts_with("use.")).then(|| Step {
            at: date(event, "/entry/time").map(|at| f.time(at)).unwrap_or_default(),
            what: kind_name(t, kind),
            state: state_name(t, text(event, "/entry/to")),
        })
    };
    GrantStory {
        title: t.report_grant(grant, reason),
        purpose: submitted.map_or("", |event| text(event, "/detail/purpose")).to_owned(),
        earlier: submitted.is_none(),
        facts: Facts { t, facts: facts(asked, t) },
        decisions: of_kind("approve").chain(of_kind("deny")).map(|event| decision(event, t, f)).collect(),
        uses: uses(events, t, f),
        steps: events.iter().filter_map(|event| step(&event)).collect(),
    }
}

fn facts(asked: &str, t: &Texts) -> Vec<Fact> {
    if asked.is_empty() {
        return Vec::new();
    }
    let list = |key: &str| line(asked, key).replace(',', ", ");
    let masked = if line(asked, "masking") == "on" { t.request_masked() } else { t.request_whole() };
    let supervision = line(asked, "supervision");
    vec![
        Fact::new(t.request_ticket(), line(asked, "ticket")),
        Fact::new(t.request_operations(), list("operations")),
        Fact::new(t.request_fields(), list("fields")),
        Fact::new(t.request_shown(), masked),
        Fact::new(t.request_limits(), t.request_limits_of(line(asked, "max-rows"), line(asked, "max-uses"))),
        Fact::new(t.request_key(), line(asked, "requester")),
        Fact::new(t.request_from(), t.request_from_of(line(asked, "office"), line(asked, "physical"))),
        Fact::new(
            t.request_supervision(),
            t.named("supervision", supervision).unwrap_or_else(|| supervision.to_owned()),
        ),
        Fact::new(t.request_factors(), factors(t, line(asked, "factors"))),
    ]
}

/// Who must agree, in words.
fn factors(t: &Texts, text: &str) -> String {
    let named = |factor: &str| {
        let (kind, count) = factor.split_once(">=")?;
        Some(t.request_factor(count, t.named("person", kind)?))
    };
    let all: Option<Vec<String>> = text.split(" AND ").map(named).collect();
    all.map_or_else(|| text.to_owned(), |all| all.join(", "))
}

fn decision(event: &Value, t: &Texts, f: Format) -> Decision {
    let kind = text(event, "/detail/kind");
    let good = text(event, "/entry/type") == "approve";
    let at = date(event, "/detail/at").or_else(|| date(event, "/entry/time"));
    Decision {
        who: t.named("person", kind).unwrap_or_else(|| text(event, "/entry/actor").to_owned()),
        key: text(event, "/detail/key").to_owned(),
        what: if good { t.decision_approve() } else { t.decision_deny() },
        good,
        at: at.map(|at| f.time(at)).unwrap_or_default(),
    }
}

fn uses(events: &[&Value], t: &Texts, f: Format) -> Vec<Use> {
    let results: BTreeMap<i64, &&Value> = events
        .iter()
        .filter(|event| text(event, "/entry/type") == "use.result")
        .map(|event| (number(event, "/entry/of"), event))
        .collect();
    let used = |event: &&Value| {
        let kind = text(event, "/entry/type");
        let result = results.get(&number(event, "/index")).copied();
        let outcome = match (kind, result) {
            ("use.refused", _) => "refused",
            (_, Some(result)) => match text(result, "/detail/outcome") {
                "" => "untold",
                told => told,
            },
            (_, None) => "open",
        };
        let amount = |place: &str| result.map_or(0, |result| number(result, place));
        Use {
            at: date(event, "/entry/time").map(|at| f.time(at)).unwrap_or_default(),
            operation: text(event, "/entry/op").to_owned(),
            outcome: outcome_name(t, outcome),
            good: outcome == "released",
            fields: result.map_or("", |result| text(result, "/detail/fields")).replace(',', ", "),
            rows: f.whole(amount("/entry/counts/rows")),
            bytes: f.whole(amount("/entry/counts/bytes")),
        }
    };
    let begun =
        events.iter().filter(|event| matches!(text(event, "/entry/type"), "use.intent" | "use.refused"));
    begun.map(used).collect()
}

/// The name of a reason for people.
pub(crate) fn reason_name(t: &Texts, reason: &str) -> String {
    t.named("reason", reason).unwrap_or_else(|| reason.to_owned())
}

/// The name of a request's state for people.
pub(crate) fn state_name(t: &Texts, state: &str) -> String {
    t.named("state", state).unwrap_or_else(|| state.to_owned())
}

/// The name of a use's outcome for people.
pub(crate) fn outcome_name(t: &Texts, outcome: &str) -> String {
    t.named("outcome", outcome).unwrap_or_else(|| outcome.to_owned())
}
