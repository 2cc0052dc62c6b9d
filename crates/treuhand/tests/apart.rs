//! The zones as two programs, in the order of a first start, and the demo's story told to them. Plain HTTP on
//! loopback, one user: what two users, two networks and mutual TLS add is `cargo xtask claims --zones`.
#![cfg(all(feature = "operator", feature = "trustee"))]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A running zone; it ends with the test.
struct Zone(Child);

impl Zone {
    /// Starts a zone and gives what follows `says` in its first line.
    fn start(name: &str, config: &Path, says: &str) -> (Self, String) {
        let mut child =
            program(&[name, "--config"]).arg(config).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        let zone = Self(child);
        BufReader::new(stdout).read_line(&mut line).expect("it says something");
        let said = line
            .trim()
            .strip_prefix(says)
            .unwrap_or_else(|| panic!("{name} says where it listens: {line:?}"));
        (zone, said.trim_end_matches('.').to_owned())
    }
}

impl Drop for Zone {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended by itself
        let _ = self.0.wait();
    }
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_treuhand"));
    command.args(arguments);
    command
}

/// A trustee's configuration with this operator.
fn trustee(folder: &Path, port: u16, operator: &str) -> PathBuf {
    let config = folder.join("trustee.toml");
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\norigin = \"http://127.0.0.1:{port}\"\ndata = \"t\"\ndemo = true\n\
         [operator]\nroot = \"http://{operator}\"\n"
    );
    fs::write(&config, text).expect("a file");
    config
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address").port()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

fn tell(folder: &Path) -> Output {
    let out = folder.join("out");
    program(&["demo", "--json", "--against"])
        .arg(folder.join("t/access.json"))
        .arg("--out")
        .arg(&out)
        .output()
        .expect("the story is told")
}

#[test]
fn the_story_is_told_to_two_programs() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("apart");
    let _ = fs::remove_dir_all(&folder); // there is none before the first run
    fs::create_dir_all(&folder).expect("a folder for the test");
    let port = free_port();
    let config = trustee(&folder, port, &format!("127.0.0.1:{}", free_port()));
    let key = || program(&["trustee-key", "--config"]).arg(&config).output().expect("it prints the key");
    let known = text(&key().stdout);
    assert_eq!((known.len(), text(&key().stdout)), (64, known.clone()), "the key stays what it is");

    let early = program(&["trustee", "--config"]).arg(&config).output().expect("it starts");
    assert_eq!(early.status.code(), Some(1));
    assert!(text(&early.stderr).contains("Start it first"), "{}", text(&early.stderr));

    let operator = folder.join("operator.toml");
    let settings = format!("listen = \"127.0.0.1:0\"\ndata = \"o\"\ntrustee_keys = [\"{known}\"]\n");
    fs::write(&operator, settings).expect("a file");
    let undeclared = program(&["operator", "--config"]).arg(&operator).output().expect("it starts");
    assert!(text(&undeclared.stderr).contains("o/residency.toml"), "{}", text(&undeclared.stderr));
    let declared = format!(
        "[[place]]\npath = \"{}\"\npurpose = \"store\"\ncountry = \"DE\"\nentity = \"the operator\"\n",
        folder.join("o").display()
    );
    fs::write(folder.join("o/residency.toml"), declared).expect("a file");
    let (_operator, address) = Zone::start("operator", &operator, "The operator zone listens on ");
    let config = trustee(&folder, port, &address);
    let (first, _) = Zone::start("trustee", &config, "The trustee zone listens on ");
    for time in ["first", "second"] {
        let told = tell(&folder);
        assert!(told.status.success(), "{time} time: {}", text(&told.stderr));
        assert!(text(&told.stdout).lines().count() > 10, "{}", text(&told.stdout));
    }
    let accounts = fs::read(folder.join("t/access.json")).expect("accounts");
    drop(first);
    let _second = Zone::start("trustee", &config, "The trustee zone listens on ");
    assert_eq!(fs::read(folder.join("t/access.json")).expect("accounts"), accounts, "planted once");
    assert!(tell(&folder).status.success(), "and still there after a restart");
}
