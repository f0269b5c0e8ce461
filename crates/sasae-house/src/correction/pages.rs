//! 訂正の記録 on the pages of records, and the page that says beforehand what a step will change.

use axum::response::Response;
use maud::{Markup, html};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::{Changes, CorrectionStep, Outlook, REASON, Value};
use super::store::Correction;
use crate::access::{self, Kind, Sight, Why};
use crate::ctx::Ctx;
use crate::error::{Error, Fields, Result};
use crate::lang::{Lang, Words};
use crate::room;
use crate::web::ui::form::{ENTER, Field, FormShell, SEARCH, hidden, long_field, text_field};
use crate::web::ui::parts::{Flash, Tone, callout, chip, date_pair, link_button, table};
use crate::web::{Faults, Page, Pairs, Reply};

/// The button that does the step after its preview was seen.
pub const CONFIRMED: &str = "_confirmed";
/// The button that leads from the preview back into the form.
const BACK: &str = "_back";
/// The field in which a person is searched for.
const FIND: &str = "find";
/// What was searched for last.
const FOUND: &str = "_found";
/// さがす.
const PRESSED: &str = "_find";

/// 訂正の記録 as the page of a record shows it; nothing where nothing was put right. `sight` is that
/// of the page, which asked for the act that the room's [`CorrectionRule`](super::CorrectionRule) names.
pub async fn section(ctx: &Ctx, conn: &mut Conn, kind: Kind, record: Id, sight: &Sight) -> Result<Markup> {
    section_where(ctx, conn, (kind, record), sight, |_| true).await
}

/// The same on the page of an entry: what was put right in it alone.
pub async fn section_of_entry(
    ctx: &Ctx,
    conn: &mut Conn,
    kind: Kind,
    record: Id,
    entry: Id,
    sight: &Sight,
) -> Result<Markup> {
    let of_it = |one: &Correction| one.entry.as_ref().is_some_and(|(_, id)| *id == entry);
    section_where(ctx, conn, (kind, record), sight, of_it).await
}

async fn section_where(
    ctx: &Ctx,
    conn: &mut Conn,
    (kind, record): (Kind, Id),
    sight: &Sight,
    shown_here: impl Fn(&Correction) -> bool,
) -> Result<Markup> {
    let rule = super::rule_of(ctx, kind.code)?;
    if !rule.shows(sight) {
        return Ok(html! {});
    }
    let mut all = rule.list(ctx, conn, record, sight).await?;
    all.retain(shown_here);
    let mut shown = Vec::with_capacity(all.len());
    for one in &all {
        shown.push((one, change_rows(ctx, conn, &one.changes).await?));
    }
    let lang = ctx.lang();
    Ok(html! {
        @if !shown.is_empty() {
            section aria-labelledby="corrections" {
                h2 id="corrections" { (lang.t("訂正の記録", "Corrections")) " (" (shown.len()) ")" }
                ol class="corrections" { @for (one, rows) in shown { (line(ctx, one, rows)) } }
            }
        }
    })
}

fn line(ctx: &Ctx, one: &Correction, rows: Vec<Vec<Markup>>) -> Markup {
    let lang = ctx.lang();
    let step = CorrectionStep::of_code(&one.step).map_or("", |step| step.words().get(lang));
    let entry = one.entry.as_ref().and_then(|(kind, _)| ctx.app().kind(kind));
    html! {
        li {
            p {
                (chip(Tone::Plain, step)) " "
                @if let Some(kind) = entry { (kind.word(lang)) " " }
                (date_pair(tokyo_date(one.at), lang)) " " (one.by)
            }
            p class="lines" { (lang.t("理由：", "Reason: ")) (one.reason) }
            @if !rows.is_empty() {
                (change_table(lang, lang.t("前の内容と後の内容", "Before and after"), rows))
            }
        }
    }
}

fn change_table(lang: Lang, caption: &str, rows: Vec<Vec<Markup>>) -> Markup {
    table(caption, &[lang.t("項目", "Field"), lang.t("前", "Before"), lang.t("後", "After")], rows)
}

async fn change_rows(ctx: &Ctx, conn: &mut Conn, changes: &Changes) -> Result<Vec<Vec<Markup>>> {
    let lang = ctx.lang();
    let mut rows = Vec::with_capacity(changes.0.len());
    for change in changes.0.iter().filter(|change| change.is_seen(ctx)) {
        let name = lang.t(&change.ja, &change.en);
        let before = value(ctx, conn, &change.before).await?;
        let after = value(ctx, conn, &change.after).await?;
        rows.push(vec![html! { (name) }, before, after]);
    }
    Ok(rows)
}

/// What a field held. Another record opens for those who may see it, and is not named to others.
async fn value(ctx: &Ctx, conn: &mut Conn, value: &Value) -> Result<Markup> {
    let lang = ctx.lang();
    Ok(match value {
        Value::Nothing => html! { span class="muted" { (lang.t("（なし）", "(nothing)")) } },
        Value::Words(ja, en) => html! { span class="lines" { (lang.t(ja, en)) } },
        Value::Record(kind, id) => match ctx.app().kind(kind) {
            Some(kind) if access::can_see(ctx, conn, kind, *id).await? => {
                ctx.saw(kind, *id);
                let name = room::name_of(ctx, conn, kind, *id).await?;
                match (kind.href(*id), name) {
                    (Some(href), Some(name)) => html! { a href=(href) { (name) } },
                    (Some(href), None) => html! { a href=(href) { (kind.word(lang)) (lang.t("を開く", ": open")) } },
                    (None, name) => html! { (name.as_deref().unwrap_or(kind.word(lang))) },
                }
            }
            _ => {
                html! { span class="muted" { (lang.t("（あなたには見えない記録）", "(a record that you may not see)")) } }
            }
        },
    })
}

/// The field for the reason of a step.
pub fn reason_field<'a>(lang: Lang, value: &'a str, errors: &'a Fields) -> Field<'a> {
    long_field(lang, "reason", lang.t("理由", "Reason"))
        .value(value)
        .maxlength(REASON)
        .rows(2)
        .required()
        .hint(lang.t("訂正の記録に残ります", "It stays in the record of corrections"))
        .error(errors.get("reason", lang))
}

/// One step that puts something right: its form, and the page that says what it will change.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// What is done: the `h1`.
    pub title: &'a str,
    /// Where form and preview are sent.
    pub action: &'a str,
    /// The verb on the button that does it.
    pub verb: &'a str,
    /// Where やめる leads.
    pub cancel: &'a str,
    /// The revision of the record that is shown.
    pub revision: i64,
    /// Why the reader sees the record.
    pub why: &'a [Why],
}

impl Question<'_> {
    /// The form, again with what was typed where something is wrong. `said` stands above it, `body`
    /// holds the fields.
    pub(super) fn form(&self, ctx: &Ctx, said: &Markup, body: &Markup, faults: &Faults) -> Response {
        let lang = ctx.lang();
        let once = ctx.new_id().to_string();
        let shell = FormShell {
            revision: Some(self.revision),
            cancel: Some(self.cancel),
            consequence: Some(lang.t(
                "次の画面で、変わることを確かめてから決めます。まだ何も変わりません。",
                "The next page says what will change. Nothing is changed yet.",
            )),
            ..FormShell::new(
                lang,
                self.action,
                ctx.csrf(),
                &once,
                lang.t("変わることを確かめる", "See what will change"),
                body.clone(),
            )
        };
        let main = html! { h1 { (self.title) } (said) (faults.summary(lang)) (shell) };
        Page::new(self.title, main).why(self.why.to_vec()).status(faults.status()).reply(ctx)
    }

    /// この操作で変わること: what the step will change, with the button that does it. What was typed
    /// travels along.
    pub async fn preview(&self, ctx: &Ctx, outlook: &Outlook, sent: &Pairs) -> Reply {
        let lang = ctx.lang();
        let mut read = ctx.read().await?;
        let rows = change_rows(ctx, &mut read, &outlook.changes).await?;
        drop(read);
        let once = ctx.new_id().to_string();
        let title = lang.t("この操作で変わること", "What this will change");
        let typed = sent.typed();
        let body = html! { @for (name, value) in typed.iter() { (hidden(name, value)) } };
        let main = html! {
            h1 { (self.title) }
            @if !outlook.follows.is_empty() {
                (callout(lang, Tone::Caution, title, html! {
                    ul { @for text in &outlook.follows { li { (text.get(lang)) } } }
                }))
            }
            @if !rows.is_empty() { (change_table(lang, title, rows)) }
            @if !sent.one("reason").is_empty() {
                p class="lines" { (lang.t("理由：", "Reason: ")) (sent.one("reason")) }
            }
            form class="form" action=(self.action) method="post" data-once-only {
                (hidden("_csrf", ctx.csrf()))
                (hidden("_once", &once))
                (hidden("_revision", &self.revision.to_string()))
                (body)
                div class="buttons" {
                    button class="button button-primary" type="submit" name=(CONFIRMED) value="1" { (self.verb) }
                    button class="button" type="submit" name=(BACK) value="1" {
                        (lang.t("まだ変えずに、前の画面にもどる", "Go back, and change nothing yet"))
                    }
                }
            }
        };
        Ok(Page::new(self.title, main).why(self.why.to_vec()).reply(ctx))
    }
}

/// Where a person is searched for inside of a form: the field, what was searched for last, and さがす.
pub fn find_field(lang: Lang, find: &str) -> Markup {
    find_field_called(lang, lang.t("人をさがす（名前・電話）", "Find a person (name or telephone)"), find)
}

/// The same of whatever `label` says.
pub fn find_field_called(lang: Lang, label: &str, find: &str) -> Markup {
    html! {
        (hidden(FOUND, find))
        (text_field(lang, FIND, label)
            .value(find).maxlength(SEARCH).autocomplete("off"))
        div class="buttons" {
            button class="button" type="submit" name=(PRESSED) value="1" { (lang.t("さがす", "Find")) }
        }
    }
}

/// What is searched for by [`find_field`].
pub fn searched_for(sent: &Pairs) -> &str {
    sent.one(FIND)
}

/// Whether the reader searches: さがす was pressed, or Enter after something else was typed there.
pub fn searches(sent: &Pairs) -> bool {
    let find = sent.one(FIND).trim();
    sent.has(PRESSED) || (sent.has(ENTER) && !find.is_empty() && find != sent.one(FOUND).trim())
}

/// What was said after a step, on the page of what was put right or on the list. `own` holds the words
/// of the room's own steps.
pub fn flash(lang: Lang, done: &str, own: &[(&str, Words)]) -> Option<Flash> {
    const USUAL: [(&str, Words); 4] = [
        ("corrected", Words("訂正しました。", "Corrected.")),
        ("struck", Words("取り消しました。", "Struck out.")),
        ("restored", Words("元にもどしました。", "Restored.")),
        ("moved", Words("移しました。", "Moved.")),
    ];
    let words = own.iter().chain(&USUAL).find(|(code, _)| *code == done)?.1;
    Some(Flash { tone: Tone::Good, text: words.get(lang).to_owned(), next: None })
}

/// What somebody wants who has sent the form of a step or its preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// See what the step will change.
    Preview,
    /// Do it.
    Do,
    /// Go back into the form, or search in it.
    Back,
}

impl Wish {
    /// By the button that was pressed.
    pub fn of(sent: &Pairs) -> Wish {
        if sent.has(CONFIRMED) {
            Wish::Do
        } else if sent.has(BACK) || searches(sent) {
            Wish::Back
        } else {
            Wish::Preview
        }
    }
}

/// A record that was struck out, said on top of its page.
pub fn struck_out_box(lang: Lang) -> Markup {
    callout(
        lang,
        Tone::Caution,
        lang.t("取り消した記録です", "This record was struck out"),
        html! {
            p { (lang.t(
                "まちがいとして取り消されています。一覧・数字・今日には出ません。理由は下の訂正の記録にあります。",
                "It was struck out as a mistake, and stands in no list, figure or due row. The reason stands below.",
            )) }
        },
    )
}

/// まちがいを直す: the steps that the reader may take, each with its address and its words; nothing
/// where there is none.
pub fn put_right(lang: Lang, links: &[(String, &str)]) -> Markup {
    html! {
        @if !links.is_empty() {
            section aria-labelledby="put-right" {
                h2 id="put-right" { (lang.t("まちがいを直す", "Put something right")) }
                div class="buttons" { @for (href, words) in links { (link_button(href, words)) } }
            }
        }
    }
}

/// What a record that was struck out answers to a further step.
pub const STRUCK_OUT: Words =
    Words("取り消した記録です。直すには、先に元にもどしてください。", "This record was struck out. Restore it first.");

/// Refuses a step on what was struck out.
pub fn struck_out() -> Error {
    Error::Refused(STRUCK_OUT.into())
}
