//! When each step of a concern happens: the diary of a year and a bit, drawn
//! before anything is written, so that it can be played in the order of time.
//! What lies beyond the last moment does not happen: that is how open cases,
//! unread notices and overdue promises come about.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use sasae_core::holiday::next_open;
use sasae_core::id::Id;

use super::dice::Dice;
use super::stories::Scene;

/// What a concern is told from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A story that becomes a case.
    Story(usize),
    /// A notice that is answered at once.
    Answered(usize),
    /// A consultation that ends without a case.
    Consulted(usize),
}

/// Who noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reporter {
    /// A resident without an account.
    Resident,
    /// Someone who acts in the city, by place in `City::members`.
    Member(usize),
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StoryStep {
    /// Somebody reports a notice.
    Report,
    /// It is read.
    Read,
    /// It is decided what becomes of it.
    Triage,
    /// Whoever is asked for a notice takes it on.
    Take,
    /// What came of that is told.
    Tell,
    /// An intake is taken.
    Intake,
    /// The consultation ends without a case.
    Settle,
    /// A case is opened.
    Open,
    /// The record of the person is sealed.
    Seal,
    /// The role with this number is asked for.
    Ask(usize),
    /// It is answered.
    Answer(usize),
    /// What it asked is done.
    Done(usize),
    /// Lead and roles are agreed.
    Agree,
    /// An assessment is written.
    Assess,
    /// A plan is made; the number counts plans.
    Plan(usize),
    /// The contact with this number takes place.
    Contact(usize),
    /// Goals are judged; at the end all of them.
    Judge(bool),
    /// The plan is looked at; the number counts the times.
    Monitor(usize),
    /// The person dies or moves out.
    Leave,
    /// The case is closed.
    Close,
}

/// A step at a moment, in Japan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// When.
    pub at: DateTime,
    /// Which concern.
    pub concern: usize,
    /// What.
    pub step: StoryStep,
}

/// A role that is asked for.
#[derive(Debug, Clone)]
pub struct RolePlan {
    /// Code of the vocabulary `case_role`.
    pub code: String,
    /// Who is asked.
    pub member: usize,
    /// What is asked, as a template.
    pub task: String,
    /// Whether the answer is no.
    pub declines: bool,
    /// Until when.
    pub due: Date,
}

/// A contact that takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactPlan {
    /// By the one who has this role; the lead where `None`.
    pub by: Option<usize>,
    /// What is promised next.
    pub next: Option<Date>,
}

/// A monitoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedMonitoring {
    /// `continue`, `replan` or `end`.
    pub verdict: &'static str,
    /// When the plan is looked at again.
    pub review: Option<Date>,
}

/// A concern with everything that is decided before it is played.
#[derive(Debug, Clone)]
pub struct Concern {
    /// What it is told from.
    pub source: Source,
    /// The household, by place in the city's homes.
    pub home: Option<usize>,
    /// The person at its centre, by place in the household.
    pub main: usize,
    /// Whom the case names.
    pub named: Vec<usize>,
    /// The district.
    pub area: Id,
    /// Who noticed; nobody where it came in otherwise.
    pub reporter: Option<Reporter>,
    /// Channel and who came.
    pub way: (String, String),
    /// Who triages, takes the intake and opens the case.
    pub taker: usize,
    /// Who leads.
    pub lead: usize,
    /// What stays the same through the story.
    pub scene: Scene,
    /// Help is needed the same day.
    pub urgent: bool,
    /// Roles in the order in which they are asked for.
    pub roles: Vec<RolePlan>,
    /// Contacts in order.
    pub contacts: Vec<ContactPlan>,
    /// First review of each plan.
    pub reviews: Vec<Date>,
    /// Monitorings in order.
    pub looks: Vec<PlannedMonitoring>,
    /// Which of the story's ends.
    pub end: usize,
}

/// How far a concern goes that shows something on the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// Only reported.
    Report,
    /// Read, not decided.
    Read,
    /// Decided, no intake yet.
    Triage,
    /// Taken, not settled.
    Intake,
    /// Opened, roles not all answered.
    Asked,
    /// In full course, not ended.
    Course,
    /// To its end.
    End,
}

impl Until {
    /// Whether a step still happens.
    pub fn reaches(self, step: StoryStep) -> bool {
        let needed = match step {
            StoryStep::Report => Until::Report,
            StoryStep::Read => Until::Read,
            StoryStep::Triage => Until::Triage,
            StoryStep::Intake => Until::Intake,
            StoryStep::Open | StoryStep::Seal | StoryStep::Ask(_) | StoryStep::Answer(_) => Until::Asked,
            StoryStep::Settle | StoryStep::Leave | StoryStep::Close => Until::End,
            _ => Until::Course,
        };
        needed <= self
    }
}

/// What is fixed for a concern that shows something on the last day.
#[derive(Debug, Clone, Copy)]
pub struct Fixed {
    /// How far it goes.
    pub until: Until,
    /// The lead's last promise is for this day.
    pub promise: Option<Date>,
    /// The plan is looked at on this day.
    pub review: Option<Date>,
    /// The role with this number is not answered.
    pub unanswered: Option<usize>,
    /// What the first role asks is due on this day, and not done yet.
    pub due: Option<Date>,
}

impl Default for Fixed {
    fn default() -> Fixed {
        Fixed { until: Until::End, promise: None, review: None, unanswered: None, due: None }
    }
}

/// Draws moments.
pub struct Times<'a> {
    /// Chance.
    pub dice: &'a mut Dice,
    /// Without delay.
    pub quick: bool,
}

impl Times<'_> {
    /// A moment in office hours some days after another; the same day where
    /// there is time left.
    pub fn later(&mut self, from: DateTime, (low, high): (i64, i64)) -> DateTime {
        let days = if self.quick { low } else { self.dice.between(low, high) };
        let mut day = next_open(from.date().saturating_add(days.days()));
        if day == from.date() {
            let soon = from.saturating_add(self.dice.between(12, 75).minutes());
            let opening = day.at(8, 35, 0, 0).saturating_add(self.dice.between(0, 20).minutes());
            let soon = soon.max(opening);
            if soon <= day.at(17, 10, 0, 0) {
                return soon;
            }
            day = next_open(day.saturating_add(1.day()));
        }
        self.office(day)
    }

    /// Some moment in office hours of a day.
    pub fn office(&mut self, day: Date) -> DateTime {
        let minutes = self.dice.between(0, 8 * 60 + 10);
        day.at(8, 45, 0, 0).saturating_add(minutes.minutes()).saturating_add(self.dice.between(0, 59).seconds())
    }

    /// Some moment at which people are awake.
    pub fn awake(&mut self, day: Date) -> DateTime {
        let minutes = self.dice.between(0, 14 * 60);
        day.at(7, 0, 0, 0).saturating_add(minutes.minutes()).saturating_add(self.dice.between(0, 59).seconds())
    }

    fn gap(&mut self, choices: &[(usize, (i64, i64))]) -> (i64, i64) {
        if self.quick {
            return (0, 0);
        }
        let at = self.dice.weighed(choices.iter().map(|(weight, _)| *weight));
        choices[at].1
    }

    /// When a notice is read after it came: mostly at once, sometimes late.
    pub fn read(&mut self, from: DateTime, urgent: bool) -> DateTime {
        let gap = if urgent { (0, 0) } else { self.gap(&[(62, (0, 0)), (26, (1, 1)), (8, (2, 3)), (4, (4, 6))]) };
        self.later(from, gap)
    }

    /// When it is decided after it was read.
    pub fn decide(&mut self, from: DateTime, urgent: bool) -> DateTime {
        let gap = if urgent { (0, 0) } else { self.gap(&[(45, (0, 0)), (30, (1, 2)), (19, (3, 5)), (6, (6, 9))]) };
        self.later(from, gap)
    }

    /// When the intake follows.
    pub fn take(&mut self, from: DateTime, urgency: &str) -> DateTime {
        let gap = match urgency {
            "urgent" => (0, 0),
            "soon" => self.gap(&[(60, (0, 1)), (30, (2, 3)), (10, (4, 6))]),
            _ => self.gap(&[(40, (0, 2)), (45, (3, 6)), (15, (7, 12))]),
        };
        self.later(from, gap)
    }
}

/// Steps of a concern from its notice to its intake; gives the moment of the intake.
pub fn come_in(
    times: &mut Times<'_>,
    diary: &mut Vec<Event>,
    number: usize,
    concern: &Concern,
    urgency: &str,
    start: DateTime,
) -> DateTime {
    let mut add = |at, step| diary.push(Event { at, concern: number, step });
    let mut at = start;
    if concern.reporter.is_some() {
        add(start, StoryStep::Report);
        at = times.read(start, concern.urgent);
        add(at, StoryStep::Read);
        at = times.decide(at, concern.urgent);
        add(at, StoryStep::Triage);
        at = times.take(at, urgency);
    }
    add(at, StoryStep::Intake);
    at
}

/// Steps of a notice that is answered without an intake; one that is passed on is taken on by whoever is asked,
/// who tells some days later what came of it.
pub fn answer(times: &mut Times<'_>, diary: &mut Vec<Event>, (number, outcome): (usize, &str), start: DateTime) {
    let read = times.read(start, false);
    let decided = times.decide(read, false);
    for (at, step) in [(start, StoryStep::Report), (read, StoryStep::Read), (decided, StoryStep::Triage)] {
        diary.push(Event { at, concern: number, step });
    }
    if matches!(outcome, "watch" | "referred" | "case") {
        let taken = times.later(decided, (1, 2));
        diary.push(Event { at: taken, concern: number, step: StoryStep::Take });
        if outcome == "case" {
            return;
        }
        let told = times.later(taken, (1, 4));
        diary.push(Event { at: told, concern: number, step: StoryStep::Tell });
    }
}

/// What a case needs to know of its story to be planned.
pub struct Shape<'a> {
    /// `sealed`, `abuse`, `dies`, `moves_out` or nothing.
    pub special: &'a str,
    /// Number and the last moment.
    pub number: usize,
    /// The last moment of the history.
    pub last: DateTime,
    /// What is fixed.
    pub fixed: Fixed,
}

/// Steps of a case from its intake to its end.
pub fn run(times: &mut Times<'_>, diary: &mut Vec<Event>, concern: &mut Concern, intake: DateTime, shape: &Shape<'_>) {
    let number = shape.number;
    let mut own: Vec<Event> = Vec::new();
    let mut add = |at, step| own.push(Event { at, concern: number, step });
    let opened = times.later(intake, (0, 6));
    add(opened, StoryStep::Open);
    if matches!(shape.special, "sealed" | "abuse") {
        add(opened.saturating_add(9.minutes()), StoryStep::Seal);
    }
    let mut settled = opened;
    let mut accepted: Vec<(usize, DateTime)> = Vec::new();
    for at in 0..concern.roles.len() {
        // Who declines is followed by the next one, who is asked only then.
        let from = if at > 0 && concern.roles[at - 1].declines { settled } else { opened };
        let asked = times.later(from, (0, 3));
        let late = if times.dice.chance(12) { (5, 9) } else { (0, 4) };
        let answered = times.later(asked, late);
        let due = asked.date().saturating_add(times.dice.between(8, 40).days());
        concern.roles[at].due = shape.fixed.due.filter(|_| at == 0).unwrap_or(due).max(asked.date());
        add(asked, StoryStep::Ask(at));
        if shape.fixed.unanswered == Some(at) {
            settled = DateTime::MAX;
            continue;
        }
        add(answered, StoryStep::Answer(at));
        settled = settled.max(answered);
        if concern.roles[at].declines {
            continue;
        }
        accepted.push((at, answered));
        if times.dice.chance(95) && (at > 0 || shape.fixed.due.is_none()) {
            let day = concern.roles[at].due.saturating_sub(times.dice.between(-2, 9).days());
            let done = times.office(next_open(day)).max(times.later(answered, (1, 3)));
            add(done, StoryStep::Done(at));
        }
    }
    let agreed = if settled == DateTime::MAX { settled } else { times.later(settled, (0, 4)) };
    add(agreed, StoryStep::Agree);
    let assessed = times.later(opened, (2, 9));
    add(assessed, StoryStep::Assess);
    let planned = times.later(assessed.max(if agreed == DateTime::MAX { assessed } else { agreed }), (1, 8));
    add(planned, StoryStep::Plan(0));
    // Some are settled in six weeks, some are followed for a year.
    let months = [(16, (40, 75)), (34, (76, 150)), (32, (151, 260)), (18, (261, 420))];
    let length = times.dice.weighed(months.map(|(weight, _)| weight));
    let mut close = times.later(opened, months[length].1);
    if shape.fixed.until < Until::End {
        close = DateTime::MAX;
    }
    let ends = if close == DateTime::MAX { shape.last } else { close };
    look_again(times, concern, (planned, ends), &shape.fixed, &mut add);
    let mut quiet = ends;
    if matches!(shape.special, "dies" | "moves_out") && close != DateTime::MAX {
        let before = times.dice.between(4, 11);
        let left = times.later(close.saturating_sub(before.days()), (0, 0));
        if left > planned && left < close {
            add(left, StoryStep::Leave);
            quiet = left;
        } else {
            close = DateTime::MAX;
        }
    }
    keep_contact(times, concern, (opened, quiet), &accepted, shape, &mut add);
    if close != DateTime::MAX {
        add(close.saturating_sub(6.minutes()), StoryStep::Judge(true));
        add(close, StoryStep::Close);
    }
    own.retain(|event| event.at <= close && event.at != DateTime::MAX && shape.fixed.until.reaches(event.step));
    // After a death or a move only the end is written.
    own.retain(|event| {
        event.at <= quiet || matches!(event.step, StoryStep::Judge(true) | StoryStep::Close | StoryStep::Leave)
    });
    diary.extend(own);
}

/// Monitorings every three months, some of which lead to another plan.
fn look_again(
    times: &mut Times<'_>,
    concern: &mut Concern,
    (planned, ends): (DateTime, DateTime),
    fixed: &Fixed,
    add: &mut impl FnMut(DateTime, StoryStep),
) {
    let mut from = planned;
    let mut plans = 0;
    let promised = |times: &mut Times<'_>, on: DateTime| {
        // Most plans are looked at on the day that was said, some late.
        let early = if times.dice.chance(22) { times.dice.between(2, 9) } else { 0 };
        on.date().saturating_sub(early.days())
    };
    loop {
        let next = times.later(from, (70, 88));
        let review = promised(times, next).max(from.date());
        if concern.reviews.len() == plans {
            concern.reviews.push(fixed.review.unwrap_or(review));
        }
        if let Some(last) = concern.looks.last_mut()
            && last.verdict != "end"
            && last.review.is_none()
        {
            last.review = Some(review);
        }
        if fixed.review.is_some() || next >= ends {
            return;
        }
        let near = next.saturating_add(45.days()) >= ends;
        let verdict = if near {
            "end"
        } else if times.dice.chance(22) {
            "replan"
        } else {
            "continue"
        };
        add(next.saturating_sub(5.minutes()), StoryStep::Judge(false));
        add(next, StoryStep::Monitor(concern.looks.len()));
        concern.looks.push(PlannedMonitoring { verdict, review: None });
        from = next;
        if verdict == "replan" {
            plans += 1;
            from = times.later(next, (1, 6));
            add(from, StoryStep::Plan(plans));
        }
    }
}

/// Contacts by the lead, and now and then by those of the team.
fn keep_contact(
    times: &mut Times<'_>,
    concern: &mut Concern,
    (opened, quiet): (DateTime, DateTime),
    accepted: &[(usize, DateTime)],
    shape: &Shape<'_>,
    add: &mut impl FnMut(DateTime, StoryStep),
) {
    let most = times.dice.between(7, 34) as usize;
    let mut moments: Vec<DateTime> = Vec::new();
    let mut at = opened;
    for number in 0..most {
        let gap = match number {
            0 => (0, 3),
            1..=4 => (2, 9),
            5..=9 => (5, 16),
            _ => (9, 27),
        };
        let quick = std::mem::replace(&mut times.quick, false);
        at = times.later(at, gap);
        times.quick = quick;
        let before_promise = shape.fixed.promise.is_none_or(|day| at.date() < day.min(shape.last.date()));
        if at >= quiet || at > shape.last.saturating_add(60.days()) || !before_promise {
            break;
        }
        moments.push(at);
    }
    let by: Vec<Option<usize>> = moments
        .iter()
        .map(|moment| {
            let team: Vec<usize> = accepted.iter().filter(|(_, since)| since < moment).map(|(role, _)| *role).collect();
            if times.dice.chance(16) { times.dice.pick(&team).copied() } else { None }
        })
        .collect();
    for (number, moment) in moments.iter().enumerate() {
        let next = (number + 1..moments.len()).find(|later| by[*later].is_none());
        let promise = match (by[number], next) {
            (Some(_), _) => None,
            // Most promises are kept on the day, some late, some early.
            (None, Some(next)) => {
                let drift = [0, 0, 0, 0, 0, 0, 0, 1, 2, -1, -2, -4][times.dice.below(12)];
                Some(moments[next].date().saturating_add(drift.days()).max(moment.date()))
            }
            (None, None) if quiet == shape.last => {
                let usual = moment.date().saturating_add(times.dice.between(7, 30).days());
                Some(shape.fixed.promise.unwrap_or(usual).max(moment.date()))
            }
            (None, None) => None,
        };
        concern.contacts.push(ContactPlan { by: by[number], next: promise });
        add(*moment, StoryStep::Contact(number));
    }
}

#[cfg(test)]
mod tests;
