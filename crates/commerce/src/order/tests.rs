use super::*;
use crate::catalogue::{Billing, Catalogue, GERMANY, Sources};
use crate::sample::{
    ARCHIVING, AZURE, E1, E3, ESSENTIALS, SALES, TRIAL_E3, catalogue, order_id, subscription_id,
};
use crate::subscription::{Cause, Change, Standing, Subscription};
use contract::profile::AgreementRole;
use jiff::civil::{Date, date};
use kernel::{Currency, Problem};

const TODAY: Date = date(2018, 4, 18);

fn line(number: u32, offer: &str, quantity: u32) -> DraftLine {
    DraftLine { number, offer: offer.to_owned(), quantity, ..DraftLine::default() }
}

fn add_on(number: u32, offer: &str, parent: u32) -> DraftLine {
    DraftLine { parent: Some(subscription_id(parent)), ..line(number, offer, 1) }
}

fn buyer(subscriptions: &[Subscription]) -> Buyer<'_> {
    Buyer {
        country: "AT".parse().expect("a country"),
        currency: Currency::Eur,
        today: TODAY,
        sandbox: false,
        needed: &AgreementRole::ALL,
        accepted: &AgreementRole::ALL,
        subscriptions,
        limits: SandboxLimits::default(),
    }
}

fn ask(
    lines: &[DraftLine],
    cycle: Option<BillingCycle>,
    buyer: &Buyer<'_>,
) -> Result<Vec<Subscription>, Problem> {
    let catalogue = catalogue();
    let plan = plan(&OrderDraft { cycle, lines: lines.to_vec() }, &catalogue, buyer)?;
    Ok(plan
        .lines
        .iter()
        .map(|line| line.subscription(subscription_id(line.number + 100), &order_id()).0)
        .collect())
}

/// A subscription bought on `day`.
fn owned(id: u32, offer: &str, quantity: u32, day: Date) -> Subscription {
    let bought = ask(&[line(0, offer, quantity)], None, &Buyer { today: day, ..buyer(&[]) });
    Subscription { id: subscription_id(id), ..bought.expect("an order that passes").remove(0) }
}

fn check(
    name: &str,
    lines: &[DraftLine],
    cycle: Option<BillingCycle>,
    buyer: &Buyer<'_>,
    expected: Result<(), u32>,
) {
    let got = ask(lines, cycle, buyer).map(|_| ()).map_err(|problem| problem.code.0);
    assert_eq!(got, expected, "{name}");
}

#[test]
fn orders_that_pass_and_orders_that_do_not() {
    use BillingCycle::{Annual, Monthly, None as Never, OneTime};
    let none = buyer(&[]);
    check("one line", &[line(0, E3, 10)], None, &none, Ok(()));
    check("offer in upper case", &[line(0, &E3.to_ascii_uppercase(), 10)], Some(Annual), &none, Ok(()));
    check("two lines out of order", &[line(1, E3, 1), line(0, E1, 1)], None, &none, Ok(()));
    check("no lines", &[], None, &none, Err(3000));
    check("numbers from 1", &[line(1, E3, 1)], None, &none, Err(800_071));
    check("a number twice", &[line(0, E3, 1), line(0, E1, 1)], None, &none, Err(800_071));
    check("an offer twice", &[line(0, E3, 1), line(1, E3, 1)], None, &none, Err(800_002));
    check("unknown offer", &[line(0, "nothing", 1)], None, &none, Err(800_004));
    check("no seats", &[line(0, E3, 0)], None, &none, Err(2002));
    check("301 seats of a small-business offer", &[line(0, ESSENTIALS, 301)], None, &none, Err(2002));
    check(
        "before its day",
        &[line(0, SALES, 1)],
        None,
        &Buyer { today: date(2017, 6, 30), ..none },
        Err(2085),
    );
    check("on its day", &[line(0, SALES, 1)], None, &Buyer { today: date(2017, 7, 1), ..none }, Ok(()));
    check(
        "production offer in a sandbox",
        &[line(0, AZURE, 1)],
        None,
        &Buyer { sandbox: true, ..none },
        Err(2085),
    );
    check("Azure by the month", &[line(0, AZURE, 1)], Some(Monthly), &none, Ok(()));
    check("Azure by the year", &[line(0, AZURE, 1)], Some(Annual), &none, Err(6001));
    check("licences once", &[line(0, E3, 1)], Some(OneTime), &none, Err(6001));
    check("a trial", &[line(0, TRIAL_E3, 25)], Some(Never), &none, Ok(()));
    check("a trial beside a licence", &[line(0, TRIAL_E3, 25), line(1, E1, 1)], Some(Annual), &none, Ok(()));
    check("a trial by the year", &[line(0, TRIAL_E3, 25)], Some(Annual), &none, Err(6001));
    check("a small trial", &[line(0, TRIAL_E3, 5)], None, &none, Err(2002));
    let unsigned = Buyer { accepted: &[AgreementRole::CloudAgreement, AgreementRole::Supplement], ..none };
    check("without the trustee agreement", &[line(0, E3, 1)], None, &unsigned, Err(13_605));
    check("add-on without base", &[line(0, ARCHIVING, 1)], None, &none, Err(800_029));
}

#[test]
fn withdrawn_offers_and_other_countries() {
    let edit = |from: &str, to: &str| {
        let offers = GERMANY.offers.replacen(from, to, 1);
        Catalogue::parse(&Sources { offers: &offers, ..GERMANY }).expect("an edited catalogue")
    };
    let order = OrderDraft { cycle: None, lines: vec![line(0, ESSENTIALS, 1)] };
    let code =
        |catalogue: &_, buyer: &Buyer<'_>| plan(&order, catalogue, buyer).map(|_| ()).map_err(|p| p.code.0);
    let withdrawn =
        edit("audience = \"everyone\"", "available_until = \"2018-04-17\"\naudience = \"everyone\"");
    assert_eq!(code(&withdrawn, &buyer(&[])), Err(2091));
    assert_eq!(code(&withdrawn, &Buyer { today: date(2018, 4, 17), ..buyer(&[]) }), Ok(()));
    let german = edit("audience = \"everyone\"", "countries = [\"DE\"]\naudience = \"everyone\"");
    assert_eq!(code(&german, &buyer(&[])), Err(800_070));
}

#[test]
fn add_ons_need_an_active_base_of_the_right_kind() {
    let base = owned(1, E1, 10, date(2018, 3, 1));
    let asleep = Standing::Suspended { since: TODAY, cause: Cause::Partner };
    let suspended = Subscription { id: subscription_id(2), standing: asleep, ..base.clone() };
    let other = owned(3, E3, 10, date(2018, 3, 1));
    let trial = owned(4, TRIAL_E3, 25, TODAY);
    let owned = [base, suspended, other, trial];
    let buyer = buyer(&owned);
    check("on its base", &[add_on(0, ARCHIVING, 1)], None, &buyer, Ok(()));
    check("on a suspended base", &[add_on(0, ARCHIVING, 2)], None, &buyer, Err(27_009));
    check("on another offer", &[add_on(0, ARCHIVING, 3)], None, &buyer, Err(800_029));
    check("on a trial", &[add_on(0, ARCHIVING, 4)], None, &buyer, Err(800_029));
    check("on nothing of the customer's", &[add_on(0, ARCHIVING, 9)], None, &buyer, Err(800_029));
    check("a base with a parent", &[add_on(0, E3, 1)], None, &buyer, Err(800_029));
}

#[test]
fn add_ons_share_the_dates_of_their_base() {
    let base = owned(1, E1, 10, date(2018, 3, 1));
    let subscriptions = [base.clone()];
    let catalogue = catalogue();
    let draft = OrderDraft { cycle: None, lines: vec![add_on(0, ARCHIVING, 1)] };
    let plan = plan(&draft, &catalogue, &buyer(&subscriptions)).expect("a good order");
    let terms = &plan.lines[0].terms;
    assert_eq!(terms.anchor, date(2018, 3, 1));
    let period = terms.period.expect("a term");
    assert_eq!((period.first(), Some(period.last())), (TODAY, base.commitment_end()));
}

#[test]
fn trials_are_had_once() {
    let trial = owned(1, TRIAL_E3, 25, date(2018, 1, 1));
    let gone = Subscription { standing: Standing::Deleted { on: TODAY }, ..trial };
    check("a second trial", &[line(0, TRIAL_E3, 25)], None, &buyer(&[gone]), Err(27_006));
}

#[test]
fn sandboxes_have_limits_that_can_be_lifted() {
    let owned: Vec<Subscription> = (1..=5).map(|id| owned(id, E3, 1, TODAY)).collect();
    let limited = |subscriptions| Buyer { limits: SandboxLimits::DOCUMENTED, ..buyer(subscriptions) };
    check("a fifth subscription", &[line(0, E1, 1)], None, &limited(&owned[..4]), Ok(()));
    check("a sixth subscription", &[line(0, E1, 1)], None, &limited(&owned), Err(800_018));
    check("a sixth without limit", &[line(0, E1, 1)], None, &buyer(&owned), Ok(()));
    check("25 seats", &[line(0, E1, 25)], None, &limited(&[]), Ok(()));
    check("26 seats", &[line(0, E1, 26)], None, &limited(&[]), Err(800_018));
    assert!(SandboxLimits::DOCUMENTED.one_more_customer(74).is_ok());
    assert_eq!(SandboxLimits::DOCUMENTED.one_more_customer(75).expect_err("full").code.0, 800_018);
}

#[test]
fn what_an_order_becomes() {
    let subscriptions = ask(&[line(0, E3, 7), line(1, AZURE, 1), line(2, TRIAL_E3, 25)], None, &buyer(&[]));
    let subscriptions = subscriptions.expect("a good order");
    let [licence, usage, trial] = subscriptions.as_slice() else { panic!("three subscriptions") };
    assert_eq!(licence.term.map(|term| term.to_string()).as_deref(), Some("2018-04-18..2019-04-17"));
    assert_eq!((licence.quantity, licence.cycle, licence.auto_renew), (7, BillingCycle::Monthly, true));
    assert_eq!((usage.billing, usage.term, usage.auto_renew), (Billing::Usage, None, false));
    assert_eq!(trial.term.map(|term| term.to_string()).as_deref(), Some("2018-04-18..2018-05-17"));
    assert_eq!((trial.cycle, trial.auto_renew, trial.trial), (BillingCycle::None, false, true));
    let catalogue = catalogue();
    let draft = OrderDraft { cycle: Some(BillingCycle::Annual), lines: vec![line(0, E3, 7)] };
    let plan = plan(&draft, &catalogue, &buyer(&[])).expect("a good order");
    let (_, event) = plan.lines[0].subscription(subscription_id(1), &order_id());
    let Change::Purchased { quantity, terms } = event.change else { panic!("a purchase") };
    assert_eq!((quantity, terms.unit_price.to_string().as_str(), terms.anchor), (7, "295.56", TODAY));
}
