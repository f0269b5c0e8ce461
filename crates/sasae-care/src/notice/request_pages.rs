//! Of whom a decision asks something: the fields of the form, what became of it, and the answer.

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use sasae_core::fold::fold_name;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::model::{LINE, NOTE};
use super::pages::{load, outcome_choices};
use super::request::{self, DUPLICATE, NoticeAnswerForm, NoticeRequestForm, REFERRED, RequestState, WATCH};
use super::store::{self, Notice, NoticeRequest};
use crate::access;
use crate::correction::pages::{find_field_called, searched_for, searches};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::handover::{self, Handover};
use crate::lang::Lang;
use crate::message::{self, Told};
use crate::notice::{NOTICE, TRIAGE};
use crate::person;
use crate::room::{self, Handed, Taker};
use crate::staff;
use crate::web::ui::form::{
    Choice, FormPart, FormShell, asked_by, asked_by_any, choice_field, long_field, only_first, select_field, text_field,
};
use crate::web::ui::parts::{Tone, callout, chip, data_list, date_pair, link_button};
use crate::web::{Faults, Form, Page, Reply, Step};

/// So many are offered of each kind.
const OFFERED: usize = 40;

/// Who and what can be chosen, as value and words; one more than are offered where there are more.
#[derive(Debug, Default)]
pub(super) struct Offered {
    watchers: Vec<(String, String)>,
    organisations: Vec<(String, String)>,
    records: Vec<(String, String)>,
    same: Vec<(String, String)>,
    taker: Option<&'static Taker>,
    more: bool,
    find: String,
}

/// Which part of the form an outcome opens.
fn part_of(ctx: &Ctx, outcome: &str) -> Option<FormPart> {
    match outcome {
        WATCH => Some(FormPart::First),
        REFERRED => Some(FormPart::Second),
        DUPLICATE => Some(FormPart::Third),
        other => room::find_taker(ctx, &NOTICE, other).map(|_| FormPart::Fourth),
    }
}

/// The outcomes, each with the part of the form that it opens.
pub(super) fn outcomes(ctx: &Ctx) -> Vec<Choice<'_>> {
    outcome_choices(ctx)
        .into_iter()
        .map(|choice| {
            let part = part_of(ctx, &choice.value);
            choice.opens(part)
        })
        .collect()
}

impl Offered {
    /// Who and what lies nearest to a notice, or is found by the beginning of a name, number or title.
    pub(super) async fn of(
        ctx: &Ctx,
        conn: &mut Conn,
        notice: &Notice,
        chosen: &NoticeRequestForm,
        find: &str,
    ) -> Result<Offered> {
        let key = fold_name(find);
        let most = i64::try_from(OFFERED).unwrap_or(i64::MAX) + 1;
        let place = (notice.area_id, notice.person_id);
        let mut offered = Offered { find: find.to_owned(), ..Offered::default() };
        for one in person::list_watchers(ctx, conn, place, &key, most).await? {
            let words = match ctx.lang() {
                Lang::Ja => format!("{}（{}・{}）", one.name, one.role_ja, one.area_name),
                Lang::En => format!("{} ({}, {})", one.name, one.role_en, one.area_name),
            };
            add(&mut offered.watchers, one.staff_id, words);
        }
        for one in staff::list_organisations(ctx, conn, &key, most).await? {
            add(&mut offered.organisations, one.id, one.name);
        }
        let codes = ctx.profile().words("notice_outcome");
        offered.taker = codes.iter().find_map(|word| room::find_taker(ctx, &NOTICE, &word.code));
        if let Some(taker) = offered.taker {
            let handed = Handed { person: notice.person_id, area: notice.area_id, find };
            for one in (taker.list)(ctx, conn, handed, most).await? {
                add(&mut offered.records, one.id, one.name);
            }
        }
        let about = (notice.id, notice.area_id, notice.person_id);
        for (id, on, kind, what) in store::list_like(ctx, conn, about, request::same_since(ctx), most).await? {
            let kind = ctx.profile().label("notice_kind", &kind, ctx.lang());
            let begin: String = what.chars().take(20).collect();
            add(&mut offered.same, id, format!("{} {kind} {begin}", ctx.lang().date(on)));
        }
        for list in [&mut offered.watchers, &mut offered.organisations, &mut offered.records, &mut offered.same] {
            offered.more |= list.len() > OFFERED;
            list.truncate(OFFERED);
        }
        offered.keep(ctx, conn, chosen).await?;
        Ok(offered)
    }

    /// Whoever was chosen stays among the choices, whatever is searched for.
    async fn keep(&mut self, ctx: &Ctx, conn: &mut Conn, chosen: &NoticeRequestForm) -> Result<()> {
        if let Ok(id) = chosen.staff.trim().parse::<Id>()
            && !self.watchers.iter().any(|(known, _)| *known == id.to_string())
            && let Some(name) = staff::find_staff_name(ctx, conn, id).await?
        {
            add(&mut self.watchers, id, name);
        }
        if let Ok(id) = chosen.organisation.trim().parse::<Id>()
            && !self.organisations.iter().any(|(known, _)| *known == id.to_string())
            && let Some((_, name)) = staff::find_organisation(ctx, conn, id).await?
        {
            add(&mut self.organisations, id, name);
        }
        if let (Some(taker), Ok(id)) = (self.taker, chosen.record.trim().parse::<Id>())
            && !self.records.iter().any(|(known, _)| *known == id.to_string())
            && access::can_see(ctx, conn, taker.kind, id).await?
            && let Some(name) = room::name_of(ctx, conn, taker.kind, id).await?
        {
            add(&mut self.records, id, name);
        }
        Ok(())
    }

    /// The fields; `only` is the outcome where it stands already, and then the others are left out.
    pub(super) fn fields(
        &self,
        ctx: &Ctx,
        notice: &Notice,
        form: &NoticeRequestForm,
        only: Option<&str>,
        faults: &Faults,
    ) -> Markup {
        let lang = ctx.lang();
        let error = |name: &str| faults.get(name, lang);
        let shown = |outcome: &str| only.is_none_or(|only| only == outcome);
        let when = |outcome: &str| {
            let label = ctx.profile().label("notice_outcome", outcome, lang);
            match lang {
                Lang::Ja => format!("「{label}」のとき必須"),
                Lang::En => format!("Required with “{label}”"),
            }
        };
        let (watch, referred, same) = (when(WATCH), when(REFERRED), when(DUPLICATE));
        let fields = html! {
            (find_field_called(lang, lang.t("つなぐ相手・支援をさがす（名前・番号のはじめの文字）", "Find whom to ask, or the case (beginning of a name or number)"), &self.find))
            @if self.more {
                (only_first(lang, lang.t("名前や番号をもう少し入れてさがしてください。", "Type more of the name or number and find again.")))
            }
        };
        let watchers = html! {
            (select_field(lang, "staff", lang.t("だれに見守りを頼みますか", "Who is to look in?"), choices(&self.watchers))
                .value(&form.staff).needed_when(&watch).error(error("staff")))
            @if self.watchers.is_empty() { (nobody(lang)) }
            @if notice.person_id.is_none() {
                p class="hint" {
                    (lang.t("だれのことか分かっているときは、先に", "Where it is known whom it is about, first ")) " "
                    a href={ "/notices/" (notice.id) "/correct" } { (lang.t("この気づきの本人を選ぶ", "choose the person of this notice")) }
                    (lang.t("と、引き受けた人に本人の見守りが託されます。", "; whoever accepts is then entrusted with that person."))
                }
            }
        };
        let organisations = html! {
            (select_field(lang, "organisation", lang.t("どの機関へつなぎますか", "Which agency?"), choices(&self.organisations))
                .value(&form.organisation).needed_when(&referred).error(error("organisation")))
            @if self.organisations.is_empty() { (nobody(lang)) }
        };
        let originals = html! {
            (select_field(lang, "original", lang.t("どの気づきと同じですか", "The same as which notice?"), choices(&self.same))
                .value(&form.original).needed_when(&same).error(error("original"))
                .hint(lang.t("もとの気づきに返事があると、この気づきを知らせた人にも同じ返事が届きます。", "When that one is answered, whoever reported this one hears the same.")))
        };
        html! {
            @if only.is_none_or(|only| only != DUPLICATE) {
                @if only.is_some() { (fields) } @else { (asked_by_any(&fields)) }
            }
            @if shown(WATCH) { (part(only, FormPart::First, &watchers)) }
            @if shown(REFERRED) { (part(only, FormPart::Second, &organisations)) }
            @if shown(DUPLICATE) { (part(only, FormPart::Third, &originals)) }
            @if let Some(taker) = self.taker.filter(|taker| shown(taker.outcome)) {
                @let needed = when(taker.outcome);
                (part(only, FormPart::Fourth, &html! {
                    (select_field(lang, "record", taker.label.get(lang), choices(&self.records))
                        .value(&form.record).needed_when(&needed).error(error("record")))
                    @if self.records.is_empty() { (nobody(lang)) }
                }))
            }
            @if only.is_none_or(|only| only != DUPLICATE) {
                @let task = html! {
                    (text_field(lang, "task", lang.t("頼むこと（頼まれた人が読みます）", "What is asked (read by whoever is asked)")).value(&form.task).maxlength(LINE)
                        .hint(lang.t("名前は書かないでください。書かないときは「ようすを見に行ってください」「対応をお願いします」と伝わります。", "No names. Left empty, it says “please look in” or “please see to it”.")).error(error("task")))
                };
                @if only.is_some() { (task) } @else { (asked_by_any(&task)) }
            }
        }
    }
}

fn part(only: Option<&str>, part: FormPart, fields: &Markup) -> Markup {
    if only.is_some() { fields.clone() } else { asked_by(part, fields) }
}

fn add(list: &mut Vec<(String, String)>, id: Id, words: String) {
    let id = id.to_string();
    // One who holds several posts is offered once, under the first.
    if !list.iter().any(|(known, _)| *known == id) {
        list.push((id, words));
    }
}

fn choices(list: &[(String, String)]) -> Vec<Choice<'_>> {
    list.iter().map(|(id, words)| Choice::new(id.as_str(), words.as_str())).collect()
}

fn nobody(lang: Lang) -> Markup {
    html! {
        p class="hint" {
            (lang.t(
                "見つかりません。はじめの文字でさがします。空にしてさがすと、近いものが出ます。",
                "Nothing was found. The beginning is searched. An empty search shows what is near.",
            ))
        }
    }
}

/// A request with its hand-over.
pub(super) type Asked = (NoticeRequest, Option<Handover>);

/// Every request of a notice with its hand-over.
pub(super) async fn list_asked(ctx: &Ctx, conn: &mut Conn, notice: Id) -> Result<Vec<Asked>> {
    let mut all = Vec::new();
    for one in store::list_requests(ctx, conn, notice).await? {
        let handover = handover::list_of(ctx, conn, one.id).await?.pop();
        all.push((one, handover));
    }
    Ok(all)
}

fn tone(state: RequestState) -> Tone {
    match state {
        RequestState::Asked => Tone::Caution,
        RequestState::Accepted => Tone::Info,
        RequestState::Declined => Tone::Danger,
        RequestState::Done => Tone::Good,
        RequestState::Withdrawn => Tone::Plain,
    }
}

/// Who was asked, and what became of it. Others than those who decide read only what they are asked themselves.
pub(super) fn section(ctx: &Ctx, notice: &Notice, asked: &[Asked], told: &[Told], decides: bool) -> Markup {
    let lang = ctx.lang();
    let me = ctx.staff_id();
    let mine = |one: &NoticeRequest| me.is_some() && (one.to_staff == me || one.taken_by == me);
    let seen: Vec<&Asked> = asked.iter().filter(|(one, _)| decides || mine(one)).collect();
    let standing = asked.iter().any(|(one, _)| one.state == RequestState::Done);
    html! {
        @if !seen.is_empty() {
            section aria-labelledby="requests" {
                h2 id="requests" { (lang.t("つないだ相手", "Who was asked")) }
                ol class="handovers" {
                    @for (one, handover) in seen {
                        li {
                            (one.to_label) " " (chip(tone(one.state), one.state.words().get(lang)))
                            br; (request::task_of(lang, one))
                            @if let Some(handover) = handover {
                                @match one.state {
                                    RequestState::Asked => { br; (lang.t("返事の期限：", "Answer due: ")) (date_pair(handover.acknowledge_by, lang)) }
                                    RequestState::Accepted => { br; (lang.t("結果を知らせる期限：", "To be told what came of it by: ")) (date_pair(handover.answer_by, lang)) }
                                    RequestState::Declined | RequestState::Done | RequestState::Withdrawn => {}
                                }
                                @if !handover.answer.is_empty() { br; span class="lines" { (handover.answer) } }
                                @if one.state != RequestState::Withdrawn { (message::beside(ctx, told, handover.id)) }
                            }
                        }
                    }
                }
                @if decides && notice.struck_at.is_none() && !standing {
                    p { (link_button(&format!("/notices/{}/requests/new", notice.id), lang.t("ほかの相手に頼み直す", "Ask somebody else instead"))) }
                }
            }
        }
    }
}

/// The requests that the reader may answer now.
pub(super) fn answer_boxes(
    ctx: &Ctx,
    asked: &[Asked],
    decides: bool,
    form: &NoticeAnswerForm,
    faults: &Faults,
) -> Markup {
    let me = ctx.staff_id();
    html! {
        @for (one, _) in asked {
            @let mine = me.is_some() && one.taken_by.or(one.to_staff) == me;
            @let enters = decides && one.to_organisation.is_some() && one.taken_by.is_none();
            @if (mine || enters) && matches!(one.state, RequestState::Asked | RequestState::Accepted) {
                (answer_box(ctx, one, !mine, form, faults))
            }
        }
    }
}

fn answer_box(ctx: &Ctx, one: &NoticeRequest, enters: bool, form: &NoticeAnswerForm, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let error = |name: &str| faults.get(name, lang);
    let accepted = one.state == RequestState::Accepted;
    let options =
        vec![Choice::new("accept", lang.t("引き受ける", "Accept")), Choice::new("decline", lang.t("断る", "Decline"))];
    let body = html! {
        @if accepted {
            (crate::web::ui::form::hidden("answer", "done"))
            (long_field(lang, "note", lang.t("どうでしたか", "What came of it?")).value(&form.note).maxlength(NOTE).rows(3).required().error(error("note")))
        } @else {
            (choice_field(lang, "answer", lang.t("返事", "Answer"), options).value(&form.answer).required().error(error("answer")))
            (long_field(lang, "note", lang.t("ひとこと（断るときは理由）", "A word (when declining: why)")).value(&form.note).maxlength(NOTE).rows(2).error(error("note")))
        }
    };
    let action = format!("/notices/{}/requests/{}/answer", one.notice_id, one.id);
    let once = ctx.new_id().to_string();
    let verb = if accepted {
        lang.t("結果を知らせる", "Tell what came of it")
    } else {
        lang.t("返事をする", "Answer")
    };
    let shell = FormShell {
        consequence: Some(match (accepted, enters) {
            (true, _) => lang.t("頼んだ人の「今日」に届きます。", "It goes to the one who asked."),
            (false, false) => lang.t(
                "返事は、頼んだ人に届きます。断ると、この気づきは見られなくなります。",
                "The answer goes to the one who asked. After declining you no longer see this notice.",
            ),
            (false, true) => lang.t("機関から聞いた返事を、代わりに記録します。", "You enter what the agency said."),
        }),
        ..FormShell::new(lang, &action, ctx.csrf(), &once, verb, body)
    };
    let title = match (accepted, enters) {
        (true, false) => lang.t("引き受けたことの結果を知らせる", "Tell what came of what you took on"),
        (false, false) => lang.t("あなたに頼まれています", "You are asked"),
        (true, true) => lang.t("機関から聞いた結果を記録する", "Enter what the agency says came of it"),
        (false, true) => lang.t("機関から聞いた返事を記録する", "Enter the agency's answer"),
    };
    callout(
        lang,
        Tone::Caution,
        title,
        html! {
            (data_list(&[(lang.t("頼まれたこと", "What is asked"), html! { (request::task_of(lang, one)) })]))
            (shell)
        },
    )
}

/// What the staff of an organisation see that is asked: the request, and nothing of the notice.
pub(super) async fn request_page(
    ctx: &Ctx,
    conn: &mut Conn,
    notice: Id,
    form: &NoticeAnswerForm,
    faults: &Faults,
) -> Reply {
    let one = store::find_request(ctx, conn, notice).await?.ok_or(Error::NotFound)?;
    let lang = ctx.lang();
    let title = lang.t("あなたの機関に、頼まれていることがあります", "Your organisation is asked something");
    let main = html! {
        h1 { (title) }
        p {
            (one.to_label) " "
            (lang.t("引き受けた人に、気づきの内容が見えるようになります。", "Whoever accepts then sees what was noticed."))
        }
        (faults.summary(lang))
        (answer_box(ctx, &one, false, form, faults))
    };
    Ok(Page::new(title, main).status(faults.status()).reply(ctx))
}

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub struct FindQuery {
    #[serde(default)]
    find: String,
}

async fn ask_page(ctx: &Ctx, id: Id, form: &NoticeRequestForm, find: &str, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let sight = access::sight(ctx, &mut read, &NOTICE, id, &[TRIAGE]).await?;
    sight.require(TRIAGE)?;
    let notice = store::get(ctx, &mut read, id).await?;
    let outcome = notice.triage.clone().unwrap_or_default();
    if part_of(ctx, &outcome).is_none() || notice.struck_at.is_some() {
        return Err(Error::NotFound);
    }
    let offered = Offered::of(ctx, &mut read, &notice, form, find).await?;
    drop(read);
    let title = lang.t("ほかの相手に頼み直す", "Ask somebody else instead");
    let once = ctx.new_id().to_string();
    let action = format!("/notices/{id}/requests");
    let back = format!("/notices/{id}");
    let shell = FormShell {
        consequence: Some(lang.t(
            "返事を待っている頼みごとは取りやめになり、前の相手はこの気づきを見られなくなります。",
            "What still waits is withdrawn, and whoever was asked before no longer sees this notice.",
        )),
        cancel: Some(&back),
        ..FormShell::new(
            lang,
            &action,
            ctx.csrf(),
            &once,
            lang.t("頼む", "Ask"),
            offered.fields(ctx, &notice, form, Some(&outcome), faults),
        )
    };
    let main = html! {
        h1 { (title) }
        p { (ctx.profile().label("notice_kind", &notice.kind, lang)) " → " (ctx.profile().label("notice_outcome", &outcome, lang)) }
        (faults.summary(lang))
        (shell)
    };
    Ok(Page::new(title, main).why(sight.why).status(faults.status()).reply(ctx))
}

/// `GET /notices/{id}/requests/new`
pub async fn show_ask(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<FindQuery>) -> Reply {
    ask_page(&ctx, id, &NoticeRequestForm::default(), &query.find, &Faults::default()).await
}

/// `POST /notices/{id}/requests`
pub async fn ask(ctx: Ctx, Path(id): Path<Id>, form: Form<NoticeRequestForm>) -> Reply {
    let find = searched_for(&form.sent);
    if searches(&form.sent) {
        return ask_page(&ctx, id, &form.input, find, &Faults::default()).await;
    }
    Step::new(&ctx)
        .run(
            async |work| {
                request::ask_again(&ctx, work, id, &form.input).await?;
                Ok(format!("/notices/{id}?done=asked"))
            },
            async |faults| ask_page(&ctx, id, &form.input, find, &faults).await,
        )
        .await
}

/// `POST /notices/{id}/requests/{request}/answer`
pub async fn answer(ctx: Ctx, Path((id, one)): Path<(Id, Id)>, form: Form<NoticeAnswerForm>) -> Reply {
    Step::new(&ctx)
        .run(
            async |work| {
                let state = request::answer(&ctx, work, id, one, &form.input).await?;
                // Who declined may see nothing of the notice any more.
                let sees = access::can_see(&ctx, work, &NOTICE, id).await?;
                let page = if sees { format!("/notices/{id}") } else { "/notices".to_owned() };
                Ok(format!("{page}?done={}", state.code()))
            },
            async |faults| answered_page(&ctx, id, &form.input, &faults).await,
        )
        .await
}

async fn answered_page(ctx: &Ctx, id: Id, form: &NoticeAnswerForm, faults: &Faults) -> Reply {
    match load(ctx, id).await {
        Ok(page) => Ok::<Response, Error>(page.answering(ctx, form, faults)),
        Err(Error::NotFound) => {
            let mut read = ctx.read().await?;
            request_page(ctx, &mut read, id, form, faults).await
        }
        Err(other) => Err(other),
    }
}
