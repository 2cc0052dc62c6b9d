//! Where the partner's customers get help.

use contract::resources::profile::SupportProfile;
use store::Tx;
use store::operator::accounts::AccountRow;
use store::operator::profiles::ProfileKind;

use super::{Kept, bad, kept_members, served};
use crate::{Cx, Fault};

served!(SupportProfile: GetSupportProfile, UpdateSupportProfile);

impl Kept for SupportProfile {
    const KIND: ProfileKind = ProfileKind::Support;
    kept_members!(GetSupportProfile);

    fn admit(&mut self, _tx: &mut Tx, _cx: &Cx<'_>, _account: &AccountRow) -> Result<(), Fault> {
        // Clients show it as a link: nothing but a web address without blanks may get there.
        let acceptable = self.website.as_deref().is_none_or(|website| {
            let start = website.get(..8).unwrap_or(website).to_ascii_lowercase();
            let scheme = start.starts_with("https://") || start.starts_with("http://");
            (scheme || !website.contains(':'))
                && !website.chars().any(|c| c.is_whitespace() || c.is_control())
        });
        if acceptable { Ok(()) } else { Err(bad("website", "It must be a web address").into()) }
    }

    fn complete(&mut self, _account: &AccountRow) {
        self.profile_type = Some("support_profile".to_owned());
    }
}
