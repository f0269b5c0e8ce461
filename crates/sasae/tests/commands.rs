//! The program as a person at a terminal uses it.

#![expect(clippy::unwrap_used, reason = "a test whose program or file is not there cannot go on")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sasae-app/tests/data/");

/// The program without whatever the machine's environment says.
fn sasae() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sasae"));
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "ja_JP.UTF-8").env_remove("SASAE_TEST_PG");
    command
}

fn run(arguments: &[&str]) -> Output {
    sasae().args(arguments).output().expect("the program runs")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs it and expects an exit code.
fn expect(code: i32, arguments: &[&str]) -> String {
    let output = run(arguments);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}");
    said
}

struct Place {
    folder: TempDir,
    url: String,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("a/sasae.sqlite").display());
        Place { folder, url }
    }

    /// A city with its wards.
    fn city() -> Place {
        let place = Place::new();
        let url = place.url.as_str();
        expect(0, &["init", "--profile", "kitakyushu", "--database", url]);
        expect(0, &["import", "areas", &format!("{DATA}localgovjp-utf8.csv"), "--database", url]);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

#[test]
fn a_city_is_set_up_filled_backed_up_and_restored() {
    let place = Place::city();
    let url = place.url.as_str();
    let towns = format!("{DATA}abr_town_401064_kokurakita.csv");
    let centers = format!("{DATA}takamatsu_regional_comprehensive_support_center.csv");
    let districts = place
        .write("校区.csv", "コード,校区名,上位区域名,町名\nK01,青葉校区,小倉北区,青葉\nK02,赤坂校区,小倉北区,赤坂\n");
    let people = place.write(
        "台帳.csv",
        "氏名,フリガナ,生年月日,性別,住所\n試験 花子,シケン ハナコ,昭和12年3月4日,女,北九州市小倉北区青葉2-1-1\n",
    );

    assert!(expect(0, &["import", "areas", &towns, "--database", url]).contains("取り込み 286"));
    assert!(expect(0, &["import", "areas", &districts, "--database", url]).contains("取り込み 2"));
    assert!(expect(0, &["import", "organisations", &centers, "--database", url]).contains("取り込み 7"));
    assert!(expect(0, &["import", "persons", &people, "--database", url]).contains("取り込み 1"));
    let again = expect(0, &["import", "persons", &people, "--database", url]);
    assert!(again.contains("変更なし 1"), "{again}");
    let user = expect(
        0,
        &[
            "user",
            "add",
            "tanto",
            "--name",
            "担当 一郎",
            "--role",
            "地域支援コーディネーター",
            "--area",
            "小倉北区",
            "--database",
            url,
        ],
    );
    assert!(user.contains("いま一度だけ"), "{user}");
    let taken = expect(2, &["user", "add", "tanto", "--staff", "担当 一郎", "--database", url]);
    assert!(taken.contains("sasae user password tanto"), "{taken}");
    let second = expect(2, &["user", "add", "tanto2", "--staff", "担当 一郎", "--database", url]);
    assert!(second.contains("もうアカウント tanto があります"), "{second}");
    let again = expect(0, &["user", "password", "Ｔanto", "--second-factor", "--database", url]);
    assert!(again.contains("いま一度だけ"), "{again}");
    expect(0, &["user", "unlock", "tanto", "--database", url]);
    expect(0, &["user", "end", "tanto", "--database", url]);
    assert!(expect(2, &["user", "unlock", "nobody", "--database", url]).contains("nobody"));

    let backup = place.path("b.sqlite").display().to_string();
    let target = place.path("restored").display().to_string();
    expect(0, &["backup", &backup, "--database", url]);
    expect(2, &["backup", &backup, "--database", url]);
    let restored = expect(0, &["restore", &backup, "--data", &target]);
    assert!(restored.contains("すべてつながっています"), "{restored}");
    assert!(expect(2, &["restore", &backup, "--data", &target]).contains("上書きはしません"));
    let url = format!("sqlite:{target}/sasae.sqlite");
    assert!(expect(0, &["audit", "verify", "--database", &url]).contains("401005"));
    let doctor = expect(1, &["doctor", "--database", &url]);
    assert!(doctor.contains("× ") && doctor.contains("audit_read"), "nobody reads the audit trail yet: {doctor}");
}

#[test]
fn a_changed_byte_in_the_audit_trail_is_found_and_not_restored() {
    let place = Place::city();
    let file = place.path("b.sqlite");
    expect(0, &["backup", &file.display().to_string(), "--database", &place.url]);
    let mut bytes = std::fs::read(&file).unwrap();
    let needle = "import areas localgovjp".as_bytes();
    let at = bytes.windows(needle.len()).position(|window| window == needle).expect("the act is in the file");
    bytes[at] = b'I';
    std::fs::write(&file, bytes).unwrap();

    let url = format!("sqlite:{}", file.display());
    let verdict = expect(1, &["audit", "verify", "--database", &url]);
    let target = place.path("restored");
    expect(1, &["restore", &file.display().to_string(), "--data", &target.display().to_string()]);

    assert!(verdict.contains("記録の2行目でつながりが切れています"), "{verdict}");
    assert!(!target.join("sasae.sqlite").exists());
}

#[test]
fn refused_rows_are_reported_and_may_keep_all_others_out() {
    let place = Place::city();
    let url = place.url.as_str();
    let list = place.write("職員.csv", "氏名,役職,担当地区\nよい 人,CSW,小倉北区\nだめ 人,CSV,小倉北区\n");
    let report = place.path("report.csv");

    let strict = expect(
        1,
        &["import", "staff", &list, "--database", url, "--all-or-nothing", "--report", &report.display().to_string()],
    );
    let dry = expect(1, &["--lang", "en", "import", "staff", &list, "--database", url, "--dry-run"]);
    let real = expect(1, &["import", "staff", &list, "--database", url]);

    assert!(strict.contains("何も取り込みませんでした"), "{strict}");
    assert!(std::fs::read_to_string(&report).unwrap().contains("\"3\",\"役職\",\"CSV\""));
    assert!(dry.contains("a dry run: nothing was written") && dry.contains("accepted 1"), "{dry}");
    assert!(real.contains("取り込み 1") && real.contains("受け付けない行 1"), "{real}");
}

#[test]
fn an_import_that_took_nothing_in_says_so_and_a_report_that_cannot_be_written_stops_it_before() {
    let place = Place::city();
    let url = place.url.as_str();
    let list = place.write("台帳.csv", "宛名番号,氏名,住所\n00000001,どこか 遠く,静岡県静岡市1-1\n");
    let good = place.write("職員.csv", "氏名,役職,担当地区\nよい 人,CSW,小倉北区\n");
    let nowhere = place.path("ない/report.csv").display().to_string();
    let report = place.path("report.csv");

    let nothing =
        expect(1, &["import", "persons", &list, "--database", url, "--report", &report.display().to_string()]);
    let english = expect(1, &["--lang", "en", "import", "persons", &list, "--database", url]);
    let stopped = expect(3, &["import", "staff", &good, "--database", url, "--report", &nowhere]);
    let taken = expect(0, &["import", "staff", &good, "--database", url]);
    let again = expect(0, &["import", "staff", &good, "--database", url]);

    assert!(nothing.contains("何も取り込みませんでした"), "{nothing}");
    assert!(english.contains("nothing was taken in"), "{english}");
    let written = std::fs::read_to_string(&report).unwrap();
    assert!(
        written.contains("宛名番号") && written.contains("どこか 遠く"),
        "the whole row is in the report: {written}"
    );
    assert!(stopped.contains("に書けません"), "{stopped}");
    assert!(taken.contains("取り込み 1"), "nothing was imported before: {taken}");
    assert!(again.contains("変わったところがない"), "{again}");
}

#[test]
fn a_dry_run_beside_a_running_server_tries_a_copy_and_leaves_nothing() {
    let place = Place::city();
    let url = place.url.as_str();
    let list = place.write("職員.csv", "氏名,役職,担当地区\nよい 人,CSW,小倉北区\nだめ 人,CSV,小倉北区\n");
    let lock = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(place.path("a/sasae.sqlite.lock"))
        .unwrap();
    lock.try_lock().unwrap();

    let dry = expect(1, &["import", "staff", &list, "--database", url, "--dry-run"]);
    let kept_out = expect(3, &["import", "staff", &list, "--database", url]);
    let left: Vec<String> = std::fs::read_dir(place.path("a"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with("sasae.sqlite"))
        .collect();
    drop(lock);
    let real = expect(1, &["import", "staff", &list, "--database", url]);

    assert!(dry.contains("何も書きこんでいません") && dry.contains("取り込み 1"), "{dry}");
    assert!(kept_out.contains("使っています"), "{kept_out}");
    assert!(left.is_empty(), "{left:?}");
    assert!(real.contains("取り込み 1"), "nobody had been written: {real}");
}

#[test]
fn wrong_use_is_explained_with_an_exit_code() {
    let place = Place::new();
    let config = place.write("sasae.toml", "[server]\nlissten = \"x\"\n");
    let broken = place.write("profile.toml", "extends = \"base\"\n[profile\n");

    assert!(expect(2, &["serve", "--config", &config]).contains("sasae.toml:2:1"));
    assert!(expect(2, &["serve"]).contains("--database"));
    assert!(expect(2, &["serve", "--database", &place.url]).contains("sasae init"));
    assert!(expect(2, &["init", "--profile", "kitakyusyu", "--database", &place.url]).contains("kitakyushu"));
    assert!(expect(1, &["profile", "check", &broken]).contains("profile.toml:2:"));
    assert!(expect(0, &["profile", "list"]).contains("chofu"));
    assert!(expect(3, &["serve", "--database", "postgres://nobody@127.0.0.1:1/x"]).contains("開けません"));
    let both = sasae().env("LANG", "C").args(["serve"]).output().unwrap();
    assert!(said(&both).contains(" / there is no database"), "Japanese with English behind");
}

/// A running demo; ends with this value.
struct Demo {
    server: std::process::Child,
    lines: Vec<String>,
}

impl Demo {
    fn start(data: &Path) -> Demo {
        let mut server = sasae()
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let output = BufReader::new(server.stdout.take().unwrap());
        let mut lines = Vec::new();
        for line in output.lines().map_while(Result::ok) {
            let last = line.starts_with("address: ");
            lines.push(line);
            if last {
                break;
            }
        }
        Demo { server, lines }
    }

    fn ask(&self, path: &str) -> String {
        let address = self.lines.last().unwrap().strip_prefix("address: http://").unwrap();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
        answer
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ended = self.server.kill();
        let _reaped = self.server.wait();
    }
}

#[test]
fn the_demo_prints_accounts_and_address_and_a_second_start_keeps_the_city() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");

    let first = Demo::start(&data);
    let page = first.ask("/sign-in");
    let busy = run(&["demo", "--listen", "127.0.0.1:0", "--data", &data.display().to_string()]);
    let printed = first.lines.join("\n");
    drop(first);
    let second = Demo::start(&data);

    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    for login in ["coordinator", "csw", "minsei", "volunteer", "ward", "city", "supervisor", "system"] {
        assert!(printed.contains(&format!("  {login} ")), "{login}\n{printed}");
    }
    assert_eq!(busy.status.code(), Some(3), "{}", said(&busy));
    assert!(said(&busy).contains("ほかの sasae（process"), "{}", said(&busy));
    assert!(!second.lines.join("\n").contains("作っています"), "the city is there already");
    assert!(second.ask("/sign-in").starts_with("HTTP/1.1 200"));
}

#[cfg(unix)]
#[test]
fn what_the_program_makes_is_read_by_nobody_else_and_the_doctor_finds_what_is() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::city();
    let (folder, database) = (place.path("a"), place.path("a/sasae.sqlite"));
    let (copy, again) = (place.path("copy/of/it.sqlite"), place.path("b"));
    std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
    let backup = copy.display().to_string();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;

    expect(0, &["backup", &backup, "--database", &place.url]);
    std::fs::set_permissions(&copy, Permissions::from_mode(0o644)).unwrap();
    expect(0, &["restore", &backup, "--data", &again.display().to_string()]);
    let (made, restored) = ([mode(&folder), mode(&database)], [mode(&again), mode(&again.join("sasae.sqlite"))]);
    let closed = said(&run(&["doctor", "--database", &place.url]));
    std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(&database, Permissions::from_mode(0o644)).unwrap();
    let open = expect(1, &["doctor", "--database", &place.url]);

    assert_eq!((made, restored), ([0o700, 0o600], [0o700, 0o600]));
    assert!(closed.contains("ほかの利用者には読めません"), "{closed}");
    assert!(open.contains(&format!("chmod 600 {}", database.display())), "{open}");
    std::fs::remove_file(&copy).unwrap();
    expect(0, &["backup", &backup, "--database", &place.url]);
    assert_eq!(mode(&copy), 0o600);
}

#[test]
fn the_key_of_the_trail_is_made_and_its_head_is_held_against_what_was_noted() {
    let place = Place::city();
    let url = place.url.as_str();
    let key = place.path("a/sasae.sqlite.audit-key");
    let backup = place.path("b.sqlite").display().to_string();
    let text = std::fs::read_to_string(&key).unwrap();
    assert!(text.contains("start 401005:0:"), "{text}");

    let head = expect(0, &["audit", "head", "--database", url]).trim().to_owned();
    expect(0, &["backup", &backup, "--database", url]);
    expect(0, &["init", "--profile", "kitakyushu", "--database", url]);
    let since = expect(0, &["audit", "verify", "--since", &head, "--database", url]);
    let file = expect(0, &["audit", "verify", "--since", &format!("{backup}.head"), "--database", url]);
    // The head of another history: the rows were replaced.
    let (front, hash) = head.rsplit_once(':').unwrap();
    let other = format!("{front}:{}{}", if hash.starts_with('0') { '1' } else { '0' }, &hash[1..]);
    let replaced = expect(1, &["audit", "verify", "--since", &other, "--database", url]);
    // A head that lies further on: rows were cut off.
    let cut = expect(1, &["audit", "verify", "--since", &format!("401005:999:{hash}"), "--database", url]);
    expect(2, &["audit", "verify", "--since", "401005:1", "--database", url]);

    assert!(head.starts_with("401005:") && since.contains("変わっていません"), "{head} {since}");
    assert!(file.contains("変わっていません"), "{file}");
    assert!(replaced.contains("前に控えた末尾の行ではありません"), "{replaced}");
    assert!(cut.contains("前に控えた末尾の行ではありません"), "{cut}");

    // Without its key nothing is written any more, and the doctor says so; a lost one is followed by another.
    std::fs::remove_file(&key).unwrap();
    let doctor = expect(1, &["doctor", "--database", url]);
    let refused = expect(2, &["init", "--profile", "kitakyushu", "--database", url]);
    let unproven = expect(1, &["audit", "verify", "--database", url]);
    expect(0, &["audit", "new-key", "--database", url]);
    let whole = expect(0, &["audit", "verify", "--since", &head, "--database", url]);
    expect(2, &["audit", "new-key", "--database", url]);

    assert!(doctor.contains("× 記録の鍵"), "{doctor}");
    assert!(refused.contains("audit new-key"), "{refused}");
    assert!(unproven.contains("鍵がないので"), "{unproven}");
    assert!(whole.contains("すべてつながっています"), "{whole}");
}

#[test]
fn a_damaged_file_is_found_by_the_doctor_and_not_restored() {
    let place = Place::city();
    let file = place.path("b.sqlite");
    let backup = file.display().to_string();
    expect(0, &["backup", &backup, "--database", &place.url]);
    assert!(said(&run(&["doctor", "--database", &place.url])).contains("データベースに傷みはありません"));

    // Pages in the middle of the file, where tables and indexes lie.
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 3 * 4096].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    let target = place.path("restored");
    let restored = run(&["restore", &backup, "--data", &target.display().to_string()]);
    let doctor = said(&run(&["doctor", "--database", &format!("sqlite:{backup}")]));

    assert_ne!(restored.status.code(), Some(0), "{}", said(&restored));
    assert!(!target.join("sasae.sqlite").exists());
    assert!(doctor.contains("データベースが傷んでいます"), "{doctor}");
}

#[cfg(unix)]
#[test]
fn a_link_to_the_database_finds_what_stands_beside_it() {
    let place = Place::city();
    let link = place.path("link.sqlite");
    std::os::unix::fs::symlink(place.path("a/sasae.sqlite"), &link).unwrap();
    let url = format!("sqlite:{}", link.display());

    let verdict = expect(0, &["audit", "verify", "--database", &url]);
    expect(0, &["init", "--profile", "kitakyushu", "--database", &url]);
    let again = expect(0, &["audit", "verify", "--database", &place.url]);

    assert!(verdict.contains("すべてつながっています") && again.contains("すべてつながっています"), "{verdict}{again}");
    assert!(!place.path("link.sqlite.lock").exists() && !place.path("link.sqlite.audit-key").exists());
}
