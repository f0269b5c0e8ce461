//! One door for every file: what kind it is, and its rows.

use std::borrow::Cow;

use crate::Lang;
use crate::damage::is_private;
use crate::decode::{Encoding, decode};
use crate::{text, workbook};

/// How large a file may be. The defaults hold a city of a million rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file in bytes. Default 50 MB.
    pub max_bytes: usize,
    /// Number of rows with any content. Default 1,048,576, the limit of a worksheet.
    pub max_rows: usize,
    /// Number of columns. Default 1,000.
    pub max_columns: usize,
    /// Length of one cell in characters. Default 32,767, the limit of a worksheet cell.
    pub max_cell_chars: usize,
    /// Size of a workbook after unpacking, in bytes. Default 400 MB.
    pub max_unpacked_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 50 * 1000 * 1000,
            max_rows: 1_048_576,
            max_columns: 1_000,
            max_cell_chars: 32_767,
            max_unpacked_bytes: 400 * 1000 * 1000,
        }
    }
}

/// What the reader may be told beforehand. The default lets the file speak.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Name of the worksheet; `None` reads the first visible one that has cells.
    pub sheet: Option<String>,
    /// Delimiter of a text file; `None` recognises it.
    pub delimiter: Option<char>,
    /// How much is read at most.
    pub limits: Limits,
}

/// One row as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Physical line of a text file or row number of a worksheet, from 1.
    pub line: usize,
    /// Cells as written; a text row may be shorter or longer than its heading.
    pub cells: Vec<String>,
}

impl SheetRow {
    /// Whether no cell holds anything but spaces.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|c| c.trim().is_empty())
    }
}

/// Something that an officer should know although the file was read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Warning {
    /// Line it concerns; `None` for the whole file.
    pub line: Option<usize>,
    /// The message in Japanese.
    pub ja: String,
    /// The message in English.
    pub en: String,
}

impl Warning {
    /// A warning about one line.
    pub fn at(line: usize, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { line: Some(line), ja: ja.into(), en: en.into() }
    }

    /// A warning about the whole file.
    pub fn about_file(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { line: None, ja: ja.into(), en: en.into() }
    }
}

/// The rows of a file, all cells as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Name of the file as given.
    pub name: String,
    /// How the text was stored.
    pub encoding: Encoding,
    /// Delimiter of a text file; `None` for a workbook.
    pub delimiter: Option<char>,
    /// Name of the worksheet that was read; `None` for text.
    pub worksheet: Option<String>,
    /// Names of all worksheets of the workbook, in their order.
    pub worksheets: Vec<String>,
    /// Rows in their order. Blank rows of a text file are included.
    pub rows: Vec<SheetRow>,
    /// What was noticed while reading.
    pub warnings: Vec<Warning>,
}

impl Sheet {
    /// Whether rows have as many cells as were written (text), so that a row
    /// longer than its heading means shifted columns.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.delimiter.is_some()
    }
}

/// Why a file cannot be read at all. `Display` is English, [`ReadError::message`] both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is nothing in the file.
    Empty,
    /// More bytes than the limit.
    TooManyBytes {
        /// The limit in bytes.
        limit: usize,
    },
    /// A workbook that is larger than the limit once unpacked ("zip bomb").
    UnpacksTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// More rows than the limit.
    TooManyRows {
        /// The limit.
        limit: usize,
    },
    /// A row with more columns than the limit.
    TooManyColumns {
        /// Line of that row.
        line: usize,
        /// The limit.
        limit: usize,
    },
    /// A cell that is longer than the limit.
    CellTooLong {
        /// Line of the cell.
        line: usize,
        /// Number of its column, from 1.
        column: usize,
        /// The limit in characters.
        limit: usize,
    },
    /// A byte sequence that means nothing in the encoding of the file.
    Undecodable {
        /// The encoding that the rest of the file has.
        encoding: Encoding,
        /// Line of the first such byte.
        line: usize,
        /// Character within that line, from 1.
        column: usize,
        /// The byte.
        byte: u8,
    },
    /// NUL or other control bytes: no table in text form.
    Binary {
        /// Line of the first such byte.
        line: usize,
    },
    /// The file ends inside a cell or a character.
    CutOff {
        /// Line where the unfinished cell begins.
        line: usize,
    },
    /// A kind of file that is no table; the text names the kind.
    NotATable {
        /// What the file seems to be, for example `PDF`.
        kind: &'static str,
    },
    /// A workbook that asks for a password.
    Password,
    /// The named worksheet does not exist.
    NoSuchWorksheet {
        /// The name asked for.
        name: String,
        /// The names that exist.
        found: Vec<String>,
    },
    /// A workbook that the reader does not understand.
    BadWorkbook {
        /// What the reader said.
        cause: String,
    },
}

impl ReadError {
    /// The message for an officer: what is wrong and what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => self.ja(),
            Lang::En => self.en(),
        }
    }

    fn ja(&self) -> String {
        match self {
            Self::Empty => "ファイルに内容がありません".into(),
            Self::TooManyBytes { limit } => {
                format!("ファイルが大きすぎます（上限 {} MB）。分割してください", limit / 1_000_000)
            }
            Self::UnpacksTooLarge { limit } => {
                format!("展開後のブックが大きすぎます（上限 {} MB）", limit / 1_000_000)
            }
            Self::TooManyRows { limit } => {
                format!("行が多すぎます（上限 {limit} 行）。分割してください")
            }
            Self::TooManyColumns { line, limit } => {
                format!("{line}行目の列が多すぎます（上限 {limit} 列）")
            }
            Self::CellTooLong { line, column, limit } => {
                format!("{line}行目 {column}列目の文字が多すぎます（上限 {limit} 文字）")
            }
            Self::Undecodable { encoding, line, column, byte } => format!(
                "{line}行目 {column}文字目に {encoding} として読めないバイト（0x{byte:02X}）があります。\
                 文字コードを UTF-8 にして保存し直してください"
            ),
            Self::Binary { line } => {
                format!("{line}行目に制御文字があり、表のファイルではありません")
            }
            Self::CutOff { line } => format!(
                "ファイルが途中で切れています（{line}行目から始まる項目が閉じられていません）。\
                 もう一度書き出してください"
            ),
            Self::NotATable { kind } => {
                format!("{kind} のファイルです。CSV または Excel ブックを選んでください")
            }
            Self::Password => "ブックにパスワードがかかっています。解除して保存し直してください".into(),
            Self::NoSuchWorksheet { name, found } => {
                format!("シート「{name}」がありません（あるシート：{}）", found.join("、"))
            }
            Self::BadWorkbook { cause } => format!("ブックを読み取れません：{cause}"),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Empty => "the file is empty".into(),
            Self::TooManyBytes { limit } => {
                format!("the file is too large (limit {} MB); split it", limit / 1_000_000)
            }
            Self::UnpacksTooLarge { limit } => {
                format!("the workbook is too large once unpacked (limit {} MB)", limit / 1_000_000)
            }
            Self::TooManyRows { limit } => format!("too many rows (limit {limit}); split the file"),
            Self::TooManyColumns { line, limit } => {
                format!("line {line}: too many columns (limit {limit})")
            }
            Self::CellTooLong { line, column, limit } => {
                format!("line {line}, column {column}: too long (limit {limit} characters)")
            }
            Self::Undecodable { encoding, line, column, byte } => format!(
                "line {line}, character {column}: byte 0x{byte:02X} cannot be read as {encoding}; \
                 save the file as UTF-8"
            ),
            Self::Binary { line } => {
                format!("line {line}: control characters; this is no table in text form")
            }
            Self::CutOff { line } => {
                format!("the file looks cut off: what begins in line {line} never ends; export it again")
            }
            Self::NotATable { kind } => {
                format!("this is a {kind} file; choose CSV or a workbook")
            }
            Self::Password => "the workbook is protected by a password; save it without one".into(),
            Self::NoSuchWorksheet { name, found } => {
                format!("there is no worksheet {name:?} (there are: {})", found.join(", "))
            }
            Self::BadWorkbook { cause } => format!("the workbook cannot be read: {cause}"),
        }
    }
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for ReadError {}

/// Reads a table from the bytes of a file. The content decides what the file
/// is; the name only appears in reports (requirement #43).
///
/// Workbooks (xlsx, xls, ods): the first visible worksheet with cells or the
/// named one; dates as `2024-04-01`, times as `09:00`, numbers as shown without
/// `.0` and with the leading zeros of their format, formulas as their result.
/// Text: UTF-8, UTF-16, CP932, EUC-JP, ISO-2022-JP; comma, tab or semicolon.
///
/// # Errors
/// [`ReadError`] where the file as a whole cannot be trusted. What concerns one
/// row or cell only is found later, row by row.
pub fn read(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Sheet, ReadError> {
    if bytes.len() > options.limits.max_bytes {
        return Err(ReadError::TooManyBytes { limit: options.limits.max_bytes });
    }
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return workbook::read_zip(name, bytes, options);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return workbook::read_xls(name, bytes, options);
    }
    if let Some(kind) = foreign_kind(bytes) {
        return Err(ReadError::NotATable { kind });
    }
    let (decoded, encoding) = decode(bytes)?;
    if let Some(kind) = markup_kind(&decoded) {
        return Err(ReadError::NotATable { kind });
    }
    if decoded.trim().is_empty() {
        return Err(ReadError::Empty);
    }
    let mut warnings = Vec::new();
    if matches!(encoding, Encoding::EucJp | Encoding::Iso2022Jp) {
        warnings.push(Warning::about_file(
            format!("文字コードを {encoding} と判断しました。文字化けがないか確かめてください"),
            format!("the encoding was taken for {encoding}; check that names read well"),
        ));
    }
    if let Some(gaiji) = decoded.chars().find(|c| is_private(*c)) {
        warnings.push(Warning::about_file(
            format!(
                "外字（U+{:04X} など）があります。そのまま取り込みますが、表示できないことがあります",
                gaiji as u32
            ),
            format!("there are private-use characters (U+{:04X} …); they are kept but may not display", gaiji as u32),
        ));
    }
    let (rows, delimiter) = text::parse(&decoded, options.delimiter, &options.limits, &mut warnings)?;
    Ok(Sheet {
        name: name.to_owned(),
        encoding,
        delimiter: Some(delimiter),
        worksheet: None,
        worksheets: Vec::new(),
        rows,
        warnings,
    })
}

/// Files that people choose by mistake, by their first bytes.
fn foreign_kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (b"%PDF", "PDF"),
        (b"\x89PNG", "PNG"),
        (b"\xFF\xD8\xFF", "JPEG"),
        (b"GIF8", "GIF"),
        (b"\x1F\x8B", "gzip"),
        (b"7z\xBC\xAF", "7z"),
        (b"Rar!", "RAR"),
        (b"SQLite format 3", "SQLite"),
    ];
    KINDS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, kind)| *kind)
}

/// Pages, XML and JSON, which the text reader would take for one wide column.
fn markup_kind(text: &str) -> Option<&'static str> {
    let start: String = text.trim_start().chars().take(15).collect();
    let start: Cow<'_, str> = start.to_ascii_lowercase().into();
    if start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<table") {
        Some("HTML")
    } else if start.starts_with("<?xml") {
        Some("XML")
    } else if start.starts_with("{\"")
        || start.starts_with("[{")
        || (start.starts_with('{') && start[1..].trim_start().starts_with('"'))
    {
        Some("JSON")
    } else {
        None
    }
}
