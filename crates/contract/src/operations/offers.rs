//! The catalogue of licence-based offers.

use crate::resources::offer::{Offer, OfferCategory};

operations! {
    area "offers" of PartnerCenter;

    /// Lists the offers of a country.
    ListOffers "list-offers" Get "/v1/offers" ["country"]
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection Offer); served

    /// Reads one offer of a country.
    GetOffer "get-offer" Get "/v1/offers/{offer-id}" ["country"]
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one Offer); served

    /// Lists the add-ons of an offer.
    ListOfferAddons "list-offer-addons" Get "/v1/offers/{offer-id}/addons" ["country"]
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection Offer); served

    /// Lists the categories of offers in a country.
    ListOfferCategories "list-offer-categories" Get "/v1/offercategories" ["country"]
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection OfferCategory); served
}
