use sasae_sheet::Lang;
use sasae_test::{TestDb, both_engines};

use super::{counts, encodings, import, import_text};
use crate::import::{ImportKind, Options};
use crate::migrations::MIGRATIONS;
use crate::staff::store;
use crate::testing::TestApp;

const REAL: &[(&str, &[u8], usize)] = &[
    (
        "regional_comprehensive_support_center.csv",
        include_bytes!("../../../tests/data/takamatsu_regional_comprehensive_support_center.csv"),
        7,
    ),
    ("community_center.csv", include_bytes!("../../../tests/data/takamatsu_community_center.csv"), 52),
    ("elderly_welfare_facility.csv", include_bytes!("../../../tests/data/takamatsu_elderly_welfare_facility.csv"), 46),
    ("elderly_welfare_center.csv", include_bytes!("../../../tests/data/takamatsu_elderly_welfare_center.csv"), 2),
    ("citizen_activity_facility.csv", include_bytes!("../../../tests/data/takamatsu_citizen_activity_facility.csv"), 4),
];

both_engines! {
    migrations = MIGRATIONS;

    async fn real_lists_of_a_city_become_organisations_with_places_and_hours(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        for (name, bytes, rows) in REAL {
            let first = import(&test, ImportKind::Organisations, name, bytes, &Options::default()).await.report;
            let second = import(&test, ImportKind::Organisations, name, bytes, &Options::default()).await.report;

            assert_eq!(counts(&first), (*rows, 0, 0), "{}", first.to_text(Lang::Ja));
            assert_eq!(counts(&second), (0, *rows, 0), "{}", second.to_text(Lang::Ja));
        }
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();

        let bases = store::list_bases_of(&ctx, &mut read, test.city, (0, 500)).await.unwrap();

        let center = bases.iter().find(|base| base.name.starts_with("地域包括支援センター（高松市保健センター")).unwrap();
        assert_eq!(center.organisation_kind, "support_center");
        assert_eq!(center.phone, "087-839-2811");
        assert!(center.hours.starts_with("月火水木金 08:30〜17:00（"), "{}", center.hours);
        let home = bases.iter().find(|base| base.name.contains("シオンの丘ホーム")).unwrap();
        assert_eq!(home.organisation_kind, "care_provider");
    }

    async fn both_generations_of_the_standard_are_understood_in_any_encoding(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let old = vec![
            vec!["都道府県コード又は市区町村コード", "NO", "都道府県名", "市区町村名", "名称", "名称_カナ", "住所", "方書", "緯度", "経度", "電話番号", "利用可能曜日", "開始時間", "終了時間"],
            vec!["401005", "1", "福岡県", "試験市", "甲区市民センター", "コウクシミンセンター", "試験市甲区中央1-1", "2階", "33.88", "130.87", "093-111-2222", "月火水", "9:00", "17:00"],
        ];
        let new = vec![
            vec!["全国地方公共団体コード", "ID", "地方公共団体名", "名称", "所在地_全国地方公共団体コード", "所在地_都道府県", "所在地_市区町村", "所在地_町字", "所在地_番地以下", "建物名等(方書)", "緯度", "経度", "電話番号"],
            vec!["401005", "4010050000000123", "試験市", "乙区市民センター", "401005", "福岡県", "試験市", "乙区南", "2-3", "", "33.88", "130.87", "093-111-3333"],
        ];

        for (rows, name) in [(&old, "旧.csv"), (&new, "新.csv")] {
            for (at, bytes) in encodings(rows).iter().enumerate() {
                let report = import(&test, ImportKind::Organisations, name, bytes, &Options::default()).await.report;
                let expected = if at == 0 { (1, 0, 0) } else { (0, 1, 0) };
                assert_eq!(counts(&report), expected, "{}", report.to_text(Lang::Ja));
            }
        }

        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let first = store::list_bases_of(&ctx, &mut read, test.wards[0], (0, 10)).await.unwrap();
        let second = store::list_bases_of(&ctx, &mut read, test.wards[1], (0, 10)).await.unwrap();
        assert_eq!(first[0].address, "試験市甲区中央1-1 2階");
        assert_eq!(first[0].kind, "community_center");
        assert_eq!(second[0].address, "福岡県試験市乙区南2-3");
    }

    async fn rows_without_a_name_and_places_outside_japan_are_refused(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "名称,緯度,経度\n,33.8,130.8\nさかさま,130.8,33.8\n外国,48.85,2.35\n片方,33.8,\nよい,33.8,130.8\n不明,0,0\n";

        let report = import_text(&test, ImportKind::Organisations, list).await;

        assert_eq!(counts(&report), (2, 0, 4), "{}", report.to_text(Lang::Ja));
        let lines: Vec<usize> = report.refused.iter().map(|cell| cell.line).collect();
        assert_eq!(lines, [2, 3, 4, 5]);
    }

    async fn a_row_that_changed_changes_its_record_and_no_other(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        import_text(&test, ImportKind::Organisations, "名称,住所,電話番号\n甲の家,甲区1,093-111-2222\n乙の家,乙区1,093-111-3333\n").await;

        let report = import_text(&test, ImportKind::Organisations, "NO,名称,住所,電話番号\n1,新しい家,甲区2,\n2,甲の家,甲区1,093-111-4444\n3,乙の家,乙区1,093-111-3333\n").await;

        assert_eq!(counts(&report), (2, 1, 0), "{}", report.to_text(Lang::Ja));
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let named = store::list_organisations_named(&ctx, &mut read, "甲の家").await.unwrap();
        assert_eq!(named.len(), 1);
        let bases = store::list_bases_of(&ctx, &mut read, test.wards[0], (0, 10)).await.unwrap();
        assert!(bases.iter().any(|base| base.name == "甲の家" && base.phone == "093-111-4444"));
    }

    async fn two_rows_of_one_thing_with_other_content_are_told_apart(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;

        let report = import_text(&test, ImportKind::Organisations, "名称,住所,電話番号\n甲の家,甲区1,093-111-2222\n甲の家,甲区1,093-111-2222\n甲の家,甲区1,093-111-9999\n").await;

        assert_eq!(counts(&report), (1, 1, 1), "{}", report.to_text(Lang::Ja));
        assert!(report.refused[0].reason_ja.contains("2行目と同じ"));
    }
}
