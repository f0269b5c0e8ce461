//! Profiles: everything in which one municipality's system differs from
//! another's, as data (#1–14, #22, #37, #38).
//!
//! A profile is one TOML file: tiers and their local names, roles and required
//! posts, organisations, windows, bodies with cadence and functions, deadlines,
//! vocabularies, forms, plans, and the shape of its demo city. Five ship, one
//! for each source document; `base` holds what they share.
//!
//! How a profile extends the base (`extends = "base"`):
//! - rows with a code (tiers, roles, kinds, bodies, deadlines, forms, plans):
//!   the rows of a code replace the base's rows of that code, others are kept;
//! - `[vocabulary.NAME]`: `items` replaces the whole list, `add` appends
//!   (a word with a code that the base has takes that word's place);
//! - `[[form]]`: `field` replaces the base's form, `add` appends to it;
//! - `[setting]`: each value on its own.
//!
//! **Architecture Invariant:** no code asks which municipality it serves. What
//! the code relies on — some vocabulary codes, some deadlines, some functions
//! that somebody must hold — the rooms say in a [`Catalogue`], and a profile that
//! lacks one is refused with the line at fault.

pub mod catalogue;
mod check;
pub mod demo;
mod file;
mod merge;
pub mod model;
pub mod plan;
mod problem;
pub mod rule;
pub mod words;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use catalogue::{Catalogue, Function, Needs};
pub use demo::Demo;
pub use model::{
    AreaName, BaseKind, Body, BodyFunction, BodyLevel, EvacuationPolicy, Head, Label, MAIN, Named, OrganisationKind,
    ProfileKind, Reach, Role, Setting, Tier,
};
pub use plan::{Item, Pillar, Plan};
pub use problem::{Problem, Severity};
pub use rule::{Cadence, Deadline, Posts, Required};
use sasae_core::lang::Lang;
pub use words::{Field, FieldKind, Form, FormAt, Vocabulary, Word};

/// The profiles inside the binary: name and text. `base` first.
pub const SHIPPED: &[(&str, &str)] = &[
    ("base", include_str!("../../../profiles/base.toml")),
    ("osaka_kita", include_str!("../../../profiles/osaka_kita.toml")),
    ("akita", include_str!("../../../profiles/akita.toml")),
    ("chuo", include_str!("../../../profiles/chuo.toml")),
    ("kitakyushu", include_str!("../../../profiles/kitakyushu.toml")),
    ("chofu", include_str!("../../../profiles/chofu.toml")),
];

/// The name of the profile that `sasae demo` shows when none is asked for.
pub const DEFAULT: &str = "kitakyushu";

/// A municipality's system, read, completed from the base and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Whose it is.
    pub head: Head,
    /// Single values.
    pub setting: Setting,
    /// Tiers in order, all hierarchies.
    pub tiers: Vec<Tier>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Kinds of organisation.
    pub organisation_kinds: Vec<OrganisationKind>,
    /// Kinds of window and base.
    pub base_kinds: Vec<BaseKind>,
    /// Levels of the table of the five functions.
    pub body_levels: Vec<BodyLevel>,
    /// Bodies.
    pub bodies: Vec<Body>,
    /// Deadlines, all periods.
    pub deadlines: Vec<Deadline>,
    /// Vocabularies by name.
    pub vocabularies: BTreeMap<String, Vocabulary>,
    /// Forms.
    pub forms: Vec<Form>,
    /// Plans.
    pub plans: Vec<Plan>,
    /// The demo city, where the profile has one.
    pub demo: Option<Demo>,
}

/// Names of the profiles that can be chosen: the shipped ones without `base`.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name).filter(|name| *name != "base")
}

/// The text of a shipped profile, as a start for one's own.
pub fn text(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Everything wrong with a file, errors and warnings, in the order of the
/// lines. A file that extends `base` is completed from the shipped base.
pub fn check(file_name: &str, text: &str, catalogue: &Catalogue) -> Vec<Problem> {
    match Profile::load("base", catalogue) {
        Ok(base) => read(file_name, text, Some(&base), catalogue).1,
        Err(problems) => problems,
    }
}

fn read(file_name: &str, text: &str, base: Option<&Profile>, catalogue: &Catalogue) -> (Option<Profile>, Vec<Problem>) {
    let source = match file::Source::parse(file_name, text) {
        Ok(source) => source,
        Err(problems) => return (None, problems),
    };
    let (written, mut problems) = source.sections();
    if !problems.is_empty() {
        problems.sort_by_key(|problem| (problem.line, problem.column));
        return (None, problems);
    }
    let base = match (&written.extends, base) {
        (None, _) => None,
        (Some(wanted), Some(base)) if base.head.id == *wanted => Some(base),
        (Some(wanted), base) => {
            let known = base.map(|base| base.head.id.as_str());
            let (ja, en) = file::unknown(wanted, known, "元になる設定", "base profile");
            return (None, vec![source.problem("extends", Severity::Error, ja, en)]);
        }
    };
    let Some(profile) = merge::merge(&written, base) else {
        let ja = "[profile] がありません".to_owned();
        return (
            None,
            vec![source.problem("profile", Severity::Error, ja, "the section [profile] is missing".to_owned())],
        );
    };
    let mut problems = check::sense(&source, &written, &profile, base.is_some(), catalogue);
    problems.sort_by(|a, b| (a.line, a.column, &a.path).cmp(&(b.line, b.column, &b.path)));
    (Some(profile), problems)
}

impl Profile {
    /// Loads a shipped profile: `base`, or one of [`names`].
    ///
    /// # Errors
    /// The problems of the file, or one that lists the names when there is no such profile.
    pub fn load(name: &str, catalogue: &Catalogue) -> Result<Profile, Vec<Problem>> {
        let Some(own) = text(name) else {
            let (ja, en) = file::unknown(name, names(), "設定", "profile");
            let file = name.to_owned();
            return Err(vec![Problem {
                file,
                line: 1,
                column: 1,
                path: String::new(),
                severity: Severity::Error,
                ja,
                en,
            }]);
        };
        let file = format!("{name}.toml");
        if name == "base" {
            return Profile::parse(&file, own, None, catalogue);
        }
        let base = Profile::load("base", catalogue)?;
        Profile::parse(&file, own, Some(&base), catalogue)
    }

    /// Reads a profile. Warnings do not stop it; [`check`] shows them.
    ///
    /// # Errors
    /// All errors of the file with line and column.
    pub fn parse(
        file_name: &str,
        text: &str,
        base: Option<&Profile>,
        catalogue: &Catalogue,
    ) -> Result<Profile, Vec<Problem>> {
        let (profile, mut problems) = read(file_name, text, base, catalogue);
        problems.retain(Problem::is_error);
        match profile {
            Some(profile) if problems.is_empty() => Ok(profile),
            _ => Err(problems),
        }
    }

    /// The tier with a code.
    pub fn tier(&self, code: &str) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.code == code)
    }

    /// The tiers of the hierarchy in which persons live, from the whole down.
    pub fn main_tiers(&self) -> impl Iterator<Item = &Tier> {
        self.tiers.iter().filter(|tier| tier.hierarchy == MAIN)
    }

    /// The tier in whose areas persons live.
    pub fn smallest_tier(&self) -> Option<&Tier> {
        self.main_tiers().find(|tier| tier.smallest)
    }

    /// The role with a code.
    pub fn role(&self, code: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.code == code)
    }

    /// The roles that may do something.
    pub fn roles_that_may(&self, function: &Function) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(|role| role.may.iter().any(|code| code == function.code))
    }

    /// The body with a code.
    pub fn body(&self, code: &str) -> Option<&Body> {
        self.bodies.iter().find(|body| body.code == code)
    }

    /// The five-function level of a body, where it has one.
    pub fn body_level(&self, code: &str) -> Option<&BodyLevel> {
        self.body_levels.iter().find(|level| level.code == code)
    }

    /// The kind of organisation with a code.
    pub fn organisation_kind(&self, code: &str) -> Option<&OrganisationKind> {
        self.organisation_kinds.iter().find(|kind| kind.code == code)
    }

    /// The kind of window or base with a code.
    pub fn base_kind(&self, code: &str) -> Option<&BaseKind> {
        self.base_kinds.iter().find(|kind| kind.code == code)
    }

    /// The form with a code.
    pub fn form(&self, code: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.code == code)
    }

    /// The forms that stand on a page.
    pub fn forms_at(&self, at: FormAt) -> impl Iterator<Item = &Form> {
        self.forms.iter().filter(move |form| form.at == at)
    }

    /// The plan with a code.
    pub fn plan(&self, code: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.code == code)
    }

    /// The vocabulary with a name.
    pub fn vocabulary(&self, name: &str) -> Option<&Vocabulary> {
        self.vocabularies.get(name)
    }

    /// The words of a vocabulary in order, ended ones too; empty for an unknown name.
    pub fn words(&self, name: &str) -> &[Word] {
        self.vocabularies.get(name).map_or(&[], |vocabulary| &vocabulary.items)
    }

    /// A word of a vocabulary.
    pub fn word(&self, name: &str, code: &str) -> Option<&Word> {
        self.vocabularies.get(name)?.word(code)
    }

    /// What a code is called; the code itself when the vocabulary does not
    /// know it (any more), so that an old record always shows something.
    pub fn label<'a>(&'a self, name: &str, code: &'a str, lang: Lang) -> &'a str {
        self.word(name, code).map_or(code, |word| word.label(lang))
    }

    /// The rule of a deadline that is in force on a day.
    pub fn deadline(&self, code: &str, on: Date) -> Option<&Deadline> {
        self.deadlines.iter().find(|rule| rule.code == code && rule.holds_on(on))
    }

    /// The last day in time for an event of `from`, by the rule of that day;
    /// `None` where no rule was in force.
    pub fn due(&self, code: &str, from: Date) -> Option<Date> {
        self.deadline(code, from).map(|rule| rule.due(from))
    }

    /// What each rule asks of one area: `(role, posts)` for every role that
    /// must be filled at areas of `tier`. `code` is the area's own code.
    pub fn required_posts<'a>(
        &'a self,
        tier: &'a str,
        code: &'a str,
        households: u32,
    ) -> impl Iterator<Item = (&'a Role, Posts)> {
        self.roles.iter().flat_map(move |role| {
            let rules = role.required.iter().filter(move |rule| rule.tier == tier);
            rules.filter_map(move |rule| Some((role, rule.posts(code, households)?)))
        })
    }
}
