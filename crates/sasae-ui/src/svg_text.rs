//! How wide a text is when it is drawn, and where it breaks.
//!
//! The server cannot ask the browser, so widths are counted from above: a
//! full-width character is one em, everything else at most what the widest
//! usual sans-serif font gives it. A text that fits here fits there.

/// Size of all text in the picture, in its own units.
pub(super) const EM: i32 = 16;

/// Width of a character in hundredths of an em.
fn character_width(character: char) -> i32 {
    match character {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        'W' | 'M' | 'm' | 'w' | '@' | '%' => 98,
        'i' | 'j' | 'l' | ' ' | '!' | '\'' | '(' | ')' | ',' | '-' | '.' | ':' | ';' | '|' => 45,
        'f' | 'r' | 't' | 'I' => 50,
        'A'..='Z' | '&' => 78,
        ' '..='~' => 65,
        '\u{ff61}'..='\u{ff9f}' => 60,
        '\u{a0}'..='\u{24f}' => 75,
        _ => 100,
    }
}

/// Width of a text in units of the picture, rounded up.
pub(super) fn text_width(text: &str) -> i32 {
    let hundredths: i32 = text.chars().map(character_width).sum();
    (hundredths * EM + 99) / 100
}

/// The text cut to `width` units, with … where something is missing.
pub(super) fn fit(text: &str, width: i32) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let room = width - text_width("…");
    let mut fitted = String::new();
    for character in text.chars() {
        fitted.push(character);
        if text_width(&fitted) > room {
            fitted.pop();
            break;
        }
    }
    fitted.push('…');
    fitted
}

/// Characters that do not start a line (行頭禁則).
fn clings_to_the_left(piece: &str) -> bool {
    piece.starts_with([
        '、', '。', '，', '．', '・', '：', '」', '』', '）', '】', '〉', '》', 'ー', 'っ', 'ゃ', 'ゅ', 'ょ', 'ッ',
        'ャ', 'ュ', 'ョ', '！', '？', '々', ')', ',', '.', ';', ':',
    ])
}

/// Pieces between which a line may break: a word of Latin letters with the
/// space after it, or one other character.
fn pieces(text: &str, width: i32) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut in_word = false;
    for character in text.chars() {
        let latin = character.is_ascii_graphic() || ('\u{a1}'..='\u{24f}').contains(&character);
        let joins = (in_word && (latin || character == ' ')) || character_width(character) == 0;
        match pieces.last_mut() {
            Some(last) if joins && text_width(last) + EM <= width => last.push(character),
            _ => pieces.push(character.to_string()),
        }
        in_word = latin;
    }
    pieces
}

/// The text in at most `lines` lines of `width` units; the last one ends in …
/// where something is missing.
pub(super) fn wrap(text: &str, width: i32, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut last_piece = String::new();
    for piece in pieces(text.trim(), width) {
        if text_width(&format!("{line}{}", piece.trim_end())) <= width {
            line.push_str(&piece);
        } else {
            // A line must not start with 、 or 」: its left neighbour comes along.
            let carried = clings_to_the_left(&piece) && line.len() > last_piece.len();
            if carried {
                line.truncate(line.len() - last_piece.len());
            }
            wrapped.push(std::mem::take(&mut line));
            if carried {
                line.push_str(&last_piece);
            }
            line.push_str(&piece);
        }
        last_piece = piece;
    }
    if !line.trim().is_empty() {
        wrapped.push(line);
    }
    if wrapped.len() > lines {
        let rest: String = wrapped.drain(lines.saturating_sub(1)..).collect();
        wrapped.push(fit(rest.trim_end(), width));
    }
    for line in &mut wrapped {
        *line = fit(line.trim_end(), width);
    }
    wrapped
}
