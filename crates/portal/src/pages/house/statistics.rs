//! What the log counts of openings, month by month, and of demands of authorities, by half-year: out of its entries, by
//! nobody's hand.

use askama::Template;
use client::Call;
use contract::operations::{GetDemandStatistics, GetOpeningStatistics};
use contract::resources::access_report::OpeningStatistics;
use contract::resources::legal::DemandStatistics;
use contract::{Operation, Party, Spec};

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::cloud::country_name;
use crate::pages::{Answer, Page, at};
use crate::report::reason_name;
use crate::trouble::Trouble;
use crate::visit::Visit;

struct Row {
    month: String,
    reason: String,
    asked: String,
    denied: String,
    begun: String,
    stopped: String,
    uses: String,
    refused: String,
    rows: String,
    bar: i64,
}

struct Own {
    month: String,
    partners: String,
    customers: String,
    bar: i64,
}

struct Demand {
    half_year: String,
    country: String,
    classes: String,
    /// Received, under a gag, compelled, redirected, rejected, disclosed.
    counts: [String; 6],
}

#[derive(Template)]
#[template(path = "pages/house/statistics.html")]
pub(crate) struct Statistics {
    frame: Frame,
    finding: String,
    rows: Vec<Row>,
    own: Vec<Own>,
    demands: Vec<Demand>,
}

impl Page for Statistics {
    type At = at::Statistics;
    const CALLS: &'static [&'static Spec] = &[GetOpeningStatistics::SPEC, GetDemandStatistics::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let month = |month: &str, reason: &str, uses: i64| OpeningStatistics {
            month: kit.some(month),
            reason: Some(reason.to_owned()),
            asked: Some(uses + 1),
            denied: Some(1),
            begun: Some(uses),
            stopped: Some(1),
            uses: Some(uses),
            refused: Some(0),
            rows: Some(uses * 2),
            bytes: Some(uses * 80),
            by_partners: Some(0),
            by_customers: Some(0),
        };
        let own =
            OpeningStatistics { by_partners: Some(1200), by_customers: Some(310), ..month("2018-05", "", 0) };
        let demand = DemandStatistics {
            half_year: kit.some("2018-H1"),
            country: Some("DE".to_owned()),
            classes: Some(vec!["contact".to_owned()]),
            received: Some(3),
            gagged: Some(1),
            compelled: Some(1),
            redirected: Some(1),
            rejected: Some(1),
            disclosed: Some(1),
        };
        let page = |list: &[OpeningStatistics], demands: &[DemandStatistics]| {
            Self::of(kit.frame(Party::Trustee, "/portal/statistics"), list, demands)
        };
        let list = [month("2018-05", "customer_support", 4), month("2018-05", "incident", 1), own];
        vec![page(&list, &[demand]), page(&[], &[])]
    }

    async fn load(visit: &Visit, _at: at::Statistics) -> Result<Answer, Trouble> {
        let list = visit.call(Call::to(GetOpeningStatistics)).await?.items;
        let demands = visit.call(Call::to(GetDemandStatistics)).await?.items;
        Self::of(visit.frame(), &list, &demands).shown()
    }
}

impl Statistics {
    fn of(frame: Frame, list: &[OpeningStatistics], demands: &[DemandStatistics]) -> Self {
        let (t, f) = (frame.t, frame.f);
        let number = |count: Option<i64>| f.whole(count.unwrap_or_default());
        let staff =
            || list.iter().filter(|one| one.reason.as_deref().is_some_and(|reason| !reason.is_empty()));
        let theirs = |one: &OpeningStatistics| {
            one.by_partners.unwrap_or_default() + one.by_customers.unwrap_or_default()
        };
        let share = |part: i64, most: i64| (part * 100 / most.max(1)).clamp(0, 100);
        let most = staff().map(|one| one.uses.unwrap_or_default()).max().unwrap_or(0);
        let most_theirs = list.iter().map(theirs).max().unwrap_or(0);
        // In one piece, however narrow its column is.
        let whole = |text: &Option<String>| text.clone().unwrap_or_default().replace('-', "\u{2011}");
        let month = |one: &OpeningStatistics| whole(&one.month);
        let row = |one: &OpeningStatistics| Row {
            month: month(one),
            reason: reason_name(t, one.reason.as_deref().unwrap_or_default()),
            asked: number(one.asked),
            denied: number(one.denied),
            begun: number(one.begun),
            stopped: number(one.stopped),
            uses: number(one.uses),
            refused: number(one.refused),
            rows: number(one.rows),
            bar: share(one.uses.unwrap_or_default(), most),
        };
        let own = |one: &OpeningStatistics| Own {
            month: month(one),
            partners: number(one.by_partners),
            customers: number(one.by_customers),
            bar: share(theirs(one), most_theirs),
        };
        let demand = |one: &DemandStatistics| {
            let classes = one.classes.iter().flatten();
            Demand {
                half_year: whole(&one.half_year),
                country: country_name(t, one.country.as_deref().unwrap_or_default()),
                classes: classes
                    .map(|class| t.named("class", class).unwrap_or_else(|| class.clone()))
                    .collect::<Vec<_>>()
                    .join(", "),
                counts: [
                    one.received,
                    one.gagged,
                    one.compelled,
                    one.redirected,
                    one.rejected,
                    one.disclosed,
                ]
                .map(number),
            }
        };
        let uses: i64 = staff().filter_map(|one| one.uses).sum();
        Self {
            finding: t.statistics_finding(frame.operator.clone(), uses),
            rows: staff().map(row).collect(),
            own: list.iter().filter(|one| theirs(one) > 0).map(own).collect(),
            demands: demands.iter().map(demand).collect(),
            frame,
        }
    }
}
