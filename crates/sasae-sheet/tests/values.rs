//! The parsers of values, as tables.

use sasae_sheet::{decimal, identifier, integer, list, text_value, yes_no};

#[test]
fn whole_numbers_are_read_as_offices_write_them() {
    for (cell, expected) in [
        ("12", 12),
        ("１２", 12),
        ("1,234", 1234),
        ("１，２３４，５６７", 1_234_567),
        ("12人", 12),
        ("12 名", 12),
        ("12.0", 12),
        ("-3", -3),
        ("−3", -3),
        ("▲3", -3),
        ("+3", 3),
    ] {
        assert_eq!(integer(cell, -10..=2_000_000, &["人", "名"]), Ok(expected), "{cell}");
    }
    for cell in ["12世帯", "約12", "1,23", "12,", "1.5", "十二", "12-13", "人", "1e3", "99999999999999999999", "11件"]
    {
        assert!(integer(cell, -10..=2_000_000, &["人", "名"]).is_err(), "{cell}");
    }
    let reason = integer("150", 0..=120, &[]).unwrap_err();
    assert!(reason.ja.contains("0 から 120"));
}

#[test]
fn decimal_numbers_are_read_as_offices_write_them() {
    for (cell, expected) in [("3.5", 3.5), ("３．５", 3.5), ("1,234.5", 1234.5), ("2.1m", 2.1), ("-0.5", -0.5)] {
        assert_eq!(decimal(cell, -1.0..=10_000.0, &["m"]), Ok(expected), "{cell}");
    }
    for cell in ["1.2.3", ".", "", "1.", "inf", "NaN", "3.5km"] {
        assert!(decimal(cell, -1.0..=10_000.0, &["m"]).is_err(), "{cell}");
    }
}

#[test]
fn yes_and_no() {
    for cell in ["○", "〇", "◯", "有", "あり", "可", "1", "１", "true", "TRUE", "はい", "Yes"] {
        assert_eq!(yes_no(cell), Ok(true), "{cell}");
    }
    for cell in ["×", "✕", "無", "なし", "不可", "0", "０", "false", "いいえ", "No"] {
        assert_eq!(yes_no(cell), Ok(false), "{cell}");
    }
    for cell in ["△", "◎", "要相談", "2", "○（要予約）", "有無", "?"] {
        assert!(yes_no(cell).is_err(), "{cell}");
    }
    assert!(yes_no("△").unwrap_err().en.contains("△"));
    assert!(yes_no("△").unwrap_err().en.contains("needs a decision"));
}

#[test]
fn lists_are_split_but_not_inside_brackets() {
    for (cell, expected) in [
        ("洪水　地震　津波", vec!["洪水", "地震", "津波"]),
        ("a、b,c・d/e；f\ng", vec!["a", "b", "c", "d", "e", "f", "g"]),
        ("宮前（新南　大新）　雄湊", vec!["宮前（新南　大新）", "雄湊"]),
        ("津波　", vec!["津波"]),
        ("会議室 A", vec!["会議室 A"]),
        ("-", vec![]),
        ("a（b、c", vec!["a（b", "c"]),
    ] {
        assert_eq!(list(cell), expected, "{cell}");
    }
}

#[test]
fn text_is_bounded_and_clean() {
    assert_eq!(text_value("葛\u{E0100}飾", 3).as_deref(), Ok("葛\u{E0100}飾"), "IVS is kept");
    assert_eq!(text_value("a\u{200B}b", 3).as_deref(), Ok("ab"));
    assert!(text_value("abcd", 3).is_err());
    assert!(text_value("a\u{7}b", 9).is_err());
    assert!(text_value("#REF!", 9).is_err());
}

#[test]
fn identifiers_destroyed_by_a_spreadsheet_are_refused() {
    for cell in ["4.01E+11", "1E+05", "1.23e+10"] {
        assert!(identifier(cell, 20).is_err(), "{cell}");
    }
    for cell in ["E4010000001201", "0001", "A-1", "1+1", "e+1"] {
        assert_eq!(identifier(cell, 20).as_deref(), Ok(cell));
    }
}
