//! The command line: what can be asked of the program, and nothing of how it is done.

#[cfg(all(feature = "operator", feature = "trustee"))]
pub mod access;
#[cfg(all(feature = "operator", feature = "trustee"))]
pub mod call;
#[cfg(all(feature = "operator", feature = "trustee"))]
pub mod exit;
#[cfg(all(feature = "operator", feature = "trustee"))]
pub mod shares;
#[cfg(all(feature = "operator", feature = "trustee"))]
pub mod tickets;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A partner center for sovereign clouds: the operator sells, the trustee opens.
#[derive(Debug, Parser)]
#[command(name = "treuhand", version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do; `up` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of `up`, when no command is named.
    #[command(flatten)]
    pub up: Up,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole partner center, both zones in this process (for trying out and for developers).
    #[cfg(all(feature = "operator", feature = "trustee"))]
    Up(Up),
    /// Play the main job once against a fresh throw-away instance and write its documents.
    #[cfg(all(feature = "operator", feature = "trustee"))]
    Demo(Demo),
    /// Ask for access to a customer's private data, decide on requests, use and watch grants.
    #[cfg(all(feature = "operator", feature = "trustee"))]
    Access(access::Access),
    /// Ask the operator's support for help, answer tickets, release what you wrote and take that back.
    #[cfg(all(feature = "operator", feature = "trustee"))]
    Tickets(tickets::Tickets),
    /// Call any operation of the contract by its name: erasures, rotations, restore acts, changes of the rules, cases.
    #[cfg(all(feature = "operator", feature = "trustee"))]
    Call(call::Calling),
    /// Take everything of your own organisation along, sealed to your own key; open, verify and compare what you took.
    #[cfg(all(feature = "operator", feature = "trustee"))]
    Export(exit::Export),
    /// Arrive with an export of another cloud.
    #[cfg(all(feature = "operator", feature = "trustee"))]
    Import(exit::Import),
    /// Split the root key of the embedded key service among people, and bring it back when it is lost.
    #[cfg(all(feature = "operator", feature = "trustee"))]
    Shares(shares::Shares),
    /// Run the operator zone alone, or show all that it could ever hand over.
    #[cfg(feature = "operator")]
    Operator(OperatorZone),
    /// Run the trustee zone alone.
    #[cfg(feature = "trustee")]
    Trustee(Zone),
    /// Make the first people of a new installation: trustee officers, and others if you like. Before the first start.
    #[cfg(feature = "trustee")]
    Init(Init),
    /// Unseal a trustee zone whose store was restored from a backup: replay what its log says since. Takes two officers.
    #[cfg(feature = "trustee")]
    TrusteeRestore(TrusteeRestore),
    /// Print the trustee's public assertion key, which the operator's configuration needs; make it when there is none.
    #[cfg(feature = "trustee")]
    TrusteeKey(Zone),
    /// Export the transparency log, or print the policy that names its key.
    #[cfg(feature = "trustee")]
    Log(Log),
    /// Run a witness, which cosigns logs that only grow.
    Witness(Zone),
    /// Verify a log or an access report offline, believing nobody.
    Verify(Verify),
    /// Print the OpenAPI 3.1 document of the contract.
    Openapi,
    /// Write an online backup of a zone's store to a file.
    Backup(Backup),
    /// Restore a backup into an empty store.
    Restore(Restore),
    /// Look whether this machine and data folder can run the program, and say what to do if not.
    Doctor(Doctor),
}

/// Options of `up`.
#[derive(Clone, Debug, Args)]
pub struct Up {
    /// The data folder; its key file lies beside it as `<data>.key`.
    #[arg(long, default_value = "treuhand-data", env = "TREUHAND_DATA")]
    pub data: PathBuf,
    /// Where the trustee zone listens: API, portal, accounts.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where the operator zone listens.
    #[arg(long, default_value = "127.0.0.1:8090")]
    pub operator_listen: SocketAddr,
    /// What callers and browsers know the trustee zone by, when that is not the address it listens on: scheme and host
    /// of the proxy before it, e.g. https://partner.example.
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// A proxy that is trusted to name its callers in X-Forwarded-For: an address or a network, e.g. 10.1.0.0/16.
    #[arg(long = "trusted-proxy", value_name = "ADDRESS")]
    pub trusted_proxies: Vec<String>,
    /// Start empty, without the demo world.
    #[arg(long)]
    pub no_demo: bool,
    /// Serve TLS with a development certificate authority made in the data folder.
    #[arg(long)]
    pub tls: bool,
    /// Certificate chain (PEM) to serve TLS with; needs --tls-key.
    #[arg(long, requires = "tls_key", conflicts_with = "tls")]
    pub tls_cert: Option<PathBuf>,
    /// Private key (PEM) of the certificate.
    #[arg(long, requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Keep the operator zone in PostgreSQL instead of SQLite.
    #[arg(long, value_name = "URL")]
    pub postgres: Option<String>,
    /// Let witnesses cosign the transparency log: a policy file that names them with their URLs.
    #[arg(long, value_name = "FILE")]
    pub log_policy: Option<PathBuf>,
    /// The authority (PEM) that signs the certificates of tenants' OpenID issuers; the system's when left out.
    #[arg(long, value_name = "PEM")]
    pub issuer_authority: Option<PathBuf>,
    /// Print the accounts as JSON instead of text.
    #[arg(long)]
    pub json: bool,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// The folder for the documents; made when missing.
    #[arg(long, default_value = "demo-out")]
    pub out: PathBuf,
    /// Play it against running zones: the access file of a trustee with `demo = true`.
    #[arg(long, value_name = "ACCESS.JSON")]
    pub against: Option<PathBuf>,
    /// The authority (PEM) of the running zones' certificate.
    #[arg(long, requires = "against", value_name = "PEM")]
    pub authority: Option<PathBuf>,
    /// Print each step as a JSON line.
    #[arg(long)]
    pub json: bool,
}

/// Options of a zone run alone.
#[derive(Debug, Args)]
pub struct Zone {
    /// The zone's configuration file (TOML); see docs/configuration.md.
    #[arg(long)]
    pub config: PathBuf,
}

/// Options of the operator zone run alone.
#[cfg(feature = "operator")]
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct OperatorZone {
    /// What to do instead of running.
    #[command(subcommand)]
    pub act: Option<OperatorAct>,
    /// The zone's configuration file (TOML); see docs/configuration.md.
    #[arg(long, required = true)]
    pub config: Option<PathBuf>,
}

/// What the operator can do instead of running its zone.
#[cfg(feature = "operator")]
#[derive(Debug, Subcommand)]
pub enum OperatorAct {
    /// Write all that the operator could ever hand over, whoever compels it: every row, configuration and keys, with a
    /// manifest. Private members are in it as sealed envelopes.
    CompelledDisclosureExport(Compelled),
}

/// Options of `operator compelled-disclosure-export`.
#[cfg(feature = "operator")]
#[derive(Debug, Args)]
pub struct Compelled {
    /// The zone's configuration file (TOML).
    #[arg(long)]
    pub config: PathBuf,
    /// Only rows that name this tenant.
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// The folder to write; must not be there yet.
    #[arg(long, default_value = "compelled-disclosure")]
    pub out: PathBuf,
}

/// Options of `init`.
#[cfg(feature = "trustee")]
#[derive(Debug, Args)]
pub struct Init {
    /// The data folder of `treuhand up`.
    #[arg(long, default_value = "treuhand-data", env = "TREUHAND_DATA", conflicts_with = "config")]
    pub data: PathBuf,
    /// The configuration file of `treuhand trustee`, whose data folder is meant.
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// A trustee officer: user name and name, e.g. --officer clara="Clara Winter"; at least two, better three.
    #[arg(long = "officer", value_name = "USER=NAME", required = true)]
    pub officers: Vec<Named>,
    /// One of the operator's people, who approve enrolments.
    #[arg(long, value_name = "USER=NAME")]
    pub staff: Vec<Named>,
    /// Somebody who inspects and changes nothing.
    #[arg(long = "auditor", value_name = "USER=NAME")]
    pub auditors: Vec<Named>,
    /// Print the accounts as JSON instead of text.
    #[arg(long)]
    pub json: bool,
}

/// A person as named on the command line. Without `Debug` of the name.
#[cfg(feature = "trustee")]
#[derive(Clone)]
pub struct Named {
    /// What stands before the `@` of the sign-in name.
    pub user: String,
    /// The person's name.
    pub name: String,
}

#[cfg(feature = "trustee")]
impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.user)
    }
}

#[cfg(feature = "trustee")]
impl std::str::FromStr for Named {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (user, name) = text.split_once('=').unwrap_or_default();
        let (user, name) = (user.trim().to_owned(), name.trim().to_owned());
        if user.is_empty() || name.is_empty() {
            return Err("write user name and name with '=' between, e.g. clara=\"Clara Winter\"");
        }
        Ok(Self { user, name })
    }
}

/// Which store a backup is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum StoreKind {
    /// The operator zone's.
    Operator,
    /// The trustee core's.
    Trustee,
}

/// Where a store lies.
#[derive(Debug, Args)]
pub struct Place {
    /// Which zone's store.
    #[arg(long, value_enum)]
    pub zone: StoreKind,
    /// The data folder.
    #[arg(long, default_value = "treuhand-data", env = "TREUHAND_DATA")]
    pub data: PathBuf,
    /// The operator zone's PostgreSQL, when it is not in the data folder.
    #[arg(long, value_name = "URL")]
    pub postgres: Option<String>,
}

/// Options of `backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// The store.
    #[command(flatten)]
    pub place: Place,
    /// The file to write; must not exist.
    #[arg(long)]
    pub to: PathBuf,
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// The store.
    #[command(flatten)]
    pub place: Place,
    /// The backup to read.
    #[arg(long)]
    pub from: PathBuf,
    /// Replace what the store holds.
    #[arg(long)]
    pub replace: bool,
}

/// Options of `trustee-restore`.
#[cfg(feature = "trustee")]
#[derive(Debug, Args)]
pub struct TrusteeRestore {
    /// The data folder of `treuhand up`.
    #[arg(long, default_value = "treuhand-data", env = "TREUHAND_DATA", conflicts_with = "config")]
    pub data: PathBuf,
    /// The configuration file of `treuhand trustee`, whose data folder is meant.
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// A copy of the log, as `treuhand log export` or a mirror of /log/ has it. Left out, the copy beside the data folder.
    #[arg(long, value_name = "FOLDER", conflicts_with = "gap")]
    pub tail: Option<PathBuf>,
    /// There is no copy: begin a new log, which says in public that there is a gap.
    #[arg(long)]
    pub gap: bool,
    /// With --gap: a customer of whom it is known that it was erased since the backup.
    #[arg(long = "erased", value_name = "CUSTOMER", requires = "gap")]
    pub erased: Vec<kernel::TenantId>,
    /// A signature over the printed text, by an officer: `ssh-keygen -Y sign -n treuhand-restore@v1 -f KEY TEXT`. Twice.
    #[arg(long = "approve", value_name = "FILE")]
    pub approvals: Vec<PathBuf>,
}

/// Options of `log`.
#[cfg(feature = "trustee")]
#[derive(Debug, Args)]
pub struct Log {
    /// The trustee zone's data folder.
    #[arg(long, default_value = "treuhand-data", env = "TREUHAND_DATA", global = true)]
    pub data: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub what: LogWhat,
}

/// What to do with the log.
#[cfg(feature = "trustee")]
#[derive(Debug, Subcommand)]
pub enum LogWhat {
    /// Write the log's files into a folder, as they are served.
    Export {
        /// The folder; made when missing, and empty.
        to: PathBuf,
    },
    /// Print a policy that trusts this log's key and asks for no witness.
    Policy,
    /// Give the log another key, signed by the one that it has. The zone must not run.
    FollowKey,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// What to verify.
    #[command(subcommand)]
    pub what: VerifyWhat,
}

/// What can be verified.
#[derive(Debug, Subcommand)]
pub enum VerifyWhat {
    /// A whole transparency log.
    Log(VerifyLog),
    /// An access report.
    Report(VerifyReport),
    /// Two views of one log: whether both can be true.
    Compare(VerifyCompare),
    /// An approval of an access request, against a registry of keys.
    #[cfg(feature = "trustee")]
    Approval(VerifyApproval),
}

/// Options of `verify log`.
#[derive(Debug, Args)]
pub struct VerifyLog {
    /// The log: a folder that `treuhand log export` wrote, or the address under which it is served.
    #[arg(value_name = "DIR|URL")]
    pub place: String,
    #[command(flatten)]
    pub belief: Belief,
}

/// Options of `verify report`.
#[derive(Debug, Args)]
pub struct VerifyReport {
    /// The report bundle.
    pub bundle: PathBuf,
    /// The whole log, to be searched for entries that the report leaves out.
    #[arg(long, value_name = "DIR|URL")]
    pub log: Option<String>,
    #[command(flatten)]
    pub belief: Belief,
}

/// Options of `verify compare`.
#[derive(Debug, Args)]
pub struct VerifyCompare {
    /// What one was shown: a log's folder or address, or the file of a checkpoint, such as `--state` keeps.
    #[arg(value_name = "DIR|URL|FILE")]
    pub one: String,
    /// What the other was shown.
    #[arg(value_name = "DIR|URL|FILE")]
    pub other: String,
    /// The log's key, in a policy file.
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// The authority that signed the certificate behind an https address (PEM).
    #[arg(long, value_name = "FILE")]
    pub authority: Option<PathBuf>,
    /// Print what was found as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `verify approval`.
#[cfg(feature = "trustee")]
#[derive(Debug, Args)]
pub struct VerifyApproval {
    /// The request with its decisions, as `treuhand access show --json` prints it.
    pub request: PathBuf,
    /// The registry of keys: an `allowed_signers` file, as `treuhand access signers` prints it.
    #[arg(long, value_name = "FILE")]
    pub signers: PathBuf,
    /// Print what was found as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What a verifier believes, and since when.
#[derive(Debug, Args)]
pub struct Belief {
    /// Whom to believe: a policy file in the form of C2SP tlog-policy.
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// What was seen last, of the log or of earlier reports; read, compared and written.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// The time for which the log must be fresh; the present when left out.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<jiff::Timestamp>,
    /// The authority that signed the certificate behind an https address (PEM).
    #[arg(long, value_name = "FILE")]
    pub authority: Option<PathBuf>,
    /// Print what was found as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// The data folder.
    #[arg(long, default_value = "treuhand-data", env = "TREUHAND_DATA")]
    pub data: PathBuf,
    /// Print the findings as JSON.
    #[arg(long)]
    pub json: bool,
}
