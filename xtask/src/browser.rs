//! The browser tests: a demonstration, Chromium and the flows of `e2e/`.

use std::process::Command;

use anyhow::{Context, Result};

use crate::demo::Demo;
use crate::install;
use crate::process;
use crate::steps::Shared;
use crate::workspace::Workspace;

/// Runs every flow on the embedded database.
pub(crate) fn flows_on_sqlite(shared: &mut Shared<'_>) -> Result<()> {
    let demo = Demo::start(shared.workspace, None)?;
    run(shared.workspace, &demo, &["--shots", "test-results/sqlite"])
}

/// Runs the flows that are marked as short on PostgreSQL.
pub(crate) fn flows_on_postgresql(shared: &mut Shared<'_>) -> Result<()> {
    let database = shared.cluster()?.create_database("sasae_demo")?;
    let demo = Demo::start(shared.workspace, Some(&database))?;
    run(shared.workspace, &demo, &["--short", "--shots", "test-results/postgresql"])
}

/// Runs every flow for its pictures, into `e2e/shots`.
pub(crate) fn pictures(shared: &mut Shared<'_>) -> Result<()> {
    let demo = Demo::start(shared.workspace, None)?;
    run(shared.workspace, &demo, &["--shots", "shots"])
}

fn run(workspace: &Workspace, demo: &Demo, options: &[&str]) -> Result<()> {
    println!("serving on {}, log in {}", demo.address, demo.log.display());
    process::run(
        Command::new("node")
            .current_dir(workspace.e2e())
            .env("CHROMIUM", install::chromium())
            .env("SASAE_DEMO_LOG", &demo.log)
            .arg("run.mjs")
            .arg(&demo.address)
            .args(options),
    )
    .with_context(|| format!("the server's last lines:\n{}", demo.last_lines()))
}
