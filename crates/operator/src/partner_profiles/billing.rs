//! Where the partner's own bills go. The tax id is the VAT id of its invoices and is checked as one.

use commerce::vat;
use contract::resources::profile::BillingProfile;
use kernel::Problem;
use store::Tx;
use store::operator::accounts::{self, AccountRow};
use store::operator::profiles::ProfileKind;

use super::{Kept, bad, kept_members, named, same_country, served};
use crate::enrolment::refuse_taken;
use crate::{Cx, Fault};

served!(BillingProfile: GetPartnerBillingProfile, UpdatePartnerBillingProfile);

impl Kept for BillingProfile {
    const KIND: ProfileKind = ProfileKind::Billing;
    kept_members!(GetPartnerBillingProfile);

    fn admit(&mut self, tx: &mut Tx, cx: &Cx<'_>, account: &AccountRow) -> Result<(), Fault> {
        named(self.company_name.as_deref())?;
        same_country(self.address.as_ref(), account.country)?;
        let given = self.tax_id.as_deref().map(str::trim).filter(|text| !text.is_empty());
        self.tax_id = match given {
            Some(text) => {
                let id = vat::parse(account.country, text).map_err(Problem::from)?;
                Some(id.as_str().to_owned())
            }
            None if account.country == cx.profile.home_country => None,
            None => return Err(bad("taxId", "A VAT id is needed outside the operator's country").into()),
        };
        if !account.sandbox {
            refuse_taken(tx, account.account_id, self.tax_id.as_deref(), None)?;
        }
        accounts::set_vat_id(tx, &account.account_id, self.tax_id.as_deref())?;
        Ok(())
    }

    fn complete(&mut self, account: &AccountRow) {
        self.company_name.get_or_insert_with(|| account.company_name.clone());
        self.billing_currency = Some(account.currency.code().to_owned());
        self.profile_type = Some("BillingProfile".to_owned());
    }
}
