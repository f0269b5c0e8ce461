//! The history of a record as JSON.

use axum::extract::Path;
use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::Value;
use super::store::{self, Correction};
use crate::access;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::web::api::Listed;

/// A field that was put right.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeBody {
    /// The field.
    field: String,
    /// What stood before: words, or the id of another record; null for nothing, and for a record
    /// that the reader may not see.
    before: Option<String>,
    /// What stands after.
    after: Option<String>,
}

/// What was put right in a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct CorrectionBody {
    /// The row of the history.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// `corrected`, `struck_out`, `restored`, `moved` or `taken_back`.
    step: String,
    /// The entry of the record, where it is one.
    #[schema(value_type = Option<String>, format = "uuid")]
    entry: Option<Id>,
    /// Why.
    reason: String,
    /// When.
    corrected_at: Timestamp,
    /// By whom.
    corrected_by: String,
    /// The fields.
    changes: Vec<ChangeBody>,
}

async fn value(ctx: &Ctx, conn: &mut Conn, value: &Value) -> Result<Option<String>> {
    Ok(match value {
        Value::Nothing => None,
        Value::Words(ja, en) => Some(ctx.lang().t(ja, en).to_owned()),
        Value::Record(kind, id) => match ctx.app().kind(kind) {
            Some(kind) if access::can_see(ctx, conn, kind, *id).await? => {
                ctx.saw(kind, *id);
                Some(id.to_string())
            }
            _ => None,
        },
    })
}

async fn body(ctx: &Ctx, conn: &mut Conn, one: Correction) -> Result<CorrectionBody> {
    let mut changes = Vec::with_capacity(one.changes.0.len());
    for change in one.changes.0.iter().filter(|change| change.is_seen(ctx)) {
        let before = value(ctx, conn, &change.before).await?;
        let after = value(ctx, conn, &change.after).await?;
        changes.push(ChangeBody { field: change.field.clone(), before, after });
    }
    Ok(CorrectionBody {
        id: one.id,
        step: one.step,
        entry: one.entry.map(|(_, id)| id),
        reason: one.reason,
        corrected_at: one.at,
        corrected_by: one.by,
        changes,
    })
}

/// `GET /api/corrections/{kind}/{record}`
pub async fn list(ctx: Ctx, Path((kind, record)): Path<(String, Id)>) -> Result<Listed<CorrectionBody>> {
    let rule = super::rule_of(&ctx, &kind)?;
    let mut read = ctx.read().await?;
    let sight = access::sight(&ctx, &mut read, rule.kind, record, &[rule.see]).await?;
    let mut all = Vec::new();
    if rule.shows(&sight) {
        ctx.saw(rule.kind, record);
        for one in store::list_of(&ctx, &mut read, record).await? {
            all.push(body(&ctx, &mut read, one).await?);
        }
    }
    Ok(Listed(all))
}
