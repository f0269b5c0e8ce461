//! Which files may be added to a record, and how their names are kept.

use sasae_core::text;
use sasae_sheet::{NotOffice, Office};
use serde::{Deserialize, Serialize};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::input::Check;
use crate::lang::{Lang, Words};
use crate::web::SentFile;

/// Most bytes of a file: a scanned letter of many pages, or a picture of a telephone.
pub const LARGEST: usize = 20 * 1024 * 1024;
/// Most characters of a name, its ending included.
pub const NAME: usize = 120;
/// Most characters of the note, which is also the text in place of a picture.
pub const NOTE: usize = 200;
/// Most characters of the reason for which a file is erased.
pub const REASON: usize = 500;
/// Most files with one record; those that were erased do not count.
pub const MOST: usize = 200;

/// What is sent beside the file.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct AttachmentForm {
    /// What the file shows; the text in place of a picture. At most 200 characters.
    pub note: String,
}

/// Why a file is erased.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct EraseForm {
    /// The reason; it stays. At most 500 characters.
    pub reason: String,
}

/// What a file is, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// PDF.
    Pdf,
    /// A picture that browsers show.
    Png,
    /// A picture that browsers show.
    Jpeg,
    /// A picture that browsers show.
    WebP,
    /// A picture as some telephones take it; not every browser shows it.
    Heic,
    /// Word.
    Docx,
    /// Excel.
    Xlsx,
    /// PowerPoint.
    Pptx,
    /// OpenDocument text.
    Odt,
    /// OpenDocument spreadsheet.
    Ods,
    /// Plain text.
    Text,
    /// Text whose lines are rows of a table.
    Csv,
}

impl MediaType {
    /// Every type that may be added.
    pub const ALL: [MediaType; 12] = [
        MediaType::Pdf,
        MediaType::Png,
        MediaType::Jpeg,
        MediaType::WebP,
        MediaType::Heic,
        MediaType::Docx,
        MediaType::Xlsx,
        MediaType::Pptx,
        MediaType::Odt,
        MediaType::Ods,
        MediaType::Text,
        MediaType::Csv,
    ];

    /// The media type as it stands in the database and in headers.
    pub fn code(self) -> &'static str {
        match self {
            MediaType::Pdf => "application/pdf",
            MediaType::Png => "image/png",
            MediaType::Jpeg => "image/jpeg",
            MediaType::WebP => "image/webp",
            MediaType::Heic => "image/heic",
            MediaType::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            MediaType::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            MediaType::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            MediaType::Odt => "application/vnd.oasis.opendocument.text",
            MediaType::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            MediaType::Text => "text/plain",
            MediaType::Csv => "text/csv",
        }
    }

    /// The type with a code.
    pub fn of_code(code: &str) -> Option<MediaType> {
        MediaType::ALL.into_iter().find(|media| media.code() == code)
    }

    /// How names of such files end, the usual ending first.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            MediaType::Pdf => &["pdf"],
            MediaType::Png => &["png"],
            MediaType::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            MediaType::WebP => &["webp"],
            MediaType::Heic => &["heic", "heif"],
            MediaType::Docx => &["docx"],
            MediaType::Xlsx => &["xlsx"],
            MediaType::Pptx => &["pptx"],
            MediaType::Odt => &["odt"],
            MediaType::Ods => &["ods"],
            MediaType::Text => &["txt"],
            MediaType::Csv => &["csv"],
        }
    }

    /// What such a file is called.
    pub fn word(self) -> Words {
        match self {
            MediaType::Pdf => Words("PDF", "PDF"),
            MediaType::Png | MediaType::Jpeg | MediaType::WebP => Words("写真・画像", "Picture"),
            MediaType::Heic => Words("写真（HEIC）", "Picture (HEIC)"),
            MediaType::Docx => Words("Word文書", "Word document"),
            MediaType::Xlsx => Words("Excelの表", "Excel workbook"),
            MediaType::Pptx => Words("PowerPoint", "PowerPoint"),
            MediaType::Odt => Words("文書（ODT）", "Document (ODT)"),
            MediaType::Ods => Words("表（ODS）", "Spreadsheet (ODS)"),
            MediaType::Text => Words("文章（テキスト）", "Plain text"),
            MediaType::Csv => Words("表（CSV）", "Table (CSV)"),
        }
    }

    /// Whether it is shown as a picture. Everything else is only ever downloaded.
    pub fn is_shown(self) -> bool {
        matches!(self, MediaType::Png | MediaType::Jpeg | MediaType::WebP)
    }
}

/// The attribute `accept` of the field for a file.
pub const ACCEPT: &str = ".pdf,.png,.jpg,.jpeg,.webp,.heic,.heif,.docx,.xlsx,.pptx,.odt,.ods,.txt,.csv";

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// It is a page or drawing that a browser would run.
    Page,
    /// It carries a program (macros).
    Macros,
    /// It is an office file of an old form, or one locked by a password.
    OldOffice,
    /// It is none of those that may be added.
    Other,
}

/// What a file is by its content alone. `csv` says whether text is rows of a table.
///
/// # Errors
/// [`NotTaken`].
pub fn media_type(bytes: &[u8], csv: bool) -> Result<MediaType, NotTaken> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    if begins(b"%PDF-") {
        return Ok(MediaType::Pdf);
    }
    if begins(b"\x89PNG\r\n\x1a\n") && bytes.get(12..16) == Some(b"IHDR".as_slice()) {
        return Ok(MediaType::Png);
    }
    if begins(b"\xFF\xD8\xFF") {
        return Ok(MediaType::Jpeg);
    }
    if begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()) {
        return Ok(MediaType::WebP);
    }
    if is_heic(bytes) {
        return Ok(MediaType::Heic);
    }
    if begins(b"PK\x03\x04") {
        return match sasae_sheet::office(bytes) {
            Ok(Office::Docx) => Ok(MediaType::Docx),
            Ok(Office::Xlsx) => Ok(MediaType::Xlsx),
            Ok(Office::Pptx) => Ok(MediaType::Pptx),
            Ok(Office::Odt) => Ok(MediaType::Odt),
            Ok(Office::Ods) => Ok(MediaType::Ods),
            Err(NotOffice::Macros) => Err(NotTaken::Macros),
            Err(NotOffice::Other) => Err(NotTaken::Other),
        };
    }
    if begins(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(NotTaken::OldOffice);
    }
    match sasae_sheet::plain_text(bytes) {
        Some(text) if is_page(&text) => Err(NotTaken::Page),
        Some(_) if csv => Ok(MediaType::Csv),
        Some(_) => Ok(MediaType::Text),
        None => Err(NotTaken::Other),
    }
}

/// ISO base media file whose brands are those of HEIC.
fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
    if bytes.get(4..8) != Some(b"ftyp".as_slice()) {
        return false;
    }
    let Some(major) = bytes.get(8..12) else { return false };
    let end = bytes.first_chunk::<4>().map_or(0, |size| u32::from_be_bytes(*size) as usize).min(bytes.len());
    let compatible = bytes.get(16..end).unwrap_or_default();
    let generic = major == b"mif1" || major == b"msf1";
    BRANDS.contains(&major) && (!generic || compatible.chunks_exact(4).any(|brand| BRANDS[..6].contains(&brand)))
}

/// Text that a browser or an office would run rather than show: HTML, SVG and other XML.
fn is_page(text: &str) -> bool {
    const STARTS: [&str; 10] =
        ["<!doctype", "<html", "<head", "<body", "<svg", "<?xml", "<script", "<iframe", "<!--", "<style"];
    let start: String =
        text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').chars().take(16).collect();
    let start = start.to_ascii_lowercase();
    let whole = || text.to_ascii_lowercase();
    STARTS.iter().any(|page| start.starts_with(page))
        || (start.starts_with('<') && ["<script", "<svg", "<html"].iter().any(|tag| whole().contains(tag)))
}

/// A file that may be added.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Cleaned, with an ending that fits the content.
    pub name: String,
    /// What it is.
    pub media: MediaType,
    /// What it shows.
    pub note: String,
    /// Its content.
    pub bytes: axum::body::Bytes,
}

/// Checks what was sent; errors stand beside `file` and `note`.
pub fn check_file(ctx: &Ctx, sent: Option<&SentFile>, form: &AttachmentForm) -> Result<NewFile> {
    let mut check = Check::new(ctx);
    let note = check.text("note", &form.note, NOTE);
    let new = match sent {
        Some(file) if !file.name.is_empty() || !file.bytes.is_empty() => check_content(&mut check, file),
        _ => {
            check.put("file", "ファイルを選んでください。", "Please choose a file.");
            None
        }
    };
    check.done()?;
    let (name, media, bytes) = crate::input::given(new)?;
    Ok(NewFile { name, media, note, bytes })
}

type Content = (String, MediaType, axum::body::Bytes);

fn check_content(check: &mut Check<'_>, file: &SentFile) -> Option<Content> {
    if file.bytes.is_empty() {
        check.put(
            "file",
            "中身のないファイルです。もう一度選んでください。",
            "This file is empty. Please choose again.",
        );
        return None;
    }
    if file.bytes.len() > LARGEST {
        let most = size_words(LARGEST as u64);
        let now = size_words(file.bytes.len() as u64);
        check.put(
            "file",
            format!("{most}までのファイルを選んでください（いま{now}）。分けるか、小さくしてから送ってください。"),
            format!("At most {most}, please (now {now}). Split the file or make it smaller."),
        );
        return None;
    }
    let name = clean_name(&file.name);
    let ending = ending_of(&name).map(str::to_lowercase);
    let media = match media_type(&file.bytes, ending.as_deref() == Some("csv")) {
        Ok(media) => media,
        Err(why) => {
            let (ja, en) = refusal(why);
            check.put("file", ja, en);
            return None;
        }
    };
    match &ending {
        Some(ending) if media.endings().contains(&ending.as_str()) => {}
        Some(ending) if is_ending(ending) => {
            let word = media.word();
            check.put(
                "file",
                format!(
                    "名前は「.{ending}」ですが、中身は{}です。中身に合う名前（.{}）にしてから送ってください。",
                    word.get(Lang::Ja),
                    media.endings()[0]
                ),
                format!(
                    "The name ends in .{ending}, but the content is: {}. Give it a name that fits (.{}).",
                    word.get(Lang::En),
                    media.endings()[0]
                ),
            );
            return None;
        }
        _ => return Some((with_ending(&name, media.endings()[0]), media, file.bytes.clone())),
    }
    Some((name, media, file.bytes.clone()))
}

fn refusal(why: NotTaken) -> (&'static str, &'static str) {
    match why {
        NotTaken::Page => (
            "ウェブページや SVG は添えられません。PDF か写真にしてから送ってください。",
            "Web pages and SVG drawings cannot be added. Send a PDF or a picture of it.",
        ),
        NotTaken::Macros => (
            "マクロの入ったファイルは添えられません。マクロなしで保存し直してから送ってください。",
            "Files with macros cannot be added. Save it without macros and send that.",
        ),
        NotTaken::OldOffice => (
            "古い形式（.doc・.xls・.ppt）か、パスワードのかかったファイルです。新しい形式（.docx など）か PDF で保存し直してから送ってください。",
            "This is an office file of an old form (.doc, .xls, .ppt) or locked by a password. Save it as .docx, .xlsx, .pptx or PDF.",
        ),
        NotTaken::Other => (
            "添えられるのは、PDF、写真（PNG・JPEG・WebP・HEIC）、Word・Excel・PowerPoint（.docx・.xlsx・.pptx）、ODT・ODS、テキスト・CSV（UTF-8 かシフト JIS）です。",
            "What can be added: PDF, pictures (PNG, JPEG, WebP, HEIC), .docx, .xlsx, .pptx, .odt, .ods, text and CSV (UTF-8 or Shift JIS).",
        ),
    }
}

/// Checks why a file is to be erased.
pub fn check_erase(ctx: &Ctx, form: &EraseForm) -> Result<String> {
    let mut check = Check::new(ctx);
    let reason = check.required("reason", &form.reason, REASON);
    check.done()?;
    Ok(reason)
}

/// A name as it may be kept and sent back: no folders, nothing that cannot be seen or turns the
/// direction of reading, nothing that a file system refuses; at most [`NAME`] characters with the
/// ending kept. Empty where nothing is left.
pub fn clean_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\', '／', '＼']).next().unwrap_or_default();
    // Browsers send the quotation mark like this.
    let last = &last.replace("%22", "_");
    let mut name = String::with_capacity(last.len());
    for c in text::compose_marks(last).chars() {
        match c {
            c if c.is_control() || text::is_hidden(c) => {}
            '\u{2028}' | '\u{2029}' => {}
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\'' | '`' | '\u{fffd}' => name.push('_'),
            c if c.is_whitespace() && c != '　' => name.push(' '),
            c => name.push(c),
        }
    }
    let name = name.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let (stem, ending) = match ending_of(name) {
        Some(ending) if is_ending(ending) => (&name[..name.len() - ending.len() - 1], Some(ending)),
        _ => (name, None),
    };
    let room = NAME - ending.map_or(0, |ending| ending.len() + 1);
    let stem = shortened(stem, room);
    match ending {
        Some(ending) if stem.is_empty() => ending.to_owned(),
        Some(ending) => format!("{stem}.{ending}"),
        None => stem.to_owned(),
    }
}

/// The beginning of a name, at most so many characters.
fn shortened(text: &str, most: usize) -> &str {
    if text.chars().count() <= most {
        return text;
    }
    let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    text[..end].trim_end_matches(|c: char| c.is_whitespace() || c == '.')
}

/// What follows the last dot of a name.
fn ending_of(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, ending)| ending)
}

/// Whether what follows a dot is an ending, and not a word or the day of a date.
fn is_ending(ending: &str) -> bool {
    (1..=8).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn with_ending(name: &str, ending: &str) -> String {
    let stem = if name.is_empty() { "file" } else { shortened(name, NAME - ending.len() - 1) };
    format!("{stem}.{ending}")
}

/// A number of bytes as people say it: `3.4 MB`.
pub fn size_words(bytes: u64) -> String {
    const KB: u64 = 1024;
    match bytes {
        0..KB => format!("{bytes} B"),
        _ if bytes < KB * KB => format!("{} KB", bytes.div_ceil(KB)),
        _ if bytes.is_multiple_of(KB * KB) => format!("{} MB", bytes / (KB * KB)),
        _ => {
            let tenths = (bytes * 10).div_ceil(KB * KB);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}
