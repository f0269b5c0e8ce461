//! What a piece of work asks of the database, statement by statement: for the benchmark, which
//! runs the same statements bare, and for tests that count them.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use crate::sql::Text;
use crate::{Sql, Value};

tokio::task_local! {
    static SEEN: Arc<Mutex<Vec<Observed>>>;
}

/// A statement that was run, with its arguments.
#[derive(Clone, Debug)]
pub struct Observed {
    /// The statement.
    pub sql: Sql,
    /// Its arguments in order.
    pub args: Vec<Value<'static>>,
    /// Whether it ran inside a transaction.
    pub in_transaction: bool,
}

/// Runs the work and gives what it asked of the database in this very task, in order. What it
/// hands to other tasks is not seen, nor are bulks and texts made at run time.
pub async fn observe<F: Future>(work: F) -> (F::Output, Vec<Observed>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let output = SEEN.scope(Arc::clone(&seen), work).await;
    let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    (output, seen)
}

/// Notes a statement where somebody observes.
pub(crate) fn note(text: Text<'_>, args: &[Value<'_>], in_transaction: bool) {
    let Text::Known(sql) = text else { return };
    // Outside `observe` there is nobody to tell: the usual case.
    let _ = SEEN.try_with(|seen| {
        let args = args.iter().cloned().map(Value::into_owned).collect();
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(Observed { sql, args, in_transaction });
    });
}
