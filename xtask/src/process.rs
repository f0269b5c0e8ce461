//! Starting programs and ending them again, also when someone presses Ctrl-C.
//!
//! Each program that a step starts leads a process group of its own, so that a
//! signal to this process ends exactly what it started and nothing else, and
//! so that a database is stopped by us, in order, and not by the terminal.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How often a running program is looked at.
const GLANCE: Duration = Duration::from_millis(50);

static STOPPED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Takes SIGINT, SIGTERM and SIGHUP, so that what was started can be ended in order.
///
/// # Errors
/// When the system refuses a handler.
pub(crate) fn watch_signals() -> Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&STOPPED))?;
    }
    Ok(())
}

/// Whether someone asked this process to end.
pub(crate) fn stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// Waits until someone asks this process to end.
pub(crate) fn wait_for_signal() {
    while !stopped() {
        thread::sleep(GLANCE);
    }
}

/// Calls `look` until it gives a value; gives up after `limit` with `None`.
///
/// # Errors
/// What `look` returns, or that someone asked this process to end.
pub(crate) fn wait_until<T>(limit: Duration, mut look: impl FnMut() -> Result<Option<T>>) -> Result<Option<T>> {
    let start = Instant::now();
    loop {
        if let Some(value) = look()? {
            return Ok(Some(value));
        }
        if stopped() {
            bail!("stopped by a signal");
        }
        if start.elapsed() > limit {
            return Ok(None);
        }
        thread::sleep(GLANCE);
    }
}

/// Runs a program to its end with its output on ours.
///
/// # Errors
/// When it cannot be started, ends with a failure, or a signal came meanwhile.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    command.stdin(Stdio::null()).process_group(0);
    let mut child = spawn(command)?;
    loop {
        if let Some(status) = child.try_wait()? {
            return verdict(command, status);
        }
        if stopped() {
            end_group(&mut child);
            bail!("stopped by a signal");
        }
        thread::sleep(GLANCE);
    }
}

/// Runs a program that may ask at the terminal, such as sudo for a password.
///
/// # Errors
/// When it cannot be started or ends with a failure.
pub(crate) fn run_at_terminal(command: &mut Command) -> Result<()> {
    let status = spawn(command)?.wait()?;
    verdict(command, status)
}

/// Runs a program quietly and returns what it wrote to its standard output.
///
/// # Errors
/// When it cannot be started or fails; then the message holds all it wrote.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{shown} cannot be started"))?;
    let written = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("{shown} failed ({}):\n{written}{errors}", output.status);
    }
    Ok(written)
}

/// Starts a program and leaves it running.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn spawn(command: &mut Command) -> Result<Child> {
    let shown = show(command);
    command.spawn().with_context(|| format!("{shown} cannot be started"))
}

/// A command that the kernel sends `signal` when this process dies, however it
/// dies: nothing that we started outlives a `kill -9` of us.
pub(crate) fn bound_to_us(signal: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", signal]).process_group(0);
    command
}

/// Asks a program that we started to end, and ends it when it has not within `patience`.
pub(crate) fn end(child: &mut Child, signal: Signal, patience: Duration) {
    if let Some(pid) = running(child) {
        // The program may end in this very moment; then there is nothing left to signal.
        let _gone = kill_process(pid, signal);
        if !ended_within(child, patience) {
            let _gone = child.kill();
        }
        let _status = child.wait();
    }
}

fn end_group(child: &mut Child) {
    if let Some(pid) = running(child) {
        let _gone = kill_process_group(pid, Signal::TERM);
        if !ended_within(child, Duration::from_secs(5)) {
            let _gone = kill_process_group(pid, Signal::KILL);
        }
        let _status = child.wait();
    }
}

/// The id of a child that has not been waited for, so that the id is still its own.
fn running(child: &mut Child) -> Option<Pid> {
    match child.try_wait() {
        Ok(None) => Some(Pid::from_child(child)),
        Ok(Some(_)) | Err(_) => None,
    }
}

fn ended_within(child: &mut Child, patience: Duration) -> bool {
    let start = Instant::now();
    while start.elapsed() < patience {
        if running(child).is_none() {
            return true;
        }
        thread::sleep(GLANCE);
    }
    false
}

fn verdict(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    bail!("{} failed ({status})", show(command))
}

/// The command as one would type it, for messages.
pub(crate) fn show(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_is_named_with_what_it_wrote() {
        let error = read(Command::new("sh").args(["-c", "echo lost; exit 3"])).unwrap_err();

        let message = error.to_string();
        assert!(message.contains("exit 3"), "{message}");
        assert!(message.contains("lost"), "{message}");
    }

    #[test]
    fn a_program_that_ignores_the_signal_is_ended_all_the_same() {
        let mut child = spawn(
            bound_to_us("KILL")
                .args(["sh", "-c", "trap '' TERM; echo ready; while :; do read _ || :; done"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped()),
        )
        .unwrap();
        let mut ready = [0; 5];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut ready).unwrap();

        end(&mut child, Signal::TERM, Duration::from_millis(200));

        assert!(running(&mut child).is_none());
    }
}
