//! The demonstration as a server for the browser tests.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::process;
use crate::workspace::Workspace;

/// How long the development build may take to plant its city.
const PATIENCE: Duration = Duration::from_secs(900);

/// A running `sasae demo`. Dropping it ends the server and removes its data.
pub(crate) struct Demo {
    // The server is ended in `drop`, before the folder goes with this field.
    server: Child,
    /// Where it serves, such as `http://127.0.0.1:41234`.
    pub(crate) address: String,
    /// The file with everything that it printed, the accounts among it.
    pub(crate) log: PathBuf,
    _data: TempDir,
}

impl Demo {
    /// Starts the small city of seed 1 and waits for the line `address: URL`.
    ///
    /// `database` is the address of an empty PostgreSQL database; without it
    /// the demonstration uses its embedded one.
    ///
    /// # Errors
    /// When the program ends or stays silent; the message holds what it printed.
    pub(crate) fn start(workspace: &Workspace, database: Option<&str>) -> Result<Self> {
        let logs = workspace.target.join("xtask");
        fs::create_dir_all(&logs)?;
        let log = logs.join(if database.is_some() { "demo-postgresql.log" } else { "demo-sqlite.log" });
        let data = tempfile::Builder::new().prefix("sasae-demo-").tempdir()?;
        let mut command = process::bound_to_us("TERM");
        command
            .arg("--")
            .arg(workspace.program())
            .args(["demo", "--listen", "127.0.0.1:0", "--seed", "1"])
            .args(["--size", "small", "--data"])
            .arg(data.path());
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        Self::launch(&mut command, log, data)
    }

    fn launch(command: &mut Command, log: PathBuf, data: TempDir) -> Result<Self> {
        let file = File::create(&log)?;
        let mut server = process::spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file.try_clone()?))?;
        match await_address(&mut server, file) {
            Ok(address) => Ok(Self { server, address, log, _data: data }),
            Err(error) => {
                process::end(&mut server, Signal::TERM, Duration::from_secs(5));
                let printed = last_lines(&log, 40);
                Err(error.context(format!("{}\n{printed}", process::show(command))))
            }
        }
    }

    /// The last lines that the server printed, for the report of a failure.
    pub(crate) fn last_lines(&self) -> String {
        last_lines(&self.log, 40)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        process::end(&mut self.server, Signal::TERM, Duration::from_secs(10));
    }
}

fn await_address(server: &mut Child, mut log: File) -> Result<String> {
    let output = server.stdout.take().context("the output is not piped")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Reads to the end, so that the server never blocks on a full pipe.
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _full_disk = writeln!(log, "{line}");
            if let Some(address) = address_in(&line) {
                let _nobody_waits = sender.send(address.to_owned());
            }
        }
    });

    let address = process::wait_until(PATIENCE, || match receiver.recv_timeout(Duration::from_millis(50)) {
        Ok(address) => Ok(Some(address)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => bail!("the program ended without an address"),
    })?;
    address.with_context(|| format!("no address within {} s", PATIENCE.as_secs()))
}

/// The address in the one line of the demonstration that is meant for programs.
fn address_in(line: &str) -> Option<&str> {
    let address = line.trim().strip_prefix("address: ")?.trim();
    address.starts_with("http://127.0.0.1:").then_some(address)
}

fn last_lines(log: &Path, count: usize) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_loopback_address_in_the_agreed_line_is_taken() {
        assert_eq!(address_in("address: http://127.0.0.1:41234"), Some("http://127.0.0.1:41234"));
        assert_eq!(address_in("listening on http://127.0.0.1:41234"), None);
        assert_eq!(address_in("address: http://192.0.2.1:80"), None);
    }

    fn launch(script: &str) -> Result<Demo> {
        let data = tempfile::tempdir().unwrap();
        let log = data.path().join("log");
        Demo::launch(process::bound_to_us("KILL").args(["sh", "-c", script]), log, data)
    }

    #[test]
    fn a_server_is_known_by_its_address_and_gone_with_its_data_afterwards() {
        let demo =
            launch("echo welcome; echo address: http://127.0.0.1:9; echo noise >&2; exec tail -f /dev/null").unwrap();
        let data = demo._data.path().to_owned();

        assert_eq!(demo.address, "http://127.0.0.1:9");
        assert!(demo.last_lines().contains("welcome"));

        drop(demo);

        assert!(!data.exists());
    }

    #[test]
    fn a_program_that_ends_without_an_address_is_reported_with_what_it_printed() {
        let error = launch("echo the port is taken >&2; exit 1").err().unwrap();

        let message = format!("{error:#}");
        assert!(message.contains("the port is taken"), "{message}");
        assert!(message.contains("ended without an address"), "{message}");
    }
}
