//! What holds of every name, reading, number and address that somebody types or searches for.

use sasae_core::fold::{bigrams, contains_kanji, fold_address, fold_digits, fold_kana, fold_name, fold_phone, is_kana};
use sasae_core::id::{parse_receipt_number, receipt_number};
use sasae_core::text::{clean, count_chars, has_hidden};

/// Panics where something does not hold.
pub fn hold(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for fold in [fold_name, fold_kana, fold_digits, fold_phone, clean] {
        let key = fold(&text);
        assert_eq!(fold(&key), key, "a key is folded to itself: {text:?}");
    }
    let key = fold_name(&text);
    assert_eq!(fold_kana(&key), fold_kana(&text), "folding twice is folding once: {text:?}");
    assert!(!key.chars().any(char::is_whitespace), "{key:?}");
    assert!(fold_digits(&text).bytes().all(|byte| byte.is_ascii_digit()));
    assert!(fold_phone(&text).bytes().all(|byte| byte.is_ascii_digit()));
    let _key = fold_address(&text);
    pieces(&text, &key);
    let tidy = clean(&text);
    assert!(tidy.trim() == tidy && !tidy.contains('\r'), "{tidy:?}");
    assert!(count_chars(&tidy) <= tidy.chars().count());
    assert!(!has_hidden(&key), "what cannot be seen makes no other key: {text:?}");
    if is_kana(&text) {
        assert!(!contains_kanji(&text), "{text:?}");
    }
    receipts(&text, bytes);
}

/// What the full-text search keeps is in order, each once, and of at most two letters.
fn pieces(text: &str, key: &str) {
    let found = bigrams(text);
    assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{found:?}");
    assert!(found.iter().all(|piece| (1..=2).contains(&piece.chars().count())), "{found:?}");
    assert!(found.is_empty() || !key.is_empty(), "{text:?}");
}

/// A number that is given out is read again, however it is typed.
fn receipts(text: &str, bytes: &[u8]) {
    if let Some(number) = parse_receipt_number(text) {
        assert_eq!(parse_receipt_number(&number), Some(number.clone()));
    }
    let mut eight = [0; 8];
    let length = bytes.len().min(8);
    eight[..length].copy_from_slice(&bytes[..length]);
    let number = receipt_number(eight);
    let typed = format!(" {} ", number.to_lowercase().replace('-', "ー").replace('0', "o").replace('1', "l"));
    assert_eq!(parse_receipt_number(&typed), Some(number));
}
