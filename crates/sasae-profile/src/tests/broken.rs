//! Broken files name the line and the column. Each row changes one thing in a
//! small sound profile and says where the finding must point.

use crate::profile::*;
use sasae_core::lang::Lang;

/// A small sound profile; the numbers on the right are its lines.
const SOUND: &str = r#"extends = "base"
[profile]
id = "small"
name = "ちいさな市"
name_en = "Small"
source = "試験"
tenant = "401005"
kind = "city"
[[tier]]
code = "city"
ja = "市"
en = "City"
short = "市"
level = 1
area = [{ code = "401005", ja = "市", en = "City" }]
[[tier]]
code = "district"
ja = "地区"
en = "District"
short = "地区"
level = 2
smallest = true
[[role]]
code = "worker"
ja = "相談員"
en = "Worker"
tier = "district"
reach = "area"
may = ["notice_triage", "consultation_take", "person_register", "case_lead", "supervise", "protect", "entrust"]
organisation = "shakyo"
job = "csw"
[[role.required]]
per = "households"
tier = "district"
min_households = 50
max_households = 100
[[role]]
code = "system"
ja = "担当"
en = "System"
tier = "city"
reach = "figures"
may = ["audit_read", "staff_edit", "figures"]
[[role.required]]
per = "code"
tier = "city"
counts = { 401005 = 1 }
[[base_kind]]
code = "window"
ja = "窓口"
en = "Window"
tier = "city"
functions = ["general"]
[[body]]
code = "meeting"
ja = "会議"
en = "Meeting"
tier = "city"
host = "shakyo"
cadence = { per_year_min = 2, per_year_max = 3 }
level = "area"
functions = ["solve_case", "find_issue"]
members = ["csw"]
[[body]]
code = "council"
ja = "協議会"
en = "Council"
tier = "city"
reports_to = "meeting"
[[deadline]]
code = "plan_review"
ja = "見直し"
en = "Review"
months = 6
from = "plan_made"
source = "要綱"
valid_from = 2020-04-01
valid_to = 2023-03-31
[[deadline]]
code = "plan_review"
ja = "見直し"
en = "Review"
months = 3
from = "plan_made"
source = "要綱"
valid_from = 2023-04-01
[vocabulary.wish]
items = [
  { code = "tea", ja = "お茶", en = "Tea" },
]
[vocabulary.place]
ja = "場所"
en = "Place"
items = [{ code = "home", ja = "家", en = "Home" }]
[[form]]
code = "intake"
ja = "受付票"
en = "Intake"
at = "intake"
[[form.add]]
code = "where"
ja = "場所"
en = "Where"
kind = "choice"
vocabulary = "place"
[[plan]]
code = "plan"
ja = "計画"
en = "Plan"
matrix = ["city", "district"]
[[plan.pillar]]
code = "first"
ja = "柱"
en = "Pillar"
item = [
  { code = "one", ja = "一", en = "One" },
  { code = "two", ja = "二", en = "Two" },
]
[demo]
ja = "つくり市"
en = "Tsukuri"
tenant = "407992"
households = 100
[[demo.tier]]
tier = "district"
counts = [3]
[[demo.staff]]
role = "worker"
counts = [1, 2, 1]
"#;

/// One change and the finding it must cause.
struct Row {
    find: &'static str,
    put: &'static str,
    at: (usize, usize),
    path: &'static str,
    says: &'static str,
}

const fn row(find: &'static str, put: &'static str, at: (usize, usize), path: &'static str, says: &'static str) -> Row {
    Row { find, put, at, path, says }
}

/// Findings that refuse the file.
#[rustfmt::skip]
const ERRORS: &[Row] = &[
    // Syntax and shape.
    row("level = 1\n", "level = \n", (14, 9), "", "not valid TOML"),
    row("name = \"ちいさな市\"", "name = \"ちいさな市", (4, 14), "", "not valid TOML"),
    row("en = \"City\"\nshort", "en = \"City\"\nen = \"Town\"\nshort", (13, 1), "", "duplicate key"),
    row("[demo]", "[demo]\n[demo]", (120, 2), "", "duplicate key"),
    row("valid_from = 2020-04-01", "valid_from = 2020-13-01", (77, 14), "", "not valid TOML"),
    row("[[base_kind]]", "[[base_kinds]]", (48, 3), "base_kinds", "did you mean `base_kind`?"),
    row("reach = \"area\"", "raech = \"area\"", (28, 1), "role[0].raech", "did you mean `reach`?"),
    row("reach = \"area\"", "reach = \"aera\"", (28, 9), "role[0].reach", "did you mean `area`?"),
    row("\"person_register\"", "\"person_registre\"", (29, 46), "role[0].may[2]", "did you mean `person_register`?"),
    row("short = \"地区\"\n", "", (16, 1), "tier[1]", "the key `short` is missing"),
    row("level = 2", "level = \"二\"", (21, 9), "tier[1].level", "expected u32"),
    row("level = 2", "level = -1", (21, 9), "tier[1].level", "cannot be used"),
    row("valid_from = 2020-04-01", "valid_from = \"2020-04-01\"", (77, 14), "deadline[0].valid_from", "wrong kind of value"),
    row("valid_from = 2020-04-01", "valid_from = 2020-04-01T09:00:00", (77, 14), "deadline[0].valid_from", "not a date"),
    row("en = \"Tea\" }", "en = \"Tea\", color = 1 }", (89, 42), "vocabulary.wish.items[0].color", "unknown key `color`"),
    row("[[plan]]\n", "[plan]\n", (106, 1), "plan", "write this as [[plan]]"),
    row("extends = \"base\"", "extends = \"bace\"", (1, 11), "extends", "did you mean `base`?"),
    // The head.
    row("tenant = \"401005\"", "tenant = \"401006\"", (7, 10), "profile.tenant", "check digit"),
    row("tenant = \"401005\"\n", "", (2, 1), "profile", "`tenant`"),
    row("id = \"small\"", "id = \"Small-1\"", (3, 6), "profile.id", "must start with a lower-case letter"),
    row("name_en = \"Small\"", "name_en = \" \"", (5, 11), "profile.name_en", "must not be empty"),
    // Tiers and places.
    row("code = \"district\"", "code = \"city\"", (17, 8), "tier[1].code", "used twice"),
    row("level = 2", "level = 3", (21, 9), "tier[1].level", "expected 2 here"),
    row("level = 2", "level = 1", (21, 9), "tier[1].level", "already that of `city`"),
    row("smallest = true\n", "", (16, 1), "tier[1]", "needs smallest = true"),
    row("level = 1\n", "level = 1\nsmallest = true\n", (15, 12), "tier[0].smallest", "only the last tier"),
    row("area = [", "count = 0\narea = [", (15, 9), "tier[0].count", "count is 0 but 1 areas"),
    row("short = \"地区\"", "short = \"　\"", (20, 9), "tier[1].short", "must not be empty"),
    row("functions = [\"general\"]", "functions = [\"general\", \"dance\"]", (53, 25), "base_kind[0].functions[1]", "unknown word"),
    // Roles.
    row("tier = \"district\"\nreach", "tier = \"distrikt\"\nreach", (27, 8), "role[0].tier", "did you mean `district`?"),
    row("\"staff_edit\", ", "\"staff_edit\", \"case_lead\", ", (43, 36), "role[1].may[2]", "shows persons"),
    row("\"staff_edit\", ", "", (2, 1), "profile", "no role may `staff_edit`"),
    row("\"staff_edit\", ", "\"staff_edit\", \"case_close\", ", (43, 36), "role[1].may[2]", "unknown function `case_close`"),
    row("code = \"system\"", "code = \"worker\"", (38, 8), "role[1].code", "used twice"),
    row("organisation = \"shakyo\"", "organisation = \"shakyu\"", (30, 16), "role[0].organisation", "did you mean `shakyo`?"),
    row("min_households = 50", "min_households = 500", (35, 18), "role[0].required[0].min_households", "more than max_households"),
    row("max_households = 100\n", "", (32, 1), "role[0].required[0]", "`max_households` is missing"),
    row("max_households = 100", "max_households = 100\ncount = 1", (37, 9), "role[0].required[0].count", "does not go with"),
    row("{ 401005 = 1 }", "{ 401013 = 1 }", (47, 21), "role[1].required[0].counts.401013", "unknown area code"),
    // Bodies.
    row("per_year_max = 3 }", "months_max = 3 }", (60, 11), "body[0].cadence", "not both"),
    row("per_year_min = 2", "per_year_min = 4", (60, 28), "body[0].cadence.per_year_min", "more than the most"),
    row("{ per_year_min = 2, per_year_max = 3 }", "{ }", (60, 11), "body[0].cadence", "says nothing"),
    row("level = \"area\"", "level = \"ward\"", (61, 9), "body[0].level", "unknown body level"),
    row("members = [\"csw\"]", "members = [\"csw\", \"smith\"]", (63, 19), "body[0].members[1]", "unknown word"),
    row("members = [\"csw\"]", "members = [\"csw\"]\nreports_to = \"council\"", (64, 14), "body[0].reports_to", "leads back"),
    row("reports_to = \"meeting\"", "reports_to = \"meetings\"", (69, 14), "body[1].reports_to", "did you mean `meeting`?"),
    // Deadlines.
    row("valid_to = 2023-03-31", "valid_to = 2023-04-01", (86, 14), "deadline[1].valid_from", "overlaps"),
    row("valid_to = 2023-03-31", "valid_to = 2019-03-31", (78, 12), "deadline[0].valid_to", "ends before it begins"),
    row("months = 6", "months = 6\ndays = 1", (74, 10), "deadline[0].months", "not both"),
    row("months = 6", "days = 6\nend_of_month = true", (75, 16), "deadline[0].end_of_month", "goes with months"),
    row("months = 6", "months = 6\ncount = \"open\"", (75, 9), "deadline[0].count", "open days"),
    row("months = 6\n", "", (70, 1), "deadline[0]", "give days or months"),
    row("from = \"plan_made\"", "from = \"plan_maid\"", (75, 8), "deadline[0].from", "did you mean `plan_made`?"),
    row("valid_from = 2023-04-01", "valid_from = 2023-04-01\nvalid_to = 2024-03-31", (87, 12), "deadline[1].valid_to", "does not end"),
    // Words and forms.
    row("[vocabulary.wish]", "[vocabulary.channel]", (88, 9), "vocabulary.channel.items", "word `office`"),
    row("ja = \"お茶\"", "ja = \"\"", (89, 24), "vocabulary.wish.items[0].ja", "must not be empty"),
    row("  { code = \"tea\"", "  { code = \"tea\", ja = \"茶\", en = \"T\" },\n  { code = \"tea\"", (90, 12), "vocabulary.wish.items[1].code", "used twice"),
    row("ja = \"場所\"\nen = \"Place\"\n", "", (91, 1), "vocabulary.place", "needs a name"),
    row("vocabulary = \"place\"", "vocabulary = \"plase\"", (105, 14), "form[0].add[0].vocabulary", "did you mean `place`?"),
    row("vocabulary = \"place\"\n", "", (100, 1), "form[0].add[0]", "needs a vocabulary"),
    row("kind = \"choice\"\n", "kind = \"text\"\n", (105, 14), "form[0].add[0].vocabulary", "only a choice"),
    row("[[form.add]]", "[[form.fields]]", (100, 8), "form[0].fields", "did you mean `field`?"),
    // Plans and the demo.
    row("\"city\", \"district\"]", "\"city\", \"village\"]", (110, 19), "plan[0].matrix[1]", "unknown tier"),
    row("code = \"two\"", "code = \"one\"", (117, 12), "plan[0].pillar[0].item[1].code", "used twice"),
    row("counts = [3]", "counts = [3, 4]", (126, 10), "demo.tier[0].counts", "one for each of 1 areas"),
    row("counts = [1, 2, 1]", "counts = [1, 2]", (129, 10), "demo.staff[0].counts", "one for each of 3 areas"),
    row("[[demo.tier]]\ntier = \"district\"\ncounts = [3]\n", "", (119, 1), "demo", "has no number"),
    row("counts = [3]", "counts = [4000000000]", (126, 10), "demo.tier[0].counts", "1 to 100000 areas"),
    row("months = 6", "months = 6000", (74, 10), "deadline[0].months", "at most 600"),
    row("tenant = \"407992\"", "tenant = \"40799\"", (122, 10), "demo.tenant", "6 digits"),
];

/// Findings that let the file through.
#[rustfmt::skip]
const WARNINGS: &[Row] = &[
    row("\"find_issue\"]", "\"find_issue\", \"form_policy\"]", (62, 42), "body[0].functions[2]", "outside the level"),
    row("members = [\"csw\"]", "confidential = true", (63, 16), "body[0].confidential", "basis"),
    row("\"case_lead\", ", "\"case_lead\", \"case_lead\", ", (29, 78), "role[0].may[4]", "written twice"),
    row("reports_to = \"meeting\"", "[[body]]\ncode = \"x\"\nja = \"x\"\nen = \"x\"\ntier = \"city\"\nreports_to = \"y\"\n[[body]]\ncode = \"y\"\nja = \"y\"\nen = \"y\"\ntier = \"district\"", (74, 14), "body[2].reports_to", "smaller area"),
];

fn changed(row: &Row) -> String {
    assert!(SOUND.contains(row.find), "nothing to change: {}", row.find);
    SOUND.replacen(row.find, row.put, 1)
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.line_for(Lang::En) + "\n").collect()
}

fn holds(row: &Row, severity: Severity) -> Result<(), String> {
    let problems = check("small.toml", &changed(row), &crate::rooms::CATALOGUE);
    let found = problems.iter().any(|problem| {
        (problem.line, problem.column) == row.at
            && problem.path == row.path
            && problem.en.contains(row.says)
            && problem.severity == severity
    });
    if found {
        Ok(())
    } else {
        Err(format!(
            "{:?} → {:?}\nwanted {:?} {} {}\ngot\n{}",
            row.find,
            row.put,
            row.at,
            row.path,
            row.says,
            lines(&problems)
        ))
    }
}

#[test]
fn the_sound_profile_has_no_finding() {
    let problems = check("small.toml", SOUND, &crate::rooms::CATALOGUE);

    assert!(problems.is_empty(), "{}", lines(&problems));
}

#[test]
fn every_broken_file_names_its_line_and_column() {
    let missed: Vec<String> = ERRORS.iter().filter_map(|row| holds(row, Severity::Error).err()).collect();

    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_is_only_odd_is_a_warning_and_lets_the_file_through() {
    let base = crate::rooms::load_profile("base").unwrap();

    let missed: Vec<String> = WARNINGS.iter().filter_map(|row| holds(row, Severity::Warning).err()).collect();

    assert!(missed.is_empty(), "{}", missed.join("\n"));
    for row in WARNINGS {
        assert!(Profile::parse("small.toml", &changed(row), Some(&base), &crate::rooms::CATALOGUE).is_ok());
    }
}

#[test]
fn no_broken_file_is_taken_for_a_profile() {
    let base = crate::rooms::load_profile("base").unwrap();

    for row in ERRORS {
        let refused = Profile::parse("small.toml", &changed(row), Some(&base), &crate::rooms::CATALOGUE).unwrap_err();

        assert!(refused.iter().all(Problem::is_error));
        assert!(!refused.is_empty(), "{}", row.put);
    }
}

#[test]
fn one_run_shows_every_unknown_key() {
    let text = SOUND.replace("reach =", "raech =").replace("short =", "shrot =");

    let problems = check("small.toml", &text, &crate::rooms::CATALOGUE);

    let unknown = problems.iter().filter(|problem| problem.en.starts_with("unknown key")).count();
    assert_eq!(unknown, 4, "{}", lines(&problems));
    assert!(problems.is_sorted_by_key(|problem| (problem.line, problem.column)));
}

#[test]
fn a_finding_reads_like_a_compilers_in_both_languages() {
    let text = SOUND.replace("host = \"shakyo\"", "host = \"shakyu\"");

    let problems = check("小さな市.toml", &text, &crate::rooms::CATALOGUE);

    assert_eq!(
        problems[0].line_for(Lang::Ja),
        "小さな市.toml:59:8: 誤り: 組織の種類「shakyu」はありません。「shakyo」のことですか？ (body[0].host)"
    );
    assert_eq!(
        problems[0].to_string(),
        "小さな市.toml:59:8: error: unknown organisation kind `shakyu`: did you mean `shakyo`? (body[0].host)"
    );
}

#[test]
fn an_empty_file_and_a_file_without_the_base_say_what_is_missing() {
    let empty = check("x.toml", "", &crate::rooms::CATALOGUE);
    let alone = check("x.toml", &SOUND.replace("extends = \"base\"\n", "\n"), &crate::rooms::CATALOGUE);

    assert_eq!(lines(&empty), "x.toml:1:1: error: the section [profile] is missing (profile)\n");
    assert!(alone.iter().any(|problem| problem.en == "the vocabulary `channel` is missing" && problem.line == 2));
    assert!(alone.iter().any(|problem| problem.en == "the deadline `contact_next` is missing"));
}

proptest::proptest! {
    /// Cut or garbled files are refused or read, and never bring the program down.
    #[test]
    fn any_cut_of_a_profile_is_answered(from in 0usize..3_000, to in 0usize..3_000) {
        let near = |at: usize| SOUND.char_indices().map(|(byte, _)| byte).rfind(|byte| *byte <= at).unwrap_or(0);
        let (from, to) = (near(from.min(to)), near(from.max(to)));
        let text = format!("{}{}", &SOUND[..from], &SOUND[to..]);

        for problem in check("x.toml", &text, &crate::rooms::CATALOGUE) {
            let line = text.split('\n').nth(problem.line - 1);
            proptest::prop_assert!(line.is_some_and(|line| problem.column <= line.chars().count() + 1), "{problem}");
        }
    }
}
