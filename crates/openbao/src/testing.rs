//! A private OpenBao for one test: a real server with storage on disk, initialised and unsealed here, on loopback
//! only. It ends with the thread that started it, whatever becomes of that.
//!
//! The program is the one that `cargo xtask test` installs; without it there is no server, and that is an error.

use crate::http::{Http, Pace};
use crate::{Config, Login, OpenBao};
use edge::{Outbound, Pool};
use http::{Method, StatusCode};
use rustls::RootCertStore;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Patience with a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// What the everyday token may do, as it is handed to operators of an OpenBao.
pub const EVERYDAY: &str = include_str!("../../../deploy/openbao-policy.hcl");
/// What the token for erasures may do.
pub const ERASURE: &str = include_str!("../../../deploy/openbao-erasure-policy.hcl");

/// Where transit is mounted unless somebody asks for a place of their own.
const USUAL: &str = "transit";

/// What went wrong, in words.
pub type Outcome<T> = Result<T, String>;

/// A running server, or a killed one. Its folder goes with it.
pub struct Server {
    program: PathBuf,
    folder: PathBuf,
    root: String,
    child: Option<Child>,
    unseal_key: String,
    root_token: String,
}

impl Server {
    /// Starts a server in a folder of its own, with both policies and a token file for each.
    pub async fn start() -> Outcome<Self> {
        let program = program()?;
        // In memory where there is such a place: many servers at once would wait for one disk.
        let shared = Path::new("/dev/shm");
        let place = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let (api, cluster) = (free_port()?, free_port()?);
        let folder = place.join(format!("treuhand-openbao-{}-{api}", std::process::id()));
        std::fs::create_dir_all(folder.join("raft")).map_err(said)?;
        let root = format!("http://127.0.0.1:{api}");
        let text = configuration(&folder.join("raft"), api, cluster);
        std::fs::write(folder.join("openbao.hcl"), text).map_err(said)?;
        let mut server =
            Self { program, folder, root, child: None, unseal_key: String::new(), root_token: String::new() };
        server.spawn().await?;
        let made = json!({ "secret_shares": 1, "secret_threshold": 1 });
        let made = server.expect(&Method::PUT, "sys/init", Some(&made)).await?;
        made["keys_base64"][0].as_str().unwrap_or_default().clone_into(&mut server.unseal_key);
        made["root_token"].as_str().unwrap_or_default().clone_into(&mut server.root_token);
        server.unseal().await?;
        server.mount(USUAL).await?;
        Ok(server)
    }

    /// A place of its own for another trustee's keys, with both policies and a token file for each; how that trustee
    /// reaches it.
    pub async fn mount(&self, mount: &str) -> Outcome<Config> {
        let transit = json!({ "type": "transit" });
        self.expect(&Method::POST, &format!("sys/mounts/{mount}"), Some(&transit)).await?;
        for (kind, policy) in [("everyday", EVERYDAY), ("erasure", ERASURE)] {
            let name = named(kind, mount);
            let put = json!({ "policy": policy.replace("\"transit/", &format!("\"{mount}/")) });
            self.expect(&Method::PUT, &format!("sys/policies/acl/{name}"), Some(&put)).await?;
            self.new_token(&name, &[&name]).await?;
        }
        Ok(self.config_of(mount))
    }

    /// Writes a fresh token with these policies into the token file of this name.
    pub async fn new_token(&self, name: &str, policies: &[&str]) -> Outcome<String> {
        let ask =
            json!({ "policies": policies, "no_default_policy": true, "period": "1h", "no_parent": true });
        let given = self.expect(&Method::POST, "auth/token/create", Some(&ask)).await?;
        let token = given["auth"]["client_token"].as_str().unwrap_or_default().to_owned();
        std::fs::write(self.token_file(name), &token).map_err(said)?;
        Ok(token)
    }

    /// The file of the `everyday` or the `erasure` token.
    pub fn token_file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.token"))
    }

    /// Scheme and authority.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// How a trustee reaches it.
    pub fn config(&self) -> Config {
        self.config_of(USUAL)
    }

    fn config_of(&self, mount: &str) -> Config {
        let login = |kind: &str| Login::TokenFile(self.token_file(&named(kind, mount)));
        Config {
            root: self.root.clone(),
            mount: mount.to_owned(),
            namespace: None,
            login: login("everyday"),
            erasure: Some(login("erasure")),
            limit: Duration::from_secs(2),
        }
    }

    /// A keeper of keys over it.
    pub fn service(&self) -> Outcome<OpenBao> {
        OpenBao::new(self.config(), plain()?).map_err(said)
    }

    /// Stops it where it stands; connections stay open and nothing answers.
    pub async fn freeze(&self) -> Outcome<()> {
        self.signal("STOP")?;
        let id = self.child.as_ref().map_or(0, Child::id);
        // The signal is on its way when `kill` returns.
        let stopped = |stat: String| stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'));
        self.until("does not stop", async || {
            std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(stopped)
        })
        .await
    }

    /// Lets it go on.
    pub fn thaw(&self) -> Outcome<()> {
        self.signal("CONT")
    }

    /// Kills it without warning.
    pub fn kill(&mut self) -> Outcome<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        child.kill().map_err(said)?;
        child.wait().map(drop).map_err(said)
    }

    /// Starts it again after a kill and unseals it.
    pub async fn revive(&mut self) -> Outcome<()> {
        self.kill()?;
        self.spawn().await?;
        self.unseal().await
    }

    /// Seals it.
    pub async fn seal(&self) -> Outcome<()> {
        self.expect(&Method::PUT, "sys/seal", None).await.map(drop)
    }

    /// Unseals it and waits until it works.
    pub async fn unseal(&self) -> Outcome<()> {
        self.expect(&Method::PUT, "sys/unseal", Some(&json!({ "key": self.unseal_key }))).await?;
        self.until("does not become active", async || {
            self.ask(&Method::GET, "sys/health", None).await.is_ok_and(|(status, _)| status == StatusCode::OK)
        })
        .await
    }

    /// A snapshot of its storage.
    pub async fn snapshot(&self) -> Outcome<Vec<u8>> {
        let http = self.http()?;
        let asked = http
            .call(Pace::Slow, &Method::GET, "sys/storage/raft/snapshot", Some(&self.root_token), None)
            .await;
        asked.map(|reply| reply.bytes().to_vec()).map_err(said)
    }

    /// Puts a snapshot back.
    pub async fn restore(&self, snapshot: &[u8]) -> Outcome<()> {
        let (http, path) = (self.http()?, "sys/storage/raft/snapshot-force");
        let asked = http.call(Pace::Slow, &Method::POST, path, Some(&self.root_token), Some(snapshot)).await;
        let status = asked.map_err(said)?.status;
        if !status.is_success() {
            return Err(format!("restoring the snapshot: {status}"));
        }
        self.unseal().await
    }

    /// One call as its administrator, who may do everything; it must succeed.
    pub async fn expect(&self, method: &Method, path: &str, body: Option<&Value>) -> Outcome<Value> {
        let (status, answer) = self.ask(method, path, body).await?;
        if status.is_success() { Ok(answer) } else { Err(format!("{method} {path}: {status} {answer}")) }
    }

    async fn ask(&self, method: &Method, path: &str, body: Option<&Value>) -> Outcome<(StatusCode, Value)> {
        let body = body.map(ToString::to_string);
        let token = Some(self.root_token.as_str()).filter(|token| !token.is_empty());
        let http = self.http()?;
        let reply = http.call(Pace::Slow, method, path, token, body.as_deref().map(str::as_bytes)).await;
        let reply = reply.map_err(said)?;
        Ok((reply.status, reply.json::<Value>().unwrap_or_default()))
    }

    /// A way of its own for each call, so that one that found nobody does not stop the next.
    fn http(&self) -> Outcome<Http> {
        Ok(Http::new(&self.root, None, plain()?, PATIENCE))
    }

    async fn spawn(&mut self) -> Outcome<()> {
        let log = std::fs::File::create(self.folder.join("log")).map_err(said)?;
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--"])
            .arg(&self.program)
            .arg("server")
            .arg(format!("-config={}", self.folder.join("openbao.hcl").display()))
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(said)?)
            .stderr(log)
            .spawn();
        self.child = Some(child.map_err(said)?);
        self.until("does not answer", async || self.ask(&Method::GET, "sys/seal-status", None).await.is_ok())
            .await
    }

    /// Asks again and again until the answer is yes.
    async fn until(&self, otherwise: &str, asked: impl AsyncFn() -> bool) -> Outcome<()> {
        let waiting = async {
            let mut ticks = tokio::time::interval(Duration::from_millis(20));
            loop {
                ticks.tick().await;
                if asked().await {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.map_err(|_| {
            let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            format!("OpenBao {otherwise}:\n{log}")
        })
    }

    fn signal(&self, name: &str) -> Outcome<()> {
        let id = self.child.as_ref().ok_or("OpenBao was killed")?.id();
        let done = Command::new("kill").arg(format!("-{name}")).arg(id.to_string()).status().map_err(said)?;
        if done.success() { Ok(()) } else { Err(format!("kill -{name}: {done}")) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill(); // it may be gone already
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The configuration of a server of its own on loopback, with storage in this folder.
pub fn configuration(storage: &Path, api: u16, cluster: u16) -> String {
    format!(
        "disable_mlock = true\napi_addr = \"http://127.0.0.1:{api}\"\ncluster_addr = \"http://127.0.0.1:{cluster}\"\n\
         storage \"raft\" {{\n  path = \"{}\"\n  node_id = \"one\"\n}}\n\
         listener \"tcp\" {{\n  address = \"127.0.0.1:{api}\"\n  cluster_address = \"127.0.0.1:{cluster}\"\n  \
         tls_disable = true\n}}\n",
        storage.display()
    )
}

/// The name of a policy and of its token at a mount.
fn named(kind: &str, mount: &str) -> String {
    if mount == USUAL { kind.to_owned() } else { format!("{kind}-{mount}") }
}

/// The program that `cargo xtask test` names, or the one it left beside what cargo builds.
///
/// # Errors
/// When it is nowhere.
#[expect(clippy::disallowed_methods, reason = "a test is told its tools by the environment")]
pub fn program() -> Outcome<PathBuf> {
    let given = std::env::var_os("TREUHAND_TEST_OPENBAO").map(PathBuf::from);
    let left_behind = || {
        let me = std::env::current_exe().ok()?;
        me.ancestors().map(|folder| folder.join("tools/openbao/bao")).find(|path| path.exists())
    };
    given
        .or_else(left_behind)
        .filter(|path| path.exists())
        .ok_or_else(|| "no OpenBao: `cargo xtask test` installs one".to_owned())
}

/// Connections as the tests make them: plain, over loopback.
///
/// # Errors
/// When there is no TLS to leave out.
pub fn plain() -> Outcome<Pool> {
    let tls = edge::tls::client(RootCertStore::empty(), None).map_err(said)?;
    Ok(edge::pool(tls, Outbound::anywhere()))
}

fn free_port() -> Outcome<u16> {
    let held = TcpListener::bind(("127.0.0.1", 0)).map_err(said)?;
    held.local_addr().map(|address| address.port()).map_err(said)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn said(error: impl ToString) -> String {
    error.to_string()
}
