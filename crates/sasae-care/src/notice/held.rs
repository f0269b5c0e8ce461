//! Notices that lie with nobody: in their area nobody reads them, or whoever was asked for one has left the post.

use super::{NOTICE, request, store};
use crate::area::AREA;
use crate::error::Error;
use crate::handover;
use crate::lang::Words;
use crate::room::held::sees_to;
use crate::room::{DueKind, HeldBy, HeldKind, PlacedBy};

/// Notices of an area where nobody decides on them.
pub static HELD: HeldKind = HeldKind {
    due: DueKind {
        code: "notice_held",
        words: Words("気づきを読む人を決める", "Say who reads notices"),
        why: Words("この区域で気づきを読む人がいないため", "Nobody reads notices in this area"),
        action: Words("見る", "Look"),
    },
    record: &AREA,
    passes: false,
};

/// A request of a notice that lies with somebody who no longer sees it.
pub static LOST: HeldKind = HeldKind {
    due: DueKind {
        code: "notice_request_held",
        words: Words("気づきのことで頼む相手を決め直す", "Say anew who is asked for a notice"),
        why: Words("頼まれていた人の役職が終わったため", "The post of whoever was asked has ended"),
        action: Words("決める", "Decide"),
    },
    record: &NOTICE,
    passes: true,
};

/// What this room tells of it.
pub const BY: HeldBy = HeldBy {
    kinds: &[&HELD, &LOST],
    list: |ctx, conn, limit| {
        Box::pin(async move {
            if !sees_to(ctx, &super::may::TRIAGE) {
                return Ok(Vec::new());
            }
            let mut all = store::held::list(ctx, conn, limit).await?;
            all.extend(store::held::list_lost(ctx, conn, limit).await?);
            Ok(all)
        })
    },
    count: |ctx, conn| Box::pin(store::held::count(ctx, conn)),
    heirs: |ctx, conn, held| {
        Box::pin(async move {
            match *held.kind == LOST {
                true => request::list_heirs(ctx, conn, (held.record, held.item), held.holder_id).await,
                false => Ok(Vec::new()),
            }
        })
    },
    pass_on: |ctx, work, held, to, reason| {
        Box::pin(async move {
            if *held.kind == LOST {
                return request::pass_on(ctx, work, (held.record, held.item), to, reason).await;
            }
            Err(Error::refused(
                "先に、この区域で気づきを読む役職に、だれかを就けてください。",
                "Give somebody a post that reads notices in this area first.",
            ))
        })
    },
};

/// Which notices name an area.
pub const PLACED: PlacedBy = PlacedBy {
    count: |ctx, conn, area| {
        Box::pin(async move { Ok(vec![(&NOTICE as _, store::held::count_in(ctx, conn, area).await?)]) })
    },
    resettle: |ctx, work, areas| {
        Box::pin(async move {
            for id in store::held::resettle(ctx, work, areas).await? {
                ctx.wrote(&NOTICE, id);
            }
            handover::resettle(ctx, work, areas).await
        })
    },
};
