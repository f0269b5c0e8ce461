//! Registers of persons, imported once and again.

mod again;
mod cells;
mod homes;
mod identity;
mod places;
mod random;

use sasae_core::id::Id;
use sasae_db::args;
use sasae_sheet::{Lang, Report};
use sasae_test::{TestDb, both_engines};

use super::{counts, encodings, import, import_text};
use crate::audit::store as audit;
use crate::import::{ImportKind, Options, store as rows};
use crate::migrations::MIGRATIONS;
use crate::person::{self, Person, PersonForm};
use crate::testing::{TENANT, TestApp};

const LIST: &str = "宛名番号,世帯番号,氏名,フリガナ,生年月日,性別,住所,校区,続柄,要介護度,電話番号,緊急連絡先,備考\n\
    00012345,H001,試験 一郎,シケン イチロウ,昭和10年3月4日,男,試験市甲区中央1-1,甲区第1,世帯主,要介護２,093-111-2222,試験 次郎（長男）,耳が遠い\n\
    00012346,H001,試験 花,シケン ハナ,S12.5.6,女,試験市甲区中央1-1,甲区第1,妻,,,,\n\
    00012347,H002,別　世帯,ベツ セタイ,1950/1/2,2,試験市乙区南2-2,乙区第2,世帯主,自立,,,\n";

both_engines! {
    migrations = MIGRATIONS;

    async fn a_register_becomes_persons_and_households(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;

        let first = import_text(&test, ImportKind::Persons, LIST).await;
        let second = import_text(&test, ImportKind::Persons, LIST).await;

        assert_eq!(counts(&first), (3, 0, 0), "{}", first.to_text(Lang::Ja));
        assert_eq!(counts(&second), (0, 3, 0), "{}", second.to_text(Lang::Ja));
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let mut homes = Vec::new();
        for key in ["id:00012345", "id:00012346", "id:00012347"] {
            let (id, _) = rows::find_row(&ctx, &mut read, "person", ("resident", key)).await.unwrap().unwrap();
            homes.push(person::store::household::find_of(&ctx, &mut read, id).await.unwrap().unwrap());
        }
        assert!(homes[0] == homes[1] && homes[0] != homes[2]);
        let (id, _) = rows::find_row(&ctx, &mut read, "person", ("resident", "id:00012345")).await.unwrap().unwrap();
        let found = person::store::get(&ctx, &mut read, id).await.unwrap();
        assert_eq!((found.family.as_str(), found.given.as_str(), found.area_id), ("試験", "一郎", test.districts[0]));
        assert!(found.note.contains("緊急連絡先：試験 次郎（長男）") && found.note.contains("耳が遠い"), "{}", found.note);
        let looks = audit::list_looks(&mut read, TENANT, id, (0, 10)).await.unwrap();
        assert!(looks.iter().any(|look| look.verb == "wrote"));
    }

    async fn what_was_corrected_by_hand_survives_the_same_file(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        import_text(&test, ImportKind::Persons, LIST).await;
        let ctx = test.system().await;
        let mut work = ctx.begin().await.unwrap();
        let (id, _) = rows::find_row(&ctx, &mut work, "person", ("resident", "id:00012345")).await.unwrap().unwrap();
        let form = person::PersonForm {
            family: "訂正".to_owned(), given: "一郎".to_owned(), area: test.districts[0].to_string(), ..Default::default()
        };
        person::change(&ctx, &mut work, id, &form, 1).await.unwrap();
        work.commit("").await.unwrap();

        let same = import_text(&test, ImportKind::Persons, LIST).await;
        let newer = import_text(&test, ImportKind::Persons, &LIST.replace("耳が遠い", "補聴器あり")).await;

        assert_eq!(counts(&same), (0, 3, 0));
        assert_eq!(counts(&newer), (1, 2, 0), "{}", newer.to_text(Lang::Ja));
        let mut read = ctx.read().await.unwrap();
        let found = person::store::get(&ctx, &mut read, id).await.unwrap();
        assert!(found.note.contains("補聴器あり") && found.revision == 3);
    }

    async fn a_register_is_read_in_every_encoding(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let rows: Vec<Vec<&str>> = LIST.lines().map(|line| line.split(',').collect()).collect();

        let mut seen = Vec::new();
        for bytes in encodings(&rows) {
            let done = import(&test, ImportKind::Persons, "台帳.csv", &bytes, &Options::default()).await;
            seen.push(counts(&done.report));
        }

        assert_eq!(seen, [(3, 0, 0), (0, 3, 0), (0, 3, 0)]);
    }

    async fn only_a_missing_name_or_area_keeps_a_row_out(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "氏名,フリガナ,生年月日,性別,校区\n\
            試験 一郎,シケン イチロウ,昭和65年1月1日,男,甲区第1\n\
            試験 二郎,シケン ジロウ,1940-02-30,若い,甲区第1\n\
            試験 三郎,shiken,1940-02-03,男,甲区第1\n\
            試験 四郎,シケン シロウ,1940-02-03,男,丙区第1\n\
            ,シケン ゴロウ,1940-02-03,男,甲区第1\n";

        let report = import_text(&test, ImportKind::Persons, list).await;

        assert_eq!(counts(&report), (3, 0, 2), "{}", report.to_text(Lang::Ja));
        let refused: Vec<(usize, &str)> = report.refused.iter().map(|cell| (cell.line, cell.column.as_str())).collect();
        assert_eq!(refused, [(5, "校区"), (6, "氏名")]);
        for (line, column) in [(2, "生年月日"), (3, "生年月日"), (3, "性別"), (4, "フリガナ")] {
            assert!(warned(&report, line, column), "{line} {column}: {}", report.to_text(Lang::Ja));
        }
        assert_eq!(report.refused_cells[&5][0], "試験 四郎", "the whole row is kept");
    }
}

/// Whether a warning names the line and the column.
fn warned(report: &Report, line: usize, column: &str) -> bool {
    report.warnings.iter().any(|warning| warning.line == Some(line) && warning.ja.contains(column))
}

/// How many persons are on record.
async fn persons(test: &TestApp) -> i64 {
    let ctx = test.system().await;
    let mut read = ctx.read().await.unwrap();
    person::listed::count_all(&ctx, &mut read).await.unwrap()
}

/// The person with a name, without the space between its parts.
async fn named(test: &TestApp, name: &str) -> Person {
    let ids = ids_named(test, name).await;
    assert_eq!(ids.len(), 1, "{name}");
    let ctx = test.system().await;
    let mut read = ctx.read().await.unwrap();
    person::get(&ctx, &mut read, ids[0]).await.unwrap()
}

async fn ids_named(test: &TestApp, name: &str) -> Vec<Id> {
    let ctx = test.system().await;
    let mut read = ctx.read().await.unwrap();
    let text = "SELECT id FROM person WHERE tenant = ?1 AND family || given = ?2";
    let found: Vec<(Id,)> = read.query_text(text, args![TENANT, name]).await.unwrap();
    found.into_iter().map(|(id,)| id).collect()
}

/// The household of a person: its address, and the given names of its members with their relations.
async fn home(test: &TestApp, name: &str) -> (String, Vec<(String, String)>) {
    let person = named(test, name).await;
    let ctx = test.system().await;
    let mut read = ctx.read().await.unwrap();
    let (id, _) = person::listed::find_home(&ctx, &mut read, person.id).await.unwrap().unwrap();
    let address = person::listed::find_household_address(&ctx, &mut read, id).await.unwrap().unwrap();
    let text = "SELECT p.given, m.relation FROM household_member m JOIN person p ON p.tenant = m.tenant AND p.id = m.person_id \
                WHERE m.tenant = ?1 AND m.household_id = ?2 AND m.valid_to >= ?3 ORDER BY p.given";
    let members = read.query_text(text, args![TENANT, id, ctx.today()]).await.unwrap();
    (address, members)
}

/// Somebody writes into a record by hand.
async fn by_hand(test: &TestApp, name: &str, write: impl FnOnce(&mut PersonForm)) {
    let person = named(test, name).await;
    let staff = test.staff("担当", "coordinator", test.city).await;
    let ctx = test.acting(staff).await;
    let mut form = form_of(&person);
    write(&mut form);
    let mut work = ctx.begin().await.unwrap();
    person::change(&ctx, &mut work, person.id, &form, person.revision).await.unwrap();
    work.commit("").await.unwrap();
}

/// A record as the page of it would send it back.
fn form_of(person: &Person) -> PersonForm {
    PersonForm {
        family: person.family.clone(),
        given: person.given.clone(),
        family_kana: person.family_kana.clone(),
        given_kana: person.given_kana.clone(),
        birth: person.birth_on.map(|on| on.to_string()).unwrap_or_default(),
        sex: person.sex.clone(),
        area: person.area_id.to_string(),
        address: person.address.clone(),
        phone: person.phone.clone(),
        care_level: person.care_level.clone(),
        language: person.language.clone(),
        communication: person.communication().map(str::to_owned).collect(),
        note: person.note.clone(),
        ..PersonForm::default()
    }
}
