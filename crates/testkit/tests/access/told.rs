//! What reports tell besides the entries: who asked from where, what stays behind, how the level was, who cosigned; and the
//! reports of releases.

use anyhow::{Context, Result};
use ledger::{Kind, Level, Quorum};
use serde_json::{Value, json};
use testkit::twin::Player;
use testkit::{Ask, Mood, Neighbour, Town};
use trustee::controls::Controls;
use trustee::log::{Draft, Witnessing};

use super::reports::{REPORTS, issued, list};
use super::tickets::Desk;
use super::{check, stage};

/// The first entry of a kind in a report.
fn event<'r>(report: &'r Value, kind: &str) -> &'r Value {
    let mut all = report["events"].as_array().into_iter().flatten();
    all.find(|event| event["entry"]["type"] == kind).unwrap_or(&Value::Null)
}

async fn page(town: &Town, who: &Player, id: &Value) -> String {
    let path = format!("{REPORTS}/{}/page.html?language=en", id.as_str().unwrap_or_default());
    let page = town.call(Ask::get(path).bearer(&who.token)).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.text()
}

#[tokio::test]
async fn a_report_tells_who_asked_from_where_and_what_stays_behind() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let id = twin.granted(zone, &twin.wish()).await?;
    assert_eq!(twin.read_once(zone, &id).await.status, 200);
    check(&twin.act(zone, &twin.officers[1], &id, "stop", &Value::Null).await, 200, "", "stopped");
    let one = issued(&town, "event").await?.pop().context("a report")?;
    let (_, report) = town.verified_report(&twin.approver, &one["id"]).await?;
    let asked = &event(&report, "submit")["detail"];
    assert_eq!(asked["employer"], "Musterwolke Betriebs GmbH (sample)", "{asked}");
    let text = asked["text"].as_str().context("a text")?;
    assert!(text.contains("\noffice: DE\nphysical: DE\n") && text.contains("\nmasking: off\n"), "{text}");
    let supervisor = &event(&report, "activate")["detail"]["supervisor"];
    assert!(supervisor.as_str().is_some_and(|person| person.len() == 36), "{supervisor}");
    let result = &event(&report, "use.result")["detail"];
    assert_eq!(result["masked"], json!(false), "{result}");
    let left: Vec<_> =
        result["left"].as_array().into_iter().flatten().map(|line| (&line["what"], &line["kept"])).collect();
    for (what, kept) in [
        ("answer", "nowhere"),
        ("use-record", "always"),
        ("supervisor-view", "memory"),
        ("log-entry", "always"),
        ("log-detail", "erasure"),
        ("report", "erasure"),
    ] {
        assert!(left.contains(&(&json!(what), &json!(kept))), "{what} {kept} is not in {left:?}");
    }
    // The header: rules by their digests, the first and the last of the tenant's entries.
    assert_eq!(report["stated"]["policies"], json!([report["stated"]["policy"]]), "{report}");
    let counters = report["events"].as_array().context("events")?;
    let ends = [&counters[0]["counter"], &counters[counters.len() - 1]["counter"]];
    assert_eq!([&report["entries"]["first"], &report["entries"]["last"]], ends, "{}", report["entries"]);
    assert_eq!(report["cosigned"], json!([]), "this log has no witness");
    let page = page(&town, &twin.approver, &one["id"]).await;
    for said in ["Musterwolke Betriebs GmbH", "office DE, works from DE", "the values shown: not kept"] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
    // What the log tells is not kept a second time in clear.
    let kept = "UPDATE log_outbox SET told_at = told_at WHERE told_at <> 0 AND body <> ''";
    assert_eq!(town.trustee_store.by_hand(kept)?.changed, 0);
    Ok(())
}

#[tokio::test]
async fn a_release_that_ended_has_a_report_and_one_that_stands_none() -> Result<()> {
    let (town, twin) = stage().await?;
    let desk = Desk::of(&town, &twin).await?;
    let (ticket, unused) = (desk.open("offen", "yes").await?, desk.open("unbenutzt", "yes").await?);
    desk.read(&twin.engineer.token, &ticket).await.expect(200);
    assert!(issued(&town, "event").await?.is_empty(), "it stands");
    desk.release("DELETE", &twin.approver.token, &ticket).await.expect(200);
    desk.release("DELETE", &twin.approver.token, &unused).await.expect(200);
    let mut reports = issued(&town, "event").await?;
    assert_eq!(reports.len(), 1, "nothing was opened under the other one: {reports:?}");
    assert_eq!(issued(&town, "event").await?.len(), 1, "once");
    let one = reports.pop().context("a report")?;
    let (facts, report) = town.verified_report(&twin.approver, &one["id"]).await?;
    assert_eq!((facts.header.cause.as_str(), &report["released"]["uses"]), ("event", &json!(1)));
    let intent = &event(&report, "use.intent")["detail"];
    assert_eq!(
        (&intent["ticket"], &intent["country"], &intent["employer"]),
        (&json!(ticket), &json!("DE"), &json!("Musterwolke Betriebs GmbH (sample)")),
        "{intent}"
    );
    assert_eq!(event(&report, "use.result")["detail"]["left"][0]["what"], "answer");
    assert!(event(&report, "release.end").is_object(), "{report}");
    let page = page(&town, &twin.approver, &one["id"]).await;
    for said in ["release to support", &ticket, "contact data, content", "shown whole", "use-record"] {
        let said = if said == "use-record" { "record of the opening, without values" } else { said };
        assert!(page.contains(said), "{said} is not in {page}");
    }
    assert!(!page.contains("earlier report"), "a release is asked for by nobody: {page}");
    assert!(!report.to_string().contains("Text offen"), "the thread itself is not in it");
    Ok(())
}

#[tokio::test]
async fn a_period_tells_how_the_level_was_and_changed() -> Result<()> {
    let (town, twin) = stage().await?;
    let log = town.trustee.trustee.log();
    let change = async |from, to| {
        town.clock.pass(jiff::SignedDuration::from_secs(60));
        log.append(Draft::of(Kind::Level).changing(from, to)).await
    };
    change(Level::L0, Level::L1).await?;
    town.clock.pass(jiff::SignedDuration::from_secs(60));
    let begin = kernel::Clock::now(&*town.clock).to_string();
    change(Level::L1, Level::L2).await?;
    change(Level::L2, Level::L1).await?;
    let ask = json!({ "fromDate": begin });
    let made = town.call(Ask::post(REPORTS, &ask).bearer(&twin.approver.token)).await.expect(201);
    let (facts, report) = town.verified_report(&twin.approver, &made["id"]).await?;
    let told: Vec<_> = facts.changes.iter().flatten().map(|one| (one.from, one.to)).collect();
    let (one, two) = (Level::L1, Level::L2);
    assert_eq!(told, [(Level::L0, one), (one, two), (two, one)], "the one before the period, and its own");
    assert_eq!((facts.level, facts.levels), (one, Some((one, two))));
    let levels = &report["levels"];
    assert_eq!(
        (&levels["start"], levels["changes"].as_array().map(Vec::len)),
        (&json!("L1"), Some(2)),
        "{levels}"
    );
    let page = page(&town, &twin.approver, &made["id"]).await;
    assert!(page.contains("L1 at the beginning; L2 from ") && page.contains("; L1 from "), "{page}");
    Ok(())
}

#[tokio::test]
async fn an_event_is_announced_and_issued_when_the_witness_has_seen_it() -> Result<()> {
    let (town, twin) = stage().await?;
    let folder = store::testing::folder();
    let witness = Neighbour::of(&town, &folder, ledger::Checks::all())?;
    let witnessing = Witnessing { before_release: false, ..witness.witnessing() };
    let house = town.witnessed(Controls::all(), witnessing).await?;
    let (zone, log) = (house.trustee.clone(), house.trustee.log().clone());
    log.push_now().await;
    let id = twin.granted(&zone, &twin.wish()).await?;
    assert_eq!(twin.read_once(&zone, &id).await.status, 200);
    check(&twin.act(&zone, &twin.officers[1], &id, "stop", &Value::Null).await, 200, "", "stopped");
    log.push_now().await;
    witness.is(Mood::Away);
    zone.tidy().await?;
    let report = async || {
        let all = list(&town, &twin.approver, "?size=200").await;
        all.into_iter().find(|one| one["cause"] == "event").context("a report")
    };
    let one = report().await?;
    assert_eq!((&one["state"], &one["uses"]), (&json!("announced"), &Value::Null), "{one}");
    let path = format!("{REPORTS}/{}/bundle.json", one["id"].as_str().unwrap_or_default());
    let get = async || Ask::get(&path).bearer(&twin.approver.token).of(&zone).await;
    check(&get().await, 409, "report_not_issued", "nobody has cosigned its entry");
    witness.is(Mood::Honest);
    log.push_now().await;
    zone.tidy().await?;
    let later = report().await?;
    assert_eq!(
        (&later["state"], &later["uses"], &later["id"]),
        (&json!("issued"), &json!(1), &one["id"]),
        "{later}"
    );
    let bundle = get().await;
    let policy = ledger::Policy {
        quorum: Quorum::Witness(witness.key().clone()),
        witnesses: vec![("w".to_owned(), witness.key().clone(), None)],
        ..town.policy()
    };
    let facts = ledger::verify_report(&bundle.body, &policy, None)?;
    assert_eq!(facts.signatures.witnesses.len(), 1);
    let said = bundle.json()["report"].as_str().context("a note")?.to_owned();
    assert!(said.contains("\"cosigned\":[{\"at\":") && said.contains("witness.treuhand.test"), "{said}");
    drop(std::fs::remove_dir_all(&folder)); // it may still be asked, and write
    Ok(())
}
