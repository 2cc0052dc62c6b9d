//! One audit record.

use contract::errors;
use contract::operations::GetAuditRecord;
use contract::resources::audit::AuditRecord;
use store::Tx;
use store::operator::audit;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetAuditRecord> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<AuditRecord>, Fault> {
        let partner = cx.account()?.account_id;
        let entry = audit::find(tx, partner, input.id("audit-record-id")?)?;
        let entry =
            entry.ok_or_else(|| errors::not_found("There is no such audit record of this partner."))?;
        Ok(Answer::of(super::shown(entry)))
    }
}
