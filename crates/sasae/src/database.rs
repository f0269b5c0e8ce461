//! Opening the database of an installation: its lock, its schema, contexts for commands.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use sasae_app::app::{App, Settings, Tenant};
use sasae_app::ctx::{Actor, Ctx, Visit};
use sasae_app::lang::Lang;
use sasae_app::migrations::MIGRATIONS;
use sasae_app::tenancy;
use sasae_core::clock::Clock;
use sasae_db::{Db, Engine, Options};
use tempfile::TempDir;

use crate::DataPlace;
use crate::config::Config;
use crate::stop::{failed, usage};

/// What a command does with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Read only: beside a running server.
    Read,
    /// Write: alone on SQLite.
    Write,
    /// Write, and make the database where there is none.
    Create,
}

/// An open database. On SQLite a writer holds the lock until this is dropped.
pub struct Opened {
    /// The database.
    pub db: Db,
    _lock: Option<Lock>,
}

/// Opens the database.
pub async fn open(config: &Config, purpose: Purpose) -> Result<Opened> {
    let url = config.database_url()?;
    let path = sqlite_path(url);
    if let Some(path) = &path {
        match purpose {
            Purpose::Create => make_folder(path)?,
            Purpose::Read | Purpose::Write if !path.exists() => {
                return Err(usage(
                    format!("データベース {} がありません。先に sasae init で用意してください", path.display()),
                    format!("there is no database {}; make it with sasae init first", path.display()),
                ));
            }
            Purpose::Read | Purpose::Write => {}
        }
    }
    let lock = match (&path, purpose) {
        (Some(path), Purpose::Write | Purpose::Create) => Some(Lock::take(path)?),
        _ => None,
    };
    let options = Options {
        create: purpose == Purpose::Create,
        connections: config.database.connections,
        root_certificates: config.database.ca.clone(),
        ..Options::default()
    };
    let db = Db::open(url, &options).await.map_err(|error| {
        let place = without_password(url);
        failed(
            format!("データベース {place} を開けません：{error}"),
            format!("the database {place} cannot be opened: {error}"),
        )
    })?;
    Ok(Opened { db, _lock: lock })
}

/// The file of a SQLite address.
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
}

/// An address for messages.
pub fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((front, host))) => {
            let user = front.split("://").nth(1).and_then(|pair| pair.split(':').next()).unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        _ => url.to_owned(),
    }
}

/// What this process makes is read by nobody but whoever runs it: folders 0700, files 0600. What the
/// process inherited may be narrower still.
pub fn keep_private() {
    #[cfg(unix)]
    {
        use rustix::fs::Mode;
        let private = Mode::RWXG | Mode::RWXO;
        let inherited = rustix::process::umask(private);
        rustix::process::umask(inherited | private);
    }
}

/// Takes the rights of others away from a file that was copied together with its rights.
pub fn make_private(file: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// Whether others on this machine can read a file, or go into a folder: the rights of everybody on it and
/// on the folder in which it stands.
pub fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let others = |path: &Path| std::fs::metadata(path).map_or(0, |data| data.permissions().mode() & 0o007);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        others(path) & 0o006 != 0 && others(folder) & 0o001 != 0
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

fn make_folder(file: &Path) -> Result<()> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|error| {
        failed(
            format!("フォルダー {} を作れません：{error}", folder.display()),
            format!("the folder {} cannot be made: {error}", folder.display()),
        )
    })
}

/// The lock of a SQLite database: one process writes. It is a file beside the
/// database, and is gone with its process, however that ends.
pub struct Lock(File);

impl Lock {
    /// Takes the lock, or says who holds it.
    pub fn take(database: &Path) -> Result<Lock> {
        let path = lock_path(database);
        let cannot = |error: &dyn std::fmt::Display| {
            failed(
                format!("{} に書けません：{error}", path.display()),
                format!("{} cannot be written: {error}", path.display()),
            )
        };
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| cannot(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = holder_of(&mut file);
                return Err(failed(
                    format!(
                        "このデータベースは、ほかの sasae（{holder}）が使っています。それを止めてから、もう一度実行してください"
                    ),
                    format!("another sasae ({holder}) is using this database; stop it and try again"),
                ));
            }
            Err(TryLockError::Error(error)) => return Err(cannot(&error)),
        }
        let words: Vec<String> = std::env::args().skip(1).take(2).collect();
        let note = format!("process {}: sasae {}", std::process::id(), words.join(" "));
        file.set_len(0).and_then(|()| file.write_all(note.as_bytes())).map_err(|error| cannot(&error))?;
        Ok(Lock(file))
    }

    /// Who holds the lock, if anyone does.
    pub fn holder(database: &Path) -> Option<String> {
        let mut file = OpenOptions::new().read(true).write(true).open(lock_path(database)).ok()?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Some(holder_of(&mut file)),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file stays, so that two processes never lock two files of one name.
        let _unlocked = self.0.set_len(0);
    }
}

fn holder_of(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    match read {
        Ok(_) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => "?".to_owned(),
    }
}

/// The file to which a path leads, through links and from whatever folder. Of a file that is still to be
/// made, the place in its folder.
pub fn real_path(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn lock_path(database: &Path) -> PathBuf {
    let mut path = real_path(database).into_os_string();
    path.push(".lock");
    PathBuf::from(path)
}

/// Refuses a database whose schema is not that of this program.
pub async fn require_schema(db: &Db) -> Result<()> {
    let newest = MIGRATIONS.last().map(|migration| migration.name);
    match db.version().await? {
        None => Err(usage(
            "データベースが空です。先に sasae init で用意してください",
            "the database is empty; set it up with sasae init first",
        )),
        Some(version) if Some(version.as_str()) == newest => Ok(()),
        Some(version) if MIGRATIONS.iter().any(|migration| migration.name == version) => Err(usage(
            format!(
                "データベースの形が古い版（{version}）です。控えをとってから、sasae serve --migrate で新しくしてください"
            ),
            format!("the schema is of an older version ({version}); back it up, then run sasae serve --migrate"),
        )),
        Some(version) => Err(usage(
            format!("データベースはもっと新しい版の sasae で使われました（{version}）。その版を使ってください"),
            format!("the database was used by a newer version of sasae ({version}); use that one"),
        )),
    }
}

/// The municipalities to look at: the one asked for, else every one that the
/// configuration names or the database shows.
pub async fn tenants(db: &Db, config: &Config) -> Result<Vec<String>> {
    if !config.server.tenant.is_empty() {
        return Ok(vec![config.server.tenant.clone()]);
    }
    let mut read = db.read("").await?;
    let mut codes: Vec<String> = tenancy::list_tenants(&mut read).await?.into_iter().map(|(code, _)| code).collect();
    drop(read);
    codes.extend(config.server.hosts.values().cloned());
    codes.sort();
    codes.dedup();
    if codes.is_empty() && db.engine() == Engine::Postgres {
        return Err(usage("どの自治体かを --tenant で指定してください", "name the municipality by --tenant"));
    }
    Ok(codes)
}

/// The one municipality that a command is about.
pub async fn one_tenant(db: &Db, config: &Config) -> Result<String> {
    match tenants(db, config).await?.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(usage(
            "自治体がまだありません。先に sasae init で用意してください",
            "there is no municipality yet; set one up with sasae init first",
        )),
        many => Err(usage(
            format!("どの自治体かを --tenant で指定してください（{}）", many.join("、")),
            format!("name the municipality by --tenant ({})", many.join(", ")),
        )),
    }
}

/// A command's way into the application.
pub struct Session {
    /// The application.
    pub app: App,
    /// The municipality.
    pub tenant: Arc<Tenant>,
    opened: Opened,
    /// The folder of the copy on which something is tried; it goes with this value.
    _copy: Option<TempDir>,
}

impl Session {
    /// Opens database and application for a command about one municipality.
    pub async fn open(place: &DataPlace, purpose: Purpose) -> Result<Session> {
        let config = Config::load(place)?;
        let opened = open(&config, purpose).await?;
        require_schema(&opened.db).await?;
        let code = one_tenant(&opened.db, &config).await?;
        Session::over(opened, &code, config.settings()?).await
    }

    /// Opens what a command only tries and undoes again. A SQLite database that another process holds
    /// is copied first, so that a running server neither waits for the trial nor keeps it out.
    pub async fn open_to_try(place: &DataPlace) -> Result<Session> {
        let mut config = Config::load(place)?;
        let held = sqlite_path(config.database_url()?).filter(|path| Lock::holder(path).is_some());
        let copy = match held {
            Some(path) => Some(copy_beside(&mut config, &path).await?),
            None => None,
        };
        let opened = open(&config, Purpose::Write).await?;
        require_schema(&opened.db).await?;
        let code = one_tenant(&opened.db, &config).await?;
        Ok(Session { _copy: copy, ..Session::over(opened, &code, config.settings()?).await? })
    }

    /// The application over a database already open.
    pub async fn over(opened: Opened, code: &str, settings: Settings) -> Result<Session> {
        let app = App::new(opened.db.clone(), sasae_app::rooms::ROOMS, Clock::system(), settings)?;
        let tenant = app.tenant(code).await.map_err(|error| match error {
            sasae_app::error::Error::NotFound => usage(
                format!("自治体 {code} はまだありません。sasae init --tenant {code} で用意してください"),
                format!("there is no municipality {code} yet; set it up with sasae init --tenant {code}"),
            ),
            other => other.into(),
        })?;
        Ok(Session { app, tenant, opened, _copy: None })
    }

    /// A context of the command; `act` is what the audit trail will say.
    pub fn ctx(&self, name: &'static str, act: &str, lang: Lang) -> Ctx {
        let visit = Visit { lang, act: act.to_owned(), ..Visit::default() };
        Ctx::new(self.app.clone(), self.tenant.clone(), Actor::System(name), visit)
    }

    /// Ends in good order.
    pub async fn close(self) -> Result<()> {
        self.opened.db.close().await?;
        Ok(())
    }
}

/// Copies the database into a new folder beside it, which only its owner can read, and lets the
/// configuration name the copy.
async fn copy_beside(config: &mut Config, database: &Path) -> Result<TempDir> {
    let cannot = |error: &dyn std::fmt::Display| {
        failed(
            format!("試すための写しを作れません：{error}"),
            format!("the copy on which to try cannot be made: {error}"),
        )
    };
    let beside = database.parent().unwrap_or(Path::new("."));
    // The copy goes on with the key of what it is a copy of.
    config.audit.key = config.audit_key_file();
    let folder = tempfile::Builder::new().prefix("trial-").tempdir_in(beside).map_err(|error| cannot(&error))?;
    let copy = folder.path().join("sasae.sqlite");
    let running = open(config, Purpose::Read).await?;
    running.db.backup(&copy).await.map_err(|error| cannot(&error))?;
    running.db.close().await?;
    config.database.url = format!("sqlite:{}", copy.display());
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop::Stop;

    #[test]
    fn a_second_writer_is_told_who_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.sqlite");

        let first = Lock::take(&database).unwrap();
        let second = Lock::take(&database).err().unwrap();
        let holder = Lock::holder(&database);
        drop(first);

        let told = Stop::of(second);
        assert!(told.en.contains(&format!("process {}", std::process::id())), "{}", told.en);
        assert!(holder.is_some());
        assert!(Lock::take(&database).is_ok(), "the lock is free again");
    }

    #[cfg(unix)]
    #[test]
    fn one_database_has_one_lock_whatever_path_leads_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let (database, link) = (folder.path().join("a.sqlite"), folder.path().join("link.sqlite"));
        std::fs::write(&database, "").unwrap();
        std::os::unix::fs::symlink(&database, &link).unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();

        let first = Lock::take(&link).unwrap();

        for way in [database.clone(), link, folder.path().join("in/../a.sqlite")] {
            assert!(Lock::take(&way).is_err(), "{}", way.display());
            assert_eq!(real_path(&way), real_path(&database));
        }
        drop(first);
        assert!(Lock::take(&database).is_ok());
    }

    #[test]
    fn a_password_does_not_reach_a_message() {
        assert_eq!(without_password("postgres://sasae:geheim@db:5432/x"), "postgres://sasae@db:5432/x");
        assert_eq!(without_password("sqlite:/a/b.sqlite"), "sqlite:/a/b.sqlite");
        assert_eq!(sqlite_path("sqlite:///a/b"), Some(PathBuf::from("/a/b")));
    }
}
