//! Where the persons of a list live.

use super::*;

const TOWNS: &str = "市区町村コード,町字ID,大字・町名,丁目名\n\
    401005,0001000,大字みどり,\n\
    401005,0002001,あさひ町,一丁目\n\
    401005,0002002,あさひ町,二丁目\n\
    401005,0003000,字小島,\n";
const DISTRICTS: &str =
    "コード,校区名,上位区域名,町名\n41,みどり校区,甲区,大字みどり\n42,あさひ校区,乙区,あさひ町一丁目\n";

async fn area_name(test: &TestApp, name: &str) -> String {
    named(test, name).await.area_name
}

both_engines! {
    migrations = MIGRATIONS;

    async fn who_cannot_be_placed_in_a_district_is_reported(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "宛名番号,氏名,住所\n\
            96000001,試験 市一,試験市あさひ町1-2-3\n\
            96000002,試験 市二,あさひ町1-2-3\n\
            96000003,試験 市三,試験市甲区あさひ町1-2-3\n";

        let report = import_text(&test, ImportKind::Persons, list).await;
        let by_ward = import_text(&test, ImportKind::Persons, "氏名,行政区\n試験 区,甲区\n").await;
        let options = Options { area: "甲区第2".to_owned(), ..Options::default() };
        let told = import(&test, ImportKind::Persons, "x.csv", list.as_bytes(), &options).await.report;

        assert_eq!((counts(&report), counts(&by_ward)), ((0, 0, 3), (0, 0, 1)), "{}", report.to_text(Lang::Ja));
        assert!(report.refused.iter().all(|cell| cell.column == "住所"));
        assert_eq!((counts(&told), area_name(&test, "試験市一").await.as_str()), ((3, 0, 0), "甲区第2"));
    }

    async fn towns_are_found_by_their_whole_names_from_the_front_of_an_address(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let options = Options { municipality: TENANT.to_owned(), ..Options::default() };
        import(&test, ImportKind::Towns, "towns.csv", TOWNS.as_bytes(), &options).await;
        import_text(&test, ImportKind::Areas, DISTRICTS).await;
        let list = "宛名番号,氏名,住所\n\
            95000001,試験 住一,試験市あさひ町1丁目2番3号コーポみどり201\n\
            95000002,試験 住二,試験市あさひ町一丁目2-3\n\
            95000003,試験 住三,試験市みどり123\n\
            95000004,試験 住四,あさひ町１－２－３\n\
            95000005,試験 住五,試験市大字みどり字中123番地\n\
            95000006,試験 住六,試験市あさひ町二丁目5-5\n\
            95000007,試験 住七,試験市みどり台1-2\n\
            95000008,試験 住八,静岡県静岡市清水区あさひ町1-6-8\n\
            95000009,試験 住九,福岡県試験市乙区あさひ町1-2-3\n\
            95000010,試験 住十,試験市甲区あさひ町1-2-3\n";

        let report = import_text(&test, ImportKind::Persons, list).await;

        assert_eq!(counts(&report), (6, 0, 4), "{}", report.to_text(Lang::Ja));
        let refused: Vec<usize> = report.refused.iter().map(|cell| cell.line).collect();
        assert_eq!(refused, [7, 8, 9, 11]);
        assert!(report.refused[2].reason_ja.contains("ほかの市区町村"));
        for (name, area) in [("一", "あさひ校区"), ("二", "あさひ校区"), ("三", "みどり校区"), ("四", "あさひ校区"), ("五", "みどり校区"), ("九", "あさひ校区")] {
            assert_eq!(area_name(&test, &format!("試験住{name}")).await, area, "{name}");
        }
    }

    async fn without_towns_a_district_of_that_whole_name_in_the_ward_is_taken(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        import_text(&test, ImportKind::Areas, "コード,校区名,上位区域名\n41,足原小学校区,甲区\n42,清水,乙区\n43,中央,乙区\n").await;
        let list = "氏名,生年月日,住所,校区\n\
            足原 一,S10.1.1,試験市甲区足原1-1-1,\n\
            建物 太郎,S10.1.1,試験市甲区守恒本町1丁目2-3 清水ハイツ201,\n\
            中央 太郎,S10.1.3,試験市甲区中央2-1-1,\n\
            校区 花子,S10.1.4,試験市甲区1-1,足原校区\n";

        let report = import_text(&test, ImportKind::Persons, list).await;

        assert_eq!(counts(&report), (2, 0, 2), "{}", report.to_text(Lang::Ja));
        assert_eq!(area_name(&test, "足原一").await, "足原小学校区");
        assert_eq!(area_name(&test, "校区花子").await, "足原小学校区");
    }
}
