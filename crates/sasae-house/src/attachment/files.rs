//! The folder in which the content of attachments stands.
//!
//! `FOLDER/401005/ab/ab12…` holds the content whose SHA-256 is `ab12…`, in the folder of the
//! municipality. A file is written under another name in `FOLDER/401005/incoming`, brought to the
//! disk and renamed; then the row is committed. So a row always has its file, and what a crash
//! leaves behind is a file without a row, which `sasae doctor --sweep` removes.
//!
//! **Architecture Invariant:** what is read is held against its name before it leaves. Files are
//! for the program's own account alone (0600, folders 0700). No name that somebody typed becomes
//! a name here.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use sasae_core::id::Id;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// Where files stand until they are whole.
const INCOMING: &str = "incoming";
/// A file without a row that is younger than this may belong to a step that is being taken.
pub const UNDER_WAY: Duration = Duration::from_secs(60 * 60);

/// The folder of attachments.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

/// Why a file cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The row has no file.
    #[error("the file {0} is not in the folder of attachments")]
    Missing(String),
    /// The content is not the one that was added.
    #[error("the file {0} was changed on the disk: its content has another SHA-256")]
    Changed(String),
    /// The disk or the system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Error {
        match error {
            FileError::Io(cause) if is_full(&cause) => Error::Db(sasae_db::Error::Full),
            other => Error::internal(other),
        }
    }
}

/// Whether there is no room left, by disk, quota or limit.
fn is_full(cause: &io::Error) -> bool {
    matches!(cause.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// A file that stands in the folder under the name of its content.
#[derive(Debug, Clone)]
pub struct Stored {
    /// SHA-256 of its content, by its name; empty for one that never became whole.
    pub sha256: String,
    /// Where it is.
    pub path: PathBuf,
}

/// A file that is on the disk, not yet under its name. Dropped, it goes.
#[derive(Debug)]
pub struct Staged {
    folder: Folder,
    tenant: String,
    path: PathBuf,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// Bytes of the content.
    pub bytes: u64,
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After `place` there is nothing any more; what stays otherwise is swept.
        let _gone = fs::remove_file(&self.path);
    }
}

impl Folder {
    /// The folder at a path; it is made with the first file.
    pub fn new(path: impl Into<PathBuf>) -> Folder {
        Folder(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where the content with a SHA-256 stands.
    pub fn path_of(&self, tenant: &str, sha256: &str) -> PathBuf {
        let fan = sha256.get(..2).unwrap_or("00");
        self.0.join(tenant).join(fan).join(sha256)
    }

    /// Brings content to the disk; `id` is a name that nothing else has.
    ///
    /// # Errors
    /// `Full` where no room is left.
    pub async fn stage(&self, tenant: &str, id: Id, content: Bytes) -> Result<Staged> {
        let (folder, tenant) = (self.clone(), tenant.to_owned());
        on_blocking_thread(move || {
            let incoming = folder.0.join(&tenant).join(INCOMING);
            make_folder(&incoming)?;
            let path = incoming.join(id.to_string());
            let sha256 = sha256_of(&content);
            let bytes = content.len() as u64;
            let staged = Staged { folder, tenant, path, sha256, bytes };
            let mut file = private_file().open(&staged.path)?;
            file.write_all(&content)?;
            file.sync_all()?;
            Ok(staged)
        })
        .await
    }

    /// The content with a SHA-256, held against it.
    ///
    /// # Errors
    /// `Internal` where it is missing or was changed: the log says which.
    pub async fn read(&self, tenant: &str, sha256: &str) -> Result<Vec<u8>> {
        let (folder, tenant, sha256) = (self.clone(), tenant.to_owned(), sha256.to_owned());
        on_blocking_thread(move || folder.read_now(&tenant, &sha256)).await
    }

    /// As [`read`](Self::read), for commands.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn read_now(&self, tenant: &str, sha256: &str) -> Result<Vec<u8>, FileError> {
        let content = match fs::read(self.path_of(tenant, sha256)) {
            Ok(content) => content,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Err(FileError::Missing(sha256.to_owned())),
            Err(cause) => return Err(cause.into()),
        };
        if sha256_of(&content) == sha256 { Ok(content) } else { Err(FileError::Changed(sha256.to_owned())) }
    }

    /// Removes the content with a SHA-256; nothing happens where it is gone already.
    ///
    /// # Errors
    /// What the system says.
    pub(super) async fn remove(&self, tenant: &str, sha256: &str) -> Result<()> {
        let path = self.path_of(tenant, sha256);
        on_blocking_thread(move || match fs::remove_file(&path) {
            Ok(()) => Ok(sync_parent(&path)?),
            Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
            Err(cause) => Err(cause.into()),
        })
        .await
    }

    /// Every file of a municipality that stands under its name, and every one that never became
    /// whole.
    ///
    /// # Errors
    /// What the system says; a folder that is not there yet is empty.
    pub fn list(&self, tenant: &str) -> io::Result<Vec<Stored>> {
        let mut found = Vec::new();
        for fan in entries(&self.0.join(tenant))? {
            if !fan.is_dir() {
                found.push(Stored { sha256: String::new(), path: fan });
                continue;
            }
            let whole = fan.file_name().is_some_and(|name| name.len() == 2);
            for path in entries(&fan)? {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let sha256 = if whole && self.path_of(tenant, name) == path { name.to_owned() } else { String::new() };
                found.push(Stored { sha256, path });
            }
        }
        Ok(found)
    }

    /// Removes a file that has no row; gives whether it went. One that may belong to a step that
    /// is being taken stays: it is taken aside first, so that a file that comes under its name at
    /// the same moment is not touched.
    ///
    /// # Errors
    /// What the system says.
    pub fn sweep(&self, stored: &Stored, now: SystemTime) -> io::Result<bool> {
        if is_young(&stored.path, now)? {
            return Ok(false);
        }
        let aside = stored.path.with_extension("swept");
        fs::rename(&stored.path, &aside)?;
        if is_young(&aside, now)? {
            fs::rename(&aside, &stored.path)?;
            return Ok(false);
        }
        fs::remove_file(&aside)?;
        Ok(true)
    }

    /// Copies content into another folder, held against its SHA-256; what is there already under
    /// its name and whole stays. Gives whether something was copied.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn copy_to(&self, other: &Folder, tenant: &str, sha256: &str) -> Result<bool, FileError> {
        if other.read_now(tenant, sha256).is_ok() {
            return Ok(false);
        }
        let content = self.read_now(tenant, sha256)?;
        let incoming = other.0.join(tenant).join(INCOMING);
        make_folder(&incoming)?;
        let path = incoming.join(sha256);
        let mut file = private_file().open(&path)?;
        file.write_all(&content)?;
        file.sync_all()?;
        other.rename(&path, tenant, sha256)?;
        Ok(true)
    }

    fn rename(&self, from: &Path, tenant: &str, sha256: &str) -> io::Result<()> {
        let to = self.path_of(tenant, sha256);
        if let Some(fan) = to.parent() {
            make_folder(fan)?;
        }
        fs::rename(from, &to)?;
        sync_parent(&to)
    }
}

impl Staged {
    /// Puts the file under its name. The row is committed after it.
    ///
    /// # Errors
    /// `Full` where no room is left.
    pub(super) async fn place(self) -> Result<()> {
        on_blocking_thread(move || Ok(self.folder.rename(&self.path, &self.tenant, &self.sha256)?)).await
    }
}

async fn on_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    Ok(done?)
}

fn sha256_of(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?,
        Err(cause) if cause.kind() == ErrorKind::NotFound => Vec::new(),
        Err(cause) => return Err(cause),
    };
    found.sort();
    Ok(found)
}

/// Whether a file was written within the last hour, or is dated in the future, or is gone.
fn is_young(path: &Path, now: SystemTime) -> io::Result<bool> {
    let written = match fs::metadata(path) {
        Ok(metadata) => metadata.modified()?,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(true),
        Err(cause) => return Err(cause),
    };
    Ok(now.duration_since(written).map_or(true, |age| age < UNDER_WAY))
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder and those above it; each new one is brought to the disk.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        make_folder(above)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(cause) => Err(cause),
        Ok(()) => sync_parent(folder),
    }
}

/// A name is on the disk when its folder is.
#[cfg(unix)]
fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Elsewhere folders cannot be opened, and names are brought to the disk by the system.
#[cfg(not(unix))]
fn sync_parent(_: &Path) -> io::Result<()> {
    Ok(())
}
