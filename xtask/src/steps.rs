//! The steps of each command, in order; the first that fails ends the run.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::browser;
use crate::cluster::{Cluster, Durability};
use crate::install;
use crate::process;
use crate::workspace::Workspace;

/// A step: what the summary calls it and what it does.
pub(crate) type Step = (&'static str, fn(&mut Shared<'_>) -> Result<()>);

/// `cargo xtask test`.
pub(crate) const FULL: &[Step] = &[
    ("install what is missing", install_everything),
    ("format", format),
    ("lints", lints),
    ("PostgreSQL starts", start_postgresql),
    ("tests on both engines", tests),
    ("documentation", documentation),
    ("program for the browser", build),
    ("browser on SQLite", browser::flows_on_sqlite),
    ("browser on PostgreSQL", browser::flows_on_postgresql),
];

/// `cargo xtask test --quick`.
pub(crate) const QUICK: &[Step] = &[
    ("install what is missing", install_for_tests),
    ("format", format),
    ("lints", lints),
    ("PostgreSQL starts", start_postgresql),
    ("tests on both engines", tests),
];

/// `cargo xtask check`.
pub(crate) const CHECK: &[Step] = &[("format", format), ("lints", lints), ("tidy", tidy)];

/// `cargo xtask screenshots`.
pub(crate) const SCREENSHOTS: &[Step] = &[
    ("install what is missing", install_everything),
    ("program for the browser", build),
    ("pictures", browser::pictures),
];

/// What the steps of one run share.
pub(crate) struct Shared<'a> {
    pub(crate) workspace: &'a Workspace,
    cluster: Option<Cluster>,
}

impl Shared<'_> {
    /// The cluster that an earlier step started.
    ///
    /// # Errors
    /// When no step did, which is a mistake in the list of steps.
    pub(crate) fn cluster(&self) -> Result<&Cluster> {
        self.cluster.as_ref().context("no step started PostgreSQL")
    }
}

/// Runs `steps` and prints a table of what each one took.
///
/// # Errors
/// The failure of the first step that fails; the later ones are not run.
pub(crate) fn run(workspace: &Workspace, steps: &[Step]) -> Result<()> {
    walk(workspace, steps, false)
}

/// Runs `steps` that do not build on one another, so that one that fails keeps no other from
/// being run.
///
/// # Errors
/// Every failure, one a line.
pub(crate) fn run_each(workspace: &Workspace, steps: &[Step]) -> Result<()> {
    walk(workspace, steps, true)
}

fn walk(workspace: &Workspace, steps: &[Step], each: bool) -> Result<()> {
    let mut shared = Shared { workspace, cluster: None };
    let mut summary = Vec::new();
    let mut failures: Vec<anyhow::Error> = Vec::new();
    for (name, action) in steps {
        if !failures.is_empty() && !each {
            summary.push((*name, Duration::ZERO, "not run"));
            continue;
        }
        println!("\n=== {name} ===");
        let start = Instant::now();
        let result = action(&mut shared);
        let took = start.elapsed();
        let state = if result.is_ok() { "ok" } else { "FAILED" };
        println!("=== {name}: {state} after {} ===", seconds(took));
        summary.push((*name, took, state));
        failures.extend(result.err().map(|error| error.context(format!("the step `{name}` failed"))));
    }
    drop(shared);
    println!("\n{}", table(&summary));
    if failures.len() > 1 {
        let all: Vec<String> = failures.iter().map(|failure| format!("{failure:#}")).collect();
        bail!("{}", all.join("\n"));
    }
    failures.pop().map_or(Ok(()), Err)
}

fn table(summary: &[(&str, Duration, &str)]) -> String {
    let width = summary.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, took, state) in summary {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:width$}  {:>9}  {state}", seconds(*took));
    }
    let total: Duration = summary.iter().map(|(_, took, _)| *took).sum();
    let _ = write!(text, "{:width$}  {:>9}", "all", seconds(total));
    text
}

fn seconds(took: Duration) -> String {
    let whole = took.as_secs();
    if whole < 60 { format!("{:.1} s", took.as_secs_f64()) } else { format!("{} min {:02} s", whole / 60, whole % 60) }
}

fn install_everything(shared: &mut Shared<'_>) -> Result<()> {
    install::ensure(&[
        install::C_COMPILER,
        install::POSTGRESQL,
        install::OPENSSL,
        install::CHROMIUM,
        install::JAPANESE_FONTS,
        install::NODE,
        install::NPM,
    ])?;
    install::browser_driver(shared.workspace)
}

fn install_for_tests(_shared: &mut Shared<'_>) -> Result<()> {
    install::ensure(&[install::C_COMPILER, install::POSTGRESQL, install::OPENSSL])
}

fn format(shared: &mut Shared<'_>) -> Result<()> {
    process::run(&mut shared.workspace.cargo(["fmt", "--all", "--check"]))
}

fn lints(shared: &mut Shared<'_>) -> Result<()> {
    let arguments = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    process::run(&mut shared.workspace.cargo(arguments))
}

fn start_postgresql(shared: &mut Shared<'_>) -> Result<()> {
    let cluster = Cluster::start(Durability::Throwaway)?;
    println!("SASAE_TEST_PG={}", cluster.url("postgres"));
    shared.cluster = Some(cluster);
    Ok(())
}

fn tests(shared: &mut Shared<'_>) -> Result<()> {
    let cluster = shared.cluster()?;
    process::run(
        shared
            .workspace
            .cargo(["test", "--locked", "--workspace", "--no-fail-fast"])
            .env("SASAE_TEST_PG", cluster.url("postgres"))
            .env("SASAE_TEST_PG_CA", cluster.root_certificate()),
    )
}

fn tidy(shared: &mut Shared<'_>) -> Result<()> {
    process::run(&mut shared.workspace.cargo(["test", "--locked", "-p", "xtask", "--test", "tidy"]))
}

fn documentation(shared: &mut Shared<'_>) -> Result<()> {
    process::run(
        shared.workspace.cargo(["doc", "--locked", "--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-D warnings"),
    )
}

/// Links the program. With all targets cargo unites the features as it does
/// for the tests, so that no dependency is compiled a second time.
fn build(shared: &mut Shared<'_>) -> Result<()> {
    process::run(&mut shared.workspace.cargo(["build", "--locked", "--workspace", "--all-targets"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(_shared: &mut Shared<'_>) -> Result<()> {
        Ok(())
    }

    fn fails(_shared: &mut Shared<'_>) -> Result<()> {
        anyhow::bail!("on purpose")
    }

    fn must_not_run(_shared: &mut Shared<'_>) -> Result<()> {
        panic!("a step ran after a failure")
    }

    #[test]
    fn the_first_failure_ends_the_run_and_is_named() {
        let workspace = Workspace::find().unwrap();
        let steps: &[Step] = &[("one", passes), ("two", fails), ("three", must_not_run)];

        let error = run(&workspace, steps).unwrap_err();

        assert_eq!(format!("{error:#}"), "the step `two` failed: on purpose");
    }

    #[test]
    fn a_failure_keeps_no_step_from_running_where_each_stands_alone() {
        let workspace = Workspace::find().unwrap();
        let steps: &[Step] = &[("one", fails), ("two", passes), ("three", fails)];

        let error = run_each(&workspace, steps).unwrap_err();

        let told = format!("{error:#}");
        assert_eq!(told, "the step `one` failed: on purpose\nthe step `three` failed: on purpose");
    }

    #[test]
    fn the_summary_names_every_step_with_its_time_and_state() {
        let rows = [
            ("format", Duration::from_millis(1500), "ok"),
            ("lints", Duration::from_secs(75), "FAILED"),
            ("tests", Duration::ZERO, "not run"),
        ];

        let text = table(&rows);

        assert!(text.contains("format      1.5 s  ok"), "{text}");
        assert!(text.contains("lints   1 min 15 s  FAILED"), "{text}");
        assert!(text.contains("not run"), "{text}");
        assert!(text.contains("all     1 min 16 s"), "{text}");
    }
}
