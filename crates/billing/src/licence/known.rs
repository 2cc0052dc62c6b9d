//! The slices that follow from a history up to a day.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Decimal, Money, MoneyError, Period, days_between};

use commerce::catalogue::BillingCycle;
use commerce::subscription::{Change, Event, Terms};

use super::{Basis, ChargeType};
use crate::{charge_period, prorate};

/// Days after the purchase during which a suspension gives everything back.
pub const FULL_CREDIT_DAYS: i64 = 30;

/// Periods between an anchor and the term it is for: an add-on's base began at most one term before it.
const MAX_PERIODS: i32 = 1200;

/// One charged (or, with a negative amount, credited) stretch of a charge period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) period: Period,
    pub(super) term: Period,
    pub(super) quantity: u32,
    pub(super) charge_type: ChargeType,
    pub(super) amount: Money,
    pub(super) basis: Basis,
    pub(super) cycle: BillingCycle,
}

/// A charge period and what stands on the bill for it.
#[derive(Clone, Debug)]
pub(super) struct PeriodState {
    /// Which term of the history, and which period in it.
    pub(super) key: (usize, i32),
    /// Its charged days, a part of the whole period for the first slice of an add-on.
    charged: Period,
    pub(super) slices: Vec<Slice>,
    /// Why slices were taken off, when some were.
    pub(super) cause: ChargeType,
}

/// What stands on the bill for the events up to and including `through`.
pub(super) fn known(history: &[Event], through: Date) -> Result<Vec<PeriodState>, MoneyError> {
    let mut book = Book::default();
    for event in history.iter().filter(|event| event.day <= through) {
        // A period that begins on the day of an event begins after it: the day belongs to the new quantity.
        book.begin_periods(event.day.saturating_sub(1.day()))?;
        book.apply(event)?;
    }
    book.begin_periods(through)?;
    Ok(book.states)
}

/// The running term.
struct Running {
    number: usize,
    terms: Terms,
    term: Period,
    quantity: u32,
    active: bool,
    /// The next charge period to begin.
    next: i32,
    months: i32,
    renewed: bool,
}

#[derive(Default)]
struct Book {
    states: Vec<PeriodState>,
    running: Option<Running>,
    terms_seen: usize,
    purchased: Option<Date>,
}

impl Book {
    fn apply(&mut self, event: &Event) -> Result<(), MoneyError> {
        match &event.change {
            Change::Purchased { quantity, terms } | Change::Converted { quantity, terms, .. } => {
                self.purchased = Some(event.day);
                self.start(terms, *quantity, false);
            }
            Change::Renewed { quantity, terms } => self.start(terms, *quantity, true),
            Change::Quantity { to, .. } => self.set_quantity(*to, event.day)?,
            Change::Suspended { .. } | Change::Deleted => self.stop(event.day)?,
            Change::Reactivated => self.resume(event.day)?,
            Change::Expired => self.running = None,
            Change::Renamed | Change::AutoRenew { .. } => {}
        }
        Ok(())
    }

    /// Begins a term. Free ones and metered use have no charge periods.
    fn start(&mut self, terms: &Terms, quantity: u32, renewed: bool) {
        let number = self.terms_seen;
        self.terms_seen += 1;
        self.running = None;
        let (Some(term), Some(months)) = (terms.period, terms.cycle.months()) else { return };
        if terms.unit_price <= Decimal::ZERO {
            return;
        }
        let Some(next) =
            (0..MAX_PERIODS).find(|index| charge_period(terms.anchor, months, *index).last() >= term.first())
        else {
            return;
        };
        self.running = Some(Running {
            number,
            terms: terms.clone(),
            term,
            quantity,
            active: true,
            next,
            months,
            renewed,
        });
    }

    /// Begins every charge period whose first day is not after `day`.
    fn begin_periods(&mut self, day: Date) -> Result<(), MoneyError> {
        let Some(running) = self.running.as_mut() else { return Ok(()) };
        loop {
            let whole = charge_period(running.terms.anchor, running.months, running.next);
            let Some(charged) = whole.intersect(&running.term).filter(|charged| charged.first() <= day)
            else {
                return Ok(());
            };
            let slices = if running.active {
                let charge_type = running.first_charge_type(charged == whole);
                vec![running.slice(charged, running.next, charge_type)?]
            } else {
                Vec::new()
            };
            let key = (running.number, running.next);
            self.states.push(PeriodState { key, charged, slices, cause: ChargeType::CycleInstanceProrate });
            running.next += 1;
        }
    }

    fn set_quantity(&mut self, to: u32, day: Date) -> Result<(), MoneyError> {
        let Some(running) = self.running.as_mut() else { return Ok(()) };
        let old = std::mem::replace(&mut running.quantity, to);
        let Some(state) = current(&mut self.states, running.number, day) else { return Ok(()) };
        let Some(open) = state.open_slice() else { return Ok(()) };
        state.slices.retain(|slice| *slice != open);
        state.cause = ChargeType::CycleInstanceProrate;
        let prorate = ChargeType::CycleInstanceProrate;
        if let Ok(before) = Period::new(open.period.first(), day.saturating_sub(1.day())) {
            let slice = running.slice(before, state.key.1, prorate)?;
            state.slices.push(running.priced(Slice { quantity: old, ..slice })?);
        }
        if let Ok(after) = Period::new(day.max(open.period.first()), open.period.last()) {
            state.slices.push(running.slice(after, state.key.1, prorate)?);
        }
        Ok(())
    }

    /// Suspended or deleted: gives everything back soon after the purchase, later the days that are left.
    fn stop(&mut self, day: Date) -> Result<(), MoneyError> {
        let Some(running) = self.running.as_mut() else { return Ok(()) };
        if !std::mem::replace(&mut running.active, false) {
            return Ok(());
        }
        if self.purchased.is_some_and(|bought| days_between(bought, day) <= FULL_CREDIT_DAYS) {
            for state in self.states.iter_mut().filter(|state| state.key.0 == running.number) {
                state.slices.clear();
                state.cause = ChargeType::CancelFee;
            }
            return Ok(());
        }
        let Some(state) = current(&mut self.states, running.number, day) else { return Ok(()) };
        let Some(open) = state.open_slice() else { return Ok(()) };
        if open.period.first() >= day {
            state.slices.retain(|slice| *slice != open);
            state.cause = ChargeType::ProrateWhenCancel;
        } else if let Ok(unused) = Period::new(day, open.period.last()) {
            let charge = running.slice(unused, state.key.1, ChargeType::ProrateWhenCancel)?;
            state.slices.push(Slice { amount: charge.amount.negated(), ..charge });
        }
        Ok(())
    }

    /// Back in use: charges the rest of the period that has begun.
    fn resume(&mut self, day: Date) -> Result<(), MoneyError> {
        let Some(running) = self.running.as_mut() else { return Ok(()) };
        running.active = true;
        let Some(state) = current(&mut self.states, running.number, day) else { return Ok(()) };
        if let Ok(rest) = Period::new(day, state.charged.last()) {
            state.slices.push(running.slice(rest, state.key.1, ChargeType::ProrateWhenPurchase)?);
        }
        Ok(())
    }
}

/// The charge period of the running term that has begun and holds `day`.
fn current(states: &mut [PeriodState], term: usize, day: Date) -> Option<&mut PeriodState> {
    states.last_mut().filter(|state| state.key.0 == term && state.charged.contains(day))
}

impl PeriodState {
    /// The charge that runs to the end of the period, unless what follows it was given back.
    fn open_slice(&self) -> Option<Slice> {
        let last = self.slices.last()?;
        (last.amount.minor >= 0 && last.period.last() == self.charged.last()).then_some(*last)
    }
}

impl Running {
    fn first_charge_type(&mut self, whole: bool) -> ChargeType {
        let renewed = std::mem::replace(&mut self.renewed, false);
        match self.terms.cycle {
            _ if renewed => ChargeType::RenewFee,
            BillingCycle::Monthly if whole => ChargeType::CycleFee,
            _ => ChargeType::ProrateWhenPurchase,
        }
    }

    /// A slice at the present quantity.
    fn slice(&self, period: Period, index: i32, charge_type: ChargeType) -> Result<Slice, MoneyError> {
        let of_days = charge_period(self.terms.anchor, self.months, index).days();
        self.priced(Slice {
            period,
            term: self.term,
            quantity: self.quantity,
            charge_type,
            amount: Money::zero(self.terms.currency),
            basis: Basis { unit_price: self.terms.unit_price, days: period.days(), of_days },
            cycle: self.terms.cycle,
        })
    }

    fn priced(&self, slice: Slice) -> Result<Slice, MoneyError> {
        let Basis { unit_price, days, of_days } = slice.basis;
        let amount = prorate(unit_price, slice.quantity, days, of_days, self.terms.currency)?;
        Ok(Slice { amount, ..slice })
    }
}
