//! Starting again, at another address and after a first start that was cut off; and what an idle program takes.
#![cfg(all(feature = "operator", feature = "trustee"))]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Up, fresh};
use serde_json::Value;

fn access(data: &Path) -> Value {
    let text = std::fs::read(data.join("access.json")).expect("there is an access file");
    serde_json::from_slice(&text).expect("it is JSON")
}

#[test]
fn a_world_goes_along_to_another_address() {
    let data = fresh("moved");
    Up::spawn(&data, &[]).announced();
    let before = access(&data);
    let mut up = Up::spawn(&data, &[]);
    let announced: Value = serde_json::from_str(&up.announced()).expect("it is JSON");
    let after = access(&data);
    assert_ne!(before["apiRoot"], after["apiRoot"], "both starts took the same free port");
    for root in ["apiRoot", "authority", "operatorRoot"] {
        assert_eq!(after[root], announced["roots"][root], "{root} of the access file");
        assert_eq!(after[root], announced["access"][root], "{root} as announced");
    }
    assert_eq!(before["partners"], after["partners"]);
    let root = after["apiRoot"].as_str().expect("a text");
    let page = format!(
        "{root}/common/oauth2/v2.0/authorize?client_id=74726575-6861-4e64-8000-706f7274616c&response_type=code\
         &redirect_uri={root}/signin/done&code_challenge_method=S256\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
    let shown = Command::new("curl").args(["-sS", &page]).output().expect("curl starts");
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("name=\"password\""), "people can sign in at the new address: {shown}");
}

#[test]
fn a_first_start_that_was_cut_off_is_begun_again() {
    let data = fresh("cut-off");
    let mut up = Up::spawn(&data, &[]);
    while !(up.data.join("planting").exists() && up.data.join("trustee.db-wal").exists()) {
        assert!(up.child.try_wait().expect("a child").is_none(), "the first start ended by itself");
        std::thread::yield_now();
    }
    drop(up); // kills it
    assert!(data.join("planting").exists(), "the planting was over too soon to be cut off");
    Up::spawn(&data, &[]).announced();
    assert_eq!(access(&data)["partners"].as_array().map(Vec::len), Some(4));
    assert!(!data.join("planting").exists());
}

#[test]
fn an_idle_program_stays_small() {
    let data = fresh("idle");
    Up::spawn(&data, &[]).announced();
    let mut up = Up::spawn(&data, &[]);
    up.announced();
    let status = std::fs::read_to_string(format!("/proc/{}/status", up.child.id())).expect("Linux");
    let resident =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line of the kernel's");
    let kibibytes: u64 = resident.trim().trim_end_matches(" kB").parse().expect("a number");
    // The promise is 64 MiB of the program as it is shipped, which `cargo xtask bench --only footprint` holds it to.
    assert!(kibibytes < 96 * 1024, "{kibibytes} KiB are resident in a debug build");
}
