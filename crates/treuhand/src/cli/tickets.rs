//! What can be asked of `treuhand tickets`.

use clap::{Args, Subcommand};

use super::access::Door;

/// Options of `tickets`.
#[derive(Debug, Args)]
pub struct Tickets {
    /// What to do.
    #[command(subcommand)]
    pub act: TicketAct,
    /// Who calls, and where.
    #[command(flatten)]
    pub door: Door,
}

/// The acts.
#[derive(Debug, Subcommand)]
pub enum TicketAct {
    /// List the tickets that your organisation opened.
    List {
        /// Only those in this state: open, closed or attention_needed.
        #[arg(long)]
        status: Option<String>,
    },
    /// As the operator's support: list the tickets that wait, without what people wrote.
    Queue {
        /// Only those in this state.
        #[arg(long)]
        status: Option<String>,
    },
    /// Open a ticket. Its thread is released to the operator's support unless you say otherwise.
    Open(Opened),
    /// Read a ticket with its thread. For the operator's support this takes its release, and the log tells of it.
    Read {
        /// The ticket.
        id: String,
    },
    /// Add a note to a ticket of yours.
    Note {
        /// The ticket.
        id: String,
        /// What you write.
        text: String,
    },
    /// As the operator's support: take a ticket to work on it.
    Take {
        /// The ticket.
        id: String,
    },
    /// As the operator's support: add an answer to a ticket.
    Answer {
        /// The ticket.
        id: String,
        /// What you write.
        text: String,
        /// Where the ticket stands then: open, closed or attention_needed.
        #[arg(long)]
        status: Option<String>,
    },
    /// Release a ticket's thread to the operator's support, until you take that back.
    Release {
        /// The ticket.
        id: String,
    },
    /// Take the release of a ticket's thread back, as its author's side or as an officer.
    Revoke {
        /// The ticket.
        id: String,
    },
    /// List what the operator's support opened of a ticket.
    Openings {
        /// The ticket.
        id: String,
    },
    /// Watch the release of a ticket being used, until it is taken back.
    Watch {
        /// The ticket.
        id: String,
        /// Look once.
        #[arg(long)]
        once: bool,
    },
}

/// Options of a new ticket.
#[derive(Debug, Args)]
pub struct Opened {
    /// What it is about, in a line.
    #[arg(long)]
    pub title: String,
    /// What is the matter.
    #[arg(long)]
    pub text: String,
    /// The topic's id: `treuhand call list-support-topics` lists them.
    #[arg(long)]
    pub topic: String,
    /// critical, moderate or minimal.
    #[arg(long, default_value = "moderate")]
    pub severity: String,
    /// The customer it is about; your own organisation when absent.
    #[arg(long, value_name = "TENANT")]
    pub customer: Option<String>,
    /// Do not release its thread.
    #[arg(long)]
    pub sealed: bool,
    /// The language of the ticket.
    #[arg(long, default_value = "de-DE")]
    pub locale: String,
}
