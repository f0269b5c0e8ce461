//! The list of consultations, and the page of one.

use axum::extract::{Path, Query};
use maud::{Markup, html};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use serde::Deserialize;

use super::correct_pages;
use super::model::{ConsultationOutcome, NOTE, SettleForm};
use super::store::{self, Consultation};
use crate::access::{self, Act, Kind, Why};
use crate::consultation::{CONSULTATION, OWN_FIELDS};
use crate::correction::pages::{put_right, struck_out_box};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::handover::{self, Handover};
use crate::lang::Lang;
use crate::message::{self, Told};
use crate::notice::NOTICE;
use crate::room::{self, NextStep};
use crate::web::ui::form::{Choice, FormShell, choice_field, long_field};
use crate::web::ui::parts::{
    Flash, SideBySide, Tone, callout, chip, compare, data_list, date_pair, link_button, primary_link, saved_first,
};
use crate::web::{Faults, Form, Page, Reply, Step};
use crate::{attachment, correction, link, notice, staff};

/// Whose consultation it is, in words that tell nothing the reader may not know.
pub(super) fn name_of(row: &Consultation, lang: Lang) -> &str {
    match (&row.person_name, row.person_id) {
        (Some(name), _) => name,
        (None, Some(_)) => lang.t("（名前は見られません）", "(name not shown to you)"),
        (None, None) => lang.t("名前のない相談", "No name given"),
    }
}

pub(super) fn state(row: &Consultation, lang: Lang) -> (Tone, &'static str) {
    if row.struck_at.is_some() {
        return (Tone::Plain, lang.t("取り消した", "Struck out"));
    }
    let tone = match row.outcome {
        ConsultationOutcome::Open => Tone::Caution,
        ConsultationOutcome::Case | ConsultationOutcome::Referral | ConsultationOutcome::Answered => Tone::Good,
    };
    (tone, row.outcome.words().get(lang))
}

/// What is done with a consultation that ends so.
fn end_words(end: ConsultationOutcome, lang: Lang) -> &'static str {
    match end {
        ConsultationOutcome::Answered => lang.t("答えて終わる", "Answer and end"),
        ConsultationOutcome::Referral => lang.t("他機関へつなぐ", "Pass to another agency"),
        ConsultationOutcome::Open | ConsultationOutcome::Case => end.words().get(lang),
    }
}

fn state_chip(row: &Consultation, lang: Lang) -> Markup {
    let (tone, words) = state(row, lang);
    chip(tone, words)
}

pub(super) fn urgency_chip(ctx: &Ctx, row: &Consultation) -> Markup {
    let tone = match row.urgency.as_str() {
        "urgent" => Tone::Danger,
        "soon" => Tone::Caution,
        _ => Tone::Plain,
    };
    chip(tone, ctx.profile().label("urgency", &row.urgency, ctx.lang()))
}

/// What came of the step before, and which end is being thought of.
#[derive(Debug, Default, Deserialize)]
pub struct ShowQuery {
    #[serde(default)]
    done: String,
    #[serde(default)]
    settle: String,
}

/// `GET /consultations/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<ShowQuery>) -> Reply {
    let page = load(&ctx, id).await?;
    let lang = ctx.lang();
    let told = |text: &str| Some(Flash { tone: Tone::Good, text: text.to_owned(), next: None });
    let flash = match query.done.as_str() {
        "taken" => told(lang.t("相談を受け付けました。", "The consultation has been taken.")),
        "identified" => told(lang.t("だれの相談かを決めました。", "It is known now whose consultation it is.")),
        "settled" => told(lang.t("結果を決めました。", "The consultation has been settled.")),
        other => correct_pages::flash(lang, other),
    };
    let form = SettleForm { outcome: query.settle, ..SettleForm::default() };
    Ok(page.reply(&ctx, &form, &Faults::default(), flash))
}

/// `POST /consultations/{id}/settle`
pub async fn settle(ctx: Ctx, Path(id): Path<Id>, form: Form<SettleForm>) -> Reply {
    let seen = form.seen()?;
    Step::new(&ctx)
        .run(
            async |work| {
                super::settle(&ctx, work, id, &form.input, seen).await?;
                Ok(format!("/consultations/{id}?done=settled"))
            },
            async |faults| {
                let page = load(&ctx, id).await?;
                // Once it is settled the page has no form that could keep what was typed.
                let faults = faults.or_refusal()?;
                Ok(page.reply(&ctx, &form.input, &faults, None))
            },
        )
        .await
}

/// What a link to a record that came of a consultation says.
fn open_words(lang: Lang, kind: Kind) -> String {
    match lang {
        Lang::Ja => format!("{}を開く", kind.word(lang)),
        Lang::En => format!("Open the {}", kind.word(lang).to_lowercase()),
    }
}

struct ShowConsultation {
    it: Consultation,
    problems: Vec<String>,
    base: Option<String>,
    files: Markup,
    corrections: Markup,
    why: Vec<Why>,
    may_edit: bool,
    may_correct: bool,
    next_steps: Vec<NextStep>,
    notice: Option<(Id, Vec<Handover>, Vec<Told>)>,
    reporter_waits: bool,
    came_of_it: Vec<(Kind, Id)>,
}

async fn load(ctx: &Ctx, id: Id) -> Result<ShowConsultation> {
    let mut read = ctx.read().await?;
    let sight = access::sight(ctx, &mut read, &CONSULTATION, id, &[Act::EDIT, Act::CORRECT, Act::SEE_ADDRESS]).await?;
    let corrections = correction::section(ctx, &mut read, &CONSULTATION, id, &sight).await?;
    let files = attachment::section(ctx, &mut read, &CONSULTATION, id, &sight).await?;
    let it = store::get(ctx, &mut read, id).await?;
    let problems = store::list_problems(ctx, &mut read, id).await?;
    let base = match it.base_id {
        Some(base) => staff::find_base(ctx, &mut read, base).await?.map(|base| base.name),
        None => None,
    };
    let (may_edit, may_correct) = (sight.may(Act::EDIT), sight.may(Act::CORRECT));
    let next_steps = room::list_next_steps(ctx, &mut read, &CONSULTATION, id).await?;
    let mut notice = None;
    let mut reporter_waits = false;
    if let Some(from) = it.notice_id
        && access::can_see(ctx, &mut read, &NOTICE, from).await?
    {
        let handovers = handover::list_of(ctx, &mut read, from).await?;
        let reporter = notice::get(ctx, &mut read, from).await?.reporter_staff;
        reporter_waits = reporter.is_some() && handovers.iter().any(|h| h.answered_at.is_none());
        let told = message::list_told(ctx, &mut read, from).await?;
        notice = Some((from, handovers, told));
    }
    let came_of_it = link::list_after(ctx, &mut read, id).await?;
    Ok(ShowConsultation {
        it,
        problems,
        base,
        files,
        corrections,
        why: sight.why,
        may_edit,
        may_correct,
        next_steps,
        notice,
        reporter_waits,
        came_of_it,
    })
}

impl ShowConsultation {
    fn reply(&self, ctx: &Ctx, form: &SettleForm, faults: &Faults, flash: Option<Flash>) -> axum::response::Response {
        Page::new(ctx.lang().t("相談", "Consultation"), self.render(ctx, form, faults))
            .why(self.why.clone())
            .flash(flash)
            .status(faults.status())
            .reply(ctx)
    }

    /// What was typed beside what stands after somebody else saved.
    fn both_sides(&self, ctx: &Ctx, form: &SettleForm) -> Markup {
        let lang = ctx.lang();
        let chosen = ConsultationOutcome::ENDS.into_iter().find(|end| end.code() == form.outcome);
        let yours = chosen.map_or("", |end| end_words(end, lang));
        let rows = [
            SideBySide {
                label: lang.t("どう終わりますか", "How does it end?"),
                yours,
                theirs: ConsultationOutcome::Open.words().get(lang),
            },
            SideBySide {
                label: lang.t("何を答えたか・どこへつないだか", "What was said"),
                yours: &form.note,
                theirs: &self.it.outcome_note,
            },
            SideBySide { label: lang.t("本人", "The person"), yours: "", theirs: name_of(&self.it, lang) },
        ];
        saved_first(lang, &compare(lang, "", &rows))
    }

    fn render(&self, ctx: &Ctx, form: &SettleForm, faults: &Faults) -> Markup {
        let lang = ctx.lang();
        let it = &self.it;
        html! {
            h1 { (lang.t("相談：", "Consultation: ")) (name_of(it, lang)) }
            @if faults.is_stale() { (self.both_sides(ctx, form)) }
            (faults.summary(lang))
            @if it.struck_at.is_some() { (struck_out_box(lang)) }
            ul class="chips" {
                li { (state_chip(it, lang)) }
                li { (urgency_chip(ctx, it)) }
                @if !it.language.is_empty() && it.language != "ja" {
                    li { (chip(Tone::Info, ctx.profile().label("language", &it.language, lang))) }
                }
                @for code in it.communications() {
                    li { (chip(Tone::Info, ctx.profile().label("communication_support", code, lang))) }
                }
            }
            @if it.is_open() && self.may_edit { (self.next(ctx)) }
            @if self.is_about_violence() && ctx.may(&crate::access::may::PROTECT) { (self.protect(lang)) }
            @if it.outcome != ConsultationOutcome::Open { (self.became(ctx)) }
            section aria-labelledby="content" {
                h2 id="content" { (lang.t("相談の内容", "What it is about")) }
                (self.content(ctx))
            }
            section aria-labelledby="problems" {
                h2 id="problems" { (lang.t("困りごと", "Problems")) }
                (self.problem_list(ctx))
            }
            (self.files)
            @if it.is_open() && self.may_edit { (self.end(ctx, form, faults)) }
            @if let Some((notice, handovers, told)) = &self.notice {
                (notice::pages::answers(ctx, handovers, told))
                p { a href={ "/notices/" (notice) } { (lang.t("もとの気づきを開く", "Open the notice that it came from")) } }
            }
            @if self.may_correct { (self.put_right(lang)) }
            (self.corrections)
            p { (link_button(&format!("/thread/consultation/{}", it.id), lang.t("この相談のゆくえ（支援の流れ）", "The thread of this consultation"))) }
        }
    }

    /// What may be put right, apart from what is done every day.
    fn put_right(&self, lang: Lang) -> Markup {
        let it = &self.it;
        let mut links: Vec<(&str, &str)> = Vec::new();
        if it.struck_at.is_some() {
            links.push(("restore", lang.t("元にもどす", "Restore it")));
        } else {
            links.push((
                "correct",
                lang.t("訂正する・ちがう人や区域に移す", "Correct it, or move it to someone else or another area"),
            ));
            match it.outcome {
                ConsultationOutcome::Open => {
                    links.push(("strike", lang.t("この相談を取り消す", "Strike this consultation out")))
                }
                ConsultationOutcome::Case => {}
                ConsultationOutcome::Answered | ConsultationOutcome::Referral => {
                    links.push(("take-back", lang.t("結果の決定を取り消す", "Take the outcome back")));
                }
            }
        }
        let links: Vec<(String, &str)> =
            links.into_iter().map(|(step, words)| (format!("/consultations/{}/{step}", it.id), words)).collect();
        put_right(lang, &links)
    }

    /// What comes next, on top.
    fn next(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let id = self.it.id;
        callout(
            lang,
            Tone::Info,
            lang.t("次にすること", "Next"),
            html! {
                div class="buttons" {
                    @if self.it.person_id.is_none() {
                        (primary_link(&format!("/consultations/{id}/person"), lang.t("だれの相談かを決める", "Say whose consultation it is")))
                    } @else {
                        @for link in NextStep::links(&self.next_steps, lang, true) { (link) }
                    }
                    (link_button(&format!("/consultations/{id}?settle=answered#settle"), lang.t("答えて終わる", "Answer and end")))
                    (link_button(&format!("/consultations/{id}?settle=referral#settle"), lang.t("他機関へつなぐ", "Pass to another agency")))
                }
                @if self.it.person_id.is_none() {
                    p { (lang.t("支援を始めるには、だれの相談かが決まっている必要があります。", "Support can begin once it is known whose consultation it is.")) }
                }
            },
        )
    }

    fn is_about_violence(&self) -> bool {
        self.problems.iter().any(|problem| problem == "violence")
    }

    /// Violence or abuse: who may see the record is decided before anything else.
    fn protect(&self, lang: Lang) -> Markup {
        callout(
            lang,
            Tone::Caution,
            lang.t("DV・虐待の相談です", "This is about violence or abuse"),
            html! {
                p { (lang.t(
                    "見せてはいけない人がいないか、住所を隠すか、通告したかを、先に確かめてください。",
                    "First make sure who must not see it, whether the address is hidden, and whether it was reported.",
                )) }
                @if let Some(person) = self.it.person_id {
                    p { (link_button(&format!("/persons/{person}/restrict"), lang.t("閲覧を制限する", "Restrict the record"))) }
                }
            },
        )
    }

    /// What became of it.
    fn became(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let it = &self.it;
        callout(
            lang,
            Tone::Plain,
            lang.t("この相談の結果", "What became of it"),
            html! {
                p {
                    (state_chip(it, lang))
                    @if let Some(at) = it.outcome_at { " " (date_pair(tokyo_date(at), lang)) }
                }
                @if !it.outcome_note.is_empty() { p class="lines" { (it.outcome_note) } }
                @for (kind, record) in &self.came_of_it {
                    @if let Some(href) = kind.href(*record) {
                        p { (primary_link(&href, &open_words(lang, kind))) }
                    }
                }
            },
        )
    }

    fn content(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let it = &self.it;
        let profile = ctx.profile();
        let word = |vocabulary, code| html! { (profile.label(vocabulary, code, lang)) };
        let lines = |text: &str| html! { span class="lines" { (text) } };
        let mut rows: Vec<(&str, Markup)> = vec![
            (lang.t("本人", "The person"), self.person(lang)),
            (lang.t("話されたこと", "As it was told"), lines(&it.what)),
        ];
        if !it.wish.is_empty() || !it.wish_words.is_empty() {
            rows.push((
                lang.t("本人の希望", "The wish"),
                html! {
                    (profile.label("wish", &it.wish, lang))
                    @if !it.wish_words.is_empty() { br; span class="lines" { (it.wish_words) } }
                },
            ));
        }
        rows.push((
            lang.t("相談した人", "Who came"),
            html! {
                (profile.label("from_whom", &it.from_whom, lang))
                @if !it.from_name.is_empty() { (lang.t("：", ": ")) (it.from_name) }
                @if !it.from_contact.is_empty() { br; (it.from_contact) }
            },
        ));
        rows.push((lang.t("受け付けた日", "Received"), date_pair(it.received_on, lang)));
        rows.push((lang.t("経路", "Channel"), word("channel", &it.channel)));
        if let Some(base) = &self.base {
            rows.push((lang.t("窓口・拠点", "Window or base"), html! { (base) }));
        }
        let area = if it.area_name.is_empty() { lang.t("出していません", "Hidden") } else { &it.area_name };
        rows.push((lang.t("区域", "Area"), html! { (area) }));
        if !it.language.is_empty() {
            rows.push((lang.t("使うことば", "Language"), word("language", &it.language)));
        }
        let shown = OWN_FIELDS.list_shown(ctx, &it.extra);
        rows.extend(shown.iter().map(|(label, text)| (*label, lines(text))));
        rows.push((lang.t("受けた人", "Taken by"), html! { (it.taken_by_name) }));
        data_list(&rows)
    }

    fn person(&self, lang: Lang) -> Markup {
        let it = &self.it;
        html! {
            @match (it.person_id, &it.person_name) {
                (Some(person), Some(name)) => { a href={ "/persons/" (person) } { (name) } }
                _ => { (name_of(it, lang)) }
            }
            @if self.may_correct && it.struck_at.is_none() && it.person_id.is_some() {
                " " a href={ "/consultations/" (it.id) "/correct#who" } { (lang.t("ちがう人に直す", "It is someone else")) }
            }
        }
    }

    /// The ticked boxes, the worst first.
    fn problem_list(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let worst = self.it.worst.as_deref();
        let in_order: Vec<&str> = ctx
            .profile()
            .words("problem")
            .iter()
            .map(|word| word.code.as_str())
            .filter(|code| worst != Some(*code) && self.problems.iter().any(|problem| problem == code))
            .collect();
        html! {
            @if self.problems.is_empty() {
                p { (lang.t("印はついていません。", "No box was ticked.")) }
            } @else {
                ul {
                    @if let Some(worst) = worst {
                        li { (ctx.profile().label("problem", worst, lang)) " " (chip(Tone::Danger, lang.t("いちばん困っている", "The worst"))) }
                    }
                    @for code in in_order { li { (ctx.profile().label("problem", code, lang)) } }
                }
            }
        }
    }

    /// The end without a case; folded, so that the page has one primary action.
    fn end(&self, ctx: &Ctx, form: &SettleForm, faults: &Faults) -> Markup {
        let lang = ctx.lang();
        let once = ctx.new_id().to_string();
        let outcomes = ConsultationOutcome::ENDS.map(|end| Choice::new(end.code(), end_words(end, lang))).into();
        let body = html! {
            (choice_field(lang, "outcome", lang.t("どう終わりますか", "How does it end?"), outcomes).values([form.outcome.as_str()]).required().error(faults.get("outcome", lang)))
            (long_field(lang, "note", lang.t("何を答えたか・どこへつないだか（職員だけに見えます）", "What was said, or to whom it was passed (staff only)")).value(&form.note).maxlength(NOTE).rows(3).required().error(faults.get("note", lang)))
            @if self.reporter_waits {
                (long_field(lang, "answer", lang.t("気づきを知らせた人への返事", "Answer to the reporter of the notice")).value(&form.answer).maxlength(NOTE).rows(2)
                    .hint(lang.t("名前や病気のことは書かないでください", "No names, nothing about health")).error(faults.get("answer", lang)))
            }
        };
        let action = format!("/consultations/{}/settle", self.it.id);
        let shell = FormShell {
            revision: Some(self.it.revision),
            secondary: true,
            consequence: Some(lang.t(
                "この相談は終わりになります。気づきを知らせた人には、返事が届きます。",
                "The consultation ends. Whoever reported the notice gets the answer.",
            )),
            ..FormShell::new(lang, &action, ctx.csrf(), &once, lang.t("終わりにする", "End it"), body)
        };
        html! {
            details id="settle" open[!faults.is_empty() || !form.outcome.is_empty()] {
                summary { (lang.t("支援を始めずに終わる（答える・つなぐ）", "End without a case (answer, or pass on)")) }
                (shell)
            }
        }
    }
}
