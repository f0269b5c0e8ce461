//! Cells as offices fill them.

use super::*;

both_engines! {
    migrations = MIGRATIONS;

    async fn an_optional_cell_that_cannot_be_read_keeps_nobody_out(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "宛名番号,氏名,フリガナ,生年月日,性別,住所,校区,電話番号,緊急連絡先,要介護度\n\
            60000001,試験 電一,シケン デンイチ,1940-05-01,男,試験市甲6-1,甲区第1,\"093-000-0001 / 090-0000-0001\",,\n\
            60000002,試験 電二,シケン デンジ,1940-05-02,男,試験市甲6-2,甲区第1,123-4567,,\n\
            60000003,試験 電三,シケン デンゾウ,1940-05-03,男,試験市甲6-3,甲区第1,093-000-0003（長男）,,\n\
            60000004,試験 電四,シケン デンシ,1940-05-04,男,試験市甲6-4,甲区第1,なし,,\n\
            60000005,試験 電五,シケン デンゴ,1940-05-05,男,試験市甲6-5,甲区第1,,,要介護２（更新中）\n\
            60000006,試験 電六,シケン デンロク,1940-05-06,男,試験市甲6-6,甲区第1,９３－０００－０００６,,要介護5相当\n\
            60000007,試験 正常,シケン セイジョウ,1940-05-07,男,試験市甲6-7,甲区第1,093-000-0007,,\n";

        let report = import_text(&test, ImportKind::Persons, list).await;
        let again = import_text(&test, ImportKind::Persons, list).await;

        assert_eq!((counts(&report), counts(&again)), ((7, 0, 0), (0, 7, 0)), "{}", report.to_text(Lang::Ja));
        for (line, column) in [(2, "電話番号"), (3, "電話番号"), (4, "電話番号"), (5, "電話番号"), (6, "要介護度"), (7, "要介護度")] {
            assert!(warned(&report, line, column), "{line}: {}", report.to_text(Lang::Ja));
        }
        for (name, phone, note) in [
            ("試験電一", "093-000-0001", "090-0000-0001"),
            ("試験電二", "", "123-4567"),
            ("試験電三", "093-000-0003", "長男"),
            ("試験電四", "", ""),
            ("試験電六", "093-000-0006", "要介護5相当"),
            ("試験正常", "093-000-0007", ""),
        ] {
            let found = named(&test, name).await;
            assert_eq!((found.phone.as_str(), found.note.contains(note)), (phone, true), "{name}: {}", found.note);
        }
        let five = named(&test, "試験電五").await;
        assert_eq!((five.care_level.as_str(), five.note.contains("更新中")), ("care_2", true));
        assert_eq!(named(&test, "試験電六").await.care_level, "");
    }

    async fn a_cell_that_can_be_read_later_leaves_the_note(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "宛名番号,氏名,校区,電話番号,備考\n70000001,試験 後,甲区第1,123-4567,犬がいる\n";
        import_text(&test, ImportKind::Persons, list).await;

        import_text(&test, ImportKind::Persons, &list.replace("123-4567", "093-123-4567")).await;

        let found = named(&test, "試験後").await;
        assert_eq!((found.phone.as_str(), found.note.as_str()), ("093-123-4567", "犬がいる"));
    }

    async fn readings_are_repaired_or_left_out(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "宛名番号,氏名,フリガナ,生年月日,性別,住所,校区\n\
            70000001,TRIAL MARIA,TRIAL MARIA,1980-01-01,女,試験市甲7-1,甲区第1\n\
            70000002,試験 ローラ,シケン ロ－ラ,1981-01-01,女,試験市甲7-2,甲区第1\n\
            70000003,試験 花,ｼｹﾝ ﾊﾅ,1982-01-01,女,試験市甲7-3,甲区第1\n\
            70000004,試験 みち,しけん　みち,1983-01-01,女,試験市甲7-4,甲区第1\n\
            70000005,試験 マリー,シケン マリ-,1984-01-01,女,試験市甲7-5,甲区第1\n\
            70000006,試験 なし,不明,1985-01-01,女,試験市甲7-6,甲区第1\n";

        let report = import_text(&test, ImportKind::Persons, list).await;

        assert_eq!(counts(&report), (6, 0, 0), "{}", report.to_text(Lang::Ja));
        for line in [2, 3, 6, 7] {
            assert!(warned(&report, line, "フリガナ"), "{line}: {}", report.to_text(Lang::Ja));
        }
        for (name, kana) in [("TRIALMARIA", ""), ("試験ローラ", "シケン ローラ"), ("試験花", "シケン ハナ"), ("試験マリー", "シケン マリー"), ("試験なし", "")] {
            assert_eq!(named(&test, name).await.kana(), kana, "{name}");
        }
        let ctx = test.acting(test.staff("担当", "coordinator", test.city).await).await;
        let mut read = ctx.read().await.unwrap();
        let found = person::search(&ctx, &mut read, "ろーら", 10).await.unwrap();
        assert_eq!(found.len(), 1);
    }

    async fn births_are_read_as_people_write_them(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "宛名番号,氏名,生年月日,校区\n\
            80000001,試験 一,昭和15年4月1日生,甲区第1\n\
            80000002,試験 二,昭和15年以下不詳,甲区第1\n\
            80000003,試験 三,昭和15年4月日不詳,甲区第1\n\
            80000004,試験 四,3-150401,甲区第1\n\
            80000005,試験 五,昭和元年12月25日,甲区第1\n\
            80000006,試験 六,昭和64年2月1日,甲区第1\n\
            80000007,試験 七,昭１５・４・１,甲区第1\n\
            80000008,試験 八,昭和70年1月1日,甲区第1\n\
            80000009,試験 九,大正15.12.25,甲区第1\n\
            80000010,試験 十,S.15.4.1,甲区第1\n";

        let report = import_text(&test, ImportKind::Persons, list).await;

        assert_eq!(counts(&report), (10, 0, 0), "{}", report.to_text(Lang::Ja));
        for (name, on, warns) in [
            ("一", "1940-04-01", false), ("二", "", true), ("三", "", true), ("四", "1940-04-01", false),
            ("五", "1926-12-25", false), ("六", "1989-02-01", true), ("七", "1940-04-01", false), ("八", "", true),
            ("九", "1926-12-25", false), ("十", "1940-04-01", false),
        ] {
            let found = named(&test, &format!("試験{name}")).await;
            assert_eq!(found.birth_on.map(|on| on.to_string()).unwrap_or_default(), on, "{name}");
            let line = 2 + ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"].iter().position(|n| *n == name).unwrap();
            assert_eq!(warned(&report, line, "生年月日"), warns, "{name}: {}", report.to_text(Lang::Ja));
        }
        assert!(named(&test, "試験二").await.note.contains("昭和15年以下不詳"));
    }

    async fn lost_characters_never_become_a_name(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "宛名番号,氏名,フリガナ,生年月日,校区,住所\n\
            50000011,\u{FFFD}田 外一,ソトダ ガイイチ,1942-01-01,甲区第1,\n\
            50000012,?田 外二,ソトダ ガイジ,1942-01-02,甲区第1,\n\
            50000013,〓橋 外三,タカハシ ガイゾウ,1942-01-03,甲区第1,\n\
            50000014,\u{E000}田 外四,ソトダ ガイシ,1942-01-04,甲区第1,試験市\u{E001}町5-4\n\
            50000015,ç”° 外五,タナカ ガイゴ,1942-01-05,甲区第1,\n";

        let report = import_text(&test, ImportKind::Persons, list).await;
        let mut bytes = sasae_sheet::write_csv(&[vec!["宛名番号", "氏名", "生年月日", "校区"]], sasae_sheet::CsvEncoding::Cp932).unwrap();
        bytes.extend(b"50000001,\xF0\x40\x93\x63 \x8A\x4F\x8E\x9A,1942-01-01,\x8D\x62\x8B\xE6\x91\xE6\x31\r\n");
        let gaiji = import(&test, ImportKind::Persons, "gaiji.csv", &bytes, &Options::default()).await.report;

        assert_eq!(counts(&report), (1, 0, 4), "{}", report.to_text(Lang::Ja));
        let refused: Vec<usize> = report.refused.iter().map(|cell| cell.line).collect();
        assert_eq!(refused, [2, 3, 4, 6]);
        assert!(report.refused.iter().all(|cell| cell.column == "氏名" && cell.reason_ja.contains("文字化け")));
        assert!(warned(&report, 5, "U+E000") && warned(&report, 5, "U+E001"), "{}", report.to_text(Lang::Ja));
        assert_eq!(counts(&gaiji), (1, 0, 0), "{}", gaiji.to_text(Lang::Ja));
        assert!(warned(&gaiji, 2, "U+E000"), "{}", gaiji.to_text(Lang::Ja));
    }

    async fn a_day_of_moving_out_and_of_death_is_read(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "宛名番号,氏名,生年月日,校区,転出日,死亡日\n\
            A0001,転出 花子,S10.1.1,甲区第1,R6.2.1,\n\
            A0002,死亡 太郎,S10.1.1,甲区第1,,R6.3.1\n\
            A0003,在住 次郎,S10.1.1,甲区第1,未定,\n";

        let report = import_text(&test, ImportKind::Persons, list).await;
        let again = import_text(&test, ImportKind::Persons, list).await;

        assert_eq!((counts(&report), counts(&again)), ((3, 0, 0), (0, 3, 0)), "{}", report.to_text(Lang::Ja));
        let day = |on: Option<jiff::civil::Date>| on.map(|on| on.to_string()).unwrap_or_default();
        assert_eq!(day(named(&test, "転出花子").await.moved_out_on), "2024-02-01");
        assert_eq!(day(named(&test, "死亡太郎").await.died_on), "2024-03-01");
        assert!(warned(&report, 4, "転出日") && !named(&test, "在住次郎").await.left());
    }

    async fn ditto_marks_say_what_the_line_above_says(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "校区,氏名,生年月日,住所,備考\n\
            甲区第1,甲野 太郎,S23.1.5,試験市甲1-1,独居\n\
            甲区第1,〃 花子,S25.1.5,〃,〃\n\
            〃,々 二郎,S51.1.5,同上,同上\n";

        let report = import_text(&test, ImportKind::Persons, list).await;

        assert_eq!(counts(&report), (3, 0, 0), "{}", report.to_text(Lang::Ja));
        assert!(warned(&report, 3, "同上") && warned(&report, 4, "同上"));
        let found = named(&test, "甲野花子").await;
        assert_eq!((found.address.as_str(), found.note.as_str()), ("試験市甲1-1", "独居"));
        assert_eq!(named(&test, "甲野二郎").await.area_id, test.districts[0]);
    }
}
