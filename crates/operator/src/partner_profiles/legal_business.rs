//! The partner as a legal person. A new legal name is pending until the check of the company has confirmed it;
//! until then contracts and invoices keep the confirmed one.

use contract::resources::profile::{LegalBusinessProfile, VettingStatus, VettingSubStatus};
use store::Tx;
use store::operator::accounts::AccountRow;
use store::operator::profiles::ProfileKind;

use super::{Kept, kept_members, named, same_country, served};
use crate::{Cx, Fault};

served!(LegalBusinessProfile: GetLegalBusinessProfile, UpdateLegalBusinessProfile);

impl Kept for LegalBusinessProfile {
    const KIND: ProfileKind = ProfileKind::LegalBusiness;
    kept_members!(GetLegalBusinessProfile);

    fn admit(&mut self, _tx: &mut Tx, _cx: &Cx<'_>, account: &AccountRow) -> Result<(), Fault> {
        named(self.company_name.as_deref())?;
        same_country(self.address.as_ref(), account.country)?;
        Ok(())
    }

    fn complete(&mut self, account: &AccountRow) {
        let name = self.company_name.get_or_insert_with(|| account.company_name.clone());
        let confirmed = *name == account.company_name;
        let (status, step) = if confirmed {
            (VettingStatus::Authorized, VettingSubStatus::None)
        } else {
            (VettingStatus::Pending, VettingSubStatus::BusinessVerification)
        };
        self.vetting_status = Some(status);
        self.vetting_sub_status = Some(step);
        self.profile_type = Some("LegalBusinessProfile".to_owned());
    }
}
