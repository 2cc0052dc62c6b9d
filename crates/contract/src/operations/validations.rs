//! Checks before something is written.

use crate::resources::country::CountryValidationRules;
use crate::resources::shared::Address;

operations! {
    area "validations" of PartnerCenter;

    /// Says whether a postal address is well formed.
    ValidateAddress "validate-address" Post "/v1/validations/address" []
        in all by Both for PARTNER; Read at Trustee;
        takes (Address); gives [200] nothing; served

    /// Says whether a domain is taken.
    CheckDomainExists "check-domain-exists" Head "/v1/domains/{domain}" []
        in all by Both for PARTNER; Read at Trustee;
        takes nothing; gives [200, 404] nothing; served

    /// Gives a country's rules for addresses, phones and tax ids.
    GetCountryValidationRules "get-country-validation-rules" Get "/v1/countryvalidationrules/{isocode-id}" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one CountryValidationRules); served

    /// Says whether a domain prefix is free.
    CheckDomainPrefix "check-domain-prefix" Get "/v1/validations/checkdomainavailability/{domain-prefix}" []
        in none by Both for PARTNER; Read at Trustee;
        takes nothing; gives [200] scalar; served
}
