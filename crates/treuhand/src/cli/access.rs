//! What can be asked of `treuhand access`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Options of `access`.
#[derive(Debug, Args)]
pub struct Access {
    /// What to do.
    #[command(subcommand)]
    pub act: Act,
    /// Who calls, and where.
    #[command(flatten)]
    pub door: Door,
}

/// Who calls, and where.
#[derive(Debug, Args)]
pub struct Door {
    /// Scheme and host of the trustee zone; that of the access file when absent.
    #[arg(long, global = true, value_name = "URL")]
    pub api: Option<String>,
    /// A token of the caller.
    #[arg(long, global = true, env = "TREUHAND_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Instead of a token: a person of a demo world, by user name or the part before the @. The person's key comes along.
    #[arg(long = "as", global = true, value_name = "USER")]
    pub person: Option<String>,
    /// The access file of the demo world.
    #[arg(long, global = true, default_value = "treuhand-data/access.json", value_name = "ACCESS.JSON")]
    pub access: PathBuf,
    /// The authority (PEM) of the trustee's certificate.
    #[arg(long, global = true, value_name = "PEM")]
    pub authority: Option<PathBuf>,
    /// The caller's private key: OpenSSH, Ed25519, without a passphrase.
    #[arg(long, global = true, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

/// The acts.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Ask for access to some of a customer's private data.
    Request(Box<Wish>),
    /// List requests that concern you.
    List {
        /// Only those in this state.
        #[arg(long)]
        state: Option<String>,
    },
    /// Show a request with its text.
    Show {
        /// The request.
        id: String,
    },
    /// Print what a decision is signed over, with your signature if --key is given, else with the command that signs.
    Sign {
        /// The request.
        id: String,
        /// Sign a no.
        #[arg(long)]
        deny: bool,
    },
    /// Approve a request, with a signature over its text.
    Approve(Decide),
    /// Deny a request.
    Deny(Decide),
    /// Begin to use an approved request.
    Activate {
        /// The request.
        id: String,
    },
    /// Read something under a grant.
    Read {
        /// The grant.
        id: String,
        /// The operation, e.g. get-customer-billing-profile.
        operation: String,
        /// The customer.
        customer: String,
    },
    /// Watch a grant being used, as its supervisor, until it is over.
    Watch {
        /// The grant.
        id: String,
        /// Look once.
        #[arg(long)]
        once: bool,
    },
    /// Let one more use pass, where each is let pass by itself.
    Clear {
        /// The grant.
        id: String,
    },
    /// Stop a grant in use.
    Stop {
        /// The grant.
        id: String,
    },
    /// Take an approved request or a grant back.
    Revoke {
        /// The grant.
        id: String,
    },
    /// Take your own request back before it is decided.
    Withdraw {
        /// The request.
        id: String,
    },
    /// End your own grant.
    Finish {
        /// The grant.
        id: String,
    },
    /// Print the keys of those who decide, as `verify approval` and `ssh-keygen -Y verify` take them.
    Signers,
    /// List, make and fetch access reports.
    #[command(subcommand)]
    Report(ReportAct),
    /// Which officers are on duty: emergencies are approved by those who are.
    #[command(subcommand)]
    Duty(DutyAct),
}

/// What can be done with the roster.
#[derive(Debug, Subcommand)]
pub enum DutyAct {
    /// List the shifts that are not over.
    List,
    /// Put an officer on duty; it is done when a second officer asks for the same.
    Set {
        /// The officer, as an enrolled person.
        // Another id than that of `--as`, which would be hidden behind it.
        #[arg(id = "officer", value_name = "PERSON")]
        person: String,
        /// From when, e.g. 2018-05-01T06:00:00Z.
        #[arg(long, value_name = "TIME")]
        from: jiff::Timestamp,
        /// Until when, 31 days later at most.
        #[arg(long, value_name = "TIME")]
        until: jiff::Timestamp,
    },
    /// End a shift now.
    End {
        /// The shift.
        id: String,
    },
}

/// What can be done with access reports.
#[derive(Debug, Subcommand)]
pub enum ReportAct {
    /// List the reports that concern you.
    List {
        /// Only those about this customer.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Make a report now.
    Make {
        /// The customer; your own organisation when absent.
        #[arg(long)]
        tenant: Option<String>,
        /// From when, e.g. 2018-05-01T00:00:00Z; a year back when absent.
        #[arg(long, value_name = "TIME")]
        from: Option<jiff::Timestamp>,
        /// Until when; now when absent.
        #[arg(long, value_name = "TIME")]
        until: Option<jiff::Timestamp>,
        /// Where the bundle is written.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Fetch a report as the bundle that `treuhand verify report` checks.
    Get {
        /// The report.
        id: String,
        /// Where it is written.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Fetch the page to read instead, in this language: de, fr or en.
        #[arg(long, value_name = "LANGUAGE")]
        page: Option<String>,
    },
}

/// Options of a decision.
#[derive(Debug, Args)]
pub struct Decide {
    /// The request.
    pub id: String,
    /// A signature made with ssh-keygen over the text of `sign`.
    #[arg(long, value_name = "FILE", requires = "text")]
    pub signature: Option<PathBuf>,
    /// The text that was signed.
    #[arg(long, value_name = "FILE")]
    pub text: Option<PathBuf>,
}

/// Options of a request.
#[derive(Debug, Args)]
pub struct Wish {
    /// The customer.
    #[arg(long)]
    pub tenant: String,
    /// An operation of the contract; may be given several times.
    #[arg(long = "operation", required = true)]
    pub operations: Vec<String>,
    /// A private member, e.g. billing-profile.email; may be given several times.
    #[arg(long = "field", required = true)]
    pub fields: Vec<String>,
    /// A record, e.g. billing-profile; those of the fields when absent.
    #[arg(long = "record")]
    pub records: Vec<String>,
    /// A data class.
    #[arg(long = "class", default_value = "contact")]
    pub classes: Vec<String>,
    /// One of the closed list of reasons.
    #[arg(long)]
    pub reason: String,
    /// The ticket.
    #[arg(long)]
    pub ticket: String,
    /// What it is for, in words.
    #[arg(long)]
    pub purpose: String,
    /// The country you work from, two letters.
    #[arg(long)]
    pub country: String,
    /// How often.
    #[arg(long, default_value_t = 1)]
    pub uses: i64,
    /// How many records in all.
    #[arg(long, default_value_t = 10)]
    pub rows: i64,
    /// How many bytes of private members in all.
    #[arg(long, default_value_t = 65_536)]
    pub bytes: i64,
    /// How long; as long as the rule allows when absent.
    #[arg(long)]
    pub minutes: Option<i64>,
    /// Show values whole, not in part.
    #[arg(long)]
    pub unmasked: bool,
    /// Read lists too.
    #[arg(long)]
    pub export: bool,
    /// Somebody of the customer is suspected.
    #[arg(long)]
    pub customer_is_suspect: bool,
}
