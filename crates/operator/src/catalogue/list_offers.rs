//! The offers of a country that the caller can sell today.

use contract::collection::Collection;
use contract::operations::ListOffers;
use contract::resources::offer::Offer;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<ListOffers> for Operator {
    fn serve(_: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Collection<Offer>>, Fault> {
        let country = super::country(cx, input.query)?;
        let offers = cx.catalogue.on_sale(country, cx.today(), cx.account()?.sandbox);
        let shown: Result<Vec<_>, _> =
            offers.map(|offer| super::shown(cx, offer, country, input.locale)).collect();
        Ok(Answer::of(Collection::new(shown?)))
    }
}
