//! The benchmark: a large city on each engine, signed-in requests over
//! loopback, and beside each the bare SQL that it needs.

mod bare;
mod client;
mod fill;
mod pages;
mod report;
mod server;
mod store;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use sasae_app::app::{App, Settings};
use sasae_app::web::inside::Inside;
use sasae_core::clock::Clock;
use sasae_db::{Db, Options};

use sasae_demo::Plan;

pub use report::{EngineReport, Report};

use report::ReportRow;

/// Names the PostgreSQL database where the command line does not.
pub const ON_POSTGRES: &str = "SASAE_BENCH_PG";

/// Requests that are sent of each kind.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Clients at a time.
    pub clients: usize,
    /// Requests of each kind that are counted.
    pub requests: usize,
}

impl Load {
    /// How many requests warm up before those that are counted.
    pub fn warming(self) -> usize {
        self.requests / 10
    }

    /// Milliseconds of processor time for each request between two looks at the clock.
    fn each(self, before: Option<Duration>, after: Option<Duration>) -> Option<f64> {
        let used = after?.checked_sub(before?)?;
        Some(used.as_secs_f64() * 1000.0 / (self.requests + self.warming()) as f64)
    }
}

/// Variants of a request whose statements are seen, at most.
const VARIANTS: usize = 64;

/// Statements of each kind of request that the report names.
const COSTLIEST: usize = 3;

/// The tables whose rows the report counts.
const COUNTED: [(&str, &str); 6] = [
    ("persons", "person"),
    ("households", "household"),
    ("cases", "support_case"),
    ("contacts", "case_contact"),
    ("facts", "fact"),
    ("accounts", "account"),
];

/// Fills the database where it is empty, and measures.
pub async fn measure(
    program: &Path,
    url: &str,
    plan: &Plan<'_>,
    load: Load,
    progress: &ProgressBar,
) -> Result<EngineReport> {
    let filled = fill_empty(url, plan, progress).await?;
    let tenant = plan.tenant()?.to_string();
    let db = Db::open(url, &Options::default()).await?;
    let settings = Settings { tenant: tenant.clone(), secure_cookies: false, ..Settings::default() };
    let app = App::new(db.clone(), sasae_app::rooms::ROOMS, Clock::system(), settings)?;
    let inside = Inside::new(&app);
    let engine = store::version(&db).await?;
    let mut rows = Vec::new();
    let mut read = db.read(&tenant).await?;
    for (name, table) in COUNTED {
        rows.push((name, store::count(&mut read, &tenant, table).await?));
    }
    drop(read);

    let kinds = pages::kinds(&app, &inside, plan.profile).await?;
    let mut server = server::Server::start(program, url, &tenant).await?;
    let mut lines = Vec::new();
    // Each kind bare and as a page before the next: what is saved makes the city grow,
    // and both are to meet the same one.
    for kind in &kinds {
        let asks = &kind.asks[..kind.asks.len().min(VARIANTS)];
        progress.set_message(format!("bare: {}", kind.name));
        let mut list = Vec::new();
        for ask in asks {
            list.push(bare::capture(&app, &inside, ask).await?);
        }
        let first = list.first().context("every kind has a variant")?;
        let costly = bare::profile(&app, first).await?.into_iter().take(COSTLIEST).collect();
        let (statements, bytes) = (first.statements(), list.iter().map(|bare| bare.bytes).max().unwrap_or(0));
        let before = server::processor_time("self");
        let bare = bare::run(&app, list, load).await?;
        let bare_cost = load.each(before, server::processor_time("self"));

        progress.set_message(format!("page: {}", kind.name));
        let before = server.processor_time();
        let page = client::send(server.address, asks, load).await?;
        let cost = load.each(before, server.processor_time()).zip(bare_cost);
        lines.push(ReportRow { name: kind.name, page, bare, cost, statements, bytes, costly });
    }
    let memory = server.memory();
    let start = server.started_in.as_secs_f64() * 1000.0;
    server.stop()?;
    drop((app, inside));
    db.close().await?;
    Ok(EngineReport { engine, rows, filled, start, memory, lines })
}

/// How many seconds it took to fill; `None` where the city is there already.
async fn fill_empty(url: &str, plan: &Plan<'_>, progress: &ProgressBar) -> Result<Option<f64>> {
    // A power failure only means that it is filled again.
    let db = Db::open(url, &Options { durable: false, ..Options::default() }).await?;
    db.migrate(&sasae_app::migrations::MIGRATIONS).await?;
    let tenant = plan.tenant()?.to_string();
    let there = sasae_app::tenancy::load(&db, &sasae_app::rooms::CATALOGUE, &tenant).await?.is_some();
    let filled = if there {
        None
    } else {
        let start = Instant::now();
        fill::fill(&db, plan, progress).await?;
        Some(start.elapsed().as_secs_f64())
    };
    db.close().await?;
    Ok(filled)
}
