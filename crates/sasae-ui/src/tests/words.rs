//! Widths, line breaks and dates.

use jiff::civil::date;
use proptest::prelude::*;

use super::super::dates::era_year;
use super::super::parts::date_pair;
use super::super::svg_text::{EM, fit, text_width, wrap};
use sasae_core::lang::Lang;

#[test]
fn a_full_width_character_is_one_em_wide() {
    assert_eq!(text_width("支え合い"), 4 * EM);
    assert!(text_width("ｻｻｴ") < 3 * EM);
    assert_eq!(text_width("か\u{3099}"), 2 * EM, "a combining mark that a font may set apart has room");
}

#[test]
fn a_line_does_not_start_with_a_closing_mark() {
    let lines = wrap("買い物と通院、ごみ出し", 6 * EM, 3);

    assert_eq!(lines, ["買い物と通", "院、ごみ出し"]);
}

#[test]
fn english_breaks_between_words() {
    let lines = wrap("Shopping and doctor", 8 * EM, 3);

    assert_eq!(lines, ["Shopping and", "doctor"]);
}

#[test]
fn a_text_that_is_too_long_ends_in_an_ellipsis() {
    let lines = wrap("あいうえおかきくけこさしすせそ", 4 * EM, 2);

    assert_eq!(lines, ["あいうえ", "おかき…"]);
}

#[test]
fn cut_english_keeps_the_spaces_between_its_words() {
    let lines = wrap("Turn of the support centre of Monzen", 9 * EM, 2);

    assert_eq!(lines.len(), 2);
    assert!(lines.concat().starts_with("Turn of the"), "{lines:?}");
    assert!(!lines[1].contains("supportcentre"), "{lines:?}");
    assert!(lines[1].starts_with("support ce") && lines[1].ends_with('…'), "{lines:?}");
}

#[test]
fn years_are_written_in_their_era_also_in_its_first_year() {
    assert_eq!(era_year(date(2019, 4, 30)), "平成31年");
    assert_eq!(era_year(date(2019, 5, 1)), "令和元年");
    assert_eq!(era_year(date(2025, 4, 1)), "令和7年");
}

#[test]
fn a_date_has_the_other_calendar_beside_it() {
    let text = |lang| date_pair(date(2025, 4, 1), lang).into_string();

    assert!(text(Lang::Ja).contains("令和7年4月1日</span><span class=\"date-other\">（2025-04-01）"));
    assert!(text(Lang::En).contains("2025-04-01</span> <span class=\"date-other\">(令和7年)"));
}

proptest! {
    #[test]
    fn no_line_is_wider_than_its_room(text in "\\PC{0,60}", ems in 2i32..12, lines in 1usize..4) {
        let wrapped = wrap(&text, ems * EM, lines);

        prop_assert!(wrapped.len() <= lines);
        for line in &wrapped {
            prop_assert!(text_width(line) <= ems * EM, "{line}");
        }
    }

    #[test]
    fn a_text_that_fits_is_not_cut(text in "[ぁ-ん一-龥a-z]{0,20}") {
        prop_assert_eq!(fit(&text, text_width(&text)), text);
    }

    #[test]
    fn wrapping_with_room_loses_no_character(text in "[ぁ-ん一-龥、。]{0,40}") {
        let wrapped = wrap(&text, 6 * EM, 100).concat();

        prop_assert_eq!(wrapped, text);
    }
}
