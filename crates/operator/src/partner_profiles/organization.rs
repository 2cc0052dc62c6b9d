//! The partner as an organisation of the directory.

use contract::resources::profile::OrganizationProfile;
use store::Tx;
use store::operator::accounts::AccountRow;
use store::operator::profiles::ProfileKind;

use super::{Kept, kept_members, named, same_country, served};
use crate::{Cx, Fault};

served!(OrganizationProfile: GetOrganizationProfile, UpdateOrganizationProfile);

impl Kept for OrganizationProfile {
    const KIND: ProfileKind = ProfileKind::Organization;
    kept_members!(GetOrganizationProfile);

    fn admit(&mut self, _tx: &mut Tx, _cx: &Cx<'_>, account: &AccountRow) -> Result<(), Fault> {
        named(self.company_name.as_deref())?;
        same_country(self.default_address.as_ref(), account.country)?;
        Ok(())
    }

    fn complete(&mut self, account: &AccountRow) {
        self.id = Some(account.account_id.to_string());
        self.tenant_id = Some(account.account_id.to_string());
        self.company_name.get_or_insert_with(|| account.company_name.clone());
        self.profile_type = Some("OrganizationProfile".to_owned());
    }
}
