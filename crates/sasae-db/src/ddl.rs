//! One schema text for both engines.

use crate::scan::{Piece, pieces};

/// What makes a table of SQLite a tree on its primary key, after the closing parenthesis.
const WITHOUT_ROWID: &str = "/* WITHOUT ROWID */";

/// The SQLite spelling of a schema text in PostgreSQL types.
///
/// Whole upper-case words outside comments and quotes are exchanged (`UUID` and `BYTEA` → `BLOB`,
/// `DATE` and `JSONB` → `TEXT`, `BOOLEAN` and `BIGINT` → `INTEGER`, `DOUBLE PRECISION` → `REAL`),
/// so write names in lower case. Each `CREATE TABLE (…)` becomes `STRICT`, and `WITHOUT ROWID`
/// where the comment `/* WITHOUT ROWID */` follows the closing parenthesis.
///
/// ```
/// let text = "CREATE TABLE t (id UUID PRIMARY KEY, date DATE) /* WITHOUT ROWID */;";
/// assert_eq!(
///     sasae_db::translate_ddl(text),
///     "CREATE TABLE t (id BLOB PRIMARY KEY, date TEXT) STRICT, WITHOUT ROWID;",
/// );
/// ```
#[must_use]
pub fn translate_ddl(text: &str) -> String {
    let mut out = Translation::default();
    for piece in pieces(text) {
        match piece {
            Piece::Code(code) => out.code(code),
            Piece::Comment(comment) if out.after_table && comment == WITHOUT_ROWID => {
                let end = out.text.trim_end().len();
                out.text.truncate(end);
                out.text.push_str(", WITHOUT ROWID");
            }
            other => out.text.push_str(other.text()),
        }
    }
    out.text
}

#[derive(Default)]
struct Translation {
    text: String,
    /// Words of the statement so far, as far as they tell what it is: 0, 1 (`CREATE`),
    /// 2 (`CREATE TABLE`), or 3 for anything else.
    lead: u8,
    depth: usize,
    /// Behind the closing parenthesis of a table.
    after_table: bool,
}

impl Translation {
    fn code(&mut self, code: &str) {
        let mut rest = code;
        while let Some(first) = rest.chars().next() {
            let length = if in_word(first) {
                let word = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
                self.word(rest, word)
            } else {
                self.sign(first);
                first.len_utf8()
            };
            rest = &rest[length..];
        }
    }

    /// Takes the word at the start of `rest`, and says how much of it that was.
    fn word(&mut self, rest: &str, length: usize) -> usize {
        let word = &rest[..length];
        self.lead = match (self.lead, word) {
            (0, "CREATE") => 1,
            (1, "TABLE") => 2,
            (2, _) => 2,
            _ => 3,
        };
        let translated = match word {
            "UUID" | "BYTEA" => "BLOB",
            "DATE" | "JSONB" => "TEXT",
            "BOOLEAN" | "BIGINT" => "INTEGER",
            "DOUBLE" => {
                let after = rest[length..].trim_start();
                if let Some(behind) = after.strip_prefix("PRECISION")
                    && !behind.starts_with(in_word)
                {
                    self.text.push_str("REAL");
                    return rest.len() - behind.len();
                }
                word
            }
            _ => word,
        };
        self.text.push_str(translated);
        length
    }

    fn sign(&mut self, sign: char) {
        self.text.push(sign);
        match sign {
            '(' => self.depth += 1,
            ')' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 && self.lead == 2 {
                    self.text.push_str(" STRICT");
                    self.after_table = true;
                    self.lead = 3;
                }
            }
            ';' if self.depth == 0 => {
                self.lead = 0;
                self.after_table = false;
            }
            _ => {}
        }
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the text speaks of deferred constraints, which the writer's group commit cannot have:
/// they fail at COMMIT, for the whole group.
pub(crate) fn has_deferred_constraint(text: &str) -> bool {
    pieces(text).any(|piece| {
        matches!(piece, Piece::Code(code)
            if code.split(|c| !in_word(c)).any(|word| word.eq_ignore_ascii_case("DEFERRED")))
    })
}

#[cfg(test)]
mod tests {
    use super::{has_deferred_constraint, translate_ddl};

    #[test]
    fn a_schema_in_postgresql_types_becomes_strict_sqlite() {
        let text = "\
-- UUID and DATE in a comment stay
CREATE TABLE person (
    tenant TEXT NOT NULL,
    id UUID NOT NULL, -- a UUID
    date DATE, \"DATE\" DATE,
    born_at BIGINT CHECK (born_at > (0)), weight DOUBLE  PRECISION,
    kind TEXT NOT NULL CHECK (kind IN ('DATE', 'UUID')), alive BOOLEAN, MY_UUID JSONB,
    photo BYTEA,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX person_date ON person (tenant, date);
CREATE TABLE IF NOT EXISTS seen (id UUID PRIMARY KEY)
  /* WITHOUT ROWID */;
CREATE TABLE last (n INTEGER)";

        let translated = translate_ddl(text);

        assert_eq!(
            translated,
            "\
-- UUID and DATE in a comment stay
CREATE TABLE person (
    tenant TEXT NOT NULL,
    id BLOB NOT NULL, -- a UUID
    date TEXT, \"DATE\" TEXT,
    born_at INTEGER CHECK (born_at > (0)), weight REAL,
    kind TEXT NOT NULL CHECK (kind IN ('DATE', 'UUID')), alive INTEGER, MY_UUID TEXT,
    photo BLOB,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX person_date ON person (tenant, date);
CREATE TABLE IF NOT EXISTS seen (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE last (n INTEGER) STRICT"
        );
    }

    #[test]
    fn a_deferred_constraint_is_seen_outside_comments_only() {
        assert!(has_deferred_constraint("REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED"));
        assert!(!has_deferred_constraint("SELECT 'DEFERRED' -- DEFERRED"));
    }
}
