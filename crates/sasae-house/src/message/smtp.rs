//! Mail over SMTP.
//!
//! What a mail server answers often quotes the address of the receiver. So none of its words go
//! further than this file: a failure is a code.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::address::Address;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use sasae_core::id::Id;

use crate::error::{Error, Result};

/// How long the server may take for one answer.
const ANSWER: Duration = Duration::from_secs(20);
/// How long one message may take from the connection to the last answer. It has to end long
/// before the lease of the message does.
const WHOLE: Duration = Duration::from_secs(90);

/// How the way to the mail server is kept from being read along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Security {
    /// Encrypted after the server has said that it can (`STARTTLS`), usually on port 587. A
    /// server that cannot is not used.
    #[default]
    StartTls,
    /// Encrypted from the first byte, usually on port 465.
    Tls,
    /// Not encrypted; only to this machine.
    Plain,
}

/// The mail server and what is written into each mail.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct MailSettings {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub security: Security,
    /// The name to sign in with; empty where the server asks for none.
    pub user: String,
    /// The password that goes with it.
    pub password: String,
    /// Who sends: `sasae@example.jp`, or `支え <sasae@example.jp>`.
    pub from: String,
    /// PEM file with certificates to believe beside those of the machine.
    pub ca: Option<PathBuf>,
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The password is left out.
        f.debug_struct("MailSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}

/// Why a mail did not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `smtp 550`, `connection`, `timeout`, `tls`, `address`, `client`.
    pub code: String,
    /// Trying again would not help.
    pub lasting: bool,
}

impl Failure {
    fn passing(code: &str) -> Failure {
        Failure { code: code.to_owned(), lasting: false }
    }
}

/// One mail.
#[derive(Debug, Clone)]
pub struct Mail<'a> {
    /// The message, by which a receiver recognises one that came twice.
    pub id: Id,
    /// To whom.
    pub to: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The text.
    pub body: &'a str,
    /// When it was written.
    pub at: Timestamp,
}

/// The way to the mail server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").finish_non_exhaustive()
    }
}

impl Mailer {
    /// Gets ready; no connection is made.
    ///
    /// # Errors
    /// [`Error::Refused`] with what is wrong with the settings.
    pub fn new(settings: &MailSettings) -> Result<Mailer> {
        let from = mailbox(&settings.from).ok_or_else(|| {
            Error::refused(
                "mail の from はメールアドレスにしてください（例：sasae@example.jp）。",
                "mail.from must be a mail address (such as sasae@example.jp).",
            )
        })?;
        let host = settings.host.as_str();
        if host.is_empty() {
            return Err(Error::refused(
                "mail の host にメールサーバーの名前を書いてください。",
                "mail.host must name the mail server.",
            ));
        }
        let tls = match settings.security {
            Security::Plain if !is_here(host) => {
                return Err(Error::refused(
                    "mail の security = \"plain\" は、同じ機械のメールサーバーにだけ使えます。starttls か tls にしてください。",
                    "mail.security = \"plain\" is for a server on this machine only; say starttls or tls.",
                ));
            }
            Security::Plain => Tls::None,
            Security::StartTls => Tls::Required(parameters(host, settings.ca.as_deref())?),
            Security::Tls => Tls::Wrapper(parameters(host, settings.ca.as_deref())?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(ANSWER));
        if !settings.user.is_empty() {
            builder = builder.credentials(Credentials::new(settings.user.clone(), settings.password.clone()));
        }
        Ok(Mailer { transport: builder.build(), from })
    }

    /// Sends one mail, and returns when the server has taken it over.
    ///
    /// # Errors
    /// Why it did not go.
    pub async fn send(&self, mail: &Mail<'_>) -> std::result::Result<(), Failure> {
        let to = address(mail.to).ok_or_else(|| Failure { code: "address".to_owned(), lasting: true })?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject)
            .date(SystemTime::from(mail.at))
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.to_owned())
            .map_err(|_| Failure { code: "client".to_owned(), lasting: true })?;
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(Failure::passing("timeout")),
        }
    }
}

fn parameters(host: &str, ca: Option<&Path>) -> Result<TlsParameters> {
    let unreadable = || {
        Error::refused(
            "mail の ca のファイルを、証明書として読めません。",
            "The file that mail.ca names cannot be read as certificates.",
        )
    };
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca {
        let pem = std::fs::read(path).map_err(|_| unreadable())?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|_| unreadable())?);
    }
    builder.build_rustls().map_err(|_| unreadable())
}

/// Whether a server is on this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A failure as its code. A sign-in that is refused is a matter of the settings, which somebody
/// puts right: the message waits for that.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    if let Some(status) = error.status() {
        let number = u16::from(status);
        let sign_in = matches!(number, 530 | 534 | 535 | 538);
        return Failure { code: format!("smtp {number}"), lasting: error.is_permanent() && !sign_in };
    }
    Failure::passing(match error {
        error if error.is_timeout() => "timeout",
        error if error.is_tls() || is_about_encryption(error) => "tls",
        error if error.is_client() => "client",
        _ => "connection",
    })
}

/// Whether the way could not be encrypted: the server cannot, or its certificate is not believed.
/// `lettre` calls the one a mistake of the client and the other a failure to connect.
fn is_about_encryption(error: &lettre::transport::smtp::Error) -> bool {
    let mut cause = error.source();
    while let Some(one) = cause {
        let of_handshake = one.downcast_ref::<io::Error>().is_some_and(|one| one.kind() == io::ErrorKind::InvalidData);
        if of_handshake || (error.is_client() && one.to_string().starts_with("STARTTLS")) {
            return true;
        }
        cause = one.source();
    }
    false
}

fn mailbox(text: &str) -> Option<Mailbox> {
    if let Some((name, rest)) = text.rsplit_once('<') {
        let email = address(rest.strip_suffix('>')?)?;
        let name = name.trim();
        return Some(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), email));
    }
    Some(Mailbox::new(None, address(text)?))
}

/// A mail address as it is written on an envelope.
pub fn address(text: &str) -> Option<Address> {
    let text = text.trim();
    // A server without an own extension takes ASCII alone.
    if text.len() > 254 || !text.is_ascii() || text.contains(char::is_whitespace) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> MailSettings {
        MailSettings {
            host: "127.0.0.1".to_owned(),
            port: 25,
            security: Security::Plain,
            from: "支え <sasae@example.jp>".to_owned(),
            ..MailSettings::default()
        }
    }

    fn refusal(settings: &MailSettings) -> String {
        Mailer::new(settings).unwrap_err().to_string()
    }

    #[test]
    fn settings_that_cannot_work_are_refused_before_the_first_mail() {
        assert!(Mailer::new(&settings()).is_ok());
        assert!(refusal(&MailSettings { from: "nobody".to_owned(), ..settings() }).contains("mail.from"));
        assert!(refusal(&MailSettings { host: String::new(), ..settings() }).contains("mail.host"));
        assert!(refusal(&MailSettings { host: "mail.example.jp".to_owned(), ..settings() }).contains("plain"));
        let ca = Some(PathBuf::from("/nowhere/ca.pem"));
        assert!(refusal(&MailSettings { security: Security::Tls, ca, ..settings() }).contains("mail.ca"));
    }

    #[test]
    fn an_address_is_one_word_of_ascii_with_a_domain() {
        for good in ["a@example.jp", " tanto+sasae@city.example.lg.jp "] {
            assert!(address(good).is_some(), "{good}");
        }
        for bad in ["", "a", "a@", "@b", "a b@example.jp", "担当@example.jp", "a@example.jp\r\nBcc: b@example.jp"] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_password_is_not_told_when_settings_are_shown() {
        let shown = format!("{:?}", MailSettings { password: "hunter2".to_owned(), ..settings() });

        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
