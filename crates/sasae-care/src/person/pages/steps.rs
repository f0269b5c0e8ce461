//! The dated steps: death and moving out, restricting, entrusting; and who has looked.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use sasae_core::clock::{tokyo_date, tokyo_datetime};
use sasae_core::fold::fold_name;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use crate::access::{self, Act, Why};
use crate::correction::pages::{find_field_called, searched_for, searches};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::person::api::{EndForm, last_day};
use crate::person::model::{EntrustmentForm, LINE, LeaveForm, NOTE, REASON, RestrictionForm, RestrictionKind};
use crate::person::store::entrustment::Candidate;
use crate::person::store::{self, Person, entrustment, restriction};
use crate::person::{self, looks, name_of};
use crate::person::{ENTRUST, PERSON, RESTRICT};
use crate::route::Table;
use crate::staff;
use crate::web::ui::form::{
    Choice, FormShell, choice_field, date_field, long_field, only_first, select_field, text_field,
};
use crate::web::ui::parts::{SideBySide, Tone, callout, compare, date_pair, empty, link_button, saved_first, table};
use crate::web::{Faults, Form, Page, PageQuery, Reply, Step};

/// The person whom a step is about, and why the reader may see them.
async fn load(ctx: &Ctx, conn: &mut Conn, id: Id, act: Act) -> Result<(Person, Vec<Why>)> {
    let sight = access::sight(ctx, conn, &PERSON, id, &[act]).await?;
    sight.require(act)?;
    Ok((store::get(ctx, conn, id).await?, sight.why))
}

struct StepForm<'a> {
    title: &'a str,
    action: String,
    submit: &'a str,
    consequence: &'a str,
    revision: Option<i64>,
    body: Markup,
}

fn page(ctx: &Ctx, person: &Person, why: Vec<Why>, faults: &Faults, step: StepForm<'_>) -> Reply {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let cancel = format!("/persons/{}", person.id);
    let shell = FormShell {
        revision: step.revision,
        consequence: Some(step.consequence),
        cancel: Some(&cancel),
        ..FormShell::new(lang, &step.action, ctx.csrf(), &once, step.submit, step.body)
    };
    let title = format!("{}：{}", step.title, name_of(person));
    let main = html! { h1 { (title) } (faults.summary(lang)) (shell) };
    Ok(Page::new(title, main).why(why).status(faults.status()).reply(ctx))
}

/// `GET /persons/{id}/leave`
pub async fn show_leave(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    leave_page(&ctx, id, &LeaveForm::default(), &Faults::default()).await
}

async fn leave_page(ctx: &Ctx, id: Id, form: &LeaveForm, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let (record, why) = load(ctx, &mut read, id, Act::EDIT).await?;
    drop(read);
    let mut kinds = vec![
        Choice::new("died", lang.t("亡くなった", "Died")),
        Choice::new("moved_out", lang.t("ほかの市区町村へ転出した", "Moved out of the municipality")),
    ];
    if record.left() {
        let words = lang.t("もどってきた、またはまちがいだった", "Came back, or it was a mistake");
        kinds.push(Choice::new("back", words).hint(lang.t("日付は書かなくてかまいません", "No date is needed")));
    }
    let body = html! {
        @if faults.is_stale() { (saved_first(lang, &leave_sides(lang, form, &record))) }
        (choice_field(lang, "kind", lang.t("どうなりましたか", "What happened?"), kinds).values([form.kind.as_str()]).required().error(faults.get("kind", lang)))
        (date_field(lang, "on", lang.t("その日", "On which day")).value(&form.on).error(faults.get("on", lang)))
    };
    let step = StepForm {
        title: lang.t("死亡・転出を記録する", "Note a death or a move"),
        action: format!("/persons/{id}/leave"),
        submit: lang.t("記録する", "Note it"),
        consequence: lang.t(
            "見守りの託しは今日で終わり、その日で世帯から外れます。支援中のときは、支援の画面で終了の手続きをしてください。記録は残ります。",
            "Entrustments end today and the person leaves the household with that day. Close an open case on its own page. The record stays.",
        ),
        revision: Some(record.revision),
        body,
    };
    page(ctx, &record, why, faults, step)
}

/// What was typed beside what stands after somebody else saved.
fn leave_sides(lang: Lang, form: &LeaveForm, record: &Person) -> Markup {
    let words = |kind: &str| match kind {
        "died" => lang.t("亡くなった", "Died"),
        "moved_out" => lang.t("転出した", "Moved out"),
        "back" => lang.t("もどってきた", "Came back"),
        _ => lang.t("住んでいる", "Lives here"),
    };
    let (kind, on) = match (record.died_on, record.moved_out_on) {
        (Some(on), _) => ("died", on.to_string()),
        (None, Some(on)) => ("moved_out", on.to_string()),
        (None, None) => ("", String::new()),
    };
    let rows = [
        SideBySide {
            label: lang.t("どうなりましたか", "What happened?"),
            yours: words(&form.kind),
            theirs: words(kind),
        },
        SideBySide { label: lang.t("その日", "On which day"), yours: &form.on, theirs: &on },
        SideBySide { label: lang.t("名前", "Name"), yours: "", theirs: &name_of(record) },
        SideBySide { label: lang.t("知っておくこと", "Good to know"), yours: "", theirs: &record.note },
    ];
    compare(lang, "", &rows)
}

/// `POST /persons/{id}/leave`
pub async fn leave(ctx: Ctx, Path(id): Path<Id>, form: Form<LeaveForm>) -> Reply {
    let seen = form.seen()?;
    Step::new(&ctx)
        .run(
            async |work| {
                person::leave(&ctx, work, id, &form.input, seen).await?;
                Ok(format!("/persons/{id}?done=left"))
            },
            async |faults| leave_page(&ctx, id, &form.input, &faults).await,
        )
        .await
}

/// Most people offered at once.
const OFFERED: i64 = 300;

/// By what the beginning of a name somebody is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FindQuery {
    q: String,
}

/// Who can be chosen, each once, with what they are called; and whether there are more.
struct Offered {
    staff: Vec<(String, String)>,
    more: bool,
}

impl Offered {
    /// Of rows in which one who holds two posts stands twice, one more than are offered.
    fn of(rows: &[Candidate], words: impl Fn(&Candidate) -> String) -> Offered {
        let most = usize::try_from(OFFERED).unwrap_or(usize::MAX);
        let mut offered = Offered { staff: Vec::new(), more: rows.len() > most };
        rows.iter().take(most).for_each(|one| offered.add(one, &words));
        offered
    }

    fn add(&mut self, one: &Candidate, words: impl Fn(&Candidate) -> String) {
        let id = one.staff_id.to_string();
        if !self.staff.iter().any(|(known, _)| *known == id) {
            self.staff.push((id, words(one)));
        }
    }

    fn choices(&self) -> Vec<Choice<'_>> {
        self.staff.iter().map(|(id, name)| Choice::new(id.as_str(), name.as_str())).collect()
    }

    /// The search within the form, so that what was typed stays; what it did not find, and that there are more.
    fn search(&self, lang: Lang, q: &str) -> Markup {
        html! {
            (find_field_called(lang, lang.t("相手を名前でさがす", "Find somebody by name"), q))
            @if self.staff.is_empty() && !q.trim().is_empty() {
                (empty(
                    lang.t("見つかりません。名前のはじめの文字でさがします。空にしてさがすと、近くの人が出ます。", "Nobody was found. Names are found by their beginning. An empty search shows who is near."),
                    None,
                ))
            }
            @if self.more {
                (only_first(lang, lang.t("名前をもう少し入れてさがしてください。", "Type more of the name and find again.")))
            }
        }
    }
}

/// Somebody with the post and its area.
fn called(lang: Lang, one: &Candidate) -> String {
    match lang {
        Lang::Ja => format!("{}（{}・{}）", one.name, one.role_ja, one.area_name),
        Lang::En => format!("{} ({}, {})", one.name, one.role_en, one.area_name),
    }
}

/// The folded name of one who was chosen and does not stand among those found.
async fn name_beside(ctx: &Ctx, conn: &mut Conn, typed: &str, rows: &[Candidate]) -> Result<Option<(Id, String)>> {
    let Ok(id) = typed.trim().parse::<Id>() else { return Ok(None) };
    if rows.iter().any(|one| one.staff_id == id) {
        return Ok(None);
    }
    Ok(staff::find_staff_name(ctx, conn, id).await?.map(|name| (id, fold_name(&name))))
}

/// `GET /persons/{id}/restrict?q=`
pub async fn show_restrict(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<FindQuery>) -> Reply {
    restrict_page(&ctx, id, &RestrictionForm::default(), &query.q, &Faults::default()).await
}

/// Those in whose posts a record lies, found by a text, and whoever was chosen before.
async fn offer_readers(ctx: &Ctx, conn: &mut Conn, area: Id, form: &RestrictionForm, q: &str) -> Result<Offered> {
    let lang = ctx.lang();
    let words = |one: &Candidate| called(lang, one);
    let rows = restriction::list_readers(ctx, conn, area, &fold_name(q), OFFERED + 1).await?;
    let mut offered = Offered::of(&rows, words);
    if let Some((id, key)) = name_beside(ctx, conn, &form.against_staff, &rows).await? {
        let named = restriction::list_readers(ctx, conn, area, &key, OFFERED).await?;
        named.iter().filter(|one| one.staff_id == id).for_each(|one| offered.add(one, words));
    }
    Ok(offered)
}

async fn restrict_page(ctx: &Ctx, id: Id, form: &RestrictionForm, q: &str, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let (record, why) = load(ctx, &mut read, id, RESTRICT).await?;
    let household = person::household_of(ctx, &mut read, id).await?;
    let offered = offer_readers(ctx, &mut read, record.area_id, form, q).await?;
    drop(read);
    let error = |name: &str| faults.get(name, lang);
    let hint = |kind: RestrictionKind| match kind {
        RestrictionKind::Sealed => lang.t(
            "権利擁護の担当者、この人の支援チーム、託された人だけに見えます",
            "Only those in charge of protection, the case team and those entrusted see the record",
        ),
        RestrictionKind::Barred => lang.t(
            "下で選んだ1人には、ほかの理由があっても見えません",
            "The one chosen below does not see it, whatever else would let them",
        ),
        RestrictionKind::Address => lang.t(
            "記録は見えますが、住所は権利擁護の担当者と支援チームだけに見えます",
            "The record shows, the address only to those in charge of protection and the case team",
        ),
    };
    let kinds = RestrictionKind::ALL.iter().copied();
    let kinds = kinds.map(|kind| Choice::new(kind.code(), kind.words().get(lang)).hint(hint(kind))).collect();
    let reasons = ctx
        .profile()
        .words("restriction_kind")
        .iter()
        .map(|w| Choice::new(w.code.as_str(), lang.t(&w.ja, &w.en)))
        .collect();
    let others: Vec<(Id, String)> = household
        .into_iter()
        .flat_map(|household| household.members)
        .filter(|member| member.person != id)
        .map(|member| (member.person, member.name))
        .collect();
    let body = html! {
        (choice_field(lang, "kind", lang.t("どう制限しますか", "How?"), kinds).values([form.kind.as_str()]).required().error(error("kind")))
        (offered.search(lang, q))
        (select_field(lang, "against_staff", lang.t("見せない相手（「特定の人に見せない」のとき）", "Against whom (when barred)"),
            offered.choices())
            .values([form.against_staff.as_str()]).error(error("against_staff")))
        (select_field(lang, "reason", lang.t("理由", "Reason"), reasons).values([form.reason.as_str()]).required().error(error("reason")))
        (date_field(lang, "reported_on", lang.t("通告・通報した日", "Day of the report to the authorities")).value(&form.reported_on).error(error("reported_on")))
        (text_field(lang, "reported_to", lang.t("通告・通報した先", "Reported to")).value(&form.reported_to).maxlength(LINE).error(error("reported_to")))
        (long_field(lang, "note", lang.t("担当者への申し送り", "Note for those in charge")).value(&form.note).maxlength(NOTE).rows(3).error(error("note")))
        (date_field(lang, "from", lang.t("始まりの日（書かないときは今日）", "First day (today if empty)")).value(&form.from).error(error("from")))
        (date_field(lang, "to", lang.t("終わりの日（決まっているとき）", "Last day, if it is known")).value(&form.to).error(error("to")))
        @if !others.is_empty() {
            (callout(lang, Tone::Caution, lang.t("同じ世帯の人", "Others in the household"), html! {
                p { (lang.t("この人たちの記録から住所や居場所が分かることがあります。それぞれに制限を決めてください。", "Their records may give the address or whereabouts away. Decide for each of them.")) }
                ul { @for (member, name) in &others { li { a href=(format!("/persons/{member}/restrict")) { (name) } } } }
            }))
        }
    };
    let step = StepForm {
        title: lang.t("閲覧を制限する", "Restrict the record"),
        action: format!("/persons/{id}/restrict"),
        submit: lang.t("制限する", "Restrict"),
        consequence: lang.t(
            "すぐに効きます。見えなくなった人には、記録があることも分かりません。だれが決めたかは残ります。",
            "It takes effect at once. To those who are shut out nothing shows that there is a record. Who decided is kept.",
        ),
        revision: None,
        body,
    };
    page(ctx, &record, why, faults, step)
}

/// `POST /persons/{id}/restrict`
pub async fn restrict(ctx: Ctx, Path(id): Path<Id>, form: Form<RestrictionForm>) -> Reply {
    let q = searched_for(&form.sent);
    if searches(&form.sent) {
        return restrict_page(&ctx, id, &form.input, q, &Faults::default()).await;
    }
    Step::new(&ctx)
        .run(
            async |work| {
                person::restrict(&ctx, work, id, &form.input).await?;
                Ok(format!("/persons/{id}?done=restricted"))
            },
            async |faults| restrict_page(&ctx, id, &form.input, q, &faults).await,
        )
        .await
}

/// `POST /persons/{id}/restrictions/{restriction}/lift`
pub async fn lift(ctx: Ctx, Path((id, restriction)): Path<(Id, Id)>, form: Form<EndForm>) -> Reply {
    let seen = form.seen()?;
    Step::new(&ctx)
        .press(async |work| {
            person::lift_restriction(&ctx, work, id, restriction, seen).await?;
            Ok(format!("/persons/{id}?done=lifted"))
        })
        .await
}

/// `GET /persons/{id}/entrust?q=`
pub async fn show_entrust(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<FindQuery>) -> Reply {
    entrust_page(&ctx, id, &EntrustmentForm::default(), &query.q, &Faults::default()).await
}

/// Those who go from door to door around a person, found by a text, and whoever was chosen before.
async fn offer_hands(ctx: &Ctx, conn: &mut Conn, record: &Person, form: &EntrustmentForm, q: &str) -> Result<Offered> {
    let lang = ctx.lang();
    person::require_place(ctx, conn, record.id).await?;
    let place = (record.area_id, record.id);
    let words = |one: &Candidate| called(lang, one);
    let rows = entrustment::list_candidates(ctx, conn, place, &fold_name(q), OFFERED + 1).await?;
    let mut offered = Offered::of(&rows, words);
    if let Some((id, key)) = name_beside(ctx, conn, &form.staff, &rows).await? {
        let named = entrustment::list_candidates(ctx, conn, place, &key, OFFERED).await?;
        named.iter().filter(|one| one.staff_id == id).for_each(|one| offered.add(one, words));
    }
    Ok(offered)
}

async fn entrust_page(ctx: &Ctx, id: Id, form: &EntrustmentForm, q: &str, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let (record, why) = load(ctx, &mut read, id, ENTRUST).await?;
    let offered = offer_hands(ctx, &mut read, &record, form, q).await?;
    drop(read);
    let title = lang.t("見守りを託す", "Entrust to someone");
    if offered.staff.is_empty() && q.trim().is_empty() {
        let title = format!("{title}：{}", name_of(&record));
        let back = format!("/persons/{id}");
        let main = html! {
            h1 { (title) }
            (empty(
                lang.t("この区域を今日担当している民生委員や福祉協力員がいません。体制の画面で確かめてください。", "Nobody who goes from door to door holds a post in this area today."),
                Some(("/organisation", lang.t("体制を見る", "See the posts"))),
            ))
            p { (link_button(&back, lang.t("もどる", "Back"))) }
        };
        return Ok(Page::new(title, main).why(why).reply(ctx));
    }
    let error = |name: &str| faults.get(name, lang);
    let body = html! {
        (offered.search(lang, q))
        (select_field(lang, "staff", lang.t("託す相手", "To whom"), offered.choices())
            .values([form.staff.as_str()]).required().error(error("staff")))
        (long_field(lang, "reason", lang.t("気にかけてほしいこと", "What to look out for")).value(&form.reason).maxlength(REASON).rows(3).error(error("reason")))
        (date_field(lang, "from", lang.t("始まりの日（書かないときは今日）", "First day (today if empty)")).value(&form.from).error(error("from")))
        (date_field(lang, "to", lang.t("終わりの日（決まっているとき）", "Last day, if it is known")).value(&form.to).error(error("to")))
    };
    let step = StepForm {
        title,
        action: format!("/persons/{id}/entrust"),
        submit: lang.t("託す", "Entrust"),
        consequence: lang.t(
            "託された人に、この人の名前と記録が見えるようになります。相談や支援の中身は見えません。",
            "They will see the person's name and record, but not what was said in consultations and cases.",
        ),
        revision: None,
        body,
    };
    page(ctx, &record, why, faults, step)
}

/// `POST /persons/{id}/entrust`
pub async fn entrust(ctx: Ctx, Path(id): Path<Id>, form: Form<EntrustmentForm>) -> Reply {
    let q = searched_for(&form.sent);
    if searches(&form.sent) {
        return entrust_page(&ctx, id, &form.input, q, &Faults::default()).await;
    }
    Step::new(&ctx)
        .run(
            async |work| {
                person::entrust(&ctx, work, id, &form.input).await?;
                Ok(format!("/persons/{id}?done=entrusted"))
            },
            async |faults| entrust_page(&ctx, id, &form.input, q, &faults).await,
        )
        .await
}

/// `POST /persons/{id}/entrustments/{entrustment}/end`
pub async fn end(ctx: Ctx, Path((id, entrustment)): Path<(Id, Id)>, form: Form<EndForm>) -> Reply {
    let on = last_day(&ctx, &form.input)?;
    Step::new(&ctx)
        .press(async |work| {
            person::end_entrustment(&ctx, work, id, entrustment, on).await?;
            Ok(format!("/persons/{id}?done=ended"))
        })
        .await
}

/// `GET /persons/{id}/looks`: for those in charge of audit, who may not be
/// allowed to know the name.
pub async fn looks(
    ctx: Ctx,
    Extension(routes): Extension<Arc<Table>>,
    Path(id): Path<Id>,
    Query(query): Query<PageQuery>,
) -> Reply {
    let page = query.number()?;
    let mut read = ctx.read().await?;
    let looks = looks::list(&ctx, &mut read, &routes, id, page).await?;
    let row = store::search::find_row(&ctx, &mut read, id).await?;
    drop(read);
    let lang = ctx.lang();
    let title = match &row {
        Some(row) => format!("{}：{}", lang.t("だれが見たか", "Who has looked"), row.name()),
        None => lang.t("だれが見たか", "Who has looked").to_owned(),
    };
    let rows = looks
        .rows
        .iter()
        .map(|(look, what)| {
            vec![
                html! { (date_pair(tokyo_date(look.at), lang)) " " (tokyo_datetime(look.at).strftime("%H:%M").to_string()) },
                html! { (look.actor_label) },
                html! { (what) },
            ]
        })
        .collect();
    let main = html! {
        h1 { (title) }
        p { (lang.t("新しい順です。同じ人が同じ日に同じ画面を何度も見たときは、はじめの時刻を出します。記録は消せません。", "The latest stand first. Of several looks by one reader at one page on one day the first is shown. These rows cannot be deleted.")) }
        @if looks.rows.is_empty() && page == 1 {
            (empty(lang.t("まだだれも見ていません。", "Nobody has looked yet."), None))
        } @else {
            (table(
                lang.t("閲覧と操作の記録", "Looks and changes"),
                &[lang.t("いつ", "When"), lang.t("だれが", "Who"), lang.t("何を", "What")],
                rows,
            ))
            (looks.ways(lang, |page| format!("/persons/{id}/looks?page={page}")))
        }
        @if row.is_some() { p { (link_button(&format!("/persons/{id}"), lang.t("この人の記録へ", "To the record"))) } }
    };
    Ok(Page::new(title, main).reply(&ctx))
}
