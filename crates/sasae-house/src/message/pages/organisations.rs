//! Where organisations are told: for those in charge of the system.

use axum::extract::{Path, Query};
use maud::{Markup, html};
use sasae_core::fold::fold_name;
use sasae_core::id::Id;
use serde::Deserialize;

use super::super::model::{FAX, MAIL, OrganisationForm, check_organisation};
use super::super::store::{self, Reached};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::staff::ORGANISATION;
use crate::web::row_page::{RowPage, page_of, window};
use crate::web::ui::form::{FormShell, finder, text_field};
use crate::web::ui::parts::{Column, SideBySide, Table, compare, empty, link_button, saved_first};
use crate::web::{Faults, Form, Page, Reply, Step, encode};

/// Whom to look for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FindQuery {
    q: String,
    page: Option<i64>,
}

/// `GET /messages/organisations?q=&page=`
pub async fn list(ctx: Ctx, Query(query): Query<FindQuery>) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let page = page_of(query.page)?;
    let found = store::list_reached(&ctx, &mut read, &fold_name(&query.q), window(page)).await?;
    drop(read);
    let found = RowPage::of(page, found);
    let title = lang.t("機関のメールとファクス", "Mail and fax of organisations");
    let columns = [
        Column { label: lang.t("機関", "Organisation"), numeric: false },
        Column { label: lang.t("メール", "Mail"), numeric: false },
        Column { label: lang.t("ファクス", "Fax"), numeric: false },
    ];
    let rows = found
        .rows
        .iter()
        .map(|one| {
            let name = html! { a href={ "/messages/organisations/" (one.id) } { (one.name) } };
            vec![name, html! { (one.mail) }, html! { (one.fax) }]
        })
        .collect();
    let main = html! {
        h1 { (title) }
        (finder(lang, "/messages/organisations", lang.t("機関を名前でさがす", "Find an organisation by name"), &query.q))
        @if found.rows.is_empty() && page == 1 {
            (empty(lang.t("ありません。名前のはじめの文字でさがせます。", "There is none. Organisations are found by the beginning of their names."), None))
        } @else {
            (Table { caption: title, columns: &columns, rows, sums: None })
            (found.ways(lang, |page| format!("/messages/organisations?q={}&page={page}", encode(&query.q))))
        }
        p { (link_button("/messages?show=all", lang.t("お知らせの一覧にもどる", "Back to the messages"))) }
    };
    Ok(Page::new(title, main).reply(&ctx))
}

/// `GET /messages/organisations/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let reached = get(&ctx, id).await?;
    let form = OrganisationForm { mail: reached.mail.clone(), fax: reached.fax.clone() };
    page(&ctx, &reached, &form, &Faults::default())
}

async fn get(ctx: &Ctx, id: Id) -> Result<Reached> {
    let mut read = ctx.read().await?;
    store::find_reached(ctx, &mut read, id).await?.ok_or(Error::NotFound)
}

fn page(ctx: &Ctx, reached: &Reached, form: &OrganisationForm, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let body = html! {
        (text_field(lang, "mail", lang.t("メールアドレス", "Mail address")).value(&form.mail).input_type("email").maxlength(MAIL)
            .hint(lang.t("機関の共用のアドレス。空けておくと、送付状になります", "A shared address of the organisation; left empty, a sheet is made")).error(faults.get("mail", lang)))
        (text_field(lang, "fax", lang.t("ファクス番号", "Fax number")).value(&form.fax).inputmode("tel").maxlength(FAX).error(faults.get("fax", lang)))
    };
    let action = format!("/messages/organisations/{}", reached.id);
    let shell = FormShell {
        revision: Some(reached.revision),
        consequence: Some(lang.t(
            "この機関に役割などを頼んだときのお知らせが、ここへ届きます。まちがえると、ほかの人に届きます。",
            "Messages of what is asked of this organisation go there. With a mistake they reach somebody else.",
        )),
        cancel: Some("/messages/organisations"),
        ..FormShell::new(lang, &action, ctx.csrf(), &once, lang.t("保存する", "Save"), body)
    };
    let title = lang.t("機関のあて先", "Where an organisation is told");
    let main = html! {
        h1 { (title) }
        p { strong { (reached.name) } }
        (faults.summary(lang))
        @if faults.is_stale() { (both_sides(ctx, reached, form)) }
        (shell)
    };
    Ok(Page::new(title, main).status(faults.status()).reply(ctx))
}

/// What was typed beside what somebody else saved in between.
fn both_sides(ctx: &Ctx, reached: &Reached, form: &OrganisationForm) -> Markup {
    let lang = ctx.lang();
    let rows = [
        SideBySide { label: lang.t("メールアドレス", "Mail address"), yours: &form.mail, theirs: &reached.mail },
        SideBySide { label: lang.t("ファクス番号", "Fax number"), yours: &form.fax, theirs: &reached.fax },
    ];
    saved_first(lang, &compare(lang, "", &rows))
}

/// `POST /messages/organisations/{id}`
pub async fn change(ctx: Ctx, Path(id): Path<Id>, form: Form<OrganisationForm>) -> Reply {
    let seen = form.seen()?;
    Step::new(&ctx)
        .run(
            async |work| {
                put(&ctx, work, id, &form.input, seen).await?;
                Ok("/messages/organisations".to_owned())
            },
            async |faults| page(&ctx, &get(&ctx, id).await?, &form.input, &faults),
        )
        .await
}

async fn put(ctx: &Ctx, work: &mut Work, id: Id, form: &OrganisationForm, seen: i64) -> Result<()> {
    store::find_reached(ctx, work, id).await?.ok_or(Error::NotFound)?;
    let (mail, fax) = check_organisation(form)?;
    if store::put_organisation_mail(ctx, work, id, (&mail, &fax), seen).await? == 0 {
        let now = store::find_reached(ctx, work, id).await?.map_or(0, |reached| reached.revision);
        return Err(Error::Stale { now });
    }
    ctx.wrote(&ORGANISATION, id);
    Ok(())
}
