//! The pages of contacts: quick to fill in at somebody's door.

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use sasae_core::id::Id;
use serde::Deserialize;

use super::super::entry::Entry;
use super::super::model::{ContactForm, LINE, TEXT};
use super::super::store::{self, Cursor};
use super::show::CONTACTS;
use super::show_parts::contact_timeline;
use super::{
    CaseForm, DoneQuery, Opened, choices, correct, load, load_for, name_link, open_for, support_needed, which,
};
use crate::access::Act;
use crate::ctx::Ctx;
use crate::draft;
use crate::web::ui::form::{Choice, choice_field, date_field, long_field, select_field, text_field};
use crate::web::ui::parts::{Tone, chip, data_list, date_pair, empty, pager};
use crate::web::{Faults, Form, Page, Reply, Step};

fn key_of(case: Id) -> String {
    format!("case:{case}:contact")
}

/// `GET /cases/{id}/contacts/new`
pub async fn show_new(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = open_for(&ctx, &mut read, id, Act::EDIT).await?;
    let kept: Option<(ContactForm, String)> = draft::find(&ctx, &mut read, &key_of(id)).await?;
    drop(read);
    let (form, kept_at) = match kept {
        Some((form, at)) => (form, Some(at)),
        None => (start(&ctx, &opened), None),
    };
    Ok(page(&ctx, &opened, &form, kept_at.as_deref(), &Faults::default()))
}

fn start(ctx: &Ctx, opened: &Opened) -> ContactForm {
    let main = opened.persons.iter().find(|person| person.main).and_then(|person| person.id);
    ContactForm {
        contact_on: ctx.lang().date(ctx.today()),
        person: main.map(|id| id.to_string()).unwrap_or_default(),
        ..ContactForm::default()
    }
}

/// The fields of a contact, for a new one and for one that is put right.
pub(super) fn fields(ctx: &Ctx, opened: &Opened, form: &ContactForm, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let error = |name: &str| faults.get(name, lang);
    let persons: Vec<Choice<'_>> =
        opened.persons.iter().filter_map(|person| Some(Choice::new(person.id?.to_string(), person.name()))).collect();
    let usual = ctx.due("contact_next", ctx.today()).ok();
    let hint = match (lang, usual) {
        (_, None) => String::new(),
        (crate::lang::Lang::Ja, Some(on)) => {
            format!("次に連絡すると決めたとき。ふだんの目安は{}までです。", lang.date(on))
        }
        (crate::lang::Lang::En, Some(on)) => format!("If the next contact is settled; usually by {on}."),
    };
    html! {
        (date_field(lang, "contact_on", lang.t("連絡した日", "Date")).value(&form.contact_on).required().error(error("contact_on")))
        @if persons.len() > 1 {
            (choice_field(lang, "person", lang.t("だれと・だれのことで", "With or about whom"), persons).value(&form.person).error(error("person")))
        } @else if let [only] = persons.as_slice() {
            (crate::web::ui::form::hidden("person", &only.value))
        }
        (choice_field(lang, "method", lang.t("どうやって", "How"), choices(ctx, "contact_method")).value(&form.method).required().error(error("method")))
        (select_field(lang, "kind", lang.t("何をした", "What kind"), choices(ctx, "contact_kind")).value(&form.kind).required().error(error("kind")))
        (long_field(lang, "body", lang.t("ようす・話したこと", "What happened")).value(&form.body).maxlength(TEXT).rows(5).required().error(error("body")))
        (date_field(lang, "next_on", lang.t("次に連絡する日", "Next contact on")).value(&form.next_on).hint(&hint).error(error("next_on")))
        (text_field(lang, "next_what", lang.t("次にすること", "What for")).value(&form.next_what).maxlength(LINE).error(error("next_what")))
    }
}

fn page(ctx: &Ctx, opened: &Opened, form: &ContactForm, kept_at: Option<&str>, faults: &Faults) -> Response {
    let lang = ctx.lang();
    let key = key_of(opened.case.id);
    let page = CaseForm {
        title: lang.t("連絡を記録する", "Record a contact"),
        action: format!("/cases/{}/contacts", opened.case.id),
        submit: lang.t("記録する", "Record"),
        consequence: lang.t(
            "チームと区域の担当者が読めます。前に約束した連絡は、済みになります。",
            "The team and those in charge of the area can read it. What you promised before counts as kept.",
        ),
        draft: Some((&key, kept_at)),
        revision: None,
        body: fields(ctx, opened, form, faults),
    };
    page.page(ctx, opened, faults)
}

/// `POST /cases/{id}/contacts`
pub async fn record(ctx: Ctx, Path(id): Path<Id>, form: Form<ContactForm>) -> Reply {
    Step::new(&ctx)
        .kept(&form.sent, &key_of(id), &format!("/cases/{id}/contacts/new"))
        .run(
            async |work| {
                super::super::contact(&ctx, work, id, &form.input).await?;
                Ok(format!("/cases/{id}?done=contact"))
            },
            async |faults| {
                let mut read = ctx.read().await?;
                let opened = load(&ctx, &mut read, id).await?;
                drop(read);
                Ok(page(&ctx, &opened, &form.input, None, &faults))
            },
        )
        .await
}

/// From where on the list goes.
#[derive(Debug, Default, Deserialize)]
pub struct FromQuery {
    #[serde(default)]
    from: String,
}

/// `GET /cases/{id}/contacts`
pub async fn list(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<FromQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = load(&ctx, &mut read, id).await?;
    let from = Cursor::parse(&query.from);
    let page = store::list_contacts(&ctx, &mut read, id, from, CONTACTS).await?;
    let count = store::count_contacts(&ctx, &mut read, id).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("連絡と訪問", "Contacts");
    let newest = format!("/cases/{id}/contacts");
    let before = (from != Cursor::START).then_some(newest.as_str());
    let after = page.older.as_ref().map(|older| format!("/cases/{id}/contacts?from={older}"));
    let main = html! {
        h1 { (title) " " span class="count" { (count) } }
        (which(lang, &opened.case))
        (support_needed(&ctx, &opened.persons))
        @if page.contacts.is_empty() {
            (empty(lang.t("これより前の連絡はありません。", "There is no older contact."), Some((&newest, lang.t("新しい連絡を見る", "See the newest")))))
        } @else {
            (contact_timeline(&ctx, id, &page.contacts))
        }
        (pager(lang, before, after.as_deref()))
    };
    Ok(Page::new(title, main).why(opened.sight.why).reply(&ctx))
}

/// `GET /cases/{id}/contacts/{record}`
pub async fn show(ctx: Ctx, Path((id, record)): Path<(Id, Id)>, Query(query): Query<DoneQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = load_for(&ctx, &mut read, id, correct::ACTS).await?;
    let one = store::get_contact(&ctx, &mut read, id, record).await?;
    let (above, below) = correct::mending(&ctx, &mut read, &opened, Entry::Contact, record).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("連絡の記録", "Contact");
    let mut rows = vec![
        (lang.t("連絡した日", "Date"), date_pair(one.contact_on, lang)),
        (lang.t("どうやって", "How"), html! { (ctx.profile().label("contact_method", &one.method, lang)) }),
        (lang.t("何をした", "What kind"), html! { (ctx.profile().label("contact_kind", &one.kind, lang)) }),
    ];
    if one.about_person {
        let name = name_link(lang, one.person_id, one.family.as_deref(), one.given.as_deref());
        rows.push((lang.t("だれと", "With whom"), name));
    }
    rows.push((lang.t("ようす・話したこと", "What happened"), html! { span class="lines" { (one.body) } }));
    if let Some(on) = one.next_on {
        rows.push((
            lang.t("次に連絡する日", "Next contact"),
            html! {
                (date_pair(on, lang)) " " (one.next_what)
                @if one.next_done_on.is_some() { " " (chip(Tone::Good, lang.t("済み", "Done"))) }
            },
        ));
    }
    rows.push((lang.t("記録した人", "By"), html! { (one.staff_name) }));
    let main = html! { h1 { (title) } (which(lang, &opened.case)) (above) (data_list(&rows)) (below) };
    Ok(Page::new(title, main).why(opened.sight.why).flash(correct::flash(lang, &query.done, &query.to)).reply(&ctx))
}
