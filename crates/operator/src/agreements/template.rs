//! Where the text of an agreement can be read and fetched.

use contract::operations::{GetAgreementTemplateDocument, GetAgreementText};
use contract::resources::agreement::AgreementDocument;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

impl Serve<GetAgreementTemplateDocument> for Operator {
    fn serve(_tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<AgreementDocument>, Fault> {
        let template = input.path.get("agreement-template-id").unwrap_or_default();
        let agreement = super::of_template(cx, template)?;
        let country = match input.query.get("country") {
            None => cx.profile.home_country,
            Some(text) => {
                let country = text.parse().map_err(|error: kernel::IdError| bad(&error.to_string()))?;
                commerce::eligibility::served(country, &cx.profile.countries)?;
                country
            }
        };
        let language = super::language(cx, input.query.get("language"))?;
        let uri = format!("{}?language={language}", link::to::<GetAgreementText>(&[&agreement.template]));
        Ok(Answer::of(AgreementDocument {
            country: Some(country.to_string()),
            language: Some(language.to_owned()),
            display_uri: Some(uri.clone()),
            download_uri: Some(uri),
            attributes: None,
        }))
    }
}

fn bad(why: &str) -> kernel::Problem {
    kernel::Problem::new(400, contract::errors::code::BAD_INPUT, "invalid_parameter", format!("{why}."))
}
