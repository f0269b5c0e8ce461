//! What a reader of a workbook would see and a reader of its values would not: rows that are hidden,
//! and formulas whose result was never stored.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::archive::{find, tag_end};
use crate::read::Warning;

/// Marks of one worksheet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Numbers of the hidden rows, from 1.
    pub hidden: Vec<usize>,
    /// Line and place (`C5`) of each formula without a stored result, which reads as blank.
    pub empty_formulas: Vec<(usize, String)>,
}

impl Marks {
    /// The marks of a worksheet of an xlsx file. The file was read already, so what cannot be found
    /// here only means that nothing is noticed.
    pub fn of_xlsx(bytes: &[u8], worksheet: &str) -> Marks {
        let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Marks::default() };
        let path = path_of(&mut archive, worksheet).and_then(|path| part(&mut archive, &path));
        path.map(|content| scan(&content)).unwrap_or_default()
    }

    /// The rows of an ods file's table that are folded away or filtered out.
    pub fn of_ods(bytes: &[u8], worksheet: &str) -> Marks {
        let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Marks::default() };
        part(&mut archive, "content.xml").map(|content| scan_ods(&content, worksheet)).unwrap_or_default()
    }

    /// What is said of them, of rows with content only.
    pub fn warnings(&self, filled: impl Fn(usize) -> bool) -> Vec<Warning> {
        let mut all = Vec::new();
        for line in self.hidden.iter().filter(|line| filled(**line)) {
            all.push(Warning::at(
                *line,
                "非表示の行ですが、ほかの行と同じように読みました。要らない行なら、削除してから取り込んでください",
                "the row is hidden in the workbook but was read like the others; delete it if it does not belong to the list",
            ));
        }
        for (line, place) in &self.empty_formulas {
            all.push(Warning::at(
                *line,
                format!("{place} のセルは数式ですが、計算結果が保存されていないため、空欄として読みました。表計算ソフトで開いて保存し直してください"),
                format!("cell {place} is a formula without a stored result and was read as blank; open and save the workbook in a spreadsheet program"),
            ));
        }
        all
    }
}

/// A cell that was struck out by its font.
pub(crate) fn struck_warning(line: usize) -> Warning {
    Warning::at(
        line,
        "取り消し線の引かれたセルがあります。ほかの行と同じように読みました。消した行なら、削除してから取り込んでください",
        "cells of this row are struck out; the row was read like the others; delete it if it does not belong to the list",
    )
}

fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    archive.by_name(name).ok()?.read_to_end(&mut content).ok()?;
    Some(content)
}

/// The part of the archive that holds a worksheet.
fn path_of(archive: &mut ZipArchive<Cursor<&[u8]>>, worksheet: &str) -> Option<String> {
    let book = part(archive, "xl/workbook.xml")?;
    let sheet = tags(&book).find(|tag| tag.name == "sheet" && tag.attribute("name").as_deref() == Some(worksheet))?;
    let id = sheet.attribute("r:id").or_else(|| sheet.attribute(":id"))?;
    let relations = part(archive, "xl/_rels/workbook.xml.rels")?;
    let relation =
        tags(&relations).find(|tag| tag.name == "Relationship" && tag.attribute("Id").as_deref() == Some(&id))?;
    let target = relation.attribute("Target")?;
    Some(match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    })
}

fn scan(content: &[u8]) -> Marks {
    let mut marks = Marks::default();
    let mut row = 0;
    let (mut place, mut is_text, mut formula, mut result) = (String::new(), false, false, false);
    for tag in tags(content) {
        match tag.name {
            "row" if !tag.closes => {
                row = tag.attribute("r").and_then(|r| r.parse().ok()).unwrap_or(row + 1);
                if matches!(tag.attribute("hidden").as_deref(), Some("1" | "true")) {
                    marks.hidden.push(row);
                }
            }
            "c" if !tag.closes => {
                place = tag.attribute("r").unwrap_or_default();
                is_text = tag.attribute("t").as_deref() == Some("str");
                (formula, result) = (false, false);
            }
            "f" if !tag.closes => formula = true,
            // An empty text is a result; an empty number was never calculated.
            "v" if !tag.closes => result |= tag.filled || is_text,
            "c" if formula && !result => marks.empty_formulas.push((row, place.clone())),
            _ => {}
        }
    }
    marks
}

fn scan_ods(content: &[u8], worksheet: &str) -> Marks {
    let mut marks = Marks::default();
    let (mut inside, mut row) = (false, 0_usize);
    for tag in tags(content) {
        match tag.name {
            "table" if !tag.closes => {
                inside = tag.attribute("table:name").as_deref() == Some(worksheet);
                row = 0;
            }
            "table-row" if inside && !tag.closes => {
                let repeats =
                    tag.attribute("table:number-rows-repeated").and_then(|n| n.parse().ok()).unwrap_or(1_usize);
                let hidden = matches!(tag.attribute("table:visibility").as_deref(), Some("collapse" | "filter"));
                // Repeated rows at the end of a sheet are blank.
                if hidden && repeats < 10_000 {
                    marks.hidden.extend(row + 1..=row + repeats);
                }
                row = row.saturating_add(repeats);
            }
            _ => {}
        }
    }
    marks
}

/// A tag of XML: its name without prefix.
struct Tag<'a> {
    name: &'a str,
    text: &'a str,
    closes: bool,
    /// Whether text follows before the next tag.
    filled: bool,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.text;
        loop {
            let at = rest.find(name)?;
            let begins =
                rest[..at].ends_with(|c: char| c.is_whitespace() || (name.starts_with(':') && c.is_alphanumeric()));
            let behind = rest[at + name.len()..].trim_start();
            if begins && let Some(value) = behind.strip_prefix('=') {
                let value = value.trim_start();
                let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
                let inner = &value[1..];
                let value = &inner[..inner.find(quote)?];
                return Some(unescaped(value));
            }
            rest = &rest[at + name.len()..];
        }
    }
}

fn unescaped(value: &str) -> String {
    value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

fn tags(content: &[u8]) -> impl Iterator<Item = Tag<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = find(content, at, b'<')?;
            let end = tag_end(content, open)?;
            at = end;
            let Ok(inner) = std::str::from_utf8(&content[open + 1..end]) else { continue };
            let closes = inner.starts_with('/');
            let inner = inner.trim_start_matches('/');
            let length = inner.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inner.len());
            let whole = &inner[..length];
            let name = whole.rsplit_once(':').map_or(whole, |(_, name)| name);
            let filled = !inner.ends_with('/') && content.get(end + 1).is_some_and(|next| *next != b'<');
            return Some(Tag { name, text: &inner[length..], closes, filled });
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_and_formulas_without_a_result_are_seen() {
        let content = r#"<x:sheetData><row r="1"><c r="A1"><v>1</v></c></row>
            <row r="3" hidden="1"><c r="A3" t="inlineStr"><is><t>a</t></is></c><c r="B3"><f>A1+1</f></c></row>
            <row r="4"><c r="A4"><f>A1</f><v>1</v></c><c r="B4" t="str"><f>""</f><v></v></c><c r="C4"><f>A1</f><v></v></c></row>
            </x:sheetData>"#;

        let marks = scan(content.as_bytes());

        assert_eq!(marks.hidden, [3]);
        assert_eq!(marks.empty_formulas, [(3, "B3".to_owned()), (4, "C4".to_owned())]);
        assert_eq!(marks.warnings(|_| true).len(), 3);
    }

    #[test]
    fn hidden_rows_of_open_document_are_seen() {
        let content = r#"<table:table table:name="甲"><table:table-row table:number-rows-repeated="2"/>
            <table:table-row table:visibility="filter"></table:table-row></table:table>
            <table:table table:name="乙"><table:table-row table:visibility="collapse"/></table:table>"#;

        assert_eq!(scan_ods(content.as_bytes(), "甲").hidden, [3]);
        assert_eq!(scan_ods(content.as_bytes(), "乙").hidden, [1]);
    }
}
