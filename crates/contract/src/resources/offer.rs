//! The catalogue of seat and usage offers.

use super::shared::{Link, ResourceAttributes, ResourceLinks};
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// How an offer or subscription is charged.
    pub enum BillingType {
        None = "none",
        Usage = "usage",
        License = "license",
    }

    /// How often an order is charged; the ordinal numbers are documented.
    pub enum BillingCycle {
        Unknown = "unknown",
        Monthly = "monthly",
        Annual = "annual",
        None = "none",
        OneTime = "one_time",
    }

    /// What a limit of an offer counts.
    pub enum LimitUnitOfMeasure {
        None = "None",
        Concurrent = "Concurrent",
        LifeTime = "LifeTime",
    }
}

resource! {
    /// Something that can be ordered.
    pub struct Offer: "Offer" {
        commercial id: Option<String>,
        commercial name: Option<String>,
        commercial description: Option<String> [max(4000)],
        commercial minimum_quantity: Option<i64>,
        commercial maximum_quantity: Option<i64>,
        commercial rank: Option<i64>,
        commercial uri: Option<String>,
        commercial locale: Option<String>,
        commercial country: Option<String>,
        commercial category: Option<OfferCategory>,
        commercial limit_unit_of_measure: Option<LimitUnitOfMeasure>,
        commercial limit: Option<i64>,
        commercial prerequisite_offers: Vec<String>,
        commercial is_add_on: Option<bool>,
        commercial has_add_ons: Option<bool>,
        commercial is_available_for_purchase: Option<bool>,
        commercial billing: Option<BillingType>,
        commercial supported_billing_cycles: Vec<BillingCycle>,
        commercial is_auto_renewable: Option<bool>,
        commercial is_internal: Option<bool>,
        commercial upgrade_target_offers: Vec<String>,
        commercial conversion_target_offers: Vec<String>,
        commercial partner_qualifications: Vec<String>,
        commercial resellee_qualifications: Vec<String>,
        commercial reseller_qualifications: Vec<String>,
        commercial sales_group_id: Option<String>,
        commercial is_trial: Option<bool>,
        commercial product: Option<OfferProduct>,
        commercial unit_type: Option<String>,
        commercial links: Option<OfferLinks>,
        commercial attributes: Option<ResourceAttributes>,
    }

    /// A shelf of the catalogue.
    pub struct OfferCategory: "OfferCategory" {
        commercial id: Option<String>,
        commercial name: Option<String>,
        commercial rank: Option<i64>,
        commercial locale: Option<String>,
        commercial country: Option<String>,
        commercial links: Option<ResourceLinks>,
        commercial attributes: Option<ResourceAttributes>,
    }

    /// Where an offer leads.
    pub struct OfferLinks: "OfferLinks" {
        commercial learn_more: Option<Link>,
        commercial self_ as "self": Option<Link>,
        commercial next: Option<Link>,
        commercial previous: Option<Link>,
    }

    /// The product behind an offer.
    pub struct OfferProduct: "OfferProduct" {
        commercial id: Option<String>,
        commercial name: Option<String>,
        commercial unit: Option<String>,
    }
}
