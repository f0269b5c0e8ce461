//! The bare SQL of a request: the statements that it ran, seen while it ran
//! once, and run again without a server, a session, a policy or a page. The
//! audit row belongs to it, since no answer may leave without one.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use sasae_app::app::App;
use sasae_app::audit::{self, Entry, Trail};
use sasae_app::web::inside::Inside;
use sasae_core::id::Id;
use sasae_db::{Columns, Observed, Record, Row, STATEMENTS, Value, observe};

use super::Load;
use super::client::{Ask, AsyncTurn, Times, drive};
use super::store;

/// What one request asks of the database.
#[derive(Debug, Clone)]
pub struct Bare {
    reads: Vec<Observed>,
    writes: Vec<Observed>,
    /// Who asks and what the audit row names; `None` without an audit row.
    trail: Option<(Option<Id>, Trail)>,
    /// From this millisecond on ids are the request's own, and new at each run.
    since: u64,
    /// Bytes of the answer's body.
    pub bytes: usize,
}

impl Bare {
    /// How many statements there are, without those of the audit row.
    pub fn statements(&self) -> usize {
        self.reads.len() + self.writes.len()
    }
}

/// Answers a request within this process and sees what it asks of the database.
pub async fn capture(app: &App, inside: &Inside, ask: &Ask) -> Result<Bare> {
    let tenant = app.settings().tenant.clone();
    let before = last_trail(app, &tenant).await?.0;
    let since = u64::try_from(app.clock().now().as_millisecond())?;
    let (came, seen) = observe(inside.ask(&ask.path, &ask.token, ask.fresh_body(app.clock()))).await;
    let came = came?;
    if came.status.as_u16() != ask.wanted() {
        bail!("{} was answered with {}: {}", ask.path, came.status, String::from_utf8_lossy(&came.body));
    }
    let (after, actor, detail) = last_trail(app, &tenant).await?;
    let mut trail = Trail::default();
    for (id, verb) in audit::ids_of(&detail) {
        trail.note(verb, "person", id);
    }
    let trail = (after > before).then_some((actor, trail));
    let of_audit = |seen: &Observed| seen.sql.text().contains("INTO audit") || seen.sql.text().contains("audit_head");
    let (writes, reads) = seen.into_iter().filter(|seen| !of_audit(seen)).partition(|seen| seen.in_transaction);
    Ok(Bare { reads, writes, trail, since, bytes: came.body.len() })
}

async fn last_trail(app: &App, tenant: &str) -> Result<(i64, Option<Id>, String)> {
    let mut read = app.db().read(tenant).await?;
    store::find_last_trail(&mut read, tenant).await
}

/// A row that is fetched and not looked at.
struct Passed;

impl Record for Passed {
    const COLUMNS: Columns = Columns::Any;

    fn from_row(_: &Row<'_>) -> sasae_db::Result<Passed> {
        Ok(Passed)
    }
}

struct Runs {
    app: App,
    list: Vec<Bare>,
}

impl Runs {
    async fn run_one(&self, bare: &Bare) -> Result<()> {
        let (db, tenant) = (self.app.db(), self.app.settings().tenant.as_str());
        let mut read = db.read(tenant).await?;
        for seen in &bare.reads {
            read.query::<Passed>(seen.sql, &seen.args).await?;
        }
        drop(read);
        let entry = bare.trail.clone().map(|(actor, trail)| self.entry(actor, trail));
        if bare.writes.is_empty() {
            if let Some(entry) = entry {
                self.app.audit().write(tenant, entry).await?;
            }
            return Ok(());
        }
        let mut fresh = Fresh { app: &self.app, since: bare.since, given: Vec::new() };
        let mut tx = db.begin(tenant).await?;
        for seen in &bare.writes {
            let args: Vec<Value<'_>> = seen.args.iter().map(|value| fresh.of(value)).collect();
            tx.execute(seen.sql, &args).await?;
        }
        if let Some(entry) = entry {
            audit::store::append(&mut tx, tenant, &[entry], None).await?;
        }
        Ok(tx.commit().await?)
    }

    fn entry(&self, actor: Option<Id>, trail: Trail) -> Entry {
        let clock = self.app.clock();
        Entry {
            at: clock.now(),
            actor,
            actor_label: "bench".to_owned(),
            act: "bench".to_owned(),
            request: clock.new_id(),
            trail,
        }
    }
}

impl AsyncTurn<()> for Runs {
    async fn run(&self, (): &mut (), number: usize) -> Result<()> {
        ensure!(!self.list.is_empty(), "there is nothing to run");
        self.run_one(&self.list[number % self.list.len()]).await
    }
}

/// Ids that the request made, each replaced by the same new one throughout a run.
struct Fresh<'a> {
    app: &'a App,
    since: u64,
    given: Vec<(Id, Id)>,
}

impl Fresh<'_> {
    fn of<'v>(&mut self, value: &'v Value<'static>) -> Value<'v> {
        match value {
            Value::Uuid(id) if made_at(*id).is_some_and(|at| at >= self.since) => {
                if let Some((_, new)) = self.given.iter().find(|(old, _)| old == id) {
                    return Value::Uuid(*new);
                }
                let new = self.app.clock().new_id();
                self.given.push((*id, new));
                Value::Uuid(new)
            }
            other => other.clone(),
        }
    }
}

/// The millisecond that an id was made in, where it says so (UUIDv7).
fn made_at(id: Id) -> Option<u64> {
    (id.get_version_num() == 7).then(|| u64::try_from(id.as_u128() >> 80).unwrap_or_default())
}

/// Runs the statements of several requests, as many at a time as there are clients.
pub async fn run(app: &App, list: Vec<Bare>, load: Load) -> Result<Times> {
    let runs = Runs { app: app.clone(), list };
    drive(load, vec![(); load.clients], runs).await
}

/// The statements of a request by themselves, one after the other without company:
/// the middle of five runs in milliseconds, and where each stands.
pub async fn profile(app: &App, bare: &Bare) -> Result<Vec<(f64, String)>> {
    let mut read = app.db().read(&app.settings().tenant).await?;
    let mut found = Vec::new();
    for seen in &bare.reads {
        let mut times = Vec::new();
        let mut rows = 0;
        for _ in 0..5 {
            let start = Instant::now();
            rows = read.query::<Passed>(seen.sql, &seen.args).await?.len();
            times.push(start.elapsed());
        }
        let known = STATEMENTS.iter().find(|statement| statement.text == seen.sql.text());
        let place = known.map_or_else(String::new, |statement| format!("{}:{}", statement.file, statement.line));
        found.push((Times::new(times, Duration::ZERO).percentile(50), format!("{place}, {rows} rows")));
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(found)
}
