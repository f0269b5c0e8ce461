//! The lines of the architecture, held by reading the source tree as text.
//!
//! Each module holds one kind of line: a `check` that takes a [`tree::Tree`]
//! and gives its complaints in words, and tests that show it complaining about
//! a small bad tree. Below, every check is run on the real tree.

mod addresses;
mod bodies;
mod builders;
mod dependencies;
mod floors;
mod forms;
mod glossary;
mod layout;
mod lexer;
mod map;
mod sql;
mod testing;
mod trace;
mod tree;
mod words;

use tree::Tree;

/// Fails with every complaint on a line of its own.
fn expect_none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn each_crate_depends_only_on_what_its_place_allows() {
    expect_none(dependencies::check(Tree::real()));
}

#[test]
fn statements_stand_only_in_stores_and_touch_only_tables_of_their_room() {
    expect_none(sql::check(Tree::real(), sql::EXCEPTIONS));
}

#[test]
fn rooms_name_only_rooms_before_them_and_nothing_else_names_a_room() {
    expect_none(floors::check(Tree::real(), floors::FLOORS));
}

#[test]
fn no_record_is_sent_as_it_stands_in_its_table() {
    expect_none(bodies::check(Tree::real()));
}

#[test]
fn limits_are_declared_once_and_steps_are_taken_in_one_way() {
    expect_none(forms::check(Tree::real(), forms::ALONE));
}

#[test]
fn tests_make_their_records_through_the_rooms() {
    expect_none(builders::check(Tree::real(), builders::BY_HAND));
}

#[test]
fn branches_for_one_engine_are_marked_paired_and_few() {
    let tree = Tree::real();

    println!("DIALECT: markers: {} of {}", sql::dialect_count(tree), sql::DIALECT_LIMIT);
    expect_none(sql::check_dialects(tree, sql::DIALECT_LIMIT));
}

#[test]
fn files_are_short_and_folders_say_what_they_are_for() {
    expect_none(layout::check(Tree::real()));
}

#[test]
fn no_code_uses_words_that_the_style_forbids() {
    expect_none(words::check(Tree::real()));
}

#[test]
fn tests_are_sentences_that_neither_sleep_nor_rest() {
    expect_none(testing::check(Tree::real()));
}

#[test]
fn no_page_or_asset_names_an_outside_address() {
    expect_none(addresses::check(Tree::real()));
}

#[test]
fn every_requirement_is_traced_to_code_and_a_test_that_exist() {
    expect_none(trace::check(Tree::real()));
}

#[test]
fn every_room_has_its_row_in_the_architecture_in_the_order_of_the_list() {
    expect_none(map::check(Tree::real()));
}

#[test]
fn every_room_has_its_word_in_the_glossary() {
    expect_none(glossary::check(Tree::real()));
}
