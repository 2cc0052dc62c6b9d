//! Applications, for the operator's people; oldest first.

use contract::collection::Collection;
use contract::operations::ListApplications;
use contract::query::PageLimits;
use contract::resources::enrolment::{EnrolmentApplication, EnrolmentStatus};
use store::Tx;
use store::operator::applications::{self, ApplicationState};

use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

impl Serve<ListApplications> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<EnrolmentApplication>>, Fault> {
        let page = input.query.page(PageLimits::CUSTOMERS)?;
        let state = input.query.word("state", EnrolmentStatus::parse)?;
        let state = state.and_then(|state| ApplicationState::parse(state.as_str()));
        let size = u32::try_from(page.size).unwrap_or(u32::MAX);
        let offset = u32::try_from(page.offset).unwrap_or(u32::MAX);
        // One more than asked for says whether there is a next page.
        let mut rows = applications::page(tx, state, size.saturating_add(1), offset)?;
        let more = rows.len() as u64 > page.size;
        rows.truncate(usize::try_from(page.size).unwrap_or(usize::MAX));
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            items.push(super::shown(tx, cx, row)?);
        }
        let mut list = Collection::new(items);
        if more {
            let query = input.query.with("offset", (page.offset + page.size).to_string());
            list = list.next(format!("{}?{}", link::to::<ListApplications>(&[]), query.encode()));
        }
        Ok(Answer::of(list))
    }
}
