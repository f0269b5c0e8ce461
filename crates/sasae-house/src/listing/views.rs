//! Saved views: a list as somebody wants to see it again, for that person alone.

use axum::extract::{Path, RawQuery};
use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{self, SavedView};
use super::{List, ListQuery, export, model, show};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::input::Check;
use crate::lang::Lang;
use crate::web::ui::form::{FormShell, hidden, text_field};
use crate::web::ui::parts::{Flash, Tone, data_list, empty, link_button, post_button};
use crate::web::{Faults, Form, Page, Pairs, Reply, Step, see};

/// Most characters of a name.
pub const NAME: usize = 60;
/// The name in addresses of what came of the step before.
pub(super) const DONE: &str = "done";
/// Its value where a view was saved.
pub(super) const SAVED: &str = "view_saved";
/// Most views of one person of one list.
const MOST: i64 = 30;

/// A view as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ViewForm {
    /// What it is called; at most 60 characters.
    pub name: String,
    /// Conditions, order and columns, as an address says them.
    pub query: String,
}

impl SavedView {
    /// Where the view opens.
    pub fn href(&self, list: &List) -> String {
        if self.query.is_empty() { list.path.to_owned() } else { format!("{}?{}", list.path, self.query) }
    }
}

/// The name of a view, which no other view of the same list and person has.
async fn check_name(ctx: &Ctx, conn: &mut Conn, list: &str, own: Option<Id>, typed: &str) -> Result<String> {
    let mut check = Check::new(ctx);
    let name = check.required("name", typed, NAME);
    let views = store::list_views(ctx, conn, list).await?;
    if views.iter().any(|view| view.name == name && Some(view.id) != own) {
        check.put("name", "同じ名前の見かたがあります。", "There is a view of that name already.");
    }
    if own.is_none() && views.len() as i64 >= MOST {
        check.put(
            "name",
            "30までです。いらないものを消してから、保存してください。",
            "There can be 30. Delete one that is not needed, then save.",
        );
    }
    check.done()?;
    Ok(name)
}

/// Saves a view.
pub async fn save(ctx: &Ctx, work: &mut Work, list: &'static List, form: &ViewForm) -> Result<Id> {
    let asked = export::asked_of(ctx, list, &form.query)?;
    let name = check_name(ctx, work, list.code, None, &form.name).await?;
    let id = ctx.new_id();
    store::insert_view(ctx, work, id, list.code, &name, &asked.query()).await?;
    Ok(id)
}

/// Gives a view of the reader another name.
pub async fn rename(ctx: &Ctx, work: &mut Work, id: Id, form: &ViewForm) -> Result<()> {
    let view = store::get_view(ctx, work, id).await?;
    let name = check_name(ctx, work, &view.list, Some(id), &form.name).await?;
    store::rename_view(ctx, work, id, &name).await
}

/// `GET /lists/{list}/views?…`: the reader's views, and a form for what was in sight.
pub async fn show_views(ctx: Ctx, Path(code): Path<String>, RawQuery(query): RawQuery) -> Reply {
    let list = super::find(&ctx, &code).ok_or(Error::NotFound)?;
    let query = query.unwrap_or_default();
    let flash = match Pairs::parse(query.as_bytes()).iter().find(|(name, _)| *name == DONE).map(|(_, done)| done) {
        Some("renamed") => Some(ctx.lang().t("名前を変えました。", "Renamed.")),
        Some("deleted") => Some(ctx.lang().t("見かたを消しました。", "The view is deleted.")),
        _ => None,
    };
    let flash = flash.map(|text| Flash { tone: Tone::Good, text: text.to_owned(), next: None });
    let form = ViewForm { query, ..ViewForm::default() };
    Ok(page(&ctx, list, &form, None, &Faults::default()).await?.flash(flash).reply(&ctx))
}

/// The page; `renamed` is the view whose form has the errors, none where the new one has them.
async fn page(ctx: &Ctx, list: &'static List, form: &ViewForm, renamed: Option<Id>, faults: &Faults) -> Result<Page> {
    let lang = ctx.lang();
    let query = if renamed.is_some() { "" } else { form.query.as_str() };
    let asked = export::asked_of(ctx, list, query)?;
    let mut read = ctx.read().await?;
    let views = store::list_views(ctx, &mut read, list.code).await?;
    let said = show::in_words(ctx, &asked, &model::list_areas(ctx, &mut read, &asked).await?);
    let mut cards = Vec::new();
    for view in &views {
        // One that can no longer be read, because a list has changed, keeps its name and its buttons.
        let said = match export::asked_of(ctx, list, &view.query) {
            Ok(asked) => show::in_words(ctx, &asked, &model::list_areas(ctx, &mut read, &asked).await?),
            Err(_) => Vec::new(),
        };
        cards.push((view, said));
    }
    drop(read);
    let title = match lang {
        Lang::Ja => format!("{}：保存した見かた", list.name.get(lang)),
        Lang::En => format!("{}: saved views", list.name.get(lang)),
    };
    let main = html! {
        h1 { (title) }
        (faults.summary(lang))
        @if renamed.is_none() { (save_form(ctx, &asked, &said, form, faults)) }
        @if views.is_empty() {
            (empty(lang.t("保存した見かたはまだありません。", "There is no saved view yet."), None))
        }
        @for (view, said) in &cards {
            @let own = renamed == Some(view.id);
            @if renamed.is_none() || own { (one(ctx, list, (view, said), own.then_some((form, faults)))) }
        }
        p { (link_button(&asked.href(1), lang.t("一覧にもどる", "Back to the list"))) }
    };
    Ok(Page::new(title, main).status(faults.status()))
}

fn save_form(ctx: &Ctx, asked: &ListQuery, said: &[(&str, Markup)], form: &ViewForm, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let body = html! {
        (hidden("query", &asked.query()))
        (data_list(said))
        (text_field(lang, "name", lang.t("この見かたの名前", "Name of this view")).value(&form.name).maxlength(NAME).required()
            .hint(lang.t("例：今週見るもの", "For example: to look at this week")).error(faults.get("name", lang)))
    };
    let action = format!("/lists/{}/views", asked.list().code);
    let back = asked.href(1);
    let shell = FormShell {
        consequence: Some(lang.t(
            "上の条件・並び順・項目を保存します。見えるのは自分だけです。",
            "Conditions, order and columns are saved as they stand above, for you alone.",
        )),
        cancel: Some(&back),
        ..FormShell::new(lang, &action, ctx.csrf(), &once, lang.t("保存する", "Save"), body)
    };
    html! { (shell) }
}

/// One view: its link, its name in a form that is folded away, and the button that deletes it.
fn one(
    ctx: &Ctx,
    list: &List,
    (view, said): (&SavedView, &[(&str, Markup)]),
    typed: Option<(&ViewForm, &Faults)>,
) -> Markup {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let action = format!("/views/{}", view.id);
    let name = typed.map_or(view.name.as_str(), |(form, _)| form.name.as_str());
    // A page may hold thirty of these forms: each field has a name of its own for its label, and
    // only the one that is being put right is called as its error.
    let id = format!("name-{}", view.id);
    html! {
        section class="card" {
            h2 { a href=(view.href(list)) { (view.name) } }
            @if !said.is_empty() { (data_list(said)) }
            details open[typed.is_some()] {
                summary { (lang.t("名前を変える", "Rename")) }
                form class="form" action=(action) method="post" data-once-only {
                    (hidden("_csrf", ctx.csrf()))
                    (hidden("_once", &once))
                    @if let Some((_, faults)) = typed {
                        (text_field(lang, "name", lang.t("名前", "Name")).value(name).maxlength(NAME).required().error(faults.get("name", lang)))
                    } @else {
                        label for=(id) { (lang.t("名前", "Name")) }
                        input id=(id) name="name" type="text" maxlength=(NAME) value=(name);
                    }
                    div class="buttons" { button class="button" type="submit" { (lang.t("名前を変える", "Rename")) } }
                }
            }
            (post_button(&format!("/views/{}/delete", view.id), ctx.csrf(), &ctx.new_id().to_string(), lang.t("この見かたを消す", "Delete this view")))
        }
    }
}

/// `POST /lists/{list}/views`
pub async fn save_page(ctx: Ctx, Path(code): Path<String>, form: Form<ViewForm>) -> Reply {
    let list = super::find(&ctx, &code).ok_or(Error::NotFound)?;
    Step::new(&ctx)
        .run(
            async |work| Ok(format!("/views/{}?{DONE}={SAVED}", save(&ctx, work, list, &form.input).await?)),
            async |faults| Ok(page(&ctx, list, &form.input, None, &faults).await?.reply(&ctx)),
        )
        .await
}

/// `GET /views/{id}`: leads to the list as it was saved.
pub async fn open(ctx: Ctx, Path(id): Path<Id>, RawQuery(query): RawQuery) -> Reply {
    let mut read = ctx.read().await?;
    let view = store::get_view(&ctx, &mut read, id).await?;
    let list = super::find(&ctx, &view.list).ok_or(Error::NotFound)?;
    let just_saved = Pairs::parse(query.unwrap_or_default().as_bytes()).iter().any(|pair| pair == (DONE, SAVED));
    let href = match export::asked_of(&ctx, list, &view.query) {
        Ok(asked) if just_saved => asked.href_done(SAVED),
        _ => view.href(list),
    };
    Ok(see(&href))
}

/// `POST /views/{id}`
pub async fn rename_page(ctx: Ctx, Path(id): Path<Id>, form: Form<ViewForm>) -> Reply {
    let mut read = ctx.read().await?;
    let view = store::get_view(&ctx, &mut read, id).await?;
    drop(read);
    let list = super::find(&ctx, &view.list).ok_or(Error::NotFound)?;
    Step::new(&ctx)
        .run(
            async |work| {
                rename(&ctx, work, id, &form.input).await?;
                Ok(format!("/lists/{}/views?done=renamed", list.code))
            },
            async |faults| Ok(page(&ctx, list, &form.input, Some(id), &faults).await?.reply(&ctx)),
        )
        .await
}

/// `POST /views/{id}/delete`
pub async fn delete_page(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    Step::new(&ctx)
        .press(async |work| {
            let view = store::get_view(&ctx, work, id).await?;
            store::delete_view(&ctx, work, id).await?;
            Ok(format!("/lists/{}/views?done=deleted", view.list))
        })
        .await
}
