//! The source tree as a list of files with their text.

use std::fs;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use crate::lexer::{self, Source};

/// The crates whose folders are rooms or stand beside them, the lowest first.
pub const CRATES: [&str; 3] = ["sasae-house", "sasae-care", "sasae-app"];

/// What stands behind `src/` of a crate that holds rooms.
pub fn inside(path: &str) -> Option<&str> {
    let (name, rest) = path.strip_prefix("crates/")?.split_once("/src/")?;
    CRATES.contains(&name).then_some(rest)
}

/// The folder of a crate that holds rooms to which a path belongs: `notice`.
pub fn folder(path: &str) -> Option<&str> {
    inside(path)?.split_once('/').map(|(folder, _)| folder)
}

/// The tree, sorted by path.
pub struct Tree {
    files: Vec<File>,
}

/// A file of the tree.
pub struct File {
    /// Path from the root, with `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
    /// Whether the file holds nothing but tests and what only tests use.
    pub is_test: bool,
    source: OnceLock<Source>,
    production: OnceLock<Source>,
}

/// Folders that hold what tools made.
const GENERATED: [&str; 8] = [".git", "target", "node_modules", "shots", "test-results", "data", "found", "artifacts"];

impl Tree {
    /// The checkout that this test was built from.
    pub fn real() -> &'static Self {
        static REAL: LazyLock<Tree> = LazyLock::new(|| {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
            let mut files = Vec::new();
            collect(&root, "", &mut files);
            assert!(files.len() > 20, "the source tree was not found");
            Tree::new(files)
        });
        &REAL
    }

    /// A tree for a test of a check.
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self::new(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    fn new(mut files: Vec<(String, String)>) -> Self {
        files.sort();
        let test_modules: Vec<String> = files
            .iter()
            .filter(|(path, _)| path.ends_with(".rs"))
            .flat_map(|(path, text)| test_modules(path, text))
            .collect();
        let files = files
            .into_iter()
            .map(|(path, text)| {
                let is_test = path.contains("/tests/")
                    || path.ends_with("/tests.rs")
                    || path.starts_with("crates/sasae-test/")
                    || test_modules
                        .iter()
                        .any(|module| path == format!("{module}.rs") || path.starts_with(&format!("{module}/")));
                File { path, text, is_test, source: OnceLock::new(), production: OnceLock::new() }
            })
            .collect();
        Self { files }
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// Files whose name ends with one of `endings`.
    pub fn ending<'a>(&'a self, endings: &'a [&str]) -> impl Iterator<Item = &'a File> {
        self.files().filter(|file| endings.iter().any(|ending| file.path.ends_with(ending)))
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files().find(|file| file.path == path)
    }

    /// Whether a file or a folder of this path exists.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files().any(|file| file.path == path || file.path.starts_with(&folder))
    }

    /// The names of the folders of the application: its rooms and what stands beside them.
    pub fn rooms(&self) -> Vec<&str> {
        let mut rooms: Vec<&str> =
            self.files().filter(|file| !file.is_test).filter_map(|file| folder(&file.path)).collect();
        rooms.dedup();
        rooms
    }

    /// The file with which a folder of the application begins.
    pub fn head(&self, room: &str) -> Option<&File> {
        self.files().find(|file| inside(&file.path).and_then(|rest| rest.strip_suffix("/mod.rs")) == Some(room))
    }
}

impl File {
    /// The file taken apart.
    pub fn source(&self) -> &Source {
        self.source.get_or_init(|| lexer::read(&self.text))
    }

    /// The file without its inline test modules; empty for a file of tests.
    pub fn production(&self) -> &Source {
        self.production.get_or_init(|| match self.is_test {
            true => Source::default(),
            false => lexer::without_tests(self.source()),
        })
    }

    /// `path:line` of a byte offset.
    pub fn at(&self, offset: usize) -> String {
        format!("{}:{}", self.path, lexer::line(&self.text, offset))
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder of the tree") {
        let entry = entry.expect("an entry of the tree");
        let name = entry.file_name().into_string().expect("a name in UTF-8");
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().expect("a file or a folder");
        // In a second work tree `.git` is a file.
        if GENERATED.contains(&name.as_str()) && !path.starts_with("crates/") {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else if kind.is_file()
            // In a second work tree `.git` is a file that says where the first one is.
            && name != ".git"
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            // What is not UTF-8, such as a font or a picture, has no lines to hold.
            files.push((path, text));
        }
    }
}

/// Paths, without `.rs`, of modules that a file declares for tests alone.
fn test_modules(path: &str, text: &str) -> Vec<String> {
    let code = lexer::read(text).code;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let home = match name {
        "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
        _ => path.trim_end_matches(".rs").to_owned(),
    };
    code.match_indices("#[cfg(test)]")
        .filter_map(|(start, attribute)| {
            let item = code[start + attribute.len()..].trim_start();
            let item = item.strip_prefix("pub(crate) ").or_else(|| item.strip_prefix("pub ")).unwrap_or(item);
            let (module, rest) = item.strip_prefix("mod ")?.split_once(|c: char| !lexer::is_word(c))?;
            // `mod name {` is not a file; `without_tests` deals with it.
            (!rest.trim_start().starts_with('{')).then(|| format!("{home}/{module}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_declared_for_tests_alone_is_a_test() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "#[cfg(test)]\nmod oracle;\nmod real;\n#[cfg(test)]\nmod inline { }"),
            ("crates/a/src/oracle.rs", ""),
            ("crates/a/src/oracle/part.rs", ""),
            ("crates/a/src/real.rs", "#[cfg(test)]\nmod tests;"),
            ("crates/a/src/real/tests.rs", ""),
        ]);

        let tests: Vec<&str> = tree.files().filter(|file| file.is_test).map(|file| file.path.as_str()).collect();

        assert_eq!(tests, ["crates/a/src/oracle.rs", "crates/a/src/oracle/part.rs", "crates/a/src/real/tests.rs"]);
    }
}
