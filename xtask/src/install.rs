//! What the tests need beyond a Rust toolchain, and how Debian provides it.

use std::env;
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// A tool with the Debian packages that bring it and the way to see that it is there.
pub(crate) struct Need {
    name: &'static str,
    packages: &'static [&'static str],
    present: fn() -> bool,
}

/// The PostgreSQL server and its client programs, any version from 15.
pub(crate) const POSTGRESQL: Need =
    Need { name: "PostgreSQL server", packages: &["postgresql"], present: || postgresql_programs().is_some() };

/// What makes the certificates of the tests.
pub(crate) const OPENSSL: Need = Need { name: "OpenSSL", packages: &["openssl"], present: || on_path("openssl") };

/// Debian's Chromium, or the one that `CHROMIUM` names.
pub(crate) const CHROMIUM: Need = Need { name: "Chromium", packages: &["chromium"], present: || chromium().is_file() };

/// The two Japanese fonts of `e2e/lib/fonts.mjs`: the browser tests name them to the browser, so
/// that what else a machine has makes no difference.
pub(crate) const JAPANESE_FONTS: Need = Need {
    name: "Japanese fonts",
    packages: &["fontconfig", "fonts-morisawa-bizud-gothic", "fonts-noto-cjk"],
    present: || ["BIZ UDPGothic", "Noto Sans CJK JP"].into_iter().all(has_font),
};

/// Node.js from 18, which runs the browser tests.
pub(crate) const NODE: Need = Need { name: "Node.js 18 or newer", packages: &["nodejs"], present: has_node };

/// npm, which brings the browser driver.
pub(crate) const NPM: Need = Need {
    name: "npm",
    // Debian's Node.js trusts what ca-certificates brings, and only recommends it.
    packages: &["npm", "ca-certificates"],
    present: || on_path("npm"),
};

/// The C compiler that builds the embedded SQLite.
pub(crate) const C_COMPILER: Need = Need {
    name: "C compiler",
    packages: &["gcc", "libc6-dev"],
    present: || env::var_os("CC").is_some() || on_path("cc"),
};

/// Installs what is missing.
///
/// # Errors
/// When something is missing and apt-get cannot bring it; the message says what to install.
pub(crate) fn ensure(needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let by_hand = format!("install by hand: apt-get install {}", packages.join(" "));
    let names: Vec<&str> = missing.iter().map(|need| need.name).collect();
    println!("missing: {}", names.join(", "));

    if !on_path("apt-get") {
        bail!("there is no apt-get on this system; {by_hand} (or what is called so here)");
    }
    apt_get(&["update"]).with_context(|| by_hand.clone())?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(&packages);
    apt_get(&install).with_context(|| by_hand.clone())?;

    for need in missing {
        if !(need.present)() {
            bail!("{} is still missing after the installation; {by_hand}", need.name);
        }
    }
    Ok(())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = if rustix::process::geteuid().is_root() {
        Command::new("env")
    } else if on_path("sudo") {
        let mut sudo = Command::new("sudo");
        if !std::io::stdin().is_terminal() {
            // Nobody is there to type a password: fail at once instead of waiting.
            sudo.arg("-n");
        }
        sudo.arg("env");
        sudo
    } else {
        bail!("only root or sudo can install packages");
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
    process::run_at_terminal(&mut command)
}

/// The folder with `initdb`, `postgres`, `psql`: the newest version that is installed.
pub(crate) fn postgresql_programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
            let programs = path.join("bin");
            programs.join("initdb").is_file().then_some((version, programs))
        })
        .filter(|(version, _)| *version >= 15)
        .max()
        .map(|(_, programs)| programs)
}

/// The browser that the tests drive.
pub(crate) fn chromium() -> PathBuf {
    env::var_os("CHROMIUM").map_or_else(|| "/usr/bin/chromium".into(), PathBuf::from)
}

fn has_font(family: &str) -> bool {
    process::read(Command::new("fc-list").args([family, "file"])).is_ok_and(|files| !files.trim().is_empty())
}

fn has_node() -> bool {
    process::read(Command::new("node").arg("--version"))
        .is_ok_and(|version| node_major(&version).is_some_and(|major| major >= 18))
}

fn node_major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn on_path(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Brings the browser driver and axe-core in the versions of the lock file.
///
/// # Errors
/// When npm fails.
pub(crate) fn browser_driver(workspace: &Workspace) -> Result<()> {
    let folder = workspace.e2e();
    let lock = fs::read(folder.join("package-lock.json")).context("e2e/package-lock.json")?;
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    process::run(npm(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, lock).with_context(|| stamp.display().to_string())
}

fn npm(folder: &Path) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(folder).stdin(Stdio::null());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read_from_what_it_prints() {
        assert_eq!(node_major("v18.20.4\n"), Some(18));
        assert_eq!(node_major("not node"), None);
    }

    #[test]
    fn a_program_on_the_path_is_found_and_another_is_not() {
        assert!(on_path("sh"));
        assert!(!on_path("sasae-no-such-program"));
    }

    #[test]
    fn what_is_there_needs_no_installation() {
        let present = Need { name: "sh", packages: &[], present: || on_path("sh") };

        ensure(&[present]).unwrap();
    }
}
