//! What this machine says of itself: read once at the start, for the assurance level.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use edge::{Host, Surroundings};
use ledger::Digest;

/// The digest of the program that runs, read from what the system runs and not from where it was installed.
pub fn program() -> Option<Digest> {
    std::fs::read("/proc/self/exe").ok().map(|program| Digest::of(&program))
}

/// This program's place. What the system does not tell is absent.
pub fn here() -> Host {
    let line = |path: &str| {
        let text = std::fs::read_to_string(path).ok()?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let own = Path::new("/proc/self");
    // The number alone would be another process in another container.
    let names = std::fs::read_link(own.join("ns/pid")).ok();
    Host::of(&Surroundings {
        boot: line("/proc/sys/kernel/random/boot_id"),
        machine: line("/etc/machine-id").or_else(|| line("/var/lib/dbus/machine-id")),
        process: names.map(|names| format!("{} {}", names.display(), std::process::id())),
        user: own.metadata().ok().map(|own| own.uid().to_string()),
    })
}
