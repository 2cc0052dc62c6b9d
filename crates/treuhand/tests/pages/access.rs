//! One access from the asking to the report, as people do it: the operator's engineer at a command line, two officers and
//! the customer's approver at browsers without script, and a verifier that believes nobody.

use std::process::{Command, Output};

use ::access::sshsig::{Namespace, private_from_seed, public_of, sign};
use serde_json::Value;
use treuhand::seed::PersonAccess;

use crate::World;
use crate::browser::{Browser, Shown, plain};

impl World {
    fn run(&self, arguments: &[&str]) -> Output {
        let folder = self.up.data.parent().expect("a folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_treuhand"));
        command.args(arguments).current_dir(folder).output().expect("the program starts")
    }

    fn access(&self, person: &PersonAccess, arguments: &[&str]) -> Result<Value, String> {
        self.told("access", person, arguments)
    }

    /// What a command answers to this person, as JSON.
    pub(crate) fn told(
        &self,
        command: &str,
        person: &PersonAccess,
        arguments: &[&str],
    ) -> Result<Value, String> {
        let file = self.up.data.join("access.json");
        let door = ["--as", &person.user_name, "--json", "--access", file.to_str().expect("text")];
        let output = self.run(&[&[command], arguments, &door].concat());
        let said = String::from_utf8_lossy(&output.stdout);
        if output.status.success() {
            Ok(serde_json::from_str(&said).expect("JSON"))
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

/// Approves on the page as somebody with this key: downloads the text, signs it, pastes the signature.
async fn approve(browser: &mut Browser, key: &str, request: &str) -> Shown {
    let list = browser.open("/portal/access/requests").await;
    let one = browser.open(&list.link(&format!("/portal/access/requests/{request}"))).await;
    let decide = browser
        .open(&one.link(&format!("/portal/access/requests/{request}/decision?decision=approve")))
        .await;
    assert_eq!((decide.status, decide.title()), (200, "Approve a request"), "{}", decide.html);
    let text = browser
        .open(&decide.link(&format!("/portal/access/requests/{request}/decision?decision=approve&#38;file")))
        .await;
    assert!(
        decide.html.contains(&text.html.replace('>', "&#62;")),
        "what is downloaded is what is shown: {}",
        text.html
    );
    let unsigned = browser.submit(&decide, &[("signature", "")]).await;
    assert_eq!(unsigned.status, 400, "{}", unsigned.html);
    let forged =
        sign(key, Namespace::Approval, &text.html.replace("max-uses: 2", "max-uses: 9")).expect("signed");
    let refused = browser.submit(&decide, &[("signature", &forged)]).await;
    assert!(refused.status >= 400 && refused.html.contains("role=\"alert\""), "{}", refused.html);
    let signature = sign(key, Namespace::Approval, &text.html).expect("signed").replace('\n', "\r\n");
    browser.submit(&decide, &[("signature", &signature)]).await
}

fn key(person: &PersonAccess) -> &str {
    person.ssh_key.as_deref().expect("a person with a key")
}

#[tokio::test]
async fn an_access_is_asked_for_agreed_to_watched_stopped_and_reported() {
    let world = World::start("pages-access");
    let (customer, engineer) = (&world.access.customers[0], &world.access.operator_staff[0]);
    let officers = &world.access.trustee_officers;
    let asked = world.access(
        engineer,
        &[
            "request",
            "--tenant",
            &customer.tenant_id,
            "--operation",
            "get-customer-billing-profile",
            "--field",
            "billing-profile.email",
            "--reason",
            "security_investigation",
            "--ticket",
            "S-7",
            "--purpose",
            "Mails of a stranger name the customer <b>.",
            "--country",
            "DE",
            "--uses",
            "2",
        ],
    );
    let asked = asked.expect("asked");
    let id = asked["id"].as_str().expect("an id");

    let mut first = world.browser_of(&officers[0]).await;
    let today = first.open("/portal").await;
    assert!(today.html.contains("One request waits for decisions."), "{}", today.html);
    let mut second = world.browser_of(&officers[1]).await;
    let mut approver = world.browser_of(&customer.admin).await;
    let page = approve(&mut first, key(&officers[0]), id).await;
    assert!(
        page.html.contains("Your approval counts.") && page.html.contains("waiting for decisions"),
        "{}",
        page.html
    );
    let page = approve(&mut second, key(&officers[1]), id).await;
    assert!(page.html.contains("still missing: approver of the customer"), "{}", page.html);
    let page = approve(&mut approver, key(&customer.admin), id).await;
    assert!(page.html.contains("approved, not begun"), "{}", page.html);
    assert!(page.html.contains("the customer &#60;b&#62;."), "the purpose is text: {}", page.html);

    // Nobody begins unwatched; the officer's page is the watching.
    let watch_at = format!("/portal/access/requests/{id}/watch?follow=yes");
    let watch = first.open(&watch_at).await;
    assert!(
        watch.html.contains("Nothing was opened yet.") && watch.html.contains("http-equiv=\"refresh\""),
        "{}",
        watch.html
    );
    world.access(engineer, &["activate", id]).expect("activated");
    let read = ["read", id, "get-customer-billing-profile", &customer.tenant_id];
    let seen = world.access(engineer, &read).expect("read");
    assert!(seen["email"].is_string(), "{seen}");
    let marker =
        plain(watch.html.split_once("url=").expect("goes on").1.split('"').next().unwrap_or_default());
    let watch = first.open(&marker).await;
    assert!(
        watch.html.contains("billing-profile.email") && watch.html.contains("released"),
        "{}",
        watch.html
    );
    let stopped = first.submit(&watch, &[]).await;
    assert!(stopped.html.contains("The access is stopped."), "{}", stopped.html);
    assert!(world.access(engineer, &read).is_err(), "nothing more is opened");

    reported(&world, &mut approver, id).await;
    let mut staff = world.browser_of(engineer).await;
    assert_eq!(staff.open("/portal/access/reports").await.status, 403, "reports are not the operator's");
}

/// The customer makes a report, reads it, and has it verified.
async fn reported(world: &World, approver: &mut Browser, id: &str) {
    let list = approver.open("/portal/access/reports").await;
    let report = approver.submit(&list, &[("from", "2018-01-01")]).await;
    assert_eq!(report.title(), "Access report", "{}", report.html);
    for said in [
        "opened data of this organisation once",
        "security investigation",
        "officer of the trustee",
        "access stopped",
    ] {
        assert!(report.html.contains(said), "{said} is not in {}", report.html);
    }
    let at = report.at.split('?').next().unwrap_or_default().to_owned();
    let bundle = approver.open(&format!("{at}?format=bundle")).await;
    let folder = world.up.data.parent().expect("a folder");
    let policy = world.run(&["log", "policy", "--data", world.up.data.to_str().expect("text")]);
    std::fs::write(folder.join("policy"), policy.stdout).expect("written");
    std::fs::write(folder.join("bundle"), &bundle.html).expect("written");
    let log = format!("{}/log", world.root());
    let verify = ["verify", "report", "bundle", "--policy", "policy", "--log", &log, "--json"];
    let told = world.run(&verify);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    assert_eq!((&told["searchedWholeLog"], &told["level"]), (&true.into(), &"L0".into()), "{told}");
    std::fs::write(folder.join("bundle"), bundle.html.replacen("released", "withheld", 1)).expect("written");
    assert!(bundle.html.contains("released") && !world.run(&verify).status.success(), "a changed word");
    let request = approver.open(&format!("/portal/access/requests/{id}")).await;
    assert!(request.html.contains("stopped"), "{}", request.html);
}

#[tokio::test]
async fn officers_enrol_under_four_eyes_and_auditors_look_without_names() {
    let world = World::start("pages-house");
    let officers = &world.access.trustee_officers;
    let mut first = world.browser_of(&officers[0]).await;
    let form = first.open("/portal/people/new").await;
    let seed = private_from_seed(&[77; 32]).expect("a key");
    let line = public_of(&seed).expect("a key").line();
    let customer = &world.access.customers[0];
    let mut own = world.browser_of(&customer.admin).await;
    let people = own.open("/portal/people").await.html;
    assert!(
        people.contains("approver of the customer") && !people.contains("officer of the trustee"),
        "{people}"
    );
    assert_eq!(own.open("/portal/log").await.status, 403);
    let members = [
        ("kind", "customer-approver"),
        ("country", "DE"),
        ("evidence", "Identity card, shown in person."),
        ("line", line.as_str()),
        ("account", ""),
        ("tenant", customer.tenant_id.as_str()),
        ("user", "vera"),
        ("first", "Vera"),
        ("last", "Falk"),
    ];
    let proposed = first.submit(&form, &members).await;
    assert!(proposed.html.contains("A second officer has to confirm."), "{}", proposed.html);
    let at = proposed.at.split('?').next().unwrap_or_default().to_owned();
    let alone = first.submit(&proposed, &[("do", "confirm")]).await;
    assert!(alone.status == 403 && alone.html.contains("A second officer must do this"), "{}", alone.html);
    let mut second = world.browser_of(&officers[1]).await;
    let page = second.open(&at).await;
    let confirmed = second.submit(&page, &[]).await;
    assert!(
        confirmed.html.contains("One-time password") && confirmed.html.contains("vera@"),
        "{}",
        confirmed.html
    );
    assert!(!second.open(&at).await.html.contains("One-time password"), "shown once");
    assert!(second.open("/portal/people").await.html.contains("approver of the customer"));
    let mut auditor = world.browser_of(&world.access.auditors[0]).await;
    let log = auditor.open("/portal/log").await;
    assert!(log.html.contains("The log grows and is in order"), "{}", log.html);
    assert!(!log.html.contains(&customer.tenant_id), "the log names nobody");
    assert_eq!(auditor.open("/portal/statistics").await.title(), "Statistics of openings");
    assert_eq!(auditor.open(&at).await.status, 200, "auditors see who is enrolled");
    assert_eq!(auditor.open("/portal/people/new").await.status, 403, "and enrol nobody");
}
