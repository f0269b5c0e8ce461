//! The residents of the fictional city: households as a Japanese city has
//! them, with elderly people living alone and elderly couples somewhat more
//! frequent, because the stories are about them. Everybody is invented.
//!
//! They are registered through the bulk path of the person room, which a test
//! of that room shows to be equal to registering one by one.

use anyhow::Result;
use jiff::ToSpan;
use jiff::civil::Date;
use sasae_app::ctx::Ctx;
use sasae_app::person::PersonForm;
use sasae_app::person::bulk::{BulkPerson, insert_people};
use sasae_app::person::model::check_person;
use sasae_core::age::age_on;
use sasae_core::id::Id;

use super::dice::Dice;
use super::names::{self, Sex};
use super::places::Spot;
use super::progress::{Progress, Stage};
use super::{City, Plan, Size};

/// What kind of household it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HouseholdKind {
    /// An elderly person alone.
    ElderlyAlone,
    /// An elderly couple.
    ElderlyCouple,
    /// Elderly parents with a grown-up child who never left.
    ElderlyWithChild,
    /// Three generations.
    ThreeGenerations,
    /// Parents with children.
    FamilyKids,
    /// One parent with children.
    SingleParent,
    /// Someone young alone.
    YoungAlone,
    /// Someone of middle age alone.
    MiddleAlone,
    /// A couple without children at home.
    MiddleCouple,
    /// A family from abroad.
    Foreign,
}

impl HouseholdKind {
    /// Every kind with its share of all households in the small city and,
    /// behind it, in the large one, which is younger.
    const SHARES: [(HouseholdKind, usize, usize); 10] = [
        (HouseholdKind::ElderlyAlone, 23, 12),
        (HouseholdKind::ElderlyCouple, 20, 13),
        (HouseholdKind::ElderlyWithChild, 7, 6),
        (HouseholdKind::ThreeGenerations, 5, 6),
        (HouseholdKind::FamilyKids, 16, 27),
        (HouseholdKind::SingleParent, 6, 6),
        (HouseholdKind::YoungAlone, 7, 9),
        (HouseholdKind::MiddleAlone, 6, 7),
        (HouseholdKind::MiddleCouple, 7, 11),
        (HouseholdKind::Foreign, 3, 3),
    ];

    /// Whether a story that fits `fit` may happen here.
    pub fn fits(self, fit: &str) -> bool {
        match self {
            HouseholdKind::ElderlyAlone => matches!(fit, "elderly_alone" | "elderly_any"),
            HouseholdKind::ElderlyCouple => matches!(fit, "elderly_couple" | "elderly_any"),
            HouseholdKind::ElderlyWithChild => matches!(fit, "elderly_with_child" | "elderly_any"),
            HouseholdKind::FamilyKids => fit == "family_kids",
            HouseholdKind::SingleParent => fit == "single_parent",
            HouseholdKind::YoungAlone => fit == "young_alone",
            HouseholdKind::MiddleAlone => fit == "middle_alone",
            HouseholdKind::Foreign => fit == "foreign_family",
            HouseholdKind::ThreeGenerations | HouseholdKind::MiddleCouple => false,
        }
    }

    /// Code of the vocabulary `living`.
    pub fn living(self) -> &'static str {
        match self {
            HouseholdKind::ElderlyAlone | HouseholdKind::YoungAlone | HouseholdKind::MiddleAlone => "alone",
            HouseholdKind::ElderlyCouple => "elderly_couple",
            HouseholdKind::SingleParent => "single_parent",
            _ => "family",
        }
    }
}

/// Someone who lives in the city.
#[derive(Debug, Clone)]
pub struct Resident {
    /// The person.
    pub id: Id,
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub born: Date,
    /// Code of the vocabulary `relation`.
    pub relation: &'static str,
    /// Code of the vocabulary `language`; empty for Japanese.
    pub language: &'static str,
    /// Telephone.
    pub phone: String,
}

impl Resident {
    /// Age on a day.
    pub fn age(&self, on: Date) -> u16 {
        age_on(self.born, on).unwrap_or(0)
    }
}

/// A household of the city.
#[derive(Debug, Clone)]
pub struct Home {
    /// Place of its area in `City::areas`.
    pub spot: usize,
    /// Its town, 若葉一丁目.
    pub town: String,
    /// What kind.
    pub kind: HouseholdKind,
    /// Who lives here, the head first.
    pub people: Vec<Resident>,
}

/// Someone before being registered.
struct Draft {
    sex: Sex,
    born: Date,
    family: (String, String),
    given: (String, String),
    relation: &'static str,
    language: &'static str,
}

/// A household before it is registered.
struct Drawn {
    kind: HouseholdKind,
    people: Vec<Draft>,
}

/// Draws households as of a day.
struct Drawing<'a> {
    dice: &'a mut Dice,
    today: Date,
}

impl Drawing<'_> {
    fn born(&mut self, age: i64) -> Date {
        let days = self.dice.between(0, 364);
        self.today.saturating_sub(age.years()).saturating_sub(days.days())
    }

    /// Someone between two ages.
    fn one(&mut self, sex: Sex, ages: (i64, i64), family: &(String, String), relation: &'static str) -> Draft {
        let age = self.dice.between(ages.0, ages.1);
        let born = self.born(age);
        let given = names::given(self.dice, sex, born.year());
        Draft { sex, born, family: family.clone(), given, relation, language: "" }
    }

    fn either(&mut self, female: usize) -> Sex {
        if self.dice.chance(female) { Sex::Female } else { Sex::Male }
    }

    fn children(
        &mut self,
        count: i64,
        ages: (i64, i64),
        family: &(String, String),
        relation: &'static str,
    ) -> Vec<Draft> {
        let mut children: Vec<Draft> = (0..count)
            .map(|_| {
                let sex = self.either(49);
                self.one(sex, ages, family, relation)
            })
            .collect();
        children.sort_by_key(|child| child.born);
        // Two of one household are not called alike.
        for at in 1..children.len() {
            for _ in 0..5 {
                let (before, own) = children.split_at_mut(at);
                if before.iter().all(|other| other.given.0 != own[0].given.0) {
                    break;
                }
                own[0].given = names::given(self.dice, own[0].sex, own[0].born.year());
            }
        }
        children
    }

    /// A household of a kind; `children` where it has any.
    fn household(&mut self, kind: HouseholdKind, children: i64) -> Drawn {
        let family = names::family(self.dice);
        let people = match kind {
            HouseholdKind::ElderlyAlone => {
                let sex = self.either(70);
                vec![self.one(sex, (68, 95), &family, "head")]
            }
            HouseholdKind::ElderlyCouple => {
                let age = self.dice.between(69, 91);
                vec![
                    self.one(Sex::Male, (age, age), &family, "head"),
                    self.one(Sex::Female, (age - 7, age + 2), &family, "spouse"),
                ]
            }
            HouseholdKind::ElderlyWithChild => self.elderly_with_child(&family),
            HouseholdKind::ThreeGenerations => {
                let mut people = self.parents(&family, (42, 54));
                people.extend(self.children(children, (3, 17), &family, "child"));
                people.push(self.one(Sex::Female, (72, 89), &family, "parent"));
                people
            }
            HouseholdKind::FamilyKids => {
                let mut people = self.parents(&family, (28, 48));
                people.extend(self.children(children, (0, 14), &family, "child"));
                people
            }
            HouseholdKind::SingleParent => {
                let sex = self.either(86);
                let mut people = vec![self.one(sex, (34, 48), &family, "head")];
                people.extend(self.children(children.max(1), (4, 16), &family, "child"));
                people
            }
            HouseholdKind::YoungAlone => {
                let sex = self.either(45);
                vec![self.one(sex, (19, 33), &family, "head")]
            }
            HouseholdKind::MiddleAlone => {
                let sex = self.either(35);
                vec![self.one(sex, (38, 63), &family, "head")]
            }
            HouseholdKind::MiddleCouple => self.parents(&family, (40, 66)),
            HouseholdKind::Foreign => self.newcomers(children),
        };
        Drawn { kind, people }
    }

    fn parents(&mut self, family: &(String, String), ages: (i64, i64)) -> Vec<Draft> {
        let age = self.dice.between(ages.0, ages.1);
        vec![
            self.one(Sex::Male, (age, age), family, "head"),
            self.one(Sex::Female, (age - 6, age + 3), family, "spouse"),
        ]
    }

    fn elderly_with_child(&mut self, family: &(String, String)) -> Vec<Draft> {
        let age = self.dice.between(75, 91);
        let mut people = Vec::new();
        if self.dice.chance(35) {
            people.push(self.one(Sex::Male, (age, age + 3), family, "head"));
            people.push(self.one(Sex::Female, (age - 3, age), family, "spouse"));
        } else {
            people.push(self.one(Sex::Female, (age, age), family, "head"));
        }
        let sex = self.either(32);
        people.push(self.one(sex, (age - 34, age - 25), family, "child"));
        people
    }

    fn newcomers(&mut self, children: i64) -> Vec<Draft> {
        let (mother, language) = names::foreign(self.dice, Sex::Female, None);
        let (father, _) = names::foreign(self.dice, Sex::Male, Some(language));
        let mut make = |name: &names::Name, sex: Sex, relation: &'static str| {
            let age = self.dice.between(27, 41);
            let born = self.born(age);
            let family = (name.family.clone(), name.family_kana.clone());
            Draft { sex, born, family, given: (name.given.clone(), name.given_kana.clone()), relation, language }
        };
        let mut people = vec![make(&father, Sex::Male, "head"), make(&mother, Sex::Female, "spouse")];
        let family = (father.family.clone(), father.family_kana);
        people.extend(self.children(children.max(1), (1, 11), &family, "child"));
        people
    }
}

/// Registers the residents; gives those of the small city.
pub async fn build(city: &City, plan: &Plan<'_>, progress: &Progress) -> Result<Vec<Home>> {
    let ctx = city.system();
    let mut dice = Dice::new(plan.seed, "residents");
    let mut homes = Vec::new();
    let mut passed = 0;
    let mut bundle = Bundle::new(city);
    let small = city.areas.iter().map(|area| area.households).sum::<u32>() / plan.share;
    let whole = match plan.size {
        Size::Small => i64::from(small),
        Size::City => HOUSEHOLDS / i64::from(plan.share),
    };
    progress.begin(Stage::Residents, whole.unsigned_abs());
    for (spot, area) in city.areas.iter().enumerate() {
        // One in `share` of the households, spread evenly over the areas.
        let count = (passed + area.households) / plan.share - passed / plan.share;
        passed += area.households;
        for _ in 0..count {
            let kind = draw_kind(&mut dice, |entry| entry.1);
            let children = 1 + dice.weighed([45, 42, 13]) as i64;
            let drawn = Drawing { dice: &mut dice, today: ctx.today() }.household(kind, children);
            bundle.add(&ctx, &mut dice, (spot, area), drawn)?;
            if bundle.is_full() {
                homes.extend(bundle.register(city, progress).await?);
            }
        }
    }
    homes.extend(bundle.register(city, progress).await?);
    if plan.size == Size::City {
        let persons: i64 = homes.iter().map(|home| home.people.len() as i64).sum();
        let left = Left { households: whole - homes.len() as i64, persons: PERSONS / i64::from(plan.share) - persons };
        fill(city, plan, &mut bundle, left, progress).await?;
    }
    Ok(homes)
}

/// Households of the large city.
const HOUSEHOLDS: i64 = 400_000;
/// Persons of the large city.
const PERSONS: i64 = 1_000_000;
/// The last households of the large city, whose sizes make the sum come out.
const LAST: i64 = 20_000;

/// What a large city still lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    households: i64,
    persons: i64,
}

impl Left {
    /// The kind of the next household where its size is to make the sum come
    /// out, and how many children that takes.
    fn even_out(self) -> (HouseholdKind, i64) {
        of_size((self.persons + self.households - 1).div_euclid(self.households.max(1)).clamp(1, 5))
    }
}

fn draw_kind(dice: &mut Dice, share: impl Fn((HouseholdKind, usize, usize)) -> usize) -> HouseholdKind {
    HouseholdKind::SHARES[dice.weighed(HouseholdKind::SHARES.map(share))].0
}

/// The rest of the large city over all areas in which people live. None of
/// them has a history, and none is kept in memory once registered.
async fn fill(city: &City, plan: &Plan<'_>, bundle: &mut Bundle, mut left: Left, progress: &Progress) -> Result<()> {
    let ctx = city.system();
    let mut dice = Dice::new(plan.seed, "city");
    let lived_in: Vec<_> = city.areas.iter().enumerate().filter(|(_, area)| area.households > 0).collect();
    let last = LAST / i64::from(plan.share);
    for (spot, area) in lived_in.into_iter().cycle() {
        if left.households <= 0 {
            break;
        }
        let (kind, children) = if left.households > last {
            (draw_kind(&mut dice, |entry| entry.2), 1 + dice.weighed([40, 43, 17]) as i64)
        } else {
            left.even_out()
        };
        let drawn = Drawing { dice: &mut dice, today: ctx.today() }.household(kind, children);
        left.households -= 1;
        left.persons -= drawn.people.len() as i64;
        bundle.add(&ctx, &mut dice, (spot, area), drawn)?;
        if bundle.is_full() {
            bundle.register(city, progress).await?;
        }
    }
    bundle.register(city, progress).await?;
    Ok(())
}

/// A kind of household that has a size, and how many children that takes.
fn of_size(size: i64) -> (HouseholdKind, i64) {
    match size {
        1 => (HouseholdKind::ElderlyAlone, 0),
        2 => (HouseholdKind::MiddleCouple, 0),
        _ => (HouseholdKind::FamilyKids, size - 2),
    }
}

/// Households that wait to be registered together.
struct Bundle {
    homes: Vec<Home>,
    people: Vec<BulkPerson>,
    /// What stands before every address of an area: 「みさき浜市みなと区」.
    fronts: Vec<String>,
    count: usize,
}

impl Bundle {
    fn new(city: &City) -> Bundle {
        let top = city.areas.first().map(|area| area.name.clone()).unwrap_or_default();
        let front = |area: &Spot| {
            let parent = area.parent.and_then(|id| city.areas.iter().find(|other| other.id == id));
            let ward = parent.filter(|parent| parent.parent.is_some()).map_or("", |parent| parent.name.as_str());
            format!("{top}{ward}")
        };
        let fronts = city.areas.iter().map(front).collect();
        Bundle { homes: Vec::new(), people: Vec::new(), fronts, count: 0 }
    }

    /// A few thousand persons at a time keep memory and the audit row small.
    fn is_full(&self) -> bool {
        self.people.len() >= 2_000
    }

    fn add(&mut self, ctx: &Ctx, dice: &mut Dice, (spot, area): (usize, &Spot), drawn: Drawn) -> Result<()> {
        self.count += 1;
        let town = dice.text(&area.towns).to_owned();
        let address = format!("{}{town}{}", self.fronts[spot], house(dice, drawn.kind));
        let landline = format!("09{}-000-{:04}", dice.between(2, 7), dice.below(10_000));
        let first = self.people.len();
        let mut people = Vec::new();
        for draft in drawn.people {
            let age = i64::from(age_on(draft.born, ctx.today()).unwrap_or(0));
            // Numbers that no company gives out.
            let phone = match age {
                70.. => landline.clone(),
                15..70 => format!("0{}0-0000-{:04}", dice.between(7, 9), dice.below(10_000)),
                _ => String::new(),
            };
            let form = PersonForm {
                family: draft.family.0.clone(),
                given: draft.given.0.clone(),
                family_kana: draft.family.1,
                given_kana: draft.given.1,
                birth: draft.born.to_string(),
                sex: draft.sex.code().to_owned(),
                area: area.id.to_string(),
                address: address.clone(),
                phone: phone.clone(),
                care_level: care_level(dice, age).to_owned(),
                language: draft.language.to_owned(),
                communication: communication(dice, age, draft.language),
                relation: draft.relation.to_owned(),
                source: "demo".to_owned(),
                source_key: format!("{}-{}", self.count, people.len() + 1),
                ..PersonForm::default()
            };
            let with = (!people.is_empty()).then_some(first);
            self.people.push(BulkPerson { new: check_person(ctx, &form)?, with });
            people.push(Resident {
                id: Id::nil(),
                family: draft.family.0,
                given: draft.given.0,
                sex: draft.sex,
                born: draft.born,
                relation: draft.relation,
                language: draft.language,
                phone,
            });
        }
        self.homes.push(Home { spot, town, kind: drawn.kind, people });
        Ok(())
    }

    async fn register(&mut self, city: &City, progress: &Progress) -> Result<Vec<Home>> {
        let ctx = city.system();
        let people = std::mem::take(&mut self.people);
        let mut work = ctx.begin().await?;
        let ids = insert_people(&ctx, &mut work, people).await?;
        work.commit("").await?;
        let mut homes = std::mem::take(&mut self.homes);
        progress.inc(homes.len() as u64);
        let residents = homes.iter_mut().flat_map(|home| &mut home.people);
        for (resident, id) in residents.zip(ids) {
            resident.id = id;
        }
        Ok(homes)
    }
}

/// The house: block and number, and the building for those who rent.
fn house(dice: &mut Dice, kind: HouseholdKind) -> String {
    const BUILDINGS: &[&str] = &[
        "若草荘",
        "みどりハイツ",
        "コーポ潮風",
        "メゾン坂の上",
        "市営第二住宅",
        "ひかり団地",
        "サンライズ丘",
        "第一福寿荘",
    ];
    let place = format!("{}番{}号", dice.between(1, 28), dice.between(1, 19));
    let rents = match kind {
        HouseholdKind::YoungAlone
        | HouseholdKind::MiddleAlone
        | HouseholdKind::SingleParent
        | HouseholdKind::Foreign => 85,
        HouseholdKind::ElderlyAlone => 40,
        _ => 22,
    };
    if !dice.chance(rents) {
        return place;
    }
    let (floor, room) = (dice.between(1, 4), dice.between(1, 8));
    format!("{place} {}{floor}0{room}", dice.text(BUILDINGS))
}

/// Care levels as frequent as they are at each age.
fn care_level(dice: &mut Dice, age: i64) -> &'static str {
    const LEVELS: [&str; 8] =
        ["support_1", "support_2", "care_1", "care_2", "care_3", "care_4", "care_5", "program_target"];
    let certified = match age {
        ..65 => return "",
        65..75 => 5,
        75..85 => 18,
        _ => 52,
    };
    if dice.chance(certified) {
        LEVELS[dice.weighed([18, 17, 22, 17, 10, 8, 5, 3])]
    } else if dice.chance(40) {
        "independent"
    } else {
        ""
    }
}

fn communication(dice: &mut Dice, age: i64, language: &str) -> Vec<String> {
    let way = match (language, age) {
        ("", 75..) if dice.chance(7) => "slow_speech",
        ("", 75..) if dice.chance(4) => "large_print",
        ("", _) if dice.chance(1) => "writing",
        ("", _) => return Vec::new(),
        _ if dice.chance(50) => "slow_speech",
        _ if dice.chance(50) => "interpreter",
        _ => return Vec::new(),
    };
    vec![way.to_owned()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Persons in a household that evens out.
    fn size((kind, children): (HouseholdKind, i64)) -> i64 {
        match kind {
            HouseholdKind::ElderlyAlone => 1,
            HouseholdKind::FamilyKids => 2 + children,
            _ => 2,
        }
    }

    proptest! {
        #[test]
        fn the_last_households_make_the_sum_come_out(households in 1i64..3_000, spread in 0.0f64..=1.0) {
            let persons = households + (spread * 4.0 * households as f64) as i64;
            let mut left = Left { households, persons };

            while left.households > 0 {
                let own = size(left.even_out());
                prop_assert!((1..=5).contains(&own), "{left:?}: {own}");
                left = Left { households: left.households - 1, persons: left.persons - own };
            }

            prop_assert_eq!(left, Left { households: 0, persons: 0 });
        }
    }

    #[test]
    fn the_households_drawn_before_the_last_ones_leave_a_sum_that_can_come_out() {
        // At the full size, whatever the small city is: how many persons are
        // left for the last households, by what each kind has on average.
        let mut dice = Dice::new(1, "sizes");
        let today = jiff::civil::date(2025, 11, 21);
        let mut drawn = |share: fn((HouseholdKind, usize, usize)) -> usize, children: [usize; 3]| {
            let sizes = (0..4_000).map(|_| {
                let kind = draw_kind(&mut dice, share);
                let children = 1 + dice.weighed(children) as i64;
                Drawing { dice: &mut dice, today }.household(kind, children).people.len() as i64
            });
            sizes.sum::<i64>() as f64 / 4_000.0
        };
        let (small, large) = (drawn(|entry| entry.1, [45, 42, 13]), drawn(|entry| entry.2, [40, 43, 17]));

        for before in [1_500, 3_000] {
            let rest = HOUSEHOLDS - LAST - before;
            let persons = PERSONS as f64 - small * before as f64 - large * rest as f64;

            let each = persons / LAST as f64;

            assert!((1.5..4.5).contains(&each), "{each} persons for each of the last households");
        }
    }
}
