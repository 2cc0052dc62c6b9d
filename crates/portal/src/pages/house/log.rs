//! The transparency log to look at: where it stands, who cosigned it, what its entries say. It names nobody.

use askama::Template;
use client::Call;
use contract::operations::{GetLogStanding, ListLogEntries};
use contract::resources::access_report::{LogEntryView, LogStanding, LogWitness};
use contract::{Operation, Party, Spec};
use jiff::Timestamp;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::access::precise;
use crate::pages::{Answer, Page, at};
use crate::parts::{Choice, Fact, Facts, Field, Kind};
use crate::report::{kind_name, reason_name, state_name};
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// Entries on one page.
const PAGE: usize = 50;
/// A log without an entry for so long has stopped: the heartbeat comes each ten minutes.
const STALE: i64 = 20 * 60;

struct Row {
    index: String,
    what: String,
    at: String,
    /// Everything else that it says.
    says: Vec<String>,
}

struct Witness {
    name: String,
    cosigned: bool,
}

#[derive(Template)]
#[template(path = "pages/house/log.html")]
pub(crate) struct Log {
    frame: Frame,
    finding: String,
    good: bool,
    facts: Facts,
    checkpoint: String,
    witnesses: Vec<Witness>,
    filter: Field,
    rows: Vec<Row>,
    older: String,
}

impl Page for Log {
    type At = at::Log;
    const CALLS: &'static [&'static Spec] = &[GetLogStanding::SPEC, ListLogEntries::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let standing = |writable| LogStanding {
            origin: kit.some("trustee.example/log"),
            key: kit.some("trustee.example/log+5de3aa8b+AQ"),
            size: Some(10_422),
            published_size: Some(10_420),
            checkpoint: kit
                .some("trustee.example/log\n10420\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"),
            newest_date: Some(Kit::at("2018-05-12T09:52:07Z")),
            witnesses: Some(vec![
                LogWitness { name: kit.some("witness.example/1"), cosigned: Some(true) },
                LogWitness { name: kit.some("witness.example/2"), cosigned: Some(false) },
            ]),
            writable: Some(writable),
            level: Some("L2".to_owned()),
            ..LogStanding::default()
        };
        let entry = |index, kind: &str| LogEntryView {
            index: Some(index),
            r#type: Some(kind.to_owned()),
            date: Some(Kit::at("2018-05-12T09:20:01Z")),
            about_customer: Some(kind != "heartbeat"),
            actor: kit.some("fp:0011223344556677"),
            grant: Some("g:8899aabbccddeeff".to_owned()),
            operation: Some("get-customer-billing-profile".to_owned()),
            classes: Some(vec!["B".to_owned()]),
            counts: Some(vec!["rows 1".to_owned(), "bytes 40".to_owned()]),
            from_state: Some("active".to_owned()),
            to_state: Some("active".to_owned()),
            reason: Some("customer_support".to_owned()),
            level: Some("L2".to_owned()),
            belongs_to: Some(10_400),
        };
        let list = [entry(10_421, "heartbeat"), entry(10_401, "use.result")];
        let page = |standing, list: &[LogEntryView], now| {
            let frame = kit.frame(Party::Trustee, "/portal/log");
            Self::of(frame, standing, list, &Form::parse(b"type=use.result"), Kit::at(now))
        };
        let alone = LogStanding { witnesses: Some(Vec::new()), ..standing(true) };
        vec![
            page(standing(true), &list, "2018-05-12T09:53:00Z"),
            page(standing(false), &[], "2018-05-12T09:53:00Z"),
            page(alone, &list, "2018-05-12T11:00:00Z"),
        ]
    }

    async fn load(visit: &Visit, _at: at::Log) -> Result<Answer, Trouble> {
        let mut call = Call::to(ListLogEntries).query("size", PAGE);
        for name in ["type", "before"] {
            if let Some(given) = visit.query.given(name) {
                call = call.query(name, given);
            }
        }
        let standing = visit.call(Call::to(GetLogStanding)).await?;
        let list = visit.call(call).await?.items;
        Self::of(visit.frame(), standing, &list, &visit.query, visit.now()).shown()
    }
}

impl Log {
    fn of(frame: Frame, standing: LogStanding, list: &[LogEntryView], query: &Form, now: Timestamp) -> Self {
        let (t, f) = (frame.t, frame.f);
        let age = standing.newest_date.map_or(i64::MAX, |at| now.as_second() - at.as_second());
        let size = standing.size.unwrap_or_default();
        let (finding, good) = match (standing.writable, age) {
            (Some(false), _) => (t.log_sealed(), false),
            (_, age) if age > STALE => (t.log_stale(), false),
            (_, age) => (t.log_grows((age / 60).max(0), f.whole(size)), true),
        };
        let facts = vec![
            Fact::new(t.log_origin(), standing.origin.unwrap_or_default()),
            Fact::new(t.log_key(), standing.key.unwrap_or_default()),
            Fact::new(t.log_size(), f.whole(size)),
            Fact::new(t.log_published(), f.whole(standing.published_size.unwrap_or_default())),
            Fact::new(t.log_newest(), standing.newest_date.map(|at| precise(f, at)).unwrap_or_default()),
            Fact::new(t.report_level(), standing.level.unwrap_or_default()),
        ];
        let witness = |one: &LogWitness| Witness {
            name: one.name.clone().unwrap_or_default(),
            cosigned: one.cosigned == Some(true),
        };
        let chosen = query.get("type");
        let mut kinds = vec![Choice { value: String::new(), label: t.log_all(), chosen: chosen.is_empty() }];
        kinds.extend(ledger::Kind::ALL.iter().map(|kind| Choice {
            value: kind.as_str().to_owned(),
            label: kind_name(t, kind.as_str()),
            chosen: kind.as_str() == chosen,
        }));
        let oldest = list.last().and_then(|entry| entry.index).filter(|index| *index > 0);
        let older =
            oldest.map(|index| link(&at::Log {}, &[("type", chosen), ("before", &index.to_string())]));
        Self {
            finding,
            good,
            facts: Facts { t, facts },
            checkpoint: standing.checkpoint.unwrap_or_default(),
            witnesses: standing.witnesses.iter().flatten().map(witness).collect(),
            filter: Field::choice("type", t.log_type(), Kind::Select(kinds)),
            rows: list.iter().map(|entry| row(&frame, entry)).collect(),
            older: older.unwrap_or_default(),
            frame,
        }
    }
}

fn row(frame: &Frame, entry: &LogEntryView) -> Row {
    let (t, f) = (frame.t, frame.f);
    let mut says = Vec::new();
    if entry.about_customer == Some(true) {
        says.push(t.log_about_customer());
    }
    if let Some(reason) = &entry.reason {
        says.push(reason_name(t, reason));
    }
    says.extend(entry.operation.clone());
    let states: Vec<String> = [&entry.from_state, &entry.to_state]
        .into_iter()
        .flatten()
        .map(|state| state_name(t, state))
        .collect();
    if !states.is_empty() {
        says.push(states.join(" → "));
    }
    says.extend(entry.counts.iter().flatten().cloned());
    says.extend(entry.grant.clone());
    says.extend(entry.actor.clone());
    says.extend(entry.belongs_to.map(|index| t.log_belongs(f.whole(index))));
    says.extend(entry.level.clone());
    Row {
        index: f.whole(entry.index.unwrap_or_default()),
        what: kind_name(t, entry.r#type.as_deref().unwrap_or_default()),
        at: entry.date.map(|at| precise(f, at)).unwrap_or_default(),
        says,
    }
}
