//! The pages on which a notice is put right. Each asks what and why, and says what will change before
//! it is done.

use axum::extract::Path;
use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::{self, NoticeCorrection};
use super::public::report_areas;
use super::store::{self, Notice};
use super::{TRIAGE, correct};
use crate::access::{self, Act};
use crate::correction::pages::{find_field, reason_field};
use crate::correction::step::{CorrectionTarget, FormStep, ReasonStep, TargetSummary};
use crate::correction::{self, ReasonForm};
use crate::ctx::Ctx;
use crate::error::{Fields, Result};
use crate::lang::{Lang, Words};
use crate::notice::NOTICE;
use crate::person::{self, PersonRow};
use crate::web::ui::form::{Choice, choice_field, long_field, select_field, text_field, yes_no};
use crate::web::ui::parts::{Flash, SideBySide, compare};
use crate::web::{Faults, Form, Reply};

/// Most persons offered.
const OFFERED: i64 = 20;

/// What is said after a step, on the notice or on the list.
pub(super) fn flash(lang: Lang, done: &str) -> Option<Flash> {
    const TAKEN_BACK: Words =
        Words("扱いの決定を取り消しました。もう一度決めてください。", "Taken back. Please decide again.");
    const ASKED: Words =
        Words("頼みました。返事は「今日」とこの画面に届きます。", "Asked. The answer comes to Today and stands here.");
    const ACCEPTED: Words = Words(
        "引き受けました。終わったら、結果を知らせてください。",
        "You have accepted. Please tell afterwards what came of it.",
    );
    let own = [
        ("reported", Words("知らせました。", "Reported.")),
        ("triaged", Words("扱いを決めました。", "Decided.")),
        ("taken-back", TAKEN_BACK),
        ("asked", ASKED),
        ("accepted", ACCEPTED),
        ("declined", Words("断る返事をしました。", "Your answer has been sent.")),
        ("done", Words("頼んだ人に知らせました。", "The one who asked has been told.")),
    ];
    correction::flash(lang, done, &own)
}

fn page(target: CorrectionTarget) -> String {
    format!("/notices/{}", target.record)
}

/// What is put right, where the step fits it.
async fn shown(ctx: &Ctx, conn: &mut Conn, id: Id, fits: fn(&Notice) -> Result<()>) -> Result<TargetSummary> {
    let notice = store::get(ctx, conn, id).await?;
    fits(&notice)?;
    let lang = ctx.lang();
    let label = ctx.profile().label("notice_kind", &notice.kind, lang);
    let said = html! {
        p { (label) " " (lang.date(notice.received_on)) " " (notice.area_name) }
        p class="lines" { (notice.what) }
    };
    Ok(TargetSummary { revision: notice.revision, said })
}

/// Strikes a notice out.
pub(super) static STRIKE: ReasonStep = ReasonStep {
    kind: &NOTICE,
    act: Act::CORRECT,
    page,
    action: |target| format!("{}/strike", page(target)),
    list: "/notices",
    title: Words("気づきを取り消す", "Strike a notice out"),
    verb: Words("取り消す", "Strike it out"),
    done: "struck",
    show: |ctx, conn, target| {
        Box::pin(async move {
            correct::get_correctable(ctx, conn, target.record).await?;
            correct::require_nothing_followed(ctx, conn, target.record).await?;
            shown(ctx, conn, target.record, |_| Ok(())).await
        })
    },
    take: |ctx, work, target, form, seen| Box::pin(correct::strike_out(ctx, work, target.record, form, seen)),
};

/// Restores one that was struck out.
pub(super) static RESTORE: ReasonStep = ReasonStep {
    kind: &NOTICE,
    act: TRIAGE,
    page,
    action: |target| format!("{}/restore", page(target)),
    list: "/notices",
    title: Words("取り消した気づきを元にもどす", "Restore a notice"),
    verb: Words("元にもどす", "Restore it"),
    done: "restored",
    show: |ctx, conn, target| Box::pin(shown(ctx, conn, target.record, correct::require_struck)),
    take: |ctx, work, target, form, seen| Box::pin(correct::restore(ctx, work, target.record, form, seen)),
};

/// Takes a decision back.
pub(super) static TAKE_BACK: ReasonStep = ReasonStep {
    kind: &NOTICE,
    act: TRIAGE,
    page,
    action: |target| format!("{}/take-back", page(target)),
    list: "/notices",
    title: Words("扱いの決定を取り消す", "Take a decision back"),
    verb: Words("決定を取り消す", "Take it back"),
    done: "taken-back",
    show: |ctx, conn, target| {
        Box::pin(async move {
            correct::require_nothing_followed(ctx, conn, target.record).await?;
            shown(ctx, conn, target.record, |notice| correct::require_decided(notice).map(drop)).await
        })
    },
    take: |ctx, work, target, form, seen| Box::pin(correct::take_back(ctx, work, target.record, form, seen)),
};

/// `GET /notices/{id}/strike`
pub async fn show_strike(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    STRIKE.form(&ctx, CorrectionTarget::of(&NOTICE, id)).await
}

/// `POST /notices/{id}/strike`
pub async fn strike(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    STRIKE.post(&ctx, CorrectionTarget::of(&NOTICE, id), form).await
}

/// `GET /notices/{id}/restore`
pub async fn show_restore(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    RESTORE.form(&ctx, CorrectionTarget::of(&NOTICE, id)).await
}

/// `POST /notices/{id}/restore`
pub async fn restore(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    RESTORE.post(&ctx, CorrectionTarget::of(&NOTICE, id), form).await
}

/// `GET /notices/{id}/take-back`
pub async fn show_take_back(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    TAKE_BACK.form(&ctx, CorrectionTarget::of(&NOTICE, id)).await
}

/// `POST /notices/{id}/take-back`
pub async fn take_back(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    TAKE_BACK.post(&ctx, CorrectionTarget::of(&NOTICE, id), form).await
}

fn step<'a>(ctx: &'a Ctx, id: Id, page: &'a str, action: &'a str) -> FormStep<'a> {
    FormStep {
        ctx,
        record: (&NOTICE, id),
        title: Words("気づきを訂正する", "Correct a notice"),
        verb: Words("訂正する", "Correct it"),
        action,
        page,
        after: page,
        list: "/notices",
        done: "corrected",
    }
}

/// `GET /notices/{id}/correct`
pub async fn show_correct(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    let (notice, _) = correct::get_correctable(&ctx, &mut read, id).await?;
    drop(read);
    correct_page(&ctx, id, &NoticeCorrection::of(&notice), "", &Faults::default()).await
}

/// `POST /notices/{id}/correct`
pub async fn correct(ctx: Ctx, Path(id): Path<Id>, form: Form<NoticeCorrection>) -> Reply {
    let seen = form.seen()?;
    let input = &form.input;
    let page = page(CorrectionTarget::of(&NOTICE, id));
    step(&ctx, id, &page, &format!("{page}/correct"))
        .post(
            &form.sent,
            seen,
            async |work| correct::correct(&ctx, work, id, input, seen).await,
            async |faults| correct_page(&ctx, id, input, form.sent.one("find"), &faults).await,
        )
        .await
}

async fn correct_page(ctx: &Ctx, id: Id, form: &NoticeCorrection, find: &str, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let sight = access::sight(ctx, &mut read, &NOTICE, id, &[Act::CORRECT, TRIAGE]).await?;
    sight.require(Act::CORRECT)?;
    let notice = store::get(ctx, &mut read, id).await?;
    drop(read);
    let decides = sight.may(TRIAGE);
    let areas = areas(ctx, &notice).await?;
    let persons = if decides { Persons::load(ctx, &notice, form, find).await? } else { Persons::default() };
    let kinds = ctx.profile().words("notice_kind").iter();
    let kinds = kinds.map(|w| Choice::new(w.code.as_str(), lang.t(&w.ja, &w.en))).collect();
    let area_choices = areas.iter().map(|(id, name)| Choice::new(id.as_str(), name.as_str())).collect();
    let errors = &faults.fields;
    let body = html! {
        (choice_field(lang, "kind", lang.t("気づいたこと", "What was noticed"), kinds).values([form.kind.as_str()]).required().error(errors.get("kind", lang)))
        (long_field(lang, "what", lang.t("くわしく", "In words")).value(&form.what).maxlength(model::WHAT).rows(4).error(errors.get("what", lang)))
        (select_field(lang, "area", lang.t("区域", "Area"), area_choices).values([form.area.as_str()]).required()
            .hint(lang.t("ほかの区域を選ぶと、その区域の担当に届きます", "Choose another area and it comes to those in charge there")).error(errors.get("area", lang)))
        (text_field(lang, "place", lang.t("場所", "Place")).value(&form.place).maxlength(model::LINE).error(errors.get("place", lang)))
        (text_field(lang, "about", lang.t("だれのこと", "About whom")).value(&form.about).maxlength(model::LINE).error(errors.get("about", lang)))
        (yes_no(lang, "urgent", lang.t("今日のうちに動く必要がある", "Something must be done today")).values([form.urgent.as_str()]))
        @if decides {
            (persons.choose(ctx, form, find, errors))
            (text_field(lang, "name", lang.t("知らせた人", "Reporter")).value(&form.name).maxlength(model::LINE).error(errors.get("name", lang)))
            (text_field(lang, "contact", lang.t("連絡先", "Contact")).value(&form.contact).maxlength(model::LINE).error(errors.get("contact", lang)))
        }
        (reason_field(lang, &form.reason, errors))
    };
    let theirs = NoticeCorrection::of(&notice);
    let row = |label, yours, theirs| SideBySide { label, yours, theirs };
    let rows = [
        row(lang.t("くわしく", "In words"), form.what.as_str(), theirs.what.as_str()),
        row(lang.t("場所", "Place"), form.place.as_str(), theirs.place.as_str()),
        row(lang.t("だれのこと", "About whom"), form.about.as_str(), theirs.about.as_str()),
        row(lang.t("区域", "Area"), named(&areas, &form.area), named(&areas, &theirs.area)),
    ];
    let page = page(CorrectionTarget::of(&NOTICE, id));
    let action = format!("{page}/correct");
    let step = step(ctx, id, &page, &action);
    Ok(step.form((notice.revision, &sight.why), &html! {}, &body, &compare(lang, "", &rows), faults))
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
    /// There are more than were found.
    more: bool,
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
            let found = person::search_first(ctx, &mut read, find, OFFERED).await?;
            persons.more = found.more;
            persons.found =
                found.rows.into_iter().filter(|row| !persons.there.iter().any(|(id, _)| *id == row.id)).collect();
        }
        Ok(persons)
    }

    fn choose(&self, ctx: &Ctx, form: &NoticeCorrection, find: &str, errors: &Fields) -> Markup {
        let lang = ctx.lang();
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
            (find_field(lang, find))
            @if self.searched && self.found.is_empty() {
                p role="status" { (lang.t("見つかりませんでした。", "Nobody was found.")) }
            }
            (choice_field(lang, "person", lang.t("だれのことか（登録された人）", "The person whom it is about"), choices).values([form.person.as_str()]).error(errors.get("person", lang)))
            @if self.more { (person::only_first(ctx)) }
        }
    }
}
