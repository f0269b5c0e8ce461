//! Whether a file makes sense: what serde cannot see. Each check looks at what
//! the file itself says, against the whole profile completed from the base, so
//! that a problem always has a line in the file at hand.

mod bodies;
mod places;
mod roles;
mod rules;
mod words;

use sasae_core::MunicipalityCode;

use super::file::{ProfileFile, Source, unknown};
use super::model::{Named, ProfileKind};
use super::problem::{Problem, Severity};
use super::{Catalogue, Profile};

/// All findings of sense, unsorted.
pub(super) fn sense(
    source: &Source<'_>,
    file: &ProfileFile,
    whole: &Profile,
    extends: bool,
    catalogue: &Catalogue,
) -> Vec<Problem> {
    let mut check = Check { source, file, whole, extends, catalogue, problems: Vec::new() };
    check.head();
    check.tiers();
    check.organisations();
    check.base_kinds();
    check.demo();
    check.roles();
    check.bodies();
    check.plans();
    check.deadlines();
    check.vocabularies();
    check.forms();
    check.problems
}

struct Check<'c, 's> {
    source: &'c Source<'s>,
    file: &'c ProfileFile,
    whole: &'c Profile,
    extends: bool,
    catalogue: &'c Catalogue,
    problems: Vec<Problem>,
}

impl Check<'_, '_> {
    fn error(&mut self, path: &str, ja: impl Into<String>, en: impl Into<String>) {
        self.problems.push(self.source.problem(path, Severity::Error, ja.into(), en.into()));
    }

    fn warn(&mut self, path: &str, ja: impl Into<String>, en: impl Into<String>) {
        self.problems.push(self.source.problem(path, Severity::Warning, ja.into(), en.into()));
    }

    fn is_base(&self) -> bool {
        self.whole.head.kind == ProfileKind::Base
    }

    /// Code well formed, names not empty.
    fn named(&mut self, path: &str, row: &impl Named) {
        self.code(&format!("{path}.code"), row.code());
        self.label(path, row.ja(), row.en());
    }

    fn label(&mut self, path: &str, ja: &str, en: &str) {
        self.filled(&format!("{path}.ja"), ja);
        self.filled(&format!("{path}.en"), en);
    }

    fn filled(&mut self, path: &str, text: &str) {
        if text.trim().is_empty() {
            self.error(path, "空にはできません", "this must not be empty");
        }
    }

    fn code(&mut self, path: &str, code: &str) {
        let starts = code.chars().next().is_some_and(|first| first.is_ascii_lowercase());
        let rest = code.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
        if !starts || !rest {
            self.error(
                path,
                format!("コード「{code}」は英小文字で始め、英小文字・数字・_ だけで書いてください"),
                format!("the code `{code}` must start with a lower-case letter and hold only a-z, 0-9 and _"),
            );
        }
    }

    /// No code twice; the second place is named.
    fn distinct<'r>(&mut self, codes: impl Iterator<Item = (String, &'r str)>) {
        let mut seen: Vec<&str> = Vec::new();
        for (path, code) in codes {
            if seen.contains(&code) {
                self.error(
                    &path,
                    format!("コード「{code}」が2回使われています"),
                    format!("the code `{code}` is used twice"),
                );
            }
            seen.push(code);
        }
    }

    fn distinct_rows<T: Named>(&mut self, path: &str, rows: &[T]) {
        let codes = rows.iter().enumerate().map(|(index, row)| (format!("{path}[{index}].code"), row.code()));
        self.distinct(codes);
    }

    /// A reference to something by its code; `true` when it is there.
    fn refers<'k>(
        &mut self,
        path: &str,
        code: &str,
        known: impl IntoIterator<Item = &'k str>,
        ja: &str,
        en: &str,
    ) -> bool {
        let known: Vec<&str> = known.into_iter().collect();
        if known.contains(&code) {
            return true;
        }
        let (ja, en) = unknown(code, known, ja, en);
        self.error(path, ja, en);
        false
    }

    fn refers_tier(&mut self, path: &str, code: &str) -> bool {
        let known = codes(&self.whole.tiers);
        self.refers(path, code, known, "階層", "tier")
    }

    fn refers_organisation(&mut self, path: &str, code: Option<&str>) {
        if let Some(code) = code {
            let known = codes(&self.whole.organisation_kinds);
            self.refers(path, code, known, "組織の種類", "organisation kind");
        }
    }

    fn refers_word(&mut self, path: &str, code: &str, vocabulary: &str) {
        let known = codes(self.whole.words(vocabulary));
        self.refers(path, code, known, &format!("語彙 {vocabulary} の語"), &format!("word of vocabulary {vocabulary}"));
    }

    fn head(&mut self) {
        let head = &self.whole.head;
        self.code("profile.id", &head.id);
        self.filled("profile.name", &head.name);
        self.filled("profile.name_en", &head.name_en);
        self.filled("profile.source", &head.source);
        match (&head.tenant, head.kind) {
            (None, ProfileKind::Base) => {}
            (Some(_), ProfileKind::Base) => {
                self.error("profile.tenant", "base には団体コードを書きません", "a base profile has no tenant code")
            }
            (None, _) => self.error(
                "profile",
                "項目「tenant」（6桁の団体コード）がありません",
                "the key `tenant` (6-digit municipality code) is missing",
            ),
            (Some(code), _) => self.municipality_code("profile.tenant", code),
        }
        let settings = self.file.setting.as_ref();
        if settings.is_some_and(|setting| setting.resource_verify_months == Some(0)) {
            self.error("setting.resource_verify_months", "1以上にしてください", "this must be at least 1");
        }
    }

    /// 全国地方公共団体コード with its check digit (#44).
    fn municipality_code(&mut self, path: &str, code: &str) {
        if let Err(error) = code.parse::<MunicipalityCode>() {
            self.error(path, error.ja(), error.to_string());
        }
    }
}

fn codes<'r, T: Named + 'r>(rows: &'r [T]) -> Vec<&'r str> {
    rows.iter().map(Named::code).collect()
}
