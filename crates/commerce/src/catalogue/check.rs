//! Holding the parts of a catalogue against each other: references, ranges, gaps and overlaps.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::Currency;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::parse::{ImportError, OFFERS, PRICES, Parts};
use super::{Billing, BillingCycle, Offer, Price, TermLength, key};

pub(super) fn whole(parts: &Parts) -> Result<(), Vec<ImportError>> {
    let mut errors = Vec::new();
    let offers: HashMap<String, &Offer> =
        parts.offers.iter().map(|(_, offer)| (key(offer.id.as_str()), offer)).collect();
    let categories: HashSet<&str> = parts.categories.iter().map(|category| category.id.as_str()).collect();
    let mut seen = HashSet::new();
    for (line, offer) in &parts.offers {
        let mut complain = |message: String| errors.push(ImportError { file: OFFERS, line: *line, message });
        if !seen.insert(key(offer.id.as_str())) {
            complain(format!("offer {} is there twice", offer.id));
        }
        if !categories.contains(offer.category.as_str()) {
            complain(format!("category '{}' does not exist", offer.category));
        }
        references(offer, &offers, &mut complain);
        sense(offer, &mut complain);
    }
    prices(parts, &offers, &mut errors);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn references(offer: &Offer, offers: &HashMap<String, &Offer>, complain: &mut impl FnMut(String)) {
    let named = offer.parents.iter().chain(&offer.conversion_targets).chain(&offer.upgrade_targets);
    for target in named {
        if !offers.contains_key(&key(target.as_str())) {
            complain(format!("offer {target}, which it names, does not exist"));
        }
    }
    let stacked =
        offer.parents.iter().any(|parent| offers.get(&key(parent.as_str())).is_some_and(|p| p.is_add_on()));
    if stacked {
        complain("an add-on cannot extend an add-on".to_owned());
    }
}

fn sense(offer: &Offer, complain: &mut impl FnMut(String)) {
    if offer.minimum_quantity == 0 || offer.minimum_quantity > offer.maximum_quantity {
        complain("quantity must be [least, most] with least at least 1".to_owned());
    }
    if offer.cycles.is_empty() {
        complain("cycles must name at least one billing cycle".to_owned());
    }
    if offer.available_until.is_some_and(|last| last < offer.available_from) {
        complain("available_until lies before available_from".to_owned());
    }
    let free = offer.cycles.iter().all(|cycle| *cycle == BillingCycle::None);
    if offer.trial != free {
        complain("trials, and only trials, have the cycle none".to_owned());
    }
    if offer.trial && (offer.is_add_on() || offer.auto_renewable) {
        complain("a trial is no add-on and does not renew".to_owned());
    }
    if !offer.trial && !offer.conversion_targets.is_empty() {
        complain("only trials have conversion targets".to_owned());
    }
    match (offer.billing, offer.term) {
        (Billing::Usage, TermLength::Open) => {}
        (Billing::License, TermLength::Months(length) | TermLength::Days(length)) if length > 0 => {}
        _ => complain("licences have a term of months or days, usage has an open one".to_owned()),
    }
}

/// Which price rows belong together: one offer, one currency, one cycle.
type Series<'a> = BTreeMap<(String, Currency, BillingCycle), Vec<(u64, &'a Price)>>;

fn prices(parts: &Parts, offers: &HashMap<String, &Offer>, errors: &mut Vec<ImportError>) {
    let mut series = Series::new();
    for (line, price) in &parts.prices {
        let mut complain = |message: String| errors.push(ImportError { file: PRICES, line: *line, message });
        let Some(offer) = offers.get(&key(price.offer.as_str())) else {
            complain(format!("offer {} does not exist", price.offer));
            continue;
        };
        if offer.billing == Billing::Usage || offer.trial || !offer.cycles.contains(&price.cycle) {
            complain(format!("offer {} is not sold by the {} cycle", price.offer, price.cycle.name()));
        }
        if price.valid_to.is_some_and(|last| last < price.valid_from) {
            complain("valid_to lies before valid_from".to_owned());
        }
        if price.retail < price.partner {
            complain("the suggested retail price is below the partner's".to_owned());
        }
        series
            .entry((key(price.offer.as_str()), price.currency, price.cycle))
            .or_default()
            .push((*line, price));
    }
    for rows in series.values_mut() {
        rows.sort_by_key(|(_, price)| price.valid_from);
        joins(rows, errors);
    }
    for (line, offer) in &parts.offers {
        let priced = offer.billing == Billing::License && !offer.trial;
        for currency in Currency::ALL.into_iter().filter(|_| priced) {
            for cycle in &offer.cycles {
                let first =
                    series.get(&(key(offer.id.as_str()), currency, *cycle)).and_then(|rows| rows.first());
                if first.is_none_or(|(_, price)| price.valid_from > offer.available_from) {
                    let message =
                        format!("has no {currency} price for the {} cycle on its first day", cycle.name());
                    errors.push(ImportError { file: OFFERS, line: *line, message });
                }
            }
        }
    }
}

/// Each price must begin on the day after the one before it ends.
fn joins(rows: &[(u64, &Price)], errors: &mut Vec<ImportError>) {
    for pair in rows.windows(2) {
        let [(_, before), (line, after)] = pair else { continue };
        let expected: Option<Date> = before.valid_to.and_then(|last| last.checked_add(1.day()).ok());
        if expected != Some(after.valid_from) {
            let message =
                format!("must begin on the day after the price before it ends ({})", before.valid_from);
            errors.push(ImportError { file: PRICES, line: *line, message });
        }
    }
}
