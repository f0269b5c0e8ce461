//! Notices that lie with nobody: in their area nobody reads them.

use sasae_core::id::Id;

use super::{NOTICE, store};
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

/// What this room tells of it.
pub const BY: HeldBy = HeldBy {
    kinds: &[&HELD],
    list: |ctx, conn, limit| {
        Box::pin(async move {
            match sees_to(ctx, &super::may::TRIAGE) {
                true => store::held::list(ctx, conn, limit).await,
                false => Ok(Vec::new()),
            }
        })
    },
    count: |ctx, conn| Box::pin(store::held::count(ctx, conn)),
    heirs: |_, _, _| Box::pin(async { Ok(Vec::new()) }),
    pass_on: |_, _, _, _: Id, _| {
        Box::pin(async {
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
