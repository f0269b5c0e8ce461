//! Random registers: the same file again changes nothing, whatever was corrected by hand in between, and a file with
//! changed cells changes exactly those fields.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;

/// The columns that change, and the values that their cells take.
const COLUMNS: [(&str, [&str; 4]); 7] = [
    ("フリガナ", ["カ イ", "カ ウ", "カ エ", ""]),
    ("生年月日", ["1940-01-01", "1941-02-03", "1950-05-05", ""]),
    ("性別", ["男", "女", "", "女"]),
    ("住所", ["試験市甲1-1", "試験市甲2-2", "試験市甲3-3", ""]),
    ("電話番号", ["093-000-0001", "093-000-0002", "093-000-0003", ""]),
    ("要介護度", ["要介護1", "要介護2", "", "要介護3"]),
    ("備考", ["犬がいる", "猫がいる", "", "鍵は隣家"]),
];

/// A register: for each person the number of the value in each column.
type Register = Vec<[usize; 7]>;

fn text(register: &Register) -> String {
    let heads: Vec<&str> = COLUMNS.iter().map(|(head, _)| *head).collect();
    let mut out = format!("宛名番号,氏名,校区,{}\n", heads.join(","));
    for (at, cells) in register.iter().enumerate() {
        let cells: Vec<&str> = cells.iter().zip(COLUMNS).map(|(value, (_, values))| values[*value]).collect();
        out += &format!("{:08},試験 人{at},甲区第1,{}\n", at + 1, cells.join(","));
    }
    out
}

/// The fields of a record by the column that fills them.
fn fields(person: &Person) -> [String; 7] {
    [
        person.kana(),
        person.birth_on.map(|on| on.to_string()).unwrap_or_default(),
        person.sex.clone(),
        person.address.clone(),
        person.phone.clone(),
        person.care_level.clone(),
        person.note.clone(),
    ]
}

async fn all(test: &TestApp, people: usize) -> Vec<Person> {
    let mut all = Vec::new();
    for at in 0..people {
        all.push(named(test, &format!("試験人{at}")).await);
    }
    all
}

/// What somebody writes by hand into a field.
fn correct(form: &mut PersonForm, column: usize) {
    match column {
        0 => (form.family_kana, form.given_kana) = ("テ".to_owned(), "テ".to_owned()),
        1 => form.birth = "1933-03-03".to_owned(),
        2 => form.sex = "other".to_owned(),
        3 => form.address = "試験市甲99-99".to_owned(),
        4 => form.phone = "093-999-9999".to_owned(),
        5 => form.care_level = "care_5".to_owned(),
        _ => form.note = format!("{}\n手で書いた", form.note).trim().to_owned(),
    }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_register_changes_what_it_says_anew_and_nothing_else(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let people = 4;
        // What each cell said last; a blank says nothing.
        let mut said = vec![[""; 7]; people];
        let mut register: Register = vec![[0; 7]; people];
        import_text(&test, ImportKind::Persons, &text(&register)).await;
        for row in &mut said {
            *row = std::array::from_fn(|column| COLUMNS[column].1[0]);
        }

        for round in 0..12 {
            // Some hands correct some fields.
            let hands = prop::collection::vec((0..people, 0..7_usize), 0..4).new_tree(&mut runner).unwrap().current();
            for (who, column) in hands {
                let person = named(&test, &format!("試験人{who}")).await;
                let ctx = test.acting(test.staff("担当", "coordinator", test.city).await).await;
                let mut form = form_of(&person);
                correct(&mut form, column);
                let mut work = ctx.begin().await.unwrap();
                person::change(&ctx, &mut work, person.id, &form, person.revision).await.unwrap();
                work.commit("").await.unwrap();
            }
            let before = all(&test, people).await;

            let same = import_text(&test, ImportKind::Persons, &text(&register)).await;

            assert_eq!(counts(&same), (0, people, 0), "round {round}: {}", same.to_text(Lang::Ja));
            let after = all(&test, people).await;
            for (before, after) in before.iter().zip(&after) {
                assert_eq!((fields(before), before.revision), (fields(after), after.revision), "round {round}");
            }

            // A newer register changes some cells.
            let cells = prop::collection::vec((0..people, 0..7_usize, 0..4_usize), 1..5).new_tree(&mut runner).unwrap().current();
            let mut newer = register.clone();
            for (who, column, value) in cells {
                newer[who][column] = value;
            }
            let mut expected: BTreeMap<(usize, usize), String> = BTreeMap::new();
            for who in 0..people {
                for (column, (_, values)) in COLUMNS.iter().enumerate() {
                    let new = values[newer[who][column]];
                    if !new.is_empty() && said[who][column] != new {
                        expected.insert((who, column), new.to_owned());
                        said[who][column] = new;
                    }
                }
            }
            let report = import_text(&test, ImportKind::Persons, &text(&newer)).await;
            let now = all(&test, people).await;
            for who in 0..people {
                for (column, (heading, _)) in COLUMNS.iter().enumerate() {
                    let (old, new) = (&fields(&before[who])[column], &fields(&now[who])[column]);
                    let Some(cell) = expected.get(&(who, column)) else {
                        assert_eq!(old, new, "round {round}, {heading} of {who}: {}", report.to_text(Lang::Ja));
                        continue;
                    };
                    match column {
                        2 => assert_eq!(new, if cell == "男" { "male" } else { "female" }),
                        5 => assert_eq!(*new, cell.replace("要介護", "care_")),
                        6 => assert!(new.lines().any(|line| line == cell) && new.contains("手で書いた") == old.contains("手で書いた"), "{new}"),
                        _ => assert_eq!(new, cell),
                    }
                }
            }
            let told = report.changes.iter().filter(|change| change.column != "区域").count();
            assert!(told <= expected.len(), "round {round}: {}", report.to_text(Lang::Ja));
            register = newer;
        }
    }
}
