//! Each shipped profile has the shape of its source document.

use crate::profile::{SHIPPED, *};
use sasae_core::lang::Lang;

fn load(name: &str) -> Profile {
    crate::rooms::load_profile(name).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| problem.line_for(Lang::En)).collect();
        panic!("{name} does not load:\n{}", lines.join("\n"))
    })
}

fn codes<T: Named>(rows: &[T]) -> Vec<&str> {
    rows.iter().map(Named::code).collect()
}

#[test]
fn all_six_profiles_load_without_a_warning() {
    for (name, text) in SHIPPED {
        let profile = load(name);

        assert_eq!(profile.head.id, *name);
        assert_eq!(check(name, text, &crate::rooms::CATALOGUE), [], "{name}");
    }
}

/// A record of looks that only those may read who cannot open the person is read by nobody.
#[test]
fn in_every_profile_somebody_who_sees_persons_may_see_who_has_looked() {
    for name in names() {
        let profile = load(name);
        let may = |role: &&Role| {
            role.reach == Reach::Area && role.may.iter().any(|code| *code == crate::audit::may::READ.code)
        };

        assert!(profile.roles.iter().any(|role| may(&role)), "{name}");
    }
}

#[test]
fn base_is_not_among_the_profiles_to_choose_from() {
    let names: Vec<&str> = names().collect();

    assert_eq!(names, ["osaka_kita", "akita", "chuo", "kitakyushu", "chofu"]);
    assert!(names.contains(&DEFAULT));
}

#[test]
fn an_unknown_profile_names_the_nearest_one() {
    let problems = crate::rooms::load_profile("kitakyusyu").unwrap_err();

    assert_eq!(problems[0].en, "unknown profile `kitakyusyu`: did you mean `kitakyushu`?");
}

#[test]
fn osaka_kita_has_three_tiers_and_five_social_workers_to_the_ward() {
    let profile = load("osaka_kita");

    assert_eq!(profile.head.kind, ProfileKind::Ward);
    assert_eq!(profile.main_tiers().map(Named::code).collect::<Vec<_>>(), ["ward", "region", "small_area"]);
    let ward: Vec<_> = profile
        .required_posts("ward", "271276", 70_000)
        .map(|(role, posts)| (role.code.as_str(), posts.at_least))
        .collect();
    assert_eq!(ward, [("supervisor", 1), ("csw", 5)]);
    let small: Vec<_> = profile
        .required_posts("small_area", "x", 900)
        .map(|(role, posts)| (role.code.as_str(), posts.at_least))
        .collect();
    assert_eq!(small, [("coordinator", 1)]);
    let (_, region) = profile.required_posts("region", "x", 9_000).next().unwrap();
    assert!(region.roughly);
}

#[test]
fn osaka_kita_bodies_meet_two_to_three_times_and_every_two_to_three_months() {
    let profile = load("osaka_kita");

    let promotion = profile.body("promotion_council").unwrap().cadence.clone().unwrap();
    let liaison = profile.body("liaison_meeting").unwrap().cadence.clone().unwrap();

    assert_eq!((promotion.per_year_min, promotion.per_year_max), (Some(2), Some(3)));
    assert_eq!((liaison.months_min, liaison.months_max), (Some(2), Some(3)));
    assert_eq!(profile.body("liaison_meeting").unwrap().reports_to.as_deref(), Some("promotion_council"));
}

#[test]
fn akita_has_six_pillars_of_eighteen_items_over_four_tiers() {
    let profile = load("akita");

    let plan = profile.plan("total_care").unwrap();

    assert_eq!(plan.pillar.iter().map(|pillar| pillar.item.len()).collect::<Vec<_>>(), [3, 4, 3, 3, 2, 3]);
    assert_eq!(plan.items().count(), 18);
    assert_eq!(plan.matrix, codes(&profile.tiers));
    assert_eq!(profile.main_tiers().count(), 4);
}

#[test]
fn akita_shows_its_prefecture_figures_and_no_person() {
    let profile = load("akita");

    let top: Vec<&Role> = profile.roles.iter().filter(|role| role.tier == "prefecture").collect();

    assert!(!top.is_empty());
    assert!(top.iter().all(|role| role.reach == Reach::Figures));
}

#[test]
fn chuo_has_three_pillars_of_eleven_measures_and_all_its_watchers() {
    let profile = load("chuo");

    let plan = profile.plan("inclusive_support").unwrap();

    assert_eq!(plan.pillar.iter().map(|pillar| pillar.item.len()).collect::<Vec<_>>(), [5, 4, 2]);
    for role in [
        "inclusion_promoter",
        "coordinator",
        "life_coordinator",
        "community_adviser",
        "youth_commissioner",
        "mutual_supporter",
        "dementia_supporter",
        "agreement_company",
    ] {
        assert!(profile.role(role).is_some(), "{role}");
    }
}

#[test]
fn kitakyushu_places_sixteen_coordinators_over_seven_wards() {
    let profile = load("kitakyushu");

    let wards = &profile.tier("ward").unwrap().area;
    let posts: Vec<u32> = wards
        .iter()
        .filter_map(|ward| {
            profile.required_posts("ward", &ward.code, 60_000).find(|(role, _)| role.code == "coordinator")
        })
        .map(|(_, posts)| posts.at_least)
        .collect();

    assert_eq!(codes(wards), ["401013", "401064", "401072", "401030", "401081", "401099", "401056"]);
    assert_eq!(posts, [2, 3, 3, 2, 2, 3, 1]);
    assert_eq!(posts.iter().sum::<u32>(), 16);
    assert_eq!(profile.tier("district").unwrap().count, Some(155));
}

#[test]
fn kitakyushu_asks_one_volunteer_for_fifty_to_a_hundred_households() {
    let profile = load("kitakyushu");

    let posts = |households| {
        let (_, posts) = profile
            .required_posts("district", "x", households)
            .find(|(role, _)| role.code == "welfare_volunteer")
            .unwrap();
        (posts.at_least, posts.at_most)
    };

    assert_eq!(posts(1_000), (10, Some(20)));
    assert_eq!(posts(1_001), (11, Some(20)));
    assert_eq!(posts(99), (1, Some(1)));
    assert_eq!(posts(40), (1, Some(1)));
    assert_eq!(posts(0), (0, Some(0)));
}

#[test]
fn kitakyushu_bodies_climb_from_case_to_city_with_the_functions_of_the_source() {
    let profile = load("kitakyushu");
    use BodyFunction::*;
    let lower = [SolveCase, BuildNetwork, FindIssue, DevelopResource];

    let case = profile.body("care_case_meeting").unwrap();
    let ward = profile.body(case.reports_to.as_deref().unwrap()).unwrap();
    let city = profile.body(ward.reports_to.as_deref().unwrap()).unwrap();

    assert_eq!(case.functions, lower);
    assert_eq!(ward.functions, lower);
    assert_eq!(city.functions, [BuildNetwork, FindIssue, DevelopResource, FormPolicy]);
    assert_eq!(case.cadence.clone().unwrap().months_max, Some(1));
    assert_eq!(ward.cadence.clone().unwrap().months_max, Some(2));
    assert_eq!(case.members.len(), 15);
    assert_eq!(city.code, "city_care_council");
}

#[test]
fn chofu_has_eight_zones_and_a_programme_of_one_year() {
    let profile = load("chofu");

    let plan = profile.plan("coordinator_programme").unwrap();

    assert_eq!(profile.tier("zone").unwrap().count, Some(8));
    assert_eq!(profile.body("zone_network").unwrap().cadence.clone().unwrap().per_year_min, Some(1));
    assert_eq!(profile.body("agency_exchange").unwrap().cadence.clone().unwrap().per_year_min, Some(3));
    assert_eq!(plan.pillar.iter().map(|pillar| pillar.item.len()).collect::<Vec<_>>(), [3, 2, 4]);
    assert_eq!(plan.valid_from.unwrap().to_string(), "2023-04-01");
    assert_eq!(plan.valid_to.unwrap().to_string(), "2024-03-31");
}

#[test]
fn sixteen_problem_boxes_stand_in_every_profile_in_the_order_of_the_form() {
    let expected = [
        "illness_disability",
        "housing",
        "income",
        "rent_loan",
        "tax_utility",
        "debt",
        "job_search",
        "job_worry",
        "community",
        "family",
        "parenting",
        "care",
        "withdrawal",
        "violence",
        "no_food",
        "other",
    ];

    for name in names() {
        assert_eq!(codes(load(name).words("problem")), expected, "{name}");
    }
}

#[test]
fn what_residents_see_has_plain_japanese() {
    for name in names() {
        let profile = load(name);

        for vocabulary in ["notice_kind", "problem", "language"] {
            for word in profile.words(vocabulary) {
                assert!(word.easy.is_some(), "{name}: {vocabulary}.{}", word.code);
            }
        }
    }
}

#[test]
fn only_the_support_conference_is_confidential_and_rests_on_the_law() {
    for name in names() {
        let profile = load(name);

        let hidden: Vec<&Body> = profile.bodies.iter().filter(|body| body.confidential).collect();

        assert_eq!(hidden.len(), 1, "{name}");
        assert_eq!(hidden[0].basis.as_deref(), Some("社会福祉法106条の6"));
        assert!(profile.body("plan_conference").unwrap().consent, "{name}");
    }
}

#[test]
fn every_demo_city_is_fictional_and_complete() {
    let real = ["北九州", "大阪", "秋田", "中央", "調布", "横手", "小倉"];
    for name in names() {
        let profile = load(name);
        let demo = profile.demo.as_ref().unwrap();

        let areas = demo.areas(&profile.tiers);

        assert!(real.iter().all(|real| !demo.ja.contains(real)), "{name}");
        assert_ne!(Some(&demo.tenant), profile.head.tenant.as_ref());
        assert!(areas.len() >= profile.main_tiers().count(), "{name}");
        assert!(areas.iter().all(|(_, number)| *number > 0), "{name}");
        for (role, least) in [("notice_triage", 1), ("staff_edit", 1), ("figures", 1)] {
            let staffed = demo
                .staff
                .iter()
                .filter(|row| profile.role(&row.role).unwrap().may.iter().any(|code| code == role))
                .count();
            assert!(staffed >= least, "{name}: nobody in the demo may {role}");
        }
    }
}

#[test]
fn the_default_demo_has_seven_wards_155_districts_and_sixteen_coordinators() {
    let profile = load(DEFAULT);
    let demo = profile.demo.as_ref().unwrap();

    let areas = demo.areas(&profile.tiers);
    let coordinators = demo.staff.iter().find(|row| row.role == "coordinator").unwrap();

    let areas: Vec<(&str, usize)> = areas.iter().map(|(code, number)| (code.as_str(), *number)).collect();
    assert_eq!(areas, [("city", 1), ("ward", 7), ("district", 155), ("support_area", 24)]);
    assert_eq!(coordinators.counts, [2, 3, 3, 2, 2, 3, 1]);
    assert_eq!(demo.households, 3_000);
}

#[test]
fn no_contact_of_an_official_was_carried_over_from_a_source() {
    let phone = |part: &str| {
        let groups: Vec<&str> = part.split('-').collect();
        groups.len() == 3 && groups[2].len() == 4
    };

    for (name, text) in SHIPPED {
        for word in ["TEL", "@", "課長", "係長", "〒", "http"] {
            assert!(!text.contains(word), "{name} holds {word}");
        }
        let mut numbers = text.split(|letter: char| !letter.is_ascii_digit() && letter != '-');
        assert!(!numbers.any(phone), "{name} holds a telephone number");
    }
}

#[test]
fn a_profile_appends_to_a_vocabulary_and_keeps_the_words_of_the_base() {
    let base = load("base");
    let profile = load("chuo");

    let themes = codes(profile.words("issue_theme"));

    assert!(themes.starts_with(&codes(base.words("issue_theme"))));
    assert!(themes.ends_with(&["venue", "silos", "privacy"]));
    assert_eq!(profile.vocabulary("issue_theme").unwrap().ja, base.vocabulary("issue_theme").unwrap().ja);
}

#[test]
fn a_profile_appends_to_a_form_and_keeps_its_fields() {
    let profile = load("akita");

    let sheet = profile.form("assessment").unwrap();

    assert_eq!(sheet.ja, "アセスメントシート（複合ニーズ世帯）");
    assert_eq!(sheet.field.first().unwrap().code, "strengths");
    assert_eq!(sheet.field.last().unwrap().code, "members_needs");
    assert_eq!(profile.forms_at(FormAt::Referral).count(), 1);
}

#[test]
fn a_list_replaces_the_list_of_the_base_and_a_word_takes_the_place_of_its_twin() {
    let base = load("base");
    let text = "extends = \"base\"\n[profile]\nid = \"x\"\nname = \"x\"\nname_en = \"x\"\nsource = \"x\"\nkind = \"base\"\n\
        [vocabulary.wish]\nitems = [{ code = \"tea\", ja = \"お茶\", en = \"Tea\" }]\n\
        [vocabulary.sex]\nadd = [{ code = \"male\", ja = \"男\", en = \"Man\" }]\n";

    let profile = Profile::parse("x.toml", text, Some(&base), &crate::rooms::CATALOGUE).unwrap();

    assert_eq!(codes(profile.words("wish")), ["tea"]);
    assert_eq!(codes(profile.words("sex")), ["female", "male", "other", "unknown"]);
    assert_eq!(profile.label("sex", "male", Lang::Ja), "男");
    assert_eq!(profile.label("sex", "female", Lang::En), "Female");
}

#[test]
fn a_code_that_nobody_knows_any_more_still_shows_something() {
    let profile = load(DEFAULT);

    assert_eq!(profile.label("channel", "telegram", Lang::Ja), "telegram");
    assert_eq!(profile.label("no_such_list", "x", Lang::En), "x");
}
