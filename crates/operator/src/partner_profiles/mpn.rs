//! A partner in the partner network: one's own entry, or whether a number is known here.

use commerce::eligibility::MpnId;
use contract::errors::code;
use contract::operations::GetMpnProfile;
use contract::resources::profile::MpnProfile;
use contract::resources::shared::ResourceLinks;
use kernel::Problem;
use store::Tx;
use store::operator::accounts;

use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

impl Serve<GetMpnProfile> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<MpnProfile>, Fault> {
        let own = cx.account()?;
        let (name, mpn_id) = match input.query.get("mpnId") {
            None => (own.company_name.clone(), own.mpn_id.clone()),
            Some(given) => {
                let mpn_id = given.parse::<MpnId>()?.to_string();
                let found = accounts::by_mpn(tx, &mpn_id)?;
                let partner = found.into_iter().next().ok_or_else(unknown)?;
                (partner.company_name, partner.mpn_id)
            }
        };
        let mpn_id = mpn_id.ok_or_else(unknown)?;
        let uri = format!("{}?mpnId={mpn_id}", link::to::<GetMpnProfile>(&[]));
        Ok(Answer::of(MpnProfile {
            partner_name: Some(name),
            mpn_id: Some(mpn_id),
            profile_type: Some("MpnProfile".to_owned()),
            links: Some(ResourceLinks::to_self(uri)),
            attributes: None,
        }))
    }
}

fn unknown() -> Problem {
    let text = "No partner of this cloud has this partner network id.";
    Problem::new(404, code::BAD_PROPERTY, "mpn_id_unknown", text)
}
