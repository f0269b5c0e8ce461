//! 書類・写真 on the pages of records, the page of all files of a record with the form to add one,
//! and the page on which one is erased.

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::model::{ACCEPT, AttachmentForm, EraseForm, LARGEST, MOST, NOTE, REASON, size_words};
use super::{Attachment, AttachmentRule, Reach};
use crate::access::{Kind, Sight};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::{Lang, Text};
use crate::web::ui::form::{FormShell, file_field, long_field, text_field};
use crate::web::ui::parts::{Flash, Tone, callout, chip, data_list, date_pair, empty, link_button};
use crate::web::{Faults, Form, Page, Reply, Step, Upload, see};

/// Files that the page of a record shows itself.
const SHOWN: usize = 6;

/// 書類・写真 as the page of a record shows them. `sight` is that of the page, which asked for the
/// acts that the room's [`AttachmentRule`] names.
pub async fn section(ctx: &Ctx, conn: &mut Conn, kind: Kind, record: Id, sight: &Sight) -> Result<Markup> {
    let rule = super::rule_of(ctx, kind.code)?;
    let reach = Reach::new(ctx, rule, sight);
    let files = reach.list(ctx, conn, record).await?;
    let there = files.iter().filter(|file| !file.is_erased()).count();
    let adds = reach.may_add() && why_closed(ctx, conn, rule, record).await?.is_none();
    let lang = ctx.lang();
    let all = place(kind, record);
    let shown: Vec<&Attachment> = files.iter().filter(|file| !file.is_erased()).take(SHOWN).collect();
    let words = match (adds, files.len() > shown.len()) {
        (true, false) => Some(lang.t("書類・写真を加える", "Add a paper or picture")),
        (true, true) => Some(lang.t("すべて見る・加える", "See all, or add another")),
        (false, true) => Some(lang.t("書類・写真をすべて見る", "All papers and pictures")),
        (false, false) => None,
    };
    Ok(html! {
        section aria-labelledby="files" {
            h2 id="files" { (lang.t("書類・写真", "Papers and pictures")) @if there > 0 { " (" (there) ")" } }
            @if shown.is_empty() {
                p class="muted" { (lang.t("添えられたものはありません。", "There is none.")) }
            } @else {
                ul class="files" { @for file in &shown { (line(ctx, &reach, file)) } }
            }
            @if let Some(words) = words { p { (link_button(&all, words)) } }
        }
    })
}

/// The page of all files of a record.
fn place(kind: Kind, record: Id) -> String {
    format!("/files/of/{}/{record}", kind.code)
}

/// Why no file can be added to a record now, whoever wants to.
async fn why_closed(ctx: &Ctx, conn: &mut Conn, rule: &AttachmentRule, record: Id) -> Result<Option<Text>> {
    if ctx.app().attachments().is_none() {
        return Ok(Some(super::no_folder()));
    }
    match rule.closed {
        Some(closed) => closed(ctx, conn, record).await,
        None => Ok(None),
    }
}

fn line(ctx: &Ctx, reach: &Reach<'_>, file: &Attachment) -> Markup {
    let lang = ctx.lang();
    let href = format!("/files/{}", file.id);
    let media = file.media();
    let size = size_words(u64::try_from(file.bytes).unwrap_or_default());
    let word = media.map_or("", |media| media.word().get(lang));
    html! {
        li {
            @if let Some(erased_at) = file.erased_at {
                p {
                    (chip(Tone::Plain, lang.t("消しました", "Erased"))) " " (word) " " (size) " "
                    (date_pair(tokyo_date(erased_at), lang)) " " (file.erased_by_name.as_deref().unwrap_or_default())
                }
                p class="lines" { (lang.t("理由：", "Reason: ")) (file.erased_reason) }
            } @else {
                @if media.is_some_and(|media| media.is_shown()) {
                    img src=(href) alt=(if file.note.is_empty() { &file.name } else { &file.note }) loading="lazy";
                }
                p {
                    a href=(href) { (file.name) } " "
                    span class="muted" { (word) " " (size) }
                }
                @if !file.note.is_empty() { p class="lines" { (file.note) } }
                p class="muted" {
                    (date_pair(tokyo_date(file.uploaded_at), lang)) " " (file.uploaded_by_name)
                    @if reach.may_erase(file) {
                        " " a href={ (href) "/erase" } aria-label={ (lang.t("消す：", "Erase: ")) (file.name) } { (lang.t("消す", "Erase")) }
                    }
                }
            }
        }
    }
}

/// What came of the step before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DoneQuery {
    done: String,
}

/// `GET /files/of/{kind}/{record}`
pub async fn show(ctx: Ctx, Path((kind, record)): Path<(String, Id)>, Query(query): Query<DoneQuery>) -> Reply {
    let lang = ctx.lang();
    let told = |tone, text: &str| Some(Flash { tone, text: text.to_owned(), next: None });
    let flash = match query.done.as_str() {
        "added" => told(Tone::Good, lang.t("添えました。続けて加えられます。", "Added. You can add another.")),
        "erased" => told(Tone::Good, lang.t("消しました。", "Erased.")),
        "kept" => told(
            Tone::Caution,
            lang.t(
                "消しました。もうだれも開けませんが、ディスクの上のファイルがまだ残っています。システムの管理担当者に伝えてください（sasae doctor --sweep）。",
                "Erased: nobody can open it any more. The file itself is still on the disk; please tell whoever administers the system (sasae doctor --sweep).",
            ),
        ),
        _ => None,
    };
    page(&ctx, &kind, record, &AttachmentForm::default(), &Faults::default(), flash).await
}

async fn page(
    ctx: &Ctx,
    kind: &str,
    record: Id,
    form: &AttachmentForm,
    faults: &Faults,
    flash: Option<Flash>,
) -> Reply {
    let mut read = ctx.read().await?;
    let (rule, sight) = super::sight_of(ctx, &mut read, kind, record).await?;
    ctx.saw(rule.kind, record);
    let reach = Reach::new(ctx, rule, &sight);
    let files = reach.list(ctx, &mut read, record).await?;
    let closed = why_closed(ctx, &mut read, rule, record).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("書類・写真", "Papers and pictures");
    let main = html! {
        h1 { (title) }
        (way_back(lang, rule.kind, record))
        (faults.summary(lang))
        @if reach.may_add() {
            @match &closed {
                Some(why) => (callout(lang, Tone::Info, lang.t("いまは加えられません", "Nothing can be added now"), html! { p { (why.get(lang)) } })),
                None => (adding(ctx, rule.kind, record, form, faults)),
            }
        }
        section aria-labelledby="files" {
            h2 id="files" { (lang.t("添えられているもの", "What is there")) }
            @if files.is_empty() {
                (empty(lang.t("添えられたものはありません。", "There is none."), None))
            } @else {
                ul class="files" { @for file in &files { (line(ctx, &reach, file)) } }
            }
        }
    };
    Ok(Page::new(title, main).why(sight.why.clone()).flash(flash).status(faults.status()).reply(ctx))
}

/// The record that a page of files is about.
fn way_back(lang: Lang, kind: Kind, record: Id) -> Markup {
    html! {
        @if let Some(href) = kind.href(record) {
            p { a href=(href) { (kind.word(lang)) (lang.t("の画面にもどる", ": back to its page")) } }
        }
    }
}

fn adding(ctx: &Ctx, kind: Kind, record: Id, form: &AttachmentForm, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let action = place(kind, record);
    let most = size_words(LARGEST as u64);
    let hint = match lang {
        Lang::Ja => format!("PDF、写真、Word・Excel・PowerPoint、テキスト・CSV。{most}まで、1つの記録に{MOST}件まで"),
        Lang::En => format!("PDF, pictures, .docx, .xlsx, .pptx, text or CSV; up to {most}, {MOST} for one record"),
    };
    let body = html! {
        (file_field(lang, "file", lang.t("ファイル", "File"), ACCEPT).required().hint(&hint).error(faults.get("file", lang)))
        (text_field(lang, "note", lang.t("何の書類・写真か", "What it shows")).value(&form.note).maxlength(NOTE)
            .hint(lang.t("写真のときは、見えない人にもわかるように書いてください", "For a picture, say what those who cannot see it should know"))
            .error(faults.get("note", lang)))
    };
    let shell = FormShell {
        multipart: true,
        consequence: Some(lang.t(
            "この記録を見られる人が、開けるようになります。だれが開いたかは記録に残ります。",
            "Whoever may see this record can open it. Every look is recorded.",
        )),
        ..FormShell::new(lang, &action, ctx.csrf(), &once, lang.t("加える", "Add"), body)
    };
    html! {
        section aria-labelledby="add" {
            h2 id="add" { (lang.t("書類・写真を加える", "Add a paper or picture")) }
            (shell)
        }
    }
}

/// `POST /files/of/{kind}/{record}`
pub async fn add(ctx: Ctx, Path((kind, record)): Path<(String, Id)>, sent: Upload<AttachmentForm>) -> Reply {
    let rule = super::rule_of(&ctx, &kind)?;
    let again = async |faults: Faults| {
        // A record that takes no more files has no form that could keep what was typed.
        page(&ctx, &kind, record, &sent.input, &faults.or_refusal()?, None).await
    };
    // The disk takes its time, so the file is on it before the transaction begins.
    match super::ready(&ctx, rule.kind, record, sent.file("file"), &sent.input).await {
        Ok(ready) => {
            let act = async |work: &mut Work| {
                super::add(&ctx, work, rule.kind, record, ready).await?;
                Ok(format!("{}?done=added", place(rule.kind, record)))
            };
            Step::new(&ctx).run(act, again).await
        }
        Err(error) => again(Faults::of(error)?).await,
    }
}

/// `GET /files/{id}/erase`
pub async fn show_erase(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    erase_page(&ctx, id, &EraseForm::default(), &Faults::default()).await
}

/// A file as the page on which it is erased shows it.
async fn erase_page(ctx: &Ctx, id: Id, form: &EraseForm, faults: &Faults) -> Reply {
    let mut read = ctx.read().await?;
    let (file, rule, sight) = super::get(ctx, &mut read, id).await?;
    drop(read);
    if file.is_erased() {
        return Err(super::erased_already());
    }
    if !Reach::new(ctx, rule, &sight).may_erase(&file) {
        return Err(Error::Forbidden(rule.erase.refusal.into()));
    }
    Ok(erasing(ctx, &file, rule.kind, &sight, (form, faults)))
}

fn erasing(ctx: &Ctx, file: &Attachment, kind: Kind, sight: &Sight, (form, faults): (&EraseForm, &Faults)) -> Response {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let (action, cancel) = (format!("/files/{}/erase", file.id), place(kind, file.subject_id));
    let body = html! {
        (long_field(lang, "reason", lang.t("消す理由", "Why it is erased")).value(&form.reason).maxlength(REASON).rows(2).required()
            .hint(lang.t("消したあとも残ります。名前や病気のことは書かないでください", "It stays. No names, nothing about health"))
            .error(faults.get("reason", lang)))
    };
    let shell = FormShell {
        revision: Some(file.revision),
        cancel: Some(&cancel),
        consequence: Some(lang.t("消したものは、元にもどせません。", "What is erased cannot be brought back.")),
        ..FormShell::new(lang, &action, ctx.csrf(), &once, lang.t("消す", "Erase"), body)
    };
    let mut rows = vec![(lang.t("名前", "Name"), html! { (file.name) })];
    if !file.note.is_empty() {
        rows.push((lang.t("何の書類・写真か", "What it shows"), html! { (file.note) }));
    }
    rows.push((
        lang.t("加えた日と人", "Added"),
        html! { (date_pair(tokyo_date(file.uploaded_at), lang)) " " (file.uploaded_by_name) },
    ));
    let title = lang.t("書類・写真を消す", "Erase a paper or picture");
    let main = html! {
        h1 { (title) }
        (way_back(lang, kind, file.subject_id))
        (data_list(&rows))
        (callout(lang, Tone::Caution, lang.t("消すと、こうなります", "What will happen"), html! {
            ul {
                li { (lang.t("だれも開けなくなり、ファイルはディスクから消えます。", "Nobody can open it any more, and the file goes from the disk.")) }
                li { (lang.t("名前と説明も消えます。", "Its name and description go too.")) }
                li { (lang.t("あったこと、いつ・だれが・なぜ消したか、それまでにだれが開いたかは残ります。", "That it was here stays, with who erased it, when and why, and who had opened it.")) }
                li { (lang.t("ほかの記録に添えた同じファイルは、そのまま残ります。", "The same file with another record stays there.")) }
                li { (lang.t("前にとった控え（バックアップ）の中には、その控えを消すまで残ります。", "Backups that were made before keep it for as long as they are kept.")) }
            }
        }))
        (faults.summary(lang))
        (shell)
    };
    Page::new(title, main).why(sight.why.clone()).status(faults.status()).reply(ctx)
}

/// `POST /files/{id}/erase`
pub async fn erase(ctx: Ctx, Path(id): Path<Id>, form: Form<EraseForm>) -> Reply {
    let seen = form.seen()?;
    let mut erased = None;
    let reply = Step::new(&ctx)
        .run(
            async |work| {
                let file = super::erase(&ctx, work, id, &form.input, seen).await?;
                let place = place(file.kind, file.record);
                erased = Some(file);
                Ok(format!("{place}?done=erased"))
            },
            async |faults| match faults.stale {
                // Nothing of a file is edited: there are no two sides to show.
                Some(now) => Err(Error::Stale { now }),
                None => erase_page(&ctx, id, &form.input, &faults).await,
            },
        )
        .await?;
    match erased {
        Some(file) if !super::discard(&ctx, &file).await => {
            Ok(see(&format!("{}?done=kept", place(file.kind, file.record))))
        }
        _ => Ok(reply),
    }
}
