//! The page 担当者のいないもの.

use axum::extract::Query;
use maud::{Markup, html};
use sasae_core::id::Id;
use serde::Deserialize;

use super::{MOST, PassOnForm, SuccessorForm, key_of, list_left, pass_on as pass, succeed as go_on};
use crate::area;
use crate::correction::{ManyStep, REASON, flash};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::{Lang, Words};
use crate::room::held::{Heir, proposed, way_of};
use crate::room::{DueLimit, Held, list_holderless};
use crate::staff;
use crate::web::ui::form::{Choice, hidden, long_field, select_field};
use crate::web::ui::parts::{Tone, callout, empty, link_button, table};
use crate::web::{Faults, Form, Page, Reply};

const TITLE: Words = Words("担当者のいないもの", "What lies with nobody");
const AREA: Words = Words("なくなった区域のあとを継ぐ区域", "What goes on where an area has ended");
const HERE: &str = "/holderless";
const AREA_HERE: &str = "/holderless/area";

/// What was done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DoneQuery {
    done: String,
}

fn step(ctx: &Ctx) -> ManyStep<'_> {
    ManyStep { ctx, title: TITLE, verb: Words("引き継ぐ", "Pass on"), action: HERE, page: HERE, done: "passed_on" }
}

/// A thing with those who can go on with it.
struct Row {
    held: Held,
    heirs: Vec<Heir>,
}

async fn list(ctx: &Ctx) -> Result<(Vec<Row>, bool)> {
    let mut read = ctx.read().await?;
    let limit = DueLimit::new(MOST);
    let mut rows = Vec::new();
    for held in list_holderless(ctx, &mut read, &limit).await? {
        for (kind, id) in &held.tells_of {
            ctx.saw(kind, *id);
        }
        let heirs = match way_of(ctx, held.kind).filter(|_| held.kind.passes) {
            Some(way) => (way.heirs)(ctx, &mut read, &held).await?,
            None => Vec::new(),
        };
        rows.push(Row { held, heirs });
    }
    Ok((rows, limit.is_cut()))
}

/// `GET /holderless`
pub async fn show(ctx: Ctx, Query(query): Query<DoneQuery>) -> Reply {
    page(&ctx, &PassOnForm::default(), &query.done, &Faults::default()).await
}

/// `POST /holderless`: what passing on will change, or passing on.
pub async fn pass_on(ctx: Ctx, form: Form<PassOnForm>) -> Reply {
    step(&ctx)
        .post(
            &form.sent,
            async |work| pass(&ctx, work, &form.input).await,
            async |faults| page(&ctx, &form.input, "", &faults).await,
        )
        .await
}

async fn page(ctx: &Ctx, form: &PassOnForm, done: &str, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let (rows, more) = list(ctx).await?;
    let mut read = ctx.read().await?;
    let left = list_left(ctx, &mut read).await?;
    drop(read);
    let areas = html! {
        @if !left.is_empty() {
            h2 { (lang.t("なくなった区域に残っているもの", "What still names an area that has ended")) }
            (table(
                lang.t("なくなった区域", "Areas that have ended"),
                &[lang.t("区域", "Area"), lang.t("残っているもの", "What is left"), lang.t("あとを継ぐ区域", "Goes on as"), lang.t("すること", "To do")],
                left.iter().map(|one| vec![
                    html! { (one.area.name) "（" (lang.t("終わり：", "ended ")) (lang.date(one.area.valid_to)) "）" },
                    html! { (one.records.join(lang.t("、", ", "))) },
                    html! { (one.area.successor_name.as_deref().unwrap_or(lang.t("まだ決まっていません", "not known yet"))) },
                    link_button(&format!("{AREA_HERE}?area={}", one.area.id), lang.t("移す", "Move")),
                ]).collect(),
            ))
        }
    };
    let (passing, rest): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.held.kind.passes);
    let said = html! {
        p { (lang.t(
            "役職が終わった人、担当区域から転居した人、なくなった区域のために、いま担当できる人がいないものです。引き継ぐ人を選んで、まとめて引き継げます。",
            "Nobody can see to these today: a post has ended, somebody has moved, or an area is no more. Choose who goes on, for all at once.",
        )) }
        (areas)
        @if !rest.is_empty() { (without_post(lang, &rest)) }
        @if more { p class="muted" { (lang.t("ほかにもあります。ここにあるものを引き継ぐと、続きが出ます。", "There are more. Pass these on, and the next appear.")) } }
    };
    if passing.is_empty() {
        let main = html! {
            h1 { (TITLE.get(lang)) }
            (faults.summary(lang))
            (said)
            @if rest.is_empty() && left.is_empty() {
                (empty(lang.t("担当者のいないものは、ありません。", "Nothing lies with nobody."), Some(("/today", lang.t("今日にもどる", "Back to today")))))
            }
        };
        return Ok(Page::new(TITLE.get(lang), main).flash(flash_of(lang, done)).status(faults.status()).reply(ctx));
    }
    let body = html! {
        @for row in &passing { (row_field(ctx, row, form, faults)) }
        (long_field(lang, "reason", lang.t("引き継ぐ理由", "Why"))
            .value(&form.reason).maxlength(REASON).rows(2).required()
            .hint(lang.t("例：任期が終わり、後任に引き継ぐため", "For example: the term has ended and a successor follows"))
            .error(faults.get("reason", lang)))
    };
    let done = flash_of(lang, done).map(|flash| html! { (callout(lang, Tone::Good, &flash.text, html! {})) });
    let said = html! { @if let Some(done) = &done { (done) } (said) };
    Ok(step(ctx).form(&said, &body, faults))
}

fn flash_of(lang: Lang, done: &str) -> Option<crate::web::ui::parts::Flash> {
    let own = [
        ("passed_on", Words("引き継ぎました。", "Passed on.")),
        ("succeeded", Words("あとを継ぐ区域に移しました。", "Moved to the area that goes on.")),
    ];
    flash(lang, done, &own)
}

/// What nobody can go on with until somebody has the post.
fn without_post(lang: Lang, rows: &[&Row]) -> Markup {
    html! {
        h2 { (lang.t("役職に就く人が必要なもの", "Where a post has to be filled")) }
        ul {
            @for row in rows {
                li { (row.held.about) "：" (row.held.kind.due.why.get(lang)) }
            }
        }
        p { (link_button("/organisation", lang.t("体制を見る", "See areas and posts"))) }
    }
}

/// One thing, and who goes on with it.
fn row_field(ctx: &Ctx, row: &Row, form: &PassOnForm, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let key = key_of(&row.held);
    let name = format!("to.{key}");
    let chosen = match form.to.get(&key) {
        Some(typed) => typed.first().cloned().unwrap_or_default(),
        None => proposed(&row.heirs).map(|heir| heir.staff.to_string()).unwrap_or_default(),
    };
    let mut choices = vec![Choice::new("", lang.t("まだ決めない", "Not decided yet"))];
    choices.extend(row.heirs.iter().map(|heir| {
        let follows = if heir.rank == 0 { lang.t("・後任", ", successor") } else { "" };
        let role = lang.t(&heir.role.0, &heir.role.1);
        Choice::new(heir.staff.to_string(), format!("{}（{role}・{}{follows}）", heir.name, heir.area_name))
    }));
    let label = match lang {
        Lang::Ja => format!("{}：{}（いままで {}）", row.held.kind.record.word(lang), row.held.about, row.held.holder),
        Lang::En => format!("{}: {} (so far {})", row.held.kind.record.word(lang), row.held.about, row.held.holder),
    };
    let hint = match row.heirs.is_empty() {
        true => lang.t(
            "いま引き継げる役職の人がいません。先に、役職に就く人を決めてください",
            "Nobody with a fitting post today. Fill a post first",
        ),
        false => row.held.kind.due.why.get(lang),
    };
    let href = row.held.kind.record.href(row.held.record);
    html! {
        (select_field(lang, &name, &label, choices).value(&chosen).hint(hint).error(faults.get(&name, lang)))
        @if let Some(href) = href { p { a href=(href) { (row.held.kind.record.word(lang)) (lang.t("を開く", ": open")) } } }
    }
}

/// Which area is looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AreaQuery {
    area: String,
}

fn area_step(ctx: &Ctx) -> ManyStep<'_> {
    ManyStep { ctx, title: AREA, verb: Words("移す", "Move"), action: AREA_HERE, page: HERE, done: "succeeded" }
}

/// `GET /holderless/area?area=`
pub async fn show_area(ctx: Ctx, Query(query): Query<AreaQuery>) -> Reply {
    area_page(&ctx, &query.area, None, &Faults::default()).await
}

/// `POST /holderless/area`: what moving will change, or moving.
pub async fn succeed(ctx: Ctx, form: Form<SuccessorForm>) -> Reply {
    area_step(&ctx)
        .post(
            &form.sent,
            async |work| go_on(&ctx, work, &form.input).await,
            async |faults| area_page(&ctx, &form.input.area, Some(&form.input.successor), &faults).await,
        )
        .await
}

async fn area_page(ctx: &Ctx, id: &str, successor: Option<&str>, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let mut ended = None;
    if let Ok(id) = id.trim().parse::<Id>() {
        ended = area::list_ended(ctx, &mut read).await?.into_iter().find(|area| area.id == id);
        if ended.is_none() || !staff::may_succeed(ctx, &mut read, id).await? {
            return Err(Error::NotFound);
        }
    }
    let Some(ended) = ended else {
        let main = html! {
            h1 { (AREA.get(lang)) }
            (empty(
                lang.t("区域を、「担当者のいないもの」の画面から選んでください。", "Choose the area on the page of what lies with nobody."),
                Some((HERE, TITLE.get(lang))),
            ))
        };
        return Ok(Page::new(AREA.get(lang), main).reply(ctx));
    };
    let areas = area::list_of_tier(ctx, &mut read, &ended.tier).await?;
    drop(read);
    let proposed = ended.successor.map(|id| id.to_string()).unwrap_or_default();
    let chosen = successor.unwrap_or(&proposed);
    let mut choices = vec![Choice::new("", lang.t("選んでください", "Please choose"))];
    choices.extend(areas.iter().map(|area| Choice::new(area.id.to_string(), area.name.as_str())));
    let said = html! { p { (ended.name) "（" (lang.t("終わり：", "ended ")) (lang.date(ended.valid_to)) "）" } };
    let body = html! {
        (hidden("area", &ended.id.to_string()))
        (select_field(lang, "successor", lang.t("あとを継ぐ区域", "The area that goes on"), choices)
            .value(chosen).required().error(faults.get("successor", lang)))
    };
    Ok(area_step(ctx).form(&said, &body, faults))
}
