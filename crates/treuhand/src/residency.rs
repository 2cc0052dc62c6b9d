//! What a zone declares of where it keeps data and whom it calls: `residency.toml` in its data folder, read before
//! anything is opened.
//!
//! Invariants: of a path that is used, links are followed, and of one that is declared they are not; a zone that runs alone does not start without a
//! declaration, except in a demo world; where there is one, every start and every backup keeps to it.
//!
//! Deliberately absent: the rules themselves ([`edge::residency`]) and the asking before each connection
//! ([`edge::Outbound`]).

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use contract::profile::Profile;
use edge::Outbound;
use edge::residency::{Keeping, Residency, ResidencyError, Service};
use ledger::Digest;

use crate::guards::{Guard, Guards};

/// The file in a zone's data folder.
pub const FILE: &str = "residency.toml";

/// The declaration of a data folder, if it has one.
#[derive(Clone, Default)]
pub struct Declared(Option<(Arc<Residency>, Digest)>, Guards);

impl Declared {
    /// Reads what the folder declares.
    ///
    /// # Errors
    /// When the file cannot be read, is no declaration, or names a country in which the cloud keeps no data.
    pub fn read(folder: &Path, profile: &Profile) -> Result<Self> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            read => read.with_context(|| format!("cannot read {}", path.display()))?,
        };
        let mut allowed: Vec<_> = profile.sites.iter().map(|site| site.country).collect();
        allowed.dedup();
        let residency = Residency::parse(&text, &allowed).with_context(|| path.display().to_string())?;
        let digest = Digest::of(text.as_bytes());
        Ok(Self(Some((Arc::new(residency), digest)), Guards::all()))
    }

    /// The same with what the program sees to.
    #[must_use]
    pub fn guarded(self, guards: Guards) -> Self {
        Self(self.0, guards)
    }

    /// Whether the folder declares anything.
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// The SHA-256 of the declaration, for the transparency log.
    pub fn digest(&self) -> Option<Digest> {
        self.0.as_ref().map(|(_, digest)| *digest)
    }

    /// Whom a client for this purpose may call.
    pub fn outbound(&self, purpose: Service) -> Outbound {
        match &self.0 {
            _ if !self.1.on(Guard::Outbound) => Outbound::anywhere(),
            Some((residency, _)) => Outbound::declared(residency.clone(), purpose),
            // Tenants name issuers: without a declaration that would be the whole world, and this machine.
            None if purpose == Service::IdentityProvider => Outbound::declared(Arc::default(), purpose),
            None => Outbound::anywhere(),
        }
    }

    /// Whether data may be written here.
    ///
    /// # Errors
    /// When a declaration is there and does not name the place.
    pub fn keeps(&self, path: &Path, purpose: Keeping) -> Result<(), ResidencyError> {
        self.0.as_ref().map_or(Ok(()), |(residency, _)| residency.keeps(&real(path), purpose))
    }

    /// The address of a host of a database; asked before each connection.
    pub fn route(&self) -> store::Route {
        let outbound = self.outbound(Service::Database);
        Arc::new(move |name, port| route(&outbound, name, port))
    }
}

fn route(outbound: &Outbound, name: &str, port: u16) -> Result<IpAddr, String> {
    outbound.calls(name, port).map_err(|refused| refused.to_string())?;
    let found = (name, port).to_socket_addrs().map_err(|error| format!("{name}: {error}"))?;
    let kept = outbound.leads(name, found.map(|address| address.ip()).collect());
    let kept = kept.map_err(|refused| refused.to_string())?;
    kept.first().copied().ok_or_else(|| format!("{name} has no address"))
}

/// What a configuration would keep and call.
#[derive(Default)]
pub struct Needs {
    places: Vec<(PathBuf, Keeping)>,
    hosts: Vec<(String, u16, Service)>,
}

impl Needs {
    /// A folder or file.
    #[must_use]
    pub fn keeping(mut self, path: &Path, purpose: Keeping) -> Self {
        self.places.push((real(path), purpose));
        self
    }

    /// A host and port.
    #[must_use]
    pub fn calling(mut self, name: &str, port: u16, purpose: Service) -> Self {
        self.hosts.push((name.to_owned(), port, purpose));
        self
    }

    /// The host of an http or https URL.
    ///
    /// # Errors
    /// When it names none.
    pub fn calling_url(self, url: &str, purpose: Service) -> Result<Self> {
        let uri: edge::Uri = url.parse().with_context(|| format!("{url:?} is no URL"))?;
        let host = uri.host().with_context(|| format!("{url:?} names no host"))?;
        let usual = if uri.scheme_str() == Some("http") { 80 } else { 443 };
        Ok(self.calling(host, uri.port_u16().unwrap_or(usual), purpose))
    }

    /// Whether everything is declared.
    ///
    /// # Errors
    /// Names all that is not; without any declaration, says what one would have to hold.
    pub fn check(&self, declared: &Declared, folder: &Path) -> Result<()> {
        let Some((residency, _)) = &declared.0 else { bail!(self.template(folder)) };
        let places = self.places.iter().map(|(path, purpose)| residency.keeps(path, *purpose));
        let hosts = self.hosts.iter().map(|(name, port, purpose)| residency.calls(name, *port, *purpose));
        let refused: Vec<String> =
            places.chain(hosts).filter_map(Result::err).map(|refused| format!("\n  {refused}")).collect();
        if refused.is_empty() {
            return Ok(());
        }
        bail!(
            "{} does not declare all that this configuration needs:{}",
            folder.join(FILE).display(),
            refused.concat()
        )
    }

    fn template(&self, folder: &Path) -> String {
        let mut text = format!(
            "a zone declares where it keeps data and whom it calls. Write {}, with country and legal entity filled in \
             (docs/configuration.md, \"Residency\"):\n",
            folder.join(FILE).display()
        );
        for (path, purpose) in &self.places {
            let path = path.display();
            let _ = write!(
                text,
                "\n[[place]]\npath = \"{path}\"\npurpose = \"{purpose}\"\ncountry = \"\"\nentity = \"\"\n"
            );
        }
        for (name, port, purpose) in &self.hosts {
            let _ = write!(
                text,
                "\n[[host]]\nname = \"{name}\"\nport = {port}\nnetworks = []\npurpose = \"{purpose}\"\n\
                 country = \"\"\nentity = \"\"\n"
            );
        }
        text
    }
}

/// The same with the witnesses that a log's policy names.
///
/// # Errors
/// When the URL of one is none.
#[cfg(feature = "trustee")]
pub fn of_witnesses(needs: Needs, policy: &ledger::Policy) -> Result<Needs> {
    let urls = policy.witnesses.iter().filter_map(|(_, _, url)| url.as_deref());
    urls.into_iter().try_fold(needs, |needs, url| needs.calling_url(url, Service::Witness))
}

/// The path with its links followed, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut rest = Vec::new();
    let mut there = path.as_path();
    loop {
        if let Ok(found) = fs::canonicalize(there) {
            return rest.iter().rev().fold(found, |path, name| path.join(name));
        }
        match (there.parent(), there.file_name()) {
            (Some(parent), Some(name)) => {
                rest.push(name);
                there = parent;
            }
            _ => return path.clone(),
        }
    }
}
