//! The operations on demands of authorities, as one table.

use contract::collection::Collection;
use contract::query::Query;
use contract::resources::legal::{GagReminder, GagReview, LegalAssessment, LegalCase, LegalDisclosure};
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
    RegisterLegalCase => Desk::register,
    ListLegalCases => Desk::list,
    GetLegalCase => Desk::get,
    PrepareLegalAssessment => Desk::prepare,
    AssessLegalCase => Desk::assess,
    DiscloseLegalCase => Desk::disclose,
    ListGagReminders => Desk::reminders,
    ReviewGag => Desk::review,
    ListLegalNotices => Desk::notices,
}

/// Carries out an operation for a caller who was let in.
pub(crate) async fn serve(
    gateway: &Gateway,
    matched: &Matched<'_>,
    caller: &Caller,
    request: &Request,
) -> Result<Response, Problem> {
    let done = carry_out(&Desk { gateway, matched, caller, request }).await?;
    gateway.grants.tell_later().await;
    Ok(done)
}

impl Desk<'_> {
    fn id(&self) -> &str {
        self.matched.params.get("case-id").unwrap_or_default()
    }

    fn query(&self) -> Result<Query, Problem> {
        Query::parse(self.request.query(), self.matched.spec.query)
    }

    async fn register(&self, asked: LegalCase) -> Result<LegalCase, Problem> {
        self.gateway.legal.register(self.caller, asked).await
    }

    async fn list(&self, (): ()) -> Result<Collection<LegalCase>, Problem> {
        self.gateway.legal.list(&self.query()?).await.map(Collection::new)
    }

    async fn get(&self, (): ()) -> Result<LegalCase, Problem> {
        self.gateway.legal.get(self.id()).await
    }

    async fn prepare(&self, (): ()) -> Result<LegalAssessment, Problem> {
        let query = self.query()?;
        let what = (query.get("outcome").unwrap_or_default(), query.get("key"));
        self.gateway.legal.prepare(self.caller, self.id(), what).await
    }

    async fn assess(&self, asked: LegalAssessment) -> Result<LegalCase, Problem> {
        self.gateway.legal.assess(self.caller, self.id(), asked).await
    }

    async fn disclose(&self, (): ()) -> Result<LegalDisclosure, Problem> {
        self.gateway.disclose(self.caller, self.id()).await
    }

    async fn reminders(&self, (): ()) -> Result<Collection<GagReminder>, Problem> {
        self.gateway.legal.reminders().await.map(Collection::new)
    }

    async fn review(&self, asked: GagReview) -> Result<LegalCase, Problem> {
        self.gateway.legal.review(self.caller, self.id(), asked).await
    }

    async fn notices(&self, (): ()) -> Result<Collection<LegalCase>, Problem> {
        self.gateway.legal.notices(self.caller).await.map(Collection::new)
    }
}
