//! The zones as they are meant to run: two programs, each built with its own zone alone, of two users in two networks,
//! with mutual TLS between them and the operator's wiretap on the line. The demo's story and the flows with a canary in
//! every private field are played against them; then everything of the operator's is searched.
//!
//! In a sabotage run both programs are builds with the switch; what it names is left out once the world is planted.
//!
//! Invariant: no claim is reported before the same search has found something that must be there.

mod attacks;
mod binaries;
mod database;
mod doors;
mod far;
mod granted;
mod ground;
mod keys;
mod papers;
mod program;
mod silence;

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use client::HttpTransport;
use edge::tls::{authorities, client};
use store::testing::Engine;
use testkit::Counting;
use treuhand::guards::Guard;
use treuhand::seed::Access;
use treuhand::story::Setting;

use crate::canary::{Canary, letters};
use crate::flows::{self, Played};
use crate::house::{Backend, House};
use crate::sabotage::Sabotage;
use crate::scene::Scene;
pub use attacks::CLAIMS;
use database::Database;
use far::Far;
use ground::{Ground, Host};
use papers::Authority;
use program::Running;

/// Where the operator zone itself listens, behind the wiretap.
const BEHIND: &str = "127.0.0.1:8444";
/// What tells a sabotage build to leave out a control.
const WITHOUT: &str = "TREUHAND_WITHOUT";
/// The port of both doors.
const PORT: u16 = 8443;

/// Both zones, running, with everything played.
pub struct Zones {
    /// The caller's view, the operator's program and what was seen of its memory.
    pub far: Far,
    /// The trustee's program.
    pub trustee: Running,
    /// What the flows left behind.
    pub played: Played,
    /// How many steps the story had.
    pub steps: usize,
    /// A commercial value, which the operator must hold.
    pub marker: Canary,
    /// A variable of the operator's environment.
    pub variable: Canary,
    /// What both hosts tried to reach elsewhere until the flows were over.
    pub calls: Vec<silence::Calls>,
    /// Whether the programs are builds with the switch.
    pub sabotaged: bool,
    /// The folder with the programs.
    pub programs: PathBuf,
    /// What listens in on the operator's side.
    pub wiretap: Option<Running>,
    /// Who keeps the trustee's keys, if not the trustee itself.
    pub key_server: Option<Running>,
    /// The two hosts; last, because nothing of theirs may run any more when they go.
    pub ground: Ground,
}

impl Zones {
    /// Starts both zones with the programs in this folder and what the house keeps rows and keys with, with a control
    /// left out or with all of them, and plays.
    pub async fn set(programs: &Path, house: &House, sabotage: Option<&Sabotage>) -> Result<Self> {
        ground::check()?;
        let ground = Ground::make()?;
        papers(&ground, house.backend)?;
        let database = (house.engine == Engine::Postgres).then(|| Database::start(&ground)).transpose()?;
        let key_server = (house.backend == Backend::Openbao).then(|| keys::start(&ground)).transpose()?;
        let variable = Canary { place: "the operator's environment".to_owned(), core: letters() };
        let rows = database.as_ref().map(Database::url);
        let (operator, trustee, wiretap) = start(&ground, programs, sabotage, &variable, rows.as_deref())?;
        let steps = if sabotage.is_none() { tell(&ground, programs)? } else { 0 };
        let mut far = Far::reach(setting(&ground)?, operator, database).await?;
        far.aviary().keep("the story's contact", treuhand::story::CANARY);
        let marker = Canary { place: "the name of a company".to_owned(), core: letters() };
        let sold = commerce(&mut far, &marker).await;
        let played = flows::play(&mut far).await;
        let played = if sabotage.is_some() {
            played.unwrap_or_default() // what was sent before counts
        } else {
            sold.and(played)?
        };
        let undisturbed = sabotage.is_some() || played.failed.is_empty();
        ensure!(undisturbed, "the flows did not run: {}", played.failed.join(", "));
        let calls = [&far.operator, &trustee].map(|program| silence::Calls::of(program.id()));
        let calls = calls.into_iter().collect::<Result<_>>()?;
        let (programs, sabotaged, wiretap) = (programs.to_owned(), sabotage.is_some(), Some(wiretap));
        Ok(Self {
            far,
            trustee,
            played,
            steps,
            marker,
            variable,
            calls,
            sabotaged,
            programs,
            wiretap,
            key_server,
            ground,
        })
    }

    /// The program that is tried as this one: in sabotage runs the one build that stands for all.
    pub fn built(&self, name: &str) -> PathBuf {
        self.programs.join(if self.sabotaged { "sabotaged" } else { name })
    }

    /// What the operator's wiretap kept, all files with this ending.
    pub fn heard(&self, ending: &str) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(self.ground.operator.folder.join("heard"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|found| found == ending) {
                all.extend(fs::read(path)?);
            }
        }
        Ok(all)
    }
}

/// Configurations and certificates, each where it belongs.
fn papers(ground: &Ground, backend: Backend) -> Result<()> {
    let (operator, trustee) = (&ground.operator, &ground.trustee);
    let [operators, gateways, public, taps, strangers] =
        ["operator", "gateway", "public", "tap", "stranger"].map(Authority::new);
    let (operators, gateways, taps, strangers) = (operators?, gateways?, taps?, strangers?);
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let write = |path: PathBuf, text: String| {
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    operators.server(&operator.folder, "operator", &[operator.address, loopback])?;
    taps.client(&operator.folder, "tap")?;
    strangers.client(&operator.folder, "stranger")?;
    write(operator.folder.join("operator-ca.pem"), operators.pem())?;
    write(operator.folder.join("gateway-ca.pem"), gateways.pem())?;
    // The operator's own program also takes its wiretap for a gateway: it is the operator who configures it.
    write(operator.folder.join("clients-ca.pem"), format!("{}{}", gateways.pem(), taps.pem()))?;

    let public = public?;
    gateways.client(&trustee.folder, "gateway")?;
    public.server(&trustee.folder, "public", &[ground.public])?;
    write(trustee.folder.join("operator-ca.pem"), operators.pem())?;
    write(ground.root.join("public-ca.pem"), public.pem())?;
    let text = format!(
        "listen = \"{public}:{PORT}\"\norigin = \"https://{public}:{PORT}\"\ndata = \"data\"\ndemo = true\n\n\
         [certificate]\nchain = \"public.pem\"\nkey = \"public.key\"\n\n\
         [operator]\nroot = \"https://{operator}:{PORT}\"\nauthority = \"operator-ca.pem\"\n\n\
         [operator.certificate]\nchain = \"gateway.pem\"\nkey = \"gateway.key\"\n",
        public = ground.public,
        operator = operator.address,
    );
    let keys = if backend == Backend::Openbao { keys::configuration() } else { String::new() };
    write(trustee.folder.join("trustee.toml"), text + &keys)?;
    fs::create_dir_all(trustee.folder.join("data"))?;
    let keys = ["data.key", "data.log-key"].map(|name| place(&trustee.folder.join(name), "keys")).concat();
    let called = format!(
        "[[host]]\nname = \"{}\"\nport = {PORT}\npurpose = \"operator\"\ncountry = \"DE\"\nentity = \"operator\"\n",
        operator.address
    );
    let mirror = place(&trustee.folder.join("data.log-mirror"), "mirror");
    let declared = place(&trustee.folder.join("data"), "store") + &keys + &mirror + &called;
    write(trustee.folder.join("data/residency.toml"), declared)?;
    operator.own(&operator.folder)?;
    trustee.own(&trustee.folder)?;
    // As folders are made: what the trustee's program makes of its own is its business.
    fs::set_permissions(&trustee.folder, fs::Permissions::from_mode(0o711))?;
    opened(&trustee.folder.join("data"))
}

/// Lets every user look into a folder.
fn opened(folder: &Path) -> Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("cannot open {}", folder.display()))
}

/// One declared place.
fn place(path: &Path, purpose: &str) -> String {
    let path = path.display();
    format!("[[place]]\npath = \"{path}\"\npurpose = \"{purpose}\"\ncountry = \"DE\"\nentity = \"sample\"\n")
}

/// Starts the operator zone, its wiretap and the trustee zone, in the order of a first start.
fn start(
    ground: &Ground,
    programs: &Path,
    sabotage: Option<&Sabotage>,
    variable: &Canary,
    rows: Option<&str>,
) -> Result<(Running, Running, Running)> {
    let (operator, trustee) = (&ground.operator, &ground.trustee);
    let built = |zone: &str| programs.join(if sabotage.is_some() { "sabotaged" } else { zone });
    let trustee_program = ground.program(&built("trustee"), "treuhand-trustee")?;
    let operator_program = ground.program(&built("operator"), "treuhand-operator")?;
    ground.program(&programs.join("wiretap"), "wiretap")?;

    let key = trustee.run(&trustee_program).args(["trustee-key", "--config", "trustee.toml"]).output()?;
    let key = String::from_utf8(key.stdout)?;
    let rows = rows.map(|url| format!("postgres = \"{url}\"\n")).unwrap_or_default();
    let text = format!(
        "listen = \"{BEHIND}\"\ndata = \"data\"\n{rows}trustee_keys = [\"{}\"]\ngateway_authority = \"clients-ca.pem\"\n\n\
         [certificate]\nchain = \"operator.pem\"\nkey = \"operator.key\"\n",
        key.trim()
    );
    fs::write(operator.folder.join("operator.toml"), text)?;
    fs::create_dir_all(operator.folder.join("data"))?;
    fs::write(operator.folder.join("data/residency.toml"), place(&operator.folder.join("data"), "store"))?;
    operator.own(&operator.folder)?;

    let mut command = operator.run(&operator_program);
    command
        .args(["operator", "--config", "operator.toml"])
        .env("TREUHAND_LOG", "trace")
        .env("MARK", &variable.core);
    command.envs(sabotage.and_then(Sabotage::of_operator).map(|name| (WITHOUT, name)));
    let running_operator = run(operator, command, "operator")?;
    running_operator.says("The operator zone listens").context("the operator zone does not start")?;

    let wiretap = wiretap(ground, "operator", "heard")?;

    let open_trustee = |without: Option<&str>| {
        let mut command = trustee.run(&trustee_program);
        command.args(["trustee", "--config", "trustee.toml"]).env("TREUHAND_LOG", "trace");
        command.envs(without.map(|name| (WITHOUT, name)));
        let running = run(trustee, command, "trustee")?;
        running.says("The trustee zone listens").context("the trustee zone does not start")?;
        anyhow::Ok(running)
    };
    let mut running_trustee = open_trustee(None)?;
    if let Some(name) = sabotage.and_then(Sabotage::of_trustee) {
        drop(running_trustee); // one at a time has the data folder
        if sabotage.and_then(|sabotage| sabotage.guard) == Some(Guard::ClosedFolder) {
            opened(&trustee.folder.join("data"))?; // the first start has closed it
        }
        running_trustee = open_trustee(Some(name))?;
    }
    Ok((running_operator, running_trustee, wiretap))
}

/// Starts a program of a host; what it says is kept in the host's folder.
fn run(host: &Host, command: Command, name: &str) -> Result<Running> {
    let file = |kind: &str| -> Result<PathBuf> {
        let path = host.folder.join(format!("{name}.{kind}"));
        fs::write(&path, "")?;
        host.own(&path)?;
        Ok(path)
    };
    Running::start(command, &file("printed")?, &file("log")?)
}

/// Starts a wiretap in the operator's place, which shows this certificate and keeps what it hears in this folder.
fn wiretap(ground: &Ground, shows: &str, keep: &str) -> Result<Running> {
    let host = &ground.operator;
    let mut command = host.run(ground.root.join("wiretap"));
    let listen = format!("{}:{PORT}", host.address);
    command.args(["--listen", &listen, "--to", BEHIND, "--papers", ".", "--shows", shows, "--keep", keep]);
    let running = run(host, command, "wiretap")?;
    running.says("The wiretap listens").context("the wiretap does not start")?;
    Ok(running)
}

/// Lets the program tell the demo's story to the running zones, and counts its steps.
fn tell(ground: &Ground, programs: &Path) -> Result<usize> {
    let told = Command::new(programs.join("both"))
        .args(["demo", "--json", "--against"])
        .arg(access_file(ground))
        .arg("--authority")
        .arg(ground.root.join("public-ca.pem"))
        .arg("--out")
        .arg(ground.root.join("documents"))
        .output()?;
    let complaint = String::from_utf8_lossy(&told.stderr);
    ensure!(told.status.success(), "the story does not hold with two zones: {}", complaint.trim());
    Ok(String::from_utf8_lossy(&told.stdout).lines().count())
}

fn access_file(ground: &Ground) -> PathBuf {
    ground.trustee.folder.join("data/access.json")
}

fn setting(ground: &Ground) -> Result<Setting> {
    let tls = client(authorities(&ground.root.join("public-ca.pem"))?, None)?;
    Ok(Setting {
        access: Access::read(&access_file(ground))?,
        transport: HttpTransport::new(tls),
        clock: Arc::new(Now),
        entropy: Arc::new(Counting::default()),
        operator_files: None,
        suffix: String::new(),
    })
}

/// The wall clock, which the programs under attack have as well: one-time codes must fit it.
struct Now;

impl kernel::Clock for Now {
    #[expect(clippy::disallowed_methods, reason = "the programs under attack run by the wall clock")]
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

/// A customer whose company's name is the marker: commerce, which the operator sees.
async fn commerce(far: &mut Far, marker: &Canary) -> Result<()> {
    let (mut body, _) = far.aviary().new_customer("kontrollwerk");
    body["billingProfile"]["companyName"] = serde_json::json!(marker.core);
    let app = far.tokens().app;
    let made = far.call(&app, testkit::Ask::post("/v1/customers", &body)).await;
    ensure!(made.status == 201, "no customer: {}", made.text());
    Ok(())
}
