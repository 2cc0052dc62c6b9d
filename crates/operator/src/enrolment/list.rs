//! Applications, for the operator's people; oldest first.

use contract::collection::Collection;
use contract::operations::ListApplications;
use contract::resources::enrolment::{EnrolmentApplication, EnrolmentStatus};
use store::Tx;
use store::operator::applications::{self, ApplicationState};

use crate::page::Page;
use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<ListApplications> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<EnrolmentApplication>>, Fault> {
        let page = Page::of(input.query)?;
        let state = input.query.word("state", EnrolmentStatus::parse)?;
        let state = state.and_then(|state| ApplicationState::parse(state.as_str()));
        let mut rows = applications::page(tx, state, page.limit, page.offset)?;
        let next = page.cut(&mut rows);
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            items.push(super::shown(tx, cx, row)?);
        }
        Ok(Answer::of(next.list::<ListApplications, _>(items, input.query)))
    }
}
