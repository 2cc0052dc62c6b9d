//! The areas that every other one stands on, on both engines.

use kernel::{AccountId, AuditId, CustomerId, Micros, RequestId, TenantId};
use store::operator::audit::{self, AuditEntry, AuditFilter, AuditPlace, AuditQuery};
use store::operator::idempotency::{self, Claim, Key, Recorded};
use store::operator::{lease, outbox};
use store::{StoreError, Tx, on_both_engines};

fn guid<T: std::str::FromStr>(number: u32) -> T {
    let text = format!("{number:08x}-0000-7000-8000-000000000000");
    text.parse().unwrap_or_else(|_| panic!("{text} is an id"))
}

fn entry(number: u32, partner: u32, customer: Option<(u32, &str)>, resource: &str) -> AuditEntry {
    AuditEntry {
        id: guid(number),
        partner: guid(partner),
        happened: Micros::from(number / 2), // pairs share a time
        recorded: 7,
        customer: customer.map(|(id, _)| guid(id)),
        customer_name: customer.map(|(_, name)| name.to_owned()),
        user: None,
        application: None,
        resource_type: resource.to_owned(),
        old_value: None,
        new_value: Some("{}".to_owned()),
        operation_type: "create_order".to_owned(),
        operation_status: "succeeded".to_owned(),
        correlation: None,
        customized: "[]".to_owned(),
    }
}

/// The ids of one partner's entries, gathered page by page.
fn listed(
    tx: &mut Tx,
    filter: &AuditFilter,
    from: Micros,
    until: Micros,
) -> Result<Vec<AuditId>, StoreError> {
    let mut query =
        AuditQuery { partner: guid(1), from, until, filter: filter.clone(), after: None, limit: 2 };
    let mut all = Vec::new();
    loop {
        let page = audit::list(tx, &query)?;
        let Some(last) = page.last() else {
            return Ok(all);
        };
        query.after = Some(AuditPlace { happened: last.happened, id: last.id });
        all.extend(page.iter().map(|entry| entry.id));
    }
}

fn key(request: u32, path: &str) -> Key<'_> {
    Key { tenant: guid::<TenantId>(1), operation: "create-order", path, request: guid::<RequestId>(request) }
}

fn answer() -> Recorded {
    Recorded { status: 201, headers: "{}".to_owned(), body: b"made".to_vec() }
}

/// A call as the zone carries it out: claimed, and answered where it is new.
fn carried_out(tx: &mut Tx, key: &Key<'_>, mac: &[u8], now: Micros) -> Result<Claim, StoreError> {
    let claim = idempotency::claim(tx, key, mac, now, now + 10)?;
    if claim == Claim::Fresh {
        idempotency::record(tx, key, mac, now + 10, &answer())?;
    }
    Ok(claim)
}

on_both_engines! {
    async fn audit_entries_are_listed_newest_first_and_narrowed(store) {
        store.write("audit", |tx| {
            for entry in [
                entry(10, 1, Some((100, "Größe AG")), "order"),
                entry(11, 1, Some((100, "Größe AG")), "subscription"),
                entry(12, 1, Some((101, "Klein_100%")), "order"),
                entry(13, 1, None, "agreement"),
                entry(14, 1, None, "order"),
                entry(15, 2, Some((100, "Größe AG")), "order"),
            ] {
                audit::append(tx, &entry)?;
            }
            Ok(())
        }).await.expect("stored");
        let check = async |filter: AuditFilter, from: Micros, until: Micros, expected: &[u32]| {
            let expected: Vec<AuditId> = expected.iter().map(|number| guid(*number)).collect();
            let found = store.read("list", move |tx| listed(tx, &filter, from, until)).await;
            assert_eq!(found, Ok(expected));
        };
        let name = |part: &str| AuditFilter::CompanyName(part.to_owned());
        check(AuditFilter::All, 0, 100, &[14, 13, 12, 11, 10]).await;
        check(AuditFilter::All, 6, 7, &[13, 12]).await;
        check(AuditFilter::Customer(guid::<CustomerId>(100)), 0, 100, &[11, 10]).await;
        check(AuditFilter::ResourceType("order".to_owned()), 0, 100, &[14, 12, 10]).await;
        check(name("GRÖSSE"), 0, 100, &[]).await;
        check(name("GRÖß"), 0, 100, &[11, 10]).await;
        check(name("_100%"), 0, 100, &[12]).await;
        check(name("%"), 0, 100, &[12]).await;
        let one = |partner: u32| move |tx: &mut Tx| audit::find(tx, guid::<AccountId>(partner), guid(12));
        let found = store.read("find", one(1)).await;
        assert_eq!(found, Ok(Some(entry(12, 1, Some((101, "Klein_100%")), "order"))));
        assert_eq!(store.read("find", one(2)).await, Ok(None), "another partner's entry is not there");
    }

    async fn a_repeated_call_gets_the_recorded_answer(store) {
        let call = |request: u32, path: &'static str, mac: &'static [u8], now: Micros| {
            store.write("call", move |tx| carried_out(tx, &key(request, path), mac, now))
        };
        assert_eq!(call(1, "/a", b"m", 0).await, Ok(Claim::Fresh));
        assert_eq!(call(1, "/a", b"m", 9).await, Ok(Claim::Replay(answer())));
        assert_eq!(call(1, "/a", b"n", 9).await, Ok(Claim::OtherBody));
        assert_eq!(call(1, "/b", b"n", 9).await, Ok(Claim::Fresh), "another path is another call");
        assert_eq!(call(2, "/a", b"n", 9).await, Ok(Claim::Fresh), "another id is another call");
        assert_eq!(call(1, "/a", b"n", 10).await, Ok(Claim::Fresh), "expired");
        let purge = |now| store.write("purge", move |tx| idempotency::purge(tx, now, 2));
        assert_eq!((purge(19).await, purge(19).await), (Ok(2), Ok(0)), "two made at 9");
        assert_eq!(call(1, "/a", b"n", 19).await, Ok(Claim::Replay(answer())));
        assert_eq!(purge(20).await, Ok(1));
        assert_eq!(call(1, "/a", b"n", 12).await, Ok(Claim::Fresh), "the answer is gone");
    }

    async fn of_two_equal_calls_at_once_one_is_carried_out(store) {
        let store = std::sync::Arc::new(store);
        let calls: Vec<_> = (0..12).map(|_| {
            let store = std::sync::Arc::clone(&store);
            tokio::spawn(async move {
                store.write("call", |tx| carried_out(tx, &key(1, "/a"), b"m", 0)).await
            })
        }).collect();
        let mut fresh = 0;
        for call in calls {
            match call.await.expect("the task ends") {
                Ok(Claim::Fresh) => fresh += 1,
                other => assert_eq!(other, Ok(Claim::Replay(answer()))),
            }
        }
        assert_eq!(fresh, 1);
    }

    async fn events_are_due_until_they_are_delivered_or_given_up(store) {
        let append = |created: Micros| store.write("append", move |tx| {
            let event = outbox::NewEvent { partner: guid(1), event: "e", resource: "/r", payload: "{}", created };
            outbox::append(tx, &event)?;
            let all = outbox::of_partner(tx, guid(1), 0, 10)?;
            all.last().map(|event| event.sequence).ok_or(StoreError::NoRow("event"))
        });
        let (late, early) = (append(20).await.expect("stored"), append(10).await.expect("stored"));
        assert!(late < early, "numbers rise");
        let due = async |now| -> Vec<(i64, u32)> {
            let found = store.read("due", move |tx| outbox::due(tx, now, 10)).await.expect("read");
            found.into_iter().map(|event| (event.sequence, event.attempts)).collect()
        };
        assert_eq!(due(9).await, []);
        assert_eq!(due(20).await, [(early, 0), (late, 0)]);
        store.write("failed", move |tx| outbox::failed(tx, early, Some(30), "refused")).await.expect("noted");
        store.write("delivered", move |tx| outbox::delivered(tx, late, 21)).await.expect("noted");
        assert_eq!((due(29).await, due(30).await), (vec![], vec![(early, 1)]));
        store.write("failed", move |tx| outbox::failed(tx, early, None, "refused")).await.expect("noted");
        assert_eq!(due(99).await, []);
        let all = store.read("all", move |tx| outbox::of_partner(tx, guid(1), late, 10)).await.expect("read");
        assert_eq!((all.len(), all[0].attempts, all[0].last_error.as_deref()), (1, 2, Some("refused")));
    }

    async fn a_lease_has_one_holder_until_it_ends(store) {
        let take = |holder: &'static str, now: Micros| {
            store.write("take", move |tx| lease::take(tx, "invoices", holder, now, now + 10))
        };
        assert_eq!(take("a", 0).await, Ok(true));
        assert_eq!(take("b", 9).await, Ok(false));
        assert_eq!(take("a", 9).await, Ok(true), "prolonged");
        assert_eq!(take("b", 19).await, Ok(true), "expired");
        store.write("back", |tx| lease::give_back(tx, "invoices", "a")).await.expect("nothing to do");
        assert_eq!(take("a", 20).await, Ok(false));
        store.write("back", |tx| lease::give_back(tx, "invoices", "b")).await.expect("given back");
        assert_eq!(take("a", 20).await, Ok(true));
    }
}
