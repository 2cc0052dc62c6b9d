//! TLS for `up`: certificate files, or a development authority that is made in the data folder.

use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use edge::tls::{Identity, public_server};
use jiff::tz::TimeZone;
use kernel::Clock;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;

use treuhand::trustee_folder::write_private;

/// The server's certificate and key from PEM files.
pub fn from_files(chain: &Path, key: &Path) -> Result<Arc<ServerConfig>> {
    Ok(public_server(Identity::from_files(chain, key)?)?)
}

/// A certificate for loopback and `address`, signed by an authority in `folder`; both are made when missing.
/// Clients trust `ca.pem` there.
pub fn development(folder: &Path, address: IpAddr, clock: &dyn Clock) -> Result<Arc<ServerConfig>> {
    let (chain, key) = (folder.join("server.pem"), folder.join("server.key"));
    if !chain.exists() || !key.exists() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        make(folder, &chain, &key, address, clock)?;
    }
    from_files(&chain, &key)
}

fn make(folder: &Path, chain: &Path, key: &Path, address: IpAddr, clock: &dyn Clock) -> Result<()> {
    let today = TimeZone::UTC.to_datetime(clock.now()).date();
    let (year, month, day) =
        (i32::from(today.year()), today.month().unsigned_abs(), today.day().unsigned_abs());
    let (from, until) =
        (date_time_ymd(year, month, day.min(28)), date_time_ymd(year + 2, month, day.min(28)));

    let ca_key = KeyPair::generate()?;
    let mut ca = CertificateParams::new(Vec::<String>::new())?;
    ca.distinguished_name.push(DnType::CommonName, "Treuhand development authority");
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (ca.not_before, ca.not_after) = (from, until);
    let ca_certificate = ca.self_signed(&ca_key)?;

    let server_key = KeyPair::generate()?;
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if !address.is_loopback() {
        names.push(address.to_string());
    }
    let mut server = CertificateParams::new(names)?;
    server.distinguished_name.push(DnType::CommonName, "localhost");
    // Strict clients (Python from 3.13 on, Apple's systems) want these of every server certificate.
    server.use_authority_key_identifier_extension = true;
    server.is_ca = IsCa::ExplicitNoCa;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    (server.not_before, server.not_after) = (from, until);
    let server_certificate = server.signed_by(&server_key, &Issuer::new(ca, ca_key))?;

    fs::write(folder.join("ca.pem"), ca_certificate.pem()).context("cannot write ca.pem")?;
    fs::write(chain, format!("{}{}", server_certificate.pem(), ca_certificate.pem()))?;
    write_private(key, server_key.serialize_pem().as_bytes())
}
