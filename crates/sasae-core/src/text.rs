//! Free text as people paste it: line ends, control characters and characters that deceive.

use unicode_normalization::char::{compose, is_combining_mark};

/// The text as it is stored: line ends become `\n`, control characters other than newline and
/// tab go, and so do characters that cannot be seen and change how the text reads ([`is_hidden`]);
/// white space at both ends (also the full-width space) goes.
///
/// Nothing else changes: old kanji forms and variation selectors stay as typed (#47). Joiners stay
/// where the script before them joins; between kana, kanji and Latin letters they join nothing.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_return = false;
    for c in text.chars() {
        match c {
            '\n' if after_return => {}
            '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push('\t'),
            c if c.is_control() || is_hidden(c) => {}
            '\u{200c}' | '\u{200d}' if !out.chars().next_back().is_some_and(joins) => {}
            c => out.push(c),
        }
        after_return = c == '\r';
    }
    let trimmed = out.trim();
    if trimmed.len() == out.len() { out } else { trimmed.to_owned() }
}

/// Whether the text holds control characters that no keyboard types, NUL among them; line ends and tabs are none.
#[must_use]
pub fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{85}'))
}

/// Whether a joiner behind a character can mean something: not behind Latin letters, kana and kanji.
fn joins(c: char) -> bool {
    !matches!(c,
        '\u{0}'..='\u{24f}' | '\u{3000}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}'
        | '\u{20000}'..='\u{3ffff}' | '\u{e0100}'..='\u{e01ef}')
}

/// Characters as a reader counts them: a kanji with its variation selector, or a letter with
/// its accents, is one.
#[must_use]
pub fn count_chars(text: &str) -> usize {
    text.chars().filter(|&c| !is_variation_selector(c) && !is_combining_mark(c) && c != '\u{200d}').count()
}

/// Whether the text holds characters that cannot be seen and change how it reads: direction
/// overrides, invisible spaces and tags. A name with them can pretend to be another name.
#[must_use]
pub fn has_hidden(text: &str) -> bool {
    text.chars().any(is_hidden)
}

/// Whether a character cannot be seen and changes how the text around it reads.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Letters with their marks as one character where there is one, as for names of files that come
/// with か and its voiced mark apart. Unlike NFC it leaves old forms of kanji as they are.
#[must_use]
pub fn compose_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match out.chars().next_back().and_then(|before| compose(before, c)) {
            Some(whole) => {
                out.pop();
                out.push(whole);
            }
            None => out.push(c),
        }
    }
    out
}

/// Marks that choose a glyph of the character before them (IVS among them).
pub(crate) fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn line_ends_become_one_kind() {
        assert_eq!(clean("一\r\n二\r三\n\n四\u{2028}五"), "一\n二\n三\n\n四\n五");
    }

    #[test]
    fn control_characters_go_and_tabs_stay() {
        assert_eq!(clean("\u{feff}　a\u{0}b\u{1b}[0m\tc\u{7f}　\n"), "ab[0m\tc");
    }

    #[test]
    fn old_forms_and_variation_selectors_stay() {
        assert_eq!(clean("葛\u{e0100}城 髙﨑"), "葛\u{e0100}城 髙﨑");
    }

    #[test]
    fn what_cannot_be_seen_goes_and_joiners_stay_where_a_script_joins() {
        assert_eq!(clean("山\u{202e}田\u{200b}花\u{2066}子\u{2069}\u{200e}"), "山田花子");
        assert_eq!(clean("山\u{200d}田\u{200c}a\u{200d}b"), "山田ab");
        assert_eq!(clean("\u{645}\u{6cc}\u{200c}\u{62e}"), "\u{645}\u{6cc}\u{200c}\u{62e}");
        assert_eq!(clean("\u{1f468}\u{200d}\u{1f469}"), "\u{1f468}\u{200d}\u{1f469}");
        assert_eq!(clean("葛\u{e0100}\u{202e}"), "葛\u{e0100}");
    }

    #[test]
    fn a_kanji_with_its_selector_counts_once() {
        assert_eq!(count_chars("葛\u{e0100}城市"), 3);
        assert_eq!(count_chars("か\u{3099}"), 1);
        assert_eq!(count_chars("𠮷野"), 2);
    }

    #[test]
    fn direction_overrides_are_hidden_and_selectors_are_not() {
        assert!(has_hidden("山田\u{202e}郎太"));
        assert!(has_hidden("山\u{200b}田"));
        assert!(!has_hidden("葛\u{e0100}城\n髙﨑　１"));
    }

    #[test]
    fn marks_join_their_letters_and_old_forms_stay() {
        assert_eq!(compose_marks("か\u{3099}くせい.pdf"), "がくせい.pdf");
        assert_eq!(compose_marks("ハ\u{309a}パ e\u{301}"), "パパ é");
        assert_eq!(compose_marks("\u{fa19}﨑葛\u{e0100}"), "\u{fa19}﨑葛\u{e0100}");
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(text: String) {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once.clone());
            prop_assert!(once.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
            prop_assert!(!has_hidden(&once));
        }
    }
}
