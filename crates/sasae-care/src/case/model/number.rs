//! The number of a case as people write it.

/// A number in the letters in which it is kept: any width and any mark between, capital letters, no spaces.
pub fn fold_number(typed: &str) -> String {
    let narrow = typed.chars().map(|c| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '−' | 'ー' | '―' | '‐' | '–' | '—' => '-',
        other => other,
    });
    narrow.filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase()
}

/// The year and the serial of a folded number, with or without its zeros; the year is empty where
/// nobody wrote one.
pub fn parts_of(folded: &str) -> Option<(&str, i64)> {
    let (year, serial) = folded.rsplit_once('-').unwrap_or(("", folded));
    let serial = Some(serial).filter(|serial| serial.chars().all(|c| c.is_ascii_digit()))?;
    Some((year, serial.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_any_width_with_or_without_zeros_and_year() {
        for (typed, parts) in [
            ("R8-0201", Some(("R8", 201))),
            ("Ｒ８－０２０１", Some(("R8", 201))),
            ("ｒ８ー２０１", Some(("R8", 201))),
            ("０２０１", Some(("", 201))),
            ("R8-", None),
            ("見守り", None),
            ("R8-20 1 ", Some(("R8", 201))),
        ] {
            assert_eq!(parts_of(&fold_number(typed)), parts, "{typed}");
        }
    }
}
