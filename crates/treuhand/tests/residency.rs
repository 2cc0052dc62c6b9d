//! What is not declared is refused before anything is opened: at a start, by `init`, by a backup.
#![cfg(all(feature = "operator", feature = "trustee"))]

mod common;

use common::fresh;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn treuhand(arguments: &[&str], at: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_treuhand"));
    command.args(arguments).current_dir(at).output().expect("the program starts")
}

fn refused(output: &Output, wants: &[&str]) {
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    for want in wants {
        assert!(error.contains(want), "{want:?} is not in: {error}");
    }
}

fn place(path: &Path, purpose: &str) -> String {
    let path = path.display();
    format!(
        "[[place]]\npath = \"{path}\"\npurpose = \"{purpose}\"\ncountry = \"DE\"\nentity = \"somebody\"\n"
    )
}

fn host(name: &str, port: u16, purpose: &str) -> String {
    format!(
        "[[host]]\nname = \"{name}\"\nport = {port}\nnetworks = [\"192.0.2.0/24\"]\npurpose = \"{purpose}\"\n\
         country = \"DE\"\nentity = \"somebody\"\n"
    )
}

#[test]
fn a_zone_starts_only_within_what_it_declares() {
    let home = fresh("declared-zone");
    let data = home.join("core");
    fs::create_dir_all(&data).expect("a folder");
    let settings = "listen = \"127.0.0.1:0\"\norigin = \"https://partner.example\"\ndata = \"core\"\n\
                    [operator]\nroot = \"https://operator.example:8443\"\n[witnesses]\npolicy = \"policy\"\n";
    fs::write(home.join("trustee.toml"), settings).expect("written");
    let public = |name: &str, purpose| {
        ledger::SigningKey::from_seed(name, purpose, [7; 32]).expect("a key").public().to_string()
    };
    let policy = format!(
        "log {}\nwitness w {} https://witness.example\nquorum w\n",
        public("partner.example/log", ledger::Purpose::Log),
        public("witness.example/1", ledger::Purpose::Witness),
    );
    fs::write(home.join("policy"), policy).expect("written");
    let start = || treuhand(&["trustee-key", "--config", "trustee.toml"], &home);

    // Without a declaration the answer is what to write.
    let needed = [
        "operator.example",
        "witness.example",
        "purpose = \"keys\"",
        "purpose = \"store\"",
        "core/residency.toml",
    ];
    refused(&start(), &needed);
    assert!(!data.join("trustee.db").exists() && !home.join("core.key").exists(), "nothing was made");

    let keys = ["core.key", "core.log-key"].map(|name| place(&home.join(name), "keys")).concat();
    let mirror = place(&home.join("core.log-mirror"), "mirror");
    let places = place(&data, "store") + &keys + &mirror;
    let operator = host("operator.example", 8443, "operator");
    let all = places.clone() + &operator + &host("witness.example", 443, "witness");
    let check = |declaration: &str, wants: &[&str]| {
        fs::write(data.join("residency.toml"), declaration).expect("written");
        refused(&start(), wants);
        assert!(!data.join("trustee.db").exists(), "{declaration}");
    };
    check(&(places.clone() + &operator), &["witness.example:443 is not declared as a host for witness"]);
    check(&all.replacen("port = 8443", "port = 8444", 1), &["operator.example:8443 is not declared"]);
    check(&all.replacen("/core\"", "/cores\"", 1), &["core is not declared as a place for store"]);
    check(&all.replacen("core.key", "core.kex", 1), &["core.key is not declared as a place for keys"]);
    check(
        &all.replacen("log-mirror", "log-copy", 1),
        &["core.log-mirror is not declared as a place for mirror"],
    );
    check(&all.replacen("\"DE\"", "\"US\"", 1), &["in US, but this cloud keeps its data in DE alone"]);

    fs::write(data.join("residency.toml"), &all).expect("written");
    let started = start();
    assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
}

#[test]
fn a_link_does_not_lead_a_store_or_a_backup_elsewhere() {
    let home = fresh("declared-folder");
    let (data, abroad) = (home.join("data"), home.join("abroad"));
    for folder in [&data, &abroad, &home.join("backups")] {
        fs::create_dir_all(folder).expect("a folder");
    }
    std::os::unix::fs::symlink(&abroad, home.join("backups/far")).expect("a link");
    let mut up = common::Up::spawn(&data, &["--no-demo"]);
    up.announced();
    assert_eq!(up.data, data);
    drop(up);
    let declaration = place(&data, "store")
        + &place(&home.join("data.key"), "keys")
        + &place(&home.join("backups"), "backup");
    fs::write(data.join("residency.toml"), declaration).expect("written");
    let backup = |to: &str| treuhand(&["backup", "--zone", "trustee", "--data", "data", "--to", to], &home);
    for to in ["abroad/b", "backups/far/b", "backups/../b", "data/b"] {
        refused(&backup(to), &["is not declared as a place for backup"]);
    }
    assert_eq!(fs::read_dir(&abroad).expect("a folder").count(), 0, "nothing was written");
    let kept = backup("backups/b");
    assert!(kept.status.success(), "{}", String::from_utf8_lossy(&kept.stderr));

    // The same holds for `up`, once there is a declaration.
    fs::rename(&data, abroad.join("data")).expect("moved");
    std::os::unix::fs::symlink(abroad.join("data"), &data).expect("a link");
    refused(
        &treuhand(&["up", "--no-demo", "--listen", "127.0.0.1:0", "--data", "data"], &home),
        &["place for store"],
    );
}
