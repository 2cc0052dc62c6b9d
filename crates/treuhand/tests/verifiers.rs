//! The two verifiers on the same files: what one believes the other believes, and what was changed both refuse.
//!
//! Invariant: they are run as strangers run them, from files, by their command lines; a verifier that cannot be started
//! is a failure, never a skip.
#![cfg(all(feature = "operator", feature = "trustee"))]

#[expect(dead_code, reason = "the attacks of `ledger` use the rest")]
#[path = "../../ledger/tests/common/mod.rs"]
mod world;

mod common;
#[path = "verifiers/demands.rs"]
mod demands;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use common::{Up, fresh};
use ledger::{AGE_LIMIT, Bundle, Entry, Kind};
use serde_json::Value;
use world::{
    Copy, FIRST_BUNDLE, FOLLOWED, bundle, bundle_with, entries, followed, followed_copy, leaves, log_key,
    note, now, policy_text, published, resign,
};

/// The moment at which the log of the tests was copied.
fn as_of(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).expect("a time").to_string()
}

/// The Python that `cargo xtask test` names, or the one that it has left behind.
#[expect(clippy::disallowed_methods, reason = "a test is told its tools by the environment")]
fn python() -> PathBuf {
    let left_behind = || {
        Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(|target| target.join("tools/python/bin/python"))
    };
    let python = std::env::var_os("TREUHAND_TEST_PYTHON").map(PathBuf::from).or_else(left_behind);
    python.filter(|path| path.exists()).expect("no Python with `cryptography`: `cargo xtask test` makes one")
}

/// A folder of this test's own.
struct Desk(PathBuf);

impl Desk {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verifiers").join(name);
        fs::remove_dir_all(&folder).unwrap_or_default(); // not there at the first run
        fs::create_dir_all(&folder).expect("a folder");
        let desk = Self(folder);
        desk.put("policy", policy_text().as_bytes());
        desk
    }

    fn put(&self, path: &str, content: &[u8]) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("written");
    }

    fn lay_out(&self, copy: &Copy) {
        fs::remove_dir_all(self.0.join("log")).unwrap_or_default(); // not there at first
        for (path, content) in &copy.0 {
            self.put(&format!("log/{path}"), content);
        }
    }

    /// What both say: `ok`, or the reason for which they refuse.
    fn both(&self, arguments: &[&str], at: Option<i64>) -> (String, String) {
        let (ours, other) = self.outputs(arguments, at);
        (verdict(&ours), verdict(&other))
    }

    fn outputs(&self, arguments: &[&str], at: Option<i64>) -> (Output, Output) {
        // Approvals have a verifier of their own there, and rest on no policy.
        let (name, theirs, policy) = match arguments {
            ["approval", rest @ ..] => ("treuhand_approval.py", rest, &[][..]),
            all => ("treuhand_verify.py", all, &["--policy", "policy"][..]),
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/verify").join(name);
        let output_of = |mut command: Command, arguments: &[&str]| {
            command.args(arguments).args(policy).arg("--json").current_dir(&self.0);
            command.args(at.into_iter().flat_map(|at| ["--as-of".to_owned(), as_of(at)]));
            command.output().expect("the verifier starts")
        };
        let mut ours = Command::new(env!("CARGO_BIN_EXE_treuhand"));
        ours.arg("verify");
        let mut other = Command::new(python());
        other.arg(script).env("PYTHONDONTWRITEBYTECODE", "1");
        (output_of(ours, arguments), output_of(other, theirs))
    }

    /// Both must say the same, and this.
    fn check(&self, what: &str, arguments: &[&str], at: impl Into<Option<i64>>, expected: &str) {
        let (ours, other) = self.both(arguments, at.into());
        assert_eq!((ours.as_str(), other.as_str()), (expected, expected), "{what}");
    }

    /// Both must refuse, for whatever reason.
    fn refused(&self, what: &str, arguments: &[&str], at: impl Into<Option<i64>>) {
        let (ours, other) = self.both(arguments, at.into());
        assert!(ours != "ok" && other != "ok", "{what}: {ours}, {other}");
    }
}

/// What a verifier tells.
fn told(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default()
}

/// Exit code and JSON must agree.
fn verdict(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    let told = told(output);
    match (output.status.code(), told["ok"].as_bool()) {
        (Some(0), Some(true)) => "ok".to_owned(),
        (Some(1), Some(false)) => told["refused"]["slug"].as_str().unwrap_or_default().to_owned(),
        _ => panic!("{said}\n{complained}"),
    }
}

#[test]
fn both_believe_the_same_log_and_see_the_same_attacks() {
    let desk = Desk::new("log");
    let (honest, _) = entries();
    let bytes = leaves(&honest);
    let end = now(300);
    desk.put("seen", note(&bytes[..250], now(250)).as_bytes());
    let change = |change: &dyn Fn(&mut Vec<Entry>)| {
        let mut entries = honest.clone();
        change(&mut entries);
        published(&leaves(&entries), end)
    };
    for (what, copy, expected) in [
        ("honest", published(&bytes, end), "ok"),
        ("cut off", published(&bytes[..249], now(249)), "rollback_detected"),
        ("grown again", change(&|all| all[249] = Entry::new(Kind::Slot, all[249].time)), "inconsistent"),
        ("reordered", change(&|all| all.swap(20, 21)), "time_backwards"),
        ("a tag twice", change(&|all| all[12].tag = all[10].tag), "tag_duplicate"),
        ("a result of no intent", change(&|all| all[11].of = Some(9)), "result_without_intent"),
    ] {
        desk.lay_out(&copy);
        desk.put("state", note(&bytes[..250], now(250)).as_bytes());
        desk.check(what, &["log", "log", "--state", "state"], end, expected);
    }
    let copy = published(&bytes, end);
    desk.lay_out(&copy);
    desk.check("frozen", &["log", "log"], end + AGE_LIMIT, "stale");
    for (path, content) in &copy.0 {
        for place in [0, content.len() / 2, content.len() - 1] {
            let mut changed = content.clone();
            changed[place] ^= 1;
            desk.put(&format!("log/{path}"), &changed);
            desk.refused(&format!("byte {place} of {path}"), &["log", "log"], end);
        }
        fs::remove_file(desk.0.join("log").join(path)).expect("removed");
        desk.check(&format!("without {path}"), &["log", "log"], end, "missing_file");
        desk.put(&format!("log/{path}"), content);
    }
    desk.check("put right again", &["log", "log"], end, "ok");
}

#[test]
fn both_follow_a_key_that_the_one_before_signed() {
    let desk = Desk::new("followed");
    for (who, expected) in FOLLOWED {
        let (copy, policy) = followed_copy(who);
        desk.lay_out(&copy);
        desk.put("policy", policy.as_bytes());
        desk.check(&format!("endorser, signer, trusted: {who:?}"), &["log", "log"], now(300), expected);
        if who.2 == 1 {
            desk.put("state", note(&followed(who.0)[..100], now(100)).as_bytes());
            desk.check("seen before", &["log", "log", "--state", "state"], now(300), expected);
        }
    }
}

#[test]
fn both_see_whether_two_views_are_of_one_history() {
    let desk = Desk::new("views");
    let (honest, _) = entries();
    let bytes = leaves(&honest);
    let mut other = honest.clone();
    other[30].counts = [("rows".parse().expect("a word"), 7)].into();
    let other = leaves(&other);
    let lay = |name: &str, leaves: &[Vec<u8>]| {
        for (path, content) in &published(leaves, now(leaves.len())).0 {
            desk.put(&format!("{name}/{path}"), content);
        }
        desk.put(&format!("{name}.txt"), note(leaves, now(leaves.len())).as_bytes());
    };
    lay("whole", &bytes);
    lay("older", &bytes[..250]);
    lay("split", &other);
    lay("split-before", &other[..200]);
    lay("begun", &bytes[..20]);
    for (one, other, expected) in [
        ("whole", "older", "ok"),
        ("older.txt", "whole", "ok"),
        ("whole.txt", "whole.txt", "ok"),
        ("begun", "split", "ok"), // before the point at which they part
        ("whole", "split", "split_view"),
        ("whole.txt", "split.txt", "split_view"),
        ("split-before.txt", "whole", "split_view"),
        ("whole", "split-before", "split_view"),
        ("older.txt", "whole.txt", "cannot_compare"),
        ("older", "whole.txt", "cannot_compare"),
    ] {
        desk.check(&format!("{one} {other}"), &["compare", one, other], None, expected);
    }
    let told = treuhand(&desk, &["verify", "compare", "whole", "split.txt", "--policy", "policy"]);
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    for name in ["whole.txt", "split.txt"] {
        let note = fs::read_to_string(desk.0.join(name)).expect("a note");
        assert!(told.contains(&note), "the evidence lacks {name}: {told}");
    }
}

#[test]
fn both_believe_the_same_report_and_no_changed_one() {
    let desk = Desk::new("report");
    let (entries, _) = entries();
    desk.lay_out(&published(&leaves(&entries), now(300)));
    let (alone, searched) = (["report", "bundle"], ["report", "bundle", "--log", "log"]);
    let text = bundle(None).to_text().expect("written");
    desk.put("bundle", text.as_bytes());
    desk.check("honest", &alone, now(300), "ok");
    desk.check("honest, with the log", &searched, now(300), "ok");
    // A byte in each part of the file: proofs, details, keys, files, report, checkpoint.
    for place in (0..text.len()).step_by(text.len() / 40) {
        let mut changed = text.clone().into_bytes();
        changed[place] ^= 1;
        desk.put("bundle", &changed);
        desk.refused(&format!("byte {place}"), &alone, now(300));
    }
    for (what, left_out, arguments, expected) in [
        ("one in the middle", 2, &alone[..], "tag_missing"),
        ("the last one, unseen without the log", 5, &alone, "ok"),
        ("the last one", 5, &searched, "entry_left_out"),
    ] {
        desk.put("bundle", bundle(Some(left_out)).to_text().expect("written").as_bytes());
        desk.check(what, arguments, now(300), expected);
    }
    for (what, levels, arguments, expected) in [
        ("an hour at a lower level, unseen without the log", &[50][..], &alone[..], "ok"),
        ("an hour at a lower level", &[50], &searched, "level_left_out"),
        ("the level that it began with", &[210, 270], &searched, "level_left_out"),
    ] {
        desk.put("bundle", bundle_with(None, levels).to_text().expect("written").as_bytes());
        desk.check(what, arguments, now(300), expected);
    }
    let swapped = bundle(None).levels.map(|own| vec![own[0].clone(), own[2].clone(), own[1].clone()]);
    let swapped = Bundle { levels: swapped, ..bundle(None) };
    desk.put("bundle", swapped.to_text().expect("written").as_bytes());
    desk.check("changes of the level out of order", &alone, now(300), "malformed_bundle");
    desk.put("bundle", Bundle { levels: None, ..bundle(None) }.to_text().expect("written").as_bytes());
    desk.check("the second form called the first", &alone, now(300), "report_differs");
    desk.put("bundle", FIRST_BUNDLE.as_bytes());
    desk.check("the first form", &alone, now(300), "ok");
    // Another level than the entries have, signed by the trustee all the same.
    let honest = bundle(None);
    let said = honest.report.split_once("\n\n").expect("a note").0;
    let lie = said.replace("\"stated\":{\"level\":\"L1\"}", "\"stated\":{\"level\":\"L3\"}");
    assert_ne!(said, lie);
    let lying = Bundle { report: resign(&format!("{lie}\n")), ..honest };
    desk.put("bundle", lying.to_text().expect("written").as_bytes());
    desk.check("a level that was not reached", &alone, now(300), "level_differs");
    desk.put("bundle", text.as_bytes());
    desk.put("policy", format!("log {}\nquorum none\n", log_key().public()).as_bytes());
    desk.check("a reader who asks for no witness", &searched, now(300), "ok");
    desk.put("policy", b"quorum none\n");
    desk.refused("a reader who knows no log", &alone, now(300));
}

/// A witness that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended by itself
        let _ = self.0.wait();
    }
}

/// Starts a witness of one log; gives its line for policies.
fn witness(desk: &Desk, log: &str) -> (Running, String) {
    let config = format!(
        "listen = \"127.0.0.1:0\"\nname = \"witness.test/1\"\ndata = \"witness\"\nlogs = [\"{log}\"]\n"
    );
    desk.put("witness.toml", config.as_bytes());
    let child = Command::new(env!("CARGO_BIN_EXE_treuhand"))
        .args(["witness", "--config", "witness.toml"])
        .current_dir(&desk.0)
        .stdout(Stdio::piped())
        .spawn();
    let mut running = Running(child.expect("the witness starts"));
    let said = BufReader::new(running.0.stdout.take().expect("piped"));
    let line = said.lines().map_while(Result::ok).find(|line| line.starts_with("witness "));
    (running, line.expect("its line for policies"))
}

fn treuhand(desk: &Desk, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_treuhand"));
    command.args(arguments).current_dir(&desk.0).output().expect("the program starts")
}

/// Starts a house without the demo world; gives where it listens.
fn up(data: &Path, flags: &[&str]) -> (Up, String) {
    let mut up = Up::spawn(data, &[&["--no-demo"], flags].concat());
    let told: Value = serde_json::from_str(&up.announced()).expect("JSON");
    let root = told["roots"]["apiRoot"].as_str().expect("a root").to_owned();
    assert!(up.data.join("trustee.db").exists(), "its store is where it was told to be");
    (up, root)
}

#[test]
fn a_witnessed_log_is_believed_by_both_and_a_store_that_was_put_back_stays_sealed() {
    let data = fresh("witnessed");
    let desk = Desk(data.parent().expect("a folder").to_owned());
    let place = data.to_string_lossy();
    drop(up(&data, &[])); // makes the log and its key
    let policy =
        String::from_utf8(treuhand(&desk, &["log", "policy", "--data", &place]).stdout).expect("text");
    let log = policy.lines().find_map(|line| line.strip_prefix("log ")).expect("a log line").to_owned();
    let (_witness, line) = witness(&desk, &log);
    desk.put("policy", format!("log {log}\n{line}\nquorum w\n").as_bytes());
    let (running, root) = up(&data, &["--log-policy", &desk.0.join("policy").to_string_lossy()]);
    let url = format!("{root}/log");
    let served = ["verify", "log", &url, "--policy", "policy", "--state", "seen", "--json"];
    // The witness is asked at once, and until it has answered, no checkpoint is there that this policy believes.
    let mut verdicts = std::iter::repeat_with(|| verdict(&treuhand(&desk, &served))).take(200);
    assert_eq!(verdicts.find(|verdict| verdict == "ok").as_deref(), Some("ok"), "served and cosigned");
    let exported = treuhand(&desk, &["log", "export", "copy", "--data", &place]);
    assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
    desk.check("exported", &["log", "copy", "--state", "seen"], None, "ok");
    drop(running);
    // Somebody replaces the store by one without the entries that were seen.
    for name in ["trustee.db", "trustee.db-wal", "trustee.db-shm"] {
        fs::remove_file(data.join(name)).unwrap_or_default(); // the last two come and go
    }
    let (_running, root) = up(&data, &[]);
    let answer = ask(&root, "/v1/customers");
    assert!(answer.contains(" 503 ") && answer.contains("rollback_detected"), "{answer}");
    let evidence = fs::read_to_string(desk.0.join("treuhand-data.log-evidence")).expect("evidence");
    assert!(evidence.contains("rollback_detected"), "{evidence}");
}

/// What is answered to a stranger.
fn ask(root: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(root.trim_start_matches("http://")).expect("somebody listens");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: treuhand\r\nconnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn a_zone_goes_on_under_another_key_and_the_old_policy_still_counts() {
    let desk = Desk::new("another-key");
    let data = desk.0.join("treuhand-data");
    let done = |arguments: &[&str]| {
        let output = treuhand(&desk, &[arguments, &["--data", "treuhand-data"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    Up::spawn(&data, &[]).announced();
    let policy = done(&["log", "policy"]);
    desk.put("policy", &policy);
    done(&["log", "follow-key"]);
    assert_ne!(done(&["log", "policy"]), policy, "another key signs");
    Up::spawn(&data, &[]).announced();
    done(&["log", "export", "copy"]);
    desk.check("with the policy of before", &["log", "copy"], None, "ok");
}

#[test]
fn a_report_that_a_customer_fetched_is_believed_by_both_and_no_changed_one() {
    let data = fresh("fetched-report");
    let desk = Desk(data.parent().expect("a folder").to_owned());
    let place = data.to_string_lossy();
    let mut running = Up::spawn(&data, &[]);
    running.announced();
    let access = data.join("access.json").to_string_lossy().into_owned();
    let people: Value = serde_json::from_slice(&fs::read(&access).expect("accounts")).expect("JSON");
    let admin = people["customers"][0]["admin"]["userName"].as_str().expect("an administrator").to_owned();
    let run = |arguments: &[&str]| {
        let output = treuhand(&desk, arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let report =
        |act: &[&str]| run(&[&["access", "report"], act, &["--as", &admin, "--access", &access]].concat());
    report(&["make", "--out", "bundle"]);
    let listed = report(&["list"]);
    let id = listed.split_whitespace().next().expect("a report").to_owned();
    report(&["get", &id, "--out", "page.html", "--page", "fr"]);
    let page = fs::read_to_string(desk.0.join("page.html")).expect("a page");
    assert!(page.contains("n’a ouvert quoi que ce soit"), "{page}");
    desk.put("policy", run(&["log", "policy", "--data", &place]).as_bytes());
    run(&["log", "export", "copy", "--data", &place]);
    desk.check("fetched", &["report", "bundle"], None, "ok");
    desk.check("with the whole log", &["report", "bundle", "--log", "copy"], None, "ok");
    let told = run(&["verify", "report", "bundle", "--policy", "policy", "--log", "copy"]);
    assert!(told.contains("level        L"), "{told}");
    let bundle = fs::read(desk.0.join("bundle")).expect("a bundle");
    for place in (0..bundle.len()).step_by(bundle.len() / 30) {
        let mut changed = bundle.clone();
        changed[place] ^= 1;
        desk.put("changed", &changed);
        desk.refused(&format!("byte {place}"), &["report", "changed"], None);
    }
}

#[test]
fn an_approval_is_believed_by_both_and_by_ssh_keygen_and_no_changed_one() {
    let data = fresh("approval");
    let desk = Desk(data.parent().expect("a folder").to_owned());
    let mut running = Up::spawn(&data, &[]);
    running.announced();
    let access = data.join("access.json").to_string_lossy().into_owned();
    let people: Value = serde_json::from_slice(&fs::read(&access).expect("accounts")).expect("JSON");
    let name = |person: &Value| person["userName"].as_str().expect("a name").to_owned();
    let customer = &people["customers"][0];
    let (engineer, officer) = (name(&people["operatorStaff"][0]), name(&people["trusteeOfficers"][0]));
    let approver = name(&customer["admin"]);
    let run = |who: &str, act: &[&str]| {
        let output =
            treuhand(&desk, &[&["access"], act, &["--as", who, "--access", &access, "--json"]].concat());
        assert!(output.status.success(), "{act:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let tenant = customer["tenantId"].as_str().expect("a tenant");
    let wish = ["request", "--tenant", tenant, "--operation", "get-customer-billing-profile"];
    let why = ["--field", "billing-profile.email", "--reason", "audit_sample", "--ticket", "T-1"];
    let purpose = ["--purpose", "The customer cannot be reached.", "--country", "DE"];
    let asked = run(&engineer, &[&wish[..], &why, &purpose].concat());
    let asked: Value = serde_json::from_str(&asked).expect("a request");
    let id = asked["id"].as_str().expect("an id");
    run(&approver, &["approve", id]);
    let half = run(&officer, &["show", id]);
    run(&officer, &["approve", id]);
    let whole = run(&officer, &["show", id]);
    let signers = run(&officer, &["signers"]);
    desk.put("signers", signers.as_bytes());
    let lines: Vec<&str> = signers.lines().collect();
    assert!(lines.len() >= 4, "two officers, two approvers: {signers}");
    let check = |what: &str, request: &str, expected: &str| {
        desk.put("request.json", request.as_bytes());
        desk.check(what, &["approval", "request.json", "--signers", "signers"], None, expected);
    };
    check("approved", &whole, "ok");
    check("by one of two", &half, "quorum_missing");
    let wider = whole.replace("max-uses: 1", "max-uses: 9");
    assert_ne!(wider, whole);
    check("a wider text", &wider, "malformed_request");
    let mut moved: Value = serde_json::from_str(&whole).expect("JSON");
    moved["decisions"][1]["decidedDate"] = "2018-05-01T00:00:00Z".into();
    check("another time", &moved.to_string(), "bad_signature");
    moved["decisions"][1]["signature"] = moved["decisions"][0]["signature"].clone();
    check("another's signature", &moved.to_string(), "bad_signature");
    desk.put("signers", lines.iter().find(|line| line.contains("officer")).expect("one").as_bytes());
    check("an approver whom nobody knows", &whole, "unknown_key");

    // The same with the tool that everybody has.
    desk.put("signers", signers.as_bytes());
    let whole: Value = serde_json::from_str(&whole).expect("JSON");
    for decision in whole["decisions"].as_array().expect("decisions") {
        let text = decision["signedText"].as_str().expect("a text");
        desk.put("approval.sig", decision["signature"].as_str().expect("a signature").as_bytes());
        let person = decision["personId"].as_str().expect("a person");
        let principal = lines.iter().find_map(|line| {
            line.split(' ').next().filter(|principal| principal.ends_with(&format!("@{person}")))
        });
        for (text, good) in [(text.to_owned(), true), (text.replace("T-1", "T-2"), false)] {
            let mut keygen = Command::new("ssh-keygen")
                .args(["-Y", "verify", "-f", "signers", "-n", "treuhand-approval@v1", "-s", "approval.sig"])
                .args(["-I", principal.expect("a line for the person")])
                .current_dir(&desk.0)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .expect("ssh-keygen is installed: `cargo xtask test` installs it");
            keygen.stdin.take().expect("piped").write_all(text.as_bytes()).expect("written");
            assert_eq!(keygen.wait().expect("ends").success(), good, "{text}");
        }
    }
}
