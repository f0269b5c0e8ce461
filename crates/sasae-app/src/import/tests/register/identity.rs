//! Who a row is.

use super::*;

both_engines! {
    migrations = MIGRATIONS;

    async fn one_blank_number_concerns_its_row_alone(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let head = "宛名番号,世帯番号,氏名,フリガナ,生年月日,性別,住所,校区\n";
        let rows = "10000001,501,試験 一郎,シケン イチロウ,1940-01-11,男,試験市甲1-1,甲区第1\n\
            10000002,502,試験 二葉,シケン フタバ,1941-02-12,女,試験市甲1-2,甲区第1\n\
            10000005,505,試験 五月,シケン サツキ,1944-05-15,女,試験市甲1-5,甲区第1\n";
        import_text(&test, ImportKind::Persons, &format!("{head}{rows}")).await;

        let blank = rows.replace("10000005,505", ",505").replace("甲1-2", "甲9-2");
        let stranger = ",,丙野 新一,ヘイノ シンイチ,1937-03-03,男,試験市甲1-3,甲区第1\n";
        let report = import_text(&test, ImportKind::Persons, &format!("{head}{blank}{stranger}")).await;
        let again = import_text(&test, ImportKind::Persons, &format!("{head}{blank}{stranger}")).await;

        assert_eq!(counts(&report), (2, 2, 0), "{}", report.to_text(Lang::Ja));
        assert!(warned(&report, 4, "同じ人") && warned(&report, 5, "番号が空欄"), "{}", report.to_text(Lang::Ja));
        assert_eq!(counts(&again), (0, 4, 0), "{}", again.to_text(Lang::Ja));
        assert_eq!(persons(&test).await, 4);
    }

    async fn leading_zeros_that_a_spreadsheet_took_off_are_recognised(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let whole = "宛名番号,世帯番号,氏名,フリガナ,生年月日,性別,住所,校区\n\
            00100001,0501,試験 一郎,シケン イチロウ,1940-01-11,男,試験市甲1-1,甲区第1\n\
            00100002,0502,試験 二葉,シケン フタバ,1941-02-12,女,試験市甲1-2,甲区第1\n\
            00100003,0501,試験 三代,シケン ミヨ,1942-03-13,女,試験市甲1-1,甲区第1\n";
        let lost = whole.replace("\n00", "\n").replace(",050", ",50").replace("1940-01-11", "1940/1/11")
            + "100004,503,試験 四郎,シケン シロウ,1943-04-14,男,試験市甲1-4,甲区第1\n";
        import_text(&test, ImportKind::Persons, whole).await;
        let before = home(&test, "試験一郎").await;

        let report = import_text(&test, ImportKind::Persons, &lost).await;
        let whole = whole.to_owned() + "00100004,0503,試験 四郎,シケン シロウ,1943-04-14,男,試験市甲1-4,甲区第1\n";
        let back = import_text(&test, ImportKind::Persons, &whole).await;

        assert_eq!(counts(&report), (1, 3, 0), "{}", report.to_text(Lang::Ja));
        assert!(warned(&report, 2, "先頭の 0"), "{}", report.to_text(Lang::Ja));
        assert_eq!((counts(&back), persons(&test).await), ((0, 4, 0), 4), "{}", back.to_text(Lang::Ja));
        assert_eq!(home(&test, "試験一郎").await, before);
    }

    async fn another_file_name_changes_nothing(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "宛名番号,氏名,フリガナ,生年月日,性別,住所,校区\n\
            90000001,試験 名一,シケン ナイチ,1941-09-01,男,試験市甲9-1,甲区第1\n\
            90000002,試験 名二,シケン ナジ,1941-09-02,男,試験市甲9-2,甲区第1\n";

        let mut seen = Vec::new();
        for name in ["台帳.csv", "台帳 - コピー.csv", "台帳_最新.csv"] {
            seen.push(counts(&import(&test, ImportKind::Persons, name, list.as_bytes(), &Options::default()).await.report));
        }

        assert_eq!(seen, [(2, 0, 0), (0, 2, 0), (0, 2, 0)]);
        assert_eq!(persons(&test).await, 2);
    }

    async fn a_running_number_tells_nobody_apart(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        for (heading, numbers, [taro, hanako, new], year) in [
            ("番号", ["1", "2", "3"], ["甲野 太郎", "乙野 花子", "丙野 新一"], 10),
            ("整理番号", ["001", "002", "003"], ["春野 一", "夏野 二", "秋野 三"], 20),
        ] {
            let row = |number: &str, name: &str| {
                let at = name.chars().next().map_or(0, |c| c as u32 % 97);
                format!("{number},{name},S{year}.1.{},試験市甲{at}-1,甲区第1\n", 1 + at % 28)
            };
            let [one, two, three] = numbers;
            let head = format!("{heading},氏名,生年月日,住所,校区\n");
            let key = taro.replace(' ', "");
            import_text(&test, ImportKind::Persons, &format!("{head}{}{}", row(one, taro), row(two, hanako))).await;
            let before = named(&test, &key).await;

            let newer = format!("{head}{}{}{}", row(one, new), row(two, taro), row(three, hanako));
            let report = import_text(&test, ImportKind::Persons, &newer).await;

            assert_eq!(counts(&report), (1, 2, 0), "{}", report.to_text(Lang::Ja));
            assert_eq!(named(&test, &key).await.id, before.id);
            assert!(report.to_text(Lang::Ja).contains("人の番号として使いません"));
        }
    }

    async fn a_number_under_which_name_and_birth_date_are_others_is_refused(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let head = "宛名番号,氏名,フリガナ,生年月日,校区,電話番号\n";
        import_text(&test, ImportKind::Persons, &format!("{head}1001,甲野 太郎,コウノ タロウ,S10.1.1,甲区第1,\n1002,乙野 花子,オツノ ハナコ,S11.2.2,甲区第1,\n")).await;

        let other = format!("{head}1001,丙野 新一,ヘイノ シンイチ,S12.3.3,甲区第1,0930000001\n1002,丁野 花子,テイノ ハナコ,S11.2.2,甲区第1,\n");
        let report = import_text(&test, ImportKind::Persons, &other).await;

        assert_eq!(counts(&report), (1, 0, 1), "{}", report.to_text(Lang::Ja));
        assert_eq!((report.refused[0].line, report.refused[0].column.as_str()), (2, "宛名番号"));
        assert_eq!(named(&test, "甲野太郎").await.phone, "");
        assert_eq!(named(&test, "丁野花子").await.family_kana, "テイノ", "a new family name is no other person");
    }

    async fn without_a_number_the_very_same_is_the_same_and_the_likely_same_is_asked_about(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let head = "氏名,フリガナ,生年月日,性別,住所,校区\n";
        let one = "試験 無一,シケン ムイチ,1941-10-01,男,試験市甲10-1,甲区第1\n";
        import_text(&test, ImportKind::Persons, &format!("{head}{one}")).await;

        let spelt = import_text(&test, ImportKind::Persons, &format!("{head}{}", one.replace("甲10-1", "甲10番1号"))).await;
        let one = one.replace("甲10-1", "甲20-2");
        let moved = import_text(&test, ImportKind::Persons, &format!("{head}{one}")).await;
        let slip = one.replace("1941-10-01", "1941-10-11").replace("無一", "无一").replace("甲20-2", "甲11-1");
        let asked = import_text(&test, ImportKind::Persons, &format!("{head}{slip}")).await;
        let namesake = one.replace("1941-10-01", "1972-03-05").replace("甲20-2", "甲12-1");
        let two = import_text(&test, ImportKind::Persons, &format!("{head}{namesake}")).await;
        let options = Options { new_persons: true, ..Options::default() };
        let taken = import(&test, ImportKind::Persons, "x.csv", format!("{head}{slip}").as_bytes(), &options).await.report;

        assert_eq!(counts(&spelt), (1, 0, 0), "{}", spelt.to_text(Lang::Ja));
        assert_eq!(counts(&moved), (1, 0, 0), "{}", moved.to_text(Lang::Ja));
        assert!(warned(&moved, 2, "同じ人"), "{}", moved.to_text(Lang::Ja));
        assert_eq!(counts(&asked), (0, 0, 1), "{}", asked.to_text(Lang::Ja));
        assert!(asked.refused[0].reason_ja.contains("--new-persons"));
        assert_eq!(counts(&two), (1, 0, 0), "two people of one name stay two: {}", two.to_text(Lang::Ja));
        assert_eq!((counts(&taken), persons(&test).await), ((1, 0, 0), 3), "{}", taken.to_text(Lang::Ja));
    }

    async fn members_of_one_family_are_not_asked_about(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let head = "氏名,フリガナ,生年月日,住所,校区,電話番号\n";
        import_text(&test, ImportKind::Persons, &format!("{head}家 一郎,イエ イチロウ,1940-01-01,試験市甲1-1,甲区第1,0930000001\n")).await;

        let report = import_text(&test, ImportKind::Persons, &format!("{head}家 花,イエ ハナ,1942-05-05,試験市甲1-1,甲区第1,0930000001\n")).await;

        assert_eq!(counts(&report), (1, 0, 0), "{}", report.to_text(Lang::Ja));
    }

    async fn somebody_registered_by_hand_is_found_by_the_first_register(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.city).await).await;
        let mut work = ctx.begin().await.unwrap();
        let form = PersonForm {
            family: "手".to_owned(), given: "書".to_owned(), family_kana: "テ".to_owned(), given_kana: "ショ".to_owned(),
            birth: "1940-01-01".to_owned(), area: test.districts[0].to_string(), note: "勝手口から".to_owned(), ..PersonForm::default()
        };
        let id = person::register(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();

        let list = "宛名番号,世帯番号,氏名,フリガナ,生年月日,住所,校区\n00000001,77,手 書,テ ショ,1940-01-01,試験市甲1-1,甲区第1\n";
        let report = import_text(&test, ImportKind::Persons, list).await;
        let again = import_text(&test, ImportKind::Persons, list).await;

        assert_eq!((counts(&report), counts(&again)), ((1, 0, 0), (0, 1, 0)), "{}", report.to_text(Lang::Ja));
        let found = named(&test, "手書").await;
        assert_eq!((found.id, found.address.as_str(), found.note.as_str()), (id, "試験市甲1-1", "勝手口から"));
        assert_eq!(home(&test, "手書").await.0, "試験市甲1-1");
    }

    async fn the_insured_number_of_the_care_insurance_is_a_number(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "被保険者番号,被保険者氏名,被保険者氏名カナ,生年月日,要介護状態区分,住所,校区\n\
            0000100001,認定 一子,ニンテイ カズコ,昭和10年4月1日,要介護３,試験市甲1-1,甲区第1\n";
        import_text(&test, ImportKind::Persons, list).await;

        let report = import_text(&test, ImportKind::Persons, &list.replace("０", "0").replace("要介護３", "要介護４").replace("0000100001", "100001")).await;

        assert_eq!(counts(&report), (1, 0, 0), "{}", report.to_text(Lang::Ja));
        assert_eq!(named(&test, "認定一子").await.care_level, "care_4");
    }
}
