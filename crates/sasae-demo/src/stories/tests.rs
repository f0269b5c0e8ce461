use jiff::civil::date;

use super::*;

#[test]
fn the_stories_fit_every_profile_that_ships() {
    for name in sasae_app::profile::names() {
        let profile = sasae_app::rooms::load_profile(name).unwrap();
        let book = Book::load(&names_in(&profile)).unwrap();
        assert!(book.stories.len() >= 20, "{} stories", book.stories.len());

        let problems = book.problems(|vocabulary, code| profile.word(vocabulary, code).is_some());

        assert_eq!(problems, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_text_is_told_without_a_bracket_left_and_within_its_limit() {
    let book = Book::load(&Names::new()).unwrap();
    let mut dice = Dice::new(5, "tell");
    let mut scene = Scene::draw(&book, &mut dice);
    for name in SCENE {
        scene.set(name, "仮");
    }

    for (story, template) in book.templates() {
        for _ in 0..20 {
            let told = tell(&book, &mut dice, &scene, date(2025, 11, 4), template);
            assert!(!told.contains(['[', ']', '{', '}', '|']), "{story}: {told}");
            assert!(told.chars().count() <= 400, "{story}: {told}");
        }
    }
}

#[test]
fn every_slot_is_known() {
    let book = Book::load(&Names::new()).unwrap();
    let known =
        |name: &str| SCENE.contains(&name) || ["花", "月", "来"].contains(&name) || book.slots.contains_key(name);

    for (story, template) in book.templates() {
        for part in template.split('{').skip(1) {
            let name = part.split('}').next().unwrap();
            // Only the fields of a form say what a story needs.
            let needs = name == "必要" && story == "fields";
            assert!(needs || known(name), "{story}: {name} in {template}");
        }
    }
}

#[test]
fn a_lasting_slot_stays_the_same_and_others_change() {
    let book = Book::load(&Names::new()).unwrap();
    let mut dice = Dice::new(6, "tell");
    let scene = Scene::draw(&book, &mut dice);

    let told: BTreeSet<String> = (0..30).map(|_| tell(&book, &mut dice, &scene, date(2025, 4, 1), "{病}")).collect();
    let days: BTreeSet<String> = (0..30).map(|_| tell(&book, &mut dice, &scene, date(2025, 4, 1), "{曜}")).collect();

    assert_eq!(told.len(), 1);
    assert!(days.len() > 3);
}

#[test]
fn choices_may_stand_within_choices() {
    let book = Book::load(&Names::new()).unwrap();
    let mut dice = Dice::new(7, "tell");

    let told: BTreeSet<String> =
        (0..200).map(|_| tell(&book, &mut dice, &Scene::default(), date(2025, 4, 1), "[あ|い[う|え]]お")).collect();

    assert_eq!(told, BTreeSet::from(["あお".to_owned(), "いうお".to_owned(), "いえお".to_owned()]));
}

#[test]
fn a_teller_never_tells_the_same_twice() {
    let mut teller = Teller::new(Book::load(&Names::new()).unwrap());
    let mut dice = Dice::new(8, "tell");
    let scene = Scene::draw(&teller.book, &mut dice);
    let texts = ["変わりなし。".to_owned()];

    let told: HashSet<String> = (0..300).map(|_| teller.fresh(&mut dice, &scene, date(2025, 4, 1), &texts)).collect();

    assert_eq!(told.len(), 300);
}
