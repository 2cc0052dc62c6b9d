//! The operations on requests of data subjects, as one table.

use contract::collection::Collection;
use contract::query::Query;
use contract::resources::subject_request::SubjectRequest;
use contract::route::Matched;
use edge::{Request, Response};
use kernel::Problem;

use crate::desk::desk;
use crate::gateway::Gateway;
use crate::identity::Caller;

/// One call on its way: what the handlers see of it.
struct Desk<'a> {
    gateway: &'a Gateway,
    matched: &'a Matched<'a>,
    caller: &'a Caller,
    request: &'a Request,
}

desk! {
    CreateSubjectRequest => Desk::create,
    ListSubjectRequests => Desk::list,
}

/// Carries out an operation for a caller who was let in.
pub(crate) async fn serve(
    gateway: &Gateway,
    matched: &Matched<'_>,
    caller: &Caller,
    request: &Request,
) -> Result<Response, Problem> {
    carry_out(&Desk { gateway, matched, caller, request }).await
}

impl Desk<'_> {
    async fn create(&self, asked: SubjectRequest) -> Result<SubjectRequest, Problem> {
        self.gateway.hand_over(self.caller, asked).await
    }

    async fn list(&self, (): ()) -> Result<Collection<SubjectRequest>, Problem> {
        let query = Query::parse(self.request.query(), self.matched.spec.query)?;
        self.gateway.subject_requests(self.caller, &query).await.map(Collection::new)
    }
}
