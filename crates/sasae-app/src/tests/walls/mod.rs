//! No query crosses municipalities: every table in every statement of the program is held to `?1`,
//! the municipality, by a condition of its own. On PostgreSQL the wall of row-level security stands
//! behind that; on SQLite this is all.

pub mod neighbours;
mod scope;

use self::scope::loose;
use crate::testing::statements;

/// Statements that may go without, with the reason: the end of the file's path, words of the
/// statement, why. One that no statement needs is a complaint.
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "tenancy/store.rs",
    "SELECT tenant, name FROM tenant ORDER BY tenant",
    "commands list the municipalities of an installation; on PostgreSQL the wall leaves one",
)];

#[test]
fn every_table_of_every_statement_is_held_to_the_municipality() {
    let mut complaints = Vec::new();
    let mut needed = Vec::new();
    let mut looked_at = 0;
    for one in statements() {
        looked_at += 1;
        let found = loose(one.text);
        let excepted =
            EXCEPTIONS.iter().position(|(file, words, _)| one.file.ends_with(file) && one.text.contains(words));
        match (found.is_empty(), excepted) {
            (true, _) => {}
            (false, Some(at)) => needed.push(at),
            (false, None) => complaints.push(format!("{}:{}: {}", one.file, one.line, found.join(", "))),
        }
    }
    let unneeded = EXCEPTIONS.iter().enumerate().filter(|(at, _)| !needed.contains(at));
    complaints.extend(unneeded.map(|(_, (file, words, _))| format!("{file}: `{words}` needs no exception any more")));

    complaints.sort();
    complaints.dedup();
    assert!(complaints.is_empty(), "no `tenant = ?1`:\n{}", complaints.join("\n"));
    assert!(looked_at > 300, "only {looked_at} statements");
}

#[test]
fn a_table_that_is_held_to_no_municipality_is_found() {
    for (statement, table) in [
        ("SELECT 1 FROM person", "person"),
        ("SELECT 1 FROM person WHERE id = ?1", "person"),
        ("SELECT 1 FROM person p WHERE p.tenant = ?2", "person p"),
        ("SELECT 1 FROM person p WHERE p.tenant = ?1 OR p.id = ?2", "person p"),
        ("SELECT 1 FROM person p WHERE NOT (p.tenant = ?1)", "person p"),
        ("SELECT 1 FROM person p WHERE (p.tenant = ?1 AND p.id = ?2) OR p.id = ?3", "person p"),
        ("SELECT 1 FROM person p JOIN area a ON a.id = p.area_id WHERE p.tenant = ?1", "area a"),
        ("SELECT 1 FROM person p, area a WHERE p.tenant = ?1", "area a"),
        ("SELECT 1 FROM person p, area AS a WHERE a.tenant = ?1", "person p"),
        // The other side of an outer join stands there whether or not its condition is true.
        ("SELECT 1 FROM person p LEFT JOIN area a ON a.tenant = ?1 AND p.tenant = a.tenant", "person p"),
        ("SELECT 1 FROM person p LEFT JOIN area a ON p.tenant = ?1 AND a.id = p.area_id WHERE p.tenant = ?1", "area a"),
        (
            "SELECT 1 FROM (SELECT id, tenant FROM person WHERE tenant = ?1) c JOIN area a ON a.tenant = c.tenant",
            "area a",
        ),
        (
            "SELECT 1 FROM (SELECT * FROM person WHERE tenant = ?1) c JOIN area a ON a.tenant = c.tenant WHERE c.tenant = ?1",
            "area a",
        ),
        ("SELECT 1 FROM (SELECT id FROM person) c", "person"),
        ("SELECT (SELECT count(*) FROM area) FROM person WHERE tenant = ?1", "area"),
        ("SELECT 1 FROM person p WHERE p.tenant = ?1 AND p.id IN (SELECT g.id FROM ground g)", "ground g"),
        (
            "SELECT 1 FROM person p WHERE EXISTS (SELECT 1 FROM ground g WHERE g.tenant = ?1 AND p.tenant = ?1)",
            "person p",
        ),
        ("SELECT 1 FROM person WHERE tenant = ?1 UNION ALL SELECT 1 FROM area", "area"),
        ("WITH a AS (SELECT 1 FROM person) SELECT 1 FROM a", "person"),
        ("UPDATE person SET area_id = ?2 WHERE id = ?3", "person"),
        ("UPDATE person SET area_id = (SELECT id FROM area) WHERE tenant = ?1", "area"),
        ("DELETE FROM person", "person"),
        ("INSERT INTO person (id) VALUES (?1)", "INTO person"),
        ("INSERT INTO person (id, tenant) VALUES (?1, ?2)", "INTO person"),
        ("INSERT INTO person (tenant, id) SELECT ?2, id FROM area WHERE tenant = ?1", "INTO person"),
        ("INSERT INTO person (tenant, id) SELECT a.tenant, a.id FROM area a", "area a"),
    ] {
        assert_eq!(loose(statement), [table], "{statement}");
    }
}

#[test]
fn a_statement_that_is_held_to_its_municipality_is_left_alone() {
    for statement in [
        "SELECT 1 FROM person WHERE tenant = ?1 AND name = 'FROM area' ORDER BY id LIMIT ?2",
        "SELECT p.id FROM person AS p WHERE ?1 = p.tenant",
        "SELECT 1 FROM person p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id WHERE p.tenant = ?1",
        "SELECT 1 FROM person p LEFT JOIN area a ON a.tenant = p.tenant AND (a.id = ?2 OR a.id = ?3) WHERE p.tenant = ?1",
        "SELECT 1 FROM area a JOIN person p ON p.tenant = a.tenant AND p.tenant = ?1",
        "SELECT 1 FROM person p WHERE p.tenant = ?1 AND EXISTS (SELECT 1 FROM ground g WHERE g.tenant = p.tenant)",
        "SELECT 1 FROM (SELECT id FROM person WHERE tenant = ?1) c JOIN area a ON a.tenant = ?1 AND a.id = c.id",
        "WITH a(n) AS (SELECT 1 FROM person WHERE tenant = ?1) SELECT 1 FROM a JOIN area b ON b.tenant = ?1",
        "UPDATE person SET area_id = ?2 WHERE tenant = ?1 AND id = ?3 RETURNING id",
        "DELETE FROM person WHERE tenant = ?1",
        "INSERT INTO person (tenant, id) VALUES (?1, ?2), (?1, ?3) ON CONFLICT (tenant, id) DO UPDATE SET id = excluded.id",
        "INSERT INTO person (id, tenant) SELECT id, ?1 FROM area WHERE tenant = ?1",
    ] {
        assert_eq!(loose(statement), [""; 0], "{statement}");
    }
}
