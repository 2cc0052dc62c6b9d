//! Where everybody arrives: what waits for somebody, and the usual next steps. Nothing to do is one calm line.

use askama::Template;
use client::Call;
use contract::operations::{
    CreateCustomer, CreateTenantUser, DecideAccessRequest, GetAccountBalance, ListAccessRequests,
    ListCustomers, ListInvoices, ListOwnAgreements,
};
use contract::resources::access::AccessRequest;
use contract::resources::invoice::InvoiceSummary;
use contract::resources::trustee::OwnAgreement;
use contract::{Operation, Party, Spec};

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::access::{OPEN, is_in, sample};
use crate::pages::{Answer, Page, Place, at};
use crate::parts::Action;
use crate::permit::Permit;
use crate::texts::Texts;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Requests looked through for what waits.
const LATEST: usize = 200;

/// Something that waits.
pub(crate) struct Waiting {
    text: String,
    href: String,
    label: String,
}

#[derive(Template)]
#[template(path = "pages/today.html")]
pub(crate) struct Today {
    frame: Frame,
    waiting: Vec<Waiting>,
    /// What could not be looked up at the moment.
    unknown: bool,
    steps: Vec<Action>,
}

impl Page for Today {
    type At = at::Today;
    const CALLS: &'static [&'static Spec] = &[];

    fn samples(kit: &Kit) -> Vec<Self> {
        let owed = InvoiceSummary {
            balance_amount: Some(kernel::Decimal::new(123_456, 2)),
            currency_code: kit.some("EUR"),
            ..InvoiceSummary::default()
        };
        let frame = || kit.frame(Party::Partner, "/portal");
        let step = Action::link(kit.t().customers_add(), at::NewCustomer {}.path(), Permit::Yes);
        let partner = Self {
            waiting: vec![balance(&frame(), &owed).expect("something is owed")],
            frame: frame(),
            unknown: false,
            steps: vec![step],
        };
        let customer = Self {
            waiting: agreements(&kit.frame(Party::Customer, "/portal"), 3).into_iter().collect(),
            frame: kit.frame(Party::Customer, "/portal"),
            unknown: true,
            steps: Vec::new(),
        };
        let calm = Self { frame: frame(), waiting: Vec::new(), unknown: false, steps: Vec::new() };
        let officer = Self {
            waiting: requests(
                &kit.frame(Party::Trustee, "/portal"),
                &["pending", "active"].map(|state| sample(kit, state, 1)),
            ),
            frame: kit.frame(Party::Trustee, "/portal"),
            unknown: false,
            steps: Vec::new(),
        };
        vec![partner, customer, officer, calm]
    }

    async fn load(visit: &Visit, _at: at::Today) -> Result<Answer, Trouble> {
        let frame = visit.frame();
        let mut waiting = Vec::new();
        let mut unknown = false;
        if visit.may(ListOwnAgreements).allows() {
            match visit.call(Call::to(ListOwnAgreements)).await {
                Ok(list) => waiting.extend(agreements(&frame, open(&list.items))),
                Err(Trouble::SignIn) => return Err(Trouble::SignIn),
                Err(_) => unknown = true,
            }
        }
        if visit.permit(&[ListAccessRequests::SPEC, DecideAccessRequest::SPEC]).allows() {
            match visit.call(Call::to(ListAccessRequests).query("size", LATEST)).await {
                Ok(list) => waiting.extend(requests(&frame, &list.items)),
                Err(Trouble::SignIn) => return Err(Trouble::SignIn),
                Err(_) => unknown = true,
            }
        }
        if visit.permit(&[GetAccountBalance::SPEC, ListInvoices::SPEC]).allows() {
            match visit.call(Call::to(GetAccountBalance)).await {
                Ok(summary) => waiting.extend(balance(&frame, &summary)),
                Err(Trouble::SignIn) => return Err(Trouble::SignIn),
                Err(_) => unknown = true,
            }
        }
        let t = visit.t;
        let steps = vec![
            Action::link(t.customers_add(), at::NewCustomer {}.path(), visit.may(CreateCustomer)),
            Action::link(t.customers_title(), at::Customers {}.path(), visit.may(ListCustomers)).minor(),
            Action::link(t.users_invite(), at::NewUser {}.path(), visit.may(CreateTenantUser)).minor(),
        ];
        Self { frame, waiting, unknown, steps }.shown()
    }
}

/// Requests that wait, and such under which something can be opened right now.
fn requests(frame: &Frame, list: &[AccessRequest]) -> Vec<Waiting> {
    let t = frame.t;
    let count = |states: &[&str]| list.iter().filter(|one| is_in(one, states)).count();
    let href = || at::AccessRequests {}.path();
    let line = |count: usize, text: fn(&Texts, i64) -> String, label: String| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        (count > 0).then(|| Waiting { text: text(t, count), href: href(), label })
    };
    let waiting = line(count(&OPEN[..1]), Texts::today_requests, t.today_requests_go());
    let running = line(count(&OPEN[1..]), Texts::today_running, t.today_running_go());
    waiting.into_iter().chain(running).collect()
}

/// How many agreements nobody has accepted.
fn open(list: &[OwnAgreement]) -> i64 {
    let open = list.iter().filter(|agreement| agreement.accepted_date.is_none()).count();
    i64::try_from(open).unwrap_or(i64::MAX)
}

fn agreements(frame: &Frame, open: i64) -> Option<Waiting> {
    let t = frame.t;
    (open > 0).then(|| Waiting {
        text: t.today_agreements(open),
        href: at::OwnAgreements {}.path(),
        label: t.today_agreements_go(),
    })
}

fn balance(frame: &Frame, summary: &InvoiceSummary) -> Option<Waiting> {
    let amount = summary.balance_amount.filter(|amount| *amount > kernel::Decimal::ZERO)?;
    let t = frame.t;
    Some(Waiting {
        text: t.today_balance(frame.f.money(amount, summary.currency_code.as_deref().unwrap_or_default())),
        href: at::Invoices {}.path(),
        label: t.today_balance_go(),
    })
}
