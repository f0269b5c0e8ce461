//! What became of a file: the same facts for the command line and for a page.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::Lang;
use crate::read::{Sheet, Warning};
use crate::table::{NoteKind, Row, Table};
use crate::value::{CellError, Reason};

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

/// A field of a record that a row changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Line in the file.
    pub line: usize,
    /// Heading of the column, or what the field is called where no column says it.
    pub column: String,
    /// What stood before, in Japanese.
    pub before_ja: String,
    /// What stood before, in English.
    pub before_en: String,
    /// What stands now, in Japanese.
    pub after_ja: String,
    /// What stands now, in English.
    pub after_en: String,
}

impl Change {
    /// A change in words of both languages.
    #[must_use]
    pub fn new(line: usize, column: impl Into<String>, before: Reason, after: Reason) -> Self {
        Self {
            line,
            column: column.into(),
            before_ja: before.ja,
            before_en: before.en,
            after_ja: after.ja,
            after_en: after.en,
        }
    }

    /// Before and after in one language.
    #[must_use]
    pub fn sides(&self, lang: Lang) -> (&str, &str) {
        match lang {
            Lang::Ja => (&self.before_ja, &self.after_ja),
            Lang::En => (&self.before_en, &self.after_en),
        }
    }
}

/// How many changes the text shows one by one; the file of the report has all of them.
const SHOWN_CHANGES: usize = 500;

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
    /// Every field of a known record that changed.
    pub changes: Vec<Change>,
    /// The headings of the file.
    pub headings: Vec<String>,
    /// The cells of refused rows as they stood in the file, by line; see [`Self::keep_refused`].
    pub refused_cells: BTreeMap<usize, Vec<String>>,
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
            changes: Vec::new(),
            headings: table.headings().to_vec(),
            refused_cells: BTreeMap::new(),
        }
    }

    /// Keeps the whole rows of what was refused, so that they can be put right and imported again.
    pub fn keep_refused(&mut self, sheet: &Sheet) {
        let lines: std::collections::BTreeSet<usize> = self.refused.iter().map(|cell| cell.line).collect();
        let rows = sheet.rows.iter().filter(|row| lines.contains(&row.line));
        self.refused_cells = rows.map(|row| (row.line, row.cells.clone())).collect();
    }

    /// The report as a table: refused cells with the whole row behind them, then what was noticed
    /// and what changed, in the order of lines.
    #[must_use]
    pub fn to_rows(&self, lang: Lang) -> Vec<Vec<String>> {
        let ja = lang == Lang::Ja;
        let head = match lang {
            Lang::Ja => ["行", "列", "値", "理由", "扱い"],
            Lang::En => ["line", "column", "value", "reason", "outcome"],
        };
        let mut first: Vec<String> = head.map(str::to_owned).into();
        first.extend(self.headings.iter().cloned());
        let mut rows: Vec<(usize, usize, Vec<String>)> = Vec::new();
        for cell in &self.refused {
            let mut row = vec![cell.line.to_string(), cell.column.clone(), cell.value.clone()];
            row.push(cell.reason(lang).to_owned());
            row.push(if ja { "受け付けない" } else { "refused" }.to_owned());
            row.extend(self.refused_cells.get(&cell.line).into_iter().flatten().cloned());
            rows.push((cell.line, 0, row));
        }
        for warning in &self.warnings {
            let line = warning.line.map_or_else(String::new, |line| line.to_string());
            let message = if ja { warning.ja.clone() } else { warning.en.clone() };
            let outcome = if ja { "注意" } else { "notice" }.to_owned();
            rows.push((
                warning.line.unwrap_or_default(),
                1,
                vec![line, String::new(), String::new(), message, outcome],
            ));
        }
        for change in &self.changes {
            let (before, after) = change.sides(lang);
            let outcome = if ja { "変更" } else { "changed" }.to_owned();
            let row = vec![
                change.line.to_string(),
                change.column.clone(),
                format!("{before} → {after}"),
                String::new(),
                outcome,
            ];
            rows.push((change.line, 2, row));
        }
        rows.sort_by_key(|(line, rank, _)| (*line, *rank));
        std::iter::once(first).chain(rows.into_iter().map(|(_, _, row)| row)).collect()
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
        for change in self.changes.iter().take(SHOWN_CHANGES) {
            let (line, column, (before, after)) = (change.line, &change.column, change.sides(lang));
            if ja {
                writeln!(out, "○ {line}行目「{column}」：「{before}」→「{after}」")?;
            } else {
                writeln!(out, "o line {line}, {column}: {before:?} -> {after:?}")?;
            }
        }
        if let Some(more) = self.changes.len().checked_sub(SHOWN_CHANGES).filter(|more| *more > 0) {
            if ja {
                writeln!(out, "○ 変更はほかに {more} 件あります（--report のファイルに全部あります）")?;
            } else {
                writeln!(out, "o {more} more changes (all of them are in the file of --report)")?;
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
