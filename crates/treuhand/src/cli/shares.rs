//! What can be asked of `treuhand shares`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};

use super::access::Door;

/// Options of `shares`.
#[derive(Debug, Args)]
pub struct Shares {
    /// What to do.
    #[command(subcommand)]
    pub act: SharesAct,
    /// Who calls, and where.
    #[command(flatten)]
    pub door: Door,
}

/// What can be done with shares of the root key.
#[derive(Debug, Subcommand)]
pub enum SharesAct {
    /// Split the root key among holders, as an officer. It is done when a second officer asks for the same, who gets the
    /// sealed shares and hands them out. The set before counts no more.
    Make {
        /// A holder: an enrolled officer's or auditor's id, and the public half of the holder's age key.
        #[arg(long = "holder", value_name = "PERSON=AGE1…", required = true)]
        holders: Vec<NamedHolder>,
        /// How many shares bring the root back; 3, of five holders, when left out.
        #[arg(long)]
        needed: Option<u8>,
        /// The folder for the shares; must not be there yet.
        #[arg(long, default_value = "shares", value_name = "DIR")]
        out: PathBuf,
    },
    /// List the sets with their holders.
    List,
    /// Look whether a share is whole, as its holder.
    Check {
        /// The share.
        share: PathBuf,
        /// The holder's key: without it only the readable part is looked at.
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
    },
    /// Begin a ceremony on the machine where the root is to come back: prints the key to which holders give their shares.
    Begin(Ground),
    /// Give a share to a ceremony, on the holder's own machine.
    Give {
        /// The share.
        share: PathBuf,
        /// The holder's key.
        #[arg(long, value_name = "FILE")]
        identity: PathBuf,
        /// The ceremony's key, as `begin` printed it.
        #[arg(long, value_name = "AGE1…")]
        to: String,
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Bring the root back from shares that were given to this ceremony, and replace it. Prints the text that the auditor
    /// signs; with the signature it is carried out.
    Recover(Recover),
}

/// Whose root it is.
#[derive(Debug, Args)]
pub struct Ground {
    /// The data folder, with the restored store in it.
    #[arg(long, default_value = "treuhand-data", env = "TREUHAND_DATA", conflicts_with = "config")]
    pub data: PathBuf,
    /// The configuration file of `treuhand trustee`, whose data folder is meant.
    #[arg(long)]
    pub config: Option<PathBuf>,
}

/// Options of `shares recover`.
#[derive(Debug, Args)]
pub struct Recover {
    /// Whose root it is.
    #[command(flatten)]
    pub ground: Ground,
    /// A share that was given to this ceremony; as many as the set needs.
    #[arg(long = "share", value_name = "FILE")]
    pub shares: Vec<PathBuf>,
    /// The signature of an enrolled auditor, who gives no share, over the printed text.
    #[arg(long, value_name = "FILE")]
    pub approve: Option<PathBuf>,
    /// The folder for the shares of the root that takes its place; must not be there yet.
    #[arg(long, default_value = "shares", value_name = "DIR")]
    pub out: PathBuf,
}

/// A holder as named on the command line.
#[derive(Clone, Debug)]
pub struct NamedHolder {
    /// The person.
    pub person: String,
    /// To whose key the share is sealed.
    pub recipient: String,
}

impl FromStr for NamedHolder {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (person, recipient) = text.split_once('=').unwrap_or_default();
        if person.is_empty() || !recipient.starts_with("age1") {
            return Err("write the person's id and the age key with '=' between");
        }
        Ok(Self { person: person.to_owned(), recipient: recipient.to_owned() })
    }
}
