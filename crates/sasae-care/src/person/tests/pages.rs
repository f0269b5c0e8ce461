//! The pages, as a browser uses them.

use axum::http::StatusCode;

use super::*;
use crate::audit::Look;
use crate::lang::Lang;
use crate::person::looks;

async fn coordinator(test: &TestApp) -> (Id, String) {
    let staff = test.staff("担当", "coordinator", test.wards[0]).await;
    test.account(staff, "ours").await;
    (staff, test.sign_in("ours").await)
}

const HANAKO: [(&str, &str); 5] = [
    ("family", "山田"),
    ("given", "花子"),
    ("family_kana", "ヤマダ"),
    ("given_kana", "ハナコ"),
    ("birth", "昭和15年4月1日"),
];

both_engines! {
    migrations = MIGRATIONS;

    async fn likely_duplicates_are_shown_before_saving_and_a_tick_lets_them_through(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let (staff, token) = coordinator(&test).await;
        let ctx = test.acting(staff).await;
        add(&ctx, &hanako(test.districts[0])).await;
        let area = test.districts[1].to_string();
        let mut fields = HANAKO.to_vec();
        fields.extend([("area", area.as_str()), ("back", "/consultations/new?notice=1")]);

        let warned = test.post("/persons", Some(&token), &fields).await;
        fields.push(("not_same", "yes"));
        let saved = test.post("/persons", Some(&token), &fields).await;

        assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["同じ人かもしれません", "生年月日が同じ", "浅野1丁目2番3号", "別の人です", "この人にする"] {
            assert!(warned.body.contains(words), "{words}");
        }
        assert!(warned.body.contains("value=\"ハナコ\""), "the input is kept");
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        assert!(saved.location.starts_with("/consultations/new?notice=1&person="), "{}", saved.location);
    }

    async fn a_person_page_shows_what_the_reader_may_see_and_nothing_to_others(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let (staff, token) = coordinator(&test).await;
        let ctx = test.acting(staff).await;
        let minsei = test.staff("見守 太郎", "minsei", test.districts[0]).await;
        let stranger = test.staff("乙区担当", "coordinator", test.wards[1]).await;
        test.account(minsei, "minsei").await;
        test.account(stranger, "theirs").await;
        let form = PersonForm { communication: vec!["sign_language".to_owned()], ..hanako(test.districts[0]) };
        let id = add(&ctx, &form).await;
        entrust(&ctx, id, minsei).await.unwrap();
        let path = format!("/persons/{id}");

        let ours = test.get(&path, Some(&token)).await;
        let hands = test.get(&path, Some(&test.sign_in("minsei").await)).await;
        let own = test.get("/persons", Some(&test.sign_in("minsei").await)).await;
        let theirs_token = test.sign_in("theirs").await;
        let theirs = test.get(&path, Some(&theirs_token)).await;
        let searched = test.get("/persons?q=山田", Some(&theirs_token)).await;

        assert_eq!(ours.status, StatusCode::OK);
        for words in ["山田 花子", "85歳・女性", "手話", "見守 太郎", "昭和15年4月1日", "見守りを託す"] {
            assert!(ours.body.contains(words), "{words}");
        }
        assert_eq!(hands.status, StatusCode::OK);
        assert!(hands.body.contains("見守りを託されているため見えます"));
        assert!(!hands.body.contains(&format!("{path}/edit")));
        assert!(own.body.contains("山田 花子"));
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
        assert!(!searched.body.contains("花子"));
    }

    async fn a_stale_edit_shows_both_sides_and_is_saved_at_the_second_try(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let (staff, token) = coordinator(&test).await;
        let ctx = test.acting(staff).await;
        let id = add(&ctx, &hanako(test.districts[0])).await;
        let area = test.districts[0].to_string();
        let path = format!("/persons/{id}");
        let edit = |note: &'static str, revision: &'static str| {
            let mut fields = HANAKO.to_vec();
            fields.extend([("note", note), ("_revision", revision)]);
            fields
        };
        let mut mine = edit("耳が遠い", "1");
        mine.push(("area", &area));
        let mut late = edit("犬がいる", "1");
        late.push(("area", &area));
        let mut again = edit("犬がいる。耳が遠い", "2");
        again.push(("area", &area));

        let first = test.post(&path, Some(&token), &mine).await;
        let stale = test.post(&path, Some(&token), &late).await;
        let saved = test.post(&path, Some(&token), &again).await;

        assert_eq!(first.status, StatusCode::SEE_OTHER);
        assert_eq!(stale.status, StatusCode::CONFLICT);
        for words in ["犬がいる", "耳が遠い", "違いあり", "name=\"_revision\" value=\"2\""] {
            assert!(stale.body.contains(words), "{words}");
        }
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
    }

    async fn a_stale_departure_shows_both_sides_and_is_noted_at_the_second_try(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let (staff, token) = coordinator(&test).await;
        let ctx = test.acting(staff).await;
        let id = add(&ctx, &hanako(test.districts[0])).await;
        let area = test.districts[0].to_string();
        let mut other = HANAKO.to_vec();
        other.extend([("note", "来月もどる予定"), ("_revision", "1"), ("area", &area)]);
        let leave = |revision| [("kind", "moved_out"), ("on", "令和7年6月1日"), ("_revision", revision)];
        let path = format!("/persons/{id}/leave");

        let first = test.post(&format!("/persons/{id}"), Some(&token), &other).await;
        let stale = test.post(&path, Some(&token), &leave("1")).await;
        let saved = test.post(&path, Some(&token), &leave("2")).await;

        assert_eq!(first.status, StatusCode::SEE_OTHER);
        assert_eq!(stale.status, StatusCode::CONFLICT);
        for words in ["来月もどる予定", "令和7年6月1日", "転出した", "違いあり", "name=\"_revision\" value=\"2\""] {
            assert!(stale.body.contains(words), "{words}");
        }
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
    }

    async fn each_step_has_its_page_and_its_gate(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let (staff, token) = coordinator(&test).await;
        let ctx = test.acting(staff).await;
        let officer = test.staff("区の担当", "ward_officer", test.wards[0]).await;
        test.staff("民生委員", "minsei", test.districts[0]).await;
        test.account(officer, "officer").await;
        let id = add(&ctx, &hanako(test.districts[0])).await;
        let at = |step: &str| format!("/persons/{id}/{step}");
        let officer = test.sign_in("officer").await;

        for step in ["edit", "leave", "entrust"] {
            assert_eq!(test.get(&at(step), Some(&token)).await.status, StatusCode::OK, "{step}");
        }
        assert_eq!(test.get("/persons/new", Some(&token)).await.status, StatusCode::OK);
        assert_eq!(test.get(&at("restrict"), Some(&token)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(test.get(&at("looks"), Some(&token)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(test.get(&at("restrict"), Some(&officer)).await.status, StatusCode::OK);
        let fields = [("kind", "sealed"), ("reason", "abuse"), ("reported_on", "令和7年6月1日")];
        let asked = test.post(&at("restrict"), Some(&officer), &fields).await;
        let mut whole = fields.to_vec();
        whole.push(("reported_to", "児童相談所"));
        let sealed = test.post(&at("restrict"), Some(&officer), &whole).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(sealed.status, StatusCode::SEE_OTHER);
        assert_eq!(test.get(&format!("/persons/{id}"), Some(&token)).await.status, StatusCode::NOT_FOUND);
        let page = test.get(&format!("/persons/{id}"), Some(&officer)).await;
        assert!(page.body.contains("児童相談所") && page.body.contains("閲覧が制限された記録"));
    }

    async fn who_has_looked_is_told_only_to_one_who_sees_the_person(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let (staff, token) = coordinator(&test).await;
        let officer = test.staff("区の担当", "ward_officer", test.wards[0]).await;
        let system = test.staff("システム担当", "system_officer", test.city).await;
        let elsewhere = test.staff("乙区職員", "ward_officer", test.wards[1]).await;
        for (who, login) in [(officer, "officer"), (system, "system"), (elsewhere, "elsewhere")] {
            test.account(who, login).await;
        }
        let ctx = test.acting(staff).await;
        let (open, sealed) = (add(&ctx, &hanako(test.districts[0])).await, add(&ctx, &hanako(test.districts[1])).await);
        let forged = test.app.clock().new_id();
        let officer = test.sign_in("officer").await;
        for id in [open, sealed] {
            test.get(&format!("/persons/{id}"), Some(&token)).await;
        }
        let fields = [("kind", "sealed"), ("reason", "domestic_violence")];
        let restricted = test.post(&format!("/persons/{sealed}/restrict"), Some(&officer), &fields).await;
        assert_eq!(restricted.status, StatusCode::SEE_OTHER, "{}", restricted.body);
        let looks_of = async |id: Id, api: &str, token: &str| test.get(&format!("{api}/persons/{id}/looks"), Some(token)).await;

        for id in [open, sealed] {
            let page = looks_of(id, "", &officer).await;
            let told = looks_of(id, "/api", &officer).await;
            assert_eq!((page.status, told.status), (StatusCode::OK, StatusCode::OK));
            for body in [&page.body, &told.body] {
                assert!(body.contains("人の記録で見た"), "{body}");
                assert_eq!(body.contains("閲覧の制限で書いた"), id == sealed, "{body}");
            }
        }
        // An auditor who sees figures only, and one of another ward.
        for login in ["system", "elsewhere"] {
            let token = test.sign_in(login).await;
            for id in [open, sealed, forged] {
                for api in ["", "/api"] {
                    let answer = looks_of(id, api, &token).await;
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{login} {id}");
                    assert!(!answer.body.contains("区の担当"), "{}", answer.body);
                }
            }
        }
    }

    async fn a_step_about_a_restriction_is_named_only_to_one_who_may_restrict(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let table = crate::web::router::routes(&test.app).table();
        let look = |act: &str| Look {
            seq: 1,
            at: test.app.clock().now(),
            actor: None,
            actor_label: String::new(),
            verb: "wrote".to_owned(),
            act: act.to_owned(),
        };

        for route in table.iter().filter(|route| route.path.contains("/persons/{id}/restrict")) {
            let look = look(&format!("{} {}", route.method, route.path));
            let plain = looks::words(&table, &look, false, Lang::Ja);
            assert_eq!(plain, "人の記録で書いた", "{}", route.path);
            assert_ne!(looks::words(&table, &look, true, Lang::Ja), plain, "{}", route.path);
        }
        let change = look("POST /persons/{id}");
        assert_eq!(looks::words(&table, &change, false, Lang::Ja), looks::words(&table, &change, true, Lang::Ja));
    }
}
