//! What customers and auditors are told: access reports, and the transparency log in a form to look at. All at the trustee.

use crate::resources::access_report::{AccessReport, LogEntryView, LogStanding, OpeningStatistics};
use crate::resources::legal::DemandStatistics;

operations! {
    area "access-reports" of Trustee;

    /// Lists access reports: those about one's own organisation, or all for the trustee's people.
    ListAccessReports "list-access-reports" Get "/trustee/v1/access-reports" ["tenant", "size", "offset"]
        in none by AppUser for REPORTS; Read at Trustee;
        takes nothing; gives [200] (collection AccessReport); served

    /// Asks for a report on what was opened, up to now or up to a day.
    CreateAccessReport "create-access-report" Post "/trustee/v1/access-reports" []
        in none by AppUser for REPORT_READERS; Create at Trustee;
        takes (AccessReport); gives [201] (one AccessReport); served

    /// Tells what an access report is about and what it counts.
    GetAccessReport "get-access-report" Get "/trustee/v1/access-reports/{report-id}" []
        in none by AppUser for REPORTS; Read at Trustee;
        takes nothing; gives [200] (one AccessReport); served

    /// Gives an access report as the signed bundle with all proofs, which verifies without the trustee.
    GetAccessReportBundle "get-access-report-bundle" Get "/trustee/v1/access-reports/{report-id}/bundle.json" []
        in none by AppUser for REPORT_READERS; Read at Trustee;
        takes nothing; gives [200] (file "application/json; charset=utf-8" "access-report-{report-id}.json"); served

    /// Gives an access report as a page to save and read, in German, French or English.
    GetAccessReportPage "get-access-report-page" Get "/trustee/v1/access-reports/{report-id}/page.html" ["language"]
        in none by AppUser for REPORT_READERS; Read at Trustee;
        takes nothing; gives [200] (file "text/plain; charset=utf-8" "access-report-{report-id}.html"); served

    /// Tells where the transparency log stands, and who cosigned it.
    GetLogStanding "get-log-standing" Get "/trustee/v1/log" []
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (one LogStanding); served

    /// Lists entries of the transparency log, the newest first; they name nobody.
    ListLogEntries "list-log-entries" Get "/trustee/v1/log/entries" ["type", "before", "size"]
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection LogEntryView); served

    /// Counts what the transparency log tells of openings, month by month.
    GetOpeningStatistics "get-opening-statistics" Get "/trustee/v1/log/statistics" []
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection OpeningStatistics); served

    /// Counts what the transparency log tells of demands of authorities, by half-year, country and classes of data.
    GetDemandStatistics "get-demand-statistics" Get "/trustee/v1/log/demands" []
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection DemandStatistics); served
}
