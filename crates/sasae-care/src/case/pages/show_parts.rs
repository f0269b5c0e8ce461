//! The parts of a case's page.

use maud::{Markup, html};
use sasae_core::clock::tokyo_date;

use super::super::model::{AnswerForm, GoalState, RoleState};
use super::super::store::{Contact, Goal, Role};
use super::correct::entry_page;
use super::show::ShowCase;
use super::team::{agree_form, answer_form, lead_seen_form};
use super::{excerpt, name_link, texts};
use crate::correction::pages::put_right;
use crate::ctx::Ctx;
use crate::handover::{Handover, Outcome};
use crate::lang::Lang;
use crate::message;
use crate::web::Faults;
use crate::web::ui::form::{Choice, hidden, select_field};
use crate::web::ui::parts::{
    Column, Table, TimelineItem, Tone, callout, chip, date_pair, empty, link_button, post_button, primary_link,
    timeline,
};

impl ShowCase {
    /// The one thing to do next.
    pub(super) fn next_step(&self, ctx: &Ctx, answer: &AnswerForm, faults: &Faults) -> Markup {
        let lang = ctx.lang();
        let case = &self.opened.case;
        if case.struck_at.is_some() {
            return html! {};
        }
        if !case.is_open() {
            return self.ended(ctx);
        }
        if let Some(role) = self.asked_of_me(ctx) {
            return answer_form(ctx, role, answer, faults);
        }
        if let Some(role) = self.led_anew(ctx) {
            return lead_seen_form(ctx, role);
        }
        if !self.may_edit && !self.may_steer {
            return html! {};
        }
        let step = |tone, words: &str, path: &str, verb: &str| {
            callout(
                lang,
                tone,
                lang.t("次にすること", "Next"),
                html! {
                    p { (words) }
                    p { (primary_link(&format!("/cases/{}/{path}", case.id), verb)) }
                },
            )
        };
        if let Some(gone) = self.gone.as_deref().filter(|_| self.may_close) {
            let words = match gone {
                "death" => lang.t(
                    "亡くなったと記録されています。約束した連絡は、もうありません。支援を終えてください。",
                    "A death was noted, so nothing that was promised stands any more. Please close the case.",
                ),
                _ => lang.t(
                    "転出したと記録されています。約束した連絡は、もうありません。引き継ぎ先を確かめて、支援を終えてください。",
                    "A move was noted, so nothing that was promised stands any more. See who goes on, and close the case.",
                ),
            };
            let close = lang.t("支援を終える", "Close the case");
            return step(Tone::Caution, words, &format!("close?outcome={gone}"), close);
        }
        let write = lang.t("連絡を記録する", "Record a contact");
        let waiting: Vec<String> =
            self.roles.iter().filter(|role| role.state == RoleState::Asked).map(Role::who).collect();
        if case.agreed_at.is_none() {
            if waiting.is_empty() && self.may_steer {
                return agree_form(ctx, self);
            }
            if waiting.is_empty() {
                let words =
                    lang.t("主担当が、だれが何をするかを決めているところです。", "The lead is settling who does what.");
                return step(Tone::Info, words, "contacts/new", write);
            }
            if !self.may_edit {
                return html! {};
            }
            let words = match lang {
                Lang::Ja => format!("{} の返事を待っています。", waiting.join("、")),
                Lang::En => format!("Waiting for the answer of {}.", waiting.join(", ")),
            };
            return step(Tone::Info, &words, "contacts/new", write);
        }
        if !self.may_edit {
            return html! {};
        }
        if let Some((on, what)) = self.next.as_ref().filter(|(on, _)| *on <= ctx.today()) {
            let words = match lang {
                Lang::Ja => format!("約束した連絡の日です（{}）。{what}", lang.date(*on)),
                Lang::En => format!("The contact promised for {on} is due. {what}"),
            };
            return step(Tone::Caution, &words, "contacts/new", write);
        }
        if self.assessments.is_empty() {
            return step(
                Tone::Info,
                lang.t(
                    "本人と世帯のようすを確かめて、アセスメントを書きます。",
                    "See how the person and the household are, and write the assessment.",
                ),
                "assessments/new",
                lang.t("アセスメントを書く", "Write the assessment"),
            );
        }
        if self.plans.is_empty() {
            return step(
                Tone::Info,
                lang.t("だれが・何を・いつまでにするかを、計画にします。", "Make the plan: who does what until when."),
                "plans/new",
                lang.t("計画を立てる", "Make the plan"),
            );
        }
        if self.monitorings.first().is_some_and(|m| m.verdict == "end") && self.may_close {
            return step(
                Tone::Info,
                lang.t("モニタリングで、終わりに向かうと決めています。", "The monitoring said to bring it to an end."),
                "close",
                lang.t("支援を終える", "Close the case"),
            );
        }
        if let Some(on) = case.review_on.filter(|on| *on <= ctx.today()) {
            let words = match lang {
                Lang::Ja => format!("計画を見直す日です（{}）。", lang.date(on)),
                Lang::En => format!("The plan was to be reviewed on {on}."),
            };
            return step(Tone::Caution, &words, "monitoring/new", lang.t("モニタリングを書く", "Write the monitoring"));
        }
        step(
            Tone::Info,
            lang.t("会ったり電話したりしたことを、その場で記録します。", "Record visits and calls as they happen."),
            "contacts/new",
            write,
        )
    }

    fn ended(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let case = &self.opened.case;
        let outcome = case.outcome.as_deref().unwrap_or_default();
        let main = self.opened.persons.iter().find(|person| person.main).and_then(|person| person.id);
        callout(
            lang,
            Tone::Plain,
            lang.t("この支援は終わりました", "This case is closed"),
            html! {
                p {
                    (ctx.profile().label("closing_outcome", outcome, lang))
                    @if let Some(on) = case.closed_on { " " (date_pair(on, lang)) }
                    @if let Some(name) = &self.closer { " " (name) }
                }
                @if !case.outcome_note.is_empty() { p { span class="lines" { (case.outcome_note) } } }
                @if let Some(person) = main {
                    @if outcome == "death" {
                        p { a href={ "/persons/" (person) } { (lang.t("この人の記録に、亡くなった日を書く", "Enter the day of death in the person's record")) } }
                    } @else if self.may_take {
                        p { (lang.t("新しい動きがあったときは、新しい相談として受け付けます。", "If something new comes up, take it as a new consultation.")) }
                        p { (primary_link(&format!("/consultations/new?person={person}"), lang.t("新しい相談を受け付ける", "Take a new consultation"))) }
                    }
                }
            },
        )
    }

    pub(super) fn persons(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let case = &self.opened.case;
        html! {
            section aria-labelledby="persons" {
                h2 id="persons" { (lang.t("だれの支援か", "Whom it is about")) }
                ul {
                    @for person in &self.opened.persons {
                        li {
                            (person.link(ctx))
                            @if person.main { " " (chip(Tone::Info, lang.t("中心になる人", "At its centre"))) }
                            @if let Some(id) = person.id.filter(|_| self.may_correct && case.struck_at.is_none()) {
                                " " a href={ "/cases/" (case.id) "/persons/" (id) "/end" } aria-label={ (lang.t("支援する人から外す：", "Take out of the case: ")) (person.name()) } { (lang.t("外す", "Take out")) }
                            }
                        }
                    }
                }
                @if let Some(consultation) = case.consultation_id {
                    p { a href={ "/consultations/" (consultation) } { (lang.t("もとになった相談", "The consultation it came from")) } }
                }
                @if !self.household.is_empty() {
                    @let offered: Vec<Choice<'_>> = self.household.iter().map(|one| Choice::new(one.id.to_string(), format!("{} {}", one.family, one.given))).collect();
                    details {
                        summary { (lang.t("同じ世帯の人を加える", "Name another member of the household")) }
                        form class="form" action={ "/cases/" (case.id) "/persons" } method="post" data-once-only {
                            (hidden("_csrf", ctx.csrf()))
                            (hidden("_once", &ctx.new_id().to_string()))
                            (select_field(lang, "person", lang.t("加える人", "Person"), offered).required()
                                .hint(lang.t("チームの人に、この人の名前が見えるようになります。", "The team will see this person by name.")))
                            div class="buttons" { button class="button" type="submit" { (lang.t("加える", "Name")) } }
                        }
                    }
                }
            }
        }
    }

    pub(super) fn team(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let case = &self.opened.case;
        let head = [
            lang.t("だれが", "Who"),
            lang.t("役割", "Role"),
            lang.t("することと期限", "Task and due date"),
            lang.t("ようす", "State"),
        ];
        let columns: Vec<Column<'_>> = head.iter().map(|label| Column { label, numeric: false }).collect();
        let caption = lang.t("チームと役割", "Team and roles");
        let (current, past): (Vec<&Role>, Vec<&Role>) =
            self.roles.iter().partition(|role| role.is_current(ctx.today()));
        html! {
            section aria-labelledby="team" {
                h2 id="team" { (lang.t("主担当とチーム", "Lead and team")) }
                p {
                    (lang.t("主担当：", "Lead: ")) strong { (case.lead_name) }
                    @if let Some(name) = &case.lead_organisation_name { "（" (name) "）" }
                    " "
                    @match case.agreed_at {
                        Some(at) => { (chip(Tone::Good, lang.t("主担当と役割が決まりました", "Lead and roles agreed"))) " " (date_pair(tokyo_date(at), lang)) }
                        None => (chip(Tone::Caution, lang.t("役割を調整中", "Roles being agreed")))
                    }
                }
                @if !current.is_empty() {
                    (Table { caption, columns: &columns, rows: current.iter().map(|role| self.role_row(ctx, role)).collect(), sums: None })
                }
                @if !past.is_empty() {
                    details {
                        summary { (lang.t("終わった役割・断られた役割", "Ended and declined roles")) " (" (past.len()) ")" }
                        (Table { caption: lang.t("終わった役割・断られた役割", "Ended and declined roles"), columns: &columns, rows: past.iter().map(|role| self.role_row(ctx, role)).collect(), sums: None })
                    }
                }
                @if self.may_steer {
                    p {
                        (link_button(&format!("/cases/{}/roles/new", case.id), lang.t("役割を頼む", "Ask for a role"))) " "
                        (link_button(&format!("/cases/{}/lead", case.id), lang.t("主担当を替える", "Change the lead")))
                    }
                }
            }
        }
    }

    fn role_row(&self, ctx: &Ctx, role: &Role) -> Vec<Markup> {
        let lang = ctx.lang();
        let late = role.done_on.is_none() && role.due_on.is_some_and(|due| due < ctx.today());
        let handover = self.handovers.iter().rev().find(|(id, _)| *id == role.id).map(|(_, h)| h);
        vec![
            html! { (role.who()) },
            html! { (ctx.profile().label("case_role", &role.role, lang)) },
            html! {
                (role.task)
                @if !role.reason.is_empty() { span class="lines" { (lang.t("替えた理由：", "Why the lead changed: ")) (role.reason) } }
                @if let Some(due) = role.due_on { br; (lang.t("期限：", "due ")) (date_pair(due, lang)) }
            },
            html! {
                (role_state(ctx, role, handover))
                @if let Some(handover) = handover { (message::beside(ctx, &self.told, handover.id)) }
                @if late && role.is_current(ctx.today()) { " " (chip(Tone::Danger, lang.t("期限をすぎています", "Overdue"))) }
                @let mine = self.may_edit && role.is_held_by(ctx.staff_id());
                @if (self.may_steer || mine) && role.is_current(ctx.today()) && !role.ends() && role.role != "lead" { (role_buttons(ctx, role)) }
            },
        ]
    }

    pub(super) fn plan(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let id = self.opened.case.id;
        html! {
            section aria-labelledby="plan" {
                h2 id="plan" { (lang.t("計画", "Plan")) }
                @if let Some(plan) = self.plans.first() {
                    (texts(&[(lang.t("めざすこと", "Aim"), &plan.aim), (lang.t("本人の希望", "What the person wishes"), &plan.wish)]))
                    p {
                        @match plan.agreed_on {
                            Some(on) => { (chip(Tone::Good, lang.t("本人と合意", "Agreed with the person"))) " " (date_pair(on, lang)) }
                            None => (chip(Tone::Caution, lang.t("本人とまだ合意していません", "Not agreed with the person yet")))
                        }
                        " " (lang.t("次の見直し：", "Next review: "))
                        @match self.opened.case.review_on { Some(on) => (date_pair(on, lang)), None => (lang.t("なし", "none")) }
                    }
                    (goal_list(ctx, id, &self.goals, self.may_edit))
                    p { a href={ "/cases/" (id) "/plans/" (plan.id) } { (lang.t("計画だけを開く（印刷など）", "Open the plan by itself, to print it for example")) } }
                    @if self.plans.len() > 1 {
                        details {
                            summary { (lang.t("前の計画", "Earlier plans")) " (" (self.plans.len() - 1) ")" }
                            ul {
                                @for plan in self.plans.iter().skip(1) {
                                    li { a href={ "/cases/" (id) "/plans/" (plan.id) } { (date_pair(tokyo_date(plan.created_at), lang)) } " " (plan.staff_name) }
                                }
                            }
                        }
                    }
                } @else {
                    (empty(lang.t("計画はまだありません。", "There is no plan yet."), None))
                }
                @if self.may_edit {
                    p { (link_button(&format!("/cases/{id}/plans/new"), if self.plans.is_empty() { lang.t("計画を立てる", "Make a plan") } else { lang.t("計画を作り直す", "Make a new plan") })) }
                }
            }
        }
    }

    pub(super) fn assessment(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let id = self.opened.case.id;
        html! {
            section aria-labelledby="assessment" {
                h2 id="assessment" { (lang.t("アセスメント", "Assessment")) }
                @if let Some(latest) = self.assessments.first() {
                    @let href = format!("/cases/{id}/assessments/{}", latest.id);
                    p { (date_pair(latest.assessed_on, lang)) " " (latest.staff_name) " " a href=(href) { (lang.t("全部を見る", "See all of it")) } }
                    p { (excerpt(lang, &latest.situation, &href)) }
                    @if !latest.needs.is_empty() { p { strong { (lang.t("必要なこと：", "Needs: ")) } (excerpt(lang, &latest.needs, &href)) } }
                    @if self.assessments.len() > 1 {
                        details {
                            summary { (lang.t("前のアセスメント", "Earlier assessments")) " (" (self.assessments.len() - 1) ")" }
                            ul {
                                @for one in self.assessments.iter().skip(1) {
                                    li { a href={ "/cases/" (id) "/assessments/" (one.id) } { (date_pair(one.assessed_on, lang)) } " " (one.staff_name) }
                                }
                            }
                        }
                    }
                } @else {
                    (empty(lang.t("アセスメントはまだありません。", "There is no assessment yet."), None))
                }
                @if self.may_edit {
                    p { (link_button(&format!("/cases/{id}/assessments/new"), lang.t("アセスメントを書く", "Write an assessment"))) }
                }
            }
        }
    }

    pub(super) fn contacts(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let id = self.opened.case.id;
        html! {
            section aria-labelledby="contacts" {
                h2 id="contacts" { (lang.t("連絡と訪問", "Contacts")) " " span class="count" { (self.contact_count) } }
                @if let Some((on, what)) = &self.next {
                    p { (lang.t("あなたの次の連絡：", "Your next contact: ")) (date_pair(*on, lang)) " " (what) }
                }
                @if self.contacts.contacts.is_empty() {
                    (empty(lang.t("連絡の記録はまだありません。", "No contact is recorded yet."), None))
                } @else {
                    (contact_timeline(ctx, id, &self.contacts.contacts))
                }
                @if let Some(older) = &self.contacts.older {
                    p { a href={ "/cases/" (id) "/contacts?from=" (older) } { (lang.t("これより前の連絡", "Older contacts")) } }
                }
                @if self.may_edit {
                    p { (link_button(&format!("/cases/{id}/contacts/new"), lang.t("連絡を記録する", "Record a contact"))) }
                }
            }
        }
    }

    pub(super) fn monitoring(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let id = self.opened.case.id;
        let items: Vec<TimelineItem> = self
            .monitorings
            .iter()
            .take(3)
            .map(|one| {
                let href = format!("/cases/{id}/monitoring/{}", one.id);
                TimelineItem {
                    when: date_pair(one.monitored_on, lang),
                    kind: super::monitoring::verdict(lang, &one.verdict).to_owned(),
                    what: excerpt(lang, &one.findings, &href),
                    who: one.staff_name.clone(),
                    href: Some(href),
                }
            })
            .collect();
        html! {
            section aria-labelledby="monitoring" {
                h2 id="monitoring" { (lang.t("モニタリング", "Monitoring")) }
                @if items.is_empty() {
                    (empty(lang.t("モニタリングはまだありません。", "There is no monitoring yet."), None))
                } @else {
                    (timeline(lang, &items))
                }
                @if self.monitorings.len() > 3 {
                    details {
                        summary { (lang.t("前のモニタリング", "Earlier monitoring")) " (" (self.monitorings.len() - 3) ")" }
                        ul {
                            @for one in self.monitorings.iter().skip(3) {
                                li { a href={ "/cases/" (id) "/monitoring/" (one.id) } { (date_pair(one.monitored_on, lang)) } " " (one.staff_name) }
                            }
                        }
                    }
                }
                @if self.may_edit {
                    p { (link_button(&format!("/cases/{id}/monitoring/new"), lang.t("モニタリングを書く", "Write a monitoring"))) }
                }
            }
        }
    }

    /// Where the case came from and what became of it.
    pub(super) fn thread(&self, lang: Lang) -> Markup {
        let id = self.opened.case.id;
        html! {
            section aria-labelledby="thread" {
                h2 id="thread" { (lang.t("気づきからここまで", "From the notice on")) }
                p { (link_button(&format!("/thread/case/{id}"), lang.t("支援の流れを見る", "See the thread"))) }
            }
        }
    }

    pub(super) fn closing(&self, lang: Lang) -> Markup {
        html! {
            @if self.may_close {
                section aria-labelledby="closing" {
                    h2 id="closing" { (lang.t("支援の終わり", "The end of the case")) }
                    p { (lang.t("解決した、ほかへ引き継いだ、亡くなったなど、支援が終わるときに押します。", "When it is solved, handed over, or the person has died.")) }
                    p { (link_button(&format!("/cases/{}/close", self.opened.case.id), lang.t("支援を終える", "Close the case"))) }
                }
            }
        }
    }

    pub(super) fn others(&self, lang: Lang) -> Markup {
        html! { @if self.may_correct { (self.put_right(lang)) } }
    }

    /// 取り消した記録: each leads to its page, where it can be restored.
    pub(super) fn struck_entries(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        html! {
            @if !self.struck.is_empty() {
                section aria-labelledby="struck" {
                    h2 id="struck" { (lang.t("取り消した記録", "Entries struck out")) " (" (self.struck.len()) ")" }
                    p { (lang.t("まちがって取り消したものは、開いて「元にもどす」でもどせます。", "One that was struck out by mistake can be restored on its page.")) }
                    ul {
                        @for one in &self.struck {
                            li {
                                a href=(entry_page(self.opened.case.id, one.entry(), one.id)) { (one.entry().kind().word(lang)) " " (date_pair(one.on, lang)) }
                                " " (one.staff_name)
                            }
                        }
                    }
                }
            }
        }
    }

    /// What may be put right of the case itself.
    fn put_right(&self, lang: Lang) -> Markup {
        let case = &self.opened.case;
        let at = |step: &str| format!("/cases/{}/{step}", case.id);
        if case.struck_at.is_some() {
            return put_right(lang, &[(at("restore"), lang.t("元にもどす", "Restore it"))]);
        }
        let correct = lang.t("題名・区域・だれの支援かを訂正する", "Correct title, area or whose case it is");
        let other = if case.is_open() {
            (at("strike"), lang.t("誤って開いた支援を取り消す", "Strike it out (opened by mistake)"))
        } else {
            (
                at("reopen"),
                lang.t("終了を取り消す（まちがって終えたとき）", "Take the closing back (closed by mistake)"),
            )
        };
        put_right(lang, &[(at("correct"), correct), other])
    }
}

fn role_buttons(ctx: &Ctx, role: &Role) -> Markup {
    let lang = ctx.lang();
    let at = |step: &str| format!("/cases/{}/roles/{}/{step}", role.case_id, role.id);
    let once = || ctx.new_id().to_string();
    html! {
        @if role.state == RoleState::Asked {
            (post_button(&at("end"), ctx.csrf(), &once(), lang.t("頼むのを取りやめる", "Withdraw")))
        } @else {
            @if role.done_on.is_none() { (post_button(&at("done"), ctx.csrf(), &once(), lang.t("済みにする", "Mark as done"))) }
            (post_button(&at("end"), ctx.csrf(), &once(), lang.t("役割を終える", "End the role")))
        }
    }
}

fn role_state(ctx: &Ctx, role: &Role, handover: Option<&Handover>) -> Markup {
    let lang = ctx.lang();
    html! {
        @match (role.state, role.done_on) {
            (RoleState::Asked, _) if handover.is_some_and(|h| h.outcome == Some(Outcome::Withdrawn)) => {
                (chip(Tone::Plain, lang.t("取りやめ", "Withdrawn")))
            }
            (RoleState::Asked, _) if handover.is_some_and(|h| h.outcome == Some(Outcome::Ended)) => {
                (chip(Tone::Plain, lang.t("返事の前に終了", "Ended before an answer")))
            }
            (RoleState::Asked, _) => {
                (chip(Tone::Caution, lang.t("返事待ち", "Waiting")))
                @if let Some(h) = handover { " " (lang.t("返事の期限：", "answer by ")) (date_pair(h.answer_by, lang)) }
            }
            (RoleState::Declined, _) => {
                (chip(Tone::Danger, lang.t("断られました", "Declined")))
                @if let Some(h) = handover.filter(|h| !h.answer.is_empty()) { br; span class="lines" { (h.answer) } }
            }
            (RoleState::Withdrawn, _) => (chip(Tone::Plain, lang.t("取りやめ", "Withdrawn"))),
            (RoleState::Accepted, Some(on)) => { (chip(Tone::Good, lang.t("済み", "Done"))) " " (date_pair(on, lang)) }
            (RoleState::Accepted, None) => {
                @if role.valid_to < ctx.today() { (chip(Tone::Plain, lang.t("終わりました", "Ended"))) " " (date_pair(role.valid_to, lang)) }
                @else if role.ends() { (chip(Tone::Plain, lang.t("終わります", "Ends"))) " " (date_pair(role.valid_to, lang)) }
                @else { (chip(Tone::Good, lang.t("引き受けています", "Accepted"))) }
                @if let Some(h) = handover.filter(|h| !h.answer.is_empty()) { br; span class="lines" { (h.answer) } }
            }
        }
    }
}

/// Goals with what became of each; with buttons for one who may judge.
pub(super) fn goal_list(ctx: &Ctx, case: sasae_core::id::Id, goals: &[Goal], may_judge: bool) -> Markup {
    let lang = ctx.lang();
    html! {
        ol class="goals" {
            @for goal in goals {
                @let tone = match goal.state { GoalState::Reached => Tone::Good, GoalState::Partly => Tone::Info, GoalState::Open | GoalState::Dropped => Tone::Plain };
                li {
                    p { strong { (goal.goal) } " " (chip(tone, goal.state.words().get(lang))) }
                    p {
                        @if !goal.step.is_empty() { (lang.t("すること：", "Step: ")) (goal.step) br; }
                        (lang.t("だれが：", "Who: ")) (goal.who)
                        @if let Some(due) = goal.due_on {
                            " " (lang.t("いつまでに：", "until ")) (date_pair(due, lang))
                            @if goal.state == GoalState::Open && due < ctx.today() { " " (chip(Tone::Danger, lang.t("期限をすぎています", "Overdue"))) }
                        }
                    }
                    @if may_judge { (judge_buttons(ctx, case, goal)) }
                }
            }
        }
    }
}

/// One button for each other state of a goal.
pub(super) fn judge_buttons(ctx: &Ctx, case: sasae_core::id::Id, goal: &Goal) -> Markup {
    let lang = ctx.lang();
    html! {
        form class="one-button" action={ "/cases/" (case) "/goals/" (goal.id) } method="post" data-once-only {
            (hidden("_csrf", ctx.csrf()))
            (hidden("_once", &ctx.new_id().to_string()))
            (hidden("_revision", &goal.revision.to_string()))
            div class="buttons" {
                @for state in GoalState::ALL.iter().filter(|state| **state != goal.state) {
                    button class="button" type="submit" name="state" value=(state.code()) {
                        (state.words().get(lang)) span class="unseen" { (lang.t("：", ": ")) (goal.goal) }
                    }
                }
            }
        }
    }
}

/// Contacts, the newest first, each cut short.
pub(super) fn contact_timeline(ctx: &Ctx, case: sasae_core::id::Id, contacts: &[Contact]) -> Markup {
    let lang = ctx.lang();
    let items: Vec<TimelineItem> = contacts
        .iter()
        .map(|one| {
            let href = format!("/cases/{case}/contacts/{}", one.id);
            TimelineItem {
                when: date_pair(one.contact_on, lang),
                kind: format!(
                    "{}{}{}",
                    ctx.profile().label("contact_kind", &one.kind, lang),
                    lang.t("・", ", "),
                    ctx.profile().label("contact_method", &one.method, lang)
                ),
                what: html! {
                    @if one.about_person { p { (name_link(lang, one.person_id, one.family.as_deref(), one.given.as_deref())) } }
                    (excerpt(lang, &one.body, &href))
                    @if let Some(on) = one.next_on {
                        p {
                            (lang.t("次：", "Next: ")) (date_pair(on, lang)) " " (one.next_what)
                            @if one.next_done_on.is_some() { " " (chip(Tone::Good, lang.t("済み", "Done"))) }
                        }
                    }
                },
                who: one.staff_name.clone(),
                href: Some(href),
            }
        })
        .collect();
    timeline(lang, &items)
}
