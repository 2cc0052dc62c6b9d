//! An older backup of the trustee's store, put back with the program's own commands.
#![cfg(all(feature = "operator", feature = "trustee"))]

mod common;

use std::path::Path;
use std::process::{Command, Output};

use access::sshsig::{Namespace, sign};
use common::{Up, fresh};
use serde_json::Value;

/// The house's own app, with which people sign in.
const PORTAL: &str = "74726575-6861-4e64-8000-706f7274616c";

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_treuhand")).args(args).output().expect("the program starts")
}

fn over(data: &Path, args: &[&str]) -> Vec<String> {
    let data = data.to_str().expect("text");
    args.iter().chain(&["--data", data]).map(ToString::to_string).collect()
}

fn did(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn done(data: &Path, args: &[&str]) -> String {
    did(&over(data, args).iter().map(String::as_str).collect::<Vec<_>>())
}

fn refused(data: &Path, args: &[&str], why: &str) {
    failed(&over(data, args).iter().map(String::as_str).collect::<Vec<_>>(), why);
}

fn failed(args: &[&str], why: &str) {
    let output = run(args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains(why), "{args:?}: {said}");
}

fn curl(args: &[&str]) -> String {
    let output = Command::new("curl").arg("-sS").args(args).output().expect("curl starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Where the trustee answers, and an officer's token as a header.
fn officer(access: &Value) -> (String, String) {
    let root = access["apiRoot"].as_str().expect("a root");
    let officer = &access["trusteeOfficers"][0];
    let user = officer["userName"].as_str().expect("a name");
    let domain = user.split_once('@').expect("a domain").1;
    let form = format!(
        "grant_type=password&client_id={PORTAL}&username={user}&password={}",
        officer["password"].as_str().expect("a password")
    );
    let token: Value =
        serde_json::from_str(&curl(&["-d", &form, &format!("{root}/{domain}/oauth2/token")])).expect("JSON");
    let bearer = format!("Authorization: Bearer {}", token["access_token"].as_str().expect("a token"));
    (root.to_owned(), bearer)
}

/// An officer proposes something, so that the log grows.
fn grow(access: &Value) {
    let (root, bearer) = officer(access);
    let body = r#"{"allTenants":true,"reason":"test"}"#;
    let acts = format!("{root}/trustee/v1/restore-acts");
    let made = curl(&["-H", &bearer, "-H", "Content-Type: application/json", "-d", body, &acts]);
    assert!(made.contains("\"proposed\""), "{made}");
}

/// Both officers' signatures over a text, as files.
fn signed(folder: &Path, access: &Value, text: &str) -> [String; 2] {
    [0, 1].map(|at| signature(folder, &access["trusteeOfficers"][at], Namespace::Restore, text))
}

/// A person's signature over a text, as a file.
fn signature(folder: &Path, person: &Value, namespace: Namespace, text: &str) -> String {
    let key = person["sshKey"].as_str().expect("a key");
    let path = folder.join(format!("{}.sig", person["userName"].as_str().expect("a name")));
    std::fs::write(&path, sign(key, namespace, text).expect("signed")).expect("written");
    path.to_str().expect("text").to_owned()
}

/// The accounts of the demo world in this folder.
fn accounts(data: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(data.join("access.json")).expect("a file")).expect("JSON")
}

/// What a stranger is answered.
fn asked(data: &Path) -> String {
    let mut up = Up::spawn(data, &[]);
    let announced: Value = serde_json::from_str(&up.announced()).expect("JSON");
    curl(&[&format!("{}/v1/customers", announced["roots"]["apiRoot"].as_str().expect("a root"))])
}

#[test]
fn an_older_trustee_store_comes_back_with_two_signatures() {
    let data = fresh("put-back");
    Up::spawn(&data, &[]).announced();
    let folder = data.parent().expect("a folder");
    let backup = folder.join("trustee.backup");
    let backup = backup.to_str().expect("text");
    done(&data, &["backup", "--zone", "trustee", "--to", backup]);
    let mut up = Up::spawn(&data, &[]);
    up.announced();
    let access = accounts(&up.data);
    grow(&access);
    drop(up);
    refused(&data, &["trustee-restore"], "nothing_missing");

    done(&data, &["restore", "--zone", "trustee", "--replace", "--from", backup]);
    let sealed = asked(&data);
    assert!(sealed.contains("rollback_detected"), "{sealed}");
    let text = done(&data, &["trustee-restore"]);
    assert!(text.starts_with("treuhand-restore v1\nact: replay-the-tail\n"), "{text}");
    let [one, two] = &signed(folder, &access, &text);
    refused(&data, &["trustee-restore", "--approve", one], "quorum_missing");
    assert!(asked(&data).contains("rollback_detected"), "one officer is not enough");
    let said = done(&data, &["trustee-restore", "--approve", one, "--approve", two]);
    assert!(said.contains("came back"), "{said}");
    let mut up = Up::spawn(&data, &[]);
    let announced: Value = serde_json::from_str(&up.announced()).expect("JSON");
    let health = curl(&[&format!("{}/health", announced["roots"]["apiRoot"].as_str().expect("a root"))]);
    assert!(health.contains("\"keys\":\"sound\""), "{health}");
    drop(up);
    let open = asked(&data);
    assert!(!open.contains("rollback_detected") && open.contains("token_required"), "{open}");
}

#[test]
fn a_new_log_takes_its_place_when_that_broke_off() {
    let data = fresh("gap");
    Up::spawn(&data, &[]).announced();
    let folder = data.parent().expect("a folder");
    let access = accounts(&data);
    let beside = |what: &str| folder.join(format!("{}.{what}", data.file_name().expect("a name").display()));
    let old = std::fs::read_to_string(beside("log-key")).expect("a key");
    let text = done(&data, &["trustee-restore", "--gap"]);
    assert!(text.contains("act: begin-a-new-log\n"), "{text}");
    let [one, two] = &signed(folder, &access, &text);
    done(&data, &["trustee-restore", "--gap", "--approve", one, "--approve", two]);
    let new = std::fs::read_to_string(beside("log-key")).expect("a key");
    assert_ne!(old, new);

    // As if the program had been killed after the store's transaction: no file was touched yet.
    std::fs::rename(beside("log-key"), beside("log-key-next")).expect("renamed");
    for what in ["log-key", "log-seen", "log-mirror"] {
        std::fs::rename(beside(&format!("{what}.ended")), beside(what)).expect("renamed");
    }
    let open = asked(&data);
    assert!(open.contains("token_required"), "{open}");
    let of = |what: &str| std::fs::read_to_string(beside(what)).expect("a file");
    assert_eq!((of("log-key"), of("log-key.ended")), (new, old));
}

/// The ids of the trustee's people: two officers, an auditor.
fn people(access: &Value) -> Vec<String> {
    let (root, bearer) = officer(access);
    let of = |kind: &str| {
        let found = curl(&["-H", &bearer, &format!("{root}/trustee/v1/persons?kind={kind}")]);
        let found: Value = serde_json::from_str(&found).expect("JSON");
        let items = found["items"].as_array().expect("persons").clone();
        items.iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    [of("trustee-officer"), of("auditor")].concat()
}

/// The root of a running demo world in three shares, two of which bring it back, each beside its holder's key.
fn shared(folder: &Path, data: &Path, access: &Value) -> Vec<(String, String)> {
    let file = |name: String| folder.join(name).to_str().expect("text").to_owned();
    let (accounts, out) = (data.join("access.json"), file("shares".to_owned()));
    let accounts = accounts.to_str().expect("text");
    let mut make = vec!["shares", "make", "--needed", "2", "--out", &out, "--access", accounts];
    let mut holders = Vec::new();
    for (at, person) in people(access).iter().enumerate() {
        let public = did(&["export", "key", "--out", &file(format!("{at}.key"))]);
        holders.push(format!("{person}={}", public.trim()));
    }
    for holder in &holders {
        make.extend(["--holder", holder]);
    }
    failed(&[make.as_slice(), &["--as", "treuhand1"]].concat(), "second_officer_required");
    did(&[make.as_slice(), &["--as", "treuhand2"]].concat());
    let listed = did(&["shares", "list", "--as", "pruefung", "--access", accounts]);
    assert!(listed.contains("current  root 1  2 of 3"), "{listed}");
    (0..3).map(|at| (file(format!("shares/share-{}.txt", at + 1)), file(format!("{at}.key")))).collect()
}

#[test]
fn a_destroyed_trustee_comes_back_from_a_backup_its_shares_and_a_copy_of_the_log() {
    let data = fresh("disaster");
    let folder = data.parent().expect("a folder");
    let path = |name: &str| folder.join(name).to_str().expect("text").to_owned();
    let mut up = Up::spawn(&data, &[]);
    up.announced();
    let access = accounts(&data);
    let shares = shared(folder, &data, &access);
    drop(up);
    done(&data, &["backup", "--zone", "trustee", "--to", &path("trustee.backup")]);
    let mut up = Up::spawn(&data, &[]);
    up.announced();
    grow(&accounts(&data));
    drop(up);
    done(&data, &["log", "export", &path("mirror")]);

    // The operator's half stays; of the trustee nothing does.
    for lost in ["treuhand-data/trustee.db", "treuhand-data/trustee.db-wal", "treuhand-data/trustee.db-shm"]
        .iter()
        .chain(&[
            "treuhand-data.key",
            "treuhand-data.log-key",
            "treuhand-data.log-seen",
            "treuhand-data.log-mirror",
        ])
    {
        let _ = std::fs::remove_file(folder.join(lost)); // SQLite takes two of them away itself
    }
    done(&data, &["restore", "--zone", "trustee", "--from", &path("trustee.backup")]);
    refused(&data, &["trustee-restore"], "the key file");

    let ceremony = done(&data, &["shares", "begin"]);
    for (share, key) in &shares {
        assert!(did(&["shares", "check", share, "--identity", key]).contains("It opens."));
        did(&[
            "shares",
            "give",
            share,
            "--identity",
            key,
            "--to",
            ceremony.trim(),
            "--out",
            &format!("{share}.given"),
        ]);
    }
    let given: Vec<String> = shares.iter().map(|(share, _)| format!("{share}.given")).collect();
    let out = path("next");
    let recover = ["shares", "recover", "--out", &out, "--share", &given[0]];
    refused(&data, &recover, "shares_missing");
    refused(&data, &[&recover[..], &["--share", &shares[1].0]].concat(), "sealed to another key");
    let recover = [&recover[..], &["--share", &given[1]]].concat();
    let text = done(&data, &recover);
    assert!(text.starts_with("treuhand-ceremony v1\nact: bring-the-root-back-and-replace-it\n"), "{text}");
    let wrong = signature(folder, &access["trusteeOfficers"][0], Namespace::Ceremony, &text);
    refused(&data, &[&recover[..], &["--approve", &wrong]].concat(), "key_unknown");
    let right = signature(folder, &access["auditors"][0], Namespace::Ceremony, &text);
    let said = done(&data, &[&recover[..], &["--approve", &right]].concat());
    assert!(said.contains("version 2 took its place"), "{said}");
    assert!(Path::new(&path("next/share-3.txt")).exists(), "the next shares");

    let text = done(&data, &["trustee-restore", "--tail", &path("mirror")]);
    let [one, two] = &signed(folder, &access, &text);
    done(&data, &["trustee-restore", "--tail", &path("mirror"), "--approve", one, "--approve", two]);
    let open = asked(&data);
    assert!(open.contains("token_required"), "{open}");
}
