//! Tickets through both zones: written, answered, released, read, taken back.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use testkit::twin::Twin;
use testkit::{Ask, Reply, Town};
use trustee::Trustee;
use uuid::Uuid;

use super::{check, stage, with};

const PATH: &str = "/v1/servicerequests";

pub struct Desk<'t> {
    zone: &'t Trustee,
    /// The partner's person.
    author: String,
    customer: String,
}

impl<'t> Desk<'t> {
    pub async fn of(town: &'t Town, twin: &Twin) -> Result<Self> {
        let direct = town.partner("direct")?;
        let author = town.user_token(direct, &direct.users[0]).await?;
        Ok(Self { zone: &town.trustee.trustee, author, customer: twin.customer.clone() })
    }

    fn body(&self, text: &str) -> Value {
        json!({
            "title": format!("Titel {text}"), "description": format!("Text {text}"), "severity": "critical",
            "supportTopicId": "32444675", "organization": {"id": self.customer},
        })
    }

    /// Opens a ticket and gives its number.
    pub async fn open(&self, text: &str, release: &str) -> Result<String> {
        let ask = Ask::post(format!("{PATH}/de-DE"), &self.body(text)).header("treuhand-release", release);
        let made = ask
            .bearer(&self.author)
            .id(Uuid::from_u128(text.bytes().fold(77, |sum, byte| sum * 31 + u128::from(byte))));
        let made = made.of(self.zone).await;
        Ok(made.expect(201)["id"].as_str().context("a number")?.to_owned())
    }

    async fn get(&self, token: &str, path: String) -> Reply {
        Ask::get(path).bearer(token).of(self.zone).await
    }

    pub async fn read(&self, token: &str, ticket: &str) -> Reply {
        self.get(token, format!("{PATH}/{ticket}")).await
    }

    async fn patch(&self, token: &str, ticket: &str, body: &Value) -> Reply {
        let ask = Ask::new("PATCH", format!("{PATH}/{ticket}")).json(body);
        ask.bearer(token).of(self.zone).await
    }

    pub async fn release(&self, method: &str, token: &str, ticket: &str) -> Reply {
        let ask = Ask::new(method, format!("/trustee/v1/tickets/{ticket}/release"));
        ask.bearer(token).of(self.zone).await
    }
}

#[tokio::test]
async fn a_released_thread_is_read_and_told_of_until_the_release_is_taken_back() -> Result<()> {
    let (town, twin) = stage().await?;
    let desk = Desk::of(&town, &twin).await?;
    let (author, staff) = (desk.author.as_str(), twin.engineer.token.as_str());
    let ticket = desk.open("offen", "yes").await?;
    let seen = desk.read(staff, &ticket).await;
    let thread = seen.expect(200);
    assert_eq!((&thread["title"], &thread["description"]), (&json!("Titel offen"), &json!("Text offen")));
    assert!(thread["primaryContact"]["email"].is_string(), "{thread}");
    assert_eq!(seen.header("cache-control"), "no-store");

    let release = desk.release("GET", author, &ticket).await.expect(200);
    assert_eq!((&release["released"], &release["openings"]), (&json!(true), &json!(1)));
    let id = release["releaseId"].as_str().context("a release")?.to_owned();
    assert_eq!(town.log.kinds(&id), ["release.begin", "use.intent", "use.result"]);
    let entries = town.log.entries();
    let of_release: Vec<_> = entries.iter().filter(|entry| entry.grant == id).collect();
    assert!(of_release.iter().all(|entry| entry.tenant.to_string() == twin.customer), "the customer's log");
    assert_eq!((of_release[2].number, of_release[2].rows), (1, 1));
    assert!(of_release[2].bytes > 20 && of_release[2].reason == "support_release");
    for (who, masked) in [(author, true), (&twin.approver.token, true), (&twin.officers[0].token, true)] {
        let openings = desk.get(who, format!("/trustee/v1/tickets/{ticket}/openings")).await.expect(200);
        let one = &openings["items"][0];
        assert_eq!((&one["outcome"], &one["country"]), (&json!("released"), &json!("DE")), "{openings}");
        assert_eq!(one["maskedValues"].is_array(), masked, "{openings}");
        assert!(!openings.to_string().contains("Text offen"), "masked: {openings}");
    }
    let back = desk.release("DELETE", author, &ticket).await.expect(200);
    assert_eq!(back["released"], json!(false));
    check(&desk.read(staff, &ticket).await, 403, "grant_required", "after it was taken back");
    assert_eq!(town.log.kinds(&id).last().map(String::as_str), Some("release.end"));
    desk.release("POST", &twin.approver.token, &ticket).await.expect(200);
    desk.read(staff, &ticket).await.expect(200);
    desk.release("DELETE", &twin.officers[0].token, &ticket).await.expect(200);
    check(&desk.read(staff, &ticket).await, 403, "grant_required", "after an officer took it back");
    Ok(())
}

#[tokio::test]
async fn who_watches_a_release_sees_each_use_as_it_happens_and_stops_it() -> Result<()> {
    let (town, twin) = stage().await?;
    let desk = Desk::of(&town, &twin).await?;
    let ticket = desk.open("offen", "yes").await?;
    let (officer, staff) = (twin.officers[0].token.as_str(), twin.engineer.token.as_str());
    let path = format!("/trustee/v1/tickets/{ticket}/watch");
    let after = |seen: &Value| format!("{path}?after={}", seen["marker"].as_str().unwrap_or_default());
    let first = desk.get(officer, path.clone()).await.expect(200);
    assert_eq!((&first["release"]["released"], &first["openings"]), (&json!(true), &json!([])), "{first}");
    // Who watches waits, and hears of the use while it waits.
    let (seen, read) = tokio::join!(desk.get(officer, after(&first)), desk.read(staff, &ticket));
    read.expect(200);
    let mut seen = seen.expect(200);
    assert_ne!(seen["marker"], first["marker"], "nothing was heard");
    if seen["openings"][0]["outcome"] == json!("open") {
        seen = desk.get(officer, after(&seen)).await.expect(200);
    }
    let one = &seen["openings"][0];
    assert_eq!((&one["number"], &one["outcome"]), (&json!(1), &json!("released")), "{seen}");
    assert!(one["maskedValues"].is_array() && !seen.to_string().contains("Text offen"), "masked: {seen}");
    let (back, stopped) =
        tokio::join!(desk.get(&desk.author, after(&seen)), desk.release("DELETE", officer, &ticket));
    stopped.expect(200);
    assert_eq!(back.expect(200)["release"]["released"], json!(false), "the author hears of it too");
    check(&desk.read(staff, &ticket).await, 403, "grant_required", "after it was stopped");
    check(&desk.get(staff, path.clone()).await, 403, "role_required", "the operator's people watch");
    check(&desk.get(&twin.other_approver.token, path).await, 404, "not_found", "a stranger watches");
    Ok(())
}

#[tokio::test]
async fn a_thread_is_the_author_s_and_nobody_else_s() -> Result<()> {
    let (town, twin) = stage().await?;
    let desk = Desk::of(&town, &twin).await?;
    let sandbox = town.partner("sandbox")?;
    let other = town.user_token(sandbox, &sandbox.users[0]).await?;
    let (open, shut) = (desk.open("offen", "yes").await?, desk.open("zu", "none").await?);
    check(&desk.read(&twin.engineer.token, &shut).await, 403, "grant_required", "another ticket");
    for (token, slug) in [(&other, "not_found"), (&twin.other_approver.token, "not_found")] {
        for ticket in [&open, &shut] {
            check(&desk.read(token, ticket).await, 404, slug, "a stranger reads");
            check(&desk.patch(token, ticket, &json!({"title": "x"})).await, 404, slug, "a stranger writes");
            check(&desk.release("POST", token, ticket).await, 404, slug, "a stranger releases");
            check(&desk.release("DELETE", token, ticket).await, 404, slug, "a stranger takes back");
        }
    }
    let staff = desk.release("POST", &twin.engineer.token, &shut).await;
    check(&staff, 403, "role_required", "the operator's people release");
    let list = format!("/v1/customers/{}/servicerequests", twin.customer);
    let listed = desk.get(&twin.approver.token, list.clone()).await.expect(200);
    assert_eq!(listed["totalCount"], json!(2), "{listed}");
    assert!(listed.to_string().contains("Text zu"), "the customer reads what is about it: {listed}");
    check(&desk.get(&other, list).await, 404, "customer_unknown", "a stranger's list");
    let mine = desk.get(&desk.author, "/treuhand/v1/servicerequests".to_owned()).await.expect(200);
    assert!(mine.to_string().contains("Text offen"), "{mine}");

    // A grant opens what was granted of one ticket.
    let wish = json!({
        "operations": ["get-service-request"], "records": [format!("ticket/{shut}")], "classes": ["content"],
        "fields": ["ticket.title"], "ticket": shut,
    });
    let id = twin.granted(desk.zone, &with(&twin.wish(), &wish)).await?;
    let seen = twin.read(desk.zone, &id, "get-service-request", &format!("{PATH}/{shut}")).await.expect(200);
    assert_eq!((&seen["title"], &seen["description"]), (&json!("Titel zu"), &Value::Null));
    let wider = twin.read(desk.zone, &id, "get-service-request", &format!("{PATH}/{open}")).await.json();
    assert!(!wider.to_string().contains("offen"), "another ticket of the customer's: {wider}");
    Ok(())
}

#[tokio::test]
async fn notes_are_added_once_and_answers_need_no_release() -> Result<()> {
    let (town, twin) = stage().await?;
    let desk = Desk::of(&town, &twin).await?;
    let ticket = desk.open("zu", "none").await?;
    let note = json!({"newNote": {"text": "Eine Notiz", "createdByName": "jemand anders"}});
    let ask = || {
        Ask::new("PATCH", format!("{PATH}/{ticket}")).json(&note).bearer(&desk.author).id(Uuid::from_u128(7))
    };
    let first = ask().of(desk.zone).await.expect(200);
    let again = ask().of(desk.zone).await.expect(200);
    assert_eq!(first, again, "a repetition changes nothing");
    let answer =
        json!({"newNote": {"text": "Eine Antwort"}, "status": "attention_needed", "title": "anders"});
    let path = format!("/treuhand/v1/tickets/{ticket}/answers");
    let answered = Ask::post(path, &answer).bearer(&twin.engineer.token).of(desk.zone).await;
    assert_eq!(answered.expect(201)["status"], json!("attention_needed"));
    assert!(!answered.text().contains("Notiz") && !answered.text().contains("Titel"), "{}", answered.text());
    let status = desk.patch(&desk.author, &ticket, &json!({"severity": "minimal"})).await.expect(200);
    assert_eq!((&status["severity"], &status["status"]), (&json!("minimal"), &json!("attention_needed")));
    let seen = desk.read(&desk.author, &ticket).await.expect(200);
    let notes = seen["notes"].as_array().context("notes")?;
    let texts: Vec<_> = notes.iter().map(|note| note["text"].as_str().unwrap_or_default()).collect();
    assert_eq!(texts, ["Eine Notiz", "Eine Antwort"]);
    let partner = &town.partner("direct")?.users[0];
    assert_eq!(notes[0]["createdByName"], json!(partner.user_name));
    assert!(
        notes[1]["createdByName"].as_str().is_some_and(|name| name.contains("GmbH")),
        "the house answers"
    );
    assert_eq!(seen["title"], json!("Titel zu"), "an answer changes nothing else");
    let full = json!({"newNote": {"text": "x".repeat(9000)}});
    check(&desk.patch(&desk.author, &ticket, &full).await, 400, "too_long", "a note too long");
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_is_asked_for_twice_is_opened_once() -> Result<()> {
    let (town, twin) = stage().await?;
    let desk = Desk::of(&town, &twin).await?;
    let ask =
        |body: &Value| Ask::post(format!("{PATH}/de-DE"), body).bearer(&desk.author).id(Uuid::from_u128(8));
    let first = ask(&desk.body("a")).of(desk.zone).await.expect(201);
    town.clock.pass(jiff::SignedDuration::from_secs(2));
    let again = ask(&desk.body("a")).of(desk.zone).await.expect(201);
    assert_eq!(first, again);
    check(&ask(&desk.body("b")).of(desk.zone).await, 409, "request_id_reused", "another body");
    let own = with(&desk.body("a"), &json!({"organization": {}}));
    check(&ask(&own).of(desk.zone).await, 409, "request_id_reused", "another owner");
    for (number, (changes, slug)) in (20..).zip([
        (json!({"title": " "}), "bad_property"),
        (json!({"description": ""}), "bad_property"),
        (json!({"severity": null}), "bad_property"),
        (json!({"supportTopicId": "1"}), "bad_property"),
        (json!({"primaryContact": {"email": "keine"}}), "bad_property"),
    ]) {
        let wrong = Ask::post(format!("{PATH}/de-DE"), &with(&desk.body("c"), &changes));
        let wrong = wrong.bearer(&desk.author).id(Uuid::from_u128(number));
        check(&wrong.of(desk.zone).await, 400, slug, &changes.to_string());
    }
    let dressed = Ask::post(format!("{PATH}/Erika-Muster"), &desk.body("e")).bearer(&desk.author);
    check(&dressed.of(desk.zone).await, 400, "bad_property", "a name as a language");
    let foreign = with(&desk.body("d"), &json!({"organization": {"id": Uuid::from_u128(9).to_string()}}));
    let foreign = Ask::post(format!("{PATH}/de-DE"), &foreign).bearer(&desk.author);
    check(&foreign.of(desk.zone).await, 404, "customer_unknown", "a stranger's ticket");
    Ok(())
}
