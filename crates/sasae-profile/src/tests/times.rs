//! Deadlines and cadences over calendars, closed days and changes of rule.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use sasae_core::holiday;

use crate::profile::rule::Count;
use crate::profile::*;

fn rule(days: Option<u32>, months: Option<u32>) -> Deadline {
    Deadline {
        code: "x".into(),
        ja: "x".into(),
        en: "x".into(),
        days,
        months,
        end_of_month: false,
        count: Count::Calendar,
        moves: false,
        from: "x".into(),
        source: "x".into(),
        valid_from: date(2000, 1, 1),
        valid_to: None,
    }
}

#[test]
fn calendar_days_do_not_count_the_day_of_the_event() {
    assert_eq!(rule(Some(14), None).due(date(2026, 11, 2)), date(2026, 11, 16));
    assert_eq!(rule(Some(0), None).due(date(2026, 11, 2)), date(2026, 11, 2));
}

#[test]
fn open_days_skip_the_weekend_and_the_turn_of_the_year() {
    let open = |days| Deadline { count: Count::Open, ..rule(Some(days), None) };

    assert_eq!(open(1).due(date(2026, 11, 20)), date(2026, 11, 24), "Friday; Monday the 23rd is a holiday");
    assert_eq!(open(1).due(date(2026, 12, 28)), date(2027, 1, 4));
    assert_eq!(open(0).due(date(2026, 11, 21)), date(2026, 11, 24), "an event on a closed day");
    assert_eq!(open(0).due(date(2026, 11, 20)), date(2026, 11, 20));
}

#[test]
fn a_deadline_on_a_closed_day_moves_only_where_the_rule_says_so() {
    let stays = rule(None, Some(1));
    let moves = Deadline { moves: true, ..stays.clone() };

    assert_eq!(stays.due(date(2026, 10, 23)), date(2026, 11, 23));
    assert_eq!(moves.due(date(2026, 10, 23)), date(2026, 11, 24));
}

#[test]
fn the_end_of_the_following_month_holds_in_short_and_leap_months() {
    let rule = Deadline { end_of_month: true, ..rule(None, Some(1)) };

    assert_eq!(rule.due(date(2023, 1, 31)), date(2023, 2, 28));
    assert_eq!(rule.due(date(2024, 1, 31)), date(2024, 2, 29));
    assert_eq!(rule.due(date(2018, 10, 1)), date(2018, 11, 30));
    assert_eq!(rule.due(date(2022, 12, 5)), date(2023, 1, 31));
}

#[test]
fn the_end_of_the_calendar_is_no_panic() {
    let open = Deadline { count: Count::Open, ..rule(Some(30), None) };

    assert_eq!(rule(Some(u32::MAX), None).due(date(2026, 1, 1)), Date::MAX);
    assert_eq!(rule(None, Some(u32::MAX)).due(date(2026, 1, 1)), Date::MAX);
    assert!(open.due(Date::MAX) <= Date::MAX);
}

#[test]
fn a_day_is_judged_by_the_rule_of_that_day() {
    let base = crate::rooms::load_profile("base").unwrap();
    let text = "extends = \"base\"\n[profile]\nid = \"x\"\nname = \"x\"\nname_en = \"x\"\nsource = \"x\"\nkind = \"base\"\n\
        [[deadline]]\ncode = \"plan_review\"\nja = \"x\"\nen = \"x\"\nmonths = 6\nfrom = \"plan_made\"\nsource = \"x\"\n\
        valid_from = 2020-04-01\nvalid_to = 2024-03-31\n\
        [[deadline]]\ncode = \"plan_review\"\nja = \"x\"\nen = \"x\"\nmonths = 3\nfrom = \"plan_made\"\nsource = \"x\"\n\
        valid_from = 2024-04-01\n";

    let profile = Profile::parse("x.toml", text, Some(&base), &crate::rooms::CATALOGUE).unwrap();

    assert_eq!(profile.due("plan_review", date(2020, 3, 31)), None);
    assert_eq!(profile.due("plan_review", date(2024, 3, 31)), Some(date(2024, 9, 30)));
    assert_eq!(profile.due("plan_review", date(2024, 4, 1)), Some(date(2024, 7, 1)));
    assert_eq!(profile.deadline("plan_review", date(2020, 4, 1)).unwrap().months, Some(6));
    assert_eq!(profile.due("no_such_rule", date(2024, 4, 1)), None);
}

#[test]
fn a_word_can_be_chosen_only_in_its_time() {
    let word = Word {
        code: "x".into(),
        ja: "x".into(),
        en: "x".into(),
        easy: None,
        note: None,
        days: None,
        valid_from: Some(date(2024, 4, 1)),
        valid_to: Some(date(2025, 3, 31)),
    };

    assert!(!word.holds_on(date(2024, 3, 31)));
    assert!(word.holds_on(date(2024, 4, 1)));
    assert!(word.holds_on(date(2025, 3, 31)));
    assert!(!word.holds_on(date(2025, 4, 1)));
}

proptest! {
    /// Oracle: walk day by day and count the open ones.
    #[test]
    fn open_days_are_as_many_as_a_walk_counts(offset in 0i64..20_000, days in 0u32..40) {
        let from = date(2000, 1, 1).checked_add(offset.days()).unwrap();

        let due = Deadline { count: Count::Open, ..rule(Some(days), None) }.due(from);

        let mut walked = from;
        let mut counted = 0;
        while counted < days || holiday::is_closed(walked) {
            walked = walked.tomorrow().unwrap();
            counted += u32::from(!holiday::is_closed(walked));
        }
        prop_assert_eq!(due, walked);
    }

    /// However many households there are, neither bound of the load per post is broken.
    #[test]
    fn posts_for_households_keep_the_load_within_bounds(households in 0u32..100_000, fewest in 1u32..200, extra in 0u32..200) {
        let rule = Required {
            per: rule::Per::Households,
            tier: "x".into(),
            count: None,
            min_households: Some(fewest),
            max_households: Some(fewest + extra),
            counts: Default::default(),
            roughly: false,
        };

        let posts = rule.posts("x", households).unwrap();

        prop_assert!(posts.at_least * (fewest + extra) >= households);
        prop_assert!(posts.at_least == 0 || (posts.at_least - 1) * (fewest + extra) < households);
        prop_assert!(posts.at_most.unwrap() >= posts.at_least);
    }
}
