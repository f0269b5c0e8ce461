//! A person is found however the name is typed, and only by those who may see.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sasae_core::fold::fold_kana;

use super::*;
use crate::case::{self, AnswerForm, OpenForm, RoleForm};
use crate::listing::{ListQuery, Row, Walk, Window};
use crate::person::PERSON;
use crate::person::list::PERSONS;
use crate::person::model::{behind_prefix, keys_of};
use crate::person::search::find;
use crate::testing::plan;
use crate::web::Pairs;

/// Names with letters that people write in several ways.
const NAMES: [[&str; 4]; 10] = [
    ["髙橋", "惠子", "たかはし", "けいこ"],
    ["渡邊", "一郎", "わたなべ", "いちろう"],
    ["齋藤", "壽賀子", "さいとう", "すがこ"],
    ["濵﨑", "きょう子", "はまさき", "きょうこ"],
    ["佐々木", "みづゑ", "ささき", "みづゑ"],
    ["吉澤", "櫻", "よしざわ", "さくら"],
    ["廣瀨", "正二", "ひろせ", "しょうじ"],
    ["ローラ", "ヴァン", "ろーら", "ゔぁん"],
    ["関ヶ原", "冨美", "せきがはら", "ふみ"],
    ["島津", "龍一", "しまづ", "りゅういち"],
];

/// Letters of the same name, old and new.
const TWINS: [(char, char); 16] = [
    ('髙', '高'),
    ('惠', '恵'),
    ('邊', '辺'),
    ('邊', '邉'),
    ('齋', '斉'),
    ('齋', '斎'),
    ('壽', '寿'),
    ('濵', '浜'),
    ('﨑', '崎'),
    ('澤', '沢'),
    ('櫻', '桜'),
    ('廣', '広'),
    ('瀨', '瀬'),
    ('冨', '富'),
    ('龍', '竜'),
    ('島', '嶋'),
];

const FULL: &str =
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォッャュョー";
const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｯｬｭｮｰ";

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap(),
        c => c,
    }
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap(),
        c => c,
    }
}

/// A voiced letter as its plain one and how it is marked.
fn plain(c: char) -> Option<(char, char)> {
    let back = |by: u32| char::from_u32(u32::from(c) - by).unwrap();
    match c {
        'ヴ' => Some(('ウ', 'v')),
        'ガ' | 'ギ' | 'グ' | 'ゲ' | 'ゴ' | 'ザ' | 'ジ' | 'ズ' | 'ゼ' | 'ゾ' | 'ダ' | 'ヂ' | 'ヅ' | 'デ' | 'ド'
        | 'バ' | 'ビ' | 'ブ' | 'ベ' | 'ボ' => Some((back(1), 'v')),
        'パ' | 'ピ' | 'プ' | 'ペ' | 'ポ' => Some((back(2), 'p')),
        _ => None,
    }
}

fn half_width(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().map(katakana) {
        let (base, mark) = plain(c).map_or((c, None), |(base, mark)| (base, Some(mark)));
        let half = FULL.chars().position(|full| full == base).and_then(|at| HALF.chars().nth(at));
        match half {
            Some(half) => out.push(half),
            None => out.push(c),
        }
        if half.is_some()
            && let Some(mark) = mark
        {
            out.push(if mark == 'v' { 'ﾞ' } else { 'ﾟ' });
        }
    }
    out
}

fn decomposed(text: &str) -> String {
    text.chars()
        .map(katakana)
        .flat_map(|c| match plain(c) {
            Some((base, 'v')) => vec![base, '\u{3099}'],
            Some((base, _)) => vec![base, '\u{309a}'],
            None => vec![c],
        })
        .collect()
}

fn each(text: &str, change: impl Fn(char) -> char) -> String {
    text.chars().map(change).collect()
}

/// The same name as another person types it.
fn variant(text: &str, way: u8) -> String {
    match way % 12 {
        0 => each(text, katakana),
        1 => each(text, hiragana),
        2 => half_width(text),
        3 => decomposed(text),
        4 => each(text, |c| TWINS.iter().find(|(old, _)| *old == c).map_or(c, |(_, new)| *new)),
        5 => each(text, |c| TWINS.iter().rev().find(|(old, _)| *old == c).map_or(c, |(_, new)| *new)),
        6 => each(text, |c| match c {
            'ゃ' => 'や',
            'ゅ' => 'ゆ',
            'ょ' => 'よ',
            'っ' => 'つ',
            'ャ' => 'ヤ',
            'ュ' => 'ユ',
            'ョ' => 'ヨ',
            c => c,
        }),
        7 => each(text, |c| match c {
            'ぢ' => 'じ',
            'づ' => 'ず',
            'ゑ' => 'え',
            'ヅ' => 'ズ',
            'ヂ' => 'ジ',
            'ヱ' => 'エ',
            c => c,
        }),
        8 => text
            .chars()
            .flat_map(|c| match c {
                // A mark belongs to the letter before it.
                'ﾞ' | 'ﾟ' | '\u{3099}' | '\u{309a}' | '\u{e0100}' => vec![c],
                c => vec!['　', c],
            })
            .collect(),
        9 => text
            .chars()
            .flat_map(|c| match c {
                '一'..='龯' => vec![c, '\u{e0100}'],
                c => vec![c],
            })
            .collect(),
        10 => text.replace('々', "〻").replace('ヶ', "ケ"),
        _ => text.replace('ー', ""),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_name_is_found_however_it_is_typed(
        who in 0usize..NAMES.len(),
        part in 0usize..4,
        letters in 1usize..9,
        ways in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let [family, given, family_kana, given_kana] = NAMES[who];
        let whole = match part {
            0 => format!("{family}{given}"),
            1 => given.to_owned(),
            2 => format!("{family_kana}{given_kana}"),
            _ => given_kana.to_owned(),
        };
        let begun: String = whole.chars().take(letters).collect();
        // ヴ alone is another sound than ヴァ; whoever types it goes on typing.
        prop_assume!(!begun.ends_with(['ヴ', 'ゔ']));
        let typed = ways.iter().fold(begun, |text, way| variant(&text, *way));
        let key = fold_kana(&typed);
        let keys = keys_of(NAMES[who]);
        prop_assert!(key.is_empty() || keys.iter().any(|one| one.starts_with(&key)), "{typed} → {key}, {keys:?}");
    }

    #[test]
    fn a_range_holds_exactly_what_begins_with_the_prefix(prefix in "\\PC{1,4}", text in "\\PC{0,6}", joined: bool) {
        let text = if joined { format!("{prefix}{text}") } else { text };
        let end = behind_prefix(&prefix);
        let inside = text.as_bytes() >= prefix.as_bytes() && text.as_bytes() < end.as_bytes();
        prop_assert_eq!(inside, text.starts_with(&prefix));
    }
}

#[test]
fn the_range_steps_over_the_gap_of_surrogates() {
    assert_eq!(behind_prefix("a\u{d7ff}"), "a\u{e000}");
    assert_eq!(behind_prefix("a\u{10ffff}"), "b");
    assert!(behind_prefix("\u{10ffff}").as_str() > "\u{10ffff}");
}

/// A case about `person`, opened by `lead`, in whose team `member` is.
async fn put_into_case(test: &TestApp, person: Id, lead: Id, member: Id) {
    let ctx = test.acting(lead).await;
    let mut work = ctx.begin().await.unwrap();
    let form = OpenForm {
        title: "見守り".to_owned(),
        persons: vec![person.to_string()],
        area: test.city.to_string(),
        ..OpenForm::default()
    };
    let case = case::open(&ctx, &mut work, &form).await.unwrap();
    let form = RoleForm {
        staff: member.to_string(),
        role: "visit".to_owned(),
        task: "訪ねる".to_owned(),
        due_on: "2025-07-31".to_owned(),
        ..RoleForm::default()
    };
    let role = case::ask(&ctx, &mut work, case, &form).await.unwrap();
    work.commit("").await.unwrap();
    let ctx = test.acting(member).await;
    let mut work = ctx.begin().await.unwrap();
    let form = AnswerForm { answer: "accept".to_owned(), ..AnswerForm::default() };
    case::answer_role(&ctx, &mut work, case, role, &form).await.unwrap();
    work.commit("").await.unwrap();
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_search_gives_exactly_those_whom_the_policy_shows(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let system = test.system().await;
        let protector = test.staff("権利擁護", "csw", test.city).await;
        let readers = [
            protector,
            test.staff("甲区", "coordinator", test.wards[0]).await,
            test.staff("甲区第1", "coordinator", test.districts[0]).await,
            test.staff("乙区", "ward_officer", test.wards[1]).await,
            test.staff("民生委員", "minsei", test.districts[0]).await,
            test.staff("ケアマネ", "care_manager", test.wards[1]).await,
            test.staff("市", "city_officer", test.city).await,
        ];
        let mut people = Vec::new();
        for (n, name) in NAMES.iter().chain(NAMES.iter()).enumerate() {
            let [family, given, family_kana, given_kana] = name.map(str::to_owned);
            let form = PersonForm { family, given, family_kana, given_kana, ..named(test.districts[n % 4], "", "") };
            people.push((add(&system, &form).await, *name));
        }
        let [seal, entrust_to, bar, team] = [readers[0], readers[4], readers[1], readers[5]];
        let ctx = test.acting(seal).await;
        for n in [0, 9] {
            restrict(&ctx, people[n].0, "sealed", None).await;
        }
        for n in [4, 12] {
            restrict(&ctx, people[n].0, "barred", Some(bar)).await;
            entrust(&ctx, people[n].0, entrust_to).await.unwrap();
        }
        restrict(&ctx, people[12].0, "barred", Some(entrust_to)).await;
        for n in [2, 3, 9] {
            put_into_case(&test, people[n].0, seal, team).await;
        }

        for reader in readers {
            let ctx = test.acting(reader).await;
            let mut read = ctx.read().await.unwrap();
            let mut visible = BTreeSet::new();
            for (id, _) in &people {
                if access::can_see(&ctx, &mut read, &PERSON, *id).await.unwrap() {
                    visible.insert(*id);
                }
            }
            for (n, (_, name)) in people.iter().enumerate() {
                let whole = [format!("{}{}", name[0], name[1]), format!("{}{}", name[2], name[3])][n % 2].clone();
                let typed = variant(&whole.chars().take(1 + n % 3).collect::<String>(), n as u8);
                let key = fold_kana(&typed);
                let expected: BTreeSet<Id> = people
                    .iter()
                    .filter(|(id, name)| visible.contains(id) && keys_of(*name).iter().any(|one| one.starts_with(&key)))
                    .map(|(id, _)| *id)
                    .collect();

                let found = find(&ctx, &mut read, &typed, 1000).await.unwrap();

                let ids: BTreeSet<Id> = found.rows.iter().map(|row| row.id).collect();
                assert_eq!(ids, expected, "{reader} {typed}");
                assert_eq!(ids.len(), found.rows.len(), "nobody comes twice");
                for walk in [Walk::Order, Walk::Sight] {
                    let asked = ListQuery::read(&ctx, &PERSONS, &Pairs::from([("q", typed.as_str())])).unwrap().walked(walk);
                    let mut listed = Vec::new();
                    let mut take = |row: Row| {
                        listed.push(row.records[0].1);
                        Ok(())
                    };
                    (PERSONS.rows)(&ctx, &mut read, &asked, Window::first(1000), &mut take).await.unwrap();
                    assert_eq!(listed.len(), expected.len(), "{reader} {typed} {walk:?}");
                    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), expected, "{reader} {typed} {walk:?}");
                }
            }
        }
    }

    async fn a_search_says_that_there_are_more_and_never_how_many(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let system = test.system().await;
        let reader = test.staff("甲区", "coordinator", test.wards[0]).await;
        for n in 0..6 {
            add(&system, &named(test.districts[n % 2], "まり", "まりこ")).await;
        }
        let ctx = test.acting(reader).await;
        let mut read = ctx.read().await.unwrap();

        let some = find(&ctx, &mut read, "マリ", 5).await.unwrap();
        let all = find(&ctx, &mut read, "マリ", 6).await.unwrap();
        let none = find(&ctx, &mut read, " 　", 6).await.unwrap();

        assert!(some.more && some.rows.len() == 5);
        assert!(!all.more && all.rows.len() == 6);
        assert!(none.rows.is_empty());
    }

    async fn one_of_the_readers_own_is_found_among_a_crowd_elsewhere(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let system = test.system().await;
        let reader = test.staff("甲区", "coordinator", test.wards[0]).await;
        let here = add(&system, &named(test.districts[0], "まり", "まりこ")).await;
        let mut crowd = Vec::new();
        for _ in 0..120 {
            crowd.push(add(&system, &named(test.districts[2], "まり", "まりこ")).await);
        }
        let ctx = test.acting(reader).await;
        let found = async || {
            let mut read = ctx.read().await.unwrap();
            find(&ctx, &mut read, "マリ", 5).await.unwrap().rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };

        let alone = found().await;
        let protector = test.staff("権利擁護", "csw", test.city).await;
        put_into_case(&test, crowd[77], protector, reader).await;
        let both = found().await;

        assert_eq!(alone, [here]);
        assert_eq!(both, [here, crowd[77]]);
    }

    async fn a_search_walks_keys_or_ones_own_persons_and_never_the_whole_city(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let here = sasae_db::STATEMENTS.iter().filter(|one| one.file.ends_with("person/store/search.rs"));

        let mut looked_at = 0;
        for one in here {
            looked_at += 1;
            let Some(steps) = plan(&mut read, one.text).await else { continue };

            let scans = steps.iter().any(|step| ["SCAN p", "SCAN k", "SCAN a"].contains(&step.as_str()));
            let by_key = one.text.contains("FROM person_key k");
            assert!(!steps.is_empty() && !scans, "{}: {steps:#?}", one.line);
            if by_key {
                // What is counted is searched inside another step.
                let first = steps.iter().find(|step| step.starts_with("SEARCH ") || step.starts_with("SCAN "));
                let range = "SEARCH k USING PRIMARY KEY (tenant=? AND key>? AND key<?)";
                // An import asks for one key.
                let one_key = "SEARCH k USING PRIMARY KEY (tenant=? AND key=?)";
                assert_eq!(*first.unwrap(), if one.text.contains("k.key = ?4") { one_key } else { range });
                assert!(!steps.iter().any(|step| step.contains("FOR ORDER BY")), "the keys are in order already");
            }
        }
        assert!(looked_at >= 6, "{looked_at} statements");
    }

    async fn a_person_is_found_by_birth_date_and_by_telephone(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let system = test.system().await;
        let reader = test.staff("甲区", "coordinator", test.wards[0]).await;
        let minsei = test.staff("民生委員", "minsei", test.districts[0]).await;
        let id = add(&system, &hanako(test.districts[0])).await;
        let ctx = test.acting(reader).await;
        entrust(&ctx, id, minsei).await.unwrap();

        for who in [reader, minsei] {
            let ctx = test.acting(who).await;
            let mut read = ctx.read().await.unwrap();
            for text in ["S15.4.1", "昭和15年4月1日", "1940-04-01", "19400401", "093-582", "０９３５８２０００１", "+81 93 582 0001"] {
                let found = crate::person::search(&ctx, &mut read, text, 10).await.unwrap();
                assert_eq!(found.len(), 1, "{text}");
            }
            for text in ["S15.4.2", "093-583", "0001"] {
                let found = crate::person::search(&ctx, &mut read, text, 10).await.unwrap();
                assert!(found.is_empty(), "{text}");
            }
        }
    }
}
