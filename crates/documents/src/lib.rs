//! What invoices look like on paper and in files: the reconciliation file as CSV and a page that people read.
//!
//! Invariants: documents are functions of the issued invoice; nothing is computed here that `billing` has not said,
//! and everything that came from outside is escaped. Deliberately absent, until their issue: PDF and EN 16931 XML.

mod csv_file;
mod format;
mod page;
#[cfg(test)]
mod sample;
mod words;

pub use csv_file::{CsvError, LICENSE_COLUMNS, license_csv};
pub use page::{InvoicePage, PageError, Party, Payment, invoice_html};
pub use words::Language;
