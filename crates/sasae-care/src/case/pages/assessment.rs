//! The pages of an assessment.

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use sasae_core::id::Id;

use super::super::entry::Entry;
use super::super::model::{AssessmentForm, OWN_FIELDS, TEXT};
use super::super::store;
use super::{CaseForm, DoneQuery, Opened, correct, load, load_for, open_for, texts, which};
use crate::access::Act;
use crate::ctx::Ctx;
use crate::draft;
use crate::own::Extra;
use crate::web::ui::form::{date_field, long_field};
use crate::web::ui::parts::date_pair;
use crate::web::{Faults, Form, Page, Reply, Step};

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
    Ok(page(&ctx, &opened, &form, kept_at.as_deref(), &Faults::default()))
}

/// The fields of an assessment.
pub(super) fn fields(ctx: &Ctx, form: &AssessmentForm, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let error = |name: &str| faults.get(name, lang);
    let long = |name, label, value, hint| {
        long_field(lang, name, label).value(value).maxlength(TEXT).rows(4).hint(hint).error(error(name))
    };
    html! {
        (date_field(lang, "assessed_on", lang.t("確かめた日", "Date")).value(&form.assessed_on).required().error(error("assessed_on")))
        (long("situation", lang.t("いまのようす", "How things stand"), &form.situation, lang.t("見たこと・聞いたことを、考えたことと分けて書きます", "What was seen and heard, apart from what you think of it")).required())
        (long("strengths", lang.t("本人・世帯の力、好きなこと", "Strengths, and what they like"), &form.strengths, lang.t("できること、続けたいこと、頼りにしている人", "What they can do, want to go on with, rely on")))
        (long("risks", lang.t("心配なこと・危ないこと", "Risks"), &form.risks, lang.t("健康、火の元、お金、孤立など", "Health, fire, money, isolation")))
        (long("needs", lang.t("必要なこと", "What is needed"), &form.needs, lang.t("本人の希望と、支援する側の見立て", "What the person wishes, and what you see")))
        (OWN_FIELDS.controls(ctx, form.extra.as_ref().unwrap_or(&Extra::new()), faults))
    }
}

fn page(ctx: &Ctx, opened: &Opened, form: &AssessmentForm, kept_at: Option<&str>, faults: &Faults) -> Response {
    let lang = ctx.lang();
    let key = key_of(opened.case.id);
    let page = CaseForm {
        title: lang.t("アセスメントを書く", "Write an assessment"),
        action: format!("/cases/{}/assessments", opened.case.id),
        submit: lang.t("保存する", "Save"),
        consequence: lang
            .t("この支援のチームと、区域の担当者が読めます。", "The team and those in charge of the area can read it."),
        draft: Some((&key, kept_at)),
        revision: None,
        body: fields(ctx, form, faults),
    };
    page.page(ctx, opened, faults)
}

/// `POST /cases/{id}/assessments`
pub async fn assess(ctx: Ctx, Path(id): Path<Id>, form: Form<AssessmentForm>) -> Reply {
    Step::new(&ctx)
        .kept(&form.sent, &key_of(id), &format!("/cases/{id}/assessments/new"))
        .run(
            async |work| {
                super::super::assess(&ctx, work, id, &form.input).await?;
                Ok(format!("/cases/{id}?done=assessed"))
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

/// `GET /cases/{id}/assessments/{record}`
pub async fn show(ctx: Ctx, Path((id, record)): Path<(Id, Id)>, Query(query): Query<DoneQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = load_for(&ctx, &mut read, id, correct::ACTS).await?;
    let one = store::get_assessment(&ctx, &mut read, id, record).await?;
    let (above, below) = correct::mending(&ctx, &mut read, &opened, Entry::Assessment, record).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("アセスメント", "Assessment");
    let own = OWN_FIELDS.list_shown(&ctx, &one.extra);
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
    Ok(Page::new(title, main).why(opened.sight.why).flash(correct::flash(lang, &query.done, &query.to)).reply(&ctx))
}
