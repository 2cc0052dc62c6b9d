use super::change::MAX_FRIENDLY_NAME;
use super::*;
use crate::catalogue::Catalogue;
use crate::order::{Buyer, DraftLine, OrderDraft, SandboxLimits, plan};
use crate::sample::{ARCHIVING, E1, E3, TRIAL_E3, catalogue, order_id, subscription_id};
use contract::profile::AgreementRole;
use jiff::civil::date;

const BOUGHT: Date = date(2018, 1, 13);
const LATER: Date = date(2018, 2, 1);

fn buy(catalogue: &Catalogue, offer: &str, quantity: u32, base: Option<&Subscription>) -> Subscription {
    let parent = base.map(|base| base.id);
    let line = DraftLine { offer: offer.to_owned(), quantity, parent, ..DraftLine::default() };
    let owned: Vec<Subscription> = base.cloned().into_iter().collect();
    let buyer = Buyer {
        country: "DE".parse().expect("a country"),
        currency: Currency::Eur,
        today: if base.is_some() { LATER } else { BOUGHT },
        sandbox: false,
        needed: &AgreementRole::ALL,
        accepted: &AgreementRole::ALL,
        subscriptions: &owned,
        limits: SandboxLimits::default(),
    };
    let plan = plan(&OrderDraft { cycle: None, lines: vec![line] }, catalogue, &buyer).expect("a good order");
    plan.lines[0].subscription(subscription_id(1 + u32::from(base.is_some())), &order_id()).0
}

fn change(subscription: &Subscription, patch: &Patch, day: Date) -> Result<(Subscription, Vec<Event>), u32> {
    let catalogue = catalogue();
    let offer = catalogue.find(subscription.offer.as_str()).expect("its offer");
    apply(subscription, offer, patch, day, &SandboxLimits::DOCUMENTED).map_err(|problem| problem.code.0)
}

fn seats(quantity: u32) -> Patch {
    Patch { quantity: Some(quantity), ..Patch::default() }
}

fn status(status: WantedStatus) -> Patch {
    Patch { status: Some(status), ..Patch::default() }
}

fn with(subscription: &Subscription, standing: Standing) -> Subscription {
    Subscription { standing, ..subscription.clone() }
}

fn suspended(subscription: &Subscription, cause: Cause) -> Subscription {
    with(subscription, Standing::Suspended { since: LATER, cause })
}

fn check(subscription: &Subscription, patch: &Patch, day: Date, expected: Result<&[Change], u32>) {
    let got = change(subscription, patch, day);
    let changes =
        got.as_ref().map(|(_, events)| events.iter().map(|event| event.change.clone()).collect::<Vec<_>>());
    assert_eq!(changes.map_err(|code| *code), expected.map(<[Change]>::to_vec), "{patch:?}");
}

#[test]
fn the_state_machine() {
    use WantedStatus::{Active, Deleted, Suspended};
    let active = buy(&catalogue(), E3, 5, None);
    let by_partner = suspended(&active, Cause::Partner);
    let ended = suspended(&active, Cause::TermEnded);
    let deleted = with(&active, Standing::Deleted { on: LATER });
    check(&active, &Patch::default(), LATER, Ok(&[]));
    check(&active, &seats(5), LATER, Ok(&[]));
    check(&active, &seats(8), LATER, Ok(&[Change::Quantity { from: 5, to: 8 }]));
    check(&active, &seats(2), LATER, Ok(&[Change::Quantity { from: 5, to: 2 }]));
    check(&active, &seats(0), LATER, Err(2002));
    check(&active, &seats(26), LATER, Err(800_018));
    check(&active, &status(Active), LATER, Ok(&[]));
    check(&active, &status(Suspended), LATER, Ok(&[Change::Suspended { cause: Cause::Partner }]));
    check(&active, &status(Deleted), LATER, Ok(&[Change::Deleted]));
    check(&by_partner, &seats(8), LATER, Err(2001));
    check(&by_partner, &status(Suspended), LATER, Ok(&[]));
    check(&by_partner, &status(Active), LATER, Ok(&[Change::Reactivated]));
    check(&by_partner, &status(Active), date(2019, 1, 13), Err(800_096));
    let both = Patch { quantity: Some(8), ..status(Active) };
    check(&by_partner, &both, LATER, Ok(&[Change::Reactivated, Change::Quantity { from: 5, to: 8 }]));
    check(&ended, &status(Active), LATER, Err(800_096));
    check(&suspended(&active, Cause::Base), &status(Active), LATER, Err(27_009));
    check(&suspended(&active, Cause::Operator), &status(Active), LATER, Err(800_096));
    for patch in [seats(8), status(Active), status(Deleted), Patch::default()] {
        check(&deleted, &patch, LATER, Err(2011));
    }
    let annual = Patch { cycle: Some(BillingCycle::Annual), ..Patch::default() };
    check(&active, &annual, LATER, Err(2054));
}

#[test]
fn names_and_renewal() {
    let active = buy(&catalogue(), E3, 5, None);
    let name = |text: &str| Patch { friendly_name: Some(text.to_owned()), ..Patch::default() };
    check(&active, &name("Buchhaltung"), LATER, Ok(&[Change::Renamed]));
    for bad in ["", "  ", "a\nb", &"x".repeat(MAX_FRIENDLY_NAME + 1)] {
        check(&active, &name(bad), LATER, Err(3000));
    }
    let off = Patch { auto_renew: Some(false), ..Patch::default() };
    check(&active, &off, LATER, Ok(&[Change::AutoRenew { on: false }]));
    check(&suspended(&active, Cause::Partner), &off, LATER, Err(800_091));
    let trial = buy(&catalogue(), TRIAL_E3, 25, None);
    check(&trial, &Patch { auto_renew: Some(true), ..Patch::default() }, LATER, Err(800_093));
    check(&trial, &seats(24), LATER, Err(800_095));
}

#[test]
fn a_base_takes_its_add_ons_along() {
    let catalogue = catalogue();
    let base = buy(&catalogue, E1, 5, None);
    let add_on = buy(&catalogue, ARCHIVING, 5, Some(&base));
    let asleep = Change::Suspended { cause: Cause::Partner };
    let (resting, event) = cascade(&asleep, &add_on, LATER).expect("it is suspended too");
    assert_eq!(event.change, Change::Suspended { cause: Cause::Base });
    let (awake, event) = cascade(&Change::Reactivated, &resting, LATER).expect("it comes back too");
    assert_eq!((awake.is_active(), event.change), (true, Change::Reactivated));
    let own_rest = suspended(&add_on, Cause::Partner);
    assert_eq!(cascade(&Change::Reactivated, &own_rest, LATER), None, "its own suspension stays");
    assert_eq!(cascade(&asleep, &own_rest, LATER), None);
    assert!(cascade(&Change::Deleted, &own_rest, LATER).expect("it goes too").0.is_deleted());
    assert_eq!(cascade(&Change::Renamed, &add_on, LATER), None);
}

#[test]
fn renewals_and_expiries_come_due_once() {
    let catalogue = catalogue();
    let active = buy(&catalogue, E3, 5, None);
    let due = |subscription: &Subscription, after, through| {
        due_between(subscription, after, through).map(|due| (due.day, due.kind))
    };
    let first = date(2019, 1, 13);
    assert_eq!(due(&active, BOUGHT, date(2019, 1, 12)), None);
    assert_eq!(due(&active, BOUGHT, first), Some((first, DueKind::Renew)));
    assert_eq!(due(&active, first, date(2020, 1, 1)), None, "already carried out");
    let once = Subscription { auto_renew: false, ..active.clone() };
    assert_eq!(due(&once, BOUGHT, date(2020, 1, 1)), Some((first, DueKind::Expire)));
    let (over, event) = done(&once, None);
    assert_eq!(event, Event { day: first, change: Change::Expired });
    let purge_day = date(2019, 4, 13);
    assert_eq!(due(&over, first, date(2020, 1, 1)), Some((purge_day, DueKind::Purge)));
    let (gone, event) = done(&over, None);
    assert_eq!(event, Event { day: purge_day, change: Change::Deleted });
    assert_eq!(due(&gone, BOUGHT, date(2030, 1, 1)), None);
    let trial = buy(&catalogue, TRIAL_E3, 25, None);
    assert_eq!(due(&trial, BOUGHT, date(2018, 3, 1)), Some((date(2018, 2, 12), DueKind::Expire)));
}

/// Carries out what is due next.
fn done(subscription: &Subscription, base: Option<&Subscription>) -> (Subscription, Event) {
    let due = next_due(subscription).expect("something is due");
    match carry_out(subscription, due, &catalogue(), Currency::Eur, base) {
        Outcome::Done(subscription, event) => (*subscription, event),
        Outcome::BaseFirst => panic!("the base waits"),
    }
}

#[test]
fn renewal_takes_the_price_of_its_day() {
    let active = buy(&catalogue(), E3, 5, None);
    let day = date(2019, 1, 13);
    let (next, event) = done(&active, None);
    assert_eq!(next.term.map(|term| term.to_string()).as_deref(), Some("2019-01-13..2020-01-12"));
    let Change::Renewed { quantity, terms } = event.change else { panic!("a renewal") };
    assert_eq!(
        (quantity, terms.unit_price.to_string().as_str(), terms.anchor, event.day),
        (5, "25.61", day, day)
    );
    let unknown = Subscription { offer: "gone".parse().expect("an offer id"), ..active };
    assert_eq!(done(&unknown, None).1.change, Change::Expired, "an offer that is gone cannot renew");
}

#[test]
fn add_ons_follow_their_base_into_the_next_term() {
    let catalogue = catalogue();
    let base = buy(&catalogue, E1, 5, None);
    let add_on = buy(&catalogue, ARCHIVING, 5, Some(&base));
    let due = next_due(&add_on).expect("a renewal");
    assert_eq!(carry_out(&add_on, due, &catalogue, Currency::Eur, Some(&base)), Outcome::BaseFirst);
    let (renewed, _) = done(&base, None);
    let (next, event) = done(&add_on, Some(&renewed));
    assert_eq!(next.term, renewed.term);
    assert!(matches!(event.change, Change::Renewed { .. }));
    let (ended, _) = done(&Subscription { auto_renew: false, ..base }, None);
    assert_eq!(done(&add_on, Some(&ended)).1.change, Change::Expired);
}

#[test]
fn a_trial_converts_to_its_paid_offer_and_keeps_its_id() {
    let catalogue = catalogue();
    let trial = buy(&catalogue, TRIAL_E3, 25, None);
    let price = (BillingCycle::Annual, Currency::Eur);
    let (paid, event) = convert(&trial, &catalogue, E3, 30, price, LATER).expect("a conversion");
    assert_eq!((paid.id, paid.trial, paid.quantity, paid.cycle), (trial.id, false, 30, BillingCycle::Annual));
    assert_eq!(paid.term.map(|term| term.to_string()).as_deref(), Some("2018-02-01..2019-01-31"));
    assert!(matches!(event.change, Change::Converted { .. }));
    let code = |trial: &Subscription, target: &str, quantity| {
        convert(trial, &catalogue, target, quantity, price, LATER)
            .map(|_| ())
            .map_err(|problem| problem.code.0)
    };
    assert_eq!(code(&trial, E1, 25), Err(800_004), "not among its targets");
    assert_eq!(code(&trial, E3, 0), Err(2002));
    assert_eq!(code(&suspended(&trial, Cause::TermEnded), E3, 25), Err(800_012));
}

#[test]
fn support_contacts_are_related_resellers() {
    assert!(support_contact(true, false).is_ok() && support_contact(false, true).is_ok());
    assert_eq!(support_contact(false, false).expect_err("a stranger").code.0, 3000);
}

#[test]
fn the_stored_form_is_fixed_and_comes_back_whole() {
    let active = buy(&catalogue(), E3, 5, None);
    let rest = suspended(&active, Cause::Base);
    let json = serde_json::to_string(&rest).expect("JSON");
    assert_eq!(
        json,
        r#"{"id":"00000000-0000-4000-8000-000000000001","offer":"a913c927-0bc9-419a-9379-ff8100e2c1f7","order":"order-1","parent":null,"friendly_name":"Office 365 Enterprise E3","quantity":5,"billing":"license","cycle":"monthly","trial":false,"purchased":"2018-01-13","term":{"first":"2018-01-13","last":"2019-01-12"},"auto_renew":true,"standing":{"suspended":{"since":"2018-02-01","cause":"base"}}}"#
    );
    assert_eq!(serde_json::from_str::<Subscription>(&json).expect("a subscription"), rest);
    let terms = Terms {
        period: active.term,
        anchor: BOUGHT,
        cycle: active.cycle,
        unit_price: "24.63".parse().expect("a price"),
        currency: Currency::Eur,
    };
    let changes = [
        Change::Purchased { quantity: 5, terms: terms.clone() },
        Change::Quantity { from: 5, to: 8 },
        Change::Suspended { cause: Cause::Partner },
        Change::Reactivated,
        Change::Renewed { quantity: 8, terms: terms.clone() },
        Change::Converted { offer: active.offer, quantity: 8, terms },
        Change::Expired,
        Change::Deleted,
        Change::Renamed,
        Change::AutoRenew { on: false },
    ];
    for change in changes {
        let event = Event { day: LATER, change };
        let json = serde_json::to_string(&event).expect("JSON");
        assert_eq!(serde_json::from_str::<Event>(&json).expect("an event"), event, "{json}");
    }
    let event = Event { day: LATER, change: Change::Quantity { from: 5, to: 8 } };
    let json = serde_json::to_string(&event).expect("JSON");
    assert_eq!(json, r#"{"day":"2018-02-01","change":{"quantity":{"from":5,"to":8}}}"#);
}
