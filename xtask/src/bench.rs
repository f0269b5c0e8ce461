//! `cargo xtask bench`: the release build against both engines.
//!
//! What is measured lives in `crates/sasae-bench`; here is only what it needs around
//! it: the build and a PostgreSQL that writes to the disk as a real one does.

use std::process::Command;

use anyhow::Result;

use crate::cluster::{Cluster, Durability};
use crate::install;
use crate::process;
use crate::workspace::Workspace;

/// Builds the program, starts PostgreSQL, runs `sasae-bench` with `options` and
/// lets it write `docs/benchmarks.md`. The embedded city stays in the target
/// folder for the next run.
///
/// # Errors
/// When the build, the database or the benchmark fails.
pub(crate) fn run(workspace: &Workspace, options: &[String]) -> Result<()> {
    install::ensure(&[install::C_COMPILER, install::POSTGRESQL, install::OPENSSL])?;
    process::run(&mut workspace.cargo([
        "build",
        "--locked",
        "--release",
        "--package",
        "sasae",
        "--package",
        "sasae-bench",
    ]))?;
    let cluster = Cluster::start(Durability::Full)?;
    let database = cluster.create_database("sasae_bench")?;
    let commit = process::read(Command::new("git").current_dir(&workspace.root).args([
        "describe",
        "--always",
        "--dirty",
        "--abbrev=10",
    ]))?;
    process::run(
        Command::new(workspace.target.join("release").join("sasae-bench"))
            .args(["--commit", commit.trim()])
            .arg("--data")
            .arg(workspace.target.join("bench"))
            .arg("--report")
            .arg(workspace.root.join("docs").join("benchmarks.md"))
            .args(options)
            .env("SASAE_BENCH_PG", database),
    )
}
