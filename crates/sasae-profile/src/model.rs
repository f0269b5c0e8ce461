//! The shapes that a profile file is made of: head, tiers, roles,
//! organisations, windows and bodies.
//!
//! Every struct refuses keys that it does not know, so that a slip of the pen
//! is an error with a line number and never a setting that silently does
//! nothing. Tagged and flattened serde shapes are avoided on purpose: they
//! buffer their content and lose the position in the file.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::rule::{Cadence, Required};
use sasae_core::lang::Lang;
use sasae_db::kept_as_text;

/// A text in both languages, written `{ ja = "…", en = "…" }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

/// Whatever carries a name in both languages.
pub trait Named {
    /// The stable `snake_case` code.
    fn code(&self) -> &str;
    /// The Japanese name.
    fn ja(&self) -> &str;
    /// The English name.
    fn en(&self) -> &str;
    /// The name in the language of the reader.
    fn label(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => self.ja(),
            Lang::En => self.en(),
        }
    }
}

macro_rules! named {
    ($($kind:ty),+ $(,)?) => {$(
        impl $crate::model::Named for $kind {
            fn code(&self) -> &str { &self.code }
            fn ja(&self) -> &str { &self.ja }
            fn en(&self) -> &str { &self.en }
        }
    )+};
}
pub(super) use named;

named!(Tier, AreaName, Role, OrganisationKind, BaseKind, Body, BodyLevel);

impl Label {
    /// The text in the language of the reader.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

/// `[profile]`: whose system the file describes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Name of the profile on the command line, such as `kitakyushu`.
    pub id: String,
    /// Japanese name of the municipality or of the shape.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Where the content comes from: the public document that was read.
    pub source: String,
    /// The 6-digit 全国地方公共団体コード of the municipality as an example of
    /// a tenant (#44); absent in `base`.
    pub tenant: Option<String>,
    /// City, ward, prefecture, or the common base.
    pub kind: ProfileKind,
}

/// What a profile describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// A city, town or village.
    City,
    /// A ward: of a designated city, or a special ward.
    Ward,
    /// A prefecture, which sees figures of its municipalities.
    Prefecture,
    /// Common ground that other profiles extend; has no tiers of its own.
    Base,
}

/// `[setting]`: single values that differ between municipalities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Published counts from 1 up to but not including this number are suppressed.
    pub suppress_below: Option<u32>,
    /// Who is on lists that leave the municipality in ordinary times (#39).
    pub evacuation_policy: Option<EvacuationPolicy>,
    /// A resource that nobody verified for this many months is marked stale.
    pub resource_verify_months: Option<u32>,
}

/// How consent to ordinary-time provision is gathered (災害対策基本法49条の11, #39).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvacuationPolicy {
    /// Only who said yes.
    OptIn,
    /// Everyone who did not say no.
    OptOut,
    /// No answer counts as yes after a notice.
    Presumed,
    /// An ordinance takes the place of consent.
    Ordinance,
}

/// `[[tier]]`: one level of areas (#1–4).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Stable code.
    pub code: String,
    /// What the municipality calls this level.
    pub ja: String,
    /// English.
    pub en: String,
    /// One or two characters for narrow tables.
    pub short: String,
    /// 1 is the whole; larger numbers are smaller areas.
    pub level: u32,
    /// Levels of one hierarchy nest; hierarchies overlap freely.
    #[serde(default = "main_hierarchy")]
    pub hierarchy: String,
    /// How many areas there are, where the source says so.
    pub count: Option<u32>,
    /// Whether persons live in areas of this tier; exactly one in `main`.
    #[serde(default)]
    pub smallest: bool,
    /// What the area coincides with roughly (概ね), in a few words.
    pub roughly: Option<Label>,
    /// Areas that the source names.
    #[serde(default)]
    pub area: Vec<AreaName>,
}

fn main_hierarchy() -> String {
    MAIN.to_owned()
}

/// The hierarchy in which persons live and figures roll up.
pub const MAIN: &str = "main";

/// An area that the source names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreaName {
    /// 全国地方公共団体コード, or the municipality's own code.
    pub code: String,
    /// Japanese name.
    pub ja: String,
    /// English name.
    pub en: String,
}

/// How far a role sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Persons of the area of the post, by name.
    Area,
    /// Only persons entrusted to the holder or whose case team the holder is in.
    Hands,
    /// Numbers only, no person.
    Figures,
}

impl Reach {
    /// How far a role can see, the farthest first.
    pub const ALL: [Reach; 3] = [Reach::Area, Reach::Hands, Reach::Figures];

    /// The word in the file and in the database: `area`, `hands` or `figures`.
    pub fn code(self) -> &'static str {
        match self {
            Reach::Area => "area",
            Reach::Hands => "hands",
            Reach::Figures => "figures",
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

kept_as_text!(Reach in "role", "reach");

/// `[[role]]`: a post that people hold in an area (#5–8).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Stable code.
    pub code: String,
    /// What the municipality calls it.
    pub ja: String,
    /// English.
    pub en: String,
    /// What the holder does, in a sentence.
    pub description: Option<Label>,
    /// Code of the tier at whose areas the posts sit.
    pub tier: String,
    /// How far the holder sees.
    pub reach: Reach,
    /// What the holder may do: codes of functions, see [`Catalogue`](super::Catalogue).
    pub may: Vec<String>,
    /// Kind of organisation that employs or sends the holder.
    pub organisation: Option<String>,
    /// Length of a term in years, where there is one.
    pub term_years: Option<u32>,
    /// Row of attendance statistics in which the holder counts (vocabulary `job`).
    pub job: Option<String>,
    /// How many posts there must be.
    #[serde(default)]
    pub required: Vec<Required>,
}

/// `[[organisation_kind]]`: what an organisation is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationKind {
    /// Stable code.
    pub code: String,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
    /// The tier it mirrors (#3: 市社協 – 区事務所 – 校(地)区社協).
    pub tier: Option<String>,
    /// How many there are, where the source says so.
    pub count: Option<u32>,
    /// Whether it may be the lead agency of a case (#29).
    #[serde(default)]
    pub lead: bool,
}

/// `[[base_kind]]`: a kind of window or base (窓口・拠点, #22).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseKind {
    /// Stable code.
    pub code: String,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
    /// The tier that it serves.
    pub tier: String,
    /// What is done there (vocabulary `base_function`).
    pub functions: Vec<String>,
    /// Kind of organisation that runs it.
    pub organisation: Option<String>,
}

/// One of the five functions of 地域ケア会議 (#14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyFunction {
    /// 個別課題解決
    SolveCase,
    /// ネットワーク構築
    BuildNetwork,
    /// 地域課題発見
    FindIssue,
    /// 地域づくり・資源開発
    DevelopResource,
    /// 政策形成
    FormPolicy,
}

impl BodyFunction {
    /// The word in the file, and the code in the vocabulary `body_function`.
    pub fn as_str(self) -> &'static str {
        match self {
            BodyFunction::SolveCase => "solve_case",
            BodyFunction::BuildNetwork => "build_network",
            BodyFunction::FindIssue => "find_issue",
            BodyFunction::DevelopResource => "develop_resource",
            BodyFunction::FormPolicy => "form_policy",
        }
    }
}

/// `[[body_level]]`: which of the five functions a level serves (#14).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyLevel {
    /// Stable code.
    pub code: String,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
    /// The functions marked ○; any other at this level is warned about.
    pub functions: Vec<BodyFunction>,
}

/// `[[body]]`: a body that meets (会議体, #9–14).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Stable code.
    pub code: String,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
    /// There is one body of this kind in each area of this tier.
    pub tier: String,
    /// Kind of organisation that holds it.
    pub host: Option<String>,
    /// Role that calls it.
    pub host_role: Option<String>,
    /// How often it meets; absent where the source does not say.
    pub cadence: Option<Cadence>,
    /// Legal or other basis.
    pub basis: Option<String>,
    /// Level for the table of the five functions; absent for bodies outside it.
    pub level: Option<String>,
    /// Which of the five functions it serves.
    #[serde(default)]
    pub functions: Vec<BodyFunction>,
    /// What is said here never shows outside (社会福祉法106条の6, #37).
    #[serde(default)]
    pub confidential: bool,
    /// Persons appear only with their consent (重層的支援会議, #37).
    #[serde(default)]
    pub consent: bool,
    /// Who sits in it, by job (vocabulary `job`).
    #[serde(default)]
    pub members: Vec<String>,
    /// About how many seats, where the source says so.
    pub seats: Option<u32>,
    /// The body that receives what this one cannot solve (the ladder).
    pub reports_to: Option<String>,
}

/// `counts = { "401013" = 2 }`: posts per area code.
pub type Counts = BTreeMap<String, u32>;
