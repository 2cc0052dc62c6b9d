//! Certificates for two zones that know each other, and for a stranger.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};

/// Somebody who signs certificates.
pub struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new one.
    pub fn new(name: &str) -> Result<Self> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        // Not the name of what it signs: that would look signed by itself.
        params.distinguished_name.push(DnType::CommonName, format!("{name} authority"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?;
        Ok(Self { certificate, issuer: Issuer::new(params, key) })
    }

    /// Its own certificate.
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// Writes `NAME.pem` and `NAME.key` for a server at these addresses.
    pub fn server(&self, folder: &Path, name: &str, addresses: &[IpAddr]) -> Result<()> {
        self.issue(folder, name, addresses, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// Writes `NAME.pem` and `NAME.key` for a client.
    pub fn client(&self, folder: &Path, name: &str) -> Result<()> {
        self.issue(folder, name, &[], ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn issue(
        &self,
        folder: &Path,
        name: &str,
        addresses: &[IpAddr],
        usage: ExtendedKeyUsagePurpose,
    ) -> Result<()> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.subject_alt_names = addresses.iter().copied().map(SanType::IpAddress).collect();
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        let certificate = params.signed_by(&key, &self.issuer)?;
        let write = |ending: &str, text: String| {
            let path = folder.join(format!("{name}.{ending}"));
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
        };
        write("pem", certificate.pem())?;
        write("key", key.serialize_pem())
    }
}
