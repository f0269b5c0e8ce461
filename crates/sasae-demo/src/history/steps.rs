//! The steps themselves: what is typed into which form, by whom.

use anyhow::{Result, anyhow};
use jiff::ToSpan;
use jiff::civil::Date;
use sasae_app::case::model::GoalState;
use sasae_app::case::{
    self, AnswerForm, AssessmentForm, CASE, CloseForm, ContactForm, GoalForm, MonitoringForm, OpenForm, PlanForm,
    RoleForm,
};
use sasae_app::consultation::{self, CONSULTATION, IntakeForm, SettleForm};
use sasae_app::notice::{self, NOTICE, NoticeForm, TriageForm};
use sasae_app::person::{self, LeaveForm, PERSON, RestrictionForm};
use sasae_core::id::Id;

use super::Player;
use crate::course::{Concern, Event, Reporter, Source, StoryStep};
use crate::names::{self, Sex};
use crate::papers;
use crate::residents::Resident;
use crate::stories::{ContactText, Story, slashed};

impl Player<'_> {
    pub(super) async fn play(&mut self, event: &Event) -> Result<()> {
        let (number, on) = (event.concern, event.at.date());
        match event.step {
            StoryStep::Report => self.report(number, on).await,
            StoryStep::Read => self.read(number).await,
            StoryStep::Triage => self.triage(number, on).await,
            StoryStep::Take => self.take(number, "accept", "").await,
            StoryStep::Tell => self.tell(number).await,
            StoryStep::Intake => self.intake(number, on).await,
            StoryStep::Settle => self.settle(number, on).await,
            StoryStep::Open => self.open(number, on).await,
            StoryStep::Seal => self.seal(number, on).await,
            StoryStep::Ask(role) => self.ask(number, role, on).await,
            StoryStep::Answer(role) => self.answer(number, role, on).await,
            StoryStep::Done(role) => self.done(number, role, on).await,
            StoryStep::Agree => self.agree(number).await,
            StoryStep::Assess => self.assess(number, on).await,
            StoryStep::Plan(plan) => self.plan(number, plan, on).await,
            StoryStep::Contact(contact) => self.contact(number, contact, on).await,
            StoryStep::Judge(last) => self.judge(number, last).await,
            StoryStep::Monitor(look) => self.monitor(number, look, on).await,
            StoryStep::Leave => self.leave(number, on).await,
            StoryStep::Close => self.close(number, on).await,
        }
    }

    fn concern(&self, number: usize) -> Concern {
        self.concerns[number].clone()
    }

    fn story(&self, concern: &Concern) -> Result<Story> {
        match concern.source {
            Source::Story(at) => Ok(self.teller.book.stories[at].clone()),
            other => Err(anyhow!("{other:?} has no case")),
        }
    }

    fn main(&self, concern: &Concern) -> Option<&Resident> {
        concern.home.map(|home| &self.homes[home].people[concern.main])
    }

    fn case(&self, number: usize) -> Result<Id> {
        self.records[number].case.ok_or_else(|| anyhow!("no case yet"))
    }

    /// One of several texts, for this concern on this day.
    pub(super) fn any(&mut self, concern: &Concern, on: Date, texts: &[String]) -> String {
        self.teller.any(&mut self.dice, &concern.scene, on, texts)
    }

    /// A text that was not told before.
    fn fresh(&mut self, concern: &Concern, on: Date, texts: &[String]) -> String {
        self.teller.fresh(&mut self.dice, &concern.scene, on, texts)
    }

    async fn report(&mut self, number: usize, on: Date) -> Result<()> {
        let concern = self.concern(number);
        let (kind, texts) = match concern.source {
            Source::Story(at) => {
                let story = &self.teller.book.stories[at];
                (story.kind.clone(), story.notice.clone())
            }
            Source::Answered(at) => {
                let notice = &self.teller.book.answered[at];
                (notice.kind.clone(), notice.notice.clone())
            }
            // What is found out at the intake began as a question on the form.
            Source::Consulted(at) => ("other".to_owned(), self.teller.book.consulted[at].what.clone()),
        };
        let what = self.fresh(&concern, on, &texts);
        let town = concern.home.map(|home| self.homes[home].town.clone()).unwrap_or_default();
        let main = self.main(&concern).map(|person| (person.id, format!("{}さん", person.family)));
        let mut form = NoticeForm {
            kind,
            what,
            place: town,
            urgent: if concern.urgent { "yes" } else { "" }.to_owned(),
            ..NoticeForm::default()
        };
        let ctx = match concern.reporter {
            Some(Reporter::Member(member)) => {
                form.area = concern.area.to_string();
                let entrusted = main.as_ref().and_then(|(id, _)| self.entrusted.get(id));
                if entrusted.is_some_and(|to| to.contains(&member))
                    && let Some((id, _)) = main
                {
                    form.person = id.to_string();
                }
                form.about = main.map(|(_, name)| name).unwrap_or_default();
                self.acting(member, "POST /notices").await?
            }
            _ => {
                form.area = self.crew.area_told(concern.area, concern.taker).to_string();
                if self.dice.chance(45) {
                    form.about = main.map(|(_, name)| name).unwrap_or_default();
                }
                if self.dice.chance(30) {
                    let sex = if self.dice.chance(60) { Sex::Female } else { Sex::Male };
                    let name = names::name(&mut self.dice, sex, 1965);
                    form.name = format!("{} {}", name.family, name.given);
                    form.contact = format!("090-0000-{:04}", self.dice.below(10_000));
                }
                self.resident()
            }
        };
        let mut work = ctx.begin().await?;
        let reported = notice::report(&ctx, &mut work, &form).await?;
        work.commit("").await?;
        self.records[number].notice = Some(reported.id);
        if ctx.staff_id().is_some() {
            self.sometimes_add(&ctx, (&NOTICE, reported.id), papers::NOTICED, 12).await?;
        }
        Ok(())
    }

    pub(super) fn notice(&self, number: usize) -> Result<Id> {
        self.records[number].notice.ok_or_else(|| anyhow!("no notice yet"))
    }

    async fn read(&mut self, number: usize) -> Result<()> {
        let id = self.notice(number)?;
        let ctx = self.acting(self.concerns[number].taker, &format!("POST /notices/{id}/read")).await?;
        let mut work = ctx.begin().await?;
        notice::take_note(&ctx, &mut work, id).await?;
        work.commit("").await?;
        Ok(())
    }

    async fn triage(&mut self, number: usize, on: Date) -> Result<()> {
        let (id, concern) = (self.notice(number)?, self.concern(number));
        let form = match concern.source {
            Source::Story(at) => {
                let texts = self.teller.book.stories[at].triage.clone();
                TriageForm {
                    outcome: "consultation".to_owned(),
                    note: self.any(&concern, on, &texts),
                    ..TriageForm::default()
                }
            }
            Source::Consulted(_) => TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() },
            Source::Answered(at) => {
                let answered = self.teller.book.answered[at].clone();
                TriageForm {
                    outcome: answered.outcome.clone(),
                    note: self.any(&concern, on, &answered.note),
                    answer: self.any(&concern, on, &answered.answer),
                    ..TriageForm::default()
                }
            }
        };
        let ctx = self.acting(concern.taker, &format!("POST /notices/{id}/triage")).await?;
        let mut work = ctx.begin().await?;
        let form = self.passed_on((&ctx, &mut work), number, form).await?;
        let seen = notice::store::get(&ctx, &mut work, id).await?.revision;
        notice::triage(&ctx, &mut work, id, &form, seen).await?;
        let request = notice::request::find_asked(&ctx, &mut work, id).await?;
        work.commit("").await?;
        self.records[number].asked = request.map(|(request, staff)| {
            let member = staff.and_then(|staff| self.city.members.iter().position(|member| member.id == staff));
            (request, member)
        });
        Ok(())
    }

    /// The window where somebody came in, for those who came to an office.
    fn window(&mut self, concern: &Concern) -> String {
        if concern.way.0 != "office" {
            return String::new();
        }
        let around = self.crew.around(concern.area);
        let near: Vec<Id> =
            self.city.windows.iter().filter(|window| around.contains(&window.area)).map(|window| window.id).collect();
        self.dice.pick(&near).map(ToString::to_string).unwrap_or_default()
    }

    async fn intake(&mut self, number: usize, on: Date) -> Result<()> {
        let concern = self.concern(number);
        let person = self.main(&concern).cloned();
        let mut form = IntakeForm {
            received_on: on.to_string(),
            channel: concern.way.0.clone(),
            from_whom: concern.way.1.clone(),
            base: self.window(&concern),
            area: concern.area.to_string(),
            person: person.as_ref().map(|person| person.id.to_string()).unwrap_or_default(),
            language: person.as_ref().map(|person| person.language.to_owned()).unwrap_or_default(),
            notice: self.records[number].notice.map(|id| id.to_string()).unwrap_or_default(),
            ..IntakeForm::default()
        };
        if concern.way.1 == "self"
            && let Some(person) = &person
        {
            form.from_name = format!("{} {}", person.family, person.given);
            form.from_contact.clone_from(&person.phone);
        }
        match concern.source {
            Source::Story(at) => {
                let story = self.teller.book.stories[at].clone();
                form.what = self.fresh(&concern, on, &story.intake);
                form.wish_words = self.any(&concern, on, &story.wish_words);
                form.wish = story.wish;
                form.urgency = story.urgency;
                form.worst.clone_from(&story.worst);
                // Not every box is ticked each time, but the worst is.
                form.problems = story.problems;
                let dice = &mut self.dice;
                form.problems.retain(|problem| *problem == story.worst || dice.chance(80));
                form.communication = story.communication;
            }
            Source::Consulted(at) => {
                let consulted = self.teller.book.consulted[at].clone();
                form.what = self.fresh(&concern, on, &consulted.what);
                (form.wish, form.urgency, form.worst) = (consulted.wish, consulted.urgency, consulted.worst);
                form.problems = consulted.problems;
                form.communication = consulted.communication;
            }
            Source::Answered(_) => return Err(anyhow!("an answered notice has no intake")),
        }
        let ctx = self.acting(concern.taker, "POST /consultations").await?;
        form.extra = Some(self.own_fields(&ctx, consultation::OWN_FIELDS, &concern, on));
        let mut work = ctx.begin().await?;
        let id = consultation::take(&ctx, &mut work, &form).await?;
        work.commit("").await?;
        self.records[number].consultation = Some(id);
        self.sometimes_add(&ctx, (&CONSULTATION, id), papers::BROUGHT, 6).await
    }

    async fn settle(&mut self, number: usize, on: Date) -> Result<()> {
        let concern = self.concern(number);
        let Source::Consulted(at) = concern.source else { return Err(anyhow!("a story is not settled")) };
        let consulted = self.teller.book.consulted[at].clone();
        let id = self.records[number].consultation.ok_or_else(|| anyhow!("no consultation yet"))?;
        let form = SettleForm {
            outcome: consulted.outcome.clone(),
            note: self.any(&concern, on, &consulted.note),
            answer: consulted.answer.clone(),
        };
        let ctx = self.acting(concern.taker, &format!("POST /consultations/{id}/settle")).await?;
        let mut work = ctx.begin().await?;
        let seen = consultation::store::get(&ctx, &mut work, id).await?.revision;
        consultation::settle(&ctx, &mut work, id, &form, seen).await?;
        work.commit("").await?;
        Ok(())
    }

    async fn open(&mut self, number: usize, on: Date) -> Result<()> {
        let concern = self.concern(number);
        let story = self.story(&concern)?;
        let home = concern.home.ok_or_else(|| anyhow!("a case without a household"))?;
        let people = &self.homes[home].people;
        let form = OpenForm {
            consultation: self.records[number].consultation.map(|id| id.to_string()).unwrap_or_default(),
            persons: concern.named.iter().map(|at| people[*at].id.to_string()).collect(),
            main: people[concern.main].id.to_string(),
            lead_staff: self.city.members[concern.lead].id.to_string(),
            title: self.any(&concern, on, &[story.title]),
            ..OpenForm::default()
        };
        let ctx = self.acting(concern.taker, "POST /cases").await?;
        let mut work = ctx.begin().await?;
        let id = case::open(&ctx, &mut work, &form).await?;
        work.commit("").await?;
        self.records[number].case = Some(id);
        self.records[number].roles = vec![None; concern.roles.len()];
        Ok(())
    }

    async fn seal(&mut self, number: usize, on: Date) -> Result<()> {
        let concern = self.concern(number);
        let abuse = self.story(&concern)?.special == "abuse";
        let home = concern.home.ok_or_else(|| anyhow!("nobody to protect"))?;
        let kinds: &[&str] = if abuse { &["sealed"] } else { &["sealed", "address"] };
        for at in &concern.named {
            let id = self.homes[home].people[*at].id;
            let ctx = self.acting(concern.lead, &format!("POST /persons/{id}/restrict")).await?;
            let mut work = ctx.begin().await?;
            for kind in kinds {
                let form = RestrictionForm {
                    kind: (*kind).to_owned(),
                    reason: if abuse { "abuse" } else { "domestic_violence" }.to_owned(),
                    reported_on: on.to_string(),
                    reported_to: if abuse {
                        format!("{}（高齢者虐待の通報）", self.office)
                    } else {
                        "警察署・配偶者暴力相談支援センター".to_owned()
                    },
                    note: if abuse {
                        "同居の子の支援者には見せない"
                    } else {
                        "避難先と転校先を知らせない"
                    }
                    .to_owned(),
                    ..RestrictionForm::default()
                };
                person::restrict(&ctx, &mut work, id, &form).await?;
            }
            work.commit("").await?;
            self.sometimes_add(&ctx, (&PERSON, id), papers::SEALED, 60).await?;
        }
        Ok(())
    }

    async fn ask(&mut self, number: usize, role: usize, on: Date) -> Result<()> {
        let (concern, case) = (self.concern(number), self.case(number)?);
        let plan = &concern.roles[role];
        let form = RoleForm {
            staff: self.city.members[plan.member].id.to_string(),
            role: plan.code.clone(),
            task: self.any(&concern, on, std::slice::from_ref(&plan.task)),
            due_on: plan.due.to_string(),
            ..RoleForm::default()
        };
        let ctx = self.acting(concern.lead, &format!("POST /cases/{case}/roles")).await?;
        let mut work = ctx.begin().await?;
        let id = case::ask(&ctx, &mut work, case, &form).await?;
        work.commit("").await?;
        self.records[number].roles[role] = Some(id);
        Ok(())
    }

    fn role(&self, number: usize, role: usize) -> Result<Id> {
        self.records[number].roles.get(role).copied().flatten().ok_or_else(|| anyhow!("the role was not asked for"))
    }

    async fn answer(&mut self, number: usize, role: usize, on: Date) -> Result<()> {
        let (concern, case, id) = (self.concern(number), self.case(number)?, self.role(number, role)?);
        let plan = &concern.roles[role];
        let words = &self.teller.book.words;
        let (answer, notes) =
            if plan.declines { ("decline", words.declined.clone()) } else { ("accept", words.accepted.clone()) };
        let form = AnswerForm { answer: answer.to_owned(), note: self.any(&concern, on, &notes) };
        let ctx = self.acting(plan.member, &format!("POST /cases/{case}/roles/{id}/answer")).await?;
        let mut work = ctx.begin().await?;
        case::answer_role(&ctx, &mut work, case, id, &form).await?;
        work.commit("").await?;
        Ok(())
    }

    async fn done(&mut self, number: usize, role: usize, on: Date) -> Result<()> {
        let (case, id) = (self.case(number)?, self.role(number, role)?);
        let member = self.concerns[number].roles[role].member;
        let ctx = self.acting(member, &format!("POST /cases/{case}/roles/{id}/done")).await?;
        let mut work = ctx.begin().await?;
        case::done_role(&ctx, &mut work, case, id, on).await?;
        work.commit("").await?;
        Ok(())
    }

    async fn agree(&mut self, number: usize) -> Result<()> {
        let case = self.case(number)?;
        let ctx = self.acting(self.concerns[number].lead, &format!("POST /cases/{case}/agree")).await?;
        let mut work = ctx.begin().await?;
        let seen = case::store::get(&ctx, &mut work, case).await?.revision;
        case::agree(&ctx, &mut work, case, seen).await?;
        work.commit("").await?;
        Ok(())
    }

    async fn assess(&mut self, number: usize, on: Date) -> Result<()> {
        let (concern, case) = (self.concern(number), self.case(number)?);
        let story = self.story(&concern)?;
        let ctx = self.acting(concern.lead, &format!("POST /cases/{case}/assessments")).await?;
        let extra = Some(self.own_fields(&ctx, case::OWN_FIELDS, &concern, on));
        let form = AssessmentForm {
            assessed_on: on.to_string(),
            situation: self.fresh(&concern, on, &story.situation),
            strengths: self.any(&concern, on, &story.strengths),
            risks: self.any(&concern, on, &story.risks),
            needs: self.any(&concern, on, &story.needs),
            extra,
        };
        let mut work = ctx.begin().await?;
        case::assess(&ctx, &mut work, case, &form).await?;
        work.commit("").await?;
        Ok(())
    }

    async fn plan(&mut self, number: usize, plan: usize, on: Date) -> Result<()> {
        let (concern, case) = (self.concern(number), self.case(number)?);
        let story = self.story(&concern)?;
        let mut goals = story.goals.clone();
        self.dice.shuffle(&mut goals);
        goals.truncate(if goals.len() > 2 && self.dice.chance(60) { 3 } else { 2 });
        let review = concern.reviews.get(plan).copied().unwrap_or(on).max(on);
        let mut form = PlanForm {
            aim: self.any(&concern, on, &story.aim),
            wish: self.any(&concern, on, &story.wish_words),
            agreed_on: if self.dice.chance(85) { on.to_string() } else { String::new() },
            review_on: review.to_string(),
            ..PlanForm::default()
        };
        for goal in goals {
            let [goal, step, who] = slashed(&self.any(&concern, on, &[goal]));
            form.goal.push(goal);
            form.step.push(step);
            form.who.push(who);
            let due = review.saturating_add(self.dice.between(-20, 60).days()).max(on);
            form.due.push(due.to_string());
        }
        let ctx = self.acting(concern.lead, &format!("POST /cases/{case}/plans")).await?;
        let mut work = ctx.begin().await?;
        case::make_plan(&ctx, &mut work, case, &form).await?;
        work.commit("").await?;
        self.sometimes_add(&ctx, (&CASE, case), papers::PLANNED, 20).await?;
        Ok(())
    }

    async fn contact(&mut self, number: usize, contact: usize, on: Date) -> Result<()> {
        let (concern, case) = (self.concern(number), self.case(number)?);
        let story = self.story(&concern)?;
        let plan = concern.contacts[contact];
        let member = plan.by.map_or(concern.lead, |role| concern.roles[role].member);
        let everyday = &self.teller.book.words.contact;
        // The story goes on with the lead; the days between are like any other.
        let next = story.contacts.get(self.records[number].told);
        let template = match next.filter(|_| plan.by.is_none() && self.dice.chance(72)) {
            Some(text) => {
                self.records[number].told += 1;
                ContactText::read(text)
            }
            None => ContactText::read(self.dice.text(everyday)),
        };
        let next_what = match plan.next {
            Some(_) => {
                let texts = self.teller.book.words.next.clone();
                self.any(&concern, on, &texts)
            }
            None => String::new(),
        };
        let form = ContactForm {
            contact_on: on.to_string(),
            kind: template.kind,
            method: template.method,
            person: self.main(&concern).map(|person| person.id.to_string()).unwrap_or_default(),
            body: self.fresh(&concern, on, &[template.body]),
            next_on: plan.next.map(|next| next.to_string()).unwrap_or_default(),
            next_what,
        };
        let ctx = self.acting(member, &format!("POST /cases/{case}/contacts")).await?;
        let mut work = ctx.begin().await?;
        case::contact(&ctx, &mut work, case, &form).await?;
        work.commit("").await?;
        self.sometimes_add(&ctx, (&CASE, case), papers::VISITED, 4).await?;
        Ok(())
    }

    async fn judge(&mut self, number: usize, last: bool) -> Result<()> {
        let case = self.case(number)?;
        let lead = self.concerns[number].lead;
        let ctx = self.acting(lead, &format!("POST /cases/{case}/goals")).await?;
        let mut work = ctx.begin().await?;
        let plans = case::store::list_plans(&ctx, &mut work, case).await?;
        for plan in plans {
            for goal in case::store::list_goals(&ctx, &mut work, plan.id).await? {
                if goal.state != GoalState::Open || !(last || self.dice.chance(30)) {
                    continue;
                }
                let state = ["reached", "partly", "dropped"][self.dice.weighed([60, 28, if last { 12 } else { 2 }])];
                let form = GoalForm { state: state.to_owned() };
                case::judge_goal(&ctx, &mut work, case, goal.id, &form, goal.revision).await?;
            }
        }
        work.commit("").await?;
        Ok(())
    }

    async fn monitor(&mut self, number: usize, look: usize, on: Date) -> Result<()> {
        let (concern, case) = (self.concern(number), self.case(number)?);
        let story = self.story(&concern)?;
        let look = concern.looks[look];
        let form = MonitoringForm {
            monitored_on: on.to_string(),
            findings: self.fresh(&concern, on, &story.monitoring),
            verdict: look.verdict.to_owned(),
            review_on: look.review.map(|review| review.to_string()).unwrap_or_default(),
        };
        let ctx = self.acting(concern.lead, &format!("POST /cases/{case}/monitoring")).await?;
        let mut work = ctx.begin().await?;
        case::monitor(&ctx, &mut work, case, &form).await?;
        work.commit("").await?;
        Ok(())
    }

    async fn leave(&mut self, number: usize, on: Date) -> Result<()> {
        let concern = self.concern(number);
        let dies = self.story(&concern)?.special == "dies";
        let id = self.main(&concern).map(|person| person.id).ok_or_else(|| anyhow!("nobody leaves"))?;
        let form = LeaveForm {
            kind: if dies { "died" } else { "moved_out" }.to_owned(),
            on: on.saturating_sub(self.dice.between(0, 2).days()).to_string(),
        };
        let ctx = self.acting(concern.lead, &format!("POST /persons/{id}/leave")).await?;
        let mut work = ctx.begin().await?;
        let seen = person::store::get(&ctx, &mut work, id).await?.revision;
        person::leave(&ctx, &mut work, id, &form, seen).await?;
        work.commit("").await?;
        Ok(())
    }

    async fn close(&mut self, number: usize, on: Date) -> Result<()> {
        let (concern, case) = (self.concern(number), self.case(number)?);
        let end = self.story(&concern)?.ends[concern.end].clone();
        let [outcome, note, answer] = slashed(&self.any(&concern, on, &[end]));
        let form = CloseForm { closed_on: on.to_string(), outcome, note, answer };
        let ctx = self.acting(concern.lead, &format!("POST /cases/{case}/close")).await?;
        let mut work = ctx.begin().await?;
        let seen = case::store::get(&ctx, &mut work, case).await?.revision;
        case::close(&ctx, &mut work, case, &form, seen).await?;
        work.commit("").await?;
        Ok(())
    }
}
