//! `treuhand access report`: listing, making and fetching access reports.

use std::path::Path;

use anyhow::{Context, Result};
use client::Call;
use contract::operations as op;
use contract::resources::access_report::AccessReport;

use super::door::Way;
use super::{json, listed, say};
use crate::cli::access::ReportAct;

/// Carries out one act.
pub async fn act(way: &Way, act: &ReportAct) -> Result<()> {
    match act {
        ReportAct::List { tenant } => list(way, tenant.as_deref()).await,
        ReportAct::Make { tenant, from, until, out } => {
            let asked = AccessReport {
                tenant_id: tenant.clone(),
                from_date: *from,
                until_date: *until,
                ..AccessReport::default()
            };
            let made = way.client.call(Call::to(op::CreateAccessReport).body(&asked)).await?.value;
            if let (Some(out), Some(id)) = (out, &made.id) {
                fetch(way, id, out, None).await?;
            }
            if way.json {
                return json(&made);
            }
            say(&line(&made));
            Ok(())
        }
        ReportAct::Get { id, out, page } => fetch(way, id, out, page.as_deref()).await,
    }
}

async fn list(way: &Way, tenant: Option<&str>) -> Result<()> {
    let asked = Call::to(op::ListAccessReports);
    let asked = match tenant {
        Some(tenant) => asked.query("tenant", tenant),
        None => asked,
    };
    let found = way.client.call(asked).await?.value.items;
    listed(way, &found, line, "There is no report that concerns you.")
}

async fn fetch(way: &Way, id: &str, out: &Path, page: Option<&str>) -> Result<()> {
    let bytes = match page {
        None => way.client.document(Call::to(op::GetAccessReportBundle).param("report-id", id)).await?.value,
        Some(language) => {
            let call = Call::to(op::GetAccessReportPage).param("report-id", id).query("language", language);
            way.client.document(call).await?.value
        }
    };
    std::fs::write(out, &bytes).with_context(|| format!("cannot write {}", out.display()))?;
    if !way.json {
        say(&format!("The report is in {}.", out.display()));
    }
    Ok(())
}

/// A report in one line.
fn line(one: &AccessReport) -> String {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let day =
        |at: Option<jiff::Timestamp>| at.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
    format!(
        "{}  {:<8} {:<9} {} until {}  opened {} times  {}  tenant {}",
        text(&one.id),
        text(&one.cause),
        text(&one.state),
        day(one.from_date),
        day(one.until_date),
        one.uses.unwrap_or_default(),
        text(&one.level),
        text(&one.tenant_id)
    )
}
