//! The list of consultations under its row rule.

use sasae_db::Conn;

use super::Consultation;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::listing::{self, ListQuery, Window};

/// The functions of those who see the consultations of an area.
const SEEN_BY: [&str; 2] = ["consultation_take", "supervise"];

/// Which consultations a list holds: the tab, then the conditions that may be left open (`?4` to
/// `?8`). The period stands in words by which SQLite does not leave the index of the order for it.
macro_rules! asked_for {
    ($tab:literal) => {
        concat!(
            "k.tenant = ?1 AND ",
            $tab,
            "(?4 = '' OR k.urgency = ?4) AND (?5 = '' OR k.channel = ?5) AND ",
            "(?6 = '' OR k.held_by = ?2) AND NOT k.received_on < ?7 AND NOT k.received_on > ?8 AND ",
            visible_consultation!("k")
        )
    };
}

/// Where the statements begin for one who sees little of the list.
macro_rules! consultations_in_sight {
    () => {
        concat!(
            "FROM ",
            ids_in_sight!(
                "consultation",
                "consultation",
                ["consultation_take", "supervise", "protect"],
                " UNION ALL SELECT ya.id FROM consultation ya WHERE ya.tenant = ?1 AND ya.held_by = ?2"
            ),
            " o CROSS JOIN consultation k WHERE k.id = o.id AND "
        )
    };
}

macro_rules! window_of {
    ($walk:expr, $tab:literal, $by:literal) => {
        list_window!(
            $walk, order: "FROM consultation k WHERE ", sight: consultations_in_sight!(), columns: consultation_columns!(),
            pick: "k.*", which: asked_for!($tab), by: ($by, $by), at: ("?9", "?10"), names: concat!(consultation_names!(), "WHERE k.tenant = ?1")
        )
    };
}

macro_rules! count_of {
    ($walk:expr, $tab:literal) => {
        list_count!(
            $walk, order: "FROM consultation k WHERE ", sight: consultations_in_sight!(), pick: "k.id",
            which: asked_for!($tab), most: "?9"
        )
    };
}

/// What narrows a list of consultations down, as arguments.
macro_rules! narrowed {
    ($ctx:expr, $asked:expr $(, $rest:expr)*) => {
        scoped![
            $ctx,
            $asked.value("urgency"),
            $asked.value("channel"),
            $asked.value("mine"),
            $asked.from("from"),
            $asked.to("to")
            $(, $rest)*
        ]
    };
}

/// How many consultations the reader may see of those that are asked for, at most `most`.
pub(in crate::consultation) async fn count(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery, most: i64) -> Result<i64> {
    let walk = listing::walk(ctx, conn, asked, SEEN_BY).await?;
    let statement = match asked.value("show") {
        "open" => count_of!(walk, "k.outcome = 'open' AND k.struck_at IS NULL AND "),
        "settled" => count_of!(walk, "k.outcome <> 'open' AND k.struck_at IS NULL AND "),
        "struck" => count_of!(walk, "k.struck_at IS NOT NULL AND "),
        _ => count_of!(walk, "k.struck_at IS NULL AND "),
    };
    Ok(conn.scalar(statement, narrowed![ctx, asked, most]).await?)
}

/// The consultations of a window that the reader may see of those that are asked for, in their order.
pub(in crate::consultation) async fn each(
    ctx: &Ctx,
    conn: &mut Conn,
    asked: &ListQuery,
    window: Window,
    take: impl FnMut(Consultation) -> sasae_db::Result<()> + Send,
) -> Result<()> {
    let walk = listing::walk(ctx, conn, asked, SEEN_BY).await?;
    let statement = match (asked.value("show"), asked.order()) {
        ("open", "urgent") => window_of!(
            walk,
            "k.outcome = 'open' AND k.struck_at IS NULL AND ",
            "CASE k.urgency WHEN 'urgent' THEN 0 WHEN 'soon' THEN 1 ELSE 2 END, k.received_on, k.id"
        ),
        ("open", "oldest") => {
            window_of!(walk, "k.outcome = 'open' AND k.struck_at IS NULL AND ", "k.received_on, k.id")
        }
        ("open", _) => {
            window_of!(walk, "k.outcome = 'open' AND k.struck_at IS NULL AND ", "k.received_on DESC, k.id DESC")
        }
        ("settled", "oldest") => {
            window_of!(walk, "k.outcome <> 'open' AND k.struck_at IS NULL AND ", "k.received_on, k.id")
        }
        ("settled", _) => {
            window_of!(walk, "k.outcome <> 'open' AND k.struck_at IS NULL AND ", "k.received_on DESC, k.id DESC")
        }
        ("struck", "oldest") => window_of!(walk, "k.struck_at IS NOT NULL AND ", "k.received_on, k.id"),
        ("struck", _) => window_of!(walk, "k.struck_at IS NOT NULL AND ", "k.received_on DESC, k.id DESC"),
        (_, "oldest") => window_of!(walk, "k.struck_at IS NULL AND ", "k.received_on, k.id"),
        _ => window_of!(walk, "k.struck_at IS NULL AND ", "k.received_on DESC, k.id DESC"),
    };
    listing::each(conn, statement, narrowed![ctx, asked, window.limit, window.offset], window, take).await
}
