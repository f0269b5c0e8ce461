//! The configuration: one TOML file, then the environment (`SASAE_*`), then the
//! command line. A key that nobody knows is an error with its line and column,
//! never a setting that silently does nothing.
//!
//! ```toml
//! attachments = "/srv/sasae/attachments"   # default on SQLite: beside the database
//!
//! [database]
//! url = "sqlite:/var/lib/sasae/sasae.sqlite"
//! connections = 16          # PostgreSQL only
//! ca = "/etc/sasae/ca.pem"  # whose certificate the server's must come from
//!
//! [server]
//! listen = "127.0.0.1:8080"
//! tenant = "401005"
//! migrate = false
//! secure_cookies = true
//! trusted_proxies = ["10.0.0.5", "10.1.0.0/16"]
//! proxy_header = "x-forwarded-for"   # or "forwarded"
//! stop_seconds = 10         # for requests under way when the server stops
//! metrics = "127.0.0.1:9100"
//! log = "json"              # or "text"
//! origin = "https://kita.example.jp" # where links in messages lead, without [server.hosts]
//!
//! [server.hosts]            # host name → municipality
//! "kita.example.jp" = "401005"
//!
//! [audit]
//! key = "/etc/sasae/audit-key"       # default on SQLite: beside the database
//!
//! [session]
//! idle_minutes = 30
//! absolute_hours = 12
//!
//! [limits]
//! notices_per_minute = 6
//! connections_per_address = 400      # 0: no limit; trusted proxies have none
//!
//! [mail]                    # without it, no mail is sent
//! host = "mail.example.jp"
//! port = 587                # default by security: 587, 465, 25
//! security = "starttls"     # or "tls"; "plain" for a server on this machine
//! user = "sasae"
//! password_file = "/etc/sasae/mail-password"
//! from = "支え <sasae@example.jp>"
//! ca = "/etc/sasae/ca.pem"  # believed beside the certificates of the machine
//! ```

mod mail;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use sasae_app::app::Settings;
use sasae_app::audit::Key;
use sasae_app::message::{MailSettings, Mailer};
use sasae_app::network::Proxies;
use serde::Deserialize;

pub use mail::Mail;

use crate::DataPlace;
use crate::database::{real_path, sqlite_path};
use crate::log::Form;
use crate::stop::usage;

/// Everything that an installation sets.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The folder of attachments. On SQLite it stands beside the database where nothing is said;
    /// on PostgreSQL no file can be added without it.
    pub attachments: Option<PathBuf>,
    /// Where the data is.
    pub database: Database,
    /// How it is served.
    pub server: Server,
    /// How long people stay signed in.
    pub session: Session,
    /// The audit trail.
    pub audit: Audit,
    /// What one address may do.
    pub limits: Limits,
    /// The mail server; without one no mail is sent.
    pub mail: Option<Mail>,
}

/// `[database]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:/path/file` or `postgres://…`.
    pub url: String,
    /// Connections to PostgreSQL at most.
    pub connections: usize,
    /// PEM file with the root certificates of PostgreSQL's; the address may name another.
    pub ca: Option<PathBuf>,
}

impl Default for Database {
    fn default() -> Database {
        Database { url: String::new(), connections: 16, ca: None }
    }
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port.
    pub listen: String,
    /// The municipality where the address names none.
    pub tenant: String,
    /// Host name → municipality.
    pub hosts: HashMap<String, String>,
    /// Bring the schema up to date at the start.
    pub migrate: bool,
    /// Cookies only over HTTPS.
    pub secure_cookies: bool,
    /// Addresses and networks of the proxies in front.
    pub trusted_proxies: Vec<String>,
    /// In which header they say who called them.
    pub proxy_header: String,
    /// Seconds that requests under way may take when the server stops.
    pub stop_seconds: u64,
    /// Address and port of `/metrics`; none without it.
    pub metrics: Option<String>,
    /// How the log is written.
    pub log: Form,
    /// Where links in messages lead, for municipalities without a host name in `hosts`.
    pub origin: String,
}

impl Default for Server {
    fn default() -> Server {
        Server {
            listen: "127.0.0.1:8080".to_owned(),
            tenant: String::new(),
            hosts: HashMap::new(),
            migrate: false,
            secure_cookies: true,
            trusted_proxies: Vec::new(),
            proxy_header: "x-forwarded-for".to_owned(),
            stop_seconds: 10,
            metrics: None,
            log: Form::Text,
            origin: String::new(),
        }
    }
}

/// `[session]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// Minutes without a request.
    pub idle_minutes: i64,
    /// Hours in any case.
    pub absolute_hours: i64,
}

impl Default for Session {
    fn default() -> Session {
        let usual = Settings::default();
        Session { idle_minutes: usual.idle_minutes, absolute_hours: usual.absolute_hours }
    }
}

/// `[audit]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Audit {
    /// The file of the key; on SQLite it stands beside the database where nothing is said.
    pub key: Option<PathBuf>,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Notices from one network address in a minute.
    pub notices_per_minute: u32,
    /// Connections of one network address at a time; 0 means any number.
    pub connections_per_address: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        let usual = Settings::default();
        Limits { notices_per_minute: usual.notices_per_minute, connections_per_address: usual.connections_per_address }
    }
}

/// Variables of the program that are no settings.
const NO_SETTING: &[&str] = &["SASAE_LOG", "SASAE_TEST_PG", "SASAE_TEST_PG_CA"];

impl Config {
    /// File, environment and command line put together, and checked.
    pub fn load(place: &DataPlace) -> Result<Config> {
        let mut config = match &place.config {
            None => Config::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    usage(
                        format!("設定ファイル {} を読めません：{error}", path.display()),
                        format!("the configuration file {} cannot be read: {error}", path.display()),
                    )
                })?;
                Config::parse(path, &text)?
            }
        };
        config.take_environment(std::env::vars())?;
        if let Some(url) = &place.database {
            config.database.url.clone_from(url);
        }
        if let Some(tenant) = &place.tenant {
            config.server.tenant.clone_from(tenant);
        }
        // What stands beside the database is found whatever path leads to it.
        if let Some(path) = sqlite_path(&config.database.url).filter(|path| path.exists()) {
            config.database.url = format!("sqlite:{}", real_path(&path).display());
        }
        config.check()?;
        Ok(config)
    }

    fn parse(path: &Path, text: &str) -> Result<Config> {
        toml::from_str(text).map_err(|error| {
            let (line, column) = position(text, error.span().map_or(0, |span| span.start));
            let place = format!("{}:{line}:{column}", path.display());
            let cause = error.message();
            usage(
                format!("{place}: 設定の{line}行目{column}文字目に誤りがあります：{cause}"),
                format!("{place}: error: {cause}"),
            )
        })
    }

    fn take_environment(&mut self, variables: impl Iterator<Item = (String, String)>) -> Result<()> {
        for (name, value) in variables.filter(|(name, _)| name.starts_with("SASAE_")) {
            match name.as_str() {
                "SASAE_ATTACHMENTS" => self.attachments = Some(value.into()),
                "SASAE_DATABASE_URL" => self.database.url = value,
                "SASAE_DATABASE_CONNECTIONS" => self.database.connections = number(&name, &value)?,
                "SASAE_DATABASE_CA" => {
                    self.database.ca = Some(value).filter(|path| !path.is_empty()).map(PathBuf::from)
                }
                "SASAE_TRUSTED_PROXIES" => {
                    let each = value.split(',').map(str::trim).filter(|one| !one.is_empty());
                    self.server.trusted_proxies = each.map(str::to_owned).collect();
                }
                "SASAE_PROXY_HEADER" => self.server.proxy_header = value,
                "SASAE_STOP_SECONDS" => self.server.stop_seconds = number(&name, &value)?,
                "SASAE_METRICS" => self.server.metrics = Some(value).filter(|address| !address.is_empty()),
                "SASAE_LOG_FORM" => self.server.log = number(&name, &value)?,
                "SASAE_LISTEN" => self.server.listen = value,
                "SASAE_TENANT" => self.server.tenant = value,
                "SASAE_MIGRATE" => self.server.migrate = number(&name, &value)?,
                "SASAE_SECURE_COOKIES" => self.server.secure_cookies = number(&name, &value)?,
                "SASAE_IDLE_MINUTES" => self.session.idle_minutes = number(&name, &value)?,
                "SASAE_ABSOLUTE_HOURS" => self.session.absolute_hours = number(&name, &value)?,
                "SASAE_ORIGIN" => self.server.origin = value,
                "SASAE_MAIL_HOST" => self.mail_mut().host = value,
                "SASAE_MAIL_PORT" => self.mail_mut().port = Some(number(&name, &value)?),
                "SASAE_MAIL_SECURITY" => self.mail_mut().security = number(&name, &value)?,
                "SASAE_MAIL_USER" => self.mail_mut().user = value,
                "SASAE_MAIL_PASSWORD" => self.mail_mut().password = value,
                "SASAE_MAIL_PASSWORD_FILE" => self.mail_mut().password_file = Some(value.into()),
                "SASAE_MAIL_FROM" => self.mail_mut().from = value,
                "SASAE_MAIL_CA" => self.mail_mut().ca = Some(value.into()),
                "SASAE_AUDIT_KEY" => self.audit.key = Some(value).filter(|path| !path.is_empty()).map(PathBuf::from),
                "SASAE_CONNECTIONS_PER_ADDRESS" => self.limits.connections_per_address = number(&name, &value)?,
                "SASAE_NOTICES_PER_MINUTE" => self.limits.notices_per_minute = number(&name, &value)?,
                known if NO_SETTING.contains(&known) => {}
                _ => {
                    return Err(usage(
                        format!("環境変数 {name} は知られていません。つづりを確かめてください"),
                        format!("the variable {name} is not known; check its spelling"),
                    ));
                }
            }
        }
        Ok(())
    }

    fn mail_mut(&mut self) -> &mut Mail {
        self.mail.get_or_insert_with(Mail::default)
    }

    fn check(&self) -> Result<()> {
        let session = &self.session;
        if session.idle_minutes < 1 || session.absolute_hours < 1 {
            return Err(usage(
                "session の idle_minutes と absolute_hours は1以上にしてください",
                "session.idle_minutes and session.absolute_hours must be at least 1",
            ));
        }
        self.proxies()?;
        self.check_origin()?;
        for code in std::iter::once(&self.server.tenant).chain(self.server.hosts.values()) {
            if !code.is_empty() {
                tenant_code(code)?;
            }
        }
        Ok(())
    }

    /// The database, or what to do without one.
    pub fn database_url(&self) -> Result<&str> {
        match self.database.url.as_str() {
            "" => Err(usage(
                "データベースの場所がありません。--database か設定ファイルの [database] url を指定してください",
                "there is no database; name one by --database or by url in [database]",
            )),
            url => Ok(url),
        }
    }

    /// The proxies in front.
    pub fn proxies(&self) -> Result<Proxies> {
        let header = self.server.proxy_header.parse().map_err(|()| {
            usage(
                "server の proxy_header は x-forwarded-for か forwarded にしてください",
                "server.proxy_header must be x-forwarded-for or forwarded",
            )
        })?;
        Proxies::new(&self.server.trusted_proxies, header).map_err(|text| {
            usage(
                format!(
                    "server の trusted_proxies にある「{text}」は、アドレスでも範囲（10.0.0.0/8 など）でもありません"
                ),
                format!("server.trusted_proxies: {text:?} is neither an address nor a network like 10.0.0.0/8"),
            )
        })
    }

    fn check_origin(&self) -> Result<()> {
        let origin = self.server.origin.trim_end_matches('/');
        let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        if origin.is_empty() || rest.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ', '?', '#'])) {
            return Ok(());
        }
        Err(usage(
            "server の origin は https://kita.example.jp のように、道を付けずに書いてください",
            "server.origin must look like https://kita.example.jp, without a path",
        ))
    }

    /// The mail server as the application needs it, checked; `None` where no mail is sent.
    pub fn mail(&self) -> Result<Option<MailSettings>> {
        let Some(mail) = &self.mail else { return Ok(None) };
        let settings = mail.settings()?;
        Mailer::new(&settings)?;
        Ok(Some(settings))
    }

    /// How long requests under way may take when the server stops.
    pub fn patience_at_the_end(&self) -> Duration {
        Duration::from_secs(self.server.stop_seconds)
    }

    /// The folder of attachments.
    pub fn attachments(&self) -> Option<PathBuf> {
        let beside = || sqlite_path(&self.database.url).map(|file| beside(&file));
        self.attachments.clone().filter(|path| !path.as_os_str().is_empty()).or_else(beside)
    }

    /// Where the key of the audit trail stands, or would stand.
    pub fn audit_key_file(&self) -> Option<PathBuf> {
        let beside = || sqlite_path(&self.database.url).map(|file| key_beside(&file));
        self.audit.key.clone().or_else(beside)
    }

    /// The key of the audit trail; `None` where there is no file.
    pub fn audit_key(&self) -> Result<Option<Key>> {
        let Some(path) = self.audit_key_file() else { return Ok(None) };
        Key::load(&path).map_err(|error| {
            usage(
                format!("記録の鍵 {} を読めません：{error}", path.display()),
                format!("the key of the audit trail {} cannot be read: {error}", path.display()),
            )
        })
    }

    /// What the application needs of it; who serves adds the proxies and the mail server.
    pub fn settings(&self) -> Result<Settings> {
        Ok(Settings {
            tenant: self.server.tenant.clone(),
            hosts: self.server.hosts.clone(),
            secure_cookies: self.server.secure_cookies,
            idle_minutes: self.session.idle_minutes,
            absolute_hours: self.session.absolute_hours,
            notices_per_minute: self.limits.notices_per_minute,
            attachments: self.attachments(),
            origin: self.server.origin.clone(),
            connections_per_address: self.limits.connections_per_address,
            audit_key: self.audit_key()?.map(Arc::new),
            ..Settings::default()
        })
    }
}

/// Where the attachments of a SQLite database or of a copy of one stand: `FILE.attachments`.
pub fn beside(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".attachments");
    PathBuf::from(path)
}

/// Where the key of the audit trail of a SQLite database or of a copy of one stands: `FILE.audit-key`.
pub fn key_beside(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".audit-key");
    PathBuf::from(path)
}

/// A municipality's code as it must be written.
pub fn tenant_code(text: &str) -> Result<sasae_core::municipality::MunicipalityCode> {
    text.parse().map_err(|error: sasae_core::municipality::CodeError| {
        usage(format!("団体コード {text}：{}", error.ja()), format!("municipality code {text}: {error}"))
    })
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T> {
    value.trim().parse().map_err(|_| {
        usage(format!("{name} の値「{value}」が読めません"), format!("{name}: {value:?} is no such value"))
    })
}

/// Line and column of a byte, both from 1, the column in characters.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop::Stop;

    fn stop(result: Result<Config>) -> Stop {
        Stop::of(result.unwrap_err())
    }

    #[test]
    fn the_example_of_the_documentation_is_a_configuration() {
        let text = include_str!("config.rs");
        let example: String = text
            .lines()
            .skip_while(|line| !line.contains("```toml"))
            .skip(1)
            .take_while(|line| !line.contains("```"))
            .map(|line| format!("{}\n", line.trim_start_matches("//!").trim_start()))
            .collect();

        let config = Config::parse(Path::new("sasae.toml"), &example).unwrap();

        assert_eq!(config.server.tenant, "401005");
        assert_eq!(config.server.hosts["kita.example.jp"], "401005");
        assert_eq!(config.server.log, Form::Json);
        assert_eq!(config.attachments(), Some(PathBuf::from("/srv/sasae/attachments")));
        let (database, server) = (config.database.clone(), config.server.clone());
        let (attachments, server_of_mail) = (config.attachments.clone(), config.mail.clone());
        assert_eq!(server_of_mail.as_ref().map(|mail| mail.security), Some(mail::Protection::StartTls));
        let audit = config.audit.clone();
        assert_eq!(audit.key, Some(PathBuf::from("/etc/sasae/audit-key")));
        assert_eq!(Config { database, server, attachments, audit, mail: server_of_mail, ..Config::default() }, config);
    }

    #[test]
    fn an_address_for_links_is_one_without_a_path() {
        let mut config = Config::default();

        for good in ["", "https://kita.example.jp", "http://127.0.0.1:8080/"] {
            config.server.origin = good.to_owned();
            assert!(config.check().is_ok(), "{good}");
        }
        for bad in ["kita.example.jp", "https://", "https://kita.example.jp/sasae"] {
            config.server.origin = bad.to_owned();
            assert!(Stop::of(config.check().unwrap_err()).en.contains("server.origin"), "{bad}");
        }
    }

    #[test]
    fn attachments_stand_beside_a_sqlite_file_and_are_asked_for_on_postgresql() {
        let mut config = Config::default();

        config.database.url = "sqlite:/var/lib/sasae/a.sqlite".to_owned();
        assert_eq!(config.attachments(), Some(PathBuf::from("/var/lib/sasae/a.sqlite.attachments")));
        config.database.url = "postgres:///sasae".to_owned();
        assert_eq!(config.attachments(), None);
        config.take_environment(std::iter::once(("SASAE_ATTACHMENTS".to_owned(), "/srv/a".to_owned()))).unwrap();
        assert_eq!(config.attachments(), Some(PathBuf::from("/srv/a")));
        assert_eq!(config.settings().unwrap().attachments, config.attachments());
    }

    #[test]
    fn the_example_of_the_guide_is_a_configuration() {
        let guide = include_str!("../../../docs/guide.md");
        let (_, rest) = guide.split_once("```toml\n").unwrap();

        let config = Config::parse(Path::new("sasae.toml"), rest.split("```").next().unwrap()).unwrap();

        assert!(config.check().is_ok());
        assert_eq!(config.server.metrics.as_deref(), Some("127.0.0.1:9100"));
        assert_eq!((config.server.log, config.server.trusted_proxies.len()), (Form::Json, 2));
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line_and_column() {
        let stop = stop(Config::parse(Path::new("a.toml"), "[server]\nlisten = \"x\"\nlissten = \"y\"\n"));

        assert_eq!(stop.code, 2);
        assert!(stop.en.starts_with("a.toml:3:1: error: unknown field `lissten`"), "{}", stop.en);
        assert!(stop.ja.contains("3行目1文字目"), "{}", stop.ja);
    }

    #[test]
    fn the_environment_goes_before_the_file_and_a_slip_in_it_is_told() {
        let mut config = Config::default();
        let one = |name: &str, value: &str| std::iter::once((name.to_owned(), value.to_owned()));

        config.take_environment(one("SASAE_LISTEN", "127.0.0.1:9")).unwrap();
        let slip = config.take_environment(one("SASAE_LISSEN", "x")).unwrap_err();
        let value = config.take_environment(one("SASAE_MIGRATE", "ja")).unwrap_err();

        assert_eq!(config.server.listen, "127.0.0.1:9");
        assert!(Stop::of(slip).en.contains("SASAE_LISSEN"));
        assert!(Stop::of(value).en.contains("SASAE_MIGRATE"));
    }

    #[test]
    fn a_proxy_that_is_no_address_and_a_header_that_nobody_writes_are_refused() {
        let mut config = Config::default();
        let one = |name: &str, value: &str| std::iter::once((name.to_owned(), value.to_owned()));

        config.take_environment(one("SASAE_TRUSTED_PROXIES", "10.0.0.5, fd00::/8")).unwrap();
        let good = config.check();
        config.server.trusted_proxies.push("10.0.0.0/99".to_owned());
        let network = Stop::of(config.check().unwrap_err());
        config.server.trusted_proxies.clear();
        config.server.proxy_header = "x-real-ip".to_owned();
        let header = Stop::of(config.check().unwrap_err());

        assert!(good.is_ok());
        assert!(network.en.contains("10.0.0.0/99") && network.ja.contains("10.0.0.0/99"), "{}", network.en);
        assert!(header.en.contains("proxy_header"), "{}", header.en);
    }

    #[test]
    fn a_code_with_a_wrong_check_digit_is_refused() {
        let mut config = Config::default();
        config.server.tenant = "401006".to_owned();

        let stop = Stop::of(config.check().unwrap_err());

        assert!(stop.ja.contains("検査数字"), "{}", stop.ja);
    }
}
