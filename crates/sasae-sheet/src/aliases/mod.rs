//! Headings by which real files name the same thing, and ready lists of columns.
//!
//! Both generations of the government's open data sets (推奨データセット and
//! 自治体標準オープンデータセット), the English property names of 高松市, the
//! address base registry, and what offices write by hand. Form does not matter
//! here ([`crate::fold_heading`]); the preferred heading stands first.

mod area;
mod organisation;
mod people;

pub use area::*;
pub use organisation::*;
pub use people::*;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::fold_heading;

    #[test]
    fn no_heading_means_two_columns_of_one_list() {
        for (list, columns) in [
            ("ORGANISATION", ORGANISATION),
            ("AREA", AREA),
            ("MUNICIPALITIES", MUNICIPALITIES),
            ("PERSON", PERSON),
            ("STAFF", STAFF),
        ] {
            let mut seen: BTreeMap<String, &str> = BTreeMap::new();

            for column in columns {
                for name in column.names {
                    let folded = fold_heading(name);
                    let before = seen.insert(folded.clone(), column.key);
                    let clash = before.filter(|key| *key != column.key);
                    assert!(!folded.is_empty(), "{list}: {name}");
                    assert_eq!(clash, None, "{list}: {name} and {}", column.key);
                }
            }
        }
    }
}
