//! The operations on reports and on the log.
//!
//! Invariants: a customer finds reports about itself alone, whatever id is asked for; no answer may be kept by a cache.

use contract::collection::Collection;
use contract::operation::{Operation, Party, Reply, Spec};
use contract::operations as op;
use contract::query::Query;
use contract::resources::access_report::{AccessReport, LogEntryView, LogStanding, OpeningStatistics};
use contract::resources::legal::DemandStatistics;
use contract::route::Matched;
use edge::http::header::CACHE_CONTROL;
use edge::{Request, Response};
use kernel::{Code, Micros, Problem, TenantId};
use serde_json::Value;
use store::Tx;
use store::trustee::reports::{self as rows, ReportRow};

use super::Reports;
use super::issue::{Cause, Wish, is_about_grant};
use crate::desk::{desk, page};
use crate::gateway::bad;
use crate::identity::Caller;
use crate::legal::customer;

/// How far back a report goes where nobody says.
const YEAR: Micros = 365 * 24 * 3600 * 1_000_000;

/// One call on its way: what the handlers see of it.
struct Desk<'a> {
    reports: &'a Reports,
    matched: &'a Matched<'a>,
    caller: &'a Caller,
    request: &'a Request,
}

desk! {
    ListAccessReports => Desk::list,
    CreateAccessReport => Desk::create,
    GetAccessReport => Desk::get,
    GetLogStanding => Desk::standing,
    ListLogEntries => Desk::entries,
    GetOpeningStatistics => Desk::statistics,
    GetDemandStatistics => Desk::demands,
}

/// The operations that answer with a file.
pub(crate) const FILES: &[&Spec] = &[op::GetAccessReportBundle::SPEC, op::GetAccessReportPage::SPEC];

/// Carries out an operation for a caller who was let in.
pub(crate) async fn serve(
    reports: &Reports,
    matched: &Matched<'_>,
    caller: &Caller,
    request: &Request,
) -> Result<Response, Problem> {
    let desk = Desk { reports, matched, caller, request };
    if FILES.contains(&matched.spec) { desk.file().await } else { carry_out(&desk).await }
}

impl Desk<'_> {
    fn query(&self) -> Result<Query, Problem> {
        Query::parse(self.request.query(), self.matched.spec.query)
    }

    async fn seen(&self) -> Result<ReportRow, Problem> {
        self.reports.seen(self.caller, self.matched.params.get("report-id").unwrap_or_default()).await
    }

    async fn list(&self, (): ()) -> Result<Collection<AccessReport>, Problem> {
        self.reports.list(self.caller, &self.query()?).await
    }

    async fn create(&self, asked: AccessReport) -> Result<AccessReport, Problem> {
        self.reports.create(self.caller, &asked).await
    }

    async fn get(&self, (): ()) -> Result<AccessReport, Problem> {
        Ok(shown(self.seen().await?))
    }

    async fn standing(&self, (): ()) -> Result<LogStanding, Problem> {
        self.reports.standing().await
    }

    async fn entries(&self, (): ()) -> Result<Collection<LogEntryView>, Problem> {
        self.reports.entries(&self.query()?).await
    }

    async fn statistics(&self, (): ()) -> Result<Collection<OpeningStatistics>, Problem> {
        self.reports.statistics().await
    }

    async fn demands(&self, (): ()) -> Result<Collection<DemandStatistics>, Problem> {
        self.reports.demands().await
    }

    /// The bundle, or the page in it.
    async fn file(&self) -> Result<Response, Problem> {
        let spec = self.matched.spec;
        let Reply::File(file) = &spec.reply else { return Err(Problem::internal()) };
        let query = self.query()?;
        let row = self.seen().await?;
        let bytes = if spec == op::GetAccessReportPage::SPEC {
            self.reports.page(&row, query.get("language").unwrap_or("en")).await?
        } else {
            self.reports.read(&row).await?
        };
        let name = file.name_of(&self.matched.params);
        Ok(Response::document(file.media, &name, bytes).header(CACHE_CONTROL, "no-store"))
    }
}

impl Reports {
    async fn list(&self, caller: &Caller, query: &Query) -> Result<Collection<AccessReport>, Problem> {
        let (offset, limit) = page(query)?;
        let tenant = match caller.party {
            Party::Trustee => query.get("tenant").unwrap_or_default().to_lowercase(),
            _ => caller.tenant.to_string(),
        };
        let read = move |tx: &mut Tx| rows::reports(tx, &tenant, offset, limit);
        let found = self.store.read("list_reports", read).await?;
        Ok(Collection::new(found.into_iter().map(shown).collect()))
    }

    /// A report that concerns the caller.
    async fn seen(&self, caller: &Caller, id: &str) -> Result<ReportRow, Problem> {
        let row = self.row(id).await?;
        let own = |row: &ReportRow| {
            caller.party == Party::Trustee
                || (caller.party == Party::Customer && row.tenant == caller.tenant.to_string())
        };
        row.filter(own).ok_or_else(unknown)
    }

    /// A report that somebody asks for. Where witnesses have to see its entry first, it follows in a minute.
    async fn create(&self, caller: &Caller, asked: &AccessReport) -> Result<AccessReport, Problem> {
        let tenant = self.whose(caller, asked.tenant_id.as_deref()).await?;
        // Up to and with the present millisecond.
        let now = self.now() + 1000;
        let whole = |at: jiff::Timestamp| at.as_microsecond().div_euclid(1000) * 1000;
        let until = asked.until_date.map_or(now, whole).min(now);
        let from = asked.from_date.map_or(until - YEAR, whole);
        if from >= until {
            return Err(bad("fromDate", "must be before untilDate, and in the past"));
        }
        let wish = Wish { tenant, cause: Cause::Demand, subject: None, from, until };
        let id = self.announce(wish).await?;
        self.issue(&id).await?;
        self.row(&id).await?.map(shown).ok_or_else(Problem::internal)
    }

    /// The customer that a caller asks a report about.
    async fn whose(&self, caller: &Caller, asked: Option<&str>) -> Result<TenantId, Problem> {
        let asked: Option<TenantId> =
            asked.map(str::parse).transpose().map_err(|_| bad("tenantId", "must be a GUID"))?;
        if caller.party != Party::Trustee {
            let own = asked.is_none_or(|tenant| tenant == caller.tenant);
            return if own { Ok(caller.tenant) } else { Err(unknown()) };
        }
        let tenant = asked.ok_or_else(|| bad("tenantId", "is required: say which customer"))?;
        self.store
            .try_read("tenant_of_report", move |tx: &mut Tx| customer(tx, tenant))
            .await
            .map(|()| tenant)
    }

    /// The bundle of a report.
    async fn read(&self, row: &ReportRow) -> Result<Vec<u8>, Problem> {
        if row.issued_at == 0 && !self.issue(&row.id).await? {
            let text = "The report is announced, and waits until the log's witnesses have seen its entry. Try again later.";
            return Err(Problem::new(409, Code(0), "report_not_issued", text).retry_after(60));
        }
        let tenant = row.tenant.parse().map_err(|_| Problem::internal())?;
        self.unseal(tenant, &row.id).await
    }

    /// The page of a report that the bundle holds.
    async fn page(&self, row: &ReportRow, language: &str) -> Result<Vec<u8>, Problem> {
        let mut bundle: Value =
            serde_json::from_slice(&self.read(row).await?).map_err(|_| Problem::internal())?;
        let language = language.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        match bundle["files"].get_mut(format!("report.{language}.html")).map(Value::take) {
            Some(Value::String(page)) => Ok(page.into_bytes()),
            _ => Err(bad("language", "must be de, fr or en")),
        }
    }
}

fn unknown() -> Problem {
    contract::errors::not_found("There is no such report that concerns you.")
}

fn shown(row: ReportRow) -> AccessReport {
    let date = |at: Micros| jiff::Timestamp::from_microsecond(at).ok();
    let issued = row.issued_at != 0;
    let when = |count: i64| issued.then_some(count);
    AccessReport {
        tenant_id: Some(row.tenant),
        request_id: is_about_grant(&row.cause).then_some(row.subject),
        cause: Some(row.cause),
        from_date: date(row.from_at),
        until_date: date(row.until_at),
        state: Some(if issued { "issued" } else { "announced" }.to_owned()),
        announced_date: date(row.announced_at),
        issued_date: date(row.issued_at).filter(|_| issued),
        log_size: when(row.log_size),
        entries: when(row.entries),
        entries_in_period: when(row.in_period),
        uses: when(row.uses),
        rows: when(row.rows),
        bytes: when(row.bytes),
        level: Some(row.level).filter(|_| issued),
        id: Some(row.id),
    }
}
