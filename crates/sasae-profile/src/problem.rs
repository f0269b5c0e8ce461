//! What is wrong with a profile file, and where.

use std::fmt;

use sasae_core::lang::Lang;

/// Whether a profile can be used in spite of the problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The profile cannot be used.
    Error,
    /// The profile can be used; somebody should look.
    Warning,
}

/// One finding in a profile file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The place in the document, such as `role[2].may[0]`.
    pub path: String,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong and what would be right, Japanese.
    pub ja: String,
    /// The same in English.
    pub en: String,
}

impl Problem {
    /// Whether the profile cannot be used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// One line as compilers write it: `file:line:column: error: text (path)`.
    pub fn line_for(&self, lang: Lang) -> String {
        let word = match self.severity {
            Severity::Error => lang.t("誤り", "error"),
            Severity::Warning => lang.t("注意", "warning"),
        };
        let text = lang.t(&self.ja, &self.en);
        let Problem { file, line, column, path, .. } = self;
        if path.is_empty() {
            format!("{file}:{line}:{column}: {word}: {text}")
        } else {
            format!("{file}:{line}:{column}: {word}: {text} ({path})")
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line_for(Lang::En))
    }
}

/// The nearest of `known` to what was written, when it is near enough to be a slip.
pub(super) fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written: Vec<char> = written.chars().collect();
    known
        .into_iter()
        .map(|word| (distance(&written, word), word))
        .filter(|(distance, word)| *distance <= (word.chars().count() / 3).max(1))
        .min()
        .map(|(_, word)| word)
}

/// Edit distance with neighbouring letters swapped counted as one (optimal
/// string alignment), in characters.
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let change = above[j] + usize::from(left != right);
            let mut best = change.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *left == b[j - 1] && a[i - 1] == *right {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}
