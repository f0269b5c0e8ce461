use sasae_sheet::Lang;
use sasae_test::{TestDb, both_engines};

use super::{counts, encodings, import, import_text};
use crate::audit::store as audit;
use crate::import::{ImportKind, Options, store as rows};
use crate::migrations::MIGRATIONS;
use crate::person;
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
            let (id, _) = rows::find_row(&ctx, &mut read, "person", ("list", key)).await.unwrap().unwrap();
            homes.push(person::store::household::find_of(&ctx, &mut read, id).await.unwrap().unwrap());
        }
        assert!(homes[0] == homes[1] && homes[0] != homes[2]);
        let (id, _) = rows::find_row(&ctx, &mut read, "person", ("list", "id:00012345")).await.unwrap().unwrap();
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
        let (id, _) = rows::find_row(&ctx, &mut work, "person", ("list", "id:00012345")).await.unwrap().unwrap();
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

    async fn impossible_rows_are_refused_and_the_others_go_in(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "氏名,フリガナ,生年月日,性別,校区\n\
            試験 一郎,シケン イチロウ,昭和65年1月1日,男,甲区第1\n\
            試験 二郎,シケン ジロウ,1940-02-30,♂,甲区第1\n\
            試験 三郎,shiken,1940-02-03,男,甲区第1\n\
            試験 四郎,シケン シロウ,1940-02-03,男,丙区第1\n\
            試験 五郎,シケン ゴロウ,1940-02-03,男,甲区第1\n";

        let report = import_text(&test, ImportKind::Persons, list).await;

        assert_eq!(counts(&report), (1, 0, 4), "{}", report.to_text(Lang::Ja));
        let second: Vec<&str> = report.refused.iter().filter(|cell| cell.line == 3).map(|cell| cell.column.as_str()).collect();
        assert_eq!(second, ["生年月日", "性別"], "all that is wrong with a row is told at once");
        assert_eq!(report.refused.iter().find(|cell| cell.line == 4).unwrap().column, "フリガナ");
    }
}
