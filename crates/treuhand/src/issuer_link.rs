//! The way to the issuers where tenants let their people sign in besides.
//!
//! Invariant: none is called that `residency.toml` does not declare for it, not even on this machine.

use std::path::Path;

use anyhow::Result;
use edge::Web;
use edge::residency::Service;
use edge::tls::{authorities, client};

use crate::residency::Declared;

/// Where Debian and its relatives keep the authorities that browsers trust.
const SYSTEM: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A client for issuers. Their certificates are signed by an authority of this file, or else of the system's.
///
/// # Errors
/// When the file is none.
pub fn issuers(declared: &Declared, authority: Option<&Path>) -> Result<Web> {
    let roots = match authority {
        Some(path) => authorities(path)?,
        None if Path::new(SYSTEM).exists() => authorities(Path::new(SYSTEM))?,
        None => rustls::RootCertStore::empty(),
    };
    Ok(Web::new(client(roots, None)?, declared.outbound(Service::IdentityProvider)))
}
