//! Tells code from literals, quoted names and comments in an SQL text.

/// A stretch of an SQL text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Words and signs.
    Code(&'a str),
    /// `'literal'` or `"name"`, with its quotes. A doubled quote reads as two pieces.
    Quoted(&'a str),
    /// `-- …` without the line end, or `/* … */`.
    Comment(&'a str),
}

impl<'a> Piece<'a> {
    pub(crate) fn text(self) -> &'a str {
        match self {
            Self::Code(text) | Self::Quoted(text) | Self::Comment(text) => text,
        }
    }
}

/// The pieces of a text in order; put together again they are the text. What is never closed
/// runs to the end. `E'…'` and `$$…$$` are not known: statements do without them.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = first_special(rest);
        let piece = if start > 0 { Piece::Code(&rest[..start]) } else { special(rest) };
        rest = &rest[piece.text().len()..];
        Some(piece)
    })
}

fn first_special(text: &str) -> usize {
    let bytes = text.as_bytes();
    (0..bytes.len())
        .find(|&at| match bytes[at] {
            b'\'' | b'"' => true,
            b'-' => bytes.get(at + 1) == Some(&b'-'),
            b'/' => bytes.get(at + 1) == Some(&b'*'),
            _ => false,
        })
        .unwrap_or(bytes.len())
}

fn special(text: &str) -> Piece<'_> {
    let close = |from: usize, mark: &str| text[from..].find(mark).map_or(text.len(), |at| from + at + mark.len());
    if text.starts_with("--") {
        let end = text.find('\n').unwrap_or(text.len());
        Piece::Comment(&text[..end])
    } else if text.starts_with("/*") {
        Piece::Comment(&text[..close(2, "*/")])
    } else {
        let quote = &text[..1];
        Piece::Quoted(&text[..close(1, quote)])
    }
}
