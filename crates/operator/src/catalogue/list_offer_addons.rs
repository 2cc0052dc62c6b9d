//! What extends an offer.

use contract::collection::Collection;
use contract::operations::ListOfferAddons;
use contract::resources::offer::Offer;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<ListOfferAddons> for Operator {
    fn serve(_: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Collection<Offer>>, Fault> {
        let country = super::country(cx, input.query)?;
        let base = super::offer_of(cx, input.path.get("offer-id"), country)?;
        let sandbox = cx.account()?.sandbox;
        let on_sale = cx.catalogue.on_sale(country, cx.today(), sandbox);
        let add_ons = on_sale.filter(|offer| offer.parents.contains(&base.id));
        let shown: Result<Vec<_>, _> =
            add_ons.map(|offer| super::shown(cx, offer, country, input.locale)).collect();
        Ok(Answer::of(Collection::new(shown?)))
    }
}
