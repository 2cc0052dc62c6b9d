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

fn treuhand(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_treuhand"));
    command.args(args).arg("--data").arg(data).output().expect("the program starts")
}

fn done(data: &Path, args: &[&str]) -> String {
    let output = treuhand(data, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn refused(data: &Path, args: &[&str], why: &str) {
    let output = treuhand(data, args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains(why), "{args:?}: {said}");
}

fn curl(args: &[&str]) -> String {
    let output = Command::new("curl").arg("-sS").args(args).output().expect("curl starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// An officer proposes something, so that the log grows.
fn grow(access: &Value) {
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
    let body = r#"{"allTenants":true,"reason":"test"}"#;
    let acts = format!("{root}/trustee/v1/restore-acts");
    let made = curl(&["-H", &bearer, "-H", "Content-Type: application/json", "-d", body, &acts]);
    assert!(made.contains("\"proposed\""), "{made}");
}

/// Both officers' signatures over a text, as files.
fn signed(folder: &Path, access: &Value, text: &str) -> [String; 2] {
    [0, 1].map(|at| {
        let key = access["trusteeOfficers"][at]["sshKey"].as_str().expect("a key");
        let path = folder.join(format!("{at}.sig"));
        std::fs::write(&path, sign(key, Namespace::Restore, text).expect("signed")).expect("written");
        path.to_str().expect("text").to_owned()
    })
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
    let access: Value =
        serde_json::from_slice(&std::fs::read(up.data.join("access.json")).expect("a file")).expect("JSON");
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
    let access: Value =
        serde_json::from_slice(&std::fs::read(data.join("access.json")).expect("a file")).expect("JSON");
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
