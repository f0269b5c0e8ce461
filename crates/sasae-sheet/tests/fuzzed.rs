//! The fuzz targets on stable: their properties, on the seeds in `fuzz/corpus` and on random bytes.

use std::path::Path;

use proptest::prelude::*;

#[path = "../../../fuzz/properties/dates.rs"]
mod dates;
#[path = "../../../fuzz/properties/names.rs"]
mod names;
#[path = "../../../fuzz/properties/sheet.rs"]
mod sheet;

/// Every target that needs no more than the core and this crate.
const TARGETS: [(&str, fn(&[u8])); 5] = [
    ("dates", dates::hold),
    ("names", names::hold),
    ("sheet_csv", sheet::csv),
    ("sheet_xlsx", sheet::xlsx),
    ("import_rows", sheet::import_rows),
];

#[test]
fn every_seed_of_every_target_holds_whole_cut_and_changed() {
    for (target, hold) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
        let mut seeds = 0;
        for entry in std::fs::read_dir(&folder).expect("every target has its seeds") {
            let mut seed = std::fs::read(entry.expect("an entry").path()).expect("a seed");
            hold(&seed);
            hold(&seed[..seed.len() / 2]);
            seed.reverse();
            hold(&seed);
            seeds += 1;
        }
        assert!(seeds >= 8, "{target} has {seeds} seeds");
    }
}

proptest! {
    // A failure prints its smallest input, which then becomes a seed by hand.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_target_holds_on_random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for (_, hold) in TARGETS {
            hold(&bytes);
        }
    }

    #[test]
    fn every_target_holds_on_random_texts(text in "[ -~　-ヿ一-龠０-９年月日,\"\n\u{300}-\u{310}\u{200b}]{0,40}|.{0,40}") {
        for (_, hold) in TARGETS {
            hold(text.as_bytes());
        }
    }
}
