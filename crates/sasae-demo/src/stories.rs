//! The stories of the demo city, and how their texts are told.
//!
//! Stories are data (`stories/*.toml`): what somebody notices, what the intake
//! finds, what is planned and done, how it ends. A text has choices `[a|b]` and
//! slots `{name}`; a slot that belongs to the household (its illness, its far
//! relative) stays the same through a whole story, the others change with each
//! use. So no two records read the same.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use sasae_app::profile::Profile;
use serde::Deserialize;

use super::dice::Dice;

/// A concern and its course.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Its name among the stories.
    pub code: String,
    /// Title of the case, without names.
    pub title: String,
    /// Which households it happens to.
    pub fit: String,
    /// How often it happens.
    pub weight: usize,
    /// Months in which it begins; any where empty.
    #[serde(default)]
    pub months: Vec<i8>,
    /// Who leads: `coordinator`, `csw`, `center`, `officer` or `network`.
    pub lead: String,
    /// Code of the vocabulary `urgency`.
    pub urgency: String,
    /// In how many of a hundred notices help is needed the same day.
    #[serde(default)]
    pub urgent: usize,
    /// Code of the vocabulary `notice_kind`.
    pub kind: String,
    /// Who notices: `web`, `volunteer`, `commissioner`.
    pub from: Vec<String>,
    /// How it comes in without a notice: `channel from_whom`.
    pub direct: Vec<String>,
    /// Who is at its centre; the oldest where nothing is said.
    #[serde(default)]
    pub main: String,
    /// Whom the case names: `main`, `all`, `mother_and_children`.
    #[serde(default)]
    pub persons: String,
    /// Codes of the vocabulary `communication_support`.
    #[serde(default)]
    pub communication: Vec<String>,
    /// `sealed`, `abuse`, `dies` or `moves_out`.
    #[serde(default)]
    pub special: String,
    /// What the notice says.
    pub notice: Vec<String>,
    /// What is decided and why.
    pub triage: Vec<String>,
    /// What the intake takes down.
    pub intake: Vec<String>,
    /// Code of the vocabulary `wish`.
    pub wish: String,
    /// In the person's own words.
    pub wish_words: Vec<String>,
    /// Codes of the vocabulary `problem`.
    pub problems: Vec<String>,
    /// The worst of them.
    pub worst: String,
    /// Assessment: how things stand.
    pub situation: Vec<String>,
    /// What the person can do and likes.
    pub strengths: Vec<String>,
    /// Dangers.
    pub risks: Vec<String>,
    /// What is needed.
    pub needs: Vec<String>,
    /// Aim of the plan.
    pub aim: Vec<String>,
    /// `goal / step / who`.
    pub goals: Vec<String>,
    /// `role whom task`.
    pub roles: Vec<String>,
    /// `kind method body`, in the order in which they happen.
    pub contacts: Vec<String>,
    /// What a monitoring finds.
    pub monitoring: Vec<String>,
    /// `outcome / note / answer to the reporter`.
    pub ends: Vec<String>,
}

/// A notice that is answered without an intake.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Code of the vocabulary `notice_kind`.
    pub kind: String,
    /// Who notices.
    pub from: Vec<String>,
    /// Code of the vocabulary `notice_outcome`.
    pub outcome: String,
    /// How often it happens.
    #[serde(default = "usual")]
    pub weight: usize,
    /// What the notice says.
    pub notice: Vec<String>,
    /// Why no intake follows.
    pub note: Vec<String>,
    /// What the reporter is told.
    pub answer: Vec<String>,
}

fn usual() -> usize {
    4
}

/// A consultation that ends without a case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consulted {
    /// Which households; `none` where nobody is named.
    pub fit: String,
    /// Codes of the vocabulary `channel`.
    pub channel: Vec<String>,
    /// Codes of the vocabulary `from_whom`.
    pub from_whom: Vec<String>,
    /// What it is about.
    pub what: Vec<String>,
    /// Codes of the vocabulary `problem`.
    pub problems: Vec<String>,
    /// The worst of them.
    pub worst: String,
    /// Code of the vocabulary `wish`.
    pub wish: String,
    /// Code of the vocabulary `urgency`.
    pub urgency: String,
    /// `answered` or `referral`.
    pub outcome: String,
    /// Codes of the vocabulary `communication_support`.
    #[serde(default)]
    pub communication: Vec<String>,
    /// What was said or to whom it went.
    pub note: Vec<String>,
    /// What the reporter of a notice is told.
    pub answer: String,
}

/// Words of everyday records.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Why a role is declined.
    pub declined: Vec<String>,
    /// What one says who accepts.
    pub accepted: Vec<String>,
    /// What is to be done next.
    pub next: Vec<String>,
    /// `kind method body`: contacts of any story.
    pub contact: Vec<String>,
    /// A sentence that may follow any contact.
    pub detail: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryFile {
    story: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EverydayFile {
    answered: Vec<Answered>,
    consulted: Vec<Consulted>,
    words: Words,
    fields: BTreeMap<String, Vec<String>>,
    slots: BTreeMap<String, Vec<String>>,
}

/// Everything that can be told.
#[derive(Debug, Clone)]
pub struct Book {
    /// Concerns that become cases.
    pub stories: Vec<Story>,
    /// Notices that are answered at once.
    pub answered: Vec<Answered>,
    /// Consultations that end without a case.
    pub consulted: Vec<Consulted>,
    /// Words of everyday records.
    pub words: Words,
    /// What stands in the fields that a profile adds to its forms, by code;
    /// under `other` what may stand in any.
    pub fields: BTreeMap<String, Vec<String>>,
    slots: BTreeMap<String, Vec<String>>,
}

const STORIES: [(&str, &str); 4] = [
    ("old_age", include_str!("stories/old_age.toml")),
    ("memory", include_str!("stories/memory.toml")),
    ("family", include_str!("stories/family.toml")),
    ("money", include_str!("stories/money.toml")),
];
const EVERYDAY: &str = include_str!("stories/everyday.toml");

/// What blooms or ripens, by month from January.
const SEASON: [&[&str]; 12] = [
    &["水仙", "山茶花", "ロウバイ"],
    &["梅", "水仙", "福寿草"],
    &["桃", "菜の花", "木蓮"],
    &["桜", "チューリップ", "すみれ"],
    &["つつじ", "藤", "バラ"],
    &["あじさい", "花菖蒲", "びわ"],
    &["朝顔", "ゆり", "ひまわり"],
    &["ひまわり", "百日紅", "ほおずき"],
    &["彼岸花", "萩", "ききょう"],
    &["金木犀", "コスモス", "柿"],
    &["菊", "さざんか", "もみじ"],
    &["椿", "千両", "ゆず"],
];

/// What the stories call offices and people, and what a profile calls them.
pub type Names = Vec<(&'static str, String)>;

/// What a profile calls the offices and people of whom the stories speak.
pub fn names_in(profile: &Profile) -> Names {
    const VOLUNTEERS: &[&str] = &["welfare_volunteer", "mutual_supporter", "salon_leader"];
    let has = |short: &str| profile.main_tiers().any(|tier| tier.short == short);
    let office = match () {
        () if has("区") => "区役所",
        () if has("市町村") => "役場",
        () => "市役所",
    };
    // 民生・児童委員 and CSW（…） are called by their first words.
    let short = |label: &str| label.split(['（', '・']).next().unwrap_or_default().to_owned();
    let volunteer = VOLUNTEERS.iter().find_map(|code| profile.role(code)).map(|role| short(&role.ja));
    let csw = match profile.role("csw") {
        Some(_) => Some("CSW".to_owned()),
        None => profile.role("inclusion_promoter").map(|role| short(&role.ja)),
    };
    let meets = |functions: &[String]| functions.iter().any(|function| function == "exchange");
    let place = profile.base_kinds.iter().find(|kind| kind.code != "salon" && meets(&kind.functions));
    vec![
        ("区役所", office.to_owned()),
        ("福祉協力員", volunteer.unwrap_or_else(|| "近所のボランティア".to_owned())),
        ("CSW", csw.unwrap_or_else(|| "コーディネーター".to_owned())),
        ("市民センター", place.map_or_else(|| "地域の会館".to_owned(), |kind| short(&kind.ja))),
    ]
}

impl Book {
    /// Reads the stories that are built in, with the names of a profile.
    pub fn load(names: &Names) -> Result<Book> {
        let named = |text: &str| names.iter().fold(text.to_owned(), |text, (word, name)| text.replace(word, name));
        let mut stories = Vec::new();
        for (name, text) in STORIES {
            let file: StoryFile = toml::from_str(&named(text)).with_context(|| format!("stories/{name}.toml"))?;
            stories.extend(file.story);
        }
        let file: EverydayFile = toml::from_str(&named(EVERYDAY)).context("stories/everyday.toml")?;
        let EverydayFile { answered, consulted, words, fields, slots } = file;
        Ok(Book { stories, answered, consulted, words, fields, slots })
    }
}

/// Slots that stay the same for a household through a whole story.
const LASTING: &[&str] = &["家族", "遠方", "病", "医院", "趣味", "店", "家"];

/// What is known of the household and the people around it.
#[derive(Debug, Clone, Default)]
pub struct Scene(HashMap<&'static str, String>);

impl Scene {
    /// Draws what stays the same.
    pub fn draw(book: &Book, dice: &mut Dice) -> Scene {
        let mut scene = Scene::default();
        for name in LASTING {
            let drawn = dice.text(book.slots.get(*name).map_or(&[][..], Vec::as_slice)).to_owned();
            let told = tell(book, dice, &scene, Date::ZERO, &drawn);
            scene.0.insert(name, told);
        }
        scene
    }

    /// Sets a slot.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.insert(name, value.into());
    }
}

/// Tells a text on a day: chooses among `[a|b]`, fills `{slots}`.
pub fn tell(book: &Book, dice: &mut Dice, scene: &Scene, on: Date, text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '{']) {
        told.push_str(&rest[..at]);
        rest = &rest[at..];
        let open = rest.starts_with('[');
        let Some(end) = closing(rest) else { break };
        let inner = &rest[1..end];
        rest = &rest[end + 1..];
        if open {
            let choices = split_choices(inner);
            let chosen = dice.text(&choices).to_owned();
            told.push_str(&tell(book, dice, scene, on, &chosen));
        } else {
            told.push_str(&fill(book, dice, scene, on, inner));
        }
    }
    told.push_str(rest);
    told
}

fn fill(book: &Book, dice: &mut Dice, scene: &Scene, on: Date, name: &str) -> String {
    if let Some(value) = scene.0.get(name) {
        return value.clone();
    }
    let month = on.month();
    match name {
        "花" => dice.text(SEASON[usize::try_from(month - 1).unwrap_or(0) % 12]).to_owned(),
        "月" => {
            let past = (month + 11 - dice.between(1, 5) as i8) % 12 + 1;
            dice.text(&["先月".to_owned(), "先々月".to_owned(), format!("{past}月")]).to_owned()
        }
        "来" => dice.text(&["来月".to_owned(), format!("{}月", month % 12 + 1)]).to_owned(),
        _ => {
            let drawn = dice.text(book.slots.get(name).map_or(&[][..], Vec::as_slice)).to_owned();
            tell(book, dice, scene, on, &drawn)
        }
    }
}

/// The byte at which the bracket that opens `text` is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn split_choices(inner: &str) -> Vec<&str> {
    let (mut choices, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, letter) in inner.char_indices() {
        match letter {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            '|' if depth == 0 => {
                choices.push(&inner[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    choices.push(&inner[from..]);
    choices
}

/// Tells texts and remembers them, so that no two read the same.
#[derive(Debug)]
pub struct Teller {
    /// What can be told.
    pub book: Book,
    told: HashSet<String>,
}

impl Teller {
    /// A teller who has told nothing yet.
    pub fn new(book: Book) -> Teller {
        Teller { book, told: HashSet::new() }
    }

    /// One of several texts, told as often as it likes.
    pub fn any(&self, dice: &mut Dice, scene: &Scene, on: Date, texts: &[String]) -> String {
        let chosen = dice.text(texts).to_owned();
        tell(&self.book, dice, scene, on, &chosen)
    }

    /// A text that was not told before.
    pub fn fresh(&mut self, dice: &mut Dice, scene: &Scene, on: Date, texts: &[String]) -> String {
        let mut told = String::new();
        for _ in 0..12 {
            told = self.any(dice, scene, on, texts);
            if self.told.insert(told.clone()) {
                return told;
            }
        }
        // Every choice has been used up: a further sentence makes the difference.
        for _ in 0..40 {
            let detail = self.any(dice, scene, on, &self.book.words.detail);
            let longer = format!("{told}{detail}");
            if self.told.insert(longer.clone()) {
                return longer;
            }
            told = longer;
        }
        told
    }
}

/// What is said of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactText {
    /// Code of the vocabulary `contact_kind`.
    pub kind: String,
    /// Code of the vocabulary `contact_method`.
    pub method: String,
    /// Template of the body.
    pub body: String,
}

/// The three parts of a contact, a role or a way in: `one two rest`.
pub fn three(text: &str) -> (&str, &str, &str) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (second, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    (first, second, rest)
}

/// The parts of `goal / step / who` or `outcome / note / answer`.
pub fn slashed(text: &str) -> [String; 3] {
    let mut parts = text.splitn(3, " / ").map(str::to_owned);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

impl ContactText {
    /// Reads `kind method body`.
    pub fn read(text: &str) -> ContactText {
        let (kind, method, body) = three(text);
        ContactText { kind: kind.to_owned(), method: method.to_owned(), body: body.to_owned() }
    }
}

impl Book {
    /// What is wrong in the stories: unknown slots, open brackets, codes that
    /// the municipality's vocabularies do not have.
    pub fn problems(&self, has: impl Fn(&str, &str) -> bool) -> Vec<String> {
        let mut problems = Vec::new();
        let mut code = |story: &str, vocabulary: &str, code: &str| {
            if !code.is_empty() && !has(vocabulary, code) {
                problems.push(format!("{story}: {vocabulary} has no {code}"));
            }
        };
        for story in &self.stories {
            let name = story.code.as_str();
            code(name, "notice_kind", &story.kind);
            code(name, "urgency", &story.urgency);
            code(name, "wish", &story.wish);
            code(name, "problem", &story.worst);
            story.problems.iter().for_each(|problem| code(name, "problem", problem));
            story.communication.iter().for_each(|way| code(name, "communication_support", way));
            for way in &story.direct {
                let (channel, from_whom, _) = three(way);
                code(name, "channel", channel);
                code(name, "from_whom", from_whom);
            }
            story.roles.iter().for_each(|role| code(name, "case_role", three(role).0));
            for contact in story.contacts.iter().map(|text| ContactText::read(text)) {
                code(name, "contact_kind", &contact.kind);
                code(name, "contact_method", &contact.method);
            }
            story.ends.iter().for_each(|end| code(name, "closing_outcome", &slashed(end)[0]));
        }
        for notice in &self.answered {
            code("answered", "notice_kind", &notice.kind);
            code("answered", "notice_outcome", &notice.outcome);
        }
        for consulted in &self.consulted {
            code("consulted", "urgency", &consulted.urgency);
            code("consulted", "wish", &consulted.wish);
            consulted.problems.iter().for_each(|problem| code("consulted", "problem", problem));
            consulted.channel.iter().for_each(|channel| code("consulted", "channel", channel));
            consulted.from_whom.iter().for_each(|from| code("consulted", "from_whom", from));
            consulted.communication.iter().for_each(|way| code("consulted", "communication_support", way));
        }
        for contact in self.words.contact.iter().map(|text| ContactText::read(text)) {
            code("words", "contact_kind", &contact.kind);
            code("words", "contact_method", &contact.method);
        }
        problems
    }

    /// Every template with where it stands.
    #[cfg(test)]
    fn templates(&self) -> Vec<(&str, &str)> {
        let mut all: Vec<(&str, &str)> = Vec::new();
        for story in &self.stories {
            let lists = [
                &story.notice,
                &story.triage,
                &story.intake,
                &story.wish_words,
                &story.situation,
                &story.strengths,
                &story.risks,
                &story.needs,
                &story.aim,
                &story.goals,
                &story.roles,
                &story.contacts,
                &story.monitoring,
                &story.ends,
            ];
            all.push((&story.code, &story.title));
            all.extend(lists.iter().flat_map(|list| list.iter()).map(|text| (story.code.as_str(), text.as_str())));
        }
        for notice in &self.answered {
            let lists = [&notice.notice, &notice.note, &notice.answer];
            all.extend(lists.iter().flat_map(|list| list.iter()).map(|text| ("answered", text.as_str())));
        }
        for consulted in &self.consulted {
            all.extend(consulted.what.iter().chain(&consulted.note).map(|text| ("consulted", text.as_str())));
        }
        let words = &self.words;
        let lists = [&words.declined, &words.accepted, &words.next, &words.contact, &words.detail];
        all.extend(lists.iter().flat_map(|list| list.iter()).map(|text| ("words", text.as_str())));
        all.extend(self.slots.values().flatten().map(|text| ("slots", text.as_str())));
        all.extend(self.fields.values().flatten().map(|text| ("fields", text.as_str())));
        all
    }
}

/// The slots that a scene of a household fills.
#[cfg(test)]
const SCENE: &[&str] = &["氏", "歳", "年代", "性", "町", "校区", "民", "主"];

/// A book that names what it needs is whole: refuses one with problems.
pub fn check(book: &Book, has: impl Fn(&str, &str) -> bool) -> Result<()> {
    let problems: BTreeSet<String> = book.problems(has).into_iter().collect();
    if problems.is_empty() {
        return Ok(());
    }
    bail!("the stories do not fit the profile: {}", problems.into_iter().collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests;
