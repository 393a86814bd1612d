//! TLS towards a broker: rustls with the ring provider, no global state.

use std::{path::Path, sync::Arc};

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use tracing::warn;

use crate::{
    config::SourceConfig,
    error::{CaFileError, ConfigError},
};

/// TLS settings that trust the configured authority, or the system's; `None` for a source without TLS.
pub(crate) fn client_config(name: &str, config: &SourceConfig) -> Result<Option<ClientConfig>, ConfigError> {
    if !config.url.is_encrypted() {
        return Ok(None);
    }
    if ServerName::try_from(config.url.host()).is_err() {
        return Err(ConfigError::TlsHost { source_name: name.to_owned(), found: config.url.clone() });
    }
    let mut roots = RootCertStore::empty();
    if let Some(path) = &config.ca_file {
        add_file(path, &mut roots).map_err(|source| ConfigError::CaFile {
            source_name: name.to_owned(),
            path: path.clone(),
            source,
        })?;
    } else {
        let system = rustls_native_certs::load_native_certs();
        for error in &system.errors {
            warn!(%error, "certificate authority of the system cannot be read");
        }
        roots.add_parsable_certificates(system.certs);
        if roots.is_empty() {
            return Err(ConfigError::NoSystemAuthority { source_name: name.to_owned() });
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Some(config))
}

fn add_file(path: &Path, roots: &mut RootCertStore) -> Result<(), CaFileError> {
    for certificate in CertificateDer::pem_file_iter(path)? {
        roots.add(certificate?)?;
    }
    if roots.is_empty() { Err(CaFileError::NoCertificate) } else { Ok(()) }
}
