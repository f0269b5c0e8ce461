//! What a file is that somebody hands in, told from its content: office files apart from other
//! archives, and text apart from everything else.
//!
//! **Architecture invariant:** nothing is unpacked. Of an archive the list of its entries is read,
//! and at most [`MIMETYPE`] bytes of one entry that a format defines to be short.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::decode::{Encoding, decode};

/// The longest `mimetype` of an OpenDocument file that is looked at.
const MIMETYPE: u64 = 64;

/// At most this many entries stand in an office file; real ones hold some dozens.
const MAX_ENTRIES: usize = 10_000;

/// An office file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
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
}

/// Why an archive is not an office file that may be handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOffice {
    /// It carries a program (macros).
    Macros,
    /// It is some other archive, or cannot be read.
    Other,
}

/// Which office file an archive is, by its entries alone.
///
/// # Errors
/// [`NotOffice`].
pub fn office(bytes: &[u8]) -> Result<Office, NotOffice> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| NotOffice::Other)?;
    if archive.len() > MAX_ENTRIES {
        return Err(NotOffice::Other);
    }
    let mut names = Vec::with_capacity(archive.len());
    for name in archive.file_names() {
        names.push(name.map_err(|_| NotOffice::Other)?.into_owned());
    }
    if names.iter().any(|name| name.ends_with("vbaProject.bin")) {
        return Err(NotOffice::Macros);
    }
    if names.iter().any(|name| name == "[Content_Types].xml") {
        // Some programs number the main part: word/document2.xml.
        let has = |start: &str| names.iter().any(|name| name.starts_with(start) && name.ends_with(".xml"));
        return match (has("word/document"), has("xl/workbook"), has("ppt/presentation")) {
            (true, false, false) => Ok(Office::Docx),
            (false, true, false) => Ok(Office::Xlsx),
            (false, false, true) => Ok(Office::Pptx),
            _ => Err(NotOffice::Other),
        };
    }
    if !names.iter().any(|name| name == "content.xml") {
        return Err(NotOffice::Other);
    }
    let entry = archive.by_name("mimetype").map_err(|_| NotOffice::Other)?;
    let mut mimetype = String::new();
    entry.take(MIMETYPE).read_to_string(&mut mimetype).map_err(|_| NotOffice::Other)?;
    match mimetype.trim_end() {
        "application/vnd.oasis.opendocument.text" => Ok(Office::Odt),
        "application/vnd.oasis.opendocument.spreadsheet" => Ok(Office::Ods),
        _ => Err(NotOffice::Other),
    }
}

/// The text of a file that is plain text in UTF-8 or CP932; `None` for anything else, and for
/// text with control characters that no text has.
#[must_use]
pub fn plain_text(bytes: &[u8]) -> Option<String> {
    match decode(bytes) {
        Ok((text, Encoding::Utf8 | Encoding::Utf8Bom | Encoding::Cp932)) => Some(text),
        Ok(_) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn office_files_are_told_by_their_entries() {
        let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
        let odt: &[u8] = b"application/vnd.oasis.opendocument.text";
        let ods: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
        for (entries, expected) in [
            (vec![types, ("word/document.xml", b"")], Ok(Office::Docx)),
            (vec![types, ("word/document2.xml", b"")], Ok(Office::Docx)),
            (vec![types, ("xl/workbook.xml", b"")], Ok(Office::Xlsx)),
            (vec![types, ("ppt/presentation.xml", b"")], Ok(Office::Pptx)),
            (vec![("mimetype", odt), ("content.xml", b"")], Ok(Office::Odt)),
            (vec![("mimetype", ods), ("content.xml", b"")], Ok(Office::Ods)),
            (vec![types, ("word/document.xml", b""), ("word/vbaProject.bin", b"")], Err(NotOffice::Macros)),
            (vec![types, ("word/document.xml", b""), ("xl/workbook.xml", b"")], Err(NotOffice::Other)),
            (vec![types, ("xl/workbook.bin", b"")], Err(NotOffice::Other)),
            (vec![("word/document.xml", b"")], Err(NotOffice::Other)),
            (vec![("mimetype", b"application/epub+zip"), ("content.xml", b"")], Err(NotOffice::Other)),
            (vec![("名簿.csv", b"a,b")], Err(NotOffice::Other)),
            (vec![], Err(NotOffice::Other)),
        ] {
            let names: Vec<&str> = entries.iter().map(|(name, _)| *name).collect();
            assert_eq!(office(&packed(&entries)), expected, "{names:?}");
        }
        assert_eq!(office(b"PK\x03\x04 and nothing more"), Err(NotOffice::Other));
    }

    #[test]
    fn an_archive_that_unpacks_to_a_gigabyte_is_told_without_unpacking_it() {
        let zeros = vec![0_u8; 1 << 20];
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file("mimetype", options).unwrap();
        for _ in 0..64 {
            writer.write_all(&zeros).unwrap();
        }
        writer.start_file("content.xml", options).unwrap();
        let bomb = writer.finish().unwrap().into_inner();

        assert!(bomb.len() < 1 << 20);
        assert_eq!(office(&bomb), Err(NotOffice::Other));
    }

    #[test]
    fn text_is_utf_8_or_cp932_and_nothing_else() {
        let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode("氏名,住所\r\n髙橋,北九州市\r\n");
        let (euc, _, _) = encoding_rs::EUC_JP.encode("ひらがなと漢字の文章です。ひらがなと漢字の文章です。");

        assert_eq!(plain_text("面談の記録\n".as_bytes()).as_deref(), Some("面談の記録\n"));
        assert_eq!(plain_text(b"\xEF\xBB\xBFa,b\n").as_deref(), Some("a,b\n"));
        assert!(plain_text(&cp932).is_some_and(|text| text.contains("髙橋")));
        assert_eq!(plain_text(&euc), None);
        assert_eq!(plain_text(b"a\0b"), None);
        assert_eq!(plain_text(b"\xFF\xFEa\0"), None);
        assert_eq!(plain_text(b"MZ\x90\x00\x03\x00"), None);
    }
}
