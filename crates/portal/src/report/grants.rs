//! The requests of a report, each as a story: what was asked, who agreed, what was opened, how it ended.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::kind_name;
use super::reading::{date, entries, line, number, text};
use crate::format::Format;
use crate::pages::cloud::country_name;
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
    let release = submitted.is_none() && events.iter().any(|event| text(event, "/entry/reason") == RELEASE);
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
        earlier: submitted.is_none() && !release,
        facts: Facts { t, facts: facts(asked, (events, release), t, f) },
        decisions: of_kind("approve").chain(of_kind("deny")).map(|event| decision(event, t, f)).collect(),
        uses: uses(events, t, f),
        steps: events.iter().filter_map(|event| step(&event)).collect(),
    }
}

/// Why a thread is opened that its author has released.
const RELEASE: &str = "support_release";

/// What is known of it: as it was asked for or released, and what became of it.
fn facts(asked: &str, (events, release): (&[&Value], bool), t: &Texts, f: Format) -> Vec<Fact> {
    let mut facts = match (asked.is_empty(), release) {
        (false, _) => asked_for(asked, events, t, f),
        (true, true) => released(events, t),
        (true, false) => Vec::new(),
    };
    let became = [
        (t.report_classes(), classes(events, t)),
        (t.report_ran(), ran(events, t, f)),
        (t.request_supervisor(), detail(events, "/detail/supervisor").to_owned()),
        (t.report_left(), left(events, t, f)),
    ];
    facts.extend(
        became.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| Fact::new(name, text)),
    );
    facts
}

/// The first text at a place of the details.
fn detail<'e>(events: &[&'e Value], place: &str) -> &'e str {
    events.iter().map(|event| text(event, place)).find(|text| !text.is_empty()).unwrap_or_default()
}

fn classes(events: &[&Value], t: &Texts) -> String {
    let listed = events.iter().filter_map(|event| event.pointer("/entry/class")?.as_array()).flatten();
    let words: BTreeSet<&str> = listed.filter_map(Value::as_str).collect();
    let name = |word: &&str| t.named("class", &word.to_lowercase()).unwrap_or_else(|| (*word).to_owned());
    words.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// From when to when it really was.
fn ran(events: &[&Value], t: &Texts, f: Format) -> String {
    let at = |kinds: &[&str]| {
        let of = |event: &&&Value| kinds.contains(&text(event, "/entry/type"));
        events.iter().find(of).and_then(|event| date(event, "/entry/time"))
    };
    let begun = at(&["activate", "release.begin"]);
    let ended = at(&["kill", "revoke", "expire", "complete", "release.end"]);
    match (begun, ended) {
        (Some(begun), Some(ended)) => {
            let minutes = (ended.as_second() - begun.as_second()).max(0).div_euclid(60);
            t.report_ran_of(f.time(begun), f.time(ended), minutes)
        }
        (Some(begun), None) => t.report_ran_since(f.time(begun)),
        (None, _) => String::new(),
    }
}

/// What the openings left behind, and for how long: each thing once.
pub(super) fn left(events: &[&Value], t: &Texts, f: Format) -> String {
    let mut said: Vec<String> = Vec::new();
    let lines = events.iter().filter_map(|event| event.pointer("/detail/left")?.as_array()).flatten();
    for line in lines {
        let (what, kept) = (text(line, "/what"), text(line, "/kept"));
        let what = t.named("left", what).unwrap_or_else(|| what.to_owned());
        let kept = match date(line, "/until") {
            Some(until) => t.report_kept_until(f.time(until)),
            None => t.named("kept", kept).unwrap_or_else(|| kept.to_owned()),
        };
        let line = t.report_left_line(kept, what);
        if !said.contains(&line) {
            said.push(line);
        }
    }
    said.join("; ")
}

/// What an author of a ticket has released.
fn released(events: &[&Value], t: &Texts) -> Vec<Fact> {
    vec![
        Fact::new(t.request_ticket(), detail(events, "/detail/ticket")),
        Fact::new(t.request_shown(), t.request_whole()),
        Fact::new(t.report_employer(), detail(events, "/detail/employer")),
        Fact::new(t.request_from(), detail(events, "/detail/country")),
    ]
}

fn asked_for(asked: &str, events: &[&Value], t: &Texts, f: Format) -> Vec<Fact> {
    let list = |key: &str| line(asked, key).replace(',', ", ");
    let masked = if line(asked, "masking") == "on" { t.request_masked() } else { t.request_whole() };
    let supervision = line(asked, "supervision");
    let planned = line(asked, "not-before").parse().ok().map(|begin| {
        let minutes = line(asked, "duration").parse::<i64>().unwrap_or(0).div_euclid(60);
        t.report_planned_of(f.time(begin), minutes)
    });
    vec![
        Fact::new(t.request_ticket(), line(asked, "ticket")),
        Fact::new(t.request_operations(), list("operations")),
        Fact::new(t.request_fields(), list("fields")),
        Fact::new(t.request_shown(), masked),
        Fact::new(t.request_limits(), t.request_limits_of(line(asked, "max-rows"), line(asked, "max-uses"))),
        Fact::new(t.report_planned(), planned.unwrap_or_default()),
        Fact::new(t.request_key(), line(asked, "requester")),
        Fact::new(t.report_employer(), detail(events, "/detail/employer")),
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
    match reason.strip_prefix("authority-") {
        Some(country) => t.reason_authority(country_name(t, &country.to_ascii_uppercase())),
        None => t.named("reason", reason).unwrap_or_else(|| reason.to_owned()),
    }
}

/// The name of a request's state for people.
pub(crate) fn state_name(t: &Texts, state: &str) -> String {
    t.named("state", state).unwrap_or_else(|| state.to_owned())
}

/// The name of a use's outcome for people.
pub(crate) fn outcome_name(t: &Texts, outcome: &str) -> String {
    t.named("outcome", outcome).unwrap_or_else(|| outcome.to_owned())
}
