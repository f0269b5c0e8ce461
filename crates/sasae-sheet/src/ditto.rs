//! 同上, 〃: cells that say what the cell above says.

use crate::read::{Sheet, Warning};

/// Writes out the cells that only repeat the one above, and says in which lines it did so. A mark
/// with nothing above it stays, so that it is refused where it stands for a name.
pub fn repeat_ditto(sheet: &mut Sheet) {
    let mut lines: Vec<usize> = Vec::new();
    for at in 1..sheet.rows.len() {
        let (above, below) = sheet.rows.split_at_mut(at);
        let (Some(above), Some(row)) = (above.last(), below.first_mut()) else { continue };
        let mut repeated = false;
        for (column, cell) in row.cells.iter_mut().enumerate() {
            if !cell.is_empty()
                && is_ditto(cell)
                && let Some(value) =
                    above.cells.get(column).filter(|value| !value.trim().is_empty() && !is_ditto(value))
            {
                cell.clone_from(value);
                repeated = true;
            }
        }
        if repeated {
            lines.push(row.line);
        }
    }
    for line in lines {
        sheet.warnings.push(Warning::at(
            line,
            "「同上」「〃」の欄を、すぐ上の行の内容で補いました",
            "cells that say ditto were filled with what the line above says",
        ));
    }
}

/// Whether a cell only says that it repeats the one above.
#[must_use]
pub fn is_ditto(cell: &str) -> bool {
    let cell = cell.trim();
    matches!(cell, "同上" | "同じ" | "同" | "上に同じ" | "上と同じ" | "仝" | "々" | "″" | "”" | "\"")
        || (!cell.is_empty() && cell.chars().all(|c| c == '〃'))
}

#[cfg(test)]
mod tests {
    use crate::{ReadOptions, read};

    use super::*;

    #[test]
    fn ditto_marks_are_written_out_from_the_line_above() {
        let text = "校区,氏名,住所\n足原,甲野 太郎,足原1-1-1\n〃,乙野 花子,同上\n〃,丙野 二郎,足原2\n,〃,〃\n";
        let mut sheet = read("x.csv", text.as_bytes(), &ReadOptions::default()).unwrap();

        repeat_ditto(&mut sheet);

        let rows: Vec<Vec<String>> = sheet.rows.iter().map(|row| row.cells.clone()).collect();
        assert_eq!(rows[2], ["足原", "乙野 花子", "足原1-1-1"]);
        assert_eq!(rows[3], ["足原", "丙野 二郎", "足原2"]);
        assert_eq!(rows[4], ["", "丙野 二郎", "足原2"]);
        assert_eq!(sheet.warnings.iter().filter_map(|warning| warning.line).collect::<Vec<_>>(), [3, 4, 5]);
    }
}
