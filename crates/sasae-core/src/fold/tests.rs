use proptest::prelude::*;

use super::*;

/// Each of the texts has the key.
fn check(fold: impl Fn(&str) -> String, key: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(fold(text), key, "{text}");
    }
}

#[test]
fn forms_of_one_family_name_meet() {
    check(fold_name, "高崎", &["高崎", "髙﨑", "髙　嵜", "高 﨑"]);
    check(fold_name, "渡辺", &["渡辺", "渡邊", "渡邉", "渡\u{8fba}\u{e0100}"]);
    check(fold_name, "斉藤", &["斉藤", "斎藤", "齋藤", "齊藤", "齋\u{e0101}藤"]);
    check(fold_name, "浜田", &["浜田", "濱田", "濵田"]);
    check(fold_name, "沢口", &["沢口", "澤口"]);
    check(fold_name, "桜井", &["桜井", "櫻井"]);
    check(fold_name, "広瀬", &["広瀬", "廣瀬", "廣瀨"]);
    check(fold_name, "島津", &["島津", "嶋津", "嶌津"]);
    check(fold_name, "吉野", &["吉野", "𠮷野", "吉埜"]);
    check(fold_name, "柳田", &["柳田", "栁田"]);
    check(fold_name, "桑原", &["桑原", "桒原"]);
}

#[test]
fn compatibility_ideographs_meet_their_unified_form() {
    check(fold_name, "隆", &["隆", "\u{f9dc}"]);
    check(fold_name, "福祉", &["福祉", "\u{fa1b}\u{fa4d}"]);
    check(fold_name, "長谷", &["長谷", "\u{2ed1}谷", "\u{2fa7}谷"]);
}

#[test]
fn iteration_marks_are_written_out() {
    check(fold_name, "佐佐木", &["佐々木", "佐佐木", "佐〻木"]);
    check(fold_name, "ミスズ", &["みすゞ", "ミスヾ", "みすず"]);
    check(fold_name, "イススカワ", &["いすゝかわ"]);
    assert_eq!(fold_name("々"), "々");
}

#[test]
fn scripts_and_widths_of_kana_meet() {
    check(
        fold_name,
        "ヤマダハナコ",
        &["やまだ　はなこ", "ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ・ハナコ", "やまた\u{3099}はなこ", "ヤマタ゛ハナコ"],
    );
    check(fold_name, "関ケ原", &["関ヶ原", "関ケ原", "關ヶ原"]);
}

#[test]
fn latin_names_meet_without_accents_case_and_marks() {
    check(fold_name, "nguyenvana", &["Nguyễn Văn A", "NGUYEN VAN A", "Ｎｇｕｙｅｎ－Van・A"]);
    check(fold_name, "obrien", &["O'Brien", "O’BRIEN"]);
    assert_eq!(fold_name("Đặng"), "dang");
}

#[test]
fn names_that_differ_keep_their_keys() {
    for (a, b) in [("山田", "山口"), ("ハナコ", "バナコ"), ("太郎", "大郎"), ("土屋", "士屋"), ("柿本", "杮本")]
    {
        assert_ne!(fold_name(a), fold_name(b));
    }
}

#[test]
fn typing_variants_of_a_reading_meet() {
    check(fold_kana, "シヨウジ", &["しょうじ", "ショウヂ", "ｼｮｳｼﾞ", "シヨウジ"]);
    check(fold_kana, "ミズキ", &["みづき", "みずき"]);
    check(fold_kana, "カオル", &["かをる", "かおる"]);
    check(fold_kana, "バイオリン", &["ヴァイオリン", "ヴアイオリン", "ばいおりん"]);
    check(fold_kana, "ブ", &["ヴ", "ヴゥ", "ゔ"]);
    check(fold_kana, "イエ", &["ヰヱ", "いえ"]);
    check(fold_kana, "タロ", &["タロー", "たろ", "ﾀﾛｰ"]);
    check(fold_kana, "ハツトリ", &["はっとり", "ハツトリ"]);
}

#[test]
fn telephone_numbers_meet() {
    check(
        fold_phone,
        "0935820000",
        &[
            "093-582-0000",
            "(093)582-0000",
            "０９３－５８２－００００",
            "+81 93 582 0000",
            "＋81-(0)93-582-0000",
            "093-582-0000 内線12",
            "093-582-0000 ext.3",
            "☎093(582)0000",
        ],
    );
    assert_eq!(fold_phone("81-1234"), "811234");
    assert_eq!(fold_phone("なし"), "");
    assert_eq!(fold_digits("第１２号-3"), "123");
}

#[test]
fn addresses_meet_however_the_numbers_are_written() {
    check(
        fold_address,
        "大手町1-1",
        &[
            "大手町1番1号",
            "大手町１−１",
            "大手町1-1",
            "大手町１番地の１",
            "大手町 1 番 1 号",
            "大手町一番一号",
            "大手町1の1",
            "大手町1ー1",
        ],
    );
    check(
        fold_address,
        "浅野2-14-1",
        &[
            "浅野二丁目14番1号",
            "浅野２丁目１４−１",
            "浅野2-14-1",
            "浅野2丁目14-1",
            "浅野 ２－１４－１",
            "浅野2丁目 14 1",
        ],
    );
    check(fold_address, "浅野12", &["浅野十二丁目", "浅野12丁目", "浅野12"]);
    check(
        fold_address,
        "浅野2-14-1サクラ荘101",
        &["浅野2丁目14番1号さくら荘101号室", "浅野2-14-1 サクラ荘 101", "浅野2丁目14番1号　ｻｸﾗ荘101"],
    );
}

#[test]
fn place_names_keep_their_numerals_and_marks() {
    assert_eq!(fold_address("三番町5番地"), "三番町5");
    assert_eq!(fold_address("八丁堀3-1"), "八丁堀3-1");
    assert_eq!(fold_address("三田一丁目"), "三田1");
    assert_eq!(fold_address("センター街1-2"), "センター街1-2");
    check(fold_address, "自由ケ丘1", &["自由ヶ丘1丁目", "自由が丘1", "自由ケ丘１番地", "自由ガ丘一丁目"]);
    check(fold_address, "八瀬ノ里3", &["八瀬の里3", "八瀬ノ里３番地"]);
}

#[test]
fn notes_and_queries_share_their_pieces() {
    let note = bigrams("買物に行けない。デイサービスを希望");

    assert!(bigrams("でいさーびす").iter().all(|piece| note.contains(piece)));
    assert!(bigrams("買物").iter().all(|piece| note.contains(piece)));
    assert!(!note.contains(&"イデ".to_owned()));
    assert_eq!(bigrams("ああ ああ、い"), ["アア", "イ"]);
    assert!(bigrams(" 、。\n").is_empty());
}

#[test]
fn kanji_and_readings_are_told_apart() {
    assert!(contains_kanji("山だ") && contains_kanji("𠮷") && contains_kanji("\u{f9dc}"));
    assert!(!contains_kanji("やまダ ABC"));
    assert!(is_kana("やまだ　ハナコ") && is_kana("ﾔﾏﾀﾞ ｲﾁﾛｰ") && is_kana("マリア・テレサ"));
    assert!(!is_kana("山だ") && !is_kana("") && !is_kana("ー") && !is_kana("Yamada"));
}

#[test]
fn the_table_of_variants_is_large_and_has_no_chains() {
    let pairs: Vec<(char, char)> = variants::pairs().collect();

    assert!(pairs.len() >= 120, "{}", pairs.len());
    let mut seen = std::collections::HashSet::new();
    for (variant, common) in pairs {
        assert!(seen.insert(variant), "{variant} stands twice");
        assert_eq!(common_form(common), common, "{variant} leads to {common}, itself a variant");
        assert_eq!(common_form(variant), common);
        // What NFKC changes never reaches the table.
        assert!(unicode_normalization::is_nfkc(&variant.to_string()), "{variant}");
        assert!(unicode_normalization::is_nfkc(&common.to_string()), "{common}");
    }
}

/// Text as names have it: kanji, kana in all widths, marks, Latin letters.
fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            prop::char::range('ぁ', 'ヿ'),
            prop::char::range('\u{ff61}', '\u{ff9f}'),
            prop::char::range('一', '龯'),
            prop::char::range('\u{f900}', '\u{fa6d}'),
            prop::char::range(' ', 'ſ'),
            prop::sample::select(vec!['髙', '﨑', '邊', '々', 'ヽ', '\u{e0100}', '　', '𠮷', '゛', '\u{3099}']),
            any::<char>(),
        ],
        0..12,
    )
    .prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn folding_a_key_again_changes_nothing(text in name()) {
        for fold in [fold_name, fold_kana, fold_digits] {
            let key = fold(&text);
            prop_assert_eq!(fold(&key), key);
        }
    }

    #[test]
    fn a_selector_or_a_space_anywhere_changes_no_key(text in name(), place in 0usize..12) {
        let chars: Vec<char> = text.chars().collect();
        let place = place.min(chars.len());
        // A combining mark belongs to the letter before it; nothing may come between.
        prop_assume!(chars.get(place).is_none_or(|&c| !is_combining_mark(c) && !matches!(c, '゛' | '゜' | 'ﾞ' | 'ﾟ')));
        let with = |mark: char| -> String {
            chars[..place].iter().chain([&mark]).chain(&chars[place..]).collect()
        };
        prop_assert_eq!(fold_name(&with('\u{e0101}')), fold_name(&text));
    }

    #[test]
    fn half_width_and_hiragana_spellings_share_a_key(text in "[ァ-ヴー]{1,10}") {
        let hiragana: String = text
            .chars()
            .map(|c| if c == 'ー' { c } else { char::from_u32(u32::from(c) - 0x60).unwrap() })
            .collect();
        prop_assert_eq!(fold_name(&hiragana), fold_name(&text));
        prop_assert_eq!(fold_kana(&hiragana), fold_kana(&text));
        prop_assert!(is_kana(&text) || text.chars().all(|c| c == 'ー'));
    }

    #[test]
    fn pieces_of_a_part_are_pieces_of_the_whole(before in "[ぁ-ん一-鿋]{0,6}", part in "[ぁ-ん一-鿋]{2,6}", after in "[ぁ-ん一-鿋]{0,6}") {
        let whole = bigrams(&format!("{before}{part}{after}"));
        for piece in bigrams(&part) {
            prop_assert!(whole.contains(&piece), "{}", piece);
        }
    }

    #[test]
    fn any_text_folds_without_a_panic(text: String) {
        prop_assert!(!fold_address(&text).contains(char::is_whitespace));
        prop_assert!(fold_phone(&text).bytes().all(|b| b.is_ascii_digit()));
        let pieces = bigrams(&text);
        prop_assert!(pieces.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn every_way_to_write_a_number_gives_one_address(a in 1u32..40, b in 1u32..100, c in 1u32..100) {
        let key = format!("浅野{a}-{b}-{c}");
        for text in [
            format!("浅野{a}丁目{b}番{c}号"),
            format!("浅野{a}丁目{b}番地{c}"),
            format!("浅野{a}丁目{b}番地の{c}"),
            format!("浅野{a}−{b}−{c}"),
            format!("浅野　{a}ー{b}ー{c}"),
            format!("浅野{a}丁目　{b}－{c}"),
        ] {
            prop_assert_eq!(fold_address(&text), key.clone());
        }
    }
}
