//! The one writer of the embedded engine, with group commit.
//!
//! A COMMIT waits for the disk, and SQLite has one writer: committing each transaction by itself
//! would bound the whole program by the disk. So transactions share a COMMIT. Each member of a
//! group runs in its own savepoint on the writer, in turn. One that commits while others stand in
//! line releases its savepoint, hands the writer over and waits; the COMMIT that closes the group
//! is then done by the first of:
//!
//! - a member that commits when nobody stands in line,
//! - a member that fills the group ([`GROUP_MEMBERS`]) or finds it too old ([`GROUP_AGE`]),
//! - the group's *closer*: a task that went into the line when the first member handed over. It
//!   runs for itself, so a group is closed even when every caller has gone away.
//!
//! **Invariants.** No commit answers Ok before its COMMIT has succeeded. When COMMIT fails, or
//! SQLite gives the whole transaction up (a full disk), every member of the group is told so. A
//! member that rolls back, fails or is dropped undoes its own savepoint and nothing else. A
//! deferred foreign key would fail at COMMIT and so hurt the other members: migrations refuse it.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};
use tokio::time::{sleep, timeout};

use crate::sqlite::{on_blocking_thread, plain_failure};
use crate::{Error, Result};

const GROUP_MEMBERS: usize = 64;
const GROUP_AGE: Duration = Duration::from_millis(5);
/// Between two tries to get the file's write lock from another process.
const BUSY_PAUSE: Duration = Duration::from_millis(2);

/// The line in front of the writer.
pub(crate) struct Writer {
    state: Arc<Mutex<State>>,
    waiting: AtomicUsize,
    patience: Duration,
}

struct State {
    /// `None` once closed.
    conn: Option<Connection>,
    /// The group whose SQLite transaction is open.
    group: Option<Group>,
    groups: u64,
}

struct Group {
    number: u64,
    opened: Instant,
    members: Vec<oneshot::Sender<Outcome>>,
    has_closer: bool,
}

type Outcome = std::result::Result<(), Failure>;

/// Why a group failed, as each of its members is told.
#[derive(Clone)]
enum Failure {
    Retry,
    Full,
    Closed,
    Other(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Retry => Self::Retry,
            Error::Full => Self::Full,
            Error::Closed => Self::Closed,
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Retry => Self::Retry,
            Failure::Full => Self::Full,
            Failure::Closed => Self::Closed,
            Failure::Other(message) => Self::other(message),
        }
    }
}

impl State {
    fn conn(&self) -> Result<&Connection> {
        self.conn.as_ref().ok_or(Error::Closed)
    }

    fn batch(&self, text: &str) -> Result<()> {
        self.conn()?.execute_batch(text).map_err(plain_failure)
    }

    /// A known short statement, prepared once.
    fn run(&self, text: &str) -> Result<()> {
        let conn = self.conn()?;
        let mut statement = conn.prepare_cached(text).map_err(plain_failure)?;
        statement.raw_execute().map_err(plain_failure)?;
        Ok(())
    }

    /// Ends the group, if one is open, and says what its members are to be told.
    fn commit_group(&mut self) -> Option<(Vec<oneshot::Sender<Outcome>>, Outcome)> {
        let group = self.group.take()?;
        let outcome = self.run("COMMIT").map_err(Failure::from);
        if outcome.is_err() {
            self.leave_transaction();
        }
        Some((group.members, outcome))
    }

    fn fail_group(&mut self, failure: &Failure) {
        if let Some(group) = self.group.take() {
            tell(group.members, &Err(failure.clone()));
        }
        self.leave_transaction();
    }

    /// A connection that cannot leave its transaction is of no use any more: without it every
    /// later call answers `Closed` instead of writing into a broken transaction.
    fn leave_transaction(&mut self) {
        let stuck =
            self.conn.as_ref().is_some_and(|conn| !conn.is_autocommit() && conn.execute_batch("ROLLBACK").is_err());
        if stuck {
            tracing::error!("the writer cannot leave its transaction; the database is closed");
            self.conn = None;
        }
    }
}

fn tell(members: Vec<oneshot::Sender<Outcome>>, outcome: &Outcome) {
    for member in members {
        // A caller that has gone away need not be told.
        let _ = member.send(outcome.clone());
    }
}

/// The COMMIT of a group, which waits for the disk.
fn close_group(mut state: OwnedMutexGuard<State>) {
    let ended = state.commit_group();
    // The next transaction begins while the members are being told.
    drop(state);
    if let Some((members, outcome)) = ended {
        tell(members, &outcome);
    }
}

/// Counts one who stands in line, also when it leaves the line early.
struct InLine<'a>(&'a AtomicUsize);

impl<'a> InLine<'a> {
    fn join(line: &'a AtomicUsize) -> Self {
        line.fetch_add(1, Ordering::AcqRel);
        Self(line)
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Writer {
    pub(crate) fn new(conn: Connection, patience: Duration) -> Arc<Self> {
        Arc::new(Self {
            state: Arc::new(Mutex::new(State { conn: Some(conn), group: None, groups: 0 })),
            waiting: AtomicUsize::new(0),
            patience,
        })
    }

    /// How many stand in line.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    async fn turn(&self) -> Result<OwnedMutexGuard<State>> {
        if let Ok(state) = Arc::clone(&self.state).try_lock_owned() {
            return Ok(state);
        }
        let _in_line = InLine::join(&self.waiting);
        timeout(self.patience, Arc::clone(&self.state).lock_owned()).await.map_err(|_| Error::Retry)
    }

    /// Waits for its turn and opens a savepoint, in the open group or in a new one. Once the
    /// transaction is open there is no await: a caller that goes away cannot leave it half open.
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<Member> {
        let mut state = self.turn().await?;
        if state.group.is_none() {
            let deadline = Instant::now() + self.patience;
            // Another process may hold the file's lock.
            while let Err(error) = state.run("BEGIN IMMEDIATE") {
                if !matches!(error, Error::Retry) || Instant::now() >= deadline {
                    return Err(error);
                }
                sleep(BUSY_PAUSE).await;
            }
            state.groups += 1;
            state.group =
                Some(Group { number: state.groups, opened: Instant::now(), members: Vec::new(), has_closer: false });
        }
        if let Err(error) = state.run("SAVEPOINT member") {
            if let Some(group) = state.group.take_if(|group| group.members.is_empty()) {
                drop(group);
                state.leave_transaction();
            }
            return Err(error);
        }
        Ok(Member { state: Some(state), writer: Arc::clone(self) })
    }

    /// Closes the open group and runs `work` alone on the writer, on a blocking thread.
    pub(crate) async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut state = self.turn().await?;
        let patience = self.patience;
        on_blocking_thread(move || {
            if let Some((members, outcome)) = state.commit_group() {
                tell(members, &outcome);
            }
            let conn = state.conn()?;
            conn.busy_timeout(patience).map_err(plain_failure)?;
            let result = work(conn);
            conn.busy_timeout(Duration::ZERO).map_err(plain_failure)?;
            state.leave_transaction();
            result
        })
        .await
    }

    pub(crate) async fn close(&self) -> Result<()> {
        let mut state = self.turn().await?;
        on_blocking_thread(move || {
            if let Some((members, outcome)) = state.commit_group() {
                tell(members, &outcome);
            }
            let Some(conn) = state.conn.take() else {
                return Ok(());
            };
            // Both only tidy up: a reader elsewhere may stand in their way, and nothing is lost.
            let tidied = conn.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
            if let Err(cause) = tidied {
                tracing::debug!(%cause, "the log stays beside the database");
            }
            conn.close().map_err(|(_, cause)| plain_failure(cause))
        })
        .await
    }
}

/// A transaction on the writer: its turn and its savepoint. Dropped, it rolls back.
pub(crate) struct Member {
    state: Option<OwnedMutexGuard<State>>,
    writer: Arc<Writer>,
}

impl Member {
    pub(crate) fn conn(&self) -> Result<&Connection> {
        self.state.as_ref().ok_or(Error::Closed)?.conn()
    }

    /// To be called after a statement failed: SQLite may have given up the whole transaction
    /// (a full disk, an I/O error), and then the others in the group must know.
    pub(crate) fn after_failure(&mut self, error: &Error) {
        let Some(state) = self.state.as_mut() else {
            return;
        };
        if state.conn().is_ok_and(Connection::is_autocommit) {
            let failure = match error {
                Error::Full => Failure::Full,
                Error::Retry => Failure::Retry,
                other => Failure::Other(format!("a shared transaction was given up: {other}")),
            };
            state.fail_group(&failure);
        }
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        let Some(mut state) = self.state.take() else {
            return Err(Error::Closed);
        };
        if let Err(error) = state.run("RELEASE member") {
            undo(&mut state);
            return Err(error);
        }
        let (tell, told) = oneshot::channel();
        let Some(group) = state.group.as_mut() else {
            return Err(Error::Aborted);
        };
        group.members.push(tell);
        let hand_over = self.writer.waiting.load(Ordering::Acquire) > 0
            && group.members.len() < GROUP_MEMBERS
            && group.opened.elapsed() < GROUP_AGE;
        if hand_over {
            if !group.has_closer {
                group.has_closer = true;
                let number = group.number;
                let mut turn = Box::pin(Arc::clone(&self.writer.state).lock_owned());
                // Polled here, before the writer is free, the closer stands in the line from now
                // on and not from whenever its task first runs. It cannot be ready: we hold it.
                poll_fn(|context| Poll::Ready(turn.as_mut().poll(context).is_pending())).await;
                tokio::spawn(async move { close_if_open(turn.await, number) });
            }
            drop(state);
        } else {
            tokio::task::spawn_blocking(move || close_group(state));
        }
        match told.await {
            Ok(outcome) => outcome.map_err(Error::from),
            // Nobody is left to do the COMMIT: the runtime is shutting down.
            Err(_) => Err(Error::Closed),
        }
    }
}

/// The closer's turn: somebody else may have closed its group before.
fn close_if_open(state: OwnedMutexGuard<State>, number: u64) {
    if state.group.as_ref().is_some_and(|g| g.number == number) {
        tokio::task::spawn_blocking(move || close_group(state));
    }
}

/// Undoes the member's savepoint; the whole transaction if nobody else is in it.
fn undo(state: &mut State) {
    let Some(group) = state.group.as_ref() else {
        return;
    };
    if group.members.is_empty() {
        state.group = None;
        state.leave_transaction();
    } else if let Err(error) = state.batch("ROLLBACK TO member; RELEASE member") {
        state.fail_group(&Failure::from(error));
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // Others in the group have a closer in the line, so their COMMIT comes.
        if let Some(state) = self.state.as_mut() {
            undo(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::Poll;
    use std::time::Duration;

    use rusqlite::Connection;

    use super::{Member, Writer};
    use crate::{Error, Result};

    fn writer() -> Arc<Writer> {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "PRAGMA foreign_keys = ON;
             CREATE TABLE t (
                 n INTEGER PRIMARY KEY,
                 parent INTEGER REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED
             )",
        )
        .unwrap();
        Writer::new(conn, Duration::from_secs(10))
    }

    fn insert(member: &Member, n: i64, parent: Option<i64>) {
        let text = "INSERT INTO t (n, parent) VALUES (?1, ?2)";
        member.conn().unwrap().execute(text, (n, parent)).unwrap();
    }

    async fn numbers(writer: &Arc<Writer>) -> Vec<i64> {
        let member = writer.begin().await.unwrap();
        let conn = member.conn().unwrap();
        let mut statement = conn.prepare("SELECT n FROM t ORDER BY n").unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    async fn is_pending<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> bool {
        poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
    }

    /// A first member that has handed over to a second; the first's commit is still open.
    async fn two_in_a_group(
        writer: &Arc<Writer>,
        first_does: impl FnOnce(&Member),
    ) -> (Pin<Box<dyn Future<Output = Result<()>>>>, Member) {
        let first = writer.begin().await.unwrap();
        first_does(&first);
        let line = Arc::clone(writer);
        let mut second = Box::pin(async move { line.begin().await });
        assert!(is_pending(&mut second).await);
        let mut commit: Pin<Box<dyn Future<Output = Result<()>>>> = Box::pin(first.commit());
        assert!(is_pending(&mut commit).await);
        (commit, second.await.unwrap())
    }

    #[tokio::test]
    async fn those_in_line_share_one_commit() {
        let writer = writer();
        let (mut first, second) = two_in_a_group(&writer, |first| insert(first, 1, None)).await;
        insert(&second, 2, None);
        assert!(is_pending(&mut first).await, "the first waits for the second");

        second.commit().await.unwrap();

        first.await.unwrap();
        assert_eq!(writer.state.lock().await.groups, 1);
        assert_eq!(numbers(&writer).await, [1, 2]);
    }

    #[tokio::test]
    async fn one_that_is_dropped_undoes_itself_alone() {
        let writer = writer();
        let (first, second) = two_in_a_group(&writer, |first| insert(first, 1, None)).await;
        insert(&second, 2, None);

        drop(second);

        first.await.unwrap();
        assert_eq!(numbers(&writer).await, [1]);
    }

    #[tokio::test]
    async fn a_commit_that_fails_fails_for_all() {
        let writer = writer();
        // Only possible here: migrations refuse deferred constraints for this very reason.
        let (first, second) = two_in_a_group(&writer, |first| insert(first, 1, Some(9))).await;
        insert(&second, 2, None);

        let second = second.commit().await;

        assert!(matches!(second, Err(Error::Other(_))), "{second:?}");
        assert!(matches!(first.await, Err(Error::Other(_))));
        assert_eq!(numbers(&writer).await, [0; 0]);
        let third = writer.begin().await.unwrap();
        insert(&third, 3, None);
        third.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_transaction_that_sqlite_gives_up_is_given_up_for_all() {
        let writer = writer();
        let (first, mut second) = two_in_a_group(&writer, |first| insert(first, 1, None)).await;

        let text = "INSERT OR ROLLBACK INTO t (n) VALUES (1)";
        let refused = second.conn().unwrap().execute(text, []);
        assert!(refused.is_err());
        second.after_failure(&Error::Full);
        drop(second);

        assert!(matches!(first.await, Err(Error::Full)));
        assert_eq!(numbers(&writer).await, [0; 0]);
    }
}
