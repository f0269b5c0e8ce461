//! What comes from outside: licences, advisories and dependencies that nobody uses.
//!
//! This stands apart from `test`, because an advisory published overnight must
//! not turn a build red that was green the day before.

use std::env;

use anyhow::{Context, Result};

use crate::process;
use crate::steps::{Shared, Step};

/// A checkout of the RustSec advisories, for a machine that cannot fetch them.
const ADVISORIES: &str = "SASAE_ADVISORY_DB";

/// `cargo xtask supply`.
pub(crate) const STEPS: &[Step] =
    &[("licences and sources", deny), ("unused dependencies", machete), ("advisories", audit)];

fn deny(shared: &mut Shared<'_>) -> Result<()> {
    install(shared, "deny")?;
    let arguments = ["deny", "--workspace", "check", "licenses", "bans", "sources"];
    process::run(&mut shared.workspace.cargo(arguments))
}

fn machete(shared: &mut Shared<'_>) -> Result<()> {
    install(shared, "machete")?;
    process::run(&mut shared.workspace.cargo(["machete"]))
}

fn audit(shared: &mut Shared<'_>) -> Result<()> {
    install(shared, "audit")?;
    let mut command = shared.workspace.cargo(["audit"]);
    if let Some(folder) = env::var_os(ADVISORIES) {
        command.arg("--no-fetch").arg("--stale").arg("--db").arg(folder);
    }
    process::run(&mut command)
        .with_context(|| format!("where the advisories cannot be fetched, {ADVISORIES} names a checkout of them"))
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
