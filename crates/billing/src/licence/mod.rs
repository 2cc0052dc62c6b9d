//! What a licence's history costs.
//!
//! The history up to a day determines, for every charge period, the slices that should stand on the partner's bill
//! (`known`). An invoice is the difference between what is known on two days: slices that no longer hold are
//! reversed in full, new ones are charged. So nothing can be billed twice or forgotten, in whatever steps it is
//! billed.

mod known;

use jiff::civil::Date;
use kernel::{Decimal, Money, MoneyError, Period};
use serde::{Deserialize, Serialize};

use commerce::catalogue::BillingCycle;
use commerce::subscription::Event;

pub use known::FULL_CREDIT_DAYS;

use known::{Slice, known};

/// Why a line is on the bill, in the words of reconciliation files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeType {
    /// A month in advance.
    CycleFee,
    /// The first charge of a renewed term.
    RenewFee,
    /// Everything charged so far is given back: suspended soon after the purchase.
    CancelFee,
    /// Seats changed within a charge period: reversal and slices.
    CycleInstanceProrate,
    /// A year in advance, a first partial period, or the rest of a period after reactivation.
    ProrateWhenPurchase,
    /// The unused days after a suspension are given back.
    ProrateWhenCancel,
}

impl ChargeType {
    /// The words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CycleFee => "Cycle fee",
            Self::RenewFee => "Renew fee",
            Self::CancelFee => "Cancel fee",
            Self::CycleInstanceProrate => "Cycle instance prorate",
            Self::ProrateWhenPurchase => "Prorate fees when purchase",
            Self::ProrateWhenCancel => "Prorate fees when cancel",
        }
    }
}

/// Where an amount comes from: unit price × quantity × days ÷ days of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Price per unit and charge period, fixed for the term.
    pub unit_price: Decimal,
    /// Days charged.
    pub days: i64,
    /// Days of the charge period.
    pub of_days: i64,
}

/// One line of a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Why.
    pub charge_type: ChargeType,
    /// The days it is for.
    pub period: Period,
    /// The term in which they lie.
    pub term: Period,
    /// Seats, always positive; credits have a negative amount.
    pub quantity: u32,
    /// Price per seat for the days, to two places; for show.
    pub unit_price: Decimal,
    /// What is charged or given back.
    pub amount: Money,
    /// How it was computed.
    pub basis: Basis,
    /// The charge cycle.
    pub cycle: BillingCycle,
}

/// The lines that a bill dated `billing_date` adds for one subscription, when everything up to and including
/// `billed_through` has been billed already (`None`: nothing yet).
///
/// Events after `billing_date` are not looked at; advance charges of periods that begin on or before it are in.
///
/// # Errors
/// [`MoneyError`] when an amount leaves the range of money.
pub fn lines_for(
    history: &[Event],
    billed_through: Option<Date>,
    billing_date: Date,
) -> Result<Vec<Line>, MoneyError> {
    let before = match billed_through {
        Some(day) => known(history, day)?,
        None => Vec::new(),
    };
    let mut lines = Vec::new();
    for state in known(history, billing_date)? {
        let old = before.iter().find(|old| old.key == state.key).map_or(&[][..], |old| old.slices.as_slice());
        let gone = old.iter().filter(|slice| !state.slices.contains(slice));
        lines.extend(gone.map(|slice| line(slice, state.cause, slice.amount.negated())));
        let new = state.slices.iter().filter(|slice| !old.contains(slice));
        lines.extend(new.map(|slice| line(slice, slice.charge_type, slice.amount)));
    }
    Ok(lines)
}

fn line(slice: &Slice, charge_type: ChargeType, amount: Money) -> Line {
    let basis = slice.basis;
    Line {
        charge_type,
        period: slice.period,
        term: slice.term,
        quantity: slice.quantity,
        unit_price: crate::slice_unit_price(basis.unit_price, basis.days, basis.of_days),
        amount,
        basis,
        cycle: slice.cycle,
    }
}

#[cfg(test)]
mod tests;
