//! Who may see, add and erase files: as with the record, and no more.

use axum::http::StatusCode;
use sasae_test::{TestDb, both_engines};

use super::{CREW, Town, picture};
use crate::migrations::MIGRATIONS;
use crate::testing::PNG;

const KINDS: [&str; 4] = ["notice", "consultation", "case", "person"];

/// What each of the crew gets: page of the files, a file that `lead` added, adding another.
async fn matrix(town: &Town) -> Vec<String> {
    let mut lines = Vec::new();
    for kind in KINDS {
        let file = town.add("lead", kind, ("書類.png", PNG)).await;
        for (login, ..) in CREW {
            let page = town.test.get(&town.files_of(kind), town.token(login)).await.status.as_u16();
            let seen = town.open(login, file).await.status.as_u16();
            let call = town.test.get(&format!("/api/files/{file}"), town.token(login)).await.status.as_u16();
            assert_eq!(seen, call, "the page and the API say the same to {login} of {kind}");
            let added = town.send(login, kind, ("もう一つ.png", &picture(7))).await.status.as_u16();
            let asked = town.test.get(&format!("/files/{file}/erase"), town.token(login)).await.status.as_u16();
            lines.push(format!("{kind} {login}: {page} {seen} {added} {asked}"));
        }
    }
    lines
}

both_engines! {
    migrations = MIGRATIONS;

    async fn files_are_as_restricted_as_their_record_for_every_role(db: TestDb) {
        let town = Town::new(db.db.clone()).await;

        let lines = matrix(&town).await;

        let nothing = |kind: &str, login: &str| format!("{kind} {login}: 404 404 404 404");
        let mut wanted = Vec::new();
        for kind in KINDS {
            for (login, ..) in CREW {
                wanted.push(match (kind, login) {
                    // The reporter adds, and sees nothing that others added.
                    ("notice", "minsei") => format!("{kind} {login}: 200 404 303 404"),
                    // To supervise is to see; to change is for those who work on it.
                    ("consultation" | "case", "supervisor") => format!("{kind} {login}: 200 200 403 403"),
                    (_, "lead" | "mate" | "officer" | "supervisor") => format!("{kind} {login}: 200 200 303 200"),
                    _ => nothing(kind, login),
                });
            }
        }
        assert_eq!(lines, wanted);
    }

    async fn a_sealed_person_takes_the_files_of_every_record_about_them_out_of_sight(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let mut files = Vec::new();
        for kind in ["consultation", "case", "person"] {
            files.push((kind, town.add("mate", kind, ("書類.png", PNG)).await));
        }

        town.restrict("sealed", None).await;

        for (kind, file) in files {
            // Not even one's own: the record is out of sight.
            assert_eq!(town.open("mate", file).await.status, StatusCode::NOT_FOUND, "{kind}");
            assert_eq!(town.send("mate", kind, ("a.png", PNG)).await.status, StatusCode::NOT_FOUND, "{kind}");
            assert_eq!(town.erase("mate", file, "まちがい").await.status, StatusCode::NOT_FOUND, "{kind}");
            assert_eq!(town.open("officer", file).await.status, StatusCode::OK, "{kind}");
            // Who leads the case sees it, and the consultation that it came from, as before.
            assert_eq!(town.open("lead", file).await.status, StatusCode::OK, "{kind}");
        }
    }

    async fn one_who_is_barred_finds_no_file_and_no_sign_of_one(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let file = town.add("lead", "person", ("書類.png", PNG)).await;
        let unknown = town.test.app.clock().new_id();

        town.restrict("barred", Some("mate")).await;

        let barred = town.open("mate", file).await;
        let nothing = town.open("mate", unknown).await;
        assert_eq!((barred.status, nothing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        let plain = |body: &str| body.replace(&file.to_string(), "").replace(&unknown.to_string(), "");
        let main = |body: &str| plain(body).split("<main").nth(1).unwrap().split("</main>").next().unwrap().to_owned();
        assert_eq!(main(&barred.body), main(&nothing.body));
    }

    async fn a_paper_that_may_show_a_hidden_address_is_seen_by_those_who_may_see_the_address(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let theirs = town.add("lead", "person", ("介護保険証.png", PNG)).await;
        let own = town.add("mate", "person", ("写真.png", &picture(1))).await;

        town.restrict("address", None).await;

        assert_eq!(town.open("mate", theirs).await.status, StatusCode::NOT_FOUND);
        assert_eq!(town.open("mate", own).await.status, StatusCode::OK);
        assert_eq!(town.list("mate", "person").await.len(), 1);
        for login in ["lead", "officer", "supervisor"] {
            assert_eq!(town.list(login, "person").await.len(), 2, "{login} is in the team or protects");
        }
        let page = town.test.get(&format!("/persons/{}", town.person), town.token("mate")).await;
        assert!(page.body.contains("写真.png") && !page.body.contains("介護保険証"), "{}", page.body);
    }

    async fn a_reporter_sees_and_erases_only_the_pictures_that_they_added(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let own = town.add("minsei", "notice", ("郵便受け.png", PNG)).await;
        let internal = town.add("lead", "notice", ("内部の資料.png", &picture(1))).await;

        let page = town.test.get(&format!("/notices/{}", town.notice), town.token("minsei")).await;
        let refused = town.erase("minsei", internal, "見たくない").await;
        let erased = town.erase("minsei", own, "別の家だった").await;

        assert!(page.body.contains("郵便受け.png") && !page.body.contains("内部の資料"), "{}", page.body);
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.body);
        assert_eq!(town.list("lead", "notice").await.len(), 2, "the trace of the erased one stays");
    }

    async fn no_other_kind_of_record_has_files_and_nobody_without_a_session_sees_any(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let file = town.add("lead", "case", ("書類.png", PNG)).await;

        for kind in ["area", "household", "attachment", "Notice", "../persons"] {
            let path = format!("/files/of/{}/{}", kind.replace('/', "%2F"), town.person);
            assert_eq!(town.test.get(&path, town.token("lead")).await.status, StatusCode::NOT_FOUND, "{kind}");
        }
        let anyone = town.test.get(&format!("/files/{file}"), None).await;
        let call = town.test.get(&format!("/api/files/{file}"), None).await;
        assert_eq!((anyone.status, call.status), (StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED));
        assert!(anyone.location.starts_with("/sign-in"));
    }
}
