//! What the accounts of the demo find on the last day: for each of them
//! something overdue, something for today, something for this week, so that the
//! page 今日 shows what it is for. All of it goes the way of every other concern.

use anyhow::Result;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use sasae_core::holiday::{next_open, previous_open};

use super::concerns::{Drawer, StoryWish};
use super::course::{Fixed, Reporter, Until};
use super::crew::TAKES;

impl Drawer<'_> {
    /// Draws what the accounts are shown.
    pub(super) fn show_something(&mut self) -> Result<()> {
        let (city, crew, span) = self.parts();
        let today = span.last.date();
        // Nobody stands for two: where a profile has fewer roles, less is shown.
        let mut taken: Vec<usize> = Vec::new();
        let mut account = |meant: &str, functions: &[&str]| {
            let found = crew.shown(meant, functions).filter(|at| !taken.contains(at));
            taken.extend(found);
            found
        };
        let coordinator = account("coordinator", TAKES);
        let csw = account("csw", TAKES);
        let center = account("center", TAKES);
        let officer = account("officer", TAKES);
        let network = account("network", TAKES);
        let commissioner = account("commissioner", &["case_member"]);
        let others: Vec<usize> = crew.accounts(TAKES).into_iter().filter(|at| !taken.contains(at)).collect();
        let notices = |at: &usize| crew.is_hands(*at) && !crew.may(*at, &["case_member"]);
        let volunteers: Vec<usize> = crew.accounts(&["notice_report"]).into_iter().filter(notices).collect();
        let volunteer = volunteers.first().copied().map(Reporter::Member);
        let within = coordinator.map(|at| city.members[at].area);
        let close = commissioner.map(|at| city.members[at].area);
        let week = next_open(today.saturating_add(3.days()));

        // Notices: one of this morning, one that nobody has read for days, one
        // to decide on, one that waits for its intake.
        let notice = |stories, reporter, start, until| StoryWish {
            stories,
            lead: coordinator,
            reporter: Some(reporter),
            within,
            start: Some(start),
            fixed: Fixed { until, ..Fixed::default() },
            ..StoryWish::default()
        };
        let resident = Reporter::Resident;
        let morning = self.morning(span.last);
        self.add_wanted(notice(&["newspapers", "lunchbox"], resident, morning, Until::Report))?;
        let late = self.moment(today, 4);
        self.add_wanted(notice(&["widowed", "garbage_house"], resident, late, Until::Report))?;
        let (read, decided, waits) = (self.moment(today, 2), self.moment(today, 3), self.moment(today, 6));
        self.add_wanted(notice(&["salon", "licence"], volunteer.unwrap_or(resident), read, Until::Read))?;
        self.add_wanted(notice(&["fraud", "lost"], resident, decided, Until::Triage))?;
        self.add_wanted(notice(&["noise", "drink"], resident, waits, Until::Triage))?;

        // Consultations without an outcome.
        let further = others.iter().map(|at| (Some(*at), 2));
        for (taker, back) in [(coordinator, 2), (officer, 3), (center, 1), (csw, 4)].into_iter().chain(further) {
            if let Some(taker) = taker {
                let day = back_from(today, back);
                let at = self.dice().below(4);
                self.add_consulted(at, day, Some(taker), Until::Intake)?;
            }
        }

        // Roles: one that waits for the commissioner's answer, one that the
        // commissioner and one that the support centre have accepted. Only a
        // commissioner is asked for those next door.
        let asked = |stories, lead, asked: Option<(&'static str, usize)>, start, fixed| StoryWish {
            stories,
            lead,
            within: close.filter(|_| asked.is_some_and(|(meant, _)| meant == "commissioner")).or(within),
            asked,
            start: Some(start),
            fixed,
            ..StoryWish::default()
        };
        let waiting = Fixed { until: Until::Asked, unanswered: Some(0), ..Fixed::default() };
        let held = |due: Date| Fixed { until: Until::Asked, due: Some(due), unanswered: Some(1), ..Fixed::default() };
        let of = |meant, member: Option<usize>| member.map(|member| (meant, member));
        let starts = [3, 2, 9, 8, 2, 10].map(|back| self.moment(today, back));
        let (one, two) = (of("commissioner", commissioner), of("center", center));
        let requests = [
            asked(&["newspapers", "discharge"], coordinator, one, starts[0], waiting),
            asked(&["carer", "lost"], csw, two, starts[1], waiting),
            asked(&["lost", "salon"], coordinator, one, starts[2], held(week)),
            asked(&["lunchbox", "carer"], coordinator, two, starts[3], held(today)),
            asked(&["fraud"], coordinator, of("csw", csw), starts[4], waiting),
            asked(&["rent", "garbage_house"], csw.or(coordinator), of("network", network), starts[5], held(today)),
        ];
        // Who is not there is not asked.
        for wanted in requests.into_iter().filter(|wanted| wanted.lead.is_some() && wanted.asked.is_some()) {
            self.add_wanted(wanted)?;
        }

        // Cases in full course with a promise or a review.
        let leads = [
            (coordinator, &["widowed", "newspapers"][..], Some(today), None),
            (coordinator, &["salon", "licence"][..], Some(back_from(today, 2)), None),
            (coordinator, &["foreign_mother", "new_mother"][..], Some(week), Some(today.saturating_add(4.days()))),
            (csw, &["violence"][..], Some(today), None),
            (csw, &["eighty_fifty", "young_carer"][..], Some(back_from(today, 3)), Some(week)),
            (officer, &["sibling", "elder_abuse"][..], Some(today), Some(week)),
            (officer, &["poverty"][..], Some(back_from(today, 1)), None),
            (center, &["discharge", "lunchbox"][..], Some(today), Some(today.saturating_add(2.days()))),
            (center, &["last_days", "carer"][..], Some(back_from(today, 2)), None),
            (network, &["poverty", "drink"][..], Some(today), Some(week)),
        ];
        let further = others.iter().map(|at| (Some(*at), &["salon", "lunchbox"][..], Some(today), Some(week)));
        for (number, (lead, stories, promise, review)) in leads.into_iter().chain(further).enumerate() {
            let Some(lead) = lead else { continue };
            let start = self.moment(today, 38 + 3 * number as i64);
            let fixed = Fixed { until: Until::Course, promise, review, ..Fixed::default() };
            let reporter = match number {
                0 => commissioner.map(Reporter::Member),
                2 => Some(resident),
                _ => None,
            };
            let area = if number == 0 { close } else { Some(city.members[lead].area) };
            self.add_wanted(StoryWish {
                stories,
                lead: Some(lead),
                reporter,
                within: area,
                start: Some(start),
                fixed,
                ..StoryWish::default()
            })?;
        }

        // What came of what volunteers and a commissioner had noticed.
        for reporter in volunteers.into_iter().chain(commissioner).map(Reporter::Member) {
            for back in [12, 45] {
                let start = self.moment(today, back);
                self.draw_answered(Some(reporter), Some(start))?;
            }
            let start = self.moment(today, 170);
            self.add_wanted(StoryWish {
                stories: &["salon", "newspapers", "widowed", "lost"],
                lead: coordinator,
                reporter: Some(reporter),
                within: close,
                start: Some(start),
                ..StoryWish::default()
            })?;
        }
        Ok(())
    }

    /// Some moment of the `back`-th open day before today.
    fn moment(&mut self, today: Date, back: i64) -> DateTime {
        let day = back_from(today, back);
        let minutes = self.dice().between(0, 90);
        day.at(9, 0, 0, 0).saturating_add(minutes.minutes())
    }

    /// Early on the last day, or the evening before where the day is too young.
    fn morning(&mut self, last: DateTime) -> DateTime {
        let minutes = self.dice().between(20, 70);
        last.saturating_sub(minutes.minutes())
    }
}

/// The open day that lies `back` open days before a day.
fn back_from(today: Date, back: i64) -> Date {
    let mut day = today;
    for _ in 0..back {
        day = previous_open(day.saturating_sub(1.day()));
    }
    day
}
