//! Ids of records, and receipt numbers that a resident can read out over the telephone.

use unicode_normalization::UnicodeNormalization;

/// The id of a record: a UUIDv7 made by whoever creates the record
/// (see [`Clock::new_id`](crate::Clock::new_id)); unique together with its tenant.
pub type Id = uuid::Uuid;

/// Crockford's base 32: no I, L, O or U, which are misread as 1, 1, 0 and V.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters before the check character: 55 random bits, too many to find one by trying.
const PAYLOAD: usize = 11;

/// A receipt number such as `7K3M-Q0ZT-9WXA` out of random bytes, for someone who reported a
/// notice without an account (issue 2, what a user gets, 2).
///
/// 11 characters carry the first 55 bits, the last one checks them: one wrong character, or two
/// that changed places, are always found.
#[must_use]
pub fn receipt_number(bytes: [u8; 8]) -> String {
    let bits = u64::from_be_bytes(bytes) >> 9;
    let mut symbols: Vec<u8> = (0..PAYLOAD).rev().map(|place| ((bits >> (5 * place)) & 31) as u8).collect();
    symbols.push(times_alpha(remainder(&symbols)));
    spell(&symbols)
}

/// Reads a receipt number as people type it: full-width or lower-case letters, spaces and
/// hyphens anywhere, O for 0, I or L for 1.
///
/// Gives the number in the form of [`receipt_number`], or `None` when the length, a letter or
/// the check character is wrong.
#[must_use]
pub fn parse_receipt_number(typed: &str) -> Option<String> {
    let mut symbols = Vec::with_capacity(PAYLOAD + 1);
    for typed in typed.nfkc() {
        let letter = match typed.to_ascii_uppercase() {
            letter if letter.is_whitespace() || is_dash(letter) => continue,
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        };
        // Stops early: the text comes from anyone and may be long.
        if symbols.len() > PAYLOAD {
            return None;
        }
        let symbol = ALPHABET.iter().position(|&a| char::from(a) == letter)?;
        symbols.push(u8::try_from(symbol).ok()?);
    }
    (symbols.len() == PAYLOAD + 1 && remainder(&symbols) == 0).then(|| spell(&symbols))
}

/// Dashes as keyboards and input methods give them, the long vowel mark among them.
fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '−' | 'ー' | '_')
}

fn spell(symbols: &[u8]) -> String {
    let mut out = String::with_capacity(symbols.len() + symbols.len() / 4);
    for (place, &symbol) in symbols.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            out.push('-');
        }
        out.push(char::from(ALPHABET[usize::from(symbol)]));
    }
    out
}

/// The symbols as a polynomial over GF(32), evaluated at α. Powers of α differ for up to 31
/// places, which is why one error and one exchange never cancel out.
fn remainder(symbols: &[u8]) -> u8 {
    symbols.iter().fold(0, |sum, &symbol| times_alpha(sum) ^ symbol)
}

/// Multiplies by α in GF(2⁵) modulo x⁵ + x² + 1.
fn times_alpha(symbol: u8) -> u8 {
    let doubled = symbol << 1;
    if doubled & 32 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_receipt_number_has_three_groups_of_four() {
        let number = receipt_number([0xff; 8]);

        assert_eq!(number.len(), 14);
        assert!(number.starts_with("ZZZZ-ZZZZ-ZZZ"));
        assert_eq!(receipt_number([0; 8]), "0000-0000-0000");
    }

    #[test]
    fn what_people_type_is_read() {
        let number = receipt_number([8, 0, 66, 16, 132, 33, 8, 66]);
        let typed = number.replace('0', "O").replace('1', "l").replace('-', " ー ").to_lowercase();
        let wide: String = number.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();

        assert!(number.contains('0') && number.contains('1'), "{number}");
        assert_eq!(parse_receipt_number(&typed), Some(number.clone()));
        assert_eq!(parse_receipt_number(&wide), Some(number));
    }

    #[test]
    fn what_is_no_receipt_number_is_refused() {
        for typed in ["", "0000", "0000-0000-0001", "0000-0000-000U", "0000-0000-0000-0", "受付番号です"] {
            assert_eq!(parse_receipt_number(typed), None, "{typed}");
        }
        assert_eq!(parse_receipt_number(&"0".repeat(100_000)), None);
    }

    proptest! {
        #[test]
        fn a_number_reads_back_as_itself(bytes: [u8; 8]) {
            let number = receipt_number(bytes);
            prop_assert_eq!(parse_receipt_number(&number), Some(number));
        }

        #[test]
        fn one_wrong_character_is_found(bytes: [u8; 8], place in 0usize..12, other in 0usize..32) {
            let mut typed: Vec<u8> = receipt_number(bytes).replace('-', "").into_bytes();
            prop_assume!(typed[place] != ALPHABET[other]);
            typed[place] = ALPHABET[other];
            prop_assert_eq!(parse_receipt_number(&String::from_utf8(typed).unwrap()), None);
        }

        #[test]
        fn two_exchanged_characters_are_found(bytes: [u8; 8], a in 0usize..12, b in 0usize..12) {
            let mut typed: Vec<u8> = receipt_number(bytes).replace('-', "").into_bytes();
            prop_assume!(typed[a] != typed[b]);
            typed.swap(a, b);
            prop_assert_eq!(parse_receipt_number(&String::from_utf8(typed).unwrap()), None);
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,40}") {
            let read = parse_receipt_number(&text);
            prop_assert!(read.is_none_or(|number| number.len() == 14));
        }
    }
}
