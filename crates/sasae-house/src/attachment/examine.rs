//! Whether every file is there and whole, and what stands in the folder without a row: for
//! `sasae doctor`, `sasae backup` and `sasae restore`.

use std::collections::BTreeSet;
use std::time::SystemTime;

use sasae_db::Conn;

use super::files::{FileError, Folder, Stored};
use super::store;
use crate::error::{Error, Result};

/// What was found in one municipality.
#[derive(Debug, Default)]
pub struct Finding {
    /// Files that are there and whole.
    pub whole: usize,
    /// SHA-256 of files that a row names and that are not there.
    pub missing: Vec<String>,
    /// SHA-256 of files whose content is another one.
    pub changed: Vec<String>,
    /// Files that stand there although they were erased.
    pub erased: Vec<Stored>,
    /// Files that never had a row, or never became whole.
    pub stray: Vec<Stored>,
}

impl Finding {
    /// Whether every row has its file, and what was erased is gone.
    pub fn is_good(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty() && self.erased.is_empty()
    }
}

/// Reads every file of a municipality and holds it against its row.
///
/// # Errors
/// What the database or the system says.
pub async fn examine(conn: &mut Conn, tenant: &str, folder: &Folder) -> Result<Finding> {
    let mut finding = Finding::default();
    let mut wanted = BTreeSet::new();
    // The folder first: what is added meanwhile has its row in the list that is read later.
    let stored = folder.list(tenant).map_err(Error::internal)?;
    for content in store::list_content(conn, tenant).await? {
        match folder.read_now(tenant, &content.sha256) {
            Ok(_) => finding.whole += 1,
            Err(FileError::Missing(sha256)) => finding.missing.push(sha256),
            Err(FileError::Changed(sha256)) => finding.changed.push(sha256),
            Err(FileError::Io(cause)) => return Err(FileError::Io(cause).into()),
        }
        wanted.insert(content.sha256);
    }
    if !finding.missing.is_empty() {
        // One that was erased while this looked is not missing.
        let now: BTreeSet<String> =
            store::list_content(conn, tenant).await?.into_iter().map(|content| content.sha256).collect();
        finding.missing.retain(|sha256| now.contains(sha256));
    }
    let erased: BTreeSet<String> = store::list_erased_content(conn, tenant).await?.into_iter().collect();
    for one in stored {
        if erased.contains(&one.sha256) {
            finding.erased.push(one);
        } else if !wanted.contains(&one.sha256) {
            finding.stray.push(one);
        }
    }
    Ok(finding)
}

/// Removes what has no row; gives how many files went. Those of the last hour stay, because they
/// may belong to a step that is being taken.
///
/// # Errors
/// What the system says.
pub fn sweep(folder: &Folder, finding: &Finding, now: SystemTime) -> Result<usize> {
    let mut gone = 0;
    for stored in finding.erased.iter().chain(&finding.stray) {
        if folder.sweep(stored, now).map_err(Error::internal)? {
            gone += 1;
        }
    }
    Ok(gone)
}

/// What came of copying the files of one municipality.
#[derive(Debug, Default)]
pub struct Copied {
    /// Files that were copied.
    pub copied: usize,
    /// Files that were there already.
    pub kept: usize,
    /// SHA-256 of files that a row names and that are not in the folder, or not whole.
    pub lost: Vec<String>,
}

/// Copies what the rows of a municipality name from one folder to another, each held against its
/// name.
///
/// # Errors
/// What the database or the system says; `Full` where no room is left.
pub async fn copy(conn: &mut Conn, tenant: &str, from: &Folder, to: &Folder) -> Result<Copied> {
    let mut copied = Copied::default();
    for content in store::list_content(conn, tenant).await? {
        match from.copy_to(to, tenant, &content.sha256) {
            Ok(true) => copied.copied += 1,
            Ok(false) => copied.kept += 1,
            Err(FileError::Missing(sha256) | FileError::Changed(sha256)) => copied.lost.push(sha256),
            Err(FileError::Io(cause)) => return Err(FileError::Io(cause).into()),
        }
    }
    Ok(copied)
}
