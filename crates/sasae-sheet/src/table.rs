//! A sheet whose heading row is known, and its rows.

use std::sync::OnceLock;

use crate::heading::{Column, HeaderError, fold_heading};
use crate::locate::{self, Layout};
use crate::place::CodeForm;
use crate::read::{Sheet, SheetRow, Warning};
use crate::value::{CellError, fold_value};

/// A sheet read by column.
#[derive(Debug)]
pub struct Table<'a> {
    sheet: &'a Sheet,
    columns: Vec<Column>,
    layout: Layout,
    /// What the codes of a column look like, found out when a cell needs it.
    pub(crate) code_forms: Vec<OnceLock<CodeForm>>,
}

/// A row that holds no record of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// 合計, 小計, 平均: what is counted elsewhere.
    Total,
    /// ※, 注), 出典, 以下余白, page numbers.
    Comment,
    /// The heading row once more, as on each printed page.
    RepeatedHeading,
    /// 記入例 of a form.
    Example,
}

impl<'a> Table<'a> {
    /// Finds the heading row among the first thirty rows with content and the
    /// place of each column. A title, blank rows or notes may stand above; the
    /// headings may take two rows, groups above single columns.
    ///
    /// # Errors
    /// [`HeaderError`]: no heading row, required columns missing (with the
    /// headings that come nearest), or one heading twice.
    pub fn locate(sheet: &'a Sheet, columns: &[Column]) -> Result<Self, HeaderError> {
        let layout = locate::locate(sheet, columns)?;
        Ok(Self {
            sheet,
            columns: columns.to_vec(),
            code_forms: layout.headings.iter().map(|_| OnceLock::new()).collect(),
            layout,
        })
    }

    /// Refuses a file that has none of several sets of columns completely, such as
    /// 氏名, or else 姓 and 名.
    ///
    /// # Errors
    /// [`HeaderError::Missing`] with what the first set lacks.
    pub fn require_one_of(&self, ways: &[&[&str]]) -> Result<(), HeaderError> {
        let is_complete = |keys: &[&str]| keys.iter().all(|key| self.has(key));
        match ways.first() {
            Some(first) if !ways.iter().any(|keys| is_complete(keys)) => {
                Err(locate::missing_of(&self.layout, &self.columns, first))
            }
            _ => Ok(()),
        }
    }

    /// The sheet beneath.
    #[must_use]
    pub fn sheet(&self) -> &'a Sheet {
        self.sheet
    }

    /// Line of the heading row, the first of two.
    #[must_use]
    pub fn header_line(&self) -> usize {
        self.layout.line
    }

    /// All headings as written, in the order of the file.
    #[must_use]
    pub fn headings(&self) -> &[String] {
        &self.layout.headings
    }

    /// Whether the file has the column.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.column_index(key).is_some()
    }

    /// Index of the column in the file, from 0; `None` where the file lacks it.
    #[must_use]
    pub fn column_index(&self, key: &str) -> Option<usize> {
        let wanted = self.columns.iter().position(|c| c.key == key);
        debug_assert!(wanted.is_some(), "{key} is not among the columns located");
        self.layout.places.get(wanted?).copied().flatten()
    }

    /// Heading of the column as written; its usual name where the file lacks it.
    #[must_use]
    pub fn column_name(&self, key: &str) -> String {
        if let Some(at) = self.column_index(key) {
            return self.layout.headings[at].clone();
        }
        self.columns
            .iter()
            .find(|c| c.key == key)
            .and_then(|c| c.names.first())
            .map_or_else(|| key.to_owned(), |name| (*name).to_owned())
    }

    /// Columns that were recognised: key and heading as written.
    #[must_use]
    pub fn recognised(&self) -> Vec<(&'static str, &str)> {
        self.columns
            .iter()
            .zip(&self.layout.places)
            .filter_map(|(c, place)| place.map(|at| (c.key, self.layout.headings[at].as_str())))
            .collect()
    }

    /// Headings that no wanted column claims: they are not read.
    #[must_use]
    pub fn ignored(&self) -> Vec<&str> {
        self.layout
            .headings
            .iter()
            .enumerate()
            .filter(|(at, h)| !h.is_empty() && !self.layout.places.contains(&Some(*at)))
            .map(|(_, h)| h.as_str())
            .collect()
    }

    /// What was noticed in the file and its heading row, for the report.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut all = self.sheet.warnings.clone();
        all.extend(self.layout.warnings.iter().cloned());
        let ignored = self.ignored();
        if !ignored.is_empty() {
            all.push(Warning::at(
                self.layout.line,
                format!("読まない列：{}", ignored.join("、")),
                format!("columns that are not read: {}", ignored.join(", ")),
            ));
        }
        for column in self.unnamed() {
            all.push(Warning::at(
                self.layout.line,
                format!("{column}列目には見出しがありませんが、中身があります。この列は読みません"),
                format!("column {column} has content but no heading; it is not read"),
            ));
        }
        all
    }

    /// Numbers of columns with content below a blank heading, from 1.
    fn unnamed(&self) -> Vec<usize> {
        let blank = self.layout.headings.iter().enumerate().filter(|(_, heading)| heading.is_empty());
        let filled = |at: usize| self.column_values(at).next().is_some();
        blank.map(|(at, _)| at).filter(|at| filled(*at)).map(|at| at + 1).collect()
    }

    /// The rows below the headings that have any content. Notes are among them
    /// ([`Row::note`]), so that the importer can report each.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.sheet
            .rows
            .iter()
            .skip(self.layout.last_row + 1)
            .filter(|row| !row.is_blank())
            .map(move |cells| Row { table: self, cells })
    }

    /// The trimmed cells of a column below the headings.
    pub(crate) fn column_values(&self, index: usize) -> impl Iterator<Item = &str> {
        self.rows_of_sheet().filter_map(move |row| row.cells.get(index)).filter_map(|cell| present(cell))
    }

    fn rows_of_sheet(&self) -> impl Iterator<Item = &SheetRow> {
        self.sheet.rows.iter().skip(self.layout.last_row + 1)
    }
}

/// One row of a [`Table`]. The value parsers are methods of it, so that each
/// refusal names line and column by itself.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub(crate) table: &'a Table<'a>,
    cells: &'a SheetRow,
}

impl<'a> Row<'a> {
    /// Physical line in the file or row number of the worksheet, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.cells.line
    }

    /// All cells as written.
    #[must_use]
    pub fn cells(&self) -> &'a [String] {
        &self.cells.cells
    }

    /// The cell as written, with its spaces and dashes; `None` where the file
    /// lacks the column or the row ends before it.
    #[must_use]
    pub fn raw(&self, key: &str) -> Option<&'a str> {
        let at = self.table.column_index(key)?;
        self.cells.cells.get(at).map(String::as_str)
    }

    /// The trimmed cell (全角 spaces too); `None` where it says that there is
    /// nothing: blank, a dash alone, `…`, 該当なし. The form is kept in [`Self::raw`].
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a str> {
        present(self.raw(key)?)
    }

    /// See [`Table::column_index`].
    #[must_use]
    pub fn column_index(&self, key: &str) -> Option<usize> {
        self.table.column_index(key)
    }

    /// See [`Table::column_name`].
    #[must_use]
    pub fn column_name(&self, key: &str) -> String {
        self.table.column_name(key)
    }

    /// A refusal of this cell.
    #[must_use]
    pub fn refuse(&self, key: &str, ja: impl Into<String>, en: impl Into<String>) -> CellError {
        CellError {
            line: self.line(),
            column: self.column_name(key),
            value: self.raw(key).unwrap_or_default().to_owned(),
            reason_ja: ja.into(),
            reason_en: en.into(),
        }
    }

    /// Refuses a text row with more filled cells than there are headings: a
    /// delimiter inside a cell has shifted its columns, so that every value to
    /// the right stands under the wrong heading. In a worksheet such cells are
    /// remarks in the margin; they are not read.
    ///
    /// # Errors
    /// [`CellError`] with the first surplus cell.
    pub fn check_width(&self) -> Result<(), CellError> {
        let headings = self.table.headings().len();
        let surplus = self.cells.cells.iter().skip(headings).find(|c| !c.trim().is_empty());
        match surplus {
            Some(cell) if self.table.sheet.is_text() => Err(CellError {
                line: self.line(),
                column: String::new(),
                value: cell.clone(),
                reason_ja: format!(
                    "列が {} 個あり、見出しの {headings} 個より多くなっています。区切り文字を含む項目は引用符で囲んでください",
                    self.cells.cells.len()
                ),
                reason_en: format!(
                    "the row has {} cells but there are {headings} headings; quote cells that contain the delimiter",
                    self.cells.cells.len()
                ),
            }),
            _ => Ok(()),
        }
    }

    /// A text row that ends before the last heading: read as blank cells, but
    /// worth a warning, since a line break inside a cell looks the same.
    #[must_use]
    pub fn width_warning(&self) -> Option<Warning> {
        let headings = self.table.headings().len();
        let cells = self.cells.cells.len();
        (self.table.sheet.is_text() && cells < headings).then(|| {
            Warning::at(
                self.line(),
                format!("列が {cells} 個しかありません（見出しは {headings} 個）。残りは空欄として読みました"),
                format!("the row has {cells} cells for {headings} headings; the rest was read as blank"),
            )
        })
    }

    /// Whether the row is a total, a comment, a repeated heading or an example.
    /// Such a row is to be reported and not imported.
    #[must_use]
    pub fn is_note(&self) -> bool {
        self.note().is_some()
    }

    /// What kind of note the row is; `None` for a record.
    #[must_use]
    pub fn note(&self) -> Option<NoteKind> {
        let filled: Vec<&str> = self.cells.cells.iter().filter_map(|cell| present(cell)).collect();
        let first = *filled.first()?;
        if is_repeated_heading(&self.cells.cells, self.table.headings()) {
            return Some(NoteKind::RepeatedHeading);
        }
        if is_example(first) {
            return Some(NoteKind::Example);
        }
        if filled.len() <= 2 && is_comment(first, filled.len() == 1) {
            return Some(NoteKind::Comment);
        }
        is_total(&filled).then_some(NoteKind::Total)
    }
}

/// Spaces of every width are taken off; what says "nothing here" becomes `None`.
pub(crate) fn present(cell: &str) -> Option<&str> {
    let cell = cell.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let dash = |c: char| {
        matches!(c, '-' | '－' | '−' | 'ー' | 'ｰ' | '―' | '‐' | '‑' | '‒' | '–' | '—' | '─' | '━' | '…' | '・')
    };
    if cell.is_empty() || cell.chars().all(dash) {
        return None;
    }
    let nothing = ["該当なし", "該当無し", "NULL", "(NULL)", "N/A", "n/a"];
    (!nothing.contains(&cell)).then_some(cell)
}

/// Marks without width that copying from web pages leaves behind.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

fn is_repeated_heading(cells: &[String], headings: &[String]) -> bool {
    let mut same = 0;
    for (cell, heading) in cells.iter().zip(headings) {
        let cell = fold_heading(cell);
        if cell.is_empty() {
            continue;
        }
        if cell != fold_heading(heading) {
            return false;
        }
        same += 1;
    }
    same >= 2
}

fn is_example(first: &str) -> bool {
    let folded = fold_value(first);
    let open = folded.trim_start_matches(['(', '【', '[', '〔']);
    ["記入例", "入力例", "記載例"].iter().any(|word| open.starts_with(word))
        || open
            .strip_prefix('例')
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([')', '】', ']', '〕', ':', '1']))
}

fn is_comment(first: &str, alone: bool) -> bool {
    let folded = fold_value(first);
    if folded.starts_with(['※', '*', '＊', '†', '☆']) && alone
        || folded.starts_with('※')
        || (alone && folded.starts_with('#'))
    {
        return true;
    }
    let open = folded.trim_start_matches(['(', '【', '[', '〔', '<']);
    let rest = open.strip_prefix("注記").or(open.strip_prefix('注'));
    if rest.is_some_and(|rest| {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        (rest.is_empty() && alone) || rest.starts_with([')', ']', '】', '〕', '>', ':', '.'])
    }) {
        return true;
    }
    if ["出典:", "資料:", "備考:", "出所:", "(資料)", "(出典)", "(備考)"].iter().any(|word| folded.starts_with(word))
    {
        return true;
    }
    alone && (matches!(open.trim_end_matches(')'), "以上" | "以下余白" | "余白") || is_page(&folded))
}

/// `1/3`, `- 1 -`, `1ページ`, `p.2`.
fn is_page(folded: &str) -> bool {
    let is_number = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let named = ["ページ", "頁", "page"].iter().any(|word| {
        folded.strip_suffix(word).or(folded.strip_prefix(word)).is_some_and(|rest| is_number(rest) || is_page(rest))
    });
    let of_all = folded.split_once('/').is_some_and(|(page, all)| is_number(page) && is_number(all));
    let between = folded
        .strip_prefix('-')
        .and_then(|rest| rest.strip_suffix('-'))
        .or(folded.strip_prefix("p."))
        .is_some_and(is_number);
    named || of_all || between
}

/// A word of summing in front and figures in every other cell. A person named
/// 計 or an organisation named 合計 has more than figures beside the name.
fn is_total(filled: &[&str]) -> bool {
    const WORDS: [&str; 11] =
        ["合計", "計", "総計", "小計", "総数", "総合計", "累計", "平均", "total", "subtotal", "全体"];
    let is_word = |cell: &str| {
        let folded = fold_value(cell);
        let bare = folded.split(['(', '[']).next().unwrap_or_default();
        WORDS.contains(&bare)
            || ["合計", "小計", "区計", "地区計", "校区計", "市計", "町計", "県計"]
                .iter()
                .any(|end| bare.ends_with(end))
    };
    let is_figure = |cell: &str| {
        let folded = fold_value(cell);
        folded.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '▲' | '△' | '+'))
            && folded.chars().filter(|c| c.is_alphabetic()).count() <= 2
    };
    let Some(at) = filled.iter().take(3).position(|c| is_word(c)) else {
        return false;
    };
    // A label such as the name of the ward may stand before 小計.
    let labels = filled[..at].iter().filter(|c| !is_figure(c)).count();
    labels <= 1 && filled[at + 1..].iter().all(|c| is_figure(c))
}
