//! The fuzz target of addresses and forms on stable: on the seeds in `fuzz/corpus`, on random
//! bytes and on random queries.

use std::path::Path;

use proptest::prelude::*;

#[path = "../../../fuzz/properties/query.rs"]
mod query;

#[test]
fn every_seed_of_an_address_holds_whole_and_cut() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/query");
    let mut seeds = 0;
    for entry in std::fs::read_dir(&folder).expect("the target has its seeds") {
        let seed = std::fs::read(entry.expect("an entry").path()).expect("a seed");
        query::hold(&seed);
        query::hold(&seed[..seed.len() / 2]);
        seeds += 1;
    }
    assert!(seeds >= 8, "there are {seeds} seeds");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_hold_as_an_address_and_as_a_form(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        query::hold(&bytes);
    }

    #[test]
    fn random_queries_hold_as_an_address_and_as_a_form(
        pairs in prop::collection::vec(("q|from|all|year|area|kind|what|note|goal|who|answer|_once", "[ -~あ-ん]{0,12}"), 0..6)
    ) {
        let text = serde_html_form::to_string(&pairs).expect("pairs of texts");
        query::hold(text.as_bytes());
    }

    #[test]
    fn a_cursor_that_was_printed_is_read_again(day in 0_i32..3_000_000, id in any::<u128>()) {
        let on = jiff::civil::date(1, 1, 1).saturating_add(jiff::Span::new().days(day));
        let cursor = sasae_app::case::store::Cursor { on, id: uuid::Uuid::from_u128(id) };

        prop_assert_eq!(sasae_app::case::store::Cursor::parse(&cursor.to_string()), cursor);
    }
}
