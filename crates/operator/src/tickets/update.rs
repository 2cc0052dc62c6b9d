//! A ticket changed by its author's side. The gateway has added the note to the thread and sealed it again.

use commerce::ticket::{self as rules, Side};
use contract::operations::UpdateServiceRequest;
use contract::resources::service_request::ServiceRequest;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve, etag};

impl Serve<UpdateServiceRequest> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ServiceRequest>,
    ) -> Result<Answer<ServiceRequest>, Fault> {
        let before = super::seen(tx, cx, input.path.get("servicerequest-id").unwrap_or_default())?;
        let body = input.body;
        let tag = etag::sent(input.if_match, body.attributes.as_ref());
        etag::check(tag, super::TAG, before.version)?;
        let now = super::now(tx, cx, &before.clock)?;
        let mut row = before.clone();
        let to = rules::next(Side::Author, super::status(&row), body.status, body.sealed.is_some())?;
        super::moved(&mut row, to, now);
        rules::severity(super::severity(&row), body.severity).as_str().clone_into(&mut row.severity);
        if let Some(topic) = body.support_topic_id.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
            row.topic = super::known_topic(cx, topic)?;
        }
        if let Some(product) = super::product(cx, body.product_id.as_deref())? {
            row.product_id = Some(product);
        }
        if body.sealed.is_some() {
            row.sealed = body.sealed;
        }
        super::keep(tx, &mut row)?;
        let answer =
            Answer::of(super::shown(cx, &row, input.locale)).noted(super::note(cx, &row, Some(&before)));
        Ok(answer.event(super::event(&row, "servicerequest-updated")))
    }
}
