//! 担当者のいないもの: what lies with somebody who can no longer see to it, because a post has ended, somebody has
//! moved or an area was cut anew; and areas that have ended with what still names them. Whoever sees to it there says
//! who goes on, for many things at once, and sees beforehand what will change.
//!
//! **Architecture Invariant:** nothing here is stored. Each row is derived from the room that holds the record, under
//! the reader's row rules, and passed on by a function of that room.

pub mod pages;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sasae_core::id::Id;
use sasae_db::Conn;
use serde::{Deserialize, Serialize};

use crate::area::{self, EndedArea};
use crate::correction::{Outlook, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::{Lang, Words};
use crate::room::held::{count_placed, way_of};
use crate::room::{Due, DueLimit, Held, NavEntry, NavSection, Room, list_holderless};
use crate::web::{Gate, Routes};
use crate::{access, staff};

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    nav: &[NavEntry {
        section: NavSection::Below,
        label: Words("担当者のいないもの", "With nobody"),
        href: "/holderless",
        shown: |ctx| ctx.may(&access::may::SUPERVISE) || ctx.may(&staff::may::EDIT),
    }],
    due: Some(|ctx, conn, limit| Box::pin(list_due(ctx, conn, limit))),
    ..Room::new("holderless", Words("担当者のいないもの", "With nobody"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const NAME: Words = Words("担当者のいないもの", "What lies with nobody");
    const AREA: Words = Words("なくなった区域のあと", "What goes on where an area has ended");
    routes
        .get("/holderless", Gate::Staff, NAME, pages::show)
        .post("/holderless", Gate::Staff, NAME, pages::pass_on)
        .get("/holderless/area", Gate::Staff, AREA, pages::show_area)
        .post("/holderless/area", Gate::Staff, AREA, pages::succeed)
}

/// Most things shown on one page.
const MOST: i64 = 100;

/// Who goes on with what.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PassOnForm {
    /// For each thing (its kind and its id) who goes on with it; empty where that is not decided yet.
    pub to: BTreeMap<String, Vec<String>>,
    /// Why; it stays.
    pub reason: String,
}

/// Which area goes on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SuccessorForm {
    /// The area that has ended.
    pub area: String,
    /// The area that goes on.
    pub successor: String,
}

/// How a thing is called in the form.
fn key_of(held: &Held) -> String {
    format!("{}-{}", held.kind.due.code, held.item)
}

async fn list_due(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let held = list_holderless(ctx, conn, limit).await?;
    let about = |held: &Held| match (held.holder.is_empty(), ctx.lang()) {
        (true, _) => held.about.clone(),
        (false, Lang::Ja) => format!("{}・いままで {}", held.about, held.holder),
        (false, Lang::En) => format!("{}, so far with {}", held.about, held.holder),
    };
    Ok(held
        .iter()
        .map(|one| Due {
            kind: &one.kind.due,
            about: about(one),
            until: ctx.today(),
            record: one.record,
            href: "/holderless".to_owned(),
            tells_of: one.tells_of.clone(),
            seen_by: None,
        })
        .collect())
}

/// Passes on whatever has somebody to go on with it.
async fn pass_on(ctx: &Ctx, work: &mut Work, form: &PassOnForm) -> Result<Outlook> {
    check_reason(ctx, &ReasonForm { reason: form.reason.clone() })?;
    let chosen: Vec<(&String, &str)> = form
        .to
        .iter()
        .filter_map(|(key, to)| Some((key, to.first()?.trim())))
        .filter(|(_, to)| !to.is_empty())
        .collect();
    if chosen.is_empty() {
        return Err(Error::refused(
            "引き継ぐ人が、まだひとつも選ばれていません。",
            "Nobody was chosen yet to go on with anything.",
        ));
    }
    let all = list_holderless(ctx, work, &DueLimit::new(MOST)).await?;
    let mut outlook = Outlook::default();
    for (key, to) in chosen {
        let field = format!("to.{key}");
        let Some(held) = all.iter().find(|held| key_of(held) == *key) else {
            return Err(Error::field(
                field,
                "もう、ほかの人が引き継いだか、片づいています。この画面を開き直してください。",
                "Somebody has taken it over already, or it is settled. Please open this page again.",
            ));
        };
        let Ok(to) = to.parse::<Id>() else {
            return Err(Error::field(field, "選び直してください。", "Please choose again."));
        };
        let way = way_of(ctx, held.kind).ok_or_else(|| Error::internal("a kind that no room keeps"))?;
        match (way.pass_on)(ctx, work, held, to, &form.reason).await {
            Err(Error::Invalid(fields)) => return Err(Error::Invalid(fields.beside("item", &field))),
            other => other?,
        }
        let name = staff::find_staff_name(ctx, work, to).await?.unwrap_or_default();
        outlook.follow(
            format!("{}：{} → {name}", held.about, held.holder),
            format!("{}: {} → {name}", held.about, held.holder),
        );
    }
    outlook.follow(
        "引き継いだ人に知らせ、その人の「今日」に出ます。だれがいつ引き継いだかは、訂正の記録に残ります。",
        "Whoever goes on is told and finds it in their “Today”. Who took over and when stays in the record of corrections.",
    );
    Ok(outlook)
}

/// An area that has ended, with what still names it.
struct Left {
    area: EndedArea,
    /// How many of each kind, in words.
    records: Vec<String>,
}

/// The areas that have ended, that records still name, and of which the reader may say what goes on.
async fn list_left(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Left>> {
    let mut left = Vec::new();
    for area in area::list_ended(ctx, conn).await? {
        let records = count_placed(ctx, conn, area.id).await?;
        if records.is_empty() || !staff::may_succeed(ctx, conn, area.id).await? {
            continue;
        }
        let lang = ctx.lang();
        let words = |(kind, count): (access::Kind, i64)| match lang {
            Lang::Ja => format!("{} {count}件", kind.word(lang)),
            Lang::En => format!("{}: {count}", kind.word(lang)),
        };
        left.push(Left { area, records: records.into_iter().map(words).collect() });
    }
    Ok(left)
}

/// Says which area goes on where one has ended.
async fn succeed(ctx: &Ctx, work: &mut Work, form: &SuccessorForm) -> Result<Outlook> {
    let old = form.area.trim().parse::<Id>().map_err(|_| Error::NotFound)?;
    let Ok(new) = form.successor.trim().parse::<Id>() else {
        return Err(Error::field("successor", "選んでください。", "Please choose."));
    };
    let records = count_placed(ctx, work, old).await?;
    let from = staff::succeed(ctx, work, old, new).await?;
    let names = (area::find_area(ctx, work, old).await?, area::find_area(ctx, work, new).await?);
    let name = |area: Option<area::Area>| area.map(|area| area.name).unwrap_or_default();
    let (old, new) = (name(names.0), name(names.1));
    let mut outlook = Outlook::default();
    outlook.follow(
        format!("「{old}」のあとは、{}から「{new}」が続きます。", Lang::Ja.date(from)),
        format!("{new} goes on where {old} has ended, from {}.", Lang::En.date(from)),
    );
    for (kind, count) in records {
        outlook.follow(
            format!("{} {count}件が「{new}」に移ります。", kind.word(Lang::Ja)),
            format!("{}: {count} go to {new}.", kind.word(Lang::En)),
        );
    }
    outlook.follow(
        format!("「{old}」の役職は「{new}」で続きます。過去の数字は変わりません。"),
        format!("Posts of {old} go on in {new}. Figures of the past stay."),
    );
    Ok(outlook)
}
