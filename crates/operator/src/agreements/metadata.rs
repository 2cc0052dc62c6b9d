//! The agreements that customers of this cloud accept.

use contract::collection::Collection;
use contract::operations::ListAgreementMetadata;
use contract::resources::agreement::{AgreementMetaData, AgreementType};
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<ListAgreementMetadata> for Operator {
    fn serve(
        _tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<AgreementMetaData>>, Fault> {
        let wanted = super::wanted(input.query.get("agreementType"))?;
        let items = cx.profile.agreements.iter().filter_map(|agreement| {
            let kind = AgreementType::parse(&agreement.agreement_type)?;
            wanted.is_none_or(|wanted| wanted == kind).then(|| AgreementMetaData {
                template_id: Some(agreement.template.to_string()),
                agreement_type: Some(kind),
                agreement_link: Some(super::text_link(agreement)),
                version_rank: Some(super::rank(agreement)),
            })
        });
        Ok(Answer::of(Collection::new(items.collect())))
    }
}
