//! From bytes to text: which encoding a file has, and where it stops making sense.
//!
//! Municipal files come as UTF-8 (with or without a mark), as UTF-16 (the
//! "Unicode text" of Excel), as CP932 and, from older systems, as EUC-JP or
//! ISO-2022-JP. A file that fits none of them is refused with the place of the
//! first byte that does not fit: replacement characters would destroy names
//! (requirement #47).

use std::fmt;

use encoding_rs::{DecoderResult, EUC_JP, ISO_2022_JP, SHIFT_JIS, UTF_16BE, UTF_16LE};

use crate::read::ReadError;

/// How the text of a file was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16 little endian with a byte order mark.
    Utf16Le,
    /// UTF-16 big endian with a byte order mark.
    Utf16Be,
    /// Windows code page 932 (Shift_JIS with NEC and IBM extensions).
    Cp932,
    /// EUC-JP, from older Unix systems.
    EucJp,
    /// ISO-2022-JP ("JIS").
    Iso2022Jp,
    /// A workbook (xlsx, xls, ods): the text inside is Unicode.
    Workbook,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 (BOM)",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Cp932 => "CP932 (Shift_JIS)",
            Self::EucJp => "EUC-JP",
            Self::Iso2022Jp => "ISO-2022-JP",
            Self::Workbook => "workbook",
        })
    }
}

/// Decodes a text file. The byte order mark is taken off; nothing else changes.
///
/// # Errors
/// [`ReadError::Undecodable`] names line and column of the first bad byte,
/// [`ReadError::Binary`] says that this is not text at all.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, Encoding), ReadError> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf8(rest).map(|text| (text, Encoding::Utf8Bom)).and_then(refuse_control);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return strict(UTF_16LE, rest, Encoding::Utf16Le).and_then(refuse_control);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return strict(UTF_16BE, rest, Encoding::Utf16Be).and_then(refuse_control);
    }
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        let line = 1 + bytes[..at].iter().filter(|b| **b == b'\n').count();
        return Err(ReadError::Binary { line });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if is_iso_2022_jp(bytes) {
            return strict(ISO_2022_JP, bytes, Encoding::Iso2022Jp).and_then(refuse_control);
        }
        return refuse_control((text.to_owned(), Encoding::Utf8));
    }
    // A damaged UTF-8 file would often pass as CP932 and turn every name into
    // rubbish, so what is mostly UTF-8 is reported as damaged UTF-8.
    if mostly_utf8(bytes) || is_cut_utf8(bytes) {
        return utf8(bytes).map(|text| (text, Encoding::Utf8)).and_then(refuse_control);
    }
    let cp932 = strict(SHIFT_JIS, bytes, Encoding::Cp932);
    let looks_like_half_kana = match &cp932 {
        Ok((text, _)) => half_kana_share(text) > 0.5,
        Err(_) => true,
    };
    if looks_like_half_kana
        && let Ok((text, encoding)) = strict(EUC_JP, bytes, Encoding::EucJp)
        && text.chars().any(|c| ('ぁ'..='ヺ').contains(&c))
    {
        return refuse_control((text, encoding));
    }
    cp932.and_then(refuse_control)
}

/// Decodes UTF-8 and names the place of the first byte that is none.
fn utf8(bytes: &[u8]) -> Result<String, ReadError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let good = &bytes[..error.valid_up_to()];
            let (line, column) = place(&String::from_utf8_lossy(good));
            if error.error_len().is_none() {
                return Err(ReadError::CutOff { line });
            }
            Err(ReadError::Undecodable {
                encoding: Encoding::Utf8,
                line,
                column,
                byte: bytes.get(error.valid_up_to()).copied().unwrap_or_default(),
            })
        }
    }
}

/// Decodes without replacement characters.
fn strict(
    codec: &'static encoding_rs::Encoding,
    bytes: &[u8],
    encoding: Encoding,
) -> Result<(String, Encoding), ReadError> {
    let mut decoder = codec.new_decoder_without_bom_handling();
    let capacity =
        decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len().saturating_mul(3));
    let mut text = String::with_capacity(capacity);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => Ok((text, encoding)),
        DecoderResult::Malformed(len, extra) => {
            let (line, column) = place(&text);
            let start = read.saturating_sub(usize::from(len) + usize::from(extra));
            // The last character was cut in two: the transfer broke off.
            if read >= bytes.len() && start + 1 >= bytes.len() && bytes.len() > 1 {
                return Err(ReadError::CutOff { line });
            }
            Err(ReadError::Undecodable { encoding, line, column, byte: bytes.get(start).copied().unwrap_or_default() })
        }
        // The buffer holds the longest possible result, so this is not reached
        // for inputs below the size limit; it still has to say something true.
        DecoderResult::OutputFull => Err(ReadError::TooManyBytes { limit: capacity }),
    }
}

/// Line and column, both from 1, of the character that would follow `text`.
fn place(text: &str) -> (usize, usize) {
    let mut line = 1;
    let mut column = 1;
    let mut after_cr = false;
    for c in text.chars() {
        match c {
            '\n' if after_cr => {}
            '\n' | '\r' => {
                line += 1;
                column = 1;
            }
            _ => column += 1,
        }
        after_cr = c == '\r';
    }
    (line, column)
}

/// Refuses what no table contains. A single stray control character stays (the
/// cell that holds it is refused later, by name); many mean a binary file.
fn refuse_control((mut text, encoding): (String, Encoding)) -> Result<(String, Encoding), ReadError> {
    // DOS programs end a file with Ctrl-Z.
    while text.ends_with('\u{1A}') {
        text.pop();
    }
    if let Some(at) = text.find('\0') {
        return Err(ReadError::Binary { line: place(&text[..at]).0 });
    }
    let mut total = 0_usize;
    let mut control = 0_usize;
    let mut first = None;
    for (at, c) in text.char_indices() {
        total += 1;
        if c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{B}' | '\u{C}') {
            control += 1;
            first.get_or_insert(at);
        }
    }
    match first {
        Some(at) if control * 50 > total => Err(ReadError::Binary { line: place(&text[..at]).0 }),
        _ => Ok((text, encoding)),
    }
}

/// ISO-2022-JP is seven-bit, so it passes as UTF-8; its escape sequences tell.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|w| matches!(w, b"\x1B$B" | b"\x1B$@"))
}

/// Whether the bytes are UTF-8 with more than ASCII whose last character is unfinished.
fn is_cut_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => false,
        Err(error) => error.error_len().is_none() && !bytes[..error.valid_up_to()].is_ascii(),
    }
}

/// Whether most bytes above ASCII stand in well-formed three-byte sequences.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let mut inside = 0_usize;
    let mut high = 0_usize;
    let mut i = 0;
    while i < bytes.len() {
        let b = bytes[i];
        if b < 0x80 {
            i += 1;
            continue;
        }
        let trail = |at: usize| bytes.get(at).is_some_and(|t| (0x80..0xC0).contains(t));
        if (0xE2..=0xEF).contains(&b) && trail(i + 1) && trail(i + 2) {
            inside += 3;
            high += 3;
            i += 3;
        } else {
            high += 1;
            i += 1;
        }
    }
    // In CP932 such bytes come from rare second-level kanji, here and there.
    inside >= 12 && inside * 10 >= high * 9
}

/// Share of half-width katakana among the characters above ASCII.
fn half_kana_share(text: &str) -> f64 {
    let mut high = 0_u32;
    let mut half = 0_u32;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        high += 1;
        if ('\u{FF61}'..='\u{FF9F}').contains(&c) {
            half += 1;
        }
    }
    if high == 0 {
        return 0.0;
    }
    f64::from(half) / f64::from(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cp932(text: &str) -> Vec<u8> {
        SHIFT_JIS.encode(text).0.into_owned()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "氏名,カナ\r\n髙橋 花子,ﾀｶﾊｼ\r\n①㈱〜～".replace('〜', "～");
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let cases = [
            (text.clone().into_bytes(), Encoding::Utf8),
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), Encoding::Utf8Bom),
            ([b"\xFF\xFE".as_slice(), &utf16].concat(), Encoding::Utf16Le),
            ([b"\xFE\xFF".as_slice(), &utf16be].concat(), Encoding::Utf16Be),
            (cp932(&text), Encoding::Cp932),
        ];

        for (bytes, encoding) in cases {
            assert_eq!(decode(&bytes).unwrap(), (text.clone(), encoding));
        }
    }

    #[test]
    fn older_encodings_are_recognised() {
        let text = "施設名,住所\nふれあいセンター,小倉北区\n";
        let euc = EUC_JP.encode(text).0.into_owned();
        let jis = ISO_2022_JP.encode(text).0.into_owned();

        assert_eq!(decode(&euc).unwrap(), (text.to_owned(), Encoding::EucJp));
        assert_eq!(decode(&jis).unwrap(), (text.to_owned(), Encoding::Iso2022Jp));
    }

    #[test]
    fn half_width_kana_stay_cp932() {
        let text = "ｶﾅ,ﾊﾞﾝｺﾞｳ\r\nﾔﾏﾀﾞ ﾀﾛｳ,1\r\n";

        assert_eq!(decode(&cp932(text)).unwrap(), (text.to_owned(), Encoding::Cp932));
    }

    #[test]
    fn the_first_bad_byte_is_named_by_line_and_column() {
        let mut bytes = cp932("氏名,住所\r\n山田,小倉\r\n");
        bytes.extend_from_slice(b"ab\x81\x20cd\r\n");

        let error = decode(&bytes).unwrap_err();

        assert_eq!(error, ReadError::Undecodable { encoding: Encoding::Cp932, line: 3, column: 3, byte: 0x81 });
    }

    #[test]
    fn damaged_utf8_is_not_taken_for_cp932() {
        let mut bytes = "氏名,住所\n山田太郎,小倉北区\n".as_bytes().to_vec();
        bytes.extend_from_slice(b"\xE3\x81,x\n");

        let error = decode(&bytes).unwrap_err();

        assert!(
            matches!(error, ReadError::Undecodable { encoding: Encoding::Utf8, line: 3, column: 1, .. }),
            "{error:?}"
        );
    }

    #[test]
    fn a_file_cut_inside_a_character_is_called_cut_off() {
        let whole = "氏名\n山田太郎".as_bytes();
        let sjis = cp932("氏名\n山田太郎");

        assert_eq!(decode(&whole[..whole.len() - 1]).unwrap_err(), ReadError::CutOff { line: 2 });
        assert_eq!(decode(&sjis[..sjis.len() - 1]).unwrap_err(), ReadError::CutOff { line: 2 });
    }

    #[test]
    fn binary_bytes_are_refused() {
        assert_eq!(decode(b"a,b\n1\0,2").unwrap_err(), ReadError::Binary { line: 2 });
        assert_eq!(decode(b"\x01\x02\x03\x04").unwrap_err(), ReadError::Binary { line: 1 });
    }
}
