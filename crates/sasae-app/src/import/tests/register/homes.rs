//! Who lives with whom, and where.

use super::*;

const HEAD: &str = "宛名番号,世帯番号,氏名,フリガナ,生年月日,性別,住所,校区,続柄,電話番号\n";
const FAMILY: &str = "30000001,701,試験 夫男,シケン フオ,1970-01-01,男,試験市甲3-1,甲区第1,世帯主,0930000031\n\
    30000002,701,試験 妻子,シケン ツマコ,1972-02-02,女,試験市甲3-1,甲区第1,妻,0930000032\n\
    30000003,701,試験 子太,シケン コタ,2015-03-03,男,試験市甲3-1,甲区第1,子,\n";

fn members(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = rows.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    rows.sort();
    rows
}

async fn take(test: &TestApp, rows: &str) -> Report {
    import_text(test, ImportKind::Persons, &format!("{HEAD}{rows}")).await
}

both_engines! {
    migrations = MIGRATIONS;

    async fn one_members_new_address_is_never_carried_to_the_others(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        take(&test, FAMILY).await;
        let wife = FAMILY.lines().nth(1).unwrap();
        let moved = wife.replace("試験市甲3-1,甲区第1", "試験市乙9-9シェルター,乙区第2");
        let whole = FAMILY.replace(wife, &moved);

        // The register of all, and one of her alone.
        let report = take(&test, &whole).await;
        let again = take(&test, &whole).await;

        assert_eq!(counts(&report), (1, 2, 0), "{}", report.to_text(Lang::Ja));
        assert_eq!(counts(&again), (0, 3, 0), "{}", again.to_text(Lang::Ja));
        assert_eq!(home(&test, "試験夫男").await, ("試験市甲3-1".to_owned(), members(&[("夫男", "head"), ("子太", "child")])));
        assert_eq!(home(&test, "試験妻子").await, ("試験市乙9-9シェルター".to_owned(), members(&[("妻子", "head")])));
        assert_eq!(named(&test, "試験妻子").await.area_id, test.districts[3]);
        let back = take(&test, FAMILY).await;
        assert_eq!(home(&test, "試験妻子").await.1.len(), 3, "{}", back.to_text(Lang::Ja));
    }

    async fn a_list_of_one_member_moves_that_member_alone(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        take(&test, FAMILY).await;

        let head = FAMILY.lines().next().unwrap().replace("甲3-1", "甲7-7");
        take(&test, &format!("{head}\n")).await;

        assert_eq!(home(&test, "試験妻子").await.0, "試験市甲3-1");
        assert_eq!(home(&test, "試験夫男").await, ("試験市甲7-7".to_owned(), members(&[("夫男", "head")])));
    }

    async fn a_household_moves_where_all_of_it_move(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        take(&test, FAMILY).await;

        take(&test, &FAMILY.replace("試験市甲3-1,甲区第1", "試験市乙1-1,乙区第1")).await;

        let (address, all) = home(&test, "試験子太").await;
        assert_eq!((address.as_str(), all.len()), ("試験市乙1-1", 3));
    }

    async fn a_member_with_a_new_household_number_moves_to_it(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        take(&test, FAMILY).await;
        let child = FAMILY.lines().nth(2).unwrap();
        let own = FAMILY.replace(child, "30000003,702,試験 子太,シケン コタ,2015-03-03,男,試験市甲8-8,甲区第1,世帯主,");

        let report = take(&test, &own).await;
        let apart = home(&test, "試験子太").await;
        let left = home(&test, "試験夫男").await;
        let joined = own.replace("30000002,701", "30000002,702").replace("試験市甲3-1,甲区第1,妻", "試験市甲8-8,甲区第1,母");
        take(&test, &joined).await;

        assert_eq!(counts(&report), (1, 2, 0), "{}", report.to_text(Lang::Ja));
        assert_eq!(apart, ("試験市甲8-8".to_owned(), members(&[("子太", "head")])));
        assert_eq!(left, ("試験市甲3-1".to_owned(), members(&[("夫男", "head"), ("妻子", "spouse")])));
        assert_eq!(home(&test, "試験妻子").await, ("試験市甲8-8".to_owned(), members(&[("子太", "head"), ("妻子", "parent")])));
    }

    async fn whom_somebody_moved_by_hand_stays_while_the_list_says_the_same(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        take(&test, FAMILY).await;
        by_hand(&test, "試験妻子", |form| {
            form.household = "new".to_owned();
            form.address = "試験市甲5-5".to_owned();
        }).await;

        let report = take(&test, &FAMILY.replace("0930000032", "0930000039")).await;

        assert_eq!(report.changes.len(), 1, "{}", report.to_text(Lang::Ja));
        assert_eq!(home(&test, "試験妻子").await.1, members(&[("妻子", "head")]));
        assert_eq!(named(&test, "試験妻子").await.address, "試験市甲5-5");
    }

    async fn without_household_numbers_a_family_moves_together_or_not_at_all(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        take(&test, FAMILY).await;
        let plain = "宛名番号,氏名,生年月日,住所,校区\n\
            30000001,試験 夫男,1970-01-01,試験市甲4-4,甲区第1\n\
            30000002,試験 妻子,1972-02-02,試験市甲4-4,甲区第1\n";

        import_text(&test, ImportKind::Persons, plain).await;
        let stays = home(&test, "試験子太").await;
        let together = home(&test, "試験夫男").await;

        assert_eq!((stays.0.as_str(), stays.1.len()), ("試験市甲3-1", 1));
        assert_eq!((together.0.as_str(), together.1.len()), ("試験市甲4-4", 2));
    }
}
