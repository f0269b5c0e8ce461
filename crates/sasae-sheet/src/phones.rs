//! Cells that hold more than one telephone number, or a number and a remark.

use unicode_normalization::UnicodeNormalization;

use crate::place::{Phone, phone};

/// What a cell says of telephones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phones {
    /// The numbers that can be read, in their order.
    pub numbers: Vec<Phone>,
    /// Whether the cell says more than these numbers: a remark, or a number that cannot be read.
    pub says_more: bool,
}

/// Reads every telephone number of a cell: several apart by `/`, 、, a line break or a space, each
/// with a remark (長男, 携帯) before or behind it. Nothing is refused; what is no number is only
/// noticed, so that a telephone number keeps nobody out of a list.
#[must_use]
pub fn phones(cell: &str) -> Phones {
    if let Ok(one) = phone(cell) {
        return Phones { numbers: vec![one], says_more: false };
    }
    let mut found = Phones::default();
    for part in parts(cell) {
        match phone(&part) {
            Ok(one) => found.add(one),
            Err(_) => found.within(&part),
        }
    }
    found
}

impl Phones {
    fn add(&mut self, one: Phone) {
        if !self.numbers.iter().any(|known| known.number == one.number) {
            self.numbers.push(one);
        }
    }

    /// The numbers inside a text with remarks.
    fn within(&mut self, part: &str) {
        self.says_more = true;
        let chars: Vec<char> = part.chars().collect();
        let mut at = 0;
        while at < chars.len() {
            if !begins(&chars[at..]) {
                at += 1;
                continue;
            }
            let end = at + chars[at..].iter().take_while(|c| goes_on(**c)).count();
            let run: String = chars[at..end].iter().collect();
            let (run, end) = with_extension(&chars, run.trim_end_matches(['(', '-', '.', ' ']), end);
            if let Ok(one) = phone(&run) {
                self.add(one);
            }
            at = end;
        }
    }
}

fn begins(chars: &[char]) -> bool {
    match chars {
        ['+' | '(', next, ..] => next.is_ascii_digit(),
        [first, ..] => first.is_ascii_digit(),
        [] => false,
    }
}

fn goes_on(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '.' | ' ')
}

/// `093-111-2222 内線 12` is one number.
fn with_extension(chars: &[char], run: &str, end: usize) -> (String, usize) {
    let rest: String = chars[end..].iter().collect();
    let Some(behind) = rest.strip_prefix("内線").or(rest.strip_prefix("(内線")) else {
        return (run.to_owned(), end);
    };
    let number = behind.trim_start_matches([' ', ':', '番', '-']);
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return (run.to_owned(), end);
    }
    let taken = rest.chars().count() - number.chars().count() + digits.len();
    (format!("{run}内線{digits}"), end + taken)
}

/// The cell in one width, cut where another number may begin.
fn parts(cell: &str) -> Vec<String> {
    let plain: String = cell
        .nfkc()
        .map(|c| match c {
            '−' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '─' | 'ー' => '-',
            '\t' => ' ',
            c => c,
        })
        .collect();
    let mut parts: Vec<String> = Vec::new();
    for piece in plain.split(['/', '、', ',', ';', '\n', '\r', '・', '|']) {
        for word in
            ["または", "又は", "もしくは", "及び", "および"].iter().fold(vec![piece.to_owned()], |words, cut| {
                words.iter().flat_map(|word| word.split(cut)).map(str::to_owned).collect()
            })
        {
            parts.extend(at_spaces(&word));
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// A space ends a number where as many digits as a number has stand before it.
fn at_spaces(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut digits = 0;
    for (at, c) in text.char_indices() {
        let extension = text[at..].trim_start().starts_with("内線")
            || parts.last().is_some_and(|part: &String| part.ends_with("内線"));
        if c == ' ' && digits >= 10 && !extension {
            parts.push(String::new());
            digits = 0;
            continue;
        }
        if c == ' ' && extension {
            continue;
        }
        digits += usize::from(c.is_ascii_digit());
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_cell_is_read_whatever_stands_around_it() {
        for (cell, numbers, says_more) in [
            ("093-000-0001", vec!["093-000-0001"], false),
            ("093-000-0001 / 090-0000-0001", vec!["093-000-0001", "090-0000-0001"], false),
            ("093-000-0001、090-0000-0001", vec!["093-000-0001", "090-0000-0001"], false),
            ("093-000-0001\n090-0000-0001", vec!["093-000-0001", "090-0000-0001"], false),
            ("093-000-0001 090-0000-0001", vec!["093-000-0001", "090-0000-0001"], false),
            ("０９３－０００－０００６", vec!["093-000-0006"], false),
            ("093-000-0003（長男）", vec!["093-000-0003"], true),
            ("自宅：093-000-0003 携帯：090-0000-0001", vec!["093-000-0003", "090-0000-0001"], true),
            ("(093)000-0003 夜のみ", vec!["093-000-0003"], true),
            ("123-4567", vec![], true),
            ("なし", vec![], true),
            ("長男に聞く", vec![], true),
            ("093-000-0001 / なし", vec!["093-000-0001"], true),
        ] {
            let read = phones(cell);
            let found: Vec<&str> = read.numbers.iter().map(|one| one.number.as_str()).collect();

            assert_eq!((found, read.says_more), (numbers, says_more), "{cell}");
        }
        let with_extension = phones("会社 093-000-0003 内線 12（昼）");
        assert_eq!(with_extension.numbers[0].extension.as_deref(), Some("12"));
    }
}
