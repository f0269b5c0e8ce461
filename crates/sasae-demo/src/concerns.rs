//! Which concerns the fictional city has: which story happens to which
//! household, who notices, who takes it in, who leads.

use std::collections::{HashMap, HashSet};

use anyhow::{Result, anyhow};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use sasae_core::id::Id;

use super::course::{self, Concern, Event, Fixed, Reporter, RolePlan, Shape, Source, Times, Until};
use super::crew::{Crew, TAKES};
use super::dice::Dice;
use super::names::Sex;
use super::residents::{Home, HouseholdKind};
use super::stories::{Book, Scene, Story, three};
use super::{City, Plan};

/// How much happens in the small city.
const CASES: usize = 320;
const SETTLED: usize = 180;
const ANSWERED: usize = 420;

/// The time that the history covers.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The first day.
    pub first: Date,
    /// The last moment.
    pub last: DateTime,
}

/// Everything that happens, before it happens.
#[derive(Default)]
pub struct Diary {
    /// The concerns.
    pub concerns: Vec<Concern>,
    /// Their steps, in the order of time.
    pub events: Vec<Event>,
}

/// Draws the concerns of a city.
pub struct Drawer<'a> {
    city: &'a City,
    crew: &'a Crew<'a>,
    homes: &'a [Home],
    book: &'a Book,
    span: Span,
    dice: Dice,
    free: HashMap<HouseholdKind, Vec<usize>>,
    /// Households of which somebody dies, moves away or is protected.
    gone: HashSet<usize>,
    diary: Diary,
}

/// What is wanted of a concern that shows something.
#[derive(Default, Clone, Copy)]
pub(super) struct StoryWish<'w> {
    /// Codes of stories, one of which it is.
    pub stories: &'w [&'w str],
    /// Who leads.
    pub lead: Option<usize>,
    /// Who notices; nobody where it comes in otherwise.
    pub reporter: Option<Reporter>,
    /// Somewhere within this area.
    pub within: Option<Id>,
    /// Someone who is asked for the role first.
    pub asked: Option<(&'static str, usize)>,
    /// When it begins.
    pub start: Option<DateTime>,
    /// What is fixed.
    pub fixed: Fixed,
}

impl<'a> Drawer<'a> {
    /// Draws all concerns of a city.
    pub fn draw(
        city: &'a City,
        plan: &Plan<'_>,
        (crew, homes, book): (&'a Crew<'a>, &'a [Home], &'a Book),
        span: Span,
    ) -> Result<Diary> {
        let mut dice = Dice::new(plan.seed, "concerns");
        let mut free: HashMap<HouseholdKind, Vec<usize>> = HashMap::new();
        let mut order: Vec<usize> = (0..homes.len()).collect();
        dice.shuffle(&mut order);
        for home in order {
            free.entry(homes[home].kind).or_default().push(home);
        }
        let (gone, diary) = (HashSet::new(), Diary::default());
        let mut drawer = Drawer { city, crew, homes, book, span, dice, free, gone, diary };
        // Those that show something choose their households first.
        drawer.show_something()?;
        let share = plan.share as usize;
        for _ in 0..CASES / share {
            drawer.draw_story()?;
        }
        for _ in 0..SETTLED / share {
            drawer.draw_consulted()?;
        }
        for _ in 0..ANSWERED / share {
            drawer.draw_answered(None, None)?;
        }
        let mut diary = drawer.diary;
        diary.events.retain(|event| event.at <= span.last);
        diary.events.sort();
        Ok(diary)
    }

    /// The diary's dice, the city and what acts in it, for those that show something.
    pub(super) fn parts(&self) -> (&'a City, &'a Crew<'a>, Span) {
        (self.city, self.crew, self.span)
    }

    /// Chance.
    pub(super) fn dice(&mut self) -> &mut Dice {
        &mut self.dice
    }

    /// A day of the history; the last weeks are no emptier than the others.
    fn day(&mut self) -> Date {
        let days = i64::from((self.span.last.date() - self.span.first).get_days());
        self.span.first.saturating_add(self.dice.between(0, days).days())
    }

    /// A household that nothing has happened to, within an area if one is given.
    fn find_home(&mut self, fit: &str, within: Option<Id>) -> Option<usize> {
        let kinds: Vec<HouseholdKind> = self.free.keys().copied().filter(|kind| kind.fits(fit)).collect();
        let mut found: Vec<(HouseholdKind, usize)> = Vec::new();
        for kind in kinds {
            let home = self.free[&kind].iter().rfind(|home| within.is_none_or(|area| self.lies_in(**home, area)));
            found.extend(home.map(|home| (kind, *home)));
        }
        // Which kind goes first must not hang on the order of a hash map.
        found.sort_unstable();
        self.dice.pick(&found).map(|(_, home)| *home)
    }

    /// From now on something has happened to a household.
    fn take_home(&mut self, home: usize) {
        if let Some(free) = self.free.get_mut(&self.homes[home].kind) {
            free.retain(|other| *other != home);
        }
    }

    fn lies_in(&self, home: usize, area: Id) -> bool {
        self.crew.around(self.area_of(home)).contains(&area)
    }

    fn area_of(&self, home: usize) -> Id {
        self.city.areas[self.homes[home].spot].id
    }

    fn draw_story(&mut self) -> Result<()> {
        let day = self.day();
        let weights: Vec<usize> = self
            .book
            .stories
            .iter()
            .map(|story| if story.months.is_empty() || story.months.contains(&day.month()) { story.weight } else { 0 })
            .collect();
        for _ in 0..8 {
            let at = self.dice.weighed(weights.iter().copied());
            // Two of three came in as a notice.
            let noticed = self.dice.chance(66);
            let start = Times { dice: &mut self.dice, quick: false }.awake(day);
            if self.add_story(at, noticed, start, StoryWish::default())? {
                return Ok(());
            }
        }
        // No household is left that any of these stories fits.
        Ok(())
    }

    /// Adds a story of one of some codes that shows something on the last day.
    /// Where no household is left for these, any other story does in which the
    /// same are asked; where none is left in the area, the lead's is searched.
    pub(super) fn add_wanted(&mut self, wanted: StoryWish<'_>) -> Result<()> {
        let Some(start) = wanted.start else { return Ok(()) };
        let named = wanted.stories.iter().filter_map(|code| self.book.stories.iter().position(|s| s.code == *code));
        let named: Vec<usize> = named.collect();
        let like = |story: &Story| {
            let asked = wanted.asked.is_none_or(|(meant, _)| story.roles.iter().any(|role| three(role).1 == meant));
            asked && story.special.is_empty() && story.months.is_empty()
        };
        let other = (0..self.book.stories.len()).filter(|at| !named.contains(at) && like(&self.book.stories[*at]));
        let tried: Vec<usize> = named.iter().copied().chain(other).collect();
        let whole = wanted.lead.map(|lead| self.city.members[lead].area);
        let mut areas = vec![wanted.within];
        areas.extend(whole.filter(|area| wanted.within != Some(*area)).map(Some));
        for within in areas {
            for at in &tried {
                if self.add_story(*at, wanted.reporter.is_some(), start, StoryWish { within, ..wanted })? {
                    return Ok(());
                }
            }
        }
        tracing::warn!(stories = ?wanted.stories, "no household of the demo is left for one of these");
        Ok(())
    }

    fn add_story(&mut self, at: usize, noticed: bool, start: DateTime, wanted: StoryWish<'_>) -> Result<bool> {
        let story = &self.book.stories[at];
        let Some(home) = self.find_home(&story.fit, wanted.within) else { return Ok(false) };
        let area = self.area_of(home);
        let guarded = matches!(story.special.as_str(), "sealed" | "abuse");
        let mut needed = TAKES.to_vec();
        if guarded {
            needed.push("protect");
        }
        let able = |lead: usize| self.crew.covers(lead, area) && self.crew.may(lead, &needed);
        let lead = match wanted.lead {
            // Who is to be shown leads, or it is another story.
            Some(lead) => Some(lead).filter(|lead| able(*lead)),
            None => self.crew.choose(&mut self.dice, area, &story.lead, &needed),
        };
        let Some(lead) = lead else { return Ok(false) };
        self.take_home(home);
        if !story.special.is_empty() {
            self.gone.insert(home);
        }
        // What is sealed stays in one hand; others take in and hand on.
        let same = guarded || wanted.lead.is_some() || self.dice.chance(64);
        let taker = if same { None } else { self.crew.choose(&mut self.dice, area, "coordinator", TAKES) };
        let taker = taker.unwrap_or(lead);
        let reporter = match wanted.reporter {
            Some(reporter) => Some(reporter),
            None if noticed => Some(self.reporter(area, &story.from, lead)),
            None => None,
        };
        let (main, named) = self.persons(story, home, start.date());
        let (channel, from_whom) = match reporter {
            Some(reporter) => ("notice".to_owned(), self.told_by(reporter).to_owned()),
            None => {
                let (channel, from_whom, _) = three(self.dice.text(&story.direct));
                (channel.to_owned(), from_whom.to_owned())
            }
        };
        let scene = self.scene(home, main, lead, start.date());
        let roles = self.roles(story, area, lead, guarded, &wanted);
        let urgent = reporter.is_some() && wanted.fixed.until == Until::End && self.dice.chance(story.urgent);
        let end = self.dice.below(story.ends.len());
        let mut concern = Concern {
            source: Source::Story(at),
            home: Some(home),
            main,
            named,
            area,
            reporter,
            way: (channel, from_whom),
            taker,
            lead,
            scene,
            urgent,
            roles,
            contacts: Vec::new(),
            reviews: Vec::new(),
            looks: Vec::new(),
            end,
        };
        let number = self.diary.concerns.len();
        let shape = Shape { special: &story.special, number, last: self.span.last, fixed: wanted.fixed };
        let mut times = Times { dice: &mut self.dice, quick: wanted.start.is_some() };
        let mut own = Vec::new();
        let intake = course::come_in(&mut times, &mut own, number, &concern, &story.urgency, start);
        course::run(&mut times, &mut own, &mut concern, intake, &shape);
        own.retain(|event| wanted.fixed.until.reaches(event.step));
        self.diary.events.extend(own);
        self.diary.concerns.push(concern);
        Ok(true)
    }

    /// Who notices: a resident without an account, a volunteer or a commissioner.
    fn reporter(&mut self, area: Id, from: &[String], but: usize) -> Reporter {
        let who = self.dice.text(from).to_owned();
        if who == "web" {
            return Reporter::Resident;
        }
        let near: Vec<usize> =
            self.crew.neighbours(area, who == "commissioner").into_iter().filter(|at| *at != but).collect();
        self.dice.pick(&near).map_or(Reporter::Resident, |at| Reporter::Member(*at))
    }

    fn told_by(&self, reporter: Reporter) -> &'static str {
        match reporter {
            Reporter::Resident => "neighbour",
            Reporter::Member(at) if self.crew.may(at, &["case_member"]) => "commissioner",
            Reporter::Member(_) => "volunteer",
        }
    }

    /// Who is at the centre, and whom the case names.
    fn persons(&mut self, story: &Story, home: usize, on: Date) -> (usize, Vec<usize>) {
        let people = &self.homes[home].people;
        let oldest = (0..people.len()).min_by_key(|at| people[*at].born).unwrap_or(0);
        let child = |grown: bool| {
            (0..people.len()).find(|at| people[*at].relation == "child" && (people[*at].age(on) >= 20) == grown)
        };
        let main = match story.main.as_str() {
            "carer" => usize::from(people.len() > 1 && self.dice.chance(55)),
            "wife" => (0..people.len()).find(|at| people[*at].relation == "spouse").unwrap_or(0),
            "adult_child" => child(true).unwrap_or(oldest),
            // The eldest child does the work of the house.
            "teen" => child(false).unwrap_or(0),
            _ => oldest,
        };
        let named = match story.persons.as_str() {
            "all" => (0..people.len()).collect(),
            "mother_and_children" => {
                (0..people.len()).filter(|at| *at == main || people[*at].relation == "child").collect()
            }
            _ => vec![main],
        };
        (main, named)
    }

    fn scene(&mut self, home: usize, main: usize, lead: usize, on: Date) -> Scene {
        let home = &self.homes[home];
        let person = &home.people[main];
        let area = self.city.areas[home.spot].id;
        let mut scene = Scene::draw(self.book, &mut self.dice);
        let age = person.age(on);
        scene.set("氏", person.family.as_str());
        scene.set("歳", age.to_string());
        scene.set("年代", if age >= 10 { format!("{}代", age / 10 * 10) } else { "小さな子".to_owned() });
        scene.set("性", if person.sex == Sex::Female { "女性" } else { "男性" });
        scene.set("町", home.town.as_str());
        scene.set("校区", self.city.areas[home.spot].name.as_str());
        let name = |at: usize| self.city.members[at].name.split(' ').next().unwrap_or_default().to_owned();
        let commissioner = self.crew.neighbours(area, true).first().copied();
        scene.set("民", commissioner.map_or_else(|| "担当".to_owned(), name));
        scene.set("主", name(lead));
        scene
    }

    fn roles(&mut self, story: &Story, area: Id, lead: usize, guarded: bool, wanted: &StoryWish<'_>) -> Vec<RolePlan> {
        let mut roles: Vec<RolePlan> = Vec::new();
        for text in &story.roles {
            let (code, meant, task) = three(text);
            let shown = wanted.asked.filter(|(asked, _)| *asked == meant).map(|(_, member)| member);
            let member = shown.or_else(|| self.crew.choose(&mut self.dice, area, meant, &["case_member"]));
            let Some(member) = member.filter(|member| *member != lead) else { continue };
            if roles.iter().any(|role| role.member == member) {
                continue;
            }
            let plan = |member, declines| RolePlan {
                code: code.to_owned(),
                member,
                task: task.to_owned(),
                declines,
                due: Date::MIN,
            };
            if wanted.asked.is_none() && !guarded && self.dice.chance(9) {
                let other = self.crew.choose(&mut self.dice, area, meant, &["case_member"]);
                roles.push(plan(member, true));
                let other = other.filter(|other| *other != lead && *other != member);
                roles.extend(other.map(|other| plan(other, false)));
            } else {
                roles.push(plan(member, false));
            }
        }
        // The one whose answer is shown is asked first.
        if let Some((_, member)) = wanted.asked {
            roles.sort_by_key(|role| role.member != member);
        }
        roles
    }

    fn draw_consulted(&mut self) -> Result<()> {
        let at = self.dice.below(self.book.consulted.len());
        let day = self.day();
        self.add_consulted(at, day, None, Until::End)
    }

    /// Adds a consultation that ends without a case.
    pub(super) fn add_consulted(&mut self, at: usize, day: Date, taker: Option<usize>, until: Until) -> Result<()> {
        let consulted = &self.book.consulted[at];
        let within = taker.map(|taker| self.city.members[taker].area);
        let home = match consulted.fit.as_str() {
            "none" => None,
            // One in six does not want to be named.
            fit if taker.is_some() || self.dice.chance(84) => self.find_home(fit, within),
            _ => None,
        };
        if let Some(home) = home {
            self.take_home(home);
        }
        let around = match (home, within) {
            (Some(home), _) => self.area_of(home),
            (None, Some(area)) => area,
            (None, None) => {
                let home = self.dice.below(self.homes.len());
                self.area_of(home)
            }
        };
        let taker = match taker {
            Some(taker) => taker,
            None => self
                .crew
                .choose(&mut self.dice, around, "coordinator", TAKES)
                .ok_or_else(|| anyhow!("nobody takes consultations in {around}"))?,
        };
        let noticed = home.is_some() && until == Until::End && self.dice.chance(45);
        let from = ["web", "volunteer", "commissioner"].map(str::to_owned);
        let reporter = noticed.then(|| self.reporter(around, &from, taker));
        let way = match reporter {
            Some(reporter) => ("notice".to_owned(), self.told_by(reporter).to_owned()),
            None => (self.dice.text(&consulted.channel).to_owned(), self.dice.text(&consulted.from_whom).to_owned()),
        };
        let scene = match home {
            Some(home) => self.scene(home, 0, taker, day),
            None => {
                let mut scene = Scene::draw(self.book, &mut self.dice);
                let name = self.city.areas.iter().find(|area| area.id == around).map(|area| area.name.clone());
                let name = name.unwrap_or_default();
                for slot in ["町", "校区"] {
                    scene.set(slot, name.as_str());
                }
                for (slot, word) in [("氏", "ある方"), ("民", "担当"), ("主", "担当")] {
                    scene.set(slot, word);
                }
                scene
            }
        };
        let number = self.diary.concerns.len();
        let concern = Concern {
            source: Source::Consulted(at),
            home,
            main: 0,
            named: Vec::new(),
            area: around,
            reporter,
            way,
            taker,
            lead: taker,
            scene,
            urgent: false,
            roles: Vec::new(),
            contacts: Vec::new(),
            reviews: Vec::new(),
            looks: Vec::new(),
            end: 0,
        };
        let mut times = Times { dice: &mut self.dice, quick: false };
        let start = if reporter.is_some() { times.awake(day) } else { times.later(day.at(8, 0, 0, 0), (0, 0)) };
        let mut own = Vec::new();
        let intake = course::come_in(&mut times, &mut own, number, &concern, &consulted.urgency, start);
        let settled = times.later(intake, (0, 4));
        own.push(Event { at: settled, concern: number, step: course::StoryStep::Settle });
        own.retain(|event| until.reaches(event.step));
        self.diary.events.extend(own);
        self.diary.concerns.push(concern);
        Ok(())
    }

    /// Adds a notice that is answered at once, by somebody on some day if they are given.
    pub(super) fn draw_answered(&mut self, reporter: Option<Reporter>, start: Option<DateTime>) -> Result<()> {
        let at = self.dice.weighed(self.book.answered.iter().map(|notice| notice.weight).collect::<Vec<_>>());
        let at = match reporter {
            // What a volunteer is shown as answered is a worry that came to something.
            Some(_) => self.book.answered.iter().position(|notice| notice.outcome == "watch").unwrap_or(at),
            None => at,
        };
        let notice = &self.book.answered[at];
        let within = match reporter {
            Some(Reporter::Member(member)) => Some(self.city.members[member].area),
            _ => None,
        };
        // Whoever died, moved away or is protected is not met in the street.
        let met = |home: &usize| within.is_none_or(|area| self.lies_in(*home, area)) && !self.gone.contains(home);
        let near: Vec<usize> = (0..self.homes.len()).filter(met).collect();
        let home = self.dice.pick(&near).copied().unwrap_or(0);
        let area = self.area_of(home);
        let taker = self
            .crew
            .choose(&mut self.dice, area, "coordinator", &["notice_triage"])
            .ok_or_else(|| anyhow!("nobody reads notices in {area}"))?;
        let reporter = reporter.unwrap_or_else(|| self.reporter(area, &notice.from, taker));
        let day = self.day();
        let scene = self.scene(home, 0, taker, day);
        let number = self.diary.concerns.len();
        self.diary.concerns.push(Concern {
            source: Source::Answered(at),
            home: Some(home),
            main: 0,
            named: Vec::new(),
            area,
            reporter: Some(reporter),
            way: (String::new(), String::new()),
            taker,
            lead: taker,
            scene,
            urgent: false,
            roles: Vec::new(),
            contacts: Vec::new(),
            reviews: Vec::new(),
            looks: Vec::new(),
            end: 0,
        });
        let mut times = Times { dice: &mut self.dice, quick: start.is_some() };
        let start = start.unwrap_or_else(|| times.awake(day));
        course::answer(&mut times, &mut self.diary.events, (number, &notice.outcome), start);
        Ok(())
    }

    /// Households that nothing happens to, for restrictions of their own.
    pub(super) fn quiet_homes(homes: &[Home], diary: &Diary, fit: &str) -> Vec<usize> {
        let busy: HashSet<usize> = diary.concerns.iter().filter_map(|concern| concern.home).collect();
        (0..homes.len()).filter(|home| homes[*home].kind.fits(fit) && !busy.contains(home)).collect()
    }
}
