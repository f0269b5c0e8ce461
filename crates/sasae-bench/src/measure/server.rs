//! The program itself, started as a person starts it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::client;

/// How long the program may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `sasae serve`; dropping it ends it.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From starting the program to its first answer.
    pub started_in: Duration,
}

impl Server {
    /// Starts the program over a database and waits for its first answer.
    pub async fn start(program: &Path, url: &str, tenant: &str) -> Result<Server> {
        let start = Instant::now();
        let mut child = Command::new(program)
            .args(["--lang", "en", "serve", "--listen", "127.0.0.1:0", "--database", url, "--tenant", tenant])
            .env_remove(super::ON_POSTGRES)
            .env("SASAE_SECURE_COOKIES", "false")
            .env("SASAE_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("the output is piped")?;
        // Ends the child when the address does not come.
        let mut server = Server { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), started_in: Duration::ZERO };
        let mut lines = BufReader::new(output).lines();
        let line = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("http://")));
        let line = line.context("the server ended before it listened")??;
        let address = line.split("http://").nth(1).and_then(|rest| rest.split([' ', ';']).next());
        server.address = address.context("the server says where it listens")?.parse()?;
        client::first_answer(server.address, PATIENCE).await?;
        server.started_in = start.elapsed();
        Ok(server)
    }

    /// Processor time that it has used so far, where the system tells.
    pub fn processor_time(&self) -> Option<Duration> {
        processor_time(&self.child.id().to_string())
    }

    /// Resident memory now and at most, in MB, where the system tells.
    pub fn memory(&self) -> Option<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let of = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
            Some(kib * 1024.0 / 1_000_000.0)
        };
        Some((of("VmRSS:")?, of("VmHWM:")?))
    }

    /// Ends it; everything that it acknowledged is on disk.
    pub fn stop(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

/// Processor time that a process has used, by its id or `self`, where the system tells.
pub fn processor_time(process: &str) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold anything; fields 14 and 15 are in hundredths of a second.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended in the usual course.
        let _ = self.stop();
    }
}
