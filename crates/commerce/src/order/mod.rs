//! From an order draft to subscriptions: every rule is checked before anything is made, so that an order is either
//! carried out whole or refused whole.

mod check;
mod plan;

pub use check::{Buyer, SandboxLimits, quantity_in_range};
pub use plan::{OrderPlan, PlannedLine, plan, term_of};

use kernel::SubscriptionId;

use crate::catalogue::BillingCycle;
use crate::eligibility::MpnId;

/// Most lines of one order.
pub const MAX_LINES: usize = 200;

/// An order as asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderDraft {
    /// The wanted cycle for all lines; the offers' default when absent.
    pub cycle: Option<BillingCycle>,
    /// The lines.
    pub lines: Vec<DraftLine>,
}

/// One line of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftLine {
    /// Number, counted from 0.
    pub number: u32,
    /// Offer id as given.
    pub offer: String,
    /// Seats.
    pub quantity: u32,
    /// The partner's own name for the subscription.
    pub friendly_name: Option<String>,
    /// The base subscription, for add-ons.
    pub parent: Option<SubscriptionId>,
    /// The indirect reseller who sold it.
    pub partner_on_record: Option<MpnId>,
}

#[cfg(test)]
mod tests;
