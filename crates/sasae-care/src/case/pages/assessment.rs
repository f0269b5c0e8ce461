//! The pages of an assessment.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use sasae_core::id::Id;

use super::super::entry::Entry;
use super::super::model::{self, AssessmentForm, TEXT, extra_fields, extra_of};
use super::super::store;
use super::{CaseForm, DoneQuery, Opened, Problem, correct, load, load_for, open_for, texts, which};
use crate::access::Act;
use crate::ctx::Ctx;
use crate::draft;
use crate::profile::{Field, FieldKind};
use crate::web::ui::field::field_id;
use crate::web::ui::form::{Choice, date_field, hidden, long_field};
use crate::web::ui::parts::date_pair;
use crate::web::{Form, Page, Reply, see};

fn key_of(case: Id) -> String {
    format!("case:{case}:assessment")
}

/// `GET /cases/{id}/assessments/new`
pub async fn show_new(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = open_for(&ctx, &mut read, id, Act::EDIT).await?;
    let kept: Option<(AssessmentForm, String)> = draft::find(&ctx, &mut read, &key_of(id)).await?;
    drop(read);
    let (form, kept_at) = match kept {
        Some((form, at)) => (form, Some(at)),
        None => (AssessmentForm { assessed_on: ctx.lang().date(ctx.today()), ..AssessmentForm::default() }, None),
    };
    Ok(page(&ctx, &opened, &form, kept_at.as_deref(), &Problem::default()))
}

fn page(ctx: &Ctx, opened: &Opened, form: &AssessmentForm, kept_at: Option<&str>, problem: &Problem) -> Response {
    let lang = ctx.lang();
    let error = |name: &str| problem.fields.get(name, lang);
    let key = key_of(opened.case.id);
    let most = u32::try_from(TEXT).unwrap_or(u32::MAX);
    let long = |name, label, value, hint| {
        long_field(lang, name, label).value(value).maxlength(most).rows(4).hint(hint).error(error(name))
    };
    let body = html! {
        (date_field(lang, "assessed_on", lang.t("確かめた日", "Date")).value(&form.assessed_on).required().error(error("assessed_on")))
        (long("situation", lang.t("いまのようす", "How things stand"), &form.situation, lang.t("見たこと・聞いたことを、考えたことと分けて書きます", "What was seen and heard, apart from what you think of it")).required())
        (long("strengths", lang.t("本人・世帯の力、好きなこと", "Strengths, and what they like"), &form.strengths, lang.t("できること、続けたいこと、頼りにしている人", "What they can do, want to go on with, rely on")))
        (long("risks", lang.t("心配なこと・危ないこと", "Risks"), &form.risks, lang.t("健康、火の元、お金、孤立など", "Health, fire, money, isolation")))
        (long("needs", lang.t("必要なこと", "What is needed"), &form.needs, lang.t("本人の希望と、支援する側の見立て", "What the person wishes, and what you see")))
        (own_fields(ctx, form, problem))
    };
    let page = CaseForm {
        title: lang.t("アセスメントを書く", "Write an assessment"),
        action: format!("/cases/{}/assessments", opened.case.id),
        submit: lang.t("保存する", "Save"),
        consequence: lang
            .t("この支援のチームと、区域の担当者が読めます。", "The team and those in charge of the area can read it."),
        draft: Some((&key, kept_at)),
        revision: None,
        body,
    };
    page.page(ctx, opened, problem)
}

/// The profile's own fields under their headings (#16, #37). Each value travels
/// with the code of its field.
fn own_fields(ctx: &Ctx, form: &AssessmentForm, problem: &Problem) -> Markup {
    let lang = ctx.lang();
    let fields = extra_fields(ctx);
    let section = |field: &Field| field.section.as_ref().map_or(String::new(), |label| label.get(lang).to_owned());
    html! {
        @for (at, field) in fields.iter().enumerate() {
            @let heading = section(field);
            @let before = at.checked_sub(1).and_then(|at| fields.get(at)).map(|field| section(field));
            @if !heading.is_empty() && before.as_ref() != Some(&heading) { h2 { (heading) } }
            (hidden("extra_code", &field.code))
            (own_field(ctx, field, extra_of(form, &field.code), problem))
        }
    }
}

/// Every field of this kind is named `extra`, so each has an id of its own.
fn own_field(ctx: &Ctx, field: &Field, value: &str, problem: &Problem) -> Markup {
    let lang = ctx.lang();
    let name = format!("extra-{}", field.code);
    let id = field_id(&name);
    let error = problem.fields.get(&name, lang);
    let help = field.help.as_ref().map(|label| label.get(lang));
    let described = error.map(|_| format!("{id}-error")).or(help.map(|_| format!("{id}-hint")));
    let invalid = error.map(|_| "true");
    let options: Vec<Choice<'_>> = match (field.kind, &field.vocabulary) {
        (FieldKind::Choice, Some(vocabulary)) => super::choices(ctx, vocabulary),
        (FieldKind::YesNo, _) => {
            vec![Choice::new("yes", lang.t("はい", "Yes")), Choice::new("no", lang.t("いいえ", "No"))]
        }
        _ => Vec::new(),
    };
    html! {
        div class="field" data-invalid=[invalid] {
            label class="label" for=(id) {
                (lang.t(&field.ja, &field.en)) " "
                @if field.required { span class="must" { (lang.t("必須", "Required")) } } @else { span class="may" { (lang.t("任意", "Optional")) } }
            }
            @if let Some(help) = help { p class="hint" id={ (id) "-hint" } { (help) } }
            @if let Some(error) = error { p class="error" id={ (id) "-error" } { span class="error-word" { (lang.t("誤り：", "Error: ")) } (error) } }
            @match field.kind {
                FieldKind::LongText => textarea class="line" id=(id) name="extra" rows="4" maxlength=(field.limit()) aria-invalid=[invalid] aria-describedby=[described] { (value) },
                FieldKind::Choice | FieldKind::YesNo => select class="line" id=(id) name="extra" aria-invalid=[invalid] aria-describedby=[described] {
                    option value="" { (lang.t("選んでください", "Please choose")) }
                    @for option in &options { option value=(option.value) selected[option.value == value] { (option.label) } }
                },
                FieldKind::Text | FieldKind::Number | FieldKind::Date => input class="line" type="text" id=(id) name="extra" value=(value) maxlength=(field.limit()) aria-invalid=[invalid] aria-describedby=[described];,
            }
        }
    }
}

/// `POST /cases/{id}/assessments`
pub async fn assess(ctx: Ctx, Path(id): Path<Id>, form: Form<AssessmentForm>) -> Reply {
    if form.draft() {
        return draft::keep_and_return(&ctx, &form.sent, &format!("/cases/{id}/assessments/new")).await;
    }
    let mut work = ctx.begin().await?;
    match super::super::assess(&ctx, &mut work, id, &form.input).await {
        Ok(_) => {
            draft::forget(&ctx, &mut work, &key_of(id)).await?;
            Ok(see(&work.commit(&format!("/cases/{id}?done=assessed")).await?))
        }
        Err(error) => {
            let problem = Problem::of(error)?;
            drop(work);
            let mut read = ctx.read().await?;
            let opened = load(&ctx, &mut read, id).await?;
            drop(read);
            Ok(page(&ctx, &opened, &form.input, None, &problem))
        }
    }
}

/// `GET /cases/{id}/assessments/{record}`
pub async fn show(ctx: Ctx, Path((id, record)): Path<(Id, Id)>, Query(query): Query<DoneQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = load_for(&ctx, &mut read, id, correct::ACTS).await?;
    let one = store::get_assessment(&ctx, &mut read, id, record).await?;
    let (above, below) = correct::mending(&ctx, &mut read, &opened, Entry::Assessment, record).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("アセスメント", "Assessment");
    let extra: BTreeMap<String, String> = serde_json::from_str(&one.extra).unwrap_or_default();
    let own: Vec<(&str, String)> = model::extra_fields(&ctx)
        .into_iter()
        .filter_map(|field| {
            let value = extra.get(&field.code)?;
            let shown = match (field.kind, &field.vocabulary) {
                (FieldKind::Choice, Some(vocabulary)) => ctx.profile().label(vocabulary, value, lang).to_owned(),
                (FieldKind::YesNo, _) if value == "yes" => lang.t("はい", "Yes").to_owned(),
                (FieldKind::YesNo, _) => lang.t("いいえ", "No").to_owned(),
                _ => value.clone(),
            };
            Some((lang.t(&field.ja, &field.en), shown))
        })
        .collect();
    let mut rows = vec![
        (lang.t("いまのようす", "How things stand"), one.situation.as_str()),
        (lang.t("本人・世帯の力、好きなこと", "Strengths"), &one.strengths),
        (lang.t("心配なこと・危ないこと", "Risks"), &one.risks),
        (lang.t("必要なこと", "What is needed"), &one.needs),
    ];
    rows.extend(own.iter().map(|(label, value)| (*label, value.as_str())));
    let main = html! {
        h1 { (title) }
        (which(lang, &opened.case))
        (above)
        p { (date_pair(one.assessed_on, lang)) " " (one.staff_name) }
        (texts(&rows))
        (below)
    };
    Ok(Page::new(title, main).why(opened.sight.why).flash(correct::flash(lang, &query.done)).reply(&ctx))
}
