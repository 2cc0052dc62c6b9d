//! What an order or a change would cost, as the invoice would say it. Companies and figures, never people.

use kernel::Decimal;

use crate::shape_macros::resource;

resource! {
    /// What an order or a change would cost, computed as the invoice would.
    pub struct ChargePreview: "ChargePreview" {
        commercial currency_code: Option<String>,
        /// What the next invoice would hold because of it; credits are negative.
        commercial lines: Vec<PreviewLine>,
        /// The sum of the lines, before tax.
        commercial total: Option<Decimal>,
        /// The day of that invoice.
        commercial invoice_date: Option<jiff::Timestamp>,
        /// When the term ends that begins or goes on.
        commercial commitment_end_date: Option<jiff::Timestamp>,
        commercial auto_renew_enabled: Option<bool>,
        /// What twelve months cost at the present prices, before tax.
        commercial yearly_total: Option<Decimal>,
    }

    /// A line that an invoice would have.
    pub struct PreviewLine: "PreviewLine" {
        commercial offer_id: Option<String>,
        commercial offer_name: Option<String>,
        /// As on invoice lines.
        commercial charge_type: Option<String>,
        commercial charge_start_date: Option<jiff::Timestamp>,
        /// The last day that is charged.
        commercial charge_end_date: Option<jiff::Timestamp>,
        commercial unit_price: Option<Decimal>,
        commercial quantity: Option<i64>,
        commercial amount: Option<Decimal>,
    }
}
