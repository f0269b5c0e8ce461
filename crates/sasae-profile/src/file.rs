//! Reading a profile file: TOML with every value's place kept, so that each
//! problem — of syntax, of shape or of sense — names a line and a column.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::demo::Demo;
use super::model::{BaseKind, Body, BodyLevel, Head, OrganisationKind, Role, Setting, Tier};
use super::plan::Plan;
use super::problem::{Problem, Severity, did_you_mean};
use super::rule::Deadline;
use super::words::{Form, Vocabulary};

/// The sections of a file as written, before anything is taken from a base.
#[derive(Debug, Clone, Default)]
pub(super) struct ProfileFile {
    pub extends: Option<String>,
    pub profile: Option<Head>,
    pub setting: Option<Setting>,
    pub tier: Vec<Tier>,
    pub role: Vec<Role>,
    pub organisation_kind: Vec<OrganisationKind>,
    pub base_kind: Vec<BaseKind>,
    pub body_level: Vec<BodyLevel>,
    pub body: Vec<Body>,
    pub deadline: Vec<Deadline>,
    pub vocabulary: BTreeMap<String, Vocabulary>,
    pub form: Vec<Form>,
    pub plan: Vec<Plan>,
    pub demo: Option<Demo>,
}

/// Names of the sections, for "did you mean".
const SECTIONS: &[&str] = &[
    "extends",
    "profile",
    "setting",
    "tier",
    "role",
    "organisation_kind",
    "base_kind",
    "body_level",
    "body",
    "deadline",
    "vocabulary",
    "form",
    "plan",
    "demo",
];

/// A file's text with its parsed tree: turns paths into places.
pub(super) struct Source<'a> {
    file: &'a str,
    text: &'a str,
    tree: DeTable<'a>,
}

impl<'a> Source<'a> {
    /// Parses the text; the problems are all errors of syntax.
    pub fn parse(file: &'a str, text: &'a str) -> Result<Source<'a>, Vec<Problem>> {
        let (tree, errors) = DeTable::parse_recoverable(text);
        let source = Source { file, text, tree: tree.into_inner() };
        if errors.is_empty() {
            return Ok(source);
        }
        let mut problems: Vec<Problem> = Vec::new();
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            let (ja, en) = syntax(error.message());
            let problem = source.problem_at(at, String::new(), Severity::Error, ja, en);
            // One slip often makes the parser stumble again on the same line.
            if problems.iter().all(|known| known.line != problem.line) {
                problems.push(problem);
            }
        }
        Err(problems)
    }

    /// A problem at a byte of the text.
    fn problem_at(&self, at: usize, path: String, severity: Severity, ja: String, en: String) -> Problem {
        let (line, column) = position(self.text, at);
        Problem { file: self.file.to_owned(), line, column, path, severity, ja, en }
    }

    /// A problem at a path such as `role[2].may[0]`. Where the path does not
    /// stand in the file, the nearest thing around it is named.
    pub fn problem(&self, path: &str, severity: Severity, ja: String, en: String) -> Problem {
        self.problem_at(self.start_of(path), path.to_owned(), severity, ja, en)
    }

    fn start_of(&self, path: &str) -> usize {
        let mut steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
        let Some(mut value) = steps.next().and_then(|step| self.tree.get(step)) else {
            return 0;
        };
        for step in steps {
            let next = match value.get_ref() {
                DeValue::Table(table) => table.get(step),
                DeValue::Array(array) => step.parse::<usize>().ok().and_then(|index| array.get(index)),
                _ => None,
            };
            match next {
                Some(inner) => value = inner,
                None => break,
            }
        }
        value.span().start
    }

    /// Reads all sections; problems are unknown keys, missing keys and wrong kinds of value.
    pub fn sections(&self) -> (ProfileFile, Vec<Problem>) {
        let mut file = ProfileFile::default();
        let mut problems = Vec::new();
        for (key, value) in &self.tree {
            let name: &str = key.get_ref();
            let mut read = Reader { source: self, problems: &mut problems };
            match name {
                "extends" => file.extends = read.one(name, value),
                "profile" => file.profile = read.one(name, value),
                "setting" => file.setting = read.one(name, value),
                "tier" => file.tier = read.many(name, value),
                "role" => file.role = read.many(name, value),
                "organisation_kind" => file.organisation_kind = read.many(name, value),
                "base_kind" => file.base_kind = read.many(name, value),
                "body_level" => file.body_level = read.many(name, value),
                "body" => file.body = read.many(name, value),
                "deadline" => file.deadline = read.many(name, value),
                "vocabulary" => file.vocabulary = read.map(name, value),
                "form" => file.form = read.many(name, value),
                "plan" => file.plan = read.many(name, value),
                "demo" => file.demo = read.one(name, value),
                _ => {
                    let (ja, en) = unknown(name, SECTIONS.iter().copied(), "区分", "section");
                    problems.push(self.problem_at(key.span().start, name.to_owned(), Severity::Error, ja, en));
                }
            }
        }
        (file, problems)
    }
}

/// Reads single sections and notes what is wrong with each.
struct Reader<'s, 'a> {
    source: &'s Source<'a>,
    problems: &'s mut Vec<Problem>,
}

impl Reader<'_, '_> {
    fn one<T: DeserializeOwned>(&mut self, path: &str, value: &Spanned<DeValue<'_>>) -> Option<T> {
        let mut copy = value.clone();
        loop {
            let error = match T::deserialize(ValueDeserializer::from(copy.clone())) {
                Ok(read) => return Some(read),
                Err(error) => error,
            };
            let span = error.span().unwrap_or_else(|| value.span());
            let mut deepest = path.to_owned();
            find(value, &span, path.to_owned(), &mut deepest);
            let (ja, en) = shape(error.message());
            self.problems.push(self.source.problem_at(span.start, deepest, Severity::Error, ja, en));
            // Take the offending piece out and read on, so that one run shows every unknown key.
            if !error.message().starts_with("unknown ") || !remove(&mut copy, &span) {
                return None;
            }
        }
    }

    fn many<T: DeserializeOwned>(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Vec<T> {
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong(name, value, format!("「[[{name}]]」の形で書いてください"), format!("write this as [[{name}]]"));
            return Vec::new();
        };
        let rows = array.iter().enumerate();
        rows.filter_map(|(index, row)| self.one(&format!("{name}[{index}]"), row)).collect()
    }

    fn map<T: DeserializeOwned>(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> BTreeMap<String, T> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(
                name,
                value,
                format!("「[{name}.名前]」の形で書いてください"),
                format!("write this as [{name}.NAME]"),
            );
            return BTreeMap::new();
        };
        table
            .iter()
            .filter_map(|(key, value)| {
                let inner = self.one(&format!("{name}.{}", key.get_ref()), value)?;
                Some((key.get_ref().to_string(), inner))
            })
            .collect()
    }

    fn wrong(&mut self, path: &str, value: &Spanned<DeValue<'_>>, ja: String, en: String) {
        let at = value.span().start;
        self.problems.push(self.source.problem_at(at, path.to_owned(), Severity::Error, ja, en));
    }
}

/// Finds the path of a key or value by its span; the deepest wins, because a
/// `[[table]]` and its first row share theirs.
fn find(value: &Spanned<DeValue<'_>>, span: &Range<usize>, path: String, deepest: &mut String) {
    if value.span() == *span {
        deepest.clone_from(&path);
    }
    match value.get_ref() {
        DeValue::Table(table) => {
            for (key, inner) in table {
                let path = format!("{path}.{}", key.get_ref());
                if key.span() == *span {
                    deepest.clone_from(&path);
                }
                find(inner, span, path, deepest);
            }
        }
        DeValue::Array(array) => {
            for (index, inner) in array.iter().enumerate() {
                find(inner, span, format!("{path}[{index}]"), deepest);
            }
        }
        _ => {}
    }
}

/// Takes the key or array element at a span out of the tree; `false` if there is none.
fn remove(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    match value.get_mut() {
        DeValue::Table(table) => {
            let key = table.keys().find(|key| key.span() == *span).map(|key| key.get_ref().to_string());
            match key {
                Some(key) => table.remove(key.as_str()).is_some(),
                None => table.iter_mut().any(|(_, inner)| remove(inner, span)),
            }
        }
        DeValue::Array(array) => {
            if let Some(index) = array.iter().position(|inner| inner.span() == *span && inner.get_ref().is_str()) {
                let kept = array.iter().enumerate().filter(|(place, _)| *place != index);
                *array = kept.map(|(_, inner)| inner.clone()).collect();
                return true;
            }
            array.iter_mut().any(|inner| remove(inner, span))
        }
        _ => false,
    }
}

/// Line and column of a byte, both from 1, the column in characters.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    (line, column)
}

/// What to say of a name that nobody knows.
pub(super) fn unknown<'k>(
    written: &str,
    known: impl IntoIterator<Item = &'k str>,
    ja: &str,
    en: &str,
) -> (String, String) {
    let known: Vec<&str> = known.into_iter().collect();
    match did_you_mean(written, known.iter().copied()) {
        Some(near) => (
            format!("{ja}「{written}」はありません。「{near}」のことですか？"),
            format!("unknown {en} `{written}`: did you mean `{near}`?"),
        ),
        None => {
            let (some, more) = if known.len() > 20 { (&known[..20], " …") } else { (&known[..], "") };
            (
                format!("{ja}「{written}」はありません。使えるもの: {}{more}", some.join("、")),
                format!("unknown {en} `{written}`: known are {}{more}", some.join(", ")),
            )
        }
    }
}

/// serde's messages in the words of this program. The English of serde is
/// stable in these four forms; anything else is passed on.
fn shape(message: &str) -> (String, String) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match (message, quoted.as_slice()) {
        (text, [written, known @ ..]) if text.starts_with("unknown field") => {
            unknown(written, known.iter().copied(), "項目", "key")
        }
        (text, [written, known @ ..]) if text.starts_with("unknown variant") => {
            unknown(written, known.iter().copied(), "値", "value")
        }
        (text, [name]) if text.starts_with("missing field") => {
            (format!("項目「{name}」がありません"), format!("the key `{name}` is missing"))
        }
        (text, _) if text.starts_with("invalid type") => (
            format!("値の種類が違います（{}）", kinds(text)),
            format!("wrong kind of value: {}", text.trim_start_matches("invalid type: ")),
        ),
        (text, _) => (format!("この値は使えません（{text}）"), format!("this value cannot be used: {text}")),
    }
}

/// `invalid type: string "x", expected u32` in Japanese words.
fn kinds(message: &str) -> String {
    let word = |text: &str| {
        let pairs = [
            ("string", "文字列"),
            ("integer", "整数"),
            ("u32", "0以上の整数"),
            ("boolean", "true・false"),
            ("floating point", "小数"),
            ("map", "表"),
            ("sequence", "配列"),
            ("struct", "表"),
            ("datetime", "日付"),
        ];
        pairs.iter().find(|(en, _)| text.contains(en)).map_or_else(|| text.to_owned(), |(_, ja)| (*ja).to_owned())
    };
    match message.trim_start_matches("invalid type: ").split_once(", expected ") {
        Some((found, wanted)) => format!("{}ではなく{}を書いてください", word(found), word(wanted)),
        None => message.to_owned(),
    }
}

/// The TOML parser's message, with a Japanese one for the common slips.
fn syntax(message: &str) -> (String, String) {
    let ja = if message.contains("duplicate key") {
        "同じ項目が2回書かれています"
    } else if message.contains("string") {
        "文字列の引用符が正しくありません"
    } else if message.contains("table") {
        "表の見出し [ ] が正しくありません"
    } else if message.contains("date") {
        "日付が正しくありません"
    } else {
        "TOMLとして読めません"
    };
    (format!("{ja}（{message}）"), format!("not valid TOML: {message}"))
}
