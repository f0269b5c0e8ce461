//! `cargo xtask bench`: the release build against both engines.
//!
//! What is measured lives in `sasae bench`; here is only what it needs around
//! it: the build and a PostgreSQL that writes to the disk as a real one does.

use anyhow::Result;

use crate::cluster::{Cluster, Durability};
use crate::install;
use crate::process;
use crate::workspace::Workspace;

/// Builds the program, starts PostgreSQL and hands `options` to `sasae bench`.
///
/// The program finds an empty database in the variable `SASAE_BENCH_PG`.
///
/// # Errors
/// When the build, the database or the benchmark fails.
pub(crate) fn run(workspace: &Workspace, options: &[String]) -> Result<()> {
    install::ensure(&[install::C_COMPILER, install::POSTGRESQL])?;
    process::run(&mut workspace.cargo(["build", "--locked", "--release", "--package", "sasae"]))?;
    let cluster = Cluster::start(Durability::Full)?;
    let database = cluster.create_database("sasae_bench")?;
    process::run(
        workspace
            .cargo(["run", "--locked", "--quiet", "--release", "--package", "sasae", "--", "bench"])
            .args(options)
            .env("SASAE_BENCH_PG", database),
    )
}
