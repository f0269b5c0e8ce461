//! The folder: what goes wrong there, and what backup and doctor see of it.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use axum::http::StatusCode;
use sasae_test::{TestDb, both_engines};

use super::{Town, picture};
use crate::attachment::examine::{self, examine};
use crate::attachment::{self, AttachmentForm, Folder};
use crate::case::CASE;
use crate::migrations::MIGRATIONS;
use crate::testing::{PNG, TENANT};
use crate::web::SentFile;

/// Every file below a folder.
fn below(folder: &std::path::Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true => found.extend(below(&path)),
            false => found.push(path),
        }
    }
    found
}

fn later(hours: u64) -> SystemTime {
    let newest = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000);
    newest + Duration::from_secs(hours * 3600)
}

fn sent(content: &[u8]) -> SentFile {
    SentFile { field: "file".to_owned(), name: "書類.png".to_owned(), bytes: Bytes::copy_from_slice(content) }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn content_stands_under_its_hash_for_the_program_alone(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        town.add("lead", "case", ("../../../書類.png", PNG)).await;

        let files = below(&town.test.files.0);
        let sha256 = {
            use sha2::Digest as _;
            hex::encode(sha2::Sha256::digest(PNG))
        };

        assert_eq!(files, [town.test.files.0.join(TENANT).join(&sha256[..2]).join(&sha256)]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&files[0]), 0o600);
            for folder in [&town.test.files.0, &town.test.files.0.join(TENANT), files[0].parent().unwrap()] {
                assert_eq!(mode(folder), 0o700, "{}", folder.display());
            }
        }
    }

    async fn a_file_that_was_changed_on_the_disk_never_leaves(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let changed = town.add("lead", "case", ("一.png", PNG)).await;
        let missing = town.add("lead", "case", ("二.png", &picture(2))).await;
        let whole = town.add("lead", "case", ("三.png", &picture(3))).await;
        let folder = town.test.app.attachments().unwrap();
        let mut read = db.db.read(TENANT).await.unwrap();
        let hash_of = async |file: sasae_core::id::Id, read: &mut sasae_db::Read| {
            let text = "SELECT sha256 FROM attachment WHERE tenant = ?1 AND id = ?2";
            read.query_text::<(String,)>(text, sasae_db::args![TENANT, file]).await.unwrap()[0].0.clone()
        };
        let (changed_hash, missing_hash) = (hash_of(changed, &mut read).await, hash_of(missing, &mut read).await);
        fs::write(folder.path_of(TENANT, &changed_hash), picture(9)).unwrap();
        fs::remove_file(folder.path_of(TENANT, &missing_hash)).unwrap();

        for file in [changed, missing] {
            let answer = town.open("lead", file).await;
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(answer.body.contains("うまくいきませんでした") && !answer.body.contains("sha256"));
        }
        assert_eq!(town.open("lead", whole).await.status, StatusCode::OK);
        let found = examine(&mut read, TENANT, folder).await.unwrap();
        assert_eq!((found.whole, found.is_good()), (1, false));
        assert_eq!((found.changed, found.missing), (vec![changed_hash], vec![missing_hash]));

        // The same file added again heals the one that was changed.
        town.add("lead", "person", ("一.png", PNG)).await;
        assert_eq!(town.open("lead", changed).await.bytes, PNG);
    }

    async fn a_crash_between_file_and_row_leaves_a_file_that_is_swept_once_it_is_old(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let kept = town.add("lead", "case", ("残る.png", PNG)).await;
        let ctx = town.test.acting(town.staff("lead")).await;
        let folder = town.test.app.attachments().unwrap();

        let (file, form) = (sent(&picture(1)), AttachmentForm::default());
        let ready = attachment::ready(&ctx, &CASE, town.case, Some(&file), &form).await.unwrap();
        let mut work = ctx.begin().await.unwrap();
        attachment::add(&ctx, &mut work, &CASE, town.case, ready).await.unwrap();
        drop(work);
        fs::write(town.test.files.0.join(TENANT).join("incoming/half"), b"half").unwrap();
        let mut read = db.db.read(TENANT).await.unwrap();
        let found = examine(&mut read, TENANT, folder).await.unwrap();
        let at_once = examine::sweep(folder, &found, SystemTime::UNIX_EPOCH).unwrap();
        let gone = examine::sweep(folder, &found, later(2)).unwrap();
        let after = examine(&mut read, TENANT, folder).await.unwrap();

        assert_eq!((found.whole, found.stray.len(), found.is_good()), (1, 2, true));
        assert_eq!((at_once, gone), (0, 2), "what is young may belong to a step that is being taken");
        assert_eq!((after.whole, after.stray.len()), (1, 0));
        assert_eq!(town.open("lead", kept).await.bytes, PNG);
    }

    async fn a_file_that_is_refused_in_the_end_leaves_nothing_on_the_disk(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let ctx = town.test.acting(town.staff("lead")).await;

        let ready = attachment::ready(&ctx, &CASE, town.case, Some(&sent(PNG)), &AttachmentForm::default()).await.unwrap();
        let staged = town.on_disk();
        drop(ready);

        assert_eq!((staged, town.on_disk()), (1, 0));
    }

    async fn an_erasure_that_the_disk_refuses_is_told_and_doctor_finds_the_file(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let file = town.add("lead", "case", ("書類.png", PNG)).await;
        let folder = town.test.app.attachments().unwrap();
        let path = below(&town.test.files.0).remove(0);
        // A folder in place of the file is something that cannot be removed as a file.
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();

        let erased = town.erase("lead", file, "別の人").await;
        fs::remove_dir(&path).unwrap();
        fs::write(&path, PNG).unwrap();
        let told = town.test.get(&erased.location, town.token("lead")).await;
        let mut read = db.db.read(TENANT).await.unwrap();
        let found = examine(&mut read, TENANT, folder).await.unwrap();
        let gone = examine::sweep(folder, &found, later(2)).unwrap();

        assert_eq!(erased.location, format!("{}?done=kept", town.files_of("case")));
        assert!(told.body.contains("ディスクの上のファイルがまだ残っています"), "{}", told.body);
        assert_eq!((found.erased.len(), found.is_good(), gone), (1, false, 1));
        assert_eq!(town.on_disk(), 0);
    }

    async fn a_copy_of_the_folder_holds_what_rows_name_and_each_content_once(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        town.add("lead", "case", ("一.png", PNG)).await;
        town.add("lead", "person", ("二.png", PNG)).await;
        town.add("lead", "case", ("三.png", &picture(3))).await;
        let folder = town.test.app.attachments().unwrap();
        let copy = Folder::new(db.folder.join("copy"));
        fs::write(town.test.files.0.join(TENANT).join("stray"), b"stray").unwrap();
        let mut read = db.db.read(TENANT).await.unwrap();

        let first = examine::copy(&mut read, TENANT, folder, &copy).await.unwrap();
        let again = examine::copy(&mut read, TENANT, folder, &copy).await.unwrap();
        fs::write(below(copy.path()).remove(0), b"rotten").unwrap();
        let healed = examine::copy(&mut read, TENANT, folder, &copy).await.unwrap();
        fs::write(below(copy.path()).remove(0), b"rotten").unwrap();
        let lost = examine::copy(&mut read, TENANT, &copy, &Folder::new(db.folder.join("back"))).await.unwrap();

        assert_eq!((first.copied, first.kept, first.lost.len()), (2, 0, 0));
        assert_eq!((again.copied, again.kept), (0, 2));
        assert_eq!((healed.copied, healed.kept), (1, 1));
        assert_eq!((lost.copied, lost.lost.len()), (1, 1));
    }

    async fn without_a_folder_the_form_is_not_offered_and_says_why(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let settings = crate::app::Settings { attachments: None, ..town.test.app.settings().clone() };
        let app = crate::app::App::new(db.db.clone(), crate::rooms::ROOMS, town.test.clock.clone(), settings).unwrap();
        let without = crate::web::inside::Inside::new(&app);
        let token = town.token("lead").unwrap();

        let page = without.ask(&town.files_of("case"), token, None).await.unwrap();
        let record = without.ask(&format!("/cases/{}", town.case), token, None).await.unwrap();

        let (page, record) = (String::from_utf8_lossy(&page.body), String::from_utf8_lossy(&record.body));
        assert!(page.contains("書類・写真を置く場所が設定されていない") && !page.contains("type=\"file\""), "{page}");
        assert!(record.contains("添えられたものはありません") && !record.contains("書類・写真を加える"), "{record}");
    }
}
