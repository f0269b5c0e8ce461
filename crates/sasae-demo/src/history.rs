//! A year and a bit of the fictional city, played step by step: each step is
//! done by whoever does it in life, at its moment, through the same room
//! functions as the pages call, in a transaction of its own. So the audit
//! trail, the facts, the hand-overs and the thread come as in real use.

mod fields;
mod files;
mod requests;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use anyhow::{Context, Result, anyhow};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use sasae_app::access;
use sasae_app::ctx::{Actor, Ctx, Visit};
use sasae_app::error::Error;
use sasae_app::lang::Lang;
use sasae_app::person::{self, EntrustmentForm, PERSON, RestrictionForm};
use sasae_core::clock::from_tokyo;
use sasae_core::id::Id;

use super::concerns::{Diary, Drawer, Span};
use super::course::{Concern, Event, Source, Times};
use super::crew::Crew;
use super::dice::Dice;
use super::progress::{Progress, Stage};
use super::residents::{Home, HouseholdKind, Resident};
use super::stories::{self, Book, Teller};
use super::{City, Plan};

/// The last moment of the history: half past eight of today, so that whoever
/// signs in finds a day that begins; before that hour the day is not begun.
pub fn last_moment(now: DateTime) -> DateTime {
    let morning = now.date().at(8, 30, 0, 0);
    if now >= morning { morning } else { now.date().at(0, 0, 0, 0) }
}

/// What is known of a concern while it is played.
#[derive(Debug, Clone, Default)]
struct Records {
    notice: Option<Id>,
    /// What is asked for the notice, and who is asked; nobody of an organisation that telephones.
    asked: Option<(Id, Option<usize>)>,
    consultation: Option<Id>,
    case: Option<Id>,
    roles: Vec<Option<Id>>,
    told: usize,
}

/// Plays the history.
struct Player<'a> {
    city: &'a City,
    crew: &'a Crew<'a>,
    homes: &'a [Home],
    teller: Teller,
    /// What the office is called that a danger is reported to.
    office: String,
    dice: Dice,
    concerns: Vec<Concern>,
    records: Vec<Records>,
    entrusted: HashMap<Id, Vec<usize>>,
    /// Chance of its own, so that files change nothing else.
    papers: Dice,
    added: usize,
}

/// Writes the history of the city up to a moment.
pub async fn play(city: &City, plan: &Plan<'_>, homes: &[Home], progress: &Progress) -> Result<()> {
    let names = stories::names_in(plan.profile);
    let book = Book::load(&names)?;
    stories::check(&book, |vocabulary, code| plan.profile.word(vocabulary, code).is_some())?;
    let crew = Crew::new(city, plan.profile);
    let last = plan.until;
    let first = city.clock.today().max(last.date().saturating_sub(14.months()));
    // The first days belong to those who are entrusted.
    let span = Span { first: first.saturating_add(5.days()), last };
    let diary = Drawer::draw(city, plan, (&crew, homes, &book), span)?;
    let quiet = quiet_steps(city, plan, &crew, homes, &diary, first);
    let mut player = Player {
        city,
        crew: &crew,
        homes,
        teller: Teller::new(book),
        office: names.into_iter().find_map(|(word, name)| (word == "区役所").then_some(name)).unwrap_or_default(),
        dice: Dice::new(plan.seed, "history"),
        records: vec![Records::default(); diary.concerns.len()],
        concerns: diary.concerns,
        entrusted: HashMap::new(),
        papers: Dice::new(plan.seed, "papers"),
        added: 0,
    };
    let quiet: Vec<QuietStep> = quiet.into_iter().filter(|step| step.at <= last).collect();
    progress.begin(Stage::History, (diary.events.len() + quiet.len()) as u64);
    let mut quiet = quiet.into_iter().peekable();
    for event in diary.events {
        while let Some(step) = quiet.next_if(|step| step.at <= event.at) {
            player.keep(&step).await?;
            progress.inc(1);
        }
        player.step(&event).await?;
        progress.inc(1);
    }
    for step in quiet {
        player.keep(&step).await?;
        progress.inc(1);
    }
    city.clock.set(from_tokyo(last));
    player.see_answers(last.date()).await.map_err(told)?;
    player.end_a_term(last.date()).await.map_err(told)
}

/// What is done outside of any concern.
#[derive(Debug, Clone, Copy)]
enum Quiet {
    /// A person is entrusted to somebody.
    Entrust(usize),
    /// One reader is barred from a person.
    Bar(usize),
    /// The address of a person is hidden.
    Hide,
}

#[derive(Debug, Clone, Copy)]
struct QuietStep {
    at: DateTime,
    by: usize,
    home: usize,
    what: Quiet,
}

/// Entrustments, most of the first days and weeks, and a few restrictions.
fn quiet_steps(
    city: &City,
    plan: &Plan<'_>,
    crew: &Crew<'_>,
    homes: &[Home],
    diary: &Diary,
    first: Date,
) -> Vec<QuietStep> {
    let mut dice = Dice::new(plan.seed, "quiet");
    // Chance of its own, so that later entrustments change nothing else.
    let mut later = Dice::new(plan.seed, "entrusted later");
    let days = i64::from((plan.until.date() - first).get_days());
    let mut steps = Vec::new();
    let area_of = |home: usize| city.areas[homes[home].spot].id;
    let mut elderly: HashMap<Id, Vec<usize>> = HashMap::new();
    for (at, home) in homes.iter().enumerate() {
        if matches!(
            home.kind,
            HouseholdKind::ElderlyAlone | HouseholdKind::ElderlyCouple | HouseholdKind::ElderlyWithChild
        ) {
            for area in crew.around(city.areas[home.spot].id) {
                elderly.entry(*area).or_default().push(at);
            }
        }
    }
    for member in crew.commissioners() {
        let mut near = elderly.get(&city.members[member].area).cloned().unwrap_or_default();
        // Those who live alone are entrusted first.
        dice.shuffle(&mut near);
        near.sort_by_key(|home| homes[*home].kind);
        let Some(by) = crew.choose(&mut dice, city.members[member].area, "coordinator", &["entrust"]) else { continue };
        let count = dice.between(5, 15) as usize;
        for home in near.into_iter().take(count) {
            let mut times = Times { dice: &mut dice, quick: false };
            let mut at = times.later(first.at(8, 30, 0, 0), (0, 18));
            // Most are entrusted at first, one of six on some day since.
            if days > 40 && later.between(1, 6) == 1 {
                let day = first.saturating_add(later.between(25, days - 5).days());
                at = Times { dice: &mut later, quick: false }.later(day.at(8, 30, 0, 0), (0, 3));
            }
            steps.push(QuietStep { at, by, home, what: Quiet::Entrust(member) });
        }
    }
    let quiet = Drawer::quiet_homes(homes, diary, "elderly_any");
    for number in 0..5 {
        let Some(home) = dice.pick(&quiet).copied() else { break };
        let Some(by) = crew.choose(&mut dice, area_of(home), "officer", &["protect"]) else { continue };
        let near = crew.neighbours(area_of(home), number % 2 == 0);
        let barred = dice.pick(&near).copied().filter(|member| *member != by);
        let what = if number < 3 { barred.map(Quiet::Bar) } else { Some(Quiet::Hide) };
        let day = first.saturating_add(dice.between(30, days.max(40) - 5).days());
        let mut times = Times { dice: &mut dice, quick: false };
        let at = times.later(day.at(8, 30, 0, 0), (0, 3));
        steps.extend(what.map(|what| QuietStep { at, by, home, what }));
    }
    steps.sort_by_key(|step| (step.at, step.home));
    steps
}

impl Player<'_> {
    /// Puts the clock to a moment.
    fn set_clock(&self, at: DateTime) {
        self.city.clock.set(from_tokyo(at));
    }

    /// A context of someone who acts, as a page would make it.
    async fn acting(&self, member: usize, act: &str) -> Result<Ctx> {
        self.city.acting(self.city.members[member].id, act).await
    }

    /// A context of a resident.
    fn resident(&self) -> Ctx {
        let visit = Visit { lang: Lang::Ja, act: "POST /report".to_owned(), ..Visit::default() };
        Ctx::new(self.city.app.clone(), self.city.tenant.clone(), Actor::Public, visit)
    }

    async fn step(&mut self, event: &Event) -> Result<()> {
        self.set_clock(event.at);
        let source = self.concerns[event.concern].source;
        self.play(event).await.map_err(told).with_context(|| {
            let name = match source {
                Source::Story(at) => self.teller.book.stories[at].code.clone(),
                other => format!("{other:?}"),
            };
            format!("{:?} of concern {} ({name}) at {}", event.step, event.concern, event.at)
        })
    }

    /// Does what belongs to no concern.
    ///
    /// A concern of the days before may have sealed the person, barred the one who acts, or ended
    /// with a death or a move: then nothing is done, as in an office.
    async fn keep(&mut self, step: &QuietStep) -> Result<()> {
        self.set_clock(step.at);
        if !self.can_keep(step).await? {
            return Ok(());
        }
        self.keep_now(step).await.map_err(told).with_context(|| format!("{:?} at {}", step.what, step.at))
    }

    /// Whether the one who acts sees the person, who still lives here.
    async fn can_keep(&self, step: &QuietStep) -> Result<bool> {
        let ctx = self.acting(step.by, "GET /persons/{id}").await?;
        let mut read = ctx.read().await?;
        let id = self.oldest(step)?.id;
        Ok(access::can_see(&ctx, &mut read, &person::PERSON, id).await?
            && !person::store::get(&ctx, &mut read, id).await?.left())
    }

    /// The person whom a step is about.
    fn oldest(&self, step: &QuietStep) -> Result<&Resident> {
        let people = self.homes[step.home].people.iter();
        people.min_by_key(|person| person.born).ok_or_else(|| anyhow!("an empty household"))
    }

    async fn keep_now(&mut self, step: &QuietStep) -> Result<()> {
        const WATCHED: &[&str] = &[
            "ひとり暮らしのため、週に一度の声かけ",
            "退院後の様子を見るため",
            "本人の希望による見守り",
            "高齢の夫婦で、冬の間の声かけ",
            "閉じこもりが心配なため",
            "前の委員からの引き継ぎ",
        ];
        let id = self.oldest(step)?.id;
        let path = format!("POST /persons/{id}");
        match step.what {
            Quiet::Entrust(member) => {
                let ctx = self.acting(step.by, &format!("{path}/entrust")).await?;
                let form = EntrustmentForm {
                    staff: self.city.members[member].id.to_string(),
                    reason: self.dice.text(WATCHED).to_owned(),
                    ..EntrustmentForm::default()
                };
                let mut work = ctx.begin().await?;
                // Somebody whose address was hidden meanwhile is entrusted by those who may see it.
                if !access::shows_place(&ctx, &mut work, &PERSON, id).await? {
                    return Ok(());
                }
                // So is one from whom the watcher was barred by somebody else.
                if person::is_barred(&ctx, &mut work, id, self.city.members[member].id).await? {
                    return Ok(());
                }
                person::entrust(&ctx, &mut work, id, &form).await?;
                work.commit("").await?;
                self.entrusted.entry(id).or_default().push(member);
            }
            Quiet::Bar(_) | Quiet::Hide => {
                let against = match step.what {
                    Quiet::Bar(member) => self.city.members[member].id.to_string(),
                    _ => String::new(),
                };
                let bars = !against.is_empty();
                let form = RestrictionForm {
                    kind: if bars { "barred" } else { "address" }.to_owned(),
                    against_staff: against,
                    reason: if bars { "own_wish" } else { "domestic_violence" }.to_owned(),
                    reported_on: if bars { String::new() } else { step.at.date().to_string() },
                    reported_to: if bars { String::new() } else { "警察署（支援措置の申出）".to_owned() },
                    note: if bars {
                        "親族にあたるため、本人の希望で見せない"
                    } else {
                        "転居先を知らせない"
                    }
                    .to_owned(),
                    ..RestrictionForm::default()
                };
                let ctx = self.acting(step.by, &format!("{path}/restrict")).await?;
                let mut work = ctx.begin().await?;
                person::restrict(&ctx, &mut work, id, &form).await?;
                work.commit("").await?;
            }
        }
        Ok(())
    }
}

/// An error of a room with what it says of each field.
fn told(error: anyhow::Error) -> anyhow::Error {
    match error.downcast_ref::<Error>() {
        Some(Error::Invalid(fields)) => {
            let said: Vec<String> = fields.iter(Lang::En).map(|(name, text)| format!("{name}: {text}")).collect();
            anyhow!("{}", said.join("; "))
        }
        _ => error,
    }
}
