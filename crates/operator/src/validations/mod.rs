//! Checks before something is written, as far as they are about commerce.
//!
//! Deliberately absent: addresses and domains. Addresses are contact data and domains are the directory's; both
//! are answered at the trustee and never reach this zone.

mod country_rules;
