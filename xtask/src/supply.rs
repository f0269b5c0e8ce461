//! What comes from outside: licences, advisories and dependencies that nobody uses.
//!
//! This stands apart from `test`, because an advisory published overnight must
//! not turn a build red that was green the day before.

use std::env;

use anyhow::Result;

use crate::process;
use crate::steps::{Shared, Step};

/// A checkout of the RustSec advisories, for a machine that cannot fetch them.
const ADVISORIES: &str = "SASAE_ADVISORY_DB";

/// What `cargo audit` says when it could not get the advisories at all.
const NOT_FETCHED: &str = "couldn't fetch advisory database";

/// `cargo xtask supply`; each step stands alone.
pub(crate) const STEPS: &[Step] =
    &[("unused dependencies", machete), ("licences and sources", deny), ("advisories", audit)];

fn deny(shared: &mut Shared<'_>) -> Result<()> {
    install(shared, "deny")?;
    let arguments = ["deny", "--workspace", "check", "licenses", "bans", "sources"];
    process::run(&mut shared.workspace.cargo(arguments))
}

fn machete(shared: &mut Shared<'_>) -> Result<()> {
    install(shared, "machete")?;
    // Where this variable is set it takes itself for a program under development,
    // and the word that cargo passes on for a folder.
    process::run(shared.workspace.cargo(["machete"]).env_remove("CARGO_PKG_NAME"))
}

fn audit(shared: &mut Shared<'_>) -> Result<()> {
    install(shared, "audit")?;
    let mut command = shared.workspace.cargo(["audit"]);
    if let Some(folder) = env::var_os(ADVISORIES) {
        command.arg("--no-fetch").arg("--stale").arg("--db").arg(folder);
    }
    match process::read(&mut command) {
        Ok(said) => {
            println!("{said}");
            Ok(())
        }
        Err(error) => Err(explained(error)),
    }
}

/// A check that could not be made is a failure of its own kind, never a pass.
fn explained(error: anyhow::Error) -> anyhow::Error {
    if error.to_string().contains(NOT_FETCHED) {
        let why = format!(
            "NOT CHECKED: whether a dependency has a known weakness. The advisories cannot be fetched from here; \
             where there is a checkout of the RustSec advisory database, {ADVISORIES} names it"
        );
        return error.context(why);
    }
    error.context("an advisory concerns a dependency, or the check itself failed")
}

/// Installs `cargo-NAME` from its locked sources unless cargo knows it already.
///
/// It builds into a folder of its own: a tool is no part of the workspace.
fn install(shared: &Shared<'_>, name: &str) -> Result<()> {
    if process::read(&mut shared.workspace.cargo([name, "--version"])).is_ok() {
        return Ok(());
    }
    let package = format!("cargo-{name}");
    process::run(shared.workspace.cargo(["install", "--locked", &package]).env_remove("CARGO_TARGET_DIR"))
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn advisories_that_cannot_be_fetched_are_told_from_advisories_that_were_found() {
        let away = explained(anyhow!("cargo audit failed:\nerror: {NOT_FETCHED}: no way there"));
        let found = explained(anyhow!("cargo audit failed:\nCrate: x\nID: RUSTSEC-0000-0000"));

        assert!(away.to_string().starts_with("NOT CHECKED"), "{away:#}");
        assert!(away.to_string().contains(ADVISORIES));
        assert!(!format!("{found:#}").contains("NOT CHECKED"));
        assert!(format!("{found:#}").contains("RUSTSEC-0000-0000"), "the report itself is shown");
    }
}
