//! Reads of many requests share one transaction: each waits for its row to be
//! on disk, none waits for a disk flush of its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sasae_db::Db;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::key::Key;
use super::{Entry, store};
use crate::error::{Error, Result};

/// How many rows one transaction takes at most.
const GROUP: usize = 256;
/// How long a row waits for others at most, where others have been about.
const MOMENT: Duration = Duration::from_millis(3);

struct Waiting {
    tenant: String,
    /// `None` for one who only waits until all before it are written.
    entry: Option<Entry>,
    done: oneshot::Sender<Result<()>>,
}

/// The way for rows of reads into the chain.
#[derive(Debug, Clone)]
pub struct Queue(mpsc::Sender<Waiting>);

impl Queue {
    /// Starts the task that writes. It ends when the last handle is dropped.
    pub fn start(db: Db, key: Option<Arc<Key>>) -> Queue {
        let (sender, receiver) = mpsc::channel(4 * GROUP);
        tokio::spawn(run(db, key, receiver));
        Queue(sender)
    }

    /// Returns when the row is committed.
    pub async fn write(&self, tenant: &str, entry: Entry) -> Result<()> {
        self.send(tenant, Some(entry)).await
    }

    /// Returns when every row that stands in line by now is committed, also those whose readers no
    /// longer wait; for the end of the program.
    pub async fn flush(&self) -> Result<()> {
        self.send("", None).await
    }

    /// How many stand in line.
    pub fn waiting(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }

    async fn send(&self, tenant: &str, entry: Option<Entry>) -> Result<()> {
        let (done, wait) = oneshot::channel();
        let waiting = Waiting { tenant: tenant.to_owned(), entry, done };
        self.0.send(waiting).await.map_err(|_| Error::internal("the audit task has ended"))?;
        wait.await.map_err(Error::internal)?
    }
}

async fn run(db: Db, key: Option<Arc<Key>>, mut receiver: mpsc::Receiver<Waiting>) {
    let mut group = Vec::new();
    let mut before = 1;
    while receiver.recv_many(&mut group, GROUP).await > 0 {
        gather(&mut receiver, &mut group, before).await;
        before = group.len();
        let mut by_tenant: BTreeMap<String, Vec<_>> = BTreeMap::new();
        let mut flushes = Vec::new();
        for Waiting { tenant, entry, done } in group.drain(..) {
            match entry {
                Some(entry) => by_tenant.entry(tenant).or_default().push((entry, done)),
                None => flushes.push(done),
            }
        }
        for (tenant, rows) in by_tenant {
            let (entries, done): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            let outcome = write_group(&db, &tenant, &entries, key.as_deref()).await;
            for waiter in done {
                // A request whose client has gone no longer waits; its row is written all the same.
                let _gone = waiter.send(outcome.as_ref().map_err(twin).copied());
            }
        }
        for waiter in flushes {
            let _gone = waiter.send(Ok(()));
        }
    }
}

/// Waits a moment for as many rows as came together before: where many read at
/// once, one disk flush then serves them all, and readers keep what they have in
/// memory for longer, because each commit makes SQLite's readers forget it. One
/// who reads alone does not wait.
async fn gather(receiver: &mut mpsc::Receiver<Waiting>, group: &mut Vec<Waiting>, before: usize) {
    let until = Instant::now() + MOMENT;
    while group.len() < before {
        let room = GROUP.saturating_sub(group.len());
        match timeout_at(until, receiver.recv_many(group, room)).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
    }
}

/// The failure as each of those is told who waited: a full disk is a full disk for all.
fn twin(error: &Error) -> Error {
    match error {
        Error::Db(db) => Error::Db(db.twin()),
        other => Error::internal(other.to_string()),
    }
}

async fn write_group(db: &Db, tenant: &str, entries: &[Entry], key: Option<&Key>) -> Result<()> {
    let mut tx = db.begin(tenant).await?;
    store::append(&mut tx, tenant, entries, key).await?;
    Ok(tx.commit().await?)
}
