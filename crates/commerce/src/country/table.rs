//! The rules of the European Union, EFTA and the United Kingdom, one row per country, by code.
//!
//! Czechia, Hungary, Poland, Romania, Bulgaria, Croatia, Iceland and Liechtenstein are billed in euro.

use kernel::Currency::{self, Chf, Dkk, Eur, Gbp, Nok, Sek};

use super::CountryRules;
use crate::mask::Mask;

const UK_POSTCODE: &str =
    "@# #@@|@## #@@|@@# #@@|@@## #@@|@#@ #@@|@@#@ #@@|@##@@|@###@@|@@##@@|@@###@@|@#@#@@|@@#@#@@";

const fn row(
    codes: (&'static str, &'static str),
    default_culture: &'static str,
    more_cultures: &'static [&'static str],
    postal_code: &'static str,
    calling_code: &'static str,
    currency: Currency,
) -> CountryRules {
    CountryRules {
        iso2: codes.0,
        iso3: codes.1,
        default_culture,
        more_cultures,
        postal_code: Mask(postal_code),
        postal_code_required: true,
        calling_code,
        currency,
        registration_number: None,
    }
}

pub(super) static RULES: [CountryRules; 32] = [
    row(("AT", "AUT"), "de-AT", &["de-DE"], "####", "43", Eur),
    row(("BE", "BEL"), "nl-BE", &["fr-BE", "de-DE"], "####", "32", Eur),
    row(("BG", "BGR"), "bg-BG", &[], "####", "359", Eur),
    row(("CH", "CHE"), "de-CH", &["fr-CH", "it-CH"], "####", "41", Chf),
    row(("CY", "CYP"), "el-GR", &["tr-TR"], "####", "357", Eur),
    row(("CZ", "CZE"), "cs-CZ", &[], "### ##|#####", "420", Eur),
    row(("DE", "DEU"), "de-DE", &[], "#####", "49", Eur),
    row(("DK", "DNK"), "da-DK", &[], "####", "45", Dkk),
    row(("EE", "EST"), "et-EE", &[], "#####", "372", Eur),
    row(("ES", "ESP"), "es-ES", &["ca-ES"], "#####", "34", Eur),
    row(("FI", "FIN"), "fi-FI", &["sv-FI"], "#####", "358", Eur),
    row(("FR", "FRA"), "fr-FR", &[], "#####", "33", Eur),
    row(("GB", "GBR"), "en-GB", &[], UK_POSTCODE, "44", Gbp),
    row(("GR", "GRC"), "el-GR", &[], "### ##|#####", "30", Eur),
    row(("HR", "HRV"), "hr-HR", &[], "#####", "385", Eur),
    CountryRules {
        registration_number: Some(Mask("##-##-######")),
        ..row(("HU", "HUN"), "hu-HU", &[], "####", "36", Eur)
    },
    CountryRules {
        postal_code_required: false,
        ..row(("IE", "IRL"), "en-IE", &[], "@## ****|@##****|@#W ****|@#W****", "353", Eur)
    },
    row(("IS", "ISL"), "is-IS", &[], "###", "354", Eur),
    row(("IT", "ITA"), "it-IT", &["de-IT"], "#####", "39", Eur),
    row(("LI", "LIE"), "de-LI", &["de-CH"], "####", "423", Eur),
    row(("LT", "LTU"), "lt-LT", &[], "LT-#####|#####", "370", Eur),
    row(("LU", "LUX"), "fr-LU", &["de-LU"], "####|L-####", "352", Eur),
    row(("LV", "LVA"), "lv-LV", &[], "LV-####|####", "371", Eur),
    row(("MT", "MLT"), "en-MT", &["mt-MT"], "@@@ ####|@@@####", "356", Eur),
    row(("NL", "NLD"), "nl-NL", &[], "#### @@|####@@", "31", Eur),
    row(("NO", "NOR"), "nb-NO", &["nn-NO"], "####", "47", Nok),
    row(("PL", "POL"), "pl-PL", &[], "##-###", "48", Eur),
    row(("PT", "PRT"), "pt-PT", &[], "####-###", "351", Eur),
    row(("RO", "ROU"), "ro-RO", &[], "######", "40", Eur),
    row(("SE", "SWE"), "sv-SE", &[], "### ##|#####", "46", Sek),
    row(("SI", "SVN"), "sl-SI", &[], "####|SI-####", "386", Eur),
    row(("SK", "SVK"), "sk-SK", &[], "### ##|#####", "421", Eur),
];
