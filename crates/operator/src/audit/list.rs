//! A page of the partner's audit trail, newest first.

use contract::collection::{Collection, Token};
use contract::errors::code;
use contract::operation::Operation;
use contract::operations::ListAuditRecords;
use contract::query::{Filter, FilterOperator, PageLimits, Query, SeekOperation};
use contract::resources::audit::{AuditRecord, AuditResource};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kernel::{Micros, Problem};
use store::Tx;
use store::operator::audit::{self, AuditEntry, AuditFilter, AuditPlace, AuditQuery};

use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

/// How far back a list goes that names no start.
const USUAL_DAYS: i64 = 30;

impl Serve<ListAuditRecords> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<AuditRecord>>, Fault> {
        let account = cx.account()?;
        let (from, until) = window(input.query, cx.now())?;
        let filter = input.query.filter()?;
        let size = u32::try_from(input.query.page(PageLimits::CUSTOMERS)?.size).unwrap_or(u32::MAX);
        let binding = input.query.binding(ListAuditRecords::SPEC.id, cx.caller.tenant);
        let query = AuditQuery {
            partner: account.account_id,
            from,
            until,
            filter: narrowed(filter)?,
            after: place(input.query, input.continuation, &binding)?,
            limit: size.saturating_add(1),
        };
        let mut rows = audit::list(tx, &query)?;
        let more = rows.len() > size as usize;
        rows.truncate(size as usize);
        let next = rows.last().filter(|_| more).map(|row| Token::seal(&cursor(row), &binding));
        let mut list = Collection::new(rows.into_iter().map(super::shown).collect()).at(uri(input.query));
        if let Some(token) = next {
            let onwards = input.query.with("seekOperation", SeekOperation::Next.as_str());
            list = list.next_by_token(uri(&onwards), &token);
        }
        Ok(Answer::of(list))
    }
}

/// From the start day to the end of the end day, on the account's clock.
fn window(query: &Query, now: Timestamp) -> Result<(Micros, Micros), Problem> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let earliest = back(today, super::KEPT_DAYS);
    let end = query.day("endDate")?.unwrap_or(today);
    let start = query.day("startDate")?.unwrap_or_else(|| back(end, USUAL_DAYS).max(earliest));
    if start < earliest {
        let text =
            format!("Audit records are kept for {} days; startDate lies before them.", super::KEPT_DAYS);
        return Err(Problem::new(400, code::BAD_INPUT, "audit_too_old", text).with("startDate"));
    }
    if end < start {
        let text = "endDate lies before startDate.";
        return Err(Problem::new(400, code::BAD_INPUT, "invalid_parameter", text).with("endDate"));
    }
    Ok((midnight(start)?, midnight(end.saturating_add(SignedDuration::from_hours(24)))?))
}

fn back(day: Date, days: i64) -> Date {
    day.saturating_sub(SignedDuration::from_hours(24 * days))
}

fn midnight(day: Date) -> Result<Micros, Problem> {
    let zoned = day.to_zoned(TimeZone::UTC).map_err(|_| Problem::internal())?;
    Ok(zoned.timestamp().as_microsecond())
}

/// The documented filters: a part of a company name, a customer, a kind of resource.
fn narrowed(filter: Option<Filter>) -> Result<AuditFilter, Problem> {
    let Some(filter) = filter else { return Ok(AuditFilter::All) };
    if filter.is_on("CompanyName") {
        wants(&filter, FilterOperator::Substring)?;
        Ok(AuditFilter::CompanyName(filter.value))
    } else if filter.is_on("CustomerId") {
        wants(&filter, FilterOperator::Equals)?;
        let id = filter.value.parse().map_err(|_| unusable("Value", "a customer's id (a GUID)"))?;
        Ok(AuditFilter::Customer(id))
    } else if filter.is_on("ResourceType") {
        wants(&filter, FilterOperator::Equals)?;
        let kind = AuditResource::parse(&filter.value);
        let kind = kind.ok_or_else(|| unusable("Value", "a documented resource type"))?;
        Ok(AuditFilter::ResourceType(kind.as_str().to_owned()))
    } else {
        Err(unusable("Field", "CompanyName, CustomerId or ResourceType"))
    }
}

fn wants(filter: &Filter, operator: FilterOperator) -> Result<(), Problem> {
    if filter.operator == operator { Ok(()) } else { Err(unusable("Operator", operator.as_str())) }
}

fn unusable(part: &str, wanted: &str) -> Problem {
    let text = format!("The filter's {part} must be {wanted}.");
    Problem::new(400, code::BAD_INPUT, "filter_unusable", text)
}

fn place(query: &Query, token: Option<&str>, binding: &str) -> Result<Option<AuditPlace>, Problem> {
    let seek = query.seek(token, binding)?;
    if seek.operation == SeekOperation::First {
        return Ok(None);
    }
    if seek.operation != SeekOperation::Next {
        let text = "This list is read forwards: seekOperation is Next or First.";
        return Err(Problem::new(400, code::UNSUPPORTED, "seek_unsupported", text));
    }
    let Some(cursor) = seek.cursor else { return Ok(None) };
    let parts = cursor.split_once('|').and_then(|(happened, id)| {
        Some(AuditPlace { happened: happened.parse().ok()?, id: id.parse().ok()? })
    });
    parts.map(Some).ok_or_else(Problem::internal)
}

fn cursor(row: &AuditEntry) -> String {
    format!("{}|{}", row.happened, row.id)
}

fn uri(query: &Query) -> String {
    let base = link::to::<ListAuditRecords>(&[]);
    match query.encode() {
        text if text.is_empty() => base,
        text => format!("{base}?{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::operation::Operation;

    #[track_caller]
    fn check(query: &str, expected: Result<(&str, &str), u16>) {
        let now: Timestamp = "2018-04-20T10:00:00Z".parse().expect("an instant");
        let query = Query::parse(query, ListAuditRecords::SPEC.query).expect("readable");
        let shown = |micros| Timestamp::from_microsecond(micros).expect("in range").to_string();
        let got = window(&query, now).map(|(from, until)| (shown(from), shown(until)));
        let expected =
            expected.map(|(from, until)| (format!("{from}T00:00:00Z"), format!("{until}T00:00:00Z")));
        assert_eq!(got.map_err(|problem| problem.status), expected);
    }

    #[test]
    fn the_window_is_a_month_unless_said_otherwise_and_never_older_than_90_days() {
        check("", Ok(("2018-03-21", "2018-04-21")));
        check("startDate=2018-04-01&endDate=2018-04-02", Ok(("2018-04-01", "2018-04-03")));
        check("startDate=04/01/2018%2000:00:00", Ok(("2018-04-01", "2018-04-21")));
        check("startDate=2018-01-20", Ok(("2018-01-20", "2018-04-21")));
        check("startDate=2018-01-19", Err(400));
        check("endDate=2018-01-25", Ok(("2018-01-20", "2018-01-26")));
        check("startDate=2018-10-296", Err(400));
        check("startDate=2018-04-10&endDate=2018-04-01", Err(400));
    }
}
