use jiff::civil::date;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use crate::area::book::{Book, nearest};
use crate::area::store::{self, AreaDetail, Town};
use crate::area::{BEGINNING, TownBook};
use crate::migrations::MIGRATIONS;
use crate::tenancy::FOREVER;
use crate::testing::TestApp;

fn area(number: u128, tier: &str, code: &str, name: &str) -> AreaDetail {
    AreaDetail {
        id: Id::from_u128(number),
        tier: tier.to_owned(),
        code: code.to_owned(),
        name: name.to_owned(),
        kana: String::new(),
        households: None,
        valid_from: BEGINNING,
        valid_to: FOREVER,
    }
}

fn book() -> Book {
    let areas = vec![
        area(1, "city", "401005", "北九州市"),
        area(2, "ward", "401064", "小倉北区"),
        area(3, "ward", "401072", "小倉南区"),
        area(4, "district", "A1", "足原校区"),
        area(5, "district", "A2", "中島"),
        area(6, "district", "B1", "中島"),
    ];
    let within: Vec<(Id, Id)> = [
        (1, 1),
        (1, 2),
        (1, 3),
        (1, 4),
        (1, 5),
        (1, 6),
        (2, 2),
        (2, 4),
        (2, 5),
        (3, 3),
        (3, 6),
        (4, 4),
        (5, 5),
        (6, 6),
    ]
    .into_iter()
    .map(|(outer, inner)| (Id::from_u128(outer), Id::from_u128(inner)))
    .collect();
    Book::of(areas, &within, &[("city", 1), ("ward", 2), ("district", 3)])
}

#[test]
fn an_area_is_found_however_it_is_written() {
    let book = book();

    for (written, code) in [
        ("401064", "401064"),
        ("40106", "401064"),
        ("小倉北区", "401064"),
        ("足原", "A1"),
        ("足原小学校区", "A1"),
        ("小倉北区 中島", "A2"),
        ("小倉南区中島校区", "B1"),
        ("北九州市小倉南区　中島", "B1"),
        ("A2", "A2"),
    ] {
        let found = book.find(written, None, None);

        assert_eq!(found.map(|area| area.code.as_str()), Ok(code), "{written}");
    }
}

#[test]
fn a_name_of_two_areas_is_refused_unless_the_ward_is_known() {
    let book = book();

    let refused = book.find("中島", None, None).unwrap_err();
    let found = book.find("中島", None, Some(Id::from_u128(3))).unwrap();

    assert!(refused.ja.contains("小倉北区 中島（A2）"), "{}", refused.ja);
    assert_eq!(found.code, "B1");
}

#[test]
fn an_unknown_area_offers_the_nearest_names() {
    let refused = book().find("足腹校区", None, None).unwrap_err();

    assert!(refused.ja.contains("近いもの：足原校区"), "{}", refused.ja);
    assert!(nearest("まったくちがう名前", ["足原校区", "中島"]).is_empty());
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_town_is_found_by_name_and_inside_an_address(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut work = ctx.begin().await.unwrap();
        for (code, name) in [("0001001", "青葉一丁目"), ("0001010", "青葉十丁目"), ("0002000", "葉山町")] {
            let town = Town {
                id: ctx.new_id(), municipality: "401064".to_owned(), code: code.to_owned(), name: name.to_owned(),
                kana: String::new(), latitude: None, longitude: None, valid_from: BEGINNING, valid_to: FOREVER,
            };
            store::insert_town(&ctx, &mut work, &town).await.unwrap();
            store::insert_town_area(&ctx, &mut work, (town.id, test.districts[0]), (BEGINNING, FOREVER)).await.unwrap();
        }
        let book = TownBook::load(&ctx, &mut work, date(2025, 6, 10)).await.unwrap();
        let name = |address: &str| book.in_address(None, address).map(|town| town.name.clone());

        assert_eq!(book.by_name(None, "青葉").len(), 2);
        assert_eq!(book.by_name(Some("401064"), "青葉１丁目").len(), 1);
        assert!(book.by_name(Some("401072"), "青葉１丁目").is_empty());
        assert_eq!(name("北九州市小倉北区青葉1-2-3"), Some("青葉一丁目".to_owned()));
        assert_eq!(name("小倉北区青葉10丁目2番3号"), Some("青葉十丁目".to_owned()));
        assert_eq!(name("小倉北区若葉山町1"), None);
        assert_eq!(store::list_towns_of(&ctx, &mut work, test.districts[0]).await.unwrap().len(), 3);
    }

    async fn the_whole_municipality_has_one_area_however_often_it_is_asked_for(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut work = ctx.begin().await.unwrap();

        let top = crate::area::ensure_top(&ctx, &mut work, "401005", "北九州市").await.unwrap();

        assert_eq!(top, test.city);
    }
}
