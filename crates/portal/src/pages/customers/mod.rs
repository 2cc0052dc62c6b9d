//! Customers: the list, a new one, one with all that hangs on it, its agreements.

pub(crate) mod agreements;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod one;

use contract::profile::{AgreementRole, Profile};
use contract::resources::agreement::Agreement;

use crate::frame::Frame;

/// An agreement of the cloud and whether a customer has accepted it.
pub(crate) struct Standing {
    pub(crate) title: String,
    pub(crate) party: String,
    pub(crate) version: String,
    /// The day, or nothing.
    pub(crate) accepted: String,
    /// Whether only the customer itself accepts this one, and partners are not told.
    pub(crate) own_act: bool,
}

/// Where a customer stands with each agreement of the cloud.
pub(crate) fn standings(frame: &Frame, profile: &Profile, accepted: &[Agreement]) -> Vec<Standing> {
    let of = |known: &contract::profile::Agreement| {
        let template = known.template.to_string();
        let found = accepted
            .iter()
            .find(|one| one.template_id.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(&template)));
        Standing {
            title: known.title.clone(),
            party: match known.party {
                contract::Party::Trustee => frame.trustee.clone(),
                _ => frame.operator.clone(),
            },
            version: known.version.to_string(),
            own_act: found.is_none() && known.role != AgreementRole::CloudAgreement,
            accepted: found.and_then(|one| one.date_agreed).map(|at| frame.f.day(at)).unwrap_or_default(),
        }
    };
    profile.agreements.iter().map(of).collect()
}
