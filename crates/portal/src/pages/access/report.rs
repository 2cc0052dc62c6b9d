//! One access report: what it says, and the files that prove it. Auditors see what it counts.

use askama::Template;
use client::Call;
use contract::operations::{GetAccessReport, GetAccessReportBundle, GetAccessReportPage};
use contract::resources::access_report::AccessReport;
use contract::{Operation, Spec};
use edge::Response;
use serde_json::Value;

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Fact, Facts};
use crate::permit::Permit;
use crate::report;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

#[derive(Template)]
#[template(path = "pages/access/report.html")]
pub(crate) struct Report {
    frame: Frame,
    title: String,
    files: Vec<Action>,
    waiting: bool,
    /// What it says, for those who may read it.
    said: Option<report::Report>,
    /// What it counts.
    facts: Facts,
}

impl Page for Report {
    type At = at::AccessReport;
    const CALLS: &'static [&'static Spec] = &[GetAccessReport::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let said = |calm| Some(report::sample(|text| kit.text(text), calm));
        let page = |party, uses, said: Option<Value>, state: &str| {
            let about = AccessReport {
                state: Some(state.to_owned()),
                ..super::reports::sample(kit, "monthly", uses)
            };
            let here = at::AccessReport { report: Kit::id(super::SAMPLE) };
            let frame = kit.frame(party, "/portal/access/reports");
            Self::of(frame, &here, &about, said.as_ref(), [Permit::Yes, Permit::Yes])
        };
        let [customer, officer] = super::SEEN_BY;
        vec![
            page(customer, 1, said(false), "issued"),
            page(customer, 0, said(true), "issued"),
            page(officer, 0, None, "issued"),
            page(customer, 0, None, "announced"),
        ]
    }

    async fn load(visit: &Visit, here: at::AccessReport) -> Result<Answer, Trouble> {
        let bundle = || Call::to(GetAccessReportBundle).param("report-id", here.report);
        let file = |media, name: &str, bytes| Ok(Answer::File(Response::document(media, name, bytes)));
        match visit.query.get("format") {
            "bundle" => {
                let name = format!("access-report-{}.json", here.report);
                return file("application/json; charset=utf-8", &name, visit.document(bundle()).await?);
            }
            "page" => {
                let page = Call::to(GetAccessReportPage).param("report-id", here.report);
                let page = visit.document(page.query("language", visit.locale.tag())).await?;
                let name = format!("access-report-{}.{}.html", here.report, visit.locale.tag());
                // As text, so that no browser takes it for a page of ours; it is saved under its name.
                return file("text/plain; charset=utf-8", &name, page);
            }
            _ => {}
        }
        let about = visit.call(Call::to(GetAccessReport).param("report-id", here.report)).await?;
        let may = [visit.may(GetAccessReportBundle), visit.may(GetAccessReportPage)];
        let issued = about.state.as_deref() == Some("issued");
        let said =
            if issued && may[0].allows() { Some(signed(&visit.document(bundle()).await?)?) } else { None };
        Self::of(visit.frame(), &here, &about, said.as_ref(), may).shown()
    }
}

/// What the signed note of a bundle says.
fn signed(bundle: &[u8]) -> Result<Value, Trouble> {
    let bundle: Value = serde_json::from_slice(bundle).map_err(|_| Trouble::Failed)?;
    let note = bundle["report"].as_str().and_then(|note| note.lines().next()).ok_or(Trouble::Failed)?;
    serde_json::from_str(note).map_err(|_| Trouble::Failed)
}

impl Report {
    fn of(
        frame: Frame,
        here: &at::AccessReport,
        about: &AccessReport,
        said: Option<&Value>,
        [bundle, page]: [Permit; 2],
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let number = |count: Option<i64>| count.map(|count| f.whole(count)).unwrap_or_default();
        let time = |at: Option<jiff::Timestamp>| at.map(|at| f.time(at)).unwrap_or_default();
        let facts = vec![
            Fact::new(t.report_tenant(), about.tenant_id.clone().unwrap_or_default()),
            Fact::new(t.field_period(), t.period(time(about.from_date), time(about.until_date))),
            Fact::new(
                t.report_cause(),
                t.named("report-cause", about.cause.as_deref().unwrap_or_default()).unwrap_or_default(),
            ),
            Fact::new(t.report_issued(), time(about.issued_date)),
            Fact::new(t.report_level(), about.level.clone().unwrap_or_default()),
            Fact::new(t.reports_uses(), number(about.uses)),
            Fact::new(t.report_rows(), number(about.rows)),
            Fact::new(t.report_bytes(), number(about.bytes)),
            Fact::new(t.report_entries(), number(about.entries)),
        ];
        let waiting = about.state.as_deref() != Some("issued");
        let file = |label, format, permit| Action::link(label, link(here, &[("format", format)]), permit);
        let files = if waiting {
            Vec::new()
        } else {
            vec![file(t.reports_bundle(), "bundle", bundle), file(t.reports_page(), "page", page).minor()]
        };
        Self {
            title: t.report_title(),
            files,
            waiting,
            said: said.map(|said| report::Report::of(said, t.locale())),
            facts: Facts { t, facts },
            frame: frame.below(at::AccessReports {}.path(), t.reports_title()),
        }
    }
}
