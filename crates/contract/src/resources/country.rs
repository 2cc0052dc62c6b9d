//! What a country demands of addresses, tax numbers and phone numbers.

use super::shared::ResourceAttributes;
use crate::shape_macros::resource;

resource! {
    /// The rules of one country.
    pub struct CountryValidationRules: "CountryValidationRules" {
        commercial iso2_code: Option<String>,
        commercial iso3_code: Option<String>,
        commercial default_culture: Option<String>,
        commercial is_state_required: Option<bool>,
        commercial supported_states_list: Vec<String>,
        commercial supported_languages_list: Vec<String>,
        commercial supported_cultures_list: Vec<String>,
        commercial is_postal_code_required: Option<bool>,
        commercial postal_code_regex: Option<String>,
        commercial is_city_required: Option<bool>,
        commercial is_vat_id_supported: Option<bool>,
        commercial tax_id_format: Option<String>,
        commercial tax_id_sample: Option<String>,
        commercial vat_id_regex: Option<String>,
        commercial phone_number_regex: Option<String>,
        commercial is_registration_number_supported: Option<bool>,
        commercial is_tax_id_supported: Option<bool>,
        commercial is_tax_id_optional: Option<bool>,
        commercial reseller_agreement_region: Option<String>,
        commercial geographic_region: Option<String>,
        commercial country_calling_codes_list: Vec<String>,
        commercial attributes: Option<ResourceAttributes>,
    }
}
