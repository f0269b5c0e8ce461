//! Files with records when the disk is full, and on their way through backup and restore.

use std::fs;
use std::path::{Path, PathBuf};

use sasae_core::Clock;

use crate::Place;
use crate::city::City;
use crate::server::{Request, Server, expect};

/// A picture so large that it needs room of its own.
fn picture(number: u8, bytes: usize) -> Vec<u8> {
    let start = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
    let mut picture = start.to_vec();
    picture.resize(bytes, number);
    picture
}

/// A notice with the address of its files.
fn notice(city: &City, server: &Server) -> String {
    let mut sent = city.own_notice("玄関に荷物が積まれている");
    sent.answer = sent.request.send(&server.address).ok();
    format!("/api/files/of/notice/{}", sent.made())
}

fn key() -> String {
    Clock::system().new_id().to_string()
}

/// Every file below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

fn beside(file: &Path) -> PathBuf {
    PathBuf::from(format!("{}.attachments", file.display()))
}

#[test]
fn a_file_that_finds_no_room_is_told_and_taken_once_there_is_room() {
    let place = Place::new();
    let city = City::set_up(&place.url);
    let server = Server::start_where_files_may_not_grow(&place.url);
    let files = notice(&city, &server);
    let room = place.log_length() + (256 << 10);
    let large = picture(1, usize::try_from(room).unwrap() + (256 << 10));
    let request = Request::file(&files, &city.token, &key(), ("玄関.png", &large));

    server.limit_files(Some(room));
    let refused = request.send(&server.address).unwrap();
    let left = below(&beside(&place.file));
    server.limit_files(None);
    let taken = request.send(&server.address).unwrap();
    let twice = request.send(&server.address).unwrap();

    assert_eq!(refused.status, 507, "{}", refused.body);
    assert!(refused.body.contains("ディスクの空きを増やしてから"), "{}", refused.body);
    assert_eq!(left, Vec::<PathBuf>::new(), "nothing half is left");
    assert_eq!(taken.status, 201, "{}", taken.body);
    assert_eq!((twice.status, twice.body), (201, taken.body), "the same key is answered alike");
    assert_eq!(below(&beside(&place.file)).len(), 1);
    let listed = server.get(&files, &city.token).body;
    assert_eq!(listed.matches("玄関.png").count(), 1, "{listed}");
}

#[test]
fn a_backup_brings_every_file_back_and_says_which_are_lost() {
    let place = Place::new();
    let city = City::set_up(&place.url);
    let mut server = Server::start(&place.url);
    let files = notice(&city, &server);
    for (number, name) in [(1, "一.png"), (2, "二.png"), (2, "二と同じ.png")] {
        let request = Request::file(&files, &city.token, "", (name, &picture(number, 5_000)));
        assert_eq!(request.send(&server.address).unwrap().status, 201);
    }
    let folder = place.file.parent().unwrap();
    let path = |name: &str| folder.join(name);
    let shown = |path: &Path| path.display().to_string();

    // While the server runs.
    let backup = path("b.sqlite");
    let made = expect(0, &["backup", &shown(&backup), "--database", &place.url], "");
    assert!(made.contains("書類・写真2件の控え"), "{made}");
    assert_eq!(below(&beside(&backup)).len(), 2);
    // A second backup in the same folder of attachments copies nothing again.
    let shared = shown(&beside(&backup));
    let again = ["backup", &shown(&path("c.sqlite")), "--attachments", &shared, "--database", &place.url];
    expect(0, &again, "");
    assert_eq!(below(&beside(&backup)).len(), 2);
    assert!(!beside(&path("c.sqlite")).exists());
    let listed = server.get(&files, &city.token).body;
    server.kill();

    let restored = path("restored");
    let told = expect(0, &["restore", &shown(&backup), "--data", &shown(&restored)], "");
    assert!(told.contains("書類・写真2件を"), "{told}");
    let url = format!("sqlite:{}", shown(&restored.join("sasae.sqlite")));
    let doctor = expect(1, &["doctor", "--database", &url], "");
    assert!(doctor.contains("書類・写真2件はすべてそろっています"), "{doctor}");
    let server = Server::start(&url);
    assert_eq!(server.get(&files, &city.token).body, listed);
    drop(server);

    // From the folder that two backups share; one file has rotted there, one is gone.
    let rotten = below(&beside(&backup));
    fs::write(&rotten[0], b"rotten").unwrap();
    let lost = ["restore", &shown(&path("c.sqlite")), "--attachments", &shared, "--data", &shown(&path("second"))];
    let told = expect(1, &lost, "");
    let rotten_name = rotten[0].file_name().unwrap().to_str().unwrap();
    assert!(told.contains("書類・写真が1件") && told.contains(rotten_name), "{told}");
    let url = format!("sqlite:{}", shown(&path("second").join("sasae.sqlite")));
    let doctor = expect(1, &["doctor", "--database", &url], "");
    assert!(doctor.contains("× 401005：記録にあるのに、ファイルのない書類・写真"), "{doctor}");
    let stray = beside(&path("second").join("sasae.sqlite")).join("401005/ab/stray");
    fs::create_dir_all(stray.parent().unwrap()).unwrap();
    fs::write(&stray, b"x").unwrap();
    let doctor = expect(1, &["doctor", "--database", &url], "");
    assert!(doctor.contains("記録のないファイルが1件") && stray.exists(), "{doctor}");
    fs::File::options().write(true).open(&stray).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    let swept = expect(1, &["doctor", "--sweep", "--database", &url], "");
    assert!(swept.contains("記録のないファイルを1件消しました") && !stray.exists(), "{swept}");
}
