//! What this program signs and checks is what `ssh-keygen` of OpenSSH signs and checks. `cargo xtask test` installs it.

use access::sshsig::{Namespace, PublicKey, sign};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TEXT: &str = "treuhand-approval v1\nrequest: 1\ndecision: approve\n";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ssh-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder); // of an earlier run with the same process id
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Runs `ssh-keygen` in a folder; returns whether it succeeded.
fn keygen(folder: &Path, args: &[&str], input: &str) -> bool {
    let mut child = Command::new("ssh-keygen")
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("ssh-keygen is installed (Debian: openssh-client; 'cargo xtask test' installs it)");
    // It may refuse before it has read everything.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    child.wait().expect("ends").success()
}

fn new_key(folder: &Path, name: &str) -> PublicKey {
    assert!(keygen(folder, &["-q", "-t", "ed25519", "-N", "", "-C", "somebody", "-f", name], ""));
    PublicKey::parse(&fs::read_to_string(folder.join(format!("{name}.pub"))).expect("a key")).expect("a key")
}

#[test]
fn what_ssh_keygen_signs_counts_here() {
    let folder = folder("there");
    let (own, other) = (new_key(&folder, "own"), new_key(&folder, "other"));
    fs::write(folder.join("text"), TEXT).expect("written");
    for (namespace, text, key, want) in [
        (Namespace::Approval.name(), TEXT, &own, true),
        ("file", TEXT, &own, false),
        (Namespace::Use.name(), TEXT, &own, false),
        (Namespace::Approval.name(), "treuhand-approval v1\nrequest: 2\n", &own, false),
        (Namespace::Approval.name(), TEXT, &other, false),
    ] {
        let _ = fs::remove_file(folder.join("text.sig")); // of the round before
        assert!(keygen(&folder, &["-q", "-Y", "sign", "-f", "own", "-n", namespace, "text"], ""));
        let pem = fs::read_to_string(folder.join("text.sig")).expect("a signature");
        assert_eq!(key.verify(Namespace::Approval, text, &pem).is_ok(), want, "{namespace} {text}");
    }
}

#[test]
fn what_is_signed_here_counts_for_ssh_keygen() {
    let folder = folder("here");
    let key = new_key(&folder, "own");
    let private = fs::read_to_string(folder.join("own")).expect("a key");
    let pem = sign(&private, Namespace::Approval, TEXT).expect("signs");
    fs::write(folder.join("text.sig"), pem).expect("written");
    fs::write(
        folder.join("allowed"),
        format!("officer namespaces=\"treuhand-approval@v1\" {}\n", key.line()),
    )
    .expect("written");
    let verify = |namespace: &str, text: &str| {
        let args = ["-Y", "verify", "-f", "allowed", "-I", "officer", "-n", namespace, "-s", "text.sig"];
        keygen(&folder, &args, text)
    };
    assert!(verify("treuhand-approval@v1", TEXT));
    assert!(!verify("treuhand-approval@v1", &TEXT.replace("approve", "deny")));
    assert!(!verify("treuhand-use@v1", TEXT));
}

#[test]
fn a_key_under_a_passphrase_is_left_to_ssh_keygen() {
    let folder = folder("locked");
    assert!(keygen(&folder, &["-q", "-t", "ed25519", "-N", "a passphrase", "-f", "locked"], ""));
    let private = fs::read_to_string(folder.join("locked")).expect("a key");
    let refused = sign(&private, Namespace::Approval, TEXT).expect_err("refused");
    assert!(refused.to_string().contains("ssh-keygen -Y sign"), "{refused}");
}
