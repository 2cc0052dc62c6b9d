//! TLS out of certificate files: rustls with aws-lc-rs, nothing older than TLS 1.2, and TLS 1.3 alone between
//! the zones.
//!
//! Deliberately absent: making certificates (the program's `--tls` does that), and a global crypto provider.

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What we speak with strangers.
static PUBLIC: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
/// What our own zones speak with each other.
static BETWEEN_ZONES: [&SupportedProtocolVersion; 1] = [&TLS13];

/// A file that cannot be used for TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file cannot be read or holds nothing of the wanted kind.
    #[error("{path}: no usable {wanted} in PEM form", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What it should hold, in words.
        wanted: &'static str,
        /// What the reader found instead.
        source: rustls_pki_types::pem::Error,
    },
    /// Key and certificate do not fit, or a certificate is malformed.
    #[error("the TLS key, certificates and CA do not work together")]
    Config(#[from] rustls::Error),
    /// The client CA cannot be used to check clients.
    #[error("the client CA cannot be used to check client certificates")]
    ClientCa(#[from] rustls::server::VerifierBuilderError),
}

/// A certificate chain (end entity first) with its private key.
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads chain and key from two PEM files.
    pub fn from_files(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        let parsed_key = PrivateKeyDer::from_pem_file(key).map_err(|source| TlsError::File {
            path: key.into(),
            wanted: "private key",
            source,
        })?;
        Ok(Self { chain: certificates(chain)?, key: parsed_key })
    }

    /// Takes chain and key in DER form.
    pub fn from_der(chain: Vec<Vec<u8>>, key: PrivateKeyDer<'static>) -> Self {
        Self { chain: chain.into_iter().map(CertificateDer::from).collect(), key }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} certificates)", self.chain.len())
    }
}

/// The certificates of a PEM file; at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let wrong = |source| TlsError::File { path: path.into(), wanted: "certificate", source };
    let list: Vec<_> = CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(wrong)?;
    if list.is_empty() { Err(wrong(rustls_pki_types::pem::Error::NoItemsFound)) } else { Ok(list) }
}

/// The authorities in a PEM file.
pub fn authorities(path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate)?;
    }
    Ok(roots)
}

/// A listener for everybody: TLS 1.2 and 1.3, HTTP/1.1 and HTTP/2.
pub fn public_server(identity: Identity) -> Result<Arc<ServerConfig>, TlsError> {
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&PUBLIC)?
        .with_no_client_auth();
    Ok(offer_http(builder.with_single_cert(identity.chain, identity.key)?))
}

/// A listener for clients that show a certificate of one of `clients`, and nobody else: TLS 1.3.
pub fn mutual_server(identity: Identity, clients: RootCertStore) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = Arc::new(default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(clients), provider.clone()).build()?;
    let builder = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&BETWEEN_ZONES)?
        .with_client_cert_verifier(verifier);
    Ok(offer_http(builder.with_single_cert(identity.chain, identity.key)?))
}

fn offer_http(mut config: ServerConfig) -> Arc<ServerConfig> {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Arc::new(config)
}

/// A client that trusts `servers` and shows `identity` when it has one. Protocols are left to the connector.
pub fn client(servers: RootCertStore, identity: Option<Identity>) -> Result<ClientConfig, TlsError> {
    let versions: &[_] = if identity.is_some() { &BETWEEN_ZONES } else { &PUBLIC };
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(versions)?
        .with_root_certificates(servers);
    match identity {
        Some(identity) => Ok(builder.with_client_auth_cert(identity.chain, identity.key)?),
        None => Ok(builder.with_no_client_auth()),
    }
}
