//! What can be asked of `treuhand export` and `treuhand import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::access::Door;

/// Options of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// What to do.
    #[command(subcommand)]
    pub act: ExportAct,
    /// Who calls, and where.
    #[command(flatten)]
    pub door: Door,
}

/// What can be done with archives.
#[derive(Debug, Subcommand)]
pub enum ExportAct {
    /// Make a key in age's form, for whoever has no age-keygen; prints the public half.
    Key {
        /// The file to write; must not exist.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Make an archive of everything of your own organisation, as its approver, and fetch it.
    Make {
        /// Your organisation's id.
        customer: String,
        /// To whom it is sealed: the public half of your key, which begins with age1.
        #[arg(long, value_name = "KEY")]
        recipient: String,
        /// Where the archive is written.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// List the archives that were made.
    List {
        /// Your organisation's id.
        customer: String,
    },
    /// Fetch an archive that is still kept.
    Get {
        /// Your organisation's id.
        customer: String,
        /// The archive.
        id: String,
        /// Where it is written.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Open an archive with your key, verify it and unpack it. Asks nobody.
    Open {
        /// The archive.
        archive: PathBuf,
        /// The file with your key.
        #[arg(long, value_name = "FILE")]
        identity: PathBuf,
        /// The folder; must not exist.
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
    },
    /// Verify an unpacked archive. Asks nobody.
    Verify {
        /// The folder.
        folder: PathBuf,
    },
    /// Compare an unpacked archive with one that was made where you arrived. Asks nobody.
    Compare {
        /// The first folder.
        left: PathBuf,
        /// The folder of the export from where you arrived.
        arrived: PathBuf,
    },
}

/// Options of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// What to do.
    #[command(subcommand)]
    pub act: ImportAct,
    /// Who calls, and where.
    #[command(flatten)]
    pub door: Door,
}

/// The two halves of arriving.
#[derive(Debug, Subcommand)]
pub enum ImportAct {
    /// Make the customer with its profiles, as its partner there.
    Customer {
        /// The unpacked archive.
        folder: PathBuf,
        /// Another first domain than the one it had.
        #[arg(long)]
        domain: Option<String>,
    },
    /// Bring the people and what was agreed before, as the customer's approver there.
    Records {
        /// The unpacked archive.
        folder: PathBuf,
        /// The customer's id there.
        #[arg(long)]
        customer: String,
    },
}
