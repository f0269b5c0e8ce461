//! The pages on which a list is taken out as a file.

use axum::extract::{Path, RawQuery};
use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_sheet::MissingChar;

use super::export::{self, ExportForm, Format, MOST, PURPOSE, Wanted};
use super::{List, ListQuery, model, show};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::web::ui::form::{Choice, FormShell, choice_field, hidden, text_field};
use crate::web::ui::parts::{Tone, callout, data_list, grouped, link_button, primary_link, table};
use crate::web::{Faults, Form, Page, Reply, Step};

/// Most missing characters that the page names.
const TOLD: usize = 100;

fn get_list(ctx: &Ctx, code: &str) -> Result<&'static List> {
    super::find(ctx, code).ok_or(Error::NotFound)
}

/// `GET /lists/{list}/export?…`
pub async fn show_ask(ctx: Ctx, Path(code): Path<String>, RawQuery(query): RawQuery) -> Reply {
    let list = get_list(&ctx, &code)?;
    let form = ExportForm { query: query.unwrap_or_default(), ..ExportForm::default() };
    ask_page(&ctx, list, &form, &Faults::default()).await
}

async fn ask_page(ctx: &Ctx, list: &'static List, form: &ExportForm, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let asked = export::asked_of(ctx, list, &form.query)?;
    let mut read = ctx.read().await?;
    let count = super::count_up_to(ctx, &mut read, &asked, MOST + 1).await?;
    let areas = model::list_areas(ctx, &mut read, &asked).await?;
    drop(read);
    let mut said = show::narrowed_in_words(ctx, &asked, &areas);
    said.push((lang.t("件数", "Rows"), html! { (rows_words(count, lang)) }));
    said.push((lang.t("項目", "Columns"), html! { (columns_words(&asked, lang)) }));
    let title = match lang {
        Lang::Ja => format!("{}をファイルに書き出す", list.name.get(lang)),
        Lang::En => format!("Take out as a file: {}", list.name.get(lang)),
    };
    let main = html! {
        h1 { (title) }
        (faults.summary(lang))
        (data_list(&said))
        @if count > MOST {
            (callout(lang, Tone::Caution, lang.t("多すぎて書き出せません", "Too many to be taken out"), html! {
                p { (lang.t("10万件までです。条件でしぼってから、書き出してください。", "At most 100,000 rows. Narrow the list down first.")) }
                p { (link_button(&asked.href(1), lang.t("一覧にもどる", "Back to the list"))) }
            }))
        } @else {
            (ask_form(ctx, &asked, form, faults))
        }
    };
    Ok(Page::new(title, main).status(faults.status()).reply(ctx))
}

fn ask_form(ctx: &Ctx, asked: &ListQuery, form: &ExportForm, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let formats = Format::ALL.map(|format| Choice::new(format.code(), format.words().get(lang))).into();
    let body = html! {
        (hidden("query", &asked.query()))
        (choice_field(lang, "format", lang.t("ファイルの種類", "Kind of file"), formats).values([form.format.as_str()]).required().error(faults.get("format", lang)))
        (text_field(lang, "purpose", lang.t("何に使いますか", "What is it needed for?")).value(&form.purpose).maxlength(PURPOSE).required()
            .hint(lang.t("例：連絡会の資料", "For example: papers of a meeting")).error(faults.get("purpose", lang)))
    };
    let action = format!("/lists/{}/export", asked.list().code);
    let back = asked.href(1);
    let shell = FormShell {
        consequence: Some(lang.t(
            "だれが、何のために、どの記録を書き出したかが、閲覧の記録に残ります。",
            "Who takes out which records, and for what, stays in the record of who has looked.",
        )),
        cancel: Some(&back),
        ..FormShell::new(lang, &action, ctx.csrf(), &once, lang.t("書き出す", "Take out"), body)
    };
    html! { (shell) }
}

fn rows_words(count: i64, lang: Lang) -> String {
    let number = grouped(count.min(MOST));
    match (count > MOST, lang) {
        (false, Lang::Ja) => format!("{number}件"),
        (false, Lang::En) => number,
        (true, Lang::Ja) => format!("{number}件をこえる"),
        (true, Lang::En) => format!("more than {number}"),
    }
}

fn columns_words(asked: &ListQuery, lang: Lang) -> String {
    let words = asked.columns().into_iter().map(|at| asked.list().columns[at].words.get(lang));
    words.collect::<Vec<_>>().join(lang.t("、", ", "))
}

/// `POST /lists/{list}/export`
pub async fn ask(ctx: Ctx, Path(code): Path<String>, form: Form<ExportForm>) -> Reply {
    let list = get_list(&ctx, &code)?;
    Step::new(&ctx)
        .run(
            async |work| Ok(format!("/exports/{}", export::ask(&ctx, work, list, &form.input).await?)),
            async |faults| ask_page(&ctx, list, &form.input, &faults.or_refusal()?).await,
        )
        .await
}

/// `GET /exports/{id}`
pub async fn show_export(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let wanted = export::get(&ctx, &mut read, id).await?;
    let old = wanted.format == Format::CsvCp932 && wanted.is_of_today(&ctx);
    let missing = if old { export::list_missing(&ctx, &mut read, &wanted).await? } else { Vec::new() };
    let areas = model::list_areas(&ctx, &mut read, wanted.asked()).await?;
    drop(read);
    let mut said = vec![(lang.t("一覧", "List"), html! { (wanted.list().name.get(lang)) })];
    said.extend(show::narrowed_in_words(&ctx, wanted.asked(), &areas));
    said.push((lang.t("件数", "Rows"), html! { (rows_words(wanted.export.row_count, lang)) }));
    said.push((lang.t("ファイルの種類", "Kind of file"), html! { (wanted.format.words().get(lang)) }));
    said.push((lang.t("使いみち", "Purpose"), html! { span class="lines" { (wanted.export.purpose) } }));
    let title = lang.t("ファイルの用意ができました", "The file is ready");
    let main = html! {
        h1 { (title) }
        (data_list(&said))
        @if !missing.is_empty() { (missing_box(&wanted, &missing, lang)) }
        @if wanted.is_of_today(&ctx) {
            p { (primary_link(&format!("/exports/{id}/file"), lang.t("ファイルを受け取る", "Get the file"))) }
            p class="hint" { (lang.t(
                "今日のうちだけ受け取れます。受け取るときに見てよい記録が入ります。",
                "It can be fetched today only, and holds what you may see when you fetch it.",
            )) }
        } @else {
            (callout(lang, Tone::Caution, lang.t("受け取れる日をすぎました", "It can no longer be fetched"), html! {
                p { (lang.t("もう一度、一覧から書き出してください。", "Please take it out from the list once more.")) }
            }))
        }
        p { (link_button(&wanted.asked().href(1), lang.t("一覧にもどる", "Back to the list"))) }
    };
    Ok(Page::new(title, main).reply(&ctx))
}

/// Which characters the old encoding lacks, and what becomes of them.
fn missing_box(wanted: &Wanted, missing: &[MissingChar], lang: Lang) -> Markup {
    let columns = wanted.columns();
    let row = |one: &MissingChar| {
        vec![
            html! { (one.row) },
            html! { (columns.get(one.column - 1).map_or("", |column| column.words.get(lang))) },
            html! { (one.ch) " (U+" (format!("{:04X}", u32::from(one.ch))) ")" },
        ]
    };
    let head = [lang.t("ファイルの行", "Line of the file"), lang.t("項目", "Column"), lang.t("文字", "Character")];
    let title = lang.t("Shift_JISにない文字があります", "Some characters do not exist in Shift_JIS");
    callout(
        lang,
        Tone::Caution,
        title,
        html! {
            p { (lang.t(
                "このファイルでは「〓」になります。文字を残すには、ExcelのブックかCSV（UTF-8）を選んでください。",
                "They become 〓 in this file. To keep them, choose the workbook or CSV (UTF-8).",
            )) }
            (table(title, &head, missing.iter().take(TOLD).map(row).collect()))
            @if missing.len() > TOLD {
                p { @match lang {
                    Lang::Ja => { "このほかに" (missing.len() - TOLD) "か所以上あります。" }
                    Lang::En => { (missing.len() - TOLD) " or more besides." }
                } }
            }
        },
    )
}

/// `GET /exports/{id}/file`
pub async fn serve(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    let wanted = export::get(&ctx, &mut read, id).await?;
    if !wanted.is_of_today(&ctx) {
        return Err(Error::refused(
            "受け取れる日をすぎました。もう一度、一覧から書き出してください。",
            "It can no longer be fetched. Please take it out from the list once more.",
        ));
    }
    export::answer(&ctx, &mut read, &wanted).await
}
