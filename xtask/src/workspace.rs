//! Where the checkout is, where it builds, and how cargo is called in it.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The checkout and its target folder.
pub(crate) struct Workspace {
    /// The folder that holds the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds.
    pub(crate) target: PathBuf,
    cargo: OsString,
    ci: bool,
}

impl Workspace {
    /// Finds the checkout that this program was built from.
    ///
    /// # Errors
    /// When the folder is gone, because the checkout was moved since the build.
    pub(crate) fn find() -> Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest
            .join("..")
            .canonicalize()
            .with_context(|| format!("{} was moved: build again", manifest.display()))?;
        let ci = env::var("CI").is_ok_and(|value| value == "true");
        let target = target_folder(&root, env::var_os("CARGO_TARGET_DIR").map(PathBuf::from), ci);
        Ok(Self { root, target, cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), ci })
    }

    /// A cargo command in the checkout that builds into [`Self::target`].
    pub(crate) fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(&self.cargo);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target).args(arguments);
        if self.ci {
            // CI builds each crate once from empty: incremental state costs time and is never read.
            command.env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    /// The development build of the `sasae` program.
    pub(crate) fn program(&self) -> PathBuf {
        self.target.join("debug").join("sasae")
    }

    /// The folder of the browser tests.
    pub(crate) fn e2e(&self) -> PathBuf {
        self.root.join("e2e")
    }
}

/// The target folder: the one asked for; else, in CI, one that stands ready
/// beside the checkout; else the checkout's own.
///
/// A relative folder means one under `root`, as it does for cargo called there.
fn target_folder(root: &Path, asked: Option<PathBuf>, ci: bool) -> PathBuf {
    if let Some(asked) = asked {
        return root.join(asked);
    }
    let beside = root.with_file_name("target");
    if ci && tempfile::tempfile_in(&beside).is_ok() {
        return beside;
    }
    root.join("target")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ci_builds_into_a_target_folder_that_stands_beside_the_checkout() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("checkout");

        let without = target_folder(&root, None, true);
        std::fs::create_dir(parent.path().join("target")).unwrap();
        let with = target_folder(&root, None, true);

        assert_eq!(without, root.join("target"));
        assert_eq!(with, parent.path().join("target"));
    }

    #[test]
    fn a_developer_keeps_the_checkouts_own_target_folder_unless_one_is_asked_for() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("checkout");
        std::fs::create_dir(parent.path().join("target")).unwrap();

        let own = target_folder(&root, None, false);
        let asked = target_folder(&root, Some("/elsewhere".into()), true);

        assert_eq!(own, root.join("target"));
        assert_eq!(asked, Path::new("/elsewhere"));
    }
}
