//! What is written into the fields that a municipality's profile adds to its
//! forms: whatever it asks, the city answers, most of the optional ones too.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sasae_app::ctx::Ctx;
use sasae_app::own::{Extra, OwnFields};
use sasae_app::profile::{Field, FieldKind};

use super::Player;
use crate::course::{Concern, Source};
use crate::residents::HouseholdKind;

impl Player<'_> {
    /// The municipality's own fields of a form.
    pub(super) fn own_fields(&mut self, ctx: &Ctx, own: OwnFields, concern: &Concern, on: Date) -> Extra {
        let asked: BTreeMap<String, Field> =
            own.list_asked(ctx).into_iter().map(|asked| (asked.key, asked.field.clone())).collect();
        let mut filled = Extra::new();
        for (key, field) in asked {
            let values = self.fill(concern, on, &field);
            if !values.is_empty() {
                filled.insert(key, values);
            }
        }
        filled
    }

    /// What is written into a field; nothing where an optional one is passed over.
    fn fill(&mut self, concern: &Concern, on: Date, field: &Field) -> Vec<String> {
        let known = self.teller.book.fields.contains_key(&field.code) || field.kind == FieldKind::Choice;
        // An unknown question is answered where it must be.
        if !(field.required || known && self.dice.chance(70)) {
            return Vec::new();
        }
        match field.kind {
            FieldKind::Choice => self.choose_words(concern, field),
            FieldKind::YesNo => vec![if self.dice.chance(70) { "yes" } else { "no" }.to_owned()],
            FieldKind::Number => vec![self.dice.between(1, 4).to_string()],
            FieldKind::Date => vec![on.to_string()],
            FieldKind::Text | FieldKind::LongText => {
                let fields = &self.teller.book.fields;
                let texts = fields.get(&field.code).or(fields.get("other")).cloned().unwrap_or_default();
                let needs = self.needs(concern);
                let texts: Vec<String> = texts.iter().map(|text| text.replace("{必要}", &needs)).collect();
                let told: String = self.any(concern, on, &texts).chars().take(field.limit()).collect();
                if told.is_empty() { Vec::new() } else { vec![told] }
            }
        }
    }

    /// What the story needs, as a template.
    fn needs(&mut self, concern: &Concern) -> String {
        match concern.source {
            Source::Story(at) => self.dice.text(&self.teller.book.stories[at].needs).to_owned(),
            Source::Answered(_) | Source::Consulted(_) => "話を聞いて、使える制度を確かめる。".to_owned(),
        }
    }

    /// The words of a choice that fit the household, else any of them.
    fn choose_words(&mut self, concern: &Concern, field: &Field) -> Vec<String> {
        let words = self.city.tenant.profile.words(field.vocabulary.as_deref().unwrap_or_default());
        let fitting: Vec<String> = self
            .fitting(concern, field)
            .into_iter()
            .filter(|code| words.iter().any(|word| word.code == *code))
            .collect();
        let mut chosen = if fitting.is_empty() {
            self.dice.pick(words).map(|word| word.code.clone()).into_iter().collect()
        } else {
            fitting
        };
        if !field.several {
            chosen.truncate(1);
        }
        chosen
    }

    /// What is known of the household in the words of a field; nothing of a
    /// field that the stories know nothing about.
    fn fitting(&self, concern: &Concern, field: &Field) -> Vec<String> {
        let kind = concern.home.map(|home| self.homes[home].kind);
        let problems = match concern.source {
            Source::Story(at) => self.teller.book.stories[at].problems.as_slice(),
            Source::Consulted(at) => self.teller.book.consulted[at].problems.as_slice(),
            Source::Answered(_) => &[],
        };
        let has = |problem: &str| problems.iter().any(|known| known == problem);
        let codes: Vec<&str> = match field.vocabulary.as_deref() {
            Some("living") => vec![kind.map_or("unknown", HouseholdKind::living)],
            Some("compound_problem") => vec![match problems.len() {
                0 | 1 => "single",
                2 | 3 => "compound",
                _ => "gap",
            }],
            Some("register_reason") => [
                ("living_alone", kind.is_some_and(|kind| kind.living() == "alone")),
                ("care", has("care")),
                ("isolated", has("community") || has("withdrawal")),
                ("own_request", true),
            ]
            .into_iter()
            .filter_map(|(code, holds)| holds.then_some(code))
            .take(2)
            .collect(),
            _ => Vec::new(),
        };
        codes.into_iter().map(str::to_owned).collect()
    }
}
