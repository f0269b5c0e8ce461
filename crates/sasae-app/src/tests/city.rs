//! One concern through a city built from real files: 北九州市 with its wards,
//! the towns of 小倉北区, and the centres and facilities that 高松市 publishes
//! (credit in NOTICE). The register of persons is fictional, in the encoding and
//! with the dates in which such lists come.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::args;
use sasae_sheet::{CsvEncoding, Lang as SheetLang, write_csv};
use sasae_test::{TestDb, both_engines};

use super::browser::Visitor;
use super::of_rooms::{case, consultation, notice};
use crate::area;
use crate::import::{ImportKind, Options, run};
use crate::migrations::MIGRATIONS;
use crate::person;
use crate::staff::store::list_staff_named;
use crate::testing::{TENANT, TestApp};

const MUNICIPALITIES: &[u8] = include_bytes!("../../tests/data/localgovjp-utf8.csv");
const TOWNS: &[u8] = include_bytes!("../../tests/data/abr_town_401064_kokurakita.csv");
const CENTRES: &[u8] = include_bytes!("../../tests/data/takamatsu_regional_comprehensive_support_center.csv");
const COMMUNITY: &[u8] = include_bytes!("../../tests/data/takamatsu_community_center.csv");
const FACILITIES: &[u8] = include_bytes!("../../tests/data/takamatsu_elderly_welfare_facility.csv");

const CENTRE: &str = "地域包括支援センター（高松市保健センター１階）";

/// A list as an office's spreadsheet saves it.
fn cp932(rows: &[&[&str]]) -> Vec<u8> {
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.to_vec()).collect();
    write_csv(&rows, CsvEncoding::Cp932).unwrap()
}

async fn import(test: &TestApp, what: ImportKind, name: &str, bytes: &[u8], rows: usize) {
    let ctx = test.system().await;
    let report = run(&ctx, what, name, bytes, &Options::default()).await.unwrap().report;
    let counts = (report.accepted, report.unchanged, report.refused_rows());
    assert_eq!(counts, (rows, 0, 0), "{name}: {}", report.to_text(SheetLang::Ja));
}

/// The city as its files make it, with three who sign in.
async fn city(db: &TestDb) -> TestApp {
    let test = TestApp::bare(db.db.clone()).await;
    import(&test, ImportKind::Areas, "localgovjp-utf8.csv", MUNICIPALITIES, 8).await;
    import(&test, ImportKind::Areas, "abr_town_401064_kokurakita.csv", TOWNS, 286).await;
    let districts = cp932(&[
        &["校区一覧（令和7年度）", "", "", ""],
        &["コード", "校区名", "上位区域名", "町名"],
        &["K01", "青葉校区", "小倉北区", "青葉"],
        &["K02", "赤坂校区", "小倉北区", "赤坂"],
    ]);
    import(&test, ImportKind::Areas, "校区一覧.csv", &districts, 2).await;
    import(&test, ImportKind::Organisations, "regional_comprehensive_support_center.csv", CENTRES, 7).await;
    import(&test, ImportKind::Organisations, "community_center.csv", COMMUNITY, 52).await;
    import(&test, ImportKind::Organisations, "elderly_welfare_facility.csv", FACILITIES, 46).await;
    let staff = cp932(&[
        &["氏名", "フリガナ", "役職", "所属", "担当地区", "任期開始"],
        &["相田 京子", "アイダ キョウコ", "地域支援コーディネーター", "", "小倉北区", "令和7年4月1日"],
        &["包坂 勝", "ツツミザカ マサル", "地域包括支援センター職員", CENTRE, "小倉北区", "R7.4.1"],
        &["上野 見", "ウエノ ミル", "スーパーバイザー", "", "", "2025/4/1"],
    ]);
    import(&test, ImportKind::Staff, "職員.csv", &staff, 3).await;
    let persons = cp932(&[
        &["住民番号", "世帯番号", "氏名", "フリガナ", "生年月日", "性別", "住所", "続柄", "電話番号"],
        &[
            "0001",
            "S1",
            "髙﨑 ハナ",
            "タカサキ ハナ",
            "昭和12年3月4日",
            "女",
            "北九州市小倉北区青葉２丁目１－１",
            "世帯主",
            "093-555-0101",
        ],
        &["0002", "S2", "赤坂 太郎", "アカサカ タロウ", "S5.1.7", "男", "北九州市小倉北区赤坂１－２－３", "世帯主", ""],
        &[
            "0003",
            "S1",
            "髙﨑 実",
            "タカサキ ミノル",
            "大正15年12月24日",
            "男",
            "北九州市小倉北区青葉２丁目１－１",
            "夫",
            "",
        ],
    ]);
    import(&test, ImportKind::Persons, "要援護者台帳.csv", &persons, 3).await;
    for (name, login) in [("相田京子", "aida"), ("包坂勝", "tsutsumi"), ("上野見", "ueno")] {
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let found = list_staff_named(&ctx, &mut read, name).await.unwrap();
        drop(read);
        test.account(found[0].id, login).await;
    }
    test
}

/// The area of that code or name, today.
async fn area_of(test: &TestApp, name: &str) -> Id {
    let ctx = test.system().await;
    let mut read = ctx.read().await.unwrap();
    area::Book::load(&ctx, &mut read, ctx.today()).await.unwrap().find(name, None, None).unwrap().id
}

/// The area of the household in which the person of that page lives.
async fn household_area(test: &TestApp, person: &str) -> Id {
    let ctx = test.system().await;
    let mut read = ctx.read().await.unwrap();
    let id: Id = person.rsplit('/').next().unwrap().parse().unwrap();
    let home = person::store::household::find_of(&ctx, &mut read, id).await.unwrap().unwrap();
    let text = "SELECT area_id FROM household WHERE tenant = ?1 AND id = ?2";
    let found: Vec<(Id,)> = read.query_text(text, args![TENANT, home]).await.unwrap();
    found[0].0
}

/// How often each kind was done in an area in the fiscal year.
async fn figures(visitor: &Visitor<'_>, area: Id) -> Vec<(String, i64)> {
    let answer = visitor.get(&format!("/api/figures?year=2025&area={area}")).await;
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let rows = body["counts"].as_array().unwrap_or_else(|| panic!("{}", answer.body)).iter();
    rows.map(|row| (row["kind"].as_str().unwrap().to_owned(), row["count"].as_i64().unwrap())).collect()
}

fn count(figures: &[(String, i64)], kind: &str) -> i64 {
    figures.iter().filter(|(known, _)| known == kind).map(|(_, count)| count).sum()
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_concern_travels_through_a_city_built_from_real_files(db: TestDb) {
        let test = city(&db).await;
        let anyone = Visitor::anyone(&test);
        let aida = Visitor::signed_in(&test, "aida").await;
        let centre = Visitor::signed_in(&test, "tsutsumi").await;
        let ueno = Visitor::signed_in(&test, "ueno").await;

        let receipt = notice::steps::report(&anyone, "小倉北区", "新聞が4日分たまっています").await;
        let received = anyone.open(&format!("/receipt?receipt={receipt}")).await.words();
        let today = aida.open("/today").await;
        let notice = aida.open("/notices").await.row("新聞が4日分");
        let intake = notice::steps::triage(&aida, &notice).await;
        // Another form of her first kanji finds her, and so does her reading.
        let taken = consultation::steps::take(&aida, &intake, ("高崎", "髙﨑 ハナ"), "青葉校区", "足が痛く、買い物に行けていない").await;
        let opened = case::steps::open_case(&aida, &taken, "買い物に行けない").await;
        let case = opened.path().to_owned();
        case::steps::ask(&aida, &case, "organisation", CENTRE, "2025-07-10").await;
        let due = centre.open("/today").await.words();
        let asked = centre.open(&case).await.words();
        case::steps::accept(&centre, &case).await;
        case::steps::agree(&aida, &case).await;
        let contact = case::steps::contact(&centre, &case, "2025-06-10", "玄関先で話した", ("2025-06-17", "受診のようす")).await;
        let seen = aida.open(&contact).await.words();
        let closed = case::steps::close(&aida, &case, "2025-06-10", "お知らせのおかげで、落ち着きました。").await;
        let thread = aida.open(&format!("/thread/notice/{}", notice.rsplit('/').next().unwrap())).await.words();
        let finished = anyone.open(&format!("/receipt?receipt={receipt}")).await.words();

        assert!(received.contains("届"), "{received}");
        assert!(today.words().contains("新しい気づきを読む"), "{}", today.words());
        assert!(due.contains("支援の役割に返事をする"), "{due}");
        assert!(asked.contains("あなたの機関に役割が頼まれています"), "{asked}");
        assert!(seen.contains("玄関先で話した") && seen.contains("包坂 勝"), "{seen}");
        assert!(closed.words().contains("支援を終えました"), "{}", closed.words());
        for word in ["気づき", "相談受付", "支援：R7-0001", CENTRE, "引き受け", "回答を返した先", "支援の終了"] {
            assert!(thread.contains(word), "the thread lacks {word}: {thread}");
        }
        assert!(finished.contains("終") && !finished.contains("髙﨑"), "{finished}");
        assert_ne!(received, finished);
        for (area, notices, rest) in [("北九州市", 1, 1), ("小倉北区", 1, 1), ("青葉校区", 0, 1), ("赤坂校区", 0, 0), ("門司区", 0, 0)] {
            let counted = figures(&ueno, area_of(&test, area).await).await;
            let found = ["notice_received", "consultation_taken", "case_opened", "roles_agreed", "contact", "case_closed"]
                .map(|kind| count(&counted, kind));
            assert_eq!(found, [notices, rest, rest, rest, rest, rest], "{area}: {counted:?}");
        }
    }

    async fn persons_of_a_register_live_where_their_address_says(db: TestDb) {
        let test = city(&db).await;
        let aida = Visitor::signed_in(&test, "aida").await;

        let found = aida.open("/persons?q=%E3%81%9F%E3%81%8B%E3%81%95%E3%81%8D").await;
        let hana = aida.open(&found.row("髙﨑 ハナ")).await;
        let taro = aida.open(&aida.open("/persons?q=%E8%B5%A4%E5%9D%82").await.row("赤坂 太郎")).await;

        assert!(hana.words().contains("青葉校区") && hana.words().contains("髙﨑 実"), "{}", hana.words());
        assert!(taro.words().contains("赤坂校区") && !taro.words().contains("髙﨑"), "{}", taro.words());
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let born: Date = person::store::get(&ctx, &mut read, hana.id().parse().unwrap()).await.unwrap().birth_on.unwrap();
        assert_eq!(born, "1937-03-04".parse::<Date>().unwrap());
    }

    async fn the_area_of_somebody_registered_by_hand_follows_from_the_address(db: TestDb) {
        let test = city(&db).await;
        let aida = Visitor::signed_in(&test, "aida").await;
        let form = aida.open("/persons/new").await;
        let name = [("family", "試験"), ("given", "三郎"), ("area", "")];

        let unknown = aida.send_wrong(&form, "/persons", &[&name[..], &[("address", "どこか遠いところ")]].concat()).await;
        let typed = [&name[..], &[("address", "北九州市小倉北区赤坂１丁目２－３")]].concat();
        let registered = aida.send(&form, "/persons", &typed).await;
        let person = registered.path().to_owned();
        let edit = aida.open(&format!("{person}/edit")).await;
        let moved = aida.send(&edit, &person, &[("address", "小倉北区青葉二丁目1番1号")]).await;
        let household = household_area(&test, &person).await;
        let edit = aida.open(&format!("{person}/edit")).await;
        let akasaka = edit.choice("area", "赤坂校区");
        let chosen = aida.send(&edit, &person, &[("address", "小倉北区青葉一丁目1番1号"), ("area", &akasaka)]).await;

        assert!(unknown.contains("直すところがあります"), "{unknown}");
        assert!(registered.words().contains("赤坂校区"), "{}", registered.words());
        assert!(moved.words().contains("青葉校区"), "{}", moved.words());
        assert_eq!(household, area_of(&test, "青葉校区").await);
        assert!(chosen.words().contains("赤坂校区"), "{}", chosen.words());
    }
}
