//! The way to a PostgreSQL server: whether it is encrypted, and whose certificate is believed.
//!
//! The words are those of libpq, so that an address means the same here as in `psql`:
//!
//! | `sslmode` | encrypted | the server's certificate |
//! |---|---|---|
//! | `disable` | no | |
//! | `prefer`, or none given | if the server offers it | as for `require` |
//! | `require` | yes, or no connection | as for `verify-ca` if roots are named, else not looked at |
//! | `verify-ca` | yes, or no connection | must come from a root |
//! | `verify-full` | yes, or no connection | must come from a root and be made out to this host |
//!
//! Roots stand in the file that `sslrootcert` in the address names (`system` means those of the
//! machine), else in [`Options::root_certificates`](crate::Options); `verify-ca` and `verify-full`
//! without either trust those of the machine. A certificate that stands in that file itself is
//! believed as it is, also when nobody signed it. On a Unix socket nothing is encrypted.
//!
//! Deliberately absent: certificates of the client, lists of what was revoked, channel binding.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use percent_encoding::percent_decode_str;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::{self, CryptoProvider};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};

use crate::{Error, Result};

/// What is looked at in the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    /// Nothing: whoever stands in between can pass for the server.
    Nothing,
    /// That it comes from a root.
    Root,
    /// That it comes from a root and is made out to the host that was called.
    RootAndHost,
}

/// Which certificates are believed to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Roots {
    Machine,
    File(PathBuf),
}

/// What an address says about the way.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    /// The address without what only this file understands.
    rest: String,
    mode: SslMode,
    check: Check,
    roots: Roots,
}

/// Reads the address: what the driver needs of it, and how connections are made.
pub(super) fn read(url: &str, root_certificates: Option<&Path>) -> Result<(Config, Way)> {
    let wish = wish(url, root_certificates)?;
    let mut config = wish.rest.parse::<Config>().map_err(super::failure)?;
    // The driver wants a name for the handshake also where only a number is given.
    if config.get_hosts().is_empty() {
        for address in config.get_hostaddrs().to_vec() {
            config.host(address.to_string());
        }
    }
    let on_sockets = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
    config.ssl_mode(if on_sockets { SslMode::Disable } else { wish.mode });
    if wish.check == Check::Nothing && config.get_hosts().iter().any(is_elsewhere) {
        tracing::warn!(
            "whoever stands between here and the database server can read along: say sslmode=verify-full \
             in its address and name the root certificate"
        );
    }
    Ok((config, Way::new(wish.check, &wish.roots)?))
}

/// Whether a host is not this machine.
fn is_elsewhere(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name != "localhost" && !name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Host::Unix(_) => false,
    }
}

fn wish(url: &str, root_certificates: Option<&Path>) -> Result<Wish> {
    // A password before the @ may hold a question mark.
    let after = url.find('@').map_or(0, |at| at + 1);
    let (address, query) = match url[after..].find('?') {
        Some(at) => (&url[..after + at], &url[after + at + 1..]),
        None => (url, ""),
    };
    let (mut mode, mut file, mut kept) = (None, None, Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name {
            "sslmode" => mode = Some(value),
            "sslrootcert" => file = Some(PathBuf::from(&*percent_decode_str(value).decode_utf8_lossy())),
            _ => kept.push(pair),
        }
    }
    let machine = file.as_deref() == Some(Path::new("system"));
    let mode = mode.unwrap_or(if machine { "verify-full" } else { "prefer" });
    if machine && mode != "verify-full" {
        return Err(Error::Unsupported("sslrootcert=system with a weaker sslmode than verify-full"));
    }
    let file = file.filter(|_| !machine).or_else(|| root_certificates.filter(|_| !machine).map(Path::to_owned));
    let by_roots = if file.is_some() { Check::Root } else { Check::Nothing };
    let (mode, check) = match mode {
        "disable" => (SslMode::Disable, Check::Nothing),
        "prefer" => (SslMode::Prefer, by_roots),
        "require" => (SslMode::Require, by_roots),
        "verify-ca" => (SslMode::Require, Check::Root),
        "verify-full" => (SslMode::Require, Check::RootAndHost),
        _ => return Err(Error::Unsupported("this sslmode; say disable, prefer, require, verify-ca or verify-full")),
    };
    let rest = if kept.is_empty() { address.to_owned() } else { format!("{address}?{}", kept.join("&")) };
    Ok(Wish { rest, mode, check, roots: file.map_or(Roots::Machine, Roots::File) })
}

/// Makes encrypted connections.
#[derive(Clone)]
pub(super) struct Way(TlsConnector);

impl Way {
    fn new(check: Check, roots: &Roots) -> Result<Way> {
        let provider = Arc::new(crypto::ring::default_provider());
        let verifier = Verifier::new(&provider, check, roots)?;
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(Way(TlsConnector::from(Arc::new(config))))
    }
}

/// The certificates of a file, each believed.
fn certificates_of(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let cannot = |why: &dyn fmt::Display| {
        Error::other(format!("the root certificates in {} cannot be read: {why}", file.display()))
    };
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = read.map_err(|cause| cannot(&cause))?;
    if certificates.is_empty() { Err(cannot(&"it holds no certificate")) } else { Ok(certificates) }
}

/// Looks at the server's certificate.
struct Verifier {
    check: Check,
    /// The certificates of the file.
    named: Vec<CertificateDer<'static>>,
    /// `None` where nothing is looked at.
    chain: Option<Arc<WebPkiServerVerifier>>,
    schemes: Vec<SignatureScheme>,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("check", &self.check).finish_non_exhaustive()
    }
}

impl Verifier {
    fn new(provider: &Arc<CryptoProvider>, check: Check, roots: &Roots) -> Result<Verifier> {
        let schemes = provider.signature_verification_algorithms.supported_schemes();
        if check == Check::Nothing {
            return Ok(Verifier { check, named: Vec::new(), chain: None, schemes });
        }
        let mut store = RootCertStore::empty();
        let named = match roots {
            Roots::File(file) => {
                let named = certificates_of(file)?;
                for certificate in &named {
                    store.add(certificate.clone()).map_err(|cause| {
                        Error::other(format!("a root certificate in {} is none: {cause}", file.display()))
                    })?;
                }
                named
            }
            Roots::Machine => {
                // A broken one among them is no reason to believe none.
                store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                Vec::new()
            }
        };
        if store.is_empty() {
            return Err(Error::Unsupported("sslmode=verify-… on a machine without root certificates; name a file"));
        }
        let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider))
            .build()
            .map_err(Error::other)?;
        Ok(Verifier { check, named, chain: Some(chain), schemes })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        // The quick certificate that PostgreSQL's manual makes signs itself and calls itself a
        // root, which no server's certificate may be; named by itself, it is meant.
        if self.named.iter().any(|named| named == end_entity) {
            if self.check == Check::RootAndHost {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The chain is looked at first, so that a wrong name means that it holds.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.check == Check::Root => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        match &self.chain {
            Some(chain) => chain.verify_tls12_signature(message, cert, dss),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        match &self.chain {
            Some(chain) => chain.verify_tls13_signature(message, cert, dss),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> MakeTlsConnect<S> for Way {
    type Stream = Encrypted<S>;
    type TlsConnect = Handshake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Handshake> {
        Ok(Handshake { connector: self.0.clone(), host: host.to_owned() })
    }
}

/// A handshake with one host.
pub(super) struct Handshake {
    connector: TlsConnector,
    host: String,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for Handshake {
    type Stream = Encrypted<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            let name = ServerName::try_from(self.host).map_err(io::Error::other)?;
            Ok(Encrypted(Box::new(self.connector.connect(name, stream).await?)))
        })
    }
}

/// An encrypted connection.
pub(super) struct Encrypted<S>(Box<tokio_rustls::client::TlsStream<S>>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Encrypted<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Encrypted<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Encrypted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_wish(url: &str) -> (String, SslMode, Check, Roots) {
        let Wish { rest, mode, check, roots } = wish(url, None).unwrap();
        (rest, mode, check, roots)
    }

    #[test]
    fn the_mode_of_an_address_means_what_it_means_to_psql() {
        let bare = "postgres://sasae@db:5432/sasae";
        let file = Roots::File(PathBuf::from("/etc/root.pem"));
        for (query, mode, check, roots) in [
            ("", SslMode::Prefer, Check::Nothing, Roots::Machine),
            ("?sslmode=disable", SslMode::Disable, Check::Nothing, Roots::Machine),
            ("?sslmode=prefer", SslMode::Prefer, Check::Nothing, Roots::Machine),
            ("?sslmode=require", SslMode::Require, Check::Nothing, Roots::Machine),
            ("?sslmode=require&sslrootcert=/etc/root.pem", SslMode::Require, Check::Root, file.clone()),
            ("?sslrootcert=%2Fetc%2Froot.pem&sslmode=verify-ca", SslMode::Require, Check::Root, file.clone()),
            ("?sslmode=verify-full&sslrootcert=/etc/root.pem", SslMode::Require, Check::RootAndHost, file),
            ("?sslmode=verify-full", SslMode::Require, Check::RootAndHost, Roots::Machine),
            ("?sslrootcert=system", SslMode::Require, Check::RootAndHost, Roots::Machine),
        ] {
            assert_eq!(read_wish(&format!("{bare}{query}")), (bare.to_owned(), mode, check, roots), "{query}");
        }
    }

    #[test]
    fn what_else_an_address_says_reaches_the_driver_as_it_was() {
        let (rest, mode, ..) = read_wish("postgres://u:a?b@db/x?connect_timeout=3&sslmode=require&options=-c%20a%3Db");

        assert_eq!(rest, "postgres://u:a?b@db/x?connect_timeout=3&options=-c%20a%3Db");
        assert_eq!(mode, SslMode::Require);
    }

    #[test]
    fn a_mode_that_would_promise_more_than_it_keeps_is_refused() {
        for query in ["sslmode=allow", "sslmode=", "sslmode=Require", "sslrootcert=system&sslmode=require"] {
            let refused = wish(&format!("postgres://u@db/x?{query}"), None);

            assert!(matches!(refused, Err(Error::Unsupported(_))), "{query}");
        }
    }

    #[test]
    fn the_file_of_the_options_stands_in_for_one_in_the_address() {
        let options = Some(Path::new("/etc/of-options.pem"));

        let without = wish("postgres://u@db/x?sslmode=require", options).unwrap();
        let with = wish("postgres://u@db/x?sslmode=require&sslrootcert=/etc/own.pem", options).unwrap();
        let machine = wish("postgres://u@db/x?sslrootcert=system", options).unwrap();

        assert_eq!((without.check, without.roots), (Check::Root, Roots::File("/etc/of-options.pem".into())));
        assert_eq!(with.roots, Roots::File("/etc/own.pem".into()));
        assert_eq!(machine.roots, Roots::Machine);
    }

    #[test]
    fn nothing_is_encrypted_on_a_socket_and_a_number_alone_is_a_host() {
        let (socket, _) = read("postgres:///x?host=/tmp&sslmode=require", None).unwrap();
        let (number, _) = read("postgres:///x?hostaddr=127.0.0.1&sslmode=require", None).unwrap();

        assert_eq!(socket.get_ssl_mode(), SslMode::Disable);
        assert_eq!(number.get_ssl_mode(), SslMode::Require);
        assert_eq!(number.get_hosts(), [Host::Tcp("127.0.0.1".to_owned())]);
    }

    #[test]
    fn a_file_without_certificates_is_named_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "nothing").unwrap();

        for file in [&empty, &folder.path().join("missing.pem")] {
            let told = read("postgres://u@db/x?sslmode=verify-full", Some(file)).err().unwrap().to_string();

            assert!(told.contains(&file.display().to_string()), "{told}");
        }
    }
}
