//! `cargo xtask`: everything that a developer or CI runs on this project.
//!
//! `test` is the one command that has to pass; the others are parts of it or
//! stand beside it. Nothing here is needed to build or to run Sasae.
#![expect(clippy::print_stdout, reason = "a command-line tool speaks on its standard output")]

mod bench;
mod browser;
mod cluster;
mod demo;
mod install;
mod process;
mod steps;
mod supply;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::cluster::{Cluster, Durability};
use crate::workspace::Workspace;

/// What a developer types after `cargo xtask`.
#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tests, checks, benchmarks and screenshots of Sasae")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs everything: format, lints, all tests on both engines, documentation, browser.
    Test {
        /// Leaves out the documentation and the browser.
        #[arg(long)]
        quick: bool,
    },
    /// Runs the format, the lints and the tidy tests: a minute before a commit.
    Check,
    /// Looks at licences, advisories and unused dependencies.
    Supply,
    /// Walks through the application in a browser and writes pictures to e2e/shots.
    Screenshots,
    /// Runs the benchmark; what follows is handed to `sasae bench`.
    Bench {
        /// Options of `sasae bench`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Starts a throw-away PostgreSQL, prints its address and waits for Ctrl-C.
    Pg,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    process::watch_signals()?;
    let workspace = Workspace::find()?;
    match task {
        Task::Test { quick: false } => steps::run(&workspace, steps::FULL),
        Task::Test { quick: true } => steps::run(&workspace, steps::QUICK),
        Task::Check => steps::run(&workspace, steps::CHECK),
        Task::Supply => steps::run_each(&workspace, supply::STEPS),
        Task::Screenshots => steps::run(&workspace, steps::SCREENSHOTS),
        Task::Bench { options } => bench::run(&workspace, &options),
        Task::Pg => {
            install::ensure(&[install::POSTGRESQL, install::OPENSSL])?;
            let cluster = Cluster::start(Durability::Throwaway)?;
            println!("SASAE_TEST_PG={}", cluster.url("postgres"));
            println!("SASAE_TEST_PG_CA={}", cluster.root_certificate().display());
            println!("Ctrl-C ends it and removes its data.");
            process::wait_for_signal();
            Ok(())
        }
    }
}
