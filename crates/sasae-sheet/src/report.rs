//! What became of a file: the same facts for the command line and for a page.

use std::fmt::Write as _;

use serde::Serialize;

use crate::Lang;
use crate::read::Warning;
use crate::table::{NoteKind, Row, Table};
use crate::value::CellError;

/// A row that was not imported because it is no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteRow {
    /// Line in the file.
    pub line: usize,
    /// What kind of row it is.
    pub kind: NoteKind,
    /// Its first cell with content, shortened.
    pub text: String,
}

/// The outcome of an import: every row of the file is in exactly one of
/// accepted, unchanged, notes, or refused (`refused_rows`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Name of the file.
    pub file: String,
    /// Name of the worksheet; `None` for text.
    pub worksheet: Option<String>,
    /// Encoding as shown to people.
    pub encoding: String,
    /// Line of the heading row.
    pub header_line: usize,
    /// Rows with content below the headings.
    pub rows_read: usize,
    /// Rows that went in, new or changed.
    pub accepted: usize,
    /// Rows that said what was already there.
    pub unchanged: usize,
    /// Rows that are totals, comments, examples or repeated headings.
    pub notes: Vec<NoteRow>,
    /// Every cell that was refused; a row may have several.
    pub refused: Vec<CellError>,
    /// What was noticed without refusing anything.
    pub warnings: Vec<Warning>,
}

impl Report {
    /// A report on a table, with what was noticed in its file and headings.
    #[must_use]
    pub fn new(table: &Table<'_>) -> Self {
        let sheet = table.sheet();
        Self {
            file: sheet.name.clone(),
            worksheet: sheet.worksheet.clone(),
            encoding: sheet.encoding.to_string(),
            header_line: table.header_line(),
            rows_read: 0,
            accepted: 0,
            unchanged: 0,
            notes: Vec::new(),
            refused: Vec::new(),
            warnings: table.warnings(),
        }
    }

    /// Counts a row and sorts out notes: `true` where the row is a record that
    /// the importer should go on with. A row whose columns are shifted is
    /// refused here; a short one gets a warning.
    pub fn begin(&mut self, row: &Row<'_>) -> bool {
        self.rows_read += 1;
        if let Some(kind) = row.note() {
            let first = row.cells().iter().map(|c| c.trim()).find(|c| !c.is_empty());
            self.notes.push(NoteRow {
                line: row.line(),
                kind,
                text: first.unwrap_or_default().chars().take(60).collect(),
            });
            return false;
        }
        if let Err(error) = row.check_width() {
            self.refuse(error);
            return false;
        }
        self.warnings.extend(row.width_warning());
        true
    }

    /// Takes a parser's result; a refusal is noted and becomes `None`. The
    /// importer reads all cells this way and then asks [`Self::is_refused`], so
    /// that an officer sees everything that is wrong with a row at once.
    pub fn take<T>(&mut self, result: Result<T, CellError>) -> Option<T> {
        result.map_err(|error| self.refuse(error)).ok()
    }

    /// Notes a refusal.
    pub fn refuse(&mut self, error: CellError) {
        self.refused.push(error);
    }

    /// Whether anything in this line was refused.
    #[must_use]
    pub fn is_refused(&self, line: usize) -> bool {
        // Rows are read in order, so the refusals of a line stand at the end.
        self.refused.iter().rev().take(200).any(|r| r.line == line)
    }

    /// Number of different rows with a refusal.
    #[must_use]
    pub fn refused_rows(&self) -> usize {
        let mut lines: Vec<usize> = self.refused.iter().map(|r| r.line).collect();
        lines.sort_unstable();
        lines.dedup();
        lines.len()
    }

    /// The report as text for a terminal or a log.
    #[must_use]
    pub fn to_text(&self, lang: Lang) -> String {
        let mut out = String::new();
        self.write_text(lang, &mut out).map_or_else(|_| String::new(), |()| out)
    }

    fn write_text(&self, lang: Lang, out: &mut String) -> std::fmt::Result {
        let ja = lang == Lang::Ja;
        let sheet = self.worksheet.as_deref().unwrap_or_default();
        writeln!(out, "{} {sheet}[{}]", self.file, self.encoding)?;
        if ja {
            writeln!(
                out,
                "見出し {}行目　読んだ行 {}　取り込み {}　変更なし {}　対象外 {}　受け付けない行 {}",
                self.header_line,
                self.rows_read,
                self.accepted,
                self.unchanged,
                self.notes.len(),
                self.refused_rows()
            )?;
        } else {
            writeln!(
                out,
                "headings in line {}; rows read {}, accepted {}, unchanged {}, notes {}, refused {}",
                self.header_line,
                self.rows_read,
                self.accepted,
                self.unchanged,
                self.notes.len(),
                self.refused_rows()
            )?;
        }
        for refusal in &self.refused {
            let (line, column, value) = (refusal.line, &refusal.column, &refusal.value);
            let reason = refusal.reason(lang);
            if ja {
                writeln!(out, "× {line}行目「{column}」：「{value}」 {reason}")?;
            } else {
                writeln!(out, "x line {line}, {column}: {value:?}: {reason}")?;
            }
        }
        for note in &self.notes {
            let (line, text) = (note.line, &note.text);
            let kind = note.kind.label(lang);
            if ja {
                writeln!(out, "－ {line}行目は{kind}のため取り込みません：「{text}」")?;
            } else {
                writeln!(out, "- line {line} is {kind} and not imported: {text:?}")?;
            }
        }
        for warning in &self.warnings {
            let message = if ja { &warning.ja } else { &warning.en };
            match (warning.line, ja) {
                (Some(line), true) => writeln!(out, "！ {line}行目：{message}")?,
                (Some(line), false) => writeln!(out, "! line {line}: {message}")?,
                (None, _) => writeln!(out, "{} {message}", if ja { "！" } else { "!" })?,
            }
        }
        Ok(())
    }
}

impl NoteKind {
    /// The kind in words.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Total, Lang::Ja) => "合計・小計",
            (Self::Total, Lang::En) => "a total",
            (Self::Comment, Lang::Ja) => "注記",
            (Self::Comment, Lang::En) => "a comment",
            (Self::RepeatedHeading, Lang::Ja) => "見出しの繰り返し",
            (Self::RepeatedHeading, Lang::En) => "a repeated heading",
            (Self::Example, Lang::Ja) => "記入例",
            (Self::Example, Lang::En) => "an example",
        }
    }
}
