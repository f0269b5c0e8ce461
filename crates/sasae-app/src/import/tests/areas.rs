use jiff::civil::date;
use sasae_core::clock::Clock;
use sasae_core::municipality::MunicipalityCode;
use sasae_test::{TestDb, both_engines};

use super::{book, counts, encodings, import, import_text};
use crate::access;
use crate::app::{App, Settings};
use crate::area::{self, TownBook, store};
use crate::ctx::{Actor, Ctx, Visit};
use crate::error::Error;
use crate::import::{ImportKind, Options, run};
use crate::lang::Lang;
use crate::migrations::MIGRATIONS;
use crate::person::PERSON;
use crate::person::{self, PersonForm};
use crate::tenancy;
use crate::testing::TestApp;

const MUNICIPALITIES: &[u8] = include_bytes!("../../../tests/data/localgovjp-utf8.csv");
const TOWNS: &[u8] = include_bytes!("../../../tests/data/abr_town_401064_kokurakita.csv");

/// An installation without any area.
async fn empty(db: &TestDb, profile: &str, tenant: &str, name: &str) -> Ctx {
    let clock = Clock::seeded(1, "2025-06-10T01:00:00Z".parse().unwrap());
    let profile = crate::rooms::load_profile(profile).unwrap();
    let code: MunicipalityCode = tenant.parse().unwrap();
    tenancy::set_up(&db.db, &clock, &code, (name, name), &profile, "").await.unwrap();
    let app = App::new(db.db.clone(), crate::rooms::ROOMS, clock, Settings::default()).unwrap();
    let tenant = app.tenant(tenant).await.unwrap();
    Ctx::new(app, tenant, Actor::System("test"), Visit::default())
}

both_engines! {
    migrations = MIGRATIONS;

    async fn the_tree_of_a_designated_city_comes_from_real_lists(db: TestDb) {
        let ctx = empty(&db, "kitakyushu", "401005", "北九州市").await;
        let (name, towns) = ("localgovjp-utf8.csv", "abr_town_401064_kokurakita.csv");
        let usual = Options::default();

        let first = run(&ctx, ImportKind::Areas, name, MUNICIPALITIES, &usual).await.unwrap();
        let second = run(&ctx, ImportKind::Areas, name, MUNICIPALITIES, &usual).await.unwrap();
        let town = run(&ctx, ImportKind::Areas, towns, TOWNS, &usual).await.unwrap();
        let again = run(&ctx, ImportKind::Towns, towns, TOWNS, &usual).await.unwrap();

        assert_eq!(counts(&first.report), (8, 0, 0), "{}", first.report.to_text(sasae_sheet::Lang::Ja));
        assert_eq!(counts(&second.report), (0, 8, 0));
        assert_eq!(counts(&town.report), (286, 0, 0), "{}", town.report.to_text(sasae_sheet::Lang::Ja));
        assert_eq!(counts(&again.report), (0, 286, 0));
        let mut read = ctx.read().await.unwrap();
        let book = area::Book::load(&ctx, &mut read, ctx.today()).await.unwrap();
        let ward = book.find("小倉北区", None, None).unwrap();
        assert_eq!((ward.code.as_str(), ward.kana.as_str(), ward.tier.as_str()), ("401064", "こくらきたく", "ward"));
        assert!(book.lies_within(ward.id, book.top().unwrap().id));
        let towns = TownBook::load(&ctx, &mut read, ctx.today()).await.unwrap();
        let town = towns.in_address(Some("401064"), "北九州市小倉北区青葉2-1-1").unwrap();
        assert_eq!((town.code.as_str(), town.name.as_str()), ("0001002", "青葉二丁目"));
        assert_eq!(town.valid_from, date(1947, 4, 17));
    }

    async fn a_prefecture_gets_its_municipalities_without_the_wards_of_cities(db: TestDb) {
        let ctx = empty(&db, "akita", "050008", "秋田県").await;

        let done = run(&ctx, ImportKind::Areas, "localgovjp-utf8.csv", MUNICIPALITIES, &Options::default()).await.unwrap();

        assert_eq!(counts(&done.report), (25, 0, 0), "{}", done.report.to_text(sasae_sheet::Lang::Ja));
        let mut read = ctx.read().await.unwrap();
        let municipalities = store::list_of_tier(&ctx, &mut read, "municipality").await.unwrap();
        assert_eq!(municipalities.len(), 25);
    }

    async fn districts_and_their_towns_come_from_a_list_in_any_encoding(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let towns = "市区町村コード,町字ID,大字・町名,丁目名\n401064,0001001,青葉,一丁目\n401064,0001002,青葉,二丁目\n401064,0002000,赤坂,\n";
        import_text(&test, ImportKind::Towns, towns).await;
        let rows = vec![
            vec!["校区一覧（令和7年度）", "", "", "", "", ""],
            vec!["コード", "校区名", "上位区域名", "有効開始日", "世帯数", "町名"],
            vec!["A01", "青葉校区", "甲区", "令和7年4月1日", "1,234", "青葉"],
            vec!["A02", "赤坂校区", "乙区", "2025/4/1", "567世帯", "赤坂"],
            vec!["合計", "", "", "", "1,801", ""],
        ];

        let mut all = Vec::new();
        for bytes in encodings(&rows) {
            all.push(import(&test, ImportKind::Areas, "校区.csv", &bytes, &Options::default()).await.report);
        }

        assert_eq!(counts(&all[0]), (2, 0, 0), "{}", all[0].to_text(sasae_sheet::Lang::Ja));
        assert_eq!(all[0].notes.len(), 1);
        assert_eq!(counts(&all[1]), (0, 2, 0));
        assert_eq!(counts(&all[2]), (0, 2, 0), "{}", all[2].to_text(sasae_sheet::Lang::Ja));
        let (ctx, book) = book(&test).await;
        let area = book.find("A01", None, None).unwrap();
        assert_eq!((area.name.as_str(), area.households), ("青葉校区", Some(1234)));
        assert!(book.lies_within(area.id, test.wards[0]));
        let mut read = ctx.read().await.unwrap();
        assert_eq!(store::list_towns_of(&ctx, &mut read, area.id).await.unwrap().len(), 2);
    }

    async fn a_later_first_day_ends_the_old_area_the_day_before(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("協力員", "welfare_volunteer", test.districts[0]).await;
        let list = "コード,校区名,上位区域コード,有効開始日\n11,甲区第1の新しい校区,1,2025-04-01\n";

        let first = import_text(&test, ImportKind::Areas, list).await;
        let second = import_text(&test, ImportKind::Areas, list).await;

        assert_eq!(counts(&first), (1, 0, 0), "{}", first.to_text(sasae_sheet::Lang::Ja));
        assert_eq!(counts(&second), (0, 1, 0));
        let (ctx, book) = book(&test).await;
        let anew = book.find("11", None, None).unwrap();
        assert_ne!(anew.id, test.districts[0]);
        assert!(book.lies_within(anew.id, test.wards[0]) && book.lies_within(anew.id, test.city));
        let mut read = ctx.read().await.unwrap();
        let old = store::find_area(&ctx, &mut read, test.districts[0]).await.unwrap().unwrap();
        assert_eq!(old.valid_to, date(2025, 3, 31));
        let last_year = area::Book::load(&ctx, &mut read, date(2025, 3, 31)).await.unwrap();
        assert_eq!(last_year.find("11", None, None).unwrap().id, test.districts[0]);
        drop(read);
        let acting = test.acting(staff).await;
        assert_eq!(acting.staff().unwrap().posts[0].area, anew.id, "the post goes on in the new area");
    }

    async fn a_person_of_the_old_area_stays_in_sight_of_those_in_the_new_one(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("甲区の担当", "coordinator", test.wards[0]).await;
        let form = PersonForm { family: "試験".to_owned(), area: test.districts[0].to_string(), ..PersonForm::default() };
        let ctx = test.acting(staff).await;
        let mut work = ctx.begin().await.unwrap();
        let person = person::register(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();

        import_text(&test, ImportKind::Areas, "コード,校区名,上位区域コード,有効開始日\n11,新しい校区,1,2025-04-01\n").await;

        let ctx = test.acting(staff).await;
        let mut read = ctx.read().await.unwrap();
        assert!(access::can_see(&ctx, &mut read, &PERSON, person).await.unwrap());
        let path = store::list_path(&ctx, &mut read, test.districts[0]).await.unwrap();
        let names: Vec<&str> = path.iter().map(|area| area.name.as_str()).collect();
        assert_eq!(names, ["試験市", "甲区", "新しい校区"]);
    }

    async fn a_new_cut_of_a_ward_keeps_its_districts_below_it(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let options = Options { tier: "区".to_owned(), ..Options::default() };

        let done = import(&test, ImportKind::Areas, "区.csv", "コード,名称,有効開始日\n1,新甲区,2025-04-01\n".as_bytes(), &options).await;

        assert_eq!(counts(&done.report), (1, 0, 0), "{}", done.report.to_text(sasae_sheet::Lang::Ja));
        let (_, book) = book(&test).await;
        let ward = book.find("新甲区", None, None).unwrap();
        assert!(book.lies_within(test.districts[0], ward.id) && book.lies_within(test.districts[1], ward.id));
        assert!(!book.lies_within(test.districts[2], ward.id));
    }

    async fn a_founding_day_that_is_added_later_changes_nothing_else(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        import_text(&test, ImportKind::Areas, "コード,校区名,上位区域名\n31,みどり,甲区\n").await;
        let (_, before) = book(&test).await;
        let id = before.find("31", None, None).unwrap().id;
        let staff = test.staff("甲区の担当", "coordinator", test.wards[0]).await;
        let ctx = test.acting(staff).await;
        let mut work = ctx.begin().await.unwrap();
        let form = PersonForm { family: "試験".to_owned(), area: id.to_string(), ..PersonForm::default() };
        let person = person::register(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();

        let dated = "コード,校区名,上位区域名,有効開始日,有効終了日\n31,みどり,甲区,2000-04-01,\n";
        let first = import_text(&test, ImportKind::Areas, dated).await;
        let second = import_text(&test, ImportKind::Areas, dated).await;

        assert_eq!((counts(&first), counts(&second)), ((1, 0, 0), (0, 1, 0)));
        let (_, after) = book(&test).await;
        let area = after.find("31", None, None).unwrap();
        assert_eq!((area.id, area.valid_from), (id, date(2000, 4, 1)));
        let ctx = test.acting(staff).await;
        let mut read = ctx.read().await.unwrap();
        assert!(access::can_see(&ctx, &mut read, &PERSON, person).await.unwrap());
    }

    async fn an_end_day_without_a_start_day_ends_the_area(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "コード,校区名,上位区域名,有効開始日,有効終了日\n11,甲区第1,甲区,,2025-06-09\n12,甲区第2,甲区,,2019-01-01\n";

        let first = import_text(&test, ImportKind::Areas, list).await;
        let second = import_text(&test, ImportKind::Areas, list).await;
        let later = import_text(&test, ImportKind::Areas, "コード,校区名,上位区域名,有効開始日,有効終了日\n11,甲区第1,甲区,,2025-09-30\n").await;

        assert_eq!(counts(&first), (1, 0, 1), "{}", first.to_text(sasae_sheet::Lang::Ja));
        assert_eq!(first.refused[0].column, "有効終了日");
        assert_eq!(counts(&second), (0, 1, 1));
        assert_eq!(counts(&later), (1, 0, 0));
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let area = store::find_area(&ctx, &mut read, test.districts[0]).await.unwrap().unwrap();
        assert_eq!(area.valid_to, date(2025, 9, 30), "an end that was put right");
        let path = store::list_path(&ctx, &mut read, test.districts[0]).await.unwrap();
        assert_eq!(path.len(), 3, "it lies where it lay");
    }

    async fn a_merger_leads_posts_persons_and_what_is_under_way_to_the_area_that_the_list_names(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("甲区の担当", "coordinator", test.wards[0]).await;
        let minsei = test.staff("民生", "minsei", test.districts[0]).await;
        let ctx = test.acting(staff).await;
        let mut work = ctx.begin().await.unwrap();
        let form = PersonForm { family: "試験".to_owned(), area: test.districts[0].to_string(), ..PersonForm::default() };
        let person = person::register(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
        let list = "コード,校区名,上位区域名,有効開始日,有効終了日,統合先\n\
            11,甲区第1,甲区,,2025-06-09,甲区あおば\n12,甲区第2,甲区,,2025-06-09,31\n31,甲区あおば,甲区,2025-06-10,,\n";

        let first = import_text(&test, ImportKind::Areas, list).await;
        let second = import_text(&test, ImportKind::Areas, list).await;

        assert_eq!(counts(&first), (3, 0, 0), "{}", first.to_text(sasae_sheet::Lang::Ja));
        assert_eq!(counts(&second), (0, 3, 0), "{}", second.to_text(sasae_sheet::Lang::Ja));
        let (ctx, book) = book(&test).await;
        let aoba = book.find("31", None, None).unwrap().id;
        let mut read = ctx.read().await.unwrap();
        for old in [0, 1] {
            let standing = area::find_standing(&ctx, &mut read, test.districts[old]).await.unwrap();
            assert_eq!(standing.map(|area| area.id), Some(aoba));
            assert!(crate::room::held::count_placed(&ctx, &mut read, test.districts[old]).await.unwrap().is_empty());
        }
        assert_eq!(person::find_area(&ctx, &mut read, person).await.unwrap(), Some(aoba));
        drop(read);
        assert_eq!(test.acting(minsei).await.staff().unwrap().posts[0].area, aoba);
    }

    async fn without_a_name_the_likely_successor_is_proposed_and_nothing_moves(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("甲区の担当", "coordinator", test.wards[0]).await;
        let ctx = test.acting(staff).await;
        let mut work = ctx.begin().await.unwrap();
        let form = PersonForm { family: "試験".to_owned(), area: test.districts[0].to_string(), ..PersonForm::default() };
        let person = person::register(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
        let list = "コード,校区名,上位区域名,有効開始日,有効終了日\n11,甲区第1,甲区,2020-04-01,2025-06-09\n\
            12,甲区第2,甲区,2020-04-01,2025-06-09\n31,甲区あおば,甲区,2025-06-10,\n";

        let report = import_text(&test, ImportKind::Areas, list).await;

        assert_eq!(counts(&report), (3, 0, 0), "{}", report.to_text(sasae_sheet::Lang::Ja));
        let said: Vec<_> = report.warnings.iter().filter(|warning| warning.ja.contains("「甲区あおば」と見ています")).collect();
        assert_eq!(said.len(), 2, "{}", report.to_text(sasae_sheet::Lang::Ja));
        let (ctx, book) = book(&test).await;
        let aoba = book.find("31", None, None).unwrap().id;
        let mut read = ctx.read().await.unwrap();
        let standing = area::find_standing(&ctx, &mut read, test.districts[0]).await.unwrap();
        assert_eq!(standing.map(|area| area.id), Some(aoba));
        assert_eq!(person::find_area(&ctx, &mut read, person).await.unwrap(), Some(test.districts[0]));
    }

    async fn wrong_rows_are_refused_with_line_column_and_reason(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "コード,校区名,上位区域名,有効開始日\nA1,,甲区,\nA2,みどり,甲く,\nA3,ひかり,甲区,2025-02-30\nA4,よい校区,甲区,\n";

        let report = import_text(&test, ImportKind::Areas, list).await;

        assert_eq!(counts(&report), (1, 0, 3), "{}", report.to_text(sasae_sheet::Lang::Ja));
        let lines: Vec<(usize, &str)> = report.refused.iter().map(|cell| (cell.line, cell.column.as_str())).collect();
        assert_eq!(lines, [(2, "校区名"), (3, "上位区域名"), (4, "有効開始日")]);
        assert!(report.refused[1].reason_ja.contains("近いもの：甲区"), "{}", report.refused[1].reason_ja);
    }

    async fn nothing_goes_in_where_a_row_is_refused_and_all_are_wanted(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let list = "コード,校区名,上位区域名\nA1,よい校区,甲区\nA2,だめな校区,丙区\n";
        let strict = Options { all_or_nothing: true, ..Options::default() };
        let dry = Options { dry_run: true, ..Options::default() };

        let refused = import(&test, ImportKind::Areas, "a.csv", list.as_bytes(), &strict).await;
        let tried = import(&test, ImportKind::Areas, "a.csv", list.as_bytes(), &dry).await;

        assert!(!refused.written && !tried.written);
        assert_eq!(counts(&tried.report), (1, 0, 1));
        assert!(book(&test).await.1.find("A1", None, None).is_err());
    }

    async fn a_file_that_is_no_list_says_what_is_missing(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;

        let wrong = run(&ctx, ImportKind::Areas, "x.csv", "色,形\n赤,丸\n".as_bytes(), &Options::default()).await;
        let empty = run(&ctx, ImportKind::Areas, "x.csv", b"", &Options::default()).await;
        let stranger = run(&test.public().await, ImportKind::Areas, "x.csv", b"", &Options::default()).await;

        let Err(Error::Invalid(fields)) = wrong else { panic!("a field error") };
        assert!(fields.get("file", Lang::Ja).unwrap().contains("見出し"));
        assert!(matches!(empty, Err(Error::Invalid(_))));
        assert!(matches!(stranger, Err(Error::Forbidden(_))));
    }
}
