//! Access reports through the real gateway: by themselves, on demand, for whom they are, and that they prove themselves.

use anyhow::{Context, Result};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::twin::{Player, Twin};
use testkit::{Ask, Town};

use super::{check, stage};

pub const REPORTS: &str = "/trustee/v1/access-reports";

pub async fn list(town: &Town, who: &Player, query: &str) -> Vec<Value> {
    let reply = town.call(Ask::get(format!("{REPORTS}{query}")).bearer(&who.token)).await;
    reply.expect(200)["items"].as_array().cloned().unwrap_or_default()
}

/// The reports of a cause, once everything that is due was made.
pub async fn issued(town: &Town, cause: &str) -> Result<Vec<Value>> {
    let twin = Twin::of(town).await?;
    town.trustee.trustee.tidy().await?;
    let all = list(town, &twin.approver, "?size=200").await;
    Ok(all.into_iter().filter(|one| one["cause"] == cause).collect())
}

#[tokio::test]
async fn each_grant_that_has_ended_has_one_report_that_proves_itself() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    assert_eq!(twin.read_once(zone, &id).await.status, 200);
    assert!(issued(&town, "event").await?.is_empty(), "it runs still");
    check(&twin.act(zone, &twin.officers[1], &id, "stop", &Value::Null).await, 200, "", "stopped");
    let reports = issued(&town, "event").await?;
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!((&reports[0]["requestId"], &reports[0]["uses"]), (&json!(id), &json!(1)), "{reports:?}");
    let (facts, report) = town.verified_report(&twin.approver, &reports[0]["id"]).await?;
    assert_eq!((facts.header.cause.as_str(), facts.searched), ("event", true));
    assert_eq!(facts.level.as_str(), "L0", "one process keeps nobody out");
    assert_eq!(report["released"]["uses"], 1);
    let kinds: Vec<_> =
        report["events"].as_array().into_iter().flatten().map(|e| &e["entry"]["type"]).collect();
    for kind in ["submit", "approve", "activate", "use.intent", "use.result", "kill"] {
        assert!(kinds.contains(&&json!(kind)), "{kind} is not in {kinds:?}");
    }
    assert!(report["files"].as_object().is_some_and(|files| files.len() == 3), "{report}");
    let shown = town.call(Ask::get(format!("/trustee/v1/access-requests/{id}")).bearer(&twin.approver.token));
    assert_eq!(shown.await.json()["reportId"], reports[0]["id"], "the request says where its report is");
    // Again and again, over a restart: still one.
    let again = town.with_controls(trustee::controls::Controls::all()).await?;
    again.trustee.tidy().await?;
    again.trustee.tidy().await?;
    assert_eq!(issued(&town, "event").await?.len(), 1);
    let page = town.call(
        Ask::get(format!(
            "{REPORTS}/{}/page.html?language=de",
            reports[0]["id"].as_str().unwrap_or_default()
        ))
        .bearer(&twin.approver.token),
    );
    let page = page.await;
    assert!(page.text().contains("einmal Daten dieser Organisation"), "{}", page.text());
    assert!(page.header("content-disposition").starts_with("attachment"));
    Ok(())
}

#[tokio::test]
async fn a_month_without_openings_is_reported_and_none_is_lost() -> Result<()> {
    let (town, _) = stage().await?;
    assert!(issued(&town, "monthly").await?.is_empty(), "no month is over");
    // Nobody runs the program for two months and a half.
    town.clock.pass(SignedDuration::from_hours(24 * 75));
    let months = issued(&town, "monthly").await?;
    assert_eq!(months.len(), 2, "{months:?}");
    assert_eq!(issued(&town, "monthly").await?.len(), 2, "once each");
    let twin = Twin::of(&town).await?;
    for month in &months {
        let (facts, report) = town.verified_report(&twin.approver, &month["id"]).await?;
        assert_eq!((&report["released"]["uses"], &month["uses"]), (&json!(0), &json!(0)));
        assert!(facts.entries > 0, "the report's own entry counts");
        let all = report["entries"]["all"].as_u64();
        assert_eq!(all, Some(facts.entries), "the counter is proved from the first entry on");
    }
    assert_eq!(months[0]["fromDate"], "2026-02-01T00:00:00Z", "{months:?}");
    assert_eq!(months[1]["fromDate"], "2026-01-01T00:00:00Z", "{months:?}");
    Ok(())
}

#[tokio::test]
async fn a_report_is_read_by_those_whom_it_concerns() -> Result<()> {
    let (town, twin) = stage().await?;
    let ask = |who: &Player, body: &Value| town.call(Ask::post(REPORTS, body).bearer(&who.token));
    let made = ask(&twin.approver, &json!({})).await;
    let made = made.expect(201);
    assert_eq!(
        (&made["cause"], &made["state"], &made["tenantId"]),
        (&json!("demand"), &json!("issued"), &json!(twin.customer))
    );
    town.verified_report(&twin.approver, &made["id"]).await?;
    let auditor = &town.access.auditors[0];
    let domain = auditor.user_name.split_once('@').context("a domain")?.1;
    let auditor = Player { token: town.own_token(domain, auditor).await?, key: String::new() };
    let path = format!("{REPORTS}/{}", made["id"].as_str().unwrap_or_default());
    for (what, who, sees, reads) in [
        ("its customer", &twin.approver, 200, 200),
        ("an officer", &twin.officers[0], 200, 200),
        ("an auditor", &auditor, 200, 403),
        ("another customer", &twin.other_approver, 404, 404),
        ("the operator's staff", &twin.engineer, 403, 403),
    ] {
        let get = |path: String| town.call(Ask::get(path).bearer(&who.token));
        assert_eq!(get(path.clone()).await.status, sees, "{what}");
        assert_eq!(get(format!("{path}/bundle.json")).await.status, reads, "{what}");
        assert_eq!(get(format!("{path}/page.html?language=fr")).await.status, reads, "{what}");
    }
    let foreign = ask(&twin.approver, &json!({"tenantId": town.access.customers[1].tenant_id})).await;
    check(&foreign, 404, "not_found", "another's");
    assert!(list(&town, &twin.other_approver, "?size=200").await.is_empty());
    check(&ask(&twin.engineer, &json!({"tenantId": twin.customer})).await, 403, "role_required", "staff");
    check(
        &ask(&twin.approver, &json!({"fromDate": "2999-01-01T00:00:00Z"})).await,
        400,
        "bad_property",
        "later",
    );
    check(&ask(&twin.officers[0], &json!({})).await, 400, "bad_property", "whose");
    Ok(())
}

#[tokio::test]
async fn auditors_see_the_log_and_what_it_counts_without_names() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    assert_eq!(twin.read_once(zone, &id).await.status, 200);
    check(&twin.act(zone, &twin.officers[1], &id, "stop", &Value::Null).await, 200, "", "stopped");
    let get =
        |path: &str| town.call(Ask::get(format!("/trustee/v1/log{path}")).bearer(&twin.officers[0].token));
    let standing = get("").await.expect(200);
    assert_eq!(standing["size"], standing["publishedSize"], "{standing}");
    let results = get("/entries?type=use.result").await.expect(200);
    let one = &results["items"][0];
    assert_eq!(
        (&one["reason"], &one["aboutCustomer"]),
        (&json!("customer_support"), &json!(true)),
        "{results}"
    );
    assert!(one["belongsTo"].as_i64() < one["index"].as_i64() && one["belongsTo"].is_i64(), "{one}");
    let before = get(&format!("/entries?before={}&size=3", one["index"])).await.expect(200);
    assert_eq!(before["items"].as_array().map(Vec::len), Some(3));
    assert!(before["items"][0]["index"].as_i64() < one["index"].as_i64(), "{before}");
    let months = get("/statistics").await.expect(200);
    let month = &months["items"][0];
    assert_eq!(
        [
            &month["month"],
            &month["asked"],
            &month["begun"],
            &month["stopped"],
            &month["uses"],
            &month["rows"]
        ],
        [&json!("2026-01"), &json!(1), &json!(1), &json!(1), &json!(1), &json!(1)],
        "{months}"
    );
    // Counted once, however often somebody asks, and on from there.
    twin.ask(&town.trustee.trustee, &twin.wish()).await?;
    for _ in 0..2 {
        let months = get("/statistics").await.expect(200);
        assert_eq!(
            (&months["items"][0]["asked"], &months["items"][0]["uses"]),
            (&json!(2), &json!(1)),
            "{months}"
        );
    }
    for path in ["", "/entries", "/statistics"] {
        let said = get(path).await.text();
        assert!(!said.contains(&twin.customer), "{path} names the customer");
        let refused = town.call(Ask::get(format!("/trustee/v1/log{path}")).bearer(&twin.approver.token));
        assert_eq!(refused.await.status, 403, "{path}");
    }
    check(&get("/entries?type=erika").await, 400, "bad_property", "no type");
    Ok(())
}

#[tokio::test]
async fn customers_see_their_own_persons_and_not_how_they_were_identified() -> Result<()> {
    let (town, twin) = stage().await?;
    let persons = async |who: &Player| {
        let reply = town.call(Ask::get("/trustee/v1/persons?size=200").bearer(&who.token)).await;
        reply.expect(200)["items"].as_array().cloned().unwrap_or_default()
    };
    let (own, all) = (persons(&twin.approver).await, persons(&twin.officers[0]).await);
    assert!(!own.is_empty() && all.len() > own.len());
    assert!(own.iter().all(|one| one["tenantId"] == twin.customer && one["evidence"].is_null()), "{own:?}");
    assert!(all.iter().all(|one| one["evidence"].is_string()), "officers see how: {all:?}");
    let staff = town.call(Ask::get("/trustee/v1/persons").bearer(&twin.engineer.token)).await;
    check(&staff, 403, "role_required", "the operator's staff");
    Ok(())
}
