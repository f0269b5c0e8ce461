//! The pages of notices for staff.

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use serde::Deserialize;

use super::correct_pages;
use super::model::{LINE, NOTE, NoticeForm, NoticeState, TriageForm, WHAT};
use super::request::{NoticeAnswerForm, NoticeRequestForm};
use super::request_pages::{self, Asked, Offered};
use super::store::{self, Notice};
use crate::access::{self, Act, Kind, Why};
use crate::correction::pages::{put_right, searched_for, searches, struck_out_box};
use crate::ctx::Ctx;
use crate::draft::Tab;
use crate::error::{Error, Result};
use crate::handover::{self, Handover, Outcome};
use crate::lang::Lang;
use crate::message::{self, Told};
use crate::notice::{ATTACH, NOTICE, TRIAGE};
use crate::person::PersonRow;
use crate::room::{self, NextStep};
use crate::web::ui::form::{
    Choice, Draft, FormShell, choice_field, hidden, long_field, select_field, text_field, yes_no,
};
use crate::web::ui::parts::{
    Flash, SideBySide, Tone, chip, compare, data_list, date_pair, link_button, post_button, saved_first,
};
use crate::web::{Faults, Form, Page, Reply, Step};
use crate::{area, attachment, correction, link};

/// What the draft of a new notice is about: its person, where it was opened for one.
fn about(person: &str) -> String {
    match person.parse::<Id>() {
        Ok(id) => format!("notice:person:{id}"),
        Err(_) => "notice:new".to_owned(),
    }
}

/// Where a form about that is opened.
fn form_of(about: &str) -> String {
    match about.strip_prefix("notice:person:") {
        Some(person) => format!("/notices/new?person={person}"),
        None => "/notices/new".to_owned(),
    }
}

/// What a notice's state is called, and how much it calls for attention.
pub(super) fn state_chip<'a>(ctx: &'a Ctx, notice: &'a Notice) -> (Tone, &'a str) {
    let lang = ctx.lang();
    if notice.struck_at.is_some() {
        return (Tone::Plain, lang.t("取り消した", "Struck out"));
    }
    match (notice.state, &notice.triage) {
        (NoticeState::Received, _) => (Tone::Caution, notice.state.words().get(lang)),
        (NoticeState::Read, _) => (Tone::Info, notice.state.words().get(lang)),
        (NoticeState::Finished, Some(outcome)) => (Tone::Good, ctx.profile().label("notice_outcome", outcome, lang)),
        (NoticeState::Finished, None) => (Tone::Good, notice.state.words().get(lang)),
    }
}

/// For which person a new notice is.
#[derive(Debug, Default, Deserialize)]
pub struct NewQuery {
    #[serde(default)]
    person: String,
    #[serde(default)]
    draft: String,
}

/// `GET /notices/new`
pub async fn show_new(ctx: Ctx, Query(query): Query<NewQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let about = about(&query.person);
    let tab = Tab::open(&ctx, &mut read, &about, &query.draft).await?;
    drop(read);
    let mut form: NoticeForm = tab.read().unwrap_or_default();
    if !query.person.is_empty() {
        form.person = query.person;
    }
    new_page(&ctx, &form, (&about, &tab), &Faults::default()).await
}

async fn new_page(ctx: &Ctx, form: &NoticeForm, (about, tab): (&str, &Tab), faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let mut ids: Vec<(String, String)> = Vec::new();
    for post in &ctx.staff()?.posts {
        for tier in ctx.profile().main_tiers() {
            for area in area::list_within(ctx, &mut read, &tier.code, post.area).await? {
                let id = area.id.to_string();
                if !ids.iter().any(|(known, _)| *known == id) {
                    ids.push((id, area.name));
                }
            }
        }
    }
    drop(read);
    // Where there is but one area it stands chosen; of several nobody's guess is better than the writer's.
    let area = match ids.as_slice() {
        [(only, _)] if form.area.is_empty() => only.as_str(),
        _ => form.area.as_str(),
    };
    let once = ctx.new_id().to_string();
    let kinds =
        ctx.profile().words("notice_kind").iter().map(|w| Choice::new(w.code.as_str(), lang.t(&w.ja, &w.en))).collect();
    let body = html! {
        (hidden("person", &form.person))
        (tab.field())
        (choice_field(lang, "kind", lang.t("気づいたこと", "What was noticed"), kinds).values([form.kind.as_str()]).required().error(faults.get("kind", lang)))
        (long_field(lang, "what", lang.t("くわしく", "In words")).value(&form.what).maxlength(WHAT).rows(4).error(faults.get("what", lang)))
        (select_field(lang, "area", lang.t("区域", "Area"), ids.iter().map(|(id, name)| Choice::new(id.as_str(), name.as_str())).collect()).values([area]).required().error(faults.get("area", lang)))
        (text_field(lang, "place", lang.t("場所", "Place")).value(&form.place).maxlength(LINE).error(faults.get("place", lang)))
        (text_field(lang, "about", lang.t("だれのこと", "About whom")).value(&form.about).maxlength(LINE).error(faults.get("about", lang)))
        (yes_no(lang, "urgent", lang.t("今日のうちに動く必要がある", "Something must be done today")).values([form.urgent.as_str()]))
    };
    let shell = FormShell {
        draft: Some(Draft { key: &tab.key, kept_at: tab.kept_at.as_deref() }),
        consequence: Some(lang.t(
            "区域の相談担当に届きます。どうなったかは、この気づきの画面に返ってきます。",
            "It goes to those who triage in the area; the answer comes back on the notice's page.",
        )),
        cancel: Some("/notices"),
        ..FormShell::new(lang, "/notices", ctx.csrf(), &once, lang.t("知らせる", "Report"), body)
    };
    let title = lang.t("気づきを記録する", "Record a notice");
    let main = html! { h1 { (title) } (faults.summary(lang)) (tab.ways(lang, &form_of(about))) (shell) };
    Ok(Page::new(title, main).status(faults.status()).reply(ctx))
}

/// `POST /notices`
pub async fn report(ctx: Ctx, form: Form<NoticeForm>) -> Reply {
    // The key begins with what the form was opened for, whatever was chosen in it since.
    let about = match form.sent.one("_draft_key").split(':').collect::<Vec<_>>().as_slice() {
        ["notice", "person", person, ..] => about(person),
        _ => about(""),
    };
    let tab = Tab::of(&form.sent, &about);
    let back = tab.address(&form_of(&about));
    Step::new(&ctx)
        .kept(&form.sent, &about, &back)
        .run(
            async |work| {
                let reported = super::report(&ctx, work, &form.input).await?;
                Ok(format!("/notices/{}?done=reported", reported.id))
            },
            async |faults| new_page(&ctx, &form.input, (&about, &tab), &faults).await,
        )
        .await
}

/// What came of the step before.
#[derive(Debug, Default, Deserialize)]
pub struct DoneQuery {
    #[serde(default)]
    pub(super) done: String,
}

/// `GET /notices/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<DoneQuery>) -> Reply {
    let page = match load(&ctx, id).await {
        Ok(page) => page,
        // Whose organisation is asked sees the request, and nothing of the notice.
        Err(Error::NotFound) => {
            let mut read = ctx.read().await?;
            return request_pages::request_page(&ctx, &mut read, id, &NoticeAnswerForm::default(), &Faults::default())
                .await;
        }
        Err(other) => return Err(other),
    };
    let flash = correct_pages::flash(ctx.lang(), &query.done);
    Ok(page.reply(&ctx, &TriageForm::default(), &Faults::default(), flash))
}

/// What can become of a notice.
pub(super) fn outcome_choices(ctx: &Ctx) -> Vec<Choice<'_>> {
    let lang = ctx.lang();
    let words = ctx.profile().words("notice_outcome").iter();
    words.map(|w| Choice::new(w.code.as_str(), lang.t(&w.ja, &w.en))).collect()
}

pub(super) struct ShowNotice {
    notice: Notice,
    handovers: Vec<Handover>,
    told: Vec<Told>,
    files: Markup,
    corrections: Markup,
    why: Vec<Why>,
    /// The person whom it is about, for those who may decide and see the person.
    person: Option<PersonRow>,
    may_triage: bool,
    may_correct: bool,
    /// What came of it, as far as the reader may see.
    came_of_it: Vec<(Kind, Id)>,
    next_steps: Vec<NextStep>,
    /// Of whom something was asked.
    asked: Vec<Asked>,
    /// Who can be asked, for those who decide now.
    offered: Offered,
    /// The notice that said the same before, and those that said it after, for those who decide.
    same: Vec<Id>,
}

pub(super) async fn load(ctx: &Ctx, id: Id) -> Result<ShowNotice> {
    load_finding(ctx, id, &NoticeRequestForm::default(), "").await
}

/// The same with whom a search found.
async fn load_finding(ctx: &Ctx, id: Id, chosen: &NoticeRequestForm, find: &str) -> Result<ShowNotice> {
    let mut read = ctx.read().await?;
    let sight = access::sight(ctx, &mut read, &NOTICE, id, &[TRIAGE, Act::CORRECT, ATTACH]).await?;
    let files = attachment::section(ctx, &mut read, &NOTICE, id, &sight).await?;
    let corrections = correction::section(ctx, &mut read, &NOTICE, id, &sight).await?;
    let notice = store::get(ctx, &mut read, id).await?;
    let handovers = handover::list_of(ctx, &mut read, id).await?;
    let told = message::list_told(ctx, &mut read, id).await?;
    let person = super::find_person(ctx, &mut read, &notice, &sight).await?;
    let (may_triage, may_correct) = (sight.may(TRIAGE), sight.may(Act::CORRECT));
    let came_of_it = link::list_after(ctx, &mut read, id).await?;
    let next_steps = room::list_next_steps(ctx, &mut read, &NOTICE, id).await?;
    let asked = request_pages::list_asked(ctx, &mut read, id).await?;
    let undecided = notice.triage.is_none() && notice.struck_at.is_none();
    let offered = match may_triage && undecided {
        true => Offered::of(ctx, &mut read, &notice, chosen, find).await?,
        false => Offered::default(),
    };
    let same = if may_triage { store::list_same(ctx, &mut read, id).await? } else { Vec::new() };
    Ok(ShowNotice {
        notice,
        handovers,
        told,
        files,
        corrections,
        why: sight.why,
        person,
        may_triage,
        may_correct,
        came_of_it,
        next_steps,
        asked,
        offered,
        same,
    })
}

impl ShowNotice {
    fn reply(&self, ctx: &Ctx, form: &TriageForm, faults: &Faults, flash: Option<Flash>) -> Response {
        Page::new(ctx.lang().t("気づき", "Notice"), self.render(ctx, form, faults))
            .why(self.why.clone())
            .flash(flash)
            .status(faults.status())
            .reply(ctx)
    }

    /// The page with an answer to what is asked of the reader, as it was typed.
    pub(super) fn answering(&self, ctx: &Ctx, form: &NoticeAnswerForm, faults: &Faults) -> Response {
        let main = html! { (faults.summary(ctx.lang())) (self.main(ctx, &TriageForm::default(), (form, faults), &Faults::default())) };
        Page::new(ctx.lang().t("気づき", "Notice"), main).why(self.why.clone()).status(faults.status()).reply(ctx)
    }

    /// The decision that was typed beside what stands after somebody else saved.
    fn both_sides(&self, ctx: &Ctx, form: &TriageForm) -> Markup {
        let lang = ctx.lang();
        let theirs = match self.notice.state {
            NoticeState::Received => lang.t("まだ読んでいません", "Not read yet"),
            NoticeState::Read => lang.t("読みました（まだ決めていません）", "Read, not decided yet"),
            NoticeState::Finished => lang.t("終わりました", "Finished"),
        };
        let row = SideBySide {
            label: lang.t("どう扱いますか", "What becomes of it?"),
            yours: ctx.profile().label("notice_outcome", &form.outcome, lang),
            theirs,
        };
        saved_first(lang, &compare(lang, "", &[row]))
    }

    fn render(&self, ctx: &Ctx, form: &TriageForm, faults: &Faults) -> Markup {
        self.main(ctx, form, (&NoticeAnswerForm::default(), &Faults::default()), faults)
    }

    fn main(&self, ctx: &Ctx, form: &TriageForm, answer: (&NoticeAnswerForm, &Faults), faults: &Faults) -> Markup {
        let lang = ctx.lang();
        let notice = &self.notice;
        let undecided = notice.triage.is_none() && notice.struck_at.is_none();
        let (tone, state) = state_chip(ctx, notice);
        html! {
            h1 { (lang.t("気づき：", "Notice: ")) (ctx.profile().label("notice_kind", &notice.kind, lang)) }
            @if faults.is_stale() { (self.both_sides(ctx, form)) }
            @if notice.struck_at.is_some() { (struck_out_box(lang)) }
            p class="chips" {
                (chip(tone, state))
                @if notice.urgent { " " (chip(Tone::Danger, lang.t("今日助けがいる", "Help needed today"))) }
            }
            (request_pages::answer_boxes(ctx, &self.asked, self.may_triage, answer.0, answer.1))
            (self.content(ctx))
            @if self.may_triage && undecided { (self.decide(ctx, form, faults)) }
            @for (kind, record) in &self.came_of_it {
                @if let Some(href) = kind.href(*record) {
                    p { (link_button(&href, &open_words(lang, kind))) }
                }
            }
            (request_pages::section(ctx, notice, &self.asked, &self.told, self.may_triage))
            (NextStep::boxed(&self.next_steps, lang, !(self.may_triage && undecided)))
            p { (link_button(&format!("/thread/notice/{}", notice.id), lang.t("この気づきのゆくえ（支援の流れ）", "The thread of this notice"))) }
            (self.files)
            (answers(ctx, &self.handovers, &self.told))
            (self.put_right(lang))
            (self.corrections)
        }
    }

    /// What the reader may put right, apart from what is done every day.
    fn put_right(&self, lang: Lang) -> Markup {
        let notice = &self.notice;
        let path = |step: &str| format!("/notices/{}/{step}", notice.id);
        let mut links: Vec<(String, &str)> = Vec::new();
        let mut add = |step: &str, words| links.push((path(step), words));
        match (notice.struck_at, &notice.triage) {
            (Some(_), _) if self.may_triage => add("restore", lang.t("元にもどす", "Restore it")),
            (Some(_), _) => {}
            (None, triage) if self.may_triage || (self.may_correct && triage.is_none()) => {
                add("correct", lang.t("訂正する・区域を移す", "Correct it, or move it to another area"));
                if self.came_of_it.is_empty() {
                    if triage.is_some() {
                        add("take-back", lang.t("扱いの決定を取り消す", "Take the decision back"));
                    }
                    add("strike", lang.t("この気づきを取り消す", "Strike this notice out"));
                }
            }
            (None, _) => {}
        }
        put_right(lang, &links)
    }

    fn content(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let notice = &self.notice;
        let mut rows: Vec<(&str, Markup)> = vec![
            (lang.t("届いた日", "Received"), date_pair(notice.received_on, lang)),
            (lang.t("区域", "Area"), html! { (notice.area_name) }),
        ];
        let mut line = |label, text: &str| {
            if !text.is_empty() {
                rows.push((label, html! { span class="lines" { (text) } }));
            }
        };
        line(lang.t("くわしく", "In words"), &notice.what);
        line(lang.t("場所", "Place"), &notice.place);
        line(lang.t("だれのこと", "About whom"), &notice.about);
        if self.may_triage {
            line(lang.t("知らせた人", "Reporter"), &notice.reporter_name);
            line(lang.t("連絡先", "Contact"), &notice.reporter_contact);
            line(lang.t("扱いの理由", "Why decided so"), &notice.triage_note);
            line(lang.t("受付番号", "Receipt number"), &notice.receipt);
        }
        if self.may_triage {
            if let Some(original) = notice.same_as {
                let link =
                    html! { a href={ "/notices/" (original) } { (lang.t("もとの気づきを開く", "Open that one")) } };
                rows.push((lang.t("同じ気づき", "The same as"), link));
            }
            if !self.same.is_empty() {
                let links =
                    html! { @for id in &self.same { a href={ "/notices/" (id) } { (lang.t("開く", "Open")) } " " } };
                rows.push((lang.t("同じことを知らせた気づき", "Others that say the same"), links));
            }
        }
        if let Some(person) = &self.person {
            let link = html! { a href={ "/persons/" (person.id) } { (person.name()) } };
            rows.push((lang.t("本人の記録", "The person's record"), link));
        }
        data_list(&rows)
    }

    fn decide(&self, ctx: &Ctx, form: &TriageForm, faults: &Faults) -> Markup {
        let lang = ctx.lang();
        let notice = &self.notice;
        let once = ctx.new_id().to_string();
        let outcomes = request_pages::outcomes(ctx);
        let body = html! {
            (choice_field(lang, "outcome", lang.t("どう扱いますか", "What becomes of it?"), outcomes).values([form.outcome.as_str()]).required().error(faults.get("outcome", lang)))
            (self.offered.fields(ctx, notice, &form.request(), None, faults))
            (long_field(lang, "note", lang.t("理由（職員だけに見えます）", "Why (staff only)")).value(&form.note).maxlength(NOTE).rows(2)
                .needed_when(lang.t("「相談として受ける」のほかは必須", "Required unless it is taken as a consultation")).error(faults.get("note", lang)))
            @if notice.reporter_staff.is_some() {
                (long_field(lang, "answer", lang.t("知らせた人への返事", "Answer to the reporter")).value(&form.answer).maxlength(NOTE).rows(2)
                    .hint(lang.t("名前や病気のことは書かないでください", "No names, nothing about health")).error(faults.get("answer", lang)))
            }
        };
        let action = format!("/notices/{}/triage", notice.id);
        let shell = FormShell {
            revision: Some(notice.revision),
            consequence: Some(lang.t(
                "「相談として受ける」を選ぶと、相談を受け付ける人の「今日」に出ます。自分が受け付けるときは、次に相談受付の画面が開きます。",
                "“Taken as a consultation” shows in Today of those who take consultations. If you are one of them, the intake opens next.",
            )),
            ..FormShell::new(lang, &action, ctx.csrf(), &once, lang.t("決める", "Decide"), body)
        };
        html! {
            section aria-labelledby="decide" {
                h2 id="decide" { (lang.t("扱いを決める", "Decide")) }
                @if notice.state == NoticeState::Received {
                    (post_button(&format!("/notices/{}/read", notice.id), ctx.csrf(), &ctx.new_id().to_string(), lang.t("読みました（あとで決める）", "I have read it (decide later)")))
                }
                (faults.summary(lang))
                (shell)
            }
        }
    }
}

/// What a link to a record that came of a notice says.
fn open_words(lang: Lang, kind: Kind) -> String {
    match lang {
        Lang::Ja => format!("ここから始まった{}を開く", kind.word(lang)),
        Lang::En => format!("Open the {} that it became", kind.word(lang).to_lowercase()),
    }
}

/// What became of it, as far as whoever handed it on may know.
pub fn answers(ctx: &Ctx, handovers: &[Handover], told: &[Told]) -> Markup {
    let lang = ctx.lang();
    html! {
        section aria-labelledby="answers" {
            h2 id="answers" { (lang.t("だれが受け取り、どうなったか", "Who received it, and what became of it")) }
            ol class="handovers" {
                @for h in handovers {
                    li {
                        @if h.from_label.is_empty() { (lang.t("地域の人", "Somebody in the neighbourhood")) } @else { (h.from_label) }
                        " → " (h.to_label) " "
                        (date_pair(tokyo_date(h.handed_at), lang))
                        br;
                        @match (h.acknowledged_at, h.answered_at) {
                            (_, Some(at)) if h.outcome == Some(Outcome::Withdrawn) => {
                                (chip(Tone::Plain, lang.t("取り消し", "Withdrawn"))) " " (date_pair(tokyo_date(at), lang))
                            }
                            (_, Some(at)) => {
                                (chip(Tone::Good, lang.t("返事あり", "Answered"))) " " (date_pair(tokyo_date(at), lang))
                                @if !h.answer.is_empty() { br; span class="lines" { (h.answer) } }
                            }
                            (Some(at), None) => {
                                (chip(Tone::Info, lang.t("受け取りました", "Acknowledged"))) " " (date_pair(tokyo_date(at), lang))
                                " " (lang.t("返事の期限", "answer due")) " " (date_pair(h.answer_by, lang))
                            }
                            (None, None) => {
                                (chip(Tone::Caution, lang.t("受け取り待ち", "Waiting"))) " "
                                (lang.t("受け取りの期限", "to be acknowledged by")) " " (date_pair(h.acknowledge_by, lang))
                            }
                        }
                        (message::beside(ctx, told, h.id))
                    }
                }
            }
        }
    }
}

/// `POST /notices/{id}/read`
pub async fn take_note(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    Step::new(&ctx)
        .press(async |work| {
            super::take_note(&ctx, work, id).await?;
            Ok(format!("/notices/{id}"))
        })
        .await
}

/// `POST /notices/{id}/triage`: leads on to the step that another room offers this reader, where there is one.
pub async fn triage(ctx: Ctx, Path(id): Path<Id>, form: Form<TriageForm>) -> Reply {
    let seen = form.seen()?;
    let (chosen, find) = (form.input.request(), searched_for(&form.sent));
    if searches(&form.sent) {
        let page = load_finding(&ctx, id, &chosen, find).await?;
        return Ok(page.reply(&ctx, &form.input, &Faults::default(), None));
    }
    Step::new(&ctx)
        .run(
            async |work| {
                super::triage(&ctx, work, id, &form.input, seen).await?;
                let next = room::list_next_steps(&ctx, work, &NOTICE, id).await?.into_iter().next();
                Ok(next.map_or(format!("/notices/{id}?done=triaged"), |step| step.href))
            },
            async |faults| {
                let page = load_finding(&ctx, id, &chosen, find).await?;
                // Once it is decided the page has no form that could keep what was typed.
                let faults = faults.or_refusal()?;
                Ok(page.reply(&ctx, &form.input, &faults, None))
            },
        )
        .await
}
