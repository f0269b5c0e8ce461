//! `[mail]`: the mail server. Without this part of the configuration no mail is sent.

use std::path::PathBuf;

use anyhow::Result;
use sasae_app::message::{MailSettings, Security};
use serde::Deserialize;

use crate::stop::usage;

/// `[mail]`
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// Name or address of the server.
    pub host: String,
    /// Its port; by `security` where nothing is said.
    pub port: Option<u16>,
    /// How the way there is protected.
    pub security: Protection,
    /// The name to sign in with.
    pub user: String,
    /// The password; better in a file or in the environment (`SASAE_MAIL_PASSWORD`).
    pub password: String,
    /// A file that holds the password and nothing else.
    pub password_file: Option<PathBuf>,
    /// Who sends.
    pub from: String,
    /// PEM file with certificates to believe beside those of the machine.
    pub ca: Option<PathBuf>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The password is left out.
        f.debug_struct("Mail").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protection {
    /// Encrypted after a greeting.
    #[default]
    StartTls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all; on this machine.
    Plain,
}

impl std::str::FromStr for Protection {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Protection, ()> {
        match text {
            "starttls" => Ok(Protection::StartTls),
            "tls" => Ok(Protection::Tls),
            "plain" => Ok(Protection::Plain),
            _ => Err(()),
        }
    }
}

impl Mail {
    /// What the application needs of it. The password comes from its file where one is named.
    pub(super) fn settings(&self) -> Result<MailSettings> {
        let password = match &self.password_file {
            None => self.password.clone(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    usage(
                        format!("mail の password_file {} を読めません：{error}", path.display()),
                        format!("mail.password_file {} cannot be read: {error}", path.display()),
                    )
                })?;
                text.trim_end_matches(['\r', '\n']).to_owned()
            }
        };
        let (security, usual) = match self.security {
            Protection::StartTls => (Security::StartTls, 587),
            Protection::Tls => (Security::Tls, 465),
            Protection::Plain => (Security::Plain, 25),
        };
        Ok(MailSettings {
            host: self.host.clone(),
            port: self.port.unwrap_or(usual),
            security,
            user: self.user.clone(),
            password,
            from: self.from.clone(),
            ca: self.ca.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::stop::Stop;

    #[test]
    fn mail_is_off_until_a_server_is_named_and_its_port_follows_the_protection() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "geheim\n").unwrap();
        let mut config = Config::default();
        let set = |config: &mut Config, name: &str, value: &str| {
            config.take_environment(std::iter::once((name.to_owned(), value.to_owned())))
        };

        assert_eq!(config.mail().unwrap(), None);
        set(&mut config, "SASAE_MAIL_HOST", "mail.example.jp").unwrap();
        assert!(Stop::of(config.mail().unwrap_err()).en.contains("mail.from"));
        set(&mut config, "SASAE_MAIL_FROM", "sasae@example.jp").unwrap();
        set(&mut config, "SASAE_MAIL_PASSWORD_FILE", file.to_str().unwrap()).unwrap();
        let settings = config.mail().unwrap().unwrap();
        assert_eq!((settings.port, settings.security), (587, Security::StartTls));
        assert_eq!(settings.password, "geheim");
        set(&mut config, "SASAE_MAIL_SECURITY", "tls").unwrap();
        assert_eq!(config.mail().unwrap().unwrap().port, 465);
        set(&mut config, "SASAE_MAIL_SECURITY", "plain").unwrap();
        assert!(Stop::of(config.mail().unwrap_err()).ja.contains("starttls"));
        assert!(set(&mut config, "SASAE_MAIL_SECURITY", "ssl").is_err());
    }
}
