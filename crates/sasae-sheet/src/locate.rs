//! The search for the heading row, and the assignment of headings to columns.

use crate::heading::{Column, HeaderError, MissingColumn, fold_heading, fold_without_remark};
use crate::read::{Sheet, SheetRow, Warning};

/// How many rows with content are searched for the heading row.
const SEARCHED_ROWS: usize = 30;

/// Where the columns of a table stand.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Index into the sheet's rows of the (last) heading row.
    pub last_row: usize,
    /// Line of the heading row; the first of two.
    pub line: usize,
    /// Headings as written, joined by `／` where there are two rows.
    pub headings: Vec<String>,
    /// For each wanted column its index in the file.
    pub places: Vec<Option<usize>>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

/// A possible heading: what each cell says in one or two rows.
struct Candidate {
    first_row: usize,
    last_row: usize,
    headings: Vec<String>,
    /// Folded forms of each cell to try, the most exact first.
    forms: Vec<Vec<String>>,
}

impl Candidate {
    fn single(sheet: &Sheet, row: usize) -> Self {
        let headings: Vec<String> = sheet.rows[row].cells.iter().map(|c| clean(c)).collect();
        let forms = headings
            .iter()
            .map(|h| {
                let mut forms = vec![fold_heading(h)];
                forms.extend(fold_without_remark(h));
                forms.retain(|f| !f.is_empty());
                forms
            })
            .collect();
        Self { first_row: row, last_row: row, headings, forms }
    }

    /// Two rows of headings: groups above (whose cells may be merged, so that a
    /// blank continues the one to its left), single columns below.
    fn double(sheet: &Sheet, row: usize) -> Option<Self> {
        let upper = &sheet.rows[row].cells;
        let lower = &sheet.rows.get(row + 1)?.cells;
        let width = upper.len().max(lower.len());
        let cell = |row: &[String], at: usize| row.get(at).map(|c| clean(c)).unwrap_or_default();
        let mut headings = Vec::with_capacity(width);
        let mut forms = Vec::with_capacity(width);
        let mut group = String::new();
        for at in 0..width {
            let above = cell(upper, at);
            let below = cell(lower, at);
            if !above.is_empty() {
                group.clone_from(&above);
            }
            if below.is_empty() || below == above {
                forms.push(
                    [Some(fold_heading(&above)), fold_without_remark(&above)]
                        .into_iter()
                        .flatten()
                        .filter(|f| !f.is_empty())
                        .collect(),
                );
                headings.push(above);
            } else {
                let both = format!("{group}{below}");
                forms.push(
                    [Some(fold_heading(&both)), Some(fold_heading(&below)), fold_without_remark(&below)]
                        .into_iter()
                        .flatten()
                        .filter(|f| !f.is_empty())
                        .collect(),
                );
                headings.push(if group.is_empty() { below } else { format!("{group}／{below}") });
            }
        }
        Some(Self { first_row: row, last_row: row + 1, headings, forms })
    }

    /// How well the cells name the wanted columns.
    fn score(&self, names: &Names<'_>) -> Score {
        let mut keys: Vec<usize> =
            (0..self.forms.len()).filter_map(|at| self.best(at, names).map(|(column, _, _)| column)).collect();
        keys.sort_unstable();
        keys.dedup();
        let required = keys.iter().filter(|k| names.columns[**k].required).count();
        Score { required, found: keys.len(), single: self.first_row == self.last_row }
    }

    /// The column that a cell names: its index, how exact the form is and how
    /// preferred the alias (both better when smaller).
    fn best(&self, at: usize, names: &Names<'_>) -> Option<(usize, usize, usize)> {
        self.forms[at]
            .iter()
            .enumerate()
            .find_map(|(form, folded)| names.find(folded).map(|(column, alias)| (column, form, alias)))
    }
}

/// How well a candidate fits, compared field by field. Of equals the single row
/// wins: what stands above it is a title and no group of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    required: usize,
    found: usize,
    single: bool,
}

/// The aliases of all wanted columns, folded.
struct Names<'a> {
    columns: &'a [Column],
    folded: Vec<Vec<String>>,
}

impl Names<'_> {
    fn find(&self, heading: &str) -> Option<(usize, usize)> {
        self.folded
            .iter()
            .enumerate()
            .filter_map(|(column, aliases)| aliases.iter().position(|a| a == heading).map(|alias| (column, alias)))
            .min_by_key(|(_, alias)| *alias)
    }
}

/// Line breaks inside a heading are form.
fn clean(cell: &str) -> String {
    cell.replace(['\n', '\r'], "").trim().to_owned()
}

/// Finds the heading row and the place of each wanted column.
pub(crate) fn locate(sheet: &Sheet, columns: &[Column]) -> Result<Layout, HeaderError> {
    let names =
        Names { columns, folded: columns.iter().map(|c| c.names.iter().map(|n| fold_heading(n)).collect()).collect() };
    let searched: Vec<usize> =
        (0..sheet.rows.len()).filter(|row| !sheet.rows[*row].is_blank()).take(SEARCHED_ROWS).collect();
    let wanted_required = columns.iter().filter(|c| c.required).count();
    let mut best: Option<(Score, Candidate)> = None;
    for row in &searched {
        let single = Candidate::single(sheet, *row);
        let single_score = single.score(&names);
        if is_better(single_score, best.as_ref().map(|(s, _)| *s)) {
            best = Some((single_score, single));
        }
        if let Some(double) = Candidate::double(sheet, *row)
            && is_double_heading(&sheet.rows[*row], &sheet.rows[row + 1], &names)
        {
            let score = double.score(&names);
            if is_better(score, best.as_ref().map(|(s, _)| *s)) {
                best = Some((score, double));
            }
        }
    }
    // Where nothing is required, one familiar word may be a title or a value.
    let enough = |score: &Score| wanted_required > 0 || score.found >= 2 || columns.len() == 1;
    let Some((_, candidate)) = best.filter(|(score, _)| enough(score)) else {
        return Err(HeaderError::NotFound {
            seen: first_row_seen(sheet),
            expected: columns
                .iter()
                .filter(|c| c.required || wanted_required == 0)
                .filter_map(|c| c.names.first().copied())
                .take(8)
                .collect(),
        });
    };
    place(sheet, &names, candidate)
}

/// What to say where none of several ways to fill a need is complete: the first
/// way's columns that are missing.
pub(crate) fn missing_of(layout: &Layout, columns: &[Column], keys: &[&str]) -> HeaderError {
    let missing = columns
        .iter()
        .zip(&layout.places)
        .filter(|(c, place)| place.is_none() && keys.contains(&c.key))
        .map(|(c, _)| {
            let aliases: Vec<String> = c.names.iter().map(|n| fold_heading(n)).collect();
            MissingColumn {
                key: c.key,
                name: c.names.first().copied().unwrap_or(c.key),
                nearest: nearest(&layout.headings, &layout.places, &aliases),
            }
        })
        .collect();
    HeaderError::Missing {
        line: layout.line,
        missing,
        found: layout.headings.iter().filter(|h| !h.is_empty()).cloned().collect(),
    }
}

fn is_better(score: Score, best: Option<Score>) -> bool {
    score.found > 0 && best.is_none_or(|best| score > best)
}

/// Whether two rows belong together as headings: no cell of the upper row that
/// names a column by itself, and spans only itself, has something else below it.
/// Data under a heading fails this, so it is never taken for a second row.
fn is_double_heading(upper: &SheetRow, lower: &SheetRow, names: &Names<'_>) -> bool {
    let mut any_group = false;
    for (at, above) in upper.cells.iter().enumerate() {
        let above = clean(above);
        if above.is_empty() {
            any_group = true;
            continue;
        }
        let below = lower.cells.get(at).map(|c| clean(c)).unwrap_or_default();
        let named = names.find(&fold_heading(&above)).is_some();
        let spans = upper.cells.get(at + 1).is_none_or(|right| right.trim().is_empty());
        if named && !spans && !below.is_empty() && below != above {
            return false;
        }
        any_group |= below.is_empty() || spans;
    }
    any_group
}

fn first_row_seen(sheet: &Sheet) -> Vec<String> {
    let filled = |row: &&SheetRow| row.cells.iter().filter(|c| !c.trim().is_empty()).count() > 1;
    sheet
        .rows
        .iter()
        .find(filled)
        .or(sheet.rows.iter().find(|row| !row.is_blank()))
        .map(|row| row.cells.iter().take(30).cloned().collect())
        .unwrap_or_default()
}

fn place(sheet: &Sheet, names: &Names<'_>, candidate: Candidate) -> Result<Layout, HeaderError> {
    let line = sheet.rows[candidate.first_row].line;
    let heading = |at: usize| (at + 1, candidate.headings[at].clone());
    let mut warnings = Vec::new();
    let mut places: Vec<Option<usize>> = vec![None; names.columns.len()];
    for (column, place) in places.iter_mut().enumerate() {
        let mut claims: Vec<(usize, usize, usize)> = (0..candidate.forms.len())
            .filter_map(|at| {
                candidate
                    .best(at, names)
                    .filter(|(named, _, _)| *named == column)
                    .map(|(_, form, alias)| (alias, form, at))
            })
            .collect();
        claims.sort_unstable();
        let Some((alias, form, chosen)) = claims.first().copied() else {
            continue;
        };
        if let Some((_, _, second)) =
            claims.iter().skip(1).find(|(other_alias, other_form, _)| (*other_alias, *other_form) == (alias, form))
        {
            return Err(HeaderError::Duplicate { line, first: heading(chosen), second: heading(*second) });
        }
        for (_, _, other) in claims.iter().skip(1) {
            warnings.push(Warning::at(
                line,
                format!(
                    "「{}」と「{}」は同じ内容の列です。「{0}」を使い、「{1}」は読みません",
                    candidate.headings[chosen], candidate.headings[*other]
                ),
                format!(
                    "{:?} and {:?} mean the same column; the first is used and the second is not read",
                    candidate.headings[chosen], candidate.headings[*other]
                ),
            ));
        }
        *place = Some(chosen);
    }
    let missing: Vec<MissingColumn> = names
        .columns
        .iter()
        .enumerate()
        .filter(|(at, c)| c.required && places[*at].is_none())
        .map(|(at, c)| MissingColumn {
            key: c.key,
            name: c.names.first().copied().unwrap_or(c.key),
            nearest: nearest(&candidate.headings, &places, &names.folded[at]),
        })
        .collect();
    if !missing.is_empty() {
        return Err(HeaderError::Missing {
            line,
            missing,
            found: candidate.headings.iter().filter(|h| !h.is_empty()).cloned().collect(),
        });
    }
    Ok(Layout { last_row: candidate.last_row, line, headings: candidate.headings, places, warnings })
}

/// Headings of no known column that resemble an alias, best first.
fn nearest(headings: &[String], places: &[Option<usize>], aliases: &[String]) -> Vec<String> {
    let mut near: Vec<(usize, &String)> = headings
        .iter()
        .enumerate()
        .filter(|(at, h)| !h.is_empty() && !places.contains(&Some(*at)))
        .filter_map(|(_, h)| {
            let folded = fold_heading(h);
            aliases.iter().map(|alias| distance(&folded, alias)).min().filter(|d| *d < 60).map(|d| (d, h))
        })
        .collect();
    near.sort();
    near.into_iter().take(3).map(|(_, h)| h.clone()).collect()
}

/// Edit distance as a percentage of the longer text; containment counts as near.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(40).collect();
    let b: Vec<char> = b.chars().take(40).collect();
    let longer = a.len().max(b.len());
    if longer == 0 {
        return 0;
    }
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut current = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let cost = usize::from(x != y);
            current.push((previous[j] + cost).min(previous[j + 1] + 1).min(current[j] + 1));
        }
        previous = current;
    }
    let contained = a.len().min(b.len()) >= 2
        && (a.windows(b.len().max(1)).any(|w| w == b) || b.windows(a.len().max(1)).any(|w| w == a));
    let edits = previous[b.len()] * 100 / longer;
    if contained { edits.min(50) } else { edits }
}
