//! The tables of the audit trail.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Db, Tx, Value, args, record, sql};

use super::chain::{Break, Link, START, Verdict};
use super::{Entry, Verb};
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["audit", "audit_head", "audit_subject"];

record! {
    /// A row of the chain as "who has looked" shows it.
    #[derive(Debug, Clone)]
    pub struct Look {
        /// Position in the chain.
        pub seq: i64,
        /// When.
        pub at: Timestamp,
        /// Who, by staff record.
        pub actor: Option<Id>,
        /// Who, by name at that time.
        pub actor_label: String,
        /// `read` or `wrote`.
        pub verb: String,
        /// Method and route, or the command.
        pub act: String,
    }
}

/// Makes the head of a municipality's chain, when it is set up.
pub async fn put_head(tx: &mut Tx, tenant: &str) -> Result<()> {
    tx.execute(
        sql!("INSERT INTO audit_head (tenant, seq, hash) VALUES (?1, 0, ?2) ON CONFLICT (tenant) DO NOTHING"),
        args![tenant, START.to_vec()],
    )
    .await?;
    Ok(())
}

/// Appends rows at the end of the chain. Locks the municipality's head until
/// the transaction ends, so call it last.
pub async fn append(tx: &mut Tx, tenant: &str, entries: &[Entry]) -> Result<()> {
    let step = entries.len() as i64;
    let (end, mut prev): (i64, Vec<u8>) = tx
        .query_one(
            sql!("UPDATE audit_head SET seq = seq + ?2 WHERE tenant = ?1 RETURNING seq, hash"),
            args![tenant, step],
        )
        .await?;
    let mut seq = end - step;
    for entry in entries {
        seq += 1;
        let detail = entry.trail.detail();
        let link = Link {
            seq,
            at: entry.at.as_microsecond(),
            actor: entry.actor,
            actor_label: &entry.actor_label,
            act: &entry.act,
            request: entry.request,
            detail: &detail,
        };
        let hash = link.hash(&prev);
        tx.execute(
            sql!(
                "INSERT INTO audit (tenant, seq, at, actor, actor_label, act, request, detail, prev, hash) ",
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
            ),
            args![
                tenant,
                seq,
                entry.at,
                entry.actor,
                &entry.actor_label,
                &entry.act,
                entry.request,
                &detail,
                &prev,
                &hash
            ],
        )
        .await?;
        index(tx, tenant, seq, entry).await?;
        prev = hash;
    }
    tx.execute(sql!("UPDATE audit_head SET hash = ?2 WHERE tenant = ?1"), args![tenant, &prev]).await?;
    Ok(())
}

/// Enters a row of the chain in the index of subjects. An id is entered once
/// for a verb, of whatever kinds it is.
async fn index(tx: &mut Tx, tenant: &str, seq: i64, entry: &Entry) -> Result<()> {
    let subjects: BTreeSet<(Id, Verb)> = entry.trail.iter().map(|(verb, _, id)| (id, verb)).collect();
    // A list or a bulk names hundreds: all of them go in one statement.
    if subjects.len() > 1 {
        let row = |(id, verb): (Id, Verb)| {
            vec![Value::from(tenant.to_owned()), id.into(), seq.into(), Value::from(verb.code().to_owned())]
        };
        let rows = subjects.into_iter().map(row).collect();
        tx.bulk("audit_subject", &["tenant", "subject_id", "seq", "verb"], rows).await?;
        return Ok(());
    }
    for (id, verb) in subjects {
        tx.execute(
            sql!("INSERT INTO audit_subject (tenant, subject_id, seq, verb) VALUES (?1, ?2, ?3, ?4)"),
            args![tenant, id, seq, verb.code()],
        )
        .await?;
    }
    Ok(())
}

/// Who has looked at a record, newest first.
pub async fn list_looks(conn: &mut Conn, tenant: &str, subject: Id, limit: i64) -> Result<Vec<Look>> {
    Ok(conn
        .query(
            sql!(
                "SELECT a.seq, a.at, a.actor, a.actor_label, s.verb, a.act FROM audit_subject s ",
                "JOIN audit a ON a.tenant = s.tenant AND a.seq = s.seq ",
                "WHERE s.tenant = ?1 AND s.subject_id = ?2 ORDER BY s.seq DESC, s.verb LIMIT ?3"
            ),
            args![tenant, subject, limit],
        )
        .await?)
}

type StoredLink = (i64, i64, Option<Id>, String, String, Id, String, Vec<u8>, Vec<u8>);

/// Walks the whole chain of a municipality and names the first broken link.
/// The index of subjects is counted row by row against what the rows say.
pub async fn verify(db: &Db, tenant: &str) -> Result<Verdict> {
    let mut read = db.snapshot(tenant).await?;
    let mut prev = START.to_vec();
    let mut expected = 1_i64;
    let mut broken = None;
    let mut named: Vec<(i64, i64)> = Vec::new();
    read.for_each(
        sql!(
            "SELECT seq, at, actor, actor_label, act, request, detail, prev, hash FROM audit ",
            "WHERE tenant = ?1 ORDER BY seq"
        ),
        args![tenant],
        |row: StoredLink| {
            if broken.is_some() {
                return Ok(());
            }
            let (seq, at, actor, actor_label, act, request, detail, stored_prev, hash) = row;
            let link = Link { seq, at, actor, actor_label: &actor_label, act: &act, request, detail: &detail };
            if seq != expected {
                broken = Some((expected, Break::Missing));
            } else if stored_prev != prev {
                broken = Some((seq, Break::Previous));
            } else if link.hash(&prev) != hash {
                broken = Some((seq, Break::Content));
            }
            let ids = if detail.is_empty() { 0 } else { detail.matches([',', ';']).count() as i64 + 1 };
            named.push((seq, ids));
            prev = hash;
            expected += 1;
            Ok(())
        },
    )
    .await?;
    if let Some((seq, why)) = broken {
        return Ok(Verdict::Broken { seq, why });
    }
    let head: Option<(i64, Vec<u8>)> =
        read.query_opt(sql!("SELECT seq, hash FROM audit_head WHERE tenant = ?1"), args![tenant]).await?;
    let (rows, hash) = head.unwrap_or((0, START.to_vec()));
    if rows != expected - 1 || hash != prev {
        return Ok(Verdict::Broken { seq: rows.min(expected - 1) + 1, why: Break::Head });
    }
    let mut counted = std::collections::HashMap::new();
    read.for_each(
        sql!("SELECT seq, COUNT(*) FROM audit_subject WHERE tenant = ?1 GROUP BY seq"),
        args![tenant],
        |(seq, count): (i64, i64)| {
            counted.insert(seq, count);
            Ok(())
        },
    )
    .await?;
    for (seq, ids) in named {
        if counted.get(&seq).copied().unwrap_or(0) != ids {
            return Ok(Verdict::Broken { seq, why: Break::Index });
        }
    }
    Ok(Verdict::Whole { rows, head: prev })
}
