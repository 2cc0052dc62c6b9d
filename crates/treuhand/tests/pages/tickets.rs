//! A ticket from its opening to the end of its release: at the command line, and on the page that shows who reads it.

use serde_json::Value;

use crate::World;

#[tokio::test]
async fn a_ticket_is_opened_read_answered_watched_and_taken_back() {
    let world = World::start("pages-tickets");
    let (engineer, officer) = (&world.access.operator_staff[0], &world.access.trustee_officers[0]);
    let author = &world.access.partners.iter().find(|one| one.kind == "direct").expect("a partner").users[0];
    let run = |who, arguments: &[&str]| world.told("tickets", who, arguments);
    let done =
        |who, arguments: &[&str]| run(who, arguments).unwrap_or_else(|why| panic!("{arguments:?}: {why}"));
    let new = ["open", "--title", "Mail is late", "--text", "Since noon.", "--topic", "32444675"];
    let opened = done(author, &new);
    let id = opened["id"].as_str().expect("a number");
    assert!(done(author, &["list", "--status", "open"]).to_string().contains("Mail is late"));
    let queue = done(engineer, &["queue"]).to_string();
    assert!(queue.contains(id) && !queue.contains("Mail is late"), "without what people wrote: {queue}");
    assert_eq!(done(engineer, &["read", id])["description"], Value::from("Since noon."));

    // Whoever wrote it and an officer see the reading; the operator's people do not.
    let at = format!("/portal/tickets/{id}/watch?follow=yes");
    for person in [author, officer] {
        let page = world.browser_of(person).await.open(&at).await;
        let follows = page.html.contains("http-equiv=\"refresh\"") && page.html.contains("released");
        assert!(page.status == 200 && follows, "{}", page.html);
        assert!(!page.html.contains("Since noon."), "masked: {}", page.html);
    }
    assert_eq!(world.browser_of(engineer).await.open(&at).await.status, 403);
    let seen = done(officer, &["watch", id, "--once"]);
    assert_eq!(
        (&seen["openings"][0]["number"], &seen["release"]["released"]),
        (&1.into(), &true.into()),
        "{seen}"
    );

    done(engineer, &["take", id]);
    let answered = done(engineer, &["answer", id, "We look at it.", "--status", "attention_needed"]);
    assert_eq!(answered["status"], Value::from("attention_needed"));
    assert!(run(engineer, &["answer", id, "x", "--status", "nonsense"]).is_err(), "no such state");
    let written = done(author, &["note", id, "Still so."]);
    let notes: Vec<_> = written["notes"].as_array().into_iter().flatten().map(|note| &note["text"]).collect();
    assert_eq!(notes, ["We look at it.", "Still so."], "{written}");

    let mut browser = world.browser_of(officer).await;
    let page = browser.open(&at).await;
    let stopped = browser.submit(&page, &[]).await;
    assert!(stopped.html.contains("The release is taken back."), "{}", stopped.html);
    let refused = run(engineer, &["read", id]).expect_err("nothing more is opened");
    assert!(refused.contains("grant_required"), "{refused}");
    assert_eq!(done(author, &["release", id])["released"], Value::from(true));
    assert_eq!(done(author, &["revoke", id])["released"], Value::from(false));
    assert_eq!(done(author, &["openings", id]).as_array().map(Vec::len), Some(1));
    assert_eq!(done(author, &["watch", id])["release"]["released"], Value::from(false), "it is over");
}
