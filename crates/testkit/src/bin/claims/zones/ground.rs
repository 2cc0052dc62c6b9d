//! Two hosts on one machine: two users without a name, two network namespaces joined by one pair of interfaces, two
//! folders that their owners alone may enter. A third pair leads callers to the trustee, and to nobody else.

use std::fs::{self, DirBuilder};
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// One of the two hosts.
#[derive(Clone)]
pub struct Host {
    /// Its user.
    pub uid: u32,
    /// Its folder.
    pub folder: PathBuf,
    /// Its address on the network between the zones.
    pub address: IpAddr,
    namespace: String,
}

/// Both hosts; taken away again with this value.
pub struct Ground {
    /// The operator's host.
    pub operator: Host,
    /// The trustee's host.
    pub trustee: Host,
    /// Where callers reach the trustee.
    pub public: IpAddr,
    /// Everything lies here.
    pub root: PathBuf,
}

impl Ground {
    /// Makes both hosts. Needs root: users and networks are the kernel's to give.
    pub fn make() -> Result<Self> {
        let id = std::process::id();
        let root = std::env::temp_dir().join(format!("treuhand-zones-{id}"));
        DirBuilder::new().mode(0o711).create(&root)?;
        let octet = u8::try_from(id % 250)?;
        let at = |net, host| IpAddr::V4(Ipv4Addr::new(10, net, octet, host));
        let host = |name: &str, uid, host| Host {
            uid,
            folder: root.join(name),
            address: at(231, host),
            namespace: format!("treuhand-{name}-{id}"),
        };
        let base = 60_000 + 2 * (id % 1000);
        let ground = Self {
            operator: host("operator", base, 1),
            trustee: host("trustee", base + 1, 2),
            public: at(232, 2),
            root: root.clone(),
        };
        for host in [&ground.operator, &ground.trustee] {
            DirBuilder::new().mode(0o700).create(&host.folder)?;
            host.own(&host.folder)?;
            ip(&["netns", "add", &host.namespace]).context(
                "network namespaces are needed: run as root, with iproute2, outside of a container that forbids them",
            )?;
            ip(&["-n", &host.namespace, "link", "set", "lo", "up"])?;
        }
        let [operator_end, trustee_end, caller_end, public_end] =
            ["o", "t", "c", "p"].map(|end| format!("th{end}{id}"));
        ip(&["link", "add", &operator_end, "type", "veth", "peer", "name", &trustee_end])?;
        ip(&["link", "add", &caller_end, "type", "veth", "peer", "name", &public_end])?;
        ground.operator.join(&operator_end, ground.operator.address)?;
        ground.trustee.join(&trustee_end, ground.trustee.address)?;
        ground.trustee.join(&public_end, ground.public)?;
        ip(&["addr", "add", &format!("{}/30", at(232, 1)), "dev", &caller_end])?;
        ip(&["link", "set", &caller_end, "up"])?;
        Ok(ground)
    }

    /// Copies a program to where both users can run it.
    pub fn program(&self, from: &Path, name: &str) -> Result<PathBuf> {
        let to = self.root.join(name);
        fs::copy(from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        fs::set_permissions(&to, fs::Permissions::from_mode(0o755))?;
        Ok(to)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        for host in [&self.operator, &self.trustee] {
            let _ = ip(&["netns", "del", &host.namespace]); // its interfaces, and their other ends, go with it
        }
        let _ = fs::remove_dir_all(&self.root); // what stays lies in the folder for passing things
    }
}

impl Host {
    /// Moves an interface here.
    fn join(&self, end: &str, address: IpAddr) -> Result<()> {
        ip(&["link", "set", end, "netns", &self.namespace])?;
        ip(&["-n", &self.namespace, "addr", "add", &format!("{address}/30"), "dev", end])?;
        ip(&["-n", &self.namespace, "link", "set", end, "up"])
    }

    /// Gives a file, or a folder with all that is in it, to the host's user, and to nobody else.
    pub fn own(&self, path: &Path) -> Result<()> {
        let kind = fs::symlink_metadata(path)?;
        if kind.is_dir() {
            for entry in fs::read_dir(path)? {
                self.own(&entry?.path())?;
            }
        }
        fs::set_permissions(path, fs::Permissions::from_mode(if kind.is_dir() { 0o700 } else { 0o600 }))?;
        chown(path, Some(self.uid), Some(self.uid))
            .with_context(|| format!("cannot give away {}", path.display()))
    }

    /// A program on this host, as its user, without any capability, with an environment of its own.
    pub fn run(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new("ip");
        command
            .args(["netns", "exec", &self.namespace, "setpriv"])
            .args([format!("--reuid={}", self.uid), format!("--regid={}", self.uid)])
            .args(["--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"])
            .arg(program.as_ref())
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }

    /// What a short command on this host comes to.
    pub fn tries(&self, program: &str, arguments: &[&str]) -> Result<Output> {
        self.run(program).args(arguments).output().with_context(|| format!("cannot start {program}"))
    }
}

fn ip(arguments: &[&str]) -> Result<()> {
    let done = Command::new("ip").args(arguments).output();
    let done = done.context("cannot start ip: `cargo xtask claims --zones` installs it (iproute2)")?;
    if !done.status.success() {
        bail!("ip {}: {}", arguments.join(" "), String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(())
}

/// Says what is missing to run here.
pub fn check() -> Result<()> {
    let id = Command::new("id").arg("-u").output()?;
    ensure!(
        id.stdout.trim_ascii() == b"0",
        "two users and two networks on one machine take root; run this as root"
    );
    Ok(())
}
