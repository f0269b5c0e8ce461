//! The page of a case: where it stands, what is next, who owes what, the plan,
//! what happened.

use axum::extract::{Path, Query};
use jiff::civil::Date;
use maud::{Markup, html};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::super::entry;
use super::super::model::{AnswerForm, RoleState};
use super::super::store::{
    self, Assessment, Candidate, ContactPage, Cursor, Goal, Monitoring, Plan, Role, StruckEntry,
};
use super::{DoneQuery, Opened, load_for, support_needed};
use crate::access::Act;
use crate::case::{CASE, CLOSE, STEER};
use crate::correction::pages::struck_out_box;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::handover::Handover;
use crate::lang::Lang;
use crate::message::{self, Told};
use crate::web::ui::parts::{CourseStep, Flash, StepState, Tone, chip, date_pair, steps};
use crate::web::{Faults, Page, Reply};
use crate::{attachment, correction, staff};

/// Contacts on one page.
pub(super) const CONTACTS: i64 = 30;

/// A case with all that its page shows.
pub(super) struct ShowCase {
    pub opened: Opened,
    pub roles: Vec<Role>,
    pub handovers: Vec<(Id, Handover)>,
    pub told: Vec<Told>,
    pub assessments: Vec<Assessment>,
    pub plans: Vec<Plan>,
    pub goals: Vec<Goal>,
    pub contacts: ContactPage,
    pub contact_count: i64,
    pub monitorings: Vec<Monitoring>,
    pub next: Option<(Date, String)>,
    /// How it would be closed because everybody whom it names is gone.
    pub gone: Option<String>,
    pub household: Vec<Candidate>,
    pub closer: Option<String>,
    pub files: Markup,
    /// Entries that were struck out and that the reader may restore.
    pub struck: Vec<StruckEntry>,
    /// What was put right in the case and its entries.
    pub corrections: Markup,
    /// The organisation that the reader belongs to.
    pub own_organisation: Option<Id>,
    pub may_edit: bool,
    /// The reader decides who leads and who does what.
    pub may_steer: bool,
    pub may_correct: bool,
    pub may_close: bool,
    pub may_take: bool,
}

pub(super) async fn gather(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<ShowCase> {
    let opened = load_for(ctx, conn, id, &[Act::EDIT, Act::CORRECT, CLOSE, STEER]).await?;
    let open = opened.case.is_open();
    let plans = store::list_plans(ctx, conn, id).await?;
    let goals = match plans.first() {
        Some(plan) => store::list_goals(ctx, conn, plan.id).await?,
        None => Vec::new(),
    };
    let may_edit = open && opened.sight.may(Act::EDIT);
    let household = match opened.case.household_id.filter(|_| may_edit) {
        Some(household) => store::list_household(ctx, conn, household).await?,
        None => Vec::new(),
    };
    let unnamed = |one: &Candidate| !opened.persons.iter().any(|person| person.id == Some(one.id));
    Ok(ShowCase {
        roles: store::list_roles(ctx, conn, id).await?,
        handovers: super::super::handovers_of(ctx, conn, id).await?,
        told: message::list_told(ctx, conn, id).await?,
        assessments: store::list_assessments(ctx, conn, id).await?,
        goals,
        contacts: store::list_contacts(ctx, conn, id, Cursor::START, CONTACTS).await?,
        contact_count: store::count_contacts(ctx, conn, id).await?,
        monitorings: store::list_monitorings(ctx, conn, id).await?,
        next: store::find_own_next(ctx, conn, id).await?,
        gone: store::held::find_gone(ctx, conn, id).await?,
        household: household.into_iter().filter(unnamed).collect(),
        closer: store::find_closer(ctx, conn, id).await?,
        struck: entry::list_restorable(ctx, conn, &opened.case, &opened.sight).await?,
        files: attachment::section(ctx, conn, &CASE, id, &opened.sight).await?,
        own_organisation: match ctx.staff_id() {
            Some(me) => staff::find_own_organisation(ctx, conn, me).await?,
            None => None,
        },
        corrections: correction::section(ctx, conn, &CASE, id, &opened.sight).await?,
        may_edit,
        may_steer: open && opened.sight.may(STEER),
        may_correct: opened.sight.may(Act::CORRECT),
        may_close: open && opened.sight.may(CLOSE),
        may_take: ctx.may(&crate::consultation::may::TAKE),
        plans,
        opened,
    })
}

/// `GET /cases/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<DoneQuery>) -> Reply {
    let mut read = ctx.read().await?;
    match gather(&ctx, &mut read, id).await {
        Ok(case) => {
            drop(read);
            Ok(case.page(&ctx, &AnswerForm::default(), &Faults::default(), flash(ctx.lang(), id, &query)))
        }
        // Whose organisation is asked sees the request, and nothing of the case.
        Err(Error::NotFound) => {
            let role = store::find_request(&ctx, &mut read, id).await?.ok_or(Error::NotFound)?;
            drop(read);
            Ok(super::team::request_page(&ctx, &role, &AnswerForm::default(), &Faults::default()))
        }
        Err(other) => Err(other),
    }
}

fn flash(lang: Lang, id: Id, query: &DoneQuery) -> Option<Flash> {
    let next = |ja: &str, en: &str, path: &str| Some((lang.t(ja, en).to_owned(), format!("/cases/{id}/{path}")));
    let (text, next) = match query.done.as_str() {
        "opened" => (
            lang.t(
                "支援を始めました。次に、だれが何をするかを決めます。",
                "The case is open. Next, decide who does what.",
            ),
            next("役割を頼む", "Ask for a role", "roles/new"),
        ),
        "asked" => (
            lang.t("役割を頼みました。返事は「今日」とこの画面に届きます。", "Asked. The answer will show here."),
            next("もう1つ頼む", "Ask for another", "roles/new"),
        ),
        "accepted" => (lang.t("引き受けました。", "You have taken the role."), None),
        "declined" => (lang.t("断る返事をしました。", "Your answer has been sent."), None),
        "done" => (lang.t("済みにしました。", "Marked as done."), None),
        "ended" => (lang.t("役割を終えました。", "The role has ended."), None),
        "agreed" => (
            lang.t("主担当と役割が決まりました。", "Lead and roles are agreed."),
            next("アセスメントを書く", "Write the assessment", "assessments/new"),
        ),
        "lead" => (
            lang.t(
                "主担当を替えました。新しい主担当の「今日」に出ます。",
                "The lead has been changed. The new lead sees it on “Today”.",
            ),
            None,
        ),
        "lead-seen" => (lang.t("確かめました。", "Noted."), None),
        "person" => (lang.t("支援する人に加えました。", "The person is now named in the case."), None),
        "assessed" => (
            lang.t("アセスメントを保存しました。", "The assessment is saved."),
            next("計画を立てる", "Make the plan", "plans/new"),
        ),
        "planned" => (lang.t("計画を保存しました。", "The plan is saved."), None),
        "goal" => (lang.t("目標のようすを保存しました。", "Saved what became of the goal."), None),
        "contact" => (
            lang.t("連絡を記録しました。", "The contact is recorded."),
            next("もう1つ記録する", "Record another", "contacts/new"),
        ),
        "monitored" => (lang.t("モニタリングを保存しました。", "The monitoring is saved."), None),
        "closed" => (
            lang.t(
                "支援を終えました。はじめに知らせた人がいれば、返事が届きます。",
                "The case is closed. Whoever noticed it first, if anyone, gets an answer.",
            ),
            None,
        ),
        other => return super::correct::flash(lang, other, &query.to),
    };
    Some(Flash { tone: Tone::Good, text: text.to_owned(), next })
}

impl ShowCase {
    /// Roles that are asked for or held today.
    pub fn current_roles(&self, today: Date) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(move |role| role.is_current(today))
    }

    /// The role for which the reader is asked, in person or as one of an
    /// organisation's staff. The lead does not answer what the lead has asked.
    pub fn asked_of_me(&self, ctx: &Ctx) -> Option<&Role> {
        if !self.opened.case.is_open() {
            return None;
        }
        let me = ctx.staff_id()?;
        let leads = self.opened.case.lead_staff == me;
        let of_mine = |role: &Role| {
            !leads
                && role.staff_id.is_none()
                && role.organisation_id.is_some()
                && role.organisation_id == self.own_organisation
        };
        let asked = || self.roles.iter().filter(|role| role.state == RoleState::Asked);
        asked().find(|role| role.staff_id == Some(me)).or_else(|| asked().find(|role| of_mine(role)))
    }

    /// The role by which somebody else made the reader the lead, until the reader has taken note.
    pub fn led_anew(&self, ctx: &Ctx) -> Option<&Role> {
        let me = ctx.staff_id()?;
        self.roles.iter().find(|role| self.opened.case.is_open() && role.leads_unseen(me, ctx.today()))
    }

    pub fn page(
        &self,
        ctx: &Ctx,
        answer: &AnswerForm,
        faults: &Faults,
        flash: Option<Flash>,
    ) -> axum::response::Response {
        let lang = ctx.lang();
        let case = &self.opened.case;
        let main = html! {
            h1 { (case.title) }
            @if case.struck_at.is_some() { (struck_out_box(lang)) }
            p class="chips" {
                (chip(Tone::Plain, &case.number)) " "
                @if case.struck_at.is_some() { (chip(Tone::Plain, lang.t("取り消した支援", "Struck out"))) }
                @else if case.is_open() { (chip(Tone::Good, lang.t("続いている支援", "Open"))) } @else { (chip(Tone::Plain, lang.t("終わった支援", "Closed"))) }
                @if case.shown_area().is_some() { " " (chip(Tone::Plain, &case.area_name)) }
            }
            (support_needed(ctx, &self.opened.persons))
            (self.steps(ctx))
            (faults.summary(lang))
            (self.next_step(ctx, answer, faults))
            (self.persons(ctx))
            (self.team(ctx))
            (self.plan(ctx))
            (self.assessment(ctx))
            (self.contacts(ctx))
            (self.monitoring(ctx))
            (self.files)
            (self.thread(lang))
            (self.closing(lang))
            (self.others(lang))
            (self.struck_entries(ctx))
            (self.corrections)
        };
        Page::new(format!("{} {}", case.number, case.title), main)
            .why(self.opened.sight.why.clone())
            .flash(flash)
            .status(faults.status())
            .reply(ctx)
    }

    /// 受付 → 開始 → 役割合意 → アセスメント → 計画 → モニタリング → 終了
    fn steps(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let case = &self.opened.case;
        let reached = [
            (lang.t("受付", "Intake"), Some(tokyo_date(case.intake_at))),
            (lang.t("開始", "Opened"), Some(case.opened_on)),
            (lang.t("役割合意", "Roles agreed"), case.agreed_at.map(tokyo_date)),
            (lang.t("アセスメント", "Assessment"), self.assessments.first().map(|a| a.assessed_on)),
            (lang.t("計画", "Plan"), self.plans.first().map(|p| tokyo_date(p.created_at))),
            (lang.t("モニタリング", "Monitoring"), self.monitorings.first().map(|m| m.monitored_on)),
            (lang.t("終了", "Closed"), case.closed_on),
        ];
        // A case in which all was done once goes on until it is closed: it does not stand at its end.
        let last = reached.len() - 1;
        let mut current = case.is_open();
        let mut line = Vec::new();
        for (at, (label, on)) in reached.into_iter().enumerate() {
            let state = match on {
                Some(_) => StepState::Done,
                None if current && at < last => {
                    current = false;
                    StepState::Current
                }
                // A closed case has nothing to come.
                None if !case.is_open() => continue,
                None => StepState::Todo,
            };
            line.push(CourseStep { label, state, date: on.map(|on| date_pair(on, lang)) });
        }
        steps(lang, &line)
    }
}
