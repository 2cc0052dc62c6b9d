//! What a country demands of addresses, tax numbers and phone numbers.

use commerce::country::{CountryRules, PHONE_NUMBER_REGEX, rules_of};
use contract::errors;
use contract::operations::GetCountryValidationRules;
use contract::resources::country::CountryValidationRules;
use kernel::Country;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetCountryValidationRules> for Operator {
    fn serve(
        _tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<CountryValidationRules>, Fault> {
        let country: Country = input.id("isocode-id")?;
        let rules = rules_of(country).filter(|_| cx.profile.sells_in(country));
        let rules = rules.ok_or_else(|| errors::not_found("This cloud is not sold in this country."))?;
        Ok(Answer::of(shown(rules)))
    }
}

fn shown(rules: &CountryRules) -> CountryValidationRules {
    let owned = |texts: Vec<&'static str>| texts.into_iter().map(str::to_owned).collect();
    let (vat_id_regex, sample) =
        rules.vat_id().map_or((None, None), |(regex, sample)| (Some(regex), Some(sample)));
    CountryValidationRules {
        iso2_code: Some(rules.iso2.to_owned()),
        iso3_code: Some(rules.iso3.to_owned()),
        default_culture: Some(rules.default_culture.to_owned()),
        is_state_required: Some(false),
        supported_states_list: Vec::new(),
        supported_languages_list: owned(rules.languages()),
        supported_cultures_list: owned(rules.cultures()),
        is_postal_code_required: Some(rules.postal_code_required),
        postal_code_regex: Some(rules.postal_code.regex()),
        is_city_required: Some(true),
        is_vat_id_supported: Some(vat_id_regex.is_some()),
        tax_id_format: vat_id_regex.clone(),
        tax_id_sample: sample.map(str::to_owned),
        is_tax_id_supported: Some(vat_id_regex.is_some()),
        is_tax_id_optional: Some(true),
        vat_id_regex,
        phone_number_regex: Some(PHONE_NUMBER_REGEX.to_owned()),
        is_registration_number_supported: Some(rules.registration_number_required()),
        reseller_agreement_region: Some("EMEA".to_owned()),
        geographic_region: Some("EMEA".to_owned()),
        country_calling_codes_list: vec![rules.calling_code.to_owned()],
        attributes: None,
    }
}
