//! An agreement's text, as plain text to save: the gateway lets no HTML through.
//!
//! The texts are short samples for the demo world; who runs a cloud replaces them.

use contract::operations::GetAgreementText;
use contract::profile::{self, AgreementRole};
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetAgreementText> for Operator {
    fn serve(_tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<()>, Fault> {
        let template = input.path.get("agreement-template-id").unwrap_or_default().to_ascii_lowercase();
        let agreement = super::of_template(cx, &template)?;
        let language = super::language(cx, input.query.get("language"))?;
        Ok(Answer::file(text(cx.profile, agreement, language).into_bytes()))
    }
}

/// The text with the names of this cloud in it.
fn text(profile: &profile::Profile, agreement: &profile::Agreement, locale: &str) -> String {
    let sample = match (agreement.role, locale.get(..2).unwrap_or_default()) {
        (AgreementRole::CloudAgreement, "de") => include_str!("../../../../catalog/agreements/cloud.de.txt"),
        (AgreementRole::CloudAgreement, "fr") => include_str!("../../../../catalog/agreements/cloud.fr.txt"),
        (AgreementRole::CloudAgreement, _) => include_str!("../../../../catalog/agreements/cloud.en.txt"),
        (AgreementRole::Supplement, "de") => include_str!("../../../../catalog/agreements/supplement.de.txt"),
        (AgreementRole::Supplement, "fr") => include_str!("../../../../catalog/agreements/supplement.fr.txt"),
        (AgreementRole::Supplement, _) => include_str!("../../../../catalog/agreements/supplement.en.txt"),
        (AgreementRole::TrusteeAgreement, "de") => {
            include_str!("../../../../catalog/agreements/trustee.de.txt")
        }
        (AgreementRole::TrusteeAgreement, "fr") => {
            include_str!("../../../../catalog/agreements/trustee.fr.txt")
        }
        (AgreementRole::TrusteeAgreement, _) => include_str!("../../../../catalog/agreements/trustee.en.txt"),
    };
    let version = agreement.version.to_string();
    [("{operator}", &profile.operator), ("{trustee}", &profile.trustee), ("{version}", &version)]
        .into_iter()
        .fold(sample.to_owned(), |text, (name, value)| text.replace(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_names_the_parties_and_leaves_no_gap() {
        let profile = profile::germany();
        for agreement in &profile.agreements {
            for locale in &profile.locales {
                let text = text(profile, agreement, locale);
                assert!(text.contains(&agreement.version.to_string()), "{} {locale}", agreement.title);
                assert!(!text.contains(['{', '<']), "{} {locale}", agreement.title);
            }
        }
    }
}
