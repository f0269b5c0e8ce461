//! The pages on which a notice is put right. Each asks what and why, and says what will change before
//! it is done.

use axum::extract::Path;
use maud::{Markup, html};
use sasae_core::id::Id;

use super::correct;
use super::model::{self, NoticeCorrection};
use super::public::report_areas;
use super::store::{self, Notice};
use super::{CORRECT, TRIAGE};
use crate::access::{self, Act, Sight};
use crate::correction::pages::{Wish, reason_field, struck_out};
use crate::correction::{self, Outlook, Question, ReasonForm};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Fields, Result};
use crate::lang::Lang;
use crate::notice::NOTICE;
use crate::person::{self, PersonRow};
use crate::web::ui::form::{Choice, choice_field, long_field, select_field, text_field, yes_no};
use crate::web::ui::parts::{Flash, SideBySide, Tone, compare, saved_first};
use crate::web::{Form, Pairs, Reply, see};

/// Most persons offered.
const OFFERED: i64 = 20;

/// What is said after a step, on the notice or on the list.
pub(super) fn flash(lang: Lang, done: &str) -> Option<Flash> {
    let text = match done {
        "corrected" => lang.t("訂正しました。", "Corrected."),
        "struck" => lang.t("取り消しました。", "Struck out."),
        "restored" => lang.t("取り消しをやめました。", "Restored."),
        "taken-back" => {
            lang.t("扱いの決定を取り消しました。もう一度決めてください。", "Taken back. Please decide again.")
        }
        _ => return None,
    };
    Some(Flash { tone: Tone::Good, text: text.to_owned(), next: None })
}

/// Goes to the notice, or to the list where the reader may no longer see it.
async fn leave(ctx: &Ctx, mut work: Work, id: Id, done: &str) -> Reply {
    let place = correction::place_after(ctx, &mut work, (&NOTICE, id), "/notices", done).await?;
    Ok(see(&work.commit(&place).await?))
}

/// What is asked with a reason alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Strike,
    Restore,
    TakeBack,
}

impl Step {
    fn path(self) -> &'static str {
        match self {
            Step::Strike => "strike",
            Step::Restore => "restore",
            Step::TakeBack => "take-back",
        }
    }

    fn done(self) -> &'static str {
        match self {
            Step::Strike => "struck",
            Step::Restore => "restored",
            Step::TakeBack => "taken-back",
        }
    }

    fn act(self) -> Act {
        match self {
            Step::Strike => CORRECT,
            Step::Restore | Step::TakeBack => TRIAGE,
        }
    }

    fn title(self, lang: Lang) -> &'static str {
        match self {
            Step::Strike => lang.t("気づきを取り消す", "Strike a notice out"),
            Step::Restore => lang.t("気づきの取り消しをやめる", "Restore a notice"),
            Step::TakeBack => lang.t("扱いの決定を取り消す", "Take a decision back"),
        }
    }

    fn verb(self, lang: Lang) -> &'static str {
        match self {
            Step::Strike => lang.t("取り消す", "Strike it out"),
            Step::Restore => lang.t("取り消しをやめる", "Restore it"),
            Step::TakeBack => lang.t("決定を取り消す", "Take it back"),
        }
    }

    /// Whether the step fits the notice, so that its form is worth showing.
    fn check(self, notice: &Notice) -> Result<()> {
        let refuse = |ja: &'static str, en: &'static str| Err(Error::refused(ja, en));
        match self {
            Step::Restore if notice.struck_at.is_none() => {
                refuse("この気づきは、取り消されていません。", "This notice was not struck out.")
            }
            Step::Strike | Step::TakeBack if notice.struck_at.is_some() => Err(struck_out()),
            Step::TakeBack if notice.triage.is_none() => refuse(
                "この気づきの扱いは、まだ決まっていません。",
                "It has not been decided yet what becomes of this notice.",
            ),
            _ => Ok(()),
        }
    }
}

/// A notice as a page on which it is put right shows it.
struct Shown {
    notice: Notice,
    sight: Sight,
    action: String,
    cancel: String,
}

impl Shown {
    async fn load(ctx: &Ctx, id: Id, step: &str, act: Act) -> Result<Shown> {
        let mut read = ctx.read().await?;
        let sight = access::sight(ctx, &mut read, &NOTICE, id, &[CORRECT, TRIAGE]).await?;
        sight.require(act)?;
        let notice = store::get(ctx, &mut read, id).await?;
        let cancel = format!("/notices/{id}");
        Ok(Shown { notice, sight, action: format!("{cancel}/{step}"), cancel })
    }

    fn question<'a>(&'a self, title: &'a str, verb: &'a str, revision: i64) -> Question<'a> {
        let Shown { sight, action, cancel, .. } = self;
        Question { title, action, verb, cancel, revision, why: &sight.why }
    }
}

async fn reason_page(ctx: &Ctx, id: Id, step: Step, form: &ReasonForm, errors: &Fields, stale: bool) -> Reply {
    let lang = ctx.lang();
    let shown = Shown::load(ctx, id, step.path(), step.act()).await?;
    step.check(&shown.notice)?;
    if step != Step::Restore {
        let mut read = ctx.read().await?;
        correct::require_nothing_followed(ctx, &mut read, id).await?;
    }
    let question = shown.question(step.title(lang), step.verb(lang), shown.notice.revision);
    let label = ctx.profile().label("notice_kind", &shown.notice.kind, lang);
    let said = html! {
        @if stale { (saved_first(lang, &html! {})) }
        p { (label) " " (lang.date(shown.notice.received_on)) " " (shown.notice.area_name) }
    };
    let body = html! { (reason_field(lang, &form.reason, errors)) };
    Ok(if stale { question.stale(ctx, &said, body) } else { question.form(ctx, &said, body, errors) })
}

async fn reason_step(ctx: &Ctx, id: Id, step: Step, form: Form<ReasonForm>) -> Reply {
    let seen = form.seen()?;
    let wish = Wish::of(&form.sent);
    if wish == Wish::Back {
        return reason_page(ctx, id, step, &form.input, &Fields::default(), false).await;
    }
    let mut work = ctx.begin().await?;
    let done = match step {
        Step::Strike => correct::strike_out(ctx, &mut work, id, &form.input, seen).await,
        Step::Restore => correct::restore(ctx, &mut work, id, &form.input, seen).await,
        Step::TakeBack => correct::take_back(ctx, &mut work, id, &form.input, seen).await,
    };
    match done {
        Ok(_) if wish == Wish::Do => leave(ctx, work, id, step.done()).await,
        Ok(outlook) => {
            drop(work);
            let lang = ctx.lang();
            preview(ctx, id, (step.path(), step.act()), (step.title(lang), step.verb(lang)), &outlook, &form.sent, seen)
                .await
        }
        Err(Error::Invalid(errors)) => {
            drop(work);
            reason_page(ctx, id, step, &form.input, &errors, false).await
        }
        Err(Error::Stale { .. }) => {
            drop(work);
            reason_page(ctx, id, step, &form.input, &Fields::default(), true).await
        }
        Err(other) => Err(other),
    }
}

async fn preview(
    ctx: &Ctx,
    id: Id,
    (path, act): (&str, Act),
    (title, verb): (&str, &str),
    outlook: &Outlook,
    sent: &Pairs,
    seen: i64,
) -> Reply {
    let shown = Shown::load(ctx, id, path, act).await?;
    shown.question(title, verb, seen).preview(ctx, outlook, sent).await
}

/// `GET /notices/{id}/strike`
pub async fn show_strike(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    reason_page(&ctx, id, Step::Strike, &ReasonForm::default(), &Fields::default(), false).await
}

/// `POST /notices/{id}/strike`
pub async fn strike(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    reason_step(&ctx, id, Step::Strike, form).await
}

/// `GET /notices/{id}/restore`
pub async fn show_restore(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    reason_page(&ctx, id, Step::Restore, &ReasonForm::default(), &Fields::default(), false).await
}

/// `POST /notices/{id}/restore`
pub async fn restore(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    reason_step(&ctx, id, Step::Restore, form).await
}

/// `GET /notices/{id}/take-back`
pub async fn show_take_back(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    reason_page(&ctx, id, Step::TakeBack, &ReasonForm::default(), &Fields::default(), false).await
}

/// `POST /notices/{id}/take-back`
pub async fn take_back(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    reason_step(&ctx, id, Step::TakeBack, form).await
}

/// `GET /notices/{id}/correct`
pub async fn show_correct(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    let (notice, _) = correct::get_correctable(&ctx, &mut read, id).await?;
    drop(read);
    correct_page(&ctx, id, &NoticeCorrection::of(&notice), "", &Fields::default(), false).await
}

/// `POST /notices/{id}/correct`
pub async fn correct(ctx: Ctx, Path(id): Path<Id>, form: Form<NoticeCorrection>) -> Reply {
    let seen = form.seen()?;
    let none = Fields::default();
    let (input, find) = (&form.input, form.sent.one("find"));
    let wish = Wish::of(&form.sent);
    if wish == Wish::Back || form.sent.has("_find") {
        return correct_page(&ctx, id, input, find, &none, false).await;
    }
    let mut work = ctx.begin().await?;
    match correct::correct(&ctx, &mut work, id, input, seen).await {
        Ok(_) if wish == Wish::Do => leave(&ctx, work, id, "corrected").await,
        Ok(outlook) => {
            drop(work);
            let words = correct_words(ctx.lang());
            preview(&ctx, id, ("correct", CORRECT), words, &outlook, &form.sent, seen).await
        }
        Err(Error::Invalid(errors)) => {
            drop(work);
            correct_page(&ctx, id, input, find, &errors, false).await
        }
        Err(Error::Stale { .. }) => {
            drop(work);
            correct_page(&ctx, id, input, find, &none, true).await
        }
        Err(other) => Err(other),
    }
}

fn correct_words(lang: Lang) -> (&'static str, &'static str) {
    (lang.t("気づきを訂正する", "Correct a notice"), lang.t("訂正する", "Correct it"))
}

async fn correct_page(ctx: &Ctx, id: Id, form: &NoticeCorrection, find: &str, errors: &Fields, stale: bool) -> Reply {
    let lang = ctx.lang();
    let shown = Shown::load(ctx, id, "correct", CORRECT).await?;
    let decides = shown.sight.may(TRIAGE);
    let areas = areas(ctx, &shown.notice).await?;
    let persons = if decides { Persons::load(ctx, &shown.notice, form, find).await? } else { Persons::default() };
    let kinds = ctx.profile().words("notice_kind").iter();
    let kinds = kinds.map(|w| Choice::new(w.code.as_str(), lang.t(&w.ja, &w.en))).collect();
    let area_choices = areas.iter().map(|(id, name)| Choice::new(id.as_str(), name.as_str())).collect();
    let body = html! {
        (choice_field(lang, "kind", lang.t("気づいたこと", "What was noticed"), kinds).values([form.kind.as_str()]).required().error(errors.get("kind", lang)))
        (long_field(lang, "what", lang.t("くわしく", "In words")).value(&form.what).maxlength(most(model::WHAT)).rows(4).error(errors.get("what", lang)))
        (select_field(lang, "area", lang.t("区域", "Area"), area_choices).values([form.area.as_str()]).required()
            .hint(lang.t("ほかの区域を選ぶと、その区域の担当に届きます", "Choose another area and it comes to those in charge there")).error(errors.get("area", lang)))
        (text_field(lang, "place", lang.t("場所", "Place")).value(&form.place).maxlength(most(model::LINE)).error(errors.get("place", lang)))
        (text_field(lang, "about", lang.t("だれのこと", "About whom")).value(&form.about).maxlength(most(model::LINE)).error(errors.get("about", lang)))
        (yes_no(lang, "urgent", lang.t("今日のうちに動く必要がある", "Something must be done today")).values([form.urgent.as_str()]))
        @if decides {
            (persons.choose(lang, form, find, errors))
            (text_field(lang, "name", lang.t("知らせた人", "Reporter")).value(&form.name).maxlength(most(model::LINE)).error(errors.get("name", lang)))
            (text_field(lang, "contact", lang.t("連絡先", "Contact")).value(&form.contact).maxlength(most(model::LINE)).error(errors.get("contact", lang)))
        }
        (reason_field(lang, &form.reason, errors))
    };
    let (title, verb) = correct_words(lang);
    let question = shown.question(title, verb, shown.notice.revision);
    if stale {
        let theirs = NoticeCorrection::of(&shown.notice);
        let row = |label, yours, theirs| SideBySide { label, yours, theirs };
        let rows = [
            row(lang.t("くわしく", "In words"), form.what.as_str(), theirs.what.as_str()),
            row(lang.t("場所", "Place"), form.place.as_str(), theirs.place.as_str()),
            row(lang.t("だれのこと", "About whom"), form.about.as_str(), theirs.about.as_str()),
            row(lang.t("区域", "Area"), named(&areas, &form.area), named(&areas, &theirs.area)),
        ];
        return Ok(question.stale(ctx, &saved_first(lang, &compare(lang, "", &rows)), body));
    }
    Ok(question.form(ctx, &html! {}, body, errors))
}

/// A limit of the model as the attribute of a field.
fn most(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

fn named<'a>(areas: &'a [(String, String)], id: &str) -> &'a str {
    areas.iter().find(|(known, _)| known == id).map_or("", |(_, name)| name.as_str())
}

/// The areas to which a notice may be moved: that which it has, those from which residents choose,
/// and those of the reader's posts.
async fn areas(ctx: &Ctx, notice: &Notice) -> Result<Vec<(String, String)>> {
    let mut read = ctx.read().await?;
    let mut areas = vec![(notice.area_id.to_string(), notice.area_name.clone())];
    let mut more = report_areas(ctx, &mut read).await?;
    for post in &ctx.staff()?.posts {
        for tier in ctx.profile().main_tiers() {
            let within = crate::area::list_within(ctx, &mut read, &tier.code, post.area).await?;
            more.extend(within.into_iter().map(|area| (area.id.to_string(), area.name)));
        }
    }
    for (id, name) in more {
        if !areas.iter().any(|(known, _)| *known == id) {
            areas.push((id, name));
        }
    }
    Ok(areas)
}

/// Whom a notice may be about: who stands there, and who was found.
#[derive(Default)]
struct Persons {
    /// Who stands there or is chosen: the id, and the name where the reader may see it.
    there: Vec<(Id, Option<PersonRow>)>,
    found: Vec<PersonRow>,
    searched: bool,
}

impl Persons {
    async fn load(ctx: &Ctx, notice: &Notice, form: &NoticeCorrection, find: &str) -> Result<Persons> {
        let mut read = ctx.read().await?;
        let mut persons = Persons { searched: !find.trim().is_empty(), ..Persons::default() };
        for id in notice.person_id.into_iter().chain(form.person.parse().ok()) {
            if !persons.there.iter().any(|(known, _)| *known == id) {
                let row = person::find_row(ctx, &mut read, id).await?;
                persons.there.push((id, row));
            }
        }
        if persons.searched {
            let found = person::search(ctx, &mut read, find, OFFERED).await?;
            persons.found =
                found.into_iter().filter(|row| !persons.there.iter().any(|(id, _)| *id == row.id)).collect();
        }
        Ok(persons)
    }

    fn choose(&self, lang: Lang, form: &NoticeCorrection, find: &str, errors: &Fields) -> Markup {
        let choice = |row: &PersonRow| {
            let birth = row.birth_on.map(|on| lang.date(on));
            let facts: Vec<String> = birth.into_iter().chain([row.area_name.clone()]).collect();
            let name = format!("{} {}", row.family, row.given);
            Choice::new(row.id.to_string(), name).hint(facts.join(lang.t("・", ", ")))
        };
        let unseen = lang.t("（あなたには見えない人）のまま", "Somebody whom you may not see, as it stands");
        let there = self.there.iter().map(|(id, row)| match row {
            Some(row) => choice(row),
            None => Choice::new(id.to_string(), unseen),
        });
        let nobody = Choice::new("", lang.t("だれのことか分からない", "It is not known whom it is about"));
        let choices = there.chain(self.found.iter().map(choice)).chain([nobody]).collect();
        html! {
            (text_field(lang, "find", lang.t("人をさがす（名前・電話）", "Find a person (name or telephone)")).value(find).maxlength(100).autocomplete("off"))
            div class="buttons" { button class="button" type="submit" name="_find" value="1" { (lang.t("さがす", "Find")) } }
            @if self.searched && self.found.is_empty() {
                p role="status" { (lang.t("見つかりませんでした。", "Nobody was found.")) }
            }
            (choice_field(lang, "person", lang.t("だれのことか（登録された人）", "The person whom it is about"), choices).values([form.person.as_str()]).error(errors.get("person", lang)))
        }
    }
}
