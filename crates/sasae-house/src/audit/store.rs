//! The tables of the audit trail.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Db, Tx, Value, args, record, sql};

use super::chain::{Break, Link, START, Verdict};
use super::key::{Anchor, Key, Start};
use super::{Entry, Verb, ids_of};
use crate::error::{Error, Result};

/// The tables of this room.
pub const TABLES: &[&str] = &["audit", "audit_head", "audit_look"];

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

/// The end of a chain as it stands, and by which key its last row was written; empty for none.
pub async fn find_head(conn: &mut Conn, tenant: &str) -> Result<(Anchor, String)> {
    let head: Option<(i64, Vec<u8>, String)> =
        conn.query_opt(sql!("SELECT seq, hash, key_id FROM audit_head WHERE tenant = ?1"), args![tenant]).await?;
    let (seq, hash, key) = head.unwrap_or_else(|| (0, START.to_vec(), String::new()));
    Ok((Anchor { tenant: tenant.to_owned(), seq, hash }, key))
}

/// The rows to come are written by another key, because the one before was lost. The key says itself from
/// which row on.
pub async fn change_key(tx: &mut Tx, tenant: &str, key: &Key) -> Result<()> {
    tx.execute(sql!("UPDATE audit_head SET key_id = ?2 WHERE tenant = ?1"), args![tenant, key.id()]).await?;
    Ok(())
}

/// Appends rows at the end of the chain. Locks the municipality's head until
/// the transaction ends, so call it last.
///
/// # Errors
/// Where the chain carries a key and this is not it: a row without it would not follow.
pub async fn append(tx: &mut Tx, tenant: &str, entries: &[Entry], key: Option<&Key>) -> Result<()> {
    let step = entries.len() as i64;
    let (end, mut prev, key_id): (i64, Vec<u8>, String) = tx
        .query_one(
            sql!("UPDATE audit_head SET seq = seq + ?2 WHERE tenant = ?1 RETURNING seq, hash, key_id"),
            args![tenant, step],
        )
        .await?;
    let key = key.filter(|key| key.start(tenant).is_some());
    let used = key.map(Key::id).unwrap_or_default();
    if !key_id.is_empty() && key_id != used {
        return Err(Error::internal("the key of the audit trail is missing, or it is another one"));
    }
    let mut rows = Vec::new();
    let mut looks = Vec::new();
    for (seq, entry) in (end - step + 1..).zip(entries) {
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
        let hash = link.hash(&prev, key);
        rows.push(vec![
            Value::from(tenant.to_owned()),
            seq.into(),
            entry.at.into(),
            entry.actor.into(),
            entry.actor_label.clone().into(),
            entry.act.clone().into(),
            entry.request.into(),
            detail.into(),
            prev.into(),
            hash.clone().into(),
        ]);
        let day = day_of(entry.at.as_microsecond());
        let look = |(id, verb)| (id, day, once(verb, entry.actor, entry.request), &entry.act, verb, seq);
        looks.extend(entry.trail.ids().into_iter().map(look));
        prev = hash;
    }
    let columns = ["tenant", "seq", "at", "actor", "actor_label", "act", "request", "detail", "prev", "hash"];
    tx.bulk("audit", &columns, rows).await?;
    // In the order of the keys neighbours share a page.
    looks.sort_unstable();
    let look = |(id, day, once, act, verb, seq): (Id, i64, Id, &String, Verb, i64)| {
        let (act, verb) = (Value::from(act.clone()), Value::from(verb.code().to_owned()));
        vec![Value::from(tenant.to_owned()), id.into(), day.into(), once.into(), act, verb, seq.into()]
    };
    let looks = looks.into_iter().map(look).collect();
    let columns = ["tenant", "subject_id", "day", "once", "act", "verb", "seq"];
    tx.bulk_missing("audit_look", &columns, looks).await?;
    tx.execute(sql!("UPDATE audit_head SET hash = ?2, key_id = ?3 WHERE tenant = ?1"), args![tenant, &prev, used])
        .await?;
    Ok(())
}

/// Days since 1970-01-01 in Japan, of microseconds since then.
fn day_of(at: i64) -> i64 {
    const HOUR: i64 = 3_600_000_000;
    (at + 9 * HOUR).div_euclid(24 * HOUR)
}

/// By what a row of the index is entered once on a day for a page: what somebody
/// reads, by the reader; what is written, or done by nobody with a staff record, by
/// the request.
fn once(verb: Verb, actor: Option<Id>, request: Id) -> Id {
    match (verb, actor) {
        (Verb::Read, Some(actor)) => actor,
        _ => request,
    }
}

/// Who has looked at a record, newest first, after so many; of the times at which one reader read it on
/// one page on one day, the first.
pub async fn list_looks(conn: &mut Conn, tenant: &str, subject: Id, (offset, limit): (i64, i64)) -> Result<Vec<Look>> {
    Ok(conn
        .query(
            sql!(
                "SELECT a.seq, a.at, a.actor, a.actor_label, s.verb, a.act FROM audit_look s ",
                "JOIN audit a ON a.tenant = s.tenant AND a.seq = s.seq ",
                "WHERE s.tenant = ?1 AND s.subject_id = ?2 ORDER BY s.seq DESC, s.verb LIMIT ?3 OFFSET ?4"
            ),
            args![tenant, subject, limit, offset],
        )
        .await?)
}

/// Who wrote to a record last, and when.
pub async fn find_last_writer(conn: &mut Conn, tenant: &str, subject: Id) -> Result<Option<(String, Timestamp)>> {
    Ok(conn
        .query_opt(
            sql!(
                "SELECT a.actor_label, a.at FROM audit a WHERE a.tenant = ?1 AND a.seq = (SELECT MAX(s.seq) ",
                "FROM audit_look s WHERE s.tenant = ?1 AND s.subject_id = ?2 AND s.verb = 'wrote')"
            ),
            args![tenant, subject],
        )
        .await?)
}

/// Whether a row has the hash that its content gives, by the key where it carries one.
fn follows(link: &Link<'_>, prev: &[u8], key: Option<(&Key, &Start)>, hash: &[u8]) -> bool {
    match key {
        Some((key, start)) if link.seq > start.after.seq => link.hash(prev, Some(key)) == hash,
        Some((_, start)) if start.lost => true,
        _ => link.hash(prev, None) == hash,
    }
}

type StoredLink = (i64, i64, Option<Id>, String, String, Id, String, Vec<u8>, Vec<u8>);

/// Walks a chain that carries no key; see [`verify_by`].
pub async fn verify(db: &Db, tenant: &str) -> Result<Verdict> {
    verify_by(db, tenant, None, None).await
}

/// Walks the whole chain of a municipality and names the first broken link.
/// The index of looks is held, row by row, against what the chain says. With a head that was noted earlier
/// (`since`) it is proven that nothing up to it was cut off, replaced or computed anew; behind it the key
/// proves the same.
pub async fn verify_by(db: &Db, tenant: &str, key: Option<&Key>, since: Option<&Anchor>) -> Result<Verdict> {
    let key = key.filter(|key| key.start(tenant).is_some());
    let begins = key.and_then(|key| key.start(tenant));
    let anchors: Vec<&Anchor> =
        begins.map(|start| &start.after).into_iter().chain(since).filter(|anchor| anchor.seq > 0).collect();
    let mut read = db.snapshot(tenant).await?;
    let mut prev = START.to_vec();
    let mut expected = 1_i64;
    let mut broken = None;
    let (head, key_id) = find_head(&mut read, tenant).await?;
    let unproven = !key_id.is_empty() && key.is_none();
    // What the index must hold, as hashes of its keys, and their sum by row of the
    // chain: the keys themselves would fill the memory of an office PC after some years.
    let hasher = RandomState::new();
    let entry = |id: Id, day: i64, once: Id, act: &str, verb: &str| hasher.hash_one((id, day, once, act, verb));
    let mut known: HashSet<u64> = HashSet::new();
    let mut sums: BTreeMap<i64, u64> = BTreeMap::new();
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
            } else if !unproven && !follows(&link, &prev, key.zip(begins), &hash) {
                broken = Some((seq, Break::Content));
            } else if anchors.iter().any(|anchor| anchor.seq == seq && anchor.hash != hash) {
                broken = Some((seq, Break::Anchor));
            }
            for (id, verb) in ids_of(&detail) {
                let entry = entry(id, day_of(at), once(verb, actor, request), &act, verb.code());
                if known.insert(entry) {
                    let sum = sums.entry(seq).or_default();
                    *sum = sum.wrapping_add(entry);
                }
            }
            prev = hash;
            expected += 1;
            Ok(())
        },
    )
    .await?;
    if let Some((seq, why)) = broken {
        return Ok(Verdict::Broken { seq, why });
    }
    let (rows, hash) = (head.seq, head.hash);
    if rows != expected - 1 || hash != prev {
        return Ok(Verdict::Broken { seq: rows.min(expected - 1) + 1, why: Break::Head });
    }
    if anchors.iter().any(|anchor| anchor.seq > rows) {
        return Ok(Verdict::Broken { seq: rows + 1, why: Break::Anchor });
    }
    drop(known);
    read.for_each(
        sql!("SELECT seq, subject_id, day, once, act, verb FROM audit_look WHERE tenant = ?1"),
        args![tenant],
        |(seq, id, day, once, act, verb): (i64, Id, i64, Id, String, String)| {
            let sum = sums.entry(seq).or_default();
            *sum = sum.wrapping_sub(entry(id, day, once, &act, &verb));
            Ok(())
        },
    )
    .await?;
    if let Some((seq, _)) = sums.into_iter().find(|(_, sum)| *sum != 0) {
        return Ok(Verdict::Broken { seq, why: Break::Index });
    }
    if unproven {
        return Ok(Verdict::Unproven { rows });
    }
    Ok(Verdict::Whole { rows, head: prev })
}
