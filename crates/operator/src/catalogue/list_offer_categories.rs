//! The shelves of the catalogue.

use contract::collection::Collection;
use contract::operations::ListOfferCategories;
use contract::resources::offer::OfferCategory;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<ListOfferCategories> for Operator {
    fn serve(
        _: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<OfferCategory>>, Fault> {
        let country = super::country(cx, input.query)?;
        let categories = cx.catalogue.categories().iter();
        let shown = categories.map(|category| super::category(category, country, input.locale)).collect();
        Ok(Answer::of(Collection::new(shown)))
    }
}
