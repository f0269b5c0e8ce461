//! The benchmark: a large city on each engine, signed-in requests over
//! loopback, and beside each the bare SQL that it needs.

mod bare;
mod client;
mod fill;
mod pages;
mod report;
mod server;
mod store;

use std::time::Instant;

use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use sasae_app::app::{App, Settings};
use sasae_app::web::inside::Inside;
use sasae_core::clock::Clock;
use sasae_db::{Db, Options};

use crate::demo::Plan;

pub use report::{EngineReport, Report};

use report::Line;

/// Requests that are sent of each kind.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Clients at a time.
    pub clients: usize,
    /// Requests of each kind that are counted.
    pub requests: usize,
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
    ("facts", "activity"),
    ("accounts", "account"),
];

/// Fills the database where it is empty, and measures.
pub async fn measure(url: &str, plan: &Plan<'_>, load: Load, progress: &ProgressBar) -> Result<EngineReport> {
    let filled = fill_empty(url, plan, progress).await?;
    let tenant = plan.tenant()?.to_string();
    let db = Db::open(url, &Options::default()).await?;
    let settings = Settings { tenant: tenant.clone(), secure_cookies: false, ..Settings::default() };
    let app = App::new(db.clone(), Clock::system(), settings)?;
    let inside = Inside::new(&app);
    let engine = store::version(&db).await?;
    let mut rows = Vec::new();
    let mut read = db.read(&tenant).await?;
    for (name, table) in COUNTED {
        rows.push((name, store::count(&mut read, &tenant, table).await?));
    }
    drop(read);

    let kinds = pages::kinds(&app, &inside, plan.profile).await?;
    let mut bares = Vec::new();
    for kind in &kinds {
        progress.set_message(format!("bare: {}", kind.name));
        let mut list = Vec::new();
        for ask in kind.asks.iter().take(VARIANTS) {
            list.push(bare::capture(&app, &inside, ask).await?);
        }
        let first = list.first().context("every kind has a variant")?;
        let costly = bare::profile(&app, first).await?.into_iter().take(COSTLIEST).collect();
        let (statements, bytes) = (first.statements(), list.iter().map(|bare| bare.bytes).max().unwrap_or(0));
        bares.push((bare::run(&app, list, load.clients, load.requests).await?, statements, bytes, costly));
    }
    drop((app, inside));
    db.close().await?;

    let mut server = server::Server::start(url, &tenant).await?;
    let mut lines = Vec::new();
    for (kind, (bare, statements, bytes, costly)) in kinds.iter().zip(bares) {
        progress.set_message(format!("page: {}", kind.name));
        let asks = &kind.asks[..kind.asks.len().min(VARIANTS)];
        let page = client::load(server.address, asks, load.clients, load.requests).await?;
        lines.push(Line { name: kind.name, page, bare, statements, bytes, costly });
    }
    let memory = server.memory();
    let start = server.started_in.as_secs_f64() * 1000.0;
    server.stop()?;
    Ok(EngineReport { engine, rows, filled, start, memory, lines })
}

/// How many seconds it took to fill; `None` where the city is there already.
async fn fill_empty(url: &str, plan: &Plan<'_>, progress: &ProgressBar) -> Result<Option<f64>> {
    // A power failure only means that it is filled again.
    let db = Db::open(url, &Options { durable: false, ..Options::default() }).await?;
    db.migrate(sasae_app::migrations::MIGRATIONS).await?;
    let tenant = plan.tenant()?.to_string();
    let there = sasae_app::tenancy::load(&db, &tenant).await?.is_some();
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
