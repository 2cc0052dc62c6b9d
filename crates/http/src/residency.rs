//! Where a zone keeps data and whom it calls, as its operator declared it: path or host, country, legal entity, purpose.
//!
//! Pure: paths come in resolved, and addresses already looked up; [`crate::Outbound`] asks before each connection.
//!
//! Invariants: what is not declared is refused; a declared host counts only as far as it leads into the networks that
//! were declared with it, so that a changed name is noticed; only the countries of the cloud's sites can be declared.
//! This machine's own loopback addresses leave it to nobody and need no declaration, names for them do; and so do issuers,
//! because tenants name those, and nobody else shall reach a service of this machine by way of us.

use ipnet::IpNet;
use kernel::Country;
use serde::Deserialize;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// What a folder or file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeping {
    /// A zone's data folder.
    Store,
    /// The key file, log key and what else opens data.
    Keys,
    /// The copy of the transparency log, which is public.
    Mirror,
    /// Backups.
    Backup,
}

/// What a host is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// The operator zone, called by the gateway.
    Operator,
    /// The operator zone's database.
    Database,
    /// The keeper of tenants' keys.
    KeyService,
    /// A witness of the transparency log.
    Witness,
    /// Where a tenant's people sign in elsewhere.
    IdentityProvider,
}

/// A folder in which data may lie, with everything below it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Absolute, without links.
    pub path: PathBuf,
    /// What for.
    pub purpose: Keeping,
    /// The country it lies in.
    pub country: Country,
    /// The legal entity in whose hands it is.
    pub entity: String,
}

/// A host that may be called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its name or address, as it is configured.
    pub name: String,
    /// Its port.
    pub port: u16,
    /// Where the name may lead. Not needed for an address.
    #[serde(default)]
    pub networks: Vec<IpNet>,
    /// What for.
    pub purpose: Service,
    /// The country it stands in.
    pub country: Country,
    /// The legal entity in whose hands it is.
    pub entity: String,
}

/// A declaration, read and found consistent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Residency {
    #[serde(default, rename = "place")]
    places: Vec<Place>,
    #[serde(default, rename = "host")]
    hosts: Vec<Host>,
}

/// Why a declaration is not taken, or something is not done.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ResidencyError {
    /// The text is none.
    #[error("it is no declaration of residency: {0}")]
    Form(String),
    /// A country outside of the cloud's sites.
    #[error("{what} is declared in {country}, but this cloud keeps its data in {allowed} alone")]
    Country {
        /// Which entry.
        what: String,
        /// Its country.
        country: Country,
        /// What the profile allows.
        allowed: String,
    },
    /// An entry that says too little.
    #[error("{0}")]
    Incomplete(String),
    /// A place that nobody declared.
    #[error("residency_violation: {path} is not declared as a place for {purpose}")]
    Place {
        /// The path.
        path: PathBuf,
        /// What for.
        purpose: Keeping,
    },
    /// A host that nobody declared.
    #[error("residency_violation: {name}:{port} is not declared as a host for {purpose}")]
    Host {
        /// The name.
        name: String,
        /// The port.
        port: u16,
        /// What for.
        purpose: Service,
    },
    /// A name that leads elsewhere than declared.
    #[error("residency_violation: {name} leads to {found}, outside of the networks declared with it")]
    Elsewhere {
        /// The name.
        name: String,
        /// Where it leads.
        found: String,
    },
}

impl Residency {
    /// Reads a declaration (TOML). `allowed` are the countries of the profile's sites.
    ///
    /// # Errors
    /// When it is none, leaves something out, or names another country.
    pub fn parse(text: &str, allowed: &[Country]) -> Result<Self, ResidencyError> {
        let read: Self = toml::from_str(text).map_err(|why| ResidencyError::Form(why.to_string()))?;
        let fits = |what: String, country: Country, entity: &str| {
            if entity.trim().is_empty() {
                return Err(ResidencyError::Incomplete(format!(
                    "{what} needs the legal entity it belongs to"
                )));
            }
            if allowed.contains(&country) {
                return Ok(());
            }
            let allowed = allowed.iter().map(Country::to_string).collect::<Vec<_>>().join(", ");
            Err(ResidencyError::Country { what, country, allowed })
        };
        for place in &read.places {
            let what = format!("place {}", place.path.display());
            if !place.path.is_absolute() {
                return Err(ResidencyError::Incomplete(format!("{what} must be an absolute path")));
            }
            fits(what, place.country, &place.entity)?;
        }
        for host in &read.hosts {
            let what = format!("host {}:{}", host.name, host.port);
            if host.networks.is_empty() && literal(&host.name).is_none() {
                let why = format!("{what} needs networks: where its name may lead, e.g. [\"192.0.2.0/28\"]");
                return Err(ResidencyError::Incomplete(why));
            }
            if let Some(all) = host.networks.iter().find(|network| network.prefix_len() == 0) {
                return Err(ResidencyError::Incomplete(format!("{what}: {all} is all the world")));
            }
            fits(what, host.country, &host.entity)?;
        }
        Ok(read)
    }

    /// Whether data may lie here. The path must be without links: one that is declared as a place leads nowhere else.
    ///
    /// # Errors
    /// [`ResidencyError::Place`] when it may not.
    pub fn keeps(&self, path: &Path, purpose: Keeping) -> Result<(), ResidencyError> {
        let declared = |place: &Place| place.purpose == purpose && path.starts_with(&place.path);
        if self.places.iter().any(declared) {
            return Ok(());
        }
        Err(ResidencyError::Place { path: path.to_owned(), purpose })
    }

    /// Whether a host may be called, whatever its name leads to.
    ///
    /// # Errors
    /// [`ResidencyError::Host`] when it may not.
    pub fn calls(&self, name: &str, port: u16, purpose: Service) -> Result<(), ResidencyError> {
        let chosen_here = purpose != Service::IdentityProvider;
        let loopback = chosen_here && literal(name).is_some_and(|address| address.is_loopback());
        let declared = |host: &Host| host.purpose == purpose && host.port == port && same(&host.name, name);
        if loopback || self.hosts.iter().any(declared) {
            return Ok(());
        }
        Err(ResidencyError::Host { name: name.to_owned(), port, purpose })
    }

    /// Those of the addresses that a name leads to which may be called.
    ///
    /// # Errors
    /// [`ResidencyError::Elsewhere`] when it is none of them.
    pub fn leads(
        &self,
        name: &str,
        purpose: Service,
        found: &[IpAddr],
    ) -> Result<Vec<IpAddr>, ResidencyError> {
        let hosts: Vec<&Host> =
            self.hosts.iter().filter(|host| host.purpose == purpose && same(&host.name, name)).collect();
        let inside = |address: &&IpAddr| {
            let address = address.to_canonical();
            hosts.iter().any(|host| host.networks.iter().any(|network| network.contains(&address)))
        };
        let kept: Vec<IpAddr> = found.iter().filter(inside).copied().collect();
        if kept.is_empty() {
            let found = found.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ");
            return Err(ResidencyError::Elsewhere { name: name.to_owned(), found });
        }
        Ok(kept)
    }
}

/// The address that a name is, if it is one.
pub(crate) fn literal(name: &str) -> Option<IpAddr> {
    name.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn same(one: &str, other: &str) -> bool {
    match (literal(one), literal(other)) {
        (Some(one), Some(other)) => one.to_canonical() == other.to_canonical(),
        _ => one.trim_end_matches('.').eq_ignore_ascii_case(other.trim_end_matches('.')),
    }
}

impl fmt::Display for Keeping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Store => "store",
            Self::Keys => "keys",
            Self::Mirror => "mirror",
            Self::Backup => "backup",
        })
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Operator => "operator",
            Self::Database => "database",
            Self::KeyService => "key-service",
            Self::Witness => "witness",
            Self::IdentityProvider => "identity-provider",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECLARED: &str = r#"
        [[place]]
        path = "/srv/trustee"
        purpose = "store"
        country = "DE"
        entity = "Datentreuhand GmbH"

        [[host]]
        name = "operator.example"
        port = 8443
        networks = ["192.0.2.0/28", "2001:db8::/64"]
        purpose = "operator"
        country = "DE"
        entity = "Musterwolke GmbH"

        [[host]]
        name = "198.51.100.7"
        port = 8200
        purpose = "key-service"
        country = "DE"
        entity = "Datentreuhand GmbH"
    "#;

    fn germany() -> Vec<Country> {
        vec!["DE".parse().expect("a country")]
    }

    fn declared() -> Residency {
        Residency::parse(DECLARED, &germany()).expect("a declaration")
    }

    #[test]
    fn what_is_not_declared_is_refused() {
        let check = |path: &str, purpose: Keeping, allowed: bool| {
            assert_eq!(declared().keeps(Path::new(path), purpose).is_ok(), allowed, "{path} {purpose}");
        };
        check("/srv/trustee", Keeping::Store, true);
        check("/srv/trustee/trustee.db", Keeping::Store, true);
        check("/srv/trustee", Keeping::Backup, false);
        check("/srv/trustee-copy", Keeping::Store, false);
        check("/srv", Keeping::Store, false);
        let check = |name: &str, port: u16, purpose: Service, allowed: bool| {
            assert_eq!(declared().calls(name, port, purpose).is_ok(), allowed, "{name}:{port} {purpose}");
        };
        check("operator.example", 8443, Service::Operator, true);
        check("Operator.Example.", 8443, Service::Operator, true);
        check("operator.example", 443, Service::Operator, false);
        check("operator.example", 8443, Service::Witness, false);
        check("operator.example.org", 8443, Service::Operator, false);
        check("198.51.100.7", 8200, Service::KeyService, true);
        check("::ffff:198.51.100.7", 8200, Service::KeyService, true);
        check("198.51.100.8", 8200, Service::KeyService, false);
        check("127.0.0.1", 1, Service::Witness, true);
        check("127.0.0.1", 1, Service::IdentityProvider, false);
        check("[::1]", 1, Service::Witness, true);
        check("localhost", 1, Service::Witness, false);
    }

    #[test]
    fn a_name_counts_as_far_as_it_leads_where_it_was_declared() {
        let check = |found: &[&str], kept: Option<&[&str]>| {
            let addresses = |texts: &[&str]| -> Vec<IpAddr> {
                texts.iter().map(|text| text.parse().expect("an address")).collect()
            };
            let leads = declared().leads("operator.example", Service::Operator, &addresses(found));
            assert_eq!(leads.ok(), kept.map(addresses), "{found:?}");
        };
        check(&["192.0.2.3"], Some(&["192.0.2.3"]));
        check(&["192.0.2.3", "203.0.113.9", "2001:db8::5"], Some(&["192.0.2.3", "2001:db8::5"]));
        check(&["::ffff:192.0.2.3"], Some(&["::ffff:192.0.2.3"]));
        check(&["192.0.2.16"], None);
        check(&["127.0.0.1"], None);
        check(&[], None);
    }

    #[test]
    fn a_declaration_says_everything_and_stays_in_the_country() {
        let check = |from: &str, to: &str, want: &str| {
            let text = DECLARED.replacen(from, to, 1);
            assert_ne!(text, DECLARED, "{from}");
            let why = Residency::parse(&text, &germany()).expect_err(to).to_string();
            assert!(why.contains(want), "{to}: {why}");
        };
        check("country = \"DE\"", "country = \"US\"", "in US, but this cloud keeps its data in DE alone");
        check("country = \"DE\"", "", "country");
        check("entity = \"Datentreuhand GmbH\"", "entity = \" \"", "legal entity");
        check("path = \"/srv/trustee\"", "path = \"trustee\"", "absolute");
        check("networks = [\"192.0.2.0/28\", \"2001:db8::/64\"]", "", "needs networks");
        check("\"192.0.2.0/28\"", "\"0.0.0.0/0\"", "all the world");
        check("purpose = \"operator\"", "purpose = \"telemetry\"", "telemetry");
        check("port = 8443", "port = 8443\n        class = 1", "class");
    }
}
