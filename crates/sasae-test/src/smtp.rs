//! A small mail server on loopback that speaks SMTP as RFC 5321 says, keeps what it takes, and
//! refuses, hangs up or waits when a test tells it to. It encrypts with the certificate that was made
//! for the PostgreSQL of the tests.

use std::collections::VecDeque;
use std::io::Result;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How the server encrypts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all, and it says so.
    None,
    /// From the first byte.
    FromTheStart,
    /// When it is asked with `STARTTLS`.
    WhenAsked,
}

/// What the server does with one connection. Where nothing is said, it takes the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes the mail.
    Take,
    /// Answers a command, named by its first word, with this line: `("RCPT", "550 no such user")`.
    Refuse(&'static str, &'static str),
    /// Hangs up when it hears a command.
    HangUp(&'static str),
    /// Takes the mail, but says so only after [`SmtpServer::let_go`].
    Hold,
}

/// A mail as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The sender on the envelope.
    pub from: String,
    /// The receivers on the envelope.
    pub to: Vec<String>,
    /// Headers and body, lines apart by `\r\n`.
    pub data: String,
    /// It came over an encrypted connection.
    pub encrypted: bool,
}

#[derive(Default)]
struct Shared {
    manners: Mutex<VecDeque<Manner>>,
    received: Mutex<Vec<Received>>,
    held: Notify,
}

/// The server; it ends with this value.
pub struct SmtpServer {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    gate: Arc<Semaphore>,
    serving: JoinHandle<()>,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl SmtpServer {
    /// Starts it on a free port.
    ///
    /// # Panics
    /// Where no port is free.
    pub async fn start() -> SmtpServer {
        SmtpServer::start_with(Encryption::None).await
    }

    /// Starts it on a free port, where it encrypts.
    ///
    /// # Panics
    /// Where no port is free, or the certificate of the tests is not there.
    pub async fn start_with(encryption: Encryption) -> SmtpServer {
        let tls = (encryption != Encryption::None).then(acceptor);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (shared, gate) = (Arc::new(Shared::default()), Arc::new(Semaphore::new(0)));
        let (all, held) = (Arc::clone(&shared), Arc::clone(&gate));
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shared, gate, tls) = (Arc::clone(&all), Arc::clone(&held), tls.clone());
                // A client that goes away is no failure of the server.
                tokio::spawn(async move {
                    let wire: Wire = Box::new(stream);
                    let offered = tls.as_ref().filter(|_| encryption == Encryption::WhenAsked);
                    let at_once = tls.as_ref().filter(|_| encryption == Encryption::FromTheStart);
                    match at_once {
                        None => serve((wire, false), &shared, &gate, offered).await,
                        Some(tls) => serve((encrypted(tls, wire).await?, true), &shared, &gate, None).await,
                    }
                });
            }
        });
        SmtpServer { address, shared, gate, serving }
    }

    /// What it does with the next connections, one after the other.
    pub fn next(&self, manners: &[Manner]) {
        locked(&self.shared.manners).extend(manners);
    }

    /// What it has taken so far.
    pub fn received(&self) -> Vec<Received> {
        locked(&self.shared.received).clone()
    }

    /// Waits until a mail is held back.
    pub async fn holds(&self) {
        self.shared.held.notified().await;
    }

    /// Lets one mail go that is held back.
    pub fn let_go(&self) {
        self.gate.add_permits(1);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
type Wire = Box<dyn Stream>;

/// The file that names the root from which the certificate of the tests comes.
///
/// # Panics
/// Where the tests run without it.
#[must_use]
pub fn root_certificate() -> PathBuf {
    let root = std::env::var("SASAE_TEST_PG_CA").expect("SASAE_TEST_PG_CA names the root certificate of the tests");
    PathBuf::from(root)
}

/// What encrypts, with the certificate beside the root of the tests; it is made out to this machine.
fn acceptor() -> TlsAcceptor {
    let root = root_certificate();
    let certificates = CertificateDer::pem_file_iter(root.with_file_name("server.crt"))
        .and_then(Iterator::collect)
        .expect("the certificate of the tests");
    let key = PrivateKeyDer::from_pem_file(root.with_file_name("server.key")).expect("the key of the tests");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .expect("a certificate with its key");
    TlsAcceptor::from(Arc::new(config))
}

async fn encrypted(tls: &TlsAcceptor, wire: Wire) -> Result<Wire> {
    Ok(Box::new(tls.accept(wire).await?))
}

/// Serves one connection, which is encrypted or not; `offered` is what encrypts it when it is asked.
async fn serve(
    (wire, encrypted_so_far): (Wire, bool),
    shared: &Shared,
    gate: &Semaphore,
    mut offered: Option<&TlsAcceptor>,
) -> Result<()> {
    let manner = locked(&shared.manners).pop_front().unwrap_or(Manner::Take);
    let mut stream = BufReader::new(wire);
    say(&mut stream, "220 test ESMTP").await?;
    let mut mail = Received { from: String::new(), to: Vec::new(), data: String::new(), encrypted: encrypted_so_far };
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.split([' ', '\r', '\n']).next().unwrap_or_default().to_ascii_uppercase();
        let envelope = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        match manner {
            Manner::HangUp(at) if command == at => return Ok(()),
            Manner::Refuse(at, answer) if command == at => {
                say(&mut stream, answer).await?;
                continue;
            }
            _ => {}
        }
        match command.as_str() {
            "EHLO" if offered.is_some() => say(&mut stream, "250-test\r\n250-STARTTLS\r\n250 8BITMIME").await?,
            "EHLO" => say(&mut stream, "250-test\r\n250 8BITMIME").await?,
            "STARTTLS" if offered.is_some() => {
                say(&mut stream, "220 go on").await?;
                if let Some(tls) = offered.take() {
                    stream = BufReader::new(encrypted(tls, stream.into_inner()).await?);
                    mail.encrypted = true;
                }
            }
            "MAIL" => {
                mail.from = envelope;
                say(&mut stream, "250 ok").await?;
            }
            "RCPT" => {
                mail.to.push(envelope);
                say(&mut stream, "250 ok").await?;
            }
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                mail.data = data(&mut stream).await?;
                if manner == Manner::Hold {
                    shared.held.notify_one();
                    if let Ok(permit) = gate.acquire().await {
                        permit.forget();
                    }
                }
                locked(&shared.received).push(mail.clone());
                say(&mut stream, "250 taken").await?;
            }
            "QUIT" => return say(&mut stream, "221 bye").await,
            "NOOP" | "RSET" => say(&mut stream, "250 ok").await?,
            _ => say(&mut stream, "502 not here").await?,
        }
    }
}

async fn say(stream: &mut BufReader<Wire>, line: &str) -> Result<()> {
    stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await
}

/// Reads to the line with a single dot, and takes away the dots that were put before others.
async fn data(stream: &mut BufReader<Wire>) -> Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
