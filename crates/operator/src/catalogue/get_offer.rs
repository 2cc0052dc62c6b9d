//! One offer, on sale or not any more.

use contract::operations::GetOffer;
use contract::resources::offer::Offer;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetOffer> for Operator {
    fn serve(_: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Offer>, Fault> {
        let country = super::country(cx, input.query)?;
        let offer = super::offer_of(cx, input.path.get("offer-id"), country)?;
        Ok(Answer::of(super::shown(cx, offer, country, input.locale)?))
    }
}
