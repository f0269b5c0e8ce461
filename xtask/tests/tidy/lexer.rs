//! Just enough of Rust's lexical grammar to tell code, strings and comments apart.

/// A file, taken apart. `code` and `comments` have the length of the file, so
/// that an offset means the same in each; what does not belong is blank.
#[derive(Default)]
pub struct Source {
    /// Everything but comments and the insides of strings.
    pub code: String,
    /// The comments alone.
    pub comments: String,
    /// The strings as they are written, without quotes.
    pub strings: Vec<Literal>,
}

/// A string literal.
pub struct Literal {
    /// Where its inside begins.
    pub start: usize,
    /// What it says, escapes as written.
    pub text: String,
}

/// Whether a character can be part of a name.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The line, counted from 1, of a byte offset.
pub fn line(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count()
}

/// Takes a file apart.
pub fn read(text: &str) -> Source {
    let mut scan = Scan { text, at: 0, code: blank(text), comments: blank(text), strings: Vec::new() };
    while scan.at < text.len() {
        scan.step();
    }
    Source { code: utf8(scan.code), comments: utf8(scan.comments), strings: scan.strings }
}

/// Only whole characters are blanked or copied, and blanks are ASCII.
fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("whole characters were copied")
}

fn blank(text: &str) -> Vec<u8> {
    text.bytes().map(|byte| if byte == b'\n' { b'\n' } else { b' ' }).collect()
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    code: Vec<u8>,
    comments: Vec<u8>,
    strings: Vec<Literal>,
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn step(&mut self) {
        let rest = self.rest();
        if rest.starts_with("//") {
            let length = rest.find('\n').unwrap_or(rest.len());
            self.comment(length);
        } else if rest.starts_with("/*") {
            let length = block_comment(rest);
            self.comment(length);
        } else if let Some((opening, hashes)) = self.raw_string() {
            let closing = format!("\"{}", "#".repeat(hashes));
            let inside = self.rest()[opening..].find(&closing).unwrap_or(self.rest().len() - opening);
            self.string(opening, inside, closing.len());
        } else if let Some(behind) = rest.strip_prefix('"') {
            let inside = plain_string(behind);
            self.string(1, inside, 1);
        } else if let Some(length) = char_literal(rest) {
            self.at += length;
        } else {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            let end = self.at + length;
            self.code[self.at..end].copy_from_slice(&self.text.as_bytes()[self.at..end]);
            self.at = end;
        }
    }

    fn comment(&mut self, length: usize) {
        let end = self.at + length;
        self.comments[self.at..end].copy_from_slice(&self.text.as_bytes()[self.at..end]);
        self.at = end;
    }

    fn string(&mut self, opening: usize, inside: usize, closing: usize) {
        let start = self.at + opening;
        self.strings.push(Literal { start, text: self.text[start..start + inside].to_owned() });
        let end = (start + inside + closing).min(self.text.len());
        // The quotes stay in the code, so that one sees that an argument is there.
        for at in [start - 1, (start + inside).min(self.text.len() - 1)] {
            self.code[at] = self.text.as_bytes()[at];
        }
        self.at = end;
    }

    /// Length of the opening and number of hashes, where a raw string begins.
    fn raw_string(&self) -> Option<(usize, usize)> {
        let before = self.text[..self.at].chars().next_back();
        if before.is_some_and(is_word) {
            return None;
        }
        let rest = self.rest();
        let prefix = ["br", "cr", "r"].into_iter().find(|prefix| rest.starts_with(prefix))?;
        let hashes = rest[prefix.len()..].bytes().take_while(|byte| *byte == b'#').count();
        rest[prefix.len() + hashes..].starts_with('"').then_some((prefix.len() + hashes + 1, hashes))
    }
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn plain_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character literal, where one begins and not a lifetime.
fn char_literal(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    if let Some(escape) = inside.strip_prefix('\\') {
        let first = escape.chars().next()?.len_utf8();
        return Some(2 + first + escape[first..].find('\'')? + 1);
    }
    let first = inside.chars().next()?.len_utf8();
    inside[first..].starts_with('\'').then_some(first + 2)
}

/// Blanks every item behind `#[cfg(test)]`.
pub fn without_tests(source: &Source) -> Source {
    let mut code = source.code.clone().into_bytes();
    let mut comments = source.comments.clone().into_bytes();
    let mut cut = Vec::new();
    for (start, attribute) in source.code.match_indices("#[cfg(test)]") {
        let end = item_end(&source.code, start + attribute.len());
        cut.push(start..end);
        for at in start..end {
            for text in [&mut code, &mut comments] {
                if text[at] != b'\n' {
                    text[at] = b' ';
                }
            }
        }
    }
    Source {
        code: utf8(code),
        comments: utf8(comments),
        strings: source
            .strings
            .iter()
            .filter(|literal| !cut.iter().any(|range| range.contains(&literal.start)))
            .map(|literal| Literal { start: literal.start, text: literal.text.clone() })
            .collect(),
    }
}

/// Where the item that begins at `start` ends: at its `;`, or at the brace that closes its first one.
pub fn item_end(code: &str, start: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[start..].char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth -= 1;
                if depth == 0 && c == '}' {
                    return start + at + 1;
                }
            }
            ';' if depth == 0 => return start + at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The offset behind the bracket that closes the one at `open`.
pub fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[open..].char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + at + 1;
        }
    }
    code.len()
}

/// The offsets at which `word` stands alone in `code`.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = code[..*at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_comments_and_lifetimes_are_told_apart() {
        let text = r##"fn a<'x>(c: &'x str) { b("say \"// no\"", r#"raw "in" it"#, '"', '\''); /* c /* d */ */ } // "end"
let 支え = "見守り";"##;

        let source = read(text);

        let strings: Vec<&str> = source.strings.iter().map(|literal| literal.text.as_str()).collect();
        assert_eq!(strings, [r#"say \"// no\""#, r#"raw "in" it"#, "見守り"]);
        assert!(source.comments.contains("/* c /* d */ */"));
        assert!(source.comments.contains("// \"end\""));
        assert!(source.code.contains("fn a<'x>(c: &'x str)"));
        assert!(source.code.contains("let 支え"));
        assert!(!source.code.contains("raw") && !source.code.contains("end"));
        assert_eq!(source.code.len(), text.len());
    }

    #[test]
    fn items_for_tests_are_blanked_to_their_end_and_no_further() {
        let text =
            "#[cfg(test)]\nuse a::b;\nfn kept() {}\n#[cfg(test)]\nmod tests { fn gone() { \"s\" } }\nfn last() {}";

        let source = without_tests(&read(text));

        assert!(!source.code.contains("a::b") && !source.code.contains("gone"));
        assert!(source.code.contains("fn kept") && source.code.contains("fn last"));
        assert!(source.strings.is_empty());
    }
}
