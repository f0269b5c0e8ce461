use jiff::civil::date;
use sasae_sheet::Lang;
use sasae_test::{TestDb, both_engines};

use super::{counts, import, import_text};
use crate::import::{ImportKind, Options};
use crate::migrations::MIGRATIONS;
use crate::staff::store;
use crate::tenancy::FOREVER;
use crate::testing::TestApp;

const WORKBOOK: &[u8] = include_bytes!("../../../tests/data/staff.xlsx");

both_engines! {
    migrations = MIGRATIONS;

    async fn a_list_of_commissioners_becomes_staff_with_posts(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "氏名,フリガナ,役職,区名,担当地区,委嘱日,任期満了日,電話番号\n\
            山田 花子,ヤマダ ハナコ,民生委員・児童委員,甲区,甲区第1,令和4年12月1日,令和7年11月30日,093-111-2222\n\
            山田 花子,ヤマダ ハナコ,福祉協力員,,乙区第1,2025/4/1,,093-111-2222\n";

        let first = import_text(&test, ImportKind::Staff, list).await;
        let second = import_text(&test, ImportKind::Staff, list).await;

        assert_eq!(counts(&first), (2, 0, 0), "{}", first.to_text(Lang::Ja));
        assert_eq!(counts(&second), (0, 2, 0), "{}", second.to_text(Lang::Ja));
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let named = store::list_staff_named(&ctx, &mut read, "山田花子").await.unwrap();
        assert_eq!(named.len(), 1, "one person with two posts");
        let posts = store::list_posts_of(&ctx, &mut read, named[0].id).await.unwrap();
        let held: Vec<_> = posts.iter().map(|p| (p.role.as_str(), p.area, p.valid_from, p.valid_to)).collect();
        assert_eq!(held, [
            ("minsei", test.districts[0], date(2022, 12, 1), date(2025, 11, 30)),
            ("welfare_volunteer", test.districts[2], date(2025, 4, 1), FOREVER),
        ]);
    }

    async fn unknown_roles_and_areas_are_refused_with_the_nearest(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "氏名,役職,担当地区,任期開始,任期終了\n\
            甲野 一,福祉協力委員,甲区第1,,\n\
            乙野 二,福祉協力員,甲区第一,,\n\
            丙野 三,福祉協力員,甲区第1,2025-04-01,2024-03-31\n\
            ,福祉協力員,甲区第1,,\n";

        let report = import_text(&test, ImportKind::Staff, list).await;

        assert_eq!(counts(&report), (0, 0, 4), "{}", report.to_text(Lang::Ja));
        assert!(report.refused[0].reason_ja.contains("近いもの：福祉協力員"), "{}", report.refused[0].reason_ja);
        assert!(report.refused[1].reason_ja.contains("甲区第1"), "{}", report.refused[1].reason_ja);
        assert_eq!(report.refused[2].column, "任期終了");
    }

    async fn a_workbook_with_a_title_and_dates_of_both_kinds_is_read(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;

        let done = import(&test, ImportKind::Staff, "staff.xlsx", WORKBOOK, &Options::default()).await;

        assert_eq!(counts(&done.report), (2, 0, 0), "{}", done.report.to_text(Lang::Ja));
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        for (name, area) in [("協力太郎", test.districts[0]), ("協力花子", test.districts[3])] {
            let named = store::list_staff_named(&ctx, &mut read, name).await.unwrap();
            let posts = store::list_posts_of(&ctx, &mut read, named[0].id).await.unwrap();
            assert_eq!((posts[0].area, posts[0].valid_from), (area, date(2024, 4, 1)), "{name}");
        }
    }

    async fn two_people_of_one_name_with_two_telephones_stay_two(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "氏名,フリガナ,役職,担当地区,委嘱日,電話番号\n\
            田中 和子,タナカ カズコ,minsei,甲区第1,2024-12-01,0930000041\n\
            田中 和子,タナカ カズコ,minsei,乙区第2,2024-12-01,0930000042\n";

        let first = import_text(&test, ImportKind::Staff, list).await;
        let again = import_text(&test, ImportKind::Staff, list).await;
        let third = import_text(&test, ImportKind::Staff, "氏名,フリガナ,役職,担当地区,委嘱日,電話番号\n\
            佐藤 一,サトウ ハジメ,minsei,甲区第1,2024-12-01,0930000051\n").await;
        let other = import_text(&test, ImportKind::Staff, "氏名,フリガナ,役職,担当地区,委嘱日,電話番号\n\
            佐藤 一,サトウ ハジメ,minsei,乙区第1,2024-12-01,0930000052\n").await;

        assert_eq!((counts(&first), counts(&again)), ((2, 0, 0), (0, 2, 0)), "{}", again.to_text(Lang::Ja));
        assert_eq!((counts(&third), counts(&other)), ((1, 0, 0), (1, 0, 0)));
        for report in [&first, &other] {
            assert!(report.warnings.iter().any(|warning| warning.ja.contains("別の人として登録しました")));
        }
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        for (name, count) in [("田中和子", 2), ("佐藤一", 2)] {
            let named = store::list_staff_named(&ctx, &mut read, name).await.unwrap();
            assert_eq!(named.len(), count, "{name}");
            for one in named {
                assert_eq!(store::list_posts_of(&ctx, &mut read, one.id).await.unwrap().len(), 1);
            }
        }
    }

    async fn a_longer_term_in_a_newer_list_lengthens_the_post(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = |to: &str| format!("氏名,担当地区,任期開始,任期終了\n山田 花子,甲区第1,2022-12-01,{to}\n");
        let options = Options { role: "民生委員".to_owned(), ..Options::default() };
        import(&test, ImportKind::Staff, "a.csv", list("2025-11-30").as_bytes(), &options).await;

        let newer = import(&test, ImportKind::Staff, "b.csv", list("2028-11-30").as_bytes(), &options).await;

        assert_eq!(counts(&newer.report), (1, 0, 0));
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let named = store::list_staff_named(&ctx, &mut read, "山田花子").await.unwrap();
        let posts = store::list_posts_of(&ctx, &mut read, named[0].id).await.unwrap();
        assert_eq!(posts.len(), 1);
        assert_eq!(posts[0].valid_to, date(2028, 11, 30));
    }
}
