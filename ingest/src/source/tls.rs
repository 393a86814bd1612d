//! TLS towards a broker: rustls with the ring provider, no global state.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use tracing::warn;

use crate::{config::SourceConfig, error::ConfigError};

/// TLS settings that trust the configured authority, or the system's; `None` for a source without TLS.
pub(crate) fn client_config(config: &SourceConfig) -> Result<Option<ClientConfig>, ConfigError> {
    if !config.url.is_encrypted() {
        return Ok(None);
    }
    let mut roots = RootCertStore::empty();
    if let Some(path) = &config.ca_file {
        let unusable = |source| ConfigError::CaFile { path: path.clone(), source };
        for certificate in CertificateDer::pem_file_iter(path).map_err(unusable)? {
            roots.add(certificate.map_err(unusable)?)?;
        }
        if roots.is_empty() {
            return Err(ConfigError::NoCertificate(path.clone()));
        }
    } else {
        let system = rustls_native_certs::load_native_certs();
        for error in &system.errors {
            warn!(%error, "certificate authority of the system cannot be read");
        }
        roots.add_parsable_certificates(system.certs);
        if roots.is_empty() {
            return Err(ConfigError::NoSystemAuthority);
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Some(config))
}
