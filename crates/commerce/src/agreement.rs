//! Which agreements a customer must have accepted before anything is sold to it.
//!
//! Two partners in law, two acts: the cloud agreement with its supplement towards the operator, the trustee
//! agreement towards the trustee. One without the other opens nothing.

use contract::errors::code;
use contract::profile::AgreementRole;
use kernel::Problem;

/// The agreements out of `needed` that are not among `accepted`.
pub fn outstanding(needed: &[AgreementRole], accepted: &[AgreementRole]) -> Vec<AgreementRole> {
    needed.iter().copied().filter(|agreement| !accepted.contains(agreement)).collect()
}

/// Refuses a sale (403, 13605) and names each agreement that is still to be accepted.
pub fn sale_allowed(needed: &[AgreementRole], accepted: &[AgreementRole]) -> Result<(), Problem> {
    let outstanding = outstanding(needed, accepted);
    if outstanding.is_empty() {
        return Ok(());
    }
    let text = "The customer must first accept the agreements of this cloud: the cloud agreement with its supplement \
                with the operator, and the trustee agreement with the trustee.";
    let refusal = Problem::new(403, code::AGREEMENT_MISSING, "agreement_missing", text);
    Err(outstanding.into_iter().fold(refusal, |refusal, agreement| refusal.with(agreement.name())))
}

#[cfg(test)]
mod tests {
    use super::AgreementRole::{CloudAgreement as Cloud, Supplement, TrusteeAgreement as Trustee};
    use super::*;

    #[test]
    fn every_agreement_is_needed() {
        let check = |accepted: &[AgreementRole], expected: &[&str]| {
            let missing = sale_allowed(&AgreementRole::ALL, accepted).err();
            assert!(missing.iter().all(|problem| problem.code.0 == 13_605));
            assert_eq!(missing.map(|problem| problem.data).unwrap_or_default(), expected);
        };
        check(&[Cloud, Supplement, Trustee], &[]);
        check(&[Cloud, Supplement], &["trustee_agreement"]);
        check(&[Trustee], &["cloud_agreement", "service_terms_supplement"]);
        check(&[Cloud, Trustee], &["service_terms_supplement"]);
        check(&[], &["cloud_agreement", "service_terms_supplement", "trustee_agreement"]);
    }
}
