//! One subscription.

use contract::operations::GetSubscription;
use contract::resources::subscription::Subscription;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetSubscription> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Subscription>, Fault> {
        let kept = super::mine(tx, cx, &input)?;
        Ok(Answer::of(super::shown(cx, &kept)))
    }
}
