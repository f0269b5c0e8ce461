//! `/metrics`: what the program counts, on an address of its own, apart from the pages.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::account;
use crate::app::App;
use crate::error::Result;
use crate::message;
use crate::meter::{CONTENT_TYPE, Reading};

/// Serves `/metrics`, and nothing else, until the program ends.
///
/// # Errors
/// What the listener says.
pub async fn serve_metrics(app: &App, listener: TcpListener) -> std::io::Result<()> {
    let router = Router::new().route("/metrics", get(show)).with_state(app.clone());
    axum::serve(listener, router).await
}

async fn show(State(app): State<App>) -> Response {
    match text(&app).await {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the counters could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The counters as they stand now.
///
/// # Errors
/// Never in practice; see [`Meter::text`](crate::meter::Meter::text).
pub async fn text(app: &App) -> Result<String> {
    let load = app.db().load();
    let mut readings = vec![
        (Reading::Connections, load.connections),
        (Reading::ConnectionsInUse, load.in_use),
        (Reading::DatabaseWaiting, load.waiting),
        (Reading::AuditWaiting, app.audit().waiting()),
    ];
    match sessions(app).await {
        Ok(count) => readings.push((Reading::Sessions, count)),
        // Counters are wanted most of all while the database is out of reach.
        Err(error) => tracing::warn!(%error, "the open sessions could not be counted"),
    }
    match mails(app).await {
        Ok((waiting, failed)) => readings.extend([(Reading::MailsWaiting, waiting), (Reading::MailsFailed, failed)]),
        Err(error) => tracing::warn!(%error, "the mails could not be counted"),
    }
    readings.extend(memory().map(|bytes| (Reading::Memory, bytes)));
    readings.extend(open_files().map(|count| (Reading::OpenFiles, count)));
    app.meter().text(&readings, processor_time())
}

/// How many are signed in, over every municipality that the settings name.
async fn sessions(app: &App) -> Result<usize> {
    let mut sum = 0;
    for tenant in app.served() {
        sum += account::session::count_open(app, tenant).await?;
    }
    Ok(sum)
}

/// How many mails wait and how many were not delivered, over every municipality that the settings
/// name.
async fn mails(app: &App) -> Result<(usize, usize)> {
    let (mut waiting, mut failed) = (0, 0);
    for tenant in app.served() {
        let mut read = app.db().read(tenant).await?;
        let (more, worse) = message::count_states(&mut read, tenant).await?;
        waiting += usize::try_from(more).unwrap_or_default();
        failed += usize::try_from(worse).unwrap_or_default();
    }
    Ok((waiting, failed))
}

/// Resident memory in bytes, where the system tells.
fn memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

fn open_files() -> Option<usize> {
    std::fs::read_dir("/proc/self/fd").ok().map(Iterator::count)
}

/// Processor time that this process has used, where the system tells.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may hold anything; fields 14 and 15 are in hundredths of a second.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}
