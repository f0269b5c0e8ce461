use jiff::civil::date;
use proptest::prelude::*;
use sasae_core::holiday::is_closed;

use super::*;

fn concern(roles: usize) -> Concern {
    let role = RolePlan { code: "watch".to_owned(), member: 1, task: String::new(), declines: false, due: Date::MIN };
    Concern {
        source: Source::Story(0),
        home: Some(0),
        main: 0,
        named: vec![0],
        area: Id::nil(),
        reporter: Some(Reporter::Resident),
        way: (String::new(), String::new()),
        taker: 0,
        lead: 0,
        scene: Scene::default(),
        urgent: false,
        roles: vec![role; roles],
        contacts: Vec::new(),
        reviews: Vec::new(),
        looks: Vec::new(),
        end: 0,
    }
}

fn planned(seed: u64, roles: usize, special: &str, fixed: Fixed) -> (Concern, Vec<Event>) {
    let mut dice = Dice::new(seed, "course");
    let mut times = Times { dice: &mut dice, quick: false };
    let mut concern = concern(roles);
    let mut diary = Vec::new();
    let last = date(2025, 11, 21).at(8, 30, 0, 0);
    let start = times.awake(date(2025, 2, 3));
    let intake = come_in(&mut times, &mut diary, 0, &concern, "soon", start);
    run(&mut times, &mut diary, &mut concern, intake, &Shape { special, number: 0, last, fixed });
    diary.sort();
    (concern, diary)
}

proptest! {
    #[test]
    fn the_steps_of_a_concern_come_in_an_order_that_the_rooms_allow(seed in 0u64..100_000, roles in 0usize..4, special in prop::sample::select(vec!["", "sealed", "dies", "moves_out"])) {
        let (concern, diary) = planned(seed, roles, special, Fixed::default());
        let at = |step| diary.iter().find(|event| event.step == step).map(|event| event.at);

        for event in &diary {
            prop_assert!(event.step == StoryStep::Report || !is_closed(event.at.date()), "{event:?}");
            prop_assert!(event.step == StoryStep::Report || (8..=18).contains(&event.at.hour()), "{event:?}");
        }
        let open = at(StoryStep::Open).unwrap();
        prop_assert!(at(StoryStep::Report) < at(StoryStep::Read) && at(StoryStep::Read) < at(StoryStep::Triage));
        prop_assert!(at(StoryStep::Triage) < at(StoryStep::Intake) && at(StoryStep::Intake).unwrap() < open);
        for role in 0..roles {
            if let Some(answer) = at(StoryStep::Answer(role)) {
                prop_assert!(at(StoryStep::Ask(role)).unwrap() < answer);
                if let Some(agree) = at(StoryStep::Agree) {
                    prop_assert!(answer <= agree);
                }
                if let Some(done) = at(StoryStep::Done(role)) {
                    prop_assert!(answer < done);
                }
            }
            if let Some(ask) = at(StoryStep::Ask(role)) {
                prop_assert!(ask.date() <= concern.roles[role].due);
            }
        }
        for (number, contact) in concern.contacts.iter().enumerate() {
            if let (Some(moment), Some(next)) = (at(StoryStep::Contact(number)), contact.next) {
                prop_assert!(open <= moment && moment.date() <= next);
            }
        }
        for (number, look) in concern.looks.iter().enumerate() {
            let moment = at(StoryStep::Monitor(number));
            if let (Some(moment), Some(review)) = (moment, look.review) {
                prop_assert!(moment.date() <= review);
            }
            prop_assert!(moment.is_none() || look.verdict == "end" || look.review.is_some());
        }
        for number in 0..concern.reviews.len() {
            if let Some(plan) = at(StoryStep::Plan(number)) {
                prop_assert!(plan.date() <= concern.reviews[number]);
            }
        }
        if let Some(close) = at(StoryStep::Close) {
            prop_assert!(diary.iter().all(|event| event.at <= close));
        }
    }

    #[test]
    fn a_concern_that_stops_takes_no_further_step(seed in 0u64..100_000) {
        let fixed = Fixed { until: Until::Asked, unanswered: Some(1), ..Fixed::default() };
        let (_, diary) = planned(seed, 2, "", fixed);

        prop_assert!(diary.iter().all(|event| event.step <= StoryStep::Answer(9)));
        prop_assert!(!diary.iter().any(|event| event.step == StoryStep::Answer(1)));
    }
}
