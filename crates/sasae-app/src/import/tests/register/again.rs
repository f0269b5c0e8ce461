//! What a list says a second time.

use super::*;

const HEAD: &str = "宛名番号,世帯番号,氏名,フリガナ,生年月日,性別,住所,校区,電話番号,備考\n";

fn list(rows: &[&str]) -> String {
    format!("{HEAD}{}\n", rows.join("\n"))
}

both_engines! {
    migrations = MIGRATIONS;

    async fn what_was_entered_by_hand_stands_and_only_the_changed_cell_is_written(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let first = "20000001,601,試験 聞子,シケン キキコ,1939-06-01,女,試験市甲2-1,甲区第1,0930000001,";
        let other = "20000002,602,試験 見男,シケン ミオ,1938-07-01,男,試験市甲2-2,甲区第1,0930000002,";
        import_text(&test, ImportKind::Persons, &list(&[first, other])).await;
        by_hand(&test, "試験聞子", |form| {
            form.care_level = "care_2".to_owned();
            form.language = "zh".to_owned();
            form.communication = vec!["sign_language".to_owned()];
            form.note = "玄関でなく勝手口から".to_owned();
        }).await;

        let newer = first.replace("0930000001", "0930000009");
        let report = import_text(&test, ImportKind::Persons, &list(&[&newer, other])).await;

        assert_eq!(counts(&report), (1, 1, 0), "{}", report.to_text(Lang::Ja));
        let told: Vec<_> = report.changes.iter().map(|c| (c.line, c.column.as_str(), c.before_ja.as_str(), c.after_ja.as_str())).collect();
        assert_eq!(told, [(2, "電話番号", "0930000001", "0930000009")]);
        assert!(report.to_text(Lang::Ja).contains("2行目「電話番号」：「0930000001」→「0930000009」"));
        let found = named(&test, "試験聞子").await;
        assert_eq!((found.phone.as_str(), found.care_level.as_str(), found.language.as_str()), ("0930000009", "care_2", "zh"));
        assert_eq!((found.note.as_str(), found.communication.as_str()), ("玄関でなく勝手口から", "sign_language"));
    }

    async fn a_list_with_fewer_columns_empties_nothing(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let whole = "宛名番号,氏名,フリガナ,生年月日,住所,校区,電話番号,要介護度,備考\n\
            A0001,甲野 太郎,コウノ タロウ,S10.1.1,試験市甲1-1,甲区第1,093-521-0001,要介護3,耳が遠い\n";
        let fewer = "宛名番号,氏名,住所,要介護度\nA0001,甲野 太郎,試験市甲1-1,要介護4\n";
        import_text(&test, ImportKind::Persons, whole).await;
        let before = named(&test, "甲野太郎").await;

        let report = import_text(&test, ImportKind::Persons, fewer).await;

        assert_eq!(counts(&report), (1, 0, 0), "{}", report.to_text(Lang::Ja));
        assert_eq!(report.changes.len(), 1);
        let after = named(&test, "甲野太郎").await;
        assert_eq!(after.care_level, "care_4");
        let same = |person: &Person| {
            (person.kana(), person.birth_on, person.phone.clone(), person.note.clone(), person.area_id, person.address.clone())
        };
        assert_eq!(same(&after), same(&before));
    }

    async fn a_correction_by_hand_is_undone_only_by_a_list_that_says_something_new(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let first = "30000001,,試験 直,シケン ナオ,1940-01-01,女,試験市甲3-1,甲区第1,0930000001,犬がいる";
        import_text(&test, ImportKind::Persons, &list(&[first])).await;
        by_hand(&test, "試験直", |form| {
            form.phone = "0930000077".to_owned();
            form.birth = "1940-01-11".to_owned();
            form.note = "犬がいる\n鍵は隣家".to_owned();
        }).await;

        let other_cell = import_text(&test, ImportKind::Persons, &list(&[&first.replace("甲3-1", "甲3-2")])).await;
        let kept = named(&test, "試験直").await;
        let newer = first.replace("甲3-1", "甲3-2").replace("0930000001", "0930000002").replace("犬がいる", "猫がいる");
        import_text(&test, ImportKind::Persons, &list(&[&newer])).await;
        let found = named(&test, "試験直").await;

        assert_eq!(other_cell.changes.len(), 1, "{}", other_cell.to_text(Lang::Ja));
        assert_eq!((kept.phone.as_str(), kept.birth_on.unwrap().to_string().as_str()), ("0930000077", "1940-01-11"));
        assert_eq!((found.phone.as_str(), found.birth_on.unwrap().to_string().as_str()), ("0930000002", "1940-01-11"));
        assert_eq!(found.note, "猫がいる\n鍵は隣家", "the line of the list changes, the one by hand stays");
    }

    async fn who_died_by_hand_stays_dead_when_the_list_does_not_know_it_yet(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let first = "11000001,1001,基本 一子,キホン イチコ,1939-01-01,女,試験市甲100-1,甲区第1,0930000101,";
        import_text(&test, ImportKind::Persons, &list(&[first])).await;
        let person = named(&test, "基本一子").await;
        let ctx = test.system().await;
        let mut work = ctx.begin().await.unwrap();
        let form = person::LeaveForm { kind: "died".to_owned(), on: ctx.today().to_string() };
        person::leave(&ctx, &mut work, person.id, &form, person.revision).await.unwrap();
        work.commit("").await.unwrap();

        let report = import_text(&test, ImportKind::Persons, &list(&[&first.replace("0930000101", "0930000109").replace("甲100-1", "甲100-2")])).await;

        assert_eq!(counts(&report), (1, 0, 0), "{}", report.to_text(Lang::Ja));
        let found = named(&test, "基本一子").await;
        assert_eq!((found.died_on, found.phone.as_str()), (Some(ctx.today()), "0930000109"));
    }

    async fn what_an_import_changed_stands_in_the_history_of_the_person(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let first = "40000001,,試験 歴,シケン レキ,1940-01-01,女,試験市甲4-1,甲区第1,0930000001,";
        import_text(&test, ImportKind::Persons, &list(&[first])).await;
        import_text(&test, ImportKind::Persons, &list(&[&first.replace("0930000001", "0930000002")])).await;
        let staff = test.staff("担当", "coordinator", test.city).await;
        test.account(staff, "tantou").await;
        let visitor = crate::tests::browser::Visitor::signed_in(&test, "tantou").await;

        let person = named(&test, "試験歴").await;
        let page = visitor.open(&format!("/persons/{}", person.id)).await.words();
        let api = visitor.get(&format!("/api/corrections/person/{}", person.id)).await.body;

        assert!(page.contains("台帳の取り込み") && page.contains("list.csv 2行目"), "{page}");
        assert!(page.contains("0930000001") && page.contains("0930000002"), "{page}");
        assert!(api.contains("取り込み"), "{api}");
    }

    async fn where_a_sealed_person_lives_is_not_changed_by_a_list(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let first = "50000001,801,試験 秘,シケン ヒ,1940-01-01,女,試験市甲5-1,甲区第1,0930000001,";
        import_text(&test, ImportKind::Persons, &list(&[first])).await;
        let person = named(&test, "試験秘").await;
        let ctx = test.acting(test.staff("保護", "ward_officer", test.wards[0]).await).await;
        let mut work = ctx.begin().await.unwrap();
        let form = person::RestrictionForm { kind: "sealed".to_owned(), reason: "domestic_violence".to_owned(), ..Default::default() };
        person::restrict(&ctx, &mut work, person.id, &form).await.unwrap();
        work.commit("").await.unwrap();

        let newer = first.replace("甲5-1", "乙9-9シェルター").replace("甲区第1", "乙区第2").replace("801", "802").replace("1940-01-01", "1940-01-02");
        let report = import_text(&test, ImportKind::Persons, &list(&[&newer])).await;
        let again = import_text(&test, ImportKind::Persons, &list(&[&format!("{newer}犬")])).await;

        assert_eq!(counts(&report), (1, 0, 0), "{}", report.to_text(Lang::Ja));
        assert!(warned(&report, 2, "権利擁護") && warned(&again, 2, "権利擁護"), "{}", again.to_text(Lang::Ja));
        let mut work = ctx.begin().await.unwrap();
        let found = person::listed::get_for_list(&ctx, &mut work, person.id).await.unwrap();
        assert_eq!((found.address.as_str(), found.area_id), ("試験市甲5-1", test.districts[0]));
        assert_eq!(found.birth_on.unwrap().to_string(), "1940-01-02");
        assert!(!report.to_text(Lang::Ja).contains("シェルター"));
    }
}
