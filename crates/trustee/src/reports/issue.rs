//! Announcing a report, and issuing it.

use kernel::{Micros, Problem, TenantId};
use ledger::{Bundle, Checkpoint, Entry, Header, Kind, Material, Refusal};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::Tx;
use store::trustee::reports::{self as rows, ReportRow};

use super::Reports;
use crate::grants::alias;
use crate::log::{Draft, Pen};

/// Why a report is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A grant has ended.
    Event,
    /// An emergency was approved: the customer is told at once, and of what was opened when it has ended.
    Emergency,
    /// A month is over.
    Monthly,
    /// Somebody asked.
    Demand,
}

impl Cause {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Emergency => "emergency",
            Self::Monthly => "monthly",
            Self::Demand => "demand",
        }
    }
}

/// Whether a report of this cause is about one grant.
pub(super) fn is_about_grant(cause: &str) -> bool {
    [Cause::Event, Cause::Emergency].iter().any(|about| about.name() == cause)
}

/// A report that is to be.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) tenant: TenantId,
    pub(super) cause: Cause,
    /// The grant or the month; a demand has none.
    pub(super) subject: Option<String>,
    pub(super) from: Micros,
    pub(super) until: Micros,
}

impl Reports {
    /// Announces a report, unless there is one already; gives its id.
    pub(super) async fn announce(&self, wish: Wish) -> Result<String, Problem> {
        let (id, now) = (self.ids().ordered().to_string(), self.now());
        let tenant = wish.tenant;
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| announce(tx, pen, &wish, &id, now);
        Ok(self.log.act(&[tenant], act).await?.0)
    }

    /// Issues an announced report; false while its entry is not under a published checkpoint yet.
    pub(super) async fn issue(&self, id: &str) -> Result<bool, Problem> {
        let row = self.row(id).await?.ok_or_else(Problem::internal)?;
        if row.issued_at != 0 {
            return Ok(true);
        }
        let tenant: TenantId = row.tenant.parse().map_err(|_| Problem::internal())?;
        let told = self.log.events_of(tenant, (row.from_at, row.until_at)).await?;
        let size = Checkpoint::peek(told.checkpoint.as_bytes()).map_err(|why| broken(&why))?.size;
        if size <= row.place.cast_unsigned() {
            return Ok(false);
        }
        let stated = self.stated(&row, tenant).await?;
        let (bundle, said) = self.bundle(&row, told, stated).map_err(|why| broken(&why))?;
        let now = self.now();
        let text = bundle.to_text().map_err(|why| broken(&why))?;
        let sealed = self.seal(tenant, &row.id, text.into_bytes()).await?;
        let count = |names: [&str; 2]| said[names[0]][names[1]].as_i64().unwrap_or(0);
        let issued = ReportRow {
            issued_at: now,
            log_size: size.cast_signed(),
            entries: count(["entries", "all"]),
            in_period: count(["entries", "in_period"]),
            uses: count(["released", "uses"]),
            rows: count(["released", "rows"]),
            bytes: count(["released", "bytes"]),
            level: said["stated"]["level"].as_str().unwrap_or_default().to_owned(),
            ..row
        };
        let write = move |tx: &mut Tx| rows::issue(tx, &issued, &sealed);
        self.store.write("issue_report", write).await?;
        Ok(true)
    }

    pub(super) async fn row(&self, id: &str) -> Result<Option<ReportRow>, Problem> {
        let id = id.to_lowercase();
        Ok(self.store.read("access_report", move |tx| rows::report(tx, &id)).await?)
    }

    /// What the trustee adds to what the log tells: the files that hold the rules which stand for the customer, and the
    /// running program, by their digests.
    async fn stated(&self, row: &ReportRow, tenant: TenantId) -> Result<Value, Problem> {
        let (rules, now) = (self.rules.clone(), self.now());
        let standing = move |tx: &mut Tx| rules.standing(tx, tenant, now);
        let standing = self.store.try_read("rules_of_report", standing).await?;
        let policies: BTreeSet<String> =
            standing.rules().iter().map(|(_, sha256)| format!("sha256:{sha256}")).collect();
        let mut stated = json!({
            "report": row.id,
            "missing": self.assurance.verdict().missing,
            "policy": format!("sha256:{}", self.rules.base().sha256()),
            "policies": policies,
            "program": concat!("treuhand ", env!("CARGO_PKG_VERSION")),
            "cloud": self.profile.title,
            "operator": self.profile.operator,
            "trustee": self.profile.trustee,
        });
        if is_about_grant(&row.cause) {
            stated["grant"] = format!("g:{}", alias(&row.subject)).into();
        }
        if let Some(build) = self.assurance.build().await {
            stated["build"] = build.to_string().into();
        }
        Ok(stated)
    }

    /// The bundle, and what its report says.
    fn bundle(&self, row: &ReportRow, told: Material, mut stated: Value) -> Result<(Bundle, Value), Refusal> {
        let newest = told.events.last().map(|event| Entry::parse(&event.proof.entry)).transpose()?;
        let level = newest.and_then(|entry| entry.level).unwrap_or(self.log.level());
        stated["level"] = level.as_str().into();
        let header = Header {
            tenant: row.tenant.clone(),
            cause: row.cause.clone(),
            from: row.from_at,
            until: row.until_at,
            issued: self.now(),
            stated,
        };
        let mut said = Value::Null;
        let files = |report: &Value| {
            said = report.clone();
            self.pages.as_ref().map_or_else(BTreeMap::new, |pages| pages.report(report))
        };
        let bundle = ledger::assemble(&header, told, files, self.log.signer())?;
        Ok((bundle, said))
    }
}

fn announce(tx: &mut Tx, pen: &mut Pen<'_>, wish: &Wish, id: &str, now: Micros) -> Result<String, Problem> {
    let subject = wish.subject.clone().unwrap_or_else(|| id.to_owned());
    if let Some(row) = rows::of_subject(tx, wish.tenant, wish.cause.name(), &subject)? {
        return Ok(row.id);
    }
    let time = |at: Micros| access::request::time(at);
    let mut draft = Draft::of(Kind::Report)
        .about(wish.tenant)
        .because(wish.cause.name())
        .detail(json!({"report": id, "from": time(wish.from), "until": time(wish.until)}));
    if is_about_grant(wish.cause.name()) {
        draft = draft.under(alias(&subject));
    }
    let place = pen.note(tx, &draft)?.cast_signed();
    let row = ReportRow {
        id: id.to_owned(),
        tenant: wish.tenant.to_string(),
        cause: wish.cause.name().to_owned(),
        subject,
        from_at: wish.from,
        until_at: wish.until,
        announced_at: now,
        place,
        issued_at: 0,
        log_size: 0,
        entries: 0,
        in_period: 0,
        uses: 0,
        rows: 0,
        bytes: 0,
        level: String::new(),
    };
    rows::add(tx, &row)?;
    Ok(row.id)
}

/// The trustee's own entries could not be told. A mistake of ours, or somebody changed them.
fn broken(why: &Refusal) -> Problem {
    tracing::error!(%why, "a report cannot be made");
    Problem::internal()
}
