//! An access report for people: what its entries say, in sentences and tables.
//!
//! Invariant: everything here follows from the signed report; nothing is asked of anybody, so that the page in a bundle
//! says the same for ever.
//!
//! Deliberately absent: checking the report, which is the verifiers'.

mod grants;
mod reading;
mod sample;

use askama::Template;
use askama::filters::HtmlSafe;
use serde_json::Value;
use std::collections::BTreeMap;

use crate::format::Format;
use crate::parts::{Fact, Facts};
use crate::texts::{Locale, Texts};
pub(crate) use grants::{outcome_name, reason_name, state_name};
pub(crate) use reading::line;

use grants::GrantStory;
use reading::{date, entries, number, text};

/// Openings of one day.
pub(crate) struct OpeningDay {
    day: String,
    partners: String,
    customer: String,
    /// The bar's length, of 100.
    bar: u64,
}

/// A kind of entry, how many there are, and what such an act leaves behind.
pub(crate) struct Other {
    what: String,
    count: String,
    left: String,
}

/// A report, read.
#[derive(Template)]
#[template(path = "parts/report.html")]
pub(crate) struct Report {
    t: &'static Texts,
    finding: String,
    /// Whether the operator's people opened nothing.
    calm: bool,
    facts: Facts,
    /// Entries whose details are gone, in words; empty where there are none.
    gone: String,
    grants: Vec<GrantStory>,
    days: Vec<OpeningDay>,
    others: Vec<Other>,
    proof: Vec<String>,
}

impl HtmlSafe for Report {}

/// The same as a file that needs nothing else.
#[derive(Template)]
#[template(path = "report.html")]
struct Document<'a> {
    t: &'static Texts,
    title: String,
    report: &'a Report,
}

/// An access report for people: one page for each language, by file name. `report` is what a bundle's signed note says.
pub fn report_pages(report: &Value) -> BTreeMap<String, String> {
    let page = |locale: Locale| {
        let report = Report::of(report, locale);
        let t = Texts::of(locale);
        let page = Document { t, title: t.report_title(), report: &report }.render();
        let html = page.unwrap_or_else(|error| {
            tracing::error!(%error, "a template failed");
            String::new()
        });
        (format!("report.{}.html", locale.tag()), html)
    };
    Locale::ALL.into_iter().map(page).collect()
}

impl Report {
    /// What the report says, in a language.
    pub(crate) fn of(report: &Value, locale: Locale) -> Self {
        let (t, f) = (Texts::of(locale), Format::of(locale));
        let (operator, uses) = (text(report, "/stated/operator"), number(report, "/released/uses"));
        let finding = if uses == 0 {
            t.report_nothing(operator)
        } else {
            let (rows, bytes) = (number(report, "/released/rows"), number(report, "/released/bytes"));
            t.report_opened(bytes, operator, rows, uses)
        };
        Self {
            t,
            finding,
            calm: uses == 0,
            facts: Facts { t, facts: facts(report, t, f) },
            gone: gone(report, t),
            grants: grants::stories(report, t, f),
            days: days(report, f),
            others: others(report, t, f),
            proof: proof(report, t),
        }
    }
}

fn facts(report: &Value, t: &Texts, f: Format) -> Vec<Fact> {
    let level = text(report, "/stated/level");
    let levels = [text(report, "/levels/lowest"), text(report, "/levels/highest")];
    let level = match levels {
        [lowest, highest] if !lowest.is_empty() && (lowest != level || highest != level) => {
            t.report_level_between(highest, level, lowest)
        }
        _ => level.to_owned(),
    };
    let period = match (date(report, "/from"), date(report, "/until")) {
        (Some(from), Some(until)) => t.period(f.time(from), f.time(until)),
        _ => String::new(),
    };
    let (all, inside) = (number(report, "/entries/all"), number(report, "/entries/in_period"));
    let cause = t.named("report-cause", text(report, "/cause")).unwrap_or_default();
    let counters = || entries(report).map(|event| number(event, "/counter"));
    let chain = match (counters().min(), counters().max()) {
        (Some(first), Some(last)) => t.report_chain(f.whole(all), f.whole(first), inside, f.whole(last)),
        _ => t.report_chain_empty(f.whole(all)),
    };
    let mut facts = vec![
        Fact::new(t.report_tenant(), text(report, "/tenant")),
        Fact::new(t.field_period(), period),
        Fact::new(t.report_cause(), cause),
        Fact::new(t.report_issued(), date(report, "/issued").map(|at| f.time(at)).unwrap_or_default()),
        Fact::new(t.report_level(), level),
        Fact::new(t.report_level_changes(), changes(report, t, f)),
        Fact::new(t.report_entries(), chain),
        Fact::new(
            t.report_log(),
            t.report_log_size(text(report, "/log/origin"), f.whole(number(report, "/log/size"))),
        ),
        Fact::new(t.report_checkpoint(), text(report, "/log/root")),
        Fact::new(t.report_cosigned(), cosigned(report, t, f)),
        Fact::new(t.report_rules(), rules(report)),
        Fact::new(t.report_program(), text(report, "/stated/program")),
    ];
    if !text(report, "/stated/build").is_empty() {
        facts.push(Fact::new(t.report_build(), text(report, "/stated/build")));
    }
    facts
}

/// The items of a list in the report.
fn items<'r>(report: &'r Value, place: &str) -> impl Iterator<Item = &'r Value> + use<'r> {
    report.pointer(place).and_then(Value::as_array).into_iter().flatten()
}

/// How the level changed in the period.
fn changes(report: &Value, t: &Texts, f: Format) -> String {
    let mut said: Vec<String> = Vec::new();
    let start = text(report, "/levels/start");
    if !start.is_empty() {
        said.push(t.report_level_start(start));
    }
    for change in items(report, "/levels/changes") {
        let at = date(change, "/time").map(|at| f.time(at)).unwrap_or_default();
        said.push(t.report_level_since(at, text(change, "/to")));
    }
    said.join("; ")
}

/// Who cosigned the checkpoint, as it says; which of them count is the reader's policy.
fn cosigned(report: &Value, t: &Texts, f: Format) -> String {
    let witness = |one: &Value| {
        let at = jiff::Timestamp::from_second(number(one, "/at")).map(|at| f.time(at));
        t.report_cosigned_at(at.unwrap_or_default(), text(one, "/witness"))
    };
    let all: Vec<String> = items(report, "/cosigned").map(witness).collect();
    if all.is_empty() { t.report_cosigned_none() } else { all.join("; ") }
}

/// The digests of the files whose rules stand for the customer.
fn rules(report: &Value) -> String {
    let all: Vec<&str> = items(report, "/stated/policies").filter_map(Value::as_str).collect();
    if all.is_empty() { text(report, "/stated/policy").to_owned() } else { all.join(", ") }
}

/// That details of some entries are not told any more.
fn gone(report: &Value, t: &Texts) -> String {
    let untold = |event: &&Value| !text(event, "/entry/detail").is_empty() && event["detail"].is_null();
    let count = i64::try_from(entries(report).filter(untold).count()).unwrap_or(i64::MAX);
    if count == 0 { String::new() } else { t.report_gone(count) }
}

/// What the customer and its partners opened themselves, by the day.
fn days(report: &Value, f: Format) -> Vec<OpeningDay> {
    let mut days: BTreeMap<String, (jiff::Timestamp, i64, i64)> = BTreeMap::new();
    for event in entries(report).filter(|event| text(event, "/entry/type") == "openings") {
        // The hour it tells of; without details, the hour in which it was told.
        let hour = date(event, "/detail/hour").or_else(|| date(event, "/entry/time"));
        let Some(hour) = hour else { continue };
        let day = days.entry(hour.strftime("%Y-%m-%d").to_string()).or_insert((hour, 0, 0));
        day.1 += number(event, "/entry/counts/partner");
        day.2 += number(event, "/entry/counts/customer");
    }
    let most = days.values().map(|(_, partners, customer)| partners + customer).max().unwrap_or(0).max(1);
    let row = |(at, partners, customer): &(jiff::Timestamp, i64, i64)| OpeningDay {
        day: f.day(*at),
        partners: f.whole(*partners),
        customer: f.whole(*customer),
        bar: u64::try_from((partners + customer) * 100 / most).unwrap_or(0).clamp(1, 100),
    };
    days.values().map(row).collect()
}

/// Entries that belong to no grant and are no openings, by their kinds.
fn others(report: &Value, t: &Texts, f: Format) -> Vec<Other> {
    let mut kinds: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for event in entries(report).filter(|event| text(event, "/entry/type") != "openings") {
        let kind = text(event, "/entry/type");
        if text(event, "/entry/grant").is_empty() || kind == "report" {
            kinds.entry(kind).or_default().push(event);
        }
    }
    let row = |(kind, events): (&str, Vec<&Value>)| Other {
        what: kind_name(t, kind),
        count: f.whole(i64::try_from(events.len()).unwrap_or(i64::MAX)),
        left: grants::left(&events, t, f),
    };
    kinds.into_iter().map(row).collect()
}

/// What shows that nothing is left out, and how to check it.
fn proof(report: &Value, t: &Texts) -> Vec<String> {
    let mut said = vec![t.report_proof_chain(), t.report_proof_verify()];
    if !text(report, "/stated/trustee").is_empty() {
        said.push(t.report_proof_policy(text(report, "/stated/trustee")));
    }
    said
}

/// The name of a kind of entry for people.
pub(crate) fn kind_name(t: &Texts, kind: &str) -> String {
    t.named("entry", &kind.replace('.', "-")).unwrap_or_else(|| kind.to_owned())
}

/// A report for samples: one grant with two uses, one request that was denied, openings.
pub(crate) fn sample(say: impl Fn(&str) -> String, calm: bool) -> Value {
    sample::sample(&say, calm)
}

#[cfg(test)]
mod tests;
