//! Small numbers give single persons away. To one who sees figures only, a
//! count below the profile's `suppress_below` is not told, nor is any other
//! count from which it could be worked out .
//!
//! The counts of one kind of fact form lines that add up: the months of an area
//! to its year, and the areas below an area to the area, month by month. A line
//! must not be left with one missing addend, nor with missing addends that are
//! few together.

/// Months of a year and, at the end, the whole year.
pub const COLUMNS: usize = 13;
/// The column of the whole year.
pub const YEAR: usize = 12;

/// The counts of one kind of fact in the areas of a tree.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// For each area its counts by month, the year last.
    pub counts: Vec<[i64; COLUMNS]>,
    /// For each area the place of the area above it.
    pub above: Vec<Option<usize>>,
}

type Cell = (usize, usize);

/// Cells that add up to another.
struct Line {
    total: Cell,
    addends: Vec<Cell>,
}

impl Grid {
    fn count(&self, (area, column): Cell) -> i64 {
        self.counts[area][column]
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for area in 0..self.counts.len() {
            lines.push(Line { total: (area, YEAR), addends: (0..YEAR).map(|month| (area, month)).collect() });
            let below: Vec<usize> = (0..self.above.len()).filter(|other| self.above[*other] == Some(area)).collect();
            if !below.is_empty() {
                let line = |column| Line {
                    total: (area, column),
                    addends: below.iter().map(|other| (*other, column)).collect(),
                };
                lines.extend((0..COLUMNS).map(line));
            }
        }
        lines
    }

    /// Which cells are not told, area by area: those from 1 to below `least`,
    /// and as few others as it takes so that none of them follows from the rest.
    pub fn suppressed(&self, least: i64) -> Vec<[bool; COLUMNS]> {
        let mut hidden: Vec<[bool; COLUMNS]> =
            self.counts.iter().map(|row| row.map(|count| (1..least).contains(&count))).collect();
        let lines = self.lines();
        // Each round hides at least one cell more, so it ends.
        loop {
            let more: Vec<Cell> = lines.iter().filter_map(|line| self.missing_in(line, &hidden, least)).collect();
            if more.is_empty() {
                return hidden;
            }
            for (area, column) in more {
                hidden[area][column] = true;
            }
        }
    }

    /// The cell that must be hidden besides, so that a line keeps its secret.
    fn missing_in(&self, line: &Line, hidden: &[[bool; COLUMNS]], least: i64) -> Option<Cell> {
        let is_hidden = |cell: &Cell| hidden[cell.0][cell.1];
        let own: Vec<&Cell> = line.addends.iter().filter(|cell| is_hidden(cell)).collect();
        let told = line.addends.iter().filter(|cell| !is_hidden(cell) && self.count(**cell) > 0);
        let smallest = told.min_by_key(|cell| self.count(**cell)).copied();
        if is_hidden(&line.total) {
            return if own.is_empty() { smallest } else { None };
        }
        let sum: i64 = own.iter().map(|cell| self.count(**cell)).sum();
        if own.is_empty() || (own.len() > 1 && sum >= least) {
            return None;
        }
        Some(smallest.unwrap_or(line.total))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A city, its wards, and what was counted in each ward's months.
    fn city(wards: &[[i64; YEAR]]) -> Grid {
        let mut counts = vec![[0; COLUMNS]];
        for ward in wards {
            let mut row = [0; COLUMNS];
            for (month, count) in ward.iter().enumerate() {
                for cell in [&mut row[month], &mut counts[0][month]] {
                    *cell += count;
                }
                row[YEAR] += count;
                counts[0][YEAR] += count;
            }
            counts.push(row);
        }
        let above = (0..counts.len()).map(|area| (area > 0).then_some(0)).collect();
        Grid { counts, above }
    }

    /// What someone works out who fills in every line in which one cell is missing.
    fn worked_out(grid: &Grid, hidden: &[[bool; COLUMNS]]) -> Vec<Cell> {
        let mut known: Vec<[bool; COLUMNS]> = hidden.iter().map(|row| row.map(|hidden| !hidden)).collect();
        let mut found = Vec::new();
        loop {
            let before = found.len();
            for line in grid.lines() {
                let all = line.addends.iter().chain([&line.total]);
                let missing: Vec<&Cell> = all.filter(|cell| !known[cell.0][cell.1]).collect();
                if let [only] = missing[..] {
                    known[only.0][only.1] = true;
                    found.push(*only);
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    proptest! {
        #[test]
        fn no_hidden_count_follows_from_the_told_ones_and_no_told_one_is_small(
            wards in prop::collection::vec(prop::array::uniform12(0_i64..20), 1..6),
            least in 2_i64..10,
        ) {
            let grid = city(&wards);

            let hidden = grid.suppressed(least);

            for (row, hidden) in grid.counts.iter().zip(&hidden) {
                for (count, hidden) in row.iter().zip(hidden) {
                    prop_assert!(*hidden || *count == 0 || *count >= least);
                }
            }
            prop_assert_eq!(worked_out(&grid, &hidden), Vec::<Cell>::new());
            for line in grid.lines().iter().filter(|line| !hidden[line.total.0][line.total.1]) {
                let sum: i64 = line.addends.iter().filter(|c| hidden[c.0][c.1]).map(|c| grid.count(*c)).sum();
                prop_assert!(sum == 0 || sum >= least);
            }
        }
    }

    #[test]
    fn large_counts_are_all_told_and_one_small_one_takes_a_second_along() {
        let plenty = city(&[[30; YEAR], [40; YEAR]]);
        let mut wards = [[30; YEAR], [40; YEAR]];
        wards[0][3] = 2;
        let one_small = city(&wards);

        assert!(plenty.suppressed(5).iter().flatten().all(|hidden| !hidden));
        let hidden = one_small.suppressed(5);
        assert!(hidden[1][3] && hidden[2][3]);
        assert_eq!(hidden.iter().flatten().filter(|hidden| **hidden).count(), 4);
    }
}
