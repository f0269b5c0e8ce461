//! That each check of statements can fail.

use super::*;

const NONE: &Exceptions = &Exceptions { files: &[], directory: &[], readers: &[], pairs: &[] };
const MIGRATION: (&str, &str) = (
    "crates/sasae-app/migrations/0001.sql",
    "CREATE TABLE notice (id UUID); -- CREATE TABLE gone (id UUID)\nCREATE TABLE IF NOT EXISTS person (id UUID NOT NULL);",
);
const NOTICE: (&str, &str) = (
    "crates/sasae-app/src/notice/store.rs",
    "pub const TABLES: &[&str] = &[\"notice\"];\nfn a() { sql!(\"SELECT id FROM notice\"); }",
);

fn person(statement: &str) -> Vec<String> {
    let text = format!("pub const TABLES: &[&str] = &[\"person\"];\nfn a() {{ {statement} }}");
    check(&Tree::of(&[MIGRATION, NOTICE, ("crates/sasae-app/src/person/store.rs", &text)]), NONE)
}

#[test]
fn a_statement_on_a_table_of_another_room_is_found_however_it_is_written() {
    for statement in [
        "sql!(\"SELECT n.id FROM person p JOIN notice n ON n.id = p.id\")",
        "sql!(\"SELECT 1 FROM person p, notice n\")",
        "sql!(\"SELECT 1 FROM \", \"notice\")",
        "sql!(\"select 1 from notice\")",
        "sql!(\"INSERT INTO notice(id) VALUES (?1)\")",
        "sql!(\"UPDATE notice SET id = ?1\")",
        "sql!(\"DELETE FROM notice WHERE id = ?1\")",
        "sql!(\"SELECT (SELECT COUNT(*) FROM notice) FROM person\")",
        "format!(\"SELECT 1 FROM notice\")",
    ] {
        let found = person(statement).join("\n");
        assert!(found.contains("the table `notice` of `notice`"), "{statement}: {found}");
    }
}

#[test]
fn statements_on_own_tables_and_prose_are_accepted() {
    for statement in [
        "sql!(\"SELECT id, notice FROM person WHERE notice = ?1 FOR UPDATE\")",
        "say(\"a person from notice to case\")",
        "sql!(\"INSERT INTO person (id) VALUES (?1) ON CONFLICT DO UPDATE SET id = ?1\")",
    ] {
        assert_eq!(person(statement), Vec::<String>::new(), "{statement}");
    }
}

#[test]
fn a_statement_outside_a_store_is_found_whether_or_not_it_uses_the_macro() {
    for text in ["fn a() { sql!(\"DELETE FROM notice\") }", "const A: &str = \"INSERT INTO notice VALUES (1)\";"] {
        for path in ["crates/sasae-app/src/notice/pages.rs", "crates/sasae/src/main.rs"] {
            let found = check(&Tree::of(&[MIGRATION, NOTICE, PERSON, (path, text)]), NONE);
            assert_eq!(found.len(), 1, "{path}: {found:?}");
            assert!(found[0].contains("SQL stands in a store.rs"));
        }
    }
}

const PERSON: (&str, &str) = ("crates/sasae-app/src/person/store.rs", "pub const TABLES: &[&str] = &[\"person\"];");

#[test]
fn a_table_has_exactly_one_owner_and_a_migration() {
    let elsewhere = ("crates/sasae-app/src/notice/migrations/0002_person.sql", MIGRATION.1);
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[elsewhere, NOTICE, PERSON], "the table `person` belongs to `person`"),
        (&[MIGRATION, NOTICE], "no room's TABLES names `person`"),
        (&[NOTICE, PERSON], "which no migration creates"),
        (&[MIGRATION, NOTICE, PERSON, ("crates/sasae-app/src/b/store.rs", PERSON.1)], "belongs to"),
        (&[MIGRATION, NOTICE, ("crates/sasae-app/src/b/store/mod.rs", "fn a() {}")], "declare"),
    ];
    for (files, word) in cases {
        let found = check(&Tree::of(files), NONE).join("\n");
        assert!(found.contains(word), "{word}: {found}");
    }
}

#[test]
fn a_table_that_a_later_migration_drops_needs_no_owner() {
    let drop = ("crates/sasae-app/migrations/0002.sql", "DROP TABLE person; -- DROP TABLE notice");

    let found = check(&Tree::of(&[MIGRATION, drop, NOTICE]), NONE);
    let claimed = check(&Tree::of(&[MIGRATION, drop, NOTICE, PERSON]), NONE);
    let anew = ("crates/sasae-app/migrations/0003.sql", "CREATE TABLE IF NOT EXISTS person (id UUID);");
    let made_anew = check(&Tree::of(&[anew, MIGRATION, drop, NOTICE, PERSON]), NONE);

    assert_eq!(found, Vec::<String>::new());
    assert_eq!(made_anew, Vec::<String>::new());
    assert_eq!(claimed, ["`person` claims the table `person`, which no migration creates"]);
}

#[test]
fn a_room_that_only_tests_have_keeps_its_tables_to_itself() {
    let fictional = [
        MIGRATION,
        NOTICE,
        PERSON,
        ("crates/sasae-app/src/tests/office/migration.sql", "CREATE TABLE lost (id UUID);"),
        ("crates/sasae-app/src/tests/office/store.rs", "fn a() { sql!(\"SELECT 1 FROM lost\") }"),
    ];

    assert_eq!(check(&Tree::of(&fictional), NONE), Vec::<String>::new());
}

#[test]
fn an_exception_works_and_one_that_nothing_needs_is_found() {
    let exceptions = &Exceptions {
        files: &[("crates/sasae-app/src/person/scope.rs", "a test")],
        directory: &[],
        readers: &[("access", "a test")],
        pairs: &[("person", "notice", "a test")],
    };
    let reading = "fn a() { sql!(\"SELECT 1 FROM notice\") }";
    let needed = [
        MIGRATION,
        NOTICE,
        PERSON,
        ("crates/sasae-app/src/person/scope.rs", reading),
        (
            "crates/sasae-app/src/access/store.rs",
            "pub const TABLES: &[&str] = &[]; fn a() { sql!(\"SELECT 1 FROM person\") }",
        ),
    ];

    assert_eq!(check(&Tree::of(&needed), exceptions), Vec::<String>::new());
    let stale = check(&Tree::of(&needed[..3]), exceptions);
    assert_eq!(stale.len(), 3, "{stale:?}");
    assert!(stale.iter().all(|complaint| complaint.contains("any more")));
}

#[test]
fn differences_of_the_engines_are_counted_and_come_in_pairs() {
    let tree = Tree::of(&[
        ("crates/a/src/b.rs", "// DIALECT: a reason\n//! | apart from `DIALECT:` comments |\nfn a() {}"),
        ("crates/a/migrations/1.sqlite.sql", ""),
        ("crates/a/migrations/1.postgres.sql", ""),
        ("crates/a/migrations/2.postgres.sql", ""),
    ]);

    assert_eq!(dialect_count(&tree), 2);
    assert_eq!(check_dialects(&tree, 2).len(), 1);
    assert!(check_dialects(&tree, 2)[0].contains("2.sqlite.sql is missing"));
    assert!(check_dialects(&tree, 1)[0].contains("2 places differ"));
}

#[test]
fn a_name_in_the_directory_may_be_read_by_all_and_written_by_its_room_alone() {
    let exceptions = &Exceptions { directory: &[("notice", "a test")], ..*NONE };
    let tree = |statement: &str| {
        let text = format!("fn a() {{ sql!(\"{statement}\") }}");
        check(&Tree::of(&[MIGRATION, NOTICE, PERSON, ("crates/sasae-app/src/person/store/b.rs", &text)]), exceptions)
    };

    assert_eq!(tree("SELECT 1 FROM person JOIN notice ON TRUE"), Vec::<String>::new());
    for statement in ["UPDATE notice SET id = ?1", "DELETE FROM notice", "INSERT INTO notice VALUES (?1)"] {
        let found = tree(statement).join("\n");
        assert!(found.contains("`person` writes the table `notice`"), "{statement}: {found}");
    }
}
